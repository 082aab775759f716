//! What a credential is: its types, fully expanded, and who stands behind its issuer.

use std::collections::BTreeSet;

use tamarack::encoding::base64url_encode;
use tamarack::json::{Object, Value};
use tamarack::jsonld::{Contexts, Document, to_dataset};
use tamarack::rdf::TermRef;

use super::query::{Format, Meta, TrustedAuthority};

const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// The fully expanded types of a W3C credential (B.1.1): each `type` as its contexts make an IRI of it; one that they do
/// not define stays as it is, and so does each of a document whose contexts are not known.
#[must_use]
pub fn expanded_types(document: &Object<'_>, contexts: &Contexts<'_>) -> Vec<String> {
    let types = document.get("type").map(Value::items).unwrap_or_default();
    types.iter().filter_map(Value::as_str).map(|name| expanded(name, document, contexts)).collect()
}

fn expanded(name: &str, document: &Object<'_>, contexts: &Contexts<'_>) -> String {
    let mut small = Object::new();
    if let Some(context) = document.get("@context") {
        small.insert("@context", context.clone());
    }
    small.insert("type", name);
    let found = to_dataset(&Document { object: &small, context: None, skip: &[] }, contexts).ok().and_then(|data| {
        let iri = |id| match data.term(id) {
            TermRef::Iri(iri) => Some(iri.to_owned()),
            _ => None,
        };
        let mut quads = data.quads();
        quads.find(|(_, p, _, _)| iri(*p).as_deref() == Some(RDF_TYPE)).and_then(|(_, _, o, _)| iri(o))
    });
    found.unwrap_or_else(|| name.to_owned())
}

/// Whether a credential is of one of the kinds that `meta` names.
pub(super) fn meta_matches(meta: &Meta, format: &Format, document: &Object<'_>, contexts: &Contexts<'_>) -> bool {
    match meta {
        Meta::Any => true,
        Meta::Vcts(vcts) => {
            // What a type extends, its metadata says; `aka_vcts` is the credential's own word for the same.
            let also = document.get("aka_vcts").map(Value::items).unwrap_or_default();
            let mut types = document.get("vct").into_iter().chain(also).filter_map(Value::as_str);
            types.any(|vct| vcts.iter().any(|wanted| wanted == vct))
        }
        Meta::Types(alternatives) => {
            let mut types: BTreeSet<String> = expanded_types(document, contexts).into_iter().collect();
            // B.1.3.1: these formats do without JSON-LD, so verifiers name their types as they stand.
            if matches!(format, Format::JwtVcJson | Format::VcdmSdJwt) {
                let plain = document.get("type").map(Value::items).unwrap_or_default();
                types.extend(plain.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            alternatives.iter().any(|wanted| wanted.iter().all(|name| types.contains(name)))
        }
        Meta::Other(_) => false,
    }
}

/// Which issuers stand under an authority, as far as the caller knows: what an ETSI trusted list or a federation says.
/// Authority key identifiers of certificates need no such knowledge.
#[derive(Clone, Default, Debug)]
pub struct Authorities {
    members: BTreeSet<(String, String, String)>,
}

impl Authorities {
    /// Nobody is known.
    #[must_use]
    pub const fn none() -> Self {
        Self { members: BTreeSet::new() }
    }

    /// Adds that an issuer (its DID or URL, or the authority key identifier of a certificate of its chain) stands under an
    /// authority: a `value` of this `kind` of trusted authorities query.
    pub fn insert(&mut self, kind: impl Into<String>, value: impl Into<String>, issuer: impl Into<String>) {
        self.members.insert((kind.into(), value.into(), issuer.into()));
    }

    /// Whether a credential of this issuer, with these authority key identifiers in its chain, matches one of the queries.
    #[must_use]
    pub fn allow(&self, queries: &[TrustedAuthority], issuer: &str, key_identifiers: &[Vec<u8>]) -> bool {
        let keys: Vec<String> = key_identifiers.iter().map(|key| base64url_encode(key)).collect();
        let is_member = |kind: &str, value: &str, name: &str| {
            self.members.contains(&(kind.to_owned(), value.to_owned(), name.to_owned()))
        };
        queries.is_empty()
            || queries.iter().any(|query| {
                query.values.iter().any(|value| {
                    (query.kind == "aki" && keys.contains(value))
                        || is_member(&query.kind, value, issuer)
                        || keys.iter().any(|key| is_member(&query.kind, value, key))
                })
            })
    }
}
