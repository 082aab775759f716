//! Keys of the scheme (draft-irtf-cfrg-bbs-signatures §3.4).

use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use tamarack_bls12_381::{G2, G2Affine, PreparedG2, SecretScalar};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::suite::Ciphersuite;
use crate::{Code, Fault};

/// A secret key: a number that wipes itself. It has its public key beside it, as every signature needs both.
#[derive(ZeroizeOnDrop)]
pub struct SecretKey {
    number: SecretScalar,
    #[zeroize(skip)]
    public: PublicKey,
}

impl SecretKey {
    /// `KeyGen` (§3.4.1): from 32 bytes at least that nobody can guess. `name` is `key_dst`; without one the draft's is used.
    ///
    /// # Errors
    /// [`Code::KeyInvalid`] for less material, for `info` of more than 65 535 bytes and for a name of more than 255.
    pub fn derive(suite: Ciphersuite, material: &[u8], info: &[u8], name: Option<&[u8]>) -> Result<Self, Fault> {
        let invalid = || Fault::new(Code::KeyInvalid).about("BLS12-381 G2");
        let length = u16::try_from(info.len()).map_err(|_| invalid())?;
        if material.len() < 32 {
            return Err(invalid());
        }
        let default = [suite.id().as_bytes(), b"KEYGEN_DST_"].concat();
        let input = Zeroizing::new([material, &length.to_be_bytes(), info].concat());
        let number = suite.hash_to_scalar(&input, name.unwrap_or(&default)).map_err(|_| invalid())?;
        Self::from_bytes(&SecretScalar::new(number).expose_bytes())
    }

    /// Reads the number, the most significant byte first.
    ///
    /// # Errors
    /// [`Code::KeyInvalid`] if it is 0 or not below the order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Fault> {
        let number = SecretScalar::from_bytes(bytes).filter(|number| !number.is_zero());
        let number = number.ok_or_else(|| Fault::new(Code::KeyInvalid).about("BLS12-381 G2"))?;
        let public = PublicKey::of(G2::generator_multiple_secret(&number).to_affine());
        Ok(Self { number, public })
    }

    /// The number. It wipes itself; what is copied from it does not.
    #[must_use]
    pub fn expose_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.number.expose_bytes()
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    pub(super) const fn number(&self) -> &SecretScalar {
        &self.number
    }
}

impl core::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// A public key: an element of G2, on the curve, in the subgroup and not the identity. Copies share what was computed for
/// pairings with it.
#[derive(Clone)]
pub struct PublicKey {
    point: G2Affine,
    bytes: [u8; 96],
    prepared: Arc<OnceLock<PreparedG2>>,
}

impl PublicKey {
    /// `octets_to_pubkey` (§4.2.4.6). The last keys that were good are kept, as the draft suggests: decoding one and making
    /// it ready costs a third of a proof's verification, and few issuers sign what many present.
    ///
    /// # Errors
    /// [`Code::KeyInvalid`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        /// 20 KiB each.
        const KEPT: usize = 32;
        static LATELY: Mutex<Vec<PublicKey>> = Mutex::new(Vec::new());
        {
            let mut kept = LATELY.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(place) = kept.iter().position(|key| key.bytes == *bytes) {
                // The last one was used last.
                let found = kept.remove(place);
                kept.push(found.clone());
                return Ok(found);
            }
        }
        let point = bytes.try_into().ok().and_then(G2Affine::from_bytes);
        let key = point.map(Self::of).ok_or_else(|| Fault::new(Code::KeyInvalid).about("BLS12-381 G2"))?;
        let mut kept = LATELY.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push(key.clone());
        Ok(key)
    }

    /// The compressed point.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 96] {
        &self.bytes
    }

    pub(super) const fn point(&self) -> &G2Affine {
        &self.point
    }

    /// The key ready for pairings; made once.
    pub(super) fn prepared(&self) -> &PreparedG2 {
        self.prepared.get_or_init(|| PreparedG2::new(&self.point))
    }

    fn of(point: G2Affine) -> Self {
        Self { point, bytes: point.to_bytes(), prepared: Arc::default() }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for PublicKey {}

impl core::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PublicKey({})", crate::encoding::base64url_encode(&self.bytes))
    }
}

/// The opposite of the base point of G2, ready for pairings.
pub(super) fn minus_generator() -> &'static PreparedG2 {
    static PREPARED: LazyLock<PreparedG2> =
        LazyLock::new(|| PreparedG2::new(&(-G2::from(G2Affine::generator())).to_affine()));
    &PREPARED
}
