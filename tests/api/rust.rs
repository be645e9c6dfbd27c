//! The cases' words said to the Rust API.

use std::time::Duration;

use podsix::codec::Custom;
use podsix::{
    Config, Error, Event, Host, HostStats, ListenerId, Message, PeerId, PeerStats, value::Value,
};

use super::{Answer, Api, Fault, Net, Seen};

pub struct RustApi(Host);

impl RustApi {
    /// For what C programs have no word for.
    pub fn handle(&self) -> &podsix::Handle {
        self.0.handle()
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault { code: error.code(), words: error.to_string() }
    }
}

fn id(peer: u64) -> PeerId {
    PeerId::from_u64(peer)
}

fn listener(number: u32) -> Answer<ListenerId> {
    Ok(ListenerId::from_u32(number).ok_or(Error::UnknownListener(number))?)
}

fn message(json: &str) -> Answer<Option<Message>> {
    let there = (!json.is_empty()).then(|| Message::from_json(json));
    Ok(there.transpose().map_err(Error::from)?)
}

fn seen(event: Event<'_>) -> Seen {
    let message = event.message;
    Seen {
        kind: event.kind,
        reason: event.reason,
        code: event.code,
        os_error: event.os_error,
        peer: event.peer.get(),
        listener: event.listener.map_or(0, ListenerId::get),
        direction: event.direction,
        user_data: event.user_data,
        action: event.action.to_owned(),
        message: if Value::is_none(message) { Vec::new() } else { message.span().to_vec() },
        text: event.text.to_owned(),
    }
}

impl Net for podsix::Handle {
    fn listen(&self, address: &str) -> Answer<u32> {
        Ok(self.listen(address, false)?.get())
    }

    fn stop_listening(&self, number: u32) -> Answer<()> {
        Ok(self.stop_listening(listener(number)?)?)
    }

    fn connect(&self, address: &str) -> Answer<u64> {
        Ok(self.connect(address, None)?.get())
    }

    fn disconnect(&self, peer: u64) -> Answer<()> {
        Ok(self.disconnect(id(peer), 0, "")?)
    }

    fn kick(&self, peer: u64) -> Answer<()> {
        Ok(self.kick(id(peer), 0, "")?)
    }

    fn send_msgpack(&self, peer: u64, bytes: &[u8]) -> Answer<()> {
        Ok(self.send_msgpack(id(peer), bytes)?)
    }

    fn user_data(&self, peer: u64) -> Answer<usize> {
        Ok(self.user_data(id(peer))?)
    }

    fn set_user_data(&self, peer: u64, data: usize) -> Answer<()> {
        Ok(self.set_user_data(id(peer), data)?)
    }
}

impl Api for RustApi {
    type Net = podsix::Handle;

    fn new(config: Config) -> Answer<RustApi> {
        Ok(RustApi(Host::new(config)?))
    }

    fn net(&self) -> podsix::Handle {
        self.0.handle().clone()
    }

