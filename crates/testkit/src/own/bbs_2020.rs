//! `BbsBlsSignature2020` and what is derived from it: proofs that do not prove what they should, and frames that show nothing.

use serde_json::{Value as Json, json};
use tamarack::did::Relationship;
use tamarack::encoding::{base64_decode, base64_encode, base64url_encode, multibase58_encode};
use tamarack::json::Value;
use tamarack::jsonld::Contexts;
use tamarack::keys::KeyType;
use tamarack::proof::{self, DeriveOptions, SignOptions, Suite};

use super::actor::{Actor, Drawn, actor, holder, issuer, object, time};
use super::documents::{V1, set, v1_of, without};
use super::vector::Vector;

pub(super) const AREA: &str = "bbs-2020";
const BBS: &str = "https://w3id.org/security/bbs/v1";
pub(super) const VALUE: &str = "/proof/proofValue";
const NONCE: &str = "c9f1e6a0-5d7c-4b31-8a4e-2f6b9d0e7a55";

pub(super) fn vectors() -> Vec<Vector> {
    [full(), values(), derived_proofs(), derived_values(), verdicts()].concat()
}

pub(super) fn ontario() -> Actor {
    actor(KeyType::Bls12381G2, 1)
}

fn with(document: &Json, change: impl FnOnce(&mut SignOptions)) -> Json {
    ontario().sign_with(Suite::BbsBlsSignature2020, document, change)
}

fn sign(document: &Json) -> Json {
    with(document, |_| {})
}

/// The credential before it is signed.
pub(super) fn unsigned() -> Json {
    let document = v1_of(&ontario().did);
    let contexts = [document["@context"].as_array().unwrap().as_slice(), &[json!(BBS)]].concat();
    let document = set(&document, "/@context", contexts);
    set(&set(&document, "/credentialSubject/birthDate", "1990-05-04"), "/credentialSubject/gender", "Female")
}

/// The same about somebody who has no id.
fn nameless() -> Json {
    without(&unsigned(), "/credentialSubject/id")
}

pub(super) fn signed() -> Json {
    sign(&unsigned())
}

pub(super) fn derive_from(document: &Json, options: &DeriveOptions) -> Json {
    let derived = proof::derive(&object(document), options, &Contexts::builtin(), &mut Drawn(0));
    Value::Object(derived.unwrap_or_else(|fault| panic!("{fault} in {document}"))).to_serde()
}

fn pointers(document: &Json, reveal: &[&str]) -> Json {
    let reveal = reveal.iter().map(|pointer| (*pointer).to_owned()).collect();
    let presentation_header = NONCE.as_bytes().to_vec();
    derive_from(document, &DeriveOptions { reveal, presentation_header, ..DeriveOptions::default() })
}

pub(super) fn by_frame(document: &Json, frame: &Json) -> Json {
    derive_from(document, &DeriveOptions { frame: Some(object(frame)), ..DeriveOptions::default() })
}

/// What the clerk sees: the given name.
pub(super) fn derived() -> Json {
    pointers(&signed(), &["/credentialSubject/givenName"])
}

pub(super) fn frame(subject: &Json) -> Json {
    json!({
        "@context": unsigned()["@context"],
        "type": ["VerifiableCredential", "PermanentResidentCard"],
        "credentialSubject": subject,
    })
}

pub(super) fn name_alone() -> Json {
    frame(&json!({ "@explicit": true, "type": ["PermanentResident", "Person"], "givenName": {} }))
}

/// The proof's value, its bytes changed.
pub(super) fn with_value(document: &Json, change: impl FnOnce(&mut Vec<u8>)) -> Json {
    let mut bytes = base64_decode(document.pointer(VALUE).unwrap().as_str().unwrap()).unwrap();
    change(&mut bytes);
    set(document, VALUE, base64_encode(&bytes))
}

/// A compressed point that is on the curve and not in the subgroup: x = 0.
fn outside() -> [u8; 48] {
    let mut point = [0; 48];
    point[0] = 0x80;
    point
}

/// The identity, compressed.
fn identity() -> [u8; 48] {
    let mut point = [0; 48];
    point[0] = 0xc0;
    point
}

/// Sets the bit of the first hidden message in the bitmap, which ends at this byte with the first message.
fn show_another(bytes: &mut [u8], last: usize) {
    let hidden = (0..).find(|message| bytes[last - message / 8] & (1 << (message % 8)) == 0).unwrap();
    bytes[last - hidden / 8] |= 1 << (hidden % 8);
}

