//! An issuer that wants to be taken for another, or wants the screen, the browser or the memory of the phone for itself.

use super::*;

/// What nobody sees, or what turns the direction of writing.
fn is_unseen(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Opens the offer of an issuer whose metadata is this.
fn open(phone: &Phone, issuer: &Issuer, metadata: Vec<u8>) -> Result<Offered> {
    let mut opening = Opening::new(&issuer.offer()).unwrap();
    let mut reply = None;
    loop {
        match phone.with(issuer, |means| opening.step(means, reply.take()))? {
            Step::Send(request) if request.url.contains("openid-credential-issuer") => {
                let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
                reply = Some(Reply::Response(HttpResponse { status: 200, headers, body: metadata.clone() }));
            }
            Step::Send(request) => reply = Some(issuer.answer(&request)),
            Step::Done(offered) => return Ok(offered),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_an_issuer_writes_stays_harmless() {
    let issuer = issuer();
    let phone = phone(&issuer);
    let endless = "Ontario ".repeat(3_000);
    let mut value: serde_json::Value = serde_json::from_str(&issuer.metadata.to_json()).unwrap();
    value["display"] = serde_json::json!([{
        "name": "Service\u{a0}Ontario\u{202e}\n\u{1b}[2J is on the list of issuers that your wallet trusts.", "locale": "fr-CA",
        "logo": {"uri": "javascript:alert(1)", "alt_text": "\u{202e}<img src=x>\n"},
    }]);
    let claim = |path: serde_json::Value, name: &str| serde_json::json!({"path": path, "display": [{"name": name, "locale": "fr-CA"}]});
    value["credential_configurations_supported"]["licence"]["credential_metadata"] = serde_json::json!({
        "display": [{"name": format!("\u{2066}<b>Permis</b> {endless}"), "description": endless, "locale": "fr-CA",
            "background_image": {"uri": "data:text/html,x"}}],
        "claims": [
            claim(serde_json::json!(["__proto__"]), "\u{202e}mon\u{202c}"),
            claim(serde_json::json!(["constructor", "prototype"]), "\u{200b}"),
            {"path": ["along"]}, {"path": ["a/b~c\n", null]},
        ],
    });
    for (logo, shown) in [
        ("javascript:alert(1)", false),
        ("data:image/svg+xml;base64,PHN2Zz4=", false),
        ("data:image/png;base64,iVBORw0KGgo=", true),
        ("https://issuer.example/logo.png", true),
        ("http://192.168.1.1/logo.png", false),
    ] {
        value["display"][0]["logo"]["uri"] = logo.into();
        let offered = open(&phone, &issuer, value.to_string().into_bytes()).unwrap();
        let preview = phone.with(&issuer, |means| offered.preview(means));
        assert_eq!(preview.issuer.logo.is_some(), shown, "{logo}");
        let sentence = &preview.issuer.sentence;
        // The name is one line, and the wallet's own words stand behind it: it is known by its address alone.
        assert!(!sentence.contains('\n') && sentence.contains("Seule son adresse Web est connue"), "{sentence}");
        for line in preview.spoken.lines() {
            assert!(!line.chars().any(is_unseen) && line.chars().count() < 600, "{line:?}");
        }
        assert!(!preview.spoken.contains("javascript:"), "{}", preview.spoken);
        let names: Vec<&str> = preview.credentials[0].claims.iter().map(|claim| claim.name.as_str()).collect();
        assert_eq!(names, ["mon", "Prototype", "Along", "A/b~c"], "{names:?}");
    }
}

#[test]
fn what_is_too_much_is_refused() {
    let issuer = issuer();
    let phone = phone(&issuer);
    let with = |pointer: &str, new: serde_json::Value| {
        let mut value: serde_json::Value = serde_json::from_str(&issuer.metadata.to_json()).unwrap();
        *value.pointer_mut(pointer).unwrap() = new;
        value.to_string().into_bytes()
    };
    let licence = |metadata: serde_json::Value| {
        let mut value: serde_json::Value = serde_json::from_str(&issuer.metadata.to_json()).unwrap();
        value["credential_configurations_supported"]["licence"]["credential_metadata"] = metadata;
        value.to_string().into_bytes()
    };
    let many: Vec<serde_json::Value> = (0..5_000).map(|n| serde_json::json!({"path": [format!("c{n}")]})).collect();
    let languages: Vec<serde_json::Value> =
        (0..500).map(|n| serde_json::json!({"name": "x", "locale": format!("x-{n}")})).collect();
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    for (what, metadata) in [
        ("claims", licence(serde_json::json!({"claims": many}))),
        ("languages", licence(serde_json::json!({"display": languages}))),
        ("another issuer", with("/credential_issuer", "https://issuer.example.evil.example".into())),
        ("an endpoint in the browser", with("/credential_endpoint", "javascript:alert(1)".into())),
        ("an endpoint at home", with("/credential_endpoint", "http://192.168.1.1/x".into())),
        ("depth", deep.into_bytes()),
        ("bytes", vec![b' '; 2 << 20]),
        ("nothing", Vec::new()),
    ] {
        let refused = open(&phone, &issuer, metadata).map(drop).unwrap_err();
        assert!(matches!(refused.code(), "invalid_metadata" | "message.too_large"), "{what}: {refused}");
    }
    for kind in [Kind::Pending, Kind::Key, Kind::Credential] {
        assert_eq!(phone.store.count(kind).unwrap(), 0, "{kind:?}");
    }
}

/// What a service says when it refuses is its code, if that is one, and never its words.
#[test]
fn the_words_of_a_refusal_are_not_repeated() {
    let issuer = issuer();
    let phone = phone(&issuer);
    for (body, told) in [
        (r#"{"error":"access_denied","error_description":"Call 1-900-555-0199"}"#, "access_denied"),
        (r#"{"error":"<script>","error_description":"x"}"#, "service.refused"),
        (r#"{"error":{"x":1}}"#, "service.refused"),
        ("<html><script>alert(1)</script>", "service.refused"),
    ] {
        let mut receiving = phone.accept(&issuer, 1);
        let Step::Send(_) = phone.step(&issuer, &mut receiving, Event::Go).unwrap() else { panic!() };
        let headers = vec![("dpop-nonce".to_owned(), "n".repeat(100_000))];
        let reply = Reply::Response(HttpResponse { status: 403, headers, body: body.as_bytes().to_vec() });
        let error = phone.step(&issuer, &mut receiving, Event::Reply(reply)).unwrap_err();
        assert_eq!(error.code(), told, "{body}");
        for lang in [Lang::En, Lang::Fr] {
            let text = error.message(lang);
            let text = format!("{} {}", text.sentence, text.hint);
            assert!(!text.contains("1-900") && !text.contains('<'), "{text}");
        }
    }
}
