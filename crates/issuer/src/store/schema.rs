//! The tables, as a list of migrations that only grows.

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tamarack::Timestamp;

use super::StoreError;

/// Each entry brings the store one version further. An entry that was released never changes.
const MIGRATIONS: &[&str] = &[
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
];

/// The version that this program makes.
pub(super) fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings a store to the newest version; several processes may try at once.
pub(super) fn migrate(connection: &mut Connection, now: Timestamp) -> Result<(), StoreError> {
    if super::version(connection)? == newest() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    apply(&transaction, now)?;
    transaction.commit()?;
    Ok(())
}

/// Applies the migrations that are missing, within a transaction that has the write lock.
pub(super) fn apply(transaction: &Transaction<'_>, now: Timestamp) -> Result<(), StoreError> {
    let version = super::version(transaction)?;
    if version > newest() {
        return Err(StoreError::TooNew);
    }
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, applied INTEGER NOT NULL) STRICT",
    )?;
    for (number, script) in (1_i64..).zip(MIGRATIONS).filter(|(number, _)| *number > version) {
        transaction.execute_batch(script)?;
        transaction.execute("INSERT INTO migration (version, applied) VALUES (?1, ?2)", (number, now.unix()))?;
    }
    transaction.pragma_update(None, "user_version", newest())?;
    Ok(())
}
