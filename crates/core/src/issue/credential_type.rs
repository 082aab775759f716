//! The credential type: one strict JSON file that says what a credential is made of.

use std::collections::HashSet;
use std::sync::Arc;

use super::assurance::{self, Assurance};
use super::claims::{ClaimDefinition, ClaimKind};
use super::dates::Span;
use super::design::{self, Design};
use super::fields::Fields;
use super::own_contexts::{self, OwnContext};
use super::securing::Securing;
use crate::credential::Version;
use crate::json::{self, Object, Value};
use crate::jsonld::ContextSet;
use crate::{Code, Fault};

/// What the first member of a type file says.
const FORMAT: &str = "tamarack-credential-type/1";
/// Claims of one type.
const CLAIMS: usize = 200;
/// Characters of a text claim when the type does not say.
const DEFAULT_LENGTH: u32 = 200;
/// The most characters that a type may allow: a small portrait as a data URL.
const LONGEST: u32 = 100_000;

/// A text in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

/// What people read about a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Display {
    /// Its name.
    pub title: Label,
    /// One sentence about it.
    pub description: Label,
}

/// Claims `ageOverNN`, computed from a birth date when the credential is issued.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ages {
    /// The claim with the birth date.
    pub from: String,
    /// The ages in whole years, rising: 18 gives the claim `ageOver18`.
    pub over: Vec<u32>,
    /// The object within the credential that gets them: the steps of a JSON pointer.
    pub target: Vec<String>,
}

/// Until when a credential is valid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Validity {
    /// For a span of time from its issuing.
    For(Span),
    /// To the end of the day that a date claim names, but no longer than the span if there is one.
    Claim(String, Option<Span>),
}

/// Which status entries a credential gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StatusUse {
    /// It can be revoked for good.
    pub revocation: bool,
    /// It can be suspended and reinstated.
    pub suspension: bool,
}

impl StatusUse {
    /// The purposes, in the order in which a credential lists them.
    pub fn purposes(self) -> impl Iterator<Item = &'static str> {
        [(self.revocation, "revocation"), (self.suspension, "suspension")]
            .into_iter()
            .filter_map(|(wanted, purpose)| wanted.then_some(purpose))
    }
}

/// The JSON Schema of a type (VC JSON Schema, `JsonSchema`).
#[derive(Clone)]
pub struct Schema {
    /// Its URL.
    pub id: String,
    /// The document to publish there.
    pub document: Value<'static>,
    /// The same, compiled. No credential that its own schema refuses is issued.
    pub(super) validator: Arc<jsonschema::Validator>,
}

impl core::fmt::Debug for Schema {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Schema").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A type of credential that an issuer offers.
#[derive(Clone, Debug)]
pub struct CredentialType {
    /// Its short name: `a-z`, `0-9`, `-` and `.`, at most 64 characters.
    pub name: String,
    /// The version of the data model.
    pub version: Version,
    /// The contexts, the data model's first.
    pub contexts: Vec<String>,
    /// The types, `VerifiableCredential` first.
    pub types: Vec<String>,
    /// The type's name in SD-JWT VCs (`vct`), where its metadata may be.
    pub vct: Option<String>,
    /// What people read.
    pub display: Display,
    /// The claims, in the order of the file.
    pub claims: Vec<ClaimDefinition>,
    /// Computed age claims.
    pub ages: Option<Ages>,
    /// What every credential of the type has in common; claims are put into it.
    pub template: Object<'static>,
    /// The schema.
    pub schema: Option<Schema>,
    /// The validity.
    pub validity: Validity,
    /// Seconds east of UTC of the calendar by which days and ages are counted.
    pub offset_seconds: i64,
    /// The status entries.
    pub status: StatusUse,
    /// How credentials are secured unless the operator says otherwise.
    pub securing: Securing,
    /// What its credentials say of their holders.
    pub design: Design,
    /// JSON pointers into the credential: what every showing must have, beside issuer, dates and status. It matters for
    /// suites of selective disclosure.
    pub mandatory: Vec<String>,
    /// How sure the issuer must be of who applies.
    pub assurance: Option<Assurance>,
    /// The context documents that it brings.
    pub context_documents: Vec<OwnContext>,
    /// The same, to be looked up.
    pub(super) context_set: ContextSet,
}

impl CredentialType {
    /// Reads a type file. The schema's document stands in the file under `/schema/document`; a shell that keeps it in a
    /// file of its own puts it there before.
    ///
    /// # Errors
    /// `json.*`; [`Code::IssueType`] with the pointer of the first thing that is wrong; [`Code::IssueAnonymous`] for a
    /// type of anonymous design that lets showings be tied together, with the names of the links; [`Code::IssueSuite`] for a
    /// suite that the type cannot have.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let this = Self::read(bytes)?;
        this.check_design()?;
        this.check_securing(this.securing)?;
        Ok(this)
    }

