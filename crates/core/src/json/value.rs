//! The JSON value: strings borrowed from the input where they need no unescaping, members in the order of the document.

use std::borrow::Cow;

use super::Path;
use crate::{Code, Fault};

/// A JSON value. Numbers are IEEE doubles, as in I-JSON (RFC 7493) and JCS (RFC 8785): the reader refuses an integer
/// that a double cannot hold exactly, so no two readers can see two numbers.
#[derive(Clone, PartialEq, Debug)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number; always finite.
    Number(f64),
    /// A string.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object.
    Object(Object<'a>),
}

impl<'a> Value<'a> {
    /// A string value.
    #[must_use]
    pub fn string(text: impl Into<Cow<'a, str>>) -> Self {
        Self::String(text.into())
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(s) => Some(s),
            _ => None,
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub const fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(o) => Some(o),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub const fn as_object_mut(&mut self) -> Option<&mut Object<'a>> {
        match self {
            Self::Object(o) => Some(o),
            _ => None,
        }
    }

    /// The array, if it is one.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value<'a>]> {
        match self {
            Self::Array(a) => Some(a),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub const fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            _ => None,
        }
    }

    /// The number as an integer, if it is one without a fraction and within ±2^53.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(n) if n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_992.0 => Some(*n as i64),
            _ => None,
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The member of an object; `None` for a missing one and for values that are no object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.as_object().and_then(|o| o.get(key))
    }

    /// The value as a list: an array's items, or the one value itself.
    #[must_use]
    pub fn items(&self) -> &[Value<'a>] {
        match self {
            Self::Array(items) => items,
            other => std::slice::from_ref(other),
        }
    }

    /// The value that a JSON pointer (RFC 6901) names.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Value<'a>> {
        if pointer.is_empty() {
            return Some(self);
        }
        let mut here = self;
        for part in pointer.strip_prefix('/')?.split('/') {
            let part = part.replace("~1", "/").replace("~0", "~");
            here = match here {
                Self::Object(o) => o.get(&part)?,
                Self::Array(a) => {
                    // RFC 6901 §4: no leading zeros.
                    if part.len() > 1 && part.starts_with('0') {
                        return None;
                    }
                    a.get(part.parse::<usize>().ok()?)?
                }
                _ => return None,
            };
        }
        Some(here)
    }

    /// The value with every string owned, free of the input's lifetime.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(b),
            Self::Number(n) => Value::Number(n),
            Self::String(s) => Value::String(Cow::Owned(s.into_owned())),
            Self::Array(a) => Value::Array(a.into_iter().map(Value::into_owned).collect()),
            Self::Object(o) => Value::Object(o.into_owned()),
        }
    }

    /// The same value for `serde_json` and the crates that speak it.
    #[must_use]
    pub fn to_serde(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(b) => serde_json::Value::Bool(*b),
            Self::Number(n) => match self.as_i64() {
                Some(i) => serde_json::Value::from(i),
                None => serde_json::Value::from(*n),
            },
            Self::String(s) => serde_json::Value::String(s.to_string()),
            Self::Array(a) => serde_json::Value::Array(a.iter().map(Value::to_serde).collect()),
            Self::Object(o) => o.to_serde(),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::String(Cow::Owned(text))
    }
}

impl From<bool> for Value<'_> {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<u32> for Value<'_> {
    fn from(n: u32) -> Self {
        Self::Number(f64::from(n))
    }
}

impl<'a> From<Vec<Value<'a>>> for Value<'a> {
    fn from(items: Vec<Value<'a>>) -> Self {
        Self::Array(items)
    }
}

impl<'a> From<Object<'a>> for Value<'a> {
    fn from(object: Object<'a>) -> Self {
        Self::Object(object)
    }
}

/// A copy. Numbers are judged by their text, so that it does not matter whether some crate of the program turned on
/// `serde_json/arbitrary_precision`.
///
/// # Errors
/// [`Code::JsonNumber`], with the pointer of a number that the reader would refuse.
impl TryFrom<&serde_json::Value> for Value<'static> {
    type Error = Fault;

    fn try_from(value: &serde_json::Value) -> Result<Self, Fault> {
        copy(value, &Path::Root)
    }
}

