//! Who it is that does not speak PodSixNet as this end does, in words for our developer.
//!
//! A game's own codec may begin a payload with any bytes, so at its port nobody is a stranger.

use crate::wire::Protocol;
use crate::wire::stranger::{Guess, Role, Stranger, recognise};

/// Somebody who never sends a terminator, told from the first bytes.
pub(super) fn without_terminator(input: &[u8], ours: Protocol, we_are: Role) -> Option<String> {
    if ours == Protocol::PodSixNetCustom {
        return None;
    }
    if input.starts_with(b"PDSX") {
        return Some(match we_are {
            Role::Client => format!("the server speaks podsix: use {}", Protocol::Podsix),
            Role::Server => format!(
                "a podsix program ({}) connected to this port, which speaks PodSixNet ({ours})",
                Protocol::Podsix
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

/// PodSixNet with the other codec, told from a first payload that ours cannot read.
pub(super) fn with_other_codec(payload: &[u8], ours: Protocol, we_are: Role) -> Option<String> {
    let (theirs, their_codec, our_codec) = match (recognise(payload), ours) {
        (Guess::Is(Stranger::PodSixNetJson), Protocol::PodSixNet) => {
            (Protocol::PodSixNetJson, "JSON", "rencode")
        }
        (Guess::Is(Stranger::PodSixNet), Protocol::PodSixNetJson) => {
            (Protocol::PodSixNet, "rencode", "JSON")
        }
        _ => return None,
    };
    Some(match we_are {
        Role::Client => format!("the server speaks PodSixNet with {their_codec}: use {theirs}"),
        Role::Server => format!(
            "a PodSixNet program that sends {their_codec} connected to this port, which speaks \
             {our_codec}: listen on {theirs} for it"
        ),
    })
}
