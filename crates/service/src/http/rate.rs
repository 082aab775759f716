//! Rates: how often one client may do one thing.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::Client;
use crate::limits;

/// A rate: so many a minute in the long run, and so many at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// In the long run; at least 1.
    pub per_minute: u32,
    /// At once, after a rest.
    pub burst: u32,
}

impl Rate {
    /// So many a minute, and a sixth of them at once.
    #[must_use]
    pub const fn per_minute(per_minute: u32) -> Self {
        Self { per_minute, burst: if per_minute < 6 { 1 } else { per_minute.div_ceil(6) } }
    }
}

/// Counts by client (or by another key), in this process. The generic cell rate algorithm: one point in time a key.
#[derive(Debug)]
pub struct RateLimiter<K = Client> {
    /// The time that one request costs.
    cost: Duration,
    /// How far a client may run ahead.
    ahead: Duration,
    clients: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> RateLimiter<K> {
    /// A limiter.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        let cost = Duration::from_secs(60) / rate.per_minute.max(1);
        Self { cost, ahead: cost * rate.burst.saturating_sub(1), clients: Mutex::default() }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// How long to wait, if it is one too many. It is not counted then.
    pub fn take(&self, client: K, now: Instant) -> Result<(), Duration> {
        // A poisoned table is a table all the same.
        let mut clients = self.clients.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if clients.len() >= limits::RATE_CLIENTS && !clients.contains_key(&client) {
            clients.retain(|_, free| *free > now);
            if clients.len() >= limits::RATE_CLIENTS {
                // So many at once is an attack: who was not here before waits.
                return Err(self.cost);
            }
        }
        let free = clients.entry(client).or_insert(now);
        let wait = free.saturating_duration_since(now + self.ahead);
        if !wait.is_zero() {
            return Err(wait);
        }
        *free = (*free).max(now) + self.cost;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let limiter = RateLimiter::new(Rate { per_minute: 60, burst: 3 });
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(limiter.take(1, start), Ok(()));
        }
        assert_eq!(limiter.take(1, start), Err(Duration::from_secs(1)));
        assert_eq!(limiter.take(2, start), Ok(()), "another client");
        let later = start + Duration::from_secs(1);
        assert_eq!(limiter.take(1, later), Ok(()));
        assert!(limiter.take(1, later).is_err());
        let rested = start + Duration::from_secs(60);
        for _ in 0..3 {
            assert_eq!(limiter.take(1, rested), Ok(()));
        }
        assert!(limiter.take(1, rested).is_err());
    }
}
