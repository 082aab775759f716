//! From claims to an unsigned credential.

use super::claims::ClaimDefinition;
use super::credential_type::{Ages, CredentialType, Validity};
use super::dates::CalendarDate;
use super::design::Design;
use super::securing::Securing;
use crate::credential::Version;
use crate::json::{Object, Path, Value};
use crate::present::LinkKind;
use crate::{Code, Fault, Timestamp};

/// Seconds of an hour.
const HOUR_SECONDS: i64 = 3600;

/// A place in a status list that was taken for one credential.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StatusSlot<'s> {
    /// `revocation` or `suspension`.
    pub purpose: &'s str,
    /// The URL of the list credential.
    pub list: &'s str,
    /// The index in the list.
    pub index: usize,
}

/// What a credential says that is neither in its type nor a claim.
#[derive(Clone, Copy, Debug)]
pub struct Issuance<'i> {
    /// The issuer's DID.
    pub issuer: &'i str,
    /// The subject's DID; without one the credential is about its bearer.
    pub subject: Option<&'i str>,
    /// The credential's id, a URL. One of an anonymous design does not show it.
    pub id: Option<&'i str>,
    /// When it is issued.
    pub now: Timestamp,
    /// Its places in status lists.
    pub status: &'i [StatusSlot<'i>],
}

/// An unsigned credential with the times that an issuer keeps.
#[derive(Clone, PartialEq, Debug)]
pub struct Assembled {
    /// The credential.
    pub document: Object<'static>,
    /// When it begins to be valid.
    pub valid_from: Timestamp,
    /// When it expires.
    pub valid_until: Timestamp,
    /// When one of its `ageOverNN` claims changes: a new one is due then. It expires then at the latest, unless it is of
    /// an anonymous design.
    pub reissue_by: Option<Timestamp>,
}

/// What differs from one credential of a type to the next, checked.
#[derive(Clone, Debug)]
pub(super) struct Details<'v> {
    /// The claims, in the order of the type.
    pub(super) claims: Vec<Option<Value<'v>>>,
    /// Whether each age of the type is reached; none if the birth date was left out.
    pub(super) ages: Vec<bool>,
    /// When the credential expires.
    pub(super) valid_until: Timestamp,
    /// When one of the ages is reached next.
    pub(super) reissue_by: Option<Timestamp>,
}

impl CredentialType {
    /// Makes the unsigned credential of this type with these claims (an object of claim names).
    ///
    /// # Errors
    /// [`Code::IssueClaim`] with the pointer in `claims` for a claim that is missing, unknown or malformed;
    /// [`Code::SchemaMismatch`] with the pointer in the credential if the type's own schema refuses it;
    /// [`Code::ValidityExpired`] if it would have expired already. Never a claim's value.
    pub fn assemble(&self, claims: &Object<'_>, issuance: &Issuance<'_>) -> Result<Assembled, Fault> {
        if let Some(name) = claims.keys().find(|name| self.claim(name).is_none()) {
            return Err(Fault::new(Code::IssueClaim).at(Path::Root.key(name).pointer()).about("not of this type"));
        }
        self.check_issuance(issuance)?;
        let given: Vec<Option<&Value<'_>>> = self.claims.iter().map(|claim| claims.get(&claim.name)).collect();
        let details = self.details(&given, issuance.now)?;
        let document = self.document(&details, issuance);
        let document = self.checked(document)?;
        let Details { valid_until, reissue_by, .. } = details;
        Ok(Assembled { document, valid_from: self.valid_from(issuance.now), valid_until, reissue_by })
    }

    /// An anonymous credential is about nobody by name and has no place in a list.
    ///
    /// # Errors
    /// [`Code::IssueAnonymous`].
    pub(super) fn check_issuance(&self, issuance: &Issuance<'_>) -> Result<(), Fault> {
        let link = match (issuance.subject, issuance.status) {
            (Some(_), _) => LinkKind::SubjectId,
            (None, [_, ..]) => LinkKind::StatusIndex,
            (None, []) => return Ok(()),
        };
        match self.is_anonymous() {
            true => Err(Fault::new(Code::IssueAnonymous).at("").about(link.as_str())),
            false => Ok(()),
        }
    }

    /// Checks the claims, given in the order of the type, and computes what follows from them.
    ///
    /// # Errors
    /// [`Code::IssueClaim`].
    pub(super) fn details<'v>(&self, given: &[Option<&'v Value<'_>>], now: Timestamp) -> Result<Details<'v>, Fault> {
        let mut claims = Vec::with_capacity(self.claims.len());
        for (claim, value) in self.claims.iter().zip(given) {
            claims.push(match value {
                Some(value) => Some(claim.check(value)?),
                None if claim.required => return Err(claim.fault("missing")),
                None => None,
            });
        }
        let (ages, reissue_by) = match &self.ages {
            Some(ages) => self.reached_ages(ages, &claims, now)?,
            None => (Vec::new(), None),
        };
        let valid_until = self.valid_until(&claims, now, reissue_by)?;
        Ok(Details { claims, ages, valid_until, reissue_by })
    }

