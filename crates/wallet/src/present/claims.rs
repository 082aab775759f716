//! One claim as the person sees it: what it is called, what it says, and whether the verifier has it already.

use tamarack::Timestamp;
use tamarack::json::Value;
use tamarack::messages::Lang;
use tamarack::present::{Disclosable, Exposure, Held};

use tamarack_openid4vc::vp::dcql::{Candidate, CredentialQuery, Reading};

use crate::texts;
use crate::words::{self, Label};

/// A claim that would be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimView {
    /// Its JSON pointer into the credential.
    pub pointer: String,
    /// How it is called.
    pub name: String,
    /// What it says, on one line and cut where it is long.
    pub value: String,
    /// Whether it says yes or no and nothing else.
    pub is_plain: bool,
    /// Whether the verifier asked for it; if not, it cannot be kept back.
    pub asked: bool,
    /// When it was shown to this verifier last, if ever.
    pub shown_before: Option<Timestamp>,
    /// All of that in a sentence, for a screen reader.
    pub label: String,
}

/// What is shown of the workings of a credential and says nothing of the person: contexts, types, the issuer, the proof's place in
/// a status list. It is in the linkability report where it ties showings together.
fn is_frame(held: &Held, claim: &Disclosable) -> bool {
    let first = claim.pointer.split('/').nth(1).unwrap_or_default();
    let token =
        ["iss", "vct", "vct#integrity", "cnf", "status", "iat", "nbf", "exp", "_sd_alg", "sub", "jti", "aka_vcts"];
    match held.document().contains_key("vct") {
        true => token.contains(&first),
        false => {
            // What names an object comes along with what is in it.
            first != "credentialSubject"
                || claim.pointer.ends_with("/type")
                || claim.pointer.split('/').rev().nth(1).is_some_and(|step| step == "type")
                || claim.pointer == "/credentialSubject/id"
        }
    }
}

/// The claims of a showing, those that were asked for first. `asked` are the pointers that the query selected; `before` says when a
/// claim was shown to the same verifier.
pub(super) fn views(
    held: &Held,
    shows: &[Disclosable],
    asked: &[String],
    labels: &[Label],
    before: &dyn Fn(&str) -> Option<Timestamp>,
    lang: Lang,
) -> Vec<ClaimView> {
    let is_asked = |pointer: &str| {
        asked.iter().any(|one| !one.is_empty() && (pointer == one || pointer.starts_with(&format!("{one}/"))))
    };
    let mut views: Vec<ClaimView> = shows
        .iter()
        .filter(|claim| !is_frame(held, claim) || is_asked(&claim.pointer) && claim.exposure == Exposure::Choice)
        .map(|claim| {
            let asked = is_asked(&claim.pointer);
            let mut view = ClaimView {
                name: words::claim_name(&claim.pointer, labels, lang),
                value: words::preview(&claim.value, lang),
                is_plain: matches!(claim.value, Value::Bool(_)),
                asked,
                shown_before: before(&claim.pointer),
                pointer: claim.pointer.clone(),
                label: String::new(),
            };
            view.label = label(&view, lang);
            view
        })
        .collect();
    views.sort_by_key(|view| !view.asked);
    views
}

fn label(view: &ClaimView, lang: Lang) -> String {
    let mut label = texts::format(lang, "told-claim", &[("name", &view.name), ("value", &view.value)]);
    if !view.asked {
        label.push(' ');
        label.push_str(&texts::text(lang, "told-along"));
    }
    if let Some(at) = view.shown_before {
        let at = day(at);
        label.push(' ');
        label.push_str(&texts::format(lang, "told-before", &[("day", &at)]));
    }
    label
}

/// The day of a time, `2026-11-22` (ISO 8601, as Canadians of both languages write dates).
pub(crate) fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// The pointers that a query selects in a credential, of those that would be shown.
pub(super) fn asked_pointers(query: &CredentialQuery, candidate: &Candidate, held: &Held) -> Vec<String> {
    let whole = Value::Object(held.document().clone());
    let set = candidate.claim_set.and_then(|set| query.claim_sets.get(set));
    let is_meant = |id: Option<&String>| set.is_none_or(|set| id.is_some_and(|id| set.contains(id)));
    let claims = query.claims.iter().filter(|claim| is_meant(claim.id.as_ref()));
    let selected = claims.flat_map(|claim| claim.path.select(&whole, Reading::Exact));
    let pointers = selected.map(|selected| selected.pointer);
    pointers.filter(|pointer| !held.is_divisible() || candidate.pointers.contains(pointer)).collect()
}
