//! Tamarack for Kotlin, Swift and Python: records for data, handles for what lives on, and no logic of its own.
//!
//! Every function is one step that asks no network. What the platform does for the library (requests, the clock, keys in
//! secure hardware) is a foreign trait whose every method can fail. An error has one of six kinds, told by what the app does
//! next, each with a stable code and a sentence in English and in French. A panic never crosses: uniffi turns it into the
//! language's own internal error.
//!
//! What stands in this crate's comments is what a reader of the three languages sees, so it says units and errors.

#![allow(
    clippy::result_large_err,
    reason = "errors cross the border by value; a call across it costs more than moving one"
)]

// Unwinding is what keeps a panic on this side.
#[cfg(not(panic = "unwind"))]
compile_error!("the shared library is built with panic = \"unwind\"");

mod asking;
mod bundle;
mod did;
mod error;
mod evidence;
mod held;
mod issue;
mod keys;
mod migrate;
mod nonces;
mod object;
mod platform;
mod secrets;
mod status;
mod text;
mod time;
mod trust;
mod verdict;
mod verifier;
mod wallet;

pub use asking::{
    AnswerMode, AnswerRules, AnswerVerdict, AnsweredClaim, AskOptions, AuthorityMember, DcApiRequest,
    PresentedCredential, WalletRequest, answer_receipt,
};
pub use bundle::{Bundle, BundleOptions, create_bundle, open_bundle};
pub use did::{
    DidKeyEntry, KeyForm, KeyPurpose, PeerKey, did_document, did_peer, did_peer_4, did_peer_4_short, did_web_from_url,
    did_web_url, resolve_did,
};
pub use error::{Problem, TamarackError};
pub use evidence::{Evidence, EvidenceKind, EvidencePiece, Need};
pub use held::{AgeAnswer, Claim, Exposure, HeldCredential, ShowOptions};
pub use issue::{
    ClaimDefinition, CredentialType, IssueOptions, Issued, SignInLevel, SignOptions, StatusPlace, TokenPlace, sign,
    suites, type_linkability,
};
pub use keys::{
    Key, KeyType, PublicKey, public_key_from_jwk, public_key_from_multikey, public_key_from_pem, verify_signature,
};
pub use migrate::migrate_credential;
pub use nonces::NonceBook;
pub use platform::{Clock, HttpClient, HttpHeader, HttpRequest, HttpResponse, KeyStore, PlatformError};
pub use secrets::{BoundTo, Committed, HolderSecrets, commit_holder_secrets};
pub use status::{
    StatusEntry, StatusKind, StatusList, StatusListOptions, StatusMessage, StatusPlaces, TokenListOptions,
    TokenStatusList, new_status_seed, status_entries,
};
pub use text::Text;
pub use trust::{
    TrustListView, TrustedIssuer, open_trust_list, read_trust_list, trust_list_allows, trust_list_credential,
};
pub use verdict::{
    Check, CheckResult, EvidenceAge, Link, Linkability, Outcome, Proved, ProvedClaim, Pseudonym, Strength, Verdict,
    VerifiedCredential,
};
pub use verifier::{MaxAge, PolicyOptions, Verifier};
pub use wallet::*;

uniffi::setup_scaffolding!("tamarack");

/// The version of the library: the same in every language.
///
/// ```text
/// show("tamarack " + version())
/// ```
#[uniffi::export]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

#[cfg(test)]
mod tests {
    use uniffi::{RustCallStatus, RustCallStatusCode};

    /// As every exported function is called from the other side of the border.
    #[test]
    fn a_panic_stays_on_this_side() {
        let mut status = RustCallStatus::default();
        let answer: u32 = uniffi::rust_call(&mut status, || panic!("a fault of ours"));
        assert_eq!((answer, status.code), (0, RustCallStatusCode::UnexpectedError));
        let mut status = RustCallStatus::default();
        let answer: u32 = uniffi::rust_call(&mut status, || Ok(7));
        assert_eq!((answer, status.code), (7, RustCallStatusCode::Success));
    }
}
