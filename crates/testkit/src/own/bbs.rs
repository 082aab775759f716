//! BBS signatures, proofs, commitments and pseudonyms that are not what they should be, without a document around them.

use serde_json::{Value as Json, json};
use tamarack::bbs::blind::{self, Disclosed, Signed};
use tamarack::bbs::legacy::{self, ExtendedKey};
use tamarack::bbs::{self, Ciphersuite, PublicKey, SecretKey, SecretNumber, pseudonym};
use tamarack::encoding::{hex_encode, multibase58_encode};
use tamarack::{Fault, Randomness};

use super::vector::Vector;

const SUITE: Ciphersuite = Ciphersuite::Sha256;
const HEADER: &[u8] = b"header";
const PRESENTATION: &[u8] = b"nonce of the verifier";
const MESSAGES: [&[u8]; 5] = [b"zero", b"one", b"two", b"three", b"four"];
const SHOWN: [usize; 2] = [1, 3];

/// The order of the groups: the first number that is no scalar.
const ORDER: [u8; 32] = [
    0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05, 0x53, 0xbd, 0xa4,
    0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
];

pub(super) fn vectors() -> Vec<Vector> {
    [keys(), signatures(), proofs(), blind_ones(), pseudonyms(), signatures_2020(), proofs_2020()].concat()
}

/// Bytes that are no secret, so that the vectors can be made again.
struct Counted(u64);

impl Randomness for Counted {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        use sha2::{Digest as _, Sha256};
        for chunk in bytes.chunks_mut(32) {
            self.0 += 1;
            chunk.iter_mut().zip(Sha256::digest(self.0.to_be_bytes())).for_each(|(to, from)| *to = from);
        }
        Ok(())
    }
}

fn issuer() -> SecretKey {
    SecretKey::derive(SUITE, &[0x11; 32], b"", None).unwrap()
}

fn other() -> SecretKey {
    SecretKey::derive(SUITE, &[0x22; 32], b"", None).unwrap()
}

/// Compressed points of G1: what stands for the identity, what has no y, what is outside the subgroup, and other forms.
fn no_points() -> [(&'static str, &'static str, Vec<u8>); 6] {
    let with = |first: u8, last: u8| {
        let mut bytes = vec![0; 48];
        bytes[0] = first;
        bytes[47] = last;
        bytes
    };
    let mut high = vec![0xff; 48];
    high[0] = 0x9f;
    [
        ("identity", "the identity", with(0xc0, 0)),
        ("off-curve", "an x coordinate that no point of the curve has", with(0x80, 1)),
        ("off-subgroup", "a point of the curve outside the subgroup", with(0x80, 4)),
        ("uncompressed", "without the mark of the compressed form", with(0x00, 4)),
        ("infinite-with-x", "the mark of infinity, and a coordinate", with(0xc0, 4)),
        ("beyond-the-field", "a coordinate that is not below the prime", high),
    ]
}

/// Scalars that are none.
fn no_scalars() -> [(&'static str, &'static str, [u8; 32]); 3] {
    [
        ("zero", "0", [0; 32]),
        ("order", "the order itself, a second form of 0", ORDER),
        ("beyond-the-order", "2^256 - 1", [0xff; 32]),
    ]
}

fn replaced(bytes: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    [&bytes[..at], with, &bytes[at + with.len()..]].concat()
}

fn hex(messages: &[&[u8]]) -> Json {
    messages.iter().map(|message| hex_encode(message)).collect()
}

fn pairs(messages: &[(usize, &[u8])]) -> Json {
    messages.iter().map(|(at, message)| json!([at, hex_encode(message)])).collect()
}

fn shown() -> Vec<(usize, &'static [u8])> {
    SHOWN.iter().map(|at| (*at, MESSAGES[*at])).collect()
}

fn vector(name: &str, about: &str, input: Json) -> Vector {
    Vector::of("bbs", "bbs", name, about, json!({ "json": input }))
}

// --- the vectors

