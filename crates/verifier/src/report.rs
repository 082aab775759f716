//! A verdict, for people and for programs.

use std::fmt::Write as _;

use tamarack::Verdict;
use tamarack::encoding::multibase64url_encode;
use tamarack::json::{Value, to_string};
use tamarack::messages::{Lang, check_result, explain};
use tamarack::proof::ShownPseudonym;
use tamarack::trust::TrustList;
use tamarack::verify::{Check, CheckResult, Outcome};
use tamarack_cli::{Failure, Style, Terminal, linkability_answer, linkability_line, printable};
use tamarack_net::Missed;

use crate::inspect::Summary;
use crate::{sources, values};

/// What there is to report.
pub(crate) struct Report<'r> {
    pub(crate) verdict: &'r Verdict,
    pub(crate) missed: &'r [Missed],
    pub(crate) input: &'r [u8],
    pub(crate) trust: Option<&'r TrustList>,
    /// Whether the values of the claims are shown: they are personal data, and a terminal or a log remembers them.
    pub(crate) claims: bool,
    /// Whether everything that ties showings together is told, with what an issuer or a holder can do about it: whoever
    /// stands at a counter can do nothing about it, and needs the answer alone.
    pub(crate) linkability: bool,
}

impl Report<'_> {
    /// The verdict as the contract says, and beside it what could not be fetched.
    pub(crate) fn to_json(&self, terminal: &Terminal) -> Result<serde_json::Value, Failure> {
        let mut value = serde_json::to_value(self.verdict)
            .map_err(|error| Failure::new(tamarack_cli::Exit::Internal, "output.failed").because(&error.into()))?;
        let missed = self.missed.iter().map(|missed| {
            let failure = sources::unavailable(&missed.need.id, &missed.error);
            let mut said = failure.to_json(terminal.texts());
            serde_json::json!({
                "kind": missed.need.kind,
                "id": missed.need.id,
                "code": missed.error.code(),
                "message": said.pointer_mut("/error/message").map(serde_json::Value::take),
            })
        });
        let missed = missed.collect();
        if let Some(object) = value.as_object_mut() {
            object.insert("unfetched".to_owned(), serde_json::Value::Array(missed));
            if let (true, Some(proved)) = (self.claims, object.get_mut("proved").and_then(|all| all.as_array_mut())) {
                for (credential, found) in proved.iter_mut().zip(self.verdict.proved()) {
                    let values = found.claims.iter().map(|claim| (claim.pointer.clone(), claim.value.to_serde()));
                    if let Some(members) = credential.as_object_mut() {
                        members.insert("values".to_owned(), serde_json::Value::Object(values.collect()));
                        if let Some(pseudonym) = &found.pseudonym {
                            members.insert("pseudonym".to_owned(), text_of(pseudonym).into());
                        }
                    }
                }
            }
        }
        Ok(value)
    }
}

/// The verdict as a page of text.
pub(crate) fn human(report: &Report<'_>, terminal: &Terminal) -> String {
    let mut page = String::new();
    headline(report, terminal, &mut page);
    checks(report.verdict.checks(), terminal, &mut page);
    proved(report, terminal, &mut page);
    evidence(report, terminal, &mut page);
    page
}

fn headline(report: &Report<'_>, terminal: &Terminal, page: &mut String) {
    let (style, mark, id) = match report.verdict.outcome() {
        Outcome::Accept => (Style::Good, "✓", "outcome-accept"),
        Outcome::Reject => (Style::Bad, "✗", "outcome-reject"),
        Outcome::Undetermined => (Style::Unsure, "?", "outcome-undetermined"),
    };
    line(page, &terminal.paint(style, &format!("{mark} {}", terminal.text(id))));
    // What the input says of itself: shown so that a person sees what was judged.
    let summary = Summary::of(report.input);
    let types = summary.types.join(", ");
    if let Some(issuer) = &summary.issuer {
        let known = report.trust.and_then(|list| list.issuer(issuer)).map(|trusted| match terminal.lang() {
            Lang::En => trusted.name.en.clone(),
            Lang::Fr => trusted.name.fr.clone(),
        });
        let issuer = known.map_or_else(|| issuer.clone(), |name| format!("{name} ({issuer})"));
        let says = terminal.format("says-credential", &[("types", types.into()), ("issuer", issuer.into())]);
        line(page, &format!("  {says}"));
    } else if !types.is_empty() {
        line(page, &format!("  {}", printable(&types)));
    }
    line(page, "");
}

