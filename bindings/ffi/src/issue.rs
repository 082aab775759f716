//! Issuing: a credential type (a file) and claims give a signed credential; or any document, as it stands.

use std::sync::Arc;
use std::time::SystemTime;

use tamarack::did::did_of;
use tamarack::issue::{self, Issuance, SecureOptions, Securing, StatusSlot, TokenSlot, secure};
use tamarack::json::{self, Object, Value};
use tamarack::proof::{Binding, HolderCommitment};
use tamarack::{Code, Fault};

use crate::error::TamarackError;
use crate::evidence::{Evidence, snapshot};
use crate::keys::Key;
use crate::text::Text;
use crate::time::{or_now, system_time, timestamp};
use crate::verdict::Linkability;

/// The names of every way to secure a credential, such as `eddsa-rdfc-2022`, `bbs-2023`, `vc+jwt` and `dc+sd-jwt`.
///
/// ```text
/// if "bbs-2023" in suites(): show("Single claims can be shown.")
/// ```
#[uniffi::export]
#[must_use]
pub fn suites() -> Vec<String> {
    Securing::names().map(str::to_owned).collect()
}

/// One claim of a type.
///
/// ```text
/// for claim in kind.claims(): ask(claim.name, claim.label.fr, claim.required)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ClaimDefinition {
    /// Its name in the claims.
    pub name: String,
    /// Its JSON pointer in the credential; empty for one that only serves to compute others.
    pub pointer: String,
    /// Whether it must be there.
    pub required: bool,
    /// What people read.
    pub label: Text,
}

/// A place in a status list that was taken for one credential.
///
/// ```text
/// place = StatusPlace(purpose="revocation", list="https://issuer.example/status/1", index=places.next())
/// issued = kind.issue(claims, key, IssueOptions(status=[place]))
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct StatusPlace {
    /// `revocation` or `suspension`.
    pub purpose: String,
    /// The URL of the list.
    pub list: String,
    /// The index in the list, counted from 0.
    pub index: u64,
}

/// A place in a Token Status List, for an SD-JWT VC.
///
/// ```text
/// place = TokenPlace(list="https://issuer.example/tokens/1", index=17)
/// issued = kind.issue(claims, key, IssueOptions(suite="dc+sd-jwt", token_status=place))
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct TokenPlace {
    /// The URL of the list.
    pub list: String,
    /// The index in the list, counted from 0.
    pub index: u64,
}

/// What a credential says that is neither in its type nor a claim.
///
/// ```text
/// options = IssueOptions(suite="bbs-2023", verification_method="did:web:issuer.example#key-1")
/// ```
#[derive(Clone, Debug, Default, uniffi::Record)]
pub struct IssueOptions {
    /// The issuer's DID URL of the key; none for that of the key's did:key.
    #[uniffi(default = None)]
    pub verification_method: Option<String>,
    /// The subject's DID; without one the credential is about its bearer.
    #[uniffi(default = None)]
    pub subject: Option<String>,
    /// The credential's id, a URL.
    #[uniffi(default = None)]
    pub id: Option<String>,
    /// When it is issued; none for now.
    #[uniffi(default = None)]
    pub now: Option<SystemTime>,
    /// How it is secured; none for the type's own way.
    #[uniffi(default = None)]
    pub suite: Option<String>,
    /// Its places in status lists.
    #[uniffi(default = [])]
    pub status: Vec<StatusPlace>,
    /// Its place in a Token Status List.
    #[uniffi(default = None)]
    pub token_status: Option<TokenPlace>,
    /// What the holder sent for a `bbs-2023` credential to be bound to: JSON text.
    #[uniffi(default = None)]
    pub commitment: Option<String>,
    /// How surely the person signed in, for a type that asks for a level of assurance: it goes into the credential's evidence.
    #[uniffi(default = None)]
    pub sign_in: Option<SignInLevel>,
}

