//! Type metadata of SD-JWT VC (draft-ietf-oauth-sd-jwt-vc §5 and §6): found by `vct`, bound by its digest, extended in bounds, and its
//! rules for claims enforced: which must be there (`mandatory`), which must or must not be selectively disclosable (`sd`).

use super::disclosure::Disclosures;
use crate::credential::sri;
use crate::json::{Object, Path, Value, parse};
use crate::{Code, Evidence, EvidenceKind, Fault, limits};

/// The type of a credential: its `vct`, and the digests that its metadata must have, if the credential states them.
#[derive(Clone, Copy)]
pub(crate) struct TypeReference<'t> {
    pub(crate) vct: &'t str,
    pub(crate) integrity: Option<&'t str>,
}

/// Checks a payload, its digests not yet resolved, against the metadata of its type and of all types that it extends.
/// Calls `used` for each document of the evidence.
///
/// # Errors
/// [`Code::TypeMetadataMissing`] with the URL when evidence is needed; [`Code::ResourceDigest`]; [`Code::TypeMetadataInvalid`];
/// [`Code::TypeMetadataMismatch`] with the pointer of the rule's place and the rule.
pub(crate) fn check(
    payload: &Value<'_>,
    disclosures: &Disclosures,
    reference: TypeReference<'_>,
    evidence: &Evidence,
    used: &mut dyn FnMut(&str),
) -> Result<(), Fault> {
    let rules = rules(reference, evidence, used)?;
    let parsed = Parsed::of(disclosures)?;
    rules.iter().try_for_each(|rule| rule.check(payload, &parsed))
}

/// §5.6.3: `sd` of a claim.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Disclosing {
    Always,
    Allowed,
    Never,
}

/// One step of a claim path (§5.6.1).
#[derive(Clone, PartialEq)]
enum Step {
    Key(String),
    Every,
    Index(usize),
}

/// What the metadata says of the claims that a path selects, all extensions applied.
struct Rule {
    path: Vec<Step>,
    mandatory: Option<bool>,
    disclosing: Option<Disclosing>,
}

// --- reading and extending

fn rules(reference: TypeReference<'_>, evidence: &Evidence, used: &mut dyn FnMut(&str)) -> Result<Vec<Rule>, Fault> {
    let mut chain: Vec<(String, Value<'_>)> = Vec::new();
    let mut next = Some((reference.vct.to_owned(), reference.integrity.map(str::to_owned)));
    while let Some((vct, integrity)) = next {
        if chain.iter().any(|(known, _)| *known == vct) {
            return Err(invalid(&vct, "extends itself"));
        }
        if chain.len() == limits::TYPE_METADATA_CHAIN {
            return Err(invalid(&vct, &format!("extends > {}", limits::TYPE_METADATA_CHAIN)));
        }
        let piece = evidence.get(EvidenceKind::TypeMetadata, &vct);
        let piece = piece.ok_or_else(|| Fault::new(Code::TypeMetadataMissing).about(&vct))?;
        used(&vct);
        if let Some(integrity) = integrity {
            check_digest(&piece.bytes, &integrity, &vct)?;
        }
        let document = parse(&piece.bytes).map_err(|fault| invalid(&vct, fault.code().as_str()))?;
        // §5.3: "identical to the vct value in the reference".
        if document.get("vct").and_then(Value::as_str) != Some(&vct) {
            return Err(invalid(&vct, "vct"));
        }
        let text = |name: &str| match document.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(|text| Some(text.to_owned())).ok_or_else(|| invalid(&vct, name)),
        };
        next = text("extends")?.map(|extended| Ok::<_, Fault>((extended, text("extends#integrity")?))).transpose()?;
        chain.push((vct, document));
    }
    // §5.4: the extended type first.
    let mut rules = Vec::new();
    for (vct, document) in chain.iter().rev() {
        extend(&mut rules, document, vct)?;
    }
    Ok(rules)
}

/// §6: of several digests those of the strongest hash count, and one of them must match.
fn check_digest(bytes: &[u8], integrity: &str, vct: &str) -> Result<(), Fault> {
    let digests = sri(integrity).filter(|digests| !digests.is_empty()).ok_or_else(|| invalid(vct, "#integrity"))?;
    let strongest = digests.iter().map(|digest| digest.bytes.len()).max().unwrap_or_default();
    let matches = digests
        .iter()
        .filter(|digest| digest.bytes.len() == strongest)
        .any(|digest| digest.algorithm.digest(bytes) == digest.bytes);
    if matches { Ok(()) } else { Err(Fault::new(Code::ResourceDigest).about(vct)) }
}

