//! Key proofs (OpenID4VCI Appendix F): the issuer checks them, the wallet makes them.

mod attestation;
mod commitment;
mod di_vp;
mod jwt;

pub use attestation::{KeyAttestation, make as make_key_attestation};
pub use commitment::{COMMITMENT, make as make_commitment};
pub use di_vp::make as make_di_vp;
pub use jwt::{KeyName, make as make_jwt};

use tamarack::keys::PublicKey;
use tamarack::proof::HolderCommitment;
use tamarack::{Evidence, Timestamp};

use super::configuration::{CredentialConfiguration, ProofTypeSupport};
use super::credential::Proofs;
use crate::jwt::Token;
pub use crate::oauth::attesters::Attesters;
use crate::oauth::nonce::{NonceKey, NoncePurpose};
use crate::oauth::secret::Digest;
use crate::{Refusal, RefusalCode, Result, limits};

const CODE: RefusalCode = RefusalCode::InvalidProof;

/// The names of the JWS algorithms that key proofs and attestations may have, whatever a configuration lists.
pub const ALGORITHMS: [&str; 6] = ["ES256", "ES384", "EdDSA", "Ed25519", "RS256", "PS256"];

/// What proofs are checked against.
#[derive(Clone, Copy, Debug)]
pub struct ProofRules<'r> {
    /// The Credential Issuer Identifier: the audience.
    pub issuer: &'r str,
    /// The configuration that is asked for.
    pub configuration: &'r CredentialConfiguration,
    /// How many proofs may come: the metadata's `batch_size`, or 1.
    pub batch_size: u32,
    /// Under which key the issuer makes its `c_nonce`s; `None` if it has no nonce endpoint.
    pub nonces: Option<&'r NonceKey>,
    /// The client to which the access token was given; `None` if it did not name itself.
    pub client_id: Option<&'r str>,
    /// Who may attest keys.
    pub attesters: &'r Attesters,
    /// DID documents that cannot be computed.
    pub evidence: &'r Evidence,
    /// Now.
    pub now: Timestamp,
}

/// A key to which a credential may be bound.
#[derive(Clone, Debug)]
pub struct HolderKey {
    /// The key.
    pub key: PublicKey,
    /// The DID URL by which the wallet named it, if it did.
    pub did_url: Option<String>,
    /// What its attestation says.
    pub attestation: Option<KeyAttestation>,
}

/// Proofs that hold, if their nonces were never used before: that is for the store to say.
#[derive(Debug)]
pub struct CheckedProofs {
    keys: Vec<HolderKey>,
    commitments: Vec<HolderCommitment>,
    nonces: Vec<Digest>,
}

impl CheckedProofs {
    /// The commitments to which credentials are to be bound instead of to keys, each once. They hold as the keys do.
    #[must_use]
    pub fn commitments(&self) -> &[HolderCommitment] {
        &self.commitments
    }

    /// The digests of the nonces. The store lets each in once and keeps it for [`limits::NONCE_SECONDS`] and twice
    /// [`limits::CLOCK_SKEW_SECONDS`].
    #[must_use]
    pub fn nonces(&self) -> &[Digest] {
        &self.nonces
    }

    /// The keys, each once. `unused` is the store's answer: whether it let every nonce in.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidNonce`] for a nonce that was used before.
    pub fn into_keys(self, unused: bool) -> Result<Vec<HolderKey>> {
        if unused {
            Ok(self.keys)
        } else {
            Err(Refusal::new(RefusalCode::InvalidNonce, "a nonce that was used before"))
        }
    }
}

/// Checks the proofs of a request (Appendix F.4). A configuration without proof types needs none and gets no keys.
///
/// # Errors
/// [`RefusalCode::InvalidProof`] if there are none where there must be, if their type is not taken, if there are too many,
/// if one does not hold or two have the same key; its fault is [`tamarack::Code::DidNotResolved`] if a DID document
/// must be fetched first. [`RefusalCode::InvalidNonce`] if a nonce is not a fresh one of this issuer.
pub fn check(proofs: Option<&Proofs>, rules: &ProofRules<'_>) -> Result<CheckedProofs> {
    let refuse = |about| Refusal::new(CODE, about);
    let mut found = Found { keys: Vec::new(), commitments: Vec::new(), nonces: Vec::new(), rules };
    if rules.configuration.proof_types.is_empty() {
        return Ok(found.checked());
    }
    let proofs = proofs.ok_or_else(|| refuse("proofs"))?;
    let (name, count) = match proofs {
        Proofs::Jwt(all) => ("jwt", all.len()),
        Proofs::DiVp(all) => ("di_vp", all.len()),
        Proofs::Attestation(_) => ("attestation", 1),
        Proofs::Commitment(all) => (COMMITMENT, all.len()),
    };
    let support = rules.configuration.proof_type(name).ok_or_else(|| refuse("the proof type"))?;
    if count > usize::try_from(rules.batch_size.max(1)).unwrap_or(usize::MAX) {
        return Err(refuse("the number of proofs"));
    }
    match proofs {
        Proofs::Jwt(all) => all.iter().try_for_each(|proof| jwt::check(proof, support, &mut found))?,
        Proofs::DiVp(all) => all.iter().try_for_each(|proof| di_vp::check(proof, support, &mut found))?,
        Proofs::Attestation(token) => attestation::check_alone(token, support, &mut found)?,
        Proofs::Commitment(all) => all.iter().try_for_each(|proof| commitment::check(proof, support, &mut found))?,
    }
    Ok(found.checked())
}

