//! Connections that stay open, each for one caller at a time.
//!
//! sqlx's own pool asks a connection whether it lives before it hands it out, and again when it comes back: two more ways to the
//! database for each statement, which for statements as short as ours cost more than the statement. Here a connection is asked
//! only when it has rested for a while or when something went wrong.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Connection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::StoreError;

/// What can end a transaction that whoever began it has given up.
pub(super) trait Undo: Connection {
    /// Ends it, if there is one. It may be that the connection is broken.
    fn undo(&mut self) -> impl Future<Output = ()> + Send;
}

impl Undo for SqliteConnection {
    async fn undo(&mut self) {
        // Without a transaction this is an error, and nothing.
        let _ = sqlx::query("ROLLBACK").execute(self).await;
    }
}

impl Undo for PgConnection {
    /// sqlx ends its own, and there are no others.
    async fn undo(&mut self) {}
}

/// How long a caller waits for its turn.
const WAITING: Duration = Duration::from_secs(10);
/// A connection that has rested for longer is asked first whether it lives.
const RESTED: Duration = Duration::from_secs(5);
/// How long it may take to answer that.
const ANSWERING: Duration = Duration::from_secs(5);
/// After this long a connection is made anew, so that no server keeps what one has gathered for ever.
const LIFETIME: Duration = Duration::from_secs(1_800);
/// Between two tries to connect, at first and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(200));

/// Connections to one database. Clones share them.
#[expect(private_bounds, reason = "those that there are, are known here")]
pub struct Connections<C: Undo + 'static> {
    inner: Arc<Inner<C>>,
}

struct Inner<C: Undo + 'static> {
    options: C::Options,
    /// For how long a connection that cannot be made just now is tried again.
    patience: Duration,
    /// For ever, if they may be as old as they like.
    lifetime: Option<Duration>,
    most: u32,
    places: Arc<Semaphore>,
    free: Mutex<Free<C>>,
}

struct Free<C> {
    /// The one that rested last is taken first.
    all: Vec<Resting<C>>,
    /// When something last went wrong: those that rest since before are asked whether they live.
    doubted: Option<Instant>,
}

struct Resting<C> {
    connection: C,
    made: Instant,
    since: Instant,
}

/// A connection of one caller. Unless he says [`Lane::keep`], it is asked whether it lives before anybody else has it; that also
/// ends a transaction that he gave up.
pub(super) struct Lane<C: Undo + 'static> {
    /// Gone when it is dropped.
    held: Option<(C, OwnedSemaphorePermit)>,
    made: Instant,
    is_good: bool,
    inner: Arc<Inner<C>>,
}

