//! The live state of a request, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use tokio::time::{interval, timeout};

use super::browser;
use crate::http::{Cookies, Problem, RandomId, same};
use crate::limits;
use crate::verifier::Verifier;
use crate::verifier::requests::{DONE, handle_of};
use crate::verifier::settings::now;

/// One event at once and one at each change: `open`, `opened`, `judging`, and at the end `done` or `expired`.
///
/// The state is read from the database, so that it does not matter which replica the wallet talks to.
pub(super) async fn events(
    State(verifier): State<Verifier>,
    Path(id): Path<String>,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let id = RandomId::read(&id).ok_or_else(Problem::not_found)?;
    let handle = handle_of(&id);
    let request = verifier.request(&handle).await?;
    let owner = request.kept.browser.unwrap_or_default();
    if !browser(&headers, cookies).is_some_and(|browser| same(&owner, &browser.digest())) {
        return Err(Problem::forbidden("forbidden.browser"));
    }
    let mut ticks = interval(limits::LIVE_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let start = Follow { verifier, handle, ticks, last: None };
    let stream = unfold(Some(start), |follow| async move {
        let mut follow = follow?;
        let state = follow.next().await;
        let over = matches!(state.as_str(), DONE | "expired");
        Some((Ok(Event::default().event("state").data(state)), (!over).then_some(follow)))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

struct Follow {
    verifier: Verifier,
    handle: String,
    ticks: tokio::time::Interval,
    last: Option<String>,
}

impl Follow {
    /// The next state that is another than the last.
    async fn next(&mut self) -> String {
        loop {
            self.ticks.tick().await;
            let read = timeout(Duration::from_secs(5), self.verifier.request(&self.handle)).await;
            let state = match read {
                Ok(Ok(request)) if request.is_expired(now()) => "expired".to_owned(),
                Ok(Ok(request)) => request.state().to_owned(),
                Ok(Err(problem)) if problem.status().as_u16() == 410 => "expired".to_owned(),
                // A database that does not answer now may do so the next time.
                Ok(Err(_)) | Err(_) => continue,
            };
            if self.last.as_deref() != Some(&state) {
                self.last = Some(state.clone());
                return state;
            }
        }
    }
}
