//! Looking up names. The system's resolver blocks, so look-ups have threads of their own. These are the
//! process's, so that any number of hosts has no more of them, and exist only while there is a name to
//! look up; the result comes back as a command.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::config::Mode;
use crate::event::{PeerId, Reason};
use crate::link::os::{self, NoFork};
use crate::shared::Shared;
use crate::shared::command::Command;
use crate::shared::slot::State;
use crate::value::printable;
use crate::words::End;

/// Names that the process looks up at once, each in a thread.
const THREADS: usize = 64;
/// Look-ups that wait for one of the threads, all hosts together: a megabyte at the most.
const WAITING: usize = 4096;

/// All hosts' resolver.
pub(crate) static RESOLVER: Resolver = Resolver::new(system);

/// What finds the addresses of a name, and may take its time.
type Find = fn(&str, u16) -> io::Result<Vec<SocketAddr>>;

pub(crate) struct Resolver {
    find: Find,
    queue: Mutex<Queue>,
}

struct Queue {
    /// Whose threads are counted: a forked child has none of its parent's.
    process: u32,
    threads: usize,
    waiting: VecDeque<LookUp>,
}

/// One connect's name. It keeps neither host nor peer: nothing can interrupt the system's resolver, and
/// freeing a host does not wait for it.
struct LookUp {
    shared: Weak<Shared>,
    peer: PeerId,
    name: String,
    port: u16,
}

impl Resolver {
    const fn new(find: Find) -> Resolver {
        let queue = Queue { process: 0, threads: 0, waiting: VecDeque::new() };
        Resolver { find, queue: Mutex::new(queue) }
    }

    /// Has a name looked up, at once or when a thread is free; [`Command::Resolved`] will bring the
    /// result. How long it may take is the peer's to watch.
    pub(crate) fn look_up(
        &'static self,
        shared: &Arc<Shared>,
        peer: PeerId,
        name: &str,
        port: u16,
    ) -> io::Result<()> {
        let shared = Arc::downgrade(shared);
        let look_up = LookUp { shared, peer, name: name.to_owned(), port };
        let mut queue = self.queue();
        if queue.threads == THREADS {
            return queue.wait(look_up);
        }
        queue.threads += 1;
        drop(queue);
        os::stay_loaded();
        let started = os::spawn("podsix-lookup", move || self.work(look_up));
        if started.is_err() {
            self.queue().threads -= 1;
        }
        started.map(drop)
    }

    /// A thread's life: looks up names until none waits.
    fn work(&self, first: LookUp) {
        let mut next = Some(first);
        while let Some(look_up) = next {
            let LookUp { name, port, .. } = &look_up;
            let found = (self.find)(name, *port).and_then(some);
            look_up.answer(found.map_err(|error| unresolved(name, &error)));
            next = self.queue().next();
        }
    }

    fn queue(&self) -> Locked<'_> {
        let no_fork = NoFork::new();
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if queue.process != process {
            *queue = Queue { process, threads: 0, waiting: VecDeque::new() };
        }
        Locked { queue, _no_fork: no_fork }
    }
}

/// The queue, whose lock no child finds locked.
struct Locked<'a> {
    queue: MutexGuard<'a, Queue>,
    _no_fork: NoFork,
}

impl Deref for Locked<'_> {
    type Target = Queue;

    fn deref(&self) -> &Queue {
        &self.queue
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut Queue {
        &mut self.queue
    }
}

impl Queue {
    fn wait(&mut self, look_up: LookUp) -> io::Result<()> {
        if self.waiting.len() >= WAITING {
            self.waiting.retain(LookUp::is_wanted);
        }
        if self.waiting.len() >= WAITING {
            return Err(io::Error::other(format!(
                "{THREADS} names are being looked up and {WAITING} wait for it, the most that a process \
                 may have; connect again later"
            )));
        }
        self.waiting.push_back(look_up);
        Ok(())
    }

