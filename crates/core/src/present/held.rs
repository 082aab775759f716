//! A credential in its holder's hands, and what may be shown of it.

use std::borrow::Cow;

use super::leaves::{Leaf, is_within, leaves};
use super::linkability::{Linkability, Manner, assess};
use super::parts;
use super::showing::{Binding, Selection};
use crate::credential::{Kind, id_of, kind, open_envelope};
use crate::jose::{self, Jws, JwtForm};
use crate::json::{self, Object, Value};
use crate::jsonld::Contexts;
use crate::proof::{Arrangement, BaseProof, DeriveOptions, Suite, arrangement, base_proofs, framed};
use crate::sd_jwt::{self, Profile};
use crate::{Code, Fault, limits, x509};

/// How a claim may be shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
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
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Disclosable {
    /// Its JSON pointer into the credential.
    pub pointer: String,
    /// How it may be shown.
    pub exposure: Exposure,
    /// The value, to preview.
    pub value: Value<'static>,
}

/// A credential in its holder's hands. Nothing of it is verified here: a wallet verifies what it receives.
#[derive(Clone, Debug)]
pub struct Held {
    /// The credential with everything in it; of an SD-JWT, its payload with every disclosure put in.
    document: Object<'static>,
    form: Form,
    /// The issuer's mandatory pointers.
    mandatory: Vec<String>,
    /// Whether each showing has a pseudonym of the holder.
    pseudonym: bool,
    /// Whether it is bound to secrets of the holder.
    bound: bool,
}

/// How the credential is secured.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// Proofs in the document, none of which can be divided.
    Whole,
    /// A base proof of this suite in the document.
    Divisible(Suite),
    /// A compact JWT.
    Jwt { token: String, form: JwtForm },
    /// An SD-JWT with all its disclosures.
    SdJwt(Disclosures),
}

/// An SD-JWT in its holder's hands.
#[derive(Clone, Debug)]
pub(super) struct Disclosures {
    pub(super) text: String,
    profile: Profile,
    /// The pointers of the claims that have a disclosure of their own.
    hidden: Vec<String>,
    /// Whether there are digests, of claims or of nothing.
    digests: bool,
}

impl Held {
    /// Reads a credential: JSON with embedded proofs, an enveloped one, a compact JWT, or an SD-JWT with its disclosures.
    ///
    /// # Errors
    /// `input.*`, `json.*`, `jose.*` for what is no credential; [`Code::ProofMissing`] for one that is not signed.
    pub fn parse(input: &[u8]) -> Result<Self, Fault> {
        let input = input.trim_ascii();
        if input.len() > limits::INPUT_BYTES {
            let about = format!("{} > {} bytes", input.len(), limits::INPUT_BYTES);
            return Err(Fault::new(Code::InputTooLarge).about(about));
        }
        if input.first() != Some(&b'{') {
            return Self::from_token(std::str::from_utf8(input).map_err(|_| Fault::new(Code::InputInvalidUtf8))?);
        }
        let Value::Object(document) = json::parse(input)?.into_owned() else {
            return Err(Fault::new(Code::InputNotACredential));
        };
        match kind(&document)? {
            Kind::Credential => Self::from_document(document),
            Kind::Enveloped => Self::from_token(open_envelope(&document)?),
            Kind::Presentation => Err(Fault::new(Code::InputNotACredential).at("/type").about("a presentation")),
        }
    }

    fn from_document(document: Object<'static>) -> Result<Self, Fault> {
        if document.get("proof").is_none_or(|proof| proof.items().is_empty()) {
            return Err(Fault::new(Code::ProofMissing));
        }
        let mut bases = base_proofs(&document)?;
        // Of several, the one that gives away the least: zero knowledge first.
        bases.sort_by_key(|base| !is_zero_knowledge(base.suite));
        Ok(match bases.into_iter().next() {
            Some(BaseProof { suite, mandatory, pseudonym, bound }) => {
                Self { document, form: Form::Divisible(suite), mandatory, pseudonym, bound }
            }
            None => Self { document, form: Form::Whole, mandatory: Vec::new(), pseudonym: false, bound: false },
        })
    }

