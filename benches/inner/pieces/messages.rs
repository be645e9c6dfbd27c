//! The messages that the pieces work on.

use podsix::Message;
use podsix::value::Limits;

use super::move_message;

/// The defaults of a host.
pub const LIMITS: Limits = Limits { depth: 64, values: 65_536 };

/// Messages in the recording.
pub const RECORDED: u32 = 75;

/// Items in the list.
pub const ITEMS: u32 = 100;

/// What a player's move looks like: 46 bytes.
pub fn a_move() -> Vec<u8> {
    let mut message = Message::new();
    move_message::write(&mut message, 1);
    bytes(&message, 46)
}

/// What a server tells everybody sixty times a second: 200 bytes.
pub fn a_state() -> Vec<u8> {
    let mut message = Message::new();
    message.begin("state").set("tick", 123_456).key("players").open_list();
    for player in 0..10 {
        let at = f64::from(player);
        message.open_list().push(player).push(at as f32 * 1.5).push(-at as f32 * 0.25).close();
    }
    message.close().set("score", "red 3 : blue 2, 41 s to play!").set("t", 3.5);
    bytes(&message, 200)
}

/// All that a client is told when it comes in: nested, 10 KB of JSON.
pub fn a_world() -> Vec<u8> {
    let message = Message::from_json(include_str!("../../codecs/world.json"));
    message.expect("JSON").bytes().expect("a whole message").to_vec()
}

/// What was recorded of a real game.
pub fn recorded() -> Vec<Vec<u8>> {
    let lines = include_str!("../../../tests/data/game_messages.jsonl").lines();
    let messages: Vec<Vec<u8>> = lines
        .map(|line| {
            let message = Message::from_json(line).expect("the recording is JSON");
            message.bytes().expect("a whole message").to_vec()
        })
        .collect();
    assert_eq!(messages.len(), RECORDED as usize);
    messages
}

/// A map with a list.
pub fn a_list() -> Vec<u8> {
    let mut message = Message::new();
    message.begin("path").key("items").open_list();
    for item in 0..ITEMS {
        message.push(item * 3);
    }
    message.close();
    message.bytes().expect("a whole message").to_vec()
}

/// The counts mean something only for messages of these sizes.
fn bytes(message: &Message, size: usize) -> Vec<u8> {
    let bytes = message.bytes().expect("a whole message");
    assert_eq!(bytes.len(), size);
    bytes.to_vec()
}
