//! Godot's vectors, rectangles, transforms and colours as the numbers they consist of, in Godot's order.

use godot::prelude::*;
use podsix::Message;

/// What consists of so many numbers of one type.
pub trait Shape: Copy {
    /// Bytes of all of them.
    const BYTES: usize;

    /// Whether it is one number and nothing more.
    const IS_NUMBER: bool = false;

    /// Appends them, little-endian.
    fn put(self, out: &mut Vec<u8>);

    /// Takes them from the front of `bytes`, which has as many.
    fn take(bytes: &mut &[u8]) -> Self;

    /// Adds them to the open list, one by one.
    fn list(self, message: &mut Message);
}

macro_rules! numbers {
    ($($type:ty: |$message:ident, $number:ident| $add:expr;)*) => {$(
        impl Shape for $type {
            const BYTES: usize = size_of::<$type>();
            const IS_NUMBER: bool = true;

            #[inline]
            fn put(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn take(bytes: &mut &[u8]) -> Self {
                let (number, rest) = bytes.split_first_chunk().expect("bytes for each number");
                *bytes = rest;
                <$type>::from_le_bytes(*number)
            }

            #[inline]
            fn list(self, $message: &mut Message) {
                let $number = self;
                $add;
            }
        }
    )*};
}

numbers! {
    f32: |message, number| message.add_float(number);
    f64: |message, number| message.add_double(number);
    i32: |message, number| message.add_int(number.into());
    i64: |message, number| message.add_int(number);
}

macro_rules! shapes {
    ($($type:ident: $($field:ident $part:ty),+;)*) => {$(
        impl Shape for $type {
            const BYTES: usize = 0 $(+ <$part>::BYTES)+;

            #[inline]
            fn put(self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)+
            }

            #[inline]
            fn take(bytes: &mut &[u8]) -> Self {
                $type { $($field: <$part>::take(bytes)),+ }
            }

            #[inline]
            fn list(self, message: &mut Message) {
                $(self.$field.list(message);)+
            }
        }
    )*};
}

shapes! {
    Vector2: x f32, y f32;
    Vector2i: x i32, y i32;
    Vector3: x f32, y f32, z f32;
    Vector3i: x i32, y i32, z i32;
    Vector4: x f32, y f32, z f32, w f32;
    Vector4i: x i32, y i32, z i32, w i32;
    Quaternion: x f32, y f32, z f32, w f32;
    Color: r f32, g f32, b f32, a f32;
    Rect2: position Vector2, size Vector2;
    Rect2i: position Vector2i, size Vector2i;
    Aabb: position Vector3, size Vector3;
    Plane: normal Vector3, d f32;
    Transform2D: a Vector2, b Vector2, origin Vector2;
    Basis: rows [Vector3; 3];
    Transform3D: basis Basis, origin Vector3;
    Projection: cols [Vector4; 4];
}

impl<T: Shape, const N: usize> Shape for [T; N] {
    const BYTES: usize = N * T::BYTES;

    #[inline]
    fn put(self, out: &mut Vec<u8>) {
        self.into_iter().for_each(|part| part.put(out));
    }

    #[inline]
    fn take(bytes: &mut &[u8]) -> Self {
        [(); N].map(|()| T::take(bytes))
    }

    #[inline]
    fn list(self, message: &mut Message) {
        self.into_iter().for_each(|part| part.list(message));
    }
}
