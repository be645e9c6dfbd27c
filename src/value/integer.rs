//! Integers in decimal, of any size.

use super::validate::is_big_integer;
use super::{BIG_INTEGER, encode};

/// An integer in the form that holds it.
pub(super) enum Integer<'a> {
    Int(i64),
    /// Above `i64::MAX`.
    Uint(u64),
    /// Beyond 64 bits.
    Big(&'a str),
}

impl<'a> Integer<'a> {
    /// Reads `-?[0-9]+` without leading zeros, of at most [`MAX_DIGITS`](super::MAX_DIGITS).
    pub(super) fn parse(decimal: &'a str) -> Option<Integer<'a>> {
        // Rust's own parser would take "+1" and "007" too.
        let magnitude = decimal.strip_prefix('-').unwrap_or(decimal);
        let plain = magnitude == "0" || magnitude.starts_with(|digit| matches!(digit, '1'..='9'));
        match (decimal.parse(), decimal.parse()) {
            _ if !plain => None,
            (Ok(int), _) => Some(Integer::Int(int)),
            (_, Ok(uint)) => Some(Integer::Uint(uint)),
            _ => is_big_integer(decimal.as_bytes()).then_some(Integer::Big(decimal)),
        }
    }

    /// Appends it.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        match self {
            Integer::Int(int) => encode::int(out, int),
            Integer::Uint(uint) => encode::uint(out, uint),
            Integer::Big(digits) => {
                encode::ext_head(out, BIG_INTEGER, digits.len());
                out.extend_from_slice(digits.as_bytes());
            }
        }
    }
}
