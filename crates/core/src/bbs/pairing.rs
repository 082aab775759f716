//! The last step of every check: one equation of pairings, alone or many at once.

use tamarack_bls12_381::{G1Affine, product_is_one, public_sum_of_many};

use super::keys::{PublicKey, minus_generator};
use crate::{Code, Fault};

/// What is left of a check once everything else was found right: `e(left, key) = e(right, base point of G2)`.
///
/// Whoever makes one has checked that both points are in the subgroup of prime order.
#[derive(Clone, Debug)]
#[must_use = "nothing is proved until the equation has been checked"]
pub struct PairingClaim {
    key: PublicKey,
    left: G1Affine,
    right: G1Affine,
}

impl PairingClaim {
    pub(super) const fn new(key: PublicKey, left: G1Affine, right: G1Affine) -> Self {
        Self { key, left, right }
    }

    /// Checks the equation.
    ///
    /// # Errors
    /// [`Code::ProofSignatureInvalid`].
    pub fn check(&self) -> Result<(), Fault> {
        let pairs = [(&self.left, self.key.prepared()), (&self.right, minus_generator())];
        if product_is_one(&pairs) { Ok(()) } else { Err(Code::ProofSignatureInvalid.into()) }
    }

    /// Checks many equations, for less than a third of the cost of each alone: one finding for each, the same as
    /// [`Self::check`] gives.
    ///
    /// A random combination of all equations is checked first: with the coefficients `c_i`, whether
    /// `Π over keys e(Σ c_i left_i, key) = e(Σ c_i right_i, base point)`. If all hold, so does this. If some does not, write
    /// the two sides of each as powers of one element of the group of pairings, which has prime order `r`: their differences
    /// `d_i` are not all 0, and the combination holds only if `Σ c_i d_i = 0 mod r`. Whatever the other coefficients are, one
    /// value of `c_i` at most does that for an `i` with `d_i ≠ 0`, out of 2^128. The coefficients come from a hash over all
    /// equations, so that nobody knows them before all points are fixed; trying other points is a new chance of 2^-128 each
    /// time. That everything lies in the subgroup is what makes `r` prime in this argument: it was checked for each point.
    ///
    /// If the combination does not hold, each half is checked in the same way, and a few equations each alone: blame is
    /// exact, and one bad proof does not make the others cost their full price.
    #[must_use]
    pub fn check_all(claims: &[Self]) -> Vec<Result<(), Fault>> {
        const FEW: usize = 4;
        if claims.len() > 1 && Self::combination_holds(claims) {
            return claims.iter().map(|_| Ok(())).collect();
        }
        if claims.len() <= FEW {
            return claims.iter().map(Self::check).collect();
        }
        let (first, second) = claims.split_at(claims.len() / 2);
        let mut findings = Self::check_all(first);
        findings.extend(Self::check_all(second));
        findings
    }

    fn combination_holds(claims: &[Self]) -> bool {
        let coefficients = Self::coefficients(claims);
        let mut keys: Vec<&PublicKey> = Vec::new();
        for claim in claims {
            if !keys.contains(&&claim.key) {
                keys.push(&claim.key);
            }
        }
        let rights: Vec<G1Affine> = claims.iter().map(|claim| claim.right).collect();
        let right = public_sum_of_many(&rights, &coefficients).to_affine();
        let lefts: Vec<G1Affine> = keys
            .iter()
            .map(|key| {
                let of_key = claims.iter().zip(&coefficients).filter(|(claim, _)| claim.key == **key);
                let (points, factors): (Vec<_>, Vec<_>) = of_key.map(|(claim, factor)| (claim.left, *factor)).unzip();
                public_sum_of_many(&points, &factors).to_affine()
            })
            .collect();
        let pairs = lefts.iter().zip(&keys).map(|(left, key)| (left, key.prepared()));
        let pairs: Vec<_> = pairs.chain([(&right, minus_generator())]).collect();
        product_is_one(&pairs)
    }

    /// 128 bits for each equation, from a hash over all of them.
    fn coefficients(claims: &[Self]) -> Vec<u128> {
        use sha2::{Digest as _, Sha256};
        let mut all = Sha256::new();
        all.update(b"TAMARACK-BBS-BATCH-V1");
        for claim in claims {
            all.update(claim.key.bytes());
            all.update(claim.left.to_bytes());
            all.update(claim.right.to_bytes());
        }
        let all = all.finalize();
        let numbers = (0_u64..).map(|i| Sha256::new().chain_update(all).chain_update(i.to_be_bytes()).finalize());
        let halves = numbers.map(|number| number.first_chunk().map_or(0, |half| u128::from_be_bytes(*half)));
        claims.iter().zip(halves).map(|(_, half)| half).collect()
    }
}

#[cfg(test)]
impl PairingClaim {
    /// The claim whose two sides are the inverses of this one's.
    pub(super) fn opposite(&self) -> Self {
        let minus = |point: G1Affine| (-tamarack_bls12_381::G1::from(point)).to_affine();
        Self { key: self.key.clone(), left: minus(self.left), right: minus(self.right) }
    }
}
