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
    /// The digests of the proofs' `jti`. The store lets each in once and keeps it for [`limits::PROOF_SECONDS`] and twice
    /// [`limits::CLOCK_SKEW_SECONDS`]; one that it knows: [`replayed`].
    pub once: Vec<Digest>,
}

/// The refusal for a proof whose `jti` the store knows already.
#[must_use]
pub const fn replayed() -> Refusal {
    Refusal::new(RefusalCode::InvalidDpopProof, "a proof that was used before")
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
    let mut once: Vec<Digest> = Vec::new();
    for jti in proof.iter().map(|proof| proof.jti).chain(attested.iter().map(|client| client.jti)) {
        // In combined mode, one proof has both parts.
        if !once.contains(&jti) {
            once.push(jti);
        }
    }
    let presenter = Presenter {
        client_id: attested.as_ref().map(|client| client.client_id.clone()).or_else(|| client_id.map(str::to_owned)),
        instance: attested.map(|client| client.instance),
        jkt: proof.map(|proof| proof.jkt),
    };
    Ok(Identified { presenter, once })
}
