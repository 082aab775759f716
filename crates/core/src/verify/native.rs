//! What other programs derived with `BbsBlsSignatureProof2020`, as JSON's own values.
//!
//! Framing leaves a boolean or an integer that no term coerces as a value object with a text (JSON-LD Framing, no native
//! types), and MATTR's library shows them so: `{"type": "…#boolean", "@value": "false"}`, which is true to whoever asks JSON. The
//! proof holds, so the verdict stands; what is handed out says what was signed.

use crate::json::{Object, Value};
use crate::proof::Suite;

/// The document with those values as JSON's own; `None` where there are none.
pub(super) fn restored(document: &Value<'_>) -> Option<Value<'static>> {
    let mut own = document.clone().into_owned();
    below(&mut own, false).then_some(own)
}

/// Restores what is shown under such a proof. Whether there was any.
fn below(value: &mut Value<'static>, shown: bool) -> bool {
    let shown = shown || value.as_object().is_some_and(is_derived);
    if shown && let Some(native) = value.as_object().and_then(native) {
        *value = native;
        return true;
    }
    match value {
        Value::Object(object) => {
            let keys: Vec<String> = object.keys().map(str::to_owned).collect();
            let mut any = false;
            for key in keys.iter().filter(|key| !matches!(key.as_str(), "@context" | "proof")) {
                any |= object.get_mut(key).is_some_and(|inner| below(inner, shown));
            }
            any
        }
        Value::Array(items) => {
            let mut any = false;
            for item in items {
                any |= below(item, shown);
            }
            any
        }
        _ => false,
    }
}

fn is_derived(object: &Object<'_>) -> bool {
    let proofs = object.get("proof").map(Value::items).unwrap_or_default();
    let derived = Suite::BbsBlsSignatureProof2020.name();
    proofs.iter().any(|proof| proof.get("type").is_some_and(|name| name.as_str() == Some(derived)))
}

/// What a value object of one of JSON's own datatypes states.
fn native(object: &Object<'_>) -> Option<Value<'static>> {
    let text = object.get("@value")?.as_str()?;
    let named = object.get("@type").or_else(|| object.get("type"))?.as_str()?;
    match named.strip_prefix("http://www.w3.org/2001/XMLSchema#")? {
        "boolean" => text.parse().ok().map(Value::Bool),
        "integer" => integer(text).map(Value::Number),
        _ => None,
    }
}

/// A canonical integer that a double holds exactly.
fn integer(text: &str) -> Option<f64> {
    let number = text.parse::<i64>().ok().filter(|number| number.to_string() == text)?;
    let double = text.parse::<f64>().ok()?;
    (number.unsigned_abs() < 1 << 53).then_some(double)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{parse, to_string};

    #[test]
    fn what_was_derived_is_restored_and_nothing_else() {
        let card = |kind: &str| {
            format!(
                r#"{{"credentialSubject":{{"over":{{"type":"http://www.w3.org/2001/XMLSchema#boolean","@value":"false"}},
                "points":[{{"@type":"http://www.w3.org/2001/XMLSchema#integer","@value":"-3"}}],
                "name":{{"@value":"a","@language":"fr"}}}},"proof":{{"type":"{kind}"}}}}"#
            )
        };
        let text = card("BbsBlsSignatureProof2020");
        let restored_text = restored(&parse(text.as_bytes()).unwrap()).map(|value| to_string(&value)).unwrap();
        assert!(
            restored_text.contains(r#""over":false"#) && restored_text.contains(r#""points":[-3]"#),
            "{restored_text}"
        );
        assert!(restored_text.contains(r#""@language":"fr""#), "{restored_text}");
        assert_eq!(restored(&parse(card("DataIntegrityProof").as_bytes()).unwrap()), None);
        let presentation = format!(r#"{{"verifiableCredential":[{text}],"holder":{{"type":"x","@value":"true"}}}}"#);
        let restored = to_string(&restored(&parse(presentation.as_bytes()).unwrap()).unwrap());
        assert!(restored.contains(r#""over":false"#) && restored.contains(r#""@value":"true""#), "{restored}");
    }
}
