//! The host in an address.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use crate::words::shown::shown;

/// The host part of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Every address of this machine, for listening only: `*`, or a port with nothing before it.
    Any,
    /// An IP address.
    Ip(IpAddr),
    /// A link-local IPv6 address and the index of the interface on which it is meant.
    LinkLocal(Ipv6Addr, u32),
    /// A name, to be looked up. Letters beyond ASCII are the system's to understand; the form that
    /// begins with `xn--` is understood everywhere.
    Name(String),
}

/// As an address has it.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Any => f.write_str("*"),
            Target::Ip(IpAddr::V4(ip)) => ip.fmt(f),
            Target::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
            Target::LinkLocal(ip, scope) => write!(f, "[{ip}%{scope}]"),
            Target::Name(name) => f.write_str(name),
        }
    }
}

/// What stands in brackets: an IPv6 address, a link-local one perhaps with its interface.
pub(super) fn bracketed(text: &str) -> Result<Target, String> {
    let (ip, zone) = match text.split_once('%') {
        Some((ip, zone)) => (ip, Some(zone)),
        None => (text, None),
    };
    let ip: Ipv6Addr = ip.parse().map_err(|_| "has no IPv6 address in its brackets")?;
    let Some(zone) = zone else { return Ok(Target::Ip(ip.into())) };
    if !ip.is_unicast_link_local() {
        return Err("names an interface, which only a link-local address (fe80::) has".into());
    }
    let scope = interface(ip, zone).ok_or_else(|| {
        format!("names the interface '{}', which this machine does not have", shown(zone))
    })?;
    Ok(Target::LinkLocal(ip, scope))
}

/// What has several colons and no brackets: an IPv6 address, unless its end could as well be a port.
pub(super) fn unbracketed(text: &str) -> Result<Target, String> {
    let (ip, zone) = text.split_once('%').unwrap_or((text, ""));
    // A system may know an interface by the name `lo:1`.
    if ip.parse::<Ipv6Addr>().is_err() || zone.contains(':') {
        return Err(
            "has several ':'; an IPv6 address with a port goes in brackets: [::1]:31425".into()
        );
    }
    match text.rsplit_once(':') {
        // Without `::` it would not be an address without its last part.
        Some((ip, port)) if ip.parse::<Ipv6Addr>().is_ok() && is_port(port) => {
            Err(format!("is an IPv6 address, or one with a port: write [{ip}]:{port} or [{text}]"))
        }
        _ => bracketed(text),
    }
}

/// Whether this is rather a port than the end of an address. Lower ports are hardly meant.
fn is_port(text: &str) -> bool {
    text.len() > 3 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The index of an interface. The system reads such an address itself; there is nothing to look up.
fn interface(ip: Ipv6Addr, zone: &str) -> Option<u32> {
    let read = (format!("{ip}%{zone}").as_str(), 0).to_socket_addrs().ok()?.next()?;
    match read {
        SocketAddr::V6(v6) if v6.scope_id() != 0 => Some(v6.scope_id()),
        _ => None,
    }
}

/// What stands without brackets: an IPv4 address, a name, or every address.
pub(super) fn plain(host: &str) -> Result<Target, &'static str> {
    if host.is_empty() || host == "*" {
        return Ok(Target::Any);
    }
    if let Ok(ip) = host.parse() {
        return Ok(Target::Ip(IpAddr::V4(ip)));
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    if is_port(name) && name.parse::<u16>().is_ok() {
        return Err("is a port alone; write *:PORT to listen at it, or HOST:PORT");
    }
    if name.rsplit('.').next().is_some_and(is_number) {
        return Err(
            "ends in a number, so it must be an IPv4 address: four numbers from 0 to 255, \
                    without leading zeros",
        );
    }
    let of_a_name = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c) || !c.is_ascii();
    let label =
        |label: &str| !label.is_empty() && label.len() <= 63 && label.chars().all(of_a_name);
    if host.len() > 253 || !name.split('.').all(label) {
        return Err(
            "has no valid host name: up to 253 bytes, and between dots 1 to 63 of letters, \
                    digits, '-' and '_'",
        );
    }
    Ok(Target::Name(host.to_owned()))
}

/// Whether a part of a host is a number to whoever reads addresses generously: the rule of the URL
/// standard (<https://url.spec.whatwg.org/#ends-in-a-number-checker>), by which a host that ends in one
/// is never a name.
fn is_number(part: &str) -> bool {
    let hex = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X"));
    match hex {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()),
    }
}

/// What to say beside the system's answer to an address, if that is not enough.
pub(crate) fn hint(address: &SocketAddr) -> &'static str {
    match address {
        SocketAddr::V6(v6) if v6.scope_id() == 0 && v6.ip().is_unicast_link_local() => {
            " (a link-local address needs its interface: [fe80::1%eth0])"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_told_from_an_address() {
        for host in ["31425", "4000", "65535"] {
            let why = plain(host).unwrap_err();
            assert!(why.contains("is a port alone; write *:PORT"), "{host}: {why}");
        }
    }

    #[test]
    fn what_ends_in_a_number_is_an_ipv4_address_or_nothing() {
        let cases = [
            "010.0.0.1",
            "10.0.0.01",
            "1.2.3",
            "1",
            "4294967295",
            "0x7f.1",
            "0x7f000001",
            "0X",
            "256.1.1.1",
            "1.2.3.4.5",
            "1.2.3.4.",
            "1..2.3",
            "example.1",
            "example.0x1F",
            "example.7.",
        ];
        for host in cases {
            let why = plain(host).unwrap_err();
            assert!(why.contains("must be an IPv4 address"), "{host}: {why}");
        }
    }
}
