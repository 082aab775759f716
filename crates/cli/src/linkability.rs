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

fn page(report: &Linkability, terminal: &Terminal, paint: impl Fn(Style, &str) -> String) -> String {
    let lang = terminal.lang();
    let (style, mark) = look(report.strength());
    let mut page = format!("{}\n", paint(style, &format!("{mark} {}", report.sentence(lang))));
    let word = |strength: Strength| terminal.text(&format!("link-strength-{}", strength.as_str()));
    let width = report.links().iter().map(|link| word(link.strength).chars().count()).max().unwrap_or(0);
    for link in report.links() {
        let (style, _) = look(Some(link.strength));
        let word = word(link.strength);
        let space = " ".repeat(width.saturating_sub(word.chars().count()));
        let place = match link.pointer.as_str() {
            "" => String::new(),
            pointer => format!(" ({})", printable(pointer)),
        };
        page.push_str(&format!("  {}{space}  {}{place}\n", paint(style, &word), link.sentence(lang)));
        page.push_str(&format!("  {}  → {}\n", " ".repeat(width), link.advice(lang)));
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