fn keys() -> Vec<Vector> {
    let of = |name: &str, about: &str, key: &[u8]| {
        let text = multibase58_encode(&[&[0xeb, 0x01], key].concat());
        Vector::of("multikey", "multikey", &format!("bls-{name}"), about, text).error("key.invalid")
    };
    let point = |first: u8, last: u8| {
        let mut bytes = vec![0; 96];
        bytes[0] = first;
        bytes[95] = last;
        bytes
    };
    let good = issuer().public_key().bytes().to_vec();
    vec![
        of("identity", "The identity of G2: every signature would match.", &point(0xc0, 0)),
        of("off-curve", "An x coordinate that no point of the curve has.", &point(0x80, OFF_G2)),
        of("off-subgroup", "A point of the curve outside the subgroup.", &point(0x80, ON_G2)),
        of("uncompressed", "Without the mark of the compressed form.", &replaced(&good, 0, &[good[0] & 0x7f])),
        of("of-g1", "A point of G1, where a key is one of G2.", &good[..48]),
        of("truncated", "One byte is missing.", &good[..95]),
    ]
}

/// Last bytes of x coordinates, the rest 0.
const OFF_G2: u8 = 0;
const ON_G2: u8 = 2;

fn signatures() -> Vec<Vector> {
    let key = issuer();
    let good = bbs::sign(SUITE, &key, HEADER, &MESSAGES).unwrap().to_vec();
    let of = |name: &str, about: &str, signature: &[u8], header: &[u8], messages: &[&[u8]], key: &SecretKey| {
        let input = json!({ "kind": "signature", "key": hex_encode(key.public_key().bytes()),
            "value": hex_encode(signature), "header": hex_encode(header), "messages": hex(messages) });
        vector(&format!("signature-{name}"), about, input)
    };
    let malformed = |name: &str, about: &str, signature: &[u8]| {
        of(name, about, signature, HEADER, &MESSAGES, &key).error("proof.value_encoding")
    };
    let wrong = |name: &str, about: &str, header: &[u8], messages: &[&[u8]], key: &SecretKey| {
        of(name, about, &good, header, messages, key).error("proof.signature_invalid")
    };
    let [zero, one, two, three, four] = MESSAGES;
    let mut all = vec![
        of("good", "A signature over five messages.", &good, HEADER, &MESSAGES, &key).gives(true),
        wrong("other-header", "The header is another.", b"Header", &MESSAGES, &key),
        wrong("no-header", "The header is missing.", b"", &MESSAGES, &key),
        wrong("other-key", "The key is another.", HEADER, &MESSAGES, &other()),
        wrong("changed-message", "One message was changed.", HEADER, &[zero, one, two, three, b"five"], &key),
        wrong("reordered", "Two messages have changed places.", HEADER, &[one, zero, two, three, four], &key),
        wrong("missing-message", "The last message is missing.", HEADER, &MESSAGES[..4], &key),
        wrong("more-messages", "One message more.", HEADER, &[zero, one, two, three, four, b""], &key),
        malformed("truncated", "One byte is missing.", &good[..79]),
        malformed("longer", "One byte more.", &[&good[..], &[0]].concat()),
        malformed("of-2020", "A signature of the BBS+ of 2020.", &legacy::sign(&key, &MESSAGES).unwrap()),
    ];
    for (name, what, point) in no_points() {
        let about = format!("A is no point: {what}.");
        all.push(malformed(&format!("a-{name}"), &about, &replaced(&good, 0, &point)));
    }
    for (name, what, scalar) in no_scalars() {
        let about = format!("e is no scalar: {what}.");
        all.push(malformed(&format!("e-{name}"), &about, &replaced(&good, 48, &scalar)));
    }
    all
}

