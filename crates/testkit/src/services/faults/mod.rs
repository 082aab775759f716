//! Faults: servers and PostgreSQL are killed at random moments in the middle of a load and begun again at once, as a
//! supervisor does it. In the end nothing that was acknowledged may be lost, and nothing that may be used once may have been
//! used twice: both as the wallets saw it and as the database has it.

mod direct;
mod issuer;
mod killer;
mod races;
mod verifier;

use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::LocalSet;
use tokio::time::sleep;

use super::programs::{Issuing, Place, Store, Verifying};
use super::{Done, Failed};
use crate::postgres::Postgres;
use killer::Killer;

/// Wallets at one time.
const WALLETS: usize = 16;
/// How often a step is tried while servers die.
const TRIES: usize = 2_000;

/// What came of one run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Who was killed, on which store.
    pub name: String,
    /// Flows that were acknowledged to their wallet, or whose result was.
    pub flows: usize,
    /// How often somebody was killed.
    pub kills: usize,
    /// Answers that did not come, or said that the server cannot work just now.
    pub cuts: usize,
    /// What was used up, or issued, by a request whose answer did not come.
    pub unacknowledged: usize,
    /// Codes, nonces, proofs and answers that were shown once more on purpose, and refused.
    pub refused_again: usize,
    /// Results whose outcome could be asked for again, but not what was proved: the program took it in one step, and that
    /// answer did not come.
    pub handed_over_unseen: usize,
    /// Races of 64 that exactly one won.
    pub races: usize,
    /// How long it took at most until `/readyz` was green again.
    pub slowest_return: Duration,
    /// How long all of it took.
    pub took: Duration,
    /// What must not be.
    pub wrong: Vec<String>,
}

impl Outcome {
    /// In one line, and one for each thing that must not be.
    #[must_use]
    pub fn line(&self) -> String {
        let mut text = format!(
            "{}: {} flows in {} s, {} kills, {} answers cut, {} unacknowledged, {} shown again and refused, {} handed over \
             unseen, {} races with one winner, ready again after {} ms at most, {} wrong",
            self.name,
            self.flows,
            self.took.as_secs(),
            self.kills,
            self.cuts,
            self.unacknowledged,
            self.refused_again,
            self.handed_over_unseen,
            self.races,
            self.slowest_return.as_millis(),
            self.wrong.len(),
        );
        for wrong in &self.wrong {
            text.push_str("\n    ");
            text.push_str(wrong);
        }
        text
    }
}

