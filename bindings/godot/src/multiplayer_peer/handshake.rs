//! What both ends say before a client is let in: that they speak this protocol, and the client's id.

use podsix::{Message, Value};

/// Names the protocol in hello and reply.
const PROTOCOL: &str = "godot";
/// Counts up when packets change their form. What is inside them is Godot's own affair.
const VERSION: i64 = 1;
/// The server's id; clients have greater ones.
pub const SERVER: i32 = 1;

/// Why a server turns a client away: the code and the words of the client's error.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The application's code.
    pub code: i32,
    /// What is wrong, and what to do.
    pub text: String,
}

impl Refusal {
    fn new(code: i32, text: String) -> Refusal {
        Refusal { code, text }
    }

    fn stranger() -> Refusal {
        let text = "a Godot game answers here: connect with a PodsixMultiplayerPeer";
        Refusal::new(1, text.into())
    }

    fn version(theirs: i64) -> Refusal {
        let text = "the server's PodsixMultiplayerPeer speaks version";
        Refusal::new(2, format!("{text} {VERSION}, the client's {theirs}: use the same addon"))
    }

    fn bad_id(id: i64) -> Refusal {
        Refusal::new(3, format!("{id} is no id of a client, they go from 2 to {}", i32::MAX))
    }

    /// Two clients drew the same id.
    pub fn taken(id: i32) -> Refusal {
        Refusal::new(4, format!("another client has the id {id}: connect again"))
    }

    /// The game has set `refuse_new_connections`.
    pub fn closed_door() -> Refusal {
        Refusal::new(5, "the server takes no new players now".into())
    }
}

/// What a client says, with the id it has drawn.
pub fn hello(id: i32) -> Message {
    let mut hello = greeting();
    hello.set("id", i64::from(id)).close();
    hello
}

/// What a server says to a client that it lets in.
pub fn reply() -> Message {
    let mut reply = greeting();
    reply.close();
    reply
}

fn greeting() -> Message {
    let mut greeting = Message::new();
    greeting.open_map().set("protocol", PROTOCOL).set("version", VERSION);
    greeting
}

/// The id that a client asks for.
pub fn read_hello(hello: Value<'_>) -> Result<i32, Refusal> {
    if hello.get("protocol").as_str("") != PROTOCOL {
        return Err(Refusal::stranger());
    }
    let version = hello.get("version").as_int(0);
    if version != VERSION {
        return Err(Refusal::version(version));
    }
    let id = hello.get("id").as_int(0);
    match i32::try_from(id) {
        Ok(client) if client > SERVER => Ok(client),
        _ => Err(Refusal::bad_id(id)),
    }
}

/// Whether a server is one for this protocol. It has compared the versions already.
pub fn is_reply(reply: Value<'_>) -> bool {
    reply.get("protocol").as_str("") == PROTOCOL
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> Refusal {
        read_hello(Message::from_json(json).unwrap().value().unwrap()).unwrap_err()
    }

    #[test]
    fn what_is_written_is_read() {
        for id in [2, i32::MAX] {
            assert_eq!(read_hello(hello(id).value().unwrap()), Ok(id));
        }
        assert!(is_reply(reply().value().unwrap()));
    }

    #[test]
    fn strangers_are_told_apart() {
        for json in ["null", "7", r#"{"name":"ada"}"#, r#"{"protocol":"chat"}"#] {
            assert_eq!(refusal(json).code, 1, "{json}");
            assert!(!is_reply(Message::from_json(json).unwrap().value().unwrap()));
        }
        assert!(!is_reply(Value::NONE), "a server that replies nothing");
        let newer = refusal(r#"{"protocol":"godot","version":2,"id":7}"#);
        assert!(newer.code == 2 && newer.text.contains("version 1, the client's 2"), "{newer:?}");
    }

    #[test]
    fn ids_are_positive_and_not_the_servers() {
        for id in ["0", "1", "-5", "2147483648", "1e300", "\"7\"", "null"] {
            let refused = refusal(&format!(r#"{{"protocol":"godot","version":1,"id":{id}}}"#));
            assert_eq!(refused.code, 3, "{id}");
        }
    }
}
