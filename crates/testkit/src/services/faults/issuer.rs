//! Issuing while somebody is killed.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::direct::Direct;
use super::killer::random;
use super::{Outcome, WALLETS, insist};
use crate::services::http::{Answer, Wire};
use crate::services::issuing::{Card, IssuingWallet, Tokens};
use crate::services::programs::{Issuing, Store, ports};
use crate::services::{Done, Failed};

/// What wallets were told.
#[derive(Default)]
pub(super) struct Ledger {
    /// The credentials that came.
    cards: RefCell<Vec<Card>>,
    /// How often each code gave tokens, and each nonce a credential.
    codes: RefCell<HashMap<String, u32>>,
    nonces: RefCell<HashMap<String, u32>>,
    cuts: Cell<usize>,
    unacknowledged: Cell<usize>,
    refused_again: Cell<usize>,
}

/// So many flows, each until its credential is there.
pub(super) async fn flows(service: &Issuing, flows: usize) -> Done<Rc<Ledger>> {
    let (ledger, left) = (Rc::new(Ledger::default()), Rc::new(Cell::new(flows)));
    let ports = ports(&service.processes);
    let mut all = Vec::new();
    for number in 0..WALLETS {
        let wallet = IssuingWallet::new(&service.url, service.api_key, &service.claims)?;
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
    /// One flow; `false` if it must begin anew, since its code was used up by a request whose answer did not come.
    async fn flow(&self, wallet: &IssuingWallet, wire: &mut Wire) -> Done<bool> {
        wire.next_person();
        let code = insist(&self.cuts, async || wallet.offer(wire).await).await?;
        let before = self.cuts.get();
        let answer = insist(&self.cuts, async || settled(wallet.token(wire, &code).await?)).await?;
        if answer.status == 400 && self.cuts.get() > before {
            self.unacknowledged.set(self.unacknowledged.get() + 1);
            return Ok(false);
        }
        let tokens = Tokens::read(&answer.json(200)?)?;
        count(&self.codes, &code);
        if random(8)? == 0 {
            let again = insist(&self.cuts, async || settled(wallet.token(wire, &code).await?)).await?;
            self.again(&self.codes, &code, &again)?;
        }
        loop {
            let nonce = insist(&self.cuts, async || wallet.nonce(wire).await).await?;
            let wanted = wallet.wanted(&nonce)?;
            let ask = async || settled(wallet.credential(wire, &tokens.access, &wanted).await?);
            let before = self.cuts.get();
            let answer = insist(&self.cuts, ask).await?;
            if answer.status == 400 && self.cuts.get() > before && answer.text().contains("invalid_nonce") {
                // Issued, and never seen by anybody: the wallet asks once more, with a new nonce.
                self.unacknowledged.set(self.unacknowledged.get() + 1);
                continue;
            }
            self.cards.borrow_mut().push(Card::read(&answer.json(200)?)?);
            count(&self.nonces, &nonce);
            if random(8)? == 0 {
                let ask = async || settled(wallet.credential(wire, &tokens.access, &wanted).await?);
                let again = insist(&self.cuts, ask).await?;
                self.again(&self.nonces, &nonce, &again)?;
            }
            return Ok(true);
        }
    }

    /// What came of showing something a second time.
    fn again(&self, used: &RefCell<HashMap<String, u32>>, what: &str, answer: &Answer) -> Done<()> {
        match answer.status {
            200 => count(used, what),
            400 => self.refused_again.set(self.refused_again.get() + 1),
            status => return Err(Failed::wrong(format!("{status}: {}", answer.text()))),
        }
        Ok(())
    }
}

/// An answer, unless it says that the server cannot work just now.
pub(super) fn settled(answer: Answer) -> Done<Answer> {
    if answer.status >= 500 { Err(Failed::Cut(answer.text())) } else { Ok(answer) }
}

fn count(used: &RefCell<HashMap<String, u32>>, what: &str) {
    *used.borrow_mut().entry(what.to_owned()).or_default() += 1;
}

/// Holds what wallets were told against the database.
pub(super) async fn judge(service: &Issuing, store: Store<'_>, ledger: Rc<Ledger>, outcome: &mut Outcome) -> Done<()> {
    let wrong = &mut outcome.wrong;
    let cards = ledger.cards.take();
    outcome.flows += cards.len();
    outcome.cuts += ledger.cuts.get();
    outcome.unacknowledged += ledger.unacknowledged.get();
    outcome.refused_again += ledger.refused_again.get();
    for (what, used) in [("code", &ledger.codes), ("nonce", &ledger.nonces)] {
        let twice = used.borrow().values().filter(|times| **times > 1).count();
        if twice > 0 {
            wrong.push(format!("{twice} times a {what} was good twice"));
        }
    }
    let direct = Direct::open(store, &service.file()).await?;
    let stored: HashSet<Card> = direct.cards().await?.into_iter().collect();
    let lost = cards.iter().filter(|card| !stored.contains(card)).count();
    if lost > 0 {
        wrong.push(format!("{lost} credentials that were acknowledged are not in the store with their index"));
    }
    let indexes: HashSet<(i64, i64)> = stored.iter().map(|card| card.status).collect();
    if indexes.len() != stored.len() {
        wrong.push(format!("{} credentials share {} indexes", stored.len(), indexes.len()));
    }
    for (what, sql) in [
        (
            "a code gave tokens twice",
            // Nobody has used a refresh token yet.
            "SELECT count(*) FROM (SELECT object FROM audit WHERE action = 'token.issue'
             GROUP BY object HAVING count(*) > 1) AS twice",
        ),
        (
            "an issue is not in the audit log exactly once",
            "SELECT abs((SELECT count(*) FROM credential) - (SELECT count(DISTINCT object) FROM audit
             WHERE action = 'credential.issue'))
             + (SELECT count(*) FROM audit WHERE action = 'credential.issue') - (SELECT count(*) FROM credential)",
        ),
        (
            "a status index was never taken",
            "SELECT count(*) FROM (SELECT list FROM credential WHERE list IS NOT NULL GROUP BY list
             HAVING count(*) > (SELECT next FROM status_list WHERE id = list)) AS beyond",
        ),
    ] {
        match direct.number(sql).await? {
            0 => {}
            times => wrong.push(format!("{times} times {what}")),
        }
    }
    direct.close().await;
    if let Err(failed) = service.command(&["audit", "check"]) {
        wrong.push(format!("the audit log: {}", failed.why()));
    }
    Ok(())
}
