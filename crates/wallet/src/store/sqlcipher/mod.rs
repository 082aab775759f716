//! A store in an encrypted file: SQLite with SQLCipher.
//!
//! A folder holds `wallet.db`, every page of it under AES-256 with a MAC, and `wallet.key`, which holds the database's key,
//! wrapped: by a passphrase (Argon2id) or by the device's secure hardware. Neither says anything without the [`Guard`].
//!
//! A write is one transaction in the write-ahead log, synchronized before it returns (`synchronous=FULL`).

mod key_file;
#[cfg(test)]
mod older;
mod schema;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod torn;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, Row, TransactionBehavior, params};
use tamarack::Randomness;
use tamarack::encoding::hex_encode;
use zeroize::Zeroizing;

use super::{Change, Kind, Store, check};
use crate::device::DeviceKeys;
use crate::error::{Result, WalletCode, WalletError};
use crate::limits;
use key_file::{DatabaseKey, KeyFile};

const DATABASE: &str = "wallet.db";
/// The rollback journal, which is there while the key is being changed.
const JOURNAL: &str = "wallet.db-journal";
/// The database while it is being made.
const UNFINISHED: &str = "wallet.new";
/// What SQLite puts beside a database.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// What the database's key is wrapped by.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Guard<'g> {
    /// A passphrase, at most [`limits::PASSPHRASE_BYTES`]. It goes through Argon2id, which takes a fraction of a second and
    /// 64 MiB; letters that can be written in two ways (é) count as the same.
    Passphrase(&'g str),
    /// The device's secure hardware.
    Device(&'g dyn DeviceKeys),
}

impl core::fmt::Debug for Guard<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Passphrase(_) => "Passphrase(redacted)",
            Self::Device(_) => "Device(..)",
        })
    }
}

/// A store in an encrypted file. It is unlocked when it is made or opened, and until [`SqlCipherStore::lock`].
pub struct SqlCipherStore {
    folder: PathBuf,
    /// `None` while it is locked: then nothing of the key is in memory.
    connection: Mutex<Option<Connection>>,
}

impl SqlCipherStore {
    /// Makes a store in a folder, which is made as well if it is not there.
    ///
    /// # Errors
    /// [`WalletCode::StoreExists`], [`WalletCode::StoreWrongKey`] for an empty or overlong passphrase,
    /// [`WalletCode::StoreUnavailable`], [`WalletCode::StoreFull`]; the device's.
    pub fn create(folder: &Path, guard: Guard<'_>, randomness: &mut dyn Randomness) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|error| io(&error))?;
        if Self::exists(folder) {
            return Err(WalletCode::StoreExists.into());
        }
        // What a making that was not finished left behind: nobody ever had its key.
        remove(folder, UNFINISHED)?;
        let key = DatabaseKey::fresh(randomness)?;
        let file = KeyFile::new(&key, guard, randomness)?;
        let connection = connect(&folder.join(UNFINISHED), &key, true)?;
        schema::create(&connection)?;
        close(connection);
        // The key first: a database whose key nobody has would be lost, a key without its database is found by `open`.
        file.write(folder)?;
        fs::rename(folder.join(UNFINISHED), folder.join(DATABASE)).map_err(|error| io(&error))?;
        key_file::sync_folder(folder)?;
        let connection = connect(&folder.join(DATABASE), &key, false)?;
        Ok(Self { folder: folder.to_owned(), connection: Mutex::new(Some(connection)) })
    }

    /// Opens the store in a folder.
    ///
    /// # Errors
    /// [`WalletCode::StoreMissing`]; [`WalletCode::StoreWrongKey`] for another passphrase, device or kind of guard, which
    /// changes nothing; [`WalletCode::StoreTooNew`], [`WalletCode::StoreDamaged`], [`WalletCode::StoreUnavailable`]; the device's.
    pub fn open(folder: &Path, guard: Guard<'_>) -> Result<Self> {
        let store = Self { folder: folder.to_owned(), connection: Mutex::new(None) };
        store.unlock(guard)?;
        Ok(store)
    }

