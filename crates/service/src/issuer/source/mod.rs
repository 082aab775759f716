//! Where the claims of a type come from once somebody has signed in: the sign-in itself, a SELECT, a registry over HTTP, or a
//! table in a file.
//!
//! A source is asked for one person and must find one. Of the sign-in it gets the claims that it needs and no others; these
//! are kept with the authorization, the claims that it finds are not: they are fetched when the credential is made.

mod file;
mod map;
mod registry;
mod sql;
mod table;

use tamarack::issue::CredentialType;
use tamarack::json::{Object, Value};

pub(crate) use file::SourceFile;
use map::Mapping;
use registry::Registry;
use sql::Sql;
use table::Table;

use crate::limits;

/// Why a source gives no claims. It never holds one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SourceError {
    /// The sign-in does not say what the source must know, or not in a form that can be asked with.
    SignIn,
    /// It knows nobody of whom the sign-in says that.
    Nothing,
    /// It knows more than one.
    Several,
    /// It does not answer.
    Unavailable,
    /// It answers, but not as the settings say.
    Answer,
    /// What it says does not fit the type.
    Value,
}

impl SourceError {
    /// Every one, for tests of the pages.
    pub const ALL: &'static [Self] =
        &[Self::SignIn, Self::Nothing, Self::Several, Self::Unavailable, Self::Answer, Self::Value];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "source.sign_in",
            Self::Nothing => "source.nothing",
            Self::Several => "source.several",
            Self::Unavailable => "source.unavailable",
            Self::Answer => "source.answer",
            Self::Value => "source.value",
        }
    }
}

impl std::fmt::Display for SourceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for SourceError {}

/// The source of one type's claims.
#[derive(Debug)]
pub struct Source {
    way: Way,
    mapping: Mapping,
}

#[derive(Debug)]
enum Way {
    /// The ID token itself.
    Token,
    Sql(Sql),
    Registry(Registry),
    Table(Table),
}

impl Source {
    /// The claims of a sign-in that the source needs for this type, as they are kept with an authorization.
    ///
    /// # Errors
    /// [`SourceError::SignIn`].
    pub fn needed(&self, of: &CredentialType, sign_in: &Object<'_>) -> Result<Object<'static>, SourceError> {
        let mut kept = Object::new();
        if matches!(self.way, Way::Token) {
            for claim in &of.claims {
                if let Some(value) = map::lookup(sign_in, self.mapping.of(&claim.name).unwrap_or(&claim.name)) {
                    kept.insert(claim.name.clone(), value.clone().into_owned());
                }
            }
            return Ok(kept);
        }
        for name in self.parameters() {
            kept.insert(name.to_owned(), parameter(map::lookup(sign_in, name))?);
        }
        Ok(kept)
    }

    /// What a person must be known by, for the source to be asked: names of claims of a sign-in. None for a source that is the
    /// sign-in itself.
    pub(crate) fn parameters(&self) -> Vec<&str> {
        match &self.way {
            Way::Token => Vec::new(),
            Way::Sql(sql) => sql.parameters.iter().map(String::as_str).collect(),
            Way::Registry(registry) => registry.parameters().collect(),
            Way::Table(table) => vec![table.is.as_str()],
        }
    }

    /// The claims of the person of whom `kept` is known.
    ///
    /// # Errors
    /// [`SourceError`].
    pub async fn claims(&self, of: &CredentialType, kept: &Object<'_>) -> Result<Object<'static>, SourceError> {
        let text = |name: &str| kept.get(name).and_then(Value::as_str).ok_or(SourceError::SignIn);
        let found = match &self.way {
            Way::Token => return self.mapping.of_token(of, kept),
            Way::Sql(sql) => {
                let values: Vec<&str> = sql.parameters.iter().map(|name| text(name)).collect::<Result<_, _>>()?;
                sql.find(&values).await?
            }
            Way::Registry(registry) => registry.find(text).await?,
            Way::Table(table) => table.find(text(&table.is)?).await?,
        };
        let by_column = matches!(self.way, Way::Sql(_) | Way::Table(_));
        self.mapping.of_record(of, &found, by_column)
    }
}

/// What can be asked with: a text, a whole number, true or false; not empty, not long, no control characters.
fn parameter(value: Option<&Value<'_>>) -> Result<String, SourceError> {
    let text = match value {
        Some(Value::String(text)) => text.to_string(),
        Some(Value::Bool(flag)) => flag.to_string(),
        Some(number @ Value::Number(_)) => number.as_i64().ok_or(SourceError::SignIn)?.to_string(),
        _ => return Err(SourceError::SignIn),
    };
    let is_plain = !text.is_empty() && text.len() <= limits::SOURCE_PARAMETER && !text.chars().any(char::is_control);
    if is_plain { Ok(text) } else { Err(SourceError::SignIn) }
}
