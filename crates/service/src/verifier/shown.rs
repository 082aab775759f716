//! A result in the words of a page.

use serde_json::Value;
use tamarack::messages::Lang;

use super::ask::{Ask, Bilingual, Handling, Unit};
use super::result::{Outcomes, Shown, Why};
use crate::pages::Words;

/// One check on a page.
pub(super) struct ShownCheck {
    /// `pass`, `fail`, `undetermined` or `skip`.
    pub(super) mark: &'static str,
    pub(super) name: String,
    pub(super) word: String,
    pub(super) sentence: String,
    pub(super) hint: String,
    pub(super) code: String,
}

/// The checks of one credential.
pub(super) struct Group {
    pub(super) title: String,
    /// Whether they are shown at once: what went wrong is, what went well can be looked up.
    pub(super) open: bool,
    pub(super) checks: Vec<ShownCheck>,
}

/// One claim on a page.
pub(super) struct ShownClaim {
    pub(super) label: String,
    pub(super) value: String,
}

/// One thing that the relying party says of what becomes of the answer.
pub(super) struct Fact {
    pub(super) term: String,
    pub(super) lines: Vec<String>,
    /// Where its one line leads; empty for nowhere.
    pub(super) link: String,
}

/// What the relying party says of what becomes of the answer; what it does not say is left out.
pub(super) fn handling(of: &Handling, words: Words) -> Vec<Fact> {
    let kept = match of.retention {
        None => words.get("start-kept-nothing"),
        Some(retention) if retention.count == 0 => words.get("start-kept-not-at-all"),
        Some(retention) => {
            let id = match retention.unit {
                Unit::Hours => "start-kept-hours",
                Unit::Days => "start-kept-days",
                Unit::Weeks => "start-kept-weeks",
                Unit::Months => "start-kept-months",
                Unit::Years => "start-kept-years",
            };
            words.with(id, "count", retention.count)
        }
    };
    let mut facts = vec![Fact { term: words.get("start-kept"), lines: vec![kept], link: String::new() }];
    let mut texts = |id: &str, all: &[Bilingual]| {
        let lines: Vec<String> = all.iter().map(|text| text.get(words.0).to_owned()).collect();
        if !lines.is_empty() {
            facts.push(Fact { term: words.get(id), lines, link: String::new() });
        }
    };
    texts("start-stored", &of.storage_locations);
    texts("start-recipients", &of.recipients);
    texts("start-law", of.jurisdiction.as_slice());
    let mut link = |id: &str, text: String, link: String| {
        facts.push(Fact { term: words.get(id), lines: vec![text], link });
    };
    for (id, address) in [("start-withdrawal", &of.withdrawal), ("start-notice", &of.privacy_notice)] {
        if let Some(address) = address {
            let address = address.get(words.0).to_owned();
            link(id, address.clone(), address);
        }
    }
    if let Some(contact) = &of.contact {
        link("start-contact", contact.clone(), format!("mailto:{contact}"));
    }
    facts
}

/// The heading and the sentence of an outcome.
pub(super) fn headline(result: &Outcomes, ask: &Ask, words: Words) -> (String, String) {
    match (result.outcome.as_str(), ask.age_over) {
        ("accept", Some(age)) => (words.get("result-accept"), words.with("result-accept-age", "age", age)),
        ("accept", None) => (words.get("result-accept"), words.get("result-accept-text")),
        ("undetermined", _) => (words.get("result-undetermined"), words.get("result-undetermined-text")),
        ("refused", _) => (words.get("result-refused"), words.get("result-refused-text")),
        _ => (words.get("result-reject"), words.get("result-reject-text")),
    }
}

/// The checks, credential by credential.
pub(super) fn groups(result: &Outcomes, words: Words) -> Vec<Group> {
    let several = result.presentations.len() > 1;
    let mut groups = Vec::new();
    for (number, shown) in (1_u32..).zip(&result.presentations) {
        let title =
            if several { words.with("result-credential", "number", number) } else { words.get("result-checks") };
        let open = shown.outcome != "accept";
        groups.push(Group { title, open, checks: checks(shown, words) });
    }
    if let (Some(why), true) = (&result.refusal, result.presentations.iter().all(|shown| shown.refusal.is_none())) {
        let mut check = refusal(why, words);
        if result.outcome == "undetermined" {
            (check.mark, check.word) = ("undetermined", words.get("result-unknown"));
        }
        groups.insert(0, Group { title: words.get("result-checks"), open: true, checks: vec![check] });
    }
    groups
}

