//! From what a source found to the claims of a type.

use std::collections::BTreeMap;

use tamarack::issue::{ClaimDefinition, ClaimKind, CredentialType, read_text};
use tamarack::json::{Object, Value, number_text};

use super::SourceError;

/// Where each claim is found, where that is not its usual place.
#[derive(Debug, Default)]
pub(super) struct Mapping(BTreeMap<String, String>);

impl Mapping {
    pub(super) const fn new(all: BTreeMap<String, String>) -> Self {
        Self(all)
    }

    /// The claims of the type that are placed.
    pub(super) fn of(&self, claim: &str) -> Option<&str> {
        self.0.get(claim).map(String::as_str)
    }

    /// The claims in a record: by column or by name, unless the mapping places them.
    pub(super) fn of_record(
        &self,
        of: &CredentialType,
        record: &Object<'_>,
        by_column: bool,
    ) -> Result<Object<'static>, SourceError> {
        collect(of, |claim| {
            let usual = if by_column { &claim.column } else { &claim.name };
            lookup(record, self.of(&claim.name).unwrap_or(usual))
        })
    }

    /// The claims that were kept of an ID token, under their names in the type.
    pub(super) fn of_token(&self, of: &CredentialType, kept: &Object<'_>) -> Result<Object<'static>, SourceError> {
        collect(of, |claim| kept.get(&claim.name))
    }
}

/// A member, or what a JSON pointer leads to.
pub(super) fn lookup<'o>(object: &'o Object<'o>, name: &str) -> Option<&'o Value<'o>> {
    let Some(rest) = name.strip_prefix('/') else { return object.get(name) };
    let mut steps = rest.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
    let first = object.get(&steps.next()?)?;
    steps.try_fold(first, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        value => value.get(&step),
    })
}

fn collect<'v>(
    of: &CredentialType,
    find: impl Fn(&ClaimDefinition) -> Option<&'v Value<'v>>,
) -> Result<Object<'static>, SourceError> {
    let mut claims = Object::new();
    for claim in &of.claims {
        if let Some(value) = find(claim).map(|value| fit(claim, value)).transpose()?.flatten() {
            claims.insert(claim.name.clone(), value);
        }
    }
    Ok(claims)
}

/// A value in the form that the claim wants: databases and registries have texts for numbers, and numbers for flags. What is
/// null or empty is absent.
fn fit(claim: &ClaimDefinition, value: &Value<'_>) -> Result<Option<Value<'static>>, SourceError> {
    let text = match (value, &claim.kind) {
        (Value::Null, _) => return Ok(None),
        (Value::Bool(_), ClaimKind::Boolean) | (Value::Number(_), ClaimKind::Integer) => {
            return Ok(Some(value.clone().into_owned()));
        }
        (Value::String(text), _) => text.to_string(),
        (Value::Number(number), ClaimKind::String | ClaimKind::Boolean | ClaimKind::Enum(_)) => number_text(*number),
        _ => return Err(SourceError::Value),
    };
    let text = match (&claim.kind, text.as_str()) {
        (ClaimKind::Boolean, "1") => "true",
        (ClaimKind::Boolean, "0") => "false",
        (_, text) => text,
    };
    let read = read_text(claim, text).map_err(|_| SourceError::Value)?.map(Value::into_owned);
    if let Some(value) = &read {
        claim.check(value).map_err(|_| SourceError::Value)?;
    }
    Ok(read)
}
