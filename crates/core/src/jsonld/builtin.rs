//! The built-in context documents.
//!
//! To add one: put a line into `TABLE`, with the URL and the text. Texts come from the crate `ssi-contexts` where it has
//! the published document; the others are our own term tables under `contexts/`, written from the specifications'
//! definitions, one term a line. A test compiles every document, and another compares ours with the published ones where
//! those can be seen. A digest is pinned where a specification states one; it is the digest of the published document's
//! bytes, not of the text here. Two that are larger than all others together are kept compressed (`build.rs`): few
//! credentials need them.

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::OnceLock;

use flate2::bufread::ZlibDecoder;

use crate::json::{self, Value};

/// A line of the table.
#[derive(Debug)]
struct Entry {
    url: &'static str,
    text: Text,
    sha256: Option<&'static str>,
}

/// A text as it is kept.
#[derive(Debug)]
enum Text {
    Plain(&'static str),
    /// zlib (RFC 1950).
    Packed(&'static [u8]),
}

const fn context(url: &'static str, text: &'static str) -> Entry {
    Entry { url, text: Text::Plain(text), sha256: None }
}

const fn packed(url: &'static str, bytes: &'static [u8]) -> Entry {
    Entry { url, text: Text::Packed(bytes), sha256: None }
}

const fn pinned(url: &'static str, text: &'static str, sha256: &'static str) -> Entry {
    Entry { url, text: Text::Plain(text), sha256: Some(sha256) }
}

const SCHEMA_ORG: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/schema-org.zlib"));
const TRACEABILITY_V1: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/traceability-v1.zlib"));

const TABLE: &[Entry] = &[
    pinned(
        "https://www.w3.org/2018/credentials/v1",
        ssi_contexts::CREDENTIALS_V1,
        "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
    ),
    pinned(
        "https://www.w3.org/ns/credentials/v2",
        ssi_contexts::CREDENTIALS_V2,
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    context("https://www.w3.org/2018/credentials/examples/v1", ssi_contexts::CREDENTIALS_EXAMPLES_V1),
    context("https://www.w3.org/ns/credentials/examples/v2", ssi_contexts::CREDENTIALS_EXAMPLES_V2),
    context("https://www.w3.org/ns/did/v1", ssi_contexts::DID_V1),
    context("https://w3id.org/security/data-integrity/v1", ssi_contexts::W3ID_DATA_INTEGRITY_V1),
    pinned(
        "https://w3id.org/security/data-integrity/v2",
        ssi_contexts::W3ID_DATA_INTEGRITY_V2,
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    context("https://w3id.org/security/suites/ed25519-2020/v1", ssi_contexts::W3ID_ED2020_V1),
    context("https://w3id.org/security/suites/jws-2020/v1", ssi_contexts::W3ID_JWS2020_V1),
    context("https://w3id.org/security/bbs/v1", ssi_contexts::BBS_V1),
    context("https://w3id.org/security/v1", ssi_contexts::SECURITY_V1),
    context("https://w3id.org/security/v2", ssi_contexts::SECURITY_V2),
    context("https://w3id.org/vc/status-list/2021/v1", ssi_contexts::STATUS_LIST_2021_V1),
    context("https://w3id.org/vc-revocation-list-2020/v1", ssi_contexts::REVOCATION_LIST_2020_V1),
    context("https://w3id.org/citizenship/v1", ssi_contexts::CITIZENSHIP_V1),
    context("https://w3id.org/vaccination/v1", ssi_contexts::VACCINATION_V1),
    packed("https://w3id.org/traceability/v1", TRACEABILITY_V1),
    context("https://w3id.org/vdl/v1", ssi_contexts::VDL_V1),
    context("https://w3id.org/did-resolution/v1", ssi_contexts::DID_RESOLUTION_V1),
    packed("https://schema.org/", SCHEMA_ORG),
    // Documents of 2020 write it in either of these ways; both lead to the same document.
    packed("http://schema.org/", SCHEMA_ORG),
    packed("https://schema.org", SCHEMA_ORG),
    context("https://www.w3.org/ns/odrl.jsonld", ssi_contexts::ODRL),
    context(
        "https://identity.foundation/presentation-exchange/submission/v1",
        ssi_contexts::PRESENTATION_SUBMISSION_V1,
    ),
    context("https://identity.foundation/.well-known/did-configuration/v1", ssi_contexts::DID_CONFIGURATION_V1),
    context(crate::status::MESSAGES_CONTEXT, include_str!("contexts/tamarack-status-messages-v1.json")),
    context(crate::trust::TRUST_CONTEXT, include_str!("contexts/tamarack-trust-v1.json")),
    context(crate::issue::EVIDENCE_CONTEXT, include_str!("contexts/tamarack-evidence-v1.json")),
    // Our own tables.
    pinned(
        "https://w3id.org/security/multikey/v1",
        include_str!("contexts/multikey-v1.json"),
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
    pinned(
        "https://w3id.org/security/jwk/v1",
        include_str!("contexts/jwk-v1.json"),
        "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
    ),
    pinned(
        "https://www.w3.org/ns/credentials/status/v1",
        include_str!("contexts/credentials-status-v1.json"),
        "fda5add353231e6a6884a46b12e6c75464281900cb348284d9c360f62381d9f7",
    ),
    context(
        "https://www.w3.org/ns/credentials/undefined-terms/v2",
        include_str!("contexts/credentials-undefined-terms-v2.json"),
    ),
    context("https://www.w3.org/ns/did/v1.1", include_str!("contexts/did-v1.1.json")),
    context("https://w3id.org/security/v3-unstable", include_str!("contexts/security-v3-unstable.json")),
    context("https://w3id.org/citizenship/v2", include_str!("contexts/citizenship-v2.json")),
    context("https://w3id.org/citizenship/v3", include_str!("contexts/citizenship-v3.json")),
    context("https://w3id.org/citizenship/v4rc1", include_str!("contexts/citizenship-v4rc1.json")),
    context("https://w3id.org/vdl/v2", include_str!("contexts/vdl-v2.json")),
    context("https://w3id.org/vdl/aamva/v1", include_str!("contexts/vdl-aamva-v1.json")),
    // The example types of this repository (`examples/types`).
    context("https://tamarack.example/ontario/person/v1", include_str!("contexts/ontario-person.json")),
    context("https://tamarack.example/ontario/driver/v1", include_str!("contexts/ontario-driver.json")),
    context("https://tamarack.example/ontario/health/v1", include_str!("contexts/ontario-health.json")),
    context("https://tamarack.example/ontario/age/v1", include_str!("contexts/ontario-age.json")),
    context("https://tamarack.example/ontario/vcdm-1.1/v1", include_str!("contexts/ontario-vcdm-1.1.json")),
];

/// A built-in context document.
#[derive(Debug)]
pub(super) struct Builtin {
    /// Its place in the table.
    pub(super) id: u64,
    entry: &'static Entry,
    unpacked: OnceLock<String>,
    parsed: OnceLock<Option<Value<'static>>>,
}

impl Builtin {
    /// The value of `@context`, parsed on first use.
    pub(super) fn context(&'static self) -> Option<&'static Value<'static>> {
        self.parsed.get_or_init(|| json::parse(self.text().as_bytes()).ok()).as_ref()?.get("@context")
    }

    fn text(&'static self) -> &'static str {
        match self.entry.text {
            Text::Plain(text) => text,
            Text::Packed(bytes) => self.unpacked.get_or_init(|| {
                let mut text = String::new();
                // Our own bytes: every test of the table reads them all.
                let read = ZlibDecoder::new(bytes).read_to_string(&mut text);
                read.map(|_| text).unwrap_or_default()
            }),
        }
    }
}

/// The document under a URL.
pub(super) fn find(url: &str) -> Option<&'static Builtin> {
    static BY_URL: OnceLock<HashMap<&'static str, Builtin, foldhash::fast::RandomState>> = OnceLock::new();
    let by_url = BY_URL.get_or_init(|| {
        let builtin = |(id, entry)| Builtin { id, entry, unpacked: OnceLock::new(), parsed: OnceLock::new() };
        (0..).zip(TABLE).map(|(id, entry)| (entry.url, builtin((id, entry)))).collect()
    });
    by_url.get(url)
}

/// The URLs of the built-in contexts.
pub fn builtin_urls() -> impl ExactSizeIterator<Item = &'static str> {
    TABLE.iter().map(|entry| entry.url)
}

/// The text of a built-in context document. It has the terms of the published document, but not always its bytes.
#[must_use]
pub fn builtin_document(url: &str) -> Option<&'static str> {
    find(url).map(Builtin::text)
}

/// The SHA-256 digest, in lower-case hexadecimal, that a specification states for the published document under a URL.
#[must_use]
pub fn pinned_sha256(url: &str) -> Option<&'static str> {
    find(url).and_then(|builtin| builtin.entry.sha256)
}
