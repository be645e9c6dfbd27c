//! Which Rust types can be written as they are.

use super::{Message, Source, View};

/// What [`Message::set`] and [`Message::push`] take.
pub trait Field {
    /// Adds the value where the message stands.
    fn add_to(self, message: &mut Message) -> &mut Message;
}

macro_rules! fields {
    ($($type:ty: |$message:ident, $value:ident| $add:expr;)*) => {$(
        impl Field for $type {
            #[inline]
            fn add_to(self, $message: &mut Message) -> &mut Message {
                let $value = self;
                $add
            }
        }
    )*};
}

fields! {
    i8: |message, value| message.add_int(value.into());
    i16: |message, value| message.add_int(value.into());
    i32: |message, value| message.add_int(value.into());
    i64: |message, value| message.add_int(value);
    isize: |message, value| message.add_int(value as i64);
    u8: |message, value| message.add_uint(value.into());
    u16: |message, value| message.add_uint(value.into());
    u32: |message, value| message.add_uint(value.into());
    u64: |message, value| message.add_uint(value);
    usize: |message, value| message.add_uint(value as u64);
    f32: |message, value| message.add_float(value);
    f64: |message, value| message.add_double(value);
    bool: |message, value| message.add_bool(value);
    &str: |message, value| message.add_str(value);
    &String: |message, value| message.add_str(value);
    String: |message, value| message.add_str(&value);
    &[u8]: |message, value| message.add_bytes(value);
}

/// Nil if there is nothing.
impl<T: Field> Field for Option<T> {
    #[inline]
    fn add_to(self, message: &mut Message) -> &mut Message {
        match self {
            Some(value) => value.add_to(message),
            None => message.add_nil(),
        }
    }
}

impl<'a, S: Source<'a>> Field for View<'a, S> {
    fn add_to(self, message: &mut Message) -> &mut Message {
        message.add_value(self)
    }
}
