//! Addresses: a URL whose scheme picks transport and protocol.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::error::{Error, Result};
use crate::wire::Protocol;

/// The port when an address names none, on both sides; PodSixNet's own default.
pub const DEFAULT_PORT: u16 = 31425;

/// An address as a game writes it: `[scheme://]host[:port]`. Without a scheme it is `tcp://`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What is spoken there.
    pub protocol: Protocol,
    /// The host's name or IP address.
    pub host: Target,
    /// The port.
    pub port: u16,
}

/// The host part of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Every address of this machine: an empty host or `*`, for listening only.
    Any,
    /// An IP address.
    Ip(IpAddr),
    /// A name, to be looked up.
    Name(String),
}

impl Address {
    /// Reads an address. `[::1]:31425`, `tcp://play.example:31425`, `10.0.0.1`, `*:0` are some.
    pub fn parse(text: &str) -> Result<Address> {
        let bad = |why: &str| Error::BadAddress(format!("'{}' {why}", shortened(text)));
        let (protocol, rest) = match text.split_once("://") {
            None => (Protocol::Podsix, text),
            Some((scheme, rest)) => {
                let protocol = Protocol::from_scheme(scheme).ok_or_else(|| {
                    let known = Protocol::ALL.map(|protocol| protocol.to_string()).join(", ");
                    let scheme = shortened(scheme);
                    bad(&format!("has the unknown scheme '{scheme}', known are {known}"))
                })?;
                (protocol, rest)
            }
        };
        if rest.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#@".contains(c)) {
            return Err(bad("must be scheme://host:port and nothing else"));
        }
        let (host, port) = match rest.strip_prefix('[') {
            Some(inner) => {
                let (ip, after) =
                    inner.split_once(']').ok_or_else(|| bad("has a '[' without a ']'"))?;
                let ip: Ipv6Addr =
                    ip.parse().map_err(|_| bad("has no IPv6 address in its brackets"))?;
                let port = match after.strip_prefix(':') {
                    Some(port) => Some(port),
                    None if after.is_empty() => None,
                    None => return Err(bad("must have ':' and a port after the ']', or nothing")),
                };
                (Target::Ip(IpAddr::V6(ip)), port)
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
                (target(host).ok_or_else(|| bad("has no valid host name"))?, port)
            }
        };
        let port = match port {
            None => DEFAULT_PORT,
            Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().map_err(|_| bad("has a port beyond 65535"))?
            }
            Some(_) => return Err(bad("has no number as its port")),
        };
        Ok(Address { protocol, host, port })
    }

    /// Where to listen: `None` is every address of this machine, IPv4 and IPv6.
    pub fn to_listen(&self) -> Result<Option<SocketAddr>> {
        match &self.host {
            Target::Any => Ok(None),
            Target::Ip(ip) => Ok(Some(SocketAddr::new(*ip, self.port))),
            Target::Name(name) if name.eq_ignore_ascii_case("localhost") => {
                Ok(Some(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), self.port)))
            }
            Target::Name(name) => Err(Error::BadAddress(format!(
                "listening takes an IP address, '*' for all of this machine's, or localhost; '{}' is a name",
                shortened(name)
            ))),
        }
    }
}

fn target(host: &str) -> Option<Target> {
    if host.is_empty() || host == "*" {
        return Some(Target::Any);
    }
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Some(Target::Ip(ip));
    }
    let label = |label: &str| !label.is_empty() && label.len() <= 63;
    let name = host.strip_suffix('.').unwrap_or(host);
    (host.len() <= 253 && name.split('.').all(label)).then(|| Target::Name(host.to_owned()))
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
        assert_eq!(parse(""), (Target::Any, DEFAULT_PORT));
    }

    #[test]
    fn a_scheme_says_what_is_spoken() {
        let protocol = |text: &str| Address::parse(text).unwrap().protocol;
        assert_eq!(protocol("example.org"), Protocol::Podsix);
        assert_eq!(protocol("tcp://example.org"), Protocol::Podsix);
        assert_eq!(protocol("podsixnet://example.org:31425"), Protocol::PodSixNet);
        assert_eq!(protocol("podsixnet+json://[::1]"), Protocol::PodSixNetJson);
        assert_eq!(protocol("podsixnet+custom://*"), Protocol::PodSixNetCustom);
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
        ];
        for (text, words) in cases {
            let error = Address::parse(text).unwrap_err();
            assert_eq!(error.code(), -3, "{text}");
            assert!(error.to_string().contains(words), "{text}: {error}");
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
