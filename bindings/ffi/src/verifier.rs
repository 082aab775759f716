//! Verifying: a policy, an input, evidence, a time.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::SystemTime;

use tamarack::trust::TrustList;
use tamarack::{Code, Fault, Policy, limits, verify};

use crate::error::{Problem, TamarackError};
use crate::evidence::{Evidence, Need, snapshot};
use crate::platform::{Clock, HttpClient, HttpResponse, PlatformError};
use crate::time::or_now;
use crate::verdict::{Outcome, Verdict};

/// How old evidence may be, in seconds. What is older leaves its check undetermined.
///
/// ```text
/// policy = PolicyOptions(trust_list=trust, max_age=MaxAge(status_list=3600))  # an hour; the others as they are
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Record)]
pub struct MaxAge {
    /// DID documents, and the metadata and keys of issuers.
    #[uniffi(default = 86400)]
    pub did_document: i64,
    /// Status lists; never beyond the list's own validity.
    #[uniffi(default = 86400)]
    pub status_list: i64,
    /// Schemas, and the metadata of types.
    #[uniffi(default = 31536000)]
    pub schema: i64,
    /// Contexts; none for no limit, as their digest or the signature pins them.
    #[uniffi(default = None)]
    pub context: Option<i64>,
    /// Related resources; none for no limit, as their digest pins them.
    #[uniffi(default = None)]
    pub resource: Option<i64>,
}

/// What a verifier asks for. Strict unless a named member weakens it; without a trust list nothing is accepted.
///
/// ```text
/// policy = PolicyOptions(trust_list=trust, challenge=nonce, domain="shop.example")
/// verifier = Verifier(policy)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct PolicyOptions {
    /// Whom to trust, and for what: a trust list file, JSON text.
    #[uniffi(default = None)]
    pub trust_list: Option<String>,
    /// Accepts **any** issuer with a good signature. Anybody can make one: for development and tests alone.
    #[uniffi(default = false)]
    pub insecure_trust_any_issuer: bool,
    /// The nonce that this verifier gave to the holder: a presentation must carry it.
    #[uniffi(default = None)]
    pub challenge: Option<String>,
    /// This verifier's name: a presentation must be made for it.
    #[uniffi(default = None)]
    pub domain: Option<String>,
    /// Accepts a presentation by somebody else than the credential's subject (a parent for a child).
    #[uniffi(default = false)]
    pub weaken_holder_may_differ: bool,
    /// For a holder who checks what an issuer gave him.
    #[uniffi(default = false)]
    pub as_holder: bool,
    /// Asks for the type metadata of every SD-JWT VC.
    #[uniffi(default = false)]
    pub require_type_metadata: bool,
    /// Asks for the holder's pseudonym in this verifier's domain.
    #[uniffi(default = false)]
    pub require_pseudonym: bool,
    /// Accepts SD-JWT VCs with the `typ` of drafts until November 2024.
    #[uniffi(default = false)]
    pub weaken_old_sd_jwt_vc_typ: bool,
    /// For how many seconds the key-binding JWT of an SD-JWT is taken after it was made; none for 600.
    #[uniffi(default = None)]
    pub key_binding_seconds: Option<i64>,
    /// How old evidence may be; none for a day (DID documents, status lists) and a year (schemas).
    #[uniffi(default = None)]
    pub max_age: Option<MaxAge>,
}

/// What a named member makes of a policy.
type Change = fn(Policy) -> Policy;

