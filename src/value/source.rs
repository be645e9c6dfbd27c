//! Where validated bytes are read from.

/// The bytes of a validated value, from its first byte on. They may run past its end.
///
/// The walking code is written once over this: Rust holds a slice, the C ABI a bare address. Whoever
/// implements it may take for granted that every position asked for lies inside the validated value.
pub trait Source<'a>: Copy {
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