fn proofs() -> Vec<Vector> {
    let key = issuer();
    let signature = bbs::sign(SUITE, &key, HEADER, &MESSAGES).unwrap();
    let public = key.public_key();
    let good =
        bbs::proof_gen(SUITE, public, &signature, HEADER, PRESENTATION, &MESSAGES, &SHOWN, &mut Counted(0)).unwrap();
    let of = |name: &str, about: &str, change: &dyn Fn(&mut Json)| {
        let mut input = json!({ "kind": "proof", "key": hex_encode(public.bytes()), "value": hex_encode(&good),
            "header": hex_encode(HEADER), "presentationHeader": hex_encode(PRESENTATION), "disclosed": pairs(&shown()) });
        change(&mut input);
        vector(&format!("proof-{name}"), about, input)
    };
    let wrong = |name: &str, about: &str, member: &str, value: Json| {
        of(name, about, &|input| input[member] = value.clone()).error("proof.signature_invalid")
    };
    let malformed = |name: &str, about: &str, proof: &[u8]| {
        of(name, about, &|input| input["value"] = hex_encode(proof).into()).error("proof.value_encoding")
    };
    let places = |name: &str, about: &str, disclosed: &[(usize, &[u8])]| {
        of(name, about, &|input| input["disclosed"] = pairs(disclosed))
    };
    let [(a, one), (b, three)] = [(SHOWN[0], MESSAGES[1]), (SHOWN[1], MESSAGES[3])];
    let of_other = bbs::sign(SUITE, &other(), HEADER, &MESSAGES).unwrap();
    let by_other = bbs::proof_gen(SUITE, public, &of_other, HEADER, PRESENTATION, &MESSAGES, &SHOWN, &mut Counted(9));
    let again =
        bbs::proof_gen(SUITE, public, &signature, HEADER, PRESENTATION, &MESSAGES, &SHOWN, &mut Counted(99)).unwrap();
    let mut all = vec![
        of("good", "Two of five messages are shown.", &|_| ()).gives(true),
        of("good-again", "The same showing once more: other bytes throughout.", &|input| {
            input["value"] = hex_encode(&again).into();
        })
        .gives(true),
        wrong("other-header", "The header is another.", "header", hex_encode(b"Header").into()),
        wrong("no-header", "The header is missing.", "header", "".into()),
        wrong("other-nonce", "Another verifier's nonce.", "presentationHeader", hex_encode(b"another nonce").into()),
        wrong("no-nonce", "The nonce is missing.", "presentationHeader", "".into()),
        wrong("other-key", "The key is another.", "key", hex_encode(other().public_key().bytes()).into()),
        wrong("by-other-key", "A proof of a signature by another key.", "value", hex_encode(&by_other.unwrap()).into()),
        places("changed-message", "A shown message was changed.", &[(a, b"One"), (b, three)])
            .error("proof.signature_invalid"),
        places("swapped-messages", "The shown messages have changed places.", &[(a, three), (b, one)])
            .error("proof.signature_invalid"),
        places("other-place", "A shown message is said to stand elsewhere.", &[(0, one), (b, three)])
            .error("proof.signature_invalid"),
        places("undisclosed", "A message that is not shown is said to be.", &[(0, MESSAGES[0]), (a, one), (b, three)])
            .error("proof.signature_invalid"),
        places("withheld", "A shown message is withheld.", &[(a, one)]).error("proof.signature_invalid"),
        places("twice", "One place stands twice.", &[(a, one), (a, one)]).error("proof.value_encoding"),
        places("descending", "The places do not ascend.", &[(b, three), (a, one)]).error("proof.value_encoding"),
        places("place-beyond", "A place that no message has.", &[(a, one), (5, three)]).error("proof.value_encoding"),
        malformed("empty", "No bytes at all.", &[]),
        malformed("truncated-byte", "One byte is missing.", &good[..good.len() - 1]),
        malformed("shortest-less-one", "One byte less than the shortest proof.", &good[..144 + 127]),
        malformed("points-only", "The points without the scalars.", &good[..144]),
        malformed("longer", "One byte more.", &[&good[..], &[1]].concat()),
    ];
    all.push(
        of("truncated-scalar", "One scalar is missing: a proof of fewer messages.", &|input| {
            input["value"] = hex_encode(&good[..good.len() - 32]).into();
        })
        .error("proof.signature_invalid"),
    );
    all.push(wrong(
        "more-scalars",
        "One scalar more: a proof of more messages.",
        "value",
        hex_encode(&[&good[..], &[1; 32]].concat()).into(),
    ));
    for (at, part) in ["abar", "bbar", "d"].into_iter().enumerate() {
        for (name, what, point) in no_points() {
            let about = format!("{} is no point: {what}.", ["Abar", "Bbar", "D"][at]);
            all.push(malformed(&format!("{part}-{name}"), &about, &replaced(&good, 48 * at, &point)));
        }
    }
    let scalars = [("e", 144), ("message", 144 + 3 * 32), ("challenge", good.len() - 32)];
    for (part, at) in scalars {
        for (name, what, scalar) in no_scalars() {
            let about = format!("The scalar \"{part}\" is none: {what}.");
            all.push(malformed(&format!("{part}-{name}"), &about, &replaced(&good, at, &scalar)));
        }
    }
    // Points that fit nothing, but are points: D in the place of all three.
    let d = good[96..144].to_vec();
    let same = replaced(&replaced(&good, 0, &d), 48, &d);
    all.push(wrong("equal-points", "One point three times.", "value", hex_encode(&same).into()));
    all
}

