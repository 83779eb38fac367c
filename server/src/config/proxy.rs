//! Proxies that are trusted: to say from where a request comes, and who asks.

use std::{net::IpAddr, str::FromStr};

use axum::http::HeaderName;
use portal::ProxyResolver;

/// Proxies that are trusted.
#[derive(Clone, Debug, Default)]
pub struct ProxyConfig {
    /// The addresses that they connect from.
    pub addresses: Vec<Network>,
    /// The header in which they name the person whom they signed in; without it they name nobody.
    pub header: Option<HeaderName>,
    /// How that name leads to a User of the catalog.
    pub resolver: ProxyResolver,
}

impl ProxyConfig {
    /// Whether a request from there comes through one of them.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.addresses.iter().any(|network| network.has(peer))
    }
}

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether an address is one of them.
    pub fn has(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                (network.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                (network.to_bits() ^ address.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected an address such as 10.0.0.7 or a range such as 10.0.0.0/8, found \"{text}\"");
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| wrong())?;
        if bits == 0 || bits > most {
            // Every address would be a proxy, and anybody could be anybody.
            return Err(wrong());
        }
        Ok(Self { address, bits })
    }
}

/// The name of a header that may name people: none that every client sends anyway.
pub(super) fn header(value: &str) -> Result<HeaderName, String> {
    let name = HeaderName::try_from(value).ok().filter(|name| name.as_str().starts_with("x-") && name != "x-forwarded-for");
    name.ok_or_else(|| format!("expected the name of a header such as X-Forwarded-Email, found \"{value}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_their_addresses_only() {
        let check = |network: &str, address: &str, expected: bool| {
            let network: Network = network.parse().unwrap();
            assert_eq!(network.has(address.parse().unwrap()), expected, "{network:?} {address}");
        };
        check("10.0.0.0/8", "10.255.0.1", true);
        check("10.0.0.0/8", "11.0.0.1", false);
        check("10.0.0.0/8", "::ffff:10.0.0.1", true);
        check("192.0.2.7", "192.0.2.7", true);
        check("192.0.2.7", "192.0.2.6", false);
        check("2001:db8::/32", "2001:db8:1::1", true);
        check("2001:db8::/32", "10.0.0.1", false);
        for wrong in ["", "10.0.0", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0.0/x"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn headers_that_everybody_sends_name_nobody() {
        assert!(header("X-Forwarded-Email").is_ok() && header("x-auth-request-user").is_ok());
        for wrong in ["Cookie", "authorization", "X-Forwarded-For", "a b", ""] {
            assert!(header(wrong).is_err(), "{wrong}");
        }
    }
}