    fn from_token(token: &str) -> Result<Self, Fault> {
        if token.contains('~') {
            return Self::from_sd_jwt(token);
        }
        let jwt = jose::read(token)?;
        if jwt.is_presentation {
            return Err(Fault::new(Code::InputNotACredential).about("a presentation"));
        }
        Ok(Self {
            document: jwt.document,
            form: Form::Jwt { token: token.to_owned(), form: jwt.form },
            mandatory: Vec::new(),
            pseudonym: false,
            bound: false,
        })
    }

    fn from_sd_jwt(text: &str) -> Result<Self, Fault> {
        let hidden = sd_jwt::disclosable(text)?.into_iter().map(|claim| claim.pointer).collect();
        let content = sd_jwt::content(text)?;
        let (profile, digests) = (content.profile, content.has_digests);
        let form = Form::SdJwt(Disclosures { text: text.to_owned(), profile, hidden, digests });
        Ok(Self { document: content.payload, form, mandatory: Vec::new(), pseudonym: false, bound: false })
    }

    /// The credential with everything in it, to preview.
    #[must_use]
    pub const fn document(&self) -> &Object<'static> {
        &self.document
    }

    /// The header of the token that secures it; `None` for a credential that is no token. Nobody checked it.
    #[must_use]
    pub fn header(&self) -> Option<Object<'static>> {
        let token = match &self.form {
            Form::Jwt { token, .. } => token.as_str(),
            Form::SdJwt(disclosures) => disclosures.text.split('~').next().unwrap_or_default(),
            Form::Whole | Form::Divisible(_) => return None,
        };
        Jws::parse(token).ok().map(|jws| jws.header().clone())
    }

    /// The issuer's DID or URL, as the credential names it; nobody checked it. An SD-JWT VC may name it in a certificate alone.
    #[must_use]
    pub fn issuer(&self) -> Option<Cow<'_, str>> {
        let Form::SdJwt(Disclosures { profile: Profile::SdJwtVc, .. }) = &self.form else {
            return self.document.get("issuer").and_then(id_of).map(Cow::Borrowed);
        };
        match self.document.get("iss") {
            Some(named) => named.as_str().map(Cow::Borrowed),
            None => x509::issuer_of(&self.header()?).map(Cow::Owned),
        }
    }

    pub(super) const fn form(&self) -> &Form {
        &self.form
    }

    /// How it is secured: the suite's name, `jwt` or `vc+jwt`.
    #[must_use]
    pub fn suite(&self) -> &str {
        match &self.form {
            Form::Divisible(suite) => suite.name(),
            Form::Jwt { form: JwtForm::V1, .. } => "jwt",
            Form::Jwt { form: JwtForm::V2, .. } => "vc+jwt",
            Form::SdJwt(disclosures) => disclosures.profile.typ(),
            Form::Whole => {
                let first = self.document.get("proof").and_then(|proof| proof.items().first());
                let name = first.and_then(|proof| proof.get("cryptosuite").or_else(|| proof.get("type")));
                name.and_then(Value::as_str).unwrap_or_default()
            }
        }
    }

    /// Whether single claims can be shown. If not, a showing shows everything.
    #[must_use]
    pub const fn is_divisible(&self) -> bool {
        matches!(self.form, Form::Divisible(_) | Form::SdJwt(_))
    }

    /// Whether showings are zero-knowledge proofs: they share nothing of the signature, and carry the verifier's nonce
    /// without a key of the holder.
    #[must_use]
    pub const fn is_zero_knowledge(&self) -> bool {
        matches!(self.form, Form::Divisible(suite) if is_zero_knowledge(suite))
    }

    /// Whether it is bound to secrets of its holder (VC-DI-BBS §3.5): then it is shown with [`Binding::secrets`] alone.
    #[must_use]
    pub const fn is_bound(&self) -> bool {
        self.bound
    }

    /// Whether every showing has a pseudonym, which is for one verifier.
    #[must_use]
    pub const fn shows_pseudonym(&self) -> bool {
        self.pseudonym
    }

    /// The DID URL of the issuer's key, if a showing is made with that key and the credential does not carry it: that of a
    /// `BbsBlsSignature2020`. A key that cannot be computed from its DID has to be given with [`Binding::issuer_key`].
    #[must_use]
    pub fn issuer_method(&self) -> Option<&str> {
        let Form::Divisible(suite @ Suite::BbsBlsSignature2020) = self.form else { return None };
        let mut proofs = self.document.get("proof").map(Value::items).unwrap_or_default().iter();
        let proof = proofs.find(|proof| proof.get("type").and_then(Value::as_str) == Some(suite.name()))?;
        proof.get("verificationMethod").and_then(Value::as_str)
    }

    /// Every claim with how it may be shown, in the order of the document.
    #[must_use]
    pub fn disclosable(&self) -> Vec<Disclosable> {
        let leaves = leaves(&self.document);
        let exposures = self.exposures(&leaves);
        let each = leaves.into_iter().zip(exposures).map(|(leaf, exposure)| Disclosable {
            pointer: leaf.pointer,
            exposure,
            value: leaf.value.clone().into_owned(),
        });
        each.collect()
    }

    /// What a showing of the selection shows: the claims with their values, in the order of the document.
    ///
    /// # Errors
    /// As [`super::present`], for a selection that cannot be shown.
    pub fn shows(&self, selection: &Selection<'_>) -> Result<Vec<Disclosable>, Fault> {
        if let Some(framed) = self.framed(selection)? {
            let shown = leaves(&framed).into_iter().map(|leaf| Disclosable {
                pointer: leaf.pointer,
                exposure: Exposure::Choice,
                value: leaf.value.clone().into_owned(),
            });
            return Ok(shown.collect());
        }
        let leaves = leaves(&self.document);
        let shown = self.shown(&leaves, &self.exposures(&leaves), selection)?;
        Ok(self.disclosable().into_iter().zip(shown).filter(|(_, shown)| *shown).map(|(claim, _)| claim).collect())
    }

    /// Whether, and by what, this showing could be tied to others: for the person to know before consenting. Gives the
    /// same report as a verifier will see.
    ///
    /// # Errors
    /// As [`super::present`], for a selection that cannot be shown.
    pub fn linkability(&self, selection: &Selection<'_>, binding: &Binding<'_>) -> Result<Linkability, Fault> {
        let framed = self.framed(selection)?;
        let (leaves, parts): (Vec<Leaf<'_>>, Vec<String>) = match &framed {
            Some(framed) => (leaves(framed), parts::shortened(&self.document, framed)),
            None => {
                let all = leaves(&self.document);
                let exposures = self.exposures(&all);
                let shown = self.shown(&all, &exposures, selection)?;
                let parts = parts::divided(&all, &shown);
                (all.into_iter().zip(shown).filter(|(_, shown)| *shown).map(|(leaf, _)| leaf).collect(), parts)
            }
        };
        let proofs: Vec<&Object<'_>> = self
            .document
            .get("proof")
            .map(Value::items)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_object)
            .collect();
        let manner = Manner {
            same_signature: !self.is_zero_knowledge(),
            digests: matches!(&self.form, Form::SdJwt(Disclosures { digests: true, .. })),
            holder_signs: binding.holder.is_some(),
            pseudonym: self.pseudonym,
            arrangement: self.arrangement(selection)?,
            parts: if self.is_zero_knowledge() { &parts } else { &[] },
            proofs: &proofs,
        };
        Ok(assess(self.document.get("@context"), &leaves, &manner, |leaf| self.is_mandatory(leaf)))
    }

    /// The numbers of nodes without an id that a showing would show, if they are the credential's own. Under contexts that are
    /// not built in, and so are not known here, they are taken to be.
    fn arrangement(&self, selection: &Selection<'_>) -> Result<Option<Arrangement>, Fault> {
        let Form::Divisible(suite) = self.form else { return Ok(None) };
        let options = DeriveOptions {
            reveal: self.selected(selection)?,
            frame: selection.frame.map(|frame| frame.clone().into_owned()),
            ..DeriveOptions::default()
        };
        match arrangement(&self.document, suite, &options, &Contexts::builtin()) {
            Err(fault) if fault.code() == Code::JsonldContextUnknown => Ok(Some(Arrangement { shown: 1, of: 2 })),
            found => found,
        }
    }

    /// The pointers that a showing of the selection has to disclose beside the issuer's mandatory ones.
    ///
    /// # Errors
    /// [`Code::DisclosurePointer`], [`Code::DisclosureNothing`], [`Code::PresentUndividable`].
    pub(super) fn selected(&self, selection: &Selection<'_>) -> Result<Vec<String>, Fault> {
        if self.framed(selection)?.is_some() {
            return Ok(Vec::new());
        }
        let leaves = leaves(&self.document);
        let exposures = self.exposures(&leaves);
        self.shown(&leaves, &exposures, selection)?;
        let mut pointers = selection.pointers.to_vec();
        if matches!(self.form, Form::Divisible(_)) {
            // What names an object comes along with it; an issuer that is an object has to be asked for by its id.
            let is_needed = |(leaf, exposure): &(&Leaf<'_>, &Exposure)| {
                **exposure == Exposure::Always
                    && (!leaf.names_its_object() || is_indispensable(leaf) && leaf.depth() > 1)
            };
            pointers.extend(leaves.iter().zip(&exposures).filter(is_needed).map(|(leaf, _)| leaf.pointer.clone()));
        }
        Ok(pointers)
    }

    /// What the frame of a selection shows; `None` for one without a frame.
    fn framed(&self, selection: &Selection<'_>) -> Result<Option<Object<'static>>, Fault> {
        let Some(frame) = selection.frame else { return Ok(None) };
        if !selection.pointers.is_empty() {
            return Err(Fault::new(Code::JsonldFrame).about("frame and pointers"));
        }
        if !matches!(self.form, Form::Divisible(Suite::BbsBlsSignature2020)) {
            return Err(Fault::new(Code::JsonldFrame).about(self.suite()));
        }
        framed(&self.document, frame, &Contexts::builtin()).map(Some)
    }

    fn is_mandatory(&self, leaf: &Leaf<'_>) -> bool {
        self.mandatory.iter().any(|pointer| is_within(&leaf.pointer, pointer))
    }

    fn exposures(&self, leaves: &[Leaf<'_>]) -> Vec<Exposure> {
        if let Form::SdJwt(Disclosures { hidden, .. }) = &self.form {
            let is_hidden = |leaf: &Leaf<'_>| hidden.iter().any(|pointer| is_within(&leaf.pointer, pointer));
            let exposure = |leaf| if is_hidden(leaf) { Exposure::Choice } else { Exposure::Always };
            return leaves.iter().map(exposure).collect();
        }
        if !self.is_divisible() {
            return vec![Exposure::Always; leaves.len()];
        }
        let first = |leaf: &Leaf<'_>| {
            if self.is_mandatory(leaf) {
                Exposure::Mandatory
            } else if is_indispensable(leaf) {
                Exposure::Always
            } else if leaf.names_its_object() {
                Exposure::Along
            } else {
                Exposure::Choice
            }
        };
        let mut exposures: Vec<Exposure> = leaves.iter().map(first).collect();
        // VC-DI-ECDSA §3.4.11: the `id` and `type` of every object on the way to what is shown are shown.
        for (at, leaf) in leaves.iter().enumerate() {
            let holds = |(other, exposure): (&Leaf<'_>, &Exposure)| {
                matches!(exposure, Exposure::Mandatory | Exposure::Always) && is_within(&other.pointer, leaf.object())
            };
            let comes = exposures.get(at) == Some(&Exposure::Along) && leaves.iter().zip(&exposures).any(holds);
            if let (true, Some(exposure)) = (comes, exposures.get_mut(at)) {
                *exposure = Exposure::Always;
            }
        }
        exposures
    }

    /// Which leaves a selection shows.
    fn shown(
        &self,
        leaves: &[Leaf<'_>],
        exposures: &[Exposure],
        selection: &Selection<'_>,
    ) -> Result<Vec<bool>, Fault> {
        for pointer in selection.pointers {
            let known = pointer.is_empty() || leaves.iter().any(|leaf| is_within(&leaf.pointer, pointer));
            if !known {
                return Err(Fault::new(Code::DisclosurePointer).at(pointer.as_str()));
            }
        }
        if let Form::SdJwt(Disclosures { hidden, profile, .. }) = &self.form {
            // RFC 9901 §7.2: an inner disclosure takes the outer ones along.
            let is_chosen = |hidden: &&String| {
                let named = |p: &String| is_within(hidden, p) || is_within(p, hidden);
                selection.pointers.iter().any(named)
            };
            let is_shown = |leaf: &Leaf<'_>| {
                hidden.iter().filter(|pointer| is_within(&leaf.pointer, pointer)).all(|pointer| is_chosen(&pointer))
            };
            let shown = leaves.iter().map(is_shown).collect();
            // An SD-JWT VC has no subject.
            return if *profile == Profile::SdJwtVc { Ok(shown) } else { with_subject(leaves, shown) };
        }
        let chosen = |leaf: &Leaf<'_>| selection.pointers.iter().any(|pointer| is_within(&leaf.pointer, pointer));
        if !self.is_divisible() {
            // What cannot be divided is shown only to who agreed to all of it.
            return match leaves.iter().filter(|leaf| is_claim(leaf)).all(chosen) {
                true => Ok(vec![true; leaves.len()]),
                false => Err(Fault::new(Code::PresentUndividable).about(self.suite())),
            };
        }
        let mut shown: Vec<bool> = leaves
            .iter()
            .zip(exposures)
            .map(|(leaf, exposure)| matches!(exposure, Exposure::Mandatory | Exposure::Always) || chosen(leaf))
            .collect();
        for (at, leaf) in leaves.iter().enumerate().filter(|(_, leaf)| leaf.names_its_object()) {
            let any =
                leaves.iter().zip(&shown).any(|(other, shown)| *shown && is_within(&other.pointer, leaf.object()));
            if let (true, Some(place)) = (any, shown.get_mut(at)) {
                *place = true;
            }
        }
        with_subject(leaves, shown)
    }
}

/// VCDM 1.1 §4.4, 2.0 §4.8: a credential without a claim is none.
fn with_subject(leaves: &[Leaf<'_>], shown: Vec<bool>) -> Result<Vec<bool>, Fault> {
    let of_subject = |(leaf, shown): (&Leaf<'_>, &bool)| *shown && leaf.first() == "credentialSubject";
    if leaves.iter().zip(&shown).any(of_subject) {
        Ok(shown)
    } else {
        Err(Fault::new(Code::DisclosureNothing).at("/credentialSubject"))
    }
}

const fn is_zero_knowledge(suite: Suite) -> bool {
    matches!(suite, Suite::Bbs2023 | Suite::BbsBlsSignature2020)
}

/// What the data models demand of every credential, and what the suites show of its root.
fn is_indispensable(leaf: &Leaf<'_>) -> bool {
    match leaf.first() {
        "id" | "type" => true,
        "issuer" => leaf.depth() == 1 || leaf.last() == "id",
        "issuanceDate" => true,
        _ => false,
    }
}

/// What a person chooses of a credential that cannot be divided: what it says of its subject.
fn is_claim(leaf: &Leaf<'_>) -> bool {
    leaf.first() == "credentialSubject"
}
