//! How claims and their values are called, for people: the issuer's own names first, then ours, then the name in the data made
//! readable.

use serde::{Deserialize, Serialize};
use tamarack::json::{Value, to_string};
use tamarack::messages::Lang;
use tamarack_openid4vc::vci::claims::{ClaimDescription, Step};
use tamarack_openid4vc::vci::display::Display;

use crate::credentials::Localized;
use crate::means::tags;
use crate::texts;

/// How a claim is called, as the issuer's metadata says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Label {
    /// The path to it: names, and `null` for every item of a list.
    pub(crate) path: Vec<Option<String>>,
    /// Its name.
    pub(crate) name: Localized,
}

impl Label {
    /// Whether a JSON pointer leads to this claim, or into it.
    pub(crate) fn is_for(&self, pointer: &str) -> bool {
        let mut steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
        !self.path.is_empty()
            && self.path.iter().all(|part| match (part, steps.next()) {
                (_, None) => false,
                (None, Some(step)) => step.bytes().all(|b| b.is_ascii_digit()),
                (Some(name), Some(step)) => *name == step,
            })
    }
}

/// Characters of a value that are shown before it is cut.
const PREVIEW: usize = 120;

/// The name of the claim at a pointer.
pub(crate) fn claim_name(pointer: &str, labels: &[Label], lang: Lang) -> String {
    let own = labels.iter().filter(|label| label.is_for(pointer)).max_by_key(|label| label.path.len());
    let last = last_name(pointer);
    if let Some(name) = own.and_then(|label| label.name.get(lang)) {
        // The label may be that of an object of which this is a part.
        let whole = own.is_some_and(|label| label.path.last().is_some_and(|part| part.as_deref() == Some(&last)));
        return if whole { name.to_owned() } else { format!("{name}: {}", known_name(&last, lang)) };
    }
    known_name(&last, lang)
}

/// The name of the claim at a pointer, in both languages.
pub(crate) fn both_names(pointer: &str, labels: &[Label]) -> Localized {
    let name = |lang| Some(claim_name(pointer, labels, lang));
    Localized { en: name(Lang::En), fr: name(Lang::Fr) }
}

fn known_name(name: &str, lang: Lang) -> String {
    let age = name.strip_prefix("ageOver").or_else(|| name.strip_prefix("age_over_"));
    if let Some(age) = age.filter(|age| !age.is_empty() && age.bytes().all(|b| b.is_ascii_digit())) {
        return texts::format(lang, "claim-age-over", &[("age", age)]);
    }
    // `given_name` and `givenName` are one.
    let plain: String = spaced(name).to_lowercase().replace(' ', "-");
    let id = format!("claim-{plain}");
    let known = texts::text(lang, &id);
    if known == id { spaced(name) } else { known }
}

/// The last name of a pointer that is no number.
fn last_name(pointer: &str) -> String {
    let steps = pointer.split('/').skip(1).filter(|step| !step.bytes().all(|b| b.is_ascii_digit()));
    steps.last().unwrap_or_default().replace("~1", "/").replace("~0", "~")
}

/// `birthDate` and `birth_date` as `Birth date`.
pub(crate) fn spaced(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before: Option<char> = None;
    let mut letters = name.chars().filter(|c| !c.is_control()).take(PREVIEW).peekable();
    while let Some(c) = letters.next() {
        let abbreviates = letters.peek().is_some_and(|next| next.is_uppercase());
        if c == '_' || c == '-' || c == ' ' {
            out.push(' ');
        } else if c.is_uppercase() && before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit()) {
            out.push(' ');
            if abbreviates { out.push(c) } else { out.extend(c.to_lowercase()) }
        } else if out.is_empty() {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        before = Some(c);
    }
    out
}

/// A value as a person reads it, on one line and cut where it is long.
pub(crate) fn preview(value: &Value<'_>, lang: Lang) -> String {
    let text = match value {
        Value::Bool(true) => return texts::text(lang, "value-yes"),
        Value::Bool(false) => return texts::text(lang, "value-no"),
        Value::Null => return texts::text(lang, "value-none"),
        Value::String(text) if text.starts_with("data:image/") => return texts::text(lang, "value-picture"),
        Value::String(text) => text.to_string(),
        other => to_string(other),
    };
    clean(&text)
}

/// A text of a stranger's on one line: no controls, none of the marks that turn the direction of writing, and cut.
pub(crate) fn clean(text: &str) -> String {
    let harmless = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut out: String = text.chars().filter(harmless).take(PREVIEW).collect();
    if text.chars().filter(harmless).nth(PREVIEW).is_some() {
        out.push('…');
    }
    out
}

/// A name in both languages, out of display properties.
pub(crate) fn bilingual(all: &[Display]) -> Localized {
    let name = |lang| {
        let chosen = Display::choose(all, &tags(lang))?;
        chosen.name.as_deref().map(clean)
    };
    Localized { en: name(Lang::En), fr: name(Lang::Fr) }
}

/// The labels out of an issuer's descriptions of claims.
pub(crate) fn labels(all: &[ClaimDescription]) -> Vec<Label> {
    let of = |claim: &ClaimDescription| Label {
        path: claim.path.iter().map(part).collect(),
        name: bilingual(&claim.display),
    };
    all.iter().filter(|claim| !claim.display.is_empty()).map(of).collect()
}

fn part(step: &Step) -> Option<String> {
    match step {
        Step::Key(name) => Some(name.clone()),
        Step::Index(at) => Some(at.to_string()),
        Step::Every => None,
    }
}

/// The JSON pointer of a description's path, for its name.
pub(crate) fn pointer_of(path: &[Step]) -> String {
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    path.iter().map(|step| format!("/{}", part(step).map_or_else(|| "0".to_owned(), |name| escaped(&name)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_read() {
        for (name, expected) in [
            ("birthDate", "Birth date"),
            ("given_name", "Given name"),
            ("", ""),
            ("vaccineSKU2Code", "Vaccine SKU2 code"),
        ] {
            assert_eq!(spaced(name), expected);
        }
        assert_eq!(claim_name("/credentialSubject/birthDate", &[], Lang::Fr), "Date de naissance");
        assert_eq!(claim_name("/credentialSubject/ageOver19", &[], Lang::En), "19 or older");
        let label = |path: &[&str]| Label {
            path: path.iter().map(|part| (*part != "*").then(|| (*part).to_owned())).collect(),
            name: Localized { en: Some("Home".to_owned()), fr: None },
        };
        let labels = [label(&["credentialSubject", "address"]), label(&["list", "*", "a"])];
        assert_eq!(claim_name("/credentialSubject/address", &labels, Lang::Fr), "Home");
        assert_eq!(claim_name("/credentialSubject/address/city", &labels, Lang::En), "Home: City");
        assert_eq!(claim_name("/list/3/a", &labels, Lang::En), "Home");
        assert_eq!(claim_name("/list/x/a", &labels, Lang::En), "A");
    }

    #[test]
    fn values_that_people_read() {
        assert_eq!(preview(&Value::Bool(true), Lang::Fr), "Oui");
        assert_eq!(preview(&Value::from("a\u{202e}b\nc"), Lang::En), "abc");
        assert!(preview(&Value::from("x".repeat(500)), Lang::En).ends_with("x…"));
    }
}
