//! What decoding and encoding cost in allocations: nothing, once their buffers have grown.

mod counted_allocations;

use podsix::codec::{Codec, Json, Rencode, TERMINATOR};
use podsix::value::{Limits, Message};
use podsix::wire::podsixnet::encode_frame;

#[global_allocator]
static ALLOCATOR: counted_allocations::Counting = counted_allocations::Counting;

const LIMITS: Limits = Limits { depth: 64, values: 65_536 };

/// One value of each kind that both codecs have.
fn message() -> Message {
    let mut message = Message::new();
    message
        .begin("move")
        .set("id", 7)
        .set("x", 12.5)
        .set("y", -0.1)
        .set("far", 1.5e300)
        .set("near", -2.5e-7)
        .set("who", "ad\u{1}a")
        .set("t", 70_000);
    message.key("path").open_list().push(1).push(2).open_map().set("open", true).close().close();
    message.key("point").open_tuple().push(3).open_tuple().push("x".repeat(300)).close().close();
    message.key("big").add_big_int("-123456789012345678901234567890");
    message
}

/// Keys that are no strings, which JSON would make strings.
fn keys() -> Message {
    let mut message = Message::new();
    message.open_map();
    for key in ["2.5", "1e30", "123456789012345678901234567890", "null", "true", "-7"] {
        let key = Message::from_json(key).unwrap();
        message.key_value(key.value().unwrap()).add_nil();
    }
    message.close();
    message
}

/// More keys than are compared each with each, in a map among such maps.
fn many_keys() -> Message {
    let mut message = Message::new();
    message.open_map();
    for outer in 0..40 {
        message.key(&format!("key {outer}"));
        if outer % 10 != 0 {
            message.add_nil();
            continue;
        }
        message.open_map();
        for inner in 0..40 {
            message.set(&inner.to_string(), inner);
        }
        message.close();
    }
    message.close();
    message
}

#[test]
fn a_message_allocates_nothing() {
    counted_allocations::this_is_the_game_thread();
    let both: [&dyn Codec; 2] = [&Rencode, &Json];
    let cases: [(&str, Message, &[&dyn Codec]); 3] = [
        ("each kind", message(), &both),
        ("odd keys", keys(), &both[..1]),
        ("many keys", many_keys(), &both),
    ];
    for (what, message, codecs) in cases {
        for codec in codecs {
            let (mut payload, mut read, mut frame) = (Vec::new(), Message::new(), Vec::new());
            let mut round = || {
                payload.clear();
                codec.encode(message.value().unwrap(), &mut payload).unwrap();
                codec.decode(&payload, &LIMITS, &mut read).unwrap();
                frame.clear();
                encode_frame(*codec, read.value().unwrap(), &mut frame).unwrap();
                assert_eq!(frame.strip_suffix(&TERMINATOR), Some(&payload[..]));
            };
            round();
            let (before, _) = counted_allocations::so_far();
            (0..100).for_each(|_| round());
            let (after, _) = counted_allocations::so_far();
            assert_eq!(after, before, "{what} in {}", codec.name());
        }
    }
}
