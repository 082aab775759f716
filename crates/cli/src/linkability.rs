//! A linkability report, for people.

use tamarack::present::{Linkability, Strength};

use crate::{Style, Terminal, printable};

/// What ties a showing to others, and what can be done about it, line by line: for stderr, where talk belongs, in its
/// colours.
#[must_use]
pub fn linkability_page(report: &Linkability, terminal: &Terminal) -> String {
    page(report, terminal, |style, text| terminal.paint_talk(style, text))
}

/// The same for stdout, where it is an answer.
#[must_use]
pub fn linkability_answer(report: &Linkability, terminal: &Terminal) -> String {
    page(report, terminal, |style, text| terminal.paint(style, text))
}

/// The whole report in one line, for those who asked something else.
#[must_use]
pub fn linkability_line(report: &Linkability, terminal: &Terminal) -> String {
    headline(report, terminal, |style, text| terminal.paint(style, text))
}

fn headline(report: &Linkability, terminal: &Terminal, paint: impl Fn(Style, &str) -> String) -> String {
    let (style, mark) = look(report.strength());
    format!("{}\n", paint(style, &format!("{mark} {}", report.sentence(terminal.lang()))))
}

/// Links of one strength with one advice, and what they are with their places.
struct Group {
    strength: Strength,
    advice: String,
    sentences: Vec<(String, Vec<String>)>,
}

/// The gravest first, each advice and each sentence once: an issuer has thirty claims and does one thing about them.
fn groups(report: &Linkability, terminal: &Terminal) -> Vec<Group> {
    let lang = terminal.lang();
    let mut groups: Vec<Group> = Vec::new();
    for link in report.links() {
        let (strength, advice, sentence) = (link.strength, link.advice(lang), link.sentence(lang));
        let known = groups.iter().position(|group| group.strength == strength && group.advice == advice);
        let at = known.unwrap_or(groups.len());
        if known.is_none() {
            groups.push(Group { strength, advice, sentences: Vec::new() });
        }
        let Some(group) = groups.get_mut(at) else { continue };
        let place = printable(&link.pointer).into_owned();
        match group.sentences.iter_mut().find(|(known, _)| *known == sentence) {
            Some((_, places)) => places.push(place),
            None => group.sentences.push((sentence, vec![place])),
        }
    }
    groups
}

fn page(report: &Linkability, terminal: &Terminal, paint: impl Fn(Style, &str) -> String) -> String {
    let mut page = headline(report, terminal, &paint);
    let word = |strength: Strength| terminal.text(&format!("link-strength-{}", strength.as_str()));
    let groups = groups(report, terminal);
    let width = groups.iter().map(|group| word(group.strength).chars().count()).max().unwrap_or(0);
    for group in &groups {
        let (style, _) = look(Some(group.strength));
        let word = word(group.strength);
        let space = " ".repeat(width.saturating_sub(word.chars().count()));
        for (sentence, places) in &group.sentences {
            let places: Vec<&str> = places.iter().map(String::as_str).filter(|place| !place.is_empty()).collect();
            let places = if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
            page.push_str(&format!("  {}{space}  {sentence}{places}\n", paint(style, &word)));
        }
        page.push_str(&format!("  {}  → {}\n", " ".repeat(width), group.advice));
    }
    page
}

const fn look(strength: Option<Strength>) -> (Style, &'static str) {
    match strength {
        None => (Style::Good, "✓"),
        Some(Strength::Certain) => (Style::Bad, "!"),
        Some(_) => (Style::Unsure, "~"),
    }
}