fn of(name: &str, about: &str, document: &Json) -> Vector {
    Vector::verify(AREA, name, about, document)
}

fn full() -> Vec<Vector> {
    let document = signed();
    let claim = |name: &str, about: &str, document: &Json| {
        of(name, about, document).rejects("proof", "proof.signature_invalid", "/proof").alone()
    };
    let proof = |name: &str, about: &str, document: &Json, code: &str, pointer: &str| {
        of(name, about, document).rejects("proof", code, pointer)
    };
    let other = actor(KeyType::Bls12381G2, 2);
    let stolen = set(&document, "/proof/verificationMethod", other.method.clone());
    vec![
        of("full", "A credential with all its claims.", &document).accepts(),
        of("nameless", "A credential about somebody without an id.", &sign(&nameless())).accepts(),
        claim("claim-changed", "Another name.", &set(&document, "/credentialSubject/givenName", "Chloé")),
        claim("claim-added", "A claim that nobody signed.", &set(&document, "/credentialSubject/lprNumber", "1")),
        claim("claim-removed", "A claim is missing.", &without(&document, "/credentialSubject/gender")),
        claim("expiry-removed", "The expiry is missing.", &without(&document, "/expirationDate")),
        claim("created-changed", "Another time of signing.", &set(&document, "/proof/created", "2026-11-02T00:00:00Z")),
        claim("option-added", "A domain that was not signed.", &set(&document, "/proof/domain", "clerk.example")),
        claim("other-issuers-signature", "The signature of somebody else.", &{
            let theirs = other.sign(Suite::BbsBlsSignature2020, &set(&unsigned(), "/issuer", other.did.as_str()));
            set(&document, VALUE, theirs.pointer(VALUE).unwrap().clone())
        }),
        of("other-key", "The key of somebody else.", &stolen).rejects("key-authorized", "key.not_controller", "/proof"),
        proof(
            "wrong-key",
            "A key for another suite.",
            &with(&set(&unsigned(), "/issuer", issuer().did), |options| {
                options.verification_method = issuer().method;
            }),
            "key.wrong_suite",
            "/proof",
        ),
        proof(
            "purpose",
            "A proof of authentication.",
            &with(&unsigned(), |options| options.purpose = Relationship::Authentication),
            "proof.purpose",
            "/proof/proofPurpose",
        ),
        proof(
            "from-the-future",
            "A proof of tomorrow.",
            &with(&unsigned(), |options| options.created = Some(time("2026-11-21T12:00:00Z"))),
            "proof.created_in_future",
            "/proof/created",
        ),
        proof(
            "created-is-a-date",
            "A day without a time, as the draft's examples have it.",
            &set(&document, "/proof/created", "2026-11-01"),
            "proof.malformed",
            "/proof/created",
        ),
        proof(
            "second-signature",
            "A signature in a second member.",
            &set(&document, "/proof/jws", "x"),
            "proof.malformed",
            "/proof/jws",
        ),
        proof(
            "cryptosuite",
            "A proof of two kinds.",
            &set(&document, "/proof/cryptosuite", "bbs-2023"),
            "proof.malformed",
            "/proof/cryptosuite",
        ),
        proof(
            "chained",
            "A proof that stands on another.",
            &{
                let first = set(&document, "/proof/id", "urn:x:1");
                let second = set(&set(&document, "/proof/previousProof", "urn:x:1"), "/proof/id", "urn:x:2");
                set(&document, "/proof", json!([first["proof"], second["proof"]]))
            },
            "proof.malformed",
            "/proof/1/previousProof",
        ),
        proof(
            "proof-context",
            "A proof with a context of its own.",
            &set(&document, "/proof/@context", "https://www.w3.org/ns/did/v1"),
            "proof.context",
            "/proof/@context",
        ),
        of(
            "required-statements",
            "A member that no context of the suite defines: it would be dropped.",
            &set(&document, "/proof/requiredRevealStatements", json!([4, 5])),
        )
        .rejects("contexts", "jsonld.undefined_term", "/proof/requiredRevealStatements"),
        of("undefined-claim", "A claim that no context defines.", &set(&document, "/credentialSubject/ofAge", true))
            .rejects("contexts", "jsonld.undefined_term", "/credentialSubject/ofAge"),
        of(
            "keyword",
            "A type under a second name.",
            &set(
                &without(&document, "/credentialSubject/type"),
                "/credentialSubject/@type",
                json!(["PermanentResident", "Person"]),
            ),
        )
        .rejects("contexts", "jsonld.not_a_term", "/credentialSubject/@type"),
        of(
            "type-as-iri",
            "The suite by its full name.",
            &set(&document, "/proof/type", format!("https://w3id.org/security#{}", Suite::BbsBlsSignature2020)),
        )
        .undetermined("proof", "proof.suite_unsupported", "/proof"),
        of(
            "type-of-derived",
            "A full proof that calls itself derived.",
            &set(&document, "/proof/type", "BbsBlsSignatureProof2020"),
        )
        .rejects("proof", "proof.malformed", "/proof/nonce"),
    ]
}

