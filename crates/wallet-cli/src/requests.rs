//! `requests answer`: what a verifier asks for (OpenID4VP 1.0), the person's consent, and the answer.

use clap::ArgMatches;
use serde_json::json;
use tamarack::did::did_of;
use tamarack::json::Value;
use tamarack::jsonld::Contexts;
use tamarack::keys::{SecretKey, Signer as _};
use tamarack::present::{Binding, Held, Holder, Selection};
use tamarack::proof::BoundSecrets;
use tamarack::{Code, Evidence, Fault, Randomness as _, SystemRandomness};
use tamarack_cli::{
    Exit, Failure, Lang, Style, Terminal, confirm, key_id, linkability_page, printable, read_input, read_secret_key,
};
use tamarack_net::{Call, Fetcher};
use tamarack_openid4vc::vp::client_id::Trust;
use tamarack_openid4vc::vp::dcql::{Authorities, Choice, Matches, World, match_held};
use tamarack_openid4vc::vp::request::{Expected, Invocation, Request, UriMethod, open, read_unsigned};
use tamarack_openid4vc::vp::response::{Delivery, Reply, deliver, read_receipt};
use tamarack_openid4vc::vp::wallet::{Purse, show_with};
use tamarack_openid4vc::{Refusal, RefusalCode, limits};

use crate::disclosable::preview;
use crate::network::{FORM, call, did_document, fetcher, get, ok, refused};
use crate::{holder, now, text};

/// The media type of a request object.
const REQUEST_OBJECT: &str = "application/oauth-authz-req+jwt";

pub(crate) fn answer(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let fetcher = fetcher(matches)?;
    let request = read(text(matches, "request").unwrap_or_default(), &fetcher)?;
    let Some(query) = &request.query else { return Err(Failure::new(Exit::Data, "request.nothing")) };
    let files = matches.get_many::<String>("credential").into_iter().flatten();
    let held = files
        .map(|path| Ok(Held::parse(&read_input(path, tamarack::limits::INPUT_BYTES)?)?))
        .collect::<Result<Vec<Held>, Failure>>()?;
    let key = text(matches, "holder-key").map(|path| read_secret_key(path, matches, terminal)).transpose()?;
    let kid = key.as_ref().map(|key| key_id(key.public_key())).unwrap_or_default();
    let signs = key.as_ref().map(|key: &SecretKey| Holder { signer: key, verification_method: &kid });
    let holders = vec![signs; held.len()];
    let secrets = text(matches, "holder-secrets").map(|path| holder::read(path, matches, terminal)).transpose()?;

    let (contexts, authorities) = (Contexts::builtin(), Authorities::none());
    let found = match_held(query, &held, &World::new(&contexts, &authorities));
    let choice = found.first_choice().map_err(|_| Failure::new(Exit::Data, "request.cannot_answer"))?;
    let mine = Mine { holder: signs, secrets: secrets.as_ref() };
    terminal.say(&page(&request, &found, &choice, &held, mine, terminal)?);
    // Nothing is made, let alone sent, before the person has agreed to what was said above.
    if !matches.get_flag("yes") && !confirm("consent-question", terminal)? {
        terminal.say(&terminal.text("request-declined"));
        return Ok(Exit::Reject);
    }
    let purse = Purse { held: &held, holders: &holders, contexts: &contexts, transaction_types: &[], now: now() };
    let secrets = vec![secrets.as_ref(); held.len()];
    let token = show_with(&request, &found, &choice, &purse, &secrets, &mut SystemRandomness).map_err(refused)?;
    let delivery = deliver(&request, &Reply { vp_token: Some(token), id_token: None }).map_err(refused)?;
    let next = match delivery {
        Delivery::Post { uri, body } => {
            let headers = [("content-type", FORM), ("accept", "application/json")];
            let body = Some(body.as_bytes());
            let answer = call(&fetcher, &Call { url: &uri, headers: &headers, body, limit: limits::METADATA_BYTES })?;
            read_receipt(&ok(&uri, answer)?).map_err(refused)?
        }
        Delivery::Redirect { uri } => Some(uri),
        Delivery::Data(_) => return Err(Failure::new(Exit::Data, "request.nothing")),
    };
    terminal.say(&terminal.text("request-answered"));
    if terminal.json() {
        terminal.json_line(&json!({"audience": request.audience, "redirect_uri": next}))?;
    } else if let Some(next) = next {
        terminal.line(&printable(&next))?;
    }
    Ok(Exit::Ok)
}

/// The request, its client authenticated. A DID that must be looked up is looked up once.
fn read(uri: &str, fetcher: &Fetcher) -> Result<Request, Failure> {
    let invocation = Invocation::parse(uri).map_err(refused)?;
    let mut evidence = Evidence::none();
    let mut wallet_nonce = None;
    let object = match &invocation {
        Invocation::Parameters(_) => None,
        Invocation::Object { client_id, token } => Some((client_id.clone(), token.clone())),
        Invocation::Reference(reference) => {
            let bytes = match reference.method {
                UriMethod::Get => get(fetcher, &reference.uri, REQUEST_OBJECT, limits::REQUEST_BYTES)?,
                UriMethod::Post => {
                    let mut drawn = [0_u8; 16];
                    SystemRandomness.fill(&mut drawn)?;
                    let nonce = tamarack::encoding::base64url_encode(&drawn);
                    let body = reference.post_body(None, Some(&nonce));
                    wallet_nonce = Some(nonce);
                    let headers = [("content-type", FORM), ("accept", REQUEST_OBJECT)];
                    let (url, body) = (reference.uri.as_str(), Some(body.as_bytes()));
                    ok(url, call(fetcher, &Call { url, headers: &headers, body, limit: limits::REQUEST_BYTES })?)?
                }
            };
            let token =
                String::from_utf8(bytes).map_err(|_| Failure::from_fault(Exit::Data, Code::InputInvalidUtf8.into()))?;
            Some((reference.client_id.clone(), token))
        }
    };
    let judge = |evidence: &Evidence| {
        let trust = Trust { evidence, anchors: &[], attesters: &[], registered: &[], now: now() };
        match (&invocation, &object) {
            (Invocation::Parameters(parameters), _) => read_unsigned(parameters, &trust),
            (_, Some((client_id, token))) => {
                open(token, &Expected { client_id, wallet_nonce: wallet_nonce.as_deref(), issuer: None }, &trust)
            }
            (_, None) => Err(Refusal::new(RefusalCode::InvalidRequest, "request")),
        }
    };
    match judge(&evidence) {
        Err(refusal) if refusal.fault().is_some_and(|fault| fault.code() == Code::DidNotResolved) => {
            let did = refusal.fault().and_then(Fault::name).unwrap_or_default();
            did_document(fetcher, did_of(did), &mut evidence)?;
            judge(&evidence).map_err(refused)
        }
        judged => judged.map_err(refused),
    }
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
    if let Some(name) = name_of(request, terminal.lang()) {
        page.push_str(&format!("{}\n", terminal.format("request-name", &[("name", preview(name).into())])));
    }
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

/// What the verifier calls itself. The signature of a request says whose key it is, not whose name.
fn name_of(request: &Request, lang: Lang) -> Option<&Value<'static>> {
    let named = |name: &str| request.metadata.all.get(name).filter(|name| name.as_str().is_some());
    match lang {
        Lang::Fr => named("client_name#fr").or_else(|| named("client_name")),
        _ => named("client_name"),
    }
}
