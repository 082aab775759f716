//! Who makes a request at the PAR or token endpoint: the client, by its attestation or its own word, and its keys.

use super::client_attestation::{self, AttestationRules};
use super::dpop::{self, DpopNonces, DpopRequest};
use super::grant::Presenter;
use super::secret::Digest;
use crate::{Refusal, RefusalCode, Result, limits};

/// The headers of a request that say who makes it, each as often as it came.
#[derive(Clone, Default, Debug)]
pub struct ClientHeaders<'h> {
    /// `DPoP`.
    pub dpop: Vec<&'h str>,
    /// `OAuth-Client-Attestation`.
    pub attestation: Vec<&'h str>,
    /// `OAuth-Client-Attestation-PoP`.
    pub attestation_pop: Vec<&'h str>,
}

/// Who makes a request, and what must not have been seen before.
#[derive(Clone, Debug)]
pub struct Identified {
    /// Who.
    pub presenter: Presenter,
    /// The proofs. The store lets each in once and keeps its digest for [`limits::PROOF_SECONDS`] and twice
    /// [`limits::CLOCK_SKEW_SECONDS`]; one that it knows: [`OneTime::replayed`].
    pub once: Vec<OneTime>,
}

/// A proof that is good once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OneTime {
    /// The digest of its `jti` with its key.
    pub jti: Digest,
    code: RefusalCode,
}

impl OneTime {
    /// A DPoP proof, also where it stands for the wallet's attestation in combined mode.
    #[must_use]
    pub const fn dpop(jti: Digest) -> Self {
        Self { jti, code: RefusalCode::InvalidDpopProof }
    }

    /// A proof of possession of a client attestation.
    #[must_use]
    pub const fn attestation(jti: Digest) -> Self {
        Self { jti, code: RefusalCode::InvalidClientAttestation }
    }

    /// The refusal for one whose digest the store knows already (RFC 9449 §11.1; attestation-based client authentication,
    /// "Replay Attacks": an error of authentication).
    #[must_use]
    pub const fn replayed(&self) -> Refusal {
        Refusal::new(self.code, "a proof that was used before")
    }
}

/// Checks the headers of a request. `client_id` is its parameter; `attestation_required` is for servers that take no client
/// at its own word.
///
/// # Errors
/// Those of [`client_attestation::check`] and [`dpop::check`]; [`RefusalCode::InvalidClient`] if an attestation is required
/// and there is none; [`RefusalCode::InvalidRequest`] for a `client_id` that is too long.
pub fn identify(
    headers: &ClientHeaders<'_>,
    client_id: Option<&str>,
    request: DpopRequest<'_>,
    nonces: DpopNonces<'_>,
    attestation_required: bool,
    rules: &AttestationRules<'_>,
) -> Result<Identified> {
    if client_id.is_some_and(|id| id.len() > limits::IDENTIFIER_BYTES) {
        return Err(Refusal::new(RefusalCode::InvalidRequest, "client_id"));
    }
    let proof = match headers.dpop.as_slice() {
        [] => None,
        all => Some(dpop::check(all, request, nonces, rules.now)?),
    };
    let attested = if headers.attestation.is_empty() && headers.attestation_pop.is_empty() && !attestation_required {
        None
    } else {
        let (attestation, pop) = (&headers.attestation, &headers.attestation_pop);
        Some(client_attestation::check(attestation, pop, proof.as_ref(), client_id, rules)?)
    };
    let mut once: Vec<OneTime> = proof.iter().map(|proof| OneTime::dpop(proof.jti)).collect();
    // In combined mode, one proof has both parts.
    let possession =
        attested.iter().map(|client| client.jti).filter(|jti| proof.as_ref().is_none_or(|p| p.jti != *jti));
    once.extend(possession.map(OneTime::attestation));
    let presenter = Presenter {
        client_id: attested.as_ref().map(|client| client.client_id.clone()).or_else(|| client_id.map(str::to_owned)),
        instance: attested.map(|client| client.instance),
        jkt: proof.map(|proof| proof.jkt),
    };
    Ok(Identified { presenter, once })
}
