//! How much of its holder every showing of a type's credentials gives away, and types that give away nothing.

use super::claims::ClaimKind;
use super::credential_type::{CredentialType, Validity};
use super::dates::{CalendarDate, Span};
use super::fields::Fields;
use super::securing::Securing;
use crate::credential::Version;
use crate::jose::JwtForm;
use crate::json::{Object, Value};
use crate::present::{LinkKind, Linkability, Strength};
use crate::proof::Suite;
use crate::sd_jwt::Profile;
use crate::{Code, Fault, Timestamp};

/// The longest life of an anonymous credential in days: nobody can revoke it, so it must end soon by itself.
pub const ANONYMOUS_DAYS: u32 = 92;

/// What a type says of its credentials' holders.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Design {
    /// Credentials may have ids, subjects, places in status lists and exact dates.
    #[default]
    Named,
    /// No id, no subject's id, no place in a status list, dates rounded so that many credentials share them: a type that
    /// lets a showing be tied to another is refused.
    Anonymous(Rounding),
}

/// To what the dates of anonymous credentials are rounded: all that are issued within are alike.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Rounding {
    /// The day.
    Day,
    /// The week, which begins on Monday.
    #[default]
    Week,
    /// The month.
    Month,
}

impl Rounding {
    /// The moment at which the period begins that `now` lies in.
    pub(super) fn begin(self, now: Timestamp, offset_seconds: i64) -> Option<Timestamp> {
        let today = CalendarDate::at(now, offset_seconds)?;
        let day = match self {
            Self::Day => today,
            Self::Week => today.begin_of_week()?,
            Self::Month => today.begin_of_month()?,
        };
        Some(day.start(offset_seconds))
    }

    /// The most days of a period.
    const fn days(self) -> u32 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 31,
        }
    }
}

/// Reads `design` and `rounding`.
pub(super) fn read(file: &Fields<'_, '_>) -> Result<Design, Fault> {
    let rounding = match file.text_or("rounding", "week")? {
        "day" => Rounding::Day,
        "week" => Rounding::Week,
        "month" => Rounding::Month,
        _ => return Err(file.fault("rounding", "day, week or month is needed")),
    };
    match file.text_or("design", "named")? {
        "anonymous" => Ok(Design::Anonymous(rounding)),
        "named" if file.get("rounding").is_some() => Err(file.fault("rounding", "only for an anonymous design")),
        "named" => Ok(Design::Named),
        _ => Err(file.fault("design", "named or anonymous is needed")),
    }
}

/// Reads `mandatory`: JSON pointers to claims, to the objects that they stand in, or into the template.
pub(super) fn read_mandatory(file: &Fields<'_, '_>) -> Result<Vec<String>, Fault> {
    if file.get("mandatory").is_none() {
        return Ok(Vec::new());
    }
    let pointers = file.texts("mandatory")?;
    let wrong = |pointer: &&String| !pointer.starts_with('/') || ["/proof", "/@context"].contains(&pointer.as_str());
    match pointers.iter().position(|pointer| wrong(&pointer)) {
        Some(at) => {
            let fault = Fault::new(Code::IssueType).at(format!("/mandatory/{at}"));
            Err(fault.about("a pointer into the credential is needed"))
        }
        None => Ok(pointers),
    }
}

impl CredentialType {
    /// Whether its credentials name nobody and cannot be told apart.
    #[must_use]
    pub const fn is_anonymous(&self) -> bool {
        matches!(self.design, Design::Anonymous(_))
    }

