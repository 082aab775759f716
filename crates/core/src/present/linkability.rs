//! Whether two showings can be tied together, and by what.
//!
//! A report is made twice of one showing: by the wallet, before the person consents, and by the verifier, of what it
//! received. Both walk the document that is shown with the same rules, so both say the same.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::leaves::Leaf;
use super::unusual;
use crate::Timestamp;
use crate::json::{Object, Value};
use crate::messages::{Lang, link_advice, link_sentence};
use crate::proof::Arrangement;

/// By what two showings can be tied together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum LinkKind {
    /// The issuer's signature is shown as it is, the same each time (every suite without zero-knowledge proofs).
    Signature,
    /// The digests of an SD-JWT, those of hidden claims among them, are the same each time.
    Digests,
    /// The holder's key signs the showing, or is named in the credential.
    HolderKey,
    /// A pseudonym of the holder, made for one verifier: it recognises the holder, others do not.
    Pseudonym,
    /// The credential's `id`.
    CredentialId,
    /// The subject's `id`.
    SubjectId,
    /// The `id` of something else in the credential or of its proof.
    OtherId,
    /// A place in a status list.
    StatusIndex,
    /// The proof's `created` or `expires`, to the second.
    Created,
    /// A date of the credential, to the second.
    ExactTime,
    /// A claim that the issuer always shows and that few people share.
    MandatoryValue,
    /// A claim that this showing discloses and that few people share.
    DisclosedValue,
    /// A context that may have been made for this credential.
    Context,
    /// The nodes without an id are numbered, in the label map or by their names, in a way that few credentials share.
    Labels,
    /// Part of a list is shown: the proof tells the places of the statements that are shown among those that are not.
    Places,
    /// The proof tells how many statements the credential has, hidden ones too, so that a claim that only some credentials of a
    /// type have is told by its absence.
    Form,
}

impl LinkKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Signature,
        Self::Digests,
        Self::HolderKey,
        Self::Pseudonym,
        Self::CredentialId,
        Self::SubjectId,
        Self::OtherId,
        Self::StatusIndex,
        Self::Created,
        Self::ExactTime,
        Self::MandatoryValue,
        Self::DisclosedValue,
        Self::Context,
        Self::Labels,
        Self::Places,
        Self::Form,
    ];

    /// The stable name, such as `credential-id`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Digests => "digests",
            Self::HolderKey => "holder-key",
            Self::Pseudonym => "pseudonym",
            Self::CredentialId => "credential-id",
            Self::SubjectId => "subject-id",
            Self::OtherId => "other-id",
            Self::StatusIndex => "status-index",
            Self::Created => "created",
            Self::ExactTime => "exact-time",
            Self::MandatoryValue => "mandatory-value",
            Self::DisclosedValue => "disclosed-value",
            Self::Context => "context",
            Self::Labels => "labels",
            Self::Places => "places",
            Self::Form => "form",
        }
    }
}

/// How surely a link ties showings together. The order is that of concern.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Strength {
    /// It makes the crowd smaller in which the holder hides: a name, a birth date.
    Narrows,
    /// It ties showings to one verifier together, and no others: a pseudonym.
    SameVerifier,
    /// It ties all showings together, whoever sees them.
    Certain,
}

impl Strength {
    /// `narrows`, `same-verifier` or `certain`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Narrows => "narrows",
            Self::SameVerifier => "same-verifier",
            Self::Certain => "certain",
        }
    }
}

/// One reason why showings can be tied together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Link {
    /// What ties them.
    pub kind: LinkKind,
    /// How surely.
    pub strength: Strength,
    /// Where it is: a JSON pointer into the credential, empty for the showing as a whole.
    pub pointer: String,
}

impl Link {
    /// What it is, in a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        link_sentence(self.kind, lang)
    }

    /// What an issuer or a holder can do about it.
    #[must_use]
    pub fn advice(&self, lang: Lang) -> String {
        link_advice(self.kind, lang)
    }
}

impl Serialize for Link {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let both = |text: fn(&Self, Lang) -> String| Both { en: text(self, Lang::En), fr: text(self, Lang::Fr) };
        let mut out = s.serialize_struct("Link", 5)?;
        out.serialize_field("kind", self.kind.as_str())?;
        out.serialize_field("strength", self.strength.as_str())?;
        out.serialize_field("pointer", &self.pointer)?;
        out.serialize_field("message", &both(Self::sentence))?;
        out.serialize_field("advice", &both(Self::advice))?;
        out.end()
    }
}

#[derive(serde::Serialize)]
struct Both {
    en: String,
    fr: String,
}

/// The report on one showing, or on all showings of a type: every reason, the gravest first.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Linkability {
    links: Vec<Link>,
}

impl Linkability {
    /// The reasons, the gravest first.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The gravest strength; `None` if no reason was found.
    #[must_use]
    pub fn strength(&self) -> Option<Strength> {
        self.links.first().map(|link| link.strength)
    }

    /// Whether showings can be tied together for certain.
    #[must_use]
    pub fn is_linkable(&self) -> bool {
        self.strength() == Some(Strength::Certain)
    }

    /// The stable name of the whole: `unlinkable`, `narrows`, `same-verifier` or `certain`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.strength().map_or("unlinkable", Strength::as_str)
    }

    /// The whole in one sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        crate::messages::linkability_sentence(self.strength(), lang)
    }

    /// Notes a reason, each one once.
    pub(crate) fn add(&mut self, kind: LinkKind, strength: Strength, pointer: impl Into<String>) {
        let link = Link { kind, strength, pointer: pointer.into() };
        if !self.links.contains(&link) {
            self.links.push(link);
        }
    }

    /// Puts the gravest first; the order of equals stays that of the document.
    pub(crate) fn sorted(mut self) -> Self {
        self.links.sort_by(|a, b| b.strength.cmp(&a.strength).then(a.kind.cmp(&b.kind)));
        self
    }
}

