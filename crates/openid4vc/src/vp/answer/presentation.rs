//! One presentation: its form, its verdict, whose it is, and whether it answers what was asked.

use tamarack::jose::Jws;
use tamarack::json::{self, Object, Value};
use tamarack::sd_jwt::SdJwt;
use tamarack::verify::{CheckId, CheckResult, Proved, VerifiedCredential, verify_keeping};
use tamarack::x509::key_identifiers;
use tamarack::{Code, Evidence, Outcome, Policy, Timestamp, Verdict, verify};

use super::{Presented, Rules};
use crate::vp::dcql::{CredentialQuery, Format, ShownCredential};
use crate::vp::session::Session;
use crate::vp::transaction_data::{self, TransactionData};
use crate::{Refusal, RefusalCode, Result};

/// What presentations are judged with.
pub(super) struct Judge<'j> {
    pub(super) audience: &'j str,
    pub(super) session: &'j Session,
    pub(super) pieces: &'j [TransactionData],
    pub(super) rules: &'j Rules<'j>,
    pub(super) evidence: &'j Evidence,
    pub(super) now: Timestamp,
}

/// The suites whose derived proofs show a part of a credential.
const DIVISIBLE: [&str; 5] = ["bbs-2023", "ecdsa-sd-2023", "BbsBlsSignatureProof2020", "dc+sd-jwt", "vc+sd-jwt"];
/// How tokens are called among the proofs of a credential.
const TOKENS: [&str; 5] = ["jwt", "vc+jwt", "vp+jwt", "dc+sd-jwt", "vc+sd-jwt"];

impl Judge<'_> {
    pub(super) fn presentation(&self, query: &CredentialQuery, presentation: &Value<'_>) -> Presented {
        let mut presented = Presented {
            id: query.id.clone(),
            verdict: None,
            claims: Vec::new(),
            issuer: None,
            types: Vec::new(),
            pseudonym: None,
            transaction_data: Vec::new(),
            refusal: None,
        };
        presented.refusal = self.judge(query, presentation, &mut presented).err();
        presented
    }

    fn judge(&self, query: &CredentialQuery, presentation: &Value<'_>, out: &mut Presented) -> Result<()> {
        let text = text_of(presentation, &query.format)?;
        let verdict = self.verdict(query, &text)?;
        let refusal = refusal_of(&verdict);
        let accepted = verdict.outcome() == Outcome::Accept;
        let content = accepted.then(|| (verdict.proved(), credentials_of(&verdict)));
        let is_answer = checks_pass(&verdict, CheckId::Audience);
        // Where nobody is named, there was nothing to compare the signer with.
        let is_bound = checks_pass(&verdict, CheckId::HolderBinding)
            || ((self.rules.holder_may_differ || self.rules.bearer) && !check_fails(&verdict, CheckId::HolderBinding));
        out.verdict = Some(verdict);
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        // Undetermined: there is nothing to say of its claims yet.
        let Some((proved, credentials)) = content else { return Ok(()) };
        // §8.1: one presentation is of one credential.
        let ([proved], [credential]) = (proved.as_slice(), credentials.as_slice()) else {
            return Err(wrong("vp_token"));
        };
        check_format(&query.format, proved)?;
        // A pseudonym for this verifier comes from a secret that nobody else has (VC-DI-BBS §3.5.2), and the proof with it answers
        // this request's nonce.
        let by_secret = proved.pseudonym.is_some() && is_answer;
        if query.require_cryptographic_holder_binding && !(by_secret || proved.is_holder_bound() && is_bound) {
            return Err(wrong("holder_binding"));
        }
        let key_identifiers = chain_of(&text);
        let shown = ShownCredential {
            document: &credential.document,
            issuer: &credential.issuer,
            is_divisible: proved.proofs.iter().any(|suite| DIVISIBLE.contains(&suite.as_str())),
            key_identifiers: &key_identifiers,
        };
        let transaction_data = match key_binding_claims(&text) {
            Some(claims) => transaction_data::authorized(&claims, self.pieces)?,
            None => Vec::new(),
        };
        out.claims = query.check_shown(&shown, &self.evidence.contexts(), self.rules.authorities)?;
        out.transaction_data = transaction_data;
        out.pseudonym.clone_from(&proved.pseudonym);
        out.issuer = Some(credential.issuer.clone());
        out.types.clone_from(&credential.types);
        Ok(())
    }

    fn verdict(&self, query: &CredentialQuery, text: &str) -> Result<Verdict> {
        let asked = || self.rules.policy.clone().expect_challenge(self.session.nonce()).expect_domain(self.audience);
        let judge = |policy: &Policy| {
            let verdict = match self.rules.keeping {
                Some(keeping) => verify_keeping(text.as_bytes(), policy, self.evidence, self.now, keeping),
                None => verify(text.as_bytes(), policy, self.evidence, self.now),
            };
            verdict.map_err(|error| wrong("vp_token").because(error.fault().clone()))
        };
        if query.require_cryptographic_holder_binding {
            return judge(&asked());
        }
        // §5.3: nobody's proof is asked for. One that is there all the same must be for this verifier and this request.
        let verdict = judge(&self.rules.policy)?;
        let is_bound = |check: &tamarack::Check| check.code() == Some(Code::ProofAudienceUnknown);
        if verdict.checks().iter().any(is_bound) { judge(&asked()) } else { Ok(verdict) }
    }
}

