//! A listener that is gone, and does not say so, costs little, is told of, and keeps nobody else waiting.

use super::world::{World, inline, ms, seconds, threaded};
use crate::{EventKind, PeerId};

#[test]
fn a_listener_that_gives_an_error_for_each_accept_is_told_of_and_does_not_spin() {
    for settings in [inline(), threaded()] {
        let mut world = World::new();
        let (server, address) = world.server(settings);
        let client = world.host(inline());
        let (at_client, at_server) = world.open(client, server);
        world.lose_listeners(server, true);
        let before = world.accepts();
        world[client].send_json(at_client, "1").unwrap();
        let told = world.gets(server, EventKind::Error);
        assert_eq!(told.peer, PeerId::NONE);
        assert!(told.text.contains("connection aborted"), "{}", told.text);
        assert!(told.text.contains("listen again"), "{}", told.text);
        // Who is here already is heard.
        assert_eq!(world.gets(server, EventKind::Message).peer, at_server);
        world.run(seconds(10));
        let accepts = world.accepts() - before;
        assert!((10_000..=140_000).contains(&accepts), "{accepts}");
        let told = std::mem::take(world.seen(server));
        assert!((1..=10).contains(&told.len()), "{told:?}");
        assert!(world[server].stats().accept_pauses > 100);

        // It may have been a crowd that gave up, and who comes then is let in soon.
        world[client].connect(&address, None).unwrap();
        world.run(seconds(1));
        world.lose_listeners(server, false);
        world.seen(server).clear();
        let back = world.now();
        assert!(world.gets(server, EventKind::Connected).at - back <= ms(60));
    }
}
