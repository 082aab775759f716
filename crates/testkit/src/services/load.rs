//! Load: whole flows a second, how long each takes, and where the servers' processor time goes.
//!
//! Wallets in this process (one thread) go through flows one after the other, each as fast as the servers answer, on the
//! same cores as the servers. The kernel says how much processor time the servers, PostgreSQL and this process had. Of the
//! servers' time, that of the database is what PostgreSQL's processes and the threads in which SQLite runs had; that of the
//! cryptography is what the bare operations of so many flows cost ([`super::bare`]); the rest is ours, with the kernel's
//! share for our sockets and the database's driver in it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::LocalSet;
use tokio::time::sleep;

use super::bare::Bare;
use super::floor::{self, Seen};
use super::http::Wire;
use super::issuing::IssuingWallet;
use super::presenting::{CardIssuer, ShowingWallet};
use super::programs::{Issuing, Place, Process, Store, Verifying, ports};
use super::{Done, Failed, processor};
use crate::postgres::Postgres;

/// Wallets at one time.
const WALLETS: usize = 8;
/// How long flows run before anything is counted.
const WARMING: Duration = Duration::from_secs(2);
/// How long the floor is measured, at most.
const FLOOR: Duration = Duration::from_secs(5);
/// How long one wallet runs alone.
const ALONE: Duration = Duration::from_secs(3);

/// What is measured for one kind of flow, on one store, in so many processes.
#[derive(Clone, Debug)]
pub struct Figure {
    /// `issue` or `present`, the store, the number of processes.
    pub name: String,
    /// Whole flows a second.
    pub flows_per_s: f64,
    /// How long half of them took at most, in milliseconds.
    pub p50_ms: f64,
    /// How long all but a hundredth of them took at most.
    pub p99_ms: f64,
    /// How long half of them took at most, with one wallet alone.
    pub alone_ms: f64,
    /// The bare cryptography of one flow, in milliseconds of processor time, as all that follows.
    pub crypto_ms: f64,
    /// The database's part of one flow.
    pub database_ms: f64,
    /// The rest of the servers' part.
    pub us_ms: f64,
    /// Of that, what HTTP alone costs: a server that gives the same answers and does nothing else.
    pub floor_ms: f64,
    /// The wallet's part, which is in none of the others.
    pub wallet_ms: f64,
    /// The part of cryptography and database in all three.
    pub ratio: f64,
}

impl Figure {
    /// As one JSON object.
    #[must_use]
    pub fn json(&self) -> String {
        let round = |number: f64| (number * 1_000.0).round() / 1_000.0;
        serde_json::json!({
            "name": self.name,
            "flows_per_s": round(self.flows_per_s),
            "p50_ms": round(self.p50_ms),
            "p99_ms": round(self.p99_ms),
            "alone_ms": round(self.alone_ms),
            "crypto_ms": round(self.crypto_ms),
            "database_ms": round(self.database_ms),
            "us_ms": round(self.us_ms),
            "floor_ms": round(self.floor_ms),
            "wallet_ms": round(self.wallet_ms),
            "ratio": round(self.ratio),
        })
        .to_string()
    }
}

/// Measures every figure, for so many seconds each, and gives each to `tell` when it is there. `only` names those to be
/// measured by a part of their names; empty for all.
///
/// # Errors
/// What could not be started, and the first answer that must not be.
#[expect(clippy::print_stderr, reason = "whoever runs it must know what was not measured")]
pub fn load(place: (&std::path::Path, &std::path::Path), seconds: u64, only: &str, tell: impl Fn(&Figure)) -> Done<()> {
    let place = Place { programs: place.0.to_owned(), scratch: place.1.to_owned() };
    let postgres = Postgres::start()?;
    if postgres.is_none() {
        eprintln!("no PostgreSQL on this machine: only SQLite is measured");
    }
    let mut floors = HashMap::new();
    let sqlite = [(None, 1), (None, 2)].into_iter();
    // PostgreSQL that is not there is not SQLite once more.
    let others = postgres.iter().flat_map(|server| [(Some(server), 1), (Some(server), 2)]);
    for (postgres, processes) in sqlite.chain(others) {
        for kind in ["issue", "present", "present-status"] {
            let name = format!("{kind}-{}-{processes}", if postgres.is_some() { "postgresql" } else { "sqlite" });
            if name.contains(only) {
                let time = Duration::from_secs(seconds);
                let mut measured = figure(&place, &name, kind, postgres, processes, time)?;
                let floor = match floors.get(kind) {
                    Some(floor) => *floor,
                    None => floor::measure(&place, &measured.flow, WALLETS, time.min(FLOOR))?,
                };
                floors.insert(kind, floor);
                measured.figure.floor_ms = millis(floor);
                tell(&measured.figure);
            }
        }
    }
    Ok(())
}

