//! An issuer whose identifier has a path (`https://example.org/authorized/ontario`), behind a proxy that hands on what belongs to that
//! path and nothing else of its host: the wallet takes credentials up, with a code and with a sign-in, and a shop believes them.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tamarack::json::Object;
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack_openid4vc::oauth::Form;
use tamarack_testkit::repository;
use tamarack_wallet::receive::{Acceptance, BrowserApp, Event};
use tamarack_wallet::{Step, credentials};

use crate::browser::{Browser, Page, agent};
use crate::programs::{Province, Shop, TypeOf, ask, free_port};
use crate::{Clock as _, Phone, SystemClock, SystemRandomness, VCT, age_of_card, age_query};

/// Two segments, so that nothing works by taking one off; the first begins as an endpoint does, so that nothing is found by its name.
const PATH: &str = "/authorized/ontario";
const CLIENT: &str = "larch-wallet";
/// A scheme of the app’s own, which any app may claim: so the person is asked on a page.
const REDIRECT: &str = "example.larch.app:/back";

/// A message of HTTP/1.1: its head and its body.
fn read_message(from: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        from.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut length =
        lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, value)| value.trim());
    let mut body = vec![0; length.next().map_or(0, |value| value.parse().unwrap())];
    from.read_exact(&mut body).ok()?;
    Some((head, body))
}

fn answer(to: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let text = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}");
    let _ = to.write_all(text.as_bytes());
}

/// Answers what comes at a port of its own, each connection once.
fn listen(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let handle = Arc::new(handle);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let handle = Arc::clone(&handle);
            std::thread::spawn(move || handle(stream));
        }
    });
    port
}

/// A reverse proxy of a host on which others live too.
struct Proxy {
    port: u16,
    /// What was asked for and is not the issuer's.
    missed: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn to(upstream: u16) -> Self {
        let missed = Arc::new(Mutex::new(Vec::new()));
        let others = Arc::clone(&missed);
        let port = listen(move |mut client| {
            let Some((head, body)) = read_message(&mut client) else { return };
            let target = head.split(' ').nth(1).unwrap_or_default();
            let path = target.split('?').next().unwrap_or_default();
            let well_known = ["openid-credential-issuer", "oauth-authorization-server", "jwt-vc-issuer"]
                .map(|name| format!("/.well-known/{name}{PATH}"));
            let below = path.strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            if !below && !well_known.iter().any(|known| known == path) {
                others.lock().unwrap().push(target.to_owned());
                return answer(&mut client, "404 Not Found", "", "");
            }
            let kept = head.trim_end().lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
            let mut lines: Vec<&str> = kept.collect();
            lines.extend(["Connection: close", "X-Forwarded-For: 203.0.113.7", "", ""]);
            let mut server = TcpStream::connect(("127.0.0.1", upstream)).unwrap();
            server.write_all(lines.join("\r\n").as_bytes()).unwrap();
            server.write_all(&body).unwrap();
            let _ = std::io::copy(&mut server, &mut client);
        });
        Self { port, missed }
    }

    fn missed(&self) -> Vec<String> {
        std::mem::take(&mut self.missed.lock().unwrap())
    }
}

