//! `requests answer --wallet` and `requests decline`: what a verifier asks for, the person's consent, and the answer.

use clap::ArgMatches;
use serde_json::json;
use tamarack::SystemRandomness;
use tamarack_cli::{Exit, Failure, Style, Terminal, confirm, printable, printable_address};
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
    // Nothing is made, let alone sent, before the person has agreed to what was said above; or has agreed to it before, with a consent
    // that still stands.
    let stands = request.standing.is_some() && choice == request.least;
    if !matches.get_flag("yes") && !stands && !confirm("consent-question", terminal)? {
        asked.ignore(DeclineReason::NotWanted, &wallet.means(), &mut SystemRandomness).map_err(failed)?;
        terminal.say(&terminal.text("request-declined"));
        return Ok(Exit::Reject);
    }
    let remember = matches.get_one::<u32>("remember").map(|days| (*days > 0).then(|| i64::from(*days) * 86_400));
    let consent = match remember {
        Some(stands) => request.agree(&choice, now()).map(|consent| consent.with_receipt(stands)),
        None if stands => request.agree_again(now()),
        None => request.agree(&choice, now()),
    };
    let consent = consent.map_err(failed)?;
    let answering = consent.present(&wallet.means(), &mut SystemRandomness).map_err(failed)?;
    let receipt = answering.receipt().map(|receipt| receipt.id().to_owned());
    let answered = send(&wallet, answering)?;
    terminal.say(&terminal.text("request-answered"));
    if let Some(id) = &receipt {
        terminal.say(&terminal.format("request-receipt", &[("id", id.as_str().into())]));
    }
    if terminal.json() {
        let told = json!({"audience": asked.audience(), "redirect_uri": answered.redirect, "receipt": receipt});
        terminal.json_line(&told)?;
    } else if let Some(next) = answered.redirect {
        terminal.line(&printable_address(&next))?;
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

pub(crate) fn read(wallet: &Wallet, link: &str) -> Result<Asked, Failure> {
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

/// What `--choose 2` says, by the numbers of the consent screen; or `--choose question=credential`, with `:2` behind it for the second
/// set of claims that the verifier would take. Over what shows the least.
fn choice(matches: &ArgMatches, request: &ConsentRequest) -> Result<Choice, Failure> {
    let all: Vec<&String> = matches.get_many::<String>("choose").into_iter().flatten().collect();
    let numbers: Vec<usize> = all.iter().filter_map(|one| one.parse().ok()).collect();
    let mut choice = request.choose(&numbers).map_err(failed)?;
    for one in all.into_iter().filter(|one| one.parse::<usize>().is_err()) {
        let (question, credential) =
            one.split_once('=').ok_or_else(|| Failure::new(Exit::Usage, "request.choice").with("choice", one))?;
        let wrong = || Failure::new(Exit::Usage, "request.choice").with("choice", one);
        let (credential, number) = match credential.split_once(':') {
            Some((credential, number)) => (credential, Some(number.parse::<usize>().map_err(|_| wrong())?)),
            None => (credential, None),
        };
        let claim_set = number.map(|number| number.checked_sub(1).ok_or_else(wrong)).transpose()?;
        choice.picks.retain(|pick| pick.question != question);
        choice.picks.push(Pick { question: question.to_owned(), credential: credential.to_owned(), claim_set });
    }
    Ok(choice)
}
