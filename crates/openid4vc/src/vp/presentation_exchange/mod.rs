//! DIF Presentation Exchange 2, as verifiers before OpenID4VP 1.0 ask: a definition is translated into the one internal query,
//! and the answer gets the submission that such a verifier looks for.
//!
//! Every input descriptor becomes one credential query for each format that it allows, submission requirements become
//! credential set queries. A field's alternative paths and its filter go along with the claim. Optional fields are not
//! shown: nobody needs them. What cannot be translated faithfully is refused.

mod json_path;
mod requirements;
mod submission;

pub use submission::{Mapping, Submission};

use std::sync::Arc;

use jsonschema::{PatternOptions, Validator};
use tamarack::json::{Object, Value};

use super::dcql::{ClaimsPath, ClaimsQuery, CredentialQuery, CredentialSet, Format, Meta, OlderField, Query};
use crate::{Refusal, RefusalCode, Result, limits};

/// A presentation definition, and the query that it was translated into.
#[derive(Clone, PartialEq, Debug)]
pub struct Definition {
    /// Its id.
    pub id: String,
    /// The same as a query.
    pub query: Query,
    names: Vec<Name>,
    all: Object<'static>,
}

/// Which input descriptor a credential query stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Name {
    query: String,
    descriptor: String,
    /// The format's name in the definition, if it has one.
    format: String,
}

/// An input descriptor, as far as submission requirements look at it.
struct Descriptor {
    groups: Vec<String>,
    /// The ids of its credential queries, one of which will do.
    queries: Vec<String>,
}

impl Definition {
    /// Reads a presentation definition.
    ///
    /// # Errors
    /// `invalid_request` (`presentation_definition`) for a malformed one, or one that asks what this wallet cannot do: a predicate, a path
    /// that no claims path is like, a filter that is no JSON Schema, more combinations than [`limits::OPTIONS`].
    pub fn parse(value: &Value<'_>) -> Result<Self> {
        let object = value.as_object().ok_or(WRONG)?;
        let id = text(object, "id")?;
        let items = object.get("input_descriptors").and_then(Value::as_array).unwrap_or_default();
        if items.is_empty() || items.len() > limits::CREDENTIAL_QUERIES {
            return Err(WRONG);
        }
        let mut definition = Self {
            id,
            query: Query { credentials: Vec::new(), credential_sets: Vec::new() },
            names: Vec::new(),
            all: object.clone().into_owned(),
        };
        let mut descriptors = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let item = item.as_object().ok_or(WRONG)?;
            let name = text(item, "id")?;
            if definition.names.iter().any(|known| known.descriptor == name) {
                return Err(WRONG);
            }
            descriptors.push(definition.add(index, &name, item, object.get("format"))?);
        }
        definition.query.credential_sets = match object.get("submission_requirements") {
            None => descriptors.iter().map(|one| requirements::any_of(&one.queries)).collect(),
            Some(value) => requirements::read(value, &descriptors)?,
        };
        Ok(definition)
    }

    /// The definition as it came.
    #[must_use]
    pub const fn to_json(&self) -> &Object<'static> {
        &self.all
    }

    fn add(
        &mut self,
        index: usize,
        name: &str,
        item: &Object<'_>,
        default_format: Option<&Value<'_>>,
    ) -> Result<Descriptor> {
        let constraints = item.get("constraints").and_then(Value::as_object).ok_or(WRONG)?;
        let must_limit = match constraints.get("limit_disclosure").map(Value::as_str) {
            None | Some(Some("preferred")) => false,
            Some(Some("required")) => true,
            Some(_) => return Err(WRONG),
        };
        // Relational constraints that a wallet of other people's credentials cannot meet.
        let is_own_word = constraints.get("subject_is_issuer").and_then(Value::as_str) == Some("required");
        if is_own_word || constraints.get("same_subject").is_some_and(is_demanded) {
            return Err(WRONG);
        }
        let fields = match constraints.get("fields") {
            None => &[][..],
            Some(Value::Array(fields)) if fields.len() <= limits::CLAIMS => fields,
            Some(_) => return Err(WRONG),
        };
        let groups = match item.get("group") {
            None => Vec::new(),
            Some(Value::Array(groups)) => {
                groups.iter().map(|one| one.as_str().map(str::to_owned).ok_or(WRONG)).collect::<Result<_>>()?
            }
            Some(_) => return Err(WRONG),
        };
        let mut queries = Vec::new();
        for (format, label, suffix) in formats(item.get("format").or(default_format))? {
            let id = format!("d{index}_{suffix}");
            let mut query = CredentialQuery::new(id.clone(), format.clone(), Meta::Any);
            query.must_limit = must_limit;
            let claims = fields.iter().map(|field| claim(field, &format)).collect::<Result<Vec<_>>>()?;
            query.claims = claims.into_iter().flatten().collect();
            self.query.credentials.push(query);
            self.names.push(Name { query: id.clone(), descriptor: name.to_owned(), format: label });
            queries.push(id);
        }
        Ok(Descriptor { groups, queries })
    }
}