/// Adds the rules of a type to those of the types that it extends (§5.6.4).
fn extend(rules: &mut Vec<Rule>, document: &Value<'_>, vct: &str) -> Result<(), Fault> {
    let Some(claims) = document.get("claims") else { return Ok(()) };
    let claims = claims.as_array().ok_or_else(|| invalid(vct, "claims"))?;
    let inherited = rules.len();
    let mut svg_ids = Vec::new();
    for (index, claim) in claims.iter().enumerate() {
        let wrong = || invalid(vct, &format!("/claims/{index}"));
        let claim = claim.as_object().ok_or_else(wrong)?;
        let new = read_rule(claim).ok_or_else(wrong)?;
        if let Some(id) = claim.get("svg_id") {
            let id = id.as_str().filter(|id| is_svg_id(id) && !svg_ids.contains(id)).ok_or_else(wrong)?;
            svg_ids.push(id);
        }
        match rules.iter().position(|rule| rule.path == new.path) {
            // Two rules of one type for one path could contradict each other.
            Some(at) if at >= inherited => return Err(wrong()),
            Some(at) => {
                let rule = rules.get_mut(at).ok_or(Code::Internal)?;
                narrow(rule, &new).ok_or_else(wrong)?;
            }
            None if rules.len() >= limits::TYPE_METADATA_CLAIMS => {
                return Err(invalid(vct, &format!("claims > {}", limits::TYPE_METADATA_CLAIMS)));
            }
            None => rules.push(new),
        }
    }
    Ok(())
}

/// §5.6.4.1: `always` and `never` stay, and so does `mandatory`.
fn narrow(rule: &mut Rule, new: &Rule) -> Option<()> {
    if let Some(disclosing) = new.disclosing {
        if matches!(rule.disclosing, Some(old) if old != Disclosing::Allowed && old != disclosing) {
            return None;
        }
        rule.disclosing = Some(disclosing);
    }
    if let Some(mandatory) = new.mandatory {
        if rule.mandatory == Some(true) && !mandatory {
            return None;
        }
        rule.mandatory = Some(mandatory);
    }
    Some(())
}

/// Reads one object of `claims`; `None` if it is not as §5.6 says.
fn read_rule(claim: &Object<'_>) -> Option<Rule> {
    let path: Option<Vec<Step>> = claim.get("path")?.as_array()?.iter().map(read_step).collect();
    let mandatory = match claim.get("mandatory") {
        None => None,
        Some(value) => Some(value.as_bool()?),
    };
    let disclosing = match claim.get("sd").map(Value::as_str) {
        None => None,
        Some(Some("always")) => Some(Disclosing::Always),
        Some(Some("allowed")) => Some(Disclosing::Allowed),
        Some(Some("never")) => Some(Disclosing::Never),
        Some(_) => return None,
    };
    if let Some(display) = claim.get("display") {
        let text = |entry: &Value<'_>, name: &str| entry.get(name).is_some_and(|value| value.as_str().is_some());
        let good = |entry: &Value<'_>| {
            text(entry, "locale")
                && text(entry, "label")
                && (entry.get("description").is_none() || text(entry, "description"))
        };
        display.as_array().filter(|entries| entries.iter().all(good))?;
    }
    path.filter(|path| !path.is_empty()).map(|path| Rule { path, mandatory, disclosing })
}

fn read_step(step: &Value<'_>) -> Option<Step> {
    match step {
        Value::String(key) => Some(Step::Key(key.to_string())),
        Value::Null => Some(Step::Every),
        other => other.as_i64().and_then(|index| usize::try_from(index).ok()).map(Step::Index),
    }
}

fn is_svg_id(id: &str) -> bool {
    !id.is_empty()
        && !id.starts_with(|c: char| c.is_ascii_digit())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

// --- checking

/// The disclosures, read: members with their names, elements without.
struct Parsed<'d> {
    disclosures: &'d Disclosures,
    claims: Vec<(Option<std::borrow::Cow<'d, str>>, Value<'d>)>,
}

