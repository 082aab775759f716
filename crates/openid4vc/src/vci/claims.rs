//! Claims path pointers and claims descriptions (OpenID4VCI Appendices B and C).

use tamarack::json::{Object, Value};

use super::display::Display;
use crate::members::{Builder, Members, number};
use crate::{Refusal, RefusalCode, Result};

/// The most steps of a path, and the most claims that are described.
const MOST: usize = 256;

/// One step of a claims path pointer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// The member with this name.
    Key(String),
    /// The item at this place.
    Index(u32),
    /// Every item.
    Every,
}

/// A description of a claim: in metadata how it is shown, in authorization details what the wallet wants.
#[derive(Clone, PartialEq, Debug)]
pub struct ClaimDescription {
    /// The path to the claim.
    pub path: Vec<Step>,
    /// Whether it is always there (metadata), or must be (authorization details).
    pub mandatory: Option<bool>,
    /// How it is called.
    pub display: Vec<Display>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

impl ClaimDescription {
    /// Reads the `claims` member, if there is one.
    pub(crate) fn take(members: &mut Members) -> Result<Vec<Self>> {
        let code = members.code();
        let items = members.array("claims", MOST)?.unwrap_or_default();
        let all = items.into_iter().map(|item| Self::from_value(item, code)).collect::<Result<Vec<_>>>()?;
        check(&all, code)?;
        Ok(all)
    }

    fn from_value(value: Value<'static>, code: RefusalCode) -> Result<Self> {
        let mut members = Members::of(value, "claims", code)?;
        let path = members.array("path", MOST)?.ok_or(Refusal::new(code, "path"))?;
        Ok(Self {
            path: path.iter().map(step).collect::<Option<_>>().ok_or(Refusal::new(code, "path"))?,
            mandatory: members.flag("mandatory")?,
            display: Display::take(&mut members)?,
            other: members.rest(),
        })
    }

    fn to_value(&self) -> Value<'static> {
        let path = self.path.iter().map(|step| match step {
            Step::Key(key) => Value::from(key.clone()),
            Step::Index(at) => number(i64::from(*at)),
            Step::Every => Value::Null,
        });
        Builder::default()
            .array("path", path.collect())
            .set("mandatory", self.mandatory)
            .array("display", Display::values(&self.display))
            .rest(&self.other)
            .value()
    }

    /// The `claims` member.
    pub(crate) fn values(all: &[Self]) -> Vec<Value<'static>> {
        all.iter().map(Self::to_value).collect()
    }
}

/// As in a message.
impl serde::Serialize for ClaimDescription {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for ClaimDescription {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let value = Value::try_from(&value).map_err(serde::de::Error::custom)?;
        Self::from_value(value, RefusalCode::InvalidAuthorizationDetails).map_err(serde::de::Error::custom)
    }
}

fn step(value: &Value<'_>) -> Option<Step> {
    match value {
        Value::String(key) => Some(Step::Key(key.clone().into_owned())),
        Value::Null => Some(Step::Every),
        Value::Number(_) => value.as_i64().and_then(|at| u32::try_from(at).ok()).map(Step::Index),
        _ => None,
    }
}

/// Appendix B.3: descriptions that repeat or contradict one another end the processing.
fn check(all: &[ClaimDescription], code: RefusalCode) -> Result<()> {
    for (at, one) in all.iter().enumerate() {
        if all.iter().take(at).any(|other| contradict(&one.path, &other.path)) {
            return Err(Refusal::new(code, "claims that contradict one another"));
        }
    }
    Ok(())
}

fn contradict(one: &[Step], other: &[Step]) -> bool {
    if one == other {
        return true;
    }
    match one.iter().zip(other).find(|(a, b)| a != b) {
        // Different members, or different items, of the same thing.
        Some((Step::Key(_), Step::Key(_)) | (Step::Index(_), Step::Index(_))) | None => false,
        // An array here and an object there; or every item here and one of them there.
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictions() {
        let path = |text: &str| {
            let step = |step| match step {
                "*" => Step::Every,
                digit if digit.starts_with(|c: char| c.is_ascii_digit()) => Step::Index(digit.parse().unwrap()),
                name => Step::Key(name.to_owned()),
            };
            text.split('.').map(step).collect::<Vec<_>>()
        };
        for (one, other, expected) in [
            ("a", "a", true),
            ("a", "a.b", false),
            ("a", "b", false),
            ("a.*", "a.0", true),
            ("a.*.b", "a.b", true),
            ("a.1", "a.0", false),
        ] {
            assert_eq!(contradict(&path(one), &path(other)), expected, "{one} and {other}");
        }
    }
}
