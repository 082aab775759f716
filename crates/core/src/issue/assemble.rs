//! From claims to an unsigned credential.

use super::credential_type::{Ages, CredentialType, Validity};
use super::dates::CalendarDate;
use crate::credential::Version;
use crate::json::{Object, Path, Value};
use crate::{Code, Fault, Timestamp};

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
    /// The credential's id, a URL.
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
    /// When one of its `ageOverNN` claims changes: it expires then at the latest, and a new one is due.
    pub reissue_by: Option<Timestamp>,
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
        for claim in &self.claims {
            match claims.get(&claim.name) {
                Some(value) => {
                    put(&mut subject, claim.target.get(1..).unwrap_or_default(), claim.check(value)?.into_owned())
                }
                None if claim.required => return Err(claim.fault("missing")),
                None => {}
            }
        }
        let reissue_by = match &self.ages {
            Some(ages) => self.add_ages(ages, claims, &mut subject, issuance.now)?,
            None => None,
        };
        let valid_until = self.valid_until(claims, issuance.now, reissue_by)?;
        document.insert(self.until_name(), valid_until.to_string());
        document.insert("credentialSubject", subject);
        self.add_status(&mut document, issuance.status);
        self.add_schema(&mut document)?;
        Ok(Assembled { document, valid_from: issuance.now, valid_until, reissue_by })
    }

    const fn until_name(&self) -> &'static str {
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
        if let Some(id) = issuance.id {
            document.insert("id", id.to_owned());
        }
        document.insert("type", list(&self.types));
        document.insert("issuer", issuance.issuer.to_owned());
        let from_name = match self.version {
            Version::V1 => "issuanceDate",
            Version::V2 => "validFrom",
        };
        document.insert(from_name, issuance.now.to_string());
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

    /// Sets `ageOverNN` for each age and gives the moment at which the next one changes.
    fn add_ages(
        &self,
        ages: &Ages,
        claims: &Object<'_>,
        subject: &mut Object<'static>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Fault> {
        let Some(definition) = self.claim(&ages.from) else { return Err(Fault::new(Code::Internal)) };
        let Some(text) = claims.get(&ages.from).and_then(Value::as_str) else {
            // An optional birth date that was left out: no age is stated.
            return Ok(None);
        };
        let birth = CalendarDate::parse(text).ok_or_else(|| definition.fault("a day as YYYY-MM-DD is needed"))?;
        let today = CalendarDate::at(now, self.offset_seconds).ok_or_else(|| Fault::new(Code::Internal))?;
        // Nobody is older than 130, and a typing error of a century would make a child an adult.
        let oldest = birth.plus_years(130).is_none_or(|last| last < today);
        if birth > today || oldest {
            return Err(definition.fault("in the future, or more than 130 years ago"));
        }
        let mut next = None;
        for age in &ages.over {
            let reached = birth.plus_years(*age).ok_or_else(|| Fault::new(Code::Internal))?;
            if reached > today && next.is_none() {
                next = Some(reached.start(self.offset_seconds));
            }
            let mut target: Vec<String> = ages.target.iter().skip(1).cloned().collect();
            target.push(format!("ageOver{age}"));
            put(subject, &target, Value::Bool(reached <= today));
        }
        Ok(next)
    }

    fn valid_until(
        &self,
        claims: &Object<'_>,
        now: Timestamp,
        reissue_by: Option<Timestamp>,
    ) -> Result<Timestamp, Fault> {
        let internal = || Fault::new(Code::Internal);
        let span_end = |span: super::Span| span.after(now, self.offset_seconds).ok_or_else(internal);
        let end = match &self.validity {
            Validity::For(span) => span_end(*span)?,
            Validity::Claim(name, span) => {
                let definition = self.claim(name).ok_or_else(internal)?;
                let day = claims.get(name).and_then(Value::as_str).and_then(CalendarDate::parse);
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
        Ok(reissue_by.map_or(end, |change| end.min(change.plus_seconds(-1))))
    }

    fn add_status(&self, document: &mut Object<'static>, slots: &[StatusSlot<'_>]) {
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

    /// Names the schema and checks the credential against it.
    fn add_schema(&self, document: &mut Object<'static>) -> Result<(), Fault> {
        let Some(schema) = &self.schema else { return Ok(()) };
        let mut entry = Object::new();
        entry.insert("id", schema.id.clone());
        entry.insert("type", "JsonSchema");
        document.insert("credentialSchema", entry);
        let whole = Value::Object(std::mem::take(document));
        let instance = whole.to_serde();
        // The bare answer is far cheaper than the errors, which only a refusal needs.
        let verdict =
            match (!schema.validator.is_valid(&instance)).then(|| schema.validator.iter_errors(&instance).next()) {
                None => Ok(()),
                Some(None) => Err(Fault::new(Code::SchemaMismatch)),
                Some(Some(error)) => Err(Fault::new(Code::SchemaMismatch).at(error.instance_path().to_string())),
            };
        if let Value::Object(object) = whole {
            *document = object;
        }
        verdict
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
