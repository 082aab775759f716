//! Secret keys: made, read, signing. They wipe themselves and print nothing.

use ed25519_dalek::Signer as _;
use zeroize::Zeroizing;

use super::{KeyType, PublicKey, SignatureAlgorithm, Signer};
use crate::encoding::multibase58_decode;
use crate::{Code, Fault};

/// A secret key of Ed25519, P-256 or P-384, with its public key.
pub struct SecretKey {
    material: Material,
    public: PublicKey,
}

/// Each of these wipes itself when dropped.
enum Material {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
    P384(Box<p384::ecdsa::SigningKey>),
}

impl SecretKey {
    /// Makes a key from the operating system's randomness.
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`] for kinds that cannot sign here, [`Code::Internal`] if there is no randomness.
    pub fn generate(key_type: KeyType) -> Result<Self, Fault> {
        let mut seed = Zeroizing::new([0_u8; 48]);
        let length = secret_length(key_type)?;
        // FIPS 186-5 §A.2.2: a candidate that is not below the order is thrown away; the odds are 2^-32 at most.
        for _ in 0..16 {
            let seed = seed.get_mut(..length).ok_or(Code::Internal)?;
            getrandom::fill(seed).map_err(|_| Code::Internal)?;
            if let Ok(key) = Self::from_bytes(key_type, seed) {
                return Ok(key);
            }
        }
        Err(Code::Internal.into())
    }

    /// Reads the raw secret: the seed of Ed25519 (RFC 8032 §5.1.5), the big-endian scalar of P-256 or P-384.
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`] for kinds that cannot sign here, [`Code::KeyInvalid`].
    pub fn from_bytes(key_type: KeyType, bytes: &[u8]) -> Result<Self, Fault> {
        let invalid = || Fault::new(Code::KeyInvalid).about(key_type.name());
        if bytes.len() != secret_length(key_type)? {
            return Err(invalid());
        }
        let (material, public) = match key_type {
            KeyType::P256 => {
                let key = p256::ecdsa::SigningKey::from_slice(bytes).map_err(|_| invalid())?;
                let point = key.verifying_key().to_sec1_point(true);
                (Material::P256(Box::new(key)), point.as_bytes().to_vec())
            }
            KeyType::P384 => {
                let key = p384::ecdsa::SigningKey::from_slice(bytes).map_err(|_| invalid())?;
                let point = key.verifying_key().to_sec1_point(true);
                (Material::P384(Box::new(key)), point.as_bytes().to_vec())
            }
            _ => {
                let key = ed25519_dalek::SigningKey::try_from(bytes).map_err(|_| invalid())?;
                let point = key.verifying_key().to_bytes().to_vec();
                (Material::Ed25519(Box::new(key)), point)
            }
        };
        Ok(Self { material, public: PublicKey::from_bytes(key_type, &public)? })
    }

    /// Reads a Multikey secret: `z`, multicodec, secret (`secretKeyMultibase`, and the older `privateKeyMultibase`).
    /// An Ed25519 secret may be followed by its public key, as Ed25519VerificationKey2020 wrote it.
    ///
    /// # Errors
    /// [`Code::EncodingMultibase`], [`Code::KeyUnsupported`] for an unknown multicodec, [`Code::KeyInvalid`].
    pub fn from_multibase(text: &str) -> Result<Self, Fault> {
        let bytes = Zeroizing::new(multibase58_decode(text)?);
        let (codec, secret) = bytes.split_first_chunk::<2>().ok_or(Code::KeyInvalid)?;
        match codec {
            [0x80, 0x26] => match secret.split_first_chunk::<32>() {
                Some((seed, public)) if !public.is_empty() => {
                    let key = Self::from_bytes(KeyType::Ed25519, seed)?;
                    if key.public.bytes() == public { Ok(key) } else { Err(Code::KeyInvalid.into()) }
                }
                _ => Self::from_bytes(KeyType::Ed25519, secret),
            },
            [0x86, 0x26] => Self::from_bytes(KeyType::P256, secret),
            [0x87, 0x26] => Self::from_bytes(KeyType::P384, secret),
            _ => Err(Code::KeyUnsupported.into()),
        }
    }
}

impl Signer for SecretKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Deterministic: RFC 8032 for Ed25519, RFC 6979 for ECDSA.
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, Fault> {
        match (&self.material, algorithm) {
            (Material::Ed25519(key), SignatureAlgorithm::EdDsa) => Ok(key.sign(message).to_bytes().to_vec()),
            (Material::P256(key), SignatureAlgorithm::Es256) => {
                let signature: p256::ecdsa::Signature = key.try_sign(message).map_err(|_| Code::KeySignerFailed)?;
                Ok(signature.to_bytes().to_vec())
            }
            (Material::P384(key), SignatureAlgorithm::Es384) => {
                let signature: p384::ecdsa::Signature = key.try_sign(message).map_err(|_| Code::KeySignerFailed)?;
                Ok(signature.to_bytes().to_vec())
            }
            _ => Err(Fault::new(Code::KeyWrongSuite).about(self.public.key_type().name())),
        }
    }
}

impl core::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}

fn secret_length(key_type: KeyType) -> Result<usize, Fault> {
    match key_type {
        KeyType::Ed25519 | KeyType::P256 => Ok(32),
        KeyType::P384 => Ok(48),
        _ => Err(Fault::new(Code::KeyUnsupported).about(key_type.name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_what_verifies() {
        for (key_type, algorithm) in [
            (KeyType::Ed25519, SignatureAlgorithm::EdDsa),
            (KeyType::P256, SignatureAlgorithm::Es256),
            (KeyType::P384, SignatureAlgorithm::Es384),
        ] {
            let key = SecretKey::generate(key_type).unwrap();
            let signature = key.sign(algorithm, b"message").unwrap();
            assert_eq!(signature, key.sign(algorithm, b"message").unwrap(), "deterministic");
            key.public_key().verify(algorithm, b"message", &signature).unwrap();
            for at in 0..signature.len() {
                let mut bad = signature.clone();
                bad[at] ^= 1;
                let fault = key.public_key().verify(algorithm, b"message", &bad).unwrap_err();
                assert_eq!(fault.code(), Code::ProofSignatureInvalid);
            }
            assert!(key.public_key().verify(algorithm, b"massage", &signature).is_err());
            let longer = [&signature[..], &[0]].concat();
            assert!(key.public_key().verify(algorithm, b"message", &longer).is_err());
            assert!(key.public_key().verify(algorithm, b"message", &signature[1..]).is_err());
        }
    }

    #[test]
    fn reads_the_keys_of_the_vectors() {
        for (secret, public) in [
            ("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq", "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"),
            ("z42twTcNeSYcnqg1FLuSFs2bsGH3ZqbRHFmvS9XMsYhjxvHN", "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP"),
            (
                "z2fanyY7zgwNpZGxX5fXXibvScNaUWNprHU9dKx7qpVj7mws9J8LLt4mDB5TyH2GLHWkUc",
                "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ",
            ),
        ] {
            let key = SecretKey::from_multibase(secret).unwrap();
            assert_eq!(key.public_key().to_multikey(), public);
            assert_eq!(key.public_key(), &PublicKey::from_multikey(public).unwrap());
            let jwk = key.public_key().to_jwk();
            assert_eq!(key.public_key(), &PublicKey::from_jwk(&jwk).unwrap());
        }
    }
}
