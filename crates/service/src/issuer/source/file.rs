//! A source as the operator describes it.
//!
//! ```json
//! {"sql": {"database": "residents.sqlite3", "select": "SELECT … FROM resident WHERE number = $1", "parameters": ["resident_number"]}}
//! {"registry": {"url": "https://registry.example/people/{resident_number}", "tokenFile": "registry.token"}}
//! {"table": {"file": "residents.csv", "key": "number", "is": "resident_number"}}
//! {"token": {"claims": {"givenName": "given_name"}}}
//! ```
//!
//! Names in `parameters`, in braces and in `is` are claims of the sign-in: a name, or a JSON pointer that begins with `/`.
//! `claims` says where each claim of the type is found: by its `column` in the type file for SQL and tables, by its name
//! otherwise, unless it is named here.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tamarack_net::authorities_from_pem;

use super::map::Mapping;
use super::registry::Registry;
use super::sql::Sql;
use super::table::Table;
use super::{Source, Way};
use crate::limits;
use crate::sign_in::{SettingsError, read_file, read_secret};
use crate::store::Address;

/// One of four ways.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) enum SourceFile {
    Sql(SqlFile),
    Registry(RegistryFile),
    Table(TableFile),
    Token(TokenFile),
}

type Claims = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SqlFile {
    /// A SQLite file, or a `postgres://` URL without a password.
    database: Option<String>,
    /// A file with such a URL, which may have one.
    database_file: Option<String>,
    select: String,
    parameters: Vec<String>,
    #[serde(default)]
    claims: Claims,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RegistryFile {
    url: String,
    token_file: Option<String>,
    /// A JSON pointer to the person within the answer.
    at: Option<String>,
    #[serde(default)]
    private_network: bool,
    authorities: Option<String>,
    #[serde(default)]
    claims: Claims,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TableFile {
    file: String,
    key: String,
    is: String,
    delimiter: Option<char>,
    #[serde(default)]
    claims: Claims,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TokenFile {
    #[serde(default)]
    claims: Claims,
}

impl SourceFile {
    /// The source; files are looked for in `folder`.
    pub(crate) fn source(self, folder: &Path) -> Result<Source, SettingsError> {
        let (way, claims) = match self {
            Self::Sql(file) => file.way(folder)?,
            Self::Registry(file) => file.way(folder)?,
            Self::Table(file) => file.way(folder)?,
            Self::Token(file) => (Way::Token, file.claims),
        };
        Ok(Source { way, mapping: Mapping::new(claims) })
    }
}

impl SqlFile {
    fn way(self, folder: &Path) -> Result<(Way, Claims), SettingsError> {
        let text = match (self.database, self.database_file) {
            (Some(text), None) => text,
            (None, Some(path)) => read_secret(folder, &path)?.to_string(),
            _ => return Err(SettingsError::value("sql: database or databaseFile")),
        };
        let address = match Address::parse(&text) {
            Ok(Address::File(path)) => Address::File(folder.join(path)),
            Ok(address) => address,
            Err(_) => return Err(SettingsError::value("sql: database")),
        };
        let select = self.select.trim();
        let begins = select.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        let is_one = !select.contains(';') && ["select", "with"].iter().any(|word| begins.eq_ignore_ascii_case(word));
        if !is_one {
            return Err(SettingsError::value("sql: select: one SELECT without a semicolon"));
        }
        if self.parameters.is_empty() || self.parameters.len() > limits::SOURCE_PARAMETERS {
            return Err(SettingsError::value("sql: parameters"));
        }
        if !(1..=self.parameters.len()).all(|n| select.contains(&format!("${n}"))) {
            return Err(SettingsError::value("sql: select: $1 … for each of the parameters"));
        }
        Ok((Way::Sql(Sql::new(address, select, self.parameters)), self.claims))
    }
}

impl RegistryFile {
    fn way(self, folder: &Path) -> Result<(Way, Claims), SettingsError> {
        let token = self.token_file.map(|path| read_secret(folder, &path)).transpose()?;
        let authorities = match &self.authorities {
            None => Vec::new(),
            Some(path) => authorities_from_pem(&read_file(folder, path)?)
                .ok_or_else(|| SettingsError::value("registry: authorities"))?,
        };
        let registry = Registry::new(&self.url, token, self.at, self.private_network, authorities);
        let registry = registry.ok_or_else(|| SettingsError::value("registry: url, at"))?;
        Ok((Way::Registry(registry), self.claims))
    }
}

impl TableFile {
    fn way(self, folder: &Path) -> Result<(Way, Claims), SettingsError> {
        let delimiter = u8::try_from(self.delimiter.unwrap_or(',')).map_err(|_| SettingsError::value("delimiter"))?;
        let table = Table::new(folder.join(&self.file), self.key, self.is, delimiter);
        if !table.is_readable() {
            return Err(SettingsError::new("settings.file", self.file));
        }
        Ok((Way::Table(table), self.claims))
    }
}