/// The holder's messages and the blinding factor of a commitment to them.
fn committed() -> (Vec<u8>, SecretNumber) {
    blind::commit(SUITE, &[b"holder's secret"], &mut Counted(500)).unwrap()
}

fn blind_ones() -> Vec<Vector> {
    let key = issuer();
    let (commitment, factor) = committed();
    let commit = |name: &str, about: &str, bytes: &[u8]| {
        vector(&format!("commitment-{name}"), about, json!({ "kind": "commitment", "value": hex_encode(bytes) }))
    };
    let malformed = |name: &str, about: &str, bytes: &[u8]| commit(name, about, bytes).error("proof.value_encoding");
    let mut changed = commitment.clone();
    changed[60] ^= 1;
    let (of_other, _) = blind::commit(SUITE, &[b"other"], &mut Counted(600)).unwrap();
    let mut all = vec![
        commit("good", "A commitment to one message.", &commitment).gives(1),
        commit("changed-response", "A response was changed.", &changed).error("proof.signature_invalid"),
        commit("other-point", "The proof of another commitment.", &replaced(&commitment, 0, &of_other[..48]))
            .error("proof.signature_invalid"),
        malformed("truncated", "One byte is missing.", &commitment[..commitment.len() - 1]),
        malformed("without-challenge", "Two scalars are missing.", &commitment[..80]),
    ];
    for (name, what, point) in no_points() {
        all.push(malformed(name, &format!("No point: {what}."), &replaced(&commitment, 0, &point)));
    }
    for (name, what, scalar) in no_scalars() {
        let about = format!("A response is no scalar: {what}.");
        all.push(malformed(&format!("response-{name}"), &about, &replaced(&commitment, 48, &scalar)));
    }
    let signature = blind::sign(SUITE, &key, &commitment, HEADER, &MESSAGES).unwrap();
    let signed = Signed { header: HEADER, messages: &MESSAGES, committed: &[b"holder's secret"], blind: Some(&factor) };
    let public = key.public_key();
    let proof =
        blind::proof_gen(SUITE, public, &signature, &signed, PRESENTATION, &SHOWN, &[], &mut Counted(700)).unwrap();
    let of = |name: &str, about: &str, known: usize, disclosed: &[(usize, &[u8])], committed: &[(usize, &[u8])]| {
        let input = json!({ "kind": "blind-proof", "key": hex_encode(public.bytes()), "value": hex_encode(&proof),
            "header": hex_encode(HEADER), "presentationHeader": hex_encode(PRESENTATION), "known": known,
            "disclosed": pairs(disclosed), "committed": pairs(committed) });
        vector(&format!("blind-proof-{name}"), about, input)
    };
    all.extend([
        of("good", "Two messages are shown, the holder's secret is not.", 5, &shown(), &[]).gives(true),
        of("other-count", "Another number of messages that the signer knows.", 4, &shown(), &[])
            .error("proof.signature_invalid"),
        of("count-beyond", "More messages than the proof can be of.", 50, &shown(), &[]).error("proof.value_encoding"),
        of("place-beyond", "A place among the known messages that there is not.", 3, &shown(), &[])
            .error("proof.value_encoding"),
        of("secret-shown", "The holder's secret is said to be shown.", 5, &shown(), &[(0, b"holder's secret")])
            .error("proof.signature_invalid"),
    ]);
    all
}

