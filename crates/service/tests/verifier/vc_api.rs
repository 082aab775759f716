//! The VC API, as its test suites use it.

use crate::phone::{Card, GOOD, Phone};
use crate::shop::{Shop, TOKEN};

fn types(result: &serde_json::Value) -> Vec<&str> {
    let problems = result["problemDetails"].as_array().unwrap();
    problems.iter().map(|problem| problem["type"].as_str().unwrap().rsplit('#').next().unwrap()).collect()
}

#[test]
fn credentials_are_verified() {
    let shop = Shop::open();
    // What the suites hold against a verifier: 200 for what it verified, 400 with `verified: false` for all else.
    for (card, verified, problem) in [
        (GOOD, true, ""),
        (Card { issuer: 2, ..GOOD }, false, "CRYPTOGRAPHIC_SECURITY_ERROR"),
        (Card { days: -1, ..GOOD }, false, "RANGE_ERROR"),
        (Card { status: true, ..GOOD }, false, "STATUS_RETRIEVAL_ERROR"),
    ] {
        let credential: serde_json::Value = serde_json::from_str(&Phone::with(&card).credential()).unwrap();
        let body = serde_json::json!({"verifiableCredential": credential, "options": {"returnCredential": true}});
        let page = shop.post("/credentials/verify", TOKEN, &body);
        let result = page.json();
        let status = if verified { 200 } else { 400 };
        assert_eq!((page.status, &result["verified"]), (status, &verified.into()), "{result}");
        assert_eq!(result["credential"], credential);
        let wanted: &[&str] = if verified { &[] } else { &[problem] };
        assert_eq!(types(&result), wanted, "{result}");
    }
    // Altered after it was signed, without its proof, and without what a credential must have.
    let altered = Phone::with(&GOOD).credential().replace("Tremblay", "Gagnon");
    let altered: serde_json::Value = serde_json::from_str(&altered).unwrap();
    let page = shop.post("/credentials/verify", TOKEN, &serde_json::json!({"verifiableCredential": altered}));
    assert_eq!((page.status, &page.json()["verified"]), (400, &false.into()));
    assert!(page.json().get("credential").is_none());
    let good: serde_json::Value = serde_json::from_str(&Phone::with(&GOOD).credential()).unwrap();
    for member in ["@context", "type", "issuer", "credentialSubject", "proof"] {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(member);
        for wrong in [without, {
            let mut wrong = good.clone();
            wrong[member] = serde_json::json!(10);
            wrong
        }] {
            let page = shop.post("/credentials/verify", TOKEN, &serde_json::json!({"verifiableCredential": wrong}));
            assert_eq!((page.status, &page.json()["verified"]), (400, &false.into()), "{member}: {}", page.text);
            assert!(!types(&page.json()).is_empty(), "{member}");
        }
    }
    for body in [
        serde_json::json!({}),
        serde_json::json!({"verifiableCredential": 1}),
        serde_json::json!({"verifiableCredential": {}}),
        serde_json::json!({"verifiableCredential": "ey"}),
        serde_json::json!({"verifiableCredential": altered, "options": {"challenge": 1}}),
    ] {
        for place in ["/credentials/verify", "/presentations/verify"] {
            let page = shop.post(place, TOKEN, &body);
            assert_eq!((page.status, &page.json()["verified"]), (400, &false.into()), "{place} {body}");
        }
    }
    assert_eq!(shop.post("/credentials/verify", "none", &serde_json::json!({})).status, 401);
}

