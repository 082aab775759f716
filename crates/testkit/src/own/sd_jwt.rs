//! SD-JWTs: disclosures, digests, the claims that must be in plain sight.

use serde_json::{Value as Json, json};
use tamarack::encoding::base64url_encode;
use tamarack::keys::Signer as _;
use tamarack::sd_jwt::HashName;

use super::actor::{holder, issuer, stranger, time, unsigned_token};
use super::documents::{set, v1, v2, without};
use super::key_binding::{AUDIENCE, NONCE, kb_header, kb_payload, shown};
use super::trust::list_of;
use super::vector::{NOW, Vector};

const AREA: &str = "sd-jwt";
/// The type of most credentials here.
pub(super) const VCT: &str = "https://id.ontario.example/types/person";

pub(super) fn vectors() -> Vec<Vector> {
    [good(), disclosures(), digests(), fixed(), headers(), claims(), vcdm(), serialized()].concat()
}

pub(super) fn of(name: &str, about: &str, text: impl Into<Json>) -> Vector {
    Vector::verify_text(AREA, name, about, text)
}

/// The payload of an SD-JWT VC for the holder.
pub(super) fn payload() -> Json {
    json!({
        "iss": issuer().did, "vct": VCT, "iat": time("2026-11-01T00:00:00Z").unix(),
        "exp": time("2031-01-01T00:00:00Z").unix(), "cnf": { "jwk": holder().key.public_key().to_jwk().to_serde() },
        "province": "ON",
    })
}

pub(super) fn header() -> Json {
    json!({ "alg": "EdDSA", "typ": "dc+sd-jwt", "kid": issuer().method })
}

fn disclosure(items: &Json) -> String {
    base64url_encode(items.to_string().as_bytes())
}

fn name_disclosure() -> String {
    disclosure(&json!(["salt-1", "name", "Zoé Tremblay"]))
}

pub(super) fn age_disclosure() -> String {
    disclosure(&json!(["salt-2", "ageOver19", true]))
}

pub(super) fn digest(disclosure: &str) -> String {
    HashName::Sha256.digest(disclosure)
}

pub(super) fn digests_of(disclosures: &[&str]) -> Json {
    disclosures.iter().map(|text| digest(text)).collect()
}

/// An SD-JWT of this header and payload, whatever they say.
pub(super) fn token_of(header: &Json, payload: &Json, disclosures: &[&str]) -> String {
    let mut text = issuer().token(&header.to_string(), &payload.to_string());
    text.push('~');
    for disclosure in disclosures {
        text.push_str(disclosure);
        text.push('~');
    }
    text
}

pub(super) fn token(payload: &Json, disclosures: &[&str]) -> String {
    token_of(&header(), payload, disclosures)
}

/// A payload with the digests of these disclosures at its top, and the disclosures.
pub(super) fn with(disclosures: &[&str]) -> String {
    token(&set(&payload(), "/_sd", digests_of(disclosures)), disclosures)
}

fn good() -> Vec<Vector> {
    let (name, age) = (name_disclosure(), age_disclosure());
    let (name, age) = (name.as_str(), age.as_str());
    let both = set(&payload(), "/_sd", digests_of(&[name, age]));
    let city = disclosure(&json!(["salt-3", "city", "Larchville"]));
    let address = disclosure(&json!(["salt-4", "address", { "_sd": [digest(&city)], "country": "CA" }]));
    let item = disclosure(&json!(["salt-5", "CA"]));
    let array = set(&payload(), "/nationalities", json!([{ "...": digest(&item) }, { "...": digest("decoy") }, "FR"]));
    let sha512 = set(&set(&payload(), "/_sd_alg", "sha-512"), "/_sd", json!([HashName::Sha512.digest(name)]));
    vec![
        of("good", "Two claims, both disclosed.", with(&[name, age])).accepts(),
        of("good-one-of-two", "Two claims, one disclosed.", token(&both, &[age])).accepts(),
        of("good-none", "No claim disclosed.", token(&both, &[])).accepts(),
        of("good-plain", "Nothing is selectively disclosable.", token(&payload(), &[])).accepts(),
        of(
            "good-recursive",
            "A claim within a claim; the inner one comes first.",
            token(&set(&payload(), "/_sd", digests_of(&[&address])), &[&city, &address]),
        )
        .accepts(),
        of("good-array", "An element of an array, and a decoy.", token(&array, &[&item])).accepts(),
        of("good-sha-512", "Digests with SHA-512.", token(&sha512, &[name])).accepts(),
    ]
}

