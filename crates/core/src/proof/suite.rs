//! The table of suites: what each is called, how it transforms and hashes, and which keys fit.

use crate::keys::{KeyType, SignatureAlgorithm};
use crate::rdf::HashAlgorithm;

/// The suites that can be issued and verified.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Suite {
    /// `Ed25519Signature2020`.
    Ed25519Signature2020,
    /// `DataIntegrityProof` with `eddsa-rdfc-2022`.
    EddsaRdfc2022,
    /// `DataIntegrityProof` with `eddsa-jcs-2022`.
    EddsaJcs2022,
    /// `DataIntegrityProof` with `ecdsa-rdfc-2019`.
    EcdsaRdfc2019,
    /// `DataIntegrityProof` with `ecdsa-jcs-2019`.
    EcdsaJcs2019,
    /// `DataIntegrityProof` with `ecdsa-sd-2023`: selective disclosure, with P-256.
    EcdsaSd2023,
    /// `DataIntegrityProof` with `bbs-2023`: selective disclosure that cannot be linked, with BLS12-381.
    Bbs2023,
    /// `BbsBlsSignature2020`: selective disclosure that cannot be linked, in the form of 2020.
    BbsBlsSignature2020,
    /// `BbsBlsSignatureProof2020`: what a holder derives from it. Nobody signs with it.
    BbsBlsSignatureProof2020,
}

/// The `type` of every proof whose suite is named by `cryptosuite`.
pub(super) const DATA_INTEGRITY_PROOF: &str = "DataIntegrityProof";

/// How a document becomes bytes to hash. A suite of selective disclosure is a transformation of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Transformation {
    /// Canonical N-Quads (RDFC-1.0).
    Rdfc,
    /// Canonical JSON (RFC 8785).
    Jcs,
    /// Canonical N-Quads, each a statement that can be shown by itself (VC-DI-ECDSA §3.4).
    Selective,
    /// Canonical N-Quads of the options and of the document, each a message of its own (w3c-ccg/ldp-bbs2020).
    Statements,
}

