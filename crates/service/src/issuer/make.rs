//! One credential: from claims and a holder to a signed text with its record.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tamarack::credential::{CONTEXT_V2, Version};
use tamarack::issue::{CertifiedIssuer, Issuance, SecureOptions, Securing, StatusSlot, TokenSlot, secure};
use tamarack::jose::JwtForm;
use tamarack::json::{self, Object, Value};
use tamarack::proof::{Binding, HolderCommitment};
use tamarack::sd_jwt::Profile;
use tamarack::status::StatusKind;
use tamarack::{Fault, Timestamp};
use tamarack_openid4vc::vci::proofs::HolderKey;
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::answer::store;
use super::applicant::Assured;
use super::catalogue::{Catalogue, OfferedType};
use super::configuration::is_object;
use super::service::IssuerService;
use super::signing::signing;
use crate::store::issuing::{Record, Wanted, random};

/// A credential that was signed and is not recorded yet.
pub(super) struct Made {
    /// Its id.
    pub(super) id: String,
    /// What the audit log says of it.
    pub(super) detail: String,
    type_name: String,
    securing: Securing,
    subject: Option<String>,
    status: Option<(i64, usize)>,
    valid_until: Timestamp,
    reissue_by: Option<Timestamp>,
    text: String,
}

impl Made {
    /// Its record.
    pub(super) fn record(&self, keep: bool, now: Timestamp) -> Record<'_> {
        Record {
            id: &self.id,
            type_name: &self.type_name,
            subject: self.subject.as_deref(),
            status: self.status,
            issued: now,
            valid_until: self.valid_until,
            reissue_by: self.reissue_by,
            digest: Sha256::digest(self.text.as_bytes()).into(),
            body: keep.then_some(self.text.as_str()),
            shape: None,
            row: None,
        }
    }

    /// The credential as a response has it: an object or a string.
    pub(super) fn to_value(&self) -> Result<Value<'static>, Refusal> {
        if is_object(self.securing) {
            return json::parse(self.text.as_bytes()).map(Value::into_owned).map_err(internal);
        }
        Ok(Value::from(self.text.clone()))
    }

    /// The same as an object always: a token stands in an EnvelopedVerifiableCredential (VCDM 2.0 §4.13.2), under its own media
    /// type.
    pub(super) fn to_document(&self) -> Result<Value<'static>, Refusal> {
        let media_type = match self.securing {
            Securing::DataIntegrity(_) => return self.to_value(),
            Securing::Jwt(JwtForm::V1) => "application/jwt",
            Securing::Jwt(JwtForm::V2) => "application/vc+jwt",
            Securing::SdJwt(Profile::VcdmSdJwt) => "application/vc+sd-jwt",
            Securing::SdJwt(Profile::SdJwtVc) => "application/dc+sd-jwt",
        };
        let mut envelope = Object::new();
        envelope.insert("@context", CONTEXT_V2);
        envelope.insert("id", format!("data:{media_type},{}", self.text));
        envelope.insert("type", "EnvelopedVerifiableCredential");
        Ok(Value::Object(envelope))
    }
}

/// What a credential is bound to.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    /// Nothing: it names nobody.
    Nothing,
    /// A key, by its DID, which is the subject's; with a fragment, the wallet named it by this DID URL.
    Key(String),
    /// Secrets of the holder, who is not named.
    Secrets(HolderCommitment),
}

impl Bound {
    /// What proofs ask for: one credential for each of them.
    pub(super) fn of_proofs(keys: &[HolderKey], commitments: Vec<HolderCommitment>) -> Vec<Self> {
        let keys = keys.iter().map(|key| match &key.did_url {
            // The wallet's own DID, or that which the key is by itself.
            Some(url) => Self::Key(url.clone()),
            None => Self::Key(tamarack::did::did_key(&key.key)),
        });
        let all: Vec<Self> = keys.chain(commitments.into_iter().map(Self::Secrets)).collect();
        if all.is_empty() { vec![Self::Nothing] } else { all }
    }

    fn subject(&self) -> Option<&str> {
        match self {
            Self::Key(did) => Some(tamarack::did::did_of(did)),
            Self::Nothing | Self::Secrets(_) => None,
        }
    }

    /// The DID URL to which the wallet has the credential bound (OpenID4VCI Appendix F.1).
    fn method(&self) -> Option<&str> {
        match self {
            Self::Key(url) if url.contains('#') => Some(url),
            _ => None,
        }
    }
}

