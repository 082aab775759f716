//! Claims: what a type asks for, read strictly from JSON or from a cell of a table.

use crate::credential::is_absolute;
use crate::issue::dates::CalendarDate;
use crate::json::{Path, Value};
use crate::{Code, Fault};

/// The kinds of claims.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClaimKind {
    /// A text without control characters, not empty, without white space at its ends.
    String,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A whole number within ±2^53 (a fraction has more than one text in RDF, so none is signed).
    Integer,
    /// `true` or `false`.
    Boolean,
    /// One of these texts.
    Enum(Vec<String>),
    /// An absolute `https:`, `data:`, `did:` or `urn:` URL.
    Url,
}

/// One claim of a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimDefinition {
    /// Its name in claims files.
    pub name: String,
    /// Its column in a CSV file.
    pub column: String,
    /// Where it goes: the steps of a JSON pointer into the credential, the first one `credentialSubject`. Empty for a claim
    /// that is not written down and only serves to compute others.
    pub target: Vec<String>,
    /// Its kind.
    pub kind: ClaimKind,
    /// Whether it must be there.
    pub required: bool,
    /// The most characters of a text.
    pub max_length: usize,
    /// What people read.
    pub label: super::Label,
}

impl ClaimDefinition {
    /// Checks a value and gives it as it goes into the credential.
    ///
    /// # Errors
    /// [`Code::IssueClaim`] with the pointer in the claims file. Never the value.
    pub fn check<'v>(&self, value: &'v Value<'_>) -> Result<Value<'v>, Fault> {
        let wrong = |about: &str| self.fault(about);
        match &self.kind {
            ClaimKind::Boolean => value.as_bool().map(Value::Bool).ok_or_else(|| wrong("true or false is needed")),
            ClaimKind::Integer => match value {
                Value::Number(n) if value.as_i64().is_some() => Ok(Value::Number(*n)),
                _ => Err(wrong("a whole number is needed")),
            },
            kind => {
                let text = value.as_str().ok_or_else(|| wrong("a text is needed"))?;
                self.check_text(kind, text)?;
                Ok(Value::from(text))
            }
        }
    }

    fn check_text(&self, kind: &ClaimKind, text: &str) -> Result<(), Fault> {
        // A text of n bytes has at most n characters.
        if text.len() > self.max_length && text.chars().count() > self.max_length {
            return Err(self.fault(format!("more than {} characters", self.max_length)));
        }
        if text.is_empty() || text.trim().len() != text.len() {
            return Err(self.fault("empty, or white space at an end"));
        }
        if text.chars().any(char::is_control) {
            return Err(self.fault("a control character"));
        }
        match kind {
            ClaimKind::Date if CalendarDate::parse(text).is_none() => Err(self.fault("a day as YYYY-MM-DD is needed")),
            ClaimKind::Enum(values) if !values.iter().any(|v| v == text) => {
                Err(self.fault("not one of the values of the type"))
            }
            ClaimKind::Url
                if !["https:", "data:", "did:", "urn:"].iter().any(|scheme| text.starts_with(scheme))
                    || !is_absolute(text) =>
            {
                Err(self.fault("an absolute URL is needed"))
            }
            _ => Ok(()),
        }
    }

    /// [`Code::IssueClaim`] at this claim.
    pub(super) fn fault(&self, about: impl Into<String>) -> Fault {
        Fault::new(Code::IssueClaim).at(Path::Root.key(&self.name).pointer()).about(about)
    }
}

/// Reads a cell of a table as a claim: `None` for an empty cell. White space at the ends is cut off; `true`, `yes`,
/// `oui` and `false`, `no`, `non` are booleans.
///
/// # Errors
/// [`Code::IssueClaim`] with the claim's pointer.
pub fn read_text<'t>(definition: &ClaimDefinition, cell: &'t str) -> Result<Option<Value<'t>>, Fault> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    Ok(Some(match definition.kind {
        ClaimKind::Boolean => match cell.to_ascii_lowercase().as_str() {
            "true" | "yes" | "oui" => Value::Bool(true),
            "false" | "no" | "non" => Value::Bool(false),
            _ => return Err(definition.fault("true or false is needed")),
        },
        ClaimKind::Integer => {
            Value::Number(whole_number(cell).ok_or_else(|| definition.fault("a whole number is needed"))?)
        }
        _ => Value::from(cell),
    }))
}

/// A whole number within ±2^53, in decimal digits with or without a sign.
fn whole_number(text: &str) -> Option<f64> {
    let number: i64 = text.parse().ok()?;
    // Zero has no sign.
    (number.unsigned_abs() <= 1 << 53).then(|| text.parse::<f64>().ok())?.map(|n| n + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::Label;

    fn claim(kind: ClaimKind) -> ClaimDefinition {
        ClaimDefinition {
            name: "a/b".into(),
            column: "c".into(),
            target: vec!["credentialSubject".into(), "a".into()],
            kind,
            required: true,
            max_length: 5,
            label: Label { en: "A".into(), fr: "A".into() },
        }
    }

    #[test]
    fn refuses_what_is_not_of_the_kind_and_never_tells_the_value() {
        let strings = ["", " x", "x ", "a\u{7}", "abcdef"];
        for bad in strings {
            let fault = claim(ClaimKind::String).check(&Value::from(bad)).unwrap_err();
            assert_eq!((fault.code(), fault.pointer()), (Code::IssueClaim, Some("/a~1b")), "{bad:?}");
        }
        assert!(claim(ClaimKind::String).check(&Value::from("Zoé É")).is_ok());
        assert!(claim(ClaimKind::Integer).check(&Value::Number(1.5)).is_err());
        assert!(claim(ClaimKind::Boolean).check(&Value::from("true")).is_err());
        assert!(claim(ClaimKind::Enum(vec!["G".into()])).check(&Value::from("M")).is_err());
        for bad in ["https:", "did:", "urn:a", "https://", "https://a b", "https://a/%zz", "https://a/#b#c", "http://a"]
        {
            let url = ClaimDefinition { max_length: 50, ..claim(ClaimKind::Url) };
            assert_eq!(url.check(&Value::from(bad)).unwrap_err().code(), Code::IssueClaim, "{bad}");
        }
        let secret = "seven77";
        let fault = claim(ClaimKind::Url).check(&Value::from(secret)).unwrap_err();
        assert!(!fault.to_string().contains(secret));
    }

    #[test]
    fn reads_cells() {
        let read = |kind, cell| read_text(&claim(kind), cell);
        assert_eq!(read(ClaimKind::Boolean, " Oui ").unwrap(), Some(Value::Bool(true)));
        assert_eq!(read(ClaimKind::Integer, "-7").unwrap(), Some(Value::Number(-7.0)));
        assert_eq!(read(ClaimKind::Integer, "+3000000000").unwrap(), Some(Value::Number(3e9)));
        assert_eq!(read(ClaimKind::Integer, "9007199254740991").unwrap(), Some(Value::Number(9_007_199_254_740_991.0)));
        for bad in ["9007199254740993", "-99999999999999999999", "1e3", "+", "٣", "inf"] {
            assert!(read(ClaimKind::Integer, bad).is_err(), "{bad}");
        }
        assert_eq!(read(ClaimKind::String, "  ").unwrap(), None);
        assert!(read(ClaimKind::Integer, "7.0").is_err());
        assert!(read(ClaimKind::Boolean, "1").is_err());
    }
}
