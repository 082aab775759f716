//! A credential in its holder's hands: what may be shown of it, what that gives away, and the showing.

use std::sync::Arc;
use std::time::SystemTime;

use tamarack::did::did_of;
use tamarack::json::{Value, to_string};
use tamarack::present::{AgeQuestion, Binding, Disclosable, Held, Holder, Selection, present};
use tamarack::{Fault, SystemRandomness};
use tamarack_wallet::{WalletCode, WalletError};

use crate::error::TamarackError;
use crate::evidence::{Evidence, snapshot};
use crate::keys::Key;
use crate::object::object;
use crate::secrets::HolderSecrets;
use crate::time::or_now;
use crate::verdict::Linkability;

/// How a claim may be shown.
///
/// ```text
/// free = [claim.pointer for claim in held.claims() if claim.exposure == Exposure.CHOICE]
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum Exposure {
    /// The issuer demands that every showing has it.
    Mandatory,
    /// Every showing has it, because the suite or the data model cannot do without.
    Always,
    /// It names the object that it stands in, and is shown as soon as anything else of that object is.
    Along,
    /// Only if it is chosen.
    Choice,
}

/// One claim of a held credential.
///
/// ```text
/// for claim in held.claims(): show(claim.pointer, claim.value)  # /credentialSubject/givenName, "Zoé"
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Claim {
    /// Its JSON pointer into the credential.
    pub pointer: String,
    /// How it may be shown.
    pub exposure: Exposure,
    /// The value as JSON text, to preview.
    pub value: String,
}

impl From<Disclosable> for Claim {
    fn from(claim: Disclosable) -> Self {
        use tamarack::present::Exposure as E;
        let exposure = match claim.exposure {
            E::Mandatory => Exposure::Mandatory,
            E::Along => Exposure::Along,
            E::Choice => Exposure::Choice,
            _ => Exposure::Always,
        };
        Self { pointer: claim.pointer, exposure, value: to_string(&claim.value) }
    }
}

/// How a credential answers “are you old enough?”.
///
/// ```text
/// answer = held.age_answer(19)
/// if answer and answer.holds: shown = held.present([answer.pointer], ShowOptions(audience="shop.example", nonce=nonce))
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct AgeAnswer {
    /// The JSON pointer of the claim to show.
    pub pointer: String,
    /// What it says.
    pub holds: bool,
}

/// For whom a showing is, and who answers for it.
///
/// ```text
/// options = ShowOptions(audience="shop.example", nonce=nonce, holder=key)
/// ```
#[derive(Clone, Debug, Default, uniffi::Record)]
pub struct ShowOptions {
    /// The verifier's name (domain).
    #[uniffi(default = None)]
    pub audience: Option<String>,
    /// The verifier's nonce (challenge).
    #[uniffi(default = None)]
    pub nonce: Option<String>,
    /// The holder's key, which then signs: showings are linkable wherever the same key is used.
    #[uniffi(default = None)]
    pub holder: Option<Arc<Key>>,
    /// The DID URL of that key; none for that of its did:key.
    #[uniffi(default = None)]
    pub verification_method: Option<String>,
    /// When it is signed; none for now.
    #[uniffi(default = None)]
    pub created: Option<SystemTime>,
    /// The issuer's key as a Multikey, which a `BbsBlsSignature2020` credential does not carry.
    #[uniffi(default = None)]
    pub issuer_key: Option<String>,
    /// The secrets that a `bbs-2023` credential is bound to. Its pseudonym, if it has one, is for the audience.
    #[uniffi(default = None)]
    pub secrets: Option<Arc<HolderSecrets>>,
    /// The contexts that are not built in.
    #[uniffi(default = None)]
    pub evidence: Option<Arc<Evidence>>,
    /// A JSON-LD frame (the reveal document of older wallets), JSON text, for a `BbsBlsSignature2020` credential alone; then in the place
    /// of pointers.
    #[uniffi(default = None)]
    pub frame: Option<String>,
    /// Further claims of the key-binding JWT of an SD-JWT: a JSON object.
    #[uniffi(default = None)]
    pub key_binding_claims: Option<String>,
}