/// Makes a credential of a type for a holder, with how its holder signed in, if that is known, and with a place in a status
/// list if the type wants one.
pub(super) async fn make(
    service: &IssuerService,
    catalogue: &Catalogue,
    offered: &OfferedType,
    claims: &Object<'_>,
    bound: &Bound,
    assured: Option<&Assured>,
    now: Timestamp,
) -> Result<Made, Refusal> {
    let (of, key) = (&offered.credential_type, &offered.key);
    let id = random().map_err(internal)?;
    let subject = bound.subject();
    let issuance = Issuance { issuer: key.did(), subject, id: Some(&id), now, status: &[] };
    let mut assembled = of.assemble(claims, &issuance).map_err(internal)?;
    if let Some(assured) = assured {
        assembled = of.with_evidence(assembled, &assured.reached()).map_err(internal)?;
    }
    let unsigned = Unsigned {
        document: assembled.document,
        id,
        subject: subject.map(str::to_owned),
        commitment: match bound {
            Bound::Secrets(commitment) => Some(commitment.clone()),
            Bound::Nothing | Bound::Key(_) => None,
        },
        method: bound.method().map(str::to_owned),
        valid_from: assembled.valid_from,
        valid_until: assembled.valid_until,
        reissue_by: assembled.reissue_by,
        mandatory: Vec::new(),
    };
    sign(service, catalogue, offered, unsigned, now).await
}

/// A credential before it has its status and its signature.
pub(super) struct Unsigned {
    pub(super) document: Object<'static>,
    pub(super) id: String,
    pub(super) subject: Option<String>,
    /// To whose secrets it is bound.
    pub(super) commitment: Option<HolderCommitment>,
    /// The DID URL of the holder's key, if the wallet named it so.
    pub(super) method: Option<String>,
    pub(super) valid_from: Timestamp,
    pub(super) valid_until: Timestamp,
    pub(super) reissue_by: Option<Timestamp>,
    /// What every showing must have, beside what the type says.
    pub(super) mandatory: Vec<String>,
}

/// Signs a credential of a type, with a place in a status list if the type wants one.
pub(super) async fn sign(
    service: &IssuerService,
    catalogue: &Catalogue,
    offered: &OfferedType,
    mut unsigned: Unsigned,
    now: Timestamp,
) -> Result<Made, Refusal> {
    let (of, key) = (&offered.credential_type, &offered.key);
    let purposes: Vec<&str> = of.status.purposes().collect();
    let base = catalogue.issuer.status_base.as_deref().filter(|_| !purposes.is_empty());
    let taken = match base {
        Some(base) => {
            let wanted = Wanted { kind: status_kind(of.version), purposes: &purposes, issuer: key.did(), base };
            Some(service.lists().take(service.database(), &wanted).await.map_err(store)?)
        }
        None => None,
    };
    let by_token = of.securing == Securing::SdJwt(Profile::SdJwtVc);
    let mut token = None;
    if let Some((list, index)) = &taken {
        if by_token {
            token = Some((list.token_url(), *index));
        } else {
            let urls: Vec<(&str, String)> = purposes.iter().map(|purpose| (*purpose, list.url(purpose))).collect();
            let slots: Vec<StatusSlot<'_>> =
                urls.iter().map(|(purpose, list)| StatusSlot { purpose, list, index: *index }).collect();
            of.add_status(&mut unsigned.document, &slots);
        }
    }
    let mut mandatory = of.mandatory_pointers(&unsigned.document);
    for pointer in unsigned.mandatory {
        if !mandatory.contains(&pointer) {
            mandatory.push(pointer);
        }
    }
    let created = of.proof_created(of.securing, unsigned.valid_from, now);
    let method = unsigned.method;
    let (chain, url) = (service.settings().certificates.clone(), service.base().url().as_str().to_owned());
    let (document, of_document, signer_key) = (unsigned.document, Arc::clone(of), Arc::clone(key));
    let commitment = unsigned.commitment;
    let secured = signing(&key.signer, move || {
        let options = SecureOptions {
            verification_method: &signer_key.method,
            created,
            mandatory: &mandatory,
            vct: of_document.vct.as_deref(),
            status: token.as_ref().map(|(list, index)| TokenSlot { list, index: *index }),
            holder_method: method.as_deref(),
            certified: chain.as_deref().map(|chain| CertifiedIssuer { url: &url, chain }),
            binding: commitment.as_ref().map_or(Binding::None, HolderCommitment::binding),
            ..SecureOptions::default()
        };
        secure(document, of_document.securing, &options, &signer_key.signer, &of_document.contexts_at_hand())
    });
    let text = secured.await.map_err(internal)?;
    Ok(Made {
        detail: serde_json::json!({"type": of.name}).to_string(),
        id: unsigned.id,
        type_name: of.name.clone(),
        securing: of.securing,
        subject: unsigned.subject,
        status: taken.map(|(list, index)| (list.id, index)),
        valid_until: unsigned.valid_until,
        reissue_by: unsigned.reissue_by,
        text,
    })
}

/// The kind of status list for a version of the data model.
#[must_use]
pub(super) const fn status_kind(version: Version) -> StatusKind {
    match version {
        Version::V1 => StatusKind::List2021,
        Version::V2 => StatusKind::Bitstring,
    }
}

fn internal(fault: Fault) -> Refusal {
    Refusal::new(RefusalCode::ServerError, "the credential").because(fault)
}
