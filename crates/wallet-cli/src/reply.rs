//! `requests answer --wallet` and `requests decline`: what a verifier asks for, the person's consent, and the answer.

use clap::ArgMatches;
use serde_json::json;
use tamarack::SystemRandomness;
use tamarack_cli::{Exit, Failure, Style, Terminal, confirm, printable};
use tamarack_wallet::present::{Answered, Answering, Asked, Asking, Choice, ConsentRequest, DeclineReason, Pick};
use tamarack_wallet::{Step, WalletCode};

use crate::wallet::{Wallet, failed};
use crate::{now, text};

pub(crate) fn answer(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let asked = read(&wallet, text(matches, "request").unwrap_or_default())?;
    let request = asked.consent_request(&wallet.means()).map_err(failed)?;
    say(&request, terminal);
    if !request.can_answer {
        return Err(Failure::new(Exit::Data, "request.cannot_answer"));
    }
    let choice = choice(matches, &request)?;
    // Nothing is made, let alone sent, before the person has agreed to what was said above.
    if !matches.get_flag("yes") && !confirm("consent-question", terminal)? {
        asked.ignore(DeclineReason::NotWanted, &wallet.means(), &mut SystemRandomness).map_err(failed)?;
        terminal.say(&terminal.text("request-declined"));
        return Ok(Exit::Reject);
    }
    let consent = request.agree(&choice, now()).map_err(failed)?;
    let answering = consent.present(&wallet.means(), &mut SystemRandomness).map_err(failed)?;
    let answered = send(&wallet, answering)?;
    terminal.say(&terminal.text("request-answered"));
    if terminal.json() {
        terminal.json_line(&json!({"audience": asked.audience(), "redirect_uri": answered.redirect}))?;
    } else if let Some(next) = answered.redirect {
        terminal.line(&printable(&next))?;
    }
    Ok(Exit::Ok)
}

pub(crate) fn decline(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let asked = read(&wallet, text(matches, "request").unwrap_or_default())?;
    let answering = asked.decline(DeclineReason::NotWanted, &wallet.means()).map_err(failed)?;
    send(&wallet, answering)?;
    terminal.say(&terminal.text("request-refused"));
    Ok(Exit::Ok)
}

fn read(wallet: &Wallet, link: &str) -> Result<Asked, Failure> {
    let mut asking = Asking::new(link).map_err(failed)?;
    let mut reply = None;
    loop {
        let step = asking.step(&wallet.means(), reply.take(), &mut SystemRandomness);
        match step.map_err(|error| wallet.failure(error))? {
            Step::Send(request) => reply = Some(wallet.send(&request)),
            Step::Done(asked) => return Ok(asked),
            Step::Browser(_) | Step::Later { .. } => return Err(failed(WalletCode::Internal.into())),
        }
    }
}

fn send(wallet: &Wallet, mut answering: Answering) -> Result<Answered, Failure> {
    let mut reply = None;
    loop {
        let step = answering.step(&wallet.means(), reply.take(), &mut SystemRandomness);
        match step.map_err(|error| wallet.failure(error))? {
            Step::Send(request) => reply = Some(wallet.send(&request)),
            Step::Done(answered) => return Ok(answered),
            Step::Browser(_) | Step::Later { .. } => return Err(failed(WalletCode::Internal.into())),
        }
    }
}

/// The consent screen as text.
fn say(request: &ConsentRequest, terminal: &Terminal) {
    for (at, line) in request.spoken.lines().enumerate() {
        let line = printable(line);
        terminal.say(&if at == 0 { terminal.paint_talk(Style::Strong, &line) } else { line.into_owned() });
    }
}

/// What `--choose question=credential` says, over what shows the least.
fn choice(matches: &ArgMatches, request: &ConsentRequest) -> Result<Choice, Failure> {
    let mut choice = request.least.clone();
    for one in matches.get_many::<String>("choose").into_iter().flatten() {
        let (question, credential) =
            one.split_once('=').ok_or_else(|| Failure::new(Exit::Usage, "request.choice").with("choice", one))?;
        choice.picks.retain(|pick| pick.question != question);
        choice.picks.push(Pick { question: question.to_owned(), credential: credential.to_owned() });
    }
    Ok(choice)
}
