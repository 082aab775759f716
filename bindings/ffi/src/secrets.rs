//! The secrets to which a `bbs-2023` credential can be bound.

use std::sync::Arc;

use tamarack::SystemRandomness;
use tamarack::proof::BoundSecrets;
use zeroize::Zeroizing;

use crate::error::TamarackError;

/// What a `bbs-2023` credential is bound to.
///
/// ```text
/// made = commit_holder_secrets(BoundTo.PSEUDONYM)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum BoundTo {
    /// A secret of the holder: who has the credential's text alone cannot show it.
    Holder,
    /// The secret of a pseudonym: each verifier recognises the holder, and no two can compare.
    Pseudonym,
    /// Both.
    HolderAndPseudonym,
}

impl From<BoundTo> for tamarack::proof::BoundTo {
    fn from(bound_to: BoundTo) -> Self {
        match bound_to {
            BoundTo::Holder => Self::Holder,
            BoundTo::Pseudonym => Self::Pseudonym,
            BoundTo::HolderAndPseudonym => Self::HolderAndPseudonym,
        }
    }
}

/// What a holder keeps of a commitment. Who has it can show the credential; who has lost it cannot.
///
/// ```text
/// made = commit_holder_secrets(BoundTo.HOLDER_AND_PSEUDONYM)
/// sealed = made.secrets.seal("larch needles fall")
/// secrets = HolderSecrets.unseal(sealed, "larch needles fall")
/// ```
#[derive(Debug, uniffi::Object)]
pub struct HolderSecrets {
    pub(crate) secrets: BoundSecrets,
}

/// New secrets, and what the issuer needs of them.
///
/// ```text
/// made = commit_holder_secrets(BoundTo.HOLDER)
/// store(made.secrets.seal(passphrase))
/// issued = kind.issue(claims, key, IssueOptions(suite="bbs-2023", commitment=made.commitment))
/// ```
#[derive(Clone, Debug, uniffi::Record)]
pub struct Committed {
    /// What the holder keeps, before anything is sent.
    pub secrets: Arc<HolderSecrets>,
    /// What the issuer gets, as JSON text: nothing secret.
    pub commitment: String,
}

#[uniffi::export]
impl HolderSecrets {
    /// Reads what [`Self::expose_json`] gave.
    ///
    /// ```text
    /// secrets = HolderSecrets.parse(read("holder-secrets.json"))
    /// ```
    ///
    /// Errors: `Input` with `json.*`, `key.*`.
    #[uniffi::constructor]
    pub fn parse(json: String) -> Result<Self, TamarackError> {
        let json = Zeroizing::new(json);
        Ok(Self { secrets: BoundSecrets::parse(json.as_bytes())? })
    }

    /// Opens what [`Self::seal`] wrote.
    ///
    /// ```text
    /// secrets = HolderSecrets.unseal(sealed, passphrase)
    /// shown = held.present(pointers, ShowOptions(audience="shop.example", nonce=nonce, secrets=secrets))
    /// ```
    ///
    /// Errors: `Locked` with `key.sealed`.
    #[uniffi::constructor]
    pub fn unseal(sealed: String, passphrase: String) -> Result<Self, TamarackError> {
        let passphrase = Zeroizing::new(passphrase);
        Ok(Self { secrets: BoundSecrets::unseal(&sealed, passphrase.as_bytes())? })
    }

    /// Encrypts the secrets under a passphrase.
    ///
    /// ```text
    /// store(secrets.seal(passphrase))
    /// ```
    ///
    /// Errors: `Locked` with `key.sealed` for an empty passphrase.
    pub fn seal(&self, passphrase: String) -> Result<String, TamarackError> {
        let passphrase = Zeroizing::new(passphrase);
        Ok(self.secrets.seal(passphrase.as_bytes())?)
    }

    /// The secrets as JSON text, for a file that nobody else can read. The language's copy does not wipe itself.
    ///
    /// ```text
    /// secrets = HolderSecrets.parse(secrets.expose_json())
    /// ```
    #[must_use]
    pub fn expose_json(&self) -> String {
        self.secrets.expose_json().as_str().to_owned()
    }
}

/// Draws secrets for a credential to be bound to, and commits to them.
///
/// ```text
/// made = commit_holder_secrets(BoundTo.HOLDER_AND_PSEUDONYM)
/// send(made.commitment)  # to the issuer; made.secrets stays here
/// ```
///
/// Errors: `Internal` without randomness.
#[uniffi::export]
pub fn commit_holder_secrets(bound_to: BoundTo) -> Result<Committed, TamarackError> {
    let (secrets, commitment) = BoundSecrets::commit(bound_to.into(), &mut SystemRandomness)?;
    Ok(Committed { secrets: Arc::new(HolderSecrets { secrets }), commitment: commitment.to_json() })
}
