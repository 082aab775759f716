//! The tables, as lists of migrations that only grow: one for the services, one for an issuer.

use sqlx::AssertSqlSafe;
use tamarack::Timestamp;

use super::database::{transaction, with, writing};
use super::{Database, StoreError};

/// Tables that belong together, with a version of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// What every service needs.
    Service,
    /// What an issuer must not forget.
    Issuer,
}

/// Each entry brings the tables one version further. An entry that was released never changes. They are written for
/// SQLite; [`for_postgres`] says the same to PostgreSQL.
const SERVICE: &[Script] = &[Script::Both(
    "
-- `secret`: SHA-256 of what its holder shows. `family`: what is ended together.
CREATE TABLE ticket (
    kind TEXT NOT NULL,
    secret BLOB NOT NULL,
    family TEXT NOT NULL,
    payload TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, secret)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_family ON ticket (family) WHERE family <> '';
CREATE INDEX ticket_expires ON ticket (expires);

-- `version` counts the changes: whoever changes one says which version he read.
CREATE TABLE exchange (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    payload TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX exchange_state ON exchange (kind, state, created);
CREATE INDEX exchange_expires ON exchange (expires);

CREATE TABLE exchange_file (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (kind, id, name),
    FOREIGN KEY (kind, id) REFERENCES exchange (kind, id) ON DELETE CASCADE
) STRICT;

-- Written together with what it tells of; `place` and `hash` are given afterwards, one after the other.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    place INTEGER UNIQUE,
    hash BLOB,
    CHECK ((place IS NULL) = (hash IS NULL))
) STRICT;
CREATE INDEX audit_unsealed ON audit (id) WHERE place IS NULL;
",
)];

/// As [`SERVICE`], for an issuer.
const ISSUER: &[Script] = &[
    Script::Both(
        "
CREATE TABLE issuer (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    did TEXT NOT NULL,
    status_base TEXT,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE key (
    id INTEGER PRIMARY KEY,
    method TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    multikey TEXT NOT NULL UNIQUE,
    sealed TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('current', 'previous', 'retired')),
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX key_current ON key (kind) WHERE state = 'current';

CREATE TABLE credential_type (
    name TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    added INTEGER NOT NULL
) STRICT;

-- `next` is the counter of the allocator: whoever takes indexes moves it on, and commits, before using them.
CREATE TABLE status_list (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('bitstring', '2021')),
    purposes TEXT NOT NULL,
    issuer TEXT NOT NULL,
    base TEXT NOT NULL,
    seed BLOB NOT NULL,
    size INTEGER NOT NULL,
    next INTEGER NOT NULL DEFAULT 0 CHECK (next BETWEEN 0 AND size)
) STRICT;

CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,
    type TEXT NOT NULL REFERENCES credential_type (name),
    run TEXT NOT NULL,
    type_digest BLOB NOT NULL,
    key INTEGER NOT NULL REFERENCES key (id),
    suite TEXT NOT NULL,
    seed BLOB NOT NULL,
    started INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    keep INTEGER NOT NULL,
    output TEXT NOT NULL,
    recorded INTEGER NOT NULL DEFAULT 0,
    written INTEGER NOT NULL DEFAULT 0 CHECK (written <= recorded),
    length INTEGER NOT NULL DEFAULT 0,
    done INTEGER,
    UNIQUE (digest, type, run)
) STRICT;

-- Rows `first` to `first + count - 1` of a batch have the counters `counter` and on of a list.
CREATE TABLE batch_span (
    batch INTEGER NOT NULL REFERENCES batch (id),
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    list INTEGER NOT NULL REFERENCES status_list (id),
    counter INTEGER NOT NULL,
    PRIMARY KEY (batch, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch_fault (
    batch INTEGER NOT NULL REFERENCES batch (id),
    line INTEGER NOT NULL,
    code TEXT NOT NULL,
    pointer TEXT,
    about TEXT,
    PRIMARY KEY (batch, line)
) STRICT, WITHOUT ROWID;

-- Signed texts of which others are kept as edits.
CREATE TABLE body_base (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

-- `body`: the signed text, or edits of that of `base`.
-- `id`: the sixteen bytes of `urn:uuid:…`, or the text of any other id.
CREATE TABLE credential (
    seq INTEGER PRIMARY KEY,
    id ANY NOT NULL UNIQUE,
    type TEXT NOT NULL REFERENCES credential_type (name),
    subject TEXT,
    list INTEGER REFERENCES status_list (id),
    list_index INTEGER,
    issued INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    reissue_by INTEGER,
    revoked INTEGER,
    suspended INTEGER,
    digest BLOB NOT NULL,
    body ANY,
    base INTEGER REFERENCES body_base (id),
    batch INTEGER REFERENCES batch (id),
    line INTEGER,
    UNIQUE (list, list_index),
    CHECK ((list IS NULL) = (list_index IS NULL)),
    CHECK ((batch IS NULL) = (line IS NULL))
) STRICT;
CREATE UNIQUE INDEX credential_row ON credential (batch, line) WHERE batch IS NOT NULL;
CREATE INDEX credential_status ON credential (list) WHERE revoked IS NOT NULL OR suspended IS NOT NULL;
CREATE INDEX credential_reissue ON credential (reissue_by) WHERE reissue_by IS NOT NULL;
",
    ),
    Script::Both(
        "
-- A credential that was secured anew, with another suite: when, and the digests of both texts.
CREATE TABLE migration_of (
    id INTEGER PRIMARY KEY,
    credential INTEGER NOT NULL REFERENCES credential (seq),
    suite TEXT NOT NULL,
    at INTEGER NOT NULL,
    before BLOB NOT NULL,
    after BLOB NOT NULL
) STRICT;
CREATE INDEX migration_of_credential ON migration_of (credential);
",
    ),
    Script::Sqlite(
        "
-- Ids that are no UUIDs become bytes too, behind a zero byte (two where one would make them as long as a UUID).
UPDATE credential SET id = CASE length(CAST(id AS BLOB))
    WHEN 15 THEN CAST(char(0, 0) || id AS BLOB) ELSE CAST(char(0) || id AS BLOB) END
WHERE typeof(id) = 'text';
",
    ),
    Script::Both(
        "
CREATE INDEX credential_subject ON credential (subject, seq) WHERE subject IS NOT NULL;
",
    ),
];

/// The key of PostgreSQL's advisory lock under which tables are changed.
const LOCK: i64 = 0x7461_6d61_7261_636b;

/// What was done to tables that belong together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Migrated {
    /// Which: `service` or `issuer`.
    pub part: &'static str,
    /// Their version before; 0 if they were not there.
    pub from: i64,
    /// Their version now.
    pub to: i64,
}

/// Brings tables to the newest version; several processes may try at once.
pub(super) async fn migrate(database: &Database, part: Part, now: Timestamp) -> Result<Migrated, StoreError> {
    let (name, scripts) = part.scripts();
    let is_postgres = matches!(database, Database::Postgres(_));
    let newest = i64::try_from(scripts.len()).unwrap_or(i64::MAX);
    // Nobody waits for the write lock where there is nothing to do.
    if is_newest(database, part, newest).await {
        return Ok(Migrated { part: name, from: newest, to: newest });
    }
    let from = transaction!(database, transaction => {
        if is_postgres {
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
        }
        sqlx::raw_sql(AssertSqlSafe(Script::Both(TABLE).text(is_postgres))).execute(&mut *transaction).await?;
        let (mut version,): (i64,) =
            sqlx::query_as("SELECT coalesce(max(version), 0) FROM service_migration WHERE part = $1")
                .bind(name)
                .fetch_one(&mut *transaction)
                .await?;
        if let (Part::Issuer, false) = (part, is_postgres) {
            // A store of the times before the services counts its versions here.
            let (counted,): (i64,) = sqlx::query_as("PRAGMA user_version").fetch_one(&mut *transaction).await?;
            version = version.max(counted);
        }
        if version > newest {
            return Err(StoreError::TooNew);
        }
        for (number, script) in (1_i64..).zip(scripts).filter(|(number, _)| *number > version) {
            let text = script.text(is_postgres);
            if !text.is_empty() {
                sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *transaction).await?;
            }
            sqlx::query("INSERT INTO service_migration (part, version, applied) VALUES ($1, $2, $3)")
                .bind(name)
                .bind(number)
                .bind(now.unix())
                .execute(&mut *transaction)
                .await?;
        }
        if let (Part::Issuer, false) = (part, is_postgres) {
            let pragma = format!("PRAGMA user_version = {newest}");
            sqlx::raw_sql(AssertSqlSafe(pragma)).execute(&mut *transaction).await?;
        }
        version
    });
    Ok(Migrated { part: name, from, to: newest })
}

