//! What a holder sends to an issuer, so that a `bbs-2023` credential is bound to a secret that only the holder has (VC-DI-BBS
//! §3.5), and what the holder keeps.
//!
//! ```text
//! holder   BoundSecrets::commit ── HolderCommitment ──► issuer   Binding ── base proof ──► holder
//! holder   base proof + BoundSecrets::for_domain ── derive ──► verifier
//! ```
//!
//! The specification leaves open how a commitment travels; this is JSON of our own.

use zeroize::{Zeroize as _, Zeroizing};

use super::{Binding, HolderSecrets, PseudonymSecret};
use crate::bbs::{Ciphersuite, SecretNumber, blind, pseudonym};
use crate::encoding::{multibase64url_decode, multibase64url_encode};
use crate::json::{self, Object, Value};
use crate::keys;
use crate::members::Members;
use crate::{Code, Fault, Randomness};

/// The ciphersuite of `bbs-2023`.
const CIPHERSUITE: Ciphersuite = Ciphersuite::Sha256;
/// The suite that both files are for.
const SUITE: &str = "bbs-2023";
/// A commitment with its proof has 208 bytes at most.
const LONGEST: usize = 512;

/// What a credential is to be bound to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BoundTo {
    /// A secret of the holder (§3.5.1).
    Holder,
    /// The secret of pseudonyms (§3.5.2).
    Pseudonym,
    /// Both (§3.5.3).
    HolderAndPseudonym,
}

impl BoundTo {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Holder, Self::Pseudonym, Self::HolderAndPseudonym];

    /// The name in files and on command lines.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Pseudonym => "pseudonym",
            Self::HolderAndPseudonym => "both",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    const fn has_holder_secret(self) -> bool {
        matches!(self, Self::Holder | Self::HolderAndPseudonym)
    }

    const fn has_pseudonym(self) -> bool {
        matches!(self, Self::Pseudonym | Self::HolderAndPseudonym)
    }
}

/// A holder's commitment, for the issuer. It tells nothing of the secrets, and two commitments to the same ones are not alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HolderCommitment {
    bound_to: BoundTo,
    bytes: Vec<u8>,
}

impl HolderCommitment {
    /// Reads what [`Self::to_json`] wrote, and verifies the proof in it: that whoever made it knows what it commits to.
    ///
    /// # Errors
    /// `json.*`; [`Code::ProofCommitment`] with the pointer of the member.
    pub fn parse(input: &[u8]) -> Result<Self, Fault> {
        let value = json::parse(input)?;
        let members =
            Members::of(&value, "", Code::ProofCommitment, &["cryptosuite", "boundTo", "commitmentWithProof"])?;
        let bound_to = read_head(&members)?;
        let wrong = || Fault::new(Code::ProofCommitment).at(members.pointer("commitmentWithProof"));
        let bytes = multibase64url_decode(members.string("commitmentWithProof")?).map_err(|_| wrong())?;
        if bytes.len() > LONGEST {
            return Err(wrong());
        }
        let committed = match bound_to {
            BoundTo::Holder => blind::verify_commitment(CIPHERSUITE, &bytes),
            _ => pseudonym::verify_commitment(CIPHERSUITE, &bytes),
        };
        let expected = usize::from(bound_to.has_holder_secret()) + usize::from(bound_to.has_pseudonym());
        if committed.map_err(|_| wrong())? != expected {
            return Err(wrong());
        }
        Ok(Self { bound_to, bytes })
    }

    /// The file for the issuer.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut object = head(self.bound_to);
        object.insert("commitmentWithProof", multibase64url_encode(&self.bytes));
        json::to_string(&Value::Object(object))
    }

    /// What the credential will be bound to.
    #[must_use]
    pub const fn bound_to(&self) -> BoundTo {
        self.bound_to
    }

    /// What the issuer signs over.
    #[must_use]
    pub fn binding(&self) -> Binding<'_> {
        let commitment = self.bytes.as_slice();
        match self.bound_to {
            BoundTo::Holder => Binding::Holder { commitment },
            BoundTo::Pseudonym => Binding::Pseudonym { commitment },
            BoundTo::HolderAndPseudonym => Binding::HolderAndPseudonym { commitment },
        }
    }
}

/// What a holder keeps of a commitment. Who has it can show the credential; who has lost it cannot.
pub struct BoundSecrets {
    bound_to: BoundTo,
    holder_secret: Option<Zeroizing<Vec<u8>>>,
    prover_blind: SecretNumber,
    prover_nym: Option<SecretNumber>,
}