#[expect(private_bounds, reason = "as above")]
impl<C: Undo + 'static> Connections<C> {
    /// At most so many connections, to a server.
    pub(super) fn to_server(options: C::Options, most: u32, patience: Duration) -> Self {
        Self::new(options, most, patience, Some(LIFETIME))
    }

    /// At most so many connections, to a file.
    pub(super) fn to_file(options: C::Options, most: u32, patience: Duration) -> Self {
        Self::new(options, most, patience, None)
    }

    fn new(options: C::Options, most: u32, patience: Duration, lifetime: Option<Duration>) -> Self {
        let places = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1)));
        let free = Mutex::new(Free { all: Vec::new(), doubted: None });
        Self { inner: Arc::new(Inner { options, patience, lifetime, most, places, free }) }
    }

    /// A connection, when one is free.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if none is for too long; what a new one says; [`StoreError::Database`] if they were closed.
    pub(super) async fn take(&self) -> Result<Lane<C>, StoreError> {
        let place = timeout(WAITING, Arc::clone(&self.inner.places).acquire_owned()).await;
        let place = place.map_err(|_| StoreError::Busy)?.map_err(|_| StoreError::Database("closed".to_owned()))?;
        while let Some((mut resting, is_doubtful)) = self.inner.pop() {
            if self.inner.lifetime.is_some_and(|most| resting.made.elapsed() > most) {
                let _ = timeout(ANSWERING, resting.connection.close()).await;
                continue;
            }
            if !is_doubtful && resting.since.elapsed() < RESTED || lives(&mut resting.connection).await {
                return Ok(self.lane(resting.connection, place, resting.made));
            }
            self.inner.forget_free();
        }
        Ok(self.lane(self.open().await?, place, Instant::now()))
    }

    /// A connection that is nobody else's, beside the others.
    ///
    /// # Errors
    /// What it says.
    pub(super) async fn open(&self) -> Result<C, StoreError> {
        let begin = Instant::now();
        let mut pause = PAUSE.0;
        loop {
            match C::connect_with(&self.inner.options).await.map_err(StoreError::from) {
                Err(error) if error.is_passing() && begin.elapsed() < self.inner.patience => {
                    sleep(pause).await;
                    pause = (pause * 2).min(PAUSE.1);
                }
                other => return other,
            }
        }
    }

    /// Waits until all have come back, and closes them.
    pub(super) async fn close(&self) {
        let all = timeout(WAITING, self.inner.places.acquire_many(self.inner.most)).await;
        self.inner.places.close();
        drop(all);
        while let Some((resting, _)) = self.inner.pop() {
            let _ = resting.connection.close().await;
        }
    }

    fn lane(&self, connection: C, place: OwnedSemaphorePermit, made: Instant) -> Lane<C> {
        Lane { held: Some((connection, place)), made, is_good: false, inner: Arc::clone(&self.inner) }
    }
}

impl<C: Undo + 'static> Clone for Connections<C> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

/// The options may hold a password.
impl<C: Undo + 'static> fmt::Debug for Connections<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").field("most", &self.inner.most).finish_non_exhaustive()
    }
}

impl<C: Undo + 'static> Inner<C> {
    fn free(&self) -> MutexGuard<'_, Free<C>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that rests, and whether it is doubtful.
    fn pop(&self) -> Option<(Resting<C>, bool)> {
        let mut free = self.free();
        let resting = free.all.pop()?;
        let is_doubtful = free.doubted.is_some_and(|at| resting.since <= at);
        Some((resting, is_doubtful))
    }

    fn rest(&self, connection: C, made: Instant) {
        let resting = Resting { connection, made, since: Instant::now() };
        self.free().all.push(resting);
    }

    /// Where one does not live, the others hardly do: the server was begun anew.
    fn forget_free(&self) {
        let all = std::mem::take(&mut self.free().all);
        drop(all);
    }
}

impl<C: Undo + 'static> Lane<C> {
    /// The connection.
    ///
    /// # Errors
    /// None: it is there until the lane is dropped.
    pub(super) fn connection(&mut self) -> Result<&mut C, StoreError> {
        self.held.as_mut().map(|(connection, _)| connection).ok_or_else(|| StoreError::Database("closed".to_owned()))
    }

    /// Says that nothing went wrong.
    pub(super) const fn keep(&mut self) {
        self.is_good = true;
    }
}

impl<C: Undo + 'static> Drop for Lane<C> {
    fn drop(&mut self) {
        let Some((mut connection, place)) = self.held.take() else { return };
        if self.is_good {
            self.inner.rest(connection, self.made);
            return;
        }
        self.inner.free().doubted = Some(Instant::now());
        // Without a runtime, which is when the program ends, it is closed.
        let Ok(runtime) = Handle::try_current() else { return };
        let (inner, made) = (Arc::clone(&self.inner), self.made);
        runtime.spawn(async move {
            let _ = timeout(ANSWERING, connection.undo()).await;
            if lives(&mut connection).await {
                inner.rest(connection, made);
            } else {
                inner.forget_free();
            }
            drop(place);
        });
    }
}

async fn lives<C: Undo + 'static>(connection: &mut C) -> bool {
    matches!(timeout(ANSWERING, connection.ping()).await, Ok(Ok(())))
}
