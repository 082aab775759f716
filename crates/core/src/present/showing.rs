//! The showing itself.

use super::bound;
use super::held::{Form, Held};
use crate::credential::{CONTEXT_V1, CONTEXT_V2};
use crate::did::did_of;
use crate::issue::{SecureOptions, Securing, secure};
use crate::jose::JwtForm;
use crate::json::{self, Object, Value};
use crate::jsonld::Contexts;
use crate::keys::{KeyType, PublicKey, Signer};
use crate::proof::{DeriveOptions, HolderSecrets, Suite, derive};
use crate::sd_jwt::{self, KeyBinding};
use crate::{Code, Fault, Randomness, Timestamp};

/// What a person chose to show.
#[derive(Clone, Copy, Default, Debug)]
pub struct Selection<'s> {
    /// JSON pointers into the credential; each shows what lies below it. The empty pointer shows everything.
    pub pointers: &'s [String],
    /// A JSON-LD frame (the reveal document of older wallets), for `BbsBlsSignature2020` alone.
    pub frame: Option<&'s Object<'s>>,
}

/// The holder's key.
#[derive(Clone, Copy)]
pub struct Holder<'h> {
    /// The key, or the device that has it.
    pub signer: &'h dyn Signer,
    /// The DID URL under which it is known.
    pub verification_method: &'h str,
}

impl core::fmt::Debug for Holder<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Holder").field("verification_method", &self.verification_method).finish_non_exhaustive()
    }
}

/// For whom a showing is, and who answers for it.
#[derive(Clone, Copy, Default, Debug)]
pub struct Binding<'b> {
    /// The verifier's name.
    pub audience: Option<&'b str>,
    /// The verifier's nonce.
    pub nonce: Option<&'b str>,
    /// The holder's key, which then signs: linkable wherever the same key is used.
    pub holder: Option<Holder<'b>>,
    /// The time of the holder's signature.
    pub created: Option<Timestamp>,
    /// The issuer's key, which a `BbsBlsSignature2020` credential does not carry: without it, only a key that can be computed
    /// from the issuer's DID is found.
    pub issuer_key: Option<&'b PublicKey>,
    /// Further claims of the key-binding JWT of an SD-JWT; another showing that is to carry any is refused.
    pub key_binding_claims: Option<&'b Object<'b>>,
    /// The holder's secrets, for a `bbs-2023` credential that is bound to them (VC-DI-BBS §3.5). Its pseudonym, if it has one,
    /// is for the domain that they name; a verifier that expects an audience expects this one.
    pub secrets: Option<&'b HolderSecrets>,
}

/// Makes the bytes to send: what was chosen and what the issuer always shows, bound to the verifier's nonce.
///
/// With a holder's key it is a presentation that the key signs. Without one it is the credential by itself: derived, its
/// zero-knowledge proof made for this audience and nonce; or whole, if nobody asked for a nonce.
///
/// # Errors
/// [`Code::DisclosurePointer`] for a pointer that names nothing, [`Code::DisclosureNothing`] for a choice that leaves nothing of the subject;
/// [`Code::PresentUndividable`] if less than everything was chosen of what cannot be divided; [`Code::PresentBinding`] if
/// an audience or nonce is to be answered and neither a holder's key nor the suite can; those of the suite and the key.
pub fn present(
    held: &Held,
    selection: &Selection<'_>,
    binding: &Binding<'_>,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<String, Fault> {
    let pointers = held.selected(selection)?;
    let asked = binding.audience.is_some() || binding.nonce.is_some();
    if asked && binding.holder.is_none() && !held.is_zero_knowledge() {
        return Err(Fault::new(Code::PresentBinding).about(held.suite()));
    }
    let is_key_bound = binding.holder.is_some() && matches!(held.form(), Form::SdJwt(_));
    if binding.key_binding_claims.is_some() && !is_key_bound {
        return Err(Fault::new(Code::PresentBinding).about("key_binding_claims"));
    }
    match held.form() {
        Form::Whole => embedded(held.document().clone(), binding, contexts),
        Form::Divisible(suite) => {
            let options = DeriveOptions {
                reveal: pointers,
                suite: Some(*suite),
                presentation_header: match held.is_zero_knowledge() {
                    true => bound::write(binding.audience, binding.nonce),
                    false => Vec::new(),
                },
                frame: selection.frame.map(|frame| frame.clone().into_owned()),
                issuer_key: binding.issuer_key.cloned(),
                holder: binding.secrets.cloned(),
            };
            embedded(derive(held.document(), &options, contexts, rng)?, binding, contexts)
        }
        Form::Jwt { token, form } => enveloped(token, *form, binding, contexts),
        Form::SdJwt(disclosures) => disclosed(&disclosures.text, &pointers, binding),
    }
}