impl Serialize for Linkability {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let message = Both { en: self.sentence(Lang::En), fr: self.sentence(Lang::Fr) };
        let mut out = s.serialize_struct("Linkability", 3)?;
        out.serialize_field("level", self.name())?;
        out.serialize_field("message", &message)?;
        out.serialize_field("links", &self.links)?;
        out.end()
    }
}

/// How a showing is made, beside the document in it.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Manner<'m> {
    /// The issuer's signature, or what stands for it, is the same each time.
    pub(crate) same_signature: bool,
    /// The showing carries digests of hidden claims.
    pub(crate) digests: bool,
    /// The holder's key signs.
    pub(crate) holder_signs: bool,
    /// A pseudonym for this verifier is shown.
    pub(crate) pseudonym: bool,
    /// Nodes without an id whose numbers are shown and are the credential's own.
    pub(crate) arrangement: Option<Arrangement>,
    /// Lists of which a part is shown, by their JSON pointers.
    pub(crate) parts: &'m [String],
    /// The proofs whose options are shown.
    pub(crate) proofs: &'m [&'m Object<'m>],
}

/// Ways of numbering nodes from which on a numbering is as good as a number of the credential's own.
const MANY_WAYS: u64 = 10_000;

/// How surely a numbering ties showings together; `None` for one that all credentials share.
fn strength_of(arrangement: Arrangement) -> Option<Strength> {
    match arrangement.ways() {
        0 | 1 => None,
        ways if ways < MANY_WAYS => Some(Strength::Narrows),
        _ => Some(Strength::Certain),
    }
}

/// The report on a showing: `leaves` is what is shown of the credential; `mandatory` tells those that the issuer always
/// shows.
pub(crate) fn assess(
    contexts: Option<&Value<'_>>,
    leaves: &[Leaf<'_>],
    manner: &Manner<'_>,
    mandatory: impl Fn(&Leaf<'_>) -> bool,
) -> Linkability {
    use LinkKind::*;
    let mut report = Linkability::default();
    let whole: [(bool, LinkKind, Strength); 4] = [
        (manner.same_signature, Signature, Strength::Certain),
        (manner.digests, Digests, Strength::Certain),
        (manner.holder_signs, HolderKey, Strength::Certain),
        (manner.pseudonym, Pseudonym, Strength::SameVerifier),
    ];
    for (_, kind, strength) in whole.into_iter().filter(|(there, ..)| *there) {
        report.add(kind, strength, "");
    }
    if let Some(strength) = manner.arrangement.and_then(strength_of) {
        report.add(Labels, strength, "");
    }
    manner.parts.iter().for_each(|list| report.add(Places, Strength::Narrows, list.as_str()));
    manner.proofs.iter().for_each(|proof| assess_proof(proof, &mut report));
    for (at, context) in contexts.map(Value::items).unwrap_or_default().iter().enumerate() {
        if let Some(strength) = unusual::context(context) {
            report.add(Context, strength, format!("/@context/{at}"));
        }
    }
    for leaf in leaves {
        assess_leaf(leaf, mandatory(leaf), &mut report);
    }
    report.sorted()
}

fn assess_proof(proof: &Object<'_>, report: &mut Linkability) {
    for name in ["created", "expires"] {
        let time = proof.get(name).and_then(Value::as_str).map(Timestamp::parse_date_time);
        if time.is_some_and(|time| time.map_or(true, |time| !unusual::is_round(time))) {
            report.add(LinkKind::Created, Strength::Certain, format!("/proof/{name}"));
        }
    }
    if proof.contains_key("id") {
        report.add(LinkKind::OtherId, Strength::Certain, "/proof/id");
    }
}

/// The names under which the data models, and JWTs, keep what is no claim about a person.
fn assess_leaf(leaf: &Leaf<'_>, mandatory: bool, report: &mut Linkability) {
    use LinkKind::*;
    let (first, last) = (leaf.first(), leaf.last());
    let mut add = |kind, strength| report.add(kind, strength, leaf.pointer.as_str());
    match (first, last) {
        ("credentialStatus" | "status", _) => report.add(StatusIndex, Strength::Certain, format!("/{first}")),
        ("id" | "jti", _) if leaf.depth() == 1 => add(CredentialId, Strength::Certain),
        ("sub", _) if leaf.depth() == 1 => add(SubjectId, Strength::Certain),
        ("cnf", _) => report.add(HolderKey, Strength::Certain, "/cnf"),
        ("credentialSubject", "id") if leaf.is_subject_id() => add(SubjectId, Strength::Certain),
        ("validFrom" | "validUntil" | "issuanceDate" | "expirationDate" | "issued" | "iat" | "nbf" | "exp", _)
            if leaf.depth() == 1 =>
        {
            if unusual::is_exact_time(leaf.value) {
                add(ExactTime, Strength::Certain);
            }
        }
        // The issuer's own words and addresses are the same for everybody, unless they do not look so.
        ("issuer" | "iss" | "vct" | "type" | "name" | "description" | "credentialSchema" | "_sd_alg", _) => {
            if unusual::looks_unique(leaf.value) {
                add(OtherId, Strength::Certain);
            }
        }
        (_, "type") => {}
        (_, "id") => add(OtherId, Strength::Certain),
        _ => {
            if let Some(strength) = unusual::value(leaf.value) {
                add(if mandatory { MandatoryValue } else { DisclosedValue }, strength);
            }
        }
    }
}
