//! did:web: the document stands at an HTTPS URL that the DID spells out.

use super::syntax::method_and_identifier;
use crate::{Code, Fault};

/// The URL of a did:web document (did:web §2.5.2): `https://HOST/.well-known/did.json` or `https://HOST/PATH/did.json`.
///
/// # Errors
/// [`Code::DidSyntax`] for another method, a host that is no domain name (an IP address is none), a port that is no
/// number, a path segment that is empty, `.` or `..`, or that would become a slash or a control when decoded.
pub fn did_web_url(did: &str) -> Result<String, Fault> {
    let refused = || Fault::new(Code::DidSyntax).about(did);
    let ("web", identifier) = method_and_identifier(did)? else { return Err(refused()) };
    let mut segments = identifier.split(':');
    let authority = segments.next().unwrap_or_default();
    // `%3A` before the port is the one percent-encoding that the host part may have.
    let (host, port) = match authority.split_once("%3A").or_else(|| authority.split_once("%3a")) {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    if !is_domain_name(host) || !port.is_none_or(is_port) {
        return Err(refused());
    }
    let mut url = format!("https://{host}");
    if let Some(port) = port {
        url.push(':');
        url.push_str(port);
    }
    let mut path = false;
    for segment in segments {
        if !is_segment(segment) {
            return Err(refused());
        }
        path = true;
        url.push('/');
        url.push_str(segment);
    }
    url.push_str(if path { "/did.json" } else { "/.well-known/did.json" });
    Ok(url)
}

/// The did:web whose document stands at (or in the folder of) an HTTPS URL, such as `https://example.com:8443/a/did.json`.
///
/// # Errors
/// [`Code::DidSyntax`].
pub fn did_web_from_url(url: &str) -> Result<String, Fault> {
    let refused = || Fault::new(Code::DidSyntax).about(url);
    let rest = url.strip_prefix("https://").ok_or_else(refused)?;
    let rest = rest.strip_suffix("/did.json").unwrap_or(rest);
    let rest = rest.strip_suffix("/.well-known").unwrap_or(rest);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut did = format!("did:web:{}", authority.replace(':', "%3A"));
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        did.push(':');
        did.push_str(segment);
    }
    did_web_url(&did)?;
    Ok(did)
}

/// RFC 1123 §2.1: labels of letters, digits and inner hyphens. The last label is not a number, so no IP address fits.
fn is_domain_name(host: &str) -> bool {
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let number = last.bytes().all(|b| b.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    host.len() <= 253 && host.split('.').all(label_fits) && !number
}

fn is_port(port: &str) -> bool {
    !port.starts_with('0') && port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// Percent-encodings stay as they are in the URL; those that a server could take for structure are refused.
fn is_segment(segment: &str) -> bool {
    let encoded = segment.split('%').skip(1).filter_map(|part| part.get(..2));
    let hides_structure = encoded
        .into_iter()
        .filter_map(|hex| u8::from_str_radix(hex, 16).ok())
        .any(|b| b.is_ascii_control() || b"/\\.?#%".contains(&b));
    !segment.is_empty() && segment != "." && segment != ".." && !hides_structure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_the_document_is() {
        for (did, url) in [
            ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
            ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
            ("did:web:example.com%3A3000", "https://example.com:3000/.well-known/did.json"),
            ("did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
            ("did:web:localhost%3A8443", "https://localhost:8443/.well-known/did.json"),
        ] {
            assert_eq!(did_web_url(did).unwrap(), url);
            assert_eq!(did_web_from_url(url).unwrap(), did);
        }
        assert_eq!(did_web_url("did:web:a.example:%C3%A9").unwrap(), "https://a.example/%C3%A9/did.json");
    }

    #[test]
    fn refuses_what_is_no_host_or_path() {
        for did in [
            "did:web:127.0.0.1",
            "did:web:0x7f.1",
            "did:web:2130706433",
            "did:web:a.0x7f",
            "did:web:%5B%3A%3A1%5D",
            "did:web:a%3A",
            "did:web:a%3A0",
            "did:web:a%3A70000",
            "did:web:a%3A80%3A81",
            "did:web:a%2Fb",
            "did:web:user%40a.example",
            "did:web:a.example:..",
            "did:web:a.example:%2e%2e",
            "did:web:a.example:a%2Fb",
            "did:web:a.example::b",
            "did:web:-a.example",
            "did:web:a..example",
            "did:web:a.example.",
            "did:web:a_b",
            "did:key:a",
            "did:web::$_222",
            "did:web:a.example:%00",
        ] {
            assert_eq!(did_web_url(did).unwrap_err().code(), Code::DidSyntax, "{did}");
        }
    }
}