fn values() -> Vec<Vector> {
    let document = signed();
    let text = document.pointer(VALUE).unwrap().as_str().unwrap();
    let bytes = base64_decode(text).unwrap();
    let written = |name: &str, about: &str, value: &str| {
        of(name, about, &set(&document, VALUE, value)).rejects("proof", "proof.value_encoding", VALUE).alone()
    };
    let changed = |name: &str, about: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let document = with_value(&document, |bytes| change(bytes));
        of(name, about, &document).rejects("proof", "proof.value_encoding", VALUE).alone()
    };
    vec![
        written("value-base64url", "A value in base64url.", &base64url_encode(&bytes)),
        written("value-multibase", "A value in base58.", &multibase58_encode(&bytes)),
        written("value-line-break", "A value with a line break in it.", &format!("{}\n{}", &text[..64], &text[64..])),
        written("value-empty", "No value.", ""),
        changed("value-short", "A byte is missing.", &|bytes| bytes.truncate(bytes.len() - 1)),
        changed("value-long", "A byte too many.", &|bytes| bytes.push(0)),
        changed("value-of-2023", "As long as a signature of the newer scheme.", &|bytes| bytes.truncate(80)),
        changed("point-identity", "A is the identity.", &|bytes| bytes[..48].copy_from_slice(&identity())),
        changed("point-outside", "A is on the curve, but outside the group.", &|bytes| {
            bytes[..48].copy_from_slice(&outside());
        }),
        changed("point-uncompressed", "A without the mark of its form.", &|bytes| bytes[0] &= 0x7f),
        changed("point-too-large", "A with a coordinate above the field's prime.", &|bytes| {
            bytes[..48].fill(0xff);
            bytes[0] = 0x9f;
        }),
        changed("e-zero", "e is 0.", &|bytes| bytes[48..80].fill(0)),
        changed("e-too-large", "e is above the group's order.", &|bytes| bytes[48..80].fill(0xff)),
        changed("s-too-large", "s is above the group's order.", &|bytes| bytes[80..].fill(0xff)),
        of("s-changed", "Another s.", &with_value(&document, |bytes| bytes[111] ^= 1))
            .rejects("proof", "proof.signature_invalid", "/proof")
            .alone(),
    ]
}

