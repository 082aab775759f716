//! Resolving digests: from the payload that was signed to the payload that is read (RFC 9901 §7.1 steps 3 to 5).

use std::borrow::Cow;

use super::disclosure::{Disclosures, nth, pairs};
use crate::json::{Object, Path, Value};
use crate::{Code, Fault, limits};

/// The payload with its disclosed claims in their places.
pub(crate) struct Processed<'a> {
    pub(crate) payload: Object<'a>,
    /// Whether there was any digest.
    pub(crate) has_digests: bool,
    /// Whether there was a digest without its disclosure, so that something may be hidden.
    pub(crate) hides: bool,
    /// Whether there was an `_sd` at the top.
    pub(crate) has_list: bool,
}

/// One disclosure in its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Found {
    /// Which one, in the order of the text.
    pub(super) disclosure: usize,
    /// The disclosure that it was found in.
    pub(super) within: Option<usize>,
}

/// Resolves every digest. `fixed` are the names of claims at the top that must not be disclosable, nor anything in them.
///
/// # Errors
/// `sd_jwt.*` as each step says, [`Code::JsonTooDeep`]; with the pointer of the claim in the processed payload.
pub(crate) fn process<'a>(
    payload: Object<'a>,
    disclosures: &'a Disclosures,
    fixed: &[&str],
) -> Result<Processed<'a>, Fault> {
    process_noting(payload, disclosures, fixed, &mut |_, _| {})
}

/// [`process`], and tells the pointer of every disclosure: parents before what is in them.
pub(super) fn process_noting<'a>(
    mut payload: Object<'a>,
    disclosures: &'a Disclosures,
    fixed: &[&str],
    note: &mut dyn FnMut(Found, &Path<'_>),
) -> Result<Processed<'a>, Fault> {
    // Step 3.6; `HashName::of` has read it.
    payload.remove("_sd_alg");
    let has_list = payload.contains_key("_sd");
    let mut walk = Walk {
        disclosures,
        fixed,
        note,
        used: vec![false; disclosures.len()],
        seen: Vec::with_capacity(disclosures.len() + 8),
        within: None,
    };
    walk.object(&mut payload, &Path::Root, Place { depth: 1, is_fixed: false })?;
    // Step 5.
    if let Some(index) = walk.used.iter().position(|used| !used) {
        return Err(Fault::new(Code::SdJwtUnreferenced).about(nth(index)));
    }
    // Step 4. Digests of disclosures that are there were compared when they were used.
    walk.seen.sort_unstable();
    if pairs(&walk.seen).any(|(one, other)| one == other) {
        return Err(Fault::new(Code::SdJwtDigestTwice).about("digest"));
    }
    // Every disclosure was used once.
    let hides = walk.seen.len() > disclosures.len();
    Ok(Processed { payload, has_digests: !walk.seen.is_empty(), hides, has_list })
}

struct Walk<'a, 'w> {
    disclosures: &'a Disclosures,
    fixed: &'w [&'w str],
    note: &'w mut dyn FnMut(Found, &Path<'_>),
    used: Vec<bool>,
    seen: Vec<Cow<'a, str>>,
    within: Option<usize>,
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    /// Within a claim that must not be disclosable.
    is_fixed: bool,
}

