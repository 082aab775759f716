//! The key of a phone: P-256 as its hardware has it. It signs with OpenSSL, which costs this process a few microseconds, so
//! that the wallets take as little as possible from the server that is measured beside them.

use openssl::bn::BigNumContext;
use openssl::ec::{EcGroup, EcKey, PointConversionForm};
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use openssl::pkey::Private;
use sha2::{Digest as _, Sha256};
use tamarack::did::did_key;
use tamarack::keys::{KeyType, PublicKey, SignatureAlgorithm, Signer};
use tamarack::{Code, Fault};

use super::Done;

pub(super) struct PhoneKey {
    key: EcKey<Private>,
    public: PublicKey,
}

impl PhoneKey {
    pub(super) fn generate() -> Done<Self> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        let key = EcKey::generate(&group)?;
        let mut context = BigNumContext::new()?;
        let point = key.public_key().to_bytes(&group, PointConversionForm::COMPRESSED, &mut context)?;
        Ok(Self { key, public: PublicKey::from_bytes(KeyType::P256, &point)? })
    }

    /// Its `did:key`.
    pub(super) fn did(&self) -> String {
        did_key(&self.public)
    }

    /// Its verification method.
    pub(super) fn method(&self) -> String {
        let multikey = self.public.to_multikey();
        format!("did:key:{multikey}#{multikey}")
    }
}

impl Signer for PhoneKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, Fault> {
        if algorithm != SignatureAlgorithm::Es256 {
            return Err(Code::KeyWrongSuite.into());
        }
        let failed = |_| Fault::new(Code::KeySignerFailed);
        let signature = EcdsaSig::sign(&Sha256::digest(message), &self.key).map_err(failed)?;
        let mut bytes = signature.r().to_vec_padded(32).map_err(failed)?;
        bytes.extend(signature.s().to_vec_padded(32).map_err(failed)?);
        Ok(bytes)
    }
}
