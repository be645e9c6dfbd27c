//! Addresses as projects write them for Godot's own peers: a port alone, and an IP address without brackets beside its port.

use std::net::Ipv6Addr;
use std::ops::RangeInclusive;

use godot::prelude::*;
use podsix::{Error, Result};

/// Where a server listens: a port, or an address.
pub fn own(port_or_address: &Variant) -> Result<String> {
    match port_or_address.get_type() {
        VariantType::INT => on_every_address(port_or_address.to::<i64>()),
        // What came out of JSON, say.
        VariantType::FLOAT if port_or_address.to::<f64>().fract() == 0.0 => {
            on_every_address(port_or_address.to::<f64>() as i64)
        }
        VariantType::STRING | VariantType::STRING_NAME => {
            Ok(port_or_address.stringify().to_string())
        }
        _ => {
            let given = port_or_address.get_type();
            let text =
                format!("a server listens at a port or an address, not at a value of {given:?}");
            Err(Error::BadArgument(text))
        }
    }
}

fn on_every_address(port: i64) -> Result<String> {
    Ok(format!("*:{}", within(port, 0..=65_535)?))
}

/// Where a client finds the server; a port of -1 is none beside the address.
pub fn of_server(address: &str, port: i64) -> Result<String> {
    if port == -1 {
        return Ok(address.into());
    }
    let port = within(port, 1..=65_535)?;
    let (scheme, host) = match address.split_once("://") {
        Some((scheme, host)) => (format!("{scheme}://"), host),
        None => (String::new(), address),
    };
    let ip = host.split_once('%').map_or(host, |(ip, _)| ip);
    if host.is_empty() {
        Err(Error::BadAddress("the address of the server is empty".into()))
    } else if ip.parse::<Ipv6Addr>().is_ok() {
        Ok(format!("{scheme}[{host}]:{port}"))
    } else if host.rsplit(']').next().is_some_and(|rest| rest.contains(':')) {
        let text = format!("the address has a port, and {port} stands beside it: leave one out");
        Err(Error::BadAddress(text))
    } else {
        Ok(format!("{scheme}{host}:{port}"))
    }
}

fn within(port: i64, range: RangeInclusive<i64>) -> Result<i64> {
    match range.contains(&port) {
        true => Ok(port),
        false => {
            let (first, last) = (range.start(), range.end());
            Err(Error::BadArgument(format!(
                "the port is {port}, it must be from {first} to {last}"
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use podsix::address::Address;

    use super::*;

    #[test]
    fn an_ip_address_beside_a_port_needs_no_brackets() {
        for (address, whole) in [
            ("::1", "tcp://[::1]:4000"),
            ("[::1]", "tcp://[::1]:4000"),
            ("tcp://::1", "tcp://[::1]:4000"),
            ("2001:db8::7334", "tcp://[2001:db8::7334]:4000"),
            ("192.0.2.7", "tcp://192.0.2.7:4000"),
            ("play.example.org", "tcp://play.example.org:4000"),
            ("fe80::1%77", "tcp://[fe80::1%77]:4000"),
        ] {
            let read = Address::parse(&of_server(address, 4000).unwrap()).unwrap();
            assert_eq!(read.to_string(), whole, "{address}");
        }
        assert_eq!(of_server("[::1]:5", -1).unwrap(), "[::1]:5");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (address, port, words) in [
            ("localhost", 0, "the port is 0, it must be from 1 to 65535"),
            ("localhost", 65_536, "the port is 65536"),
            ("localhost", -2, "the port is -2"),
            ("localhost:4000", 4000, "leave one out"),
            ("[::1]:4000", 4000, "leave one out"),
            ("", 4000, "empty"),
            ("tcp://", 4000, "empty"),
        ] {
            let error = of_server(address, port).unwrap_err().to_string();
            assert!(error.contains(words), "{address} {port}: {error}");
        }
    }
}
