//! Deadlines, pings, silence and sleep, on a clock that the tests move.

use podsix::wire::{PREFACE, Reason, Rules};

use super::*;

const PING: usize = 12;
/// Those of the rules here.
const SETTINGS: usize = 53;

fn timeout(words: &str) -> Result<Option<Duration>, (Reason, String)> {
    Err((Reason::Timeout, words.to_owned()))
}

fn silent() -> Result<Option<Duration>, (Reason, String)> {
    timeout("silent for 15000 ms (idle_timeout_ms)")
}

fn asleep() -> Result<Option<Duration>, (Reason, String)> {
    timeout("its game has not polled for 60000 ms (stall_limit_ms)")
}

/// Keeps its pings from mattering: the deadline is then the timeout's.
fn rare_pings() -> Rules {
    Rules { ping_interval: secs(1_000_000), ..rules() }
}

#[test]
fn a_client_that_trickles_its_preface_is_timed_out() {
    let preface = End::client(rules(), &[]).sent();
    let mut server = End::server(rules());
    for byte in &preface[..4] {
        server.receive(&[*byte]);
        assert!(server.tick_after(secs(1)).is_ok());
    }
    server.receive(&preface[4..5]);
    let text = "no complete greeting within 5000 ms (handshake_timeout_ms)".to_owned();
    assert_eq!(server.tick_after(secs(1)), Err((Reason::HandshakeTimeout, text)));
}

#[test]
fn a_hello_that_does_not_end_is_timed_out() {
    let mut server = End::server(rules());
    let hello = End::client(rules(), HI).sent();
    server.receive(&hello[..PREFACE + 1]);
    assert_eq!(server.tick_after(ms(1500)), Ok(Some(ms(3500))));
    assert_eq!(server.tick_after(ms(3500)).unwrap_err().0, Reason::HandshakeTimeout);
}

#[test]
fn an_approval_has_its_own_time() {
    let (mut client, mut server) = (End::client(rules(), HI), End::server(rules()));
    server.now = server.now + secs(4);
    exchange(&mut client, &mut server);
    assert_eq!(server.tick_after(secs(9)), Ok(Some(secs(1))));
    let text = "neither accepted nor refused within 10000 ms (approval_timeout_ms)".to_owned();
    assert_eq!(server.tick_after(secs(1)), Err((Reason::ApprovalTimeout, text)));
}

#[test]
fn a_client_waits_for_greeting_and_approval() {
    let mut client = End::client(rules(), HI);
    assert_eq!(client.tick_after(secs(14)), Ok(Some(secs(1))));
    let text = "no answer within 15000 ms (handshake_timeout_ms + approval_timeout_ms)".to_owned();
    assert_eq!(client.tick_after(secs(1)), Err((Reason::HandshakeTimeout, text)));
}

#[test]
fn an_open_session_pings_at_once_and_measures() {
    let (mut client, mut server) = (End::client(rules(), &[]), End::server(rules()));
    server.receive(&client.sent());
    server.welcome(&[]);
    assert_eq!(server.out.len(), PREFACE + SETTINGS + PING);
    client.receive(&server.sent());
    assert_eq!(client.out.len(), 2 * PING, "its own ping and a pong");
    assert_eq!(server.session.rtt(), None);
    server.now = server.now + ms(30);
    server.receive(&client.sent());
    assert_eq!(server.session.rtt(), Some(ms(30)));
}

#[test]
fn pings_go_at_every_interval_however_busy() {
    let (mut client, mut server) = open(rules());
    assert_eq!(client.tick_after(ms(4999)), Ok(Some(ms(1))));
    assert_eq!(client.sent(), []);
    for latency in [20, 70] {
        client.receive(&frame(1, HI));
        assert_eq!(client.tick_after(ms(1)), Ok(Some(secs(5))));
        let ping = client.sent();
        assert_eq!(ping.len(), PING);
        server.receive(&ping);
        client.now = client.now + ms(latency);
        client.receive(&server.sent());
        assert_eq!(client.session.rtt(), Some(ms(latency)));
        client.now = client.now + ms(4999 - latency);
    }
}

