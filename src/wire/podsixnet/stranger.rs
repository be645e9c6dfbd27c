//! Who it is that does not speak PodSixNet as this end does, in words for our developer.

use crate::codec::{Codec, Json, Rencode};
use crate::wire::stranger::{Guess, Role, Stranger, recognise};

/// Somebody who never sends a terminator, told from the first bytes.
pub(super) fn without_terminator(input: &[u8], codec: &dyn Codec, we_are: Role) -> Option<String> {
    let address = address(codec.name());
    if input.starts_with(b"PDSX") {
        return Some(match we_are {
            Role::Client => "the server speaks podsix: use tcp://".to_owned(),
            Role::Server => format!(
                "a podsix program (tcp://) connected to this port, which speaks PodSixNet ({address})"
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
            format!("{program} connected to this port, which speaks PodSixNet ({address})")
        }
    })
}

/// PodSixNet with the other codec, told from a first payload that ours cannot read.
pub(super) fn with_other_codec(payload: &[u8], codec: &dyn Codec, we_are: Role) -> Option<String> {
    let (theirs, ours) = match (recognise(payload), codec.name()) {
        (Guess::Is(Stranger::PodSixNetJson), Rencode::NAME) => (Json::NAME, Rencode::NAME),
        (Guess::Is(Stranger::PodSixNet), Json::NAME) => (Rencode::NAME, Json::NAME),
        _ => return None,
    };
    let address = address(theirs);
    Some(match we_are {
        Role::Client => format!("the server speaks PodSixNet with {theirs}: use {address}"),
        Role::Server => format!(
            "a PodSixNet program that sends {theirs} connected to this port, which speaks {ours}: \
             listen on {address} for it"
        ),
    })
}

/// How an address begins whose ends speak this codec.
fn address(codec: &str) -> &'static str {
    if codec == Json::NAME { "podsixnet+json://" } else { "podsixnet://" }
}