/// An OpenID Connect provider at which everybody is one resident and one member of the staff.
fn provider() -> String {
    let key = SecretKey::generate(KeyType::P256).unwrap();
    let asked: Mutex<HashMap<String, String>> = Mutex::default();
    let url = Arc::new(Mutex::new(String::new()));
    let own = Arc::clone(&url);
    let port = listen(move |mut client| {
        let url = own.lock().unwrap().clone();
        let Some((head, body)) = read_message(&mut client) else { return };
        let target = head.split(' ').nth(1).unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let json = |client: &mut TcpStream, value: &Value| {
            answer(client, "200 OK", "content-type: application/json\r\n", &value.to_string());
        };
        match path {
            "/.well-known/openid-configuration" => json(
                &mut client,
                &json!({
                    "issuer": url, "authorization_endpoint": format!("{url}/authorize"),
                    "token_endpoint": format!("{url}/token"), "jwks_uri": format!("{url}/keys"),
                    "response_types_supported": ["code"], "subject_types_supported": ["pairwise"],
                    "id_token_signing_alg_values_supported": ["ES256"],
                }),
            ),
            "/keys" => {
                let jwk = tamarack::json::to_string(&key.public_key().to_jwk());
                let mut jwk: Value = serde_json::from_str(&jwk).unwrap();
                (jwk["kid"], jwk["use"]) = ("one".into(), "sig".into());
                json(&mut client, &json!({"keys": [jwk]}));
            }
            "/authorize" => {
                let form = Form::parse(query).unwrap();
                let code = format!("code-{}", asked.lock().unwrap().len());
                let nonce = form.get("nonce").unwrap_or_default().to_owned();
                asked.lock().unwrap().insert(code.clone(), nonce);
                let back = Form::default().with("state", form.get("state")).with("code", Some(code));
                let to = back.on_url(form.get("redirect_uri").unwrap());
                answer(&mut client, "302 Found", &format!("location: {to}\r\n"), "");
            }
            "/token" => {
                let form = Form::parse(std::str::from_utf8(&body).unwrap()).unwrap();
                let nonce = asked.lock().unwrap().remove(form.get("code").unwrap_or_default());
                let now = SystemClock.now().unix();
                let claims = json!({
                    "iss": url, "aud": "tamarack", "iat": now, "exp": now + 300, "auth_time": now, "nonce": nonce,
                    "sub": "pairwise", "acr": "urn:larch:2", "resident_number": "0000-0001-037", "roles": ["cards"],
                });
                let header: Object<'static> = [("typ", "JWT"), ("kid", "one")].into_iter().collect();
                let token =
                    tamarack::jose::Jws::sign(&header, claims.to_string().as_bytes(), SignatureAlgorithm::Es256, &key)
                        .unwrap();
                let all = json!({"access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": token});
                json(&mut client, &all);
            }
            _ => answer(&mut client, "404 Not Found", "", ""),
        }
    });
    *url.lock().unwrap() = format!("http://127.0.0.1:{port}");
    url.lock().unwrap().clone()
}

