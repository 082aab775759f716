//! `disclosable`: what a credential holds, and what of it can be shown by itself.

use clap::ArgMatches;
use serde_json::json;
use tamarack::json::{Value, to_string};
use tamarack::present::{Disclosable, Exposure};
use tamarack_cli::{Exit, Failure, Style, Terminal, printable};

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let held = crate::held(matches)?;
    let claims = held.disclosable();
    if terminal.json() {
        let mut answer = json!({"suite": held.suite(), "divisible": held.is_divisible(), "claims": claims});
        if let (true, Some(members)) = (held.is_bound(), answer.as_object_mut()) {
            members.insert("bound".to_owned(), json!({"pseudonym": held.shows_pseudonym()}));
        }
        terminal.json_line(&answer)?;
        return Ok(Exit::Ok);
    }
    let sentence = if held.is_divisible() { "disclosable-part" } else { "disclosable-whole" };
    terminal.say(&terminal.format(sentence, &[("suite", held.suite().into())]));
    if held.is_bound() {
        terminal.say(&terminal.text(if held.shows_pseudonym() {
            "disclosable-pseudonym"
        } else {
            "disclosable-bound"
        }));
    }
    terminal.write(page(&claims, terminal).as_bytes())?;
    Ok(Exit::Ok)
}

/// One line for each claim: how it may be shown, where it is, what it says.
fn page(claims: &[Disclosable], terminal: &Terminal) -> String {
    let word = |claim: &Disclosable| terminal.text(word_of(claim.exposure));
    let width = claims.iter().map(|claim| word(claim).chars().count()).max().unwrap_or(0);
    let long = claims.iter().map(|claim| claim.pointer.chars().count()).max().unwrap_or(0);
    let mut page = String::new();
    for claim in claims {
        let style = if claim.exposure == Exposure::Choice { Style::Good } else { Style::Quiet };
        let word = terminal.paint(style, &pad(&word(claim), width));
        page.push_str(&format!("{word}  {}  {}\n", pad(&printable(&claim.pointer), long), preview(&claim.value)));
    }
    page
}

const fn word_of(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::Mandatory => "exposure-mandatory",
        Exposure::Always => "exposure-always",
        Exposure::Along => "exposure-along",
        _ => "exposure-choice",
    }
}

/// A value on one line, safe for a terminal and cut where it is long (a portrait).
pub(crate) fn preview(value: &Value<'_>) -> String {
    const LONGEST: usize = 80;
    let text = value.as_str().map_or_else(|| to_string(value), str::to_owned);
    let cut: String = text.chars().take(LONGEST).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{}{more}", printable(&cut))
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.chars().count())))
}