fn derived_proofs() -> Vec<Vector> {
    let document = derived();
    let refused = |name: &str, about: &str, document: &Json, code: &str, pointer: &str| {
        of(name, about, document).rejects("proof", code, pointer)
    };
    let signature = |name: &str, about: &str, document: &Json| {
        refused(name, about, document, "proof.signature_invalid", "/proof").alone()
    };
    let disclosure =
        |name: &str, about: &str, document: &Json| refused(name, about, document, "proof.disclosure", VALUE).alone();
    let free = pointers(&sign(&nameless()), &["/credentialSubject/givenName"]);
    let named = free["credentialSubject"]["id"].as_str().unwrap().to_owned();
    let other =
        pointers(&sign(&set(&unsigned(), "/credentialSubject/givenName", "Chloé")), &["/credentialSubject/givenName"]);
    vec![
        of("derived", "One name is shown.", &document).accepts(),
        of("derived-nameless", "One name of somebody without an id.", &free).accepts(),
        of("derived-by-frame", "What a frame shows.", &by_frame(&signed(), &name_alone())).accepts(),
        of("derived-whole", "All is shown.", &pointers(&signed(), &[""])).accepts(),
        signature("derived-claim-changed", "Another name.", &set(&document, "/credentialSubject/givenName", "Chloé")),
        signature(
            "derived-expiry-changed",
            "A longer validity.",
            &set(&document, "/expirationDate", "2041-01-01T00:00:00Z"),
        ),
        signature(
            "derived-other-proof",
            "The proof of another credential.",
            &set(&document, "/proof", other["proof"].clone()),
        ),
        signature(
            "derived-created-changed",
            "Another time of signing.",
            &set(&document, "/proof/created", "2026-11-02T00:00:00Z"),
        ),
        signature(
            "derived-nonce-changed",
            "The nonce of another verifier.",
            &set(&document, "/proof/nonce", base64_encode(b"another")),
        ),
        signature(
            "derived-renamed",
            "A claim under another name.",
            &set(&without(&document, "/credentialSubject/givenName"), "/credentialSubject/familyName", "Zoé"),
        ),
        disclosure(
            "derived-claim-added",
            "A hidden claim, smuggled in.",
            &set(&document, "/credentialSubject/birthDate", "1990-05-04"),
        ),
        disclosure(
            "derived-claim-forged",
            "A claim that was never signed.",
            &set(&document, "/credentialSubject/lprNumber", "1"),
        ),
        disclosure(
            "derived-claim-removed",
            "A shown claim is missing.",
            &without(&document, "/credentialSubject/givenName"),
        ),
        disclosure(
            "derived-option-added",
            "A domain that was not signed.",
            &set(&document, "/proof/domain", "clerk.example"),
        ),
        disclosure(
            "derived-type-removed",
            "A type is missing.",
            &set(&document, "/credentialSubject/type", json!(["PermanentResident"])),
        ),
        of("derived-twice", "One name twice.", &set(&document, "/credentialSubject/givenName", json!(["Zoé", "Zoé"])))
            .rejects("contexts", "jsonld.dropped_value", "/credentialSubject"),
        refused(
            "derived-blank",
            "A node that lost its name.",
            &without(&free, "/credentialSubject/id"),
            "proof.disclosure",
            VALUE,
        ),
        signature(
            "derived-other-node",
            "A node under the name of another that there is not.",
            &set(&free, "/credentialSubject/id", named.replace("c14n0", "c14n7")),
        ),
        signature(
            "derived-somebody",
            "A node that became the holder.",
            &set(&free, "/credentialSubject/id", holder().did),
        ),
        refused(
            "nonce-missing",
            "A proof without a nonce.",
            &without(&document, "/proof/nonce"),
            "proof.malformed",
            "/proof/nonce",
        ),
        refused(
            "nonce-encoding",
            "A nonce that is not in base64.",
            &set(&document, "/proof/nonce", NONCE),
            "proof.malformed",
            "/proof/nonce",
        ),
        refused(
            "derived-as-full",
            "A derived proof that calls itself full.",
            &set(&document, "/proof/type", "BbsBlsSignature2020"),
            "proof.value_encoding",
            VALUE,
        ),
    ]
}

fn derived_values() -> Vec<Vector> {
    let document = derived();
    // The count of messages, the bitmap, and the points that follow.
    let bytes = base64_decode(document.pointer(VALUE).unwrap().as_str().unwrap()).unwrap();
    let count = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    let points = 2 + count / 8 + 1;
    let last = points - 1;
    let changed = |name: &str, about: &str, code: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let document = with_value(&document, |bytes| change(bytes));
        let pointer = if code == "proof.signature_invalid" { "/proof" } else { VALUE };
        of(name, about, &document).rejects("proof", code, pointer).alone()
    };
    let encoding = "proof.value_encoding";
    vec![
        changed("proof-empty", "A proof of no bytes.", encoding, &Vec::clear),
        changed("proof-short", "A byte is missing.", encoding, &|bytes| bytes.truncate(bytes.len() - 1)),
        changed("proof-long", "A byte too many.", encoding, &|bytes| bytes.push(0)),
        changed("proof-half", "The second half is missing.", encoding, &|bytes| bytes.truncate(bytes.len() / 2)),
        changed("proof-only-bitmap", "Nothing but the bitmap.", encoding, &|bytes| bytes.truncate(points)),
        changed("proof-count-larger", "More messages than were signed.", "proof.value_encoding", &|bytes| {
            bytes[1] += 1
        }),
        changed("proof-count-zero", "No messages.", "proof.disclosure", &|bytes| bytes[1] = 0),
        changed("bitmap-beyond", "A message beyond the last.", encoding, &|bytes| bytes[2] |= 0x80),
        changed("bitmap-more", "A hidden message counts as shown.", "proof.disclosure", &|bytes| {
            show_another(bytes, last);
        }),
        changed("bitmap-less", "A shown message counts as hidden.", "proof.disclosure", &|bytes| {
            let shown = (5..).find(|message| bytes[last - message / 8] & (1 << (message % 8)) != 0).unwrap();
            bytes[last - shown / 8] &= !(1 << (shown % 8));
        }),
        changed(
            "bitmap-options",
            "A line of the options counts as hidden, another as shown.",
            "proof.disclosure",
            &|bytes| {
                show_another(bytes, last);
                bytes[last] &= !1;
            },
        ),
        changed("points-identity", "A point is the identity.", encoding, &|bytes| {
            bytes[points..points + 48].copy_from_slice(&identity());
        }),
        changed("points-outside", "A point outside the group.", encoding, &|bytes| {
            bytes[points..points + 48].copy_from_slice(&outside());
        }),
        changed("points-exchanged", "Two points in each other's place.", "proof.signature_invalid", &|bytes| {
            let first: Vec<u8> = bytes[points..points + 48].to_vec();
            bytes.copy_within(points + 48..points + 96, points);
            bytes[points + 48..points + 96].copy_from_slice(&first);
        }),
        changed("response-changed", "A number of the proof is another.", "proof.signature_invalid", &|bytes| {
            let end = bytes.len() - 1;
            bytes[end] ^= 1;
        }),
        changed("response-too-large", "A number above the group's order.", encoding, &|bytes| {
            let end = bytes.len();
            bytes[end - 32..].fill(0xff);
        }),
    ]
}

