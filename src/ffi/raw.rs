//! Values as C holds them: the address of their first byte, and nothing else.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;

use super::codes::{
    PODSIX_ERR_BAD_ARGUMENT, PODSIX_ERR_OUT_OF_RANGE, PODSIX_ERR_PANIC, PODSIX_ERR_WRONG_TYPE,
    PODSIX_OK,
};
use super::output::is_room;
use super::value::podsix_value;
use crate::value::{Limits, MAX_DEPTH, ReadError, Sealed, Source, Value, View};

/// What every value keeps to.
const ANY: Limits = Limits { depth: MAX_DEPTH, values: u32::MAX };

/// Where a value's first byte lies. It was validated before it got here, so that reading never leaves
/// the value.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Raw<'a> {
    first: *const u8,
    life: PhantomData<&'a [u8]>,
}

impl Raw<'_> {
    /// # Safety
    /// The *value* promise, for the lifetime; not NULL.
    #[inline(always)]
    pub(super) unsafe fn new(value: *const podsix_value) -> Self {
        Raw { first: value.cast(), life: PhantomData }
    }

    #[inline(always)]
    pub(super) fn address(self) -> *const podsix_value {
        self.first.cast()
    }
}

impl Sealed for Raw<'_> {}

impl<'a> Source<'a> for Raw<'a> {
    #[inline(always)]
    fn none() -> Self {
        Raw { first: none().cast(), life: PhantomData }
    }

    #[inline(always)]
    fn byte(self, at: usize) -> u8 {
        // SAFETY: *value*: `at` lies inside the validated value, as Source says.
        unsafe { *self.first.add(at) }
    }

    #[inline(always)]
    fn array<const N: usize>(self, at: usize) -> [u8; N] {
        // SAFETY: *value*, as above; an array of bytes lies anywhere.
        unsafe { self.first.add(at).cast::<[u8; N]>().read() }
    }

    #[inline(always)]
    fn bytes(self, at: usize, len: usize) -> &'a [u8] {
        // SAFETY: *value*, as above, for as long as the value lives.
        unsafe { slice::from_raw_parts(self.first.add(at), len) }
    }

    #[inline(always)]
    fn skip(self, count: usize) -> Self {
        // SAFETY: *value*, as above.
        Raw { first: unsafe { self.first.add(count) }, life: PhantomData }
    }
}

/// The NONE value's address.
#[inline(always)]
pub(super) fn none() -> *const podsix_value {
    static NONE: u8 = 0xc1;
    (&raw const NONE).cast()
}

/// A view on a value, of which NULL is NONE.
///
/// # Safety
/// The *value* promise, for `'a`.
#[inline(always)]
pub(super) unsafe fn view<'a>(value: *const podsix_value) -> View<'a, Raw<'a>> {
    let value = if value.is_null() { none() } else { value };
    // SAFETY: *value*.
    View::over(unsafe { Raw::new(value) })
}

/// A value as C sees it.
#[inline(always)]
pub(super) fn address(value: View<'_, Raw<'_>>) -> *const podsix_value {
    value.source().address()
}

/// A received value as C sees it: from here on it is read without looking for its end.
#[inline(always)]
pub(super) fn first_byte(value: Value<'_>) -> *const podsix_value {
    debug_assert!(value.is_none() || Value::parse(value.span(), &ANY).is_ok(), "a validated value");
    value.source().as_ptr().cast()
}

/// Reads a value. It reads as `otherwise` if the library makes a mistake over it. Without `guard`, whose
/// mark on the thread would cost more than most reads: the compiler sees that these cannot panic.
///
/// # Safety
/// The *value* promise, for `'a`.
#[inline]
pub(super) unsafe fn reading<'a, T>(
    value: *const podsix_value,
    otherwise: T,
    read: impl FnOnce(View<'a, Raw<'a>>) -> T,
) -> T {
    // SAFETY: *value*.
    let value = unsafe { view(value) };
    catch_unwind(AssertUnwindSafe(|| read(value))).unwrap_or(otherwise)
}

/// Gives the result of a strict read.
///
/// # Safety
/// The promises *value*, and *output* for the result.
#[inline]
pub(super) unsafe fn read<'a, T>(
    value: *const podsix_value,
    out: *mut T,
    read: impl FnOnce(View<'a, Raw<'a>>) -> Result<T, ReadError>,
) -> i32 {
    if !is_room(out) {
        return PODSIX_ERR_BAD_ARGUMENT;
    }
    // SAFETY: *value* and *output*.
    unsafe {
        reading(value, PODSIX_ERR_PANIC, |value| match read(value) {
            Ok(found) => {
                out.write(found);
                PODSIX_OK
            }
            Err(ReadError::WrongType { .. }) => PODSIX_ERR_WRONG_TYPE,
            Err(ReadError::OutOfRange { .. }) => PODSIX_ERR_OUT_OF_RANGE,
        })
    }
}

/// Gives bytes where they lie, if the value has any.
///
/// # Safety
/// The promises *value*, and *output* for address and length.
#[inline]
pub(super) unsafe fn give<'a>(
    value: *const podsix_value,
    data: *mut *const u8,
    len: *mut usize,
    bytes: impl FnOnce(View<'a, Raw<'a>>) -> Option<&'a [u8]>,
) -> i32 {
    if !is_room(data) || !is_room(len) {
        return PODSIX_ERR_BAD_ARGUMENT;
    }
    // SAFETY: *value* and *output*.
    unsafe {
        reading(value, PODSIX_ERR_PANIC, |value| {
            let Some(bytes) = bytes(value) else { return PODSIX_ERR_WRONG_TYPE };
            data.write(bytes.as_ptr());
            len.write(bytes.len());
            PODSIX_OK
        })
    }
}