    /// By what every showing of a credential of the type in this file can be tied to others (see
    /// [`Self::linkability`]), also when the type is refused because it calls itself anonymous.
    ///
    /// # Errors
    /// Those of [`Self::parse`], [`Code::IssueAnonymous`] excepted.
    pub fn linkability_of(bytes: &[u8]) -> Result<crate::present::Linkability, Fault> {
        Self::read(bytes).map(|this| this.linkability())
    }

    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let value = json::parse(bytes)?;
        let file = Fields::new(
            &value,
            "",
            &[
                "format",
                "name",
                "version",
                "contexts",
                "types",
                "vct",
                "display",
                "claims",
                "ages",
                "template",
                "schema",
                "validity",
                "utcOffset",
                "status",
                "suite",
                "design",
                "rounding",
                "mandatory",
                "assurance",
                "contextDocuments",
            ],
        )?;
        if file.text("format")? != FORMAT {
            return Err(file.fault("format", FORMAT));
        }
        let version = match file.text("version")? {
            "1.1" => Version::V1,
            "2.0" => Version::V2,
            _ => return Err(file.fault("version", "1.1 or 2.0 is needed")),
        };
        let claims = read_claims(&file)?;
        let status = read_status(&file)?;
        let mut contexts = read_contexts(&file, version)?;
        let context_documents = own_contexts::read(&file, &contexts)?;
        let template = read_template(&file)?;
        let assurance = assurance::read(&file, &template, &mut contexts)?;
        let this = Self {
            name: read_name(&file)?,
            version,
            contexts,
            types: read_types(&file)?,
            vct: read_vct(&file)?,
            display: read_display(file.need("display")?, &file.pointer("display"))?,
            ages: read_ages(&file, &claims)?,
            schema: read_schema(&file)?,
            validity: read_validity(&file, &claims)?,
            offset_seconds: read_offset(&file)?,
            status,
            securing: Securing::parse(file.text("suite")?).ok_or_else(|| file.fault("suite", "an unknown suite"))?,
            design: design::read(&file)?,
            mandatory: design::read_mandatory(&file)?,
            assurance,
            template,
            context_set: own_contexts::set(&context_documents),
            context_documents,
            claims,
        };
        if this.securing == Securing::SdJwt(crate::sd_jwt::Profile::SdJwtVc) && this.vct.is_none() {
            return Err(file.fault("vct", "missing"));
        }
        this.check_targets()?;
        this.check_unwritten()?;
        Ok(this)
    }

    /// The claim with this name.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&ClaimDefinition> {
        self.claims.iter().find(|claim| claim.name == name)
    }

    /// A claim without a place in the credential must serve something else: the ages, or the validity.
    fn check_unwritten(&self) -> Result<(), Fault> {
        let serves = |name: &str| {
            self.ages.as_ref().is_some_and(|ages| ages.from == name)
                || matches!(&self.validity, Validity::Claim(claim, _) if claim == name)
        };
        match self.claims.iter().position(|claim| claim.target.is_empty() && !serves(&claim.name)) {
            Some(at) => Err(Fault::new(Code::IssueType).at(format!("/claims/{at}/pointer")).about("missing")),
            None => Ok(()),
        }
    }

    /// No two claims may go to one place, and none into another.
    fn check_targets(&self) -> Result<(), Fault> {
        let ages = self.ages.iter().flat_map(|ages| {
            ages.over.iter().map(|age| {
                let mut target = ages.target.clone();
                target.push(format!("ageOver{age}"));
                target
            })
        });
        let targets: Vec<Vec<String>> = self.claims.iter().map(|claim| claim.target.clone()).chain(ages).collect();
        let targets: Vec<Vec<String>> = targets.into_iter().filter(|target| !target.is_empty()).collect();
        for (at, target) in targets.iter().enumerate() {
            if targets.iter().skip(at + 1).any(|other| other.starts_with(target) || target.starts_with(other)) {
                return Err(Fault::new(Code::IssueType)
                    .at("/claims")
                    .about(format!("two claims in one place: /{}", target.join("/"))));
            }
        }
        Ok(())
    }
}

