//! What the person is asked: who wants to know what, why, with which of their credentials it can be answered, and what that gives
//! away.

use std::collections::BTreeMap;
use std::sync::Arc;

use tamarack::Timestamp;
use tamarack::messages::{Lang, linkability_sentence};
use tamarack::present::{Binding, Held, Linkability, Selection, Strength};
use tamarack::x509::SubjectName;
use tamarack_openid4vc::url::is_endpoint;
use tamarack_openid4vc::vp::client_id::Prefix;
use tamarack_openid4vc::vp::dcql::{Candidate, CredentialQuery, Matches, Meta, MissReason};
use tamarack_openid4vc::vp::request::Request;

use super::ask::Asked;
use super::claims::{self, ClaimView};
use super::consent::{Choice, Pick};
use super::handling::Handling;
use super::purse::{Card, Hand, Inner};
use super::standing::{self, StandingConsent};
use super::warn::{self, Warning};
use crate::error::{Result, WalletCode, WalletError};
use crate::history::{Involved, shared_with};
use crate::means::Means;
use crate::status::{self, Condition};
use crate::{texts, words};

/// What was shown to the verifier before: kind of credential and pointer of the claim, and when.
type Memory = BTreeMap<(String, String), Timestamp>;

/// What the person is asked. Every text is in their language.
pub struct ConsentRequest {
    /// Who asks.
    pub verifier: VerifierView,
    /// Why, in the verifier's words; `None` if it does not say.
    pub purpose: Option<String>,
    /// What the verifier says it will do with what it is shown: how long it keeps it, whom it tells. Its own word, one sentence each.
    pub handling: Vec<String>,
    /// What is asked for.
    pub questions: Vec<Question>,
    /// Which questions must be answered together; empty if each must that is required.
    pub sets: Vec<QuestionSet>,
    /// What the person agrees to beside the showing (transaction data), one sentence each.
    pub agreements: Vec<String>,
    /// Whether the person signs in with an identifier that is made for this verifier alone.
    pub sign_in: bool,
    /// What the person should think about.
    pub warnings: Vec<Warning>,
    /// Whether the wallet can answer at all.
    pub can_answer: bool,
    /// The choice that shows the least that is enough, ready to be agreed to; empty if the wallet cannot answer.
    pub least: Choice,
    /// The consent that the person gave to exactly this before, if it still stands ("tell us once"): the app may send the least
    /// without asking again ([`ConsentRequest::agree_again`]).
    pub standing: Option<StandingConsent>,
    /// All of it in sentences, for a screen reader and for a terminal.
    pub spoken: String,
    /// The alternatives as they were numbered, whatever becomes of the public fields.
    pub(super) ways: Vec<Way>,
    pub(super) inner: Arc<Inner>,
}

/// An alternative by its number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Way {
    pub(super) pick: Pick,
    pub(super) number: usize,
    pub(super) of: usize,
}

impl core::fmt::Debug for ConsentRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ConsentRequest").field("questions", &self.questions.len()).finish_non_exhaustive()
    }
}

/// How a verifier stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum VerifierStanding {
    /// Somebody vouches for it: it is on the wallet's list.
    Known,
    /// An authority vouches for it: a certificate or an attestation by somebody whom the wallet trusts.
    Vouched,
    /// It proved that its identifier is its own, and nobody says who that is.
    Proved,
    /// It proved nothing: it is known by the address alone that the answer goes to.
    Address,
}

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifierView {
    /// Its client identifier, to which the answer is bound, as a person can tell it from others: a host that looks like another in
    /// other letters is written out (`xn--…`).
    pub id: String,
    /// Its name: by the wallet's list, else as it calls itself.
    pub name: Option<String>,
    /// Whether the name is its own word, for which nobody vouches: never to be shown as if somebody did.
    pub self_named: bool,
    /// How it stands.
    pub standing: VerifierStanding,
    /// That in a sentence.
    pub sentence: String,
    /// The host that the answer goes to.
    pub answers_to: Option<String>,
}

/// One credential that is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// What kind of credential is asked for, as far as its name in data tells; `None` for any.
    pub wanted: Option<String>,
    /// Whether the verifier cannot do without.
    pub required: bool,
    /// Whether more than one may be shown.
    pub multiple: bool,
    /// What it may be answered with, the least telling first.
    pub alternatives: Vec<Alternative>,
    /// The credentials of the right kind with which it cannot, and why. For the person alone.
    pub misses: Vec<MissView>,
}

