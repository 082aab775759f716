//! Taking a JSON object apart, member by member: each is read once, of one type, and what is left over was not understood.

use tamarack::json::{Object, Value, parse_up_to, to_string};

use crate::{Refusal, RefusalCode, Result, limits};

/// An object whose members are taken out one by one. What is wrong is a refusal with one code, about the member.
pub(crate) struct Members {
    object: Object<'static>,
    code: RefusalCode,
}

impl Members {
    /// Reads a JSON text that must be an object.
    pub(crate) fn parse(bytes: &[u8], max_bytes: usize, code: RefusalCode) -> Result<Self> {
        match parse_up_to(bytes, max_bytes) {
            Ok(Value::Object(object)) => Ok(Self { object: object.into_owned(), code }),
            Ok(_) => Err(Refusal::new(code, "a JSON object")),
            Err(fault) => Err(Refusal::new(code, "JSON").because(fault)),
        }
    }

    /// A value that must be an object.
    pub(crate) fn of(value: Value<'static>, about: &'static str, code: RefusalCode) -> Result<Self> {
        match value {
            Value::Object(object) => Ok(Self { object, code }),
            _ => Err(Refusal::new(code, about)),
        }
    }

    /// The code of every refusal.
    pub(crate) const fn code(&self) -> RefusalCode {
        self.code
    }

    /// A refusal about a member.
    pub(crate) const fn refuse(&self, about: &'static str) -> Refusal {
        Refusal::new(self.code, about)
    }

    /// A member of any type.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value<'static>> {
        self.object.remove(name)
    }

    /// A string, not empty and of bounded length.
    pub(crate) fn text(&mut self, name: &'static str) -> Result<Option<String>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() && text.len() <= limits::MESSAGE_BYTES => {
                Ok(Some(text.into_owned()))
            }
            Some(_) => Err(self.refuse(name)),
        }
    }

    /// A string that must be there.
    pub(crate) fn need_text(&mut self, name: &'static str) -> Result<String> {
        self.text(name)?.ok_or_else(|| self.refuse(name))
    }

    /// A boolean.
    pub(crate) fn flag(&mut self, name: &'static str) -> Result<Option<bool>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.refuse(name)),
        }
    }

    /// An integer that is not negative.
    pub(crate) fn count(&mut self, name: &'static str) -> Result<Option<u64>> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => {
                let count = value.as_i64().and_then(|count| u64::try_from(count).ok());
                count.map(Some).ok_or_else(|| self.refuse(name))
            }
        }
    }

    /// Seconds since 1970 (RFC 7519 §2), fractions cut off.
    pub(crate) fn seconds(&mut self, name: &'static str) -> Result<Option<i64>> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => seconds(&value).map(Some).ok_or_else(|| self.refuse(name)),
        }
    }

    /// An object.
    pub(crate) fn object(&mut self, name: &'static str) -> Result<Option<Members>> {
        self.take(name).map(|value| Members::of(value, name, self.code)).transpose()
    }

    /// An array, not empty and of bounded length.
    pub(crate) fn array(&mut self, name: &'static str, most: usize) -> Result<Option<Vec<Value<'static>>>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Array(items)) if !items.is_empty() && items.len() <= most => Ok(Some(items)),
            Some(_) => Err(self.refuse(name)),
        }
    }

    /// An array of strings, not empty; an empty list for none.
    pub(crate) fn texts(&mut self, name: &'static str, most: usize) -> Result<Vec<String>> {
        let Some(items) = self.array(name, most)? else { return Ok(Vec::new()) };
        let texts = items.into_iter().map(|item| match item {
            Value::String(text) if !text.is_empty() => Ok(text.into_owned()),
            _ => Err(self.refuse(name)),
        });
        texts.collect()
    }

    /// What nobody took.
    pub(crate) fn rest(self) -> Object<'static> {
        self.object
    }
}

/// A NumericDate in whole seconds.
#[expect(clippy::cast_possible_truncation, reason = "the range is far below 2^53")]
pub(crate) fn seconds(value: &Value<'_>) -> Option<i64> {
    let number = value.as_f64().filter(|number| (0.0..=253_402_300_799.0).contains(number))?;
    Some(number.floor() as i64)
}

/// Builds an object: what is absent is left out.
#[derive(Default)]
pub(crate) struct Builder(Object<'static>);

impl Builder {
    /// Sets a member, if there is a value.
    pub(crate) fn set(mut self, name: &'static str, value: Option<impl Into<Value<'static>>>) -> Self {
        if let Some(value) = value {
            self.0.insert(name, value);
        }
        self
    }

    /// Sets an array of strings, unless it is empty.
    pub(crate) fn texts(self, name: &'static str, texts: &[String]) -> Self {
        let value = (!texts.is_empty()).then(|| strings(texts));
        self.set(name, value)
    }

    /// Sets an array, unless it is empty.
    pub(crate) fn array(self, name: &'static str, items: Vec<Value<'static>>) -> Self {
        let value = (!items.is_empty()).then_some(items);
        self.set(name, value)
    }

    /// Adds what was not understood when it was read.
    pub(crate) fn rest(mut self, rest: &Object<'static>) -> Self {
        for (name, value) in rest.iter() {
            self.0.insert(name.to_owned(), value.clone());
        }
        self
    }

    /// The object.
    pub(crate) fn object(self) -> Object<'static> {
        self.0
    }

    /// The value.
    pub(crate) fn value(self) -> Value<'static> {
        Value::Object(self.0)
    }

    /// The text.
    pub(crate) fn json(self) -> String {
        to_string(&self.value())
    }
}

/// An array of strings.
pub(crate) fn strings(texts: &[String]) -> Value<'static> {
    Value::Array(texts.iter().map(|text| Value::from(text.clone())).collect())
}

/// A number that is no fraction.
#[expect(clippy::cast_precision_loss, reason = "counts and times are far below 2^53")]
pub(crate) const fn number(count: i64) -> Value<'static> {
    Value::Number(count as f64)
}
