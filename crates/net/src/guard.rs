//! Which URLs may be asked at all.

use std::net::IpAddr;

use tamarack::EvidenceKind;
use url::{Host, Url};

use crate::FetchError;
use crate::address::{is_loopback, is_public, reached};

/// How far requests may reach.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Reach {
    /// The public internet alone. For servers, whose own machine is nobody's business.
    Public,
    /// The public internet, and this very machine where a URL names it (`localhost`, `127.0.0.1`, `[::1]`). Never by a
    /// redirect from outside, never by a name that only resolves to it.
    #[default]
    PublicAndThisMachine,
    /// Private networks as well. For an operator whose services live in one.
    PrivateNetworks,
}

/// Takes a URL apart and checks what can be seen without resolving its host.
pub(crate) fn check_url(text: &str, reach: Reach) -> Result<Url, FetchError> {
    let url = Url::parse(text).map_err(|_| FetchError::Url)?;
    check(url, reach)
}

/// Where a redirect leads, checked like a first request; from outside never to this machine, from HTTPS never to HTTP. A
/// DID document or an issuer's metadata stays where its DID or URL says that it lies: another host or port would speak for
/// it otherwise.
pub(crate) fn check_redirect(from: &Url, location: &str, kind: EvidenceKind, reach: Reach) -> Result<Url, FetchError> {
    let to = check(from.join(location).map_err(|_| FetchError::Redirect)?, reach)?;
    if (names_this_machine(&to) && !names_this_machine(from)) || (from.scheme() == "https" && to.scheme() != "https") {
        return Err(FetchError::Redirect);
    }
    let same_host = to.host() == from.host() && to.port_or_known_default() == from.port_or_known_default();
    if matches!(kind, EvidenceKind::DidDocument | EvidenceKind::IssuerMetadata) && !same_host {
        return Err(FetchError::Redirect);
    }
    Ok(to)
}

fn check(url: Url, reach: Reach) -> Result<Url, FetchError> {
    if url.host().is_none() {
        return Err(FetchError::Url);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchError::Credentials);
    }
    let this_machine = names_this_machine(&url);
    match url.scheme() {
        "https" => {}
        "http" if this_machine => {}
        _ => return Err(FetchError::NotHttps),
    }
    if this_machine && reach == Reach::Public {
        return Err(FetchError::Address);
    }
    match literal(&url) {
        Some(address) if !this_machine => check_address(address, false, reach)?,
        _ => {}
    }
    Ok(url)
}

/// Checks one address that a host has, at the moment of connecting: a name cannot change its mind in between.
pub(crate) fn check_address(address: IpAddr, host_is_this_machine: bool, reach: Reach) -> Result<(), FetchError> {
    let allowed = if host_is_this_machine {
        is_loopback(address) && reach != Reach::Public
    } else {
        let inner = reached(address);
        let private = reach == Reach::PrivateNetworks && !inner.is_loopback() && !is_never(inner);
        is_public(address) || private
    };
    if allowed { Ok(()) } else { Err(FetchError::Address) }
}

/// Whether the host is written as this very machine.
pub(crate) fn names_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            // RFC 6761 §6.3
            name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => is_loopback(IpAddr::V6(address)),
        None => false,
    }
}

fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(_) => None,
    }
}

