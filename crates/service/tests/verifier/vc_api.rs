//! The VC API and DID resolution.

use crate::browser::{Page, agent};
use crate::phone::{Card, GOOD, Phone, issuer};
use crate::shop::{Shop, TOKEN};

#[test]
fn credentials_are_verified() {
    let shop = Shop::open();
    for (card, verified) in [(GOOD, true), (Card { issuer: 2, ..GOOD }, false), (Card { days: -1, ..GOOD }, false)] {
        let credential: serde_json::Value = serde_json::from_str(&Phone::with(&card).credential()).unwrap();
        let body = serde_json::json!({"verifiableCredential": credential, "options": {"returnCredential": true}});
        let page = shop.post("/credentials/verify", TOKEN, &body);
        let result = page.json();
        assert_eq!((page.status, &result["verified"]), (200, &verified.into()), "{result}");
        assert_eq!(result["credential"], credential);
        let problems = result["problemDetails"].as_array().unwrap();
        assert_eq!(problems.len(), usize::from(!verified), "{problems:?}");
    }
    // Altered after it was signed.
    let altered = Phone::with(&GOOD).credential().replace("Tremblay", "Gagnon");
    let altered: serde_json::Value = serde_json::from_str(&altered).unwrap();
    let page = shop.post("/credentials/verify", TOKEN, &serde_json::json!({"verifiableCredential": altered}));
    assert_eq!((page.status, &page.json()["verified"]), (200, &false.into()));
    assert!(page.json().get("credential").is_none());
    for body in [
        serde_json::json!({}),
        serde_json::json!({"verifiableCredential": 1}),
        serde_json::json!({"verifiableCredential": {}}),
        serde_json::json!({"verifiableCredential": "ey"}),
        serde_json::json!({"verifiableCredential": altered, "options": {"challenge": 1}}),
    ] {
        assert_eq!(shop.post("/credentials/verify", TOKEN, &body).status, 400, "{body}");
        assert_eq!(shop.post("/presentations/verify", TOKEN, &body).status, 400);
    }
    assert_eq!(shop.post("/credentials/verify", "none", &serde_json::json!({})).status, 401);
}

#[test]
fn presentations_are_verified_for_their_challenge() {
    let shop = Shop::open();
    let presentation = Phone::with(&GOOD).presentation("c-1", "https://shop.example");
    let verified = |challenge: &str, domain: &str| {
        let options = serde_json::json!({"challenge": challenge, "domain": domain});
        let body = serde_json::json!({"verifiablePresentation": presentation, "options": options});
        let page = shop.post("/presentations/verify", TOKEN, &body);
        assert_eq!(page.status, 200, "{}", page.text);
        page.json()["verified"].as_bool().unwrap()
    };
    assert!(verified("c-1", "https://shop.example"));
    assert!(!verified("c-2", "https://shop.example"));
    assert!(!verified("c-1", "https://evil.example"));
}

#[test]
fn dids_are_resolved() {
    let shop = Shop::open();
    let get = |did: &str| {
        let request = agent().get(format!("{}/1.0/identifiers/{did}", shop.url));
        let page = Page::of(request.header("authorization", format!("Bearer {TOKEN}")).call().unwrap());
        assert_eq!(page.headers["content-type"], "application/did-resolution");
        (page.status, page.json())
    };
    let (status, result) = get(&issuer());
    assert_eq!((status, result["didDocument"]["id"].as_str()), (200, Some(issuer().as_str())));
    assert_eq!(get(&issuer().replace(':', "%3A")).0, 200);
    for (did, status, error) in [
        ("did:example:1", 501, "METHOD_NOT_SUPPORTED"),
        ("no-did", 400, "INVALID_DID"),
        ("did:web:192.168.0.1", 400, "INVALID_DID"),
        // Nobody is there.
        ("did:web:nobody.invalid", 502, "INTERNAL_ERROR"),
    ] {
        let (found, result) = get(did);
        let kind = result["didResolutionMetadata"]["error"]["type"].as_str().unwrap();
        assert_eq!((found, kind.rsplit('#').next()), (status, Some(error)), "{did}");
        assert!(result["didDocument"].is_null());
    }
    assert_eq!(
        Page::of(agent().get(format!("{}/1.0/identifiers/did:example:1", shop.url)).call().unwrap()).status,
        401
    );
}