fn figure(
    place: &Place,
    name: &str,
    kind: &str,
    postgres: Option<&Postgres>,
    processes: usize,
    time: Duration,
) -> Done<WithFlow> {
    let bare = Bare::measure()?;
    let url = postgres.map(|server| server.database(&name.replace('-', "_"))).transpose()?;
    let store = url.as_deref().map_or(Store::Sqlite, Store::Postgres);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (measured, crypto) = if kind == "issue" {
        let service = Issuing::start(place, name, store, processes)?;
        let wallet = |_| Ok(Wallet::Issuing(IssuingWallet::new(&service.url, service.api_key, &service.claims)?));
        (measure(&runtime, &service.processes, postgres, &wallet, time)?, bare.issuing)
    } else if kind == "present-status" {
        let issuing = Issuing::start_to_be_found(place, &format!("{name}-issuer"))?;
        let trusted = (CardIssuer::new()?, issuing.did.as_str());
        let service = Verifying::start_trusting(place, name, store, processes, trusted)?;
        // Each wallet has a card of the issuing service before anything is measured.
        let cards = LocalSet::new().block_on(&runtime, async {
            let mut wire = Wire::new(&ports(&issuing.processes), WALLETS);
            let mut cards = Vec::new();
            for _ in 0..=WALLETS {
                let wallet = IssuingWallet::new(&issuing.url, issuing.api_key, &issuing.claims)?;
                cards.push(wallet.card(&mut wire).await?);
            }
            Ok::<_, Failed>(cards)
        })?;
        let cards = RefCell::new(cards);
        let wallet = |_| {
            let (card, key) = cards.borrow_mut().pop().ok_or_else(|| Failed::Wrong("too few cards".to_owned()))?;
            Ok(Wallet::Showing(ShowingWallet::holding(&service.url, service.token, card, key)))
        };
        let measured = measure(&runtime, &service.processes, postgres, &wallet, time)?;
        (measured, bare.presenting_with_status)
    } else {
        let service = Verifying::start(place, name, store, processes)?;
        let wallet = |_| Ok(Wallet::Showing(ShowingWallet::new(&service.url, service.token, &service.issuer)?));
        (measure(&runtime, &service.processes, postgres, &wallet, time)?, bare.presenting)
    };
    Ok(WithFlow { flow: measured.flow.clone(), figure: measured.figure(name, crypto) })
}

/// A figure, and one of the flows that it is of.
struct WithFlow {
    figure: Figure,
    flow: Vec<Seen>,
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

enum Wallet {
    Issuing(IssuingWallet),
    Showing(ShowingWallet),
}

impl Wallet {
    async fn flow(&self, wire: &mut Wire) -> Done<()> {
        match self {
            Self::Issuing(wallet) => wallet.flow(wire).await.map(|_| ()),
            Self::Showing(wallet) => wallet.flow(wire).await,
        }
    }
}

/// Processor time by part, at one moment.
#[derive(Clone, Copy)]
struct Spent {
    servers: Duration,
    sqlite: Duration,
    postgres: Duration,
    wallets: Duration,
}

impl Spent {
    fn now(processes: &[std::sync::Arc<Process>], postgres: Option<&Postgres>) -> Self {
        let sum = |of: fn(u32) -> Duration| processes.iter().map(|process| of(process.pid())).sum();
        Self {
            servers: sum(processor::of_process),
            sqlite: sum(|pid| processor::of_threads(pid, "sqlx-sqlite")),
            postgres: postgres.map_or(Duration::ZERO, |server| processor::of_family(server.pid())),
            wallets: processor::of_this(),
        }
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            servers: self.servers.saturating_sub(before.servers),
            sqlite: self.sqlite.saturating_sub(before.sqlite),
            postgres: self.postgres.saturating_sub(before.postgres),
            wallets: self.wallets.saturating_sub(before.wallets),
        }
    }
}

