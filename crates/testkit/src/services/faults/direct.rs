//! The database as it is, without the services.

use std::path::Path;

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::services::issuing::Card;
use crate::services::programs::Store;
use crate::services::{Done, Failed};

pub(super) enum Direct {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

type Row = (Vec<u8>, Option<i64>, Option<i64>);

impl Direct {
    pub(super) async fn open(store: Store<'_>, file: &Path) -> Done<Self> {
        Ok(match store {
            Store::Sqlite => Self::Sqlite(
                SqlitePool::connect_with(SqliteConnectOptions::new().filename(file).read_only(true)).await?,
            ),
            Store::Postgres(url) => Self::Postgres(PgPool::connect(url).await?),
        })
    }

    /// Every credential with its place in a status list.
    pub(super) async fn cards(&self) -> Done<Vec<Card>> {
        let select = "SELECT id, list, list_index FROM credential";
        let rows: Vec<Row> = match self {
            Self::Sqlite(pool) => sqlx::query_as(select).fetch_all(pool).await?,
            Self::Postgres(pool) => sqlx::query_as(select).fetch_all(pool).await?,
        };
        rows.into_iter()
            .map(|(id, list, index)| {
                let status = list.zip(index).ok_or_else(|| Failed::wrong("a credential without a status index"))?;
                Ok(Card { id: urn(&id)?, status })
            })
            .collect()
    }

    /// The number that a query gives.
    pub(super) async fn number(&self, sql: &'static str) -> Done<i64> {
        let (number,): (i64,) = match self {
            Self::Sqlite(pool) => sqlx::query_as(AssertSqlSafe(sql)).fetch_one(pool).await?,
            Self::Postgres(pool) => sqlx::query_as(AssertSqlSafe(sql)).fetch_one(pool).await?,
        };
        Ok(number)
    }

    pub(super) async fn close(self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Sixteen bytes as `urn:uuid:…`.
fn urn(bytes: &[u8]) -> Done<String> {
    if bytes.len() != 16 {
        return Err(Failed::wrong("a credential whose id is no UUID"));
    }
    let mut text = String::from("urn:uuid:");
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    Ok(text)
}
