//! What simulated lines promise.

use std::io::{ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use super::{Internet, Line, MemoryEndpoint, MemoryLink, Station};
use crate::link::kinds::{Accepted, Link};
use crate::link::poller::Report;
use crate::link::{Lane, Received, Subject};
use crate::wire::Moment;

/// Two ends that are connected, and their stations.
struct Ends {
    internet: Arc<Internet>,
    stations: [Station; 2],
    links: [Option<MemoryLink>; 2],
    _endpoint: MemoryEndpoint,
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn reports(station: &Station) -> Vec<Report> {
    let mut reports = Vec::new();
    station.wait(&mut reports, Some(Duration::ZERO));
    reports
}

impl Ends {
    fn new(seed: u64, line: Line) -> Ends {
        let internet = Internet::new(seed, line);
        let stations = [internet.station(), internet.station()];
        let mut endpoint = stations[1].bind(None, 5).unwrap();
        let listener = Subject::Listener(NonZeroU32::MIN);
        endpoint.begin(listener);
        let mut client = stations[0].connect(endpoint.address(), Subject::Dial(3));
        while client.answered().is_none() {
            internet.move_to(internet.due().expect("something is on its way"));
        }
        assert!(client.answered().unwrap().is_ok());
        let told: Vec<_> = stations.iter().flat_map(reports).map(|report| report.subject).collect();
        assert_eq!(told, [Subject::Dial(3), listener]);
        let Accepted::Link(Link::Memory(mut server), from) = endpoint.accept() else { panic!() };
        assert_eq!(from.ip(), stations[0].ip());
        assert!(matches!(endpoint.accept(), Accepted::Nothing));
        client.begin(Subject::Link(0));
        server.begin(Subject::Link(1));
        for station in &stations {
            let [Report { readable: false, read_closed: false, writable: true, .. }] =
                reports(station)[..]
            else {
                panic!("a new link takes something, and has nothing");
            };
        }
        let links = [Some(client), Some(server)];
        Ends { internet, stations, links, _endpoint: endpoint }
    }

    fn at(&self) -> Duration {
        self.internet.hand().now().since_start()
    }

    fn run(&self, time: Duration) {
        self.internet.move_to(self.internet.hand().now() + time);
    }

    fn write(&self, end: usize, lane: Lane, bytes: &[u8]) -> usize {
        let link = self.links[end].as_ref().unwrap();
        let taken = link.write(lane, &[IoSlice::new(bytes)]).unwrap();
        assert_eq!(taken.full, taken.count < bytes.len());
        taken.count
    }

    /// What has arrived on a lane; and how the stream ends, if it does.
    fn read(&mut self, end: usize, lane: Lane) -> (Vec<u8>, Option<Result<(), ErrorKind>>) {
        let (mut all, mut buffer) = (Vec::new(), [0; 1_000]);
        loop {
            match self.links[end].as_mut().unwrap().read(lane, &mut buffer) {
                Ok(Received::Bytes { count, .. }) => all.extend(&buffer[..count]),
                Ok(Received::Nothing) => return (all, None),
                Ok(Received::End) => return (all, Some(Ok(()))),
                Err(error) => return (all, Some(Err(error.kind()))),
            }
        }
    }

    fn session(&mut self, end: usize) -> (Vec<u8>, Option<Result<(), ErrorKind>>) {
        self.read(end, Lane::SESSION)
    }
}

#[test]
fn bytes_arrive_after_the_delay_and_not_a_moment_before() {
    let mut ends = Ends::new(0, Line { delay: ms(30), ..Line::default() });
    assert_eq!(ends.at(), ms(60), "a connect takes a round trip");
    for (from, to) in [(0, 1), (1, 0)] {
        assert_eq!(ends.write(from, Lane::SESSION, b"hello"), 5);
        ends.run(ms(30) - Duration::from_nanos(1));
        assert!(reports(&ends.stations[to]).is_empty());
        ends.run(Duration::from_nanos(1));
        assert!(matches!(
            reports(&ends.stations[to])[..],
            [Report { readable: true, read_closed: false, writable: false, .. }]
        ));
        assert_eq!(ends.session(to), (b"hello".to_vec(), None));
    }
}

#[test]
fn a_stream_keeps_its_order_on_a_line_that_loses_and_reorders() {
    let line = Line { loss: 0.2, jitter: ms(50), ..Line::default() };
    let mut ends = Ends::new(3, line);
    let (mut sent, mut got) = (Vec::new(), Vec::new());
    let mut late = Duration::ZERO;
    for n in 0..200_u8 {
        let part = vec![n; 10 * usize::from(n)];
        assert_eq!(ends.write(0, Lane::SESSION, &part), part.len());
        sent.extend(part);
        ends.run(ms(10));
        got.extend(ends.session(1).0);
        if got.len() < sent.len() {
            late += ms(10);
        }
    }
    ends.run(Duration::from_secs(60));
    got.extend(ends.session(1).0);
    assert!(got == sent);
    assert!(late > ms(1_000), "losses show as delay");
}

#[test]
fn datagrams_are_lost_and_overtake_each_other_and_are_whole() {
    let line = Line { loss: 0.2, jitter: ms(50), ..Line::default() };
    let mut ends = Ends::new(3, line);
    let mut got = Vec::new();
    for n in 0..250_u8 {
        assert_eq!(ends.write(0, Lane::Datagrams, &[n; 300]), 300);
        ends.run(ms(5));
        got.extend(ends.read(1, Lane::Datagrams).0);
    }
    ends.run(ms(1_000));
    got.extend(ends.read(1, Lane::Datagrams).0);
    let got: Vec<_> = got.chunks(300).collect();
    assert!(got.iter().all(|datagram| datagram.iter().all(|byte| *byte == datagram[0])));
    assert!((180..220).contains(&got.len()), "{} of 250", got.len());
    assert!(!got.is_sorted(), "some overtake");
    let too_large = ends.links[0].as_ref().unwrap();
    let refused = too_large.write(Lane::Datagrams, &[IoSlice::new(&[0; 2_000])]);
    assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::InvalidInput));
}

