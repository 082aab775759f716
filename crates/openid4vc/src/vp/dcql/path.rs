//! Claims path pointers (OpenID4VP §7).

use tamarack::json::{Path, Value};

use crate::{Refusal, RefusalCode, Result, limits};

/// One step of a claims path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// The member with this key.
    Key(String),
    /// The element at this index, from 0.
    Index(usize),
    /// All elements.
    All,
}

/// A claims path pointer: at least one step, at most [`limits::PATH_STEPS`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimsPath(Vec<Step>);

/// One element that a path selects.
#[derive(Clone, PartialEq, Debug)]
pub struct Selected<'v> {
    /// Its JSON pointer.
    pub pointer: String,
    /// The element.
    pub value: &'v Value<'v>,
}

/// How the indexes of a path are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    /// As they stand (§7.1.1).
    Exact,
    /// In a document that may lack elements before the one that is meant, because its holder did not disclose them: an
    /// index selects what can have stood there, which is any element up to it.
    Thinned,
}

impl ClaimsPath {
    /// A path of these steps.
    ///
    /// # Errors
    /// `invalid_request` (`path`) for none, or for more than [`limits::PATH_STEPS`].
    pub fn new(steps: Vec<Step>) -> Result<Self> {
        if steps.is_empty() || steps.len() > limits::PATH_STEPS { Err(wrong()) } else { Ok(Self(steps)) }
    }

    /// A path of keys alone.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of_keys<'k>(keys: impl IntoIterator<Item = &'k str>) -> Result<Self> {
        Self::new(keys.into_iter().map(|key| Step::Key(key.to_owned())).collect())
    }

    /// Reads the JSON form: a non-empty array of strings, nulls and non-negative integers.
    ///
    /// # Errors
    /// `invalid_request` (`path`).
    pub fn parse(value: &Value<'_>) -> Result<Self> {
        let steps = value.as_array().ok_or_else(wrong)?;
        let step = |value: &Value<'_>| match value {
            Value::String(key) => Ok(Step::Key(key.to_string())),
            Value::Null => Ok(Step::All),
            _ => value.as_i64().and_then(|index| usize::try_from(index).ok()).map(Step::Index).ok_or_else(wrong),
        };
        Self::new(steps.iter().take(limits::PATH_STEPS + 1).map(step).collect::<Result<_>>()?)
    }

    /// The JSON form.
    #[must_use]
    pub fn to_json(&self) -> Value<'static> {
        let step = |step: &Step| match step {
            Step::Key(key) => Value::from(key.clone()),
            Step::Index(index) => Value::Number(u32::try_from(*index).map_or(f64::MAX, f64::from)),
            Step::All => Value::Null,
        };
        Value::Array(self.0.iter().map(step).collect())
    }

    /// The steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The elements that the path selects (§7.1.1); none where the clause says that processing is aborted.
    #[must_use]
    pub fn select<'v>(&self, root: &'v Value<'v>, reading: Reading) -> Vec<Selected<'v>> {
        self.follow(root, reading).unwrap_or_default()
    }

    fn follow<'v>(&self, root: &'v Value<'v>, reading: Reading) -> Option<Vec<Selected<'v>>> {
        let mut here = vec![Selected { pointer: String::new(), value: root }];
        for step in &self.0 {
            let mut next = Vec::new();
            for Selected { pointer, value } in here {
                match step {
                    Step::Key(key) => {
                        let member = value.as_object()?.get(key);
                        next.extend(member.map(|value| Selected { pointer: below(&pointer, key), value }));
                    }
                    Step::All => next.extend(elements(&pointer, value.as_array()?)),
                    Step::Index(index) => {
                        let all = elements(&pointer, value.as_array()?);
                        next.extend(match reading {
                            Reading::Exact => all.skip(*index).take(1).collect::<Vec<_>>(),
                            Reading::Thinned => all.take(index.saturating_add(1)).collect(),
                        });
                    }
                }
                if next.len() > limits::SELECTED {
                    return None;
                }
            }
            here = next;
        }
        Some(here)
    }
}

fn elements<'v>(pointer: &str, items: &'v [Value<'v>]) -> impl Iterator<Item = Selected<'v>> {
    items.iter().enumerate().map(move |(index, value)| Selected { pointer: format!("{pointer}/{index}"), value })
}

fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}{}", Path::Root.key(key).pointer())
}

const fn wrong() -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, "path")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tamarack::json::parse;

    const CREDENTIAL: &str = r#"{"name":"Arthur Dent","address":{"street_address":"42 Market Street","a/b":1},
        "degrees":[{"type":"Bachelor","university":"B"},{"type":"Master"}],"nationalities":["British","Betelgeusian"],
        "mixed":[{"x":1},2]}"#;

    fn pointers(path: &str, reading: Reading) -> Vec<String> {
        let credential = parse(CREDENTIAL.as_bytes()).unwrap();
        let path = ClaimsPath::parse(&parse(path.as_bytes()).unwrap()).unwrap();
        path.select(&credential, reading).into_iter().map(|selected| selected.pointer).collect()
    }

    /// The examples of §7.3, and the places where §7.1.1 aborts.
    #[test]
    fn selects_as_the_clause_says() {
        for (path, found) in [
            (r#"["name"]"#, &["/name"][..]),
            (r#"["address"]"#, &["/address"]),
            (r#"["address","street_address"]"#, &["/address/street_address"]),
            (r#"["address","a/b"]"#, &["/address/a~1b"]),
            (r#"["degrees",null,"type"]"#, &["/degrees/0/type", "/degrees/1/type"]),
            (r#"["degrees",null,"university"]"#, &["/degrees/0/university"]),
            (r#"["nationalities",1]"#, &["/nationalities/1"]),
            (r#"["nationalities",2]"#, &[]),
            (r#"["nationalities",null]"#, &["/nationalities/0", "/nationalities/1"]),
            (r#"["name",null]"#, &[]),
            (r#"["name",0]"#, &[]),
            (r#"["address",0]"#, &[]),
            (r#"["nationalities","0"]"#, &[]),
            (r#"["mixed",null,"x"]"#, &[]),
            (r#"["nothing"]"#, &[]),
        ] {
            assert_eq!(pointers(path, Reading::Exact), found, "{path}");
        }
        assert_eq!(pointers(r#"["nationalities",7]"#, Reading::Thinned), ["/nationalities/0", "/nationalities/1"]);
        assert_eq!(pointers(r#"["nationalities",0]"#, Reading::Thinned), ["/nationalities/0"]);
    }

    #[test]
    fn reads_nothing_else() {
        for bad in ["[]", "{}", "\"name\"", "[true]", "[-1]", "[1.5]", "[[]]", "[{}]", "7"] {
            assert!(ClaimsPath::parse(&parse(bad.as_bytes()).unwrap()).is_err(), "{bad}");
        }
        let long = Value::Array(vec![Value::Null; limits::PATH_STEPS + 1]);
        assert!(ClaimsPath::parse(&long).is_err());
        let good = parse(br#"["a",null,3]"#).unwrap();
        assert_eq!(ClaimsPath::parse(&good).unwrap().to_json(), good);
    }
}
