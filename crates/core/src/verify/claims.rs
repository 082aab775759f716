//! The verified content: reachable only through an accepted verdict.

use super::native;
use crate::credential::{Contained, Kind, kind, open_envelope, read_credential, read_presentation};
use crate::json::{self, Object, Value};
use crate::proof::Suite;
use crate::{Fault, jose, sd_jwt};

/// The content of an accepted credential or presentation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claims {
    /// The document as JSON text; it was read once already, so it can be read again.
    text: String,
    /// How it was secured.
    secured: Secured,
    /// The issuer of an SD-JWT VC, who may stand in its certificate alone.
    issuer: Option<String>,
}

/// How the content of an input was secured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Secured {
    /// By proofs in it, or by tokens in it.
    Inside,
    /// By a compact JWT around it.
    Token,
    /// By an SD-JWT around it, which has digests of hidden claims or has none.
    SdJwt { digests: bool },
}

/// One credential that was verified.
#[derive(Clone, PartialEq, Debug)]
pub struct VerifiedCredential {
    /// The issuer's id.
    pub issuer: String,
    /// Its types.
    pub types: Vec<String>,
    /// The whole credential; for a JWT, with its registered claims mapped in.
    pub document: Object<'static>,
}

impl Claims {
    pub(super) fn from_json(input: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(input).ok()?;
        let restored = if text.contains(Suite::BbsBlsSignatureProof2020.name()) {
            json::parse(input).ok().and_then(|document| native::restored(&document))
        } else {
            None
        };
        let text = restored.map_or_else(|| text.to_owned(), |document| json::to_string(&document));
        Some(Self { text, secured: Secured::Inside, issuer: None })
    }

    /// The processed payload of an SD-JWT, as JSON text that this library wrote.
    pub(super) const fn from_sd_jwt(text: String, digests: bool, issuer: Option<String>) -> Self {
        Self { text, secured: Secured::SdJwt { digests }, issuer }
    }

    pub(super) fn from_document(document: &Object<'static>) -> Option<Self> {
        Some(Self { text: json::to_string(&Value::Object(document.clone())), secured: Secured::Token, issuer: None })
    }

    pub(super) const fn secured(&self) -> Secured {
        self.secured
    }

    /// The verified document, its proofs left in. Booleans and integers that another program's `BbsBlsSignatureProof2020` shows
    /// as value objects are JSON's own. A JWT is given as the credential or presentation that it secures.
    #[must_use]
    pub fn document(&self) -> Value<'_> {
        json::parse(self.text.as_bytes()).unwrap_or(Value::Null)
    }

    /// The verified credentials: the one itself, or those in the presentation.
    #[must_use]
    pub fn credentials(&self) -> Vec<VerifiedCredential> {
        let document = self.document();
        let Some(object) = document.as_object() else { return Vec::new() };
        if object.contains_key("vct") && !object.contains_key("@context") {
            return self.verified_sd_jwt_vc(object).into_iter().collect();
        }
        match kind(object) {
            Ok(Kind::Credential) => verified(object).into_iter().collect(),
            Ok(Kind::Presentation) => contained(object),
            Ok(Kind::Enveloped) => match open_envelope(object).and_then(read_token) {
                Ok(token) if token.is_presentation => contained(&token.document),
                Ok(token) => verified(&token.document).into_iter().collect(),
                Err(_) => Vec::new(),
            },
            Err(_) => Vec::new(),
        }
    }

    /// The processed payload of an SD-JWT VC: its types are `vct` and what `aka_vcts` adds.
    fn verified_sd_jwt_vc(&self, payload: &Object<'_>) -> Option<VerifiedCredential> {
        let also = payload.get("aka_vcts").map(Value::items).unwrap_or_default();
        let types = payload.get("vct").into_iter().chain(also).filter_map(Value::as_str);
        Some(VerifiedCredential {
            issuer: self.issuer.clone()?,
            types: types.map(str::to_owned).collect(),
            document: payload.clone().into_owned(),
        })
    }
}

/// The content of a token that was verified already.
pub(super) struct Token {
    pub(super) document: Object<'static>,
    pub(super) is_presentation: bool,
    pub(super) secured: Secured,
}

/// Reads a JWT or SD-JWT once more.
pub(super) fn read_token(token: &str) -> Result<Token, Fault> {
    if token.contains('~') {
        let content = sd_jwt::content(token)?;
        let secured = Secured::SdJwt { digests: content.has_digests };
        return Ok(Token { document: content.payload, is_presentation: false, secured });
    }
    let jwt = jose::read(token)?;
    Ok(Token { document: jwt.document, is_presentation: jwt.is_presentation, secured: Secured::Token })
}

fn contained(presentation: &Object<'_>) -> Vec<VerifiedCredential> {
    let Ok(presentation) = read_presentation(presentation) else { return Vec::new() };
    let each = presentation.credentials.iter().filter_map(|(_, credential)| match credential {
        Contained::Embedded(object) => verified(object),
        Contained::Jwt(token) | Contained::SdJwt(token) => verified(&read_token(token).ok()?.document),
    });
    each.collect()
}

fn verified(object: &Object<'_>) -> Option<VerifiedCredential> {
    let credential = read_credential(object).ok()?;
    Some(VerifiedCredential {
        issuer: credential.issuer.to_owned(),
        types: credential.types.iter().map(|&t| t.to_owned()).collect(),
        document: object.clone().into_owned(),
    })
}