/// A credential in its holder's hands. Nothing of it is verified here: verify what you receive with a policy `as_holder`.
///
/// ```text
/// held = HeldCredential.parse(credential)
/// chosen = ["/credentialSubject/givenName"]
/// show(held.linkability(chosen, ShowOptions()).message.en)
/// shown = held.present(chosen, ShowOptions(audience="shop.example", nonce="n"))
/// ```
#[derive(Debug, uniffi::Object)]
pub struct HeldCredential {
    held: Held,
    /// Whether it is a wallet's: then it is here to look at, and is shown through the wallet alone.
    of_wallet: bool,
}

#[uniffi::export]
impl HeldCredential {
    /// Reads a credential: JSON with embedded proofs, an enveloped one, a compact JWT, or an SD-JWT with its disclosures. At most
    /// 1 MiB.
    ///
    /// ```text
    /// held = HeldCredential.parse(credential)
    /// show(held.suite())  # bbs-2023
    /// ```
    ///
    /// Errors: `Input` with `input.*`, `json.*`, `jose.*`, `proof.missing` for one that is not signed.
    #[uniffi::constructor]
    pub fn parse(credential: String) -> Result<Self, TamarackError> {
        Ok(Self { held: Held::parse(credential.as_bytes())?, of_wallet: false })
    }

    /// The credential with everything in it, as JSON text.
    ///
    /// ```text
    /// store(held.document())
    /// ```
    #[must_use]
    pub fn document(&self) -> String {
        to_string(&Value::Object(self.held.document().clone()))
    }

    /// The header of a token, as JSON text; none for a credential with embedded proofs.
    ///
    /// ```text
    /// header = held.header()
    /// if header: store(header)
    /// ```
    #[must_use]
    pub fn header(&self) -> Option<String> {
        self.held.header().map(|header| to_string(&Value::Object(header)))
    }

    /// How it is secured, such as `bbs-2023` or `dc+sd-jwt`.
    #[must_use]
    pub fn suite(&self) -> String {
        self.held.suite().to_owned()
    }

    /// Whether single claims can be shown. If not, a showing shows everything.
    ///
    /// ```text
    /// chosen = ["/credentialSubject/givenName"] if held.is_divisible() else [""]
    /// ```
    #[must_use]
    pub fn is_divisible(&self) -> bool {
        self.held.is_divisible()
    }

    /// Whether showings are zero-knowledge proofs, which share nothing of the signature.
    #[must_use]
    pub fn is_zero_knowledge(&self) -> bool {
        self.held.is_zero_knowledge()
    }