fn read_name(file: &Fields<'_, '_>) -> Result<String, Fault> {
    let name = file.text("name")?;
    let good = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.');
    if good { Ok(name.to_owned()) } else { Err(file.fault("name", "a-z, 0-9, - and . only, at most 64")) }
}

fn read_contexts(file: &Fields<'_, '_>, version: Version) -> Result<Vec<String>, Fault> {
    let contexts = file.texts("contexts")?;
    let base = match version {
        Version::V1 => "https://www.w3.org/2018/credentials/v1",
        Version::V2 => "https://www.w3.org/ns/credentials/v2",
    };
    // VCDM 1.1 §4.1, VCDM 2.0 §4.3: the first context is the data model's.
    if contexts.first().is_none_or(|first| first != base) {
        return Err(file.fault("contexts", base));
    }
    Ok(contexts)
}

fn read_types(file: &Fields<'_, '_>) -> Result<Vec<String>, Fault> {
    let types = file.texts("types")?;
    if types.first().is_none_or(|first| first != "VerifiableCredential") {
        return Err(file.fault("types", "VerifiableCredential comes first"));
    }
    Ok(types)
}

/// A collision-resistant name (RFC 7515 §2): a URL of a domain that somebody has, or a URN.
fn read_vct(file: &Fields<'_, '_>) -> Result<Option<String>, Fault> {
    if file.get("vct").is_none() {
        return Ok(None);
    }
    let vct = file.text("vct")?;
    let good = ["https://", "urn:"].iter().any(|scheme| vct.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    if good && vct.chars().all(|c| c.is_ascii_graphic()) {
        Ok(Some(vct.to_owned()))
    } else {
        Err(file.fault("vct", "an https URL or a URN is needed"))
    }
}

fn read_label(value: &Value<'_>, at: &str) -> Result<Label, Fault> {
    let label = Fields::new(value, at, &["en", "fr"])?;
    Ok(Label { en: label.text("en")?.to_owned(), fr: label.text("fr")?.to_owned() })
}

fn read_display(value: &Value<'_>, at: &str) -> Result<Display, Fault> {
    let display = Fields::new(value, at, &["title", "description"])?;
    Ok(Display {
        title: read_label(display.need("title")?, &display.pointer("title"))?,
        description: read_label(display.need("description")?, &display.pointer("description"))?,
    })
}

fn read_claims(file: &Fields<'_, '_>) -> Result<Vec<ClaimDefinition>, Fault> {
    let items = file.need("claims")?.as_array().ok_or_else(|| file.fault("claims", "a list is needed"))?;
    if items.is_empty() || items.len() > CLAIMS {
        return Err(file.fault("claims", format!("1 to {CLAIMS} claims are needed")));
    }
    let mut names = HashSet::new();
    let mut columns = HashSet::new();
    let mut claims = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let fields = Fields::new(
            item,
            format!("{}/{at}", file.pointer("claims")),
            &["name", "column", "pointer", "kind", "values", "required", "maxLength", "label"],
        )?;
        let name = fields.text("name")?;
        let claim = ClaimDefinition {
            name: name.to_owned(),
            column: fields.text_or("column", name)?.to_owned(),
            target: match fields.get("pointer") {
                Some(_) => read_target(&fields, "pointer")?,
                None => Vec::new(),
            },
            kind: read_kind(&fields)?,
            required: fields.flag("required", true)?,
            max_length: fields.number("maxLength", LONGEST)?.unwrap_or(DEFAULT_LENGTH) as usize,
            label: read_label(fields.need("label")?, &fields.pointer("label"))?,
        };
        if !names.insert(claim.name.clone()) || !columns.insert(claim.column.clone()) {
            return Err(fields.fault("name", "a name or column that stands twice"));
        }
        claims.push(claim);
    }
    Ok(claims)
}

