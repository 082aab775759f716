//! Trust lists: reading them, and the signed form in which they travel.

use std::sync::Arc;
use std::time::SystemTime;

use tamarack::credential::read_credential;
use tamarack::json::{Value, to_string, to_string_pretty};
use tamarack::trust::{DisplayName, TrustList};
use tamarack::{Code, Fault, Outcome, verify};

use crate::error::TamarackError;
use crate::evidence::{Evidence, snapshot};
use crate::text::Text;
use crate::time::{or_now, system_time};

/// An issuer on a trust list.
///
/// ```text
/// for issuer in read_trust_list(trust).issuers: show(issuer.did, issuer.name.en)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct TrustedIssuer {
    /// Its DID; or, of an issuer of SD-JWT VCs that has none, its `https:` URL.
    pub did: String,
    /// The name to show.
    pub name: Text,
    /// The credential types that it may issue; `*` stands for any.
    pub types: Vec<String>,
    /// From when it is trusted.
    pub valid_from: Option<SystemTime>,
    /// Until when it is trusted.
    pub valid_until: Option<SystemTime>,
    /// Of an issuer that signs by certificates (`x5c`): the authorities that vouch for it, or its own, each in DER.
    pub certificates: Vec<Vec<u8>>,
}

/// What a trust list says.
///
/// ```text
/// view = read_trust_list(trust)
/// show(view.name.fr, view.valid_until)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct TrustListView {
    /// The name of the list.
    pub name: Text,
    /// When it was issued.
    pub issued: SystemTime,
    /// Until when it may be used; none for no end.
    pub valid_until: Option<SystemTime>,
    /// The issuers, by DID.
    pub issuers: Vec<TrustedIssuer>,
}

/// Reads a trust list file, JSON text, to show what is in it.
///
/// ```text
/// view = read_trust_list(trust)
/// dids = [issuer.did for issuer in view.issuers]
/// ```
///
/// Errors: `Input` with `json.*`, `trust.list_invalid`.
#[uniffi::export]
pub fn read_trust_list(trust_list: String) -> Result<TrustListView, TamarackError> {
    let list = TrustList::parse(trust_list.as_bytes())?;
    let issuer = |issuer: &tamarack::trust::TrustedIssuer| TrustedIssuer {
        did: issuer.did.clone(),
        name: name(&issuer.name),
        types: issuer.types.clone(),
        valid_from: issuer.valid_from.map(system_time),
        valid_until: issuer.valid_until.map(system_time),
        certificates: issuer.certificates.clone(),
    };
    Ok(TrustListView {
        name: name(list.name()),
        issued: system_time(list.issued()),
        valid_until: list.valid_until().map(system_time),
        issuers: list.issuers().map(issuer).collect(),
    })
}

/// Says whether a trust list lets this issuer issue a credential of these types; it returns if so.
///
/// `issuer`: a DID; or, of an issuer of SD-JWT VCs that has none, its `https:` URL. `now`: none for this machine's.
///
/// ```text
/// trust_list_allows(trust, "did:web:issuer.example", ["VerifiableCredential", "OntarioPhotoCard"])
/// ```
///
/// Errors: `Denied` with `trust.issuer_unknown`, `trust.type_not_allowed`, `trust.outside_period`; `Input` with `json.*`,
/// `trust.list_invalid`.
#[uniffi::export(default(now = None))]
pub fn trust_list_allows(
    trust_list: String,
    issuer: String,
    types: Vec<String>,
    now: Option<SystemTime>,
) -> Result<(), TamarackError> {
    let list = TrustList::parse(trust_list.as_bytes())?;
    let types: Vec<&str> = types.iter().map(String::as_str).collect();
    list.allows(&issuer, &types, or_now(now)).map_err(|fault| TamarackError::denied(&fault))
}

/// The credential of a trust list (`TrustListCredential`), unsigned JSON text: `sign` it.
///
/// `id`: its URL. `issuer`: the DID of whoever says whom to trust.
///
/// ```text
/// unsigned = trust_list_credential(trust, "https://registry.example/trust", key.did_key())
/// signed = sign(unsigned, "eddsa-rdfc-2022", key, SignOptions())
/// ```
///
/// Errors: `Input` with `json.*`, `trust.list_invalid`.
#[uniffi::export]
pub fn trust_list_credential(trust_list: String, id: String, issuer: String) -> Result<String, TamarackError> {
    let list = TrustList::parse(trust_list.as_bytes())?;
    Ok(to_string(&Value::Object(list.to_credential(&id, &issuer))))
}

/// The trust list file in a signed `TrustListCredential`, once its signature, dates and status hold and it is by this signer.
///
/// `signer`: the DID of whoever may say whom to trust. `evidence`: what was fetched; none for none. `now`: none for this machine's.
///
/// ```text
/// trust = open_trust_list(signed, "did:web:registry.example", evidence)
/// verifier = Verifier(PolicyOptions(trust_list=trust))
/// ```
///
/// Errors: `Denied` with the code of what spoke against it, or of what could not be checked; `Input` with `json.*`,
/// `trust.list_invalid`.
#[uniffi::export(default(evidence = None, now = None))]
pub fn open_trust_list(
    credential: String,
    signer: String,
    evidence: Option<Arc<Evidence>>,
    now: Option<SystemTime>,
) -> Result<String, TamarackError> {
    let (evidence, now) = (snapshot(evidence.as_ref()), or_now(now));
    let named = || DisplayName { en: signer.clone(), fr: signer.clone() };
    let itself = tamarack::trust::TrustedIssuer {
        did: signer.clone(),
        name: named(),
        types: vec!["TrustListCredential".to_owned()],
        valid_from: None,
        valid_until: None,
        certificates: Vec::new(),
    };
    let policy = tamarack::Policy::trusting(TrustList::new(named(), now, None, [itself])?);
    let verdict = verify(credential.as_bytes(), &policy, &evidence, now)?;
    let document = verdict.claims().filter(|_| verdict.outcome() == Outcome::Accept);
    let Some(document) = document.and_then(|claims| claims.credentials().into_iter().next()) else {
        let against = verdict.checks().iter().find_map(|check| check.fault.clone());
        return Err(TamarackError::denied(&against.unwrap_or_else(|| Fault::new(Code::ProofMissing))));
    };
    let read = read_credential(&document.document).map_err(|faults| {
        TamarackError::from(faults.into_iter().next().unwrap_or_else(|| Fault::new(Code::TrustListInvalid)))
    })?;
    Ok(to_string_pretty(&TrustList::from_credential(&read)?.to_value()))
}

fn name(name: &DisplayName) -> Text {
    Text { en: name.en.clone(), fr: name.fr.clone() }
}