fn copy(value: &serde_json::Value, path: &Path<'_>) -> Result<Value<'static>, Fault> {
    Ok(match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Number(n) => {
            let number = super::reader::exact(&n.to_string());
            Value::Number(number.ok_or_else(|| Fault::new(Code::JsonNumber).at(path.pointer()))?)
        }
        serde_json::Value::String(s) => Value::String(Cow::Owned(s.clone())),
        serde_json::Value::Array(a) => {
            let items = a.iter().enumerate().map(|(i, item)| copy(item, &path.index(i)));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        serde_json::Value::Object(o) => {
            let members = o.iter().map(|(k, v)| Ok((Cow::Owned(k.clone()), copy(v, &path.key(k))?)));
            Value::Object(Object::from_members(members.collect::<Result<_, Fault>>()?))
        }
    })
}

impl serde::Serialize for Value<'_> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => s.serialize_unit(),
            Self::Bool(b) => s.serialize_bool(*b),
            Self::Number(n) => match self.as_i64() {
                Some(i) => s.serialize_i64(i),
                None => s.serialize_f64(*n),
            },
            Self::String(text) => s.serialize_str(text),
            Self::Array(items) => s.collect_seq(items),
            Self::Object(o) => s.collect_map(o.iter()),
        }
    }
}

/// A JSON object: its members in the order of the document, no key twice.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Object<'a> {
    members: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Object<'a> {
    /// An empty object.
    #[must_use]
    pub const fn new() -> Self {
        Self { members: Vec::new() }
    }

    /// Takes members whose keys are known to differ.
    pub(super) const fn from_members(members: Vec<(Cow<'a, str>, Value<'a>)>) -> Self {
        Self { members }
    }

    /// The number of members.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The member with this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.members.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// The member with this key.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value<'a>> {
        self.members.iter_mut().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// Whether there is a member with this key.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets a member: in its place if it is there, at the end if not. Gives the old value.
    pub fn insert(&mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>) -> Option<Value<'a>> {
        let key = key.into();
        let value = value.into();
        match self.get_mut(&key) {
            Some(place) => Some(std::mem::replace(place, value)),
            None => {
                self.members.push((key, value));
                None
            }
        }
    }

    /// Takes a member out; the order of the others stays.
    pub fn remove(&mut self, key: &str) -> Option<Value<'a>> {
        let at = self.members.iter().position(|(k, _)| k == key)?;
        Some(self.members.remove(at).1)
    }

    /// The members in the order of the document.
    #[must_use]
    pub fn iter(&self) -> Members<'_, 'a> {
        Members(self.members.iter())
    }

    /// The members, to change their values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Value<'a>)> {
        self.members.iter_mut().map(|(k, v)| (&**k, v))
    }

    /// The keys in the order of the document.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(k, _)| k.as_ref())
    }

    /// The object with every string owned.
    #[must_use]
    pub fn into_owned(self) -> Object<'static> {
        Object {
            members: self.members.into_iter().map(|(k, v)| (Cow::Owned(k.into_owned()), v.into_owned())).collect(),
        }
    }

    /// The same object for `serde_json` and the crates that speak it.
    #[must_use]
    pub fn to_serde(&self) -> serde_json::Value {
        serde_json::Value::Object(self.iter().map(|(key, value)| (key.to_owned(), value.to_serde())).collect())
    }
}

/// The members of an [`Object`], in the order of the document.
#[derive(Clone, Debug)]
pub struct Members<'o, 'a>(std::slice::Iter<'o, (Cow<'a, str>, Value<'a>)>);

impl<'o, 'a> Iterator for Members<'o, 'a> {
    type Item = (&'o str, &'o Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (key.as_ref(), value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Members<'_, '_> {}

impl<'a, K: Into<Cow<'a, str>>, V: Into<Value<'a>>> FromIterator<(K, V)> for Object<'a> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut object = Self::new();
        for (key, value) in pairs {
            object.insert(key, value);
        }
        object
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Value<'a>);
    type IntoIter = std::vec::IntoIter<(Cow<'a, str>, Value<'a>)>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::Value;
    use crate::Code;

    /// With the feature `long-tail`, `serde_json` keeps numbers as texts; without it, as integers and doubles.
    #[test]
    fn numbers_come_and_go_whatever_serde_json_makes_of_them() {
        let numbers = "[0,-7,1.5,100,9007199254740992,10000000000000000,1e+21,5e-324,-1.7976931348623157e+308]";
        let value = crate::json::parse(numbers.as_bytes()).unwrap();
        let theirs = value.to_serde();
        assert_eq!(Value::try_from(&theirs).unwrap(), value);
        assert_eq!(crate::json::parse(theirs.to_string().as_bytes()).unwrap(), value);
        assert_eq!(theirs[1].as_i64(), Some(-7));
        assert_eq!(theirs[2].as_f64(), Some(1.5));
        assert_eq!(theirs[3].as_u64(), Some(100));
        let read: serde_json::Value = serde_json::from_str(numbers).unwrap();
        assert_eq!(Value::try_from(&read).unwrap(), value);
        for inexact in ["9007199254740993", "18446744073709551615"] {
            let theirs: serde_json::Value = serde_json::from_str(&format!(r#"{{"a":[0,{inexact}]}}"#)).unwrap();
            let fault = Value::try_from(&theirs).unwrap_err();
            assert_eq!((fault.code(), fault.pointer()), (Code::JsonNumber, Some("/a/1")));
        }
    }
}