fn read_kind(fields: &Fields<'_, '_>) -> Result<ClaimKind, Fault> {
    let kind = match fields.text("kind")? {
        "string" => ClaimKind::String,
        "date" => ClaimKind::Date,
        "integer" => ClaimKind::Integer,
        "boolean" => ClaimKind::Boolean,
        "url" => ClaimKind::Url,
        "enum" => return fields.texts("values").map(ClaimKind::Enum),
        _ => return Err(fields.fault("kind", "string, date, integer, boolean, enum or url is needed")),
    };
    if fields.get("values").is_some() { Err(fields.fault("values", "only for an enum")) } else { Ok(kind) }
}

/// The steps of a pointer into the subject.
fn read_target(fields: &Fields<'_, '_>, key: &str) -> Result<Vec<String>, Fault> {
    let pointer = fields.text(key)?;
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let good = pointer.starts_with('/')
        && steps.first().is_some_and(|step| step == "credentialSubject")
        && (2..=8).contains(&steps.len())
        && !steps.iter().any(|step| step.is_empty() || matches!(step.as_str(), "id" | "@id" | "@context"));
    if good { Ok(steps) } else { Err(fields.fault(key, "a pointer into /credentialSubject is needed")) }
}

fn read_ages(file: &Fields<'_, '_>, claims: &[ClaimDefinition]) -> Result<Option<Ages>, Fault> {
    let Some(value) = file.get("ages") else { return Ok(None) };
    let fields = Fields::new(value, file.pointer("ages"), &["from", "over", "pointer"])?;
    let from = fields.text("from")?;
    if !claims.iter().any(|claim| claim.name == from && claim.kind == ClaimKind::Date) {
        return Err(fields.fault("from", "a date claim of this type is needed"));
    }
    let mut over = Vec::new();
    for item in fields.need("over")?.items() {
        match item.as_i64().and_then(|n| u32::try_from(n).ok()) {
            Some(age) if (1..=120).contains(&age) && over.last().is_none_or(|last| *last < age) => over.push(age),
            _ => return Err(fields.fault("over", "rising ages from 1 to 120 are needed")),
        }
    }
    if over.is_empty() {
        return Err(fields.fault("over", "at least one age is needed"));
    }
    let target = match fields.text_or("pointer", "/credentialSubject")? {
        "/credentialSubject" => vec!["credentialSubject".to_owned()],
        _ => read_target(&fields, "pointer")?,
    };
    Ok(Some(Ages { from: from.to_owned(), over, target }))
}

