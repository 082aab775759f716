//! Data Integrity proofs that do not prove what they should.

use serde_json::{Value as Json, json};
use tamarack::did::Relationship;
use tamarack::encoding::{multibase58_decode, multibase58_encode, multibase64url_encode};
use tamarack::keys::{KeyType, Signer as _};
use tamarack::proof::Suite;

use super::actor::{Actor, actor, holder, issuer, stranger, time};
use super::documents::{V1, V2, set, v1, v2, v2_of, without};
use super::edwards::negated;
use super::vector::Vector;

const AREA: &str = "proof";

pub(super) fn vectors() -> Vec<Vector> {
    [malformed(), purposes_and_dates(), values(), tampered(), authority(), sets(), chains(), foreign_chains()].concat()
}

fn signed() -> Json {
    issuer().sign(Suite::EddsaRdfc2022, &v2())
}

fn of(name: &str, about: &str, document: &Json) -> Vector {
    Vector::verify(AREA, name, about, document)
}

fn malformed() -> Vec<Vector> {
    let bad = |name: &str, about: &str, member: &str, value: Json| {
        let pointer = format!("/proof/{member}");
        of(name, about, &set(&signed(), &pointer, value)).rejects("proof", "proof.malformed", &pointer)
    };
    let lacking = |name: &str, about: &str, member: &str| {
        let pointer = format!("/proof/{member}");
        of(name, about, &without(&signed(), &pointer)).rejects("proof", "proof.malformed", &pointer)
    };
    let many: Vec<Json> = vec![signed()["proof"].clone(); 17];
    vec![
        of("missing", "No proof.", &v2()).rejects("proof", "proof.missing", "").alone(),
        of("empty-set", "An empty set of proofs.", &set(&v2(), "/proof", json!([]))).rejects(
            "proof",
            "proof.missing",
            "/proof",
        ),
        of("text", "A proof that is a text.", &set(&v2(), "/proof", "trust me")).rejects(
            "proof",
            "proof.malformed",
            "/proof",
        ),
        of("text-in-set", "A text in a set of proofs.", &set(&v2(), "/proof", json!([signed()["proof"], "trust me"])))
            .rejects("proof", "proof.malformed", "/proof/1"),
        of("too-many", "Seventeen proofs.", &set(&v2(), "/proof", many)).rejects("proof", "proof.malformed", "/proof"),
        lacking("no-type", "No type.", "type"),
        lacking("no-cryptosuite", "A DataIntegrityProof without its cryptosuite.", "cryptosuite"),
        lacking("no-verification-method", "No key is named.", "verificationMethod"),
        lacking("no-purpose", "No purpose.", "proofPurpose"),
        lacking("no-value", "No signature.", "proofValue"),
        bad("two-purposes", "Two purposes in one proof.", "proofPurpose", json!(["assertionMethod", "authentication"])),
        bad("two-types", "Two types.", "type", json!(["DataIntegrityProof", "Ed25519Signature2020"])),
        bad("purpose-object", "A purpose that is an object.", "proofPurpose", json!({ "id": "assertionMethod" })),
        bad(
            "method-object",
            "A key that is written into the proof.",
            "verificationMethod",
            json!({ "id": issuer().method, "publicKeyMultibase": issuer().multikey() }),
        ),
        bad("value-number", "A signature that is a number.", "proofValue", json!(7)),
        bad("created-date", "A date without a time.", "created", json!("2026-11-01")),
        bad("created-no-offset", "A time without an offset.", "created", json!("2026-11-01T00:00:00")),
        bad("expires-text", "An end that is no date.", "expires", json!("never")),
        bad("id-relative", "An id that is no URL.", "id", json!("proof-1")),
        bad("domain-number", "A domain that is a number.", "domain", json!(7)),
        bad("domain-empty", "An empty list of domains.", "domain", json!([])),
        bad("challenge-array", "Two challenges.", "challenge", json!(["a", "b"])),
        bad("previous-number", "A previous proof that is a number.", "previousProof", json!(1)),
        bad("jws-beside", "A second signature in another member.", "jws", json!("eyJhbGciOiJFZERTQSJ9..AA")),
        bad(
            "keyword-type",
            "A second type as a keyword, which the quads would show and the JSON not.",
            "@type",
            json!("Ed25519Signature2020"),
        ),
        of(
            "unknown-suite",
            "A cryptosuite that is not known here.",
            &set(&signed(), "/proof/cryptosuite", "rot13-rdfc-2026"),
        )
        .undetermined("proof", "proof.suite_unsupported", "/proof")
        .alone(),
        of(
            "unknown-type",
            "A proof of a type that is not known here.",
            &set(&signed(), "/proof", json!({ "type": "PencilSignature1564" })),
        )
        .undetermined("proof", "proof.suite_unsupported", "/proof"),
    ]
}

