//! The wallet's side: which of the credentials that it holds answer a query, and which claims of each would be shown.
//!
//! What is shown is what the query names and no more: the claims of the chosen claim set, and what the credential cannot
//! be shown without (§6.4.1).

use tamarack::json::{Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::present::{Disclosable, Held, Selection};
use tamarack::x509;

use super::path::Reading;
use super::query::{ClaimsQuery, CredentialQuery, Format, Query};
use super::types::{Authorities, meta_matches};
use crate::vp::metadata::ClientMetadata;
use crate::{Refusal, RefusalCode, Result, limits};

/// What matching needs to know beside the credentials.
#[derive(Clone, Copy, Debug)]
pub struct World<'w> {
    contexts: &'w Contexts<'w>,
    authorities: &'w Authorities,
    formats: Option<&'w Object<'w>>,
}

impl<'w> World<'w> {
    /// The contexts that types are expanded with, and which issuers stand under which authority.
    #[must_use]
    pub const fn new(contexts: &'w Contexts<'w>, authorities: &'w Authorities) -> Self {
        Self { contexts, authorities, formats: None }
    }

    /// Leaves out the credentials whose algorithms the verifier does not understand (Appendix B, metadata).
    #[must_use]
    pub const fn for_verifier(mut self, metadata: &'w ClientMetadata) -> Self {
        self.formats = metadata.formats.as_ref();
        self
    }
}

/// One credential that answers a credential query, with one of the query's claim sets.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// Its place among the held credentials.
    pub held: usize,
    /// The JSON pointers of what will be shown, for [`Selection`].
    pub pointers: Vec<String>,
    /// Which of the query's claim sets it is, from 0; `None` for a query without.
    pub claim_set: Option<usize>,
    /// Whether it names a key or a subject, so that its holder can prove that it is his. An SD-JWT VC that does not is no
    /// candidate where that proof is asked for (B.3.6), nor is any other SD-JWT; another W3C credential still is, in a presentation that any key signs, and
    /// stands behind those that do.
    pub is_bound: bool,
    /// Everything that the showing shows, to preview: what was asked for, and what cannot be kept back.
    pub shows: Vec<Disclosable>,
}

/// Why a credential of the right format and kind does not answer. For the person alone: a verifier must not learn it
/// (§15.4.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum MissReason {
    /// Its issuer stands under none of the trusted authorities.
    Authority,
    /// It is bound to no key, and the verifier asks for the holder's proof.
    NotBound,
    /// It is secured by an algorithm that the verifier does not understand.
    Algorithm,
    /// It lacks claims, or their values are others.
    Claims,
    /// It cannot be shown so: nothing of it would be left, or all of it would be shown.
    CannotShow,
}

/// A credential that was considered and does not answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Miss {
    /// Its place among the held credentials.
    pub held: usize,
    /// Why.
    pub reason: MissReason,
}

/// The answer of the wallet to one credential query.
#[derive(Clone, PartialEq, Debug)]
pub struct QueryMatches {
    /// The query's id.
    pub id: String,
    /// Whether more than one may be shown.
    pub multiple: bool,
    /// The credentials that answer, in the order in which they are held; one that answers with several claim sets stands once
    /// for each of them, in the verifier's order (§6.4.1).
    pub candidates: Vec<Candidate>,
    /// The credentials of the right format and kind that do not.
    pub misses: Vec<Miss>,
}

/// The answer of the wallet to a whole query.
#[derive(Clone, PartialEq, Debug)]
pub struct Matches {
    query: Query,
    credentials: Vec<QueryMatches>,
}

/// One credential that a person chose for one credential query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pick {
    /// The id of the credential query.
    pub query: String,
    /// The place of the credential among the held ones.
    pub held: usize,
    /// Which of the query's claim sets is shown, from 0; `None` for the first that the credential answers with.
    pub claim_set: Option<usize>,
}

/// What a person chose to show.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The credentials.
    pub picks: Vec<Pick>,
}

