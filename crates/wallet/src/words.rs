//! How claims and their values are called, for people: the issuer's own names first, then ours, then the name in the data made
//! readable.

use serde::{Deserialize, Serialize};
use tamarack::json::{Value, to_string};
use tamarack::messages::Lang;
use tamarack_openid4vc::url::is_endpoint;
use tamarack_openid4vc::vci::claims::{ClaimDescription, Step};
use tamarack_openid4vc::vci::display::Display;

use unicode_normalization::char::is_combining_mark;

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
/// Characters of what people are to read whole: why somebody asks, what is offered.
const STATEMENT: usize = 400;

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
    let name = clean(name);
    let mut letters = name.chars().peekable();
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
        other => said_in(other, lang).map_or_else(|| to_string(other), str::to_owned),
    };
    clean(&text)
}

/// A text with its language (JSON-LD), or that of several which is in the person's language.
fn said_in<'v>(value: &'v Value<'_>, lang: Lang) -> Option<&'v str> {
    let text = |one: &'v Value<'_>| one.get("@value").and_then(Value::as_str);
    let is_ours = |one: &&'v Value<'_>| {
        let tag = one.get("@language").and_then(Value::as_str).unwrap_or_default();
        tag.split('-').next().is_some_and(|tag| tag.eq_ignore_ascii_case(if lang == Lang::Fr { "fr" } else { "en" }))
    };
    match value {
        Value::Object(_) => text(value),
        Value::Array(items) => items.iter().find(is_ours).or(items.first()).and_then(text),
        _ => None,
    }
}

/// A text of a stranger's on one line: no controls, nothing that turns the direction of writing or is not seen, one space in the place
/// of many, no towers of accents; and cut.
pub(crate) fn clean(text: &str) -> String {
    clean_to(text, PREVIEW)
}

/// [`clean`] for a text that somebody decides on: it is cut where nobody would read on.
pub(crate) fn clean_statement(text: &str) -> String {
    clean_to(text, STATEMENT)
}

fn clean_to(text: &str, most: usize) -> String {
    let mut out = String::new();
    let (mut length, mut marks, mut gap) = (0, 0, false);
    for c in text.chars().filter(|c| !is_unseen(*c)) {
        if c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if marks > MARKS {
            continue;
        }
        let space = core::mem::take(&mut gap);
        length += 1 + usize::from(space);
        if length > most {
            out.push('…');
            break;
        }
        if space {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// What a stranger says, cleaned; `None` where nothing is left.
pub(crate) fn said(text: Option<&str>) -> Option<String> {
    text.map(clean).filter(|text| !text.is_empty())
}

/// Accents that may stand on one letter: two do in Vietnamese, and up to four where several scripts are written out.
const MARKS: usize = 4;

/// What a person does not see, or what makes them see something else: controls, the marks of UAX #9 that turn the direction of writing,
/// fillers and joiners of no width, tags, and what a font may use for its own.
const fn is_unseen(c: char) -> bool {
    // White space is not unseen: it is one space.
    let control = matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}');
    control
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{e000}'..='\u{f8ff}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{10ffff}'
        )
}

/// An identifier as a person can tell it from another that looks alike: a URL as it goes over the wire (`xn--…`), and nothing else but
/// ASCII. It is cut in the middle, as what counts stands at both ends.
pub(crate) fn identifier(text: &str) -> String {
    // What is ASCII looks like nothing else. A client identifier may have a prefix before a URL.
    let at = text.find("://").filter(|_| !text.is_ascii());
    let at = at.map(|at| text.get(..at).and_then(|before| before.rfind(':')).map_or(0, |colon| colon + 1));
    let plain = at.and_then(|at| {
        let (before, url) = text.split_at_checked(at)?;
        Some(format!("{before}{}", url::Url::parse(url).ok()?))
    });
    let mut out = String::new();
    for c in plain.as_deref().unwrap_or(text).chars() {
        let mut bytes = [0; 4];
        match c {
            '!'..='~' => out.push(c),
            _ => out.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}"))),
        }
    }
    let length = out.len();
    if length > IDENTIFIER
        && let (Some(start), Some(end)) = (out.get(..IDENTIFIER / 2), out.get(length - IDENTIFIER / 2..))
    {
        return format!("{start}…{end}");
    }
    out
}

