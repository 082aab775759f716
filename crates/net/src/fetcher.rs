//! One guarded request.

use std::io::Read as _;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tamarack::verify::MaxAge;
use tamarack::{EvidenceKind, Need, Timestamp, limits};
use ureq::http::{HeaderMap, Response};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};
use url::Url;

use crate::cache::Copy;
use crate::gather::need_url;
use crate::guard::{check_redirect, check_url};
use crate::resolver::GuardedResolver;
use crate::{Cache, FetchError, Identity, Reach};

/// How to fetch. The default is strict.
#[derive(Debug)]
pub struct FetchOptions {
    /// How far requests may reach.
    pub reach: Reach,
    /// Until when a connection must stand.
    pub connect_timeout: Duration,
    /// Until when one request, redirects and body included, must be answered.
    pub timeout: Duration,
    /// How old a copy out of the cache may be to be used without asking; that of the verification's policy.
    pub max_age: MaxAge,
    /// Where copies are kept.
    pub cache: Cache,
    /// Certificates (DER) of the authorities to trust **instead** of those of the public web; empty for the public ones.
    pub authorities: Vec<Vec<u8>>,
    /// Who we are to servers that ask for a certificate; none to tell nobody.
    pub identity: Option<Identity>,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            reach: Reach::default(),
            connect_timeout: Duration::from_secs(limits::FETCH_CONNECT_SECONDS),
            timeout: Duration::from_secs(limits::FETCH_SECONDS),
            max_age: MaxAge::default(),
            cache: Cache::memory(),
            authorities: Vec::new(),
            identity: None,
        }
    }
}

/// The certificates of a PEM file, as [`FetchOptions::authorities`] takes them; `None` if there is none or one is broken.
#[must_use]
pub fn authorities_from_pem(pem: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut certificates = Vec::new();
    for item in ureq::tls::parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.ok()? {
            certificates.push(certificate.der().to_vec());
        }
    }
    (!certificates.is_empty()).then_some(certificates)
}

/// Fetches documents under guard. Nothing of TLS is set up before the first request.
#[derive(Debug, Default)]
pub struct Fetcher {
    options: FetchOptions,
    agent: OnceLock<Agent>,
}

/// Something that was fetched, now or earlier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetched {
    /// The bytes as they came.
    pub bytes: Vec<u8>,
    /// When they came.
    pub fetched: Timestamp,
    /// Why a stale copy stands in, if one does.
    pub stale: Option<FetchError>,
}

impl Fetcher {
    /// A fetcher.
    #[must_use]
    pub const fn new(options: FetchOptions) -> Self {
        Self { options, agent: OnceLock::new() }
    }

    /// Fetches a document: a fresh copy from the cache, else from the network, else (if the network fails) the stale
    /// copy with its true age, so that the policy's age limit decides whether it still counts.
    ///
    /// # Errors
    /// Any [`FetchError`].
    pub fn fetch(&self, url: &str, kind: EvidenceKind, now: Timestamp) -> Result<Fetched, FetchError> {
        self.fetch_newer(url, kind, None, now)
    }

