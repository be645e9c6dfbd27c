//! Peers that send frames in which nothing is: they are read seldom, then ended, and hold up nobody for long.

use std::time::Duration;

use super::raw::{frame, kind};
use super::world::{World, inline, ms, seconds, threaded};
use crate::{Config, EventKind, Reason};

/// In simulated time they take as much of it as a thousand do.
const CROWD: usize = if cfg!(debug_assertions) { 100 } else { 250 };
/// What becomes of sixty thousand bytes of such frames.
const READ: Duration = Duration::from_micros(100 * (1_000 / CROWD as u64));
/// One way, on a line of the default.
const DELAY: Duration = Duration::from_millis(20);

#[test]
fn a_crowd_that_says_nothing_with_many_frames_is_ended_and_holds_up_nobody() {
    for (settings, empty) in [
        (inline(), frame(0x80, b"")),
        (threaded(), frame(0xfe, b"")),
        (threaded(), frame(kind::PONG, &[0; 8])),
    ] {
        let mut world = World::new();
        let (server, _) = world.server(Config { max_peers: 2 * CROWD as u32, ..settings });
        let client = world.host(inline());
        let (at_client, at_server) = world.open(client, server);
        let mut raws: Vec<_> = (0..CROWD).map(|_| world.raw(server)).collect();
        world.run(ms(50));
        raws.iter_mut().for_each(|raw| raw.greet());
        world.run(ms(50));
        assert_eq!(world.seen(server).len(), CROWD);
        world.seen(server).clear();
        world.set_read(READ);
        let flood = empty.repeat((64 << 10) / empty.len());
        let began = world.now();
        let (mut sent, mut delays) = (None, Vec::new());
        let mut ended: Vec<super::world::Seen> = Vec::new();
        let mut over = began + seconds(20);
        while world.now() < over {
            if ended.len() == CROWD {
                over = over.min(
                    began + ended.iter().map(|end| end.at - began).max().unwrap() + seconds(7),
                );
            }
            for raw in &mut raws {
                // Each begins with a whole frame: the rest of the last one goes first.
                let part = raw.got.len();
                let cut = (part + raw.write(&flood[part..])) % empty.len();
                raw.got.resize(cut, 0);
            }
            if sent.is_none() {
                world[client].send_json(at_client, "1").unwrap();
                sent = Some(world.now());
            }
            world.run(ms(5));
            for seen in std::mem::take(world.seen(server)) {
                match seen.kind {
                    EventKind::Message => {
                        assert_eq!(seen.peer, at_server);
                        let sent = sent.take().expect("it was sent");
                        delays.push((sent - began, world.now() - sent));
                    }
                    EventKind::Disconnected => ended.push(seen),
                    _ => panic!("{seen:?}"),
                }
            }
        }
        assert_eq!(ended.len(), CROWD);
        for end in &ended {
            assert_eq!(end.reason, Reason::Protocol, "{end:?}");
            assert!(end.text.starts_with("more frames that carry nothing"), "{end:?}");
        }
        // All are read once in a round, and for a few rounds as much as they say.
        let round = READ * CROWD as u32;
        let last = ended.iter().map(|end| end.at - began).max().unwrap();
        assert!(last < seconds(14), "{last:?}");
        for (at, delay) in delays {
            // What they still say is thrown away, until they have closed or linger has passed.
            let most = if at < last + seconds(6) { 2 * round } else { ms(5) };
            assert!(delay <= DELAY + ms(5) + most, "{delay:?} after {at:?}");
        }
    }
}
