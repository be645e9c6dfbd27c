//! What a game that polls seldom finds: events of many turns in few blocks.

use super::world::{World, inline, ms, threaded};

/// Messages of 60 milliseconds, each of a turn of its own, then so many at once that they fill blocks.
#[test]
fn what_nobody_has_polled_yet_grows_into_one_block() {
    let mut world = World::new();
    let (server, _) = world.server(threaded());
    let client = world.host(inline());
    let (at_client, _) = world.open(client, server);
    world.sleep(server);
    for n in 0..60 {
        world[client].send_json(at_client, &n.to_string()).unwrap();
        world.run(ms(1));
    }
    world.run(ms(50));
    assert_eq!(world[server].shared.events.len(), 1);
    let full = world[server].shared.portions.block_events() as i64;
    for n in 60..full + 60 {
        world[client].send_json(at_client, &n.to_string()).unwrap();
    }
    world.run(ms(50));
    assert_eq!(world[server].shared.events.len(), 2, "a full block grows no more");
    world.wake(server);
    world.run(ms(1));
    let got: Vec<i64> = world.seen(server).drain(..).map(|seen| seen.int()).collect();
    assert_eq!(got, (0..full + 60).collect::<Vec<_>>(), "and their order stays");
    assert_eq!(world[server].shared.budget.used(), 0);
}
