//! One case for each rule that a wallet may break at the running service, with the OAuth error that must come out of it. Each
//! message is the one that is taken, but for one thing.

use serde_json::{Value, json};
use tamarack::encoding::base64url_encode;
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack_openid4vc::vci::encryption::encrypt;
use tamarack_service::store::Address;

use crate::province::{Answer, Province, now};

const TYPE: &str = "ontario-person";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

/// The cases, and those that came out otherwise than they must.
#[derive(Default)]
struct Table {
    cases: usize,
    wrong: Vec<String>,
}

impl Table {
    fn refuses(&mut self, name: &str, answer: &Answer, status: u16, error: &str) {
        self.cases += 1;
        let found = serde_json::from_str(&answer.text).unwrap_or(Value::Null)["error"].clone();
        if answer.status != status || found != error || answer.header("cache-control") != "no-store" {
            self.wrong.push(format!("{name}: {} {}, not {status} {error}", answer.status, answer.text));
        }
    }
}

/// A JWT of whatever is said, signed.
fn forge(header: &Value, claims: &Value, key: &SecretKey) -> String {
    let algorithm = match key.public_key().key_type() {
        KeyType::Ed25519 => SignatureAlgorithm::EdDsa,
        _ => SignatureAlgorithm::Es256,
    };
    let part = |value: &Value| base64url_encode(value.to_string().as_bytes());
    let input = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(algorithm, input.as_bytes()).unwrap();
    format!("{input}.{}", base64url_encode(&signature))
}

/// The value with members set, or taken out where they are null.
fn with(value: &Value, changes: &Value) -> Value {
    let mut value = value.clone();
    let members = value.as_object_mut().unwrap();
    for (name, change) in changes.as_object().unwrap() {
        if change.is_null() { drop(members.remove(name)) } else { drop(members.insert(name.clone(), change.clone())) }
    }
    value
}

