//! The query language by itself: its examples, its rules, and what a wallet and a verifier make of it.

use tamarack::SystemRandomness;
use tamarack::did::did_key;
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::present::Held;
use tamarack::sd_jwt::{self, Frame, HashName, IssueOptions};

use super::*;
use crate::vp::metadata::ClientMetadata;
use crate::{RefusalCode, limits};

fn about(text: &str) -> &'static str {
    match Query::parse(text.as_bytes()) {
        Ok(_) => "",
        Err(refusal) => {
            assert_eq!(refusal.code(), RefusalCode::InvalidRequest);
            refusal.about()
        }
    }
}

fn with(member: &str) -> String {
    format!(r#"{{"credentials":[{{"id":"a","format":"dc+sd-jwt","meta":{{"vct_values":["v"]}}{member}}}]}}"#)
}

#[test]
fn every_rule_of_a_query_is_kept() {
    assert_eq!(about(&with("")), "");
    assert_eq!(about(&with(r#","unknown":{"x":1}"#)), "", "unknown properties are ignored");
    for (text, name) in [
        ("[]".to_owned(), "dcql_query"),
        ("{".to_owned(), "dcql_query"),
        (r#"{"credentials":[],"credentials":[]}"#.to_owned(), "dcql_query"),
        ("{}".to_owned(), "credentials"),
        (r#"{"credentials":[]}"#.to_owned(), "credentials"),
        (r#"{"credentials":{}}"#.to_owned(), "credentials"),
        (r#"{"credentials":[7]}"#.to_owned(), "credentials"),
        (r#"{"credentials":[{"format":"ldp_vc","meta":{}}]}"#.to_owned(), "id"),
        (r#"{"credentials":[{"id":"","format":"ldp_vc","meta":{}}]}"#.to_owned(), "id"),
        (r#"{"credentials":[{"id":"a b","format":"ldp_vc","meta":{}}]}"#.to_owned(), "id"),
        (
            r#"{"credentials":[{"id":"a","format":"ldp_vc","meta":{}},{"id":"a","format":"ldp_vc","meta":{}}]}"#
                .to_owned(),
            "id",
        ),
        (r#"{"credentials":[{"id":"a","meta":{}}]}"#.to_owned(), "format"),
        (r#"{"credentials":[{"id":"a","format":"ldp_vc"}]}"#.to_owned(), "meta"),
        (r#"{"credentials":[{"id":"a","format":"ldp_vc","meta":[]}]}"#.to_owned(), "meta"),
        (r#"{"credentials":[{"id":"a","format":"ldp_vc","meta":{"x":1}}]}"#.to_owned(), "type_values"),
        (r#"{"credentials":[{"id":"a","format":"ldp_vc","meta":{"type_values":["x"]}}]}"#.to_owned(), "type_values"),
        (r#"{"credentials":[{"id":"a","format":"ldp_vc","meta":{"type_values":[[]]}}]}"#.to_owned(), "type_values"),
        (r#"{"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":[]}}]}"#.to_owned(), "vct_values"),
        (r#"{"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":[1]}}]}"#.to_owned(), "vct_values"),
        (with(r#","multiple":"yes""#), "multiple"),
        (with(r#","require_cryptographic_holder_binding":0"#), "require_cryptographic_holder_binding"),
        (with(r#","trusted_authorities":[]"#), "trusted_authorities"),
        (with(r#","trusted_authorities":[{"type":"aki"}]"#), "trusted_authorities"),
        (with(r#","trusted_authorities":[{"type":"aki","values":[]}]"#), "values"),
        (with(r#","trusted_authorities":[{"values":["x"]}]"#), "trusted_authorities"),
        (with(r#","claims":[]"#), "claims"),
        (with(r#","claims":[{}]"#), "path"),
        (with(r#","claims":[{"path":[]}]"#), "path"),
        (with(r#","claims":[{"path":["x"],"values":[]}]"#), "values"),
        (with(r#","claims":[{"path":["x"],"values":[1.5]}]"#), "values"),
        (with(r#","claims":[{"path":["x"],"values":[null]}]"#), "values"),
        (with(r#","claims":[{"id":"x y","path":["x"]}]"#), "id"),
        (with(r#","claims":[{"id":"x","path":["x"]},{"id":"x","path":["y"]}]"#), "id"),
        (with(r#","claim_sets":[["x"]]"#), "claim_sets"),
        (with(r#","claims":[{"path":["x"]}],"claim_sets":[["x"]]"#), "id"),
        (with(r#","claims":[{"id":"x","path":["x"]}],"claim_sets":[["y"]]"#), "claim_sets"),
        (with(r#","claims":[{"id":"x","path":["x"]}],"claim_sets":[[]]"#), "claim_sets"),
        (with(r#","claims":[{"id":"x","path":["x"]}],"claim_sets":[]"#), "claim_sets"),
    ] {
        assert_eq!(about(&text), name, "{text}");
    }
    for (sets, name) in [
        ("[]", "credential_sets"),
        ("[{}]", "options"),
        (r#"[{"options":[]}]"#, "options"),
        (r#"[{"options":[[]]}]"#, "options"),
        (r#"[{"options":[["b"]]}]"#, "options"),
        (r#"[{"options":[["a"]],"required":1}]"#, "required"),
    ] {
        let text =
            format!(r#"{{"credentials":[{{"id":"a","format":"ldp_vc","meta":{{}}}}],"credential_sets":{sets}}}"#);
        assert_eq!(about(&text), name, "{text}");
    }
    let claims = vec![r#"{"path":["x"]}"#; limits::CLAIMS + 1].join(",");
    assert_eq!(about(&with(&format!(r#","claims":[{claims}]"#))), "claims");
}

const ISSUER: u8 = 1;

/// An SD-JWT VC of somebody, with a key of his own or without one.
fn held(vct: &str, claims: &str, hidden: &[&str], bound: bool) -> Held {
    let issuer = SecretKey::from_bytes(KeyType::Ed25519, &[ISSUER; 32]).unwrap();
    let did = did_key(issuer.public_key());
    let method = format!("{did}#{}", issuer.public_key().to_multikey());
    let text = format!(r#"{{"iss":"{did}","vct":"{vct}",{claims}}}"#);
    let Value::Object(mut payload) = json::parse(text.as_bytes()).unwrap().into_owned() else { panic!() };
    if bound {
        let key = SecretKey::from_bytes(KeyType::P256, &[2; 32]).unwrap();
        payload.insert("cnf", Value::Object([("jwk", key.public_key().to_jwk())].into_iter().collect::<Object<'_>>()));
    }
    let frame = hidden.iter().fold(Frame::new(), |frame, pointer| frame.hide(*pointer));
    let options = IssueOptions { typ: "dc+sd-jwt", kid: Some(&method), hash: HashName::Sha256, certificates: None };
    let text = sd_jwt::issue(&payload, &frame, &options, &issuer, &mut SystemRandomness).unwrap();
    Held::parse(text.as_bytes()).unwrap()
}

fn person() -> Held {
    held(
        "v",
        r#""name":"Zoé","age":39,"adult":true,"code":"39","nationalities":["CA","FR"],"degrees":[{"type":"BSc"},{"type":"MSc"}]"#,
        &[
            "/name",
            "/age",
            "/adult",
            "/code",
            "/nationalities/0",
            "/nationalities/1",
            "/degrees/0/type",
            "/degrees/1/type",
        ],
        true,
    )
}

fn matched(query: &str, held: &[Held]) -> Matches {
    let (contexts, authorities) = (Contexts::builtin(), Authorities::none());
    match_held(&Query::parse(query.as_bytes()).unwrap(), held, &World::new(&contexts, &authorities))
}

/// What would be shown beyond what always is.
fn shown(query: &str) -> Option<Vec<String>> {
    let matches = matched(query, &[person()]);
    let candidate = matches.credentials()[0].candidates.first()?;
    let free = |claim: &&tamarack::present::Disclosable| claim.exposure == tamarack::present::Exposure::Choice;
    Some(candidate.shows.iter().filter(free).map(|claim| claim.pointer.clone()).collect())
}

/// §6.4.1: what is shown is what is named, and no more.
#[test]
fn exactly_what_is_asked_is_shown() {
    for (member, wanted) in [
        ("", Some(&[][..])),
        (r#","claims":[{"path":["vct"]}]"#, Some(&[])),
        (r#","claims":[{"path":["name"]}]"#, Some(&["/name"])),
        (r#","claims":[{"path":["name"]},{"path":["name"]}]"#, Some(&["/name"])),
        (r#","claims":[{"path":["name"]},{"path":["shoe_size"]}]"#, None),
        (r#","claims":[{"path":["nationalities",1]}]"#, Some(&["/nationalities/1"])),
        (r#","claims":[{"path":["nationalities",null]}]"#, Some(&["/nationalities/0", "/nationalities/1"])),
        (r#","claims":[{"path":["nationalities",null],"values":["FR","US"]}]"#, Some(&["/nationalities/1"])),
        (r#","claims":[{"path":["nationalities",null],"values":["US"]}]"#, None),
        (r#","claims":[{"path":["degrees",null,"type"]}]"#, Some(&["/degrees/0/type", "/degrees/1/type"])),
        // Type and value, exactly.
        (r#","claims":[{"path":["age"],"values":[39]}]"#, Some(&["/age"])),
        (r#","claims":[{"path":["age"],"values":["39"]}]"#, None),
        (r#","claims":[{"path":["code"],"values":[39]}]"#, None),
        (r#","claims":[{"path":["code"],"values":[1,"39"]}]"#, Some(&["/code"])),
        (r#","claims":[{"path":["adult"],"values":[true]}]"#, Some(&["/adult"])),
        (r#","claims":[{"path":["adult"],"values":["true"]}]"#, None),
        // The first set that can be satisfied.
        (
            r#","claims":[{"id":"a","path":["shoe_size"]},{"id":"b","path":["age"]},{"id":"c","path":["name"]}],
            "claim_sets":[["a","c"],["b"],["c"]]"#,
            Some(&["/age"]),
        ),
        (
            r#","claims":[{"id":"a","path":["age"]},{"id":"b","path":["name"]}],"claim_sets":[["b"],["a"]]"#,
            Some(&["/name"]),
        ),
        (r#","claims":[{"id":"a","path":["x"]}],"claim_sets":[["a"]]"#, None),
    ] {
        let found = shown(&with(member));
        let found: Option<Vec<&str>> = found.as_ref().map(|all| all.iter().map(String::as_str).collect());
        assert_eq!(found.as_deref(), wanted, "{member}");
    }
}

#[test]
fn says_to_the_person_why_a_credential_does_not_do() {
    let query = |member: &str| with(member);
    let unbound = held("v", r#""name":"Zoé""#, &["/name"], false);
    let miss =
        |query: &str, held: Held| matched(query, &[held]).credentials()[0].misses.first().map(|miss| miss.reason);
    assert_eq!(miss(&query(""), unbound.clone()), Some(MissReason::NotBound));
    assert_eq!(miss(&query(r#","require_cryptographic_holder_binding":false"#), unbound), None);
    assert_eq!(miss(&query(r#","claims":[{"path":["x"]}]"#), person()), Some(MissReason::Claims));
    let authority = r#","trusted_authorities":[{"type":"etsi_tl","values":["https://list.example"]}]"#;
    assert_eq!(miss(&query(authority), person()), Some(MissReason::Authority));
    // Of another kind or format: not even considered.
    let other = matched(&query(""), &[held("other", r#""name":"Zoé""#, &[], true)]);
    assert!(other.credentials()[0].misses.is_empty() && !other.is_satisfiable());
}

#[test]
fn authorities_are_what_the_caller_knows() {
    let issuer = person().document().get("iss").and_then(Value::as_str).unwrap().to_owned();
    let query = Query::parse(
        with(
            r#","trusted_authorities":[{"type":"aki","values":["s9tIpPmhxdiuNkHMEWNpYim8S8Y"]},
        {"type":"openid_federation","values":["https://anchor.example","https://other.example"]}]"#,
        )
        .as_bytes(),
    )
    .unwrap();
    let contexts = Contexts::builtin();
    let mut authorities = Authorities::none();
    assert!(!match_held(&query, &[person()], &World::new(&contexts, &authorities)).is_satisfiable());
    authorities.insert("etsi_tl", "https://anchor.example", issuer.clone());
    assert!(!match_held(&query, &[person()], &World::new(&contexts, &authorities)).is_satisfiable());
    authorities.insert("openid_federation", "https://anchor.example", issuer.clone());
    assert!(match_held(&query, &[person()], &World::new(&contexts, &authorities)).is_satisfiable());
    let queries = &query.credentials()[0].trusted_authorities;
    let key = tamarack::encoding::base64url_decode("s9tIpPmhxdiuNkHMEWNpYim8S8Y").unwrap();
    assert!(Authorities::none().allow(queries, "nobody", &[key]));
    assert!(!Authorities::none().allow(queries, &issuer, &[vec![1, 2, 3]]));
}

#[test]
fn the_verifiers_algorithms_are_kept_to() {
    let (contexts, authorities) = (Contexts::builtin(), Authorities::none());
    let query = Query::parse(with("").as_bytes()).unwrap();
    for (formats, satisfied) in [
        (r#"{"dc+sd-jwt":{}}"#, true),
        (r#"{"dc+sd-jwt":{"sd-jwt_alg_values":["EdDSA"],"kb-jwt_alg_values":["ES256"]}}"#, true),
        (r#"{"dc+sd-jwt":{"sd-jwt_alg_values":["Ed25519"]}}"#, true),
        (r#"{"dc+sd-jwt":{"sd-jwt_alg_values":["ES256"]}}"#, false),
        (r#"{"dc+sd-jwt":{"kb-jwt_alg_values":["ES384"]}}"#, false),
        (r#"{"ldp_vc":{}}"#, false),
    ] {
        let text = format!(r#"{{"vp_formats_supported":{formats}}}"#);
        let metadata = ClientMetadata::read(&json::parse(text.as_bytes()).unwrap()).unwrap();
        let world = World::new(&contexts, &authorities).for_verifier(&metadata);
        assert_eq!(match_held(&query, &[person()], &world).is_satisfiable(), satisfied, "{formats}");
    }
}

/// §6.4.2, over the specification's own query with alternatives.
#[test]
fn credential_sets_decide_what_is_enough() {
    let query = |sets: &str| {
        let one = |id: &str| format!(r#"{{"id":"{id}","format":"dc+sd-jwt","meta":{{"vct_values":["{id}"]}}}}"#);
        let all: Vec<String> = ["pid", "other", "one", "two", "nice"].map(one).to_vec();
        format!(r#"{{"credentials":[{}]{sets}}}"#, all.join(","))
    };
    let sets =
        r#","credential_sets":[{"options":[["pid"],["other"],["one","two"]]},{"required":false,"options":[["nice"]]}]"#;
    let has = |kinds: &[&str]| kinds.iter().map(|kind| held(kind, r#""x":1"#, &[], true)).collect::<Vec<_>>();
    let choice = |sets: &str, kinds: &[&str]| {
        let matches = matched(&query(sets), &has(kinds));
        let choice = matches.first_choice().map_err(|refusal| refusal.code())?;
        assert!(matches.settle(&choice).is_ok());
        Ok(choice.picks.into_iter().map(|pick| pick.query).collect::<Vec<_>>())
    };
    let picked = |ids: &[&str]| Ok(ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
    assert_eq!(choice(sets, &["pid", "other", "nice"]), picked(&["pid"]));
    assert_eq!(choice(sets, &["one", "two"]), picked(&["one", "two"]));
    assert_eq!(choice(sets, &["one", "nice"]), Err(RefusalCode::AccessDenied));
    assert_eq!(choice("", &["pid", "other", "one", "two"]), Err(RefusalCode::AccessDenied));
    assert_eq!(choice("", &["pid", "other", "one", "two", "nice"]), picked(&["pid", "other", "one", "two", "nice"]));

    let parsed = Query::parse(query(sets).as_bytes()).unwrap();
    let about = |ids: &[&str]| parsed.check_set(ids).map_or_else(|refusal| refusal.about(), |()| "");
    for (ids, wanted) in [
        (&["pid"][..], ""),
        (&["pid", "nice"], ""),
        (&["two", "one"], ""),
        (&["one"], "credentials"),
        (&["nice"], "credentials"),
        (&[], "credentials"),
        (&["pid", "unknown"], "vp_token"),
    ] {
        assert_eq!(about(ids), wanted, "{ids:?}");
    }
}

#[test]
fn a_choice_is_held_against_the_query() {
    let two = [held("v", r#""x":1"#, &[], true), held("v", r#""x":2"#, &[], true), held("w", r#""x":3"#, &[], true)];
    let pick = |query: &str, held| Pick { query: query.to_owned(), held, claim_set: None };
    let settled = |query: &str, picks: Vec<Pick>| {
        matched(query, &two).settle(&Choice { picks }).map(|all| all.len()).map_err(|refusal| refusal.about())
    };
    let (single, multiple) = (with(""), with(r#","multiple":true"#));
    assert_eq!(settled(&single, vec![pick("a", 1)]), Ok(1));
    assert_eq!(settled(&multiple, vec![pick("a", 0), pick("a", 1)]), Ok(2));
    assert_eq!(settled(&single, vec![pick("a", 0), pick("a", 1)]), Err("choice"));
    assert_eq!(settled(&multiple, vec![pick("a", 0), pick("a", 0)]), Err("choice"));
    assert_eq!(settled(&single, vec![pick("a", 2)]), Err("choice"), "it does not match");
    assert_eq!(settled(&single, vec![pick("a", 9)]), Err("choice"));
    assert_eq!(settled(&single, vec![pick("b", 0)]), Err("choice"));
    assert_eq!(settled(&single, vec![]), Err("credentials"));
}

/// §6.4.1: which of the claim sets that he can answer with is shown, the holder says.
#[test]
fn a_choice_among_claim_sets_is_the_holders() {
    let claims = r#","claims":[{"id":"n","path":["name"]},{"id":"a","path":["age"]},{"id":"s","path":["shoe_size"]},
        {"id":"d","path":["adult"]}],"claim_sets":[["n","a"],["s"],["d"],["d"]]"#;
    let matches = matched(&with(claims), &[person()]);
    let found = &matches.credentials()[0];
    // What the credential has not, and what comes to the same, is no choice.
    assert_eq!(found.candidates.iter().map(|one| one.claim_set).collect::<Vec<_>>(), [Some(0), Some(2)]);
    let pick = |claim_set| Pick { query: found.id.clone(), held: 0, claim_set };
    let settled = |picks: Vec<Pick>| {
        let settled = matches.settle(&Choice { picks }).map_err(|refusal| refusal.about())?;
        Ok::<_, &str>(settled.into_iter().map(|(_, one)| one.pointers.clone()).collect::<Vec<_>>())
    };
    let paths = |paths: &[&str]| Ok(vec![paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>()]);
    assert_eq!(settled(vec![pick(None)]), paths(&["/name", "/age"]));
    assert_eq!(settled(vec![pick(Some(0))]), paths(&["/name", "/age"]));
    assert_eq!(settled(vec![pick(Some(2))]), paths(&["/adult"]));
    assert_eq!(settled(vec![pick(Some(1))]), Err("choice"));
    assert_eq!(settled(vec![pick(Some(3))]), Err("choice"));
    assert_eq!(settled(vec![pick(Some(0)), pick(Some(2))]), Err("choice"));
    assert_eq!(settled(matches.first_choice().unwrap().picks), paths(&["/name", "/age"]));
    // Of what is shown whole, there is one way.
    let whole = held("v", r#""name":"Zoé","age":39,"adult":true"#, &[], true);
    assert_eq!(matched(&with(claims), &[whole]).credentials()[0].candidates.len(), 1);
}

#[test]
fn types_are_expanded_by_their_contexts() {
    let expanded = |text: &str| {
        let Value::Object(document) = json::parse(text.as_bytes()).unwrap().into_owned() else { panic!() };
        expanded_types(&document, &Contexts::builtin())
    };
    assert_eq!(
        expanded(
            r#"{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential","IdentityCredential"]}"#
        ),
        ["https://www.w3.org/2018/credentials#VerifiableCredential", "IdentityCredential"]
    );
    assert_eq!(
        expanded(
            r#"{"@context":["https://www.w3.org/ns/credentials/v2",{"Own":"https://e.example/#Own"}],"type":"Own"}"#
        ),
        ["https://e.example/#Own"]
    );
    assert_eq!(expanded(r#"{"@context":["https://unknown.example/v1"],"type":["Own"]}"#), ["Own"]);
    assert_eq!(expanded("{}"), Vec::<String>::new());
}

/// The verifier reads an array whose elements may have been kept back.
#[test]
fn a_thinned_array_is_read_with_care() {
    let query = |path: &str| {
        let text = with(&format!(r#","claims":[{{"path":{path}}}]"#));
        Query::parse(text.as_bytes()).unwrap().credentials()[0].clone()
    };
    let shown = |path: &str, document: &str, is_divisible| {
        let Value::Object(document) = json::parse(document.as_bytes()).unwrap().into_owned() else { panic!() };
        let shown = ShownCredential { document: &document, issuer: "i", is_divisible, key_identifiers: &[] };
        let found = query(path).check_shown(&shown, &Contexts::builtin(), &Authorities::none());
        found.map(|claims| claims[0].values.len()).map_err(|refusal| refusal.about())
    };
    assert_eq!(shown(r#"["n",1]"#, r#"{"vct":"v","n":["FR"]}"#, true), Ok(1));
    assert_eq!(shown(r#"["n",1]"#, r#"{"vct":"v","n":["FR"]}"#, false), Err("claims"));
    assert_eq!(shown(r#"["n",1]"#, r#"{"vct":"v","n":[]}"#, true), Err("claims"));
    assert_eq!(shown(r#"["n",0]"#, r#"{"vct":"w","n":["FR"]}"#, true), Err("meta"));
}

/// `vc+sd-jwt` has meant two things; what is asked of the credential tells which.
#[test]
fn a_name_of_two_formats() {
    let format = |meta: &str| {
        let text = format!(r#"{{"credentials":[{{"id":"a","format":"vc+sd-jwt","meta":{meta}}}]}}"#);
        let query = Query::parse(text.as_bytes()).unwrap();
        assert_eq!(Query::read(&Value::Object(query.to_json())).unwrap(), query);
        query.credentials()[0].format.clone()
    };
    assert_eq!(format(r#"{"type_values":[["VerifiableCredential"]]}"#), Format::VcdmSdJwt);
    assert_eq!(format("{}"), Format::VcdmSdJwt);
    assert_eq!(format(r#"{"vct_values":["v"]}"#), Format::SdJwtVc);
    assert_eq!(
        about(r#"{"credentials":[{"id":"a","format":"vc+sd-jwt","meta":{"doctype_value":"x"}}]}"#),
        "type_values"
    );
    assert!(Format::of("vc+sd-jwt").is_sd_jwt() && !Format::LdpVc.is_sd_jwt());
}