/// A credential that answers, with one set of claims where the verifier leaves a choice among several.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alternative {
    /// Its number in the request, from 1: by this the text names it ([`ConsentRequest::choose`]).
    pub number: usize,
    /// Whether it is what a plain yes means: a part of [`ConsentRequest::least`].
    pub proposed: bool,
    /// Its id.
    pub credential: String,
    /// Which of the sets of claims that the verifier would take, from 0 and in its order; `None` if it leaves no choice.
    pub claim_set: Option<usize>,
    /// What it is called.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// How it stands, by what the wallet last learnt and by its dates.
    pub condition: Condition,
    /// What would be shown, what was asked for first.
    pub claims: Vec<ClaimView>,
    /// Whether it can only be shown whole.
    pub whole: bool,
    /// How surely this showing could be tied to others; `None` for not at all.
    pub linkable: Option<Strength>,
    /// That in a sentence.
    pub linkability: String,
    /// By what, one sentence each.
    pub links: Vec<String>,
    /// Whether the verifier will recognise the person by a pseudonym that is for it alone.
    pub pseudonym: bool,
    /// What the person should think about before they choose it. They stand in [`ConsentRequest::warnings`] as well.
    pub warnings: Vec<Warning>,
}

/// A credential that does not answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissView {
    /// Its id.
    pub credential: String,
    /// What it is called.
    pub title: String,
    /// Why it does not, in a sentence.
    pub reason: String,
}

/// Questions that belong together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuestionSet {
    /// Whether one of the options must be answered.
    pub required: bool,
    /// The options, each the ids of questions that are answered together.
    pub options: Vec<Vec<String>>,
    /// The options that the wallet can answer, by their places.
    pub answerable: Vec<usize>,
}

impl Asked {
    /// What the person is asked.
    ///
    /// # Errors
    /// [`WalletCode::RequestNothing`] for a request that asks for nothing that is known here; `invalid_transaction_data` for
    /// transaction data of a type that the wallet cannot show; the store's.
    pub fn consent_request(&self, means: &Means<'_>) -> Result<ConsentRequest> {
        let request = &self.request;
        if request.query.is_none() && !request.response_type.wants_id_token() {
            return Err(WalletCode::RequestNothing.into());
        }
        let lang = means.lang;
        let inner = Arc::new(Inner::of(request.clone(), means)?);
        let memory = shared_with(means.store, &request.audience)?;
        let verifier = verifier_view(request, means);
        let purpose = purpose_of(request, lang);
        let mut questions = match &inner.matches {
            None => Vec::new(),
            Some(matches) => questions(&inner, matches, &memory, means)?,
        };
        let sets = inner.matches.as_ref().map(sets).unwrap_or_default();
        let agreements = agreements(&inner, means)?;
        let least = least(&questions, &sets);
        let can_answer = least.is_some();
        let ways = mark(&mut questions, least.as_deref().unwrap_or_default());
        let sign_in = request.response_type.wants_id_token();
        let least = Choice { picks: least.unwrap_or_default(), sign_in };
        let handling = Handling::of(request, lang).sentences(lang);
        let mut asked = ConsentRequest {
            ways,
            handling,
            warnings: Vec::new(),
            spoken: String::new(),
            sign_in,
            standing: None,
            verifier,
            purpose,
            questions,
            sets,
            agreements,
            can_answer,
            least,
            inner,
        };
        warn::add(&mut asked, means);
        asked.standing = standing::of(&asked, means)?;
        asked.spoken = asked.speak(lang);
        Ok(asked)
    }
}

/// Numbers the alternatives, and marks those that are proposed.
fn mark(questions: &mut [Question], least: &[Pick]) -> Vec<Way> {
    let of = questions.iter().map(|question| question.alternatives.len()).sum();
    let mut ways = Vec::with_capacity(of);
    for question in questions {
        for one in &mut question.alternatives {
            let pick =
                Pick { question: question.id.clone(), credential: one.credential.clone(), claim_set: one.claim_set };
            one.number = ways.len() + 1;
            one.proposed = least.contains(&pick);
            ways.push(Way { pick, number: one.number, of });
        }
    }
    ways
}

