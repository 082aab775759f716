//! A round of looking up states as a flow: what to send next, until it is done.

use tamarack::{Need, Randomness};

use super::{Refresh, Report};
use crate::error::{ErrorKind, Result};
use crate::fetch::Gathering;
use crate::http::{Reply, Step};
use crate::means::Means;

/// A round of looking up the states of everything that the wallet holds ([`Refresh`]), one request at a time. When the next is due,
/// [`super::next_refresh`] says.
pub struct Refreshing {
    /// `None` when it is done.
    refresh: Option<Refresh>,
    /// What is being fetched.
    fetching: Option<(Need, Gathering)>,
}

impl core::fmt::Debug for Refreshing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Refreshing").finish_non_exhaustive()
    }
}

impl Refreshing {
    /// Begins a round. Lists count that are by a credential's own issuer, or by somebody whom the person's trust list names.
    ///
    /// # Errors
    /// As [`Refresh::begin`].
    pub fn begin(means: &Means<'_>, rng: &mut dyn Randomness) -> Result<Self> {
        let refresh = Refresh::begin(means.store, means.now(), rng)?.with_policy(means.trust.policy());
        Ok(Self { refresh: Some(refresh), fetching: None })
    }

    /// Goes on, with the reply to what was sent last; `None` at the beginning. What cannot be fetched leaves the states that hang on it
    /// as they were.
    ///
    /// # Errors
    /// [`crate::WalletCode::FlowOver`] after the end; the store's.
    pub fn step(
        &mut self,
        means: &Means<'_>,
        mut reply: Option<Reply>,
        rng: &mut dyn Randomness,
    ) -> Result<Step<Report>> {
        let over = || crate::WalletError::new(crate::WalletCode::FlowOver);
        loop {
            let refresh = self.refresh.as_mut().ok_or_else(over)?;
            let (need, mut gathering) = match (self.fetching.take(), refresh.next()) {
                (Some(fetching), _) => fetching,
                (None, Some(need)) => (need.clone(), Gathering::default()),
                (None, None) => {
                    let refresh = self.refresh.take().ok_or_else(over)?;
                    return Ok(Step::Done(refresh.finish(means.store, means.now(), rng)?));
                }
            };
            match gathering.fetch(need.clone(), means.now(), reply.take()) {
                Ok(Some(request)) => {
                    self.fetching = Some((need, gathering));
                    return Ok(Step::Send(request));
                }
                Ok(None) => {
                    let bytes = gathering.evidence().get(need.kind, &need.id).map(|found| found.bytes.to_vec());
                    refresh.give(bytes, means.now(), rng)?;
                }
                Err(error) if error.kind() == ErrorKind::Offline => refresh.give(None, means.now(), rng)?,
                Err(error) => return Err(error),
            }
        }
    }
}
