//! The presentation submission: which presentation answers which input descriptor.

use tamarack::json::{Object, Value};

use super::{Definition, Format};
use crate::vp::response::VpToken;
use crate::{Refusal, RefusalCode, Result, limits};

/// A presentation submission.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Submission {
    /// Its id.
    pub id: String,
    /// The id of the definition that it answers.
    pub definition_id: String,
    /// What answers what.
    pub descriptor_map: Vec<Mapping>,
}

/// Where the answer to an input descriptor stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mapping {
    /// The id of the input descriptor.
    pub id: String,
    /// The format of what stands there.
    pub format: String,
    /// A JSONPath.
    pub path: String,
    /// Where in that, if it is an envelope.
    pub path_nested: Option<Box<Mapping>>,
}

/// How deep mappings may be nested.
const DEPTH: usize = 8;

impl Submission {
    /// Reads a presentation submission.
    ///
    /// # Errors
    /// `invalid_request` (`presentation_submission`).
    pub fn parse(value: &Value<'_>) -> Result<Self> {
        let object = value.as_object().ok_or(WRONG)?;
        let map = object.get("descriptor_map").and_then(Value::as_array).unwrap_or_default();
        if map.is_empty() || map.len() > limits::CREDENTIAL_QUERIES * limits::PRESENTATIONS {
            return Err(WRONG);
        }
        Ok(Self {
            id: text(object, "id")?,
            definition_id: text(object, "definition_id")?,
            descriptor_map: map.iter().map(|one| Mapping::parse(one, 0)).collect::<Result<_>>()?,
        })
    }

    /// The JSON form.
    #[must_use]
    pub fn to_json(&self) -> Value<'static> {
        let mut object = Object::new();
        object.insert("id", self.id.clone());
        object.insert("definition_id", self.definition_id.clone());
        object.insert("descriptor_map", Value::Array(self.descriptor_map.iter().map(Mapping::to_json).collect()));
        Value::Object(object)
    }
}

impl Mapping {
    fn parse(value: &Value<'_>, depth: usize) -> Result<Self> {
        let object = value.as_object().filter(|_| depth < DEPTH).ok_or(WRONG)?;
        let id = text(object, "id")?;
        let nested = object.get("path_nested").map(|nested| Self::parse(nested, depth + 1)).transpose()?;
        // "The id property MUST be the same for each level of nesting."
        if nested.as_ref().is_some_and(|nested| nested.id != id) {
            return Err(WRONG);
        }
        let (format, path) = (text(object, "format")?, text(object, "path")?);
        if !path.starts_with('$') {
            return Err(WRONG);
        }
        Ok(Self { id, format, path, path_nested: nested.map(Box::new) })
    }

    fn to_json(&self) -> Value<'static> {
        let mut object = Object::new();
        object.insert("id", self.id.clone());
        object.insert("format", self.format.clone());
        object.insert("path", self.path.clone());
        if let Some(nested) = &self.path_nested {
            object.insert("path_nested", nested.to_json());
        }
        Value::Object(object)
    }
}

impl Definition {
    /// The `vp_token` and the submission as an older verifier expects them: one presentation by itself, several as an array.
    /// `id` names the submission.
    ///
    /// # Errors
    /// `server_error` (`presentation_submission`) for a token that does not answer this definition.
    pub fn answer(&self, token: &VpToken, id: &str) -> Result<(Value<'static>, Submission)> {
        const FAILED: Refusal = Refusal::new(RefusalCode::ServerError, "presentation_submission");
        let entries: Vec<(&str, &Value<'static>)> =
            token.iter().flat_map(|(query, items)| items.iter().map(move |item| (query, item))).collect();
        let mut map = Vec::with_capacity(entries.len());
        for (at, (query, item)) in entries.iter().enumerate() {
            let name = self.names.iter().find(|name| name.query == *query).ok_or(FAILED)?;
            let credential = self.query.credential(query).ok_or(FAILED)?;
            let path = if entries.len() == 1 { "$".to_owned() } else { format!("$[{at}]") };
            let mapping = |format: &str, path: String, nested: Option<Mapping>| Mapping {
                id: name.descriptor.clone(),
                format: format.to_owned(),
                path,
                path_nested: nested.map(Box::new),
            };
            let is_json = name.format.ends_with("_json");
            map.push(match (&credential.format, item) {
                (Format::LdpVc, Value::Object(_)) => {
                    let inner = mapping("ldp_vc", "$.verifiableCredential[0]".to_owned(), None);
                    mapping("ldp_vp", path, Some(inner))
                }
                (Format::JwtVcJson, _) => {
                    let (outer, inner) = if is_json { ("jwt_vp_json", "jwt_vc_json") } else { ("jwt_vp", "jwt_vc") };
                    let inner = mapping(inner, "$.vp.verifiableCredential[0]".to_owned(), None);
                    mapping(outer, path, Some(inner))
                }
                _ => mapping(&name.format, path, None),
            });
        }
        let mut items: Vec<Value<'static>> = entries.into_iter().map(|(_, item)| item.clone()).collect();
        let vp_token = match items.len() {
            0 => return Err(FAILED),
            1 => items.remove(0),
            _ => Value::Array(items),
        };
        let submission = Submission { id: id.to_owned(), definition_id: self.id.clone(), descriptor_map: map };
        Ok((vp_token, submission))
    }
}

fn text(object: &Object<'_>, name: &str) -> Result<String> {
    let text = object.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty() && text.len() <= limits::URL_BYTES).map(str::to_owned).ok_or(WRONG)
}

const WRONG: Refusal = Refusal::new(RefusalCode::InvalidRequest, "presentation_submission");
