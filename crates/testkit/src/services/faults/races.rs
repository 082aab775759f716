//! Races: 64 clients do one thing that may be done once, at one moment, at all processes of a service. Exactly one wins.

use std::rc::Rc;

use crate::services::http::Wire;
use crate::services::issuing::{IssuingWallet, Tokens};
use crate::services::presenting::{ShowingWallet, shows_claims};
use crate::services::programs::{Issuing, Verifying, ports};
use crate::services::{Done, Failed};

const CLIENTS: usize = 64;
/// How often each race is run.
const ROUNDS: usize = 3;

/// A code, a nonce, a DPoP proof, a refresh token. Gives how many races had one winner.
pub(super) async fn of_issuer(service: &Issuing, wrong: &mut Vec<String>) -> Done<usize> {
    let wallet = Rc::new(IssuingWallet::new(&service.url, service.api_key, &service.claims)?);
    let ports = ports(&service.processes);
    let mut wire = Wire::new(&ports, CLIENTS);
    let mut races = Races { ports: &ports, wrong, won: 0 };
    for _ in 0..ROUNDS {
        wire.next_person();
        let code = Rc::new(wallet.offer(&mut wire).await?);
        let redeem = |_| (Rc::clone(&wallet), Rc::clone(&code));
        races
            .run("code", redeem, async |(wallet, code), mut wire| {
                Ok(wallet.token(&mut wire, &code).await?.status == 200)
            })
            .await?;

        let code = wallet.offer(&mut wire).await?;
        let tokens = Tokens::read(&wallet.token(&mut wire, &code).await?.json(200)?)?;
        let access = Rc::new(tokens.access);
        let nonce = wallet.nonce(&mut wire).await?;
        let wanted = Rc::new(wallet.wanted(&nonce)?);
        let ask = |_| (Rc::clone(&wallet), Rc::clone(&access), Rc::clone(&wanted));
        races
            .run("nonce", ask, async |(wallet, access, wanted), mut wire| {
                Ok(wallet.credential(&mut wire, &access, &wanted).await?.status == 200)
            })
            .await?;

        let proof = Rc::new(wallet.proof("/credential", Some(&access))?);
        let mut each = Vec::new();
        for _ in 0..CLIENTS {
            wire.next_person();
            each.push(wallet.wanted(&wallet.nonce(&mut wire).await?)?);
        }
        let ask = |at: usize| {
            let wanted = each.get(at).cloned().unwrap_or_default();
            (Rc::clone(&wallet), Rc::clone(&access), Rc::clone(&proof), wanted)
        };
        races
            .run("DPoP proof", ask, async |(wallet, access, proof, wanted), mut wire| {
                Ok(wallet.credential_with(&mut wire, &access, &wanted, &proof).await?.status == 200)
            })
            .await?;

        let refresh = Rc::new(tokens.refresh.ok_or_else(|| Failed::wrong("no refresh token"))?);
        let renew = |_| (Rc::clone(&wallet), Rc::clone(&refresh));
        races
            .run("refresh token", renew, async |(wallet, token), mut wire| {
                Ok(wallet.refresh(&mut wire, &token).await?.status == 200)
            })
            .await?;
    }
    Ok(races.won)
}

/// The answer to a request, and what was proved.
pub(super) async fn of_verifier(service: &Verifying, wrong: &mut Vec<String>) -> Done<usize> {
    let wallet = Rc::new(ShowingWallet::new(&service.url, service.token, &service.issuer)?);
    let ports = ports(&service.processes);
    let mut wire = Wire::new(&ports, CLIENTS);
    let mut races = Races { ports: &ports, wrong, won: 0 };
    for _ in 0..ROUNDS {
        wire.next_person();
        let begun = Rc::new(wallet.begin(&mut wire).await?);
        let request = wallet.open(&mut wire, &begun).await?;
        let answer = Rc::new(wallet.answer(&request)?);
        let post = |_| Rc::clone(&answer);
        races
            .run("request", post, async |answer, mut wire| {
                Ok(ShowingWallet::send(&mut wire, &answer.0, &answer.1).await?.status == 200)
            })
            .await?;
        let read = |_| (Rc::clone(&wallet), Rc::clone(&begun));
        races
            .run("result", read, async |(wallet, begun), mut wire| {
                Ok(shows_claims(&wallet.result(&mut wire, &begun).await?))
            })
            .await?;
    }
    Ok(races.won)
}

struct Races<'r> {
    ports: &'r [u16],
    wrong: &'r mut Vec<String>,
    won: usize,
}

impl Races<'_> {
    /// Runs one race: each client has a connection already, and says whether it won.
    async fn run<S: 'static, F: Future<Output = Done<bool>> + 'static>(
        &mut self,
        what: &str,
        start: impl Fn(usize) -> S,
        client: impl Fn(S, Wire) -> F,
    ) -> Done<()> {
        let mut ready = Vec::new();
        for number in 0..CLIENTS {
            let mut wire = Wire::new(self.ports, number);
            wire.send("GET", "/healthz", &[], "").await?.with(200)?;
            // Half of them begin at another process.
            for _ in 0..number % self.ports.len().max(1) {
                wire.send("GET", "/healthz", &[], "").await?.with(200)?;
            }
            ready.push((number, wire));
        }
        let all: Vec<_> =
            ready.into_iter().map(|(number, wire)| tokio::task::spawn_local(client(start(number), wire))).collect();
        let mut winners = 0;
        for one in all {
            winners += usize::from(one.await??);
        }
        match winners {
            1 => self.won += 1,
            _ => self.wrong.push(format!("{winners} of {CLIENTS} won the race for one {what}")),
        }
        Ok(())
    }
}
