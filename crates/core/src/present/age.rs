//! “Are you old enough?”, answered without a birth date.

use super::held::Held;
use super::leaves::leaves;

/// What a verifier asks: whether the holder has reached an age.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AgeQuestion {
    /// The age in whole years.
    pub at_least: u32,
}

/// How a held credential can answer.
///
/// Today there is one way: a claim that the issuer computed when it issued the credential, for the ages that its type
/// lists. A zero-knowledge range proof over the signed birth date (“not later than this day, and nothing more”) is to be
/// another variant here, chosen before [`Self::Claim`] where a credential has a birth date that its suite can prove
/// something about; [`super::Selection`] then names the statement beside the pointers.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum AgeAnswer {
    /// A computed claim.
    Claim {
        /// Its JSON pointer, to be chosen.
        pointer: String,
        /// What it says.
        holds: bool,
    },
}

impl AgeQuestion {
    /// How this credential answers, if it can: by the claim of this very age, else by one that implies the answer while
    /// telling as little more as possible (whoever is over 19 is over 18).
    #[must_use]
    pub fn answer(self, held: &Held) -> Option<AgeAnswer> {
        let leaves = leaves(held.document());
        let claims = leaves.iter().filter_map(|leaf| {
            let age: u32 = leaf.last().strip_prefix("ageOver")?.parse().ok()?;
            Some((age, leaf.value.as_bool()?, leaf.pointer.as_str()))
        });
        // An age that was reached implies those below; one that was not, those above.
        let implied =
            claims.filter(|(age, holds, _)| if *holds { *age >= self.at_least } else { *age <= self.at_least });
        let (_, holds, pointer) = implied.min_by_key(|(age, ..)| age.abs_diff(self.at_least))?;
        Some(AgeAnswer::Claim { pointer: pointer.to_owned(), holds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_claim_that_implies_the_answer() {
        let held = Held::parse(
            br#"{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"did:x:y",
            "credentialSubject":{"person":{"ageOver16":true,"ageOver19":true,"ageOver25":false,"ageOver9x":true}},
            "proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","verificationMethod":"did:x:y#1",
            "proofPurpose":"assertionMethod","proofValue":"z1"}}"#,
        )
        .unwrap();
        let answer = |at_least| {
            (AgeQuestion { at_least }).answer(&held).map(|AgeAnswer::Claim { pointer, holds }| (pointer, holds))
        };
        let claim = |age, holds| Some((format!("/credentialSubject/person/ageOver{age}"), holds));
        assert_eq!(answer(19), claim(19, true));
        assert_eq!(answer(18), claim(19, true));
        assert_eq!(answer(12), claim(16, true));
        assert_eq!(answer(25), claim(25, false));
        assert_eq!(answer(30), claim(25, false));
        assert_eq!(answer(21), None);
    }
}
