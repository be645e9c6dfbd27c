//! Everything between the hosts of one test, and what is on its way there.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::end::{End, News, Standing};
use super::line::{Line, PACKET, Used};
use super::random::Random;
use super::station::Station;
use crate::link::poller::Report;
use crate::link::subject::Subject;
use crate::shared::clock::Hand;
use crate::wire::Moment;

/// Connections that wait to be accepted at one address; a further one tries again.
const BACKLOG: usize = 1024;
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// All that hosts of one test have in common: lines, and the time.
pub(crate) struct Internet {
    hand: Hand,
    state: Mutex<State>,
    /// How long a read takes, in nanoseconds.
    read: AtomicU64,
}

/// What is on its way, to an end.
enum Delivery {
    /// A connect, to the address that it is for.
    Knock,
    /// To the end that connects.
    Answer(Standing),
    Bytes(Vec<u8>),
    Datagram(Vec<u8>),
    Fin,
    Reset,
    /// There may be room to write again.
    Room,
}

struct OnTheWay {
    at: Moment,
    /// What was sent first goes first.
    number: u64,
    to: usize,
    what: Delivery,
}

pub(super) struct Listener {
    station: usize,
    subject: Option<Subject>,
    waiting: VecDeque<usize>,
    news: bool,
    /// The system took what listens, and gives an error for each accept.
    taken: bool,
}

/// Whose readiness waits to be reported.
pub(super) enum Ready {
    End(usize),
    Listener(SocketAddr),
}

/// Two ends of one connection: that which connects has the even number.
struct Pair {
    ends: [End; 2],
    line: usize,
}

pub(super) struct State {
    now: Moment,
    random: Random,
    stations: Vec<VecDeque<Ready>>,
    listeners: BTreeMap<SocketAddr, Listener>,
    /// By their numbers; none where both ends are closed.
    pairs: Vec<Option<Pair>>,
    line: Line,
    lines: Vec<Used>,
    between: BTreeMap<(IpAddr, IpAddr), usize>,
    under_way: BinaryHeap<Reverse<OnTheWay>>,
    sent: u64,
    /// Reads and writes of streams, by all ends.
    calls: u64,
    /// The writes among them.
    writes: u64,
    /// By all listeners.
    accepts: u64,
    next_port: u16,
}

impl PartialEq for OnTheWay {
    fn eq(&self, other: &OnTheWay) -> bool {
        self.number == other.number
    }
}

impl Eq for OnTheWay {}