impl<'d> Parsed<'d> {
    fn of(disclosures: &'d Disclosures) -> Result<Self, Fault> {
        let read = |index| match disclosures.member(index) {
            Ok((name, value)) => Ok((Some(name), value)),
            Err(_) => disclosures.element(index).map(|value| (None, value)),
        };
        let claims = (0..disclosures.len()).map(read).collect::<Result<_, _>>()?;
        Ok(Self { disclosures, claims })
    }

    fn find(&self, digest: &Value<'_>) -> Option<&(Option<std::borrow::Cow<'d, str>>, Value<'d>)> {
        self.claims.get(self.disclosures.find(digest.as_str()?)?)
    }
}

/// A claim that a path selects.
#[derive(Clone, Copy)]
struct Selected<'v, 'd> {
    /// Its value as issued; `None` for an element that was not disclosed.
    value: Option<&'v Value<'d>>,
    /// Whether it is a disclosure of its own.
    is_disclosable: bool,
}

impl Rule {
    fn check(&self, payload: &Value<'_>, parsed: &Parsed<'_>) -> Result<(), Fault> {
        let mismatch = |about: &str| {
            let root = Path::Root;
            let (first, rest) = match self.path.split_first() {
                Some((Step::Key(key), rest)) => (root.key(key).pointer(), rest),
                _ => (String::new(), self.path.as_slice()),
            };
            let rest: String = rest.iter().map(Step::label).collect();
            Fault::new(Code::TypeMetadataMismatch).at(format!("{first}{rest}")).about(about)
        };
        let mut selected = vec![Selected { value: Some(payload), is_disclosable: false }];
        // Whether something that the path would select may be there, undisclosed.
        let mut may_be_hidden = false;
        for step in &self.path {
            let mut next = Vec::new();
            for one in selected {
                // An element that is not disclosed: what is in it is unknown.
                let Some(value) = one.value else {
                    may_be_hidden = true;
                    continue;
                };
                step.walk(value, parsed, &mut next, &mut may_be_hidden).ok_or_else(|| mismatch("path"))?;
            }
            selected = next;
        }
        if self.mandatory == Some(true) && selected.is_empty() && !may_be_hidden {
            return Err(mismatch("mandatory"));
        }
        let wrong = match self.disclosing {
            Some(Disclosing::Always) if selected.iter().any(|one| !one.is_disclosable) => "sd: always",
            Some(Disclosing::Never) if selected.iter().any(|one| one.is_disclosable) => "sd: never",
            _ => return Ok(()),
        };
        Err(mismatch(wrong))
    }
}

impl Step {
    fn label(&self) -> String {
        match self {
            Self::Key(key) => Path::Root.key(key).pointer(),
            Self::Every => "/*".to_owned(),
            Self::Index(index) => format!("/{index}"),
        }
    }

    /// What one step selects in one value (§5.6.1); `None` if the value is of the wrong kind.
    fn walk<'v, 'd>(
        &self,
        value: &'v Value<'d>,
        parsed: &'v Parsed<'d>,
        out: &mut Vec<Selected<'v, 'd>>,
        may_be_hidden: &mut bool,
    ) -> Option<()> {
        match self {
            Self::Key(key) => {
                let object = value.as_object()?;
                if let Some(value) = object.get(key).filter(|_| !matches!(key.as_str(), "_sd" | "..." | "_sd_alg")) {
                    out.push(Selected { value: Some(value), is_disclosable: false });
                    return Some(());
                }
                for digest in object.get("_sd").map(Value::items).unwrap_or_default() {
                    match parsed.find(digest) {
                        Some((Some(name), value)) if name == key => {
                            out.push(Selected { value: Some(value), is_disclosable: true });
                            return Some(());
                        }
                        Some(_) => {}
                        None => *may_be_hidden = true,
                    }
                }
            }
            Self::Every => out.extend(value.as_array()?.iter().map(|item| element(item, parsed))),
            Self::Index(index) => out.extend(value.as_array()?.get(*index).map(|item| element(item, parsed))),
        }
        Some(())
    }
}

/// An element as issued: its digest stands in its place.
fn element<'v, 'd>(item: &'v Value<'d>, parsed: &'v Parsed<'d>) -> Selected<'v, 'd> {
    match item.get("...") {
        None => Selected { value: Some(item), is_disclosable: false },
        Some(digest) => Selected { value: parsed.find(digest).map(|(_, value)| value), is_disclosable: true },
    }
}

fn invalid(vct: &str, about: &str) -> Fault {
    Fault::new(Code::TypeMetadataInvalid).about(format!("{vct}: {about}"))
}
