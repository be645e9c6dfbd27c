//! Getting many connections open: the server gathers them, the clients open them.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::child::go_on;
use crate::content::Content;
use crate::net::{Conn, Event, Net, Result, Wait};
use crate::usage::now;

/// More at once would overflow the queues of listeners, and a lost SYN costs a second.
const OPENING: usize = 64;

/// Polls until `count` more connections are open; how many seconds passed from the first of them to
/// the last. Messages that come meanwhile are passed on.
pub fn gather<N: Net>(
    net: &mut N,
    count: usize,
    mut on: impl FnMut(Conn, Content<'_>),
) -> Result<f64> {
    let mut connected = 0;
    let (mut first, mut last) = (0, 0);
    while connected < count {
        go_on()?;
        net.poll(Wait::UpTo(Duration::from_millis(100)), |event| match event {
            Event::Connected => {
                connected += 1;
                last = now();
                first = if connected == 1 { last } else { first };
            }
            Event::Message(conn, content) => on(conn, content),
            Event::Disconnected(conn) => panic!("connection {conn} ended while others came"),
        });
        net.flush();
    }
    Ok((last - first) as f64 / 1e9)
}

/// Opens connections from number `first` up to `end`, a few at a time, and polls until all are open.
/// Messages that come meanwhile are passed on.
pub fn open<N: Net>(
    net: &mut N,
    port: u16,
    (first, end): (usize, usize),
    mut on: impl FnMut(Conn, Content<'_>),
) -> Result<()> {
    let mut addresses = (1..=N::ADDRESSES).cycle();
    let (mut started, mut connected) = (first, first);
    while connected < end {
        go_on()?;
        while started < end && started - connected < OPENING {
            let last = addresses.next().expect("a cycle");
            net.open(SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), port)))?;
            started += 1;
        }
        net.flush();
        net.poll(Wait::UpTo(Duration::from_millis(100)), |event| match event {
            Event::Connected => connected += 1,
            Event::Message(conn, content) => on(conn, content),
            Event::Disconnected(conn) => panic!("connection {conn} ended while others came"),
        });
    }
    net.flush();
    Ok(())
}
