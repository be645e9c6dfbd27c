//! What the library will stand on next, behind one C function: an encrypted session of two ends in memory, by rustls
//! and ring, and datagrams between two sockets, by quinn-udp.

mod tls;
mod udp;

/// Tries all of it, prints a line for each thing that works and for each that does not, and counts the latter.
#[unsafe(no_mangle)]
pub extern "C" fn podsix_next() -> i32 {
    let mut lacking = 0;
    let mut tell = |what: &str, fault: Option<String>| {
        println!("{what}: {}", fault.as_deref().unwrap_or("yes"));
        lacking += i32::from(fault.is_some());
    };
    tell("tls", tls::session().err().map(|cause| cause.to_string()));
    for (way, ip, destination) in [
        ("IPv4", "127.0.0.1", "127.0.0.1"),
        ("IPv6", "::1", "::1"),
        ("IPv4 by sockets of both", "::", "::ffff:127.0.0.1"),
    ] {
        match udp::datagram(ip, destination) {
            Err(cause) => tell(&format!("udp, {way}"), Some(cause.to_string())),
            Ok(found) => {
                for (what, there) in found {
                    tell(&format!("udp, {way}, {what}"), (!there).then(|| "no".to_owned()));
                }
            }
        }
    }
    lacking
}