/// What a template must leave alone, because it is computed or comes from the operator.
fn read_template(file: &Fields<'_, '_>) -> Result<Object<'static>, Fault> {
    const COMPUTED: &[&str] = &[
        "@context",
        "id",
        "@id",
        "type",
        "@type",
        "issuanceDate",
        "expirationDate",
        "validFrom",
        "validUntil",
        "credentialStatus",
        "credentialSchema",
        "proof",
    ];
    let Some(value) = file.get("template") else { return Ok(Object::new()) };
    let Some(template) = value.as_object() else { return Err(file.fault("template", "an object is needed")) };
    if let Some(key) = template.keys().find(|key| COMPUTED.contains(key)) {
        return Err(Fault::new(Code::IssueType).at(format!("/template/{key}")).about("not for a template"));
    }
    for key in ["issuer", "credentialSubject"] {
        let has_id = |object: &Object<'_>| object.contains_key("id") || object.contains_key("@id");
        if template.get(key).is_some_and(|part| part.as_object().is_none_or(has_id)) {
            let about = "an object without an id is needed";
            return Err(Fault::new(Code::IssueType).at(format!("/template/{key}")).about(about));
        }
    }
    Ok(template.clone().into_owned())
}

fn read_schema(file: &Fields<'_, '_>) -> Result<Option<Schema>, Fault> {
    let Some(value) = file.get("schema") else { return Ok(None) };
    let fields = Fields::new(value, file.pointer("schema"), &["id", "document"])?;
    let document = fields.need("document")?.clone().into_owned();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&document.to_serde())
        .map_err(|_| fields.fault("document", "not a JSON Schema"))?;
    Ok(Some(Schema { id: fields.text("id")?.to_owned(), document, validator: Arc::new(validator) }))
}

fn read_validity(file: &Fields<'_, '_>, claims: &[ClaimDefinition]) -> Result<Validity, Fault> {
    let fields = Fields::new(file.need("validity")?, file.pointer("validity"), &["years", "months", "days", "claim"])?;
    let parts = (fields.number("years", 100)?, fields.number("months", 1_200)?, fields.number("days", 36_525)?);
    let span = match parts {
        (None, None, None) => None,
        (years, months, days) => {
            Some(Span { years: years.unwrap_or(0), months: months.unwrap_or(0), days: days.unwrap_or(0) })
        }
    };
    match (fields.get("claim"), span) {
        (None, Some(span)) => Ok(Validity::For(span)),
        (None, None) => Err(file.fault("validity", "years, months, days or a claim")),
        (Some(_), span) => {
            let name = fields.text("claim")?;
            let date = |claim: &&ClaimDefinition| claim.name == name && claim.kind == ClaimKind::Date && claim.required;
            claims.iter().find(date).ok_or_else(|| fields.fault("claim", "a required date claim is needed"))?;
            Ok(Validity::Claim(name.to_owned(), span))
        }
    }
}

/// `±hh:mm`, as in `-05:00`.
fn read_offset(file: &Fields<'_, '_>) -> Result<i64, Fault> {
    let text = file.text_or("utcOffset", "+00:00")?;
    let wrong = || file.fault("utcOffset", "an offset such as -05:00 is needed");
    let (sign, rest) = match text.split_at_checked(1) {
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(wrong()),
    };
    let (hours, minutes) = rest.split_once(':').filter(|(h, m)| h.len() == 2 && m.len() == 2).ok_or_else(wrong)?;
    let number = |digits: &str| digits.parse::<u8>().map(i64::from).map_err(|_| wrong());
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if hours > 14 || minutes > 59 { Err(wrong()) } else { Ok(sign * (hours * 3_600 + minutes * 60)) }
}

