//! Secret keys: made, read, signing. They wipe themselves and print nothing.

use ed25519_dalek::Signer as _;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey};
use zeroize::Zeroizing;

use super::{KeyType, MessageSigning, PublicKey, SignatureAlgorithm, Signer, jwk};
use crate::encoding::{base64url_decode, base64url_encode, multibase58_decode};
use crate::json::{self, Value};
use crate::{Code, Fault, bbs};

/// A secret key of Ed25519, P-256, P-384 or BLS12-381 G2, with its public key.
pub struct SecretKey {
    material: Material,
    public: PublicKey,
}

/// Each of these wipes itself when dropped.
pub(super) enum Material {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
    P384(Box<p384::ecdsa::SigningKey>),
    Bls12381G2(Box<bbs::SecretKey>),
}

impl SecretKey {
    /// Makes a key from the operating system's randomness.
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`] for kinds that cannot sign here, [`Code::Internal`] if there is no randomness.
    pub fn generate(key_type: KeyType) -> Result<Self, Fault> {
        let mut seed = Zeroizing::new([0_u8; 48]);
        if key_type == KeyType::Bls12381G2 {
            // draft-irtf-cfrg-bbs-signatures §3.4.1: the order is far from a power of two, so the number is hashed.
            getrandom::fill(seed.as_mut()).map_err(|_| Code::Internal)?;
            return Ok(bbs::SecretKey::derive(bbs::Ciphersuite::Sha256, seed.as_ref(), b"", None)?.into());
        }
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

    /// Reads the raw secret: the seed of Ed25519 (RFC 8032 §5.1.5), the big-endian scalar of P-256, P-384 or BLS12-381.
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
            KeyType::Bls12381G2 => {
                return Ok(bbs::SecretKey::from_bytes(bytes.try_into().map_err(|_| invalid())?)?.into());
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
            [0x8a, 0x26] => Self::from_bytes(KeyType::Bls12381G2, secret),
            _ => Err(Code::KeyUnsupported.into()),
        }
    }

    /// Reads a private JWK (RFC 7517, 7518 §6.2.2, 8037 §2). Its public members must belong to its secret.
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`] for kinds that cannot sign here, [`Code::KeyInvalid`].
    pub fn from_jwk(jwk: &Value<'_>) -> Result<Self, Fault> {
        let jwk = jwk.as_object().ok_or(Code::KeyInvalid)?;
        let public = jwk::public_part(jwk)?;
        let secret = base64url_decode(jwk::text(jwk, "d")?).map_err(|_| Fault::new(Code::KeyInvalid).about("d"))?;
        let key = Self::from_bytes(public.key_type(), &Zeroizing::new(secret))?;
        if key.public == public { Ok(key) } else { Err(Fault::new(Code::KeyInvalid).about("d")) }
    }

    /// Reads an unencrypted PKCS#8 key in PEM (RFC 5958, RFC 8410).
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`] for other kinds of keys and for an encrypted one, [`Code::KeyInvalid`].
    pub fn from_pem(text: &str) -> Result<Self, Fault> {
        let invalid = || Fault::new(Code::KeyInvalid).about("PEM");
        let unsupported = || Fault::new(Code::KeyUnsupported).about("PEM");
        let text = text.trim();
        if text.len() > super::pem::LONGEST || text.matches("-----BEGIN ").count() != 1 {
            return Err(invalid());
        }
        if !text.starts_with("-----BEGIN PRIVATE KEY-----") {
            return Err(if text.starts_with("-----BEGIN ") { unsupported() } else { invalid() });
        }
        // The callback is never called for this label; without one, OpenSSL would ask the terminal.
        let key = PKey::private_key_from_pem_callback(text.as_bytes(), |_| Ok(0)).map_err(|_| invalid())?;
        match key.id() {
            Id::ED25519 => {
                let seed = Zeroizing::new(key.raw_private_key().map_err(|_| invalid())?);
                Self::from_bytes(KeyType::Ed25519, &seed)
            }
            Id::EC => {
                let key = key.ec_key().map_err(|_| invalid())?;
                let (key_type, size) = match key.group().curve_name() {
                    Some(Nid::X9_62_PRIME256V1) => (KeyType::P256, 32),
                    Some(Nid::SECP384R1) => (KeyType::P384, 48),
                    _ => return Err(unsupported()),
                };
                let scalar = Zeroizing::new(key.private_key().to_vec_padded(size).map_err(|_| invalid())?);
                Self::from_bytes(key_type, &scalar)
            }
            _ => Err(unsupported()),
        }
    }

    /// The private JWK as text, for whoever must move a key elsewhere. It wipes itself; what is copied from it does not.
    #[must_use]
    pub fn expose_jwk(&self) -> Zeroizing<String> {
        let bytes = Zeroizing::new(match &self.material {
            Material::Ed25519(key) => key.to_bytes().to_vec(),
            Material::P256(key) => key.to_bytes().to_vec(),
            Material::P384(key) => key.to_bytes().to_vec(),
            Material::Bls12381G2(key) => key.expose_bytes().to_vec(),
        });
        let secret = Zeroizing::new(base64url_encode(&bytes));
        let public = json::to_string(&self.public.to_jwk());
        // Room for everything at once: a text that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(public.len() + secret.len() + 16));
        text.push_str(public.strip_suffix('}').unwrap_or(&public));
        text.push_str(",\"d\":\"");
        text.push_str(&secret);
        text.push_str("\"}");
        text
    }
}

#[cfg(test)]
impl SecretKey {
    pub(super) const fn material(&self) -> &Material {
        &self.material
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

    /// Deterministic, all of them.
    fn sign_messages(&self, request: MessageSigning<'_>) -> Result<Vec<u8>, Fault> {
        let Material::Bls12381G2(key) = &self.material else {
            return Err(Fault::new(Code::KeyWrongSuite).about(self.public.key_type().name()));
        };
        Ok(match request {
            MessageSigning::Bbs { suite, header, messages } => bbs::sign(suite, key, header, messages)?.to_vec(),
            MessageSigning::BlindBbs { suite, header, messages, commitment } => {
                bbs::blind::sign(suite, key, commitment, header, messages)?.to_vec()
            }
            MessageSigning::PseudonymBbs { suite, header, messages, commitment, signer_nym_entropy } => {
                bbs::pseudonym::sign(suite, key, commitment, signer_nym_entropy, header, messages)?.to_vec()
            }
            MessageSigning::Bbs2020 { messages } => bbs::legacy::sign(key, messages)?.to_vec(),
        })
    }
}

impl From<bbs::SecretKey> for SecretKey {
    fn from(key: bbs::SecretKey) -> Self {
        let public = key.public_key().clone().into();
        Self { material: Material::Bls12381G2(Box::new(key)), public }
    }
}

impl core::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}

fn secret_length(key_type: KeyType) -> Result<usize, Fault> {
    match key_type {
        KeyType::Ed25519 | KeyType::P256 | KeyType::Bls12381G2 => Ok(32),
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
    fn signs_messages_with_a_bbs_key_alone() {
        let key = SecretKey::generate(KeyType::Bls12381G2).unwrap();
        let public = key.public_key().as_bls12381_g2().unwrap().clone();
        let suite = bbs::Ciphersuite::Sha256;
        let messages: [&[u8]; 2] = [b"a", b"b"];
        let request = MessageSigning::Bbs { suite, header: b"h", messages: &messages };
        let signature = key.sign_messages(request).unwrap();
        bbs::verify(suite, &public, &signature, b"h", &messages).unwrap();
        let signature = key.sign_messages(MessageSigning::Bbs2020 { messages: &messages }).unwrap();
        let extended = bbs::legacy::ExtendedKey::derive(&public, 2).unwrap();
        bbs::legacy::verify(&extended, &signature, &messages).unwrap();
        let code = |result: Result<Vec<u8>, Fault>| result.unwrap_err().code();
        assert_eq!(code(key.sign(SignatureAlgorithm::EdDsa, b"m")), Code::KeyWrongSuite);
        let other = SecretKey::generate(KeyType::P256).unwrap();
        assert_eq!(code(other.sign_messages(request)), Code::KeyWrongSuite);
        assert!(other.public_key().as_bls12381_g2().is_none());
    }

    #[test]
    fn a_bbs_key_travels() {
        let key = SecretKey::generate(KeyType::Bls12381G2).unwrap();
        let same = |other: SecretKey| assert_eq!(*other.expose_jwk(), *key.expose_jwk());
        same(SecretKey::from_jwk(&json::parse(key.expose_jwk().as_bytes()).unwrap()).unwrap());
        same(SecretKey::unseal(&key.seal(b"p").unwrap(), b"p").unwrap());
        let jwk = key.expose_jwk();
        let secret =
            base64url_decode(json::parse(jwk.as_bytes()).unwrap().get("d").unwrap().as_str().unwrap()).unwrap();
        same(SecretKey::from_bytes(KeyType::Bls12381G2, &secret).unwrap());
        let multibase = crate::encoding::multibase58_encode(&[&[0x8a, 0x26], &secret[..]].concat());
        same(SecretKey::from_multibase(&multibase).unwrap());
        for bad in [&[0; 32][..], &[0xff; 32], &secret[1..]] {
            let fault = SecretKey::from_bytes(KeyType::Bls12381G2, bad).unwrap_err();
            assert_eq!(fault.code(), Code::KeyInvalid);
        }
        let public = key.public_key();
        assert_eq!(PublicKey::from_jwk(&public.to_jwk()).unwrap(), *public);
    }

    /// RFC 6979 §A.2.5 and §A.2.6, RFC 8032 §7.1: the known answers.
    #[test]
    fn signs_as_the_standards_say() {
        let hex = |text: &str| -> Vec<u8> {
            let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
            digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
        };
        for (key_type, algorithm, secret, message, signature) in [
            (
                KeyType::P256,
                SignatureAlgorithm::Es256,
                "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
                "sample",
                "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716\
                 F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
            ),
            (
                KeyType::P384,
                SignatureAlgorithm::Es384,
                "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8\
                 96D5724E4C70A825F872C9EA60D2EDF5",
                "sample",
                "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C\
                 81A648152E44ACF96E36DD1E80FABE4699EF4AEB15F178CEA1FE40DB2603138F\
                 130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
            ),
            (
                KeyType::Ed25519,
                SignatureAlgorithm::EdDsa,
                "9D61B19DEFFD5A60BA844AF492EC2CC44449C5697B326919703BAC031CAE7F60",
                "",
                "E5564300C360AC729086E2CC806E828A84877F1EB8E5D974D873E06522490155\
                 5FB8821590A33BACC61E39701CF9B46BD25BF5F0595BBE24655141438E7A100B",
            ),
        ] {
            let key = SecretKey::from_bytes(key_type, &hex(secret)).unwrap();
            assert_eq!(key.sign(algorithm, message.as_bytes()).unwrap(), hex(signature), "{key_type:?}");
        }
    }

    #[test]
    fn goes_out_and_in() {
        for (key_type, algorithm, pem) in [
            (KeyType::Ed25519, SignatureAlgorithm::EdDsa, openssl_pem(None)),
            (KeyType::P256, SignatureAlgorithm::Es256, openssl_pem(Some(Nid::X9_62_PRIME256V1))),
            (KeyType::P384, SignatureAlgorithm::Es384, openssl_pem(Some(Nid::SECP384R1))),
        ] {
            let key = SecretKey::from_pem(&pem.0).unwrap();
            assert_eq!(key.public_key(), &PublicKey::from_pem(&pem.1).unwrap());
            assert_eq!(key.public_key().key_type(), key_type);
            assert_eq!(key.public_key().to_pem().unwrap(), pem.1);
            let jwk = key.expose_jwk();
            let value = json::parse(jwk.as_bytes()).unwrap();
            let again = SecretKey::from_jwk(&value).unwrap();
            assert_eq!(again.sign(algorithm, b"m").unwrap(), key.sign(algorithm, b"m").unwrap());
            // A public JWK never takes a private one.
            let fault = PublicKey::from_jwk(&value).unwrap_err();
            assert_eq!((fault.code(), fault.name()), (Code::KeyInvalid, Some("d")));
            // Nor does a secret go with another's public key.
            let mut mixed = value.into_owned();
            let other = SecretKey::generate(key_type).unwrap().public_key().to_jwk();
            mixed.as_object_mut().unwrap().insert("x", other.get("x").unwrap().clone());
            assert!(SecretKey::from_jwk(&mixed).is_err());
            // Nothing of the secret is printed.
            let secret = json::parse(jwk.as_bytes()).unwrap().get("d").unwrap().as_str().unwrap().to_owned();
            assert!(!format!("{key:?}").contains(&secret));
        }
        assert_eq!(SecretKey::from_pem("").unwrap_err().code(), Code::KeyInvalid);
        let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----";
        assert_eq!(SecretKey::from_pem(encrypted).unwrap_err().code(), Code::KeyUnsupported);
        assert_eq!(SecretKey::from_pem(&openssl_pem(Some(Nid::SECP256K1)).0).unwrap_err().code(), Code::KeyUnsupported);
        assert_eq!(SecretKey::generate(KeyType::X25519).unwrap_err().code(), Code::KeyUnsupported);
    }

    fn openssl_pem(curve: Option<Nid>) -> (String, String) {
        let key = match curve {
            None => PKey::generate_ed25519().unwrap(),
            Some(curve) => {
                let group = openssl::ec::EcGroup::from_curve_name(curve).unwrap();
                PKey::from_ec_key(openssl::ec::EcKey::generate(&group).unwrap()).unwrap()
            }
        };
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(key.private_key_to_pem_pkcs8().unwrap()), text(key.public_key_to_pem().unwrap()))
    }

    /// A key that stays in its device: signing may be refused there.
    struct FakeDevice {
        inside: SecretKey,
        locked: bool,
    }

    impl Signer for FakeDevice {
        fn public_key(&self) -> &PublicKey {
            self.inside.public_key()
        }

        fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, Fault> {
            if self.locked { Err(Code::KeySignerFailed.into()) } else { self.inside.sign(algorithm, message) }
        }
    }

    #[test]
    fn a_device_can_sign() {
        let mut device = FakeDevice { inside: SecretKey::generate(KeyType::P256).unwrap(), locked: false };
        let signer: &dyn Signer = &device;
        let signature = signer.sign(SignatureAlgorithm::Es256, b"m").unwrap();
        signer.public_key().verify(SignatureAlgorithm::Es256, b"m", &signature).unwrap();
        assert_eq!(signer.sign(SignatureAlgorithm::Es384, b"m").unwrap_err().code(), Code::KeyWrongSuite);
        device.locked = true;
        assert_eq!(device.sign(SignatureAlgorithm::Es256, b"m").unwrap_err().code(), Code::KeySignerFailed);
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