/// What a verdict needs: expiry, status, and whom the showing was for.
fn verdicts() -> Vec<Vector> {
    let context = json!([V1, "https://w3id.org/citizenship/v1", "https://w3id.org/vc-revocation-list-2020/v1", BBS]);
    let with_status = set(
        &set(&unsigned(), "/@context", context.clone()),
        "/credentialStatus",
        json!({
            "id": "https://id.ontario.example/status/1#7", "type": "RevocationList2020Status",
            "revocationListIndex": "7", "revocationListCredential": "https://id.ontario.example/status/1",
        }),
    );
    let hiding = |document: &Json, context: &Json, members: &[&str]| {
        let mut frame = name_alone();
        frame["@context"] = context.clone();
        frame["@explicit"] = true.into();
        for member in members {
            frame[*member] = json!({});
        }
        by_frame(&sign(document), &frame)
    };
    let own = &unsigned()["@context"];
    let two = |vector: Vector, code: &str| vector.policy("challenge", code);
    let native = set(
        &derived(),
        "/credentialSubject/givenName",
        json!({ "@value": "true", "@type": "http://www.w3.org/2001/XMLSchema#boolean" }),
    );
    vec![
        of(
            "expiry-hidden",
            "The expiry is not shown, and nothing shows that there is none.",
            &hiding(&unsigned(), own, &["issuer", "issuanceDate"]),
        )
        .undetermined("validity", "proof.undisclosed", "/proof"),
        of(
            "expiry-shown",
            "What is judged is shown.",
            &hiding(&unsigned(), own, &["issuer", "issuanceDate", "expirationDate"]),
        )
        .accepts(),
        of(
            "status-hidden",
            "The status is not shown.",
            &hiding(&with_status, &context, &["issuer", "issuanceDate", "expirationDate"]),
        )
        .undetermined("status", "proof.undisclosed", "/proof"),
        of(
            "status-shown",
            "The status is shown, so that it must be known.",
            &pointers(&sign(&with_status), &["/credentialSubject/givenName"]),
        )
        .undetermined("status", "status.list_missing", "/credentialStatus"),
        of(
            "issuance-hidden",
            "What the data model requires is not shown.",
            &hiding(&unsigned(), own, &["issuer", "expirationDate"]),
        )
        .rejects("structure", "vc.property_missing", ""),
        of(
            "expired",
            "What is shown says that the credential has expired.",
            &pointers(
                &sign(&set(&unsigned(), "/expirationDate", "2026-02-01T00:00:00Z")),
                &["/credentialSubject/givenName"],
            ),
        )
        .rejects("validity", "validity.expired", "")
        .alone(),
        two(of("challenge-answered", "The proof was derived with the verifier's nonce.", &derived()), NONCE).accepts(),
        two(of("challenge-of-another", "The proof was derived with another verifier's nonce.", &derived()), "another")
            .rejects("audience", "proof.challenge", ""),
        two(of("challenge-unanswered", "A full credential answers no nonce.", &signed()), NONCE).rejects(
            "audience",
            "proof.challenge",
            "",
        ),
        of("domain-asked", "A derived proof names no recipient.", &derived())
            .policy("domain", "https://clerk.example")
            .rejects("audience", "proof.domain", ""),
        of("native-as-text", "A truth value in the place of a name, in the form that framing gives it.", &native)
            .rejects("proof", "proof.signature_invalid", "/proof"),
    ]
}
