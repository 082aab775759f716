//! The evidence that earlier answers to an ask needed, for as long as the fetcher would give the same again without asking anybody:
//! most answers to one ask are about credentials of the same issuers, and can be judged at once with it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tamarack::{Evidence, Need, Timestamp};
use tamarack_net::Fetcher;

use crate::limits;

/// By the names of the asks.
#[derive(Debug, Default)]
pub(super) struct AtHand(Mutex<BTreeMap<String, OfAsk>>);

#[derive(Debug)]
struct OfAsk {
    evidence: Arc<Evidence>,
    /// The second in which all of it was found to be good still.
    checked: Option<Timestamp>,
}

impl AtHand {
    /// What there is for an ask.
    pub(super) fn of(&self, ask: &str, fetcher: &Fetcher, now: Timestamp) -> Arc<Evidence> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(of) = all.get_mut(ask) else { return Arc::default() };
        if of.checked != Some(now) {
            let is_good = |need: &Need, fetched| fetcher.is_at_hand(need, fetched, now);
            let mut good = Evidence::none();
            let mut lost = false;
            for (kind, id, piece) in of.evidence.iter() {
                if is_good(&Need { kind, id: id.to_owned() }, piece.fetched) {
                    good.insert(kind, id, piece.bytes.clone(), piece.fetched);
                } else {
                    lost = true;
                }
            }
            if lost {
                of.evidence = Arc::new(good);
            }
            of.checked = Some(now);
        }
        Arc::clone(&of.evidence)
    }

    /// Keeps what an answer to an ask was judged with, if it is not too much.
    pub(super) fn keep(&self, ask: &str, evidence: Evidence) {
        let (mut pieces, mut bytes) = (0_usize, 0_usize);
        for (_, _, piece) in evidence.iter() {
            (pieces, bytes) = (pieces + 1, bytes.saturating_add(piece.bytes.len()));
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pieces == 0 || pieces > limits::AT_HAND || bytes > limits::AT_HAND_BYTES {
            all.remove(ask);
            return;
        }
        all.insert(ask.to_owned(), OfAsk { evidence: Arc::new(evidence), checked: None });
    }
}