/// Runs all of it with so many flows for each who is killed, and gives each outcome to `tell` when it is there.
///
/// # Errors
/// What could not be started; and, at the end, that something was not as it must be.
#[expect(clippy::print_stderr, reason = "whoever runs it must know what was not tried")]
pub fn faults(place: (&Path, &Path), flows: usize, only: &str, tell: impl Fn(&Outcome)) -> Done<()> {
    let place = Place { programs: place.0.to_owned(), scratch: place.1.to_owned() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let postgres = Postgres::start()?;
    if postgres.is_none() {
        eprintln!("no PostgreSQL on this machine: only SQLite is tried");
    }
    let mut wrong = 0;
    let mut done = |outcome: Outcome| {
        wrong += outcome.wrong.len();
        tell(&outcome);
    };
    let wanted = |name: &str| name.contains(only);
    for (who, run) in [("issuer", issuer_killed as Run), ("verifier", verifier_killed)] {
        let name = format!("{who}-sqlite");
        if wanted(&name) {
            done(run(&place, &runtime, &name, Store::Sqlite, flows)?);
        }
        let name = format!("{who}-postgresql");
        if let Some(server) = postgres.as_ref().filter(|_| wanted(&name)) {
            let url = server.database(&name.replace('-', "_"))?;
            done(run(&place, &runtime, &name, Store::Postgres(&url), flows)?);
        }
    }
    if let Some(server) = postgres.filter(|_| wanted("postgresql-itself")) {
        done(postgres_killed(&place, &runtime, server, flows)?);
    }
    if wrong == 0 { Ok(()) } else { Err(Failed::wrong(format!("{wrong} things were not as they must be"))) }
}

type Run = fn(&Place, &Runtime, &str, Store<'_>, usize) -> Done<Outcome>;

/// One process on SQLite, two on PostgreSQL.
const fn processes(store: Store<'_>) -> usize {
    match store {
        Store::Sqlite => 1,
        Store::Postgres(_) => 2,
    }
}

fn issuer_killed(place: &Place, runtime: &Runtime, name: &str, store: Store<'_>, flows: usize) -> Done<Outcome> {
    let begin = Instant::now();
    let mut outcome = Outcome { name: name.to_owned(), ..Outcome::default() };
    let service = Issuing::start(place, name, store, processes(store))?;
    let killer = Killer::of_processes(service.processes.clone());
    let ledger = local(runtime, issuer::flows(&service, flows))?;
    killer.rest(&mut outcome)?;
    local(runtime, issuer::judge(&service, store, ledger, &mut outcome))?;
    outcome.races += local(runtime, races::of_issuer(&service, &mut outcome.wrong))?;
    outcome.took = begin.elapsed();
    Ok(outcome)
}

fn verifier_killed(place: &Place, runtime: &Runtime, name: &str, store: Store<'_>, flows: usize) -> Done<Outcome> {
    let begin = Instant::now();
    let mut outcome = Outcome { name: name.to_owned(), ..Outcome::default() };
    let service = Verifying::start(place, name, store, processes(store))?;
    let killer = Killer::of_processes(service.processes.clone());
    let ledger = local(runtime, verifier::flows(&service, flows))?;
    killer.rest(&mut outcome)?;
    local(runtime, verifier::judge(&service, store, ledger, &mut outcome))?;
    outcome.races += local(runtime, races::of_verifier(&service, &mut outcome.wrong))?;
    outcome.took = begin.elapsed();
    Ok(outcome)
}

/// Both services, two processes each, on one PostgreSQL that is killed. Half of the flows are of each kind.
fn postgres_killed(place: &Place, runtime: &Runtime, server: Postgres, flows: usize) -> Done<Outcome> {
    let begin = Instant::now();
    let name = "postgresql-itself";
    let mut outcome = Outcome { name: name.to_owned(), ..Outcome::default() };
    let url = server.database("itself")?;
    let store = Store::Postgres(&url);
    let issuing = Issuing::start(place, &format!("{name}-issuer"), store, 2)?;
    let verifying = Verifying::start(place, &format!("{name}-verifier"), store, 2)?;
    let all: Vec<_> = issuing.processes.iter().chain(&verifying.processes).cloned().collect();
    let killer = Killer::of_postgres(server, all.clone());
    let (issued, shown) = local(runtime, async {
        let both = tokio::join!(issuer::flows(&issuing, flows / 2), verifier::flows(&verifying, flows / 2));
        Ok((both.0?, both.1?))
    })?;
    let server = killer.rest(&mut outcome)?;
    local(runtime, issuer::judge(&issuing, store, issued, &mut outcome))?;
    local(runtime, verifier::judge(&verifying, store, shown, &mut outcome))?;
    if let Some(server) = server {
        killer::outage(server, &all, &mut outcome)?;
    }
    outcome.took = begin.elapsed();
    Ok(outcome)
}

fn local<T>(runtime: &Runtime, what: impl Future<Output = Done<T>>) -> Done<T> {
    LocalSet::new().block_on(runtime, what)
}

/// Does a step until there is an answer, as a wallet does whose network is bad.
async fn insist<T>(cuts: &Cell<usize>, mut step: impl AsyncFnMut() -> Done<T>) -> Done<T> {
    let mut last = String::new();
    for _ in 0..TRIES {
        match step().await {
            Err(Failed::Cut(why)) => last = why,
            other => return other,
        }
        cuts.set(cuts.get() + 1);
        sleep(Duration::from_millis(10)).await;
    }
    Err(Failed::wrong(format!("no answer after {TRIES} tries: {last}")))
}
