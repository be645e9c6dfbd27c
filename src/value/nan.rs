//! NaN, which has one form in podsix: quiet, without a sign, without a payload.
//!
//! Not every language can read a NaN's other bits. And script engines that pack pointers into them ("NaN
//! boxing") could take a stranger's NaN for a pointer.

const NAN: f64 = f64::from_bits(0x7ff8_0000_0000_0000);
const NAN_32: f32 = f32::from_bits(0x7fc0_0000);

/// The same double, or the one NaN.
#[inline(always)]
pub(super) fn one_nan(double: f64) -> f64 {
    if double.is_nan() { NAN } else { double }
}

/// The same float, or the one NaN.
#[inline(always)]
pub(super) fn one_nan_32(float: f32) -> f32 {
    if float.is_nan() { NAN_32 } else { float }
}