impl PolicyOptions {
    fn policy(self) -> Result<Policy, Fault> {
        let mut policy = match (self.trust_list, self.insecure_trust_any_issuer) {
            (Some(list), false) => Policy::trusting(TrustList::parse(list.as_bytes())?),
            (None, true) => Policy::insecure_trust_any_issuer(),
            (None, false) => Policy::no_trust(),
            // Which of the two was meant is nothing to guess.
            (Some(_), true) => return Err(Fault::new(Code::TrustListInvalid).about("insecure_trust_any_issuer")),
        };
        if let Some(challenge) = self.challenge {
            policy = policy.expect_challenge(challenge);
        }
        if let Some(domain) = self.domain {
            policy = policy.expect_domain(domain);
        }
        if let Some(seconds) = self.key_binding_seconds {
            policy = policy.key_binding_seconds(seconds);
        }
        if let Some(MaxAge { did_document, status_list, schema, context, resource }) = self.max_age {
            let (context, resource) = (context.unwrap_or(i64::MAX), resource.unwrap_or(i64::MAX));
            policy = policy.max_age(tamarack::verify::MaxAge { did_document, status_list, schema, context, resource });
        }
        let named: [(bool, Change); 5] = [
            (self.weaken_holder_may_differ, Policy::weaken_holder_may_differ),
            (self.as_holder, Policy::as_holder),
            (self.require_type_metadata, Policy::require_type_metadata),
            (self.require_pseudonym, Policy::require_pseudonym),
            (self.weaken_old_sd_jwt_vc_typ, Policy::weaken_old_sd_jwt_vc_typ),
        ];
        Ok(named.into_iter().filter(|(asked, _)| *asked).fold(policy, |policy, (_, change)| change(policy)))
    }
}

/// What came of one of many inputs: a verdict, or why there is none.
///
/// ```text
/// for one in verifier.verify_many(texts): count(one.verdict.outcome if one.verdict else one.problem.code)
/// ```
#[derive(Clone, PartialEq, Debug, uniffi::Record)]
pub struct Judged {
    /// The verdict; none for what is no credential at all.
    pub verdict: Option<Verdict>,
    /// Why there is none; none if there is one.
    pub problem: Option<Problem>,
}

/// A policy, ready to judge. It can be shared between threads.
///
/// ```text
/// verifier = Verifier(PolicyOptions(trust_list=trust))
/// verdict = verifier.verify(credential)
/// if verdict.outcome == Outcome.ACCEPT: show(verdict.credentials[0].document)
/// ```
#[derive(Debug, uniffi::Object)]
pub struct Verifier {
    policy: Policy,
    /// Said again to the protocol, which holds an answer's holder against its credentials as well.
    holder_may_differ: bool,
}

#[uniffi::export]
impl Verifier {
    /// Reads the policy.
    ///
    /// ```text
    /// verifier = Verifier(PolicyOptions(trust_list=trust))
    /// ```
    ///
    /// Errors: `Input` with `json.*` or `trust.list_invalid` for a trust list that is none, or beside
    /// `insecure_trust_any_issuer`.
    #[uniffi::constructor]
    pub fn new(policy: PolicyOptions) -> Result<Self, TamarackError> {
        Ok(Self { holder_may_differ: policy.weaken_holder_may_differ, policy: policy.policy()? })
    }

    /// Judges a credential or presentation: JSON with embedded proofs, an enveloped one, a compact JWT, or an SD-JWT. At most
    /// 1 MiB. It asks no network: what is missing comes back in `needs`.
    ///
    /// `evidence`: what was fetched; none for none. `now`: the time to judge at; none for this machine's.
    ///
    /// ```text
    /// verdict = verifier.verify(credential, evidence)
    /// if verdict.outcome != Outcome.ACCEPT: show(verdict.message.en)
    /// ```
    ///
    /// Errors: `Input` for what is no credential at all (`input.*`, `json.*`, `jose.malformed`). A credential that is judged bad is
    /// no error but a verdict.
    #[uniffi::method(default(evidence = None, now = None))]
    pub fn verify(
        &self,
        input: String,
        evidence: Option<Arc<Evidence>>,
        now: Option<SystemTime>,
    ) -> Result<Verdict, TamarackError> {
        let evidence = snapshot(evidence.as_ref());
        Ok(Verdict::from(&verify(input.as_bytes(), &self.policy, &evidence, or_now(now))?))
    }