/// The disclosures of what was chosen, and the holder's key-binding JWT.
fn disclosed(text: &str, pointers: &[String], binding: &Binding<'_>) -> Result<String, Fault> {
    let reveal: Vec<&str> = pointers.iter().map(String::as_str).collect();
    let Some(holder) = binding.holder else { return sd_jwt::present(text, &reveal, None) };
    // RFC 9901 §4.3: a key-binding JWT has all three.
    let (Some(audience), Some(nonce), Some(now)) = (binding.audience, binding.nonce, binding.created) else {
        return Err(Fault::new(Code::PresentBinding).about("audience, nonce"));
    };
    let binding = KeyBinding { signer: holder.signer, audience, nonce, now, claims: binding.key_binding_claims };
    sd_jwt::present(text, &reveal, Some(&binding))
}

/// A credential with its proof: by itself, or in a presentation.
fn embedded(credential: Object<'static>, binding: &Binding<'_>, contexts: &Contexts<'_>) -> Result<String, Fault> {
    let Some(holder) = binding.holder else { return Ok(json::to_string(&Value::Object(credential))) };
    let first = credential.get("@context").and_then(|contexts| contexts.items().first());
    let base = if first.and_then(Value::as_str) == Some(CONTEXT_V1) { CONTEXT_V1 } else { CONTEXT_V2 };
    let suite = match holder.signer.public_key().key_type() {
        KeyType::P256 | KeyType::P384 => Suite::EcdsaRdfc2019,
        _ => Suite::EddsaRdfc2022,
    };
    let document = presentation(base, holder, Value::Object(credential));
    sign(document, Securing::DataIntegrity(suite), holder, binding, contexts)
}

/// A token: by itself, or in a presentation of its own kind.
fn enveloped(token: &str, form: JwtForm, binding: &Binding<'_>, contexts: &Contexts<'_>) -> Result<String, Fault> {
    let Some(holder) = binding.holder else { return Ok(token.to_owned()) };
    let document = match form {
        // VCDM 1.1 §6.3.1.
        JwtForm::V1 => presentation(CONTEXT_V1, holder, Value::from(token.to_owned())),
        // VCDM 2.0 §4.13.2.
        JwtForm::V2 => {
            let mut envelope = Object::new();
            envelope.insert("@context", CONTEXT_V2);
            envelope.insert("id", format!("data:application/vc+jwt,{token}"));
            envelope.insert("type", "EnvelopedVerifiableCredential");
            presentation(CONTEXT_V2, holder, Value::Object(envelope))
        }
    };
    sign(document, Securing::Jwt(form), holder, binding, contexts)
}

fn presentation(context: &'static str, holder: Holder<'_>, credential: Value<'static>) -> Object<'static> {
    let list = |value| Value::Array(vec![value]);
    let mut document = Object::new();
    document.insert("@context", list(Value::from(context)));
    document.insert("type", list(Value::from("VerifiablePresentation")));
    document.insert("holder", did_of(holder.verification_method).to_owned());
    document.insert("verifiableCredential", list(credential));
    document
}

fn sign(
    document: Object<'static>,
    securing: Securing,
    holder: Holder<'_>,
    binding: &Binding<'_>,
    contexts: &Contexts<'_>,
) -> Result<String, Fault> {
    let options = SecureOptions {
        verification_method: holder.verification_method,
        created: binding.created,
        challenge: binding.nonce,
        domain: binding.audience,
        ..SecureOptions::default()
    };
    secure(document, securing, &options, holder.signer, contexts)
}
