//! Why something could not be fetched.

/// Why something could not be fetched. None of it holds anything that a server sent, but its status.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum FetchError {
    /// Not an absolute URL with a host, or not a DID whose document lies at a URL.
    Url,
    /// The URL holds a user name or a password.
    Credentials,
    /// Neither HTTPS nor plain HTTP to this very machine.
    NotHttps,
    /// The host has an address in a private, local or reserved network.
    Address,
    /// More redirects than the limit.
    TooManyRedirects,
    /// A redirect without a place, or from the outside to this machine.
    Redirect,
    /// The answer has more bytes than this limit.
    TooLarge(usize),
    /// No answer in time.
    Timeout,
    /// An HTTP status other than 200.
    Status(u16),
    /// The host is unknown, refuses connections or breaks HTTP.
    Unreachable,
    /// No TLS connection with a trusted certificate.
    Tls,
    /// The requests for this verification are used up.
    TooManyRequests,
}

impl FetchError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Url => "fetch.url",
            Self::Credentials => "fetch.credentials",
            Self::NotHttps => "fetch.not_https",
            Self::Address => "fetch.address",
            Self::TooManyRedirects => "fetch.too_many_redirects",
            Self::Redirect => "fetch.redirect",
            Self::TooLarge(_) => "fetch.too_large",
            Self::Timeout => "fetch.timeout",
            Self::Status(_) => "fetch.status",
            Self::Unreachable => "fetch.unreachable",
            Self::Tls => "fetch.tls",
            Self::TooManyRequests => "fetch.too_many_requests",
        }
    }

    /// Every code, for tests of the texts that explain them.
    pub const CODES: &'static [&'static str] = &[
        "fetch.url",
        "fetch.credentials",
        "fetch.not_https",
        "fetch.address",
        "fetch.too_many_redirects",
        "fetch.redirect",
        "fetch.too_large",
        "fetch.timeout",
        "fetch.status",
        "fetch.unreachable",
        "fetch.tls",
        "fetch.too_many_requests",
    ];

    /// Whether the network failed, rather than the request being refused: then a stale copy may stand in.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        match self {
            Self::Timeout | Self::Unreachable | Self::Tls => true,
            Self::Status(status) => *status >= 500 || *status == 429,
            _ => false,
        }
    }
}

impl std::fmt::Display for FetchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())?;
        match self {
            Self::TooLarge(limit) => write!(f, " ({limit} bytes)"),
            Self::Status(status) => write!(f, " ({status})"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for FetchError {}

/// Carries a refused address through the HTTP client.
#[derive(Debug)]
pub(crate) struct AddressRefused;

impl std::fmt::Display for AddressRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("address refused")
    }
}

impl std::error::Error for AddressRefused {}

impl From<ureq::Error> for FetchError {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Other(cause) if cause.is::<AddressRefused>() => Self::Address,
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => Self::Url,
            ureq::Error::Timeout(_) => Self::Timeout,
            ureq::Error::Io(cause) => Self::from(cause),
            ureq::Error::StatusCode(status) => Self::Status(status),
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) | ureq::Error::TlsRequired => Self::Tls,
            _ => Self::Unreachable,
        }
    }
}

impl From<std::io::Error> for FetchError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{InvalidData, TimedOut, WouldBlock};
        if error.get_ref().is_some_and(|cause| matches!(cause.downcast_ref(), Some(ureq::Error::Timeout(_)))) {
            return Self::Timeout;
        }
        match error.kind() {
            TimedOut | WouldBlock => Self::Timeout,
            // rustls reports certificate and protocol errors this way.
            InvalidData => Self::Tls,
            _ => Self::Unreachable,
        }
    }
}