fn jwk(key: &SecretKey) -> Value {
    serde_json::from_str(&tamarack::json::to_string(&key.public_key().to_jwk())).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_broken_rule_has_its_error() {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::parse(folder.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
    let province = Province::found(&address).await;
    let bound = Province::open_with(&address, |settings| settings.tokens.refresh_seconds = Some(3_600)).await;
    let mut t = Table::default();
    key_proofs(&province, &mut t).await;
    requests(&province, &mut t).await;
    proofs_of_possession(&bound, &mut t).await;
    tokens(&bound, &mut t).await;
    assert!(t.wrong.is_empty(), "{}", t.wrong.join("\n"));
    assert_eq!(t.cases, 81);
}

/// OpenID4VCI Appendix F.1 and F.4, at the credential endpoint.
async fn key_proofs(province: &Province, t: &mut Table) {
    let (holder, other) = (SecretKey::generate(KeyType::P256).unwrap(), SecretKey::generate(KeyType::P256).unwrap());
    let (token, _) = province.token(TYPE).await;
    let header = json!({"typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": jwk(&holder)});
    let ask = async |headers: Value, claims: Value| {
        let nonce = province.form("/nonce", "").await.json(200)["c_nonce"].clone();
        let usual = json!({"aud": province.url, "iat": now().unix(), "nonce": nonce});
        let proof = forge(&with(&header, &headers), &with(&usual, &claims), &holder);
        let body = json!({"credential_configuration_id": TYPE, "proofs": {"jwt": [proof]}});
        province.ask(&token, &body.to_string()).await
    };
    assert_eq!(ask(json!({}), json!({})).await.status, 200);
    let private: Value = serde_json::from_str(&holder.expose_jwk()).unwrap();
    for (name, change) in [
        ("typ of another JWT", json!({"typ": "JWT"})),
        ("no typ", json!({"typ": null})),
        ("alg none", json!({"alg": "none"})),
        ("a MAC", json!({"alg": "HS256"})),
        ("an alg that is not listed", json!({"alg": "RS256"})),
        ("an alg of another kind of key", json!({"alg": "EdDSA"})),
        ("critical headers", json!({"crit": ["x"], "x": 1})),
        ("no key", json!({"jwk": null})),
        ("another key", json!({"jwk": jwk(&other)})),
        ("two keys", json!({"kid": "did:key:zDn#zDn"})),
        ("a private key", json!({"jwk": private})),
        ("a DID that would have to be fetched", json!({"jwk": null, "kid": "did:web:evil.example#k"})),
    ] {
        t.refuses(name, &ask(change, json!({})).await, 400, "invalid_proof");
    }
    for (name, change) in [
        ("another audience", json!({"aud": "https://evil.example"})),
        ("the endpoint as audience", json!({"aud": format!("{}/credential", province.url)})),
        ("several audiences", json!({"aud": [province.url, "https://evil.example"]})),
        ("no audience", json!({"aud": null})),
        ("an old proof", json!({"iat": now().unix() - 1_000})),
        ("a proof of tomorrow", json!({"iat": now().unix() + 1_000})),
        ("no date", json!({"iat": null})),
        ("an expired proof", json!({"exp": now().unix() - 1_000})),
        ("a proof that is not good yet", json!({"nbf": now().unix() + 1_000})),
        ("no nonce", json!({"nonce": null})),
        ("a client in an anonymous flow", json!({"iss": "https://evil.example"})),
    ] {
        t.refuses(name, &ask(json!({}), change).await, 400, "invalid_proof");
    }
    t.refuses("a foreign nonce", &ask(json!({}), json!({"nonce": "made-up"})).await, 400, "invalid_nonce");
    let used = province.request_body(TYPE, &[&holder]).await;
    assert_eq!(province.ask(&token, &used).await.status, 200);
    t.refuses("a replayed proof", &province.ask(&token, &used).await, 400, "invalid_nonce");
}

/// OpenID4VCI §8.2, §8.3.1, §10, at the credential, deferred and notification endpoint.
async fn requests(province: &Province, t: &mut Table) {
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    let (token, _) = province.token(TYPE).await;
    let body = province.request_body(TYPE, &[&holder]).await;
    let whole: Value = serde_json::from_str(&body).unwrap();
    let proof = whole["proofs"]["jwt"][0].clone();
    let key = jwk(&SecretKey::generate(KeyType::P256).unwrap());
    let to = with(&with(&key, &json!({"alg": "ECDH-ES", "kid": "w"})), &json!({"use": "enc"}));
    let malformed = "invalid_credential_request";
    for (name, text, status, error) in [
        ("no JSON", "{".to_owned(), 400, malformed),
        ("an array", "[]".to_owned(), 400, malformed),
        ("a member twice", body.replacen('{', "{\"proofs\":{},", 1), 400, malformed),
        ("nothing named", with(&whole, &json!({"credential_configuration_id": null})).to_string(), 400, malformed),
        ("two names", with(&whole, &json!({"credential_identifier": TYPE})).to_string(), 400, malformed),
        (
            "two kinds of proofs",
            with(&whole, &json!({"proofs": {"jwt": [proof], "attestation": ["a.b.c"]}})).to_string(),
            400,
            "invalid_proof",
        ),
        ("no proofs in proofs", with(&whole, &json!({"proofs": {"jwt": []}})).to_string(), 400, "invalid_proof"),
        (
            "a kind of proof that is not taken",
            with(&whole, &json!({"proofs": {"attestation": ["a.b.c"]}})).to_string(),
            400,
            "invalid_proof",
        ),
        (
            "more proofs than one answer has credentials",
            with(&whole, &json!({"proofs": {"jwt": vec![proof.clone(); 15]}})).to_string(),
            400,
            "invalid_proof",
        ),
        ("no proofs at all", with(&whole, &json!({"proofs": null})).to_string(), 400, "invalid_proof"),
        ("an unknown configuration", body.replace(TYPE, "nothing"), 400, "unknown_credential_configuration"),
        (
            "an unknown identifier",
            with(&with(&whole, &json!({"credential_configuration_id": null})), &json!({"credential_identifier": "x"}))
                .to_string(),
            400,
            "unknown_credential_identifier",
        ),
        ("another type than was offered", body.replace(TYPE, "ontario-licence"), 403, "insufficient_scope"),
        (
            "an encryption that is not known",
            with(&whole, &json!({"credential_response_encryption": {"jwk": to, "enc": "A1"}})).to_string(),
            400,
            "invalid_encryption_parameters",
        ),
        (
            "an encrypted answer to an open request",
            with(&whole, &json!({"credential_response_encryption": {"jwk": to, "enc": "A256GCM"}})).to_string(),
            400,
            "invalid_encryption_parameters",
        ),
    ] {
        t.refuses(name, &province.ask(&token, &text).await, status, error);
    }
    let bearer = format!("Bearer {token}");
    let metadata = province.get("/.well-known/openid-credential-issuer").await.json(200).to_string();
    let metadata = tamarack_openid4vc::vci::IssuerMetadata::parse(metadata.as_bytes(), &province.url).unwrap();
    let issuers = metadata.request_encryption.unwrap().keys.remove(0);
    let sealed = encrypt(body.as_bytes(), &issuers, "A128GCM").unwrap();
    let jwe = [("content-type", "application/jwt"), ("authorization", bearer.as_str())];
    let (head, rest) = sealed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&tamarack::encoding::base64url_decode(head).unwrap()).unwrap();
    let renamed = base64url_encode(with(&header, &json!({"kid": "x"})).to_string().as_bytes());
    for (name, text) in [
        ("a request to another key", format!("{renamed}.{rest}")),
        ("a request that was cut", sealed[..sealed.len() - 4].to_owned()),
        ("a request that only says that it is encrypted", body.clone()),
    ] {
        let answer = province.request("POST", "/credential", &jwe, &text).await;
        t.refuses(name, &answer, 400, "invalid_encryption_parameters");
    }
    let plain = [("content-type", "text/plain"), ("authorization", bearer.as_str())];
    t.refuses("another media type", &province.request("POST", "/credential", &plain, &body).await, 400, malformed);
    t.refuses("a token that nobody gave", &province.ask("made-up", &body).await, 401, "invalid_token");
    let twice = [JSON, ("authorization", bearer.as_str()), ("authorization", bearer.as_str())];
    t.refuses("two tokens", &province.request("POST", "/credential", &twice, &body).await, 400, "invalid_request");
    let deferred = json!({"transaction_id": "x"}).to_string();
    t.refuses(
        "no such transaction",
        &province.post(&token, "/deferred_credential", &deferred).await,
        400,
        "invalid_transaction_id",
    );
    t.refuses("no transaction", &province.post(&token, "/deferred_credential", "{}").await, 400, malformed);
    for (name, text, error) in [
        (
            "no such notification",
            json!({"notification_id": "x", "event": "credential_accepted"}),
            "invalid_notification_id",
        ),
        (
            "an unknown event",
            json!({"notification_id": "x", "event": "credential_lost"}),
            "invalid_notification_request",
        ),
        ("no event", json!({"notification_id": "x"}), "invalid_notification_request"),
    ] {
        t.refuses(name, &province.post(&token, "/notification", &text.to_string()).await, 400, error);
    }
    // None of it used the nonce up.
    assert!(t.wrong.is_empty(), "{}", t.wrong.join("\n"));
    assert_eq!(province.ask(&token, &body).await.status, 200);
}

/// RFC 9449 at the token and the credential endpoint.
async fn proofs_of_possession(province: &Province, t: &mut Table) {
    let (key, other) = (SecretKey::generate(KeyType::P256).unwrap(), SecretKey::generate(KeyType::P256).unwrap());
    let redeem = Province::token_form(&province.offer(TYPE, false).await.code, None);
    let url = |path: &str| format!("{}{path}", province.url);
    let proof = |path: &str, by: &SecretKey, headers: Value, claims: Value| {
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(by)});
        let jti = SecretKey::generate(KeyType::Ed25519).unwrap().public_key().to_multikey();
        let usual = json!({"jti": jti, "htm": "POST", "htu": url(path), "iat": now().unix()});
        forge(&with(&header, &headers), &with(&usual, &claims), by)
    };
    for (name, headers, claims) in [
        ("htm of another method", json!({}), json!({"htm": "GET"})),
        ("htu of another endpoint", json!({}), json!({"htu": url("/credential")})),
        ("htu of another host", json!({}), json!({"htu": "https://evil.example/token"})),
        ("an old DPoP proof", json!({}), json!({"iat": now().unix() - 1_000})),
        ("no jti", json!({}), json!({"jti": null})),
        ("a DPoP proof of another typ", json!({"typ": "JWT"}), json!({})),
        ("a DPoP proof with alg none", json!({"alg": "none"}), json!({})),
        ("a DPoP proof of another key", json!({"jwk": jwk(&other)}), json!({})),
        ("a DPoP proof without a key", json!({"jwk": null}), json!({})),
    ] {
        let proof = proof("/token", &key, headers, claims);
        let answer = province.request("POST", "/token", &[FORM, ("dpop", &proof)], &redeem).await;
        t.refuses(name, &answer, 400, "invalid_dpop_proof");
    }
    let [one, two] = [0, 1].map(|_| proof("/token", &key, json!({}), json!({})));
    let answer = province.request("POST", "/token", &[FORM, ("dpop", &one), ("dpop", &two)], &redeem).await;
    t.refuses("two DPoP proofs", &answer, 400, "invalid_dpop_proof");
    let tokens = province.request("POST", "/token", &[FORM, ("dpop", &one)], &redeem).await.json(200);
    let answer = province.request("POST", "/token", &[FORM, ("dpop", &one)], &redeem).await;
    t.refuses("a replayed DPoP proof", &answer, 400, "invalid_dpop_proof");

    let token = tokens["access_token"].as_str().unwrap();
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    let body = province.request_body(TYPE, &[&holder]).await;
    let hash = |text: &str| base64url_encode(&<sha2::Sha256 as sha2::Digest>::digest(text.as_bytes()));
    let (scheme, ath) = (format!("DPoP {token}"), json!({"ath": hash(token)}));
    let ask = async |authorization: &str, proofs: &[String]| {
        let mut headers = vec![JSON, ("authorization", authorization)];
        headers.extend(proofs.iter().map(|proof| ("dpop", proof.as_str())));
        province.request("POST", "/credential", &headers, &body).await
    };
    let of = |by: &SecretKey, claims: Value| proof("/credential", by, json!({}), claims);
    for (name, authorization, proofs, error) in [
        ("ath of another token", &scheme, vec![of(&key, json!({"ath": hash("another")}))], "invalid_dpop_proof"),
        ("no ath", &scheme, vec![of(&key, json!({}))], "invalid_dpop_proof"),
        ("no DPoP proof with the token", &scheme, vec![], "invalid_dpop_proof"),
        ("the proof of another key (jkt)", &scheme, vec![of(&other, ath.clone())], "invalid_token"),
        ("as a bearer token", &format!("Bearer {token}"), vec![], "invalid_token"),
        ("as a bearer token, with its proof", &format!("Bearer {token}"), vec![of(&key, ath.clone())], "invalid_token"),
    ] {
        t.refuses(name, &ask(authorization, &proofs).await, 401, error);
    }
    assert_eq!(ask(&scheme, &[of(&key, ath)]).await.status, 200);
    // Whoever has the refresh token and not the key.
    let refresh = format!("grant_type=refresh_token&refresh_token={}", tokens["refresh_token"].as_str().unwrap());
    let stolen = proof("/token", &other, json!({}), json!({}));
    let answer = province.request("POST", "/token", &[FORM, ("dpop", &stolen)], &refresh).await;
    t.refuses("a refresh token of another key", &answer, 400, "invalid_grant");
}

