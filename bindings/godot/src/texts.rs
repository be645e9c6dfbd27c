//! Received texts as Godot's strings.

use std::array;

use godot::prelude::*;

/// Texts longer than this are made anew each time.
const LONGEST: usize = 24;

/// Places for texts; a power of two.
const PLACES: usize = 512;

/// Short texts that came lately, each as the Variant made of it. Which they are a stranger may decide, how
/// many not: each has its one place, and who comes last has it.
pub struct Texts {
    places: Box<[Option<Text>; PLACES]>,
}

struct Text {
    len: u8,
    bytes: [u8; LONGEST],
    variant: Variant,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { places: Box::new(array::from_fn(|_| None)) }
    }
}

impl Texts {
    /// The text as a Variant.
    pub fn variant(&mut self, text: &str) -> Variant {
        if text.len() > LONGEST {
            return string(text).to_variant();
        }
        let place = &mut self.places[place(text.as_bytes())];
        match place {
            Some(kept) if &kept.bytes[..kept.len.into()] == text.as_bytes() => kept.variant.clone(),
            _ => {
                let variant = string(text).to_variant();
                let mut bytes = [0; LONGEST];
                bytes[..text.len()].copy_from_slice(text.as_bytes());
                *place = Some(Text { len: text.len() as u8, bytes, variant: variant.clone() });
                variant
            }
        }
    }
}

/// FNV-1a, which is as good as any for so few bytes.
fn place(text: &[u8]) -> usize {
    let hash = text.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    (hash >> 32) as usize % PLACES
}

/// The text as a string. Godot's hold no NUL: U+FFFD stands for it.
pub fn string(text: &str) -> GString {
    match text.contains('\0') {
        true => (&text.replace('\0', "\u{fffd}")).into(),
        false => text.into(),
    }
}