    /// By what every showing of a credential of this type, of as little as the suite allows, can be tied to others. What a
    /// holder discloses of his own choice comes on top.
    #[must_use]
    pub fn linkability(&self) -> Linkability {
        use LinkKind::*;
        let mut report = Linkability::default();
        let mut certain = |kind, pointer: &str| report.add(kind, Strength::Certain, pointer);
        if !self.securing.is_unlinkable() {
            certain(Signature, "");
        }
        if self.status.purposes().next().is_some() {
            certain(StatusIndex, "/credentialStatus");
        }
        if !self.is_anonymous() {
            certain(CredentialId, "/id");
            certain(SubjectId, "/credentialSubject/id");
            certain(ExactTime, &format!("/{}", self.start_name()));
            certain(ExactTime, &format!("/{}", self.until_name()));
            if matches!(self.securing, Securing::DataIntegrity(_)) {
                certain(Created, "/proof/created");
            }
        }
        for claim in &self.claims {
            let pointer = pointer_of(&claim.target);
            // Yes, no and the words of a short list are shared by many; whatever else a claim can say may be one person's.
            let common = matches!(claim.kind, ClaimKind::Boolean | ClaimKind::Enum(_)) || claim.target.is_empty();
            if !common && self.always_shows(&pointer) {
                certain(MandatoryValue, &pointer);
            }
        }
        // A proof of knowledge hides what a claim says, not how many there are.
        if self.securing.is_unlinkable() {
            for claim in self.claims.iter().filter(|claim| !claim.required && !claim.target.is_empty()) {
                report.add(Form, Strength::Narrows, pointer_of(&claim.target));
            }
        }
        report.sorted()
    }

    fn always_shows(&self, pointer: &str) -> bool {
        !self.securing.is_divisible() || self.mandatory.iter().any(|above| crate::present::is_within(pointer, above))
    }

    /// The JSON pointers of a credential of this type that every showing must have: its issuer, its dates and its status,
    /// so that a verifier can judge it, and what the type names. Only those that this credential has.
    #[must_use]
    pub fn mandatory_pointers(&self, document: &Object<'static>) -> Vec<String> {
        let own = ["issuer", self.start_name(), self.until_name(), "credentialStatus"];
        let own = own.into_iter().filter(|name| document.contains_key(name)).map(|name| format!("/{name}"));
        let whole = |pointer: &&String| at_pointer(document, pointer).is_some();
        own.chain(self.mandatory.iter().filter(whole).cloned()).collect()
    }

    /// When a proof says that it was made: at no time, or at the rounded one, for an anonymous credential.
    #[must_use]
    pub fn proof_created(&self, securing: Securing, valid_from: Timestamp, now: Timestamp) -> Option<Timestamp> {
        match (self.is_anonymous(), securing.needs_created()) {
            (false, _) => Some(now),
            (true, true) => Some(valid_from),
            (true, false) => None,
        }
    }

    /// Whether a credential of this type may be secured in this way: in one of its version of the data model, with mandatory
    /// claims in one that has such, an anonymous one in no way that links.
    ///
    /// # Errors
    /// [`Code::IssueSuite`] with the pointer into the type file, [`Code::IssueAnonymous`].
    pub fn check_securing(&self, securing: Securing) -> Result<(), Fault> {
        let unfit = |at: &str, about: &str| Err(Fault::new(Code::IssueSuite).at(at).about(about));
        match (securing, self.version) {
            // VCDM 1.1 §6.3.1 and VC-JOSE-COSE §1.1.2.1: each kind of token is of one version.
            (Securing::Jwt(JwtForm::V1), Version::V2) => return unfit("/suite", "jwt: VCDM 1.1; vc+jwt: VCDM 2.0"),
            (Securing::Jwt(JwtForm::V2) | Securing::SdJwt(Profile::VcdmSdJwt), Version::V1) => {
                return unfit("/suite", &format!("{}: VCDM 2.0; jwt: VCDM 1.1", securing.name()));
            }
            // Its proofs say only which statements are shown, not which must be.
            (Securing::DataIntegrity(Suite::BbsBlsSignature2020), _) if !self.mandatory.is_empty() => {
                return unfit("/mandatory", &format!("{}: mandatory", securing.name()));
            }
            _ => {}
        }
        if self.is_anonymous() && !securing.is_unlinkable() {
            return Err(Fault::new(Code::IssueAnonymous).at("/suite").about(LinkKind::Signature.as_str()));
        }
        Ok(())
    }

