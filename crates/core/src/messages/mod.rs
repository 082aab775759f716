//! What people read: a sentence and a hint for every code, in English and in French.
//!
//! The texts are Fluent files (`messages/en.ftl`, `messages/fr.ftl`), built into the library and parsed when the first
//! of them is needed.

mod texts;

use fluent_bundle::FluentArgs;
pub use texts::Catalogue;

use crate::present::{LinkKind, Strength};
use crate::verify::{CheckId, CheckResult, Outcome};
use crate::{Code, Fault};

/// The two languages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Lang {
    /// English.
    En,
    /// French, as written in Canada.
    Fr,
}

/// A sentence that says what was found, and a hint that says what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// What was found.
    pub sentence: String,
    /// What to do about it.
    pub hint: String,
}

/// Explains a fault.
#[must_use]
pub fn explain(fault: &Fault, lang: Lang) -> Explanation {
    let about = fault.name().map(|name| detail(name, lang));
    let mut args = FluentArgs::with_capacity(2);
    args.set("about", about.as_deref().filter(|name| !name.is_empty()).unwrap_or("none"));
    args.set("pointer", fault.pointer().unwrap_or_default());
    let id = message_id(fault.code());
    let text = |attribute| texts::format(lang, &id, attribute, Some(&args));
    Explanation {
        // A code without a text cannot be (a test proves it); should it be, the code itself is better than nothing.
        sentence: text(None).unwrap_or_else(|| fault.to_string()),
        hint: text(Some("hint")).unwrap_or_default(),
    }
}

/// The short sentence for a check that has no fault to explain.
#[must_use]
pub fn check_result(check: CheckId, result: CheckResult, lang: Lang) -> String {
    let attribute = match result {
        CheckResult::Pass => "pass",
        CheckResult::Fail => "fail",
        CheckResult::NotChecked => "not-checked",
        CheckResult::Undetermined => "undetermined",
    };
    texts::format(lang, check_message(check), Some(attribute), None).unwrap_or_default()
}

/// The name of a check, for a table's first column.
#[must_use]
pub fn check_name(check: CheckId, lang: Lang) -> String {
    texts::format(lang, check_message(check), None, None).unwrap_or_default()
}

/// The name of an outcome: one or two words.
#[must_use]
pub fn outcome_name(outcome: Outcome, lang: Lang) -> String {
    texts::format(lang, outcome_message(outcome), None, None).unwrap_or_default()
}

/// What an outcome means, in one sentence.
#[must_use]
pub fn outcome_sentence(outcome: Outcome, lang: Lang) -> String {
    texts::format(lang, outcome_message(outcome), Some("sentence"), None).unwrap_or_default()
}

/// What ties showings together, in one sentence.
#[must_use]
pub fn link_sentence(kind: LinkKind, lang: Lang) -> String {
    texts::format(lang, &format!("link-{}", kind.as_str()), None, None).unwrap_or_default()
}

/// What can be done about it.
#[must_use]
pub fn link_advice(kind: LinkKind, lang: Lang) -> String {
    texts::format(lang, &format!("link-{}", kind.as_str()), Some("advice"), None).unwrap_or_default()
}

/// What a whole linkability report comes to, in one sentence; `None` for a report without a reason.
#[must_use]
pub fn linkability_sentence(strength: Option<Strength>, lang: Lang) -> String {
    let name = strength.map_or("unlinkable", Strength::as_str);
    texts::format(lang, &format!("linkability-{name}"), None, None).unwrap_or_default()
}

/// The Fluent id of a code: its text with `-` for `.`.
fn message_id(code: Code) -> String {
    code.as_str().replace('.', "-")
}

const fn check_message(check: CheckId) -> &'static str {
    match check {
        CheckId::Structure => "check-structure",
        CheckId::Contexts => "check-contexts",
        CheckId::Proof => "check-proof",
        CheckId::KeyAuthorized => "check-key-authorized",
        CheckId::Validity => "check-validity",
        CheckId::Status => "check-status",
        CheckId::Schema => "check-schema",
        CheckId::Resources => "check-resources",
        CheckId::IssuerTrusted => "check-issuer-trusted",
        CheckId::HolderBinding => "check-holder-binding",
        CheckId::Audience => "check-audience",
        CheckId::EvidenceAge => "check-evidence-age",
    }
}

