//! Who kills.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tamarack::{Randomness as _, SystemRandomness};

use super::Outcome;
use crate::postgres::Postgres;
use crate::services::programs::Process;
use crate::services::{Done, Failed};

/// Between two kills, once everything works again: from so many milliseconds to so many.
const PAUSE: (u64, u64) = (150, 1_200);
/// How long a service may need until it works again.
const RETURNING: Duration = Duration::from_secs(60);
/// How long PostgreSQL is away in the end.
const AWAY: Duration = Duration::from_secs(4);

/// Kills at random moments until it is told to rest.
pub(super) struct Killer {
    ends: Arc<AtomicBool>,
    thread: JoinHandle<Done<Killed>>,
}

#[derive(Default)]
struct Killed {
    kills: usize,
    died: usize,
    slowest: Duration,
    postgres: Option<Postgres>,
}

impl Killer {
    /// Kills one of these processes each time.
    pub(super) fn of_processes(all: Vec<Arc<Process>>) -> Self {
        Self::begin(move |killed| {
            let Some(one) = usize::try_from(random(all.len() as u64)?).ok().and_then(|at| all.get(at)) else {
                return Ok(());
            };
            killed.died += usize::from(one.kill_and_restart()?);
            killed.slowest = killed.slowest.max(one.wait_until_ready(RETURNING)?);
            Ok(())
        })
    }

    /// Kills PostgreSQL, on which these processes stand.
    pub(super) fn of_postgres(server: Postgres, all: Vec<Arc<Process>>) -> Self {
        let mut server = Some(server);
        let ends = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ends);
        let thread = std::thread::spawn(move || {
            let mut killed = Killed::default();
            while !told.load(Ordering::SeqCst) {
                pause()?;
                if let Some(server) = &mut server {
                    server.kill_and_restart()?;
                }
                killed.kills += 1;
                for process in &all {
                    killed.slowest = killed.slowest.max(process.wait_until_ready(RETURNING)?);
                }
            }
            killed.died = all.iter().filter(|process| !process.lives()).count();
            killed.postgres = server;
            Ok(killed)
        });
        Self { ends, thread }
    }

    fn begin(mut kill: impl FnMut(&mut Killed) -> Done<()> + Send + 'static) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ends);
        let thread = std::thread::spawn(move || {
            let mut killed = Killed::default();
            while !told.load(Ordering::SeqCst) {
                pause()?;
                kill(&mut killed)?;
                killed.kills += 1;
            }
            Ok(killed)
        });
        Self { ends, thread }
    }

    /// Ends it. Gives PostgreSQL back, if that was killed.
    pub(super) fn rest(self, outcome: &mut Outcome) -> Done<Option<Postgres>> {
        self.ends.store(true, Ordering::SeqCst);
        let killed = self.thread.join().map_err(|_| Failed::wrong("the killer died"))??;
        outcome.kills += killed.kills;
        outcome.slowest_return = outcome.slowest_return.max(killed.slowest);
        if killed.died > 0 {
            outcome.wrong.push(format!("{} times a process ended by itself", killed.died));
        }
        Ok(killed.postgres)
    }
}

/// PostgreSQL is away for some seconds: every process must live on, say that it cannot work, and work again by itself.
pub(super) fn outage(mut server: Postgres, all: &[Arc<Process>], outcome: &mut Outcome) -> Done<()> {
    let begin = Instant::now();
    server.kill()?;
    std::thread::sleep(Duration::from_millis(200));
    for process in all {
        if process.is_ready() {
            outcome.wrong.push(format!("port {}: ready without a database", process.port));
        }
    }
    std::thread::sleep(AWAY.saturating_sub(begin.elapsed()));
    server.begin_again()?;
    for process in all {
        let took = process.wait_until_ready(RETURNING)?;
        outcome.slowest_return = outcome.slowest_return.max(took);
        if !process.lives() {
            outcome.wrong.push(format!("port {}: ended without a database", process.port));
        }
    }
    outcome.kills += 1;
    Ok(())
}

fn pause() -> Done<()> {
    let (least, most) = PAUSE;
    std::thread::sleep(Duration::from_millis(least + random(most - least)?));
    Ok(())
}

/// A number below another.
pub(super) fn random(below: u64) -> Done<u64> {
    let mut bytes = [0; 8];
    SystemRandomness.fill(&mut bytes)?;
    Ok(u64::from_be_bytes(bytes) % below.max(1))
}
