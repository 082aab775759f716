//! Which values few people share, as far as the value itself tells.
//!
//! Nobody here knows how often a value was issued. A wallet must warn rather too often than too seldom, so what is not
//! plainly common counts as unusual; only yes and no, short codes and small sets are common.

use super::linkability::Strength;
use crate::Timestamp;
use crate::issue::CalendarDate;
use crate::json::Value;

/// Seconds to which a time may be told without telling one credential from another: half an hour, the finest difference
/// between the midnights of two time zones in Canada.
const ROUND_SECONDS: i64 = 1_800;
/// Characters of a code that many share: a province, a class, a sex.
const CODE_LENGTH: usize = 3;
/// Characters beyond which a text is as good as a number.
const LONG_TEXT: usize = 64;
/// Digits that make a text a number of its own.
const NUMBER_DIGITS: usize = 5;

/// Whether a time is on the full or half hour.
pub(super) fn is_round(time: Timestamp) -> bool {
    time.unix().rem_euclid(ROUND_SECONDS) == 0 && time == Timestamp::from_unix(time.unix())
}

/// Whether a date of a credential (a date and time, or seconds of a JWT) is told to the second.
pub(super) fn is_exact_time(value: &Value<'_>) -> bool {
    match (value.as_str(), value.as_i64()) {
        (Some(text), _) => Timestamp::parse_date_time(text).map_or(true, |time| !is_round(time)),
        (None, Some(seconds)) => !is_round(Timestamp::from_unix(seconds)),
        // A fraction of a second.
        (None, None) => true,
    }
}

/// How unusual the value of a claim is; `None` for one that many share.
pub(super) fn value(value: &Value<'_>) -> Option<Strength> {
    match value {
        Value::Null | Value::Bool(_) => None,
        Value::Number(number) if number.abs() < 1_000.0 && number.fract() == 0.0 => Some(Strength::Narrows),
        Value::Number(_) => Some(Strength::Certain),
        Value::String(text) => self::text(text),
        // A text with its language.
        Value::Object(object) if object.is_empty() => None,
        Value::Object(object) => object.get("@value").map_or(Some(Strength::Certain), self::value),
        Value::Array(items) => items.iter().filter_map(self::value).max(),
    }
}

fn text(text: &str) -> Option<Strength> {
    if text.len() <= CODE_LENGTH && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return None;
    }
    if CalendarDate::parse(text).is_some() {
        return Some(Strength::Narrows);
    }
    if let Ok(time) = Timestamp::parse_date_time(text) {
        return Some(if is_round(time) { Strength::Narrows } else { Strength::Certain });
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let address = ["urn:", "did:", "data:", "http:", "https:", "mailto:", "tel:"].iter().any(|s| text.starts_with(s));
    let single = address || digits >= NUMBER_DIGITS || text.chars().count() > LONG_TEXT;
    Some(if single { Strength::Certain } else { Strength::Narrows })
}

/// Whether a text looks as if it had been made for one credential: a UUID, a long number, a long random word.
pub(super) fn looks_unique(value: &Value<'_>) -> bool {
    let Some(text) = value.as_str() else { return false };
    // A DID of a key has a long random word as well, and is the issuer's.
    if text.starts_with("did:") {
        return false;
    }
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').any(|word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        digits >= 8 || (word.len() >= 20 && digits >= 3)
    })
}

/// How unusual a context is: one that is built in is everybody's.
pub(super) fn context(context: &Value<'_>) -> Option<Strength> {
    match context {
        Value::String(url) if crate::jsonld::builtin_document(url).is_some() => None,
        Value::String(_) if looks_unique(context) => Some(Strength::Certain),
        _ => Some(Strength::Narrows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_common_values_from_unusual_ones() {
        let of = |json: &str| value(&crate::json::parse(json.as_bytes()).unwrap());
        for common in ["true", "null", r#""ON""#, r#""F""#, "[true,false]", r#"{"@value":"ON"}"#, "{}", "[]"] {
            assert_eq!(of(common), None, "{common}");
        }
        for narrows in [r#""Zoé""#, r#""2001-04-17""#, "168", r#""2001-04-17T00:00:00Z""#, r#"{"@value":"Zoé"}"#] {
            assert_eq!(of(narrows), Some(Strength::Narrows), "{narrows}");
        }
        for single in [
            r#""1234-5678-901""#,
            r#""urn:uuid:x""#,
            "1234567",
            "1.5",
            r#""2001-04-17T01:02:03Z""#,
            r#""data:image/png;base64,AAAA""#,
            r#"["ON",["12345"]]"#,
        ] {
            assert_eq!(of(single), Some(Strength::Certain), "{single}");
        }
    }

    #[test]
    fn tells_round_times_from_exact_ones() {
        let of = |json: &str| is_exact_time(&crate::json::parse(json.as_bytes()).unwrap());
        for round in [r#""2026-11-22T06:00:00Z""#, r#""2026-11-22T00:00:00-03:30""#, "1767225600"] {
            assert!(!of(round), "{round}");
        }
        for exact in [r#""2026-11-22T06:00:01Z""#, r#""2026-11-22T06:00:00.5Z""#, "1767225601", "1767225600.5", "[]"] {
            assert!(of(exact), "{exact}");
        }
    }

    #[test]
    fn tells_addresses_of_everybody_from_those_of_one() {
        let of = |text: &str| looks_unique(&Value::from(text));
        assert!(!of("https://tamarack.example/ontario/person/v1/schema.json"));
        assert!(!of("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"));
        assert!(of("https://a.example/c/6e0f4a1e-5a0c-4a2e-9d6b-0f0e7d1c2b3a"));
        assert!(of("https://a.example/c/20261122001"));
        assert_eq!(
            context(&Value::from("https://a.example/c/6e0f4a1e-5a0c-4a2e-9d6b-0f0e7d1c2b3a")),
            Some(Strength::Certain)
        );
        assert_eq!(context(&Value::from("https://a.example/v1")), Some(Strength::Narrows));
        assert_eq!(context(&Value::from("https://www.w3.org/ns/credentials/v2")), None);
    }
}
