//! Whose key it is: the method in the DID document, and what speaks against its use. Shared with [`crate::jose`].

use super::Expected;
use crate::did::{self, Relationship, VerificationMethod, did_of};
use crate::{Code, Evidence, Fault, Timestamp};

/// A key and what speaks against it. The signature can be judged with a key that has no authority.
#[derive(Debug)]
pub(crate) struct Authority {
    /// The method, if it could be found at all.
    pub(crate) method: Result<VerificationMethod, Fault>,
    /// Why it has no authority.
    pub(crate) objection: Option<Fault>,
}

impl Authority {
    /// No method, for this reason.
    pub(crate) const fn unknown(fault: Fault) -> Self {
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

/// Every relationship, for a key that is not listed under the one that it should be.
const RELATIONSHIPS: [Relationship; 5] = [
    Relationship::AssertionMethod,
    Relationship::Authentication,
    Relationship::KeyAgreement,
    Relationship::CapabilityInvocation,
    Relationship::CapabilityDelegation,
];

/// The key of a DID URL, judged against what is expected at `now` of something made at `signed`.
pub(crate) fn find(
    did_url: &str,
    expected: Expected<'_>,
    signed: Option<Timestamp>,
    evidence: &Evidence,
    now: Timestamp,
) -> Authority {
    let did = did_of(did_url);
    // The key must be in the document of the issuer's (or holder's) own DID.
    let foreign = expected.controller.is_some_and(|controller| controller != did);
    let not_controller = || Fault::new(Code::KeyNotController).about(did_url);
    // A pointer into the DID document would be taken for one into the input.
    let elsewhere = |fault: Fault| match fault.pointer() {
        Some(pointer) => Fault::new(fault.code()).about(format!("{did} {pointer}")),
        None => fault,
    };
    let (method, objection) = match did::verification_method(did_url, expected.purpose, evidence) {
        Ok(method) => {
            let objection = objection(&method, did, signed, now);
            (Ok(method), objection)
        }
        Err(fault) if fault.code() == Code::DidRelationship => {
            let elsewhere = RELATIONSHIPS
                .into_iter()
                .find_map(|relationship| did::verification_method(did_url, relationship, evidence).ok());
            (elsewhere.ok_or_else(|| fault.clone()), Some(fault))
        }
        Err(fault) => (Err(elsewhere(fault)), None),
    };
    Authority { method, objection: if foreign { Some(not_controller()) } else { objection } }
}

/// CID 1.0 §2.2: nothing is verified with a key at or after its expiry or revocation. A key that a thief has can write
/// any `created`, so it is the present that counts, and the time of signing too.
fn objection(method: &VerificationMethod, did: &str, signed: Option<Timestamp>, now: Timestamp) -> Option<Fault> {
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