/// What was found in the proofs so far.
struct Found<'f> {
    keys: Vec<HolderKey>,
    commitments: Vec<HolderCommitment>,
    nonces: Vec<Digest>,
    rules: &'f ProofRules<'f>,
}

impl Found<'_> {
    fn checked(self) -> CheckedProofs {
        CheckedProofs { keys: self.keys, commitments: self.commitments, nonces: self.nonces }
    }

    /// A commitment: each gets one credential at most.
    fn committed(&mut self, commitment: HolderCommitment) -> Result<()> {
        if self.commitments.contains(&commitment) {
            return Err(Refusal::new(CODE, "two proofs of one commitment"));
        }
        self.commitments.push(commitment);
        Ok(())
    }

    /// What every proof in a JWT says beside its key: for whom and by whom it is, when it was made, and the nonce (Appendix F.1).
    fn said(&mut self, token: &mut Token<'_>) -> Result<()> {
        let rules = self.rules;
        if !token.is_for(rules.issuer) {
            return Err(Refusal::new(CODE, "aud"));
        }
        if let Some(iss) = token.claims.text("iss")?
            && Some(iss.as_str()) != rules.client_id
        {
            return Err(Refusal::new(CODE, "iss"));
        }
        // Appendix F.4: its age is told by `iat`, "or a server managed timestamp via the nonce claim". Phones' clocks are not right
        // to the minute.
        match rules.nonces {
            Some(_) => token.issued_about(rules.now, limits::PROOF_CLOCK_SECONDS)?,
            None => token.issued(rules.now, limits::PROOF_SECONDS)?,
        };
        token.period(rules.now)?;
        let nonce = token.claims.text("nonce")?;
        self.nonce(nonce.as_deref())
    }

    /// A nonce of a proof or attestation: it must be there if the issuer gives nonces, and be a fresh one.
    fn nonce(&mut self, nonce: Option<&str>) -> Result<()> {
        let Some(key) = self.rules.nonces else { return Ok(()) };
        let nonce = nonce.ok_or(Refusal::new(CODE, "nonce"))?;
        if !key.is_fresh(NoncePurpose::Credential, nonce, self.rules.now, limits::NONCE_SECONDS) {
            return Err(Refusal::new(RefusalCode::InvalidNonce, "nonce"));
        }
        let digest = Digest::of(nonce);
        if !self.nonces.contains(&digest) {
            self.nonces.push(digest);
        }
        Ok(())
    }

    /// A key that was proved: each key gets one credential at most (§8.3).
    fn proved(&mut self, key: HolderKey) -> Result<()> {
        if self.keys.iter().any(|other| other.key == key.key) {
            return Err(Refusal::new(CODE, "two proofs of one key"));
        }
        self.keys.push(key);
        Ok(())
    }

    /// Keys that were attested, beyond those that were proved: as many as one request may have.
    fn attested(&mut self, attestation: &KeyAttestation) {
        let most = usize::try_from(self.rules.batch_size.max(1)).unwrap_or(usize::MAX);
        for (key, _) in &attestation.keys {
            if self.keys.len() < most && !self.keys.iter().any(|other| other.key == *key) {
                let attestation = Some(attestation.clone());
                self.keys.push(HolderKey { key: key.clone(), did_url: None, attestation });
            }
        }
    }
}

/// The algorithms that a configuration lists for a proof type, as far as they are known here.
fn algorithms(support: &ProofTypeSupport) -> Vec<&str> {
    support.algorithms.iter().map(String::as_str).filter(|name| ALGORITHMS.contains(name)).collect()
}
