//! `requests answer`: what a verifier asks for (OpenID4VP 1.0), the person's consent, and the answer.

use clap::ArgMatches;
use serde_json::json;
use tamarack::did::did_of;
use tamarack::jsonld::Contexts;
use tamarack::keys::{SecretKey, Signer as _};
use tamarack::present::{Binding, Held, Holder, Selection};
use tamarack::proof::BoundSecrets;
use tamarack::{Code, Fault, SystemRandomness};
use tamarack_cli::{
    Exit, Failure, Style, Terminal, confirm, key_id, linkability_page, printable, printable_address, read_input,
    read_secret_key,
};
use tamarack_net::Call;
use tamarack_openid4vc::limits;
use tamarack_openid4vc::siop::{self, SelfIssued};
use tamarack_openid4vc::vp::dcql::{Authorities, Choice, Matches, World, match_held};
use tamarack_openid4vc::vp::request::Request;
use tamarack_openid4vc::vp::response::{Delivery, Reply, deliver, read_receipt};
use tamarack_openid4vc::vp::wallet::{Purse, show_with};

use crate::disclosable::preview;
use crate::network::{FORM, call, ok, refused};
use crate::wallet::Wallet;
use crate::{holder, now, reply, text};

pub(crate) fn answer(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::of_files(matches, terminal)?;
    let asked = reply::read(&wallet, text(matches, "request").unwrap_or_default())?;
    let request = asked.request();
    if request.query.is_none() && !request.response_type.wants_id_token() {
        return Err(Failure::new(Exit::Data, "request.nothing"));
    }
    let files = matches.get_many::<String>("credential").into_iter().flatten();
    let held = files
        .map(|path| Ok(Held::parse(&read_input(path, tamarack::limits::INPUT_BYTES)?)?))
        .collect::<Result<Vec<Held>, Failure>>()?;
    let key = text(matches, "holder-key").map(|path| read_secret_key(path, matches, terminal)).transpose()?;
    let kid = key.as_ref().map(|key| key_id(key.public_key())).unwrap_or_default();
    let signs = key.as_ref().map(|key: &SecretKey| Holder { signer: key, verification_method: &kid });
    let holders = vec![signs; held.len()];
    let secrets = text(matches, "holder-secrets").map(|path| holder::read(path, matches, terminal)).transpose()?;

    let sign_in = match request.response_type.wants_id_token() {
        true => Some(key.as_ref().ok_or_else(|| Failure::new(Exit::Usage, "request.sign_in_key"))?),
        false => None,
    };

    let (contexts, authorities) = (Contexts::builtin(), Authorities::none());
    let world = World::new(&contexts, &authorities);
    let found = request.query.as_ref().map(|query| match_held(query, &held, &world));
    let first = found.as_ref().map(Matches::first_choice).transpose();
    let choice = first.map_err(|_| Failure::new(Exit::Data, "request.cannot_answer"))?;
    let mine = Mine { holder: signs, secrets: secrets.as_ref() };
    terminal.say(&terminal.paint_talk(Style::Strong, &printable(&asked.verifier(&wallet.means()).sentence)));
    if sign_in.is_some() {
        terminal.say(&terminal.format("request-sign-in", &[("id", did_of(&kid).to_owned().into())]));
    }
    if let (Some(found), Some(choice)) = (&found, &choice) {
        terminal.say(&page(request, found, choice, &held, mine, terminal)?);
    }
    // Nothing is made, let alone sent, before the person has agreed to what was said above.
    if !matches.get_flag("yes") && !confirm("consent-question", terminal)? {
        terminal.say(&terminal.text("request-declined"));
        return Ok(Exit::Reject);
    }
    let purse = Purse { held: &held, holders: &holders, contexts: &contexts, transaction_types: &[], now: now() };
    let secrets = vec![secrets.as_ref(); held.len()];
    let vp_token = match (&found, &choice) {
        (Some(found), Some(choice)) => {
            Some(show_with(request, found, choice, &purse, &secrets, &mut SystemRandomness).map_err(refused)?)
        }
        _ => None,
    };
    let id_token = match sign_in {
        Some(key) => {
            let ways =
                [Some(kid.as_str()), None].map(|verification_method| SelfIssued { signer: key, verification_method });
            Some(siop::answer(request, &ways, now()).map_err(refused)?)
        }
        None => None,
    };
    let delivery = deliver(request, &Reply { vp_token, id_token }).map_err(refused)?;
    let next = match delivery {
        Delivery::Post { uri, body } => {
            let headers = [("content-type", FORM), ("accept", "application/json")];
            let body = Some(body.as_bytes());
            let answer =
                call(wallet.fetcher(), &Call { url: &uri, headers: &headers, body, limit: limits::METADATA_BYTES })?;
            read_receipt(&ok(&uri, answer)?).map_err(refused)?
        }
        Delivery::Redirect { uri } => Some(uri),
        Delivery::Data(_) => return Err(Failure::new(Exit::Data, "request.nothing")),
    };
    terminal.say(&terminal.text("request-answered"));
    if terminal.json() {
        terminal.json_line(&json!({"audience": request.audience, "redirect_uri": next}))?;
    } else if let Some(next) = next {
        terminal.line(&printable_address(&next))?;
    }
    Ok(Exit::Ok)
}

/// What only this person has.
#[derive(Clone, Copy)]
struct Mine<'m> {
    holder: Option<Holder<'m>>,
    secrets: Option<&'m BoundSecrets>,
}

/// Who asks, what would be shown, and what that gives away.
fn page(
    request: &Request,
    found: &Matches,
    choice: &Choice,
    held: &[Held],
    mine: Mine<'_>,
    terminal: &Terminal,
) -> Result<String, Failure> {
    let audience = printable(&request.audience);
    let title = terminal.format("consent-for", &[("audience", audience.as_ref().into())]);
    let mut page = String::new();
    page.push_str(&format!("{}\n", terminal.paint_talk(Style::Strong, &title)));
    for (query, candidate) in found.settle(choice).map_err(refused)? {
        let Some(one) = held.get(candidate.held) else { continue };
        let long = candidate.shows.iter().map(|claim| claim.pointer.chars().count()).max().unwrap_or(0);
        for claim in &candidate.shows {
            let space = " ".repeat(long.saturating_sub(claim.pointer.chars().count()));
            page.push_str(&format!("  {}{space}  {}\n", printable(&claim.pointer), preview(&claim.value)));
        }
        page.push('\n');
        if !one.is_divisible() {
            page.push_str(&format!("{}\n\n", terminal.paint_talk(Style::Strong, &terminal.text("request-whole"))));
        }
        if one.is_bound() && mine.secrets.is_none() {
            // Known before the person is asked for consent to what cannot be made.
            return Err(Fault::new(Code::ProofBinding).about("--holder-secrets").into());
        }
        let secrets = mine.secrets.filter(|_| one.is_bound()).map(|it| it.for_domain(Some(&request.audience)));
        let secrets = secrets.transpose()?;
        let signs = query.require_cryptographic_holder_binding && !one.is_bound();
        let binding = Binding {
            audience: Some(&request.audience),
            nonce: Some(&request.nonce),
            holder: mine.holder.filter(|_| signs),
            created: Some(now()),
            issuer_key: None,
            secrets: secrets.as_ref(),
            key_binding_claims: None,
        };
        let selection = Selection { pointers: &candidate.pointers, frame: None };
        page.push_str(&linkability_page(&one.linkability(&selection, &binding)?, terminal));
    }
    Ok(page)
}