    /// Whether there is a store in a folder.
    #[must_use]
    pub fn exists(folder: &Path) -> bool {
        folder.join(key_file::NAME).exists() || folder.join(DATABASE).exists()
    }

    /// Removes the store of a folder for good: what it held cannot be had back.
    ///
    /// # Errors
    /// [`WalletCode::StoreUnavailable`].
    pub fn destroy(folder: &Path) -> Result<()> {
        // The key first: without it, what may be left of the database is noise.
        remove_file(&folder.join(key_file::NAME))?;
        remove(folder, DATABASE)?;
        remove(folder, UNFINISHED)?;
        key_file::sync_folder(folder)
    }

    /// Locks the store and wipes its key. What is under way on other threads is finished first.
    pub fn lock(&self) {
        if let Some(connection) = self.connection().take() {
            close(connection);
        }
    }

    /// Whether it is locked.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.connection().is_none()
    }

    /// Unlocks the store. One that is unlocked already stays so, if the guard is the right one.
    ///
    /// # Errors
    /// As [`SqlCipherStore::open`].
    pub fn unlock(&self, guard: Guard<'_>) -> Result<()> {
        let mut connection = self.connection();
        let mut file = KeyFile::read(&self.folder)?;
        let key = file.unwrap_current(guard)?;
        if connection.is_some() {
            return Ok(());
        }
        let database = self.folder.join(DATABASE);
        if !database.exists() {
            // Making it was interrupted between its two last steps.
            fs::rename(self.folder.join(UNFINISHED), &database)
                .map_err(|_| WalletError::new(WalletCode::StoreDamaged).about(DATABASE))?;
        }
        let opened = match (connect(&database, &key, false), file.has_next()) {
            (opened, false) => opened?,
            // Changing the key was interrupted: either it came about or it did not.
            (Ok(opened), true) => {
                file.forget_next();
                file.write(&self.folder)?;
                opened
            }
            (Err(_), true) => {
                let next = file.unwrap_next(guard)?;
                let opened = connect(&database, &next, false)?;
                file.take_next();
                file.write(&self.folder)?;
                opened
            }
        };
        schema::migrate(&opened)?;
        *connection = Some(opened);
        Ok(())
    }

    /// Puts another guard in the place of the present one: a new passphrase, or the device for a passphrase. The database's
    /// key stays.
    ///
    /// # Errors
    /// As [`SqlCipherStore::open`] for the present guard, as [`SqlCipherStore::create`] for the new one; then the present one
    /// stays good.
    pub fn change_guard(&self, present: Guard<'_>, new: Guard<'_>, randomness: &mut dyn Randomness) -> Result<()> {
        // Whoever holds the connection is alone with the key file, in this process; and a change of key that was interrupted
        // is settled first.
        self.unlock(present)?;
        let _alone = self.connection();
        let key = KeyFile::read(&self.folder)?.unwrap_current(present)?;
        KeyFile::new(&key, new, randomness)?.write(&self.folder)
    }

    /// Encrypts the whole database under a new key. It takes the time of writing all of it.
    ///
    /// # Errors
    /// As [`SqlCipherStore::open`]; [`WalletCode::StoreFull`]. Then the present key stays.
    pub fn rekey(&self, guard: Guard<'_>, randomness: &mut dyn Randomness) -> Result<()> {
        self.unlock(guard)?;
        let mut held = self.connection();
        let mut file = KeyFile::read(&self.folder)?;
        let present = file.unwrap_current(guard)?;
        let next = DatabaseKey::fresh(randomness)?;
        file.set_next(&next, guard, randomness)?;
        file.write(&self.folder)?;
        let connection = held.take().ok_or(WalletCode::StoreLocked)?;
        let Err(error) = self.change_key(&connection, &next) else {
            *held = Some(connection);
            file.take_next();
            return file.write(&self.folder);
        };
        // A connection whose change of key failed half-way may write under the one key and read under the other: it is given up. Which
        // key the database has is tried, as after a crash; if that fails as well, the store is locked, and the next opening tries it.
        close(connection);
        let database = self.folder.join(DATABASE);
        let (again, came_about) = match connect(&database, &present, false) {
            Ok(again) => (again, false),
            Err(_) => (connect(&database, &next, false)?, true),
        };
        if came_about {
            file.take_next()
        } else {
            file.forget_next()
        }
        file.write(&self.folder)?;
        *held = Some(again);
        if came_about { Ok(()) } else { Err(error) }
    }

    fn change_key(&self, connection: &Connection, next: &DatabaseKey) -> Result<()> {
        // With a rollback journal, whose pages are under the key of the file that they belong to.
        let journal = |mode: &str| -> Result<()> {
            let now: String = connection
                .pragma_update_and_check(None, "journal_mode", mode, |row| row.get(0))
                .map_err(|e| sql(&e))?;
            if now.eq_ignore_ascii_case(mode) { Ok(()) } else { Err(WalletCode::StoreBusy.into()) }
        };
        journal("DELETE")?;
        let text = statement("PRAGMA rekey = ", next);
        guarded(connection, || connection.execute_batch(&text).map_err(|error| sql(&error)))?;
        // SQLCipher says that all is well even where the commit failed, for want of room above all. Then the journal is still there, and
        // nothing more may be done with this connection: from the journal, the next one puts the old pages back.
        let database = self.folder.join(DATABASE);
        let failed = || WalletError::new(WalletCode::StoreUnavailable).about("rekey");
        if self.folder.join(JOURNAL).exists() {
            return Err(failed());
        }
        // And every page is asked whether it is under the new key, over another connection: this one has both keys in memory.
        let probe = connect_without_log(&database, next)?;
        let strange = damaged_pages(&probe);
        close(probe);
        if strange? > 0 {
            return Err(failed());
        }
        journal("WAL")?;
        Ok(())
    }

    /// Reads all of the store and checks it: the MAC of every page, then SQLite's own rules.
    ///
    /// # Errors
    /// [`WalletCode::StoreDamaged`] with how much is; as [`Store`].
    pub fn check(&self) -> Result<()> {
        self.with(|connection| {
            // The first looks at the file alone, not at its log.
            connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(|error| sql(&error))?;
            let pages = damaged_pages(connection)?;
            if pages > 0 {
                return Err(WalletError::new(WalletCode::StoreDamaged).about(format!("pages: {pages}")));
            }
            match rows(connection, "PRAGMA integrity_check")?.as_slice() {
                [fine] if fine == "ok" => Ok(()),
                findings => {
                    Err(WalletError::new(WalletCode::StoreDamaged).about(format!("findings: {}", findings.len())))
                }
            }
        })
    }

    fn connection(&self) -> MutexGuard<'_, Option<Connection>> {
        // A transaction that a panic interrupts is rolled back when it is dropped.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        match self.connection().as_mut() {
            Some(connection) => work(connection),
            None => Err(WalletCode::StoreLocked.into()),
        }
    }
}

