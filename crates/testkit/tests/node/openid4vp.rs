//! OpenID4VP with the OpenWallet Foundation's library: their wallet answers our verifier, ours answers theirs.

use serde_json::{Value, json};
use tamarack::json::{self as ours, Object};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, Signer as _};
use tamarack::present::{Held, Holder};
use tamarack::sd_jwt::{Frame, HashName, IssueOptions, issue};
use tamarack::verify::Outcome;
use tamarack::{Evidence, Policy, SystemRandomness, Timestamp};
use tamarack_openid4vc::vp::answer::Rules;
use tamarack_openid4vc::vp::client_id::{ClientId, Trust};
use tamarack_openid4vc::vp::dcql::{Authorities, Query, World, match_held};
use tamarack_openid4vc::vp::message::parse_form;
use tamarack_openid4vc::vp::request::{self, Expected, Invocation, Request, ResponseMode};
use tamarack_openid4vc::vp::response::{Delivery, Reply, VpToken, deliver, form};
use tamarack_openid4vc::vp::session::{Ask, Session};
use tamarack_openid4vc::vp::wallet::{Purse, show};
use tamarack_testkit::node::Node;

use super::{Known, Side, Tally, against, to_ours};

const RESPONSE_URI: &str = "https://shop.example/answers/17";
const QUERY: &str = r#"{"credentials":[{"id":"pid","format":"dc+sd-jwt","meta":{"vct_values":["https://tamarack.example/v"]},
    "claims":[{"path":["ageOver19"]}]}]}"#;

/// The time of their clock, which their library reads by itself.
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap())
}

#[test]
fn openid4vp() {
    against("OpenID4VP (@openid4vc/openid4vp)", |node, tally| {
        for signed in [false, true] {
            for mode in [ResponseMode::DirectPost, ResponseMode::DirectPostJwt] {
                we_ask(node, tally, signed, mode);
                they_ask(node, tally, signed, mode);
            }
        }
    });
}

/// The verifier: a redirect URI that signs nothing, or a DID.
fn client(signed: bool) -> (ClientId, Known) {
    let verifier = Known::new(KeyType::P256, 9);
    let id = match signed {
        true => format!("decentralized_identifier:{}", verifier.did),
        false => format!("redirect_uri:{RESPONSE_URI}"),
    };
    (ClientId::parse(&id).unwrap(), verifier)
}

/// A private or public JWK as their library takes it.
fn jwk(known: &Known, private: bool) -> Value {
    let mut jwk: Value = match private {
        true => serde_json::from_str(&known.key.expose_jwk()).unwrap(),
        false => serde_json::from_str(&ours::to_string(&known.key.public_key().to_jwk())).unwrap(),
    };
    jwk["kid"] = known.method.clone().into();
    jwk["alg"] = "ES256".into();
    jwk
}

/// What our wallet shows: one credential, of which one claim is asked for.
fn shown(request: &Request) -> VpToken {
    let (issuer, holder) = (Known::new(KeyType::Ed25519, 1), Known::new(KeyType::P256, 3));
    let cnf: Value = serde_json::from_str(&ours::to_string(&holder.key.public_key().to_jwk())).unwrap();
    let claims = json!({
        "iss": issuer.did, "vct": "https://tamarack.example/v", "cnf": {"jwk": cnf}, "ageOver19": true, "givenName": "Zoé",
    });
    let frame = Frame::new().hide("/ageOver19").hide("/givenName");
    let options =
        IssueOptions { typ: "dc+sd-jwt", kid: Some(&issuer.method), hash: HashName::Sha256, certificates: None };
    let text = issue(&to_ours(&claims), &frame, &options, &issuer.key, &mut SystemRandomness).unwrap();
    let held = [Held::parse(text.as_bytes()).unwrap()];
    let holders = [Some(Holder { signer: &holder.key, verification_method: &holder.method })];
    let (contexts, authorities) = (Contexts::builtin(), Authorities::none());
    let world = World::new(&contexts, &authorities).for_verifier(&request.metadata);
    let matches = match_held(request.query.as_ref().unwrap(), &held, &world);
    let purse = Purse { held: &held, holders: &holders, contexts: &contexts, transaction_types: &[], now: now() };
    show(request, &matches, &matches.first_choice().unwrap(), &purse, &mut SystemRandomness).unwrap()
}

/// What our wallet makes of a URL.
fn read(url: &str, at: Timestamp) -> Result<Request, String> {
    let evidence = Evidence::none();
    let trust = Trust { evidence: &evidence, anchors: &[], attesters: &[], registered: &[], now: at };
    let found = match Invocation::parse(url).map_err(|refusal| refusal.to_string())? {
        Invocation::Parameters(parameters) => request::read_unsigned(&parameters, &trust),
        Invocation::Object { client_id, token } => request::open(
            &token,
            &Expected { client_id: &client_id, wallet_nonce: None, issuer: None, fetched_from: None },
            &trust,
        ),
        Invocation::Reference(_) => return Err("by reference".to_owned()),
    };
    found.map_err(|refusal| refusal.to_string())
}