struct Measured {
    time: Duration,
    spent: Spent,
    took: Vec<Duration>,
    alone: Vec<Duration>,
    /// One of the flows.
    flow: Vec<Seen>,
}

impl Measured {
    #[expect(clippy::cast_precision_loss, reason = "thousands of flows")]
    fn figure(mut self, name: &str, crypto: Duration) -> Figure {
        self.took.sort_unstable();
        self.alone.sort_unstable();
        let flows = self.took.len().max(1) as f64;
        let each = |time: Duration| millis(time) / flows;
        let database = self.spent.sqlite + self.spent.postgres;
        let (crypto_ms, database_ms) = (millis(crypto), each(database));
        let us_ms = (each(self.spent.servers.saturating_sub(self.spent.sqlite)) - crypto_ms).max(0.0);
        let of = |all: &[Duration], hundredths: usize| {
            millis(all.get(all.len() * hundredths / 100).or(all.last()).copied().unwrap_or_default())
        };
        Figure {
            name: name.to_owned(),
            flows_per_s: flows / self.time.as_secs_f64(),
            p50_ms: of(&self.took, 50),
            p99_ms: of(&self.took, 99),
            alone_ms: of(&self.alone, 50),
            crypto_ms,
            database_ms,
            us_ms,
            floor_ms: 0.0,
            wallet_ms: each(self.spent.wallets),
            ratio: (crypto_ms + database_ms) / (crypto_ms + database_ms + us_ms),
        }
    }
}

fn measure(
    runtime: &tokio::runtime::Runtime,
    processes: &[std::sync::Arc<Process>],
    postgres: Option<&Postgres>,
    wallet: &dyn Fn(usize) -> Done<Wallet>,
    time: Duration,
) -> Done<Measured> {
    let (counts, stops) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    let took = Rc::new(RefCell::new(Vec::new()));
    let ports = ports(processes);
    let local = LocalSet::new();
    local.block_on(runtime, async {
        let mut all = Vec::new();
        for number in 0..WALLETS {
            let (counts, stops, took) = (Rc::clone(&counts), Rc::clone(&stops), Rc::clone(&took));
            let (wallet, mut wire) = (wallet(number)?, Wire::new(&ports, number));
            all.push(tokio::task::spawn_local(async move {
                while !stops.get() {
                    let begin = Instant::now();
                    wallet.flow(&mut wire).await?;
                    if counts.get() {
                        took.borrow_mut().push(begin.elapsed());
                    }
                }
                Ok::<(), Failed>(())
            }));
        }
        sleep(WARMING).await;
        counts.set(true);
        let (begin, before) = (Instant::now(), Spent::now(processes, postgres));
        sleep(time).await;
        counts.set(false);
        let (time, spent) = (begin.elapsed(), Spent::now(processes, postgres).since(&before));
        stops.set(true);
        for one in all {
            one.await??;
        }
        let (alone, mut wire) = (wallet(WALLETS)?, Wire::new(&ports, WALLETS));
        let (begin, mut single) = (Instant::now(), Vec::new());
        while begin.elapsed() < ALONE {
            let begin = Instant::now();
            alone.flow(&mut wire).await?;
            single.push(begin.elapsed());
        }
        wire.see();
        alone.flow(&mut wire).await?;
        Ok(Measured { time, spent, took: took.take(), alone: single, flow: wire.seen() })
    })
}
