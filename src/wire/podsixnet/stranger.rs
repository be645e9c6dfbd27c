//! Who it is that does not speak PodSixNet as this end does, in words for our developer.
//!
//! A game's own codec may begin a payload with any bytes, so at its port nobody is a stranger.

use super::encode_error;
use crate::codec::{Codec, Json, Rencode};
use crate::value::{Limits, Message};
use crate::wire::stranger::{Guess, NOT_PODSIXNET, Role, Stranger, recognise};
use crate::wire::{Close, Dialect};

/// Somebody who never sends a terminator, told from the first bytes.
pub(super) fn without_terminator(input: &[u8], ours: Dialect, we_are: Role) -> Option<String> {
    if ours == Dialect::PodSixNetCustom {
        return None;
    }
    if input.starts_with(b"PDSX") {
        return Some(match we_are {
            Role::Client => server_speaks_podsix(),
            Role::Server => format!(
                "a podsix program connected to this port, which speaks PodSixNet ({ours}): listen on {} \
                 for it",
                Dialect::Podsix
            ),
        });
    }
    let (program, name) = match recognise(input) {
        Guess::Is(Stranger::Http) => ("a web browser or HTTP client", "HTTP"),
        Guess::Is(Stranger::Tls) => ("a TLS program", "TLS"),
        Guess::Is(Stranger::Ssh) => ("an SSH program", "SSH"),
        _ => return None,
    };
    Some(match we_are {
        Role::Client => format!("the server speaks {name}, not PodSixNet: is this the right port?"),
        Role::Server => {
            format!("{program} connected to this port, which speaks PodSixNet ({ours})")
        }
    })
}

/// What a podsix server says to whoever speaks PodSixNet to it, in words for our developer.
pub(super) fn answered(close: &Close) -> Option<String> {
    (close.text == NOT_PODSIXNET).then(server_speaks_podsix)
}

fn server_speaks_podsix() -> String {
    format!("the server speaks podsix: use {}", Dialect::Podsix)
}

/// PodSixNet with the other codec.
pub(super) struct Other {
    ours: Dialect,
    theirs: Dialect,
}

/// Somebody whose first payload ours cannot read and the other codec can, or would if it were whole.
pub(super) fn with_other_codec(payload: &[u8], ours: Dialect, limits: &Limits) -> Option<Other> {
    let (theirs, stranger) = match ours {
        Dialect::PodSixNet => (Dialect::PodSixNetJson, Stranger::PodSixNetJson),
        Dialect::PodSixNetJson => (Dialect::PodSixNet, Stranger::PodSixNet),
        Dialect::Podsix | Dialect::PodSixNetCustom => return None,
    };
    let is_theirs = recognise(payload) == Guess::Is(stranger)
        || codec_of(theirs).decode(payload, limits, &mut Message::new()).is_ok();
    is_theirs.then_some(Other { ours, theirs })
}

impl Other {
    /// Words for our developer.
    pub(super) fn text(&self, we_are: Role) -> String {
        let Other { ours, theirs } = *self;
        let (our_codec, their_codec) = (codec_of(ours).name(), codec_of(theirs).name());
        match we_are {
            Role::Client => format!("the server speaks PodSixNet with {their_codec}: use {theirs}"),
            Role::Server => format!(
                "a PodSixNet program that sends {their_codec} connected to this port, which speaks \
                 {our_codec}: listen on {theirs} for it"
            ),
        }
    }

    /// What the other program's user may see, in its own codec.
    pub(super) fn answer(&self) -> Vec<u8> {
        let Other { ours, theirs } = *self;
        let (our_codec, their_codec) = (codec_of(ours).name(), codec_of(theirs).name());
        let text =
            format!("this server speaks PodSixNet with {our_codec} ({ours}), not {their_codec}");
        let mut answer = Vec::new();
        // Both can say it; one that could not would leave the stranger with a connection that ends.
        let _ = encode_error(codec_of(theirs), -1, &text, &mut answer);
        answer
    }
}

fn codec_of(dialect: Dialect) -> &'static dyn Codec {
    match dialect {
        Dialect::PodSixNetJson => &Json,
        _ => &Rencode,
    }
}
