//! The holder's side: what may be disclosed, and a presentation of what he chose (RFC 9901 §7.2).

use std::collections::BTreeSet;

use super::SdJwt;
use super::binding::KeyBinding;
use super::disclosure::{Disclosures, HashName};
use super::process::{Found, Processed, process_noting};
use super::text::{malformed, payload_of};
use crate::jose::Jws;
use crate::json::{Object, Path, Value};
use crate::keys::PublicKey;
use crate::{Code, Fault};

/// One claim that the holder may show or keep to himself.
#[derive(Clone, PartialEq, Debug)]
pub struct Disclosable {
    /// Its JSON pointer in the processed payload.
    pub pointer: String,
    /// The pointer of the disclosable claim that it stands in: whoever shows the inner one shows that the outer one exists.
    pub within: Option<String>,
    /// Its value, with everything that is in it.
    pub value: Value<'static>,
    /// Its disclosure, by its place in the text.
    index: usize,
}

/// What an SD-JWT lets its holder choose. The claims come in the order of the payload, outer ones before inner ones.
///
/// The issuer's signature is not checked: the holder verifies a credential when he receives it.
///
/// # Errors
/// As [`SdJwt::open`], but for the signature; [`Code::SdJwtMalformed`] for an SD-JWT+KB, which no holder is given (RFC 9901
/// §7.2).
pub fn disclosable(text: &str) -> Result<Vec<Disclosable>, Fault> {
    let sd_jwt = SdJwt::parse(text)?;
    with_holding(&sd_jwt, |holding| Ok(holding.claims))
}

/// A presentation: the issuer-signed JWT, the disclosures that `reveal` needs and no others, and a key-binding JWT if there
/// is a [`KeyBinding`].
///
/// A pointer of `reveal` shows the claim with everything in it, and the claims that it stands in without the rest of them.
/// A pointer to what is in plain sight anyway adds nothing but what is hidden in it; the empty pointer shows everything.
///
/// # Errors
/// As [`disclosable`]; [`Code::VcPropertyMissing`] with a pointer that names nothing; [`Code::HolderNotSubject`] for a key
/// that is not the one of `cnf`; what the signer gives.
pub fn present(text: &str, reveal: &[&str], binding: Option<&KeyBinding<'_>>) -> Result<String, Fault> {
    let sd_jwt = SdJwt::parse(text)?;
    let (chosen, hash) = with_holding(&sd_jwt, |holding| {
        if let Some(binding) = binding {
            check_key(&holding.payload, binding)?;
        }
        Ok((holding.choose(reveal)?, holding.hash))
    })?;
    let mut out = String::with_capacity(text.len() + 512);
    out.push_str(sd_jwt.jwt());
    out.push('~');
    for (index, disclosure) in sd_jwt.disclosures().iter().enumerate() {
        if chosen.contains(&index) {
            out.push_str(disclosure);
            out.push('~');
        }
    }
    if let Some(binding) = binding {
        let token = binding.sign(&out, hash)?;
        out.push_str(&token);
    }
    Ok(out)
}

/// The credential's own key must sign: any other makes a presentation that nobody takes.
fn check_key(payload: &Object<'_>, binding: &KeyBinding<'_>) -> Result<(), Fault> {
    let wrong = || Fault::new(Code::HolderNotSubject).at("/cnf");
    let cnf = payload.get("cnf").ok_or_else(wrong)?;
    match cnf.get("jwk") {
        Some(jwk) if PublicKey::from_jwk(jwk)? == *binding.signer.public_key() => Ok(()),
        Some(_) => Err(wrong()),
        // By name: whose key it is, its DID document says.
        None => cnf.get("kid").map(|_| ()).ok_or_else(wrong),
    }
}

struct Holding {
    payload: Object<'static>,
    claims: Vec<Disclosable>,
    hash: HashName,
}

impl Holding {
    fn choose(&self, reveal: &[&str]) -> Result<BTreeSet<usize>, Fault> {
        let payload = Value::Object(self.payload.clone());
        let mut chosen = BTreeSet::new();
        for pointer in reveal {
            if payload.pointer(pointer).is_none() {
                return Err(Fault::new(Code::VcPropertyMissing).at(*pointer).about("no such claim"));
            }
            let is_or_in = |inner: &str, outer: &str| {
                inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let needed = self
                .claims
                .iter()
                .filter(|claim| is_or_in(&claim.pointer, pointer) || is_or_in(pointer, &claim.pointer));
            chosen.extend(needed.map(|claim| claim.index));
        }
        Ok(chosen)
    }
}

fn with_holding<T>(sd_jwt: &SdJwt<'_>, then: impl FnOnce(Holding) -> Result<T, Fault>) -> Result<T, Fault> {
    if sd_jwt.key_binding().is_some() {
        return Err(malformed("a key-binding JWT"));
    }
    let jws = Jws::parse(sd_jwt.jwt())?;
    let payload = payload_of(&jws)?;
    let hash = HashName::of(&payload)?;
    let disclosures = Disclosures::new(sd_jwt.disclosures(), hash)?;
    let mut places: Vec<(Found, String)> = Vec::with_capacity(disclosures.len());
    let mut note = |found: Found, path: &Path<'_>| places.push((found, path.pointer()));
    let Processed { payload, .. } = process_noting(payload, &disclosures, &[], &mut note)?;
    let payload = Value::Object(payload.into_owned());
    let claims = places.iter().map(|(found, pointer)| Disclosable {
        pointer: pointer.clone(),
        within: places
            .iter()
            .find(|(outer, _)| Some(outer.disclosure) == found.within)
            .map(|(_, pointer)| pointer.clone()),
        value: payload.pointer(pointer).cloned().unwrap_or(Value::Null),
        index: found.disclosure,
    });
    let claims = claims.collect();
    let Value::Object(payload) = payload else { return Err(Code::Internal.into()) };
    then(Holding { payload, claims, hash })
}
