//! Language value objects (VCDM 2.0 §11.1).

use super::rules::Faults;
use crate::Code;
use crate::json::{Object, Path, Value};

/// A string, a language value object, or several of these objects.
pub(super) fn check(value: &Value<'_>, at: &Path<'_>, faults: &mut Faults) {
    match value {
        Value::String(_) => {}
        Value::Object(object) => check_object(object, at, faults),
        Value::Array(items) if !items.is_empty() => {
            for (i, item) in items.iter().enumerate() {
                match item {
                    Value::Object(object) => check_object(object, &at.index(i), faults),
                    _ => faults.add(Code::VcLanguage, &at.index(i), "language value object"),
                }
            }
        }
        _ => faults.add(Code::VcLanguage, at, "text"),
    }
}

fn check_object(object: &Object<'_>, at: &Path<'_>, faults: &mut Faults) {
    if object.get("@value").and_then(Value::as_str).is_none() {
        faults.add(Code::VcLanguage, at, "@value");
    }
    for (key, value) in object.iter() {
        let good = match key {
            "@value" => true,
            "@language" => value.as_str().is_some_and(is_language_tag),
            "@direction" => matches!(value.as_str(), Some("ltr" | "rtl")),
            _ => false,
        };
        if !good {
            faults.add(Code::VcLanguage, &at.key(key), key);
        }
    }
}

/// Whether a tag is well formed (BCP 47, RFC 5646 §2.1 without the list of grandfathered tags): a language of 2 to 8
/// letters, or `i` or `x`, then subtags of 1 to 8 letters and digits, a singleton never last.
pub(super) fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let first = subtags.next().unwrap_or_default();
    let mut singleton = matches!(first, "x" | "X" | "i" | "I");
    let language = (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    if !singleton && !language {
        return false;
    }
    let mut private = matches!(first, "x" | "X");
    for subtag in subtags {
        if !(1..=8).contains(&subtag.len()) || !subtag.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return false;
        }
        let single = subtag.len() == 1 && !private;
        if single && singleton {
            return false;
        }
        private |= matches!(subtag, "x" | "X");
        singleton = single;
    }
    !singleton
}

#[cfg(test)]
mod tests {
    use super::is_language_tag;

    #[test]
    fn tells_language_tags() {
        for good in ["en", "fr-CA", "zh-Hant-TW", "de-1996", "en-u-ca-gregory", "x-whatever", "i-klingon", "oj-Cans-CA"]
        {
            assert!(is_language_tag(good), "{good}");
        }
        for bad in
            ["", "e", "fr_CA", "fr-", "-fr", "français", "en-u", "x", "en-a-b", "123", "en-toolongsubtag", "fr CA"]
        {
            assert!(!is_language_tag(bad), "{bad}");
        }
    }
}