    /// Judges many inputs at once, each as `verify` would, on the given number of threads. What came of each stands in the same order.
    ///
    /// ```text
    /// judged = verifier.verify_many(credentials, evidence, threads=4)
    /// accepted = [one for one in judged if one.verdict and one.verdict.outcome == Outcome.ACCEPT]
    /// ```
    #[uniffi::method(default(evidence = None, now = None, threads = 1))]
    #[must_use]
    pub fn verify_many(
        &self,
        inputs: Vec<String>,
        evidence: Option<Arc<Evidence>>,
        now: Option<SystemTime>,
        threads: u32,
    ) -> Vec<Judged> {
        let evidence = snapshot(evidence.as_ref());
        let threads = usize::try_from(threads).ok().and_then(NonZeroUsize::new).unwrap_or(NonZeroUsize::MIN);
        let answers = tamarack::verify::verify_many(&inputs, &self.policy, &evidence, or_now(now), threads);
        let judged = |answer| match answer {
            Ok(verdict) => Judged { verdict: Some(Verdict::from(&verdict)), problem: None },
            Err(error) => Judged { verdict: None, problem: Some(TamarackError::from(error).problem().clone()) },
        };
        answers.into_iter().map(judged).collect()
    }

    /// Judges, lets the app's client fetch what is needed into the evidence, and judges again, at most six times. Nothing is asked
    /// for a credential that is rejected already, and nothing twice; a service that does not answer leaves its check undetermined.
    ///
    /// `clock`: by which to judge and to date what is fetched; none for this machine's.
    ///
    /// ```text
    /// evidence = Evidence()
    /// verdict = verifier.verify_online(credential, evidence, client)
    /// ```
    ///
    /// Errors: as `verify`; what the clock says; `Internal` with `platform.failed` for a client that throws what is no
    /// `PlatformError`, or gives what is no answer. One that says that nobody answers is no error.
    #[uniffi::method(default(clock = None))]
    pub fn verify_online(
        &self,
        input: String,
        evidence: Arc<Evidence>,
        client: Arc<dyn HttpClient>,
        clock: Option<Arc<dyn Clock>>,
    ) -> Result<Verdict, TamarackError> {
        with_client(&evidence, client.as_ref(), clock.as_deref(), |now| {
            let verdict = self.verify(input.clone(), Some(Arc::clone(&evidence)), Some(now))?;
            let (outcome, needs) = (verdict.outcome, verdict.needs.clone());
            Ok((verdict, outcome, needs))
        })
    }
}

impl Verifier {
    pub(crate) const fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(crate) const fn holder_may_differ(&self) -> bool {
        self.holder_may_differ
    }
}

/// Judges, lets the app's client fetch what is needed, and judges again. `judge` gives what it came to, how it came out and what
/// it needs.
pub(crate) fn with_client<T>(
    evidence: &Evidence,
    client: &dyn HttpClient,
    clock: Option<&dyn Clock>,
    judge: impl Fn(SystemTime) -> Result<(T, Outcome, Vec<Need>), TamarackError>,
) -> Result<T, TamarackError> {
    let now = || match clock {
        Some(clock) => clock.now().map_err(TamarackError::from),
        None => Ok(SystemTime::now()),
    };
    let mut asked = BTreeSet::new();
    let (mut judged, mut outcome, mut needs) = judge(now()?)?;
    for _ in 0..limits::FETCH_ROUNDS {
        let left = limits::FETCHES.saturating_sub(asked.len());
        needs.retain(|need| !asked.contains(&(kind_number(need), need.id.clone())));
        needs.truncate(left);
        if outcome == Outcome::Reject || needs.is_empty() {
            break;
        }
        for need in needs {
            asked.insert((kind_number(&need), need.id.clone()));
            let Some(request) = need.request else { continue };
            let max_bytes = request.max_bytes;
            match client.send(request) {
                // A client may hand in anything: what is no plain success or too long is not taken.
                Ok(HttpResponse { status: 200, body, .. }) if fits(&body, max_bytes) => {
                    evidence.add(need.kind, need.id, body, Some(now()?));
                }
                // A client that is broken is no state of the network.
                Err(broken @ PlatformError::Failed { .. }) => return Err(broken.into()),
                Ok(_) | Err(_) => {}
            }
        }
        (judged, outcome, needs) = judge(now()?)?;
    }
    Ok(judged)
}

fn fits(body: &[u8], max_bytes: u64) -> bool {
    u64::try_from(body.len()).is_ok_and(|length| length <= max_bytes)
}

/// The kind of a need, in an order.
const fn kind_number(need: &Need) -> u8 {
    need.kind as u8
}