fn pseudonyms() -> Vec<Vector> {
    let key = issuer();
    let public = key.public_key();
    let mut numbers = Counted(900);
    let (prover, entropy) = (SecretNumber::random(&mut numbers).unwrap(), SecretNumber::random(&mut numbers).unwrap());
    let (commitment, factor) = pseudonym::commit(SUITE, &[], &prover, &mut numbers).unwrap();
    let signature = pseudonym::sign(SUITE, &key, &commitment, &entropy, HEADER, &MESSAGES).unwrap();
    let signed = Signed { header: HEADER, messages: &MESSAGES, committed: &[], blind: Some(&factor) };
    let secret = pseudonym::verify(SUITE, public, &signature, &signed, &prover, &entropy).unwrap();
    let (proof, nym) = pseudonym::proof_gen(
        SUITE,
        public,
        &signature,
        &signed,
        &secret,
        b"https://verifier.example",
        PRESENTATION,
        &SHOWN,
        &[],
        &mut numbers,
    )
    .unwrap();
    let of_other = pseudonym::pseudonym(SUITE, &prover, b"https://verifier.example").unwrap();
    let elsewhere = pseudonym::pseudonym(SUITE, &secret, b"https://other.example").unwrap();
    let of = |name: &str, about: &str, nym: &[u8], context: &str| {
        let input = json!({ "kind": "pseudonym-proof", "key": hex_encode(public.bytes()), "value": hex_encode(&proof),
            "header": hex_encode(HEADER), "presentationHeader": hex_encode(PRESENTATION), "known": 5,
            "disclosed": pairs(&shown()), "pseudonym": hex_encode(nym), "context": context });
        vector(&format!("pseudonym-{name}"), about, input)
    };
    let here = "https://verifier.example";
    let mut all = vec![
        of("good", "The holder's pseudonym at this verifier.", &nym, here).gives(true),
        of("other-context", "Another verifier's pseudonym.", &nym, "https://other.example")
            .error("proof.signature_invalid"),
        of("from-elsewhere", "The pseudonym that the holder has elsewhere.", &elsewhere, here)
            .error("proof.signature_invalid"),
        of("of-other", "Somebody else's pseudonym.", &of_other, here).error("proof.signature_invalid"),
        of("truncated", "One byte is missing.", &nym[..47], here).error("proof.value_encoding"),
        of("missing", "There is none.", &[], here).error("proof.value_encoding"),
    ];
    for (name, what, point) in no_points() {
        all.push(of(name, &format!("The pseudonym is no point: {what}."), &point, here).error("proof.value_encoding"));
    }
    all
}

fn signatures_2020() -> Vec<Vector> {
    let key = issuer();
    let good = legacy::sign(&key, &MESSAGES).unwrap().to_vec();
    let of = |name: &str, about: &str, signature: &[u8], messages: &[&[u8]]| {
        let input = json!({ "kind": "2020-signature", "key": hex_encode(key.public_key().bytes()),
            "value": hex_encode(signature), "messages": hex(messages) });
        vector(&format!("2020-signature-{name}"), about, input)
    };
    let malformed =
        |name: &str, about: &str, signature: &[u8]| of(name, about, signature, &MESSAGES).error("proof.value_encoding");
    let mut all = vec![
        of("good", "A signature over five messages.", &good, &MESSAGES).gives(true),
        of("missing-message", "The last message is missing: other generators.", &good, &MESSAGES[..4])
            .error("proof.signature_invalid"),
        of("reordered", "The messages are in another order.", &good, &[b"one", b"zero", b"two", b"three", b"four"])
            .error("proof.signature_invalid"),
        of("no-messages", "No message at all.", &good, &[]).error("proof.value_encoding"),
        malformed("truncated", "One byte is missing.", &good[..111]),
        malformed("of-irtf", "A signature of the later scheme.", &good[..80]),
    ];
    for (name, what, point) in no_points() {
        all.push(malformed(&format!("a-{name}"), &format!("A is no point: {what}."), &replaced(&good, 0, &point)));
    }
    for (part, at) in [("e", 48), ("s", 80)] {
        for (name, what, scalar) in no_scalars() {
            let about = format!("{part} is no scalar: {what}.");
            all.push(malformed(&format!("{part}-{name}"), &about, &replaced(&good, at, &scalar)));
        }
    }
    all
}