/// Finds the credentials that answer a query.
#[must_use]
pub fn match_held(query: &Query, held: &[Held], world: &World<'_>) -> Matches {
    let credentials = query.credentials().iter().map(|credential| {
        let mut found = QueryMatches {
            id: credential.id.clone(),
            multiple: credential.multiple,
            candidates: Vec::new(),
            misses: Vec::new(),
        };
        for (index, one) in held.iter().enumerate() {
            match candidates(credential, index, one, world) {
                Ok(candidates) => found.candidates.extend(candidates),
                Err(reason) => found.misses.push(Miss { held: index, reason }),
            }
        }
        found.candidates.sort_by_key(|candidate| !candidate.is_bound);
        found
    });
    Matches { query: query.clone(), credentials: credentials.collect() }
}

/// The format under which a held credential is asked for.
#[must_use]
fn format_of(held: &Held) -> Format {
    match held.suite() {
        "dc+sd-jwt" => Format::SdJwtVc,
        "jwt" | "vc+jwt" => Format::JwtVcJson,
        "vc+sd-jwt" => Format::VcdmSdJwt,
        _ => Format::LdpVc,
    }
}

/// None of them: another format or kind.
fn candidates(
    query: &CredentialQuery,
    index: usize,
    held: &Held,
    world: &World<'_>,
) -> Result<Vec<Candidate>, MissReason> {
    let document = held.document();
    if format_of(held) != query.format || !meta_matches(&query.meta, &query.format, document, world.contexts) {
        return Ok(Vec::new());
    }
    let issuer = held.issuer().unwrap_or_default();
    let chain = held.header().map(|header| x509::key_identifiers(&header)).unwrap_or_default();
    if !world.authorities.allow(&query.trusted_authorities, &issuer, &chain) {
        return Err(MissReason::Authority);
    }
    if !is_understood(held, &query.format, world.formats) {
        return Err(MissReason::Algorithm);
    }
    // RFC 9901 §4.1.2: an SD-JWT is proved to be its holder's with the key that it names, and with nothing else.
    let is_bound = if query.format.is_sd_jwt() { document.contains_key("cnf") } else { is_bound(document) };
    if query.require_cryptographic_holder_binding && !is_bound && query.format.is_sd_jwt() {
        return Err(MissReason::NotBound);
    }
    // Presentation Exchange: "MUST limit submitted fields to those listed".
    if query.must_limit && !held.is_divisible() {
        return Err(MissReason::CannotShow);
    }
    let whole = Value::Object(document.clone());
    let mut found: Vec<Candidate> = Vec::new();
    let mut reason = MissReason::Claims;
    for (set, claims) in query.combinations().into_iter().enumerate() {
        let pointers = claims.iter().map(|claim| matching(claim, &whole)).collect::<Option<Vec<_>>>();
        let Some(mut pointers) = pointers.map(|pointers| pointers.concat()) else { continue };
        pointers.dedup();
        complete(&mut pointers, query, held);
        let Ok(shows) = held.shows(&Selection { pointers: &pointers, frame: None }) else {
            reason = MissReason::CannotShow;
            continue;
        };
        // Sets that come to the same showing are one: those of a credential that is shown whole, above all.
        if found.iter().any(|other| other.shows == shows) {
            continue;
        }
        let claim_set = (!query.claim_sets.is_empty()).then_some(set);
        found.push(Candidate { held: index, pointers, claim_set, is_bound, shows });
    }
    if found.is_empty() { Err(reason) } else { Ok(found) }
}

