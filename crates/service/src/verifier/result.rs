//! The result of a request: what is kept of an answer until it was handed over.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tamarack::did::did_of;
use tamarack::encoding::multibase64url_encode;
use tamarack::{Code, Outcome, json};
use tamarack_openid4vc::siop::JWK_THUMBPRINT;
use tamarack_openid4vc::vp::answer::{Answer, Presented};
use tamarack_openid4vc::vp::dcql::ShownClaim;
use tamarack_openid4vc::{Refusal, Result as Refused};

use super::requests::Agreement;
use super::seal;
use crate::http::RandomId;

/// What came of a request.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcomes {
    /// `accept`, `reject`, `undetermined`, or `refused` by the wallet.
    pub(super) outcome: String,
    /// The wallet's error code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) error: Option<String>,
    /// Why the answer as a whole is not accepted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) refusal: Option<Why>,
    /// Each presentation.
    pub(super) presentations: Vec<Shown>,
    /// The identifier that the person signed in with. Of an answer that is accepted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) id_token: Option<SignedIn>,
    /// What the person agreed to. Of an answer that is accepted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) transaction_data: Vec<Agreed>,
    /// When it was judged, in seconds since 1970.
    pub(super) judged: i64,
}

/// The identifier that a person signed in with (SIOPv2).
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SignedIn {
    /// A DID, or `urn:ietf:params:oauth:jwk-thumbprint:…`. Never in the database.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) subject: Option<String>,
    /// The same, sealed, for the database. Gone when it was handed over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    sealed: Option<String>,
}

/// What a person agreed to by showing a credential.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Agreed {
    /// The type of the transaction data.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The id of the query of the credential that authorizes it.
    pub(super) credential: String,
}

/// What a protocol rule found wrong.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Why {
    /// The code on the wire.
    pub(super) code: String,
    /// The rule or parameter.
    pub(super) about: String,
}

/// One presentation.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    /// The id of the query that it answers.
    pub(super) id: String,
    /// `accept`, `reject` or `undetermined`.
    pub(super) outcome: String,
    /// The checks of the verdict, as the library writes them: no claims.
    pub(super) checks: Value,
    /// What a protocol rule found wrong.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) refusal: Option<Why>,
    /// The issuer, the types and the claims: what is about the person. Never in the database.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) proved: Option<Proved>,
    /// The same, sealed, for the database. Gone when it was handed over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) sealed: Option<String>,
}

/// What was proved of a person.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Proved {
    pub(super) issuer: Option<String>,
    pub(super) types: Vec<String>,
    /// The credential's name for the person, or for the key that the person holds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) subject: Option<String>,
    /// By this the relying party recognises whoever shows a card that has pseudonyms; to nobody else it says anything. In
    /// multibase.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) pseudonym: Option<String>,
    pub(super) claims: Vec<Claim>,
}

/// One claim that was asked for.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Claim {
    /// Its id in the query.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) id: Option<String>,
    /// The path by which it was asked for.
    pub(super) path: Value,
    /// What it says.
    pub(super) values: Vec<Value>,
}

impl Outcomes {
    pub(super) fn of_answer(answer: &Answer, agreement: &[Agreement], judged: i64) -> Self {
        let accepted = answer.outcome == Outcome::Accept;
        let subject = answer.subject.as_deref().filter(|_| accepted).map(uniform);
        Self {
            refusal: answer.refusal.as_ref().map(Why::of),
            presentations: answer.presentations.iter().map(|one| Shown::of(one, answer.outcome)).collect(),
            id_token: subject.map(|subject| SignedIn { subject: Some(subject), sealed: None }),
            transaction_data: if accepted { agreed(answer, agreement) } else { Vec::new() },
            ..Self::new(word(answer.outcome), judged)
        }
    }

    pub(super) fn of_error(error: String, judged: i64) -> Self {
        Self { error: Some(error), ..Self::new("refused", judged) }
    }

    pub(super) fn of_refusal(refusal: &Refusal, judged: i64) -> Self {
        Self { refusal: Some(Why::of(refusal)), ..Self::new("reject", judged) }
    }

    fn new(outcome: &str, judged: i64) -> Self {
        Self {
            outcome: outcome.to_owned(),
            error: None,
            refusal: None,
            presentations: Vec::new(),
            id_token: None,
            transaction_data: Vec::new(),
            judged,
        }
    }

