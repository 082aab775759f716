//! Multikey (Controlled Identifiers 1.0 §2.2.2): multibase, multicodec, key. Also the bare base58 of the 2018 suites.

use super::{KeyType, PublicKey};
use crate::encoding::{multibase58_decode, multibase58_encode};
use crate::{Code, Fault};

/// Kinds of keys with the multicodecs of their public and secret keys, as varints.
const CODECS: [(KeyType, [u8; 2]); 7] = [
    (KeyType::Ed25519, [0xed, 0x01]),
    (KeyType::P256, [0x80, 0x24]),
    (KeyType::P384, [0x81, 0x24]),
    (KeyType::X25519, [0xec, 0x01]),
    (KeyType::Secp256k1, [0xe7, 0x01]),
    (KeyType::Bls12381G2, [0xeb, 0x01]),
    (KeyType::Rsa, [0x85, 0x24]),
];

impl PublicKey {
    /// Reads a Multikey: `z`, multicodec, key.
    ///
    /// # Errors
    /// [`Code::EncodingMultibase`], [`Code::KeyUnsupported`] for an unknown multicodec, [`Code::KeyInvalid`],
    /// [`Code::KeySmallOrder`].
    pub fn from_multikey(text: &str) -> Result<Self, Fault> {
        let bytes = multibase58_decode(text)?;
        // Every codec here is a varint of two bytes: comparing them leaves no room for a longer form of the same number.
        let (codec, key) = bytes.split_first_chunk::<2>().ok_or(Code::KeyInvalid)?;
        let (key_type, _) = CODECS.iter().find(|(_, known)| known == codec).ok_or(Code::KeyUnsupported)?;
        Self::from_bytes(*key_type, key)
    }

    /// The Multikey text.
    #[must_use]
    pub fn to_multikey(&self) -> String {
        let codec = CODECS.iter().find(|(key_type, _)| *key_type == self.key_type());
        multibase58_encode(&[codec.map_or(&[][..], |(_, codec)| codec), self.bytes()].concat())
    }

    /// Reads the value of `publicKeyBase58`: base58-btc without multibase or multicodec.
    ///
    /// # Errors
    /// [`Code::EncodingMultibase`] for a foreign character, [`Code::KeyInvalid`], [`Code::KeySmallOrder`].
    pub fn from_base58(key_type: KeyType, text: &str) -> Result<Self, Fault> {
        Self::from_bytes(key_type, &multibase58_decode(&format!("z{text}"))?)
    }
}
