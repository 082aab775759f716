//! Statements that go to the database together, and all happen or none: one way there and back instead of one for each
//! statement and two more for the transaction around them.
//!
//! To PostgreSQL they are one statement, each of them a part of its `WITH`; to SQLite one text in a transaction of its own. None
//! of them sees what the others do. Each may say how many rows it must touch; where it touches another number, a cast
//! (PostgreSQL) or a sum (SQLite) fails on purpose, which undoes the whole.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, Executor as _};

use super::{Database, StoreError};

/// A value that stands in a statement.
#[derive(Clone, Debug)]
pub(super) enum Value<'v> {
    Text(Option<&'v str>),
    Number(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

/// Statements to be executed together.
#[derive(Debug, Default)]
pub(super) struct Together<'v> {
    statements: Vec<(String, Option<usize>)>,
    values: Vec<Value<'v>>,
}

/// What PostgreSQL's log says of statements that were undone: the text is no number.
const UNDONE: &str = "undone, as something may happen once and has happened before";

impl<'v> Together<'v> {
    /// Adds a statement, whose values it names `$1`, `$2` and so on, and the number of rows that it must touch, if that is given.
    pub(super) fn add(&mut self, sql: &str, values: impl IntoIterator<Item = Value<'v>>, rows: Option<usize>) {
        let before = self.values.len();
        self.values.extend(values);
        self.statements.push((renumbered(sql, before), rows));
    }

    /// Inserts rows, in this order: `into` names the table and its `N` columns. Of several statements nobody says which comes first.
    /// With `once`, all is undone if one of them is there already.
    pub(super) fn insert<const N: usize>(
        &mut self,
        into: &str,
        rows: impl IntoIterator<Item = [Value<'v>; N]>,
        once: bool,
    ) {
        let mut sql = format!("INSERT INTO {into} VALUES ");
        let mut values = Vec::new();
        for row in rows {
            let before = values.len();
            sql.push_str(if before == 0 { "(" } else { ", (" });
            for column in 1..=N {
                let comma = if column == 1 { "" } else { ", " };
                let _ = write!(sql, "{comma}${}", before + column);
            }
            sql.push(')');
            values.extend(row);
        }
        let count = values.len() / N.max(1);
        if once {
            sql.push_str(" ON CONFLICT DO NOTHING");
        }
        if count > 0 {
            self.add(&sql, values, once.then_some(count));
        }
    }

    fn for_sqlite(&self) -> String {
        let mut sql = "BEGIN IMMEDIATE;\n".to_owned();
        for (statement, rows) in &self.statements {
            let _ = writeln!(sql, "{statement};");
            if let Some(rows) = rows {
                // There is no such absolute value.
                let _ =
                    writeln!(sql, "SELECT abs(CASE changes() WHEN {rows} THEN 0 ELSE -9223372036854775807 - 1 END);");
            }
        }
        sql.push_str("COMMIT");
        sql
    }

    fn for_postgres(&self) -> String {
        let mut sql = "WITH ".to_owned();
        let mut good = "true".to_owned();
        for (at, (statement, rows)) in self.statements.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let _ = write!(sql, "{comma}s{at} AS ({statement} RETURNING 1)");
            if let Some(rows) = rows {
                let _ = write!(good, " AND (SELECT count(*) FROM s{at}) = {rows}");
            }
        }
        let _ = write!(sql, " SELECT CAST(CASE WHEN {good} THEN '1' ELSE '{UNDONE}' END AS integer)");
        sql
    }
}

/// The statement with its values named from behind so many others.
fn renumbered(sql: &str, before: usize) -> String {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut parts = sql.split('$');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at_checked(digits).unwrap_or(("", part));
        let number = number.parse::<usize>().map_or(0, |number| number + before);
        let _ = write!(out, "${number}{rest}");
    }
    out
}

macro_rules! bound {
    ($sql:expr, $together:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($sql));
        for value in &$together.values {
            query = match value {
                Value::Text(text) => query.bind(*text),
                Value::Number(number) => query.bind(*number),
                Value::Bytes(bytes) => query.bind(bytes.as_deref()),
            };
        }
        query
    }};
}