fn purposes_and_dates() -> Vec<Vector> {
    let with = |change: &dyn Fn(&mut tamarack::proof::SignOptions)| {
        issuer().sign_with(Suite::EddsaRdfc2022, &v2(), |options| change(options))
    };
    let jcs = issuer().sign(Suite::EddsaJcs2022, &v2());
    let no_terms = set(&v1(), "/@context", json!([V1, "https://w3id.org/citizenship/v1"]));
    let no_terms = set(&no_terms, "/proof", issuer().sign(Suite::EddsaRdfc2022, &v1())["proof"].clone());
    vec![
        of(
            "purpose-authentication",
            "Made for authentication, not to assert a credential.",
            &with(&|o| o.purpose = Relationship::Authentication),
        )
        .rejects("proof", "proof.purpose", "/proof/proofPurpose")
        .alone(),
        of(
            "purpose-unknown",
            "A purpose that nobody knows.",
            &issuer().sign_anything_with(&v2(), &json!({ "proofPurpose": "decoration" })),
        )
        .rejects("proof", "proof.purpose", "/proof/proofPurpose")
        .alone(),
        of("created-in-future", "Made a year from now.", &with(&|o| o.created = Some(time("2027-11-20T12:00:00Z"))))
            .rejects("proof", "proof.created_in_future", "/proof/created")
            .alone(),
        of(
            "created-beyond-skew",
            "Made 61 seconds from now.",
            &with(&|o| o.created = Some(time("2026-11-20T12:01:01Z"))),
        )
        .rejects("proof", "proof.created_in_future", "/proof/created")
        .alone(),
        of(
            "created-within-skew",
            "Made 60 seconds from now: clocks may differ.",
            &with(&|o| o.created = Some(time("2026-11-20T12:01:00Z"))),
        )
        .accepts(),
        of("expired", "The proof ended yesterday.", &with(&|o| o.expires = Some(time("2026-11-19T12:00:00Z"))))
            .rejects("proof", "proof.expired", "/proof/expires")
            .alone(),
        of(
            "expires-now",
            "The proof ends at the very moment.",
            &with(&|o| o.expires = Some(time("2026-11-20T12:00:00Z"))),
        )
        .rejects("proof", "proof.expired", "/proof/expires")
        .alone(),
        of(
            "jcs-context-not-prefix",
            "The proof's contexts are not the first of the document's.",
            &set(&jcs, "/proof/@context", json!(["https://www.w3.org/ns/credentials/examples/v2"])),
        )
        .rejects("proof", "proof.context", "/proof/@context")
        .alone(),
        of(
            "jcs-context-longer",
            "The proof has more contexts than the document.",
            &set(&jcs, "/proof/@context", json!([V2, "https://www.w3.org/ns/credentials/examples/v2"])),
        )
        .rejects("proof", "proof.context", "/proof/@context")
        .alone(),
        of("terms-undefined", "The contexts of the document do not define the proof's terms.", &no_terms).rejects(
            "contexts",
            "jsonld.undefined_term",
            "/proof/type",
        ),
    ]
}

