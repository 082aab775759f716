//! Whose key it is: the method in the DID document, and what speaks against its use. Shared with [`crate::jose`].

use super::{Expected, World};
use crate::did::{self, Relationship, VerificationMethod, did_of};
use crate::{Code, Fault, Timestamp};

/// A key and what speaks against it. The signature can be judged with a key that has no authority.
#[derive(Debug)]
pub(crate) struct Authority {
    /// The method, if it could be found at all.
    pub(crate) method: Result<VerificationMethod, Fault>,
    /// Why it has no authority.
    pub(crate) objection: Option<Fault>,
}

impl Authority {
    /// No key, for this reason.
    pub(crate) const fn none(fault: Fault) -> Self {
        Self { method: Err(fault), objection: None }
    }

    /// The method, unless something speaks against it.
    pub(crate) fn finding(self) -> Result<VerificationMethod, Fault> {
        match self.objection {
            Some(fault) => Err(fault),
            None => self.method,
        }
    }
}

/// The key of a DID URL, judged against what is expected of something made at `signed`. Its DID is resolved once.
pub(crate) fn find(did_url: &str, expected: Expected<'_>, signed: Option<Timestamp>, world: &World<'_>) -> Authority {
    let did = did_of(did_url);
    let objected = foreign(did_url, expected);
    // The key of a did:key is in the DID itself: no document is built.
    let document = if did_url.starts_with("did:key:") {
        None
    } else {
        let resolved = did::check_did_url(did_url).and_then(|()| world.documents.resolve(did, world.evidence));
        match resolved {
            Ok(document) => Some(document),
            Err(fault) => return Authority { objection: objected, ..Authority::none(elsewhere(fault, did)) },
        }
    };
    let ask = |relationship| match &document {
        Some(document) => document.method(did_url, relationship),
        None => world.documents.computed_method(did_url, relationship, world.evidence),
    };
    let (method, objection) = match ask(expected.purpose) {
        Ok(method) => {
            let objection = objection(&method, did, signed, world.now);
            (Ok(method), objection)
        }
        Err(fault) if fault.code() == Code::DidRelationship => {
            let other = Relationship::ALL.into_iter().find_map(|relationship| ask(relationship).ok());
            (other.ok_or_else(|| fault.clone()), Some(fault))
        }
        Err(fault) if fault.code() == Code::DidMethodNotFound && !did::is_computed(did) => {
            (Err(fault.about(did)), None)
        }
        Err(fault) => (Err(elsewhere(fault, did)), None),
    };
    Authority { method, objection: objected.or(objection) }
}

/// A pointer into the DID document would be taken for one into the input.
fn elsewhere(fault: Fault, did: &str) -> Fault {
    match fault.pointer() {
        Some(pointer) => Fault::new(fault.code()).about(format!("{did} {pointer}")),
        None => fault,
    }
}

/// The key must be in the document of the issuer's (or holder's) own DID.
fn foreign(did_url: &str, expected: Expected<'_>) -> Option<Fault> {
    let foreign = expected.controller.is_some_and(|controller| controller != did_of(did_url));
    foreign.then(|| Fault::new(Code::KeyNotController).about(did_url))
}

/// CID 1.0 §2.2: nothing is verified with a key at or after its expiry or revocation. A key that a thief has can write
/// any `created`, so it is the present that counts, and the time of signing too.
pub(crate) fn objection(
    method: &VerificationMethod,
    did: &str,
    signed: Option<Timestamp>,
    now: Timestamp,
) -> Option<Fault> {
    let past =
        |limit: Option<Timestamp>| limit.is_some_and(|at| now >= at || signed.is_some_and(|signed| signed >= at));
    let code = if method.controller != did {
        Code::KeyNotController
    } else if past(method.revoked) {
        Code::KeyRevoked
    } else if past(method.expires) {
        Code::KeyExpired
    } else {
        return None;
    };
    Some(Fault::new(code).about(method.id.as_str()))
}
