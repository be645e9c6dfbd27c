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
    timeout("nothing was heard for 15000 ms (idle_timeout_ms)")
}

fn asleep() -> Result<Option<Duration>, (Reason, String)> {
    timeout("the game stood still for 60000 ms (stall_limit_ms)")
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

/// An open session whose client has been given a share; the server has none.
fn open_staggered(rules: Rules, share: u16) -> (End, End) {
    let (mut client, mut server) = (End::client(rules, &[]), End::server(rules));
    client.session = client.session.staggered(share);
    exchange(&mut client, &mut server);
    server.welcome(&[]);
    exchange(&mut client, &mut server);
    (client, server)
}

/// The kinds of the frames in these bytes, which are pings and pongs.
fn kinds(bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(PING).map(|frame| frame[0]).collect()
}

const PINGED: u8 = 2;

/// Two ends on a line with so much delay each way, who do what time demands: when each pinged, and how many writes
/// there were of both.
fn idle(
    client: &mut End,
    server: &mut End,
    delay: Duration,
    time: Duration,
) -> ([Vec<Duration>; 2], usize) {
    let (mut ends, mut on_way) = ([client, server], Vec::<(Moment, usize, Vec<u8>)>::new());
    let (mut pings, mut writes) = ([Vec::new(), Vec::new()], 0);
    let (start, mut now) = (ends[0].now, ends[0].now);
    while now < start + time {
        let (come, still): (Vec<_>, Vec<_>) = on_way.into_iter().partition(|(at, ..)| *at <= now);
        on_way = still;
        for (_, to, bytes) in come {
            ends[to].receive(&bytes);
        }
        let mut next = Vec::new();
        for (who, end) in ends.iter_mut().enumerate() {
            next.extend(end.tick_after(Duration::ZERO).unwrap().map(|wait| now + wait));
            let sent = end.sent();
            if !sent.is_empty() {
                writes += 1;
                if kinds(&sent).contains(&PINGED) {
                    pings[who].push(now - start);
                }
                on_way.push((now + delay, 1 - who, sent));
            }
        }
        now = next.into_iter().chain(on_way.iter().map(|(at, ..)| *at)).min().unwrap();
        ends.iter_mut().for_each(|end| end.now = now);
    }
    (pings, writes)
}

/// The times between those of a list.
fn between(times: &[Duration]) -> Vec<Duration> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn two_idle_ends_ping_by_turns_and_each_measures() {
    let (mut client, mut server) = open_staggered(rules(), 12_345);
    let (pings, writes) = idle(&mut client, &mut server, ms(40), secs(3_600));
    let mut both = pings.concat();
    both.sort();
    // One soon, so that not all go together. From then on, 5 s, a sixteenth to an eighth of that, and the last one's way.
    for gap in &between(&both)[1..] {
        assert!((ms(5_273)..=ms(5_705)).contains(gap), "{gap:?}");
    }
    for own in &pings {
        assert!(between(own)[1..].iter().all(|gap| *gap <= ms(11_200)), "{own:?}");
    }
    // An answer to each ping, and nothing else.
    assert!((2 * both.len() - 1..=2 * both.len()).contains(&writes));
    assert_eq!((client.session.rtt(), server.session.rtt()), (Some(ms(80)), Some(ms(80))));
}

/// One of version 1.0, for instance, or with a shorter interval.
#[test]
fn an_end_that_is_always_pinged_in_time_pings_along_with_its_answer() {
    for interval in [secs(1), secs(5)] {
        let (mut client, _) = open(rules());
        let mut own = Vec::new();
        for n in 1..=1_000 {
            assert!(client.tick_after(interval).is_ok());
            let before = client.sent();
            assert!(before.is_empty() || n * interval.as_secs() <= 5, "its own ping alone, {n}");
            client.receive(&frame(2, &u64::to_be_bytes(n)));
            let answer = client.sent();
            let (first, rest) = answer.split_at(PING);
            assert_eq!(first, frame(3, &u64::to_be_bytes(n)));
            for ping in [&before, rest].into_iter().filter(|ping| !ping.is_empty()) {
                own.push(client.now - Moment::START);
                client.now = client.now + ms(30);
                client.receive(&[&[3][..], &ping[1..]].concat());
                assert_eq!(client.session.rtt(), Some(ms(30)));
            }
        }
        assert!(own.len() > 90 * interval.as_secs() as usize);
        for gap in &between(&own)[1..] {
            assert!((ms(8_750)..=ms(10_100)).contains(gap), "{gap:?}");
        }
    }
}

/// It says something all the time, and hears of us all the same.
#[test]
fn an_end_that_sends_no_pings_is_pinged_however_busy_it_is() {
    let (mut client, mut server) = open(rules());
    let mut pings = Vec::new();
    for second in 0..3_600 {
        client.receive(&frame(1, HI));
        assert!(client.tick_after(secs(1)).is_ok());
        let ping = client.sent();
        if !ping.is_empty() {
            assert_eq!(kinds(&ping), [PINGED]);
            pings.push(secs(second));
            server.receive(&ping);
            client.receive(&server.sent());
        }
    }
    for gap in between(&pings) {
        assert!((secs(6)..=secs(7)).contains(&gap), "{gap:?}");
    }
}

#[test]
fn those_that_come_into_step_fall_out_of_it_again() {
    let last = |share: u16| {
        let (mut client, mut server) = open_staggered(rules(), share);
        // All of a host's ping at once, after it has slept for a minute.
        let now = client.now + secs(60);
        (client.now, server.now) = (now, now);
        client.session.unpause(now);
        server.session.unpause(now);
        assert!(client.tick_after(Duration::ZERO).is_ok());
        exchange(&mut client, &mut server);
        let (pings, _) = idle(&mut client, &mut server, ms(10), secs(600));
        *pings[0].last().unwrap()
    };
    let last: std::collections::BTreeSet<_> =
        (0..64_u32).map(|n| last((n * 40_503) as u16)).collect();
    assert!(last.len() > 40, "of 64 so many go alone: {}", last.len());
}

/// There is hardly time for it to ask first.
#[test]
fn an_interval_that_is_nearly_the_idle_timeout_leaves_time_for_the_answer() {
    for (interval, answer) in [(14_000, 500), (14_900, 40)] {
        let hasty = Rules { ping_interval: ms(interval), ..rules() };
        for share in [0, 0x5500, 0xff00] {
            let (mut client, _) = open_staggered(hasty, share);
            for _ in 0..100 {
                let mut waited = Duration::ZERO;
                while client.out.is_empty() {
                    assert!(client.tick_after(ms(1)).is_ok(), "{interval} {share:x}");
                    waited += ms(1);
                }
                assert!(waited <= ms(15_000 - answer), "{interval} {share:x}: {waited:?}");
                // Only answers come, and late.
                let ping = client.sent();
                assert!(client.tick_after(ms(answer)).is_ok());
                client.receive(&[&[3][..], &ping[1..]].concat());
            }
        }
    }
}

#[test]
fn a_staggered_session_pings_once_earlier_and_then_in_its_own_rhythm() {
    let interval = ms(1 << 16);
    let calm = Rules { ping_interval: interval, idle_timeout: Duration::ZERO, ..rules() };
    let group = interval / 128;
    let (mut client, _) = open_staggered(calm, (1 << 14) + (1 << 6));
    let first = interval / 4 * 3 - group;
    assert_eq!(client.tick_after(first - ms(1)), Ok(Some(ms(1))));
    assert_eq!(client.sent(), []);
    // A quarter longer than an interval, for the other end's ping; and a share of a sixteenth, of its own too.
    let rhythm = interval / 4 * 5 + interval / 64;
    for _ in 0..3 {
        assert_eq!(client.tick_after(ms(1)), Ok(Some(rhythm)));
        assert_eq!(client.sent().len(), PING);
        assert_eq!(client.tick_after(rhythm - ms(1)), Ok(Some(ms(1))));
        assert_eq!(client.sent(), []);
    }
    assert_eq!(client.tick_after(ms(1) + interval * 2 + ms(5)), Ok(Some(rhythm - ms(5))));
    assert_eq!(client.sent().len(), PING, "what was missed is not made up for");
    assert_eq!(client.tick_after(group), Ok(Some(rhythm - ms(5) - group)));
}

#[test]
fn a_round_trip_longer_than_the_interval_is_measured() {
    let quick = Rules { ping_interval: ms(64), ..rules() };
    let (mut client, mut server) = open(quick);
    client.tick_after(ms(64)).unwrap();
    let first = client.sent();
    client.tick_after(ms(80)).unwrap();
    let second = client.sent();
    assert_eq!(first.len() + second.len(), 2 * PING);

    server.receive(&first);
    client.now = client.now + ms(20);
    client.receive(&server.sent());
    assert_eq!(client.session.rtt(), Some(ms(100)));
    server.receive(&second);
    client.now = client.now + ms(1000);
    client.receive(&server.sent());
    assert_eq!(client.session.rtt(), Some(ms(100)), "that ping was measured already");
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

/// Each end has settings of its own, and there and back it takes up to two fifths of what an end's interval leaves of
/// its `idle_timeout`.
#[test]
fn whatever_the_settings_nobody_is_silent_on_a_line_that_carries() {
    let mut state = 7_u64;
    let mut below = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % limit
    };
    for _ in 0..500 {
        let mut settings = || {
            let interval = ms([20, 300, 5_000, 60_000][below(4) as usize] + below(1_000));
            let room = ms([8, 50, 500, 10_000][below(4) as usize] + below(500));
            let (ping_interval, idle_timeout) = match below(8) {
                0 => (Duration::ZERO, Duration::ZERO),
                1 => (interval, Duration::ZERO),
                _ => (interval, interval + room),
            };
            Rules { ping_interval, idle_timeout, ..rules() }
        };
        let both = [settings(), settings()];
        let intervals = both.iter().map(|rules| rules.ping_interval);
        let Some(shortest) = intervals.filter(|it| !it.is_zero()).min() else { continue };
        let rooms = both.iter().filter_map(|it| it.idle_timeout.checked_sub(it.ping_interval));
        let room = rooms.filter(|room| !room.is_zero()).min().unwrap_or(secs(1));
        let [mut client, mut server] = [End::client(both[0], &[]), End::server(both[1])];
        client.session = client.session.staggered(below(1 << 16) as u16);
        server.session = server.session.staggered(below(1 << 16) as u16);
        exchange(&mut client, &mut server);
        server.welcome(&[]);
        exchange(&mut client, &mut server);
        idle(&mut client, &mut server, room * below(20) as u32 / 100, shortest * 300);
    }
}