impl Database {
    /// Executes statements together. Gives `false`, and has done nothing, if one touched another number of rows than it must.
    ///
    /// # Errors
    /// [`StoreError::Conflict`], [`StoreError::Database`], [`StoreError::Busy`]; then nothing was done either, unless the
    /// connection broke.
    pub(super) async fn execute(&self, together: &Together<'_>) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite { writer, .. } => {
                let mut lane = writer.take().await?;
                let done = lane.connection()?.execute(bound!(together.for_sqlite(), together)).await;
                if let Err(error) = done {
                    let undone = undone(error, |error| error.message() == "integer overflow");
                    // If this cannot be done now, the lane does it before anybody else has it.
                    if undone.is_ok() && sqlx::query("ROLLBACK").execute(lane.connection()?).await.is_ok() {
                        lane.keep();
                    }
                    return undone;
                }
                lane.keep();
                Ok(true)
            }
            Self::Postgres(all) => {
                let mut lane = all.take().await?;
                let done = lane.connection()?.execute(bound!(together.for_postgres(), together)).await;
                let done = match done {
                    Ok(_) => Ok(true),
                    Err(error) => undone(error, |error| error.code().as_deref() == Some("22P02")),
                };
                if done.is_ok() {
                    lane.keep();
                }
                done
            }
        }
    }
}

fn undone(error: sqlx::Error, on_purpose: fn(&dyn sqlx::error::DatabaseError) -> bool) -> Result<bool, StoreError> {
    match error.as_database_error() {
        Some(database) if on_purpose(database) => Ok(false),
        _ => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_of_it_happens_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let address = crate::store::Address::File(folder.path().join("store.sqlite"));
        let now = tamarack::Timestamp::from_unix(1_800_000_000);
        let database = Database::open(&address, now).await.unwrap();
        let insert = "INSERT INTO ticket (kind, secret, family, payload, created, expires)
                      VALUES ($1, $2, $1, $1, 0, 9000000000) ON CONFLICT DO NOTHING";
        let ticket =
            |name: &'static str| [Value::Text(Some("test")), Value::Bytes(Some(crate::store::tickets::digest(name)))];
        let mut both = Together::default();
        both.add(insert, ticket("a"), Some(1));
        both.add(insert, ticket("b"), Some(1));
        assert!(database.execute(&both).await.unwrap());
        let mut again = Together::default();
        again.add(insert, ticket("c"), Some(1));
        again.add(insert, ticket("b"), Some(1));
        assert!(!database.execute(&again).await.unwrap());
        let mut wrong = Together::default();
        wrong.add(insert, ticket("d"), Some(1));
        wrong.add("INSERT INTO ticket (kind) VALUES ($1)", [Value::Text(None)], None);
        assert!(database.execute(&wrong).await.is_err());
        for (name, is_there) in [("a", true), ("b", true), ("c", false), ("d", false)] {
            assert_eq!(database.ticket("test", name, now).await.unwrap().is_some(), is_there, "{name}");
        }
        // Somebody who gave up in the middle keeps nobody from going on.
        let Database::Sqlite { writer, .. } = &database else { unreachable!("a file") };
        let mut lane = writer.take().await.unwrap();
        sqlx::query("BEGIN IMMEDIATE").execute(lane.connection().unwrap()).await.unwrap();
        drop(lane);
        let mut third = Together::default();
        third.add(insert, ticket("e"), Some(1));
        assert!(database.execute(&third).await.unwrap());
        database.close().await;
    }

    #[test]
    fn values_are_named_in_the_whole() {
        let mut both = Together::default();
        both.add("DELETE FROM a WHERE b = $1 AND c > $2", [Value::Text(Some("x")), Value::Number(Some(1))], Some(1));
        both.add("UPDATE d SET e = $2 WHERE f = $1", [Value::Bytes(None), Value::Number(None)], None);
        assert_eq!(
            both.for_postgres(),
            format!(
                "WITH s0 AS (DELETE FROM a WHERE b = $1 AND c > $2 RETURNING 1), s1 AS (UPDATE d SET e = $4 WHERE f = $3 \
                 RETURNING 1) SELECT CAST(CASE WHEN true AND (SELECT count(*) FROM s0) = 1 THEN '1' ELSE '{UNDONE}' END \
                 AS integer)"
            )
        );
        let sqlite = both.for_sqlite();
        assert!(
            sqlite.starts_with("BEGIN IMMEDIATE;\nDELETE FROM a WHERE b = $1 AND c > $2;\nSELECT abs("),
            "{sqlite}"
        );
        assert!(sqlite.ends_with("UPDATE d SET e = $4 WHERE f = $3;\nCOMMIT"), "{sqlite}");
    }
}
