//! The DID documents of one verification: each is read once, however many proofs name its keys. Bulk verification keeps
//! what was read from one input to the next.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{DidDocument, Relationship, VerificationMethod, resolve, verification_method};
use crate::{Code, Evidence, Fault, limits};

/// The DID documents that were read, or why they could not be. One is for one verification, under one evidence.
#[derive(Debug, Default)]
pub struct Documents {
    known: RefCell<Vec<Known>>,
    kept: Option<Rc<Kept>>,
}

#[derive(Debug)]
struct Known {
    did: String,
    document: Result<Rc<DidDocument>, Fault>,
}

impl Documents {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { known: RefCell::new(Vec::new()), kept: None }
    }

    /// None yet, but what other verifications read under the same evidence is at hand.
    pub(crate) const fn keeping(kept: Rc<Kept>) -> Self {
        Self { known: RefCell::new(Vec::new()), kept: Some(kept) }
    }

    /// The document of a DID, as [`resolve`] gives it the first time.
    ///
    /// # Errors
    /// As [`resolve`]; [`Code::DidDocumentInvalid`] beyond [`limits::DID_DOCUMENTS`] documents.
    pub(crate) fn resolve(&self, did: &str, evidence: &Evidence) -> Result<Rc<DidDocument>, Fault> {
        let mut known = self.known.borrow_mut();
        if let Some(known) = known.iter().find(|known| known.did == did) {
            return known.document.clone();
        }
        if known.len() >= limits::DID_DOCUMENTS {
            let limit = format!("more than {} DID documents", limits::DID_DOCUMENTS);
            return Err(Fault::new(Code::DidDocumentInvalid).about(limit));
        }
        let read = || resolve(did, evidence).map(Rc::new);
        let document = self.kept.as_ref().map_or_else(read, |kept| kept.documents.get(did, |_| true, read));
        known.push(Known { did: did.to_owned(), document: document.clone() });
        document
    }

    /// The DIDs whose documents were read.
    pub(crate) fn dids(self) -> Vec<String> {
        self.known.into_inner().into_iter().map(|known| known.did).collect()
    }

    /// Reads the documents of these DIDs, unless they are more than one verification may read.
    pub(crate) fn read_all(&self, dids: &[String], evidence: &Evidence) -> bool {
        let is_new = |did: &&String| !self.known.borrow().iter().any(|known| known.did == **did);
        let room = limits::DID_DOCUMENTS.saturating_sub(self.known.borrow().len());
        if dids.iter().filter(is_new).count() > room {
            return false;
        }
        for did in dids {
            // What it says was judged already.
            let _ = self.resolve(did, evidence);
        }
        true
    }

    /// The method of a DID whose document needs not be built ([`verification_method`]).
    ///
    /// # Errors
    /// As [`verification_method`].
    pub(crate) fn computed_method(
        &self,
        did_url: &str,
        relationship: Relationship,
        evidence: &Evidence,
    ) -> Result<VerificationMethod, Fault> {
        let read = || verification_method(did_url, relationship, evidence);
        let Some(methods) = self.kept.as_ref().and_then(|kept| kept.methods.as_ref()) else { return read() };
        let (_, method) = methods.get(did_url, |(of, _)| *of == relationship, || (relationship, read()));
        method
    }
}

/// What one thread of bulk verification has read: always under one evidence.
#[derive(Debug)]
pub(crate) struct Kept {
    documents: Cache<Result<Rc<DidDocument>, Fault>>,
    methods: Option<Cache<(Relationship, Result<VerificationMethod, Fault>)>>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { documents: Cache::default(), methods: Some(Cache::default()) }
    }
}

impl Kept {
    /// Keeps documents alone, and not the methods that need none.
    pub(crate) fn of_documents() -> Self {
        Self { methods: None, ..Self::default() }
    }
}

/// The last values under some names; emptied when there are too many.
#[derive(Debug)]
struct Cache<T>(RefCell<HashMap<String, T>>);

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Clone> Cache<T> {
    const MOST: usize = 128;

    /// The value under a name if it `fits`; else it is made, and kept in the place of the other.
    fn get(&self, name: &str, fits: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> T {
        let mut values = self.0.borrow_mut();
        if let Some(value) = values.get(name).filter(|value| fits(value)) {
            return value.clone();
        }
        if values.len() >= Self::MOST {
            values.clear();
        }
        let value = make();
        values.insert(name.to_owned(), value.clone());
        value
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

    #[test]
    fn what_is_kept_is_what_would_be_read() {
        let (kept, none) = (Rc::new(Kept::default()), Evidence::none());
        let of_key = |seed: u8| {
            let key = SecretKey::from_bytes(KeyType::Ed25519, &[seed; 32]).unwrap().public_key().to_multikey();
            format!("did:key:{key}#{key}")
        };
        for round in 0..2 {
            for seed in 1..=200 {
                let (documents, alone) = (Documents::keeping(Rc::clone(&kept)), Documents::new());
                for relationship in [Relationship::AssertionMethod, Relationship::KeyAgreement] {
                    let with = documents.computed_method(&of_key(seed), relationship, &none);
                    assert_eq!(with, alone.computed_method(&of_key(seed), relationship, &none), "{round}");
                }
                let with = documents.resolve(&peer(seed), &none).unwrap();
                assert_eq!(with.to_json(), alone.resolve(&peer(seed), &none).unwrap().to_json());
            }
        }
        assert!(kept.documents.0.borrow().len() <= Cache::<()>::MOST);
    }
}