impl BoundSecrets {
    /// Draws secrets and commits to them.
    ///
    /// # Errors
    /// [`Code::Internal`] without randomness.
    pub fn commit(bound_to: BoundTo, randomness: &mut dyn Randomness) -> Result<(Self, HolderCommitment), Fault> {
        let mut holder_secret = None;
        if bound_to.has_holder_secret() {
            let mut secret = Zeroizing::new(vec![0; 32]);
            randomness.fill(&mut secret)?;
            holder_secret = Some(secret);
        }
        let committed: Vec<&[u8]> = holder_secret.iter().map(|secret| secret.as_slice()).collect();
        let prover_nym = bound_to.has_pseudonym().then(|| SecretNumber::random(randomness)).transpose()?;
        let (bytes, prover_blind) = match &prover_nym {
            None => blind::commit(CIPHERSUITE, &committed, randomness)?,
            Some(nym) => pseudonym::commit(CIPHERSUITE, &committed, nym, randomness)?,
        };
        Ok((Self { bound_to, holder_secret, prover_blind, prover_nym }, HolderCommitment { bound_to, bytes }))
    }

    /// What the credential is bound to.
    #[must_use]
    pub const fn bound_to(&self) -> BoundTo {
        self.bound_to
    }

    /// What a showing is derived with. Its pseudonym, if the credential has one, is for `domain`.
    ///
    /// # Errors
    /// [`Code::PresentPseudonym`] for a pseudonym without a domain.
    pub fn for_domain(&self, domain: Option<&str>) -> Result<HolderSecrets, Fault> {
        let pseudonym = match &self.prover_nym {
            None => None,
            Some(nym) => {
                let domain = domain.filter(|domain| !domain.is_empty()).ok_or(Code::PresentPseudonym)?;
                Some(PseudonymSecret { prover_nym: nym.clone(), domain: domain.to_owned() })
            }
        };
        Ok(HolderSecrets {
            holder_secret: self.holder_secret.clone(),
            prover_blind: self.prover_blind.clone(),
            pseudonym,
        })
    }

    /// The secrets as text, for a file that nobody else can read. It wipes itself; what is copied from it does not.
    #[must_use]
    pub fn expose_json(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(512));
        let head = json::to_string(&Value::Object(head(self.bound_to)));
        text.push_str(head.strip_suffix('}').unwrap_or(&head));
        let mut push = |name: &str, bytes: &[u8]| {
            let mut encoded = multibase64url_encode(bytes);
            for part in [",\"", name, "\":\"", &encoded, "\""] {
                text.push_str(part);
            }
            encoded.zeroize();
        };
        if let Some(secret) = &self.holder_secret {
            push("holderSecret", secret);
        }
        push("proverBlind", &*self.prover_blind.expose_bytes());
        if let Some(nym) = &self.prover_nym {
            push("proverNym", &*nym.expose_bytes());
        }
        text.push('}');
        text
    }

    /// Reads what [`Self::expose_json`] wrote.
    ///
    /// # Errors
    /// `json.*`; [`Code::KeyInvalid`] with the pointer of the member.
    pub fn parse(input: &[u8]) -> Result<Self, Fault> {
        let value = json::parse(input)?;
        let known = ["cryptosuite", "boundTo", "holderSecret", "proverBlind", "proverNym"];
        let members = Members::of(&value, "", Code::KeyInvalid, &known)?;
        let bound_to = read_head(&members)?;
        let bytes = |name: &str| {
            let wrong = || Fault::new(Code::KeyInvalid).at(members.pointer(name)).about(name);
            let bytes = Zeroizing::new(multibase64url_decode(members.string(name)?).map_err(|_| wrong())?);
            if bytes.len() == 32 { Ok(bytes) } else { Err(wrong()) }
        };
        let number = |name: &str| {
            let bytes = bytes(name)?;
            let wrong = || Fault::new(Code::KeyInvalid).at(members.pointer(name)).about(name);
            SecretNumber::from_bytes(bytes.as_slice().try_into().map_err(|_| wrong())?).map_err(|_| wrong())
        };
        for (name, wanted) in [("holderSecret", bound_to.has_holder_secret()), ("proverNym", bound_to.has_pseudonym())]
        {
            if members.optional(name).is_some() != wanted {
                return Err(members.fault(name, if wanted { "missing" } else { "unknown member" }));
            }
        }
        Ok(Self {
            bound_to,
            holder_secret: bound_to.has_holder_secret().then(|| bytes("holderSecret")).transpose()?,
            prover_blind: number("proverBlind")?,
            prover_nym: bound_to.has_pseudonym().then(|| number("proverNym")).transpose()?,
        })
    }

    /// [`Self::expose_json`] encrypted under a passphrase, in the form of sealed keys ([`keys::SecretKey::seal`]).
    ///
    /// # Errors
    /// [`Code::KeySealed`] for an empty passphrase, [`Code::Internal`].
    pub fn seal(&self, passphrase: &[u8]) -> Result<String, Fault> {
        keys::seal_text(self.expose_json().as_bytes(), passphrase)
    }

    /// Opens what [`Self::seal`] wrote.
    ///
    /// # Errors
    /// [`Code::KeySealed`] for a wrong passphrase, for any damage, and for something else that was sealed.
    pub fn unseal(sealed: &str, passphrase: &[u8]) -> Result<Self, Fault> {
        Self::parse(&keys::unseal_text(sealed, passphrase)?).map_err(|_| Code::KeySealed.into())
    }
}

