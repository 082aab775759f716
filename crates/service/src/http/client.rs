//! Who asks: the client's address and the request's id.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tamarack::{Randomness as _, SystemRandomness};

use super::Problem;
use crate::limits;

/// The peer of a connection, put into every request by the server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

/// The network that a request comes from: an IPv4 address, or the /64 of an IPv6 address, which is one household's.
///
/// It is for counting rates and stands in no log.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Client(IpAddr);

impl Client {
    /// Of a request. Behind `proxies` of our own, the address that the outermost of them saw.
    pub(super) fn of(request: &Request, proxies: usize) -> Self {
        let peer = request.extensions().get::<Peer>().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0.ip());
        let seen = proxies.checked_sub(1).and_then(|nth| {
            // Several headers are one list (RFC 9110 §5.3).
            let all = request.headers().get_all("x-forwarded-for");
            let list: Vec<&str> = all.iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).collect();
            list.iter().rev().nth(nth)?.trim().parse().ok()
        });
        Self(network(seen.unwrap_or(peer)))
    }
}

fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64))),
        v4 => v4,
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client(redacted)")
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().copied().ok_or_else(Problem::internal)
    }
}

/// The id of one request: in its log lines, in its answer's `X-Request-Id`, on its error page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestId(String);

impl RequestId {
    /// That of a proxy of ours if it gave one, else a new one.
    pub(super) fn of(request: &Request, proxies: usize) -> Self {
        let given = request.headers().get("x-request-id").filter(|_| proxies > 0).and_then(|value| value.to_str().ok());
        let plain = |text: &&str| {
            !text.is_empty()
                && text.len() <= limits::REQUEST_ID_BYTES
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        given.filter(plain).map_or_else(Self::new, |text| Self(text.to_owned()))
    }

    fn new() -> Self {
        let mut bytes = [0; 12];
        // Without randomness the id is a poor one, and everything that matters refuses by itself.
        let _ = SystemRandomness.fill(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(peer: &str, forwarded: &[&str]) -> Request {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        for value in forwarded {
            request.headers_mut().append("x-forwarded-for", value.parse().unwrap());
        }
        request
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        let of = |peer, forwarded: &[&str], proxies| Client::of(&request(peer, forwarded), proxies).0.to_string();
        assert_eq!(of("192.0.2.1:5", &["198.51.100.7"], 0), "192.0.2.1");
        assert_eq!(of("192.0.2.1:5", &["203.0.113.9, 198.51.100.7"], 1), "198.51.100.7");
        assert_eq!(of("192.0.2.1:5", &["203.0.113.9", "198.51.100.7"], 2), "203.0.113.9");
        assert_eq!(of("192.0.2.1:5", &["198.51.100.7"], 2), "192.0.2.1", "a proxy that said nothing");
        assert_eq!(of("192.0.2.1:5", &["not an address"], 1), "192.0.2.1");
        assert_eq!(of("[2001:db8:1:2:3:4:5:6]:5", &[], 0), "2001:db8:1:2::");
        assert_eq!(of("[::ffff:192.0.2.1]:5", &[], 0), "192.0.2.1");
    }

    #[test]
    fn a_strange_request_id_is_replaced() {
        let mut request = request("192.0.2.1:5", &[]);
        request.headers_mut().insert("x-request-id", "abc-1".parse().unwrap());
        assert_eq!(RequestId::of(&request, 1).as_str(), "abc-1");
        assert_ne!(RequestId::of(&request, 0).as_str(), "abc-1");
        request.headers_mut().insert("x-request-id", "a b".parse().unwrap());
        assert_ne!(RequestId::of(&request, 1).as_str(), "a b");
    }
}