/// Whether one of the directives of a relational constraint is `required`.
fn is_demanded(value: &Value<'_>) -> bool {
    value.items().iter().any(|one| one.get("directive").and_then(Value::as_str) == Some("required"))
}

/// The formats that are allowed, each with its name in the definition and a short name for ids.
fn formats(value: Option<&Value<'_>>) -> Result<Vec<(Format, String, &'static str)>> {
    let known = |name: &str| match name {
        "dc+sd-jwt" => vec![(Format::SdJwtVc, "sd")],
        // The name of two formats: an SD-JWT VC until 2024, a W3C credential as an SD-JWT since.
        "vc+sd-jwt" => vec![(Format::SdJwtVc, "sd"), (Format::VcdmSdJwt, "vcsd")],
        "ldp_vc" | "ldp_vp" => vec![(Format::LdpVc, "ldp")],
        "jwt_vc" | "jwt_vp" | "jwt_vc_json" | "jwt_vp_json" => vec![(Format::JwtVcJson, "jwt")],
        _ => Vec::new(),
    };
    let mut out: Vec<(Format, String, &'static str)> = Vec::new();
    let Some(value) = value else {
        for name in ["dc+sd-jwt", "ldp_vc", "jwt_vc"] {
            out.extend(known(name).into_iter().map(|(format, suffix)| (format, name.to_owned(), suffix)));
        }
        return Ok(out);
    };
    let object = value.as_object().filter(|object| !object.is_empty()).ok_or(WRONG)?;
    for name in object.keys() {
        for (format, suffix) in known(name) {
            if !out.iter().any(|(one, _, _)| *one == format) {
                out.push((format, name.to_owned(), suffix));
            }
        }
    }
    if out.is_empty() {
        let first = object.keys().next().unwrap_or_default().to_owned();
        out.push((Format::Other(first.clone()), first, "other"));
    }
    Ok(out)
}

/// A field as a claims query; `None` for an optional one.
fn claim(field: &Value<'_>, format: &Format) -> Result<Option<ClaimsQuery>> {
    let object = field.as_object().ok_or(WRONG)?;
    match object.get("predicate").map(Value::as_str) {
        None | Some(Some("preferred")) => {}
        // A proof about a value instead of the value: no suite here makes one.
        Some(_) => return Err(WRONG),
    }
    let paths = object.get("path").and_then(Value::as_array).unwrap_or_default();
    if paths.is_empty() || paths.len() > limits::OPTIONS {
        return Err(WRONG);
    }
    let mut read: Vec<ClaimsPath> = Vec::new();
    for path in paths {
        let text = path.as_str().ok_or(WRONG)?;
        // One that cannot be translated is left to its alternatives.
        if let Some(path) = json_path::translate(text, format)?
            && !read.contains(&path)
        {
            read.push(path);
        }
    }
    let filter = object.get("filter").map(Filter::new).transpose()?;
    match object.get("optional").map(Value::as_bool) {
        None | Some(Some(false)) => {}
        Some(Some(true)) => return Ok(None),
        Some(None) => return Err(WRONG),
    }
    if read.is_empty() {
        return Err(WRONG);
    }
    let path = read.remove(0);
    let older = OlderField { alternatives: read, filter };
    Ok(Some(ClaimsQuery { id: None, path, values: Vec::new(), older: Some(Box::new(older)) }))
}

/// A field's filter: a JSON Schema, whose patterns run in linear time and whose references lead nowhere.
#[derive(Clone)]
pub struct Filter {
    schema: Value<'static>,
    validator: Arc<Validator>,
}

impl Filter {
    fn new(schema: &Value<'_>) -> Result<Self> {
        schema.as_object().ok_or(WRONG)?;
        let validator = jsonschema::options()
            .with_pattern_options(PatternOptions::regex())
            .build(&schema.to_serde())
            .map_err(|_| WRONG)?;
        Ok(Self { schema: schema.clone().into_owned(), validator: Arc::new(validator) })
    }

    /// Whether a value passes.
    #[must_use]
    pub fn accepts(&self, value: &Value<'_>) -> bool {
        self.validator.is_valid(&value.to_serde())
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.schema == other.schema
    }
}

impl core::fmt::Debug for Filter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Filter").field(&self.schema).finish()
    }
}

fn text(object: &Object<'_>, name: &str) -> Result<String> {
    let text = object.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty() && text.len() <= limits::URL_BYTES).map(str::to_owned).ok_or(WRONG)
}

const WRONG: Refusal = Refusal::new(RefusalCode::InvalidRequest, "presentation_definition");