/// Characters of an identifier that are shown.
const IDENTIFIER: usize = 160;

/// The URI of a picture that an app may show: at an `https:` address, or in the text itself in a form that holds nothing but a picture.
pub(crate) fn picture(uri: &str) -> Option<String> {
    const KINDS: [&str; 4] = ["png", "jpeg", "gif", "webp"];
    let inline = |uri: &str| {
        let (kind, data) = uri.strip_prefix("data:image/")?.split_once(";base64,")?;
        let plain = data.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
        (KINDS.contains(&kind) && plain && data.len() <= PICTURE_BYTES).then_some(())
    };
    (is_endpoint(uri) || inline(uri).is_some()).then(|| uri.to_owned())
}

/// Bytes of a picture in a text.
const PICTURE_BYTES: usize = 256 << 10;

/// A name in both languages, out of display properties.
pub(crate) fn bilingual(all: &[Display]) -> Localized {
    let name = |lang| {
        let chosen = Display::choose(all, &tags(lang))?;
        said(chosen.name.as_deref())
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
        assert_eq!(preview(&Value::from("a\u{202e}b\nc"), Lang::En), "ab c");
        assert!(preview(&Value::from("x".repeat(500)), Lang::En).ends_with("x…"));
    }

    #[test]
    fn what_strangers_write_stays_on_its_line_and_in_its_place() {
        for (text, expected) in [
            ("  Service\u{a0}\t Ontario \r\n", "Service Ontario"),
            ("\u{202e}oiratnO\u{202c} \u{2066}x\u{2069}", "oiratnO x"),
            ("On\u{200b}ta\u{ad}rio\u{feff}\u{e0041}", "Ontario"),
            ("a\u{2028}b\u{85}c", "a b c"),
            ("Zoe\u{301} Ng\u{302}\u{301}", "Zoe\u{301} Ng\u{302}\u{301}"),
            ("\u{1b}[31mred\u{7}", "[31mred"),
            ("\u{3164}\u{2800}", ""),
        ] {
            assert_eq!(clean(text), expected, "{text:?}");
        }
        assert_eq!(clean(&format!("e{}", "\u{301}".repeat(900))).chars().count(), 1 + MARKS);
        assert_eq!(clean(&"é ".repeat(10_000)).chars().count(), PREVIEW);
        for name in ["along", "label", "before", "__proto__", "constructor", "value-yes", "x.hint", "{ $day }"] {
            let shown = claim_name(&format!("/credentialSubject/{name}"), &[], Lang::En);
            assert_eq!(shown, spaced(name), "a claim's name is no message's");
        }
    }

    #[test]
    fn identifiers_that_look_alike_are_told_apart() {
        for (text, expected) in [
            ("https://ontario.example/x", "https://ontario.example/x"),
            ("origin:https://ontario.example", "origin:https://ontario.example"),
            ("redirect_uri:https://оntario.example/x", "redirect_uri:https://xn--ntario-vqf.example/x"),
            ("https://ontario.example/é", "https://ontario.example/%C3%A9"),
            ("did:web:оntario.example", "did:web:%D0%BEntario.example"),
            ("decentralized_identifier:did:key:z6Mk", "decentralized_identifier:did:key:z6Mk"),
            ("a\u{202e}b c", "a%E2%80%AEb%20c"),
        ] {
            assert_eq!(identifier(text), expected);
        }
        assert_eq!(identifier(&format!("https://a.example/{}/end", "x".repeat(9_000))).chars().count(), IDENTIFIER + 1);
        for (uri, shown) in [
            ("https://a.example/logo.png", true),
            ("data:image/png;base64,iVBORw0KGgo=", true),
            ("data:image/svg+xml;base64,PHN2Zz4=", false),
            ("data:text/html;base64,PHNjcmlwdD4=", false),
            ("data:image/png;base64,<script>", false),
            ("javascript:alert(1)", false),
            ("http://a.example/logo.png", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(picture(uri).is_some(), shown, "{uri}");
        }
    }
}
