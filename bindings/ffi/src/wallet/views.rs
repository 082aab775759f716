//! What a person sees, as records: each text is in the wallet's language unless it says both.

use std::sync::LazyLock;
use std::time::SystemTime;

use tamarack_wallet::receive as core;
use tamarack_wallet::status::{Condition as CoreCondition, Report, State as CoreState, StateRecord};

use super::backup::count;
use crate::text::Text;
use crate::time::system_time;
use crate::verdict::Strength;

/// A text that its author wrote in one language or in both.
///
/// ```text
/// name = LocalText(en="The shop", fr="Le magasin")
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct LocalText {
    /// In English.
    #[uniffi(default = None)]
    pub en: Option<String>,
    /// In French.
    #[uniffi(default = None)]
    pub fr: Option<String>,
}

impl From<LocalText> for tamarack_wallet::Localized {
    fn from(text: LocalText) -> Self {
        Self { en: text.en, fr: text.fr }
    }
}

impl From<tamarack_wallet::Localized> for LocalText {
    fn from(text: tamarack_wallet::Localized) -> Self {
        Self { en: text.en, fr: text.fr }
    }
}

/// How a credential stands.
///
/// ```text
/// good = [card.id for card in wallet.credentials() if card.condition == Condition.GOOD]
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum Condition {
    /// It is good.
    Good,
    /// It is good, and will expire within 30 days.
    Expiring,
    /// Its time has not begun.
    NotYetValid,
    /// Its time is over.
    Expired,
    /// It is suspended.
    Suspended,
    /// It is revoked.
    Revoked,
    /// It stands in a way that this version does not know.
    Other,
}

impl From<CoreCondition> for Condition {
    fn from(condition: CoreCondition) -> Self {
        match condition {
            CoreCondition::Good => Self::Good,
            CoreCondition::Expiring => Self::Expiring,
            CoreCondition::NotYetValid => Self::NotYetValid,
            CoreCondition::Expired => Self::Expired,
            CoreCondition::Suspended => Self::Suspended,
            CoreCondition::Revoked => Self::Revoked,
            _ => Self::Other,
        }
    }
}

/// What an issuer's list says of a credential.
///
/// ```text
/// if known.state == CredentialState.SUSPENDED: show("It is suspended.")
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum CredentialState {
    /// Nothing against it, or it names no list.
    Good,
    /// Suspended for a time.
    Suspended,
    /// Revoked for good.
    Revoked,
    /// Something that this version does not know.
    Other,
}

impl From<CoreState> for CredentialState {
    fn from(state: CoreState) -> Self {
        match state {
            CoreState::Good => Self::Good,
            CoreState::Suspended => Self::Suspended,
            CoreState::Revoked => Self::Revoked,
            _ => Self::Other,
        }
    }
}

/// What was learnt of a credential.
///
/// ```text
/// known = wallet.known_state(card)
/// if known: show(known.state, known.at)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Record)]
pub struct KnownState {
    /// What the list said.
    pub state: CredentialState,
    /// When it said so.
    pub at: SystemTime,
}

impl From<StateRecord> for KnownState {
    fn from(record: StateRecord) -> Self {
        Self { state: record.state.into(), at: system_time(tamarack::Timestamp::from_unix(record.at)) }
    }
}

/// A credential whose state is another now.
///
/// ```text
/// for changed in step.report.changed: show(changed.credential, changed.state)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ChangedState {
    /// The credential's id.
    pub credential: String,
    /// What its issuer's list says now.
    pub state: CredentialState,
}

/// What a refreshing of states came to.
///
/// ```text
/// if isinstance(step, RefreshStep.DONE): show(len(step.report.changed), step.report.looked_up, step.report.unknown)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct RefreshReport {
    /// The credentials whose state is another now.
    pub changed: Vec<ChangedState>,
    /// How many credentials were looked up.
    pub looked_up: u64,
    /// How many could not be: their state stays what it was.
    pub unknown: u64,
}

impl From<Report> for RefreshReport {
    fn from(report: Report) -> Self {
        let changed = |(credential, state): (String, CoreState)| ChangedState { credential, state: state.into() };
        Self {
            changed: report.changed.into_iter().map(changed).collect(),
            looked_up: count(report.looked_up),
            unknown: count(report.unknown),
        }
    }
}