/// As the VC API of our issuer answers with it, and as a string; wrapped otherwise, or within a presentation, it is refused.
#[test]
fn an_sd_jwt_vc_is_verified_as_the_issuer_gives_it() {
    let shop = Shop::open();
    let token = Phone::with_payment_card().credential();
    let wrapped = |media: &str, token: &str| {
        serde_json::json!({
            "@context": "https://www.w3.org/ns/credentials/v2",
            "id": format!("data:{media},{token}"),
            "type": "EnvelopedVerifiableCredential",
        })
    };
    let good = wrapped("application/dc+sd-jwt", &token);
    let more = {
        let mut more = good.clone();
        more["name"] = "more".into();
        more
    };
    let cut = token.rsplit_once('.').unwrap().0;
    for (given, status) in [
        (serde_json::json!(token), 200),
        (good.clone(), 200),
        (wrapped("application/vc+sd-jwt", &token), 400),
        (wrapped("application/dc+sd-jwt;base64", &token), 400),
        (wrapped("application/dc+sd-jwt", cut), 400),
        (more, 400),
    ] {
        let page = shop.post("/credentials/verify", TOKEN, &serde_json::json!({"verifiableCredential": given}));
        assert_eq!(
            (page.status, &page.json()["verified"]),
            (status, &(status == 200).into()),
            "{given}: {}",
            page.text
        );
    }
    let presentation = serde_json::json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [good],
    });
    let page = shop.post("/presentations/verify", TOKEN, &serde_json::json!({"presentation": presentation}));
    assert_eq!((page.status, &page.json()["verified"]), (400, &false.into()), "{}", page.text);
}

#[test]
fn presentations_are_verified_for_their_challenge() {
    let shop = Shop::open();
    let presentation = Phone::with(&GOOD).presentation("c-1", "https://shop.example");
    let verified = |challenge: &str, domain: &str| {
        let options = serde_json::json!({"challenge": challenge, "domain": domain});
        let body = serde_json::json!({"verifiablePresentation": presentation, "options": options});
        let page = shop.post("/presentations/verify", TOKEN, &body);
        let result = page.json();
        let verified = result["verified"].as_bool().unwrap();
        assert_eq!(page.status, if verified { 200 } else { 400 }, "{}", page.text);
        assert_eq!(result["results"]["presentation"]["challenge"]["input"], challenge);
        assert_eq!(result["results"]["presentation"]["domain"]["verified"], verified);
        assert_eq!(result["results"]["credentials"][0]["verified"], true, "{result}");
        verified
    };
    assert!(verified("c-1", "https://shop.example"));
    assert!(!verified("c-2", "https://shop.example"));
    assert!(!verified("c-1", "https://evil.example"));
}

#[test]
fn a_presentation_that_nobody_signed_is_as_good_as_its_credentials() {
    let shop = Shop::open();
    let card = |card: &Card| serde_json::from_str::<serde_json::Value>(&Phone::with(card).credential()).unwrap();
    let ask = |credentials: &[serde_json::Value], options: serde_json::Value| {
        let presentation = serde_json::json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": credentials,
        });
        let body = serde_json::json!({"presentation": presentation, "options": options});
        let page = shop.post("/presentations/verify", TOKEN, &body);
        (page.status, page.json())
    };
    let none = serde_json::json!({});
    let (status, result) = ask(&[card(&GOOD)], none.clone());
    assert_eq!((status, &result["verified"]), (200, &true.into()), "{result}");
    // Which of them failed is told.
    let (status, result) = ask(&[card(&GOOD), card(&Card { days: -1, ..GOOD }), card(&GOOD)], none.clone());
    assert_eq!((status, &result["verified"]), (400, &false.into()), "{result}");
    let credentials = result["results"]["credentials"].as_array().unwrap();
    let each: Vec<bool> = credentials.iter().map(|one| one["verified"].as_bool().unwrap()).collect();
    assert_eq!(each, [true, false, true]);
    assert_eq!(types(&credentials[1]), ["RANGE_ERROR"]);
    // Nobody answered a challenge; and nothing is no proof of anything.
    let (status, _) = ask(&[card(&GOOD)], serde_json::json!({"challenge": "c-1"}));
    assert_eq!(status, 400);
    assert_eq!(ask(&[], none).0, 400);
    // What says that it is signed is not taken for what is not.
    let signed = Phone::with(&GOOD).presentation("c-1", "https://shop.example");
    for body in [
        serde_json::json!({"presentation": signed}),
        serde_json::json!({"presentation": signed, "verifiablePresentation": signed}),
    ] {
        assert_eq!(shop.post("/presentations/verify", TOKEN, &body).status, 400);
    }
}
