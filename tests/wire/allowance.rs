//! Frames that carry nothing: how many may come, and what becomes of whoever sends more.

use super::*;

/// A second.
const RATE: usize = 4_000;
/// What a session begins with, what may be saved up, and what is taken beyond that.
const FIRST: usize = RATE;
const SAVED: usize = 16 * RATE;
const OVERDRAFT: usize = 32 * RATE;

fn server() -> End {
    open(without_pings()).1
}

/// Time goes on, and then so many frames come at once. How many of them were taken.
fn come(server: &mut End, after: Duration, frame: &[u8], count: usize) -> usize {
    server.now = server.now + after;
    server.session.heard(server.now);
    for taken in 0..count {
        server.inbox.extend_from_slice(frame);
        server.advance();
        if server.session.is_finished() {
            return taken;
        }
    }
    server.out.clear();
    count
}

fn pong() -> Vec<u8> {
    frame(3, &[0; 8])
}

#[test]
fn each_kind_that_carries_nothing_is_counted_and_at_last_ends_the_session() {
    let kinds = [(2, 8), (3, 8), (5, 4), (6, 0), (0x80, 0), (0x80, 255), (0xff, 1)]
        .map(|(kind, len)| (frame(kind, &vec![0; len]), OVERDRAFT + FIRST));
    let large = [
        (frame(0x81, &[0; 256]), (OVERDRAFT + FIRST) / 2),
        (frame(0x81, &[0; 9_999]), (OVERDRAFT + FIRST) / 40),
    ];
    for (frame, allowed) in kinds.into_iter().chain(large) {
        let mut server = server();
        let first = allowed * FIRST / (OVERDRAFT + FIRST);
        assert_eq!(come(&mut server, ms(0), &frame, first), first);
        assert_eq!(server.session.rests_until(), None);
        assert_eq!(come(&mut server, ms(0), &frame, 1), 1);
        assert_eq!(server.session.rests_until(), Some(server.now + ms(100)));
        let left = allowed - first - 1;
        assert_eq!(come(&mut server, ms(0), &frame, left), left);
        server.events();
        assert_eq!(come(&mut server, ms(0), &frame, 1), 0);
        let text = "more frames that carry nothing (pings, pongs, stalls, kinds from 0x80 up) than 4000 a second, \
                    and 192000 at once";
        assert_eq!(server.violation(), (Reason::Protocol, text.to_owned()));
    }
}

#[test]
fn four_thousand_a_second_are_taken_for_ever_and_more_are_not() {
    for (rate, seconds) in [(RATE, None), (2 * RATE, Some(34))] {
        let mut server = server();
        // However they are spread.
        for second in 1..=100 {
            for part in [1, 99, 400, 500] {
                let count = rate * part / 1_000;
                let taken = come(&mut server, ms(part as u64), &pong(), count);
                if taken < count {
                    assert_eq!(Some(second), seconds);
                    break;
                }
                assert!(seconds.is_some() || server.session.rests_until().is_none());
            }
            if server.session.is_finished() {
                break;
            }
        }
        assert_eq!(server.session.is_finished(), seconds.is_some());
    }
}

/// Both ends ping every millisecond, which is the shortest interval.
#[test]
fn whoever_pings_as_often_as_can_be_never_has_to_rest() {
    let mut server = server();
    for read in 0..20_000_u64 {
        // Read as often as it comes, or seldom.
        let pause = 1 + read * 7_919 % 40;
        assert_eq!(come(&mut server, ms(pause), &pong(), 2 * pause as usize), 2 * pause as usize);
        assert_eq!(server.session.rests_until(), None);
    }
    // An outage of half a minute, after which everything comes at once: and again when there was time to save.
    for _ in 0..3 {
        assert_eq!(come(&mut server, secs(30), &pong(), 60_000), 60_000);
        assert_eq!(server.session.rests_until(), None);
        assert_eq!(come(&mut server, secs(30), &pong(), 0), 0);
    }
    // Not read for long, because our own game did not poll.
    server.session.pause();
    server.now = server.now + secs(30);
    server.session.unpause(server.now);
    assert_eq!(come(&mut server, ms(0), &pong(), 60_000), 60_000);
    assert_eq!(server.session.rests_until(), None);
}

/// Two minutes of such pings come at once: they are read slowly, as many as are in 16 KiB in each tenth of a second.
#[test]
fn after_a_longer_outage_it_rests_and_stays() {
    let mut server = server();
    let mut left = 240_000;
    let saved = come(&mut server, secs(120), &pong(), SAVED + 1);
    left -= saved;
    while left > 0 {
        assert!(server.session.rests_until().is_some());
        left -= come(&mut server, ms(100), &pong(), left.min(16_384 / 12));
        assert!(!server.session.is_finished(), "{left} were left");
    }
    come(&mut server, secs(40), &pong(), 1);
    assert_eq!(server.session.rests_until(), None);
}

#[test]
fn each_message_may_have_such_a_frame_beside_it() {
    let mut server = server();
    for _ in 0..2_000 {
        for _ in 0..100 {
            server.receive(&frame(1, b"\x07"));
            server.receive(&frame(0x90, &[0; 200]));
        }
        server.session.earn(100);
        server.events();
        assert!(!server.session.is_finished());
    }
    assert_eq!(server.session.rests_until(), None);
}

#[test]
fn a_settings_frame_after_the_greeting_is_one_of_them() {
    let mut client = End::client(without_pings(), &[]);
    let greeting = client.sent();
    let settings = &greeting[podsix::wire::PREFACE..];
    let mut server = server();
    assert_eq!(come(&mut server, ms(0), settings, FIRST), FIRST);
    assert_eq!(server.session.rests_until(), None);
    come(&mut server, ms(0), settings, 1);
    assert!(server.session.rests_until().is_some());
}