impl core::fmt::Debug for BoundSecrets {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("BoundSecrets").field("bound_to", &self.bound_to).finish_non_exhaustive()
    }
}

/// The members that both files begin with.
fn head(bound_to: BoundTo) -> Object<'static> {
    let mut object = Object::new();
    object.insert("cryptosuite", SUITE);
    object.insert("boundTo", bound_to.as_str());
    object
}

fn read_head(members: &Members<'_, '_>) -> Result<BoundTo, Fault> {
    if members.string("cryptosuite")? != SUITE {
        return Err(members.fault("cryptosuite", "another suite"));
    }
    BoundTo::parse(members.string("boundTo")?).ok_or_else(|| members.fault("boundTo", "unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandomness;

    #[test]
    fn secrets_and_commitments_come_back() {
        for kind in BoundTo::ALL {
            let (secrets, commitment) = BoundSecrets::commit(kind, &mut SystemRandomness).unwrap();
            assert_eq!(HolderCommitment::parse(commitment.to_json().as_bytes()).unwrap(), commitment);
            assert_eq!((secrets.bound_to(), commitment.bound_to()), (kind, kind));
            let text = secrets.expose_json();
            assert_eq!(*BoundSecrets::parse(text.as_bytes()).unwrap().expose_json(), *text);
            let sealed = secrets.seal(b"larch").unwrap();
            assert_eq!(*BoundSecrets::unseal(&sealed, b"larch").unwrap().expose_json(), *text);
            assert_eq!(BoundSecrets::unseal(&sealed, b"pine").unwrap_err().code(), Code::KeySealed);
            let shown = secrets.for_domain(Some("https://shop.example")).unwrap();
            assert_eq!(shown.pseudonym.is_some(), kind.has_pseudonym());
            assert_eq!(shown.holder_secret.is_some(), kind.has_holder_secret());
            for domain in [None, Some("")] {
                let code = secrets.for_domain(domain).map(drop).map_err(|fault| fault.code());
                assert_eq!(code, if kind.has_pseudonym() { Err(Code::PresentPseudonym) } else { Ok(()) });
            }
            // No two commitments are alike, and nothing secret is printed or sent.
            let (_, other) = BoundSecrets::commit(kind, &mut SystemRandomness).unwrap();
            assert_ne!(commitment, other);
            assert!(!format!("{secrets:?}").contains("proverBlind"));
        }
    }

    #[test]
    fn damaged_secrets_are_refused() {
        let (secrets, _) = BoundSecrets::commit(BoundTo::HolderAndPseudonym, &mut SystemRandomness).unwrap();
        let text = secrets.expose_json();
        let code = |text: &str| BoundSecrets::parse(text.as_bytes()).map(drop).map_err(|fault| fault.code());
        assert_eq!(code(&text), Ok(()));
        for (from, to) in [
            ("bbs-2023", "ecdsa-sd-2023"),
            ("\"both\"", "\"holder\""),
            ("\"both\"", "\"pseudonym\""),
            ("\"both\"", "\"nobody\""),
            ("proverNym", "proverName"),
            ("\"proverBlind\":\"u", "\"proverBlind\":\"uAA"),
            ("\"proverBlind\":\"u", "\"proverBlind\":\"z"),
        ] {
            assert!(text.contains(from));
            assert_eq!(code(&text.replace(from, to)), Err(Code::KeyInvalid), "{to}");
        }
        // A number beyond the order.
        let (at, _) = text.match_indices("proverNym\":\"").next().unwrap();
        let mut beyond = text.get(..at + 12).unwrap().to_owned();
        beyond.push_str(&multibase64url_encode(&[0xff; 32]));
        beyond.push_str("\"}");
        assert_eq!(code(&beyond), Err(Code::KeyInvalid));
    }
}