/// Whether the verifier understands how the credential is secured. What it does not speak of, it leaves open.
fn is_understood(held: &Held, format: &Format, formats: Option<&Object<'_>>) -> bool {
    let Some(formats) = formats else { return true };
    // Until 2024, an SD-JWT VC went by the other name.
    let older = || formats.get("vc+sd-jwt").filter(|_| *format == Format::SdJwtVc);
    let Some(said) = formats.get(format.as_str()).or_else(older) else { return false };
    let allows = |name: &str, used: Option<&str>| match (said.get(name).and_then(Value::as_array), used) {
        (Some(values), Some(used)) => values.iter().filter_map(Value::as_str).any(|one| is_same_algorithm(one, used)),
        _ => true,
    };
    let header = held.header();
    let alg = header.as_ref().and_then(|header| header.get("alg")).and_then(Value::as_str);
    match format {
        Format::SdJwtVc | Format::VcdmSdJwt => {
            let jwk = held.document().get("cnf").and_then(|cnf| cnf.get("jwk"));
            let curve = jwk.and_then(|jwk| jwk.get("crv")).and_then(Value::as_str);
            let own = match curve {
                Some("P-256") => Some("ES256"),
                Some("P-384") => Some("ES384"),
                Some("Ed25519") => Some("EdDSA"),
                _ => None,
            };
            allows("sd-jwt_alg_values", alg) && allows("kb-jwt_alg_values", own)
        }
        Format::JwtVcJson => allows("alg_values", alg),
        Format::LdpVc => {
            let proofs = held.document().get("proof").map(Value::items).unwrap_or_default();
            let is_suite = |proof: &&Value<'_>| {
                let name = proof.get("cryptosuite").or_else(|| proof.get("type")).and_then(Value::as_str);
                name == Some(held.suite())
            };
            let proof = proofs.iter().find(is_suite);
            let text = |name: &str| proof.and_then(|proof| proof.get(name)).and_then(Value::as_str);
            // What is derived from it has a type of its own.
            let kind =
                text("type").map(|kind| if kind == "BbsBlsSignature2020" { "BbsBlsSignatureProof2020" } else { kind });
            allows("proof_type_values", kind) && allows("cryptosuite_values", text("cryptosuite"))
        }
        Format::Other(_) => false,
    }
}

/// RFC 9864 gives EdDSA over Ed25519 a name of its own.
fn is_same_algorithm(one: &str, other: &str) -> bool {
    let plain = |name: &str| if name == "Ed25519" { "EdDSA".to_owned() } else { name.to_owned() };
    plain(one) == plain(other)
}

/// What has to be shown beside the claims.
fn complete(pointers: &mut Vec<String>, query: &CredentialQuery, held: &Held) {
    if !held.is_divisible() {
        // §6.4.1: without selective disclosure, all of it is shown.
        *pointers = vec![String::new()];
    } else if query.format == Format::LdpVc && query.require_cryptographic_holder_binding {
        // Whose credential it is, the verifier compares with who signs.
        let subjects = held.document().get("credentialSubject").map(Value::items).unwrap_or_default();
        let is_single = held.document().get("credentialSubject").is_some_and(|value| value.as_object().is_some());
        let named = subjects.iter().enumerate().filter(|(_, subject)| subject.get("id").is_some());
        pointers.extend(named.map(|(index, _)| match is_single {
            true => SUBJECT_ID.to_owned(),
            false => format!("/credentialSubject/{index}/id"),
        }));
    }
}

const SUBJECT_ID: &str = "/credentialSubject/id";

/// The pointers of what a claims query selects with a value that it accepts; `None` for nothing. Elements with other
/// values are treated as if they were not there (§6.4.1).
fn matching(claim: &ClaimsQuery, whole: &Value<'_>) -> Option<Vec<String>> {
    let selected = claim.select(whole, Reading::Exact).into_iter();
    let pointers: Vec<String> =
        selected.filter(|selected| claim.accepts(selected.value)).map(|selected| selected.pointer).collect();
    (!pointers.is_empty()).then_some(pointers)
}

/// Whether the credential names whose it is: a key (`cnf`), or its subject.
fn is_bound(document: &Object<'_>) -> bool {
    let subjects = document.get("credentialSubject").map(Value::items).unwrap_or_default();
    document.contains_key("cnf") || subjects.iter().any(|subject| subject.get("id").is_some())
}

impl QueryMatches {
    /// The candidate that a pick of this query means.
    #[must_use]
    pub fn candidate(&self, pick: &Pick) -> Option<&Candidate> {
        let is_meant =
            |one: &&Candidate| one.held == pick.held && (pick.claim_set.is_none() || pick.claim_set == one.claim_set);
        self.candidates.iter().find(is_meant)
    }
}

impl Matches {
    /// The query that was matched.
    #[must_use]
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// The answers to the credential queries, in their order.
    #[must_use]
    pub fn credentials(&self) -> &[QueryMatches] {
        &self.credentials
    }

