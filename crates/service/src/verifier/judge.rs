//! Judging an answer: verdicts with evidence from the network, then the result, kept until it is handed over.

use std::collections::BTreeSet;
use std::sync::Arc;

use tamarack::verify::Keeping;
use tamarack::{Need, Outcome, Policy};
use tamarack_openid4vc::Result as Refused;
use tamarack_openid4vc::vp::answer::{Answer, Rules};
use tamarack_openid4vc::vp::session::{Received, Session};

use super::Verifier;
use super::requests::{DONE, Request, unavailable};
use super::result::Outcomes;
use super::settings::now;
use crate::http::Problem;
use crate::limits;

impl Verifier {
    /// Judges what a wallet sent to a request that was taken for it, and keeps the result. `origin` is where an answer of the
    /// Digital Credentials API arrived, `bytes` how long it was.
    pub(super) async fn conclude(
        &self,
        mut request: Request,
        session: Session,
        received: Received,
        origin: Option<String>,
        bytes: usize,
    ) -> Result<Request, Problem> {
        let result = match received {
            Received::Refused { error } => Outcomes::of_error(error, now().unix()),
            answer => match self.judged(&request.kept.ask, session, answer, origin, bytes).await? {
                Ok(answer) => Outcomes::of_answer(&answer, &request.kept.agreement, now().unix()),
                Err(refusal) => Outcomes::of_refusal(&refusal, now().unix()),
            },
        };
        tracing::info!(ask = request.kept.ask, outcome = result.outcome, "request answered");
        request.kept.result = Some(result.seal(&request.kept.seal_to)?);
        request.close();
        let hook = self.hook(&request).await.map_err(|error| unavailable(&error))?;
        let changed = match &hook {
            // Both or neither: what is done is told, whenever this process is killed.
            Some(hook) => self.change_and_begin(&mut request, DONE, &hook.exchange()).await?,
            None => self.change(&mut request, DONE).await?,
        };
        if !changed {
            // This took so long that another answer was taken meanwhile.
            return Err(Problem::gone());
        }
        if hook.is_some() {
            self.wake_webhooks();
        }
        Ok(request)
    }

    /// Judges at once where nothing must be fetched and the answer is short, as nearly all are; else on a thread that may wait.
    async fn judged(
        &self,
        ask: &str,
        session: Session,
        received: Received,
        origin: Option<String>,
        bytes: usize,
    ) -> Result<Refused<Answer>, Problem> {
        if bytes <= limits::JUDGED_AT_ONCE {
            let judged = self.judge_at_once(ask, &session, &received, origin.as_deref());
            if !judged.as_ref().is_ok_and(is_wanting) {
                return Ok(judged);
            }
        }
        let (verifier, ask) = (self.clone(), ask.to_owned());
        let judged = move || verifier.judge(&ask, &session, &received, origin.as_deref());
        tokio::task::spawn_blocking(judged).await.map_err(|_| Problem::internal())
    }

    /// Judges with what is at hand.
    fn judge_at_once(
        &self,
        ask: &str,
        session: &Session,
        received: &Received,
        origin: Option<&str>,
    ) -> Refused<Answer> {
        thread_local! {
            static KEEPING: Keeping = const { Keeping::new() };
        }
        let now = now();
        let evidence = self.inner.at_hand.of(ask, &self.inner.fetcher, now);
        KEEPING.with(|keeping| session.judge(received, origin, &self.rules(ask).keeping(keeping), &evidence, now))
    }

    /// What answers to an ask are held against.
    fn rules(&self, ask: &str) -> Rules<'_> {
        let (policy, other_holder) = match self.inner.asks.get(ask) {
            Some((ask, trust)) => {
                let policy = Policy::trusting(Arc::clone(trust));
                let policy = if ask.pseudonym { policy.require_pseudonym() } else { policy };
                (policy, ask.allow_other_holder)
            }
            // The ask was taken out of the server's files since.
            None => (Policy::no_trust(), false),
        };
        let rules = Rules::new(policy, &self.inner.authorities);
        if other_holder { rules.weaken_holder_may_differ() } else { rules }
    }

    /// Judges, fetches what is needed, and judges again, as `tamarack_net::verify_with_network` does for one credential.
    fn judge(&self, ask: &str, session: &Session, received: &Received, origin: Option<&str>) -> Refused<Answer> {
        let rules = self.rules(ask);
        let mut evidence = Arc::unwrap_or_clone(self.inner.at_hand.of(ask, &self.inner.fetcher, now()));
        let mut asked: BTreeSet<Need> = BTreeSet::new();
        let mut answer = session.judge(received, origin, &rules, &evidence, now())?;
        for _ in 0..tamarack::limits::FETCH_ROUNDS {
            if answer.outcome == Outcome::Reject {
                break;
            }
            let mut needs = answer.needs();
            needs.retain(|need| !asked.contains(need));
            needs.truncate(tamarack::limits::FETCHES.saturating_sub(asked.len()));
            if needs.is_empty() {
                break;
            }
            self.inner.fetcher.gather(&needs, &mut evidence, now());
            asked.extend(needs);
            answer = session.judge(received, origin, &rules, &evidence, now())?;
        }
        // Of an answer that nobody trusts nothing is kept: a stranger does not choose what lies at hand.
        if answer.outcome == Outcome::Accept {
            self.inner.at_hand.keep(ask, evidence);
        }
        Ok(answer)
    }
}

/// Whether more evidence could change the answer.
fn is_wanting(answer: &Answer) -> bool {
    answer.outcome != Outcome::Reject && !answer.needs().is_empty()
}
