//! Addresses: a URL whose scheme says what carries the bytes and what is spoken.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV6};

use crate::error::{Error, Result};
use crate::words::query::Written;
use crate::words::shown::shown;
use crate::words::{query, target};

pub use crate::words::query::MAX_PATH_AND_QUERY;
pub use crate::words::scheme::Scheme;
pub use crate::words::target::Target;
pub(crate) use crate::words::target::hint;
pub use crate::words::transport::Transport;

/// The port when an address names none, on both sides; PodSixNet's own default.
pub const DEFAULT_PORT: u16 = 31425;

/// An address as a game writes it: `[scheme://]host[:port][path][?query]`. Without a scheme it is `tcp://`.
///
/// Its [`Display`](fmt::Display) is an address that reads the same, with scheme and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What carries the bytes there, and what is spoken.
    pub scheme: Scheme,
    /// The host's name or IP address.
    pub host: Target,
    /// The port.
    pub port: u16,
    /// Empty, or a `/` and what follows it, as it is written: nothing in it is decoded.
    pub path: String,
    /// The keys of the query and their values, decoded, in the order in which they stand; a key may come
    /// several times.
    pub query: Vec<(String, String)>,
}

impl Address {
    /// Reads an address. `[::1]:31425`, `tcp://play.example:31425`, `10.0.0.1`, `*:0` are some.
    ///
    /// An IPv6 address alone needs no brackets: `::1`, `fe80::1%eth0`. With a port it does, so what could be both, as
    /// `::1:4000`, is refused.
    ///
    /// `[fe80::1%eth0]` and `[fe80::1%2]` are a link-local address on an interface, by its name or its
    /// index. A host whose last part is a number is an IPv4 address, written as four decimal numbers
    /// without leading zeros; `010.0.0.1`, which some systems read as `8.0.0.1`, `1.2.3` and `0x7f.1` are
    /// neither addresses nor names.
    ///
    /// A path and the keys of a query are for [transports](Transport) that know them; TCP knows none. A query
    /// is `key=value` with `&` between. Other characters of its keys and values are spelled with `%`, as the
    /// URL standard says (<https://url.spec.whatwg.org/#percent-decode>), but a `%` without two hexadecimal digits
    /// is refused, and so are control characters and what is no UTF-8; a `+` is a plus, not the space that it is
    /// in an HTML form. Path and query have at most [`MAX_PATH_AND_QUERY`] bytes. There are no user names,
    /// passwords and fragments in an address.
    ///
    /// # Errors
    /// `BadAddress`, which says what is wrong and repeats at most 80 characters of the text, but nothing that
    /// stands before an `@`.
    pub fn parse(text: &str) -> Result<Address> {
        let known = Address::read(text).and_then(|address| {
            let transport = address.scheme.transport;
            address.check(transport.has_path(), transport.query_keys())?;
            Ok(address)
        });
        known.map_err(|why| Error::BadAddress(format!("'{}' {why}", shown(text))))
    }