/// Addresses that no service has: unspecified, multicast, broadcast; and those where clouds hand out secrets to whoever
/// asks from inside: link-local ones and the metadata services that lie elsewhere.
fn is_never(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let metadata = matches!(address.octets(), [100, 100, 100, 200] | [192, 0, 0, 192]);
            address.is_unspecified()
                || address.is_multicast()
                || address.is_broadcast()
                || address.is_link_local()
                || metadata
        }
        IpAddr::V6(address) => {
            let metadata = address.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254];
            address.is_unspecified() || address.is_multicast() || address.is_unicast_link_local() || metadata
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(url: &str, reach: Reach) -> Result<(), FetchError> {
        check_url(url, reach).map(drop)
    }

    #[test]
    fn only_https_to_the_outside() {
        let reach = Reach::default();
        assert_eq!(verdict("https://example.ca/did.json", reach), Ok(()));
        assert_eq!(verdict("http://example.ca/did.json", reach), Err(FetchError::NotHttps));
        assert_eq!(verdict("ftp://example.ca/did.json", reach), Err(FetchError::NotHttps));
        assert_eq!(verdict("file:///etc/passwd", reach), Err(FetchError::Url));
        assert_eq!(verdict("data:,x", reach), Err(FetchError::Url));
        assert_eq!(verdict("/did.json", reach), Err(FetchError::Url));
        assert_eq!(verdict("https://user@example.ca/", reach), Err(FetchError::Credentials));
        assert_eq!(verdict("https://:pass@example.ca/", reach), Err(FetchError::Credentials));
    }

    #[test]
    fn this_machine_only_where_it_is_named() {
        for url in
            ["http://localhost:8080/", "http://127.0.0.1/", "http://[::1]/", "http://a.localhost./", "https://127.1/"]
        {
            assert_eq!(verdict(url, Reach::default()), Ok(()), "{url}");
            assert!(verdict(url, Reach::Public).is_err(), "{url}");
        }
        let loopback = "127.0.0.1".parse().unwrap();
        assert_eq!(check_address(loopback, true, Reach::default()), Ok(()));
        for reach in [Reach::Public, Reach::PublicAndThisMachine, Reach::PrivateNetworks] {
            assert_eq!(check_address(loopback, false, reach), Err(FetchError::Address), "rebinding");
        }
        assert_eq!(check_address("1.1.1.1".parse().unwrap(), true, Reach::default()), Err(FetchError::Address));
    }

    #[test]
    fn private_networks_only_when_allowed() {
        for url in [
            "https://10.0.0.1/",
            "https://192.168.1.1/",
            "https://[fd00::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://0x0a000001/",
        ] {
            assert_eq!(verdict(url, Reach::default()), Err(FetchError::Address), "{url}");
            assert_eq!(verdict(url, Reach::PrivateNetworks), Ok(()), "{url}");
        }
        for url in [
            "https://169.254.169.254/",
            "https://[fd00:ec2::254]/",
            "https://0.0.0.0/",
            "https://[ff02::1]/",
            "https://[::ffff:169.254.169.254]/",
            "https://100.100.100.200/",
            "https://192.0.0.192/",
        ] {
            assert_eq!(verdict(url, Reach::PrivateNetworks), Err(FetchError::Address), "{url}");
        }
    }

    #[test]
    fn no_wrapping_leads_to_this_machine_or_to_metadata() {
        for [high, low] in
            [["7f00", "1"], ["a9fe", "a9fe"], ["6464", "64c8"], ["c000", "c0"], ["0", "0"], ["e000", "1"]]
        {
            for wrapped in
                [format!("::{high}:{low}"), format!("64:ff9b::{high}:{low}"), format!("2002:{high}:{low}::1")]
            {
                // All zeroes are no wrapping but the unspecified address, which is refused as well.
                let address: IpAddr = wrapped.parse().unwrap();
                for reach in [Reach::Public, Reach::PublicAndThisMachine, Reach::PrivateNetworks] {
                    assert_eq!(check_address(address, false, reach), Err(FetchError::Address), "{wrapped}");
                    // It is not this machine's own address either: plain HTTP would leave it.
                    assert_eq!(check_address(address, true, reach), Err(FetchError::Address), "{wrapped}");
                    assert!(verdict(&format!("http://[{wrapped}]/"), reach).is_err(), "{wrapped}");
                }
            }
        }
        let private: IpAddr = "64:ff9b::10.0.0.1".parse().unwrap();
        assert_eq!(check_address(private, false, Reach::PrivateNetworks), Ok(()));
        assert_eq!(check_address(private, false, Reach::Public), Err(FetchError::Address));
    }

    #[test]
    fn redirects_do_not_lead_inside_or_down() {
        let from = Url::parse("https://example.ca/a/b").unwrap();
        let to = |location| {
            check_redirect(&from, location, EvidenceKind::Schema, Reach::PrivateNetworks).map(|url| url.to_string())
        };
        assert_eq!(to("c").as_deref(), Ok("https://example.ca/a/c"));
        assert_eq!(to("https://example.org/c").as_deref(), Ok("https://example.org/c"));
        assert_eq!(to("https://localhost/"), Err(FetchError::Redirect));
        assert_eq!(to("http://127.0.0.1/"), Err(FetchError::Redirect));
        assert_eq!(to("http://example.ca/"), Err(FetchError::NotHttps));
        assert_eq!(to("https://u:p@example.ca/"), Err(FetchError::Credentials));
    }

    #[test]
    fn a_did_document_stays_with_its_host() {
        let from = Url::parse("https://example.ca/did.json").unwrap();
        let to = |location| check_redirect(&from, location, EvidenceKind::DidDocument, Reach::Public).map(drop);
        for location in ["/v2/did.json", "https://example.ca/other.json", "https://EXAMPLE.ca:443/did.json"] {
            assert_eq!(to(location), Ok(()), "{location}");
        }
        for location in ["https://example.org/did.json", "https://www.example.ca/did.json", "https://example.ca:8443/"]
        {
            assert_eq!(to(location), Err(FetchError::Redirect), "{location}");
        }
    }
}