    fn set_codec(&self) -> Answer<()> {
        let dumps = |value: Value<'_>, out: &mut Vec<u8>| match value.as_str("") {
            "unsendable" => Err("the codec has no word for it".into()),
            _ => {
                out.extend(value.span().iter().map(|byte| !byte));
                Ok(())
            }
        };
        let loads = |payload: &[u8], message: &mut Message| {
            let bytes: Vec<u8> = payload.iter().map(|byte| !byte).collect();
            message.add_msgpack(&bytes);
            message.bytes().map(drop).map_err(|error| error.to_string())
        };
        Ok(self.0.set_codec(Custom::new(dumps, loads))?)
    }

    fn listen(&self, address: &str, approval: bool) -> Answer<u32> {
        Ok(self.0.listen(address, approval)?.get())
    }

    fn listener_address(&self, number: u32) -> Answer<String> {
        Ok(self.0.listener_address(listener(number)?)?.to_string())
    }

    fn stop_listening(&self, number: u32) -> Answer<()> {
        Ok(self.0.stop_listening(listener(number)?)?)
    }

    fn connect(&self, address: &str, hello: &str) -> Answer<u64> {
        Ok(self.0.connect(address, message(hello)?.as_ref())?.get())
    }

    fn accept(&self, peer: u64, reply: &str) -> Answer<()> {
        Ok(self.0.accept(id(peer), message(reply)?.as_ref())?)
    }

    fn refuse(&self, peer: u64, code: i32, text: &str) -> Answer<()> {
        Ok(self.0.refuse(id(peer), code, text)?)
    }

    fn disconnect(&self, peer: u64, code: i32, text: &str) -> Answer<()> {
        Ok(self.0.handle().disconnect(id(peer), code, text)?)
    }

    fn kick(&self, peer: u64, code: i32, text: &str) -> Answer<()> {
        Ok(self.0.kick(id(peer), code, text)?)
    }

    fn drop_peer(&self, peer: u64) -> Answer<()> {
        Ok(self.0.drop_peer(id(peer))?)
    }

    fn send_json(&self, peer: u64, json: &str) -> Answer<()> {
        Ok(self.0.send_json(id(peer), json)?)
    }

    fn send_msgpack(&self, peer: u64, bytes: &[u8]) -> Answer<()> {
        Ok(self.0.send_msgpack(id(peer), bytes)?)
    }

    fn send_many(&self, peers: &[u64], json: &str) -> Answer<(usize, Vec<i32>)> {
        let peers: Vec<PeerId> = peers.iter().copied().map(id).collect();
        let message = message(json)?.unwrap_or_default();
        let mut results = Vec::new();
        let taken = self.0.send_many(&peers, &message, |index, result| {
            assert_eq!(index, results.len(), "results come in the order of the peers");
            results.push(result.err().map_or(0, |error| error.code()));
        })?;
        Ok((taken, results))
    }

    fn broadcast(&self, message: &Message, except: u64) -> Answer<()> {
        Ok(self.0.broadcast(message, id(except))?)
    }

    fn poll(&mut self) -> Answer<Option<Seen>> {
        Ok(self.0.poll()?.map(seen))
    }

    fn wait(&mut self, timeout: Duration) -> Answer<Option<Seen>> {
        Ok(self.0.wait(timeout)?.map(seen))
    }

    fn flush(&mut self, timeout: Duration) -> Answer<()> {
        Ok(self.0.flush(timeout)?)
    }

    fn close(&mut self, timeout: Duration, code: i32, text: &str) -> Answer<()> {
        Ok(self.0.close(timeout, code, text)?)
    }

    fn descriptor(&self) -> Answer<isize> {
        #[cfg(unix)]
        use std::os::fd::AsRawFd as _;
        #[cfg(windows)]
        use std::os::windows::io::AsRawHandle as _;

        let descriptor = self.0.descriptor()?;
        #[cfg(unix)]
        return Ok(descriptor.as_raw_fd() as isize);
        #[cfg(windows)]
        return Ok(descriptor.as_raw_handle() as isize);
    }

    fn peer_address(&self, peer: u64) -> Answer<String> {
        Ok(self.0.peer_address(id(peer))?.to_string())
    }

    fn peer_stats(&self, peer: u64) -> Answer<PeerStats> {
        Ok(self.0.peer_stats(id(peer))?)
    }

    fn user_data(&self, peer: u64) -> Answer<usize> {
        Ok(self.0.user_data(id(peer))?)
    }

    fn set_user_data(&self, peer: u64, data: usize) -> Answer<()> {
        Ok(self.0.set_user_data(id(peer), data)?)
    }

    fn peers(&self) -> Vec<u64> {
        self.0.peers().into_iter().map(PeerId::get).collect()
    }

    fn all_peers(&self) -> Vec<u64> {
        self.0.all_peers().into_iter().map(PeerId::get).collect()
    }

    fn stats(&self) -> HostStats {
        self.0.stats()
    }

    fn next_log(&mut self) -> Option<(i32, String)> {
        self.0.next_log().map(|record| (record.level as i32, record.text))
    }
}