impl Place {
    /// One level further down: disclosures within disclosures must not nest deeper than a document may.
    fn down(self, path: &Path<'_>) -> Result<Self, Fault> {
        if self.depth >= limits::JSON_DEPTH {
            let about = format!("depth > {}", limits::JSON_DEPTH);
            return Err(Fault::new(Code::JsonTooDeep).at(path.pointer()).about(about));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'a> Walk<'a, '_> {
    fn value(&mut self, value: &mut Value<'a>, path: &Path<'_>, place: Place) -> Result<(), Fault> {
        match value {
            Value::Object(object) => self.object(object, path, place.down(path)?),
            Value::Array(items) => self.array(items, path, place.down(path)?),
            _ => Ok(()),
        }
    }

    fn object(&mut self, object: &mut Object<'a>, path: &Path<'_>, place: Place) -> Result<(), Fault> {
        let is_top = matches!(path, Path::Root);
        for (key, value) in object.iter_mut() {
            let path = path.key(key);
            match key {
                "_sd" => {}
                // RFC 9901 §4.1 rule 7 and §4.1.1: nowhere but where digests are embedded, and at the top alone.
                "..." | "_sd_alg" => return Err(digest_fault(&path)),
                _ => {
                    let is_fixed = place.is_fixed || (is_top && self.fixed.contains(&key));
                    self.value(value, &path, Place { is_fixed, ..place })?;
                }
            }
        }
        let Some(list) = object.remove("_sd") else { return Ok(()) };
        if place.is_fixed {
            return Err(never(path));
        }
        let Value::Array(digests) = list else { return Err(digest_fault(&path.key("_sd"))) };
        for digest in digests {
            let Value::String(digest) = digest else { return Err(digest_fault(&path.key("_sd"))) };
            let Some(index) = self.take(digest)? else { continue };
            let (name, value) = self.disclosures.member(index)?;
            if matches!(name.as_ref(), "_sd" | "..." | "_sd_alg") {
                return Err(Fault::new(Code::SdJwtDisclosure).about(format!("{}: {name}", nth(index))));
            }
            let here = path.key(&name);
            if is_top && self.fixed.contains(&name.as_ref()) {
                return Err(never(&here));
            }
            let value = self.disclosed(index, value, &here, place)?;
            if object.contains_key(&name) {
                return Err(Fault::new(Code::SdJwtClaimTwice).at(here.pointer()));
            }
            object.insert(name, value);
        }
        Ok(())
    }

    fn array(&mut self, items: &mut Vec<Value<'a>>, path: &Path<'_>, place: Place) -> Result<(), Fault> {
        let mut kept = 0;
        let mut at = 0;
        let is_digest = |item: &Value<'_>| item.get("...").is_some();
        if !items.iter().any(is_digest) {
            for (index, item) in items.iter_mut().enumerate() {
                self.value(item, &path.index(index), place)?;
            }
            return Ok(());
        }
        let mut out = Vec::with_capacity(items.len());
        for mut item in items.drain(..) {
            let here = path.index(kept);
            let within_issued = path.index(at);
            at += 1;
            if !is_digest(&item) {
                self.value(&mut item, &here, place)?;
                out.push(item);
                kept += 1;
                continue;
            }
            let digest = match item {
                Value::Object(mut object) if object.len() == 1 => match object.remove("...") {
                    Some(Value::String(digest)) => digest,
                    _ => return Err(digest_fault(&within_issued)),
                },
                _ => return Err(digest_fault(&within_issued)),
            };
            if place.is_fixed {
                return Err(never(path));
            }
            let Some(index) = self.take(digest)? else { continue };
            let value = self.disclosures.element(index)?;
            out.push(self.disclosed(index, value, &here, place)?);
            kept += 1;
        }
        *items = out;
        Ok(())
    }

    /// Notes a digest and finds its disclosure, which may be used once.
    fn take(&mut self, digest: Cow<'a, str>) -> Result<Option<usize>, Fault> {
        let found = self.disclosures.find(&digest);
        self.seen.push(digest);
        let Some(index) = found else { return Ok(None) };
        match self.used.get_mut(index) {
            Some(used) if !*used => *used = true,
            _ => return Err(Fault::new(Code::SdJwtDigestTwice).about(nth(index))),
        }
        Ok(Some(index))
    }

    /// Resolves what is in a disclosed value.
    fn disclosed(
        &mut self,
        index: usize,
        mut value: Value<'a>,
        path: &Path<'_>,
        place: Place,
    ) -> Result<Value<'a>, Fault> {
        let found = Found { disclosure: index, within: self.within };
        (self.note)(found, path);
        self.within = Some(index);
        self.value(&mut value, path, place)?;
        self.within = found.within;
        Ok(value)
    }
}

fn digest_fault(path: &Path<'_>) -> Fault {
    Fault::new(Code::SdJwtDigest).at(path.pointer())
}

fn never(path: &Path<'_>) -> Fault {
    Fault::new(Code::SdJwtNeverDisclosable).at(path.pointer())
}
