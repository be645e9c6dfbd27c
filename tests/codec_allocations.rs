//! What decoding and encoding cost in allocations: nothing, once their buffers have grown.

mod counted_allocations;

use podsix::codec::{Codec, Json, Rencode};
use podsix::value::{Limits, Message};
use podsix::wire::podsixnet::encode_frame;

#[global_allocator]
static ALLOCATOR: counted_allocations::Counting = counted_allocations::Counting;

const LIMITS: Limits = Limits { depth: 64, values: 65_536 };

#[test]
fn a_message_allocates_nothing() {
    counted_allocations::this_is_the_game_thread();
    let mut message = Message::new();
    message
        .begin("move")
        .set("id", 7)
        .set("x", 12.5)
        .set("y", -0.1)
        .set("who", "ada")
        .set("t", 70_000);
    message.key("path").open_list().push(1).push(2).open_map().set("open", true).close().close();
    let codecs: [&dyn Codec; 2] = [&Rencode, &Json];
    for codec in codecs {
        let (mut payload, mut read, mut frame) = (Vec::new(), Message::new(), Vec::new());
        let mut round = || {
            payload.clear();
            frame.clear();
            let value = message.value().unwrap();
            codec.encode(value, &mut payload).unwrap();
            encode_frame(codec, value, &mut frame).unwrap();
            codec.decode(&payload, &LIMITS, &mut read).unwrap();
            assert_eq!(read.value().unwrap(), value);
        };
        round();
        let (before, _) = counted_allocations::so_far();
        (0..100).for_each(|_| round());
        let (after, _) = counted_allocations::so_far();
        assert_eq!(after, before, "{}", codec.name());
    }
}
