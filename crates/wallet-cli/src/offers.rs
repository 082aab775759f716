//! `offers accept`: a credential from an issuer's service (OpenID4VCI 1.0), with a code that the issuer gave beforehand.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::ArgMatches;
use serde_json::json;
use tamarack::json::{Object, Value, to_string};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::present::{Binding, Held, Selection, present};
use tamarack::proof::{BoundSecrets, BoundTo, HolderCommitment};
use tamarack::trust::TrustList;
use tamarack::{CheckResult, Code, Evidence, Fault, Outcome, Policy, SystemRandomness};
use tamarack_cli::{
    Exit, Failure, Lang, Style, Terminal, confirm, key_id, printable, read_secret_key, write_private, write_secret,
};
use tamarack_net::{Call, Fetcher, When, verify_with_network};
use tamarack_openid4vc::limits;
use tamarack_openid4vc::oauth::metadata::ServerMetadata;
use tamarack_openid4vc::oauth::secret::Secret;
use tamarack_openid4vc::oauth::token::{GrantRequest, TokenRequest, TokenResponse};
use tamarack_openid4vc::vci::credential::{CredentialRequest, CredentialResponse, Proofs, Wanted};
use tamarack_openid4vc::vci::deferred::DeferredRequest;
use tamarack_openid4vc::vci::display::Display;
use tamarack_openid4vc::vci::metadata::IssuerMetadata;
use tamarack_openid4vc::vci::offer::{CredentialOffer, OfferUri};
use tamarack_openid4vc::vci::wallet::check_token;
use tamarack_openid4vc::vci::{nonce, proofs};

use crate::dpop::{Asker, Token};
use crate::network::{FORM, call, fetcher, get, ok, policy, refused, trust_list};
use crate::{metadata, now, text};

/// An offer with everything that must be known to take it up.
struct Offered {
    offer: CredentialOffer,
    issuer: IssuerMetadata,
    server: ServerMetadata,
    token_endpoint: String,
    configuration: String,
}

pub(crate) fn accept(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let fetcher = fetcher(matches)?;
    let trusted = trust_list(matches)?;
    let offered = read(text(matches, "offer").unwrap_or_default(), trusted.as_ref(), &fetcher)?;
    terminal.say(&page(&offered, terminal));
    if !matches.get_flag("yes") && !confirm("offer-question", terminal)? {
        terminal.say(&terminal.text("consent-declined"));
        return Ok(Exit::Reject);
    }
    let key = text(matches, "holder-key").map(|path| read_secret_key(path, matches, terminal)).transpose()?;
    // Before the code is used: it is good once.
    let to = text(matches, "new-secrets").map(|path| commit(&offered, path, matches)).transpose()?;
    if needs_key(&offered) && key.is_none() && to.is_none() {
        return Err(Failure::new(Exit::Usage, "offer.holder_key"));
    }
    let asker = Asker::new(&fetcher, &offered.server)?;
    let token = token(&offered, text(matches, "tx-code"), &asker)?;
    let mine = Mine { key: key.as_ref(), commitment: to.as_ref().map(|(_, commitment)| commitment) };
    let response = ask(&offered, &token, mine, &asker, &fetcher)?;
    let wait = matches.get_one::<u32>("wait").copied().unwrap_or_default();
    let credentials = settle(&offered, token, response, wait, &asker, terminal)?;
    let Some(credential) = credentials.first() else {
        return Err(Failure::new(Exit::Data, "protocol.refused")
            .with("error", "invalid_response")
            .with("about", "credentials"));
    };
    let credential = match credential {
        Value::String(text) => text.to_string(),
        other => to_string(other),
    };
    match &to {
        Some((secrets, _)) => check_bound(credential.as_bytes(), secrets, policy(matches)?, &fetcher)?,
        None => check(credential.as_bytes(), &policy(matches)?.as_holder(), &fetcher)?,
    }
    write_private(text(matches, "out").map(Path::new), format!("{credential}\n").as_bytes(), terminal)?;
    if terminal.json() {
        let held = Held::parse(credential.as_bytes())?;
        terminal.json_line(&json!({"suite": held.suite(), "issuer": offered.offer.credential_issuer}))?;
    }
    Ok(Exit::Ok)
}

/// The offer, and the metadata of the issuer and of its authorization server.
fn read(uri: &str, trusted: Option<&TrustList>, fetcher: &Fetcher) -> Result<Offered, Failure> {
    let offer = match OfferUri::parse(uri).map_err(refused)? {
        OfferUri::Value(offer) => offer,
        OfferUri::Reference(url) => {
            let bytes = get(fetcher, &url, "application/json", limits::MESSAGE_BYTES)?;
            CredentialOffer::parse(&bytes).map_err(refused)?
        }
    };
    let issuer = metadata::fetch(&offer.credential_issuer, trusted, fetcher)?;
    offer.check(&issuer).map_err(refused)?;
    let grant = offer.grants.pre_authorized.as_ref();
    let grant = grant.ok_or_else(|| Failure::new(Exit::Data, "offer.grant"))?;
    let servers = issuer.servers();
    let server = grant.authorization_server.as_deref().or_else(|| servers.first().copied()).unwrap_or_default();
    let url = ServerMetadata::url_of(server).map_err(refused)?;
    let bytes = get(fetcher, &url, "application/json", limits::METADATA_BYTES)?;
    let server = ServerMetadata::parse(&bytes, server).map_err(refused)?;
    let token_endpoint = server.token_endpoint.clone().ok_or_else(|| Failure::new(Exit::Data, "offer.grant"))?;
    let configuration = offer.configurations.first().cloned().unwrap_or_default();
    Ok(Offered { offer, issuer, server, token_endpoint, configuration })
}