/// One credential of the wallet, for a list.
///
/// ```text
/// for card in wallet.credentials(): show(card.title.en, card.issuer_name.en, card.advice.en)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct CredentialSummary {
    /// Its id in this wallet.
    pub id: String,
    /// Its format: a suite's name or the type of a token.
    pub format: String,
    /// What it is called.
    pub title: LocalText,
    /// The issuer's id.
    pub issuer: String,
    /// The issuer's name.
    pub issuer_name: LocalText,
    /// When it begins to be valid.
    pub valid_from: Option<SystemTime>,
    /// When it expires.
    pub valid_until: Option<SystemTime>,
    /// When it came.
    pub received: SystemTime,
    /// The batch of single-use copies that it is one of.
    pub batch: Option<String>,
    /// How often it was shown.
    pub shown: u32,
    /// How it stands.
    pub condition: Condition,
    /// That in a word or two.
    pub condition_name: Text,
    /// What that means, and what the person can do.
    pub advice: Text,
    /// Whether it may be shown as it stands.
    pub usable: bool,
    /// What it is: its `vct` and its other names, or its types, expanded and as they stand.
    pub kinds: Vec<String>,
}

impl From<(tamarack_wallet::Summary, CoreCondition)> for CredentialSummary {
    fn from((summary, condition): (tamarack_wallet::Summary, CoreCondition)) -> Self {
        let time = |seconds| system_time(tamarack::Timestamp::from_unix(seconds));
        let (condition_name, advice) = words(condition);
        Self {
            id: summary.id,
            format: summary.format,
            title: summary.title.into(),
            issuer: summary.issuer,
            issuer_name: summary.issuer_name.into(),
            valid_from: summary.valid_from.map(time),
            valid_until: summary.valid_until.map(time),
            received: time(summary.received),
            batch: summary.batch,
            shown: summary.shown,
            condition: condition.into(),
            condition_name,
            advice,
            usable: condition.is_usable(),
            kinds: summary.kinds,
        }
    }
}

/// The words of every condition: a list of thousands has them thousands of times.
static WORDS: LazyLock<Vec<(CoreCondition, (Text, Text))>> =
    LazyLock::new(|| CoreCondition::ALL.into_iter().map(|condition| (condition, spell(condition))).collect());

fn words(condition: CoreCondition) -> (Text, Text) {
    let known = WORDS.iter().find(|(one, _)| *one == condition);
    known.map_or_else(|| spell(condition), |(_, words)| words.clone())
}

fn spell(condition: CoreCondition) -> (Text, Text) {
    (Text::of(|lang| condition.label(lang)), Text::of(|lang| condition.advice(lang)))
}

/// How an issuer stands with the wallet's trust list.
///
/// ```text
/// if preview.standing != IssuerStanding.LISTED: show(preview.standing_sentence)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum IssuerStanding {
    /// What it says is signed by an issuer on the list.
    Listed,
    /// It is signed by the DID of its own web address, which is not on the list.
    Itself,
    /// It is known by its web address alone.
    Address,
}

/// One claim of a credential to come.
///
/// ```text
/// names = [claim.name for claim in preview.credentials[0].claims]
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct OfferedClaim {
    /// Its JSON pointer; 0 stands for every item of a list.
    pub pointer: String,
    /// What it is called.
    pub name: String,
    /// Whether the credential always has it.
    pub always: bool,
}

/// One credential of an offer.
///
/// ```text
/// for one in preview.credentials: show(one.name, one.linkability, one.validity)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct OfferedCredential {
    /// The credential configuration's id.
    pub configuration: String,
    /// What it is called.
    pub name: String,
    /// What it is, in the issuer's words.
    pub description: Option<String>,
    /// What it will say.
    pub claims: Vec<OfferedClaim>,
    /// Its format.
    pub format: String,
    /// Whether this wallet can keep and show it.
    pub supported: bool,
    /// Whether nobody else can show it.
    pub bound: bool,
    /// How many single-use copies the issuer gives at once.
    pub copies: u32,
    /// How surely showings of it could be tied together; none for not at all.
    pub linkable: Option<Strength>,
    /// That in a sentence.
    pub linkability: String,
    /// How long it will be good, if that is known.
    pub validity: String,
}