    /// Whether it is bound to secrets of its holder, and is shown with them alone.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        self.held.is_bound()
    }

    /// Whether every showing has a pseudonym, which is for one verifier.
    #[must_use]
    pub fn shows_pseudonym(&self) -> bool {
        self.held.shows_pseudonym()
    }

    /// Every claim with how it may be shown, in the order of the document.
    ///
    /// ```text
    /// pointers = [claim.pointer for claim in held.claims()]
    /// ```
    #[must_use]
    pub fn claims(&self) -> Vec<Claim> {
        self.held.disclosable().into_iter().map(Claim::from).collect()
    }

    /// How this credential answers whether its holder has reached an age in whole years; none if it cannot.
    ///
    /// ```text
    /// answer = held.age_answer(19)
    /// if answer: show(answer.pointer)  # /credentialSubject/ageOver19
    /// ```
    #[must_use]
    pub fn age_answer(&self, at_least: u32) -> Option<AgeAnswer> {
        match (AgeQuestion { at_least }).answer(&self.held)? {
            tamarack::present::AgeAnswer::Claim { pointer, holds } => Some(AgeAnswer { pointer, holds }),
            _ => None,
        }
    }

    /// What a showing of these JSON pointers shows: what was chosen, and what cannot be left out. The empty pointer chooses
    /// everything.
    ///
    /// ```text
    /// for claim in held.shows(["/credentialSubject/givenName"]): show(claim.pointer, claim.value)
    /// ```
    ///
    /// Errors: `Input` with `disclosure.*`, `present.undividable`.
    pub fn shows(&self, pointers: Vec<String>) -> Result<Vec<Claim>, TamarackError> {
        let shown = self.held.shows(&Selection { pointers: &pointers, frame: None })?;
        Ok(shown.into_iter().map(Claim::from).collect())
    }

    /// Whether, and by what, such a showing could be tied to others: for the person to know before consenting.
    ///
    /// ```text
    /// report = held.linkability(["/credentialSubject/givenName"], ShowOptions(audience="shop.example"))
    /// show(report.message.en)
    /// ```
    ///
    /// Errors: `Input` as those of `present`.
    pub fn linkability(&self, pointers: Vec<String>, options: ShowOptions) -> Result<Linkability, TamarackError> {
        let frame = options.frame.as_deref().map(object).transpose()?;
        let selection = Selection { pointers: &pointers, frame: frame.as_ref() };
        let report = self.bound(&options, |binding| self.held.linkability(&selection, binding))?;
        Ok(Linkability::from(&report))
    }

    /// Makes what is sent to the verifier: a presentation, a derived credential or a token. Call it with the person's consent. A
    /// credential of a wallet (`Wallet.credential`) is shown through the wallet, which asks for the consent and keeps the history.
    ///
    /// ```text
    /// options = ShowOptions(audience="shop.example", nonce=nonce)
    /// shown = held.present(["/credentialSubject/givenName"], options)
    /// ```
    ///
    /// Errors: `Input` with `consent.needed` for a credential of a wallet, `disclosure.*`, `present.*`, `proof.binding`; what the device of the holder's key says.
    pub fn present(&self, pointers: Vec<String>, options: ShowOptions) -> Result<String, TamarackError> {
        if self.of_wallet {
            return Err(WalletError::new(WalletCode::ConsentNeeded).into());
        }
        let frame = options.frame.as_deref().map(object).transpose()?;
        let selection = Selection { pointers: &pointers, frame: frame.as_ref() };
        let evidence = snapshot(options.evidence.as_ref());
        self.bound(&options, |binding| {
            present(&self.held, &selection, binding, &evidence.contexts(), &mut SystemRandomness)
        })
    }
}

impl HeldCredential {
    /// A credential of a wallet.
    pub(crate) const fn of_wallet(held: Held) -> Self {
        Self { held, of_wallet: true }
    }

    /// Works with the binding that the options describe.
    fn bound<T>(
        &self,
        options: &ShowOptions,
        work: impl FnOnce(&Binding<'_>) -> Result<T, Fault>,
    ) -> Result<T, TamarackError> {
        let issuer_key = self.issuer_key(options)?;
        let secrets = match &options.secrets {
            Some(kept) => Some(kept.secrets.for_domain(options.audience.as_deref())?),
            None => None,
        };
        let claims = options.key_binding_claims.as_deref().map(object).transpose()?;
        let binding = Binding {
            key_binding_claims: claims.as_ref(),
            audience: options.audience.as_deref(),
            nonce: options.nonce.as_deref(),
            created: Some(or_now(options.created)),
            issuer_key: issuer_key.as_ref(),
            secrets: secrets.as_ref(),
            ..Binding::default()
        };
        let Some(key) = &options.holder else { return Ok(work(&binding)?) };
        let method = options.verification_method.clone().unwrap_or_else(|| key.verification_method());
        key.signing(|signer| {
            let holder = Holder { signer, verification_method: &method };
            work(&Binding { holder: Some(holder), ..binding })
        })
    }

    /// The issuer's key where a showing is made with it: given, or computed from its DID.
    fn issuer_key(&self, options: &ShowOptions) -> Result<Option<tamarack::keys::PublicKey>, TamarackError> {
        if let Some(multikey) = &options.issuer_key {
            return Ok(Some(tamarack::keys::PublicKey::from_multikey(multikey)?));
        }
        let Some(method) = self.held.issuer_method() else { return Ok(None) };
        let evidence = snapshot(options.evidence.as_ref());
        let purpose = tamarack::did::Relationship::AssertionMethod;
        tamarack::did::check_did(did_of(method))?;
        Ok(tamarack::did::verification_method(method, purpose, &evidence).ok().map(|method| method.key))
    }
}
