//! The optional features of `bbs-2023` (VC-DI-BBS §3.5): a credential bound to a secret of its holder, and pseudonyms that one
//! verifier recognises and two cannot compare.

use zeroize::Zeroizing;

use crate::bbs::SecretNumber;

/// What a base proof of `bbs-2023` is bound to beside the document. The commitment comes from the holder
/// ([`crate::bbs::blind::commit`], [`crate::bbs::pseudonym::commit`]), with its proof.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Binding<'b> {
    /// Nothing: whoever has the base proof can derive from it.
    #[default]
    None,
    /// A secret of the holder (§3.5.1).
    Holder {
        /// The holder's commitment to one message, the secret.
        commitment: &'b [u8],
    },
    /// The secret of a pseudonym (§3.5.2), of which the signer adds a share of its own.
    Pseudonym {
        /// The holder's commitment to its share.
        commitment: &'b [u8],
    },
    /// Both (§3.5.3).
    HolderAndPseudonym {
        /// The holder's commitment to its secret and its share.
        commitment: &'b [u8],
    },
}

/// What the holder of a bound credential derives with.
#[derive(Clone)]
pub struct HolderSecrets {
    /// The secret that was committed to, if one was.
    pub holder_secret: Option<Zeroizing<Vec<u8>>>,
    /// The blinding factor of the commitment.
    pub prover_blind: SecretNumber,
    /// The pseudonym to show, if the credential has the secret of one.
    pub pseudonym: Option<PseudonymSecret>,
}

/// The holder's share of a pseudonym's secret, and where the pseudonym is for.
#[derive(Clone)]
pub struct PseudonymSecret {
    /// The share that was committed to (`prover_nym`).
    pub prover_nym: SecretNumber,
    /// For whom the pseudonym is (`nym_domain`): the same domain gives the same pseudonym, another one another that nobody
    /// can tie to it.
    pub domain: String,
}

impl core::fmt::Debug for HolderSecrets {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HolderSecrets").field("pseudonym", &self.pseudonym).finish_non_exhaustive()
    }
}

impl core::fmt::Debug for PseudonymSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PseudonymSecret").field("domain", &self.domain).finish_non_exhaustive()
    }
}
