//! JSONPath, as far as a claims path can say the same: names, indexes and all elements of an array.

use crate::Result;
use crate::vp::dcql::{ClaimsPath, Format, Step};

use super::WRONG;

/// Translates a JSONPath for a format; `None` for one that selects what no claims path can.
///
/// Paths speak of the payload of a JWT, in which a credential of VCDM 1.1 stands under `vc`, and registered claims stand for
/// some of its members.
///
/// # Errors
/// `invalid_request` (`presentation_definition`) for what is no JSONPath.
pub(super) fn translate(text: &str, format: &Format) -> Result<Option<ClaimsPath>> {
    let Some(mut steps) = parse(text)? else { return Ok(None) };
    if *format == Format::JwtVcJson {
        match steps.as_slice() {
            [Step::Key(first), _, ..] if first == "vc" => {
                steps.remove(0);
            }
            [Step::Key(first)] if first == "iss" => steps = vec![Step::Key("issuer".to_owned())],
            _ => {}
        }
    }
    ClaimsPath::new(steps).map(Some).map_err(|_| WRONG)
}

fn parse(text: &str) -> Result<Option<Vec<Step>>> {
    let mut rest = text.strip_prefix('$').ok_or(WRONG)?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        // Descendants, filters, slices and unions have no counterpart.
        if rest.starts_with("..") || rest.starts_with(".*") {
            return Ok(None);
        }
        if let Some(tail) = rest.strip_prefix('.') {
            let end = tail.find(['.', '[']).unwrap_or(tail.len());
            let (name, after) = tail.split_at_checked(end).ok_or(WRONG)?;
            if name.is_empty() {
                return Err(WRONG);
            }
            steps.push(Step::Key(name.to_owned()));
            rest = after;
        } else if let Some(tail) = rest.strip_prefix('[') {
            let quote = tail.chars().next().filter(|c| matches!(c, '\'' | '"'));
            let (inside, after) = match quote {
                Some(quote) => {
                    let tail = tail.strip_prefix(quote).ok_or(WRONG)?;
                    let (name, after) = tail.split_once(quote).ok_or(WRONG)?;
                    steps.push(Step::Key(name.to_owned()));
                    ("", after.strip_prefix(']'))
                }
                None => tail.split_once(']').map(|(inside, after)| (inside, Some(after))).ok_or(WRONG)?,
            };
            let Some(after) = after else { return Ok(None) };
            match (quote, inside) {
                (Some(_), _) => {}
                (None, "*") => steps.push(Step::All),
                (None, index) if !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()) => {
                    steps.push(Step::Index(index.parse().map_err(|_| WRONG)?));
                }
                (None, _) => return Ok(None),
            }
            rest = after;
        } else {
            return Err(WRONG);
        }
    }
    Ok((!steps.is_empty()).then_some(steps))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tamarack::json::to_string;

    #[test]
    fn translates_what_has_a_counterpart() {
        let of = |text: &str, format: &Format| {
            translate(text, format).map(|path| path.map(|path| to_string(&path.to_json()))).map_err(|_| ())
        };
        let sd = Format::SdJwtVc;
        for (text, path) in [
            ("$.family_name", r#"["family_name"]"#),
            ("$['address'][\"postal code\"]", r#"["address","postal code"]"#),
            ("$.account[*].id", r#"["account",null,"id"]"#),
            ("$.a[3]", r#"["a",3]"#),
            ("$.vc.type", r#"["vc","type"]"#),
        ] {
            assert_eq!(of(text, &sd), Ok(Some(path.to_owned())), "{text}");
        }
        assert_eq!(of("$.vc.type", &Format::JwtVcJson), Ok(Some(r#"["type"]"#.to_owned())));
        assert_eq!(of("$.iss", &Format::JwtVcJson), Ok(Some(r#"["issuer"]"#.to_owned())));
        for none in ["$", "$..name", "$.*", "$.a[?(@.b)]", "$.a[0:2]", "$.a[-1]", "$['a','b']"] {
            assert_eq!(of(none, &sd), Ok(None), "{none}");
        }
        for bad in ["", "name", "$name", "$.", "$.a[", "$.a['b"] {
            assert_eq!(of(bad, &sd), Err(()), "{bad}");
        }
    }
}