/// How a code that must be typed looks.
///
/// ```text
/// if preview.tx_code: code = ask(preview.tx_code.description, digits=preview.tx_code.digits)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct CodeLook {
    /// Whether it has digits alone.
    pub digits: bool,
    /// How many characters it has, if the issuer says.
    pub length: Option<u32>,
    /// How the person gets it.
    pub description: String,
}

/// What the person sees of an offer before accepting it.
///
/// ```text
/// preview = offer.preview()
/// show(preview.issuer_name, preview.standing_sentence, preview.learns)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct OfferPreview {
    /// The issuer's `https:` URL.
    pub issuer: String,
    /// The issuer's name.
    pub issuer_name: Option<String>,
    /// The URL of its logo. Fetching it tells the issuer of the preview.
    pub logo: Option<String>,
    /// What is to be seen on the logo, for a screen reader.
    pub logo_text: Option<String>,
    /// How the issuer stands with the trust list.
    pub standing: IssuerStanding,
    /// That in a sentence.
    pub standing_sentence: String,
    /// What is offered.
    pub credentials: Vec<OfferedCredential>,
    /// The code that must be typed, if one must.
    pub tx_code: Option<CodeLook>,
    /// Whether the person signs in with the browser.
    pub browser: bool,
    /// What the issuer will learn, one sentence each.
    pub learns: Vec<String>,
    /// All of it in sentences, for a screen reader and for a terminal.
    pub spoken: String,
}

impl From<core::Preview> for OfferPreview {
    fn from(preview: core::Preview) -> Self {
        let claim =
            |claim: core::OfferedClaim| OfferedClaim { pointer: claim.pointer, name: claim.name, always: claim.always };
        let credential = |one: core::OfferedCredential| OfferedCredential {
            configuration: one.configuration,
            name: one.name,
            description: one.description,
            claims: one.claims.into_iter().map(claim).collect(),
            format: one.format,
            supported: one.supported,
            bound: one.bound,
            copies: one.copies,
            linkable: one.linkable.map(Strength::from),
            linkability: one.linkability,
            validity: one.validity,
        };
        let issuer = preview.issuer;
        Self {
            issuer: issuer.url,
            issuer_name: issuer.name,
            logo: issuer.logo,
            logo_text: issuer.logo_text,
            standing: match issuer.standing {
                core::Standing::Listed => IssuerStanding::Listed,
                core::Standing::Itself => IssuerStanding::Itself,
                core::Standing::Address => IssuerStanding::Address,
            },
            standing_sentence: issuer.sentence,
            credentials: preview.credentials.into_iter().map(credential).collect(),
            tx_code: preview.tx_code.map(|code| CodeLook {
                digits: code.digits,
                length: code.length,
                description: code.description,
            }),
            browser: preview.browser,
            learns: preview.learns,
            spoken: preview.spoken,
        }
    }
}

/// Why a credential that came was not stored.
///
/// ```text
/// for refused in came.refused: show(refused.configuration, refused.reasons[0].message.en)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct RefusedCredential {
    /// The credential configuration.
    pub configuration: String,
    /// Why, the gravest first: each with its stable code.
    pub reasons: Vec<RefusalReason>,
}

/// One reason why a credential was not stored.
///
/// ```text
/// for reason in refused.reasons: show(reason.message.en, reason.hint.en)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct RefusalReason {
    /// The stable code.
    pub code: String,
    /// What was found.
    pub message: Text,
    /// What to do about it.
    pub hint: Text,
    /// The check that found it, as `Check.id`; empty for one of the wallet's own.
    pub check: String,
    /// Whether the check failed; if not, it could not be made.
    pub failed: bool,
}

impl From<core::Refused> for RefusedCredential {
    fn from(refused: core::Refused) -> Self {
        let reason = |reason: core::Reason| RefusalReason {
            message: Text::of(|lang| reason.message(lang).sentence),
            hint: Text::of(|lang| reason.message(lang).hint),
            code: reason.code,
            check: reason.check,
            failed: reason.failed,
        };
        Self { configuration: refused.configuration, reasons: refused.reasons.into_iter().map(reason).collect() }
    }
}