    /// Whether the credential query with this id has an answer.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.credentials.iter().any(|found| found.id == id && !found.candidates.is_empty())
    }

    /// For each credential set query, the options that can be answered, by their places.
    #[must_use]
    pub fn options(&self) -> Vec<Vec<usize>> {
        let answerable = |option: &Vec<String>| option.iter().all(|id| self.has(id));
        let of_set = |options: &Vec<Vec<String>>| {
            options.iter().enumerate().filter(|(_, option)| answerable(option)).map(|(at, _)| at).collect()
        };
        self.query.credential_sets().iter().map(|set| of_set(&set.options)).collect()
    }

    /// Whether everything that the verifier cannot do without can be shown.
    #[must_use]
    pub fn is_satisfiable(&self) -> bool {
        if self.query.credential_sets().is_empty() {
            return self.credentials.iter().all(|found| !found.candidates.is_empty());
        }
        self.query
            .credential_sets()
            .iter()
            .zip(self.options())
            .all(|(set, options)| !set.required || !options.is_empty())
    }

    /// A choice that is enough: for each required set its first option that can be answered, for each query its first
    /// credential and of that the claim set that the verifier likes best (§6.4.1), and nothing that is optional.
    ///
    /// # Errors
    /// `access_denied` (`credentials`) if something required cannot be shown; then nothing may be (§6.4.2).
    pub fn first_choice(&self) -> Result<Choice> {
        if !self.is_satisfiable() {
            return Err(denied());
        }
        let mut ids: Vec<&str> = Vec::new();
        if self.query.credential_sets().is_empty() {
            ids.extend(self.credentials.iter().map(|found| found.id.as_str()));
        }
        for (set, options) in self.query.credential_sets().iter().zip(self.options()) {
            if let (true, Some(option)) = (set.required, options.first().and_then(|at| set.options.get(*at))) {
                ids.extend(option.iter().map(String::as_str));
            }
        }
        let wanted = self.credentials.iter().filter(|found| ids.contains(&found.id.as_str()));
        let picks = wanted.filter_map(|found| {
            let candidate = found.candidates.first()?;
            Some(Pick { query: found.id.clone(), held: candidate.held, claim_set: candidate.claim_set })
        });
        Ok(Choice { picks: picks.collect() })
    }

    /// The chosen credentials with what is shown of each, in the order of the query.
    ///
    /// # Errors
    /// `access_denied` (`credentials`) for a choice that leaves out what is required; `invalid_request` (`choice`) for one
    /// that picks what does not answer, what was not asked for, one credential twice, or two where one is asked for.
    pub fn settle(&self, choice: &Choice) -> Result<Vec<(&CredentialQuery, &Candidate)>> {
        const BAD: Refusal = Refusal::new(RefusalCode::InvalidRequest, "choice");
        for (at, pick) in choice.picks.iter().enumerate() {
            if choice.picks.iter().take(at).any(|other| other.query == pick.query && other.held == pick.held) {
                return Err(BAD);
            }
        }
        let mut settled = Vec::with_capacity(choice.picks.len());
        for found in &self.credentials {
            let picks: Vec<&Pick> = choice.picks.iter().filter(|pick| pick.query == found.id).collect();
            if picks.len() > 1 && !found.multiple || picks.len() > limits::PRESENTATIONS {
                return Err(BAD);
            }
            for pick in picks {
                let query = self.query.credential(&pick.query).ok_or(BAD)?;
                let candidate = found.candidate(pick).ok_or(BAD)?;
                settled.push((query, candidate));
            }
        }
        if settled.len() != choice.picks.len() {
            return Err(BAD);
        }
        let ids: Vec<&str> = choice.picks.iter().map(|pick| pick.query.as_str()).collect();
        self.query.check_set(&ids).map_err(|refusal| match refusal.about() {
            "credentials" => denied(),
            _ => BAD,
        })?;
        Ok(settled)
    }
}

const fn denied() -> Refusal {
    Refusal::new(RefusalCode::AccessDenied, "credentials")
}