impl Suite {
    /// Every suite.
    pub const ALL: &'static [Self] = &[
        Self::Ed25519Signature2020,
        Self::EddsaRdfc2022,
        Self::EddsaJcs2022,
        Self::EcdsaRdfc2019,
        Self::EcdsaJcs2019,
        Self::EcdsaSd2023,
        Self::Bbs2023,
        Self::BbsBlsSignature2020,
        Self::BbsBlsSignatureProof2020,
    ];

    /// The name that tells the suite from the others: the proof's `type`, or the `cryptosuite` of a `DataIntegrityProof`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519Signature2020 => "Ed25519Signature2020",
            Self::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
            Self::EcdsaRdfc2019 => "ecdsa-rdfc-2019",
            Self::EcdsaJcs2019 => "ecdsa-jcs-2019",
            Self::EcdsaSd2023 => "ecdsa-sd-2023",
            Self::Bbs2023 => "bbs-2023",
            Self::BbsBlsSignature2020 => "BbsBlsSignature2020",
            Self::BbsBlsSignatureProof2020 => "BbsBlsSignatureProof2020",
        }
    }

    /// The suite with this [`Self::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|suite| suite.name() == name)
    }

    /// The suite that the `type` and `cryptosuite` of a proof name.
    pub(super) fn of(proof_type: &str, cryptosuite: Option<&str>) -> Option<Self> {
        match cryptosuite {
            Some(name) if proof_type == DATA_INTEGRITY_PROOF => {
                Self::from_name(name).filter(|suite| suite.proof_type() == DATA_INTEGRITY_PROOF)
            }
            None => Self::from_name(proof_type).filter(|suite| suite.proof_type() == proof_type),
            Some(_) => None,
        }
    }

    /// The `type` of the proof.
    pub(super) const fn proof_type(self) -> &'static str {
        match self {
            Self::Ed25519Signature2020 | Self::BbsBlsSignature2020 | Self::BbsBlsSignatureProof2020 => self.name(),
            _ => DATA_INTEGRITY_PROOF,
        }
    }

    /// The IRI of that type, which every context that defines it must give.
    pub(super) const fn type_iri(self) -> &'static str {
        match self {
            Self::Ed25519Signature2020 => "https://w3id.org/security#Ed25519Signature2020",
            Self::BbsBlsSignature2020 => "https://w3id.org/security#BbsBlsSignature2020",
            Self::BbsBlsSignatureProof2020 => "https://w3id.org/security#BbsBlsSignatureProof2020",
            _ => "https://w3id.org/security#DataIntegrityProof",
        }
    }

    /// The `cryptosuite`, for a `DataIntegrityProof`.
    pub(super) const fn cryptosuite(self) -> Option<&'static str> {
        match self {
            Self::Ed25519Signature2020 | Self::BbsBlsSignature2020 | Self::BbsBlsSignatureProof2020 => None,
            suite => Some(suite.name()),
        }
    }

    /// The context that defines the suite's terms where the document's own contexts do not (VC-DI §2.4.2).
    pub(super) const fn context_url(self) -> &'static str {
        match self {
            Self::Ed25519Signature2020 => "https://w3id.org/security/suites/ed25519-2020/v1",
            Self::BbsBlsSignature2020 | Self::BbsBlsSignatureProof2020 => "https://w3id.org/security/bbs/v1",
            _ => "https://w3id.org/security/data-integrity/v2",
        }
    }

    /// How the document and the proof's options become bytes.
    pub(super) const fn transformation(self) -> Transformation {
        match self {
            Self::Ed25519Signature2020 | Self::EddsaRdfc2022 | Self::EcdsaRdfc2019 => Transformation::Rdfc,
            Self::EddsaJcs2022 | Self::EcdsaJcs2019 => Transformation::Jcs,
            Self::EcdsaSd2023 | Self::Bbs2023 => Transformation::Selective,
            Self::BbsBlsSignature2020 | Self::BbsBlsSignatureProof2020 => Transformation::Statements,
        }
    }

    /// Whether the holder can derive from a credential under the suite one that shows only a part.
    #[must_use]
    pub const fn is_selective(self) -> bool {
        matches!(self.transformation(), Transformation::Selective | Transformation::Statements)
    }

    /// The algorithm and the hash for a kind of key; `None` for a key that does not fit.
    ///
    /// With P-384 the hash is SHA-384 throughout, within RDFC-1.0 too (VC-DI-ECDSA §3.2.3).
    pub(super) const fn scheme(self, key: KeyType) -> Option<(SignatureAlgorithm, HashAlgorithm)> {
        match (self, key) {
            (Self::Ed25519Signature2020 | Self::EddsaRdfc2022 | Self::EddsaJcs2022, KeyType::Ed25519) => {
                Some((SignatureAlgorithm::EdDsa, HashAlgorithm::Sha256))
            }
            (Self::EcdsaRdfc2019 | Self::EcdsaJcs2019 | Self::EcdsaSd2023, KeyType::P256) => {
                Some((SignatureAlgorithm::Es256, HashAlgorithm::Sha256))
            }
            (Self::EcdsaRdfc2019 | Self::EcdsaJcs2019, KeyType::P384) => {
                Some((SignatureAlgorithm::Es384, HashAlgorithm::Sha384))
            }
            _ => None,
        }
    }

    /// Whether a key of this kind can sign under the suite.
    #[must_use]
    pub const fn fits(self, key: KeyType) -> bool {
        // A BBS signature is no signature of one message: it has no algorithm.
        let bbs = matches!(self, Self::Bbs2023 | Self::BbsBlsSignature2020) && matches!(key, KeyType::Bls12381G2);
        bbs || self.scheme(key).is_some()
    }
}

impl core::fmt::Display for Suite {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Suite;

    #[test]
    fn a_suite_is_named_in_one_way() {
        for suite in Suite::ALL {
            assert_eq!(Suite::of(suite.proof_type(), suite.cryptosuite()), Some(*suite));
        }
        for (proof_type, cryptosuite) in [
            ("DataIntegrityProof", None),
            ("eddsa-rdfc-2022", None),
            ("DataIntegrityProof", Some("Ed25519Signature2020")),
            ("Ed25519Signature2020", Some("eddsa-rdfc-2022")),
            ("Ed25519Signature2020", Some("Ed25519Signature2020")),
            ("DataIntegrityProof", Some("BbsBlsSignature2020")),
        ] {
            assert_eq!(Suite::of(proof_type, cryptosuite), None, "{proof_type} {cryptosuite:?}");
        }
    }
}