/// How surely somebody signed in.
///
/// ```text
/// level = SignInLevel(acr="loa2", issuer="https://id.example", at=now)
/// issued = kind.issue(claims, key, IssueOptions(sign_in=level))
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct SignInLevel {
    /// The level: an authentication context class reference (`acr`).
    pub acr: String,
    /// Who says so: the provider's issuer identifier.
    pub issuer: String,
    /// When the person signed in.
    #[uniffi(default = None)]
    pub at: Option<SystemTime>,
}

/// A signed credential with the times that an issuer keeps.
///
/// ```text
/// issued = kind.issue(claims, key, IssueOptions())
/// store(issued.credential, issued.valid_until, issued.reissue_by)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Issued {
    /// The credential: JSON, a compact JWT or an SD-JWT.
    pub credential: String,
    /// When it begins to be valid.
    pub valid_from: SystemTime,
    /// When it expires.
    pub valid_until: SystemTime,
    /// When one of its ages changes and a new one is due, if one does.
    pub reissue_by: Option<SystemTime>,
}

/// By what every showing of a credential of the type in this file can be tied to others, also where `CredentialType.parse` refuses the
/// type because it calls itself anonymous.
///
/// ```text
/// report = type_linkability(type_file)
/// if report.strength: show(report.message.en)
/// ```
///
/// Errors: `Input` with `json.*`, `issue.type` and the pointer of the first thing that is wrong.
#[uniffi::export]
pub fn type_linkability(file: String) -> Result<Linkability, TamarackError> {
    Ok(Linkability::from(&issue::CredentialType::linkability_of(file.as_bytes())?))
}

/// A type of credential that an issuer offers: what its file says.
///
/// ```text
/// kind = CredentialType.parse(type_file, schema_file)
/// issued = kind.issue(claims, key, IssueOptions())
/// credential = issued.credential
/// ```
#[derive(Debug, uniffi::Object)]
pub struct CredentialType {
    inner: issue::CredentialType,
}

#[uniffi::export]
impl CredentialType {
    /// Reads a type file (`tamarack-credential-type/1`), JSON text. A schema that the file keeps in a file of its own is handed in
    /// beside it.
    ///
    /// ```text
    /// kind = CredentialType.parse(type_file, schema=schema_file)
    /// show(kind.title().en)
    /// ```
    ///
    /// Errors: `Input` with `json.*`, `issue.type` and the pointer of the first thing that is wrong, `issue.anonymous`.
    #[uniffi::constructor(default(schema = None))]
    pub fn parse(file: String, schema: Option<String>) -> Result<Self, TamarackError> {
        let Some(schema) = schema else {
            return Ok(Self { inner: issue::CredentialType::parse(file.as_bytes())? });
        };
        let mut value = json::parse(file.as_bytes())?;
        let place = value.as_object_mut().and_then(|file| file.get_mut("schema")).and_then(Value::as_object_mut);
        let place = place.ok_or(Fault::new(Code::IssueType).at("/schema"))?;
        place.remove("file");
        place.insert("document", json::parse(schema.as_bytes())?.into_owned());
        Ok(Self { inner: issue::CredentialType::parse(json::to_string(&value).as_bytes())? })
    }

    /// Its short name.
    #[must_use]
    pub fn name(&self) -> String {
        self.inner.name.clone()
    }

    /// What people call it.
    ///
    /// ```text
    /// show(kind.title().fr)
    /// ```
    #[must_use]
    pub fn title(&self) -> Text {
        let title = &self.inner.display.title;
        Text { en: title.en.clone(), fr: title.fr.clone() }
    }

    /// How its credentials are secured unless the issuer says otherwise.
    #[must_use]
    pub fn suite(&self) -> String {
        self.inner.securing.name().to_owned()
    }

    /// One sentence about it.
    #[must_use]
    pub fn description(&self) -> Text {
        let description = &self.inner.display.description;
        Text { en: description.en.clone(), fr: description.fr.clone() }
    }

