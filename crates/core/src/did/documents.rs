//! The DID documents of one verification: each is read once, however many proofs name its keys.

use std::cell::RefCell;
use std::rc::Rc;

use super::{DidDocument, resolve};
use crate::{Code, Evidence, Fault, limits};

/// The DID documents that were read, or why they could not be. One is for one verification, under one evidence.
#[derive(Debug, Default)]
pub struct Documents(RefCell<Vec<Known>>);

#[derive(Debug)]
struct Known {
    did: String,
    document: Result<Rc<DidDocument>, Fault>,
}

impl Documents {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// The document of a DID, as [`resolve`] gives it the first time.
    ///
    /// # Errors
    /// As [`resolve`]; [`Code::DidDocumentInvalid`] beyond [`limits::DID_DOCUMENTS`] documents.
    pub(crate) fn resolve(&self, did: &str, evidence: &Evidence) -> Result<Rc<DidDocument>, Fault> {
        let mut known = self.0.borrow_mut();
        if let Some(known) = known.iter().find(|known| known.did == did) {
            return known.document.clone();
        }
        if known.len() >= limits::DID_DOCUMENTS {
            let limit = format!("more than {} DID documents", limits::DID_DOCUMENTS);
            return Err(Fault::new(Code::DidDocumentInvalid).about(limit));
        }
        let document = resolve(did, evidence).map(Rc::new);
        known.push(Known { did: did.to_owned(), document: document.clone() });
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::did::Relationship;
    use crate::did::did_peer_2;
    use crate::keys::{KeyType, PublicKey, SecretKey, Signer as _};

    fn peer(seed: u8) -> String {
        let key: PublicKey = SecretKey::from_bytes(KeyType::Ed25519, &[seed; 32]).unwrap().public_key().clone();
        did_peer_2(&[(Relationship::AssertionMethod, &key)], &[])
    }

    #[test]
    fn reads_each_once_and_not_without_end() {
        let (documents, none) = (Documents::new(), Evidence::none());
        let first = documents.resolve(&peer(1), &none).unwrap();
        assert!(Rc::ptr_eq(&first, &documents.resolve(&peer(1), &none).unwrap()));
        assert_eq!(documents.resolve("did:web:a.example", &none).unwrap_err().code(), Code::DidNotResolved);
        for seed in 3..=u8::try_from(limits::DID_DOCUMENTS).unwrap() {
            documents.resolve(&peer(seed), &none).unwrap();
        }
        assert_eq!(documents.resolve(&peer(255), &none).unwrap_err().code(), Code::DidDocumentInvalid);
        assert!(documents.resolve(&peer(1), &none).is_ok());
    }
}