impl Store for SqlCipherStore {
    fn read(&self, kind: Kind, id: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        self.with(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT bytes FROM record WHERE kind = ?1 AND id = ?2")
                .map_err(|e| sql(&e))?;
            let bytes = statement.query_row(params![number(kind), id], |row| row.get::<_, Vec<u8>>(0));
            Ok(bytes.optional().map_err(|error| sql(&error))?.map(Zeroizing::new))
        })
    }

    fn list(&self, kind: Kind, after: Option<&str>, limit: usize) -> Result<Vec<(String, Vec<u8>)>> {
        self.rows("id, bytes", kind, after, limit, |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn ids(&self, kind: Kind, after: Option<&str>, limit: usize) -> Result<Vec<String>> {
        self.rows("id", kind, after, limit, |row| row.get(0))
    }

    fn count(&self, kind: Kind) -> Result<usize> {
        self.with(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT count(*) FROM record WHERE kind = ?1")
                .map_err(|error| sql(&error))?;
            statement.query_row(params![number(kind)], |row| row.get(0)).map_err(|error| sql(&error))
        })
    }

    fn write(&self, changes: &[Change]) -> Result<()> {
        check(changes)?;
        self.with(|connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|error| sql(&error))?;
            for change in changes {
                apply(&transaction, change)?;
            }
            transaction.commit().map_err(|error| sql(&error))
        })
    }
}