/// The settings of sign-in, of citizens and of the operator's page, in a folder.
fn settings(folder: &std::path::Path, issuer: &str) -> Vec<String> {
    let write = |name: &str, value: &Value| {
        let path = folder.join(name);
        std::fs::write(&path, value.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let residents = repository().join("examples/claims/person.csv");
    std::fs::copy(residents, folder.join("person.csv")).unwrap();
    let larch = json!({"format": "tamarack-sign-in/1", "providers": [{
        "name": "larch", "title": {"en": "Larch account", "fr": "Compte Mélèze"}, "issuer": issuer,
        "clientId": "tamarack", "algorithms": ["ES256"],
    }]});
    let citizens = json!({
        "format": "tamarack-citizens/1",
        "wallets": [{"clientId": CLIENT, "title": {"en": "Larch Wallet", "fr": "Portefeuille Mélèze"},
                     "redirectUris": [REDIRECT]}],
        "types": [{"type": "card-sd-jwt", "provider": "larch",
                   "source": {"table": {"file": "person.csv", "key": "card_number", "is": "resident_number"}}}],
    });
    let operator = json!({
        "format": "tamarack-operator/1", "signIn": "larch.json",
        "roles": {"claim": "/roles", "nameClaim": "sub", "issuer": ["cards"], "approver": [], "auditor": ["cards"]},
    });
    let (larch, citizens) = (write("larch.json", &larch), write("citizens.json", &citizens));
    let operator = write("operator.json", &operator);
    ["--sign-in", &larch, "--citizens", &citizens, "--operator", &operator, "--proxies", "1"].map(String::from).to_vec()
}

/// All that a page names on this host is below the path.
fn stays_below(page: &Page) {
    for at in ["href=\"/", "src=\"/", "action=\"/"] {
        for (place, _) in page.text.match_indices(at) {
            let rest = &page.text[place + at.len() - 1..];
            assert!(rest.starts_with(&format!("{PATH}/")) || rest.starts_with(&format!("{PATH}\"")), "{}", &rest[..60]);
        }
    }
}

/// To the provider and back, as a browser goes, until it is told to go elsewhere or shows a page.
fn walk(browser: &mut Browser, from: &str, origin: &str) -> Page {
    let mut at = from.to_owned();
    for _ in 0..8 {
        let page = browser.get(&at);
        match page.headers.get("location") {
            Some(to) if to.starts_with('/') => at = format!("{origin}{to}"),
            Some(to) if to.starts_with("http://") => at.clone_from(to),
            _ => return page,
        }
    }
    panic!("{at} leads nowhere")
}

#[test]
fn an_issuer_below_a_path_is_whole() {
    let upstream = free_port();
    let proxy = Proxy::to(upstream);
    let origin = format!("http://localhost:{}", proxy.port);
    let base = format!("{origin}{PATH}");
    let did = format!("did:web:localhost%3A{}:authorized:ontario", proxy.port);
    let types = [
        TypeOf { file: "person-2.0.json", name: "ontario-person", suite: "eddsa-rdfc-2022" },
        TypeOf { file: "person-2.0.json", name: "card-sd-jwt", suite: "dc+sd-jwt" },
    ];
    let folder = tempfile::tempdir().unwrap();
    let more = settings(folder.path(), &provider());
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let change = |document: &mut Value| {
        if document["suite"] == "dc+sd-jwt" {
            document["assurance"] = json!({"acr": ["urn:larch:2"]});
        }
    };
    let province = Province::below(upstream, (&base, &did), &types, change, &more);

    // What the world looks for between host and path, and below it.
    let read = |url: &str| {
        let page = Page::of(agent().get(url).call().unwrap());
        assert_eq!(page.status, 200, "{url}: {}", page.text);
        page.json()
    };
    let metadata = read(&format!("{origin}/.well-known/openid-credential-issuer{PATH}"));
    let server = read(&format!("{origin}/.well-known/oauth-authorization-server{PATH}"));
    let keys = read(&format!("{origin}/.well-known/jwt-vc-issuer{PATH}"));
    for document in [&metadata["credential_issuer"], &server["issuer"], &keys["issuer"]] {
        assert_eq!(*document, json!(base));
    }
    let endpoints = [&metadata, &server].into_iter().flat_map(|document| document.as_object().unwrap());
    let endpoints: Vec<_> = endpoints.filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri").collect();
    assert!(endpoints.len() >= 7, "{endpoints:?}");
    for (name, url) in endpoints {
        assert!(url.as_str().unwrap().starts_with(&format!("{base}/")), "{name}: {url}");
    }
    assert_eq!(read(&format!("{base}/did.json"))["id"], json!(did));
    assert_eq!(read(&format!("{base}/types/card-sd-jwt/metadata"))["vct"], json!(VCT));
    assert!(read(&format!("{base}/types/ontario-person/schema")).is_object());
    assert!(read(&format!("{base}/jwks"))["keys"].is_array());
    // The documents of somebody whose identifier is the host are not this issuer's.
    for path in ["/.well-known/openid-credential-issuer", "/.well-known/did.json", "/jwks"] {
        let direct = agent().get(format!("http://localhost:{upstream}{path}")).call().unwrap();
        assert_eq!(direct.status().as_u16(), 404, "{path}");
    }

    // By a pre-authorized code.
    let phone = Phone::new(&province);
    let offer = province.offer("ontario-person", "person.json", true);
    assert!(offer.link.contains("%2Fauthorized%2Fontario%2Foffers%2F"), "{}", offer.link);
    let received = phone.accept(&offer).unwrap();
    assert!(received.refused.is_empty() && received.credentials.len() == 1, "{received:?}");

    // By a sign-in in the browser.
    let made: Value =
        serde_json::from_str(&province.ok(&["offer", "--json", "--type", "card-sd-jwt", "--sign-in"])).unwrap();
    let offered = phone.open(made["linkByValue"].as_str().unwrap()).unwrap();
    let app = BrowserApp { client_id: CLIENT.to_owned(), redirect_uri: REDIRECT.to_owned() };
    let acceptance = Acceptance { browser: Some(app), copies: 1, ..Acceptance::default() };
    let mut receiving = offered.accept(&acceptance, &phone.means(), &mut SystemRandomness).unwrap();
    let mut event = Event::Go;
    let start = loop {
        match receiving.step(&phone.means(), event, &mut SystemRandomness).unwrap() {
            Step::Send(request) => event = Event::Reply(phone.send(&request)),
            Step::Browser(url) => break url,
            other => panic!("{other:?}"),
        }
    };
    assert!(start.starts_with(&format!("{base}/authorize?")), "{start}");
    let mut browser = Browser::new(&origin);
    let question = walk(&mut browser, &start, &origin);
    assert_eq!(question.status, 200, "{question:?}");
    stays_below(&question);
    let style = question.attribute("href", &format!("{PATH}/assets/"));
    assert_eq!(browser.get(&style).headers["content-type"], "text/css; charset=utf-8");
    let (action, token) = (question.attribute("action", "/"), question.attribute("value", ""));
    let back = browser.post(&action, &[("csrf", &token), ("decision", "yes")]);
    assert_eq!(back.status, 303, "{}", back.text);
    let mut event = Event::Returned(back.headers["location"].clone());
    let received = loop {
        match receiving.step(&phone.means(), event, &mut SystemRandomness).unwrap() {
            Step::Send(request) => event = Event::Reply(phone.send(&request)),
            Step::Done(received) => break received,
            other => panic!("{other:?}"),
        }
    };
    assert!(received.refused.is_empty() && received.credentials.len() == 1, "{received:?}");
    assert_eq!(credentials::summaries(&phone.store).unwrap().len(), 2);
    assert!(phone.went.borrow().iter().any(|url| *url == format!("{base}/did.json")), "the DID document was looked up");

    // A shop that knows nothing but the DID.
    let sd_jwt = age_query("dc+sd-jwt", &json!({"vct_values": [VCT]}), &["ageOver19"]);
    let shop = Shop::open(&province, &[ask("card", &age_of_card()), ask("sd-jwt", &sd_jwt)]);
    for name in ["card", "sd-jwt"] {
        let begun = shop.begin(name);
        let request = phone.read(&begun.wallet).unwrap().consent_request(&phone.means()).unwrap();
        phone.answer(&request, &request.least).unwrap();
        let result = &shop.read(&begun)["result"];
        assert_eq!(result["outcome"], "accept", "{name}: {result}");
        let checks = result["presentations"][0]["checks"].as_array().unwrap().clone();
        assert!(checks.iter().any(|check| check["id"] == "status" && check["result"] == "pass"), "{name}: {result}");
    }

    // The clerk's page, with a sign-in of its own; and an error, for a person who mistyped.
    let mut clerk = Browser::new(&origin);
    let entry = walk(&mut clerk, &format!("{base}/operator"), &origin);
    stays_below(&entry);
    let go = entry.attribute("href", &format!("{PATH}/operator/sign-in/larch"));
    let home = walk(&mut clerk, &format!("{origin}{go}"), &origin);
    assert_eq!(home.status, 200, "{}", home.text);
    for page in ["", "/types", "/offers", "/offers/ontario-person", "/credentials", "/log", "/requests"] {
        let page = clerk.get(&format!("{PATH}/operator{page}"));
        assert!(page.text.contains("</html>"), "{}: {}", page.status, page.text);
        stays_below(&page);
    }
    stays_below(&clerk.get(&format!("{PATH}/mistyped")));
    // None of it was looked for beside the path.
    assert_eq!(proxy.missed(), Vec::<String>::new());
}
