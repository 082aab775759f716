//! NIST curves and secp256k1 through OpenSSL: keys on the curve, ECDSA on raw `r || s`.

use std::sync::LazyLock;

use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcGroupRef, EcKey, EcPoint, EcPointRef, PointConversionForm};
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use openssl::pkey::Public;
use sha2::{Digest as _, Sha256, Sha384};

use super::KeyType;
use crate::{Code, Fault};

/// The curves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Curve {
    P256,
    P384,
    Secp256k1,
}

impl Curve {
    pub(super) const fn key_type(self) -> KeyType {
        match self {
            Self::P256 => KeyType::P256,
            Self::P384 => KeyType::P384,
            Self::Secp256k1 => KeyType::Secp256k1,
        }
    }

    /// Bytes of one coordinate, and of one half of a signature.
    pub(super) const fn size(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 => 32,
            Self::P384 => 48,
        }
    }

    fn group(self) -> Result<&'static EcGroup, Fault> {
        // Building a group costs more than using it.
        static P256: LazyLock<Option<EcGroup>> = LazyLock::new(|| EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).ok());
        static P384: LazyLock<Option<EcGroup>> = LazyLock::new(|| EcGroup::from_curve_name(Nid::SECP384R1).ok());
        static K256: LazyLock<Option<EcGroup>> = LazyLock::new(|| EcGroup::from_curve_name(Nid::SECP256K1).ok());
        let group = match self {
            Self::P256 => &P256,
            Self::P384 => &P384,
            Self::Secp256k1 => &K256,
        };
        group.as_ref().ok_or_else(|| Code::Internal.into())
    }
}

/// A point of one of the curves: never infinity, always on the curve (the cofactor is one).
#[derive(Clone)]
pub(super) struct EcPublic {
    curve: Curve,
    /// Compressed; the first `1 + size` bytes count.
    compressed: [u8; 49],
    key: EcKey<Public>,
}

impl EcPublic {
    /// SEC 1 §2.3.4, compressed form only.
    pub(super) fn from_compressed(curve: Curve, bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() != 1 + curve.size() || !matches!(bytes.first(), Some(2 | 3)) {
            return Err(invalid(curve));
        }
        Self::from_sec1(curve, bytes)
    }

    /// The point with these affine coordinates, each of the curve's size.
    pub(super) fn from_coordinates(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, Fault> {
        if x.len() != curve.size() || y.len() != curve.size() {
            return Err(invalid(curve));
        }
        Self::from_sec1(curve, &[&[4], x, y].concat())
    }

    /// OpenSSL refuses coordinates that are not below the prime, and points off the curve.
    fn from_sec1(curve: Curve, bytes: &[u8]) -> Result<Self, Fault> {
        let group = curve.group()?;
        let mut context = BigNumContext::new().map_err(internal)?;
        let point = EcPoint::from_bytes(group, bytes, &mut context).map_err(|_| invalid(curve))?;
        let key = EcKey::from_public_key(group, &point).map_err(|_| invalid(curve))?;
        let mut compressed = [0; 49];
        let text = match bytes {
            [2 | 3, ..] => bytes.to_vec(),
            _ => point.to_bytes(group, PointConversionForm::COMPRESSED, &mut context).map_err(internal)?,
        };
        compressed.get_mut(..text.len()).ok_or(Code::Internal)?.copy_from_slice(&text);
        Ok(Self { curve, compressed, key })
    }

    /// A point that OpenSSL has read. (Its group may state its parameters instead of its name; ours does not.)
    pub(super) fn from_point(curve: Curve, group: &EcGroupRef, point: &EcPointRef) -> Result<Self, Fault> {
        let mut context = BigNumContext::new().map_err(internal)?;
        let bytes = point.to_bytes(group, PointConversionForm::COMPRESSED, &mut context).map_err(|_| invalid(curve))?;
        Self::from_compressed(curve, &bytes)
    }

    pub(super) const fn curve(&self) -> Curve {
        self.curve
    }

    pub(super) fn compressed(&self) -> &[u8] {
        self.compressed.get(..=self.curve.size()).unwrap_or_default()
    }

    /// The affine coordinates.
    pub(super) fn coordinates(&self) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        let mut context = BigNumContext::new().map_err(internal)?;
        let point = self
            .key
            .public_key()
            .to_bytes(self.curve.group()?, PointConversionForm::UNCOMPRESSED, &mut context)
            .map_err(internal)?;
        let (x, y) = point.get(1..).and_then(|xy| xy.split_at_checked(self.curve.size())).ok_or(Code::Internal)?;
        Ok((x.to_vec(), y.to_vec()))
    }

    /// The key for OpenSSL.
    pub(super) const fn key(&self) -> &EcKey<Public> {
        &self.key
    }

    /// FIPS 186-5 §6.4.2 over `r || s` of exact length; OpenSSL checks `0 < r, s < n`.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
        let refused = || Fault::new(Code::ProofSignatureInvalid);
        if signature.len() != 2 * self.curve.size() {
            return Err(refused());
        }
        let (r, s) = signature.split_at_checked(self.curve.size()).ok_or_else(refused)?;
        let components = |bytes| BigNum::from_slice(bytes).map_err(internal);
        let signature = EcdsaSig::from_private_components(components(r)?, components(s)?).map_err(internal)?;
        let matches = match self.curve {
            Curve::P256 | Curve::Secp256k1 => signature.verify(&Sha256::digest(message), &self.key),
            Curve::P384 => signature.verify(&Sha384::digest(message), &self.key),
        };
        // An error of OpenSSL here means components out of range.
        if matches.unwrap_or(false) { Ok(()) } else { Err(refused()) }
    }
}

fn invalid(curve: Curve) -> Fault {
    Fault::new(Code::KeyInvalid).about(curve.key_type().name())
}

/// For calls that fail only when memory does.
fn internal(_: openssl::error::ErrorStack) -> Fault {
    Code::Internal.into()
}