fn checks(shown: &Shown, words: Words) -> Vec<ShownCheck> {
    let lang = match words.0 {
        Lang::En => "en",
        Lang::Fr => "fr",
    };
    let text = |check: &Value, member: &str| {
        check.get(member).and_then(|both| both.get(lang)).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut out: Vec<ShownCheck> = Vec::new();
    for check in shown.checks.as_array().into_iter().flatten() {
        let (mark, word) = match check.get("result").and_then(Value::as_str) {
            Some("pass") => ("pass", "result-pass"),
            Some("fail") => ("fail", "result-fail"),
            Some("undetermined") => ("undetermined", "result-unknown"),
            _ => ("skip", "result-skip"),
        };
        let id = check.get("id").cloned().and_then(|id| check_name(&id, words.0)).unwrap_or_default();
        // A presentation and the credential in it have checks of one name: a page has a line for each name.
        if mark != "fail" && out.iter().any(|known| known.name == id && rank(known.mark) <= rank(mark)) {
            continue;
        }
        out.retain(|known| known.name != id || rank(known.mark) <= rank(mark));
        let code = check.get("code").and_then(Value::as_str);
        // What passed or was not needed says enough with its name.
        let telling = matches!(mark, "fail" | "undetermined");
        out.push(ShownCheck {
            mark,
            name: id,
            word: words.get(word),
            sentence: if telling { text(check, "message") } else { String::new() },
            hint: if telling { text(check, "hint") } else { String::new() },
            code: code.filter(|_| telling).map(|code| words.with("result-code", "code", code)).unwrap_or_default(),
        });
    }
    // A rule of the protocol says it in other words, where no check does.
    if !out.iter().any(|check| check.mark == "fail") {
        out.extend(shown.refusal.iter().map(|why| refusal(why, words)));
    }
    out.sort_by_key(|check| rank(check.mark));
    out
}

/// What went wrong first; otherwise in the order in which the checks were made.
fn rank(mark: &str) -> u8 {
    match mark {
        "fail" => 0,
        "undetermined" => 1,
        "pass" => 2,
        _ => 3,
    }
}

fn check_name(id: &Value, lang: Lang) -> Option<String> {
    use tamarack::CheckId as Id;
    let all = [
        Id::Structure,
        Id::Contexts,
        Id::Proof,
        Id::KeyAuthorized,
        Id::Validity,
        Id::Status,
        Id::Schema,
        Id::Resources,
        Id::IssuerTrusted,
        Id::HolderBinding,
        Id::Audience,
        Id::EvidenceAge,
    ];
    let known = all.into_iter().find(|known| serde_json::to_value(known).is_ok_and(|known| known == *id))?;
    Some(tamarack::messages::check_name(known, lang))
}

fn refusal(why: &Why, words: Words) -> ShownCheck {
    let sentence = match why.about.as_str() {
        "credentials" | "vp_token" => "result-refusal-credentials",
        "claims" => "result-refusal-claims",
        "values" => "result-refusal-values",
        "meta" => "result-refusal-meta",
        "trusted_authorities" => "result-refusal-issuer",
        "nonce" | "aud" | "holder_binding" => "result-refusal-binding",
        "transaction_data" => "result-refusal-transaction",
        "id_token" | "iss" | "sub" | "sub_jwk" | "kid" | "signature" | "exp" | "iat" => "result-refusal-id-token",
        _ => "result-refusal-other",
    };
    ShownCheck {
        mark: "fail",
        name: words.get(sentence),
        word: words.get("result-fail"),
        sentence: String::new(),
        hint: String::new(),
        code: String::new(),
    }
}

/// The claims, if the ask shows them on the page.
pub(super) fn claims(result: &Outcomes, ask: &Ask, lang: Lang) -> Vec<ShownClaim> {
    let proved = result.presentations.iter().filter_map(|shown| shown.proved.as_ref());
    let mut out = Vec::new();
    let subject = result.id_token.iter().filter(|_| ask.show_claims).filter_map(|signed_in| signed_in.subject.clone());
    out.extend(subject.map(|value| ShownClaim { label: Words(lang).get("result-subject"), value }));
    let pseudonyms =
        proved.clone().filter(|_| ask.show_claims && ask.pseudonym).filter_map(|one| one.pseudonym.clone());
    let mut pseudonyms: Vec<String> = pseudonyms.collect();
    pseudonyms.dedup();
    out.extend(pseudonyms.into_iter().map(|value| ShownClaim { label: Words(lang).get("result-pseudonym"), value }));
    for claim in proved.flat_map(|proved| &proved.claims).filter(|_| ask.show_claims) {
        let steps = claim.path.as_array().map(Vec::as_slice).unwrap_or_default();
        let key = steps.iter().rev().find_map(Value::as_str).unwrap_or_default();
        let values: Vec<String> = claim.values.iter().map(|value| plain(value, lang)).collect();
        out.push(ShownClaim { label: ask.label(key, lang), value: values.join(", ") });
    }
    out
}

fn plain(value: &Value, lang: Lang) -> String {
    match (value, lang) {
        (Value::String(text), _) => text.clone(),
        (Value::Bool(true), Lang::En) => "yes".to_owned(),
        (Value::Bool(false), Lang::En) => "no".to_owned(),
        (Value::Bool(true), Lang::Fr) => "oui".to_owned(),
        (Value::Bool(false), Lang::Fr) => "non".to_owned(),
        (other, _) => other.to_string(),
    }
}
