//! The issuer's store, for commands that do one thing after the other: [`tamarack_service::store`], waited for.

use std::path::{Path, PathBuf};

use tamarack::Timestamp;
use tamarack_cli::{Exit, Failure};
use tamarack_service::store::issuing::Bases;
pub use tamarack_service::store::issuing::{
    Batch, BatchKey, BatchLock, ChunkRecord, Filter, First, Issuer, KeyRecord, KeyState, ListRecord, Migration, NewKey,
    Record, Reservation, RowFault, Span, State, StoredCredential, StoredMigration, Transition, TypeRecord, Wanted,
};
pub use tamarack_service::store::{Address, AuditEvent, Database, Migrated, StoreError as Cause};
use tokio::runtime::{Builder, Runtime};

/// The name of the file in the store's folder.
pub const FILE: &str = "issuer.sqlite3";
/// Credentials that are read at once.
const PAGE: usize = 1_000;

/// An open store.
#[derive(Debug)]
pub struct Store {
    runtime: Runtime,
    database: Database,
    place: Place,
    bases: Bases,
}

/// Where a store is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// In a folder.
    Folder(PathBuf),
    /// In a database.
    Database(Address),
}

impl Place {
    /// The address of its database.
    #[must_use]
    pub fn address(&self) -> Address {
        match self {
            Self::Folder(folder) => Address::File(folder.join(FILE)),
            Self::Database(address) => address.clone(),
        }
    }
}

/// What can go wrong with the store.
#[derive(Debug)]
pub struct StoreError(pub Cause);

impl From<Cause> for StoreError {
    fn from(cause: Cause) -> Self {
        Self(cause)
    }
}

impl From<tamarack::Fault> for StoreError {
    fn from(fault: tamarack::Fault) -> Self {
        Self(fault.into())
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self(error.into())
    }
}

impl From<StoreError> for Failure {
    fn from(StoreError(cause): StoreError) -> Self {
        match cause {
            Cause::Missing => Self::new(Exit::Usage, "store.missing"),
            Cause::Exists => Self::new(Exit::Usage, "store.exists"),
            Cause::TooNew => Self::new(Exit::Usage, "store.too_new"),
            Cause::Address => Self::new(Exit::Usage, "store.address"),
            Cause::NotFound(name) => Self::new(Exit::Usage, "store.not_found").with("name", name),
            Cause::Conflict(name) => Self::new(Exit::Usage, "store.conflict").with("name", name),
            Cause::NoStatus(purpose) => Self::new(Exit::Usage, "store.no_status").with("purpose", purpose),
            Cause::Revoked(id) => Self::new(Exit::Usage, "store.revoked").with("name", id),
            Cause::Busy => Self::new(Exit::Unavailable, "store.busy"),
            Cause::Io(error) => Self::new(Exit::Usage, "store.failed").because(&error),
            ref lost @ Cause::Database(_) if lost.is_passing() => Self::new(Exit::Unavailable, "store.unreachable"),
            Cause::Database(code) => match sqlite_result(&code) {
                // SQLITE_PERM, SQLITE_READONLY, SQLITE_FULL, SQLITE_CANTOPEN.
                Some(3 | 8 | 13 | 14) => Self::new(Exit::Usage, "store.unwritable"),
                // SQLITE_CORRUPT, SQLITE_NOTADB.
                Some(11 | 26) => Self::new(Exit::Data, "store.damaged"),
                _ => Self::new(Exit::Internal, "store.failed").with_text("reason", "reason-database", code),
            },
            Cause::Fault(fault) => fault.into(),
            other => Self::new(Exit::Internal, "store.failed").with("reason", other),
        }
    }
}

/// The result that an extended code of SQLite belongs to; the codes of PostgreSQL have five characters.
fn sqlite_result(code: &str) -> Option<u16> {
    let extended: u16 = code.parse().ok().filter(|_| code.len() < 5)?;
    Some(extended & 0xff)
}

impl Store {
    /// Makes a store in a folder, which is made too if it is not there.
    ///
    /// # Errors
    /// [`Cause::Exists`] if the folder holds a store already; [`Cause::Database`], [`Cause::Io`].
    pub fn create(folder: &Path, issuer: &Issuer, now: Timestamp) -> Result<Self, StoreError> {
        Self::create_at(Place::Folder(folder.to_owned()), issuer, now)
    }