impl SqlCipherStore {
    fn rows<T>(
        &self,
        columns: &str,
        kind: Kind,
        after: Option<&str>,
        limit: usize,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        // An id may be empty, so that "behind the empty id" is not "from the beginning".
        let from = if after.is_some() { ">" } else { ">=" };
        let text = format!("SELECT {columns} FROM record WHERE kind = ?1 AND id {from} ?2 ORDER BY id LIMIT ?3");
        self.with(|connection| {
            let mut statement = connection.prepare_cached(&text).map_err(|error| sql(&error))?;
            let rows =
                statement.query_map(params![number(kind), after.unwrap_or_default(), limit.min(limits::LISTED)], read);
            rows.map_err(|error| sql(&error))?.collect::<Result<_, _>>().map_err(|error| sql(&error))
        })
    }
}

impl Drop for SqlCipherStore {
    fn drop(&mut self) {
        self.lock();
    }
}

impl core::fmt::Debug for SqlCipherStore {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SqlCipherStore").field("locked", &self.is_locked()).finish_non_exhaustive()
    }
}

/// What a kind is called in the database. A number stays what it is for ever.
const fn number(kind: Kind) -> u8 {
    match kind {
        Kind::Key => 1,
        Kind::Credential => 2,
        Kind::Summary => 3,
        Kind::Pending => 4,
        Kind::History => 5,
        Kind::Receipt => 6,
        Kind::Status => 7,
        Kind::Setting => 8,
    }
}

fn apply(connection: &Connection, change: &Change) -> Result<()> {
    let (text, refused) = match change {
        Change::Put { .. } => (
            "INSERT INTO record (kind, id, bytes) VALUES (?1, ?2, ?3) \
             ON CONFLICT (kind, id) DO UPDATE SET bytes = excluded.bytes",
            None,
        ),
        Change::PutNew { .. } => (
            "INSERT INTO record (kind, id, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (kind, id) DO NOTHING",
            Some(WalletCode::StoreTaken),
        ),
        Change::Remove { .. } => ("DELETE FROM record WHERE kind = ?1 AND id = ?2", None),
        Change::Take { .. } => ("DELETE FROM record WHERE kind = ?1 AND id = ?2", Some(WalletCode::RecordMissing)),
    };
    let mut statement = connection.prepare_cached(text).map_err(|error| sql(&error))?;
    let (kind, id) = (number(change.kind()), change.id());
    let changed = match change.bytes() {
        Some(bytes) => statement.execute(params![kind, id, bytes]),
        None => statement.execute(params![kind, id]),
    };
    match (changed.map_err(|error| sql(&error))?, refused) {
        (0, Some(code)) => Err(code.into()),
        _ => Ok(()),
    }
}

/// The texts that a pragma answers with.
fn rows(connection: &Connection, pragma: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare(pragma).map_err(|error| sql(&error))?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).map_err(|error| sql(&error))?;
    rows.collect::<Result<_, _>>().map_err(|error| sql(&error))
}

/// How many pages of the file have not the MAC that the key makes.
fn damaged_pages(connection: &Connection) -> Result<usize> {
    Ok(rows(connection, "PRAGMA cipher_integrity_check")?.len())
}

/// Opens a database under its key, with a log.
fn connect(path: &Path, key: &DatabaseKey, create: bool) -> Result<Connection> {
    let connection = connect_as(path, key, create)?;
    connection.execute_batch("PRAGMA journal_mode = WAL").map_err(|error| sql(&error))?;
    Ok(connection)
}

/// Opens a database under its key, with whatever journal it has.
fn connect_without_log(path: &Path, key: &DatabaseKey) -> Result<Connection> {
    connect_as(path, key, false)
}