fn proofs_2020() -> Vec<Vector> {
    let key = issuer();
    let extended = ExtendedKey::derive(key.public_key(), 5).unwrap();
    let signature = legacy::sign(&key, &MESSAGES).unwrap();
    let good = legacy::proof_gen(&extended, &signature, &MESSAGES, &SHOWN, PRESENTATION, &mut Counted(1_000)).unwrap();
    let of = |name: &str, about: &str, proof: &[u8], nonce: &[u8], disclosed: &[(usize, &[u8])]| {
        let input = json!({ "kind": "2020-proof", "key": hex_encode(key.public_key().bytes()),
            "value": hex_encode(proof), "nonce": hex_encode(nonce), "disclosed": pairs(disclosed) });
        vector(&format!("2020-proof-{name}"), about, input)
    };
    let malformed = |name: &str, about: &str, proof: &[u8]| {
        of(name, about, proof, PRESENTATION, &shown()).error("proof.value_encoding")
    };
    let places = |name: &str, about: &str, disclosed: &[(usize, &[u8])], code: &str| {
        of(name, about, &good, PRESENTATION, disclosed).error(code)
    };
    let (invalid, encoding) = ("proof.signature_invalid", "proof.value_encoding");
    let (one, three) = (MESSAGES[1], MESSAGES[3]);
    // Count, bitmap of one byte, three points, a length, a point, a count, two responses, a point, a count, responses.
    let (points, length, first, second) = (3, 3 + 144, 3 + 144 + 4, 3 + 144 + 4 + 116);
    let mut changed = good.clone();
    changed[good.len() - 1] ^= 1;
    let mut all = vec![
        of("good", "Two of five messages are shown.", &good, PRESENTATION, &shown()).gives(true),
        of("other-nonce", "Another verifier's nonce.", &good, b"another", &shown()).error(invalid),
        of("no-nonce", "The nonce is missing.", &good, b"", &shown()).error(invalid),
        of("changed-response", "A response was changed.", &changed, PRESENTATION, &shown()).error(invalid),
        places("changed-message", "A shown message was changed.", &[(1, b"One"), (3, three)], invalid),
        places("swapped-messages", "The shown messages have changed places.", &[(1, three), (3, one)], invalid),
        places("withheld", "A message that the proof shows is withheld.", &[(1, one)], encoding),
        places(
            "undisclosed",
            "A message beyond those that the proof shows.",
            &[(1, one), (2, b"two"), (3, three)],
            encoding,
        ),
        places("other-place", "Another place than the proof names.", &[(0, one), (3, three)], encoding),
        malformed("empty", "No bytes at all.", &[]),
        malformed("header-only", "The count alone.", &good[..2]),
        malformed("truncated", "One byte is missing.", &good[..good.len() - 1]),
        malformed("longer", "One byte more.", &[&good[..], &[0]].concat()),
        malformed("no-messages", "A count of 0.", &replaced(&good, 0, &[0, 0])),
        malformed("other-count", "Another number of messages.", &replaced(&good, 0, &[0, 6])),
        malformed("bitmap-beyond", "The bitmap names a message that there is not.", &replaced(&good, 2, &[0b10_1010])),
        malformed("bitmap-fewer", "The bitmap names one message fewer.", &replaced(&good, 2, &[0b0010])),
        malformed("length", "The first part has another length.", &replaced(&good, length, &[0, 0, 0, 117])),
        malformed("first-count", "Three responses where there are two.", &replaced(&good, first + 48, &[0, 0, 0, 3])),
        malformed("second-count", "One response fewer than there are.", &replaced(&good, second + 48, &[0, 0, 0, 4])),
        malformed("huge-count", "4 294 967 295 responses.", &replaced(&good, second + 48, &[0xff; 4])),
    ];
    let parts = [("a-prime", points), ("abar", points + 48), ("d", points + 96), ("c1", first), ("c2", second)];
    for (part, at) in parts {
        for (name, what, point) in no_points() {
            let about = format!("The point \"{part}\" is none: {what}.");
            all.push(malformed(&format!("{part}-{name}"), &about, &replaced(&good, at, &point)));
        }
    }
    for (name, what, scalar) in no_scalars().into_iter().skip(1) {
        let about = format!("A response is no scalar: {what}.");
        all.push(malformed(&format!("response-{name}"), &about, &replaced(&good, first + 52, &scalar)));
    }
    all
}