fn disclosures() -> Vec<Vector> {
    let (name, age) = (name_disclosure(), age_disclosure());
    let (name, age) = (name.as_str(), age.as_str());
    let bad = |slug: &str, about: &str, text: String, code: &str, pointer: &str| {
        of(slug, about, text).rejects("structure", code, pointer).alone()
    };
    let wrong =
        |slug: &str, about: &str, disclosure: &str| bad(slug, about, with(&[disclosure]), "sd_jwt.disclosure", "");
    // Of eleven bytes, the last of fifteen characters has two bits that must be zero.
    let trailing = base64url_encode(br#"["s","n",1]"#).strip_suffix('0').unwrap().to_owned() + "1";
    let deep = |levels: usize| {
        let mut inner = disclosure(&json!(["salt", "x", 1]));
        let mut all = vec![inner.clone()];
        for _ in 0..levels {
            inner = disclosure(&json!(["salt", "x", { "_sd": [digest(&inner)] }]));
            all.push(inner.clone());
        }
        let texts: Vec<&str> = all.iter().map(String::as_str).collect();
        token(&set(&payload(), "/_sd", digests_of(&texts[levels..])), &texts)
    };
    let items = |count: usize| disclosure(&Json::from_iter((0..count).map(|_| "text")));
    vec![
        bad("disclosure-twice", "A disclosure stands twice.", with(&[name, name]), "sd_jwt.digest_twice", ""),
        bad(
            "disclosure-unreferenced",
            "A disclosure that no digest names.",
            token(&set(&payload(), "/_sd", digests_of(&[name])), &[name, age]),
            "sd_jwt.unreferenced",
            "",
        ),
        bad(
            "disclosure-changed",
            "Another value under the digest of the first.",
            token(&set(&payload(), "/_sd", digests_of(&[age])), &[&disclosure(&json!(["salt-2", "ageOver19", false]))]),
            "sd_jwt.unreferenced",
            "",
        ),
        bad(
            "disclosure-respelled",
            "The same JSON in other bytes: the digest is over the text.",
            token(
                &set(&payload(), "/_sd", digests_of(&[age])),
                &[&base64url_encode(br#"["salt-2", "ageOver19", true]"#)],
            ),
            "sd_jwt.unreferenced",
            "",
        ),
        of("disclosure-padding", "Padding behind a disclosure.", format!("{}=~", with(&[name]).trim_end_matches('~')))
            .rejects("structure", "sd_jwt.disclosure", "")
            .alone(),
        of(
            "disclosure-spaces",
            "White space within a disclosure.",
            format!("{} \n~", with(&[name]).trim_end_matches('~')),
        )
        .rejects("structure", "sd_jwt.disclosure", "")
        .alone(),
        of(
            "disclosure-other-alphabet",
            "A disclosure in the other alphabet.",
            format!("{}a+/=~", token(&payload(), &[])),
        )
        .rejects("structure", "sd_jwt.disclosure", "")
        .alone(),
        of(
            "disclosure-behind-no-jws",
            "A disclosure behind what is no JWS.",
            format!("eyJhbGciOiJFZERTQSJ9.e30~{name}~"),
        )
        .error("jose.malformed"),
        wrong("disclosure-trailing-bits", "Bits behind the last byte of a disclosure.", &trailing),
        wrong("disclosure-no-json", "What is no JSON.", &base64url_encode(b"name")),
        wrong("disclosure-object", "An object in the place of an array.", &disclosure(&json!({ "name": 1 }))),
        wrong("disclosure-empty", "An empty array.", &items(0)),
        wrong("disclosure-two-items", "A disclosure of an array's element under _sd.", &items(2)),
        wrong("disclosure-four-items", "Four items.", &items(4)),
        wrong("disclosure-salt-number", "A salt that is a number.", &disclosure(&json!([7, "name", 1]))),
        wrong("disclosure-name-number", "A name that is a number.", &disclosure(&json!(["salt", 7, 1]))),
        wrong("disclosure-name-sd", "A claim with the name _sd.", &disclosure(&json!(["salt", "_sd", []]))),
        wrong(
            "disclosure-name-dots",
            "A claim with the name of three dots.",
            &disclosure(&json!(["salt", "...", "x"])),
        ),
        wrong(
            "disclosure-name-sd-alg",
            "A claim with the name _sd_alg.",
            &disclosure(&json!(["salt", "_sd_alg", "sha-256"])),
        ),
        wrong(
            "disclosure-duplicate-key",
            "A value with one key twice.",
            &base64url_encode(br#"["salt","address",{"city":"A","city":"B"}]"#),
        ),
        bad(
            "disclosure-member-in-array",
            "A disclosure of a member in the place of an element.",
            token(&set(&payload(), "/nationalities", json!([{ "...": digest(name) }])), &[name]),
            "sd_jwt.disclosure",
            "",
        ),
        bad(
            "claim-twice",
            "A disclosed claim has the name of one in plain sight.",
            with(&[&disclosure(&json!(["salt", "province", "QC"]))]),
            "sd_jwt.claim_twice",
            "/province",
        ),
        bad(
            "claim-disclosed-twice",
            "Two disclosures of one name.",
            with(&[name, &disclosure(&json!(["salt", "name", "Mallory"]))]),
            "sd_jwt.claim_twice",
            "/name",
        ),
        of("recursion-good", "Sixty claims within each other.", deep(60)).accepts(),
        bad("recursion-deep", "Seventy claims within each other.", deep(70), "json.too_deep", &"/x".repeat(64)),
        of("empty-part", "Nothing between two tildes.", format!("{}~", with(&[name])))
            .rejects("structure", "sd_jwt.malformed", "")
            .alone(),
        of(
            "many-disclosures",
            "More disclosures than are read.",
            json!({ "concat": [token(&payload(), &[]), { "repeat": "eyJ4~", "times": 1_025 }] }),
        )
        .rejects("structure", "sd_jwt.malformed", "")
        .alone(),
        of("tilde-missing", "The last tilde is missing.", with(&[name]).trim_end_matches('~'))
            .rejects("holder-binding", "jose.malformed", "")
            .alone(),
    ]
}

fn digests() -> Vec<Vector> {
    let name = name_disclosure();
    let name = name.as_str();
    let bad = |slug: &str, about: &str, pointer: &str, value: Json, at: &str, code: &str| {
        of(slug, about, token(&set(&payload(), pointer, value), &[])).rejects("structure", code, at).alone()
    };
    let placed = |slug: &str, about: &str, pointer: &str, value: Json, at: &str| {
        bad(slug, about, pointer, value, at, "sd_jwt.digest")
    };
    let algorithm =
        |slug: &str, about: &str, value: Json| bad(slug, about, "/_sd_alg", value, "/_sd_alg", "sd_jwt.hash_algorithm");
    let decoy = digest("decoy");
    let twice = |slug: &str, about: &str, payload: Json, disclosures: &[&str]| {
        of(slug, about, token(&payload, disclosures)).rejects("structure", "sd_jwt.digest_twice", "").alone()
    };
    vec![
        placed("sd-text", "_sd is a text.", "/_sd", json!(decoy), "/_sd"),
        placed("sd-object", "_sd is an object.", "/_sd", json!({}), "/_sd"),
        placed("sd-number", "A number among the digests.", "/_sd", json!([decoy, 7]), "/_sd"),
        placed("sd-empty", "draft-ietf-oauth-sd-jwt-vc §2.2.2.5: _sd without a digest.", "/_sd", json!([]), ""),
        placed(
            "dots-in-object",
            "Three dots as a member of an object.",
            "/address",
            json!({ "...": decoy }),
            "/address/...",
        ),
        placed("dots-at-top", "Three dots at the top.", "/...", json!(decoy), "/..."),
        placed(
            "dots-with-more",
            "Another member beside the digest of an element.",
            "/list",
            json!([{ "...": decoy, "x": 1 }]),
            "/list/0",
        ),
        placed("dots-number", "The digest of an element is a number.", "/list", json!([{ "...": 7 }]), "/list/0"),
        placed(
            "sd-alg-nested",
            "_sd_alg below the top.",
            "/address",
            json!({ "_sd_alg": "sha-256" }),
            "/address/_sd_alg",
        ),
        algorithm("sd-alg-unknown", "A hash algorithm that is not known.", json!("sha-256-32")),
        algorithm("sd-alg-md5", "A broken hash algorithm.", json!("md5")),
        algorithm("sd-alg-case", "The name in capitals.", json!("SHA-256")),
        algorithm("sd-alg-number", "A hash algorithm that is a number.", json!(256)),
        twice("digest-twice", "A decoy stands twice.", set(&payload(), "/_sd", json!([decoy, decoy])), &[]),
        twice(
            "digest-twice-apart",
            "A digest in an object and in an array.",
            set(&set(&payload(), "/_sd", json!([decoy])), "/list", json!([{ "...": decoy }])),
            &[],
        ),
        twice(
            "digest-twice-disclosed",
            "Two digests of one disclosure.",
            set(&set(&payload(), "/_sd", digests_of(&[name])), "/address", json!({ "_sd": digests_of(&[name]) })),
            &[name],
        ),
        twice(
            "digest-twice-within",
            "A digest once more within a disclosure.",
            {
                let outer = disclosure(&json!(["salt", "address", { "_sd": [decoy] }]));
                set(&payload(), "/_sd", json!([decoy, digest(&outer)]))
            },
            &[&disclosure(&json!(["salt", "address", { "_sd": [decoy] }]))],
        ),
    ]
}

/// What must not be the holder's to leave out.
fn fixed() -> Vec<Vector> {
    let never = |slug: String, about: &str, text: String, pointer: &str| {
        of(&slug, about, text).rejects("structure", "sd_jwt.never_disclosable", pointer).alone()
    };
    let mut all = Vec::new();
    for (name, value) in [
        ("nbf", json!(1)),
        ("vct#integrity", json!("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")),
        ("aka_vcts", json!(["urn:x:y"])),
        ("status", json!({ "status_list": { "idx": 0, "uri": "https://a.example/1" } })),
    ] {
        let hidden = disclosure(&json!(["salt", name, value]));
        let slug = format!("hidden-{}", name.replace('#', "-"));
        all.push(never(slug, "A registered claim is disclosed.", with(&[&hidden]), &format!("/{name}")));
    }
    for name in ["exp", "cnf", "vct"] {
        let hidden = disclosure(&json!(["salt", name, payload()[name]]));
        let payload = set(&without(&payload(), &format!("/{name}")), "/_sd", digests_of(&[&hidden]));
        let text = token(&payload, &[&hidden]);
        all.push(never(format!("hidden-{name}"), "A registered claim is disclosed.", text, &format!("/{name}")));
    }
    let jwk = set(&payload(), "/cnf", json!({ "_sd": [digest("x")], "kid": "did:example:a#b" }));
    all.push(never("hidden-in-cnf".into(), "A digest within cnf.", token(&jwk, &[]), "/cnf"));
    let aka = set(&payload(), "/aka_vcts", json!(["urn:x:y", { "...": digest("x") }]));
    all.push(never("hidden-in-aka-vcts".into(), "A digest within aka_vcts.", token(&aka, &[]), "/aka_vcts"));
    let iss = disclosure(&json!(["salt", "iss", issuer().did]));
    let text = token(&set(&without(&payload(), "/iss"), "/_sd", digests_of(&[&iss])), &[&iss]);
    all.push(of("hidden-iss", "The issuer is disclosed.", text).rejects(
        "structure",
        "sd_jwt.never_disclosable",
        "/iss",
    ));
    all
}

fn headers() -> Vec<Vector> {
    let with = |member: &str, value: Json| token_of(&set(&header(), &format!("/{member}"), value), &payload(), &[]);
    let bad =
        |slug: &str, about: &str, text: String, code: &str| of(slug, about, text).rejects("proof", code, "").alone();
    let none = format!(
        "{}.~",
        unsigned_token(&json!({ "alg": "none", "typ": "dc+sd-jwt" }).to_string(), &payload().to_string())
    );
    let good = token(&payload(), &[]);
    let (input, _) = good.rsplit_once('.').unwrap();
    let of_another = {
        let other = stranger();
        let header = set(&header(), "/kid", other.method.as_str());
        format!("{}~", other.token(&header.to_string(), &payload().to_string()))
    };
    let by_another = format!("{}~", stranger().token(&header().to_string(), &payload().to_string()));
    vec![
        bad("alg-none", "alg none.", none, "jose.algorithm"),
        bad("alg-hs256", "A MAC.", with("alg", json!("HS256")), "jose.algorithm"),
        bad("crit", "A critical header.", with("crit", json!(["exp"])), "jose.critical"),
        bad("typ-jwt", "The typ of any JWT.", with("typ", json!("JWT")), "jose.type"),
        bad(
            "typ-vc-jwt",
            "The typ of a credential that cannot be shown in part.",
            with("typ", json!("vc+jwt")),
            "jose.type",
        ),
        bad("typ-kb-jwt", "The typ of a key-binding JWT.", with("typ", json!("kb+jwt")), "jose.type"),
        bad("typ-old", "The typ that drafts of 2024 had.", with("typ", json!("vc+sd-jwt")), "jose.type"),
        of("typ-old-allowed", "The same, under a policy that takes it.", with("typ", json!("vc+sd-jwt")))
            .policy("oldSdJwtVcTyp", true)
            .accepts(),
        bad("typ-missing", "No typ.", token_of(&without(&header(), "/typ"), &payload(), &[]), "jose.type"),
        bad("by-another", "Signed by another.", by_another, "proof.signature_invalid"),
        bad(
            "signature-other",
            "The signature of other bytes.",
            format!("{input}.{}~", base64url_encode(&issuer().sign_bytes(b"other"))),
            "proof.signature_invalid",
        ),
        of("kid-of-another", "The kid of another, who signed it.", of_another)
            .rejects("key-authorized", "key.not_controller", "")
            .alone(),
        of(
            "x5c-alone",
            "Certificates in the header, and no iss: a trust list names issuers.",
            token_of(&set(&header(), "/x5c", json!(["MIIB"])), &without(&payload(), "/iss"), &[]),
        )
        .rejects("key-authorized", "jose.claim", "")
        .alone(),
        of("no-credential", "An SD-JWT that is no credential.", {
            let payload = without(&payload(), "/vct");
            token_of(&set(&header(), "/typ", "example+sd-jwt"), &payload, &[])
        })
        .error("input.not_a_credential"),
    ]
}

fn claims() -> Vec<Vector> {
    let with = |name: &str, value: Json| token(&set(&payload(), &format!("/{name}"), value), &[]);
    let structure =
        |slug: &str, about: &str, text: String| of(slug, about, text).rejects("structure", "jose.claim", "");
    let trust = |types: &[&str]| list_of(&issuer().did, types);
    let aka = with("aka_vcts", json!(["urn:ontario:adult"]));
    vec![
        structure("vct-missing", "No vct.", token(&without(&payload(), "/vct"), &[])).alone(),
        structure("vct-number", "A vct that is a number.", with("vct", json!(7))).alone(),
        structure("aka-empty", "No other type.", with("aka_vcts", json!([]))).alone(),
        structure("aka-text", "Another type that is a text.", with("aka_vcts", json!("urn:x:y"))).alone(),
        structure("aka-vct", "The other type is vct again.", with("aka_vcts", json!([VCT]))).alone(),
        structure("exp-text", "An exp that is a text.", with("exp", json!("tomorrow"))),
        structure("cnf-text", "A cnf that is a text.", with("cnf", json!("key"))).alone(),
        of("expired", "It has expired.", with("exp", json!(1_790_000_000)))
            .rejects("validity", "validity.expired", "")
            .alone(),
        of("expires-now", "RFC 7519 §4.1.4: it expires this very second.", with("exp", json!(time(NOW).unix())))
            .rejects("validity", "validity.expired", "")
            .alone(),
        of("not-yet", "It is not valid yet.", with("nbf", json!(1_900_000_000)))
            .rejects("validity", "validity.not_yet", "")
            .alone(),
        of("issued-later", "It was issued in the future.", with("iat", json!(1_900_000_000)))
            .rejects("validity", "validity.not_yet", "")
            .alone(),
        of("trusted", "The trust list names issuer and vct.", token(&payload(), &[]))
            .policy("trust", trust(&[VCT]))
            .accepts(),
        of("vct-untrusted", "The issuer is trusted for another type.", token(&payload(), &[]))
            .policy("trust", trust(&["https://id.ontario.example/types/dog"]))
            .rejects("issuer-trusted", "trust.type_not_allowed", "/vct")
            .alone(),
        of("aka-untrusted", "The issuer is not trusted for the other type.", aka.as_str())
            .policy("trust", trust(&[VCT]))
            .rejects("issuer-trusted", "trust.type_not_allowed", "/vct")
            .alone(),
        of("aka-trusted", "The issuer is trusted for both.", aka)
            .policy("trust", trust(&[VCT, "urn:ontario:adult"]))
            .accepts(),
        of("issuer-untrusted", "An issuer that is not on the list.", token(&payload(), &[]))
            .policy("trust", list_of(&stranger().did, &["*"]))
            .rejects("issuer-trusted", "trust.issuer_unknown", "")
            .alone(),
    ]
}

// --- key binding

/// `vc+sd-jwt`: the payload is a credential of VCDM 2.0.
fn vcdm() -> Vec<Vector> {
    let header = set(&header(), "/typ", "vc+sd-jwt");
    let made = |payload: &Json, disclosures: &[&str]| token_of(&header, payload, disclosures);
    let name = name_disclosure();
    let hidden = set(&without(&v2(), "/credentialSubject/name"), "/credentialSubject/_sd", digests_of(&[&name]));
    let context = disclosure(&json!(["salt", "validUntil", "2031-01-01T00:00:00Z"]));
    vec![
        of("vcdm-good", "A credential of VCDM 2.0.", made(&hidden, &[&name])).accepts(),
        of(
            "vcdm-nothing-shown",
            "The same, its one claim not disclosed: it says whom it is about.",
            made(&hidden, &[]),
        )
        .accepts(),
        Vector::of(
            "present",
            AREA,
            "vcdm-show-nothing",
            "A showing that says nothing of its subject is not made.",
            made(&set(&v2(), "/credentialSubject", json!({ "_sd": digests_of(&[&name]) })), &[&name]),
        )
        .with("reveal", json!(["/type"]))
        .with("now", NOW)
        .error_at("disclosure.nothing", "/credentialSubject"),
        of(
            "vcdm-typ-missing",
            "VC-JOSE-COSE §3.2.1: typ is a SHOULD.",
            token_of(&without(&header, "/typ"), &v2(), &[]),
        )
        .accepts(),
        of("vcdm-kid-missing", "VC-JOSE-COSE §4.1.1: no kid.", token_of(&without(&header, "/kid"), &v2(), &[]))
            .rejects("proof", "jose.claim", ""),
        of("vcdm-no-type", "Without a type.", made(&without(&v2(), "/type"), &[]))
            .rejects("structure", "vc.type", "")
            .alone(),
        of("vcdm-1-1", "A credential of VCDM 1.1.", made(&v1(), &[])).rejects("structure", "vc.context", "/@context"),
        of("vcdm-vc", "A claim vc.", made(&set(&v2(), "/vc", json!({})), &[]))
            .rejects("proof", "jose.claim", "")
            .alone(),
        of("vcdm-iss", "iss and issuer differ.", made(&set(&v2(), "/iss", stranger().did), &[]))
            .rejects("proof", "jose.claim_mismatch", "")
            .alone(),
        of("vcdm-expired", "It has expired.", made(&set(&v2(), "/validUntil", "2026-02-01T00:00:00Z"), &[]))
            .rejects("validity", "validity.expired", "")
            .alone(),
        of("vcdm-exp", "The signature has ended.", made(&set(&v2(), "/exp", json!(1_790_000_000)), &[]))
            .rejects("proof", "proof.expired", "")
            .alone(),
        of(
            "vcdm-hidden-validity",
            "The end of its validity could be left out.",
            made(&set(&without(&v2(), "/validUntil"), "/_sd", digests_of(&[&context])), &[&context]),
        )
        .rejects("structure", "sd_jwt.never_disclosable", "/validUntil")
        .alone(),
        of("vcdm-as-dc", "A credential of VCDM as an SD-JWT VC.", token(&v2(), &[])).rejects(
            "key-authorized",
            "jose.claim",
            "",
        ),
    ]
}

/// The JSON serializations of JWS.
fn serialized() -> Vec<Vector> {
    let age = age_disclosure();
    let sd = with(&[&age]);
    let jwt = sd.split('~').next().unwrap();
    let parts: Vec<&str> = jwt.split('.').collect();
    let signature = json!({
        "protected": parts[0], "signature": parts[2], "header": { "disclosures": [age], "kid": "not looked at" },
    });
    let flat = set(&signature, "/payload", parts[1]);
    let general = json!({ "payload": parts[1], "signatures": [signature, { "protected": "e30", "signature": "AA" }] });
    let of = |name: &str, about: &str, document: Json| Vector::verify(AREA, name, about, &document);
    let bound = shown(&sd, &kb_header(), &kb_payload(&sd));
    let kb = bound.rsplit('~').next().unwrap();
    let malformed =
        |name: &str, about: &str, document: Json, at: &str| of(name, about, document).error_at("sd_jwt.malformed", at);
    // As in the compact form: what the issuer signed can be read, so it is a credential, and a bad one.
    let beside = |name: &str, about: &str, document: Json, at: &str| {
        of(name, about, document).rejects("structure", "sd_jwt.malformed", at).alone()
    };
    vec![
        of("json-flattened", "RFC 9901 §8.2.", flat.clone()).accepts(),
        of("json-general", "RFC 9901 §8.3: the first signature is judged.", general.clone()).accepts(),
        of("json-bound", "With a key-binding JWT.", set(&flat, "/header/kb_jwt", kb))
            .policy("challenge", NONCE)
            .policy("domain", AUDIENCE)
            .accepts(),
        malformed("json-both", "signature and signatures.", set(&general, "/signature", "AA"), "/signature"),
        beside(
            "json-second-disclosures",
            "Disclosures in the second header.",
            set(&general, "/signatures/1/header", json!({ "disclosures": [] })),
            "/signatures/1/header",
        ),
        malformed("json-no-signatures", "No signature.", set(&general, "/signatures", json!([])), "/signatures"),
        beside(
            "json-disclosure-tilde",
            "A tilde within a disclosure.",
            set(&flat, "/header/disclosures", json!([format!("{age}~{age}")])),
            "/header/disclosures",
        ),
        beside(
            "json-kb-number",
            "A key-binding JWT that is a number.",
            set(&flat, "/header/kb_jwt", 7),
            "/header/kb_jwt",
        ),
        beside(
            "json-disclosures-text",
            "Disclosures that are a text.",
            set(&flat, "/header/disclosures", age.as_str()),
            "/header/disclosures",
        ),
        beside("json-header-text", "A header that is a text.", set(&flat, "/header", "x"), "/header"),
        beside(
            "json-disclosure-empty",
            "An empty disclosure.",
            set(&general, "/signatures/0/header/disclosures", json!([""])),
            "/signatures/0/header/disclosures",
        ),
        malformed("json-payload-dots", "Dots within the payload.", set(&flat, "/payload", "a.b"), "/payload"),
        of("json-disclosure-dropped", "Nothing disclosed: as good.", set(&flat, "/header/disclosures", json!([])))
            .accepts(),
        of(
            "json-protected-changed",
            "Another protected header.",
            set(&flat, "/protected", base64url_encode(set(&header(), "/x", 1).to_string().as_bytes())),
        )
        .rejects("proof", "proof.signature_invalid", "")
        .alone(),
    ]
}
