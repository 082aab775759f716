//! What the person should think about before they agree.

use tamarack::messages::Lang;
use tamarack::present::{AgeAnswer, AgeQuestion, Strength};

use super::view::{Alternative, ConsentRequest, VerifierStanding};
use crate::means::Means;
use crate::texts;

/// What a warning is about. The order is that of concern.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
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
}

/// One warning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// The credential that it is about, if it is about one.
    pub credential: Option<String>,
    /// What it says.
    pub sentence: String,
}

/// Adds the warnings: to the request, and to each alternative its own.
pub(super) fn add(asked: &mut ConsentRequest, means: &Means<'_>) {
    let each = asked.questions.iter().flat_map(|question| &question.alternatives);
    let own: Vec<Vec<Warning>> = each.map(|one| of_alternative(asked, one, means)).collect();
    let mut all = of_request(asked, means);
    all.extend(own.iter().flatten().cloned());
    all.sort_by_key(|warning| warning.kind);
    let mut seen: Vec<Warning> = Vec::with_capacity(all.len());
    for warning in all {
        if !seen.contains(&warning) {
            seen.push(warning);
        }
    }
    asked.warnings = seen;
    let each = asked.questions.iter_mut().flat_map(|question| &mut question.alternatives);
    for (one, warnings) in each.zip(own) {
        one.warnings = warnings;
    }
}

/// What is about whoever asks, and about the request as a whole.
fn of_request(asked: &ConsentRequest, means: &Means<'_>) -> Vec<Warning> {
    let lang = means.lang;
    let mut all = Vec::new();
    let mut add = |kind, id: &str, variables: &[(&'static str, &str)]| {
        all.push(Warning { kind, credential: None, sentence: texts::format(lang, id, variables) });
    };
    let name = asked.verifier.name.as_deref().unwrap_or(&asked.verifier.id);
    match asked.verifier.standing {
        VerifierStanding::Known | VerifierStanding::Vouched => {}
        VerifierStanding::Proved => add(WarningKind::UnknownVerifier, "warn-unknown", &[("name", name)]),
        VerifierStanding::Address => add(WarningKind::Unsigned, "warn-unsigned", &[("name", name)]),
    }
    if asked.purpose.is_none() {
        add(WarningKind::NoPurpose, "warn-no-purpose", &[("name", name)]);
    }
    let beyond = beyond(asked, means);
    if !beyond.is_empty() {
        add(WarningKind::BeyondPermission, "warn-beyond", &[("name", name), ("claims", &beyond.join(", "))]);
    }
    all
}

/// The names of the claims that the verifier asks for and may not.
fn beyond(asked: &ConsentRequest, means: &Means<'_>) -> Vec<String> {
    let known = means.trust.verifier(&asked.inner.request.audience);
    let Some(may_ask) = known.and_then(|known| known.may_ask.as_ref()) else { return Vec::new() };
    let claims = asked.questions.iter().flat_map(|question| &question.alternatives).flat_map(|one| &one.claims);
    let last = |pointer: &str| pointer.rsplit('/').next().unwrap_or_default().to_owned();
    let beyond = claims.filter(|claim| claim.asked && !may_ask.contains(&last(&claim.pointer)));
    let mut names: Vec<String> = Vec::new();
    for claim in beyond {
        if !names.contains(&claim.name) {
            names.push(claim.name.clone());
        }
    }
    names
}

fn of_alternative(asked: &ConsentRequest, one: &Alternative, means: &Means<'_>) -> Vec<Warning> {
    let lang = means.lang;
    let warning = |kind, id: &str, variables: &[(&'static str, &str)]| Warning {
        kind,
        credential: Some(one.credential.clone()),
        sentence: texts::format(lang, id, variables),
    };
    let mut all = Vec::new();
    let title = one.title.as_str();
    let along: Vec<&str> = one.claims.iter().filter(|claim| !claim.asked).map(|claim| claim.name.as_str()).collect();
    if one.whole && !along.is_empty() {
        let claims = along.join(", ");
        all.push(warning(WarningKind::Whole, "warn-whole", &[("title", title), ("claims", &claims)]));
    }
    if one.linkable == Some(Strength::Certain) {
        all.push(warning(WarningKind::Linkable, "warn-linkable", &[("title", title)]));
    }
    let is_birth = |pointer: &str| {
        let last = pointer.rsplit('/').next().unwrap_or_default();
        matches!(last, "birthDate" | "birthdate" | "birth_date" | "dateOfBirth")
    };
    let place = asked.inner.cards.iter().position(|card| card.summary.id == one.credential);
    let Some(place) = place else { return all };
    if one.claims.iter().any(|claim| claim.asked && is_birth(&claim.pointer))
        && let Some(held) = asked.inner.held.get(place)
        && let Some(AgeAnswer::Claim { .. }) = (AgeQuestion { at_least: 18 }).answer(held)
    {
        all.push(warning(WarningKind::BirthDate, "warn-birth-date", &[("title", title)]));
    }
    if !one.condition.is_usable() {
        let condition = one.condition.label(lang);
        all.push(warning(WarningKind::NotValid, "warn-not-valid", &[("title", title), ("condition", &condition)]));
    }
    all
}

/// For a list of warnings in another place: how grave it is, in a word.
impl WarningKind {
    /// A short name for a screen: one or two words.
    #[must_use]
    pub fn name(self, lang: Lang) -> String {
        texts::text(
            lang,
            match self {
                Self::BeyondPermission => "warning-beyond",
                Self::Unsigned => "warning-unsigned",
                Self::UnknownVerifier => "warning-unknown",
                Self::BirthDate => "warning-birth-date",
                Self::Whole => "warning-whole",
                Self::Linkable => "warning-linkable",
                Self::NoPurpose => "warning-no-purpose",
                Self::NotValid => "warning-not-valid",
            },
        )
    }
}