    /// Makes a store.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn create_at(place: Place, issuer: &Issuer, now: Timestamp) -> Result<Self, StoreError> {
        if let Place::Folder(folder) = &place {
            std::fs::create_dir_all(folder)?;
            restrict(folder)?;
        }
        let store = Self::connect(place, now)?;
        store.wait(store.database.create_issuer(issuer, now))?;
        Ok(store)
    }

    /// Opens the store of a folder and brings it to this version's tables.
    ///
    /// # Errors
    /// [`Cause::Missing`] if there is none, [`Cause::TooNew`], [`Cause::Database`].
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self, StoreError> {
        Self::open_at(Place::Folder(folder.to_owned()), now)
    }

    /// Opens a store and brings it to this version's tables.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_at(place: Place, now: Timestamp) -> Result<Self, StoreError> {
        if let Address::File(file) = place.address()
            && !file.is_file()
        {
            return Err(Cause::Missing.into());
        }
        let store = Self::connect(place, now)?;
        store.wait(store.database.open_issuer(now))?;
        Ok(store)
    }

    /// Brings the tables to this version, and tells what was done to them.
    ///
    /// # Errors
    /// [`Cause::Missing`] for a folder without a store, [`Cause::TooNew`], [`Cause::Database`].
    pub fn migrate_at(place: &Place, now: Timestamp) -> Result<Vec<Migrated>, StoreError> {
        if let Address::File(file) = place.address()
            && !file.is_file()
        {
            return Err(Cause::Missing.into());
        }
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let (database, service) = Database::open_and_tell(&place.address(), now).await?;
            let issuer = database.migrate_issuer(now).await?;
            database.close().await;
            Ok(vec![service, issuer])
        })
    }

    fn connect(place: Place, now: Timestamp) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let database = runtime.block_on(Database::open(&place.address(), now))?;
        Ok(Self { runtime, database, place, bases: Bases::default() })
    }

    /// Where it is.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The folder beside which a batch keeps its lock; none for a store in PostgreSQL.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder),
            Place::Database(Address::File(file)) => file.parent(),
            Place::Database(Address::Postgres(_)) => None,
        }
    }

    /// Waits for something that the database does.
    ///
    /// # Errors
    /// Those of the future.
    pub fn wait<T>(&self, what: impl Future<Output = Result<T, Cause>>) -> Result<T, StoreError> {
        Ok(self.runtime.block_on(what)?)
    }

    /// Writes down what the command line did.
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn audit(&self, action: &str, object: &str, now: Timestamp) -> Result<(), StoreError> {
        let event = AuditEvent { at: now, actor: "cli", action, object, detail: "" };
        self.wait(self.database.audit(&event))
    }

    /// Waits for something that uses the database.
    pub fn run<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// The database itself, for [`Self::wait`] and [`Self::run`].
    #[must_use]
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Whose store it is.
    ///
    /// # Errors
    /// [`Cause::Missing`] if its making was interrupted.
    pub fn issuer(&self) -> Result<Issuer, StoreError> {
        self.wait(self.database.issuer())
    }

    /// [`Database::add_key`].
    ///
    /// # Errors
    /// [`Cause::Conflict`].
    pub fn add_key(&self, key: &NewKey<'_>, now: Timestamp) -> Result<KeyRecord, StoreError> {
        self.wait(self.database.add_key(key, now))
    }

    /// [`Database::retire_key`].
    ///
    /// # Errors
    /// [`Cause::NotFound`].
    pub fn retire_key(&self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        self.wait(self.database.retire_key(id, now))
    }

    /// [`Database::keys`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.wait(self.database.keys())
    }

    /// [`Database::key`].
    ///
    /// # Errors
    /// [`Cause::NotFound`].
    pub fn key(&self, id: i64) -> Result<KeyRecord, StoreError> {
        self.wait(self.database.key(id))
    }

    /// [`Database::add_type`].
    ///
    /// # Errors
    /// [`Cause::Conflict`].
    pub fn add_type(&self, name: &str, document: &str, replace: bool, now: Timestamp) -> Result<(), StoreError> {
        self.wait(self.database.add_type(name, document, replace, now))
    }

    /// [`Database::types`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn types(&self) -> Result<Vec<TypeRecord>, StoreError> {
        self.wait(self.database.types())
    }

    /// [`Database::credential_type`].
    ///
    /// # Errors
    /// [`Cause::NotFound`].
    pub fn credential_type(&self, name: &str) -> Result<TypeRecord, StoreError> {
        self.wait(self.database.credential_type(name))
    }

    /// Takes one status index. It is taken for good, whether a credential comes of it or not.
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn reserve_index(&self, wanted: &Wanted<'_>) -> Result<Reservation, StoreError> {
        let taken = self.wait(self.database.reserve_indexes(wanted, 1))?;
        Ok(taken.into_iter().next().ok_or_else(|| Cause::NotFound("status list".to_owned()))?)
    }

    /// [`Database::status_lists`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn status_lists(&self) -> Result<Vec<ListRecord>, StoreError> {
        self.wait(self.database.status_lists())
    }

    /// [`Database::set_indexes`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn set_indexes(&self, list: i64, purpose: &str) -> Result<Vec<usize>, StoreError> {
        self.wait(self.database.set_indexes(list, purpose))
    }

    /// [`Database::add_credential`].
    ///
    /// # Errors
    /// [`Cause::Conflict`] if its id is taken.
    pub fn add_credential(&self, record: &Record<'_>) -> Result<(), StoreError> {
        self.wait(self.database.add_credential(record))
    }

    /// [`Database::credential`].
    ///
    /// # Errors
    /// [`Cause::NotFound`].
    pub fn credential(&self, id: &str) -> Result<StoredCredential, StoreError> {
        self.wait(self.database.credential(id))
    }

    /// [`Database::body`].
    ///
    /// # Errors
    /// [`Cause::NotFound`].
    pub fn body(&self, id: &str) -> Result<Option<String>, StoreError> {
        self.wait(self.database.body(id))
    }

    /// Calls `each` for every credential of a filter, the newest first, one at a time.
    ///
    /// # Errors
    /// [`Cause::Database`], and what `each` gives.
    pub fn list_credentials<E: From<StoreError>>(
        &self,
        filter: &Filter<'_>,
        mut each: impl FnMut(StoredCredential) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut left = filter.limit.unwrap_or(usize::MAX);
        let mut before = None;
        while left > 0 {
            let page = self.wait(self.database.credentials(filter, before, left.min(PAGE)))?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            before = Some(*last);
            left -= page.len();
            for (_, credential) in page {
                each(credential)?;
            }
        }
        Ok(())
    }

    /// [`Database::change_state`].
    ///
    /// # Errors
    /// [`Cause::NotFound`]; [`Cause::NoStatus`]; [`Cause::Revoked`].
    pub fn change_state(&self, id: &str, change: Transition, now: Timestamp) -> Result<State, StoreError> {
        self.wait(self.database.change_state(id, change, now))
    }

    /// [`Database::add_migration`].
    ///
    /// # Errors
    /// [`Cause::NotFound`]; [`Cause::Revoked`].
    pub fn add_migration(&self, migration: &Migration<'_>) -> Result<(), StoreError> {
        self.wait(self.database.add_migration(migration))
    }

    /// [`Database::migrations_of`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn migrations_of(&self, id: &str) -> Result<Vec<StoredMigration>, StoreError> {
        self.wait(self.database.migrations_of(id))
    }

    /// [`Database::batch`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn batch(&self, key: &BatchKey<'_>) -> Result<Option<Batch>, StoreError> {
        self.wait(self.database.batch(key))
    }

    /// [`Database::output_in_use`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn output_in_use(&self, output: &str) -> Result<bool, StoreError> {
        self.wait(self.database.output_in_use(output))
    }

    /// [`Database::begin_batch`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn begin_batch(
        &self,
        key: &BatchKey<'_>,
        batch: &Batch,
        status: Option<&Wanted<'_>>,
    ) -> Result<Batch, StoreError> {
        self.wait(self.database.begin_batch(key, batch, status))
    }

    /// [`Database::batch_spans`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn batch_spans(&self, batch: i64) -> Result<Vec<Span>, StoreError> {
        self.wait(self.database.batch_spans(batch))
    }

    /// [`Database::first_of_batch`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn first_of_batch(&self, batch: i64) -> Result<Option<First>, StoreError> {
        self.wait(self.database.first_of_batch(batch))
    }

    /// [`Database::restart_output`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn restart_output(&self, batch: i64, output: &str) -> Result<(), StoreError> {
        self.wait(self.database.restart_output(batch, output))
    }

    /// [`Database::record_chunk`].
    ///
    /// # Errors
    /// [`Cause::Database`], [`Cause::Conflict`].
    pub fn record_chunk(&mut self, batch: i64, chunk: &ChunkRecord<'_>) -> Result<(), StoreError> {
        let Self { runtime, database, bases, .. } = self;
        Ok(runtime.block_on(database.record_chunk(batch, chunk, bases))?)
    }

    /// [`Database::record_again`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn record_again(&self, records: &[Record<'_>]) -> Result<(), StoreError> {
        self.wait(self.database.record_again(records))
    }

    /// [`Database::finish_batch`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn finish_batch(&self, batch: i64, length: u64, now: Timestamp) -> Result<(), StoreError> {
        self.wait(self.database.finish_batch(batch, length, now))
    }

    /// [`Database::batch_faults`].
    ///
    /// # Errors
    /// [`Cause::Database`].
    pub fn batch_faults(&self, batch: i64) -> Result<Vec<RowFault>, StoreError> {
        self.wait(self.database.batch_faults(batch))
    }
}

/// A connection that is closed brings what it wrote into the file.
impl Drop for Store {
    fn drop(&mut self) {
        self.runtime.block_on(self.database.close());
    }
}

/// Only the owner may look into the folder.
#[cfg(unix)]
fn restrict(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn restrict(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