fn we_ask(node: &mut Node, tally: &mut Tally, signed: bool, mode: ResponseMode) {
    let name = format!("we ask, {}, {}", if signed { "signed" } else { "unsigned" }, mode.as_str());
    let (client, verifier) = client(signed);
    let ask = Ask::new(client, RESPONSE_URI, Query::parse(QUERY.as_bytes()).unwrap()).by(mode);
    let session = Session::begin(ask, now(), &mut SystemRandomness).unwrap();
    let url = if signed {
        let header: Object<'static> = [("kid", verifier.method.clone())].into_iter().collect();
        let token = session.request_object(&header, &verifier.key, now()).unwrap();
        session.url_by_value("openid4vp://", &token).unwrap()
    } else {
        session.unsigned_url("openid4vp://").unwrap()
    };
    let mut resolve =
        |url: &str| node.ask(&json!({"do": "resolve", "suite": "openid4vp", "url": url, "key": jwk(&verifier, false)}));
    let resolved = resolve(&url);
    let found = resolved.clone().and_then(|found| match (found["version"].as_u64(), found["signed"].as_bool()) {
        (Some(100), Some(is_signed)) if is_signed == signed => Ok(()),
        _ => Err(format!("version {}, signed {}", found["version"], found["signed"])),
    });
    tally.record(Side::TheyAccept, &name, found);
    if signed {
        let (rest, last) = url.split_at(url.len() - 8);
        let flipped = if last.starts_with('A') { "B" } else { "A" };
        tally.refused(
            Side::TheyRefuse,
            &format!("{name}, signature"),
            resolve(&format!("{rest}{flipped}{}", &last[1..])),
        );
    }
    let Ok(resolved) = resolved else { return };

    // Their answer, with our presentation in it.
    let request = read(&url, now()).unwrap();
    let token: Value = serde_json::from_str(&ours::to_string(&shown(&request).to_json())).unwrap();
    let answer = json!({"do": "answer", "suite": "openid4vp", "payload": resolved["payload"], "token": token});
    let members = node.ask(&answer).unwrap();
    let texts: Vec<(String, String)> = members
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    let body = form(&texts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>());
    let judged = |session: &Session| {
        let received = session.receive(&body, now()).map_err(|refusal| refusal.to_string())?;
        let authorities = Authorities::none();
        let rules = Rules::new(Policy::insecure_trust_any_issuer(), &authorities);
        let answer =
            session.judge(&received, None, &rules, &Evidence::none(), now()).map_err(|refusal| refusal.to_string())?;
        match answer.outcome {
            Outcome::Accept => Ok(()),
            _ => Err(format!("{:?}", answer.refusal)),
        }
    };
    tally.record(Side::WeAccept, &name, judged(&session));
    let other = Session::begin(session.ask().clone(), now(), &mut SystemRandomness).unwrap();
    tally.refused(Side::WeRefuse, &format!("{name}, another session"), judged(&other));
}

fn they_ask(node: &mut Node, tally: &mut Tally, signed: bool, mode: ResponseMode) {
    let name = format!("they ask, {}, {}", if signed { "signed" } else { "unsigned" }, mode.as_str());
    let (client, verifier) = client(signed);
    let decryption = Known::new(KeyType::P256, 11);
    let mut to = jwk(&decryption, false);
    to["use"] = "enc".into();
    to["alg"] = "ECDH-ES".into();
    to["kid"] = "k1".into();
    let mut metadata = json!({"vp_formats_supported": {"dc+sd-jwt": {"sd-jwt_alg_values": ["EdDSA"], "kb-jwt_alg_values": ["ES256"]}}});
    if mode.is_encrypted() {
        metadata["jwks"] = json!({"keys": [to]});
        metadata["encrypted_response_enc_values_supported"] = json!(["A256GCM"]);
    }
    let payload = json!({
        "client_id": client.as_str(), "response_type": "vp_token", "response_mode": mode.as_str(), "response_uri": RESPONSE_URI,
        "nonce": "n-0S6_WzA2Mj", "state": "s-1", "dcql_query": serde_json::from_str::<Value>(QUERY).unwrap(),
        "client_metadata": metadata, "aud": "https://self-issued.me/v2",
    });
    let mut ask = json!({"do": "ask", "suite": "openid4vp", "payload": payload});
    if signed {
        ask["key"] = jwk(&verifier, true);
    }
    let asked = node.ask(&ask).unwrap();
    let url = asked["url"].as_str().unwrap();
    let request = read(url, now());
    tally.record(Side::WeAccept, &name, request.as_ref().map(drop).map_err(Clone::clone));
    if signed {
        tally.refused(Side::WeRefuse, &format!("{name}, too late"), read(url, now().plus_seconds(400)));
    }
    let Ok(request) = request else { return };
    let token = shown(&request);
    let wanted: Value = serde_json::from_str(&ours::to_string(&token.to_json())).unwrap();
    let Delivery::Post { body, .. } = deliver(&request, &Reply { vp_token: Some(token), id_token: None }).unwrap()
    else {
        panic!("not posted")
    };
    let members: serde_json::Map<String, Value> = parse_form(&body)
        .unwrap()
        .iter()
        .map(|(name, value)| (name.to_owned(), value.as_str().map_or_else(|| Value::Null, Value::from)))
        .collect();
    let mut key = jwk(&decryption, true);
    key["kid"] = "k1".into();
    key["alg"] = "ECDH-ES".into();
    let mut parse = |response: &serde_json::Map<String, Value>| {
        let request =
            json!({"do": "parse", "suite": "openid4vp", "payload": payload, "response": response, "key": key});
        node.ask(&request)
    };
    let parsed = parse(&members).and_then(|parsed| {
        let token = match &parsed["token"] {
            Value::String(text) => serde_json::from_str(text).map_err(|error| error.to_string())?,
            other => other.clone(),
        };
        if parsed["type"] == "dcql" && token == wanted { Ok(()) } else { Err(format!("{}: {token}", parsed["type"])) }
    });
    tally.record(Side::TheyAccept, &name, parsed);
    let cut = members.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap()[1..].into())).collect();
    tally.refused(Side::TheyRefuse, &format!("{name}, cut"), parse(&cut));
}
