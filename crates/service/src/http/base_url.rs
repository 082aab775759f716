//! The address under which the world knows a server.

use url::{Host, Url};

use super::StartError;

/// The address under which the world knows a server: `https://host[:port][/path]`, without a slash at its end.
///
/// Plain HTTP is for this machine alone (`localhost`, `127.0.0.1`, `[::1]`), where nobody listens in between.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BaseUrl {
    text: String,
    url: Url,
}

impl BaseUrl {
    /// Reads one.
    ///
    /// # Errors
    /// [`StartError::BaseUrl`] for anything but an `https:` URL (or `http:` to this machine) without user, query and fragment.
    pub fn parse(text: &str) -> Result<Self, StartError> {
        let url = Url::parse(text).map_err(|_| StartError::BaseUrl)?;
        let here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        let secure = url.scheme() == "https" || (url.scheme() == "http" && here);
        let plain = url.username().is_empty() && url.password().is_none();
        let short = url.query().is_none() && url.fragment().is_none() && url.has_host();
        if !(secure && plain && short) {
            return Err(StartError::BaseUrl);
        }
        Ok(Self { text: url.as_str().trim_end_matches('/').to_owned(), url })
    }

    /// The whole of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address of a path, which begins with `/`.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// Its path without a slash at the end: empty for most.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// `scheme://host[:port]`, as a browser's `Origin` has it.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The host, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether it is HTTPS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

#[cfg(test)]
mod tests {
    use super::BaseUrl;

    #[test]
    fn https_or_this_machine() {
        for good in ["https://id.example", "https://id.example:8443/tenant/", "http://127.0.0.1:8080", "http://[::1]/"]
        {
            assert!(BaseUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://id.example",
            "https://me@id.example",
            "https://id.example/?a",
            "https://id.example/#a",
            "id.example",
            "ftp://id.example",
            "http://localhost.example",
            "data:,x",
        ] {
            assert!(BaseUrl::parse(bad).is_err(), "{bad}");
        }
        let url = BaseUrl::parse("https://id.example:8443/tenant/").unwrap();
        assert_eq!(url.at("/x"), "https://id.example:8443/tenant/x");
        assert_eq!((url.path(), url.origin().as_str()), ("/tenant", "https://id.example:8443"));
        assert_eq!(BaseUrl::parse("https://id.example/").unwrap().as_str(), "https://id.example");
    }
}