/// Whether tables are there, and of this version. A database without tables is not.
async fn is_newest(database: &Database, part: Part, newest: i64) -> bool {
    version(database, part).await.is_ok_and(|version| version == Some(newest))
}

/// The version of tables, if what counts it agrees.
async fn version(database: &Database, part: Part) -> Result<Option<i64>, StoreError> {
    let select = "SELECT coalesce(max(version), 0) FROM service_migration WHERE part = $1";
    let (known,): (i64,) =
        writing!(database, pool => sqlx::query_as(select).bind(part.scripts().0).fetch_one(pool).await?);
    if let (Part::Issuer, Database::Sqlite { writer, .. }) = (part, database) {
        let counted: (i64,) =
            with!(writer, connection => sqlx::query_as("PRAGMA user_version").fetch_one(connection).await?);
        return Ok((counted.0 == known).then_some(known));
    }
    Ok(Some(known))
}

/// Which scripts were applied.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS service_migration (
    part TEXT NOT NULL,
    version INTEGER NOT NULL,
    applied INTEGER NOT NULL,
    PRIMARY KEY (part, version)
) STRICT;";

impl Part {
    const fn scripts(self) -> (&'static str, &'static [Script]) {
        match self {
            Self::Service => ("service", SERVICE),
            Self::Issuer => ("issuer", ISSUER),
        }
    }
}

/// What one version changes.
enum Script {
    /// For both databases.
    Both(&'static str),
    /// For SQLite alone: PostgreSQL never had what it mends.
    Sqlite(&'static str),
}

impl Script {
    /// The script in the words of a database.
    fn text(&self, is_postgres: bool) -> String {
        match self {
            Self::Both(text) if is_postgres => for_postgres(text),
            Self::Sqlite(_) if is_postgres => String::new(),
            Self::Both(text) | Self::Sqlite(text) => (*text).to_owned(),
        }
    }
}

/// A script of tables in PostgreSQL's words.
fn for_postgres(script: &str) -> String {
    script
        .replace(" INTEGER PRIMARY KEY", " BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY")
        .replace(" INTEGER", " BIGINT")
        .replace(" BLOB", " BYTEA")
        .replace(" ANY", " BYTEA")
        .replace(") STRICT, WITHOUT ROWID", ")")
        .replace(") STRICT", ")")
}