    /// Refuses a credential that was not assembled from claims, if it would tell its holder apart although this type names nobody:
    /// with an id, a subject’s id, or dates that few share.
    ///
    /// # Errors
    /// [`Code::IssueAnonymous`] with the pointer into the credential and the name of the link.
    pub fn check_whole(&self, document: &Object<'_>) -> Result<(), Fault> {
        let Design::Anonymous(rounding) = self.design else { return Ok(()) };
        let links =
            |pointer: &str, kind: LinkKind| Err(Fault::new(Code::IssueAnonymous).at(pointer).about(kind.as_str()));
        if document.contains_key("id") {
            return links("/id", LinkKind::CredentialId);
        }
        let subjects = document.get("credentialSubject").map(Value::items).unwrap_or_default();
        if subjects.iter().any(|subject| subject.get("id").is_some()) {
            return links("/credentialSubject/id", LinkKind::SubjectId);
        }
        let shared = |rounding: Rounding, at: Timestamp| rounding.begin(at, self.offset_seconds) == Some(at);
        let start = |at: Timestamp| shared(rounding, at);
        // A credential ends with a day, or with the last second of one.
        let end = |at: Timestamp| shared(Rounding::Day, at) || shared(Rounding::Day, at.plus_seconds(1));
        let dates: [(&str, &dyn Fn(Timestamp) -> bool); 2] = [(self.start_name(), &start), (self.until_name(), &end)];
        for (name, is_shared) in dates {
            let at = document.get(name).and_then(Value::as_str).map(Timestamp::parse_stamp);
            if at.is_some_and(|at| !at.is_ok_and(is_shared)) {
                return links(&format!("/{name}"), LinkKind::ExactTime);
            }
        }
        Ok(())
    }

    /// Refuses a type that calls itself anonymous and is not.
    ///
    /// # Errors
    /// [`Code::IssueAnonymous`] with the pointer into the type file and the names of the links;
    /// [`Code::IssueType`] for dates that an anonymous type cannot have.
    pub(super) fn check_design(&self) -> Result<(), Fault> {
        let Design::Anonymous(rounding) = self.design else { return Ok(()) };
        let wrong = |about: String| Err(Fault::new(Code::IssueType).at("/validity").about(about));
        match &self.validity {
            // The date of one person, shown by all of his showings.
            Validity::Claim(..) => {
                return Err(Fault::new(Code::IssueAnonymous).at("/validity/claim").about(LinkKind::ExactTime.as_str()));
            }
            Validity::For(span) if most_days(*span) > ANONYMOUS_DAYS => {
                return wrong(format!("more than {ANONYMOUS_DAYS} days"));
            }
            Validity::For(span) if least_days(*span) <= rounding.days() => {
                return wrong("not longer than the rounding".to_owned());
            }
            Validity::For(_) => {}
        }
        let report = self.linkability();
        let Some(first) = report.links().first() else { return Ok(()) };
        let place = match first.kind {
            LinkKind::Signature => "/suite",
            LinkKind::StatusIndex => "/status",
            LinkKind::MandatoryValue => "/mandatory",
            LinkKind::Form => "/claims",
            _ => "/design",
        };
        let mut names: Vec<&str> = report.links().iter().map(|link| link.kind.as_str()).collect();
        names.dedup();
        Err(Fault::new(Code::IssueAnonymous).at(place).about(names.join(", ")))
    }

    pub(super) const fn start_name(&self) -> &'static str {
        match self.version {
            Version::V1 => "issuanceDate",
            Version::V2 => "validFrom",
        }
    }
}

const fn most_days(span: Span) -> u32 {
    span.years.saturating_mul(366).saturating_add(span.months.saturating_mul(31)).saturating_add(span.days)
}

const fn least_days(span: Span) -> u32 {
    span.years.saturating_mul(365).saturating_add(span.months.saturating_mul(28)).saturating_add(span.days)
}

fn pointer_of(target: &[String]) -> String {
    target.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect()
}