    /// What a thread does next; without anything it ends.
    fn next(&mut self) -> Option<LookUp> {
        let next = std::iter::from_fn(|| self.waiting.pop_front()).find(LookUp::is_wanted);
        // Under the same lock as the search: whoever has a name now starts a thread for it.
        if next.is_none() {
            self.threads -= 1;
        }
        next
    }
}

impl LookUp {
    /// The host, unless it is gone.
    fn host(&self) -> Option<Arc<Shared>> {
        self.shared.upgrade().filter(|shared| shared.condition.is_sound())
    }

    /// Whether somebody still waits for the result.
    fn is_wanted(&self) -> bool {
        self.host().is_some_and(|shared| {
            shared.slots.find(self.peer).is_some_and(|slot| slot.state() == State::Connecting)
        })
    }

    fn answer(&self, found: Result<Vec<SocketAddr>, End>) {
        if let Some(shared) = self.host() {
            shared.command(Command::Resolved { peer: self.peer, found });
            // Inline, nothing else says that this should be taken.
            if shared.config.mode == Mode::Inline {
                shared.show();
            }
        }
    }
}

/// A connect ends so if its name cannot be looked up.
pub(crate) fn unresolved(name: &str, error: &io::Error) -> End {
    let name = printable(name, name.len());
    End::os(Reason::Unresolved, &format!("looking up '{name}'"), error)
}

fn system(name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let found = (name, port).to_socket_addrs().map(Vec::from_iter);
    if name.eq_ignore_ascii_case("localhost") { Ok(local(found, port)) } else { found }
}

/// This machine's own addresses, where the system has none for `localhost`: without a file of hosts, or without IPv6
/// where that names IPv6 alone.
fn local(found: io::Result<Vec<SocketAddr>>, port: u16) -> Vec<SocketAddr> {
    let mut addresses = found.unwrap_or_default();
    if !addresses.iter().any(SocketAddr::is_ipv4) {
        addresses.push((Ipv4Addr::LOCALHOST, port).into());
    }
    addresses
}