fn values() -> Vec<Vector> {
    let value = |name: &str, about: &str, value: String| {
        of(name, about, &set(&signed(), "/proof/proofValue", value))
            .rejects("proof", "proof.value_encoding", "/proof/proofValue")
            .alone()
    };
    let bytes = multibase58_decode(signed()["proof"]["proofValue"].as_str().unwrap()).unwrap();
    let text = multibase58_encode(&bytes);
    let changed = |name: &str, about: &str, at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        of(name, about, &set(&signed(), "/proof/proofValue", multibase58_encode(&bytes)))
            .rejects("proof", "proof.signature_invalid", "/proof")
            .alone()
    };
    let p256 = actor(KeyType::P256, 1);
    let of_p256 = p256.sign(Suite::EcdsaRdfc2019, &v2_of(&p256.did));
    let ecdsa = multibase58_decode(of_p256["proof"]["proofValue"].as_str().unwrap()).unwrap();
    let ecdsa_with = |bytes: &[u8]| set(&of_p256, "/proof/proofValue", multibase58_encode(bytes));
    let der = [&[0x30, 0x44, 0x02, 0x20], &ecdsa[..32], &[0x02, 0x20], &ecdsa[32..]].concat();
    vec![
        value("value-base64url", "base64url, where the suite has base58-btc.", multibase64url_encode(&bytes)),
        value("value-no-prefix", "Without the prefix of multibase.", text[1..].to_owned()),
        value("value-foreign-digit", "A digit that base58 does not have.", format!("z0{}", &text[2..])),
        value("value-short", "63 bytes.", multibase58_encode(&bytes[..63])),
        value("value-long", "65 bytes.", multibase58_encode(&[&bytes[..], &[0]].concat())),
        value("value-empty", "No bytes.", "z".to_owned()),
        value("value-space", "A space behind it.", format!("{text} ")),
        changed("value-r-changed", "One bit of R is another.", 0),
        changed("value-s-changed", "One bit of s is another.", 40),
        changed("value-last-changed", "One bit of the last byte is another.", 63),
        of("value-zeros", "64 zeros.", &set(&signed(), "/proof/proofValue", multibase58_encode(&[0; 64])))
            .rejects("proof", "proof.signature_invalid", "/proof")
            .alone(),
        of(
            "value-of-another",
            "The signature of another credential.",
            &set(
                &signed(),
                "/proof/proofValue",
                issuer().sign(Suite::EddsaRdfc2022, &set(&v2(), "/name", "Other"))["proof"]["proofValue"].clone(),
            ),
        )
        .rejects("proof", "proof.signature_invalid", "/proof")
        .alone(),
        of(
            "ecdsa-negated-s",
            "ECDSA: the other of the two values of s is as good (FIPS 186-5).",
            &ecdsa_with(&[&ecdsa[..32], &negated(&ecdsa[32..])].concat()),
        )
        .accepts(),
        of("ecdsa-der", "ECDSA: the signature in DER.", &ecdsa_with(&der))
            .rejects("proof", "proof.value_encoding", "/proof/proofValue")
            .alone(),
        of("ecdsa-r-zero", "ECDSA: r is zero.", &ecdsa_with(&[&[0; 32], &ecdsa[32..]].concat()))
            .rejects("proof", "proof.signature_invalid", "/proof")
            .alone(),
    ]
}

fn tampered() -> Vec<Vector> {
    let changed = |name: &str, about: &str, document: &Json| {
        of(name, about, document).rejects("proof", "proof.signature_invalid", "/proof").alone()
    };
    let jcs = issuer().sign(Suite::EddsaJcs2022, &v2());
    let v1 = issuer().sign(Suite::Ed25519Signature2020, &v1());
    vec![
        changed("claim-changed", "Another name.", &set(&signed(), "/credentialSubject/name", "Mallory")),
        changed(
            "claim-added",
            "A description that was not signed.",
            &set(&signed(), "/credentialSubject/description", "Over 19"),
        ),
        changed("claim-dropped", "The subject's id is gone.", &without(&signed(), "/credentialSubject/id")),
        changed(
            "validity-prolonged",
            "Valid for ten more years.",
            &set(&signed(), "/validUntil", "2041-01-01T00:00:00Z"),
        ),
        changed(
            "proof-created-changed",
            "The proof's date is another.",
            &set(&signed(), "/proof/created", "2026-11-02T00:00:00Z"),
        ),
        changed(
            "proof-expires-dropped",
            "An end was added to the proof.",
            &set(&signed(), "/proof/expires", "2030-11-02T00:00:00Z"),
        ),
        changed(
            "claim-changed-2020",
            "Ed25519Signature2020: another name.",
            &set(&v1, "/credentialSubject/givenName", "Mallory"),
        ),
        changed("claim-changed-jcs", "eddsa-jcs-2022: another name.", &set(&jcs, "/credentialSubject/name", "Mallory")),
        changed(
            "claim-added-jcs",
            "eddsa-jcs-2022: a claim that was not signed.",
            &set(&jcs, "/credentialSubject/over19", true),
        ),
        changed(
            "context-added-jcs",
            "eddsa-jcs-2022: contexts that the proof does not cover are added, and the signature covers those of the proof. The document was changed too.",
            &set(&jcs, "/name", "Card"),
        ),
        changed(
            "suite-changed",
            "The same value under another cryptosuite.",
            &set(&signed(), "/proof/cryptosuite", "eddsa-jcs-2022"),
        ),
    ]
}