    /// What does not bind the answer to the request and to its holder (OpenID4VP §14.1; SIOPv2 §11.1), if that is what was wrong.
    pub(super) fn not_bound(&self) -> Option<&'static str> {
        const BINDING: [&str; 9] =
            ["nonce", "aud", "holder_binding", "id_token", "iss", "sub", "sub_jwk", "kid", "signature"];
        const TIMES: [&str; 2] = ["exp", "iat"];
        // A card that shows no pseudonym is bound to its holder, and not what was asked for: that is a verdict.
        let lacks_pseudonym = |shown: &Shown| {
            let mut checks = shown.checks.as_array().into_iter().flatten();
            checks.any(|check| check.get("code").and_then(Value::as_str) == Some(Code::HolderPseudonymMissing.as_str()))
        };
        if self.presentations.iter().any(lacks_pseudonym) {
            return None;
        }
        let whys = self.refusal.iter().chain(self.presentations.iter().filter_map(|shown| shown.refusal.as_ref()));
        let all = whys.flat_map(|why| BINDING.iter().chain(&TIMES).find(|known| **known == why.about));
        all.copied().next()
    }

    /// The result without what is about the person, sealed or not.
    pub(super) fn without_person(mut self) -> Self {
        for shown in &mut self.presentations {
            (shown.proved, shown.sealed) = (None, None);
        }
        if let Some(signed_in) = &mut self.id_token {
            (signed_in.subject, signed_in.sealed) = (None, None);
        }
        self
    }

    /// Seals what is about the person, for the database.
    pub(super) fn seal(mut self, public_key: &str) -> Refused<Self> {
        for shown in &mut self.presentations {
            if let Some(proved) = shown.proved.take() {
                shown.sealed = Some(seal::seal(&proved, public_key)?);
            }
        }
        if let Some(signed_in) = &mut self.id_token
            && let Some(subject) = signed_in.subject.take()
        {
            signed_in.sealed = Some(seal::seal(&subject, public_key)?);
        }
        Ok(self)
    }

    /// The result with what is about the person, which stays no longer in this one; and whether there was any.
    pub(super) fn hand_over(&mut self, id: &RandomId) -> Refused<(Self, bool)> {
        let mut whole = self.clone();
        let mut had = false;
        for (shown, kept) in whole.presentations.iter_mut().zip(&mut self.presentations) {
            kept.sealed = None;
            if let Some(sealed) = shown.sealed.take() {
                shown.proved = Some(seal::open(&sealed, id)?);
                had = true;
            }
        }
        for (signed_in, kept) in whole.id_token.iter_mut().zip(&mut self.id_token) {
            kept.sealed = None;
            if let Some(sealed) = signed_in.sealed.take() {
                signed_in.subject = Some(seal::open(&sealed, id)?);
                had = true;
            }
        }
        Ok((whole, had))
    }
}

/// SIOPv2 §11 calls a thumbprint the subject, and its examples the URI of RFC 9278: one person, one name.
fn uniform(subject: &str) -> String {
    match subject.starts_with("did:") || subject.starts_with(JWK_THUMBPRINT) {
        true => subject.to_owned(),
        false => format!("{JWK_THUMBPRINT}:sha-256:{subject}"),
    }
}

/// Of each piece, the credential that authorizes it.
fn agreed(answer: &Answer, agreement: &[Agreement]) -> Vec<Agreed> {
    let by = |at: usize| answer.presentations.iter().find(|one| one.transaction_data.contains(&at));
    let pieces = agreement.iter().enumerate();
    let one = |(at, piece): (usize, &Agreement)| {
        by(at).map(|shown| Agreed { kind: piece.kind.clone(), credential: shown.id.clone() })
    };
    pieces.filter_map(one).collect()
}

impl Why {
    fn of(refusal: &Refusal) -> Self {
        Self { code: refusal.code().as_str().to_owned(), about: refusal.about().to_owned() }
    }
}

impl Shown {
    /// What was proved counts only in an answer that is accepted as a whole.
    fn of(one: &Presented, whole: Outcome) -> Self {
        let checks = one.verdict.as_ref().and_then(|verdict| serde_json::to_value(verdict.checks()).ok());
        let accepted = whole == Outcome::Accept && one.outcome() == Outcome::Accept;
        let proved = accepted.then(|| Proved {
            issuer: one.issuer.clone(),
            types: one.types.clone(),
            subject: subject_of(one),
            pseudonym: one.pseudonym.as_ref().map(|pseudonym| multibase64url_encode(&pseudonym.bytes)),
            claims: one.claims.iter().map(Claim::of).collect(),
        });
        Self {
            id: one.id.clone(),
            outcome: word(one.outcome()).to_owned(),
            checks: checks.unwrap_or_else(|| Value::Array(Vec::new())),
            refusal: one.refusal.as_ref().map(Why::of),
            proved,
            sealed: None,
        }
    }
}

/// The id of the subject; of an SD-JWT VC without one, the key that it is bound to.
fn subject_of(one: &Presented) -> Option<String> {
    let credentials = one.verdict.as_ref()?.claims()?.credentials();
    let document = &credentials.first()?.document;
    let text = |value: Option<&json::Value<'_>>| value.and_then(json::Value::as_str).map(str::to_owned);
    text(document.get("credentialSubject").and_then(|subject| subject.items().first()?.get("id")))
        .or_else(|| text(document.get("sub")))
        .or_else(|| document.get("cnf").and_then(|cnf| cnf.get("jwk")).map(json::to_string))
        // RFC 7800 §3.4: the holder's DID, where the key is named by its DID URL.
        .or_else(|| text(document.get("cnf").and_then(|cnf| cnf.get("kid"))).map(|url| did_of(&url).to_owned()))
}

impl Claim {
    fn of(claim: &ShownClaim) -> Self {
        Self {
            id: claim.id.clone(),
            path: claim.path.to_json().to_serde(),
            values: claim.values.iter().map(|(_, value)| value.to_serde()).collect(),
        }
    }
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accept => "accept",
        Outcome::Reject => "reject",
        Outcome::Undetermined => "undetermined",
    }
}
