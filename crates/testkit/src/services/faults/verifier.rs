//! Showing while somebody is killed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::direct::Direct;
use super::issuer::settled;
use super::killer::random;
use super::{Outcome, WALLETS, insist};
use crate::services::http::Wire;
use crate::services::presenting::{Begun, ShowingWallet, outcome as verdict, shows_claims};
use crate::services::programs::{Store, Verifying, ports};
use crate::services::{Done, Failed};

/// For how long after its beginning a result can surely be asked for.
const KEPT: Duration = Duration::from_secs(800);

/// What wallets and the relying party's program were told.
#[derive(Default)]
pub(super) struct Ledger {
    /// The requests whose answer was acknowledged.
    answered: RefCell<Vec<(Begun, Instant)>>,
    cuts: Cell<usize>,
    unacknowledged: Cell<usize>,
    refused_again: Cell<usize>,
    unseen: Cell<usize>,
    wrong: RefCell<Vec<String>>,
}

/// So many flows, each until its answer was acknowledged and its result is there.
pub(super) async fn flows(service: &Verifying, flows: usize) -> Done<Rc<Ledger>> {
    let (ledger, left) = (Rc::new(Ledger::default()), Rc::new(Cell::new(flows)));
    let ports = ports(&service.processes);
    let mut all = Vec::new();
    for number in 0..WALLETS {
        let wallet = ShowingWallet::new(&service.url, service.token, &service.issuer)?;
        let (ledger, left, mut wire) = (Rc::clone(&ledger), Rc::clone(&left), Wire::new(&ports, number));
        all.push(tokio::task::spawn_local(async move {
            while let Some(less) = left.get().checked_sub(1) {
                left.set(less);
                while !ledger.flow(&wallet, &mut wire).await? {}
            }
            Ok::<(), Failed>(())
        }));
    }
    for one in all {
        one.await??;
    }
    Ok(ledger)
}

impl Ledger {
    /// One flow; `false` if it must begin anew, since its request was used up by an answer that nobody acknowledged.
    async fn flow(&self, wallet: &ShowingWallet, wire: &mut Wire) -> Done<bool> {
        wire.next_person();
        let since = Instant::now();
        let begun = insist(&self.cuts, async || wallet.begin(wire).await).await?;
        let request = insist(&self.cuts, async || wallet.open(wire, &begun).await).await?;
        let (path, body) = wallet.answer(&request)?;
        let before = self.cuts.get();
        let answer = insist(&self.cuts, async || settled(ShowingWallet::send(wire, &path, &body).await?)).await?;
        if answer.status != 200 {
            if self.cuts.get() == before {
                return Err(Failed::wrong(format!("{}: {}", answer.status, answer.text())));
            }
            self.unacknowledged.set(self.unacknowledged.get() + 1);
            return Ok(false);
        }
        if random(8)? == 0 {
            let again = insist(&self.cuts, async || settled(ShowingWallet::send(wire, &path, &body).await?)).await?;
            match again.status {
                200 => self.note("an answer was taken twice"),
                _ => self.refused_again.set(self.refused_again.get() + 1),
            }
        }
        // Half of the programs take what was proved at once, half of them say when they have it.
        if random(2)? == 0 {
            self.taken(wallet, wire, &begun).await?;
        } else {
            self.confirmed(wallet, wire, &begun).await?;
        }
        self.answered.borrow_mut().push((begun, since));
        Ok(true)
    }

    /// In one step: an answer that does not come takes what was proved with it, but not the outcome.
    async fn taken(&self, wallet: &ShowingWallet, wire: &mut Wire, begun: &Begun) -> Done<()> {
        let before = self.cuts.get();
        let result = insist(&self.cuts, async || wallet.result(wire, begun).await).await?;
        if !is_accepted(&result) {
            self.note(&format!("an answer that was acknowledged has no result: {result}"));
        } else if !shows_claims(&result) {
            match self.cuts.get() > before && handed_over_before(&result) {
                true => self.unseen.set(self.unseen.get() + 1),
                false => self.note("what was proved is gone, and nobody asked for it"),
            }
        }
        Ok(())
    }

    /// In two steps: nothing is lost.
    async fn confirmed(&self, wallet: &ShowingWallet, wire: &mut Wire, begun: &Begun) -> Done<()> {
        let result = insist(&self.cuts, async || wallet.result_to_keep(wire, begun).await).await?;
        if !is_accepted(&result) || !shows_claims(&result) {
            self.note(&format!("what was proved cannot be asked for again: {result}"));
        }
        insist(&self.cuts, async || wallet.confirm(wire, begun).await).await
    }

    fn note(&self, wrong: &str) {
        self.wrong.borrow_mut().push(wrong.to_owned());
    }
}

fn is_accepted(result: &Value) -> bool {
    verdict(result) == Some("accept") && result.get("state").and_then(Value::as_str) == Some("done")
}

fn handed_over_before(result: &Value) -> bool {
    result.get("handedOverBefore").and_then(Value::as_bool) == Some(true)
}

/// Asks for every result once more, and looks into the database.
pub(super) async fn judge(
    service: &Verifying,
    store: Store<'_>,
    ledger: Rc<Ledger>,
    outcome: &mut Outcome,
) -> Done<()> {
    let answered = ledger.answered.take();
    outcome.flows += answered.len();
    outcome.cuts += ledger.cuts.get();
    outcome.unacknowledged += ledger.unacknowledged.get();
    outcome.refused_again += ledger.refused_again.get();
    outcome.handed_over_unseen += ledger.unseen.get();
    outcome.wrong.append(&mut ledger.wrong.borrow_mut());
    let wallet = ShowingWallet::new(&service.url, service.token, &service.issuer)?;
    let mut wire = Wire::new(&ports(&service.processes), WALLETS);
    for (begun, _) in answered.iter().filter(|(_, since)| since.elapsed() < KEPT) {
        wire.next_person();
        let result = insist(&ledger.cuts, async || wallet.result(&mut wire, begun).await).await?;
        if !is_accepted(&result) || shows_claims(&result) {
            outcome.wrong.push(format!("a result that was handed over is now {result}"));
        }
    }
    let direct = Direct::open(store, &service.file).await?;
    let kept = direct
        .number(
            "SELECT count(*) FROM exchange WHERE kind = 'presentation'
             AND payload LIKE '%\"handed_over\":true%' AND payload LIKE '%\"sealed\":%'",
        )
        .await?;
    if kept > 0 {
        outcome.wrong.push(format!("{kept} results are kept that were handed over"));
    }
    direct.close().await;
    Ok(())
}