#[test]
fn a_staggered_session_pings_once_earlier_and_then_in_its_own_rhythm() {
    let interval = ms(1 << 16);
    let calm = Rules { ping_interval: interval, idle_timeout: Duration::ZERO, ..rules() };
    let (client, mut server) = (End::client(calm, &[]), End::server(calm));
    let mut client = End { session: client.session.staggered(1 << 14), ..client };
    exchange(&mut client, &mut server);
    server.welcome(&[]);
    exchange(&mut client, &mut server);

    let first = interval / 4 * 3;
    assert_eq!(client.tick_after(first - ms(1)), Ok(Some(ms(1))));
    assert_eq!(client.sent(), []);
    for _ in 0..3 {
        assert_eq!(client.tick_after(ms(1)), Ok(Some(interval)));
        assert_eq!(client.sent().len(), PING);
        assert_eq!(client.tick_after(interval - ms(1)), Ok(Some(ms(1))));
        assert_eq!(client.sent(), []);
    }
    let late = ms(1) + interval * 2 + ms(5);
    assert_eq!(client.tick_after(late), Ok(Some(interval - ms(5))), "earlier, to be in step again");
    assert_eq!(client.sent().len(), PING, "what was missed is not made up for");
}

#[test]
fn a_round_trip_longer_than_the_interval_is_measured() {
    let quick = Rules { ping_interval: ms(50), ..rules() };
    let (mut client, mut server) = open(quick);
    client.tick_after(ms(50)).unwrap();
    let first = client.sent();
    client.tick_after(ms(50)).unwrap();
    let second = client.sent();
    assert_eq!(first.len() + second.len(), 2 * PING);

    server.receive(&first);
    client.now = client.now + ms(20);
    client.receive(&server.sent());
    assert_eq!(client.session.rtt(), Some(ms(70)));
    server.receive(&second);
    client.now = client.now + ms(1000);
    client.receive(&server.sent());
    assert_eq!(client.session.rtt(), Some(ms(70)), "that ping was measured already");
}

#[test]
fn a_pong_that_answers_no_ping_is_ignored() {
    let (mut client, mut server) = open(rules());
    let before = client.session.rtt();
    client.now = client.now + secs(1);
    client.receive(&frame(3, &[0, 0, 0, 0, 0, 0, 0, 1]));
    assert_eq!(client.session.rtt(), before, "answered already");

    client.tick_after(secs(4)).unwrap();
    client.now = client.now + ms(10);
    client.receive(&frame(3, &[9; 8]));
    assert_eq!(client.session.rtt(), before, "another ping's");
    client.now = client.now + ms(10);
    server.receive(&client.sent());
    client.receive(&server.sent());
    assert_eq!(client.session.rtt(), Some(ms(20)));
    assert_eq!(client.events(), []);
}

#[test]
fn a_silent_peer_is_timed_out() {
    let (mut client, _) = open(rare_pings());
    assert_eq!(client.tick_after(secs(14)), Ok(Some(secs(1))));
    assert_eq!(client.tick_after(secs(1)), silent());
}

#[test]
fn any_byte_is_life() {
    let (mut client, _) = open(rare_pings());
    let payload = frame(1, &[&b"\xc4\x10"[..], &[0; 16]].concat());
    for byte in payload {
        assert_eq!(client.tick_after(secs(14)), Ok(Some(secs(1))));
        client.receive(&[byte]);
    }
    assert_eq!(client.events().len(), 1);
}

#[test]
fn two_idle_ends_keep_each_other_alive() {
    let (mut client, mut server) = open(rules());
    for _ in 0..100 {
        assert!(client.tick_after(secs(5)).is_ok());
        assert!(server.tick_after(secs(5)).is_ok());
        exchange(&mut client, &mut server);
    }
}

#[test]
fn silence_does_not_count_while_we_do_not_read() {
    let (mut client, _) = open(rare_pings());
    client.session.pause();
    assert!(client.tick_after(secs(1000)).is_ok());
    client.session.unpause(client.now);
    assert_eq!(client.tick_after(secs(14)), Ok(Some(secs(1))));
    assert_eq!(client.tick_after(secs(1)), silent());
}