const fn outcome_message(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accept => "outcome-accept",
        Outcome::Reject => "outcome-reject",
        Outcome::Undetermined => "outcome-undetermined",
    }
}

/// The name that a fault is about, as it is read in this language.
///
/// Most names are terms, URLs and limits, which no language changes. Some are short English notes, alone or behind a
/// member's name (`validUntil: not a date`); French has its own words for those.
fn detail(name: &str, lang: Lang) -> String {
    if let Some(note) = age_note(name, lang) {
        return note;
    }
    match lang {
        Lang::En => name.to_owned(),
        Lang::Fr => french(name).unwrap_or_else(|| name.to_owned()),
    }
}

/// The French of a name that is an English note, or has one before or behind a colon; `None` if it has nothing English.
fn french(name: &str) -> Option<String> {
    // A single word is a term or a member, unless it is this one.
    if let Some(note) = note(name).filter(|_| name.contains(' ') || name == "missing") {
        return Some(note);
    }
    let (before, behind) = name.split_once(": ")?;
    let parts = (note(before).filter(|_| before.contains(' ')), french(behind).or_else(|| note(behind)));
    if parts == (None, None) {
        return None;
    }
    let (before, behind) = (parts.0.unwrap_or_else(|| before.to_owned()), parts.1.unwrap_or_else(|| behind.to_owned()));
    Some(format!("{before}\u{a0}: {behind}"))
}

/// `https://a.example/status/1: 227639 s > 86400 s`, in the units in which people count.
fn age_note(name: &str, lang: Lang) -> Option<String> {
    let (id, seconds) = name.rsplit_once(": ")?;
    let (age, limit) = seconds.strip_suffix(" s")?.split_once(" s > ")?;
    let (age, limit): (i64, i64) = (age.parse().ok()?, limit.parse().ok()?);
    let mut args = FluentArgs::with_capacity(3);
    args.set("id", id);
    args.set("age", duration(age, |count, unit| count >= 2 && count * unit > limit, lang)?);
    args.set("limit", duration(limit, |count, unit| count >= 1 && count * unit == limit, lang)?);
    texts::format(lang, "evidence-age", None, Some(&args))
}

/// A duration in the largest unit that fits.
fn duration(seconds: i64, fits: impl Fn(i64, i64) -> bool, lang: Lang) -> Option<String> {
    const UNITS: [(&str, i64); 3] = [("days", 86_400), ("hours", 3_600), ("minutes", 60)];
    let (name, unit) = UNITS.into_iter().find(|(_, unit)| fits(seconds / unit, *unit)).unwrap_or(("seconds", 1));
    let mut args = FluentArgs::with_capacity(2);
    args.set("unit", name);
    args.set("n", seconds / unit);
    texts::format(lang, "duration", None, Some(&args))
}

/// The French for an English note, under `note-` and its letters and digits; or with `n` for each number, which the text then
/// takes as `$n1`, `$n2` and so on.
fn note(text: &str) -> Option<String> {
    let id = |numbers: &mut dyn FnMut(&str) -> bool| {
        let mut id = String::with_capacity(text.len() + 5);
        id.push_str("note");
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            id.push('-');
            if numbers(word) {
                id.push('n');
            } else {
                id.push_str(&word.to_ascii_lowercase());
            }
        }
        id
    };
    if let Some(note) = texts::format(Lang::Fr, &id(&mut |_| false), None, None) {
        return Some(note);
    }
    let mut args = FluentArgs::with_capacity(2);
    let mut count = 0;
    let id = id(&mut |word| {
        let is_number = word.bytes().all(|b| b.is_ascii_digit());
        if is_number {
            count += 1;
            args.set(format!("n{count}"), word.to_owned());
        }
        is_number
    });
    texts::format(Lang::Fr, &id, None, Some(&args)).filter(|_| count > 0)
}

#[cfg(test)]
mod tests;