/// What is enough and tells the least: of each question its first alternative, of each set that must be answered the option that
/// tells least, and nothing that is optional. `None` if something is missing that the verifier cannot do without.
fn least(questions: &[Question], sets: &[QuestionSet]) -> Option<Vec<Pick>> {
    let first = |id: &String| {
        let question = questions.iter().find(|question| question.id == *id)?;
        question.alternatives.first().map(|one| (question, one))
    };
    let mut ids: Vec<&String> = Vec::new();
    if sets.is_empty() {
        ids.extend(questions.iter().map(|question| &question.id));
    }
    for set in sets.iter().filter(|set| set.required) {
        let options = set.options.iter().filter_map(|option| {
            let ones = option.iter().map(first).collect::<Option<Vec<_>>>()?;
            let unusable = ones.iter().any(|(_, one)| !one.condition.is_usable());
            let linkable = ones.iter().map(|(_, one)| one.linkable).max();
            Some(((unusable, linkable, ones.iter().map(|(_, one)| one.told()).sum::<usize>()), option))
        });
        ids.extend(options.min_by_key(|(told, _)| *told)?.1);
    }
    let mut picks: Vec<Pick> = Vec::new();
    for id in ids {
        let (question, one) = first(id)?;
        if picks.iter().all(|pick| pick.question != question.id) {
            picks.push(Pick {
                question: question.id.clone(),
                credential: one.credential.clone(),
                claim_set: one.claim_set,
            });
        }
    }
    Some(picks)
}

pub(super) fn verifier_view(request: &Request, means: &Means<'_>) -> VerifierView {
    let lang = means.lang;
    let id = words::identifier(&request.audience);
    let known = means.trust.verifier(&request.audience);
    let own = name_of(request, lang);
    let prefix = request.client_id().map(tamarack_openid4vc::vp::client_id::ClientId::prefix);
    let standing = match prefix {
        _ if known.is_some() && request.is_signed() => VerifierStanding::Known,
        Some(Prefix::X509SanDns | Prefix::X509Hash | Prefix::VerifierAttestation) => VerifierStanding::Vouched,
        Some(Prefix::PreRegistered) => VerifierStanding::Known,
        _ if request.is_signed() => VerifierStanding::Proved,
        _ => VerifierStanding::Address,
    };
    let name = known.filter(|_| standing == VerifierStanding::Known).and_then(|known| known.name.get(lang));
    // A pre-registered verifier's metadata is what was registered, not what it says.
    let self_named = name.is_none() && own.is_some() && prefix != Some(Prefix::PreRegistered);
    let name = name.map(str::to_owned).or(own);
    let answers_to = request.answer_to.as_deref().and_then(|uri| url::Url::parse(uri).ok());
    let answers_to = answers_to.and_then(|url| url.host_str().map(str::to_owned));
    // A digest is a name for machines: people get that of the certificate.
    let certified = request.client.as_ref().and_then(|client| client.certified_name.as_ref());
    let by_name = matches!(certified, Some(SubjectName::Said(_)));
    let called = certified
        .map_or_else(|| address(&id, prefix), |(SubjectName::Host(name) | SubjectName::Said(name))| words::clean(name));
    let sentence = match (standing, self_named) {
        (VerifierStanding::Known, _) => "verifier-known",
        // Who vouches does so for an address, not for what its owner calls himself.
        (VerifierStanding::Vouched, false) if by_name => "verifier-vouched-name",
        (VerifierStanding::Vouched, true) if by_name => "verifier-vouched-name-named",
        (VerifierStanding::Vouched, false) => "verifier-vouched",
        (VerifierStanding::Vouched, true) => "verifier-vouched-named",
        (VerifierStanding::Proved, false) => "verifier-proved",
        (VerifierStanding::Proved, true) => "verifier-proved-named",
        (VerifierStanding::Address, false) => "verifier-address",
        (VerifierStanding::Address, true) => "verifier-address-named",
    };
    let host = answers_to.clone().unwrap_or_else(|| id.clone());
    let shown = name.clone().unwrap_or_else(|| id.clone());
    let sentence = texts::format(lang, sentence, &[("name", &shown), ("id", &called), ("host", &host)]);
    VerifierView { id, name, self_named, standing, sentence, answers_to }
}

/// The identifier without what only machines read.
fn address(id: &str, prefix: Option<Prefix>) -> String {
    let bare = prefix.and_then(|prefix| id.strip_prefix(prefix.as_str())?.strip_prefix(':'));
    bare.unwrap_or(id).to_owned()
}

/// What the verifier says in the person's language under a name of its metadata (OpenID Connect Dynamic Client Registration §2.1).
pub(super) fn said(request: &Request, name: &str, lang: Lang) -> Option<String> {
    let tags = tags(lang);
    let value = tags.iter().find_map(|tag| request.metadata.all.get(&format!("{name}{tag}")).and_then(|v| v.as_str()));
    value.map(words::clean).filter(|text| !text.is_empty())
}

/// The language tags that members of metadata may end with, those that suit the person best first.
const fn tags(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::En => ["#en-CA", "#en", ""],
        Lang::Fr => ["#fr-CA", "#fr", ""],
    }
}