    /// The types of its credentials, `VerifiableCredential` first.
    #[must_use]
    pub fn types(&self) -> Vec<String> {
        self.inner.types.clone()
    }

    /// Its name in SD-JWT VCs (`vct`).
    #[must_use]
    pub fn vct(&self) -> Option<String> {
        self.inner.vct.clone()
    }

    /// The purposes of the status lists that its credentials need places in: `revocation`, `suspension`.
    ///
    /// ```text
    /// options = IssueOptions(status=[StatusPlace(purpose=one, list=url, index=places.next()) for one in kind.status_purposes()])
    /// ```
    #[must_use]
    pub fn status_purposes(&self) -> Vec<String> {
        self.inner.status.purposes().map(str::to_owned).collect()
    }

    /// Its JSON Schema, JSON text, to be published at the schema's URL.
    ///
    /// ```text
    /// document = kind.schema()
    /// if document: publish("https://issuer.example/person.schema.json", document)
    /// ```
    #[must_use]
    pub fn schema(&self) -> Option<String> {
        self.inner.schema.as_ref().map(|schema| json::to_string_pretty(&schema.document))
    }

    /// Whether its credentials name nobody and cannot be told apart.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.inner.is_anonymous()
    }

    /// By what every showing of a credential of this type, of as little as its suite allows, can be tied to others.
    ///
    /// ```text
    /// show(kind.linkability().message.en)
    /// ```
    #[must_use]
    pub fn linkability(&self) -> Linkability {
        Linkability::from(&self.inner.linkability())
    }

    /// The claims that it asks for, in the order of the file.
    ///
    /// ```text
    /// needed = [claim.name for claim in kind.claims() if claim.required]
    /// ```
    #[must_use]
    pub fn claims(&self) -> Vec<ClaimDefinition> {
        let each = self.inner.claims.iter().map(|claim| ClaimDefinition {
            name: claim.name.clone(),
            pointer: claim
                .target
                .iter()
                .map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1")))
                .collect(),
            required: claim.required,
            label: Text { en: claim.label.en.clone(), fr: claim.label.fr.clone() },
        });
        each.collect()
    }

    /// Issues a credential of this type with these claims, a JSON object of claim names.
    ///
    /// ```text
    /// issued = kind.issue(claims, key, IssueOptions(subject="did:web:ann.example", suite="eddsa-rdfc-2022"))
    /// store(issued.credential, issued.valid_until)
    /// ```
    ///
    /// Errors: `Input` with `issue.claim` and the pointer in the claims, `issue.suite`, `schema.mismatch`, `key.wrong_suite`; what
    /// the device of the key says. Never a claim's value.
    pub fn issue(&self, claims: String, key: Arc<Key>, options: IssueOptions) -> Result<Issued, TamarackError> {
        let parsed = json::parse(claims.as_bytes())?;
        let claims = parsed.as_object().ok_or(Fault::new(Code::IssueClaim).at("").about("a JSON object is needed"))?;
        let securing = options.suite.as_deref().map_or(Ok(self.inner.securing), securing)?;
        self.inner.check_securing(securing)?;
        let method = options.verification_method.clone().unwrap_or_else(|| key.verification_method());
        let now = or_now(options.now);
        let commitment =
            options.commitment.as_deref().map(|text| HolderCommitment::parse(text.as_bytes())).transpose()?;
        let mut status = Vec::with_capacity(options.status.len());
        for place in &options.status {
            status.push(StatusSlot { purpose: &place.purpose, list: &place.list, index: index(place.index)? });
        }
        let issuance = Issuance {
            issuer: did_of(&method),
            subject: options.subject.as_deref(),
            id: options.id.as_deref(),
            now,
            status: &status,
        };
        let mut assembled = self.inner.assemble(claims, &issuance)?;
        if let Some(level) = &options.sign_in {
            let reached = issue::Reached { acr: &level.acr, issuer: &level.issuer, auth_time: level.at.map(timestamp) };
            assembled = self.inner.with_evidence(assembled, &reached)?;
        }
        let mandatory = self.inner.mandatory_pointers(&assembled.document);
        let token = match &options.token_status {
            Some(place) => Some(TokenSlot { list: &place.list, index: index(place.index)? }),
            None => None,
        };
        let secure_options = SecureOptions {
            verification_method: &method,
            created: self.inner.proof_created(securing, assembled.valid_from, now),
            mandatory: &mandatory,
            vct: self.inner.vct.as_deref(),
            status: token,
            binding: commitment.as_ref().map_or(Binding::None, HolderCommitment::binding),
            ..SecureOptions::default()
        };
        let contexts = self.inner.contexts_at_hand();
        let credential =
            key.signing(|signer| secure(assembled.document, securing, &secure_options, signer, &contexts))?;
        Ok(Issued {
            credential,
            valid_from: system_time(assembled.valid_from),
            valid_until: system_time(assembled.valid_until),
            reissue_by: assembled.reissue_by.map(system_time),
        })
    }
}

