//! What wallets may break: the form of an answer, its encryption, the presentations, and whether they answer what was asked.

use super::*;

#[test]
fn the_form_of_an_answer() {
    let mut t = Table::default();
    let wallet = wallet();
    let (session, request) = asked(query_for(SD_JWT), ResponseMode::DirectPost);
    let token = wallet.show(&request);
    let (state, text) = (session.state().unwrap().to_owned(), json::to_string(&token.to_json()));
    let receive = |members: &[(&str, &str)]| session.receive(&response::form(members), now());
    assert!(receive(&[("vp_token", &text), ("state", &state)]).is_ok());
    assert!(receive(&[("vp_token", &text), ("state", &state), ("more", "x")]).is_ok(), "unknown members are ignored");
    t.refuses("no state", receive(&[("vp_token", &text)]), INVALID, "state");
    t.refuses("another state", receive(&[("vp_token", &text), ("state", "x")]), INVALID, "state");
    t.refuses("two states", session.receive("state=a&state=b", now()), INVALID, "parameters");
    let other = begin(ask(redirect_client(), query_for(SD_JWT)));
    t.refuses("another session's", other.receive(&body_of(&request, token.clone()), now()), INVALID, "state");
    t.refuses(
        "too late",
        session.receive(&body_of(&request, token.clone()), now().plus_seconds(301)),
        INVALID,
        "expired",
    );
    t.refuses("no vp_token", receive(&[("state", &state)]), INVALID, "vp_token");
    t.refuses(
        "encrypted where nobody asked",
        receive(&[("response", "a.b.c.d.e"), ("state", &state)]),
        INVALID,
        "response",
    );
    t.refuses(
        "an ID token that nobody asked for",
        receive(&[("vp_token", &text), ("id_token", "x"), ("state", &state)]),
        INVALID,
        "id_token",
    );
    let presentation = token.iter().next().unwrap().1[0].as_str().unwrap().to_owned();
    let one = |text: &str| receive(&[("vp_token", text), ("state", &state)]);
    t.refuses("a bare presentation", one(&format!("\"{presentation}\"")), INVALID, "vp_token");
    t.refuses("no JSON", one(&presentation), INVALID, "vp_token");
    t.refuses("an array", one(&format!(r#"["{presentation}"]"#)), INVALID, "vp_token");
    t.refuses("a text under the id", one(&format!(r#"{{"pid":"{presentation}"}}"#)), INVALID, "vp_token");
    t.refuses("nothing under the id", one(r#"{"pid":[]}"#), INVALID, "vp_token");
    t.refuses("a number", one(r#"{"pid":[7]}"#), INVALID, "vp_token");
    t.refuses(
        "twice under the id",
        one(&format!(r#"{{"pid":["{presentation}","{presentation}"]}}"#)),
        INVALID,
        "vp_token",
    );
    t.refuses(
        "an id twice",
        one(&format!(r#"{{"pid":["{presentation}"],"pid":["{presentation}"]}}"#)),
        INVALID,
        "vp_token",
    );
    t.refuses(
        "what nobody asked for",
        one(&format!(r#"{{"pid":["{presentation}"],"more":["{presentation}"]}}"#)),
        INVALID,
        "vp_token",
    );
    t.refuses("nothing", one("{}"), INVALID, "credentials");
    t.refuses("an error without a state", receive(&[("error", "access_denied")]), INVALID, "state");
    t.refuses("an error of letters that are none", receive(&[("error", "<b>"), ("state", &state)]), INVALID, "error");
    let own = receive(&[("error", "org.example.too-late"), ("state", &state)]).unwrap();
    assert_eq!(own, Received::Refused { error: "org.example.too-late".to_owned() });
    let denied = receive(&[("error", "access_denied"), ("state", &state)]).unwrap();
    assert_eq!(denied, Received::Refused { error: "access_denied".to_owned() });
    let authorities = Authorities::none();
    let rules = Rules::new(Policy::insecure_trust_any_issuer(), &authorities);
    t.refuses(
        "the wallet says no",
        session.judge(&denied, None, &rules, &Evidence::none(), now()),
        "access_denied",
        "error",
    );
    t.done(21);
}

#[test]
fn encrypted_answers() {
    let mut t = Table::default();
    let wallet = wallet();
    let (session, request) = asked(query_for(SD_JWT), ResponseMode::DirectPostJwt);
    let token = wallet.show(&request);
    let body = body_of(&request, token.clone());
    assert!(session.receive(&body, now()).is_ok());
    assert_eq!(response::address_of(&body).unwrap().kid.as_deref(), session.kid());
    let receive = |jwe: &str| session.receive(&response::form(&[("response", jwe)]), now());
    let text = json::to_string(&token.to_json());
    let plain = response::form(&[("vp_token", &text), ("state", session.state().unwrap())]);
    t.refuses("downgraded", session.receive(&plain, now()), INVALID, "response");
    let jwe = body.strip_prefix("response=").unwrap();
    let with_header = |change: &dyn Fn(&mut Object<'static>)| {
        let (header, rest) = jwe.split_once('.').unwrap();
        let mut header = object(std::str::from_utf8(&base64url_decode(header).unwrap()).unwrap());
        change(&mut header);
        format!("{}.{rest}", base64url_encode(json::to_string(&Value::Object(header)).as_bytes()))
    };
    t.refuses("another alg", receive(&with_header(&|h| drop(h.insert("alg", "dir")))), INVALID, "alg");
    t.refuses("another enc", receive(&with_header(&|h| drop(h.insert("enc", "A128CBC-HS256")))), INVALID, "enc");
    t.refuses("another kid", receive(&with_header(&|h| drop(h.insert("kid", "x")))), INVALID, "kid");
    t.refuses("no kid", receive(&with_header(&|h| drop(h.remove("kid")))), INVALID, "kid");
    t.refuses("compressed", receive(&with_header(&|h| drop(h.insert("zip", "DEF")))), INVALID, "response");
    t.refuses("critical", receive(&with_header(&|h| drop(h.insert("crit", value(r#"["exp"]"#))))), INVALID, "response");
    t.refuses(
        "a header that was changed",
        receive(&with_header(&|h| drop(h.insert("apu", "eA")))),
        INVALID,
        "response",
    );
    t.refuses("cut", receive(&jwe[..jwe.len() - 4]), INVALID, "response");
    t.refuses("no JWE", receive("a.b.c"), INVALID, "response");
    // To another session's key, under this one's name.
    let (other, theirs) = asked(query_for(SD_JWT), ResponseMode::DirectPostJwt);
    let stray = body_of(&theirs, wallet.show(&theirs));
    t.refuses("another session's", session.receive(&stray, now()), INVALID, "kid");
    let renamed = {
        let (header, rest) = stray.strip_prefix("response=").unwrap().split_once('.').unwrap();
        let mut header = object(std::str::from_utf8(&base64url_decode(header).unwrap()).unwrap());
        header.insert("kid", session.kid().unwrap().to_owned());
        format!("{}.{rest}", base64url_encode(json::to_string(&Value::Object(header)).as_bytes()))
    };
    t.refuses("another key under this name", receive(&renamed), INVALID, "response");
    // The right key, and the state of another session.
    let crossed = Request { state: other.state().map(str::to_owned), ..request.clone() };
    t.refuses("another state inside", session.receive(&body_of(&crossed, token), now()), INVALID, "state");
    let seal = |content: &[u8]| tamarack_openid4vc::vp::encryption::encrypt(content, &request.metadata).unwrap();
    t.refuses("no JSON inside", receive(&seal(b"{")), INVALID, "response");
    t.refuses("no object inside", receive(&seal(b"[]")), INVALID, "response");
    t.done(15);
}

/// What the verifier makes of one presentation under `pid`.
fn judged(session: &Session, presentation: Value<'static>) -> Result<()> {
    let mut token = VpToken::new();
    token.push("pid", presentation);
    whole(judge(session, &Received::Answer { vp_token: Some(token), id_token: None }))
}

/// A presentation of a held credential, made otherwise than it should be.
fn shown(
    wallet: &Wallet,
    index: usize,
    pointers: &[&str],
    audience: &str,
    nonce: &str,
    by: Option<&Person>,
) -> Value<'static> {
    let pointers: Vec<String> = pointers.iter().map(|pointer| (*pointer).to_owned()).collect();
    let is_bound = by.is_some() || wallet.held[index].is_zero_knowledge();
    let binding = Binding {
        audience: is_bound.then_some(audience),
        nonce: is_bound.then_some(nonce),
        holder: by.map(Person::holder),
        created: Some(now()),
        issuer_key: None,
        key_binding_claims: None,
        secrets: None,
    };
    let selection = Selection { pointers: &pointers, frame: None };
    let text = present(&wallet.held[index], &selection, &binding, &Contexts::builtin(), &mut rng()).unwrap();
    if text.starts_with('{') { value(&text) } else { Value::from(text) }
}

const EVERYTHING: &[&str] = &[""];

#[test]
fn presentations() {
    let mut t = Table::default();
    let wallet = wallet();
    let client = redirect_client();
    let audience = client.as_str();
    let stranger = person(KeyType::Ed25519, 66);
    for index in [SD_JWT, LDP, BBS, JWT, ECDSA_SD] {
        let (session, _) = asked(query_for(index), ResponseMode::DirectPost);
        let (nonce, by) = (session.nonce(), wallet.keys[index].as_ref());
        let good = shown(&wallet, index, EVERYTHING, audience, nonce, by);
        assert_eq!(judged(&session, good.clone()), Ok(()), "{index}");
        let other = begin(ask(redirect_client(), query_for(index)));
        t.refuses(&format!("{index}: replayed in another session"), judged(&other, good), INVALID, "nonce");
        let nowhere = shown(&wallet, index, EVERYTHING, RESPONSE_URI, nonce, by);
        t.refuses(&format!("{index}: for the client without its prefix"), judged(&session, nowhere), INVALID, "aud");
        let stale = shown(&wallet, index, EVERYTHING, audience, "n-1", by);
        t.refuses(&format!("{index}: another nonce"), judged(&session, stale), INVALID, "nonce");
        if index != BBS && index != ECDSA_SD {
            let bare = shown(&wallet, index, EVERYTHING, audience, nonce, None);
            let about = if index == SD_JWT { "holder_binding" } else { "nonce" };
            t.refuses(&format!("{index}: without the holder's proof"), judged(&session, bare), INVALID, about);
        }
        if index != SD_JWT {
            let theirs = shown(&wallet, index, EVERYTHING, audience, nonce, Some(&stranger));
            t.refuses(&format!("{index}: by somebody else"), judged(&session, theirs), INVALID, "holder_binding");
        }
    }
    // A derived credential answers the nonce by itself, but nobody's key did.
    let (session, _) = asked(query_for(BBS), ResponseMode::DirectPost);
    let bare = shown(&wallet, BBS, EVERYTHING, audience, session.nonce(), None);
    t.refuses("derived, without the holder's proof", judged(&session, bare), INVALID, "holder_binding");
    let bearer = shown(&wallet, ANONYMOUS, EVERYTHING, audience, session.nonce(), Some(&stranger));
    t.refuses("a credential that names nobody", judged(&session, bearer.clone()), INVALID, "holder_binding");
    let authorities = Authorities::none();
    let weaker = Rules::new(Policy::insecure_trust_any_issuer(), &authorities).weaken_bearer_credentials();
    let mut token = VpToken::new();
    token.push("pid", bearer);
    let received = Received::Answer { vp_token: Some(token), id_token: None };
    let answer = session.judge(&received, None, &weaker, &Evidence::none(), now()).unwrap();
    assert_eq!(answer.outcome, Outcome::Accept, "the verifier may say so");
    let (open, _) = asked(query_for(ANONYMOUS), ResponseMode::DirectPost);
    let stale = shown(&wallet, ANONYMOUS, EVERYTHING, audience, "n-1", None);
    t.refuses("nobody's proof is asked for, but this is for another request", judged(&open, stale), INVALID, "nonce");
    let elsewhere = shown(&wallet, ANONYMOUS, EVERYTHING, "https://evil.example", open.nonce(), None);
    t.refuses("… or for another verifier", judged(&open, elsewhere), INVALID, "aud");

    // The form of another format.
    let (sd, _) = asked(query_for(SD_JWT), ResponseMode::DirectPost);
    let (ldp, _) = asked(query_for(LDP), ResponseMode::DirectPost);
    let (jwt, _) = asked(query_for(JWT), ResponseMode::DirectPost);
    let of = |session: &Session, index: usize| {
        shown(&wallet, index, EVERYTHING, audience, session.nonce(), wallet.keys[index].as_ref())
    };
    t.refuses("an object for an SD-JWT", judged(&sd, of(&sd, LDP)), INVALID, "format");
    t.refuses("a JWT for an SD-JWT", judged(&sd, of(&sd, JWT)), INVALID, "format");
    t.refuses("an SD-JWT for a JWT", judged(&jwt, of(&jwt, SD_JWT)), INVALID, "format");
    t.refuses("a JWT for an object", judged(&ldp, of(&ldp, JWT)), INVALID, "format");
    t.refuses("no presentation at all", judged(&ldp, value(r#"{"a":1}"#)), INVALID, "vp_token");
    let token = of(&ldp, JWT);
    let envelope = format!(
        r#"{{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiablePresentation","id":"data:application/vp+jwt,{}"}}"#,
        token.as_str().unwrap()
    );
    assert!(judged(&ldp, value(&envelope)).is_err(), "a token in an envelope is no Data Integrity proof");

    // One presentation, one credential.
    let one = of(&ldp, LDP);
    let both = {
        let credential = one.get("verifiableCredential").unwrap().items()[0].clone();
        let mut document = one.as_object().unwrap().clone();
        document.remove("proof");
        document.insert("verifiableCredential", Value::Array(vec![credential.clone(), credential]));
        let holder = person(KeyType::Ed25519, 2);
        let options = tamarack::issue::SecureOptions {
            verification_method: &holder.method,
            created: Some(now()),
            challenge: Some(ldp.nonce()),
            domain: Some(audience),
            ..Default::default()
        };
        let securing = tamarack::issue::Securing::DataIntegrity(Suite::EddsaRdfc2022);
        value(&tamarack::issue::secure(document, securing, &options, &holder.key, &Contexts::builtin()).unwrap())
    };
    t.refuses("two credentials in one presentation", judged(&ldp, both), INVALID, "vp_token");

    // Tampered with, after it was signed.
    let mut text = of(&sd, SD_JWT).as_str().unwrap().to_owned();
    let at = text.find('.').unwrap() + 40;
    let flipped = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    text.replace_range(at..=at, flipped);
    assert!(judged(&sd, Value::from(text)).is_err());
    let mut changed = of(&ldp, LDP);
    let credential = changed.as_object_mut().unwrap().get_mut("verifiableCredential").unwrap();
    let Value::Array(items) = credential else { panic!() };
    items[0]
        .as_object_mut()
        .unwrap()
        .get_mut("credentialSubject")
        .unwrap()
        .as_object_mut()
        .unwrap()
        .insert("givenName", "Eve");
    t.refuses("a claim was changed", judged(&ldp, changed), INVALID, "proof");
    t.done(28);
}

#[test]
fn the_query_once_more() {
    let mut t = Table::default();
    let wallet = wallet();
    let client = redirect_client();
    let audience = client.as_str();
    let sd = |members: &str| query(&format!(r#"{{"credentials":[{{"id":"pid","format":"dc+sd-jwt",{members}}}]}}"#));
    let ldp = |members: &str| query(&format!(r#"{{"credentials":[{{"id":"pid","format":"ldp_vc",{members}}}]}}"#));
    let answer = |query: Query, index: usize, pointers: &[&str]| {
        let (session, _) = asked(query, ResponseMode::DirectPost);
        judged(&session, shown(&wallet, index, pointers, audience, session.nonce(), wallet.keys[index].as_ref()))
    };
    let vct = format!(r#""meta":{{"vct_values":["{VCT}"]}}"#);
    let card = format!(r#""meta":{{"type_values":[["{}"]]}}"#, card_type());
    let claims = |path: &str, values: &str| format!(r#"{vct},"claims":[{{"path":{path}{values}}}]"#);
    assert_eq!(answer(sd(&vct), SD_JWT, &[]), Ok(()));
    assert_eq!(
        answer(sd(&claims(r#"["nationalities",1]"#, r#","values":["FR"]"#)), SD_JWT, &["/nationalities/1"]),
        Ok(())
    );
    t.refuses(
        "another kind",
        answer(sd(r#""meta":{"vct_values":["https://a.example/x"]}"#), SD_JWT, &[]),
        INVALID,
        "meta",
    );
    t.refuses(
        "another type",
        answer(ldp(r#""meta":{"type_values":[["https://a.example/x"]]}"#), LDP, EVERYTHING),
        INVALID,
        "meta",
    );
    t.refuses(
        "a type that is not expanded",
        answer(ldp(r#""meta":{"type_values":[["OntarioPersonCredential"]]}"#), LDP, EVERYTHING),
        INVALID,
        "meta",
    );
    t.refuses("a claim is missing", answer(sd(&claims(r#"["age"]"#, "")), SD_JWT, &["/given_name"]), INVALID, "claims");
    t.refuses(
        "another value",
        answer(sd(&claims(r#"["age"]"#, r#","values":[40]"#)), SD_JWT, &["/age"]),
        INVALID,
        "values",
    );
    t.refuses(
        "another type of value",
        answer(sd(&claims(r#"["age"]"#, r#","values":["39"]"#)), SD_JWT, &["/age"]),
        INVALID,
        "values",
    );
    t.refuses(
        "another element",
        answer(sd(&claims(r#"["nationalities",0]"#, r#","values":["CA"]"#)), SD_JWT, &["/nationalities/1"]),
        INVALID,
        "values",
    );
    t.refuses(
        "half of a claim set",
        answer(
            sd(&format!(
                r#"{vct},"claims":[{{"id":"a","path":["age"]}},{{"id":"b","path":["given_name"]}}],"claim_sets":[["a","b"]]"#
            )),
            SD_JWT,
            &["/age"],
        ),
        INVALID,
        "claims",
    );
    t.refuses(
        "another authority",
        answer(
            sd(&format!(r#"{vct},"trusted_authorities":[{{"type":"aki","values":["s9tIpPmhxdiuNkHMEWNpYim8S8Y"]}}]"#)),
            SD_JWT,
            &[],
        ),
        INVALID,
        "trusted_authorities",
    );
    t.refuses(
        "derived, a claim is missing",
        answer(
            ldp(&format!(r#"{card},"claims":[{{"path":["credentialSubject","birthDate"]}}]"#)),
            BBS,
            &["/credentialSubject/ageOver19"],
        ),
        INVALID,
        "claims",
    );

    // Nobody whom this verifier trusts.
    let (session, request) = asked(query_for(SD_JWT), ResponseMode::DirectPost);
    let received = Received::Answer { vp_token: Some(wallet.show(&request)), id_token: None };
    let authorities = Authorities::none();
    let list = tamarack::trust::TrustList::parse(
        br#"{"version":1,"name":{"en":"a","fr":"a"},"issued":"2026-11-01T00:00:00Z","validUntil":"2027-11-01T00:00:00Z","issuers":[]}"#,
    );
    let rules = Rules::new(Policy::trusting(list.unwrap()), &authorities);
    let answer = session.judge(&received, None, &rules, &Evidence::none(), now()).unwrap();
    t.refuses("an unknown issuer", whole(answer), INVALID, "issuer");
    let rules = Rules::new(Policy::insecure_trust_any_issuer(), &authorities);
    let later = now().plus_seconds(700);
    let answer = session.judge(&received, None, &rules, &Evidence::none(), later).unwrap();
    t.refuses("a key-binding JWT that is too old", whole(answer), INVALID, "holder_binding");

    // Of two, one is good: enough where one is enough.
    let two = query(&format!(
        r#"{{"credentials":[{{"id":"pid","format":"dc+sd-jwt","meta":{{"vct_values":["{VCT}"]}}}},
        {{"id":"card","format":"ldp_vc",{card}}}],"credential_sets":[{{"options":[["pid"]]}},{{"options":[["card"]],"required":false}}]}}"#
    ));
    let (session, _) = asked(two, ResponseMode::DirectPost);
    let mut token = VpToken::new();
    token.push("pid", shown(&wallet, SD_JWT, &[], audience, session.nonce(), wallet.keys[SD_JWT].as_ref()));
    let stranger = person(KeyType::Ed25519, 66);
    let theirs = shown(&wallet, LDP, EVERYTHING, audience, session.nonce(), Some(&stranger));
    token.push("card", theirs);
    let answer = judge(&session, &Received::Answer { vp_token: Some(token.clone()), id_token: None });
    assert_eq!(answer.outcome, Outcome::Accept);
    assert_eq!((answer.accepted("pid").count(), answer.accepted("card").count()), (1, 0), "the bad one is discarded");
    let stale = shown(&wallet, LDP, EVERYTHING, audience, "n-1", wallet.keys[LDP].as_ref());
    let mut spoiled = VpToken::new();
    spoiled.push("pid", token.iter().next().unwrap().1[0].clone());
    spoiled.push("card", stale);
    let answer = judge(&session, &Received::Answer { vp_token: Some(spoiled), id_token: None });
    t.refuses("a wrong nonce spoils the whole", whole(answer), INVALID, "nonce");
    t.done(13);
}

#[test]
fn transaction_data() {
    let mut t = Table::default();
    let wallet = wallet();
    let field = Field { name: "to".to_owned(), kind: FieldKind::Text, is_required: true };
    let types = [TransactionType { name: "pay".to_owned(), fields: vec![field] }];
    let piece =
        |kind: &str, ids: &[&str]| TransactionData::new(kind, ids, &object(r#"{"to":"shop"}"#)).unwrap().encode();
    let asked = |pieces: Vec<String>, index: usize| {
        let session = begin(Ask { transaction_data: pieces, ..ask(redirect_client(), query_for(index)) });
        let request = request::read_unsigned(&session.parameters(), &trust(&Evidence::none())).unwrap();
        (session, request)
    };
    let make = |request: &Request, types: &[TransactionType]| {
        let matches = wallet.matches(request.query.as_ref().unwrap());
        let (contexts, holders) = (Contexts::builtin(), wallet.holders());
        let purse =
            Purse { held: &wallet.held, holders: &holders, contexts: &contexts, transaction_types: types, now: now() };
        show(request, &matches, &matches.first_choice().unwrap(), &purse, &mut rng())
    };
    let received = |token| Received::Answer { vp_token: Some(token), id_token: None };
    let (session, request) = asked(vec![piece("pay", &["pid"])], SD_JWT);
    let token = make(&request, &types).unwrap();
    let answer = judge(&session, &received(token.clone()));
    assert_eq!((answer.outcome, answer.presentations[0].transaction_data.as_slice()), (Outcome::Accept, &[0][..]));

    let wrong = "invalid_transaction_data";
    t.refuses("a wallet that knows no type", make(&request, &[]), wrong, "type");
    t.refuses("an unknown type", make(&asked(vec![piece("sign", &["pid"])], SD_JWT).1, &types), wrong, "type");
    t.refuses(
        "a credential that nobody asked for",
        make(&asked(vec![piece("pay", &["x"])], SD_JWT).1, &types),
        wrong,
        "credential_ids",
    );
    t.refuses(
        "a credential that carries no hash",
        make(&asked(vec![piece("pay", &["pid"])], LDP).1, &types),
        wrong,
        "credential_ids",
    );
    t.refuses("no base64url", make(&asked(vec!["{}".to_owned()], SD_JWT).1, &types), wrong, "transaction_data");
    // The wallet left it out, or agreed to something else.
    let silent = Request { transaction_data: Vec::new(), ..request.clone() };
    t.refuses(
        "nothing was agreed to",
        whole(judge(&session, &received(make(&silent, &types).unwrap()))),
        INVALID,
        "transaction_data",
    );
    let other = TransactionData::new("pay", &["pid"], &object(r#"{"to":"eve"}"#)).unwrap().encode();
    let swapped = Request { transaction_data: vec![other], ..request };
    t.refuses(
        "something else was agreed to",
        whole(judge(&session, &received(make(&swapped, &types).unwrap()))),
        INVALID,
        "transaction_data",
    );
    t.done(7);
}
