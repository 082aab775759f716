//! Credential types, as the documents that the core parses.

use tamarack::Timestamp;

use crate::store::database::{reading, transaction};
use crate::store::{Database, StoreError};

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

impl Database {
    /// Stores a type. The same one again changes nothing; another under its name needs `replace`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`].
    pub async fn add_type(&self, name: &str, document: &str, replace: bool, now: Timestamp) -> Result<(), StoreError> {
        transaction!(self, transaction => {
            let known: Option<(String,)> = sqlx::query_as("SELECT document FROM credential_type WHERE name = $1")
                .bind(name)
                .fetch_optional(&mut *transaction)
                .await?;
            match known {
                Some((known,)) if known == document => return Ok(()),
                Some(_) if !replace => return Err(StoreError::Conflict(name.to_owned())),
                _ => {}
            }
            sqlx::query(
                "INSERT INTO credential_type (name, document, added) VALUES ($1, $2, $3)
                 ON CONFLICT (name) DO UPDATE SET document = excluded.document, added = excluded.added",
            )
            .bind(name)
            .bind(document)
            .bind(now.unix())
            .execute(&mut *transaction)
            .await?;
        });
        Ok(())
    }

    /// Every type, by name.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn types(&self) -> Result<Vec<TypeRecord>, StoreError> {
        let select = "SELECT name, document, added FROM credential_type ORDER BY name";
        let rows: Vec<(String, String, i64)> = reading!(self, pool => sqlx::query_as(select).fetch_all(pool).await?);
        let record = |(name, document, added)| TypeRecord { name, document, added: Timestamp::from_unix(added) };
        Ok(rows.into_iter().map(record).collect())
    }

    /// The type with this name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn credential_type(&self, name: &str) -> Result<TypeRecord, StoreError> {
        let found = self.types().await?.into_iter().find(|record| record.name == name);
        found.ok_or_else(|| StoreError::NotFound(name.to_owned()))
    }
}