fn some(found: Vec<SocketAddr>) -> io::Result<Vec<SocketAddr>> {
    if found.is_empty() { Err(io::Error::other("the name has no address")) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use std::sync::Condvar;
    use std::time::Duration;

    use super::*;
    use crate::shared::via::Via;
    use crate::words::Scheme;
    use crate::{Config, Host, Mode};

    /// A resolver that answers nothing until it may.
    struct Gate {
        names: Mutex<(bool, Vec<String>)>,
        moved: Condvar,
    }

    impl Gate {
        const fn new() -> Gate {
            Gate { names: Mutex::new((false, Vec::new())), moved: Condvar::new() }
        }

        fn pass(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
            let mut names = self.names.lock().unwrap();
            names.1.push(name.into());
            self.moved.notify_all();
            let _open = self.moved.wait_while(names, |(open, _)| !*open).unwrap();
            Ok(Vec::new())
        }

        fn open(&self) {
            self.names.lock().unwrap().0 = true;
            self.moved.notify_all();
        }

        /// The names that were asked for, when they are so many.
        fn asked(&self, count: usize) -> Vec<String> {
            let (names, minute) = (self.names.lock().unwrap(), Duration::from_secs(60));
            let few = |(_, asked): &mut (bool, Vec<String>)| asked.len() < count;
            let (names, late) = self.moved.wait_timeout_while(names, minute, few).unwrap();
            assert!(!late.timed_out(), "{} of {count} are looked up", names.1.len());
            names.1.clone()
        }
    }

    fn host() -> Host {
        Host::new(Config { mode: Mode::Inline, ..Config::default() }).unwrap()
    }

    fn look_up(resolver: &'static Resolver, host: &Host, name: &str) -> io::Result<PeerId> {
        let shared = &host.handle().shared;
        let via = Via::new(None, Scheme::DEFAULT);
        let peer = shared.slots.claim(State::Connecting, 2, via, None).unwrap();
        resolver.look_up(shared, peer, name, 1).map(|()| peer)
    }

    fn threads_end(resolver: &Resolver) {
        while resolver.queue().threads > 0 {
            std::thread::yield_now();
        }
    }

    /// The threads of look-ups in this process, as the system counts them.
    #[cfg(target_os = "linux")]
    fn threads() -> usize {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap();
        let name = |task: io::Result<std::fs::DirEntry>| {
            std::fs::read_to_string(task.ok()?.path().join("comm")).ok()
        };
        tasks.filter_map(name).filter(|name| name.trim() == "podsix-lookup").count()
    }

    #[test]
    fn localhost_is_this_machine_whatever_the_system_knows_of_it() {
        let [v6, v4] = ["[::1]:7", "127.0.0.1:7"].map(|it| it.parse().unwrap());
        assert_eq!(local(Err(io::Error::other("no such name")), 7), [v4]);
        assert_eq!(local(Ok(vec![v6]), 7), [v6, v4]);
        // A system that knows it is asked, and its order kept.
        assert_eq!(local(Ok(vec![v6, v4]), 7), [v6, v4]);
        assert_eq!(
            local(Ok(vec!["127.0.0.3:7".parse().unwrap()]), 7),
            ["127.0.0.3:7".parse().unwrap()]
        );
    }

    #[test]
    fn a_name_that_turns_its_line_round_does_not_in_the_error() {
        let end = unresolved("a\u{202e}b", &io::Error::other("no such name"));
        assert_eq!(end.text, "looking up 'a\u{fffd}b': no such name");
    }

    #[test]
    fn many_hosts_made_and_freed_leave_no_more_threads_than_the_limit() {
        static GATE: Gate = Gate::new();
        static SLOW: Resolver = Resolver::new(|name, _| GATE.pass(name));
        let before: Vec<_> = (0..300)
            .map(|n| {
                let host = host();
                look_up(&SLOW, &host, &format!("host-{n}")).unwrap();
                Arc::downgrade(&host.handle().shared)
            })
            .collect();
        assert!(
            before.iter().all(|shared| shared.upgrade().is_none()),
            "nothing keeps a freed host"
        );
        let stays = host();
        let given_up = look_up(&SLOW, &stays, "given up").unwrap();
        stays.disconnect(given_up, 0, "").unwrap();
        look_up(&SLOW, &stays, "wanted").unwrap();
        assert_eq!(GATE.asked(THREADS).len(), THREADS);
        assert_eq!(SLOW.queue().threads, THREADS);
        // Other tests of this process look up names beside this one; a thread for each of 300 hosts would be seen.
        #[cfg(target_os = "linux")]
        assert!(threads() <= 3 * THREADS, "{}", threads());

        GATE.open();
        let asked = GATE.asked(THREADS + 1);
        threads_end(&SLOW);
        assert_eq!(asked.len(), THREADS + 1, "what nobody waits for is not looked up");
        assert_eq!(asked.last().unwrap(), "wanted");
        assert!(stays.handle().shared.commands.has_next(), "the result");
    }

    #[test]
    fn look_ups_that_wait_are_bounded_and_make_room_when_nobody_wants_them() {
        static GATE: Gate = Gate::new();
        static SLOW: Resolver = Resolver::new(|name, _| GATE.pass(name));
        let crowd: Vec<_> = (0..5).map(|_| host()).collect();
        let mut each = crowd.iter().cycle();
        for _ in 0..THREADS + WAITING {
            look_up(&SLOW, each.next().unwrap(), "crowd").unwrap();
        }
        GATE.asked(THREADS);
        let last = host();
        let error = look_up(&SLOW, &last, "last").unwrap_err().to_string();
        assert!(error.contains("64 names") && error.contains("4096 wait"), "{error}");
        drop(crowd);
        look_up(&SLOW, &last, "last").unwrap();
        GATE.open();
        threads_end(&SLOW);
        assert_eq!(GATE.asked(THREADS + 1)[THREADS..], ["last"]);
    }
}
