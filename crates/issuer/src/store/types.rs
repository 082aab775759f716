//! Credential types, as the documents that the core parses.

use rusqlite::OptionalExtension as _;
use tamarack::Timestamp;

use super::{Store, StoreError};

/// A stored type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeRecord {
    /// Its name.
    pub name: String,
    /// The type file, its schema put in.
    pub document: String,
    /// When it was added.
    pub added: Timestamp,
}

impl Store {
    /// Stores a type. The same one again changes nothing; another under its name needs `replace`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`].
    pub fn add_type(&mut self, name: &str, document: &str, replace: bool, now: Timestamp) -> Result<(), StoreError> {
        let transaction = self.write()?;
        let known: Option<String> = transaction
            .query_row("SELECT document FROM credential_type WHERE name = ?1", [name], |row| row.get(0))
            .optional()?;
        match known {
            Some(known) if known == document => return Ok(()),
            Some(_) if !replace => return Err(StoreError::Conflict(name.to_owned())),
            _ => {}
        }
        transaction.execute(
            "INSERT INTO credential_type (name, document, added) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET document = excluded.document, added = excluded.added",
            (name, document, now.unix()),
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// Every type, by name.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn types(&self) -> Result<Vec<TypeRecord>, StoreError> {
        let mut statement =
            self.connection.prepare("SELECT name, document, added FROM credential_type ORDER BY name")?;
        let types = statement
            .query_map([], |row| {
                Ok(TypeRecord { name: row.get(0)?, document: row.get(1)?, added: Timestamp::from_unix(row.get(2)?) })
            })?
            .collect::<Result<_, _>>()?;
        Ok(types)
    }

    /// The type with this name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn credential_type(&self, name: &str) -> Result<TypeRecord, StoreError> {
        let found = self.types()?.into_iter().find(|record| record.name == name);
        found.ok_or_else(|| StoreError::NotFound(name.to_owned()))
    }
}