/// What a JSON pointer names in an object.
fn at_pointer<'o>(object: &'o Object<'static>, pointer: &str) -> Option<&'o Value<'static>> {
    let (first, rest) = match pointer.strip_prefix('/')?.split_once('/') {
        Some((first, rest)) => (first, Some(rest)),
        None => (pointer.strip_prefix('/')?, None),
    };
    let value = object.get(&first.replace("~1", "/").replace("~0", "~"))?;
    rest.map_or(Some(value), |rest| value.pointer(&format!("/{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anonymous(change: &[(&str, &str)]) -> Result<CredentialType, Fault> {
        let mut text = r#"{"format":"tamarack-credential-type/1","name":"age","version":"2.0","design":"anonymous",
            "contexts":["https://www.w3.org/ns/credentials/v2"],"types":["VerifiableCredential","Age"],
            "display":{"title":{"en":"A","fr":"A"},"description":{"en":"A.","fr":"A."}},
            "claims":[{"name":"birthDate","kind":"date","label":{"en":"B","fr":"N"}},
                      {"name":"region","pointer":"/credentialSubject/region","kind":"enum","values":["ON"],"label":{"en":"R","fr":"R"}},
                      {"name":"city","pointer":"/credentialSubject/city","kind":"string","label":{"en":"C","fr":"V"}}],
            "ages":{"from":"birthDate","over":[18,19]},"validity":{"days":30},"mandatory":["/credentialSubject/region"],
            "utcOffset":"-06:00","suite":"bbs-2023"}"#
            .to_owned();
        for (from, to) in change {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        CredentialType::parse(text.as_bytes())
    }

    #[test]
    fn an_anonymous_type_that_leaks_is_refused_with_its_reasons() {
        assert_eq!(anonymous(&[]).unwrap().linkability(), Linkability::default());
        let cases: [(&str, &str, Code, &str, &str); 8] = [
            ("\"kind\":\"string\"", "\"required\":false,\"kind\":\"string\"", Code::IssueAnonymous, "/claims", "form"),
            ("\"bbs-2023\"", "\"eddsa-rdfc-2022\"", Code::IssueAnonymous, "/suite", "signature, mandatory-value"),
            ("\"utcOffset\"", "\"status\":{},\"utcOffset\"", Code::IssueAnonymous, "/status", "status-index"),
            (
                "/credentialSubject/region\"]",
                "/credentialSubject\"]",
                Code::IssueAnonymous,
                "/mandatory",
                "mandatory-value",
            ),
            ("{\"days\":30}", "{\"claim\":\"birthDate\"}", Code::IssueAnonymous, "/validity/claim", "exact-time"),
            ("{\"days\":30}", "{\"years\":1}", Code::IssueType, "/validity", "more than 92 days"),
            ("{\"days\":30}", "{\"days\":7}", Code::IssueType, "/validity", "not longer than the rounding"),
            ("\"anonymous\"", "\"secret\"", Code::IssueType, "/design", "named or anonymous is needed"),
        ];
        for (from, to, code, pointer, about) in cases {
            let fault = anonymous(&[(from, to)]).expect_err(to);
            assert_eq!((fault.code(), fault.pointer(), fault.name()), (code, Some(pointer), Some(about)), "{to}");
        }
        let fault = anonymous(&[("\"anonymous\"", "\"named\",\"rounding\":\"day\"")]).unwrap_err();
        assert_eq!(fault.pointer(), Some("/rounding"));
    }

    #[test]
    fn a_named_type_says_what_links() {
        let report = anonymous(&[("\"anonymous\"", "\"named\"")]).unwrap().linkability();
        let kinds: Vec<&str> = report.links().iter().map(|link| link.kind.as_str()).collect();
        assert_eq!(kinds, ["credential-id", "subject-id", "created", "exact-time", "exact-time"]);
    }

    #[test]
    fn dates_are_rounded_to_what_many_share() {
        let begin = |rounding: Rounding, now: &str, offset| {
            rounding.begin(Timestamp::parse_stamp(now).unwrap(), offset).unwrap().to_string()
        };
        // A Sunday, and in Ontario still a Saturday.
        assert_eq!(begin(Rounding::Day, "2026-11-22T03:04:05Z", -21_600), "2026-11-21T06:00:00Z");
        assert_eq!(begin(Rounding::Week, "2026-11-22T12:00:00Z", -21_600), "2026-11-16T06:00:00Z");
        assert_eq!(begin(Rounding::Week, "2026-11-23T12:00:00Z", 0), "2026-11-23T00:00:00Z");
        assert_eq!(begin(Rounding::Month, "2026-11-22T12:00:00Z", 0), "2026-11-01T00:00:00Z");
    }
}
