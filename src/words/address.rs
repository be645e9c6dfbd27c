//! Addresses: a URL whose scheme picks transport and protocol.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, ToSocketAddrs};

use crate::error::{Error, Result};
use crate::wire::Dialect;

/// The port when an address names none, on both sides; PodSixNet's own default.
pub const DEFAULT_PORT: u16 = 31425;

/// An address as a game writes it: `[scheme://]host[:port]`. Without a scheme it is `tcp://`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What is spoken there.
    pub dialect: Dialect,
    /// The host's name or IP address.
    pub host: Target,
    /// The port.
    pub port: u16,
}

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

impl Address {
    /// Reads an address. `[::1]:31425`, `tcp://play.example:31425`, `10.0.0.1`, `*:0` are some.
    ///
    /// `[fe80::1%eth0]` and `[fe80::1%2]` are a link-local address on an interface, by its name or its
    /// index. A host whose last part is a number is an IPv4 address, written as four decimal numbers
    /// without leading zeros; `010.0.0.1`, which some systems read as `8.0.0.1`, `1.2.3` and `0x7f.1` are
    /// neither addresses nor names.
    pub fn parse(text: &str) -> Result<Address> {
        let bad = |why: &str| Error::BadAddress(format!("'{}' {why}", shortened(text)));
        let (dialect, rest) = match text.split_once("://") {
            None => (Dialect::Podsix, text),
            Some((scheme, rest)) => {
                let dialect = Dialect::from_scheme(scheme).ok_or_else(|| {
                    let known = Dialect::ALL.map(|dialect| dialect.to_string()).join(", ");
                    let scheme = shortened(scheme);
                    bad(&format!("has the unknown scheme '{scheme}', known are {known}"))
                })?;
                (dialect, rest)
            }
        };
        if rest.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#@".contains(c)) {
            return Err(bad("must be scheme://host:port and nothing else"));
        }
        if rest.is_empty() {
            return Err(bad("names no host; '*' is every address of this machine"));
        }
        let (host, port) = match rest.strip_prefix('[') {
            Some(inner) => {
                let (ip, after) =
                    inner.split_once(']').ok_or_else(|| bad("has a '[' without a ']'"))?;
                let host = bracketed(ip).map_err(|why| bad(&why))?;
                let port = match after.strip_prefix(':') {
                    Some(port) => Some(port),
                    None if after.is_empty() => None,
                    None => return Err(bad("must have ':' and a port after the ']', or nothing")),
                };
                (host, port)
            }
            None => {
                let (host, port) = match rest.split_once(':') {
                    Some((_, port)) if port.contains(':') => {
                        return Err(bad(
                            "has several ':'; an IPv6 address goes in brackets: [::1]:31425",
                        ));
                    }
                    Some((host, port)) => (host, Some(port)),
                    None => (rest, None),
                };
                (target(host).map_err(bad)?, port)
            }
        };
        let port = match port {
            None => DEFAULT_PORT,
            Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().map_err(|_| bad("has a port beyond 65535"))?
            }
            Some(_) => return Err(bad("has no number as its port")),
        };
        Ok(Address { dialect, host, port })
    }

    /// The address as the system takes it, unless it has to be looked up or is every address.
    pub fn to_literal(&self) -> Option<SocketAddr> {
        match self.host {
            Target::Ip(ip) => Some(SocketAddr::new(ip, self.port)),
            Target::LinkLocal(ip, scope) => Some(SocketAddrV6::new(ip, self.port, 0, scope).into()),
            Target::Any | Target::Name(_) => None,
        }
    }

    /// Where to listen: `None` is every address of this machine, IPv4 and IPv6.
    pub fn to_listen(&self) -> Result<Option<SocketAddr>> {
        match &self.host {
            Target::Name(name) if name.eq_ignore_ascii_case("localhost") => {
                Ok(Some(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), self.port)))
            }
            Target::Name(name) => Err(Error::BadAddress(format!(
                "listening takes an IP address, '*' for all of this machine's, or localhost; '{}' is a name",
                shortened(name)
            ))),
            _ => Ok(self.to_literal()),
        }
    }
}

/// What stands in brackets: an IPv6 address, a link-local one perhaps with its interface.
fn bracketed(text: &str) -> Result<Target, String> {
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
        format!("names the interface '{}', which this machine does not have", shortened(zone))
    })?;
    Ok(Target::LinkLocal(ip, scope))
}

/// The index of an interface. The system reads such an address itself; there is nothing to look up.
fn interface(ip: Ipv6Addr, zone: &str) -> Option<u32> {
    let read = (format!("{ip}%{zone}").as_str(), 0).to_socket_addrs().ok()?.next()?;
    match read {
        SocketAddr::V6(v6) if v6.scope_id() != 0 => Some(v6.scope_id()),
        _ => None,
    }
}

fn target(host: &str) -> Result<Target, &'static str> {
    if host.is_empty() || host == "*" {
        return Ok(Target::Any);
    }
    if let Ok(ip) = host.parse() {
        return Ok(Target::Ip(IpAddr::V4(ip)));
    }
    let name = host.strip_suffix('.').unwrap_or(host);
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

