//! Not a number, in the one form that it has in podsix: quiet, without sign or payload.
//!
//! Why something is not a number nobody can ask in every language, and what packs pointers into those
//! bits (as some script engines do) must not be handed a stranger's.

const NAN: f64 = f64::from_bits(0x7ff8_0000_0000_0000);
const NAN_32: f32 = f32::from_bits(0x7fc0_0000);

/// The same double, or the one that is not a number.
#[inline(always)]
pub(super) fn one_nan(double: f64) -> f64 {
    if double.is_nan() { NAN } else { double }
}

/// The same float, or the one that is not a number.
#[inline(always)]
pub(super) fn one_nan_32(float: f32) -> f32 {
    if float.is_nan() { NAN_32 } else { float }
}
