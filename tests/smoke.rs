use podsix::*;
use std::time::Duration;
#[test]
fn smoke() {
    for mode in [Mode::Threaded, Mode::Inline] {
        let mut server = Host::new(Config { mode, ..Config::default() }).unwrap();
        let l = server.listen("127.0.0.1:0", false).unwrap();
        let addr = server.listener_address(l).unwrap();
        let mut client = Host::new(Config { mode, ..Config::default() }).unwrap();
        let p = client.connect(&addr.to_string(), None).unwrap();
        let mut m = Message::new();
        m.begin("hello").set("x", 3);
        client.send_message(p, &m).unwrap();
        for _ in 0..200 {
            while let Some(e) = server.wait(Duration::from_millis(5)).unwrap() {
                eprintln!("S {:?}", e);
                if e.kind == EventKind::Message {
                    let p = e.peer;
                    server.handle().clone().disconnect(p, 7, "bye").unwrap();
                }
            }
            let mut done = false;
            while let Some(e) = client.wait(Duration::from_millis(5)).unwrap() {
                eprintln!("C {:?}", e);
                done = e.kind == EventKind::Disconnected;
            }
            if done {
                break;
            }
        }
        while let Some(e) = server.wait(Duration::from_millis(50)).unwrap() {
            eprintln!("S {:?}", e);
        }
        eprintln!("{:?}", server.stats());
    }
}