/// A URL that the verifier names in its metadata; `None` for one that nobody should follow.
pub(super) fn said_url(request: &Request, name: &str, lang: Lang) -> Option<String> {
    let tags = tags(lang);
    let value = tags.iter().find_map(|tag| request.metadata.all.get(&format!("{name}{tag}")).and_then(|v| v.as_str()));
    // As it goes over the wire, so that it is what it looks like.
    value.filter(|url| is_endpoint(url)).and_then(|url| url::Url::parse(url).ok()).map(String::from)
}

/// What it calls itself, without marks of quotation: it stands between ours, and must not get out of them.
pub(super) fn name_of(request: &Request, lang: Lang) -> Option<String> {
    let is_mark = |c: char| matches!(c, '"' | '\u{201c}'..='\u{201f}' | '«' | '»' | '\u{2039}' | '\u{203a}');
    let name: String = said(request, "client_name", lang)?.chars().filter(|c| !is_mark(*c)).collect();
    let name = words::clean(&name);
    (!name.is_empty()).then_some(name)
}

/// Why the verifier asks: `purpose` of its metadata, or of a presentation definition. OpenID4VP 1.0 has no place of its own for it.
pub(super) fn purpose_of(request: &Request, lang: Lang) -> Option<String> {
    let older = || {
        let definition = request.parameters.get("presentation_definition")?;
        let purpose = definition.get("purpose").and_then(|purpose| purpose.as_str())?;
        Some(words::clean_statement(purpose)).filter(|text| !text.is_empty())
    };
    let tags = tags(lang);
    let value = tags.iter().find_map(|tag| request.metadata.all.get(&format!("purpose{tag}")).and_then(|v| v.as_str()));
    value.map(words::clean_statement).filter(|text| !text.is_empty()).or_else(older)
}

/// By what a showing could be tied to others, each sentence once: several claims that few people share are one reason.
pub(super) fn links(report: &Linkability, lang: Lang) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for link in report.links() {
        let sentence = link.sentence(lang);
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}

fn questions(inner: &Inner, matches: &Matches, memory: &Memory, means: &Means<'_>) -> Result<Vec<Question>> {
    let mut all = Vec::new();
    let sets = matches.query().credential_sets();
    for found in matches.credentials() {
        let Some(query) = matches.query().credential(&found.id) else { continue };
        let mut alternatives = Vec::new();
        for candidate in &found.candidates {
            let (Some(card), Some(held)) = (inner.cards.get(candidate.held), inner.held.get(candidate.held)) else {
                continue;
            };
            alternatives.extend(alternative(inner, query, candidate, (card, held), memory, means)?);
        }
        // What is good before what is not, and then the least telling first.
        alternatives.sort_by_key(|one| (!one.condition.is_usable(), one.linkable, one.whole, one.told()));
        let misses = found.misses.iter().filter_map(|miss| {
            let card = inner.cards.get(miss.held)?;
            let reason = texts::text(means.lang, reason_id(miss.reason));
            Some(MissView { credential: card.summary.id.clone(), title: title(card, means.lang), reason })
        });
        let in_set = |required: bool| {
            sets.iter().any(|set| set.required == required && set.options.iter().flatten().any(|id| *id == found.id))
        };
        all.push(Question {
            id: found.id.clone(),
            wanted: wanted(&query.meta),
            required: sets.is_empty() || in_set(true),
            multiple: found.multiple,
            alternatives,
            misses: misses.collect(),
        });
    }
    Ok(all)
}

/// The kind that a query names, for the person: of the first alternative, the last type, which is the most special one.
fn wanted(meta: &Meta) -> Option<String> {
    let name = match meta {
        Meta::Types(alternatives) => alternatives.first()?.last()?,
        Meta::Vcts(names) => names.first()?,
        Meta::Any | Meta::Other(_) => return None,
    };
    // The last part of an address, unless that is a version.
    let is_version = |part: &str| {
        let digits = part.trim_start_matches(['v', 'V']);
        digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    let part = name.rsplit(['/', '#', ':']).find(|part| !is_version(part))?;
    Some(words::spaced(part)).filter(|text| !text.is_empty())
}

const fn reason_id(reason: MissReason) -> &'static str {
    match reason {
        MissReason::Authority => "miss-authority",
        MissReason::NotBound => "miss-not-bound",
        MissReason::Algorithm => "miss-algorithm",
        MissReason::Claims => "miss-claims",
        _ => "miss-cannot-show",
    }
}

/// Whether a credential's key is not here, now or ever.
fn lacks_its_key(error: &WalletError) -> bool {
    let code = error.wallet_code();
    matches!(code, Some(WalletCode::RecordMissing | WalletCode::DeviceMissing | WalletCode::DeviceKeyGone))
}

