//! What the person is asked, as records.

use std::time::SystemTime;

use tamarack_wallet::present;

use super::views::Condition;
use crate::time::system_time;
use crate::verdict::Strength;

/// How a verifier stands.
///
/// ```text
/// if view.standing == VerifierStanding.ADDRESS: show(view.standing_sentence)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum VerifierStanding {
    /// It is on the wallet's list.
    Known,
    /// A certificate or an attestation by somebody whom the wallet trusts vouches for it.
    Vouched,
    /// It proved that its identifier is its own, and nobody says who that is.
    Proved,
    /// It proved nothing: it is known by the address alone that the answer goes to.
    Address,
}

/// One claim that would be shown.
///
/// ```text
/// for claim in alternative.claims: show(claim.name, claim.value, claim.asked)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct AskedClaim {
    /// Its JSON pointer in the credential.
    pub pointer: String,
    /// What it is called.
    pub name: String,
    /// Its value, to preview: on one line, and cut where it is long.
    pub value: String,
    /// Whether it says yes or no and nothing else.
    pub is_plain: bool,
    /// Whether it was asked for; if not, it comes along.
    pub asked: bool,
    /// When it was shown to this verifier before.
    pub shown_before: Option<SystemTime>,
    /// All of that in one text, for a screen reader.
    pub label: String,
}

/// A credential that answers a question.
///
/// ```text
/// for alternative in question.alternatives: show(alternative.number, alternative.title, alternative.linkability)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Alternative {
    /// Its number in the request, from 1, by which the text names it (`ConsentRequest.choose`); 0 for a showing that the person begins.
    pub number: u32,
    /// Whether it is what a plain yes means: a part of `ConsentView.least`.
    pub proposed: bool,
    /// Its id.
    pub credential: String,
    /// What it is called.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// How it stands.
    pub condition: Condition,
    /// What would be shown, what was asked for first.
    pub claims: Vec<AskedClaim>,
    /// Which of the sets of claims that the verifier would take, from 0; none if it leaves no choice.
    pub claim_set: Option<u32>,
    /// Whether it can only be shown whole.
    pub whole: bool,
    /// How surely this showing could be tied to others; none for not at all.
    pub linkable: Option<Strength>,
    /// That in a sentence.
    pub linkability: String,
    /// By what, one sentence each.
    pub links: Vec<String>,
    /// Whether the verifier will recognise the person by a pseudonym that is for it alone.
    pub pseudonym: bool,
    /// What the person should think about before they choose it. In a request they stand in `ConsentView.warnings` as well.
    pub warnings: Vec<ConsentWarning>,
}

/// A credential of the right kind with which the wallet cannot answer.
///
/// ```text
/// for miss in question.misses: show(miss.title, miss.reason)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Miss {
    /// Its id.
    pub credential: String,
    /// What it is called.
    pub title: String,
    /// Why not, in a sentence. For the person alone.
    pub reason: String,
}

/// One credential that is asked for.
///
/// ```text
/// ways = [one for question in view.questions for one in question.alternatives]
/// for one in ways: show(one.number, one.title)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// What kind of credential is asked for, as far as its name in data tells; none for any.
    pub wanted: Option<String>,
    /// Whether the verifier cannot do without.
    pub required: bool,
    /// Whether more than one may be shown.
    pub multiple: bool,
    /// What it may be answered with, the least telling first.
    pub alternatives: Vec<Alternative>,
    /// What does not answer, and why.
    pub misses: Vec<Miss>,
}

/// Questions that belong together.
///
/// ```text
/// for group in view.sets: ways = [group.options[place] for place in group.answerable]
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct QuestionSet {
    /// Whether one of the options must be answered.
    pub required: bool,
    /// The options, each the ids of questions that are answered together.
    pub options: Vec<Vec<String>>,
    /// The options that the wallet can answer, by their places from 0.
    pub answerable: Vec<u32>,
}

/// One credential that the person chose for one question.
///
/// ```text
/// question = view.questions[0]
/// pick = Pick(question=question.id, credential=question.alternatives[0].credential)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Pick {
    /// The question's id.
    pub question: String,
    /// The credential's id.
    pub credential: String,
    /// Which claims of it, where the verifier leaves a choice: that of the alternative. None for those that it likes best.
    #[uniffi(default = None)]
    pub claim_set: Option<u32>,
}