/// Who offers what.
fn page(offered: &Offered, terminal: &Terminal) -> String {
    let languages: &[&str] = if terminal.lang() == Lang::Fr { &["fr-CA", "fr"] } else { &["en-CA", "en"] };
    let name = |all: &[Display], other: &str| {
        let chosen = Display::choose(all, languages).and_then(|display| display.name.clone());
        printable(&chosen.unwrap_or_else(|| other.to_owned())).into_owned()
    };
    let issuer = &offered.issuer;
    let metadata = issuer.configuration(&offered.configuration).and_then(|one| one.metadata.as_ref());
    let credential = name(metadata.map_or(&[], |one| one.display.as_slice()), &offered.configuration);
    let names = [
        ("issuer", name(&issuer.display, "").into()),
        ("url", printable(&issuer.credential_issuer).into_owned().into()),
        ("credential", credential.into()),
    ];
    let sentence = if issuer.display.is_empty() { "offer-page-unnamed" } else { "offer-page" };
    terminal.paint_talk(Style::Strong, &terminal.format(sentence, &names))
}

fn token(offered: &Offered, tx_code: Option<&str>, asker: &Asker<'_>) -> Result<TokenResponse, Failure> {
    let grant = offered.offer.grants.pre_authorized.as_ref().ok_or_else(|| Failure::new(Exit::Data, "offer.grant"))?;
    if grant.tx_code.is_some() && tx_code.is_none() {
        return Err(Failure::new(Exit::Usage, "offer.tx_code"));
    }
    let request = TokenRequest::with(GrantRequest::PreAuthorized {
        code: Secret::of(grant.code.clone()),
        tx_code: tx_code.map(Secret::of),
    });
    ask_token(offered, &request, asker)
}

fn ask_token(offered: &Offered, request: &TokenRequest, asker: &Asker<'_>) -> Result<TokenResponse, Failure> {
    let url = offered.token_endpoint.as_str();
    let answer = asker.post(url, FORM, &request.to_form(), &Token::Wanted, limits::MESSAGE_BYTES)?;
    let response = TokenResponse::parse(&ok(url, answer)?).map_err(refused)?;
    check_token(&response, asker.uses_dpop(), &offered.server).map_err(refused)?;
    Ok(response)
}

/// Whether the credential will be bound to a key of the holder.
fn needs_key(offered: &Offered) -> bool {
    offered.issuer.configuration(&offered.configuration).is_some_and(|one| !one.proof_types.is_empty())
}

/// What the credential will be bound to.
#[derive(Clone, Copy)]
struct Mine<'m> {
    key: Option<&'m SecretKey>,
    commitment: Option<&'m HolderCommitment>,
}

/// New secrets, which are on the disk before anything is requested: a credential whose secrets are gone can never be shown.
fn commit(offered: &Offered, path: &str, matches: &ArgMatches) -> Result<(BoundSecrets, HolderCommitment), Failure> {
    let configuration = offered.issuer.configuration(&offered.configuration);
    if configuration.is_none_or(|one| one.proof_type(proofs::COMMITMENT).is_none()) {
        return Err(Failure::new(Exit::Data, "offer.no_secrets"));
    }
    let bound_to = text(matches, "bound-to").and_then(BoundTo::parse).unwrap_or(BoundTo::HolderAndPseudonym);
    let (secrets, commitment) = BoundSecrets::commit(bound_to, &mut SystemRandomness)?;
    write_secret(path, secrets.expose_json().as_bytes())?;
    Ok((secrets, commitment))
}

/// The credential request, with a proof of what the credential will be bound to.
fn ask(
    offered: &Offered,
    token: &TokenResponse,
    mine: Mine<'_>,
    asker: &Asker<'_>,
    fetcher: &Fetcher,
) -> Result<CredentialResponse, Failure> {
    let issuer = &offered.issuer;
    let configuration = issuer.configuration(&offered.configuration);
    let c_nonce = match &issuer.nonce_endpoint {
        Some(url) if needs_key(offered) => {
            let limit = limits::MESSAGE_BYTES;
            let answer = call(fetcher, &Call { url, headers: &[], body: Some(&[]), limit })?;
            Some(nonce::parse(&ok(url, answer)?).map_err(refused)?)
        }
        _ => None,
    };
    let (to, c_nonce) = (issuer.credential_issuer.as_str(), c_nonce.as_deref());
    let proofs = match mine {
        _ if !needs_key(offered) => None,
        Mine { commitment: Some(commitment), .. } => {
            // The key of this proof is used once.
            let once = SecretKey::generate(KeyType::P256)?;
            let made = proofs::make_commitment(to, c_nonce, None, commitment, now(), &once);
            Some(Proofs::Commitment(vec![made.map_err(refused)?]))
        }
        Mine { key: Some(key), .. } => {
            let kid = key_id(key.public_key());
            let by_did = configuration.is_some_and(|one| one.binding_methods.iter().any(|m| m.starts_with("did:")));
            let name = if by_did { proofs::KeyName::Did(&kid) } else { proofs::KeyName::Jwk };
            let made = proofs::make_jwt(to, c_nonce, None, name, None, now(), key);
            Some(Proofs::Jwt(vec![made.map_err(refused)?]))
        }
        Mine { .. } => None,
    };
    let request =
        CredentialRequest { proofs, ..CredentialRequest::new(Wanted::Configuration(offered.configuration.clone())) };
    post(&issuer.credential_endpoint, &request.to_json(), token, asker)
}

