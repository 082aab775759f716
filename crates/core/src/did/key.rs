//! did:key: the key is the identifier.

use super::{DidDocument, DocumentBuilder, MethodForm, Relationship, VerificationMethod, did_of};
use crate::keys::{KeyType, PublicKey};
use crate::{Code, Fault};

/// The did:key of a key.
#[must_use]
pub fn did_key(key: &PublicKey) -> String {
    format!("did:key:{}", key.to_multikey())
}

/// The document of a did:key: one method in the form of Multikey, and for Ed25519 the X25519 key that belongs to it.
pub(super) fn document(did: &str, multikey: &str) -> Result<DidDocument, Fault> {
    let key = read(did, multikey)?;
    let mut builder = DocumentBuilder::new(did);
    let relationships: Vec<_> = Relationship::ALL.into_iter().filter(|r| allows(key.key_type(), *r)).collect();
    let agreement = key.to_x25519();
    builder.add(&format!("#{multikey}"), &key, MethodForm::Multikey, &relationships);
    if let Some(agreement) = agreement {
        let id = format!("#{}", agreement.to_multikey());
        builder.add(&id, &agreement, MethodForm::Multikey, &[Relationship::KeyAgreement]);
    }
    builder.build()
}

/// The method that a DID URL names, without building the document. `rest` is what follows `did:key:`.
pub(super) fn verification_method(
    did_url: &str,
    rest: &str,
    relationship: Relationship,
) -> Result<VerificationMethod, Fault> {
    // What is no Multikey is no did:key, so the syntax needs no check of its own.
    let multikey = did_of(rest);
    let did_length = did_url.len() - (rest.len() - multikey.len());
    let did = did_url.get(..did_length).unwrap_or_default();
    let key = read(did, multikey)?;
    let not_found = || Fault::new(Code::DidMethodNotFound).about(did_url);
    // did:key §3.1.2: the fragment is the multibase value of the key.
    let fragment = rest.get(multikey.len()..).and_then(|tail| tail.strip_prefix('#')).ok_or_else(not_found)?;
    let (key, listed) = if fragment == multikey {
        let listed = allows(key.key_type(), relationship);
        (key, listed)
    } else {
        // §3.1.3: the derived key, for agreement only.
        let derived = key.to_x25519().filter(|derived| derived.to_multikey() == fragment).ok_or_else(not_found)?;
        (derived, relationship == Relationship::KeyAgreement)
    };
    if !listed {
        return Err(Fault::new(Code::DidRelationship).about(relationship.name()));
    }
    Ok(VerificationMethod { id: did_url.to_owned(), controller: did.to_owned(), key, expires: None, revoked: None })
}

fn read(did: &str, multikey: &str) -> Result<PublicKey, Fault> {
    PublicKey::from_multikey(multikey).map_err(|fault| match fault.code() {
        // A did:key that is not even multibase.
        Code::EncodingMultibase => Fault::new(Code::DidSyntax).about(did),
        _ => fault,
    })
}

/// What a key of this kind can do, as the documents of the test vectors have it.
const fn allows(key_type: KeyType, relationship: Relationship) -> bool {
    match key_type {
        KeyType::X25519 => !relationship.signs(),
        KeyType::Ed25519 | KeyType::Bls12381G2 => relationship.signs(),
        KeyType::P256 | KeyType::P384 | KeyType::Secp256k1 | KeyType::Rsa => true,
    }
}
