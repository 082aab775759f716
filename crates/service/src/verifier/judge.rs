//! Judging an answer: verdicts with evidence from the network, then the result, kept until it is handed over.

use std::collections::BTreeSet;

use tamarack::{Evidence, Need, Outcome, Policy, limits};
use tamarack_openid4vc::Result as Refused;
use tamarack_openid4vc::vp::answer::{Answer, Rules};
use tamarack_openid4vc::vp::session::{Received, Session};

use super::Verifier;
use super::requests::{DONE, Request, unavailable};
use super::result::Outcomes;
use super::settings::now;
use crate::http::Problem;

impl Verifier {
    /// Judges what a wallet sent to a request that was taken for it, and keeps the result. `origin` is where an answer of the
    /// Digital Credentials API arrived.
    pub(super) async fn conclude(
        &self,
        mut request: Request,
        session: Session,
        received: Received,
        origin: Option<String>,
    ) -> Result<Request, Problem> {
        let result = match received {
            Received::Refused { error } => Outcomes::of_error(error, now().unix()),
            answer => {
                let verifier = self.clone();
                let ask = request.kept.ask.clone();
                // Fetching evidence blocks.
                let judged = move || verifier.judge(&ask, &session, &answer, origin.as_deref());
                let judged = tokio::task::spawn_blocking(judged);
                match judged.await.map_err(|_| Problem::internal())? {
                    Ok(answer) => Outcomes::of_answer(&answer, &request.kept.agreement, now().unix()),
                    Err(refusal) => Outcomes::of_refusal(&refusal, now().unix()),
                }
            }
        };
        tracing::info!(ask = request.kept.ask, outcome = result.outcome, "request answered");
        request.kept.result = Some(result.seal(&request.kept.seal_to)?);
        request.close();
        let hook = self.hook(&request).await.map_err(|error| unavailable(&error))?;
        let changed = match &hook {
            // Both or neither: what is done is told, whenever this process is killed.
            Some(hook) => self.change_and_begin(&request, DONE, &hook.exchange()).await?,
            None => self.change(&request, DONE).await?,
        };
        if !changed {
            // This took so long that another answer was taken meanwhile.
            return Err(Problem::gone());
        }
        if hook.is_some() {
            self.wake_webhooks();
        }
        let handle = request.handle().to_owned();
        self.request(&handle).await
    }

    /// Judges, fetches what is needed, and judges again, as `tamarack_net::verify_with_network` does for one credential.
    fn judge(&self, ask: &str, session: &Session, received: &Received, origin: Option<&str>) -> Refused<Answer> {
        let (policy, other_holder) = match self.inner.asks.get(ask) {
            Some((ask, trust)) => {
                let policy = Policy::trusting(trust.clone());
                let policy = if ask.pseudonym { policy.require_pseudonym() } else { policy };
                (policy, ask.allow_other_holder)
            }
            // The ask was taken out of the server's files since.
            None => (Policy::no_trust(), false),
        };
        let mut rules = Rules::new(policy, &self.inner.authorities);
        if other_holder {
            rules = rules.weaken_holder_may_differ();
        }
        let mut evidence = Evidence::none();
        let mut asked: BTreeSet<Need> = BTreeSet::new();
        let mut answer = session.judge(received, origin, &rules, &evidence, now())?;
        for _ in 0..limits::FETCH_ROUNDS {
            if answer.outcome == Outcome::Reject {
                break;
            }
            let mut needs = answer.needs();
            needs.retain(|need| !asked.contains(need));
            needs.truncate(limits::FETCHES.saturating_sub(asked.len()));
            if needs.is_empty() {
                break;
            }
            self.inner.fetcher.gather(&needs, &mut evidence, now());
            asked.extend(needs);
            answer = session.judge(received, origin, &rules, &evidence, now())?;
        }
        Ok(answer)
    }
}
