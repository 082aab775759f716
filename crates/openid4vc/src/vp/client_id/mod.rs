//! Client identifiers and their prefixes (OpenID4VP §5.9).

mod authenticate;

pub use authenticate::{Client, Registered, Trust};
pub(crate) use authenticate::{authenticate_signed, authenticate_unsigned};

use tamarack::encoding::base64url_decode;
use url::Url;

use crate::{Refusal, RefusalCode, Result, limits};

/// How a client identifier is to be understood (§5.9.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Prefix {
    /// No known prefix: a verifier that the wallet knows beforehand (§5.9.2).
    PreRegistered,
    /// `redirect_uri:` the address that the answer goes to. Such a request cannot be signed.
    RedirectUri,
    /// `decentralized_identifier:` a DID, one of whose keys signs the request.
    DecentralizedIdentifier,
    /// `x509_san_dns:` a DNS name of the certificate whose key signs the request.
    X509SanDns,
    /// `x509_hash:` the SHA-256 of that certificate.
    X509Hash,
    /// `verifier_attestation:` the subject of a token by somebody whom the wallet trusts.
    VerifierAttestation,
    /// `openid_federation:` which is understood and refused.
    OpenidFederation,
}

const NAMES: [(&str, Prefix); 6] = [
    ("redirect_uri", Prefix::RedirectUri),
    ("decentralized_identifier", Prefix::DecentralizedIdentifier),
    ("x509_san_dns", Prefix::X509SanDns),
    ("x509_hash", Prefix::X509Hash),
    ("verifier_attestation", Prefix::VerifierAttestation),
    ("openid_federation", Prefix::OpenidFederation),
];

impl Prefix {
    /// Its name, as `client_id_prefixes_supported` lists it (§10.1).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(_, prefix)| *prefix == self).map_or("pre-registered", |(name, _)| name)
    }

    /// Whether a request must be signed.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        !matches!(self, Self::RedirectUri | Self::PreRegistered)
    }
}

/// A client identifier with its prefix. It is always used in full (§14.10): as the audience of presentations, and wherever
/// else a client is named.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ClientId {
    full: String,
    prefix: Prefix,
    /// Whether the prefix stands in the identifier itself.
    is_prefixed: bool,
}

impl ClientId {
    /// Reads a client identifier.
    ///
    /// # Errors
    /// `invalid_request` (`client_id`) for an empty or long one, one that does not belong to its prefix, and one with
    /// the prefix `origin:`, which nobody may send (§5.9.3).
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || Refusal::new(RefusalCode::InvalidRequest, "client_id");
        if text.is_empty() || text.len() > limits::CLIENT_ID_BYTES || text.chars().any(char::is_control) {
            return Err(wrong());
        }
        let (name, original) = text.split_once(':').unwrap_or_default();
        if name == "origin" {
            return Err(wrong());
        }
        let prefix =
            NAMES.iter().find(|(known, _)| *known == name).map_or(Prefix::PreRegistered, |(_, prefix)| *prefix);
        let good = match prefix {
            Prefix::PreRegistered => true,
            Prefix::RedirectUri => Url::parse(original).is_ok(),
            Prefix::DecentralizedIdentifier => original.starts_with("did:") && !original.contains(['#', '?', '/']),
            Prefix::X509SanDns => is_dns_name(original),
            Prefix::X509Hash => base64url_decode(original).is_ok_and(|hash| hash.len() == 32),
            Prefix::VerifierAttestation | Prefix::OpenidFederation => !original.is_empty(),
        };
        if good { Ok(Self { full: text.to_owned(), prefix, is_prefixed: true }) } else { Err(wrong()) }
    }

    /// Reads the identifier of a verifier before OpenID4VP 1.0, whose prefix stood in a parameter of its own, or of a SIOPv2
    /// relying party, which has none (SIOPv2 §7.2).
    ///
    /// # Errors
    /// As [`Self::parse`]; for an unknown scheme.
    pub fn of_scheme(scheme: &str, text: &str) -> Result<Self> {
        let name = match scheme {
            "did" => "decentralized_identifier",
            "pre-registered" => return Self::parse(text),
            other => other,
        };
        let id = Self::parse(&format!("{name}:{text}"))?;
        match id.prefix {
            Prefix::PreRegistered | Prefix::OpenidFederation => {
                Err(Refusal::new(RefusalCode::InvalidRequest, "client_id_scheme"))
            }
            prefix => Ok(Self { full: text.to_owned(), prefix, is_prefixed: false }),
        }
    }

    /// The full identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// Its prefix.
    #[must_use]
    pub const fn prefix(&self) -> Prefix {
        self.prefix
    }

    /// The part after the prefix; the whole of it for a pre-registered client.
    #[must_use]
    pub fn original(&self) -> &str {
        match self.prefix {
            Prefix::PreRegistered => &self.full,
            _ if !self.is_prefixed => &self.full,
            _ => self.full.split_once(':').map_or("", |(_, original)| original),
        }
    }
}

fn is_dns_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_prefixes_apart() {
        for (text, prefix, original) in [
            ("redirect_uri:https://client.example.org/cb", Prefix::RedirectUri, "https://client.example.org/cb"),
            ("decentralized_identifier:did:example:123", Prefix::DecentralizedIdentifier, "did:example:123"),
            ("x509_san_dns:client.example.org", Prefix::X509SanDns, "client.example.org"),
            (
                "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk",
                Prefix::X509Hash,
                "Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk",
            ),
            ("verifier_attestation:verifier.example", Prefix::VerifierAttestation, "verifier.example"),
            ("openid_federation:https://f.example.com", Prefix::OpenidFederation, "https://f.example.com"),
            ("https://client.example.org/cb", Prefix::PreRegistered, "https://client.example.org/cb"),
            ("s6BhdRkqt3", Prefix::PreRegistered, "s6BhdRkqt3"),
        ] {
            let id = ClientId::parse(text).unwrap();
            assert_eq!((id.prefix(), id.original(), id.as_str()), (prefix, original, text));
        }
        for bad in [
            "",
            "origin:https://verifier.example.com",
            "redirect_uri:cb",
            "decentralized_identifier:example",
            "decentralized_identifier:did:example:1#key",
            "x509_san_dns:",
            "x509_san_dns:a..b",
            "x509_san_dns:*.example.org",
            "x509_hash:AAAA",
            "verifier_attestation:",
            "a\u{7}b",
        ] {
            assert_eq!(ClientId::parse(bad).unwrap_err().about(), "client_id", "{bad}");
        }
    }
}