fn post(url: &str, json: &str, token: &TokenResponse, asker: &Asker<'_>) -> Result<CredentialResponse, Failure> {
    let shown = Token::Shown(token.token_type.name(), token.access_token.expose());
    let answer = asker.post(url, "application/json", json, &shown, limits::CREDENTIAL_RESPONSE_BYTES)?;
    CredentialResponse::parse(&ok(url, answer)?).map_err(refused)
}

/// The credentials, waiting for a clerk's decision as long as the person wants to.
fn settle(
    offered: &Offered,
    mut token: TokenResponse,
    mut response: CredentialResponse,
    wait: u32,
    asker: &Asker<'_>,
    terminal: &Terminal,
) -> Result<Vec<Value<'static>>, Failure> {
    let until = Instant::now() + Duration::from_secs(wait.into());
    let mut given = Instant::now();
    loop {
        let (transaction_id, interval) = match response {
            CredentialResponse::Issued { credentials, .. } => return Ok(credentials),
            CredentialResponse::Deferred { transaction_id, interval, .. } => (transaction_id, interval),
        };
        let url = offered
            .issuer
            .deferred_credential_endpoint
            .as_deref()
            .ok_or_else(|| Failure::new(Exit::Data, "offer.grant"))?;
        let pause = Duration::from_secs(u64::try_from(interval).unwrap_or(1));
        if Instant::now() + pause > until {
            return Err(Failure::new(Exit::Unavailable, "offer.pending"));
        }
        terminal.say(&terminal.text("offer-waiting"));
        std::thread::sleep(pause);
        let request =
            DeferredRequest { transaction_id: Secret::of(transaction_id), response_key: None, other: Object::new() };
        // A clerk may take longer than the access token lives (OpenID4VCI §9, §13.10).
        if let Some(refresh) = next_token(&token, given) {
            let request = TokenRequest::with(GrantRequest::Refresh { token: refresh });
            token = ask_token(offered, &request, asker)?;
            given = Instant::now();
        }
        response = post(url, &request.to_json(), &token, asker)?;
    }
}

/// The refresh token, once the access token is nearly over.
fn next_token(token: &TokenResponse, given: Instant) -> Option<Secret> {
    let seconds = u64::try_from(token.expires_in?).ok()?;
    let over = given.elapsed() + Duration::from_secs(10) >= Duration::from_secs(seconds);
    token.refresh_token.clone().filter(|_| over)
}

/// A credential that does not verify, or that has been revoked already, is not kept.
fn check(credential: &[u8], policy: &Policy, fetcher: &Fetcher) -> Result<(), Failure> {
    let mut evidence = Evidence::none();
    let round = verify_with_network(credential, policy, &mut evidence, When::Now, &now, fetcher)?;
    if round.verdict.outcome() == Outcome::Accept {
        return Ok(());
    }
    let found = round
        .verdict
        .checks()
        .iter()
        .filter(|check| matches!(check.result, CheckResult::Fail | CheckResult::Undetermined))
        .find_map(|check| check.fault.clone());
    Err(found.map_or_else(
        || Failure::new(Exit::Reject, "offer.unverified"),
        |fault| Failure::from_fault(Exit::Reject, fault),
    ))
}

/// A credential that is bound to secrets verifies with them alone: so it is shown to ourselves, all of it.
fn check_bound(credential: &[u8], secrets: &BoundSecrets, policy: Policy, fetcher: &Fetcher) -> Result<(), Failure> {
    const MYSELF: &str = "https://wallet.invalid/received";
    let held = Held::parse(credential)?;
    if !held.is_bound() {
        return Err(Fault::new(Code::ProofBinding).into());
    }
    let secrets = secrets.for_domain(Some(MYSELF))?;
    let pointers = [String::new()];
    let selection = Selection { pointers: &pointers, frame: None };
    let binding =
        Binding { audience: Some(MYSELF), nonce: Some(MYSELF), secrets: Some(&secrets), ..Binding::default() };
    let shown = present(&held, &selection, &binding, &Contexts::builtin(), &mut SystemRandomness)?;
    check(shown.as_bytes(), &policy.expect_challenge(MYSELF).expect_domain(MYSELF), fetcher)
}
