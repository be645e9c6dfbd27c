//! The golden session played through the Rust API: its transcript must be session.txt, line by line.

mod words;

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use podsix::{Config, Direction, Event, EventKind, Host, Mode, PeerId, Result, error};

use words::{Words, quote, unhex, words};

const SESSION: &str = include_str!("session.txt");
const PATIENCE: Duration = Duration::from_secs(60);
const NOBODY: u64 = 0;

#[test]
fn threaded() {
    play(Mode::Threaded);
}

#[test]
fn inline() {
    play(Mode::Inline);
}

fn play(mode: Mode) {
    let mut session = Session { mode, ends: HashMap::new(), address: String::new(), newcomer: "" };
    let mut result = Ok(());
    for (number, line) in SESSION.lines().enumerate() {
        let now = match line.get(..2) {
            Some("> ") => {
                result = session.step(Words(&line[2..]));
                continue;
            }
            Some("= ") => {
                let code = result.as_ref().map_or_else(|error| error.code(), |()| 0);
                format!("= {}", error::error_name(code))
            }
            Some("< ") => {
                let host = Words(&line[2..]).word();
                format!("< {host} {}", session.next(host))
            }
            _ => continue,
        };
        assert_eq!(now, line, "line {}", number + 1);
    }
    assert!(session.ends.is_empty(), "every host was freed");
}

/// A host, whom it knows by which name, and the lines of its events that nobody has asked for yet.
struct End<'a> {
    host: Host,
    peers: HashMap<&'a str, PeerId>,
    names: HashMap<PeerId, &'a str>,
    seen: VecDeque<String>,
}

struct Session<'a> {
    mode: Mode,
    ends: HashMap<&'a str, End<'a>>,
    address: String,
    /// Who connected last: the peer that a server does not know yet.
    newcomer: &'a str,
}

impl<'a> Session<'a> {
    fn step(&mut self, mut words: Words<'a>) -> Result<()> {
        let name = words.word();
        let verb = words.word();
        match verb {
            "new" => return self.new_end(name, words),
            "free" => {
                let end = self.ends.remove(name).unwrap();
                assert_eq!(end.seen, VecDeque::<String>::new(), "{name}");
                return Ok(());
            }
            _ => {}
        }
        let end = self.ends.get_mut(name).unwrap();
        match verb {
            "listen" => {
                let listener = end.host.listen("127.0.0.1:0", words.0 == "approval")?;
                self.address = end.host.listener_address(listener)?.to_string();
                Ok(())
            }
            "connect" => {
                let peer = end.host.connect(&self.address, words.message().as_ref())?;
                end.meet(peer, "server");
                self.newcomer = name;
                Ok(())
            }
            "many" => {
                let (peers, message) = (end.host.peers(), words.message().unwrap());
                let taken = end.host.send_many(&peers, &message, |_, result| result.unwrap())?;
                assert_eq!(taken, peers.len());
                Ok(())
            }
            _ => end.peer_step(verb, words),
        }
    }

    fn new_end(&mut self, name: &'a str, mut words: Words<'_>) -> Result<()> {
        let mut config = Config { mode: self.mode, ..Config::default() };
        while !words.0.is_empty() {
            let setting = match words.word() {
                "max_message" => &mut config.max_message,
                "max_depth" => &mut config.max_depth,
                "max_values" => &mut config.max_values,
                other => panic!("no setting: {other}"),
            };
            *setting = words.word().parse().unwrap();
        }
        let host = Host::new(config)?;
        let end = End { host, peers: HashMap::new(), names: HashMap::new(), seen: VecDeque::new() };
        self.ends.insert(name, end);
        Ok(())
    }

    /// The line of a host's next event.
    fn next(&mut self, host: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(line) = self.ends.get_mut(host).unwrap().seen.pop_front() {
                return line;
            }
            assert!(Instant::now() < deadline, "{host} saw nothing");
            self.ends.values_mut().for_each(|end| end.turn(self.newcomer));
        }
    }
}

impl<'a> End<'a> {
    fn meet(&mut self, peer: PeerId, name: &'a str) {
        self.peers.insert(name, peer);
        self.names.insert(peer, name);
    }

    fn peer_step(&self, verb: &str, mut words: Words<'_>) -> Result<()> {
        let other = words.word();
        let peer = self.peers.get(other).copied().unwrap_or(PeerId::from_u64(NOBODY));
        let host = &self.host;
        match verb {
            "send" => host.send_message(peer, &words.message().unwrap()),
            "broadcast" => host.broadcast(&words.message().unwrap(), peer),
            "json" => host.send_json(peer, words.0),
            "msgpack" => host.send_msgpack(peer, &unhex(words.0)),
            "accept" => host.accept(peer, words.message().as_ref()),
            "drop" => host.drop_peer(peer),
            "refuse" => host.refuse(peer, words.word().parse().unwrap(), &words.text()),
            "disconnect" => host.disconnect(peer, words.word().parse().unwrap(), &words.text()),
            _ => panic!("no step: {verb}"),
        }
    }

    fn turn(&mut self, newcomer: &'a str) {
        let mut event = self.host.wait(Duration::from_millis(1)).unwrap();
        while let Some(now) = event {
            if !matches!(now.kind, EventKind::Stalled | EventKind::Resumed) {
                let name = *self.names.entry(now.peer).or_insert(newcomer);
                self.peers.insert(name, now.peer);
                self.seen.push_back(line(&now, name));
            }
            event = self.host.poll().unwrap();
        }
    }
}

fn line(event: &Event<'_>, peer: &str) -> String {
    let brief = |name: &'static str| name.splitn(3, '_').last().unwrap();
    let direction = match event.direction {
        Direction::Inbound => "inbound",
        _ => "outbound",
    };
    let (kind, reason) = (brief(event.kind.name()), brief(event.reason.name()));
    let (text, action, message) = (quote(event.text), quote(event.action), words(event.message));
    format!("{kind} {peer} {direction} {reason} {} {text} {action} {message}", event.code)
}