    /// The unsigned credential that says this.
    pub(super) fn document(&self, details: &Details<'_>, issuance: &Issuance<'_>) -> Object<'static> {
        let mut document = self.head(issuance);
        let mut subject = match document.remove("credentialSubject") {
            Some(Value::Object(subject)) => subject,
            _ => Object::new(),
        };
        if let Some(id) = issuance.subject {
            let rest = std::mem::take(&mut subject);
            subject.insert("id", id.to_owned());
            rest.into_iter().for_each(|(key, value)| drop(subject.insert(key, value)));
        }
        for (claim, value) in self.claims.iter().zip(&details.claims) {
            if let Some(value) = value {
                put(&mut subject, claim.target.get(1..).unwrap_or_default(), value.clone().into_owned());
            }
        }
        for (age, reached) in self.ages.iter().flat_map(|ages| &ages.over).zip(&details.ages) {
            let mut target: Vec<String> =
                self.ages.iter().flat_map(|ages| ages.target.iter().skip(1).cloned()).collect();
            target.push(format!("ageOver{age}"));
            put(&mut subject, &target, Value::Bool(*reached));
        }
        document.insert(self.until_name(), details.valid_until.to_string());
        document.insert("credentialSubject", subject);
        self.add_status(&mut document, issuance.status);
        self.add_schema(&mut document);
        document
    }

    pub(super) const fn until_name(&self) -> &'static str {
        match self.version {
            Version::V1 => "expirationDate",
            Version::V2 => "validUntil",
        }
    }

    /// Contexts, id, types, issuer, date and what the template adds.
    fn head(&self, issuance: &Issuance<'_>) -> Object<'static> {
        let mut document = Object::new();
        let list = |texts: &[String]| Value::Array(texts.iter().map(|text| Value::from(text.clone())).collect());
        let mut contexts = list(&self.contexts);
        if let (Version::V1, Value::Array(items), false) = (self.version, &mut contexts, issuance.status.is_empty()) {
            // VCDM 1.1's context does not define the terms of a status list entry.
            const STATUS_CONTEXT: &str = "https://w3id.org/vc/status-list/2021/v1";
            if !self.contexts.iter().any(|known| known == STATUS_CONTEXT) {
                items.push(Value::from(STATUS_CONTEXT));
            }
        }
        document.insert("@context", contexts);
        // The issuer keeps the id of an anonymous credential to itself.
        if let Some(id) = issuance.id.filter(|_| !self.is_anonymous()) {
            document.insert("id", id.to_owned());
        }
        document.insert("type", list(&self.types));
        document.insert("issuer", issuance.issuer.to_owned());
        document.insert(self.start_name(), self.valid_from(issuance.now).to_string());
        for (key, value) in self.template.iter() {
            match (key, value) {
                ("issuer", Value::Object(more)) => {
                    let mut issuer = Object::new();
                    issuer.insert("id", issuance.issuer.to_owned());
                    more.iter().for_each(|(key, value)| drop(issuer.insert(key.to_owned(), value.clone())));
                    document.insert("issuer", issuer);
                }
                _ => drop(document.insert(key.to_owned(), value.clone())),
            }
        }
        document
    }

    /// Which ages are reached, and the moment at which the next one is.
    fn reached_ages(
        &self,
        ages: &Ages,
        claims: &[Option<Value<'_>>],
        now: Timestamp,
    ) -> Result<(Vec<bool>, Option<Timestamp>), Fault> {
        let internal = || Fault::new(Code::Internal);
        let (definition, value) = self.named(&ages.from, claims).ok_or_else(internal)?;
        let Some(text) = value.and_then(Value::as_str) else {
            // An optional birth date that was left out: no age is stated.
            return Ok((Vec::new(), None));
        };
        let birth = CalendarDate::parse(text).ok_or_else(|| definition.fault("a day as YYYY-MM-DD is needed"))?;
        let today = CalendarDate::at(now, self.offset_seconds).ok_or_else(internal)?;
        // Nobody is older than 130, and a typing error of a century would make a child an adult.
        let oldest = birth.plus_years(130).is_none_or(|last| last < today);
        if birth > today || oldest {
            return Err(definition.fault("in the future, or more than 130 years ago"));
        }
        let mut reached = Vec::with_capacity(ages.over.len());
        let mut next = None;
        for age in &ages.over {
            let day = birth.plus_years(*age).ok_or_else(internal)?;
            if day > today && next.is_none() {
                next = Some(day.start(self.offset_seconds));
            }
            reached.push(day <= today);
        }
        Ok((reached, next))
    }

    /// The claim of this name, with its value if it has one.
    fn named<'c, 'v>(
        &self,
        name: &str,
        claims: &'c [Option<Value<'v>>],
    ) -> Option<(&ClaimDefinition, Option<&'c Value<'v>>)> {
        self.claims
            .iter()
            .zip(claims)
            .find(|(claim, _)| claim.name == name)
            .map(|(claim, value)| (claim, value.as_ref()))
    }

    /// When a credential that is issued now begins to be valid: now, or when the period began whose credentials are alike.
    ///
    /// An SD-JWT shows its dates in every showing, and the copies of a batch have the same: they begin with the hour, so that
    /// the second of issuing does not tie them together (RFC 9901 §10.1).
    pub(super) fn valid_from(&self, now: Timestamp) -> Timestamp {
        match self.design {
            Design::Named if matches!(self.securing, Securing::SdJwt(_)) => {
                Timestamp::from_unix(now.unix() - now.unix().rem_euclid(HOUR_SECONDS))
            }
            Design::Named => now,
            Design::Anonymous(rounding) => rounding.begin(now, self.offset_seconds).unwrap_or(now),
        }
    }

    fn valid_until(
        &self,
        claims: &[Option<Value<'_>>],
        now: Timestamp,
        reissue_by: Option<Timestamp>,
    ) -> Result<Timestamp, Fault> {
        let internal = || Fault::new(Code::Internal);
        let span_end = |span: super::Span| span.after(self.valid_from(now), self.offset_seconds).ok_or_else(internal);
        let end = match &self.validity {
            Validity::For(span) => span_end(*span)?,
            Validity::Claim(name, span) => {
                let (definition, value) = self.named(name, claims).ok_or_else(internal)?;
                let day = value.and_then(Value::as_str).and_then(CalendarDate::parse);
                let day = day.ok_or_else(|| definition.fault("a day as YYYY-MM-DD is needed"))?;
                let end = day.next().ok_or_else(internal)?.start(self.offset_seconds).plus_seconds(-1);
                if end <= now {
                    return Err(definition.fault("in the past"));
                }
                match span {
                    Some(span) => end.min(span_end(*span)?),
                    None => end,
                }
            }
        };
        // An end on the birthday would tell the birthday. An age that was not reached stays on the safe side until the
        // credential ends, which is soon.
        if self.is_anonymous() {
            return Ok(end);
        }
        Ok(reissue_by.map_or(end, |change| end.min(change.plus_seconds(-1))))
    }

    /// Puts the entries for places in status lists into an unsigned credential, in the place of those that it has.
    pub fn add_status(&self, document: &mut Object<'static>, slots: &[StatusSlot<'_>]) {
        let kind = match self.version {
            Version::V1 => "StatusList2021Entry",
            Version::V2 => "BitstringStatusListEntry",
        };
        let mut entries: Vec<Value<'static>> = slots
            .iter()
            .map(|slot| {
                let mut entry = Object::new();
                entry.insert("id", format!("{}#{}", slot.list, slot.index));
                entry.insert("type", kind);
                entry.insert("statusPurpose", slot.purpose.to_owned());
                entry.insert("statusListIndex", slot.index.to_string());
                entry.insert("statusListCredential", slot.list.to_owned());
                Value::Object(entry)
            })
            .collect();
        match entries.len() {
            0 => {}
            1 => drop(entries.pop().map(|entry| document.insert("credentialStatus", entry))),
            _ => drop(document.insert("credentialStatus", entries)),
        }
    }

    /// Names the schema.
    fn add_schema(&self, document: &mut Object<'static>) {
        if let Some(schema) = &self.schema {
            let mut entry = Object::new();
            entry.insert("id", schema.id.clone());
            entry.insert("type", "JsonSchema");
            document.insert("credentialSchema", entry);
        }
    }

    /// Gives a credential back if the schema of the type accepts it.
    ///
    /// # Errors
    /// As [`Self::check_schema`].
    pub(super) fn checked(&self, document: Object<'static>) -> Result<Object<'static>, Fault> {
        self.check_schema(&document).map(|()| document)
    }

    /// Checks a credential that was made elsewhere: no credential that its type's schema refuses is issued.
    ///
    /// # Errors
    /// [`Code::SchemaMismatch`] with the pointer in the credential.
    pub fn check_schema(&self, document: &Object<'_>) -> Result<(), Fault> {
        let Some(schema) = &self.schema else { return Ok(()) };
        let instance = document.to_serde();
        // The bare answer is far cheaper than the errors, which only a refusal needs.
        if !schema.validator.is_valid(&instance) {
            let error = schema.validator.iter_errors(&instance).next();
            let pointer = error.map(|error| error.instance_path().to_string()).unwrap_or_default();
            return Err(Fault::new(Code::SchemaMismatch).at(pointer));
        }
        Ok(())
    }
}

/// Puts a value at the end of a path of objects, which are made as needed. What the template has in the way is replaced.
fn put(object: &mut Object<'static>, path: &[String], value: Value<'static>) {
    match path {
        [] => {}
        [last] => drop(object.insert(last.clone(), value)),
        [first, rest @ ..] => {
            if object.get(first).and_then(Value::as_object).is_none() {
                object.insert(first.clone(), Object::new());
            }
            if let Some(inner) = object.get_mut(first).and_then(Value::as_object_mut) {
                put(inner, rest, value);
            }
        }
    }
}