impl PartialOrd for OnTheWay {
    fn partial_cmp(&self, other: &OnTheWay) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OnTheWay {
    fn cmp(&self, other: &OnTheWay) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl Internet {
    /// One whose lines are all like this one, until told otherwise. The same `seed` gives the same losses.
    pub(crate) fn new(seed: u64, line: Line) -> Arc<Internet> {
        let state = State {
            now: Moment::START,
            random: Random::new(seed),
            stations: Vec::new(),
            listeners: BTreeMap::new(),
            pairs: Vec::new(),
            line,
            lines: Vec::new(),
            between: BTreeMap::new(),
            under_way: BinaryHeap::new(),
            sent: 0,
            calls: 0,
            writes: 0,
            accepts: 0,
            next_port: 1024,
        };
        let (hand, state) = (Hand::default(), Mutex::new(state));
        Arc::new(Internet { hand, state, read: AtomicU64::new(0) })
    }

    /// A place for one host, with an address of its own: 10.0.0.1 is the first.
    pub(crate) fn station(self: &Arc<Internet>) -> Station {
        let mut state = self.lock();
        state.stations.push(VecDeque::new());
        let number = state.stations.len();
        let ip = Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 0, 0, 0)) + number as u32);
        Station::new(self.clone(), number - 1, ip.into())
    }

    pub(crate) fn hand(&self) -> &Hand {
        &self.hand
    }

    /// Joins two addresses by another line from now on; what is on its way already comes as it would have.
    pub(crate) fn set_line(&self, one: IpAddr, other: IpAddr, line: Line) {
        let mut state = self.lock();
        let at = state.line_between(one, other);
        state.lines[at].line = line;
    }

    /// Lets nothing leave between two addresses until then.
    pub(crate) fn cut(&self, one: IpAddr, other: IpAddr, until: Moment) {
        let mut state = self.lock();
        let at = state.line_between(one, other);
        state.lines[at].down_until = Some(until);
    }

    /// Takes all connections from one host, and tells nobody, as phones do with an app in the background.
    #[cfg(not(loom))]
    pub(super) fn take_connections(&self, station: usize, why: io::ErrorKind) {
        let mut state = self.lock();
        let ends = state.pairs.iter_mut().flatten().flat_map(|pair| &mut pair.ends);
        for end in ends.filter(|end| end.station == Some(station)) {
            end.standing = Standing::Broken(why);
        }
    }

    /// Takes what a host listens with, as iOS does with an app in the background, or gives it back.
    #[cfg(not(loom))]
    pub(super) fn take_listeners(&self, station: usize, taken: bool) {
        let mut state = self.lock();
        let of_station = state.listeners.iter_mut().filter(|(_, it)| it.station == station);
        let at: Vec<_> = of_station.map(|(at, it)| (it.taken = taken, *at).1).collect();
        at.into_iter().for_each(|at| state.knocked(at));
    }

    /// Lets every read take so long from now on.
    pub(crate) fn set_read(&self, time: Duration) {
        self.read.store(time.as_nanos() as u64, Ordering::Relaxed);
    }

    /// A read is over.
    pub(super) fn has_read(&self) {
        let time = Duration::from_nanos(self.read.load(Ordering::Relaxed));
        if !time.is_zero() {
            self.move_to(self.hand.now() + time);
        }
    }

    /// How often a stream has been written to.
    #[cfg(not(loom))]
    pub(crate) fn writes(&self) -> u64 {
        self.lock().writes
    }

    /// How often listeners have tried to accept.
    #[cfg(not(loom))]
    pub(crate) fn accepts(&self) -> u64 {
        self.lock().accepts
    }

    /// When the next thing arrives somewhere.
    pub(crate) fn due(&self) -> Option<Moment> {
        self.lock().under_way.peek().map(|next| next.0.at)
    }

    /// Moves the clock, and delivers what arrives until then.
    pub(crate) fn move_to(&self, at: Moment) {
        let mut state = self.lock();
        while let Some(Reverse(next)) = state.under_way.peek()
            && next.at <= at
        {
            let Some(Reverse(next)) = state.under_way.pop() else { break };
            state.now = state.now.max(next.at);
            self.hand.move_to(state.now);
            state.deliver(next.to, next.what);
        }
        state.now = state.now.max(at);
        self.hand.move_to(state.now);
    }

    /// How many reads and writes there were of streams.
    pub(crate) fn calls(&self) -> u64 {
        self.lock().calls
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A test that has failed drops its hosts still.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// What stations and links do.
impl State {
    pub(super) fn listen(&mut self, station: usize, mut at: SocketAddr) -> io::Result<SocketAddr> {
        while at.port() == 0 || self.listeners.contains_key(&at) {
            if at.port() != 0 {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            let port = self.free_port();
            if !self.listeners.contains_key(&SocketAddr::new(at.ip(), port)) {
                at.set_port(port);
            }
        }
        let waiting = VecDeque::new();
        self.listeners
            .insert(at, Listener { station, subject: None, waiting, news: false, taken: false });
        Ok(at)
    }

    pub(super) fn begin_listening(&mut self, at: SocketAddr, subject: Subject) {
        if let Some(listener) = self.listeners.get_mut(&at) {
            listener.subject = Some(subject);
            self.knocked(at);
        }
    }

    pub(super) fn accept(&mut self, at: SocketAddr) -> io::Result<Option<(usize, SocketAddr)>> {
        self.accepts += 1;
        let Some(listener) = self.listeners.get_mut(&at) else { return Ok(None) };
        if listener.taken {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let Some(end) = listener.waiting.pop_front() else { return Ok(None) };
        let other = self.end(end ^ 1).map(|other| other.address);
        Ok(Some((end, other.expect("a pair stays while one end is open"))))
    }

    pub(super) fn stop_listening(&mut self, at: SocketAddr) {
        if let Some(listener) = self.listeners.remove(&at) {
            for end in listener.waiting {
                self.close(end);
            }
        }
    }

    pub(super) fn connect(
        &mut self,
        station: usize,
        from: IpAddr,
        to: SocketAddr,
        subject: Subject,
    ) -> usize {
        let line = self.line_between(from, to.ip());
        let mut ends = [SocketAddr::new(from, self.free_port()), to].map(End::new);
        ends[0].station = Some(station);
        ends[0].subject = Some(subject);
        let first = 2 * self.pairs.len();
        self.pairs.push(Some(Pair { ends, line }));
        self.send(first, Delivery::Knock);
        first
    }

    pub(super) fn begin(&mut self, end: usize, subject: Subject) {
        let Some(it) = self.end_mut(end) else { return };
        it.subject = Some(subject);
        it.news = None;
        let news = it.news_so_far();
        self.report(end, news);
    }

    /// Fills a buffer; whether there is more. None: nothing is there yet.
    pub(super) fn read(
        &mut self,
        end: usize,
        buffer: &mut [u8],
    ) -> io::Result<Option<(usize, bool)>> {
        self.calls += 1;
        let Some(it) = self.end_mut(end) else { return Ok(Some((0, false))) };
        let count = buffer.len().min(it.stream.len());
        if count == 0 {
            return match it.standing {
                Standing::Broken(kind) => {
                    // It is said once.
                    it.standing = Standing::Broken(io::ErrorKind::BrokenPipe);
                    match kind {
                        io::ErrorKind::BrokenPipe => Ok(Some((0, false))),
                        kind => Err(kind.into()),
                    }
                }
                _ if it.ended => Ok(Some((0, false))),
                _ => Ok(None),
            };
        }
        let (front, back) = it.stream.as_slices();
        let from_front = count.min(front.len());
        buffer[..from_front].copy_from_slice(&front[..from_front]);
        buffer[from_front..count].copy_from_slice(&back[..count - from_front]);
        it.stream.drain(..count);
        let more = !it.stream.is_empty();
        let writer = end ^ 1;
        let buffer = self.line_of(end).line.buffer;
        if let Some(other) = self.end_mut(writer) {
            other.unread -= count;
            if other.full && other.unread <= buffer / 2 {
                self.send(end, Delivery::Room);
            }
        }
        Ok(Some((count, more)))
    }

    /// Whether a read would not say that nothing is there.
    pub(super) fn has_unread(&self, end: usize) -> bool {
        self.end(end).is_none_or(|it| {
            !it.stream.is_empty() || it.ended || matches!(it.standing, Standing::Broken(_))
        })
    }

    /// Takes as much of the stream as there is room for, and says how much.
    pub(super) fn write(&mut self, end: usize, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        self.writes += 1;
        let now = self.now;
        let (direction, line) = (end & 1, self.line_of(end));
        let (buffer, room) = (line.line.buffer, line.room(direction, now));
        let half_empty = line.half_empty_at(direction, now);
        let Some(it) = self.end_mut(end) else { return Err(io::ErrorKind::BrokenPipe.into()) };
        match it.standing {
            Standing::Broken(_) | Standing::Closed => {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            Standing::Connecting => return Ok(0),
            Standing::Established if it.finished => return Err(io::ErrorKind::BrokenPipe.into()),
            Standing::Established => {}
        }
        let count = bytes.len().min(room).min(buffer.saturating_sub(it.unread));
        it.unread += count;
        if count < bytes.len() {
            it.full = true;
            if count == room {
                self.put(end, half_empty, Delivery::Room);
            }
        }
        for packet in bytes[..count].chunks(PACKET) {
            self.send(end, Delivery::Bytes(packet.to_vec()));
        }
        Ok(count)
    }

    pub(super) fn read_datagram(&mut self, end: usize) -> Option<Vec<u8>> {
        self.end_mut(end)?.datagrams.pop_front()
    }

    pub(super) fn write_datagram(&mut self, end: usize, bytes: Vec<u8>) -> io::Result<()> {
        if bytes.len() > PACKET {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let (now, line) = (self.now, self.pair(end).map(|pair| pair.line));
        let at = line.and_then(|line| {
            self.lines[line].datagram(end & 1, bytes.len(), now, &mut self.random)
        });
        if let Some(at) = at {
            self.put(end ^ 1, at, Delivery::Datagram(bytes));
        }
        Ok(())
    }

    pub(super) fn standing(&self, end: usize) -> Standing {
        self.end(end).map_or(Standing::Closed, |end| end.standing)
    }

    /// Whether something of the stream that was written has not arrived.
    pub(super) fn is_under_way(&self, end: usize) -> bool {
        let arrived = self.end(end ^ 1).map_or(0, |other| other.stream.len());
        self.end(end).is_some_and(|end| end.unread > arrived)
    }

    pub(super) fn finish(&mut self, end: usize) {
        if let Some(it) = self.end_mut(end)
            && it.standing == Standing::Established
            && !std::mem::replace(&mut it.finished, true)
        {
            self.send(end, Delivery::Fin);
        }
    }

    pub(super) fn close(&mut self, end: usize) {
        let Some(it) = self.end_mut(end) else { return };
        let was = std::mem::replace(&mut it.standing, Standing::Closed);
        it.subject = None;
        it.news = None;
        match was {
            // Whoever closes without having read everything tears the connection down.
            Standing::Established if !it.stream.is_empty() => self.send(end, Delivery::Reset),
            Standing::Established if !std::mem::replace(&mut it.finished, true) => {
                self.send(end, Delivery::Fin);
            }
            Standing::Connecting => self.send(end, Delivery::Reset),
            _ => {}
        }
        let closed = |end: &End| end.standing == Standing::Closed;
        let gone = |pair: &Pair| pair.ends.iter().all(closed);
        if self.pair(end).is_some_and(gone) {
            self.pairs[end / 2] = None;
        }
    }

    /// Takes what a station has to be told, as much as is told at once.
    pub(super) fn take_reports(&mut self, station: usize, most: usize, into: &mut Vec<Report>) {
        while into.len() < most
            && let Some(ready) = self.stations[station].pop_front()
        {
            let told = match ready {
                Ready::End(end) => self.end_mut(end).and_then(|end| {
                    let News { readable, read_closed, writable } = end.news.take()?;
                    Some(Report { subject: end.subject?, readable, read_closed, writable })
                }),
                Ready::Listener(at) => self.listeners.get_mut(&at).and_then(|listener| {
                    let news = std::mem::take(&mut listener.news);
                    let subject = listener.subject.filter(|_| news)?;
                    Some(Report { subject, readable: true, read_closed: false, writable: false })
                }),
            };
            into.extend(told);
        }
    }

    pub(super) fn has_reports(&self, station: usize) -> bool {
        !self.stations[station].is_empty()
    }
}

// What is on its way.
impl State {
    /// Sends something from an end to the other, behind what is on its way there.
    fn send(&mut self, from: usize, what: Delivery) {
        let bytes = match &what {
            Delivery::Bytes(bytes) => bytes.len(),
            _ => 0,
        };
        let (now, random) = (self.now, &mut self.random);
        let Some(pair) = self.pairs[from / 2].as_mut() else { return };
        let line = &mut self.lines[pair.line];
        let Some(at) = line.stream(from & 1, bytes, now, random) else { return };
        let end = &mut pair.ends[from & 1];
        let at = at.max(end.last_arrival);
        end.last_arrival = at;
        self.put(from ^ 1, at, what);
    }

    fn put(&mut self, to: usize, at: Moment, what: Delivery) {
        self.sent += 1;
        self.under_way.push(Reverse(OnTheWay { at, number: self.sent, to, what }));
    }

    fn deliver(&mut self, to: usize, what: Delivery) {
        let buffer = self.line_of(to).line.buffer;
        if let Delivery::Room = what {
            return self.look_for_room(to);
        }
        if let Delivery::Knock = what {
            return self.knock(to);
        }
        let Some(end) = self.end_mut(to) else { return };
        if end.standing == Standing::Closed {
            if let Delivery::Bytes(_) = what {
                self.send(to, Delivery::Reset);
            }
            return;
        }
        let mut news = News::default();
        match what {
            Delivery::Answer(standing) => {
                end.standing = standing;
                let failed = standing != Standing::Established;
                news = News { readable: failed, read_closed: failed, writable: true };
            }
            Delivery::Bytes(bytes) => {
                end.stream.extend(bytes);
                news.readable = true;
            }
            Delivery::Datagram(bytes) => {
                let waiting = end.datagrams.iter().map(Vec::len).sum::<usize>();
                if waiting + bytes.len() > buffer {
                    return;
                }
                end.datagrams.push_back(bytes);
                news.readable = true;
            }
            Delivery::Fin => {
                end.ended = true;
                (news.readable, news.read_closed) = (true, true);
            }
            Delivery::Reset => {
                // What has not been read is lost, as on the harsher systems.
                end.stream.clear();
                end.standing = Standing::Broken(io::ErrorKind::ConnectionReset);
                news = News { readable: true, read_closed: true, writable: true };
            }
            Delivery::Room | Delivery::Knock => {}
        }
        self.report(to, news);
    }

    fn knock(&mut self, to: usize) {
        let caller = to ^ 1;
        if self.standing(caller) != Standing::Connecting {
            return;
        }
        let Some(address) = self.end(to).map(|end| end.address) else { return };
        let standing = match self.listeners.get_mut(&address) {
            None => Standing::Broken(io::ErrorKind::ConnectionRefused),
            Some(listener) if listener.waiting.len() >= BACKLOG => {
                let at = self.now + TRY_AGAIN;
                return self.put(to, at, Delivery::Knock);
            }
            Some(listener) => {
                listener.waiting.push_back(to);
                Standing::Established
            }
        };
        let station = self.listeners.get(&address).map(|listener| listener.station);
        if let Some(end) = self.end_mut(to) {
            end.station = station;
            end.standing = match station {
                Some(_) => Standing::Established,
                None => Standing::Closed,
            };
        }
        self.send(to, Delivery::Answer(standing));
        self.knocked(address);
    }

    fn knocked(&mut self, at: SocketAddr) {
        if let Some(listener) = self.listeners.get_mut(&at)
            && listener.subject.is_some()
            && (listener.taken || !listener.waiting.is_empty())
            && !std::mem::replace(&mut listener.news, true)
        {
            self.stations[listener.station].push_back(Ready::Listener(at));
        }
    }

    /// A writer that waits is told when half of what is in its way is gone.
    fn look_for_room(&mut self, writer: usize) {
        let (now, direction) = (self.now, writer & 1);
        let line = self.line_of(writer);
        let (buffer, half_empty) = (line.line.buffer, line.half_empty_at(direction, now));
        let Some(end) = self.end_mut(writer) else { return };
        if !end.full || end.unread > buffer / 2 {
            return;
        }
        if half_empty > now {
            return self.put(writer, half_empty, Delivery::Room);
        }
        end.full = false;
        self.report(writer, News { writable: true, ..News::default() });
    }

    fn report(&mut self, end: usize, news: News) {
        let Some(it) = self.end_mut(end) else { return };
        let (Some(station), Some(_)) = (it.station, it.subject) else { return };
        let is_listed = it.news.is_some();
        let all = it.news.get_or_insert_default();
        all.readable |= news.readable;
        all.read_closed |= news.read_closed;
        all.writable |= news.writable;
        if !is_listed {
            self.stations[station].push_back(Ready::End(end));
        }
    }
}

// Where things are.
impl State {
    fn line_between(&mut self, one: IpAddr, other: IpAddr) -> usize {
        let key = (one.min(other), one.max(other));
        *self.between.entry(key).or_insert_with(|| {
            self.lines.push(Used::new(self.line.clone()));
            self.lines.len() - 1
        })
    }

    /// The line of an end's connection; of one that is gone, any.
    fn line_of(&self, end: usize) -> &Used {
        &self.lines[self.pair(end).map_or(0, |pair| pair.line)]
    }

    fn pair(&self, end: usize) -> Option<&Pair> {
        self.pairs[end / 2].as_ref()
    }

    fn end(&self, end: usize) -> Option<&End> {
        self.pair(end).map(|pair| &pair.ends[end & 1])
    }

    fn end_mut(&mut self, end: usize) -> Option<&mut End> {
        self.pairs[end / 2].as_mut().map(|pair| &mut pair.ends[end & 1])
    }

    fn free_port(&mut self) -> u16 {
        self.next_port = self.next_port.checked_add(1).unwrap_or(1024);
        self.next_port
    }
}
