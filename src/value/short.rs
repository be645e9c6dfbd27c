//! Texts of a few bytes, as keys are: two loads that may overlap in place of a call and a loop.

/// Keys are short ASCII and many messages are mostly keys, so those get by without a closer look.
#[inline(always)]
pub(super) fn is_utf8(text: &[u8]) -> bool {
    is_short_ascii(text) || std::str::from_utf8(text).is_ok()
}

/// Whether `text` is at most 16 bytes, all of them ASCII: two loads instead of a loop.
#[inline(always)]
pub(super) fn is_short_ascii(text: &[u8]) -> bool {
    if let Some((first, last)) = ends::<8>(text) {
        let both = u64::from_ne_bytes(first) | u64::from_ne_bytes(last);
        text.len() <= 16 && both & 0x8080_8080_8080_8080 == 0
    } else if let Some((first, last)) = ends::<4>(text) {
        (u32::from_ne_bytes(first) | u32::from_ne_bytes(last)) & 0x8080_8080 == 0
    } else if let Some((first, last)) = ends::<2>(text) {
        (u16::from_ne_bytes(first) | u16::from_ne_bytes(last)) & 0x8080 == 0
    } else {
        text.first().is_none_or(u8::is_ascii)
    }
}

/// The first and the last `N` bytes, which may overlap.
#[inline(always)]
fn ends<const N: usize>(text: &[u8]) -> Option<([u8; N], [u8; N])> {
    Some((*text.first_chunk()?, *text.last_chunk()?))
}

/// Whether two texts are the same.
#[inline(always)]
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    match (ends::<8>(one), ends::<8>(other)) {
        (Some(one_ends), Some(other_ends)) if one.len() <= 16 => one_ends == other_ends,
        (Some(_), _) => one == other,
        _ => match (ends::<4>(one), ends::<4>(other)) {
            (Some(one), Some(other)) => one == other,
            _ => match (ends::<2>(one), ends::<2>(other)) {
                (Some(one), Some(other)) => one == other,
                _ => one.first() == other.first(),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_are_judged_as_long_ones_are() {
        let text: Vec<u8> = (0..40).map(|n| b'a' + n % 26).collect();
        for len in 0..text.len() {
            let one = &text[..len];
            let copy = one.to_vec();
            assert!(is_same(one, &copy) && is_utf8(one));
            assert!(!is_same(one, &text[..len + 1]));
            for at in 0..len {
                let mut other = one.to_vec();
                other[at] = 0xff;
                assert!(!is_same(one, &other) && !is_utf8(&other), "{at} of {len}");
            }
        }
    }
}