    /// Reads an address, whatever its transport knows.
    fn read(text: &str) -> Result<Address, String> {
        let (scheme, rest) = match text.split_once("://") {
            // With one of these before it the `://` belongs to a path, a query or a password.
            Some((name, rest)) if !name.contains(['/', '?', '#', '@']) => {
                (Scheme::named(name).ok_or_else(|| unknown_scheme(name))?, rest)
            }
            _ => (Scheme::DEFAULT, text),
        };
        if rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err("has white space or a control character in it".into());
        }
        if let Some((_, fragment)) = rest.split_once('#') {
            let fragment = shown(fragment);
            return Err(format!("has the fragment '#{fragment}', which no address may have"));
        }
        let (before, asked) = match rest.split_once('?') {
            Some((before, asked)) => (before, Some(asked)),
            None => (rest, None),
        };
        let (at, path) = before.split_at(before.find('/').unwrap_or(before.len()));
        if at.contains('@') {
            return Err(
                "has a user name or password before its '@', which no address may have".into()
            );
        }
        if at.is_empty() {
            return Err("names no host; '*' is every address of this machine".into());
        }
        let (host, port) = host_and_port(at)?;
        let path = query::path(path)?;
        let query = asked.map(query::query).transpose()?.unwrap_or_default();
        let size = path.len() + Written(&query).to_string().len();
        if size > MAX_PATH_AND_QUERY {
            return Err(format!(
                "has {size} bytes of path and query, more than {MAX_PATH_AND_QUERY}"
            ));
        }
        Ok(Address { scheme, host, port, path, query })
    }

    /// Refuses a path unless `has_path`, and other keys in the query than these.
    fn check(&self, has_path: bool, keys: &[&str]) -> Result<(), String> {
        let scheme = self.scheme;
        if !has_path && !self.path.is_empty() {
            let path = shown(&self.path);
            return Err(format!("has the path '{path}', but {scheme} addresses have none"));
        }
        match self.query.iter().find(|(key, _)| !keys.contains(&key.as_str())) {
            None => Ok(()),
            Some((key, _)) => {
                let known = if keys.is_empty() { "none".into() } else { keys.join(", ") };
                let key = shown(key);
                Err(format!("has the unknown key '{key}' in its query; {scheme} knows {known}"))
            }
        }
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
    ///
    /// # Errors
    /// `BadAddress` for a name other than `localhost`: nothing is looked up.
    pub fn to_listen(&self) -> Result<Option<SocketAddr>> {
        match &self.host {
            Target::Name(name) if name.eq_ignore_ascii_case("localhost") => {
                Ok(Some(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), self.port)))
            }
            Target::Name(name) => Err(Error::BadAddress(format!(
                "listening takes an IP address, '*' for all of this machine's, or localhost; '{}' is a name",
                shown(name)
            ))),
            _ => Ok(self.to_literal()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Address { scheme, host, port, path, query } = self;
        write!(f, "{scheme}{host}:{port}{path}{}", Written(query))
    }
}

fn unknown_scheme(name: &str) -> String {
    let known = Scheme::ALL.map(|scheme| scheme.to_string()).join(", ");
    format!("has the unknown scheme '{}', known are {known}", shown(name))
}

