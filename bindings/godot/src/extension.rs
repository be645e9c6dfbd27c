//! What a Variant has no type for.

use godot::prelude::*;
use podsix::Message;

/// The extension type of an integer beyond 64 bits.
const BIG_INTEGER: i8 = 1;

/// A value that GDScript has no type for: an extension of MessagePack, or an integer beyond 64 bits.
///
/// Such values come from games in other languages. They can be sent on as they are, and made with
/// [method create] and [method from_digits].
#[derive(GodotClass)]
#[class(init, base = RefCounted)]
pub struct PodsixExtension {
    /// The extension's type, -128 to 127. 1 is an integer, 2 a tuple and 71 one of Godot's own types; the
    /// others are free for games.
    #[var]
    pub type_id: i64,
    /// What is in it; an integer's decimal digits.
    #[var]
    pub bytes: PackedByteArray,
}

#[godot_api]
impl PodsixExtension {
    /// Makes an extension. Types 1, 2 and 71 must hold what podsix puts there.
    #[func]
    fn create(type_id: i64, bytes: PackedByteArray) -> Gd<Self> {
        Gd::from_object(PodsixExtension { type_id, bytes })
    }

    /// Makes an integer of up to 1024 decimal digits, with a minus in front if it is negative.
    #[func]
    fn from_digits(digits: GString) -> Gd<Self> {
        Self::integer(&digits.to_string())
    }

    /// The digits of an integer; empty for other extensions.
    #[func]
    fn get_digits(&self) -> GString {
        match self.type_id == BIG_INTEGER.into() {
            true => GString::from(&*String::from_utf8_lossy(self.bytes.as_slice())),
            false => GString::new(),
        }
    }
}

impl PodsixExtension {
    pub fn new(type_id: i8, bytes: &[u8]) -> Gd<Self> {
        Self::create(type_id.into(), bytes.into())
    }

    pub fn integer(digits: &str) -> Gd<Self> {
        Self::new(BIG_INTEGER, digits.as_bytes())
    }

    /// Adds it to a message; a text says why that cannot be.
    pub fn write(&self, message: &mut Message) -> Result<(), String> {
        let bytes = self.bytes.as_slice();
        match i8::try_from(self.type_id) {
            // One that 64 bits hold is a plain integer.
            Ok(BIG_INTEGER) => message.add_big_int(std::str::from_utf8(bytes).unwrap_or_default()),
            Ok(type_id) => message.add_ext(type_id, bytes),
            Err(_) => {
                return Err(format!("an extension's type is -128 to 127, not {}", self.type_id));
            }
        };
        Ok(())
    }
}
