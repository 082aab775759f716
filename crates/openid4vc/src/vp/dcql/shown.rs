//! The verifier's side: whether what was shown, and proved, answers the query.

use tamarack::json::{Object, Value};
use tamarack::jsonld::Contexts;

use super::path::{ClaimsPath, Reading};
use super::query::{ClaimsQuery, CredentialQuery, Query};
use super::types::{Authorities, meta_matches};
use crate::{Refusal, RefusalCode, Result};

/// A credential that was shown and whose proofs are good.
#[derive(Clone, Copy, Debug)]
pub struct ShownCredential<'s> {
    /// What was proved: the credential, or the processed payload of an SD-JWT VC.
    pub document: &'s Object<'s>,
    /// Its issuer.
    pub issuer: &'s str,
    /// Whether its holder can have kept parts back.
    pub is_divisible: bool,
    /// The authority key identifiers of the certificates that came with it.
    pub key_identifiers: &'s [Vec<u8>],
}

/// One claim that was asked for and proved.
#[derive(Clone, PartialEq, Debug)]
pub struct ShownClaim {
    /// Its id in the query.
    pub id: Option<String>,
    /// The path by which it was asked for.
    pub path: ClaimsPath,
    /// What it is: the pointers and values that the path selects.
    pub values: Vec<(String, Value<'static>)>,
}

impl Query {
    /// Whether the ids of the queries that were answered are enough, and none of them was not asked for (§6.4.2).
    ///
    /// # Errors
    /// `invalid_request`: `vp_token` for an answer to what was not asked, `credentials` for a missing one.
    pub fn check_set(&self, answered: &[&str]) -> Result<()> {
        let sets = self.credential_sets();
        let is_asked = |id: &str| match sets.is_empty() {
            true => self.credential(id).is_some(),
            false => sets.iter().flat_map(|set| &set.options).flatten().any(|asked| asked == id),
        };
        if !answered.iter().all(|id| is_asked(id)) {
            return Err(wrong("vp_token"));
        }
        let is_there = |id: &String| answered.contains(&id.as_str());
        let enough = match sets.is_empty() {
            true => self.credentials().iter().all(|credential| is_there(&credential.id)),
            false => {
                sets.iter().all(|set| !set.required || set.options.iter().any(|option| option.iter().all(is_there)))
            }
        };
        if enough { Ok(()) } else { Err(wrong("credentials")) }
    }
}

impl CredentialQuery {
    /// Asks the query of a credential that was shown, and gives the claims that it asked for and no others. Of several
    /// claim sets, the first that is there counts.
    ///
    /// # Errors
    /// `invalid_request`: `meta` for another kind of credential, `trusted_authorities`, `claims` for a missing claim,
    /// `values` for one that says something else.
    pub fn check_shown(
        &self,
        shown: &ShownCredential<'_>,
        contexts: &Contexts<'_>,
        authorities: &Authorities,
    ) -> Result<Vec<ShownClaim>> {
        if !meta_matches(&self.meta, &self.format, shown.document, contexts) {
            return Err(wrong("meta"));
        }
        if !authorities.allow(&self.trusted_authorities, shown.issuer, shown.key_identifiers) {
            return Err(wrong("trusted_authorities"));
        }
        let whole = Value::Object(shown.document.clone());
        let reading = if shown.is_divisible { Reading::Thinned } else { Reading::Exact };
        let mut first_refusal = None;
        for claims in self.combinations() {
            match claims.into_iter().map(|claim| read_claim(claim, &whole, reading)).collect() {
                Ok(claims) => return Ok(claims),
                Err(refusal) => first_refusal = first_refusal.or(Some(refusal)),
            }
        }
        Err(first_refusal.unwrap_or(wrong("claims")))
    }
}

fn read_claim(claim: &ClaimsQuery, whole: &Value<'_>, reading: Reading) -> Result<ShownClaim> {
    let selected = claim.select(whole, reading);
    if selected.is_empty() {
        return Err(wrong("claims"));
    }
    let accepted = selected.into_iter().filter(|selected| claim.accepts(selected.value));
    let values: Vec<_> = accepted.map(|selected| (selected.pointer, selected.value.clone().into_owned())).collect();
    if values.is_empty() {
        return Err(wrong("values"));
    }
    Ok(ShownClaim { id: claim.id.clone(), path: claim.path.clone(), values })
}

const fn wrong(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}
