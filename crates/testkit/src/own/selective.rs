//! Selective disclosure with ecdsa-sd-2023 and bbs-2023: derived proofs that do not prove what they should.

use serde_json::{Value as Json, json};
use tamarack::encoding::{multibase64url_decode, multibase64url_encode};
use tamarack::keys::KeyType;
use tamarack::proof::Suite;

use super::actor::{Actor, actor, derive};
use super::cbor::{Part, close, open};
use super::documents::{V2, set, v2_of, without};
use super::vector::Vector;

pub(super) const AREA: &str = "selective";

/// The entries of a CBOR map.
type Entries = Vec<(Part, Part)>;

pub(super) fn vectors() -> Vec<Vector> {
    [shown(), both(&ecdsa()), both(&bbs()), only_ecdsa(), only_bbs()].concat()
}

/// What the issuer makes mandatory.
pub(super) const MANDATORY: [&str; 3] = ["/issuer", "/validFrom", "/validUntil"];

/// A suite with what is issued and derived under it. Credential and subject have no id: each is a blank node.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) base: Json,
    pub(super) derived: Json,
    pub(super) other: Json,
}

/// A credential with a base proof.
pub(super) fn base() -> Json {
    ecdsa().base
}

fn issue(issuer: &Actor, suite: Suite, document: &Json) -> Json {
    issuer.sign_with(suite, document, |options| {
        options.mandatory_pointers = MANDATORY.map(str::to_owned).to_vec();
    })
}

pub(super) fn nameless(issuer: &str) -> Json {
    let document = without(&without(&v2_of(issuer), "/id"), "/credentialSubject/id");
    set(&document, "/credentialSubject/description", "A resident.")
}

fn case(name: &'static str, kind: KeyType, suite: Suite) -> Case {
    let issuer = actor(kind, 1);
    let document = nameless(&issuer.did);
    let base = issue(&issuer, suite, &document);
    let other = issue(&issuer, suite, &set(&document, "/credentialSubject/name", "Chloé Roy"));
    let pointers = ["/credentialSubject/name"];
    Case { name, derived: derive(&base, &pointers), other: derive(&other, &pointers), base }
}

pub(super) fn ecdsa() -> Case {
    case("ecdsa", KeyType::P256, Suite::EcdsaSd2023)
}

pub(super) fn bbs() -> Case {
    case("bbs", KeyType::Bls12381G2, Suite::Bbs2023)
}

pub(super) fn value(document: &Json) -> &str {
    document["proof"]["proofValue"].as_str().unwrap()
}

/// The document with another proof value.
fn with_value(document: &Json, value: &str) -> Json {
    set(document, "/proof/proofValue", value)
}

/// The document with the components of its proof changed.
pub(super) fn changed(document: &Json, change: impl FnOnce(&mut u8, &mut Vec<Part>)) -> Json {
    let (mut kind, mut parts) = open(value(document));
    change(&mut kind, &mut parts);
    with_value(document, &close(kind, &parts))
}

pub(super) fn of(name: &str, about: &str, document: &Json) -> Vector {
    Vector::verify(AREA, name, about, document)
}

/// A document whose proof is refused with this code.
pub(super) fn refused(case: &Case, name: &str, about: &str, code: &str, document: &Json) -> Vector {
    let pointer = if code == "proof.signature_invalid" { "/proof" } else { "/proof/proofValue" };
    of(&format!("{}-{name}", case.name), about, document).rejects("proof", code, pointer)
}

pub(super) const ENCODING: &str = "proof.value_encoding";
pub(super) const DISCLOSURE: &str = "proof.disclosure";
pub(super) const SIGNATURE: &str = "proof.signature_invalid";

fn shown() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for case in [ecdsa(), bbs()] {
        let name = |rest: &str| format!("{}-{rest}", case.name);
        vectors.extend([
            of(&name("derived"), "A derived proof that shows the name.", &case.derived).accepts(),
            of(&name("base-to-holder"), "A base proof, judged by the holder who received it.", &case.base)
                .policy("asHolder", true)
                .accepts(),
            refused(
                &case,
                "base-to-verifier",
                "A base proof, which holds the holder's secret key.",
                "proof.base",
                &case.base,
            )
            .alone(),
            of(
                &name("tag-64"),
                "Bytes under the tag of typed arrays, as some encoders of JavaScript write them.",
                &changed(&case.derived, |_, parts| parts[0] = Part::Tagged(64, Box::new(parts[0].clone()))),
            )
            .accepts(),
        ]);
    }
    vectors
}