// --- running them

/// Does what a vector of this area asks for.
pub(super) fn operate(input: &Json) -> Result<Result<Json, Fault>, String> {
    let input = Input(input);
    let (value, header, presentation) =
        (input.bytes("value")?, input.bytes("header")?, input.bytes("presentationHeader")?);
    let kind = input.0["kind"].as_str().ok_or("no kind")?;
    if kind == "commitment" {
        return Ok(blind::verify_commitment(SUITE, &value).map(Json::from));
    }
    let key = PublicKey::from_bytes(&input.bytes("key")?).map_err(|fault| fault.to_string())?;
    let messages = input.messages()?;
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let (owned, owned_committed) = (input.pairs("disclosed")?, input.pairs("committed")?);
    let disclosed: Vec<(usize, &[u8])> = owned.iter().map(|(at, message)| (*at, message.as_slice())).collect();
    let committed: Vec<(usize, &[u8])> =
        owned_committed.iter().map(|(at, message)| (*at, message.as_slice())).collect();
    let known = input.0["known"].as_u64().and_then(|known| usize::try_from(known).ok()).unwrap_or_default();
    let of_both = Disclosed { known, messages: &disclosed, committed: &committed };
    let found = match kind {
        "signature" => bbs::verify(SUITE, &key, &value, &header, &messages),
        "proof" => bbs::proof_verify(SUITE, &key, &value, &header, &presentation, &disclosed),
        "blind-proof" => blind::proof_verify(SUITE, &key, &value, &header, &presentation, &of_both),
        "pseudonym-proof" => {
            let (nym, context) = (input.bytes("pseudonym")?, input.0["context"].as_str().ok_or("no context")?);
            pseudonym::proof_verify(SUITE, &key, &value, &header, &presentation, &nym, context.as_bytes(), &of_both)
        }
        "2020-signature" => {
            ExtendedKey::derive(&key, messages.len()).and_then(|extended| legacy::verify(&extended, &value, &messages))
        }
        "2020-proof" => legacy::disclosed_indexes(&value)
            .and_then(|(count, _)| ExtendedKey::derive(&key, count))
            .and_then(|extended| legacy::proof_verify(&extended, &value, &disclosed, &input.nonce())),
        other => return Err(format!("unknown kind {other}")),
    };
    Ok(found.map(|()| true.into()))
}

/// The members of an input; bytes are hexadecimal, and empty where they are missing.
struct Input<'v>(&'v Json);

impl Input<'_> {
    fn bytes(&self, member: &str) -> Result<Vec<u8>, String> {
        unhex(self.0[member].as_str().unwrap_or_default())
    }

    fn nonce(&self) -> Vec<u8> {
        self.bytes("nonce").unwrap_or_default()
    }

    fn messages(&self) -> Result<Vec<Vec<u8>>, String> {
        self.0["messages"].as_array().into_iter().flatten().map(|text| unhex(text.as_str().unwrap_or("?"))).collect()
    }

    fn pairs(&self, member: &str) -> Result<Vec<(usize, Vec<u8>)>, String> {
        let pair = |pair: &Json| {
            let at = pair[0].as_u64().and_then(|at| usize::try_from(at).ok()).ok_or("no place")?;
            Ok((at, unhex(pair[1].as_str().unwrap_or("?"))?))
        };
        self.0[member].as_array().into_iter().flatten().map(pair).collect()
    }
}

fn unhex(text: &str) -> Result<Vec<u8>, String> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2)).ok_or_else(|| format!("no hex: {text}"))?;
    Ok(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