#[test]
fn a_reader_that_does_not_read_holds_the_writer_back() {
    let mut ends = Ends::new(0, Line { buffer: 10_000, ..Line::default() });
    assert_eq!(ends.write(0, Lane::SESSION, &[1; 7_000]), 7_000);
    assert_eq!(ends.write(0, Lane::SESSION, &[1; 7_000]), 3_000, "a short write");
    assert_eq!(ends.write(0, Lane::SESSION, &[1; 7_000]), 0);
    ends.run(ms(20));
    let mut read = [0; 4_999];
    let mut take = |ends: &mut Ends| {
        ends.links[1].as_mut().unwrap().read(Lane::SESSION, &mut read).unwrap();
        ends.run(ms(20));
        reports(&ends.stations[0]).iter().filter(|report| report.writable).count()
    };
    assert_eq!(take(&mut ends), 0, "more than half of it is left");
    assert_eq!(take(&mut ends), 1);
    assert_eq!(take(&mut ends), 0, "once");
    assert_eq!(ends.write(0, Lane::SESSION, &[1; 20_000]), 10_000);
}

#[test]
fn a_rate_makes_bytes_wait_and_a_full_queue_drops_datagrams() {
    // 100 bytes a millisecond.
    let slow = Line { rate: 100_000, queue: 5_000, ..Line::default() };
    let mut ends = Ends::new(0, slow);
    let began = ends.at();
    assert_eq!(ends.write(0, Lane::SESSION, &[1; 8_000]), 5_000);
    assert_eq!(ends.write(0, Lane::Datagrams, &[2; 1_000]), 1_000, "it does not wait");
    ends.run(ms(25));
    assert!(reports(&ends.stations[0])[0].writable, "when half of the queue has left");
    assert_eq!(ends.write(0, Lane::Datagrams, &[3; 1_000]), 1_000);
    let mut got = Vec::new();
    while got.len() < 5_000 {
        ends.internet.move_to(ends.internet.due().unwrap());
        got.extend(ends.session(1).0);
    }
    assert_eq!(ends.at() - began, ms(50 + 20));
    ends.run(ms(10));
    assert_eq!(ends.read(1, Lane::Datagrams).0, [3; 1_000]);
}

