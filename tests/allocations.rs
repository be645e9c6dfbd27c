//! What messages cost in allocations, whatever is spoken: nothing on the game's thread and, once buffers
//! have grown, nothing on the I/O thread. A count, not a time: it is the same on every machine.

mod api;
mod counted_allocations;

use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};

use podsix::ffi::event::podsix_event;
use podsix::ffi::frame_loop::podsix_poll;
use podsix::ffi::host::{podsix_host_free, podsix_host_new};
use podsix::ffi::listener::{podsix_listen, podsix_listener_get_port};
use podsix::ffi::value::{
    podsix_key, podsix_value_as_double, podsix_value_as_int, podsix_value_fields,
};
use podsix::{Config, Error, EventKind, Host, Message};

#[global_allocator]
static ALLOCATOR: counted_allocations::Counting = counted_allocations::Counting;

const WARM: i64 = 200_000;
const COUNTED: i64 = 200_000;
/// Allocations of the I/O thread are looked at for so many messages at a time.
const STRETCH: i64 = COUNTED / STRETCHES as i64;
const STRETCHES: usize = 100;

/// One test, because the count is the whole process's.
#[test]
fn messages_allocate_nothing() {
    counted_allocations::this_is_the_game_thread();
    if let Some(address) = api::in_child() {
        return send(&address);
    }
    for scheme in ["tcp", "podsixnet", "podsixnet+json"] {
        receive(scheme);
    }
}

fn receive(scheme: &str) {
    let (mut host, mut listener) = (null_mut(), 0);
    let address = format!("{scheme}://127.0.0.1:0\0");
    // SAFETY: NULL asks for defaults, the address ends with a NUL, the outputs are ours.
    let port = unsafe {
        assert_eq!(podsix_host_new(null(), &mut host, null_mut(), 0), 0);
        assert_eq!(podsix_listen(host, address.as_ptr().cast(), usize::MAX, 0, &mut listener), 0);
        podsix_listener_get_port(host, listener)
    };
    let address = format!("{scheme}://127.0.0.1:{port}");
    let mut child = api::child("messages_allocate_nothing", &address);
    let mut child = child.spawn().expect("a child");

    let keys = ["id", "x", "y", "t"]
        .map(|name| podsix_key { name: name.as_ptr().cast(), len: name.len() });
    let mut event = MaybeUninit::<podsix_event>::uninit();
    let (mut next, mut before, mut stretches) = (0, (0, 0), Vec::with_capacity(STRETCHES + 1));
    while next < WARM + COUNTED {
        // SAFETY: the host lives, the event is ours; with the result 1 it has been written, and its
        // message lives until the next poll.
        unsafe {
            // Not podsix_wait, in which the game does the I/O thread's work.
            if podsix_poll(host, event.as_mut_ptr()) != 1 {
                std::thread::yield_now();
                continue;
            }
            let event = event.assume_init_ref();
            if event.kind != EventKind::Message as i32 {
                continue;
            }
            let mut fields = [null(); 4];
            assert_eq!(
                podsix_value_fields(event.message, keys.as_ptr(), 4, fields.as_mut_ptr()),
                4
            );
            assert_eq!(podsix_value_as_int(fields[0], -1), next & 0x3f);
            assert_eq!(podsix_value_as_double(fields[1], -1.0), next as f64 * 0.5);
            assert_eq!(podsix_value_as_double(fields[2], 1.0), -(next as f64));
            assert_eq!(podsix_value_as_int(fields[3], -1), 1_000_000 + next);
        }
        next += 1;
        if next == WARM {
            before = counted_allocations::so_far();
        }
        if next >= WARM && next % STRETCH == 0 {
            stretches.push(counted_allocations::so_far().1);
        }
    }
    let (game, _) = counted_allocations::so_far();
    // SAFETY: the host lives and is not used again.
    unsafe { podsix_host_free(host) };
    assert!(child.wait().expect("the child").success());
    assert_eq!(game - before.0, 0, "{scheme}: allocations on the receiving game's thread");
    // While this thread does not get its turn, all spare blocks are in the queue and others are made; none is a
    // message's, and in some stretch it got its turn.
    let counts: Vec<u64> = stretches.windows(2).map(|ends| ends[1] - ends[0]).collect();
    let (sum, least) = (counts.iter().sum::<u64>(), counts.iter().min().expect("stretches"));
    assert_eq!(counts.len(), STRETCHES);
    assert!(sum * 20 < COUNTED as u64, "{scheme}: {counts:?} on its I/O thread");
    assert!(least * 1_000 < STRETCH as u64, "{scheme}: {counts:?} on its I/O thread");
}

/// The other process: sends all messages, then waits to be told that they have come.
fn send(address: &str) {
    let mut host = Host::new(Config::default()).expect("a host");
    let peer = host.connect(address, None).expect("a connect");
    let (mut message, mut writable, mut n, mut before) = (Message::new(), true, 0, (0, 0));
    loop {
        while writable && n < WARM + COUNTED {
            message.begin("move").set("id", n & 0x3f).set("x", n as f64 * 0.5);
            message.set("y", -(n as f64)).set("t", 1_000_000 + n);
            if n == WARM {
                before = counted_allocations::so_far();
            }
            match host.send_message(peer, &message) {
                Ok(()) => n += 1,
                Err(Error::WouldBlock { .. }) => writable = false,
                Err(error) => panic!("sending: {error}"),
            }
        }
        while let Some(event) = host.wait(std::time::Duration::from_secs(10)).expect("an event") {
            match event.kind {
                EventKind::Writable => writable = true,
                EventKind::Disconnected => {
                    let (game, elsewhere) = counted_allocations::so_far();
                    let sum = game + elsewhere - before.0 - before.1;
                    // Out-buffers grow by pieces of 16 KiB, and who finds the ring full takes a node of
                    // the queue; neither is every message's.
                    assert!(sum * 20 < COUNTED as u64, "{address}: {sum} allocations in sending");
                    return;
                }
                _ => {}
            }
        }
    }
}
