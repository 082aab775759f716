//! Proofs that are good once: DPoP proofs, and proofs of possession of a wallet's attestation.
//!
//! They are let in by the transaction that does what the request asks for; a request that is refused lets them in by itself, and
//! so does one that changes something before. A proof that comes again is refused as such, whatever else is wrong with its request.

use tamarack::Timestamp;
use tamarack_openid4vc::limits::{CLOCK_SKEW_SECONDS, PROOF_SECONDS};
use tamarack_openid4vc::oauth::identify::OneTime;
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::answer::store;
use super::service::IssuerService;
use crate::store::NewTicket;

/// The kind of the tickets of proofs that were seen.
const SEEN: &str = "jti";

/// The proofs of one request, until they are let in.
#[derive(Debug)]
pub(super) struct Once {
    /// The digests of their `jti`, with what is said of one that comes again; none when they are in.
    left: Vec<(String, Refusal)>,
    at: Timestamp,
}

impl Once {
    pub(super) fn new(proofs: impl IntoIterator<Item = OneTime>, at: Timestamp) -> Self {
        Self { left: proofs.into_iter().map(|proof| (proof.jti.to_text(), proof.replayed())).collect(), at }
    }

    /// For the transaction that lets them in.
    pub(super) fn tickets(&self) -> Vec<NewTicket<'_>> {
        let ticket = |secret| NewTicket {
            kind: SEEN,
            secret,
            family: "",
            payload: "",
            created: self.at,
            expires: self.at.plus_seconds(PROOF_SECONDS + 2 * CLOCK_SKEW_SECONDS),
        };
        self.left.iter().map(|(jti, _)| ticket(jti.as_str())).collect()
    }

    /// After the transaction that had [`Self::tickets`]: `lost` is the refusal if nothing of it happened, because something in it
    /// came second; [`Self::end`] finds out whether that was a proof.
    pub(super) fn settle(&mut self, done: bool, lost: Refusal) -> Result<(), Refusal> {
        if !done {
            return Err(lost);
        }
        self.done();
        Ok(())
    }

    /// After the transaction that let them in.
    pub(super) fn done(&mut self) {
        self.left.clear();
    }

    /// Lets them in now.
    pub(super) async fn let_in(&mut self, service: &IssuerService) -> Result<(), Refusal> {
        for (ticket, (_, replayed)) in self.tickets().iter().zip(&self.left) {
            if !service.database().put_ticket_once(ticket).await.map_err(store)? {
                return Err(replayed.clone());
            }
        }
        self.done();
        Ok(())
    }

    /// The end of a request: a refused one lets them in too.
    pub(super) async fn end<T>(mut self, service: &IssuerService, answer: Result<T, Refusal>) -> Result<T, Refusal> {
        if let Err(refusal) = &answer {
            // Where the store failed, nobody knows whether its transaction let them in.
            let failed = matches!(refusal.code(), RefusalCode::ServerError | RefusalCode::TemporarilyUnavailable);
            if failed {
                return answer;
            }
        }
        self.let_in(service).await?;
        answer
    }
}