fn checks(checks: &[Check], terminal: &Terminal, page: &mut String) {
    let name = |check: &Check| terminal.text(&format!("check-{}", id_of(check)));
    let width = checks.iter().map(|check| name(check).chars().count()).max().unwrap_or(0);
    let word_width = ["pass", "fail", "unknown", "skip"]
        .iter()
        .map(|word| terminal.text(&format!("result-{word}")).chars().count())
        .max()
        .unwrap_or(0);
    let mut subject = "";
    for check in checks {
        // A check of one proof belongs to the document that the proof is in.
        let owner = check.subject.split("/proof").next().unwrap_or_default();
        if owner != subject {
            subject = owner;
            let title =
                if subject.is_empty() { terminal.text("subject-whole") } else { printable(subject).into_owned() };
            line(page, &terminal.paint(Style::Strong, &title));
        }
        let (style, mark, word) = match check.result {
            CheckResult::Pass => (Style::Good, "✓", "result-pass"),
            CheckResult::Fail => (Style::Bad, "✗", "result-fail"),
            CheckResult::Undetermined => (Style::Unsure, "?", "result-unknown"),
            CheckResult::NotChecked => (Style::Quiet, "–", "result-skip"),
        };
        let word = pad(&terminal.text(word), word_width);
        let sentence = match &check.fault {
            Some(fault) => explain(fault, terminal.lang()).sentence,
            None => check_result(check.id, check.result, terminal.lang()),
        };
        let mark = terminal.paint(style, &format!("{mark} {word}"));
        let mut row = format!("{mark}  {}  {}", pad(&name(check), width), printable(&sentence));
        if let Some(code) = check.code() {
            let _ = write!(row, " [{code}]");
        }
        line(page, row.trim_end());
        if let Some(fault) = &check.fault {
            let inset = " ".repeat(word_width + width + 6);
            if let Some(pointer) = fault.pointer().filter(|pointer| !pointer.is_empty()) {
                line(page, &format!("{inset}{}", terminal.place(pointer)));
            }
            let hint = explain(fault, terminal.lang()).hint;
            if !hint.is_empty() && check.result != CheckResult::Pass {
                line(page, &format!("{inset}→ {}", printable(&hint)));
            }
        }
    }
}

/// What each credential of an accepted input proved, and by what such showings could be tied together.
fn proved(report: &Report<'_>, terminal: &Terminal, page: &mut String) {
    for credential in report.verdict.proved() {
        line(page, "");
        let title = terminal.format("heading-proved", &[("proofs", credential.proofs.join(", ").into())]);
        line(page, &terminal.paint(Style::Strong, &title));
        if !credential.pointer.is_empty() {
            line(page, &format!("  {}", terminal.place(&credential.pointer)));
        }
        if report.claims {
            let long = credential.claims.iter().map(|claim| claim.pointer.chars().count()).max().unwrap_or(0);
            for claim in &credential.claims {
                line(page, &format!("  {}  {}", pad(&printable(&claim.pointer), long), preview(&claim.value)));
            }
        } else {
            let names: Vec<&str> =
                credential.claims.iter().filter_map(|claim| about_a_person(&claim.pointer)).collect();
            line(page, &format!("  {}", terminal.labelled(&terminal.text("label-claims"), &names.join(", "))));
        }
        if let Some(pseudonym) = &credential.pseudonym {
            let label = terminal.format("label-pseudonym", &[("domain", pseudonym.domain.as_str().into())]);
            // It stands for a person: a terminal and a log remember it.
            let said = if report.claims { text_of(pseudonym) } else { terminal.text("pseudonym-hidden") };
            line(page, &format!("  {}", terminal.labelled(&label, &said)));
        }
        match report.linkability {
            true => page.push_str(&linkability_answer(&credential.linkability, terminal)),
            false => page.push_str(&linkability_line(&credential.linkability, terminal)),
        }
    }
}