/// What a signature says beside the document.
///
/// ```text
/// options = SignOptions(verification_method="did:web:issuer.example#key-1", mandatory=["/issuer"])
/// ```
#[derive(Clone, Debug, Default, uniffi::Record)]
pub struct SignOptions {
    /// The DID URL of the key; none for that of the key's did:key.
    #[uniffi(default = None)]
    pub verification_method: Option<String>,
    /// When the proof is made; none for now.
    #[uniffi(default = None)]
    pub created: Option<SystemTime>,
    /// The verifier's nonce that a presentation answers.
    #[uniffi(default = None)]
    pub challenge: Option<String>,
    /// The verifier that a presentation is for.
    #[uniffi(default = None)]
    pub domain: Option<String>,
    /// JSON pointers to what every showing must have, for suites of selective disclosure.
    #[uniffi(default = [])]
    pub mandatory: Vec<String>,
    /// The `vct` of an SD-JWT VC.
    #[uniffi(default = None)]
    pub vct: Option<String>,
    /// The contexts that are not built in.
    #[uniffi(default = None)]
    pub evidence: Option<Arc<Evidence>>,
}

/// Signs an unsigned credential (as its issuer) or presentation (as its holder), JSON text, and gives the signed text.
///
/// `suite`: one of `suites()`.
///
/// ```text
/// signed = sign(document, "eddsa-rdfc-2022", key, SignOptions())
/// ```
///
/// Errors: `Input` with `input.*`, `json.*`, `proof.suite_unsupported`, `key.wrong_suite`, `jsonld.*`; what the device of the key
/// says.
#[uniffi::export]
pub fn sign(document: String, suite: String, key: Arc<Key>, options: SignOptions) -> Result<String, TamarackError> {
    let parsed = json::parse(document.as_bytes())?;
    let document: Object<'_> = match parsed {
        Value::Object(document) => document,
        _ => return Err(Code::InputNotACredential.into()),
    };
    let securing = securing(&suite)?;
    let method = options.verification_method.clone().unwrap_or_else(|| key.verification_method());
    let secure_options = SecureOptions {
        verification_method: &method,
        created: Some(or_now(options.created)),
        challenge: options.challenge.as_deref(),
        domain: options.domain.as_deref(),
        mandatory: &options.mandatory,
        vct: options.vct.as_deref(),
        ..SecureOptions::default()
    };
    let evidence = snapshot(options.evidence.as_ref());
    key.signing(|signer| secure(document, securing, &secure_options, signer, &evidence.contexts()))
}

fn securing(name: &str) -> Result<Securing, Fault> {
    Securing::parse(name).ok_or_else(|| Fault::new(Code::ProofSuiteUnsupported).about(name))
}

fn index(index: u64) -> Result<usize, Fault> {
    usize::try_from(index).map_err(|_| Fault::new(Code::StatusIndex))
}