/// One credential as an answer; `None` for one whose key is not at hand, though the verifier asks for the holder's proof.
fn alternative(
    inner: &Inner,
    query: &CredentialQuery,
    candidate: &Candidate,
    (card, held): (&Card, &Held),
    memory: &Memory,
    means: &Means<'_>,
) -> Result<Option<Alternative>> {
    let lang = means.lang;
    // A key that is gone, or in hardware that is not here, is no reason to answer nothing: other cards may do.
    let hand = match Hand::of(&card.stored, means) {
        Err(error) if lacks_its_key(&error) => return Ok(None),
        other => other?,
    };
    let proves = query.require_cryptographic_holder_binding;
    let can_prove = hand.is_some() || held.shows_pseudonym() && card.stored.secrets.is_some();
    if proves && !can_prove || held.is_bound() && card.stored.secrets.is_none() {
        return Ok(None);
    }
    let holder = hand.as_ref().filter(|_| proves && !held.is_bound()).map(Hand::holder);
    let request = &inner.request;
    let binding = Binding {
        audience: Some(&request.audience),
        nonce: Some(&request.nonce),
        holder,
        created: Some(means.now()),
        ..Binding::default()
    };
    let selection = Selection { pointers: &candidate.pointers, frame: None };
    let report = held.linkability(&selection, &binding)?;
    let asked = super::claims::asked_pointers(query, candidate, held);
    let kind = Involved::of(&card.summary).kind;
    let before = |pointer: &str| memory.get(&(kind.clone(), pointer.to_owned())).copied();
    Ok(Some(Alternative {
        number: 0,
        proposed: false,
        warnings: Vec::new(),
        credential: card.summary.id.clone(),
        claim_set: candidate.claim_set,
        title: title(card, lang),
        issuer: issuer(card, lang),
        condition: status::condition(means.store, &card.summary.id, means.now())?,
        claims: claims::views(held, &candidate.shows, &asked, &card.labels, &before, lang),
        whole: !held.is_divisible(),
        linkable: report.strength(),
        linkability: linkability_sentence(report.strength(), lang),
        links: links(&report, lang),
        pseudonym: held.shows_pseudonym(),
    }))
}

pub(super) fn title(card: &Card, lang: Lang) -> String {
    let kind = || {
        let kinds = card.summary.kinds.iter().rev();
        let kind = kinds.into_iter().find(|kind| !kind.ends_with("VerifiableCredential")).cloned().unwrap_or_default();
        words::spaced(kind.rsplit(['/', '#', ':']).next().unwrap_or_default())
    };
    card.summary.title.get(lang).map_or_else(kind, str::to_owned)
}

pub(super) fn issuer(card: &Card, lang: Lang) -> String {
    let name = card.summary.issuer_name.get(lang).map(str::to_owned);
    name.unwrap_or_else(|| words::identifier(&card.summary.issuer))
}

fn sets(matches: &Matches) -> Vec<QuestionSet> {
    let all = matches.query().credential_sets().iter().zip(matches.options());
    all.map(|(set, answerable)| QuestionSet { required: set.required, options: set.options.clone(), answerable })
        .collect()
}

/// What the person agrees to beside the showing. A type that nobody explained is refused, not hidden.
fn agreements(inner: &Inner, means: &Means<'_>) -> Result<Vec<String>> {
    let request = &inner.request;
    let types = &means.trust.transaction_types;
    let pieces =
        tamarack_openid4vc::vp::transaction_data::read(&request.transaction_data, request.query.as_ref(), types)?;
    let sentence = |piece: &tamarack_openid4vc::vp::transaction_data::TransactionData| {
        let fields = piece
            .members
            .iter()
            .filter(|(name, _)| !matches!(*name, "type" | "credential_ids" | "transaction_data_hashes_alg"));
        let fields =
            fields.map(|(name, value)| format!("{}: {}", words::spaced(name), words::preview(value, means.lang)));
        let fields: Vec<String> = fields.collect();
        texts::format(means.lang, "agreement", &[("kind", &words::spaced(&piece.kind)), ("fields", &fields.join("; "))])
    };
    Ok(pieces.iter().map(sentence).collect())
}

impl Alternative {
    /// How much it tells, to compare alternatives: a yes or no tells least. What was shown before counts as much as ever: by it, a
    /// showing that could be tied to no other could be tied to that one.
    fn told(&self) -> usize {
        self.claims.iter().map(|claim| if claim.is_plain { 1 } else { 8 }).sum()
    }
}
