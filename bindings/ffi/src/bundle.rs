//! Bundles of evidence: everything that a verifier without a network needs, in one signed file.

use std::sync::Arc;
use std::time::SystemTime;

use tamarack::bundle::{self, BundleSigners};
use tamarack::json::to_string_pretty;
use tamarack::trust::TrustList;

use crate::error::TamarackError;
use crate::evidence::{Evidence, snapshot};
use crate::keys::{Key, read_public};
use crate::time::{or_now, system_time, timestamp};

/// A bundle of evidence whose signature was checked.
///
/// ```text
/// opened = open_bundle(bundle, signer_dids=["did:web:registry.example"])
/// verifier = Verifier(PolicyOptions(trust_list=opened.trust_list))
/// verdict = verifier.verify(credential, opened.evidence)
/// ```
#[derive(Clone, Debug, uniffi::Record)]
pub struct Bundle {
    /// The evidence in it, each piece as old as it truly is.
    pub evidence: Arc<Evidence>,
    /// The trust list in it, as JSON text, if it has one.
    pub trust_list: Option<String>,
    /// When it was made.
    pub created: SystemTime,
    /// Until when it may be used.
    pub expires: SystemTime,
    /// The DID URL of the key that signed it.
    pub signer: String,
}

/// Opens an evidence bundle: everything that a verifier without a network needs, in one signed file.
///
/// `signer_dids`, `signer_keys`: whose bundles are believed, as DIDs and as public keys (Multikeys such as `z6Mk…`, JWKs or PEM). A
/// bundle that nobody of them signed is not opened. `now`: when to judge its dates; none for now. `documents`: the pinned DID
/// documents of signers whose document cannot be computed from the DID.
///
/// ```text
/// opened = open_bundle(bundle, signer_dids=["did:web:registry.example"], documents=pinned)
/// if opened.expires < soon: show("Fetch a new bundle.")
/// ```
///
/// Errors: `Input` with `bundle.invalid`, `did.*`, `key.*`, `json.*`, `trust.list_invalid`.
#[uniffi::export(default(signer_dids = [], signer_keys = [], now = None, documents = None))]
pub fn open_bundle(
    bundle: Vec<u8>,
    signer_dids: Vec<String>,
    signer_keys: Vec<String>,
    now: Option<SystemTime>,
    documents: Option<Arc<Evidence>>,
) -> Result<Bundle, TamarackError> {
    let documents = snapshot(documents.as_ref());
    let mut signers = BundleSigners::none();
    for did in signer_dids {
        signers = match documents.get(tamarack::EvidenceKind::DidDocument, &did) {
            Some(pinned) => signers.did_document(did, pinned.bytes.clone(), pinned.fetched),
            None => signers.did(did),
        };
    }
    for key in signer_keys {
        signers = signers.key(read_public(&key)?);
    }
    let opened = bundle::open(&bundle, &signers, or_now(now))?;
    Ok(Bundle {
        evidence: Arc::new(Evidence::of(opened.evidence)),
        trust_list: opened.trust.map(|list| to_string_pretty(&list.to_value())),
        created: system_time(opened.created),
        expires: system_time(opened.expires),
        signer: opened.signer,
    })
}

/// What a bundle says beside the evidence.
///
/// ```text
/// options = BundleOptions(expires=tomorrow, trust_list=trust)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct BundleOptions {
    /// Until when it may be used, at most 366 days after it is made.
    pub expires: SystemTime,
    /// When it is made; none for now.
    #[uniffi(default = None)]
    pub created: Option<SystemTime>,
    /// The DID URL of the key; none for that of the key's did:key.
    #[uniffi(default = None)]
    pub verification_method: Option<String>,
    /// The trust list that goes along: a trust list file, JSON text.
    #[uniffi(default = None)]
    pub trust_list: Option<String>,
}

/// Makes a bundle of this evidence, signed with an Ed25519, P-256 or P-384 key: a compact JWS, to be kept in a file.
///
/// ```text
/// bundle = create_bundle(evidence, key, BundleOptions(expires=tomorrow, trust_list=trust))
/// ```
///
/// Errors: `Input` with `bundle.invalid` for one that ends before it begins or too late, or has evidence from its future, `json.*`,
/// `trust.list_invalid`, `key.wrong_suite`; what the device of the key says.
#[uniffi::export]
pub fn create_bundle(evidence: Arc<Evidence>, key: Arc<Key>, options: BundleOptions) -> Result<String, TamarackError> {
    let trust = options.trust_list.map(|list| TrustList::parse(list.as_bytes())).transpose()?;
    let method = options.verification_method.unwrap_or_else(|| key.verification_method());
    let (created, expires) = (or_now(options.created), timestamp(options.expires));
    let evidence = evidence.snapshot();
    key.signing(|signer| bundle::create(&evidence, trust.as_ref(), created, expires, signer, &method))
}
