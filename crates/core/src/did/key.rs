//! did:key: the key is the identifier.

use super::{Relationship, VerificationMethod};
use crate::keys::{KeyType, PublicKey};
use crate::{Code, Fault};

/// The one method of a did:key document, without building the document: this is how most proofs find their key.
pub(super) fn verification_method(
    did_url: &str,
    did: &str,
    multikey: &str,
    relationship: Relationship,
) -> Result<VerificationMethod, Fault> {
    let key = PublicKey::from_multikey(multikey)?;
    // The fragment is the multibase value again (did:key §3.1.2).
    if did_url.get(did.len()..).and_then(|rest| rest.strip_prefix('#')) != Some(multikey) {
        return Err(Fault::new(Code::DidMethodNotFound).about(did_url));
    }
    let signs = !matches!(key.key_type(), KeyType::X25519);
    if signs == (relationship == Relationship::KeyAgreement) {
        return Err(Fault::new(Code::DidRelationship).about(did_url));
    }
    Ok(VerificationMethod { id: did_url.to_owned(), controller: did.to_owned(), key, expires: None, revoked: None })
}