/// A pseudonym as text: the same text is the same holder, at one verifier.
fn text_of(pseudonym: &ShownPseudonym) -> String {
    multibase64url_encode(&pseudonym.bytes)
}

/// The short name of what a credential says of its subject; `None` for what it says of itself.
fn about_a_person(pointer: &str) -> Option<&str> {
    const FRAME: [&str; 24] = [
        "@context",
        "type",
        "id",
        "issuer",
        "validFrom",
        "validUntil",
        "issuanceDate",
        "expirationDate",
        "credentialStatus",
        "credentialSchema",
        "termsOfUse",
        "refreshService",
        "proof",
        "iss",
        "sub",
        "iat",
        "nbf",
        "exp",
        "vct",
        "vct#integrity",
        "cnf",
        "status",
        "jti",
        "_sd_alg",
    ];
    let path = pointer.strip_prefix('/')?;
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match (first, rest) {
        ("credentialSubject", "id" | "type" | "") => None,
        ("credentialSubject", claim) if claim.starts_with("type/") => None,
        ("credentialSubject", claim) => Some(claim),
        (first, _) if FRAME.contains(&first) => None,
        _ => Some(path),
    }
}

/// A value on one line, safe for a terminal and cut where it is long.
fn preview(value: &Value<'_>) -> String {
    const LONGEST: usize = 80;
    let text = value.as_str().map_or_else(|| to_string(value), str::to_owned);
    let cut: String = text.chars().take(LONGEST).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{}{more}", printable(&cut))
}

fn evidence(report: &Report<'_>, terminal: &Terminal, page: &mut String) {
    if !report.verdict.evidence().is_empty() {
        line(page, "");
        line(page, &terminal.paint(Style::Strong, &terminal.text("heading-evidence")));
        for piece in report.verdict.evidence() {
            let kind = terminal.text(&format!("kind-{}", sources::kind_name(piece.kind)));
            let age = values::age(piece.age_seconds, terminal);
            line(page, &format!("  {}", terminal.labelled(&format!("{kind} {}", piece.id), &age)));
        }
    }
    if !report.missed.is_empty() {
        line(page, "");
        line(page, &terminal.paint(Style::Strong, &terminal.text("heading-unfetched")));
        for missed in report.missed {
            let kind = terminal.text(&format!("kind-{}", sources::kind_name(missed.need.kind)));
            let failure = sources::unavailable(&missed.need.id, &missed.error);
            let sentence = failure.explain(terminal.texts()).sentence;
            let said = terminal.labelled(&format!("{kind} {}", missed.need.id), &sentence);
            line(page, &format!("  {said} [{}]", failure.code()));
        }
    }
}

/// A check's id as it stands in JSON.
fn id_of(check: &Check) -> String {
    serde_json::to_value(check.id).ok().and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default()
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.chars().count())))
}

fn line(page: &mut String, text: &str) {
    page.push_str(text);
    page.push('\n');
}

#[cfg(test)]
mod tests {
    use super::about_a_person;

    #[test]
    fn only_what_is_said_of_a_person_is_named() {
        for (pointer, name) in [
            ("/credentialSubject/ageOver19", Some("ageOver19")),
            ("/credentialSubject/address/street", Some("address/street")),
            ("/birthdate", Some("birthdate")),
            ("/credentialSubject/id", None),
            ("/credentialSubject/type/0", None),
            ("/credentialSubject/typeOfCard", Some("typeOfCard")),
            ("/@context/0", None),
            ("/issuer/id", None),
            ("/exp", None),
            ("", None),
        ] {
            assert_eq!(about_a_person(pointer), name, "{pointer}");
        }
    }
}
