//! What a connection costs that is there and says nothing: bytes, and no allocation for its pings. Counts, not times:
//! they are the same on every machine.

mod api;
mod counted_allocations;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use counted_allocations::{held_in_small_pieces, so_far};
use podsix::{Config, EventKind, Host, Message, Mode, PeerId};

#[global_allocator]
static ALLOCATOR: counted_allocations::Counting = counted_allocations::Counting;

const PEERS: usize = 1_024;
/// However many of them ping in one turn, there are empty queues for them.
const FEW: usize = 64;
/// A peer's box, which is larger in a debug build, its slot, two cache lines, and its part of the empty queues that are
/// kept for all. (In tables, which are larger pieces of memory, it has 16 bytes and some bits.)
const BYTES: f64 = if cfg!(debug_assertions) { 160.0 } else { 144.0 } + 128.0 + 20.0;
const INTERVAL: Duration = Duration::from_millis(200);

/// One test, because the count is the whole process's.
#[test]
fn a_connection_that_says_nothing_takes_few_bytes_and_pings_without_allocating() {
    counted_allocations::this_is_the_game_thread();
    api::raise_descriptors(4 * PEERS as u64 + 200);
    let config = Config {
        mode: Mode::Inline,
        ping_interval: INTERVAL,
        max_peers: 3 * PEERS as u32,
        max_greeting_per_address: 0,
        ..Config::default()
    };
    let mut server = Host::new(config.clone()).unwrap();
    let listener = server.listen("127.0.0.1:0", false).unwrap();
    let address = server.listener_address(listener).unwrap().to_string();
    let (wanted, over) = (AtomicUsize::new(FEW), AtomicBool::new(false));
    thread::scope(|scope| {
        // Its allocations are not this thread's.
        scope.spawn(|| {
            let mut client = Host::new(config).unwrap();
            let mut started = 0;
            while !over.load(Ordering::Relaxed) {
                while started < wanted.load(Ordering::Relaxed) {
                    client.connect(&address, None).unwrap();
                    started += 1;
                }
                while client.wait(Duration::from_millis(10)).unwrap().is_some() {}
            }
        });
        let _ends_with_this = EndsClient(&over);
        let deadline = Instant::now() + api::PATIENCE;
        let gather = |server: &mut Host, count: usize| {
            let mut there = 0;
            while there < count {
                assert!(Instant::now() < deadline, "{there} are there");
                while let Some(event) = server.wait(Duration::from_millis(10)).unwrap() {
                    assert_eq!(event.kind, EventKind::Connected);
                    there += 1;
                }
            }
            turn(server, INTERVAL * 4);
        };
        gather(&mut server, FEW);
        let (allocations, sent) = (so_far().0, server.stats().bytes_out);
        turn(&mut server, INTERVAL * 8);
        let pings = (server.stats().bytes_out - sent) / 12;
        assert!(pings >= 4 * FEW as u64, "{pings} pings and pongs");
        let allocations = so_far().0 - allocations;
        assert!(allocations * 20 < pings, "{allocations} allocations for {pings}");

        wanted.store(PEERS, Ordering::Relaxed);
        gather(&mut server, PEERS - FEW);
        // As many empty queues are kept now as ever are, for all peers together.
        let mut message = Message::new();
        message.begin("all");
        server.broadcast(&message, PeerId::NONE).unwrap();
        turn(&mut server, INTERVAL * 4);
        let before = held_in_small_pieces();
        wanted.store(2 * PEERS, Ordering::Relaxed);
        gather(&mut server, PEERS);
        let each = (held_in_small_pieces() - before) as f64 / PEERS as f64;
        assert!(each <= BYTES, "{each} bytes");
    });
}

/// However the test ends.
struct EndsClient<'a>(&'a AtomicBool);

impl Drop for EndsClient<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Lets a host do what it does while nobody says anything.
fn turn(host: &mut Host, time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        while host.wait(Duration::from_millis(5)).unwrap().is_some() {}
    }
}