/// As much of a caller's text as an error message should repeat.
fn shortened(text: &str) -> &str {
    text.char_indices().nth(80).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Target, u16) {
        let address = Address::parse(text).unwrap();
        (address.host, address.port)
    }

    #[test]
    fn reads_every_form() {
        let v4 = Target::Ip("10.0.0.1".parse().unwrap());
        let v6 = Target::Ip("::1".parse().unwrap());
        assert_eq!(parse("tcp://10.0.0.1:5"), (v4.clone(), 5));
        assert_eq!(parse("10.0.0.1"), (v4, DEFAULT_PORT));
        assert_eq!(parse("[::1]:0"), (v6.clone(), 0));
        assert_eq!(parse("tcp://[::1]"), (v6, DEFAULT_PORT));
        assert_eq!(parse("play.example.org:80"), (Target::Name("play.example.org".into()), 80));
        assert_eq!(parse("*:7"), (Target::Any, 7));
        assert_eq!(parse(":7"), (Target::Any, 7));
        for name in ["a", "a.", "x-1._tcp.4u", "1.2.3.com", "0xg", "0x.org", "bücher.example"] {
            assert_eq!(parse(name), (Target::Name(name.into()), DEFAULT_PORT));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_link_local_address_has_an_interface_by_name_or_index() {
        let ip: Ipv6Addr = "fe80::1".parse().unwrap();
        let index = std::fs::read_to_string("/sys/class/net/lo/ifindex").unwrap();
        let lo = Target::LinkLocal(ip, index.trim().parse().unwrap());
        assert_eq!(parse("[fe80::1%lo]:5"), (lo, 5));
        assert_eq!(parse("tcp://[fe80::1%77]"), (Target::LinkLocal(ip, 77), DEFAULT_PORT));
        let listen = Address::parse("[fe80::1%77]:5").unwrap().to_listen().unwrap().unwrap();
        assert_eq!(listen.to_string(), "[fe80::1%77]:5");
        for zone in ["no-such-one", "", "0", "-1", "4294967296", "99999999999999999999", "a%b"] {
            let error = Address::parse(&format!("[fe80::1%{zone}]:5")).unwrap_err();
            assert_eq!(error.code(), -3, "{zone}");
            let words = format!("the interface '{zone}'");
            assert!(error.to_string().contains(&words), "{error}");
        }
    }

    #[test]
    fn a_scheme_says_what_is_spoken() {
        let dialect = |text: &str| Address::parse(text).unwrap().dialect;
        assert_eq!(dialect("example.org"), Dialect::Podsix);
        assert_eq!(dialect("tcp://example.org"), Dialect::Podsix);
        assert_eq!(dialect("podsixnet://example.org:31425"), Dialect::PodSixNet);
        assert_eq!(dialect("podsixnet+json://[::1]"), Dialect::PodSixNetJson);
        assert_eq!(dialect("podsixnet+custom://*"), Dialect::PodSixNetCustom);
    }

    #[test]
    fn refuses_with_words() {
        let cases = [
            ("ftp://x", "unknown scheme 'ftp'"),
            ("::1", "brackets"),
            ("[::1", "without a ']'"),
            ("[x]:1", "no IPv6 address"),
            ("[::1]1", "after the ']'"),
            ("host:", "no number"),
            ("host:+1", "no number"),
            ("host:65536", "beyond 65535"),
            ("host:1/path", "nothing else"),
            ("a b", "nothing else"),
            ("a..b", "no valid host name"),
            ("", "'*' is every address"),
            ("tcp://", "'*' is every address"),
            ("podsixnet://", "'*' is every address"),
            ("[]", "no IPv6 address"),
            ("[fe80::1%]", "the interface ''"),
            ("[fe80::1%25lo]", "the interface '25lo'"),
            ("[2001:db8::1%lo]", "only a link-local address"),
            (".", "no valid host name"),
            (".a", "no valid host name"),
            ("a..", "no valid host name"),
            ("*.example.org", "no valid host name"),
            ("a%lo", "no valid host name"),
            (&"a".repeat(64), "no valid host name"),
            (&"a.".repeat(127), "no valid host name"),
        ];
        for (text, words) in cases {
            let error = Address::parse(text).unwrap_err();
            assert_eq!(error.code(), -3, "{text}");
            assert!(error.to_string().contains(words), "{text}: {error}");
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
            let error = Address::parse(&format!("tcp://{host}:5")).unwrap_err();
            assert_eq!(error.code(), -3, "{host}");
            assert!(error.to_string().contains("must be an IPv4 address"), "{error}");
        }
    }

    #[test]
    fn listens_on_literals() {
        let listen = |text: &str| Address::parse(text).unwrap().to_listen();
        assert_eq!(listen("*:1"), Ok(None));
        assert_eq!(listen("0.0.0.0:1"), Ok(Some("0.0.0.0:1".parse().unwrap())));
        assert_eq!(listen("[::]:1"), Ok(Some("[::]:1".parse().unwrap())));
        assert_eq!(listen("localhost:1"), Ok(Some("127.0.0.1:1".parse().unwrap())));
        assert!(listen("example.org").unwrap_err().to_string().contains("'example.org' is a name"));
    }
}