fn connect_as(path: &Path, key: &DatabaseKey, create: bool) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(path, flags).map_err(|error| sql(&error))?;
    key_file::only_for_its_owner(path)?;
    connection.busy_timeout(Duration::from_millis(limits::STORE_WAIT_MILLIS)).map_err(|error| sql(&error))?;
    // What SQLCipher says of a wrong key is for us to say.
    connection.execute_batch("PRAGMA cipher_log_level = NONE").map_err(|error| sql(&error))?;
    let text = statement("PRAGMA key = ", key);
    guarded(&connection, || connection.execute_batch(&text).map_err(|error| sql(&error)))?;
    // The key is tried when the first page is read.
    let settings = "PRAGMA cipher_compatibility = 4;
        SELECT count(*) FROM sqlite_schema;
        PRAGMA synchronous = FULL;
        PRAGMA fullfsync = ON;
        PRAGMA checkpoint_fullfsync = ON;
        PRAGMA secure_delete = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA trusted_schema = OFF;
        PRAGMA cache_size = -16384;";
    connection.execute_batch(settings).map_err(|error| sql(&error))?;
    Ok(connection)
}

/// `PRAGMA key = "x'…'"`: the key itself, so that SQLCipher derives none from it.
fn statement(pragma: &str, key: &DatabaseKey) -> Zeroizing<String> {
    let hex = Zeroizing::new(hex_encode(key.bytes()));
    // Room for everything at once: a text that grows leaves copies behind.
    let mut text = Zeroizing::new(String::with_capacity(pragma.len() + hex.len() + 8));
    for part in [pragma, "\"x'", &hex, "'\""] {
        text.push_str(part);
    }
    text
}

/// One setting of SQLCipher for the whole process says whether memory is wiped when it is given back. It costs two calls of
/// the operating system for each piece of memory, so it is on where keys come and go, and off in between.
static WIPING: Mutex<()> = Mutex::new(());

fn wipe(connection: &Connection, on: bool) -> Result<()> {
    let text = if on { "PRAGMA cipher_memory_security = ON" } else { "PRAGMA cipher_memory_security = OFF" };
    connection.execute_batch(text).map_err(|error| sql(&error))
}

/// Runs a statement that holds a key, while SQLCipher wipes what memory it gives back.
fn guarded<T>(connection: &Connection, run: impl FnOnce() -> Result<T>) -> Result<T> {
    let _alone = WIPING.lock().unwrap_or_else(PoisonError::into_inner);
    wipe(connection, true)?;
    let done = run();
    wipe(connection, false)?;
    done
}

/// Closes a connection, so that nothing of the key or of the pages is left in memory. The setting stays on until the next
/// connection: there is none left here that could turn it off.
fn close(connection: Connection) {
    let _alone = WIPING.lock().unwrap_or_else(PoisonError::into_inner);
    let wiping = wipe(&connection, true);
    // A statement that is still being read cannot be: each is, under the lock. If it were, dropping closes all the same.
    drop(connection.close());
    drop(wiping);
}

fn remove(folder: &Path, name: &str) -> Result<()> {
    BESIDE.iter().try_for_each(|end| remove_file(&folder.join(format!("{name}{end}"))))
}

fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(&error)),
        _ => Ok(()),
    }
}

/// What SQLite says, as the wallet says it. Its sentences stay behind: they quote.
fn sql(error: &rusqlite::Error) -> WalletError {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        // A value of another type than the table's: nobody but us writes it.
        return WalletCode::StoreDamaged.into();
    };
    let code = match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => WalletCode::StoreBusy,
        ErrorCode::DiskFull => WalletCode::StoreFull,
        // SQLCipher gives the general error (1) for a page whose MAC is wrong.
        ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown => WalletCode::StoreDamaged,
        ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::PermissionDenied
        | ErrorCode::SystemIoFailure
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::OutOfMemory => WalletCode::StoreUnavailable,
        ErrorCode::TooBig => WalletCode::StoreLimit,
        _ => WalletCode::Internal,
    };
    WalletError::new(code).about(format!("SQLite {}", failure.extended_code))
}

/// What the file system says.
fn io(error: &std::io::Error) -> WalletError {
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => WalletCode::StoreFull,
        _ => WalletCode::StoreUnavailable,
    };
    WalletError::new(code).about(error.kind().to_string())
}