/// OpenID4VCI §6.1, §6.3, at the token endpoint.
async fn tokens(province: &Province, t: &mut Table) {
    let offer = province.offer(TYPE, true).await;
    let right = Province::token_form(&offer.code, offer.tx_code.as_deref());
    let details = |text: &str| {
        format!("{right}&authorization_details={}", text.replace('"', "%22").replace('{', "%7B").replace('}', "%7D"))
    };
    for (name, form, error) in [
        ("no grant type", right.replace("grant_type", "grant"), "invalid_request"),
        ("a grant type that is not known", right.replace("pre-authorized_code&", "other&"), "unsupported_grant_type"),
        ("a code that nobody gave", Province::token_form("made-up", offer.tx_code.as_deref()), "invalid_grant"),
        ("no transaction code", Province::token_form(&offer.code, None), "invalid_request"),
        ("a wrong transaction code", Province::token_form(&offer.code, Some("x")), "invalid_grant"),
        ("a parameter twice", format!("{right}&tx_code=1"), "invalid_request"),
        ("a scope beyond the offer", format!("{right}&scope=ontario-licence"), "invalid_scope"),
        ("details that are none", details("[{"), "invalid_authorization_details"),
        ("a resource of somebody else", format!("{right}&resource=https%3A%2F%2Fevil.example"), "invalid_target"),
        ("a refresh token that nobody gave", "grant_type=refresh_token&refresh_token=x".to_owned(), "invalid_grant"),
    ] {
        t.refuses(name, &province.form("/token", &form).await, 400, error);
    }
    let answer = province.request("POST", "/token", &[JSON], &right).await;
    t.refuses("another media type at the token endpoint", &answer, 400, "invalid_request");
    assert_eq!(province.form("/token", &right).await.status, 200);
    t.refuses("a code for the second time", &province.form("/token", &right).await, 400, "invalid_grant");
}
