//! What a credential will be bound to: a key of its own, made for it and proved to the issuer; or secrets of the holder.

use tamarack::Randomness;
use tamarack::keys::{KeyType, SecretKey};
use tamarack::proof::{BoundTo, Suite};
use tamarack_openid4vc::vci::configuration::{CredentialConfiguration, Format, ProofTypeSupport};
use tamarack_openid4vc::vci::credential::Proofs;
use tamarack_openid4vc::vci::metadata::IssuerMetadata;
use tamarack_openid4vc::vci::proofs::{self, COMMITMENT, KeyName};

use super::kept::{Grant, Kept};
use crate::error::{Result, WalletCode, WalletError};
use crate::holder;
use crate::keys::{HolderKey, NewKey};
use crate::limits;
use crate::means::Means;

/// How this wallet proves what a credential is to be bound to, for one configuration.
enum Way<'c> {
    /// No proof is asked for.
    None,
    /// Keys that sign a JWT each.
    Jwt(&'c ProofTypeSupport),
    /// A key that signs a presentation.
    DiVp(&'c ProofTypeSupport),
    /// Secrets, to which the issuer gets a commitment.
    Commitment,
}

fn way<'c>(configuration: &'c CredentialConfiguration, means: &Means<'_>) -> Result<Way<'c>> {
    let unusable = || WalletError::new(WalletCode::OfferUnusable);
    if matches!(configuration.format, Format::MsoMdoc { .. } | Format::Other(_)) {
        return Err(unusable());
    }
    if configuration.proof_types.is_empty() {
        return Ok(Way::None);
    }
    // A pseudonym for each verifier ties less together than a key does.
    if configuration.proof_type(COMMITMENT).is_some() {
        return Ok(Way::Commitment);
    }
    let free = |support: &&ProofTypeSupport| support.key_attestations_required.is_none();
    // Where an attestation is asked for, the device's hardware must give one: as a JWT (Appendix D.1), which is handed through.
    let attested = |support: &&ProofTypeSupport| free(support) || means.device.is_some();
    if let Some(support) = configuration.proof_type("jwt").filter(attested) {
        kind_of_key(configuration, support, means).map(|_| Way::Jwt(support))
    } else if let Some(support) = configuration.proof_type("di_vp").filter(free) {
        suite_of(support).map(|_| Way::DiVp(support)).ok_or_else(unusable)
    } else {
        Err(unusable())
    }
}

/// Whether the wallet can keep credentials of this configuration.
pub(super) fn check_can(configuration: &CredentialConfiguration, means: &Means<'_>) -> Result<()> {
    way(configuration, means).map(drop)
}

/// The kind of key for a proof type: in the device's hardware where there is some, else the first that both sides know. For SD-JWT
/// VCs ES256 comes first: it is what every verifier of OpenID4VC HAIP must know (§7), and many know nothing else.
fn kind_of_key(
    configuration: &CredentialConfiguration,
    support: &ProofTypeSupport,
    means: &Means<'_>,
) -> Result<NewKey> {
    let takes = |names: &[&str]| support.algorithms.iter().any(|name| names.contains(&name.as_str()));
    let is_sd_jwt = matches!(configuration.format, Format::SdJwtVc { .. });
    if means.device.is_some() && takes(&["ES256"]) {
        Ok(NewKey::Device)
    } else if is_sd_jwt && takes(&["ES256"]) {
        Ok(NewKey::P256)
    } else if takes(&["EdDSA", "Ed25519"]) {
        Ok(NewKey::Ed25519)
    } else if takes(&["ES256"]) {
        Ok(NewKey::P256)
    } else {
        Err(WalletCode::OfferUnusable.into())
    }
}

fn suite_of(support: &ProofTypeSupport) -> Option<(Suite, NewKey)> {
    let takes = |name: &str| support.algorithms.iter().any(|known| known == name);
    let known = [
        ("eddsa-rdfc-2022", Suite::EddsaRdfc2022, NewKey::Ed25519),
        ("ecdsa-rdfc-2019", Suite::EcdsaRdfc2019, NewKey::P256),
    ];
    known.into_iter().find(|(name, ..)| takes(name)).map(|(_, suite, kind)| (suite, kind))
}

/// What the platform attested, as the JWT that an issuer judges. Another form is for the app's own service to turn into one.
fn attestation<'k>(key: &'k HolderKey<'_>) -> Result<&'k str> {
    let text = key.attestation().and_then(|bytes| std::str::from_utf8(bytes).ok());
    text.filter(|text| text.split('.').count() == 3).ok_or_else(|| WalletCode::OfferUnusable.into())
}

impl Kept {
    /// The proofs for the wish that stands first. The keys are in the store before anything is sent: a credential whose key is
    /// gone can never be shown. Keys that were made before the app was ended are used again.
    pub(super) fn prove(
        &mut self,
        issuer: &IssuerMetadata,
        configuration: &CredentialConfiguration,
        means: &Means<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<Option<Proofs>> {
        let url = issuer.credential_issuer.as_str();
        let nonce = self.c_nonce.clone();
        let nonce = nonce.as_deref();
        // Appendix F.1: `iss` is the client, where the wallet named itself at the token endpoint.
        let named = !matches!(self.grant, Grant::PreAuthorized { .. });
        let client = self.client.as_ref().filter(|_| named).map(|client| client.id.clone());
        let client = client.as_deref();
        let now = means.now();
        match way(configuration, means)? {
            Way::None => Ok(None),
            Way::Jwt(support) => {
                let new = kind_of_key(configuration, support, means)?;
                let attested = support.key_attestations_required.is_some();
                let challenge = nonce.filter(|_| attested).map(str::as_bytes);
                let most = issuer.batch_size.unwrap_or(1).min(limits::COPIES);
                let count = if self.copies == 0 { most } else { self.copies.clamp(1, most) };
                self.make_keys(new, usize::try_from(count).unwrap_or(1), challenge, means, rng)?;
                let offers = |name: &str| configuration.binding_methods.iter().any(|method| method == name);
                // What a DID names an SD-JWT VC names by `cnf.kid`, which fewer verifiers read than `cnf.jwk`.
                let prefers_key = matches!(configuration.format, Format::SdJwtVc { .. }) && offers("jwk");
                let by_did = offers("did:key") && !prefers_key;
                let mut all = Vec::with_capacity(self.keys.len());
                for id in &self.keys {
                    let signer = holder::open(means, id)?;
                    let kid = signer.verification_method();
                    let name = if by_did { KeyName::Did(&kid) } else { KeyName::Jwk };
                    let attestation = match attested {
                        true => Some(attestation(&signer)?),
                        false => None,
                    };
                    all.push(proofs::make_jwt(url, nonce, client, name, attestation, now, &signer)?);
                }
                Ok(Some(Proofs::Jwt(all)))
            }
            Way::DiVp(support) => {
                let (suite, kind) = suite_of(support).ok_or(WalletCode::OfferUnusable)?;
                self.make_keys(kind, 1, None, means, rng)?;
                let id = self.keys.first().ok_or(WalletCode::Internal)?;
                let signer = holder::open(means, id)?;
                let kid = signer.verification_method();
                Ok(Some(Proofs::DiVp(vec![proofs::make_di_vp(url, nonce, &kid, suite, now, &signer)?])))
            }
            Way::Commitment => {
                // A commitment cannot be made again from its secrets: after a restart, new ones are drawn.
                self.drop_secrets(means)?;
                let (id, commitment) = holder::commit(means, BoundTo::HolderAndPseudonym, rng)?;
                self.secrets = Some(id);
                // A key for this one proof, which stands in no credential.
                let key = SecretKey::generate(KeyType::P256)?;
                let proof = proofs::make_commitment(url, nonce, client, &commitment, now, &key)?;
                Ok(Some(Proofs::Commitment(vec![proof])))
            }
        }
    }

    fn make_keys(
        &mut self,
        new: NewKey,
        count: usize,
        challenge: Option<&[u8]>,
        means: &Means<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<()> {
        while self.keys.len() < count {
            self.keys.push(holder::make(means, new, challenge, rng)?);
        }
        Ok(())
    }

    /// Before another nonce is taken: keys that the hardware attested were made for the one before (Appendix D.1, `nonce`), and are
    /// of no use with the new one.
    pub(super) fn drop_attested_keys(&mut self, issuer: &IssuerMetadata, means: &Means<'_>) -> Result<()> {
        let configuration = self.queue.first().and_then(|wish| issuer.configuration(&wish.configuration));
        let support = configuration.and_then(|configuration| configuration.proof_type("jwt"));
        if support.is_none_or(|support| support.key_attestations_required.is_none()) {
            return Ok(());
        }
        for id in core::mem::take(&mut self.keys) {
            holder::remove(means, &id)?;
        }
        Ok(())
    }

    /// Deletes the keys and secrets that no credential is bound to.
    pub(super) fn drop_keys(&mut self, means: &Means<'_>) -> Result<()> {
        for id in core::mem::take(&mut self.keys) {
            holder::remove(means, &id)?;
        }
        self.drop_secrets(means)
    }

    fn drop_secrets(&mut self, means: &Means<'_>) -> Result<()> {
        match self.secrets.take() {
            Some(id) => holder::remove(means, &id),
            None => Ok(()),
        }
    }
}