/// What is wrong with either suite in the same way.
fn both(case: &Case) -> Vec<Vector> {
    let refused = |name: &str, about: &str, code: &str, document: &Json| refused(case, name, about, code, document);
    let bytes = multibase64url_decode(value(&case.derived)).unwrap();
    let with_bytes = |bytes: &[u8]| with_value(&case.derived, &multibase64url_encode(bytes));
    let header = |kind: u8| changed(&case.derived, |byte, _| *byte = kind);
    // Where the components are: those of the two suites differ.
    let (map, mandatory) = if case.name == "ecdsa" { (3, 4) } else { (1, 2) };
    let labels = |change: &dyn Fn(&mut Entries)| changed(&case.derived, |_, parts| change(parts[map].entries()));
    let indexes = |change: &dyn Fn(&mut Vec<Part>)| changed(&case.derived, |_, parts| change(parts[mandatory].items()));
    let subject = |member: &str, value: Json| set(&case.derived, &format!("/credentialSubject/{member}"), value);
    let mut vectors = vec![
        refused(
            "value-base58",
            "base58-btc, where the suite has base64url.",
            ENCODING,
            &with_value(&case.derived, "z2g"),
        ),
        refused(
            "value-padded",
            "base64url with padding.",
            ENCODING,
            &with_value(&case.derived, &format!("{}==", value(&case.derived))),
        ),
        refused("value-empty", "No bytes.", ENCODING, &with_value(&case.derived, "u")),
        refused("value-header-alone", "The header alone.", ENCODING, &with_bytes(&bytes[..3])),
        refused("value-truncated", "The last byte is missing.", ENCODING, &with_bytes(&bytes[..bytes.len() - 1])),
        refused("value-halved", "Half of it.", ENCODING, &with_bytes(&bytes[..bytes.len() / 2])),
        refused("value-trailing-byte", "A byte too many.", ENCODING, &with_bytes(&[&bytes[..], &[0]].concat())),
        refused("value-twice", "The value twice.", ENCODING, &with_bytes(&[&bytes[..], &bytes[3..]].concat())),
        refused("header-of-nobody", "A header that no suite has.", ENCODING, &header(0x0a)),
        refused(
            "header-of-other-suite",
            "The header of the other suite's derived proofs.",
            ENCODING,
            &header(if map == 3 { 3 } else { 1 }),
        ),
        refused(
            "header-foreign",
            "Another tag of CBOR in the place of the header.",
            ENCODING,
            &with_bytes(&[&[0xd9, 0x5e], &bytes[2..]].concat()),
        ),
        refused(
            "components-four",
            "A component is missing.",
            ENCODING,
            &changed(&case.derived, |_, parts| drop(parts.pop())),
        ),
        refused(
            "components-six",
            "A component too many.",
            ENCODING,
            &changed(&case.derived, |_, parts| parts.push(Part::Number(1))),
        ),
        refused(
            "components-indefinite",
            "An array without its length.",
            ENCODING,
            &with_bytes(&[&bytes[..3], &[0x9f], &bytes[4..], &[0xff]].concat()),
        ),
        refused(
            "tag-foreign",
            "Bytes under another tag.",
            ENCODING,
            &changed(&case.derived, |_, parts| parts[0] = Part::Tagged(65, Box::new(parts[0].clone()))),
        ),
        refused(
            "text-for-bytes",
            "A text where bytes must be.",
            ENCODING,
            &changed(&case.derived, |_, parts| parts[0] = Part::Text("a".into())),
        ),
        refused(
            "labels-array",
            "An array in the place of the label map.",
            ENCODING,
            &changed(&case.derived, |_, parts| parts[map] = Part::Array(Vec::new())),
        ),
        refused("labels-none", "An empty label map.", DISCLOSURE, &labels(&|entries| entries.clear())),
        refused("labels-one-missing", "A node has no label.", DISCLOSURE, &labels(&|entries| drop(entries.pop()))),
        refused(
            "labels-one-more",
            "A label for a node that is not there.",
            DISCLOSURE,
            &labels(&|entries| {
                let extra = match &entries[0].1 {
                    Part::Bytes(_) => Part::Bytes(vec![7; 32]),
                    _ => Part::Number(9),
                };
                entries.push((Part::Number(2), extra));
            }),
        ),
        refused(
            "labels-number-twice",
            "A node has two labels.",
            DISCLOSURE,
            &labels(&|entries| entries[1].0 = entries[0].0.clone()),
        ),
        refused(
            "labels-label-twice",
            "Two nodes have one label: what is said of the one would be said of the other.",
            DISCLOSURE,
            &labels(&|entries| entries[1].1 = entries[0].1.clone()),
        ),
        refused(
            "labels-swapped",
            "Two nodes have each other's label.",
            SIGNATURE,
            &labels(&|entries| {
                let first = entries[0].1.clone();
                entries[0].1 = entries[1].1.clone();
                entries[1].1 = first;
            }),
        ),
        refused(
            "labels-of-nobody",
            "A label that was never signed.",
            SIGNATURE,
            &labels(&|entries| {
                entries[0].1 = match &entries[0].1 {
                    Part::Bytes(_) => Part::Bytes(vec![7; 32]),
                    _ => Part::Number(9),
                };
            }),
        ),
        refused(
            "labels-negative",
            "A negative number in the label map.",
            ENCODING,
            &labels(&|entries| entries[0].0 = Part::Text("0".into())),
        ),
        refused(
            "mandatory-past-the-end",
            "An index past the last statement.",
            DISCLOSURE,
            &indexes(&|items| items[0] = Part::Number(99)),
        ),
        refused("mandatory-twice", "One index twice.", DISCLOSURE, &indexes(&|items| items[1] = items[0].clone())),
        refused(
            "mandatory-one-missing",
            "A mandatory statement passes for a selected one.",
            DISCLOSURE,
            &indexes(&|items| drop(items.pop())),
        ),
        refused(
            "mandatory-huge",
            "An index of more than 32 bits.",
            ENCODING,
            &indexes(&|items| items[0] = Part::Number(1 << 40)),
        ),
        refused(
            "claim-added",
            "A claim that was never signed.",
            DISCLOSURE,
            &subject("mediaType", json!("text/plain")),
        ),
        refused(
            "claim-undisclosed",
            "A claim that was signed, but is not disclosed.",
            DISCLOSURE,
            &subject("description", json!("A resident.")),
        ),
        refused("claim-changed", "Another name.", SIGNATURE, &subject("name", json!("Chloé Tremblay"))),
        refused(
            "claim-dropped",
            "The disclosed claim is gone.",
            DISCLOSURE,
            &set(&case.derived, "/credentialSubject", json!({ "id": "urn:uuid:4f0c9a5e-2f1b-4f7d-9a36-1c8a1f0e7d19" })),
        ),
        refused(
            "date-changed",
            "A mandatory statement says otherwise.",
            SIGNATURE,
            &set(&case.derived, "/validUntil", "2032-01-01T00:00:00Z"),
        ),
        refused(
            "type-added",
            "A type that was never signed.",
            DISCLOSURE,
            &set(&case.derived, "/type/1", "EnvelopedVerifiableCredential"),
        ),
        refused(
            "value-of-another",
            "The proof of another credential.",
            SIGNATURE,
            &with_value(&case.derived, value(&case.other)),
        ),
        refused(
            "created-changed",
            "The proof says that it was made at another time.",
            SIGNATURE,
            &set(&case.derived, "/proof/created", "2026-11-02T00:00:00Z"),
        ),
        of(
            &format!("{}-term-undefined", case.name),
            "A claim under a name that no context defines.",
            &subject("isOver18", json!(true)),
        )
        .rejects("contexts", "jsonld.undefined_term", "/credentialSubject/isOver18"),
        of(
            &format!("{}-claim-as-iri", case.name),
            "A signed claim under its IRI, where nobody looks for it.",
            &set(
                &without(&case.derived, "/credentialSubject/name"),
                "/credentialSubject/https:~1~1schema.org~1name",
                case.derived["credentialSubject"]["name"].clone(),
            ),
        )
        .rejects("contexts", "jsonld.not_a_term", "/credentialSubject/https:~1~1schema.org~1name"),
        of(&format!("{}-previous-proof", case.name), "A chain, which selective disclosure has not.", &{
            let first =
                set(&case.derived, "/proof/id", "urn:uuid:4f0c9a5e-2f1b-4f7d-9a36-1c8a1f0e7d20")["proof"].clone();
            let second =
                set(&case.derived, "/proof/previousProof", "urn:uuid:4f0c9a5e-2f1b-4f7d-9a36-1c8a1f0e7d20")["proof"]
                    .clone();
            set(&case.derived, "/proof", json!([first, second]))
        })
        .rejects("proof", "proof.malformed", "/proof/1/previousProof"),
        of(
            &format!("{}-purpose", case.name),
            "A derived proof for another purpose.",
            &set(&case.derived, "/proof/proofPurpose", "authentication"),
        )
        .rejects("proof", "proof.purpose", "/proof/proofPurpose"),
    ];
    vectors.push(
        of(
            &format!("{}-context-added", case.name),
            "A context more, under which the claims mean the same.",
            &set(&case.derived, "/@context", json!([V2, "https://www.w3.org/ns/credentials/examples/v2"])),
        )
        .accepts(),
    );
    vectors
}