/// The text of a presentation, if it has the form of the format.
fn text_of(presentation: &Value<'_>, format: &Format) -> Result<String> {
    match (format, presentation) {
        (Format::SdJwtVc | Format::VcdmSdJwt, Value::String(text)) if text.contains('~') => Ok(text.to_string()),
        (Format::JwtVcJson, Value::String(text)) if !text.contains('~') => Ok(text.to_string()),
        (Format::LdpVc, Value::Object(_)) => Ok(json::to_string(presentation)),
        _ => Err(wrong("format")),
    }
}

/// The first check that failed, as a refusal with the rule that it is about.
fn refusal_of(verdict: &Verdict) -> Option<Refusal> {
    let failed = |check: &&tamarack::Check| check.result == CheckResult::Fail;
    let mut failed: Vec<_> = verdict.checks().iter().filter(failed).collect();
    // Whom it was made for is the verifier's first question: a replay is nothing else, whatever else is wrong with it.
    failed.sort_by_key(|check| check.id != CheckId::Audience);
    let check = failed.first()?;
    let about = match check.id {
        CheckId::Audience if check.code() == Some(Code::ProofDomain) => "aud",
        CheckId::Audience => "nonce",
        CheckId::HolderBinding => "holder_binding",
        CheckId::IssuerTrusted => "issuer",
        CheckId::Validity => "validity",
        CheckId::Status => "status",
        CheckId::Proof | CheckId::KeyAuthorized => "proof",
        _ => "credential",
    };
    let refusal = wrong(about);
    Some(match &check.fault {
        Some(fault) => refusal.because(fault.clone()),
        None => refusal,
    })
}

fn check_fails(verdict: &Verdict, id: CheckId) -> bool {
    verdict.checks().iter().any(|check| check.id == id && check.result == CheckResult::Fail)
}

fn checks_pass(verdict: &Verdict, id: CheckId) -> bool {
    let mut all = verdict.checks().iter().filter(|check| check.id == id).peekable();
    all.peek().is_some() && all.all(|check| check.result == CheckResult::Pass)
}

fn credentials_of(verdict: &Verdict) -> Vec<VerifiedCredential> {
    verdict.claims().map(tamarack::verify::Claims::credentials).unwrap_or_default()
}

/// The credential is secured as its format says, whatever it came in.
fn check_format(format: &Format, proved: &Proved) -> Result<()> {
    let is_token = |suite: &String| TOKENS.contains(&suite.as_str());
    let good = match format {
        Format::SdJwtVc => proved.proofs.iter().any(|suite| suite == "dc+sd-jwt"),
        Format::VcdmSdJwt => proved.proofs.iter().any(|suite| suite == "vc+sd-jwt"),
        Format::JwtVcJson => proved.proofs.iter().any(|suite| suite == "jwt" || suite == "vc+jwt"),
        Format::LdpVc => !proved.proofs.is_empty() && !proved.proofs.iter().any(is_token),
        Format::Other(_) => false,
    };
    if good { Ok(()) } else { Err(wrong("format")) }
}

/// The claims of the key-binding JWT of an SD-JWT; the verdict found them good.
fn key_binding_claims(text: &str) -> Option<Object<'static>> {
    let jws = Jws::parse(SdJwt::parse(text).ok()?.key_binding()?).ok()?;
    match json::parse(jws.payload()).ok()?.into_owned() {
        Value::Object(claims) => Some(claims),
        _ => None,
    }
}

/// The authority key identifiers of the certificates that came with the credential.
fn chain_of(text: &str) -> Vec<Vec<u8>> {
    if text.starts_with('{') {
        return Vec::new();
    }
    let token = text.split('~').next().unwrap_or_default();
    let Ok(jws) = Jws::parse(token) else { return Vec::new() };
    // A presentation holds the credential's own token.
    let payload = json::parse(jws.payload()).ok();
    let inner = payload.as_ref().and_then(Value::as_object).and_then(contained);
    match inner.as_deref().map(Jws::parse) {
        Some(Ok(inner)) => key_identifiers(inner.header()),
        _ => key_identifiers(jws.header()),
    }
}

fn contained(payload: &Object<'_>) -> Option<String> {
    let presentation = payload.get("vp").and_then(Value::as_object).unwrap_or(payload);
    let first = presentation.get("verifiableCredential")?.items().first()?;
    let text = first.as_str().or_else(|| first.get("id").and_then(Value::as_str))?;
    Some(text.rsplit_once(',').map_or(text, |(_, token)| token).to_owned())
}

const fn wrong(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}