#[test]
fn the_end_comes_behind_what_was_written_and_a_reset_before_what_was_not_read() {
    let mut ends = Ends::new(0, Line::default());
    ends.write(0, Lane::SESSION, b"last words");
    ends.links[0].as_ref().unwrap().finish();
    ends.run(ms(20));
    assert!(reports(&ends.stations[1])[0].read_closed);
    assert_eq!(ends.session(1), (b"last words".to_vec(), Some(Ok(()))));
    // The other half is open still.
    ends.write(1, Lane::SESSION, b"answer");
    ends.run(ms(20));
    assert_eq!(ends.session(0), (b"answer".to_vec(), None));
    ends.links[1] = None;
    ends.run(ms(20));
    assert_eq!(ends.session(0).1, Some(Ok(())));

    // Closed by one who has not read everything.
    let mut ends = Ends::new(0, Line::default());
    ends.write(0, Lane::SESSION, b"unread");
    ends.write(1, Lane::SESSION, b"on its way");
    ends.run(ms(20));
    ends.links[1] = None;
    ends.run(ms(20));
    assert_eq!(ends.session(0), (Vec::new(), Some(Err(ErrorKind::ConnectionReset))));
    assert_eq!(ends.session(0).1, Some(Ok(())), "said once");
    let write = ends.links[0].as_ref().unwrap().write(Lane::SESSION, &[IoSlice::new(b"more")]);
    assert_eq!(write.err().map(|error| error.kind()), Some(ErrorKind::BrokenPipe));

    // Written to one who is gone.
    let mut ends = Ends::new(0, Line::default());
    ends.links[1] = None;
    ends.run(ms(20));
    assert_eq!(ends.session(0).1, Some(Ok(())));
    ends.write(0, Lane::SESSION, b"too late");
    ends.run(ms(40));
    assert_eq!(ends.session(0).1, Some(Err(ErrorKind::ConnectionReset)));
}

#[test]
fn nobody_who_listens_refuses_and_a_silent_line_says_nothing() {
    let internet = Internet::new(0, Line::default());
    let station = internet.station();
    let nobody: SocketAddr = "10.1.1.1:9".parse().unwrap();
    let refused = station.connect(nobody, Subject::Dial(0));
    let silent: SocketAddr = "10.1.1.2:9".parse().unwrap();
    internet.set_line(station.ip(), silent.ip(), Line { silent: true, ..Line::default() });
    let waits = station.connect(silent, Subject::Dial(1));
    internet.move_to(Moment::START + ms(39));
    assert!(refused.answered().is_none());
    internet.move_to(Moment::START + ms(40));
    let error = refused.answered().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(reports(&station).len(), 1);
    internet.move_to(Moment::START + Duration::from_secs(3_600));
    assert!(waits.answered().is_none());
}

#[test]
fn an_outage_delays_a_stream_and_swallows_datagrams() {
    let mut ends = Ends::new(0, Line::default());
    let [one, other] = ends.stations.each_ref().map(Station::ip);
    ends.internet.cut(one, other, ends.internet.hand().now() + ms(1_000));
    ends.write(0, Lane::SESSION, b"stream");
    ends.write(0, Lane::Datagrams, b"datagram");
    ends.run(ms(1_000 + 40 + 20 + 19));
    assert_eq!(ends.session(1).0, b"");
    ends.run(ms(1));
    assert_eq!(ends.session(1).0, b"stream");
    assert_eq!(ends.read(1, Lane::Datagrams).0, b"");
}