fn only_ecdsa() -> Vec<Vector> {
    let case = ecdsa();
    let refused = |name: &str, about: &str, code: &str, document: &Json| refused(&case, name, about, code, document);
    let part = |at: usize, change: &dyn Fn(&mut Part)| changed(&case.derived, |_, parts| change(&mut parts[at]));
    let (_, theirs) = open(value(&case.other));
    vec![
        refused(
            "signature-too-many",
            "A signature too many.",
            DISCLOSURE,
            &part(2, &|all| {
                let one = all.items()[0].clone();
                all.items().push(one);
            }),
        ),
        refused("signature-too-few", "A signature is missing.", DISCLOSURE, &part(2, &|all| drop(all.items().pop()))),
        refused(
            "signatures-reversed",
            "The signatures in another order.",
            SIGNATURE,
            &part(2, &|all| all.items().reverse()),
        ),
        refused(
            "signature-doubled",
            "One signature for two statements.",
            SIGNATURE,
            &part(2, &|all| {
                let one = all.items()[0].clone();
                all.items()[1] = one;
            }),
        ),
        refused(
            "signature-short",
            "A signature of 63 bytes.",
            ENCODING,
            &part(2, &|all| {
                let _ = all.items()[0].bytes().pop();
            }),
        ),
        refused("signature-zeros", "A signature of zeros.", SIGNATURE, &part(2, &|all| all.items()[0].bytes().fill(0))),
        refused("base-signature-long", "A base signature of 65 bytes.", ENCODING, &part(0, &|one| one.bytes().push(0))),
        refused(
            "base-signature-changed",
            "One bit of the base signature is another.",
            SIGNATURE,
            &part(0, &|one| one.bytes()[40] ^= 1),
        ),
        refused(
            "scoped-key-short",
            "A public key of 34 bytes.",
            ENCODING,
            &part(1, &|key| {
                let _ = key.bytes().pop();
            }),
        ),
        refused("scoped-key-codec", "A public key of another kind.", ENCODING, &part(1, &|key| key.bytes()[0] = 0x81)),
        refused(
            "scoped-key-off-curve",
            "A public key that is no point of the curve.",
            ENCODING,
            &part(1, &|key| key.bytes()[3..].fill(0xff)),
        ),
        refused(
            "scoped-key-of-issuer",
            "The issuer's own key in the place of the one made for the proof.",
            SIGNATURE,
            &part(1, &|key| {
                let issuer = actor(KeyType::P256, 1);
                let point = tamarack::keys::Signer::public_key(&issuer.key).bytes().to_vec();
                *key.bytes() = [&[0x80, 0x24][..], &point].concat();
            }),
        ),
        refused(
            "mixed",
            "The base signature of one credential, the rest of another.",
            SIGNATURE,
            &part(0, &|one| *one = theirs[0].clone()),
        ),
        refused(
            "labels-short",
            "A label of 31 bytes.",
            ENCODING,
            &part(3, &|map| {
                let _ = map.entries()[0].1.bytes().pop();
            }),
        ),
    ]
}