#[test]
fn a_peer_that_is_not_read_is_still_pinged() {
    let (mut client, _) = open(rules());
    client.session.pause();
    client.tick_after(secs(5)).unwrap();
    assert_eq!(client.sent().len(), PING);
}

#[test]
fn a_pause_before_the_welcome_holds() {
    let (mut client, mut server) = (End::client(rules(), &[]), End::server(rules()));
    server.receive(&client.sent());
    server.session.pause();
    server.welcome(&[]);
    assert!(server.tick_after(secs(100)).is_ok());
}

#[test]
fn stalled_and_resumed_reach_the_game_once_per_stall() {
    let (mut client, mut server) = open(rules());
    client.session.resumed(&mut client.out);
    for ms in [2000, 3000, 4000] {
        client.session.stalled(ms, &mut client.out);
    }
    client.session.resumed(&mut client.out);
    client.session.resumed(&mut client.out);
    client.session.stalled(7, &mut client.out);
    exchange(&mut client, &mut server);
    assert_eq!(server.events(), [Seen::Stalled(2000), Seen::Resumed, Seen::Stalled(7)]);
}

#[test]
fn a_stalled_peer_may_be_silent_until_the_stall_limit() {
    let (mut client, _) = open(rare_pings());
    client.receive(&frame(5, &[0, 0, 8, 0]));
    assert_eq!(client.tick_after(secs(59)), Ok(Some(secs(1))));
    assert_eq!(client.tick_after(secs(1)), asleep());
}

#[test]
fn stalling_again_and_again_does_not_help() {
    let (mut client, _) = open(rare_pings());
    for _ in 0..60 {
        client.receive(&frame(5, &[0, 0, 8, 0]));
        assert!(client.tick_after(ms(999)).is_ok());
    }
    client.receive(&frame(5, &[0, 0, 8, 0]));
    assert_eq!(client.tick_after(ms(60)), asleep());
}

#[test]
fn a_resumed_peer_must_not_be_silent_again() {
    let (mut client, _) = open(rare_pings());
    client.receive(&frame(5, &[0, 0, 8, 0]));
    client.tick_after(secs(50)).unwrap();
    client.receive(&frame(6, &[]));
    assert_eq!(client.tick_after(secs(14)), Ok(Some(secs(1))));
    assert_eq!(client.tick_after(secs(1)), silent());
}

/// Both games slept: the other's RESUMED may be among what is still to be read.
#[test]
fn a_stall_counts_again_from_when_we_read_again() {
    let (mut client, _) = open(rare_pings());
    client.receive(&frame(5, &[0, 0, 8, 0]));
    client.session.pause();
    assert!(client.tick_after(secs(100)).is_ok());
    client.session.unpause(client.now);
    assert_eq!(client.tick_after(secs(59)), Ok(Some(secs(1))));
    assert_eq!(client.tick_after(secs(1)), asleep());
}

#[test]
fn without_an_idle_timeout_nobody_is_timed_out_but_a_game_that_sleeps_for_too_long() {
    let (mut client, _) = open(without_pings());
    assert_eq!(client.tick_after(secs(1_000_000)), Ok(None));
    client.receive(&frame(5, &[0, 0, 8, 0]));
    assert_eq!(client.tick_after(secs(59)), Ok(Some(secs(1))));
    client.receive(&frame(6, &[]));
    assert_eq!(client.tick_after(secs(1_000_000)), Ok(None), "it was awake in time");
    client.receive(&frame(5, &[0, 0, 8, 0]));
    assert_eq!(client.tick_after(secs(60)), asleep());
    assert_eq!(client.sent(), []);
}

#[test]
fn times_beyond_any_clock_are_never() {
    let endless = Rules {
        handshake_timeout: Duration::MAX,
        approval_timeout: Duration::MAX,
        ping_interval: Duration::MAX,
        idle_timeout: Duration::MAX,
        stall_limit: Duration::MAX,
        ..rules()
    };
    assert_eq!(End::client(endless, &[]).tick_after(secs(1)), Ok(None));
    assert_eq!(End::server(endless).tick_after(secs(1)), Ok(None));
    let (mut client, _) = open(endless);
    assert_eq!(client.tick_after(secs(1)), Ok(None));
}