fn host_and_port(text: &str) -> Result<(Target, u16), String> {
    let (host, port) = match text.strip_prefix('[') {
        Some(inner) => {
            let (ip, after) = inner.split_once(']').ok_or("has a '[' without a ']'")?;
            let host = target::bracketed(ip)?;
            let port = match after.strip_prefix(':') {
                Some(port) => Some(port),
                None if after.is_empty() => None,
                None => return Err("must have ':' and a port after the ']', or nothing".into()),
            };
            (host, port)
        }
        None => match text.split_once(':') {
            Some((_, port)) if port.contains(':') => (target::unbracketed(text)?, None),
            Some((host, port)) => (target::plain(host)?, Some(port)),
            None => (target::plain(text)?, None),
        },
    };
    let port = match port {
        None => DEFAULT_PORT,
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().map_err(|_| "has a port beyond 65535")?
        }
        Some(_) => return Err("has no number as its port".into()),
    };
    Ok((host, port))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::is_printable;
    use crate::wire::Dialect;

    fn addresses() -> impl Strategy<Value = String> {
        let schemes = "(|tcp://|podsixnet(|\\+json|\\+custom)://)";
        let names = "[a-z][a-zü0-9_-]{0,3}(\\.[a-z][a-zü0-9_-]{0,3}){0,2}\\.?";
        let hosts =
            format!("(\\*|{names}|[1-9]?[0-9](\\.[1-9]?[0-9]){{3}}|\\[::[0-9a-f]{{0,4}}\\])");
        let ports = "(|:[0-9]{1,4})";
        let spelled = "%2[0-9a-fA-F]|%3[dD]|%[3-7][0-9a-eA-E]|%[cC]3%[bB][cC]";
        let paths = format!("(|(/([a-zA-Z0-9._~@:+&=-]|{spelled}){{0,4}}){{1,3}})");
        let part = format!("([a-cü@/?:.+]|{spelled}){{1,4}}");
        let queries = format!("(|\\?{part}(|={part})(&{part}(|={part})){{0,3}})");
        let text = |regex: &str| proptest::string::string_regex(regex).unwrap();
        (text(schemes), text(&hosts), text(ports), text(&paths), text(&queries))
            .prop_map(|(scheme, host, port, path, query)| scheme + &host + &port + &path + &query)
    }

    /// What is read comes back the same when it is written out.
    fn there_and_back(text: &str) -> Option<Address> {
        let address = Address::read(text).ok()?;
        assert_eq!(Address::read(&address.to_string()), Ok(address.clone()), "{address}");
        Some(address)
    }

    proptest! {
        #[test]
        fn what_is_read_comes_back_the_same(text in addresses()) {
            prop_assert!(there_and_back(&text).is_some(), "{:?}", Address::read(&text));
        }

        #[test]
        fn any_text_is_read_or_refused_with_words(text in "([a-f\\[\\]:/?#@%.&=*0-9]|tcp://|\\PC|.){0,40}") {
            there_and_back(&text);
            if let Err(error) = Address::parse(&text) {
                let words = error.to_string();
                prop_assert!(words.len() < 1_000 && words.chars().all(is_printable), "{words}");
            }
        }
    }

    #[test]
    fn an_address_is_written_with_scheme_and_port() {
        let cases = [
            ("example.org", "tcp://example.org:31425"),
            (":7", "tcp://*:7"),
            ("podsixnet://[::1]", "podsixnet://[::1]:31425"),
            ("10.0.0.1:00080/a%2fb", "tcp://10.0.0.1:80/a%2fb"),
            ("x:1?k=a+b&k=%C3%BC&flag&%3D=%26", "tcp://x:1?k=a%2Bb&k=%C3%BC&flag=&%3D=%26"),
        ];
        for (text, written) in cases {
            assert_eq!(there_and_back(text).unwrap().to_string(), written);
        }
    }

    #[test]
    fn path_and_query_are_for_transports_that_know_them() {
        let address = Address::read("host:5/lobby?origin=a&plain=1&origin=b").unwrap();
        assert_eq!((address.port, address.path.as_str()), (5, "/lobby"));
        let pairs = [("origin", "a"), ("plain", "1"), ("origin", "b")];
        assert_eq!(address.query, pairs.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!(address.check(true, &["plain", "origin"]), Ok(()));
        let unknown = address.check(true, &["plain", "proxy"]).unwrap_err();
        assert!(
            unknown.contains("key 'origin' in its query; tcp:// knows plain, proxy"),
            "{unknown}"
        );
        let path = address.check(false, &["plain", "origin"]).unwrap_err();
        assert!(path.contains("the path '/lobby', but tcp:// addresses have none"), "{path}");
    }

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
        assert_eq!(parse("tcp://[::1]"), (v6.clone(), DEFAULT_PORT));
        assert_eq!(parse("::1"), (v6.clone(), DEFAULT_PORT));
        assert_eq!(parse("tcp://0:0:0:0:0:0:0:1"), (v6, DEFAULT_PORT));
        assert_eq!(parse("::").0, Target::Ip("::".parse().unwrap()));
        for ip in ["2001:db8::8a2e:370:abcd", "1:2:3:4:5:6:7:8000", "::ffff:10.0.0.1", "fe80::123"]
        {
            assert_eq!(parse(ip), (Target::Ip(ip.parse().unwrap()), DEFAULT_PORT));
        }
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
        let ip: std::net::Ipv6Addr = "fe80::1".parse().unwrap();
        let index = std::fs::read_to_string("/sys/class/net/lo/ifindex").unwrap();
        let lo = Target::LinkLocal(ip, index.trim().parse().unwrap());
        assert_eq!(parse("[fe80::1%lo]:5"), (lo.clone(), 5));
        assert_eq!(parse("fe80::1%lo"), (lo, DEFAULT_PORT));
        assert_eq!(parse("tcp://[fe80::1%77]"), (Target::LinkLocal(ip, 77), DEFAULT_PORT));
        let listen = Address::parse("[fe80::1%77]:5").unwrap().to_listen().unwrap().unwrap();
        assert_eq!(listen.to_string(), "[fe80::1%77]:5");
        let written = there_and_back("[fe80::1%lo]:5").unwrap().to_string();
        assert_eq!(written, format!("tcp://[fe80::1%{}]:5", index.trim()));
        for zone in ["no-such-one", "", "0", "-1", "4294967296", "99999999999999999999", "a%b"] {
            let error = Address::parse(&format!("[fe80::1%{zone}]:5")).unwrap_err();
            assert_eq!(error.code(), -3, "{zone}");
            let words = format!("the interface '{zone}'");
            assert!(error.to_string().contains(&words), "{error}");
        }
    }

    #[test]
    fn a_scheme_says_what_is_spoken_over_what() {
        let dialect = |text: &str| Address::parse(text).unwrap().scheme.dialect;
        assert_eq!(dialect("example.org"), Dialect::Podsix);
        assert_eq!(dialect("tcp://example.org"), Dialect::Podsix);
        assert_eq!(dialect("podsixnet://example.org:31425"), Dialect::PodSixNet);
        assert_eq!(dialect("podsixnet+json://[::1]"), Dialect::PodSixNetJson);
        assert_eq!(dialect("podsixnet+custom://*"), Dialect::PodSixNetCustom);
        for scheme in Scheme::ALL {
            let address = Address::parse(&format!("{scheme}example.org")).unwrap();
            assert_eq!((address.scheme, address.scheme.transport), (scheme, Transport::Tcp));
        }
    }

    #[test]
    fn refuses_with_words() {
        let cases = [
            ("ftp://x", "unknown scheme 'ftp'"),
            ("::1:31425", "in brackets: [::1]:31425"),
            ("::1:4000", "write [::1]:4000 or [::1:4000]"),
            ("tcp://fe80::7:1234", "write [fe80::7]:1234 or [fe80::7:1234]"),
            ("1:2:3:4:5:6:7:8:9", "in brackets"),
            ("a:b:c", "in brackets"),
            ("fe80::1%lo:5", "in brackets"),
            ("fe80::1%no-such-one", "the interface 'no-such-one'"),
            ("::1%lo", "only a link-local address"),
            ("[::1", "without a ']'"),
            ("[x]:1", "no IPv6 address"),
            ("[::1]1", "after the ']'"),
            ("host:", "no number"),
            ("host:+1", "no number"),
            ("host:65536", "beyond 65535"),
            ("host:1/path", "has the path '/path', but tcp:// addresses have none"),
            ("host/", "the path '/'"),
            ("podsixnet://host/a%20b", "the path '/a%20b', but podsixnet:// addresses have none"),
            ("host/?a=1", "the path '/'"),
            ("host?a=1&b", "the unknown key 'a' in its query; tcp:// knows none"),
            (
                "podsixnet+json://*:5?b%20c=1",
                "key 'b c' in its query; podsixnet+json:// knows none",
            ),
            ("host?origin=https://game.example", "the unknown key 'origin'"),
            ("host?", "nothing where a key"),
            ("host?a=%zz", "two hexadecimal digits"),
            ("host/%zz", "two hexadecimal digits"),
            ("host/ü", "'ü' in its path"),
            ("host/\u{202e}", r"'\u{202e}' in its path"),
            ("me:secret@host:1", "'...@host:1' has a user name or password"),
            ("http://me:secret@host:1", "'...@host:1' has the unknown scheme 'http'"),
            ("me:secret@x://host", "'...@x://host' has a user name"),
            ("me@", "has a user name"),
            ("@host", "has a user name"),
            ("host#top", "has the fragment '#top'"),
            ("host/a?b#", "has the fragment '#'"),
            ("#?/@", "has the fragment '#...@'"),
            ("/", "names no host"),
            ("tcp:///etc", "names no host"),
            ("tcp://?a", "names no host"),
            ("a b", "white space"),
            ("host\n", "'host\\n' has white space or a control character"),
            ("h\u{85}", "'h\\u{85}' has white space or a control character"),
            ("a/\u{1b}[2J://b", "'a/\\u{1b}[2J://b' has white space or a control character"),
            ("f\tp://x", "the unknown scheme 'f\\tp'"),
            (
                &format!("host/{}", "a".repeat(2_048)),
                "2049 bytes of path and query, more than 2048",
            ),
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
    fn listens_on_literals() {
        let listen = |text: &str| Address::parse(text).unwrap().to_listen();
        assert_eq!(listen("*:1"), Ok(None));
        assert_eq!(listen("0.0.0.0:1"), Ok(Some("0.0.0.0:1".parse().unwrap())));
        assert_eq!(listen("[::]:1"), Ok(Some("[::]:1".parse().unwrap())));
        assert_eq!(listen("localhost:1"), Ok(Some("127.0.0.1:1".parse().unwrap())));
        assert!(listen("example.org").unwrap_err().to_string().contains("'example.org' is a name"));
    }
}
