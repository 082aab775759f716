//! What counts as a URL that may be followed, and where well-known documents are.

use url::{Host, Url};

/// Whether a text is an `https` URL without user, password and fragment. Plain `http` is taken for the loopback interface
/// alone, where there is nobody to listen (RFC 8252 §8.3): for development.
#[must_use]
pub fn is_endpoint(text: &str) -> bool {
    parse(text).is_some()
}

/// Whether a text is an issuer's identifier: such a URL without a query (OpenID4VCI §12.2.1, RFC 8414 §2).
#[must_use]
pub fn is_issuer(text: &str) -> bool {
    parse(text).is_some_and(|url| url.query().is_none())
}

/// Where a Credential Issuer's metadata is: the well-known part stands between host and path (OpenID4VCI §12.2.2).
#[must_use]
pub fn credential_issuer_metadata(issuer: &str) -> Option<String> {
    well_known(issuer, "openid-credential-issuer", false)
}

/// Where an authorization server's metadata is (RFC 8414 §3.1): a slash at the end of the path is removed.
#[must_use]
pub fn authorization_server_metadata(issuer: &str) -> Option<String> {
    well_known(issuer, "oauth-authorization-server", true)
}

fn well_known(issuer: &str, name: &str, drop_last_slash: bool) -> Option<String> {
    if !is_issuer(issuer) {
        return None;
    }
    let after_scheme = issuer.find("://")? + 3;
    let (scheme, rest) = issuer.split_at_checked(after_scheme)?;
    let (host, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    let path = match path {
        "/" => "",
        path if drop_last_slash => path.strip_suffix('/').unwrap_or(path),
        path => path,
    };
    Some(format!("{scheme}{host}/.well-known/{name}{path}"))
}

fn parse(text: &str) -> Option<Url> {
    if text.len() > crate::limits::IDENTIFIER_BYTES || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let loopback = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let clean = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (clean && (url.scheme() == "https" || url.scheme() == "http" && loopback)).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_stands_before_the_path() {
        let of = |issuer| credential_issuer_metadata(issuer).unwrap_or_default();
        assert_eq!(
            of("https://issuer.example.com/tenant"),
            "https://issuer.example.com/.well-known/openid-credential-issuer/tenant"
        );
        assert_eq!(
            of("https://tenant.issuer.example.com"),
            "https://tenant.issuer.example.com/.well-known/openid-credential-issuer"
        );
        assert_eq!(
            authorization_server_metadata("https://s.example:8443/a/").unwrap(),
            "https://s.example:8443/.well-known/oauth-authorization-server/a"
        );
    }

    #[test]
    fn only_what_may_be_followed() {
        for good in ["https://a.example/x?y=1", "http://localhost:8080/x", "http://127.0.0.1/x", "http://[::1]:1/"] {
            assert!(is_endpoint(good), "{good}");
        }
        for bad in [
            "http://a.example/",
            "https://u:p@a.example/",
            "https://a.example/#f",
            "javascript:alert(1)",
            "https://a.example/ x",
            "//a.example",
            "",
            "http://10.0.0.1/",
            "file:///etc/passwd",
        ] {
            assert!(!is_endpoint(bad), "{bad}");
        }
        assert!(!is_issuer("https://a.example/?q"));
    }
}