fn authority() -> Vec<Vector> {
    let by = |kind: KeyType, suite: Suite, issuer: &str| {
        let signer = actor(kind, 9);
        signer.sign(suite, &v2_of(issuer))
    };
    let forged = stranger().sign(Suite::EddsaRdfc2022, &v2());
    let p256 = actor(KeyType::P256, 9);
    // The key of order 1 and the value that fits every message under it.
    let mut identity = [0_u8; 34];
    (identity[0], identity[1], identity[2]) = (0xed, 0x01, 0x01);
    let weak = format!("did:key:{}", multibase58_encode(&identity));
    let mut anything = [0_u8; 64];
    anything[0] = 1;
    let weak_method = format!("{weak}#{}", weak.trim_start_matches("did:key:"));
    let weak_signed = set(
        &set(&set(&signed(), "/issuer", weak.as_str()), "/proof/verificationMethod", weak_method),
        "/proof/proofValue",
        multibase58_encode(&anything),
    );
    let renamed = set(&signed(), "/proof/verificationMethod", format!("{}#key-1", issuer().did));
    let secp = "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme";
    vec![
        of("other-signer", "Well signed, but not by the issuer.", &forged)
            .rejects("key-authorized", "key.not_controller", "/proof")
            .alone(),
        of(
            "holder-signs",
            "The holder signs a credential in the issuer's name.",
            &holder().sign(Suite::EddsaRdfc2022, &v2()),
        )
        .rejects("key-authorized", "key.not_controller", "/proof")
        .alone(),
        of("small-order-key", "A key of order 1, under which one signature fits every message.", &weak_signed).rejects(
            "proof",
            "key.small_order",
            "/proof",
        ),
        of("method-not-in-document", "A key that the DID document does not have.", &renamed).rejects(
            "key-authorized",
            "did.verification_method_not_found",
            "/proof",
        ),
        of(
            "method-no-did",
            "A key that is named by a web address.",
            &set(&signed(), "/proof/verificationMethod", "https://id.ontario.example/key"),
        )
        .rejects("key-authorized", "key.not_controller", "/proof"),
        of(
            "p256-key-for-eddsa",
            "A P-256 key under eddsa-rdfc-2022.",
            &set(&by(KeyType::P256, Suite::EcdsaRdfc2019, &p256.did), "/proof/cryptosuite", "eddsa-rdfc-2022"),
        )
        .rejects("proof", "key.wrong_suite", "/proof"),
        of(
            "ed25519-key-for-ecdsa",
            "An Ed25519 key under ecdsa-rdfc-2019.",
            &set(&signed(), "/proof/cryptosuite", "ecdsa-rdfc-2019"),
        )
        .rejects("proof", "key.wrong_suite", "/proof")
        .alone(),
        of(
            "secp256k1-key",
            "A secp256k1 key under ecdsa-rdfc-2019.",
            &set(
                &set(&set(&signed(), "/issuer", secp), "/proof/verificationMethod", format!("{secp}#{}", &secp[8..])),
                "/proof/cryptosuite",
                "ecdsa-rdfc-2019",
            ),
        )
        .rejects("proof", "key.wrong_suite", "/proof"),
        of("agreement-key", "The X25519 key of the issuer's DID, which is for key agreement alone.", &{
            let key = issuer();
            let agreement = key.key.public_key().to_x25519().unwrap().to_multikey();
            set(&signed(), "/proof/verificationMethod", format!("{}#{agreement}", key.did))
        })
        .rejects("key-authorized", "did.relationship", "/proof"),
    ]
}

fn sets() -> Vec<Vector> {
    let second = |document: &Json| stranger().sign(Suite::EddsaRdfc2022, document);
    let both = second(&signed());
    let bad_second = set(&both, "/proof/1/created", "2026-11-02T00:00:00Z");
    let twice = set(&v2(), "/proof", json!([signed()["proof"], signed()["proof"]]));
    let with_id = |id: &str, document: &Json| {
        issuer().sign_with(Suite::EddsaRdfc2022, document, |options| options.id = Some(id.to_owned()))
    };
    let ids = set(&with_id("urn:proof:2", &with_id("urn:proof:1", &v2())), "/proof/1/id", "urn:proof:1");
    vec![
        of("set-with-endorsement", "The issuer's proof, and one of somebody else beside it.", &both).accepts(),
        of("set-with-bad-proof", "The issuer's proof is good, the one beside it is not.", &bad_second)
            .rejects("proof", "proof.signature_invalid", "/proof/1")
            .alone(),
        of(
            "set-with-unknown-suite",
            "A proof that is not known here beside the issuer's own.",
            &set(&v2(), "/proof", json!([signed()["proof"], { "type": "PencilSignature1564" }])),
        )
        .accepts(),
        of("set-only-endorsement", "Only somebody else's proofs.", &second(&v2()))
            .rejects("key-authorized", "key.not_controller", "/proof")
            .alone(),
        of("proof-twice", "One proof twice.", &twice).rejects("proof", "proof.duplicate_id", "/proof/1"),
        of("proof-id-twice", "Two proofs with one id.", &ids).rejects("proof", "proof.duplicate_id", "/proof/1/id"),
    ]
}