fn only_bbs() -> Vec<Vector> {
    let case = bbs();
    let refused = |name: &str, about: &str, code: &str, document: &Json| refused(&case, name, about, code, document);
    let part = |at: usize, change: &dyn Fn(&mut Part)| changed(&case.derived, |_, parts| change(&mut parts[at]));
    let proof = |change: &dyn Fn(&mut Vec<u8>)| part(0, &|proof| change(proof.bytes()));
    let infinity = |at: usize| {
        move |bytes: &mut Vec<u8>| {
            bytes[at..at + 48].fill(0);
            bytes[at] = 0xc0;
        }
    };
    let (_, theirs) = open(value(&case.other));
    vec![
        refused("proof-empty", "A proof of no bytes.", ENCODING, &proof(&|bytes| bytes.clear())),
        refused(
            "proof-short",
            "A proof that lacks a byte.",
            ENCODING,
            &proof(&|bytes| {
                let _ = bytes.pop();
            }),
        ),
        refused("proof-first-point-infinity", "The first point is the identity.", ENCODING, &proof(&infinity(0))),
        refused("proof-second-point-infinity", "The second point is the identity.", ENCODING, &proof(&infinity(48))),
        refused("proof-third-point-infinity", "The third point is the identity.", ENCODING, &proof(&infinity(96))),
        refused("proof-off-curve", "A point off the curve.", ENCODING, &proof(&|bytes| bytes[1..48].fill(0))),
        refused("proof-uncompressed", "A point that is not compressed.", ENCODING, &proof(&|bytes| bytes[0] &= 0x7f)),
        refused("proof-scalar-zero", "A scalar that is zero.", ENCODING, &proof(&|bytes| bytes[144..176].fill(0))),
        refused(
            "proof-scalar-too-large",
            "A scalar past the order.",
            ENCODING,
            &proof(&|bytes| bytes[144..176].fill(0xff)),
        ),
        refused(
            "proof-challenge-changed",
            "Another challenge.",
            SIGNATURE,
            &proof(&|bytes| *bytes.last_mut().unwrap() ^= 1),
        ),
        refused("proof-response-changed", "Another response.", SIGNATURE, &proof(&|bytes| bytes[175] ^= 1)),
        refused(
            "proof-of-another",
            "The proof of another credential, its other parts being alike.",
            SIGNATURE,
            &part(0, &|one| *one = theirs[0].clone()),
        ),
        refused("selective-too-few", "An index is missing.", DISCLOSURE, &part(3, &|all| drop(all.items().pop()))),
        refused(
            "selective-too-many",
            "An index too many.",
            DISCLOSURE,
            &part(3, &|all| all.items().push(Part::Number(50))),
        ),
        refused(
            "selective-reversed",
            "The indexes in another order.",
            DISCLOSURE,
            &part(3, &|all| all.items().reverse()),
        ),
        refused(
            "selective-twice",
            "One index twice.",
            DISCLOSURE,
            &part(3, &|all| {
                let one = all.items()[0].clone();
                all.items()[1] = one;
            }),
        ),
        refused(
            "selective-past-the-end",
            "An index past the last message.",
            ENCODING,
            &part(3, &|all| *all.items().last_mut().unwrap() = Part::Number(4_000_000)),
        ),
        refused(
            "selective-moved",
            "The statements at other places than they were signed.",
            SIGNATURE,
            &part(3, &|all| {
                let Some(Part::Number(last)) = all.items().last().cloned() else { panic!("no index") };
                let count = all.items().len();
                all.items()[count - 1] = Part::Number(if last == 0 { 1 } else { last - 1 });
            }),
        ),
        refused(
            "presentation-header-changed",
            "Another verifier's nonce.",
            SIGNATURE,
            &part(4, &|header| header.bytes().push(1)),
        ),
        refused(
            "presentation-header-text",
            "A presentation header that is a text.",
            ENCODING,
            &part(4, &|header| *header = Part::Text(String::new())),
        ),
        refused(
            "header-bound",
            "The header of a proof that is bound to a holder.",
            ENCODING,
            &changed(&case.derived, |kind, _| *kind = 5),
        ),
    ]
}