fn read_status(file: &Fields<'_, '_>) -> Result<StatusUse, Fault> {
    let Some(value) = file.get("status") else { return Ok(StatusUse { revocation: false, suspension: false }) };
    let fields = Fields::new(value, file.pointer("status"), &["revocation", "suspension"])?;
    Ok(StatusUse { revocation: fields.flag("revocation", true)?, suspension: fields.flag("suspension", false)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"format":"tamarack-credential-type/1","name":"t","version":"2.0",
        "contexts":["https://www.w3.org/ns/credentials/v2"],"types":["VerifiableCredential","T"],
        "display":{"title":{"en":"T","fr":"T"},"description":{"en":"T.","fr":"T."}},
        "claims":[{"name":"birthDate","pointer":"/credentialSubject/birthDate","kind":"date","label":{"en":"B","fr":"N"}},
                  {"name":"sex","pointer":"/credentialSubject/sex","kind":"enum","values":["F","M","X"],"required":false,"label":{"en":"S","fr":"S"}}],
        "ages":{"from":"birthDate","over":[18,19]},"schema":{"id":"https://e.example/s","document":{"type":"object"}},
        "validity":{"years":5},"utcOffset":"-06:00","status":{"revocation":true,"suspension":true},"suite":"eddsa-rdfc-2022"}"#;

    #[test]
    fn reads_a_type() {
        let t = CredentialType::parse(GOOD.as_bytes()).unwrap();
        assert_eq!((t.name.as_str(), t.version, t.claims.len(), t.offset_seconds), ("t", Version::V2, 2, -21_600));
        assert_eq!(t.status.purposes().collect::<Vec<_>>(), ["revocation", "suspension"]);
        assert!(t.claim("birthDate").is_some_and(|claim| claim.required && claim.column == "birthDate"));
    }

    #[test]
    fn names_the_place_of_what_is_wrong() {
        let cases = [
            (r#""name":"t""#, r#""name":"T""#, "/name"),
            (r#""name":"t""#, r#""name":"t","nmae":"t""#, "/nmae"),
            (r#""version":"2.0""#, r#""version":"3""#, "/version"),
            (r#"ns/credentials/v2"]"#, r#"2018/credentials/v1"]"#, "/contexts"),
            (r#""VerifiableCredential","T""#, r#""T""#, "/types"),
            (r#""kind":"date""#, r#""kind":"day""#, "/claims/0/kind"),
            (r#""pointer":"/credentialSubject/sex""#, r#""pointer":"/issuer/sex""#, "/claims/1/pointer"),
            (r#""pointer":"/credentialSubject/sex""#, r#""pointer":"/credentialSubject/id""#, "/claims/1/pointer"),
            (r#""pointer":"/credentialSubject/sex""#, r#""pointer":"/credentialSubject/birthDate/x""#, "/claims"),
            (r#""pointer":"/credentialSubject/sex""#, r#""pointer":"/credentialSubject/ageOver18""#, "/claims"),
            (r#""name":"sex""#, r#""name":"birthDate""#, "/claims/1/name"),
            (r#""from":"birthDate""#, r#""from":"sex""#, "/ages/from"),
            ("[18,19]", "[19,18]", "/ages/over"),
            (r#"{"years":5}"#, "{}", "/validity"),
            (r#"{"years":5}"#, r#"{"claim":"sex"}"#, "/validity/claim"),
            (r#""-06:00""#, r#""-6""#, "/utcOffset"),
            (r#"{"type":"object"}"#, r#"{"type":7}"#, "/schema/document"),
            (r#""suite":"eddsa-rdfc-2022""#, r#""suite":"rot13""#, "/suite"),
            (r#""suite":"eddsa-rdfc-2022""#, r#""suite":"dc+sd-jwt""#, "/vct"),
            (r#""suite""#, r#""vct":"Person","suite""#, "/vct"),
            (r#""suite""#, r#""template":{"proof":{}},"suite""#, "/template/proof"),
            (r#""suite""#, r#""template":{"issuer":{"id":"did:x:y"}},"suite""#, "/template/issuer"),
        ];
        for (from, to, pointer) in cases {
            assert!(GOOD.contains(from), "{from}");
            let fault = CredentialType::parse(GOOD.replacen(from, to, 1).as_bytes()).expect_err(to);
            assert_eq!((fault.code(), fault.pointer()), (Code::IssueType, Some(pointer)), "{to}");
        }
    }
}
