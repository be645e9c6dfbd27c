//! Where validated bytes are read from.

/// The bytes of a validated value, from its first byte on. They may run past its end.
///
/// The walking code is written once over this: Rust holds a slice, the C ABI a bare address. A slice looks
/// for itself whether a position is inside; an address cannot, and reads. That is sound because of three
/// things, and each has its place:
/// - An address becomes a source by an unsafe promise only, that a validated value begins there (`ffi::raw`).
/// - What walks over a source is this module, which asks for nothing outside of the value. On a slice a step
///   outside would be a panic: the tests and the fuzz targets walk on slices, with the same code.
/// - Nobody else can make a source, or a view of one.
pub trait Source<'a>: Copy + Sealed {
    /// The source of the value that stands for "nothing here", the single byte 0xc1.
    fn none() -> Self;
    /// The byte at `at`.
    fn byte(self, at: usize) -> u8;
    /// The `N` bytes from `at` on.
    fn array<const N: usize>(self, at: usize) -> [u8; N];
    /// The `len` bytes from `at` on, where they lie.
    fn bytes(self, at: usize, len: usize) -> &'a [u8];
    /// The same bytes without the first `count`.
    fn skip(self, count: usize) -> Self;
}

/// Sources are made in this crate only.
pub trait Sealed {}

impl Sealed for &[u8] {}

impl<'a> Source<'a> for &'a [u8] {
    #[inline(always)]
    fn none() -> Self {
        &[0xc1]
    }

    #[inline(always)]
    fn byte(self, at: usize) -> u8 {
        self[at]
    }

    #[inline(always)]
    fn array<const N: usize>(self, at: usize) -> [u8; N] {
        let mut array = [0; N];
        array.copy_from_slice(&self[at..at + N]);
        array
    }

    #[inline(always)]
    fn bytes(self, at: usize, len: usize) -> &'a [u8] {
        &self[at..at + len]
    }

    #[inline(always)]
    fn skip(self, count: usize) -> Self {
        &self[count..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Cursor, Message, Value, View};

    /// A source that is a place in the whole message, as an address is: it never ends by itself.
    #[derive(Clone, Copy)]
    struct Place<'a>(&'a [u8], usize);

    impl Sealed for Place<'_> {}

    impl<'a> Source<'a> for Place<'a> {
        fn none() -> Self {
            Place(&[0xc1], 0)
        }
        fn byte(self, at: usize) -> u8 {
            self.0[self.1 + at]
        }
        fn array<const N: usize>(self, at: usize) -> [u8; N] {
            self.bytes(at, N).try_into().unwrap()
        }
        fn bytes(self, at: usize, len: usize) -> &'a [u8] {
            &self.0[self.1 + at..][..len]
        }
        fn skip(self, count: usize) -> Self {
            Place(self.0, self.1 + count)
        }
    }

    fn same<'a>(slice: Value<'a>, place: View<'a, Place<'a>>) {
        assert_eq!((slice.kind(), slice.count()), (place.kind(), place.count()));
        assert!(slice == place);
        assert_eq!((slice.span(), slice.to_json()), (place.span(), place.to_json()));
        assert_eq!(slice.entries().count() + slice.items().count(), place.count());
        let (mut a, mut b) = (Cursor::default(), Cursor::default());
        while let (Some(a), Some(b)) = (slice.step(&mut a), place.step(&mut b)) {
            assert!(a.0 == b.0);
            same(a.1, b.1);
        }
        assert_eq!((a.index, b.index), (slice.count() as u64, slice.count() as u64));
    }

    #[test]
    fn a_place_reads_as_a_slice_does() {
        let text =
            r#"{"action":"a","m":{"x":[1,-2.5,[]],"y":{}},"n":18446744073709551616,"z":null}"#;
        let mut message = Message::from_json(text).unwrap();
        let plain = message.bytes().unwrap().to_vec();
        message.clear().open_tuple().add_msgpack(&plain).add_bytes(&[1]).add_ext(7, &[2]).close();
        let bytes = message.bytes().unwrap();
        let place = View::over(Place(bytes, 0));
        same(message.value().unwrap(), place);
        let mut out = [View::none(); 2];
        assert_eq!(place.at(0).fields(&["z", "m"], &mut out), 2);
        assert!(out[1].get("x").at(1) == message.value().unwrap().at(0).get("m").get("x").at(1));
        assert!(place.at(3).is_none() && place.at(0).get("nothing").get("at all").is_none());
    }
}
