//! A long line: a relay that carries bytes with a delay and takes no more of them than are on their way.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, SockRef, Socket, Type};

/// The most bytes on their way in one direction: what is beyond that waits with its sender.
const WINDOW: usize = 32 << 10;
const PIECE: usize = 4 << 10;
/// What the system may hold for the relay: most of what does not fit on the line waits with its sender.
const BUFFER: usize = 64 << 10;

/// An address behind which, `one_way` from here, the server at `address` is.
pub fn long_line(address: &str, one_way: Duration) -> String {
    // Small before it listens: connections inherit it.
    let near = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    near.set_recv_buffer_size(BUFFER).expect("a small buffer");
    near.bind(&"127.0.0.1:0".parse::<SocketAddr>().expect("an address").into()).expect("a port");
    near.listen(16).expect("listening");
    let near = TcpListener::from(near);
    let entrance = near.local_addr().expect("its address").to_string();
    let address = address.to_owned();
    thread::spawn(move || {
        while let Ok((client, _)) = near.accept() {
            let server = TcpStream::connect(&address).expect("the server");
            SockRef::from(&server).set_recv_buffer_size(BUFFER).expect("a small buffer");
            for (from, to) in [(&client, &server), (&server, &client)] {
                let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                let (take, give) = channel();
                let window = Arc::<Window>::default();
                let other = window.clone();
                thread::spawn(move || enter(from, take, &window, one_way));
                thread::spawn(move || leave(to, give, &other));
            }
        }
    });
    entrance
}

/// Bytes on their way.
#[derive(Default)]
struct Window(Mutex<usize>, Condvar);

fn enter(
    mut from: TcpStream,
    line: Sender<(Instant, Vec<u8>)>,
    window: &Window,
    one_way: Duration,
) {
    let mut piece = [0; PIECE];
    // An error is an end as well: what the system had taken before it has been read before it.
    while let Ok(n @ 1..) = from.read(&mut piece) {
        *window.0.lock().unwrap() += n;
        if line.send((Instant::now() + one_way, piece[..n].to_vec())).is_err() {
            return;
        }
        let full = |bytes: &mut usize| *bytes >= WINDOW;
        drop(window.1.wait_timeout_while(window.0.lock().unwrap(), super::PATIENCE, full));
    }
    let _ = line.send((Instant::now() + one_way, Vec::new()));
}

fn leave(mut to: TcpStream, line: Receiver<(Instant, Vec<u8>)>, window: &Window) {
    for (due, piece) in line {
        // The delay is what this is for.
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if piece.is_empty() || to.write_all(&piece).is_err() {
            let _ = to.shutdown(Shutdown::Write);
            return;
        }
        *window.0.lock().unwrap() -= piece.len();
        window.1.notify_one();
    }
}
