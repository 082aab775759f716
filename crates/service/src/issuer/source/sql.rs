//! One SELECT on a database that somebody else looks after.

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Column as _, Row as _};
use tamarack::json::{self, Object, Value};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::SourceError;
use crate::limits;
use crate::store::Address;

/// Connections of one process to one source.
const CONNECTIONS: u32 = 4;

/// A SELECT that finds one person by bound parameters, on a connection that cannot write.
pub(super) struct Sql {
    address: Address,
    statement: String,
    /// The claims of the sign-in that are bound, as texts, in order.
    pub(super) parameters: Vec<String>,
    pool: OnceCell<Pool>,
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl std::fmt::Debug for Sql {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sql").field("statement", &self.statement).finish_non_exhaustive()
    }
}

impl Sql {
    /// The statement becomes a part of another, where nothing but a query can stand; that other asks for two rows at most.
    pub(super) fn new(address: Address, select: &str, parameters: Vec<String>) -> Self {
        let statement = match &address {
            Address::File(_) => format!("SELECT * FROM (\n{select}\n) AS person LIMIT 2"),
            // As JSON every type of column comes in a form that is known.
            Address::Postgres(_) => {
                format!("SELECT CAST(row_to_json(person) AS text) AS person FROM (\n{select}\n) AS person LIMIT 2")
            }
        };
        Self { address, statement, parameters, pool: OnceCell::new() }
    }

    pub(super) async fn find(&self, values: &[&str]) -> Result<Object<'static>, SourceError> {
        let asked = timeout(limits::SOURCE_TIME, self.rows(values)).await.map_err(|_| SourceError::Unavailable)?;
        let mut rows = asked.map_err(|error| {
            // The texts of databases quote values.
            let reason = match &error {
                sqlx::Error::Database(error) => error.code().unwrap_or_default().into_owned(),
                sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => "unreachable".to_owned(),
                _ => "not understood".to_owned(),
            };
            tracing::error!(reason, "a claims source failed");
            match error {
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => SourceError::Answer,
                _ => SourceError::Unavailable,
            }
        })?;
        match (rows.pop(), rows.is_empty()) {
            (None, _) => Err(SourceError::Nothing),
            (Some(row), true) => Ok(row),
            (Some(_), false) => Err(SourceError::Several),
        }
    }

    async fn rows(&self, values: &[&str]) -> Result<Vec<Object<'static>>, sqlx::Error> {
        match self.pool.get_or_try_init(|| async { self.connect() }).await? {
            Pool::Sqlite(pool) => {
                let mut query = sqlx::query(AssertSqlSafe(self.statement.as_str()));
                for value in values {
                    query = query.bind(*value);
                }
                let rows = query.fetch_all(pool).await?;
                rows.iter().map(sqlite_row).collect()
            }
            Pool::Postgres(pool) => {
                let mut query = sqlx::query_scalar::<_, String>(AssertSqlSafe(self.statement.as_str()));
                for value in values {
                    query = query.bind(*value);
                }
                let rows = query.fetch_all(pool).await?;
                rows.iter().map(|text| postgres_row(text)).collect()
            }
        }
    }

    fn connect(&self) -> Result<Pool, sqlx::Error> {
        match &self.address {
            Address::File(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .read_only(true)
                    .busy_timeout(limits::SOURCE_TIME)
                    .pragma("query_only", "on")
                    .pragma("trusted_schema", "off");
                let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(limits::SOURCE_TIME);
                Ok(Pool::Sqlite(pool.connect_lazy_with(options)))
            }
            Address::Postgres(url) => {
                let options: PgConnectOptions = url.expose().parse()?;
                let millis = limits::SOURCE_TIME.as_millis().to_string();
                let options = options
                    .application_name("tamarack claims")
                    .options([("default_transaction_read_only", "on"), ("statement_timeout", millis.as_str())]);
                let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(limits::SOURCE_TIME);
                Ok(Pool::Postgres(pool.connect_lazy_with(options)))
            }
        }
    }
}

/// Every column as text, whatever SQLite thinks it is.
fn sqlite_row(row: &sqlx::sqlite::SqliteRow) -> Result<Object<'static>, sqlx::Error> {
    let mut record = Object::new();
    let mut bytes = 0;
    for column in row.columns() {
        let text: Option<String> = row.try_get_unchecked(column.ordinal())?;
        bytes += text.as_ref().map_or(0, String::len);
        record.insert(column.name().to_owned(), text.map_or(Value::Null, Value::from));
    }
    if bytes > limits::SOURCE_BYTES { Err(too_large()) } else { Ok(record) }
}

fn postgres_row(text: &str) -> Result<Object<'static>, sqlx::Error> {
    if text.len() > limits::SOURCE_BYTES {
        return Err(too_large());
    }
    match json::parse(text.as_bytes()) {
        Ok(Value::Object(record)) => Ok(record.into_owned()),
        _ => Err(sqlx::Error::Decode("a row with a name twice".into())),
    }
}

fn too_large() -> sqlx::Error {
    sqlx::Error::Decode("a row that is too large".into())
}