/// What the person chose.
///
/// ```text
/// choice = Choice(picks=[Pick(question=question.id, credential=card)])
/// consent = asked.agree(choice)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct Choice {
    /// The credentials.
    #[uniffi(default = [])]
    pub picks: Vec<Pick>,
    /// Whether they sign in, where the request asks for that.
    #[uniffi(default = false)]
    pub sign_in: bool,
}

impl From<&present::Choice> for Choice {
    fn from(choice: &present::Choice) -> Self {
        let pick = |pick: &present::Pick| Pick {
            question: pick.question.clone(),
            credential: pick.credential.clone(),
            claim_set: pick.claim_set.and_then(|set| u32::try_from(set).ok()),
        };
        Self { picks: choice.picks.iter().map(pick).collect(), sign_in: choice.sign_in }
    }
}

/// What the person is asked, in their language.
///
/// ```text
/// view = asked.view()
/// show(view.verifier_name, view.standing_sentence, view.purpose)
/// if view.can_answer: consent = asked.agree(view.least)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ConsentView {
    /// The verifier's identifier: to this the answer is bound.
    pub verifier: String,
    /// Its name.
    pub verifier_name: Option<String>,
    /// Whether the name is its own word, for which nobody vouches: never to be shown as if somebody did.
    pub self_named: bool,
    /// How it stands.
    pub standing: VerifierStanding,
    /// That in a sentence.
    pub standing_sentence: String,
    /// The host that the answer goes to.
    pub answers_to: Option<String>,
    /// Why it asks, in its own words.
    pub purpose: Option<String>,
    /// What it says it will do with what it is shown: how long it keeps it, whom it tells. Its own word, one sentence each.
    pub handling: Vec<String>,
    /// What is asked for.
    pub questions: Vec<Question>,
    /// Which questions must be answered together; empty if each must that is required.
    pub sets: Vec<QuestionSet>,
    /// What the person agrees to beside the showing, one sentence each.
    pub agreements: Vec<String>,
    /// Whether the person signs in with an identifier that is made for this verifier alone.
    pub sign_in: bool,
    /// What the person should think about, the gravest first.
    pub warnings: Vec<ConsentWarning>,
    /// Whether the wallet can answer at all.
    pub can_answer: bool,
    /// The choice that shows the least that is enough.
    pub least: Choice,
    /// The consent that the person gave to exactly this before, if it still stands: the app may send the least without asking again
    /// (`agree_again`).
    pub agreed_before: Option<StandingConsent>,
    /// All of it in sentences, for a screen reader and for a terminal.
    pub spoken: String,
}

/// Something that the person should think about.
///
/// ```text
/// for warning in view.warnings: show(warning.sentence)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ConsentWarning {
    /// What it is about.
    pub kind: WarningKind,
    /// The id of the credential that it is about, if it is about one.
    pub credential: Option<String>,
    /// What it says, in the person's language.
    pub sentence: String,
}

impl From<&present::Warning> for ConsentWarning {
    fn from(warning: &present::Warning) -> Self {
        let present::Warning { kind, credential, sentence } = warning;
        Self { kind: (*kind).into(), credential: credential.clone(), sentence: sentence.clone() }
    }
}

/// What a warning is about, in the order of concern.
///
/// ```text
/// alarming = [warning for warning in view.warnings if warning.kind == WarningKind.BEYOND_PERMISSION]
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum WarningKind {
    /// The verifier asks for more than it may, by the wallet's list.
    BeyondPermission,
    /// Nobody knows who asks: the request is not signed.
    Unsigned,
    /// Nobody vouches for whoever asks.
    UnknownVerifier,
    /// A birth date is asked for where the credential can say an age.
    BirthDate,
    /// More would be shown than was asked for, because the credential cannot be divided.
    Whole,
    /// This showing could be tied to others, whoever sees them.
    Linkable,
    /// The verifier does not say why it asks.
    NoPurpose,
    /// A credential has ended, or will not be good before a later day.
    NotValid,
    /// Something that this version does not know.
    Other,
}

impl From<present::WarningKind> for WarningKind {
    fn from(kind: present::WarningKind) -> Self {
        use present::WarningKind as Kind;
        match kind {
            Kind::BeyondPermission => Self::BeyondPermission,
            Kind::Unsigned => Self::Unsigned,
            Kind::UnknownVerifier => Self::UnknownVerifier,
            Kind::BirthDate => Self::BirthDate,
            Kind::Whole => Self::Whole,
            Kind::Linkable => Self::Linkable,
            Kind::NoPurpose => Self::NoPurpose,
            Kind::NotValid => Self::NotValid,
            _ => Self::Other,
        }
    }
}

