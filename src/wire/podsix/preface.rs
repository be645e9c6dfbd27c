//! The preface: the sixteen bytes with which each end begins, and the hello or reply behind them.

use crate::wire::Reason;
use crate::wire::stranger::{self, Guess, Role, Stranger};

/// Bytes of a preface.
pub const PREFACE: usize = 16;
/// The longest hello or reply, in bytes.
pub const MAX_HELLO: usize = 4096;
/// The protocol's version. Ends of different major versions do not understand each other.
pub const MAJOR: u8 = 1;
/// Minor versions add what the other end may ignore. From 1 on settings close the greeting.
pub const MINOR: u8 = 1;

const MAGIC: [u8; 4] = *b"PDSX";
/// Payloads are MessagePack: the only codec so far.
const MSGPACK: u8 = 0;
/// What follows the server's preface is the payload of a close, not a reply.
const REFUSED: u8 = 1;
/// From here on a preface tells its version.
const VERSION_END: usize = 6;

/// What a preface of this major version says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Preface {
    /// Its sender's minor version.
    pub minor: u8,
    /// Whether a close follows. Means nothing in a client's preface.
    pub refused: bool,
    /// The largest message that its sender takes.
    pub max_message: u32,
    /// Bytes that follow.
    pub length: usize,
}

/// What the bytes so far amount to.
pub(super) enum Progress {
    /// At least this many bytes are needed to know more.
    Need(usize),
    /// All of it.
    Whole(Preface),
}

/// Why the bytes are no preface for this end.
pub(super) enum Mismatch {
    Stranger(Stranger),
    Podsix(Reason, String),
}

/// Reads a preface as far as it is there; what is wrong with it is said at the first byte that shows
/// it, in words that are true at both ends, for both may see them.
pub(super) fn read(input: &[u8], we_are: Role) -> Result<Progress, Mismatch> {
    let known = input.len().min(MAGIC.len());
    if input[..known] != MAGIC[..known] {
        return match stranger::recognise(input) {
            Guess::Open => Ok(Progress::Need(input.len() + 1)),
            Guess::Is(stranger) => Err(Mismatch::Stranger(stranger)),
        };
    }
    let (us, them, body) = match we_are {
        Role::Server => ("server", "client", "hello"),
        Role::Client => ("client", "server", "reply"),
    };
    if let Some(&[_, _, _, _, major, minor]) = input.first_chunk::<VERSION_END>()
        && major != MAJOR
    {
        let text = format!(
            "the {them} speaks version {major}.{minor} of podsix's protocol, the {us} {MAJOR}.{MINOR}"
        );
        return Err(Mismatch::Podsix(Reason::Version, text));
    }
    let Some(&[_, _, _, _, _, minor, codec, flags, a, b, c, d, e, f, g, h]) =
        input.first_chunk::<PREFACE>()
    else {
        return Ok(Progress::Need(PREFACE));
    };
    if codec != MSGPACK {
        let text =
            format!("the {them} encodes messages with codec {codec}, the {us} with 0, MessagePack");
        return Err(Mismatch::Podsix(Reason::WrongProtocol, text));
    }
    let length = u32::from_be_bytes([e, f, g, h]) as usize;
    if length > MAX_HELLO {
        let text = format!("a {body} of {length} bytes, the protocol allows {MAX_HELLO}");
        return Err(Mismatch::Podsix(Reason::Protocol, text));
    }
    let max_message = u32::from_be_bytes([a, b, c, d]);
    Ok(Progress::Whole(Preface { minor, refused: flags & REFUSED != 0, max_message, length }))
}

/// Writes a preface and what follows it, at most [`MAX_HELLO`] bytes.
pub(super) fn write(refused: bool, max_message: u32, body: &[u8], out: &mut Vec<u8>) {
    debug_assert!(body.len() <= MAX_HELLO, "the caller has checked the length");
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&[MAJOR, MINOR, MSGPACK, if refused { REFUSED } else { 0 }]);
    out.extend_from_slice(&max_message.to_be_bytes());
    out.extend_from_slice(&(body.len() as u32).to_be_bytes());
    out.extend_from_slice(body);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut bytes = Vec::new();
        write(false, 70_000, b"\xa2hi", &mut bytes);
        bytes
    }

    fn need(input: &[u8]) -> usize {
        match read(input, Role::Server) {
            Ok(Progress::Need(bytes)) => bytes,
            _ => panic!("not incomplete: {input:x?}"),
        }
    }

    fn mismatch(input: &[u8]) -> (Reason, String) {
        match read(input, Role::Server) {
            Err(Mismatch::Podsix(reason, text)) => (reason, text),
            _ => panic!("no mismatch: {input:x?}"),
        }
    }

    #[test]
    fn a_preface_comes_back_as_it_was() {
        let Ok(Progress::Whole(preface)) = read(&sample(), Role::Server) else { panic!() };
        let wanted = Preface { minor: MINOR, refused: false, max_message: 70_000, length: 3 };
        assert_eq!(preface, wanted);
    }

    #[test]
    fn each_beginning_waits_for_sixteen_bytes() {
        for len in 0..PREFACE {
            assert_eq!(need(&sample()[..len]), PREFACE);
        }
    }

    #[test]
    fn any_minor_version_and_unknown_flags_will_do() {
        let mut bytes = sample();
        bytes[5] = 9;
        bytes[7] = 0xfe;
        let Ok(Progress::Whole(preface)) = read(&bytes, Role::Server) else { panic!() };
        assert!(!preface.refused);
    }

    #[test]
    fn another_major_version_is_told_from_six_bytes() {
        let words = "the client speaks version 2.7 of podsix's protocol, the server 1.1";
        assert_eq!(mismatch(b"PDSX\x02\x07"), (Reason::Version, words.to_owned()));
        assert_eq!(need(b"PDSX\x02"), PREFACE);
    }

    #[test]
    fn another_codec_is_refused() {
        let mut bytes = sample();
        bytes[6] = 1;
        let (reason, text) = mismatch(&bytes);
        assert_eq!(reason, Reason::WrongProtocol);
        assert!(text.contains("codec 1"), "{text}");
    }

    #[test]
    fn a_long_hello_is_refused_before_it_comes() {
        let mut bytes = sample();
        bytes[12..16].copy_from_slice(&4097_u32.to_be_bytes());
        let (reason, text) = mismatch(&bytes[..PREFACE]);
        assert_eq!(reason, Reason::Protocol);
        assert_eq!(text, "a hello of 4097 bytes, the protocol allows 4096");
    }
}
