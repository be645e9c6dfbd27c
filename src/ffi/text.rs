//! Text that others wrote, for people.

use std::ffi::c_char;

use super::guard::answer;
use super::{input, output};
use crate::value::printable;

/// # Text for people
///
/// Copies text that somebody else wrote as it may be shown in a terminal, a log or a window: one line of
/// at most `most` characters. Whoever sends a message chooses its action, its keys and its texts: escape
/// codes that clear a terminal, line breaks that forge a log's lines, megabytes. The text of an event
/// needs no such care; the library has seen to it.
///
/// Each tab and line break is a space. Every other control character, each character that turns the
/// direction of writing round (U+202A to U+202E, U+2066 to U+2069) and bytes that are no UTF-8 are U+FFFD.
/// Of a text that has more characters the first are copied, and an ellipsis (U+2026) as the last of
/// `most`. A character is one of Unicode's code points.
///
///     char who[4 * 32 + 1];
///     podsix_text_copy_printable(nickname, nickname_len, 32, who, sizeof who);
///
/// text, len: any bytes; NULL with length 0 is the empty text.
/// most: how many characters at most.
/// buf, cap: where to, as for all text.
///
/// Returns the length in bytes of the text that is to be shown, at most 4 times `most`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_text_copy_printable(
    text: *const c_char,
    len: usize,
    most: usize,
    buf: *mut c_char,
    cap: usize,
) -> i32 {
    answer(|| {
        // SAFETY: *input*.
        let text = unsafe { input::bytes("text", text, len) }?;
        // SAFETY: *output*.
        unsafe { output::text(buf, cap, printable(text, most)) }
    })
}