/// Who asks, before anything is looked up in the wallet.
///
/// ```text
/// who = request.verifier()
/// show(who.name, who.sentence, who.answers_to)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct VerifierView {
    /// Its client identifier, or its origin over the Digital Credentials API: to this the answer is bound.
    pub id: String,
    /// Its name: by the wallet's list, else as it calls itself.
    pub name: Option<String>,
    /// Whether the name is its own word, for which nobody vouches.
    pub self_named: bool,
    /// How it stands.
    pub standing: VerifierStanding,
    /// That in a sentence.
    pub sentence: String,
    /// The host that the answer goes to.
    pub answers_to: Option<String>,
}

impl From<present::VerifierStanding> for VerifierStanding {
    fn from(standing: present::VerifierStanding) -> Self {
        match standing {
            present::VerifierStanding::Known => Self::Known,
            present::VerifierStanding::Vouched => Self::Vouched,
            present::VerifierStanding::Proved => Self::Proved,
            present::VerifierStanding::Address => Self::Address,
        }
    }
}

/// A consent that the person gave before, by its receipt.
///
/// ```text
/// if view.agreed_before: consent = asked.agree_again()
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct StandingConsent {
    /// The id of its receipt.
    pub receipt: String,
    /// When it was given.
    pub given: SystemTime,
    /// Until when it stands.
    pub until: SystemTime,
    /// That in a sentence.
    pub sentence: String,
}

pub(super) fn view(request: &present::ConsentRequest) -> ConsentView {
    let standing = |one: &present::StandingConsent| StandingConsent {
        receipt: one.receipt.clone(),
        given: system_time(one.given),
        until: system_time(one.until),
        sentence: one.sentence.clone(),
    };
    let verifier = &request.verifier;
    ConsentView {
        verifier: verifier.id.clone(),
        verifier_name: verifier.name.clone(),
        self_named: verifier.self_named,
        standing: verifier.standing.into(),
        standing_sentence: verifier.sentence.clone(),
        answers_to: verifier.answers_to.clone(),
        purpose: request.purpose.clone(),
        handling: request.handling.clone(),
        questions: request.questions.iter().map(question).collect(),
        sets: request
            .sets
            .iter()
            .map(|set| QuestionSet {
                required: set.required,
                options: set.options.clone(),
                answerable: set.answerable.iter().filter_map(|at| u32::try_from(*at).ok()).collect(),
            })
            .collect(),
        agreements: request.agreements.clone(),
        sign_in: request.sign_in,
        warnings: request.warnings.iter().map(ConsentWarning::from).collect(),
        can_answer: request.can_answer,
        least: Choice::from(&request.least),
        agreed_before: request.standing.as_ref().map(standing),
        spoken: request.spoken.clone(),
    }
}

impl From<&present::Alternative> for Alternative {
    fn from(one: &present::Alternative) -> Self {
        let claim = |claim: &present::ClaimView| AskedClaim {
            pointer: claim.pointer.clone(),
            name: claim.name.clone(),
            value: claim.value.clone(),
            is_plain: claim.is_plain,
            asked: claim.asked,
            shown_before: claim.shown_before.map(system_time),
            label: claim.label.clone(),
        };
        Self {
            number: u32::try_from(one.number).unwrap_or(u32::MAX),
            proposed: one.proposed,
            warnings: one.warnings.iter().map(ConsentWarning::from).collect(),
            credential: one.credential.clone(),
            title: one.title.clone(),
            issuer: one.issuer.clone(),
            condition: one.condition.into(),
            claims: one.claims.iter().map(claim).collect(),
            claim_set: one.claim_set.and_then(|set| u32::try_from(set).ok()),
            whole: one.whole,
            linkable: one.linkable.map(Strength::from),
            linkability: one.linkability.clone(),
            links: one.links.clone(),
            pseudonym: one.pseudonym,
        }
    }
}

fn question(question: &present::Question) -> Question {
    let miss = |miss: &present::MissView| Miss {
        credential: miss.credential.clone(),
        title: miss.title.clone(),
        reason: miss.reason.clone(),
    };
    Question {
        id: question.id.clone(),
        wanted: question.wanted.clone(),
        required: question.required,
        multiple: question.multiple,
        alternatives: question.alternatives.iter().map(Alternative::from).collect(),
        misses: question.misses.iter().map(miss).collect(),
    }
}
