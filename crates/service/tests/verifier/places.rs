//! Where things are, for whom: a server below a path, pages of other sites, errors for people and for programs.

use tamarack_openid4vc::vp::response::Delivery;

use crate::browser::{Browser, Page, agent};
use crate::phone::{GOOD, Phone};
use crate::shop::Shop;

#[test]
fn a_server_below_a_path_is_whole() {
    let shop = Shop::with("/tenant/a", |_| {});
    let origin = shop.url.trim_end_matches("/tenant/a").to_owned();
    let mut browser = Browser::new(&origin);
    let home = browser.get("/tenant/a");
    assert_eq!(home.status, 200);
    assert_eq!(browser.get("/tenant/a/").headers["location"], "/tenant/a");
    let start = browser.get(&home.attribute("href", "/tenant/a/ask/age"));
    // All that a page names is below the path.
    for page in [&home, &start] {
        for at in ["href=\"/", "src=\"/", "action=\"/"] {
            let mut rest = page.text.as_str();
            while let Some(found) = rest.find(at) {
                rest = &rest[found + at.len() - 1..];
                assert!(rest.starts_with("/tenant/a"), "{}", &rest[..40]);
            }
        }
        let style = page.attribute("href", "/tenant/a/assets/");
        assert_eq!(browser.get(&style).headers["content-type"], "text/css; charset=utf-8");
    }
    let token = start.attribute("value", "");
    let action = start.attribute("action", "/tenant/a/ask/age");
    let begun = browser.post(&action, &[("csrf", &token)]);
    assert_eq!(begun.status, 303, "{}", begun.text);
    let place = begun.headers["location"].clone();
    assert!(place.starts_with("/tenant/a/r/"), "{place}");
    let waiting = browser.get(&place);
    assert!(waiting.text.contains(&format!("{place}/events")), "{}", waiting.text);
    let link = waiting.attribute("href", "openid4vp:").replace("%2Fhere", "");
    let phone = Phone::with(&GOOD);
    let request = phone.open(&link).unwrap();
    let answer = phone.answer(&request);
    let Delivery::Post { uri, .. } = &answer else { panic!() };
    assert!(uri.starts_with(&format!("{}/w/", shop.url)), "{uri}");
    assert_eq!(Phone::send(&answer).status, 200);
    assert!(browser.get(&place).text.contains("class=\"verdict\""), "the result is there");
    // The bridge and the document of the server's own DID.
    let about = Page::of(agent().get(format!("{}/.well-known/openid-configuration", shop.url)).call().unwrap()).json();
    assert_eq!(
        (about["issuer"].as_str(), about["jwks_uri"].as_str()),
        (Some(shop.url.as_str()), Some(format!("{}/oidc/jwks", shop.url).as_str()))
    );
    assert_eq!(Page::of(agent().get(about["jwks_uri"].as_str().unwrap()).call().unwrap()).status, 200);
    // did:web §2.3: the document of did:web:host:tenant:a is at /tenant/a/did.json. (This machine has no did:web.)
    let document = Page::of(agent().get(format!("{}/did.json", shop.url)).call().unwrap());
    assert_eq!((document.status, document.json()["error"].as_str()), (404, Some("not_found")));
    // Beside the path there is nothing but the health.
    assert_eq!(browser.get("/ask/age").status, 404);
    assert_eq!(browser.get("/healthz").status, 200);
}

/// The answer to a page of another site that asks whether it may.
fn preflight(url: &str, method: &str) -> Page {
    let request = ureq::http::Request::builder().method("OPTIONS").uri(url);
    let request = request
        .header("origin", "https://wallet.example")
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,dpop,content-type");
    Page::of(agent().run(request.body(()).unwrap()).unwrap())
}

#[test]
fn pages_of_other_sites_reach_what_wallets_and_relying_parties_use_and_nothing_else() {
    let shop = Shop::open();
    let begun = shop.begin("age");
    let request_uri = begun["requestUri"].as_str().unwrap().to_owned();
    let at = |path: &str| format!("{}{path}", shop.url);
    for (url, method) in [
        (request_uri.clone(), "GET"),
        (request_uri.clone(), "POST"),
        (format!("{request_uri}/response"), "POST"),
        (at("/.well-known/did.json"), "GET"),
        (at("/.well-known/openid-configuration"), "GET"),
        (at("/oidc/jwks"), "GET"),
        (at("/oidc/token"), "POST"),
        (at("/oidc/userinfo"), "GET"),
    ] {
        let allowed = preflight(&url, method);
        assert_eq!((allowed.status, allowed.headers["access-control-allow-origin"].as_str()), (204, "*"), "{url}");
        assert!(allowed.headers["access-control-allow-methods"].contains(method), "{url}");
        // Fetch §3.2.2: `*` would not stand for Authorization.
        let named = allowed.headers["access-control-allow-headers"].to_ascii_lowercase();
        assert!(["authorization", "dpop", "content-type"].iter().all(|name| named.contains(name)), "{named}");
        let answer = Page::of(agent().get(&url).call().unwrap());
        assert_eq!(answer.headers["access-control-allow-origin"], "*", "{url} ({})", answer.status);
        let exposed = &answer.headers["access-control-expose-headers"];
        assert!(exposed.contains("DPoP-Nonce") && exposed.contains("WWW-Authenticate"), "{exposed}");
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
    }
    for path in ["/", "/ask/age", "/oidc/authorize", "/requests", "/credentials/verify"] {
        let asked = preflight(&at(path), "POST");
        assert!(!asked.headers.contains_key("access-control-allow-origin"), "{path}");
        let answer = Page::of(agent().get(at(path)).header("origin", "https://evil.example").call().unwrap());
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{path}");
    }
}

#[test]
fn a_program_reads_json_whatever_it_accepts() {
    let shop = Shop::open();
    let accept = "text/html,application/xhtml+xml,*/*;q=0.8";
    let kind = |path: &str, body: Option<&str>| {
        let url = format!("{}{path}", shop.url);
        let page = match body {
            None => Page::of(agent().get(url).header("accept", accept).call().unwrap()),
            Some(body) => {
                let request = agent().post(url).header("accept", accept);
                Page::of(request.header("content-type", "application/x-www-form-urlencoded").send(body).unwrap())
            }
        };
        (page.status, page.headers["content-type"].clone())
    };
    let json = |status: u16| (status, "application/json".to_owned());
    assert_eq!(kind("/oidc/token", Some("grant_type=authorization_code&client_id=nobody")), json(401));
    assert_eq!(kind("/oidc/userinfo", None), json(401));
    assert_eq!(kind("/w/short", None), json(404));
    assert_eq!(kind(&format!("/w/{}/response", "A".repeat(22)), Some("state=x")), json(410));
    assert_eq!(kind("/requests/short", None), json(401));
    let page = |status: u16| (status, "text/html; charset=utf-8".to_owned());
    assert_eq!(kind("/oidc/authorize?client_id=nobody", None), page(400));
    assert_eq!(kind("/ask/nobody", None), page(404));
    assert_eq!(kind("/mistyped", None), page(404));
}