    /// As [`Fetcher::fetch`], but a copy counts as fresh only if it is newer than `than`: what the caller has is not
    /// good enough, and the same once more would not be either.
    pub(crate) fn fetch_newer(
        &self,
        url: &str,
        kind: EvidenceKind,
        than: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Fetched, FetchError> {
        let checked = check_url(url, self.options.reach)?;
        let key = key_of(&checked, kind);
        let copy = self.options.cache.get(&key);
        if let Some(copy) = copy.as_ref().filter(|copy| self.is_good(copy, kind, than, now)) {
            return Ok(Fetched { bytes: copy.bytes.clone(), fetched: copy.fetched, stale: None });
        }
        match self.request(checked, kind) {
            Ok((bytes, fresh_seconds)) => {
                if let Some(seconds) = fresh_seconds {
                    let copy = Copy { bytes: bytes.clone(), fetched: now, fresh_until: now.plus_seconds(seconds) };
                    self.options.cache.put(&key, &copy);
                }
                Ok(Fetched { bytes, fetched: now, stale: None })
            }
            Err(error) if error.is_outage() => match copy {
                Some(copy) => Ok(Fetched { bytes: copy.bytes, fetched: copy.fetched, stale: Some(error) }),
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// What [`Self::fetch_newer`] would give without asking anybody.
    pub(crate) fn copy_newer(
        &self,
        url: &str,
        kind: EvidenceKind,
        than: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Fetched> {
        let checked = check_url(url, self.options.reach).ok()?;
        let copy = self.options.cache.get(&key_of(&checked, kind))?;
        let is_good = self.is_good(&copy, kind, than, now);
        is_good.then_some(Fetched { bytes: copy.bytes, fetched: copy.fetched, stale: None })
    }

    /// Whether what was fetched at this time for a need would be given again without asking anybody.
    #[must_use]
    pub fn is_at_hand(&self, need: &Need, fetched: Timestamp, now: Timestamp) -> bool {
        let Some(checked) = need_url(need).ok().and_then(|url| check_url(&url, self.options.reach).ok()) else {
            return false;
        };
        let key = key_of(&checked, need.kind);
        self.options.cache.times(&key).is_some_and(|(of_copy, fresh_until)| {
            of_copy == fetched && self.is_fresh(of_copy, fresh_until, need.kind, now)
        })
    }

    fn is_good(&self, copy: &Copy, kind: EvidenceKind, than: Option<Timestamp>, now: Timestamp) -> bool {
        self.is_fresh(copy.fetched, copy.fresh_until, kind, now) && than.is_none_or(|than| copy.fetched > than)
    }

    fn is_fresh(&self, fetched: Timestamp, fresh_until: Timestamp, kind: EvidenceKind, now: Timestamp) -> bool {
        let age = now.seconds_since(fetched);
        let oldest = match kind {
            EvidenceKind::DidDocument | EvidenceKind::IssuerMetadata => self.options.max_age.did_document,
            EvidenceKind::StatusList => self.options.max_age.status_list,
            EvidenceKind::Context => self.options.max_age.context,
            EvidenceKind::Schema | EvidenceKind::TypeMetadata => self.options.max_age.schema,
            _ => self.options.max_age.resource,
        };
        // A copy from the future comes from a clock that was set back: its age is unknown.
        age >= 0 && age <= oldest && now < fresh_until
    }

    /// The bytes, and for how many seconds they stay fresh (`None`: not to be kept).
    fn request(&self, mut url: Url, kind: EvidenceKind) -> Result<(Vec<u8>, Option<i64>), FetchError> {
        let limit = match kind {
            EvidenceKind::StatusList => limits::STATUS_LIST_BYTES,
            _ => limits::INPUT_BYTES,
        };
        let accept = match kind {
            EvidenceKind::DidDocument => "application/did+json, application/did+ld+json;q=0.9, application/json;q=0.8",
            EvidenceKind::StatusList => {
                "application/vc, application/vc+jwt, application/statuslist+jwt, application/ld+json, application/json, */*;q=0.1"
            }
            EvidenceKind::Context => "application/ld+json, application/json;q=0.9",
            EvidenceKind::IssuerMetadata | EvidenceKind::TypeMetadata => {
                "application/json, application/jwk-set+json;q=0.9"
            }
            EvidenceKind::Schema => "application/schema+json, application/json;q=0.9",
            _ => "*/*",
        };
        let deadline = Instant::now() + self.options.timeout;
        for _ in 0..=limits::FETCH_REDIRECTS {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(FetchError::Timeout);
            }
            let response = self
                .agent()
                .get(url.as_str())
                .config()
                .timeout_global(Some(left))
                .build()
                .header("accept", accept)
                .call()?;
            match response.status().as_u16() {
                200 => {
                    let fresh = freshness(response.headers());
                    return Ok((body(response, limit)?, fresh));
                }
                301 | 302 | 303 | 307 | 308 => {
                    let location = response.headers().get("location").and_then(|value| value.to_str().ok());
                    url = check_redirect(&url, location.ok_or(FetchError::Redirect)?, kind, self.options.reach)?;
                }
                status => return Err(FetchError::Status(status)),
            }
        }
        Err(FetchError::TooManyRedirects)
    }

    pub(crate) const fn options(&self) -> &FetchOptions {
        &self.options
    }

    pub(crate) fn agent(&self) -> &Agent {
        self.agent.get_or_init(|| {
            let mut tls = TlsConfig::builder();
            if !self.options.authorities.is_empty() {
                let certificates: Vec<_> =
                    self.options.authorities.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
                tls = tls.root_certs(RootCerts::new_with_certs(&certificates));
            }
            if let Some(identity) = &self.options.identity {
                tls = tls.client_cert(Some(identity.certificate()));
            }
            let config = Agent::config_builder()
                // A proxy would resolve names itself, past the guard.
                .proxy(None)
                .http_status_as_error(false)
                // Each hop is checked here, so none is followed there.
                .max_redirects(0)
                .max_redirects_will_error(false)
                .timeout_resolve(Some(self.options.connect_timeout))
                .timeout_connect(Some(self.options.connect_timeout))
                .max_response_header_size(32 * 1024)
                .user_agent(concat!("tamarack/", env!("CARGO_PKG_VERSION")))
                .tls_config(tls.build())
                .build();
            Agent::with_parts(config, DefaultConnector::default(), GuardedResolver::new(self.options.reach))
        })
    }
}

/// A document that was fetched as one kind, under its limits and redirects, is not one of another.
fn key_of(url: &Url, kind: EvidenceKind) -> String {
    format!("{} {url}", kind_word(kind))
}

/// The word for a kind in the keys of a cache; a kind of the future shares none of these.
const fn kind_word(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::DidDocument => "did-document",
        EvidenceKind::StatusList => "status-list",
        EvidenceKind::Context => "context",
        EvidenceKind::Schema => "schema",
        EvidenceKind::Resource => "resource",
        EvidenceKind::IssuerMetadata => "issuer-metadata",
        EvidenceKind::TypeMetadata => "type-metadata",
        _ => "other",
    }
}

pub(crate) fn body(mut response: Response<Body>, limit: usize) -> Result<Vec<u8>, FetchError> {
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    if response.body().content_length().is_some_and(|length| length > most) {
        return Err(FetchError::TooLarge(limit));
    }
    let mut bytes = Vec::new();
    response.body_mut().as_reader().take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > limit { Err(FetchError::TooLarge(limit)) } else { Ok(bytes) }
}

/// For how many seconds an answer stays fresh (RFC 9111 §4.2.1, §5.2.2), bounded; `None` if it must not be kept.
fn freshness(headers: &HeaderMap) -> Option<i64> {
    /// Without a word of the server: five minutes.
    const DEFAULT: i64 = 300;
    let directives: Vec<String> = headers
        .get_all("cache-control")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase())
        .collect();
    if directives.iter().any(|directive| directive == "no-store") {
        return None;
    }
    if directives.iter().any(|directive| directive == "no-cache" || directive.starts_with("no-cache=")) {
        return Some(0);
    }
    let age = headers.get("age").and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok()).unwrap_or(0).max(0);
    let max_age = directives.iter().find_map(|directive| directive.strip_prefix("max-age="));
    let seconds = match max_age {
        Some(text) => text.trim_matches('"').parse::<i64>().unwrap_or(0),
        None => DEFAULT,
    };
    Some(seconds.saturating_sub(age).clamp(0, limits::CACHE_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(headers: &[(&'static str, &'static str)]) -> Option<i64> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        freshness(&map)
    }

    #[test]
    fn freshness_follows_the_server_within_bounds() {
        assert_eq!(fresh(&[]), Some(300));
        assert_eq!(fresh(&[("cache-control", "public, max-age=60")]), Some(60));
        assert_eq!(fresh(&[("cache-control", "Max-Age=60"), ("age", "50")]), Some(10));
        assert_eq!(fresh(&[("cache-control", "max-age=60"), ("age", "90")]), Some(0));
        assert_eq!(fresh(&[("cache-control", "max-age=31536000")]), Some(limits::CACHE_SECONDS));
        assert_eq!(fresh(&[("cache-control", "max-age=x")]), Some(0));
        assert_eq!(fresh(&[("cache-control", "max-age=-5")]), Some(0));
        assert_eq!(fresh(&[("cache-control", "max-age=60"), ("cache-control", "no-store")]), None);
        assert_eq!(fresh(&[("cache-control", "no-cache, max-age=60")]), Some(0));
    }
}
