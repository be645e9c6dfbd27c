//! The feature `log`: what a host logs goes to the program's logger too, whatever that does with it.

mod api;

use std::panic;
use std::sync::{Mutex, Once, PoisonError};
use std::thread::{self, ThreadId};

use api::{Api, End, Raw, config, kind};
use log::{Log, Metadata, Record};
use podsix::{EventKind, Level, Mode, Reason};

cases! {
    each_record_goes_to_the_ring_and_to_the_logger,
    a_logger_that_panics_takes_nothing_from_the_host,
}

/// What makes the logger panic.
const POISON: &str = "this record is poison";
const PANIC: &str = "the logger panics, as it shall";

struct Line {
    level: log::Level,
    text: String,
    thread: ThreadId,
}

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

/// The program's logger, which all cases share: each looks for its own records.
struct Logger;

impl Log for Logger {
    fn enabled(&self, _metadata: &Metadata) -> bool {
        true
    }

    fn log(&self, record: &Record) {
        if record.target() != "podsix" {
            return;
        }
        let (level, text, thread) =
            (record.level(), record.args().to_string(), thread::current().id());
        let poisoned = text.contains(POISON);
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(Line { level, text, thread });
        drop(lines);
        if poisoned {
            panic!("{PANIC}");
        }
    }

    fn flush(&self) {}
}

fn begin() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Logger).expect("the only logger");
        log::set_max_level(log::LevelFilter::Trace);
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if panic.payload_as_str() != Some(PANIC) {
                before(panic);
            }
        }));
    });
}

/// The logger's records with these words, each with the thread it came from.
fn logged(words: &str) -> Vec<(log::Level, String, ThreadId)> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let with_words = lines.iter().filter(|line| line.text.contains(words));
    with_words.map(|line| (line.level, line.text.clone(), line.thread)).collect()
}

/// The host's own next record; it is at `level`.
#[track_caller]
fn recorded<A: Api>(end: &mut End<A>, level: Level) -> String {
    let (found, text) = end.next_log().expect("a record");
    assert_eq!(found, level as i32, "{text}");
    text
}

/// A client says goodbye with these words, which are worth a record.
fn ends_with_words<A: Api>(server: &mut End<A>, address: &str, words: &str) -> u64 {
    let (mut raw, peer) = Raw::open(server, address);
    raw.send(kind::CLOSE, &[&[Reason::Protocol as u8, 0, 0, 0, 0], words.as_bytes()].concat());
    server.gets(EventKind::Disconnected);
    peer
}

fn each_record_goes_to_the_ring_and_to_the_logger<A: Api>(mode: Mode) {
    begin();
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let listening = recorded(&mut server, Level::Info);
    let here = thread::current().id();
    assert!(logged(&address).contains(&(log::Level::Info, listening, here)));

    let peer = ends_with_words(&mut server, &address, "a bad\nday");
    let ended = recorded(&mut server, Level::Warning);
    assert!(ended.ends_with("a bad day"), "{ended}");
    let [(log::Level::Warn, text, _)] = &logged(&format!("peer {peer} "))[..] else {
        panic!("not one warning of peer {peer}");
    };
    assert_eq!(*text, ended);

    server.stop_listening(1).expect("stopped");
    let mut client = End::<A>::new(config(mode));
    client.connect(&address, "").expect("a connect");
    client.gets(EventKind::Error);
    let failed = recorded(&mut client, Level::Debug);
    let debug = |(level, text, _): &(_, String, _)| *level == log::Level::Debug && *text == failed;
    assert!(logged(&address).iter().any(debug));
}

fn a_logger_that_panics_takes_nothing_from_the_host<A: Api>(mode: Mode) {
    begin();
    let (mut server, address) = End::<A>::listening(config(mode), false);
    recorded(&mut server, Level::Info);
    for _ in 0..3 {
        let peer = ends_with_words(&mut server, &address, POISON);
        assert_eq!(logged(&format!("peer {peer} ")).len(), 1, "the logger was asked");
        let record = recorded(&mut server, Level::Warning);
        assert!(record.starts_with(&format!("peer {peer} ")) && record.ends_with(POISON));
    }
}