fn chains() -> Vec<Vector> {
    let link = |id: &str, previous: &[&str], document: &Json| {
        issuer().sign_with(Suite::EddsaRdfc2022, document, |options| {
            options.id = Some(id.to_owned());
            options.previous = previous.iter().map(|&id| id.to_owned()).collect();
        })
    };
    let chain = link("urn:proof:2", &["urn:proof:1"], &link("urn:proof:1", &[], &v2()));
    let long = link("urn:proof:3", &["urn:proof:1", "urn:proof:2"], &chain);
    vec![
        of("chain", "A second proof that stands on the first.", &chain).accepts(),
        of("chain-of-three", "A third proof that stands on both.", &long).accepts(),
        of(
            "chain-missing",
            "It stands on a proof that is not there.",
            &set(&chain, "/proof/1/previousProof", "urn:proof:9"),
        )
        .rejects("proof", "proof.chain_missing", "/proof/1/previousProof"),
        of("chain-cut", "The first proof was taken away.", &set(&chain, "/proof", json!([chain["proof"][1]]))).rejects(
            "proof",
            "proof.chain_missing",
            "/proof/0/previousProof",
        ),
        of(
            "chain-cycle",
            "Two proofs that stand on each other.",
            &set(&chain, "/proof/0/previousProof", "urn:proof:2"),
        )
        .rejects("proof", "proof.chain_cycle", "/proof"),
        of("chain-to-itself", "A proof that stands on itself.", &set(&chain, "/proof/1/previousProof", "urn:proof:2"))
            .rejects("proof", "proof.chain_cycle", "/proof"),
        of(
            "chain-broken-link",
            "The first proof does not hold, so the second does not either.",
            &set(&chain, "/proof/0/created", "2026-11-02T00:00:00Z"),
        )
        .rejects("proof", "proof.signature_invalid", "/proof/0")
        .alone(),
        of(
            "chain-unhooked",
            "The second proof no longer says that it stands on the first.",
            &without(&chain, "/proof/1/previousProof"),
        )
        .rejects("proof", "proof.signature_invalid", "/proof/1")
        .alone(),
    ]
}

/// Chains as another processor signs them: the first proof by somebody else, the second by the issuer, and a context document
/// put whole among the contexts.
fn foreign_chains() -> Vec<Vector> {
    let terms = json!({ "@context": { "memberOf": "https://vocab.example/memberOf" } });
    let mut vectors = Vec::new();
    for (version, document) in [("1.1", v1()), ("2.0", v2())] {
        let end = format!("/@context/{}", document["@context"].as_array().unwrap().len());
        let document =
            set(&set(&document, &end, terms.clone()), "/credentialSubject/memberOf", "The guild of examples");
        let by = |signer: &Actor, id: Option<&str>, previous: &[&str], document: &Json| {
            signer.sign_with(Suite::EddsaRdfc2022, document, |options| {
                options.id = id.map(str::to_owned);
                options.previous = previous.iter().map(|&id| id.to_owned()).collect();
            })
        };
        let first = by(&stranger(), Some("urn:proof:1"), &[], &document);
        let good = by(&issuer(), None, &["urn:proof:1"], &first);
        let name = |rest: &str| format!("foreign-chain-{version}-{rest}");
        let missing = |name: &str, about: &str, previous: Json| {
            of(name, about, &set(&good, "/proof/1/previousProof", previous))
                .rejects("proof", "proof.chain_missing", "/proof/1/previousProof")
                .alone()
        };
        vectors.extend([
            of(&name("text"), "The issuer's proof stands on another's; its id is a text.", &good).accepts(),
            of(
                &name("array"),
                "The same with an array of one id.",
                &set(&good, "/proof/1/previousProof", json!(["urn:proof:1"])),
            )
            .accepts(),
            missing(&name("missing"), "An id that no proof has.", json!("urn:proof:9")),
            missing(&name("missing-array"), "An array with an id that no proof has.", json!(["urn:proof:9"])),
            missing(&name("missing-one"), "Two ids, of which no proof has one.", json!(["urn:proof:1", "urn:proof:9"])),
            of(&name("number"), "A number for an id.", &set(&good, "/proof/1/previousProof", 1)).rejects(
                "proof",
                "proof.malformed",
                "/proof/1/previousProof",
            ),
        ]);
    }
    vectors
}
