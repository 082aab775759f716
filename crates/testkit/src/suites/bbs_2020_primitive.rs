//! The BBS+ of 2020 without documents: the constants of MATTR's tests, TypeScript and Rust.

use std::path::Path;

use serde_json::Value as Json;
use tamarack::SystemRandomness;
use tamarack::bbs::PublicKey;
use tamarack::bbs::legacy::{self, ExtendedKey};
use tamarack::encoding::base64_decode;

use crate::Report;

const FOLDER: &str = "bbs-2020-legacy/mattr-bbs-signatures";
/// The key of those tests whose key was drawn at random: all of them are refusals.
const ANY_KEY: &str = "qJgttTOthlZHltz+c0PE07hx3worb/cy7QY5iwRegQ9BfwvGahdqCO9Q9xuOnF5nD/Tq6t8zm9z26EAFCiaEJnL5b50D1cHDgNxBUPEEae+4bUb3JRsHaxBdZWDOo3pb";

/// Runs the suite: signatures and proofs are verified, and proofs made of the signatures.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let read = |name: &str| -> Result<Json, String> {
        let text = std::fs::read(dir.join(FOLDER).join(name)).map_err(|error| error.to_string())?;
        serde_json::from_slice(&text).map_err(|error| error.to_string())
    };
    match read("bbs-signatures-ts-vectors.json") {
        Ok(vectors) => {
            for (number, vector) in vectors.as_array().into_iter().flatten().enumerate() {
                let test = vector.get("test").and_then(Json::as_str).unwrap_or_default();
                report.record(format!("ts/{number} {test}"), check_typescript(vector, test));
            }
        }
        Err(why) => report.unseen.push(why),
    }
    match read("node-bbs-signatures-rust-vectors.json") {
        Ok(vectors) => {
            let key = vectors.get("public_key_b64").and_then(Json::as_str).unwrap_or_default();
            for vector in vectors.get("vectors").and_then(Json::as_array).into_iter().flatten() {
                let test = vector.get("test").and_then(Json::as_str).unwrap_or_default();
                report.record(format!("rust/{test}"), check_rust(vector, test, key, &vectors));
            }
        }
        Err(why) => report.unseen.push(why),
    }
    report
}

fn decoded(text: &str) -> Result<Vec<u8>, String> {
    base64_decode(text).map_err(|fault| fault.to_string())
}

fn strings<'j>(vector: &'j Json, member: &str) -> Vec<&'j str> {
    vector.get(member).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect()
}

/// The key: with its generators, or alone and then for so many messages.
fn key_of(vector: &Json, messages: usize) -> Result<ExtendedKey, String> {
    if let Some(text) = vector.get("bbsPublicKey_b64").and_then(Json::as_str).filter(|text| text.len() > 128) {
        let extended = ExtendedKey::from_bytes(&decoded(text)?).map_err(|fault| fault.to_string())?;
        // Their generators were derived as ours are.
        let derived = ExtendedKey::derive(extended.key(), extended.message_count());
        return match derived {
            Ok(derived) if derived.to_bytes() == extended.to_bytes() => Ok(extended),
            _ => Err("other generators".into()),
        };
    }
    let short = strings(vector, "all_b64").into_iter().find(|text| text.len() == 128).unwrap_or(ANY_KEY);
    let key = PublicKey::from_bytes(&decoded(short)?).map_err(|fault| fault.to_string())?;
    ExtendedKey::derive(&key, messages).map_err(|fault| fault.to_string())
}

fn check_typescript(vector: &Json, test: &str) -> Result<(), String> {
    let texts = strings(vector, "messages_utf8");
    let messages: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    let nonce = vector.get("nonce_utf8").and_then(Json::as_str).unwrap_or_default();
    // One nonce is given in base64.
    let nonce = if strings(vector, "all_b64").contains(&nonce) { decoded(nonce)? } else { nonce.as_bytes().to_vec() };
    let text = |member: &str| vector.get(member).and_then(Json::as_str);
    if let Some(proof) = text("proof_b64") {
        let outcome = verify_proof(vector, &decoded(proof)?, &messages, &nonce);
        return expect(outcome, test.starts_with("should verify"));
    }
    let signature = decoded(text("signature_b64").ok_or("no signature")?)?;
    if test.contains("verify valid signature") {
        return expect(verify(vector, &signature, &messages), false);
    }
    if test.contains("messages empty") {
        return expect(verify(vector, &signature, &[]), false);
    }
    if test.contains("invalid length") {
        return expect(PublicKey::from_bytes(&[0; 20]).map(|_| ()).map_err(|fault| fault.to_string()), false);
    }
    if test.contains("supposed to be hidden") {
        let proof = prove(vector, &signature, &messages, &[0], &nonce)?;
        expect(verify_proof(vector, &proof, &[b"BadMessage9"], &nonce), false)?;
        return verify_proof(vector, &proof, messages.get(..1).unwrap_or_default(), &nonce);
    }
    let disclosed: Vec<usize> = match test {
        _ if test.contains("all messages") => (0..messages.len()).collect(),
        _ if test.contains("multiple messages") => vec![0, 2],
        _ => vec![0],
    };
    let made = prove(vector, &signature, &messages, &disclosed, &nonce);
    if test.starts_with("should fail") {
        return expect(made.map(|_| ()), false);
    }
    verify_proof(vector, &made?, &messages, &nonce)
}

fn check_rust(vector: &Json, test: &str, key: &str, all: &Json) -> Result<(), String> {
    let key = PublicKey::from_bytes(&decoded(key)?).map_err(|fault| fault.to_string())?;
    let secret = all.get("secret_key_b64").and_then(Json::as_str).ok_or("no secret key")?;
    let secret = decoded(secret)?.try_into().map_err(|_| "secret key")?;
    let secret = tamarack::bbs::SecretKey::from_bytes(&secret).map_err(|fault| fault.to_string())?;
    if *secret.public_key() != key {
        return Err("another public key".into());
    }
    let texts = strings(vector, "messages_utf8");
    // What follows the messages is what was disclosed.
    let (texts, disclosed): (&[&str], Vec<usize>) = match test {
        "proof_revealing_single_message_from_single_message_signature" => (texts.get(..1).ok_or("few")?, vec![0]),
        "proof_revealing_single_message_from_multiple_message_signature" => (texts.get(..3).ok_or("few")?, vec![0]),
        "proof_with_10_messages" => (texts.get(..10).ok_or("few")?, vec![9]),
        "proof_with_8_messages" => (&texts, vec![0, 1, 2, 4, 6]),
        // It signs one message itself and prints what came.
        "print" => (&["KnYAbm0fw3mlUA=="], vec![0]),
        _ => (&texts, vec![]),
    };
    let messages: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    let signature = match strings(vector, "signature_b64").first() {
        Some(text) => decoded(text)?,
        None => legacy::sign(&secret, &messages).map_err(|fault| fault.to_string())?.to_vec(),
    };
    let extended = ExtendedKey::derive(&key, messages.len()).map_err(|fault| fault.to_string())?;
    let verified = legacy::verify(&extended, &signature, &messages).map_err(|fault| fault.to_string());
    let valid = vector.get("expect").and_then(Json::as_str) == Some("valid");
    expect(verified, valid)?;
    let Some(nonce) = strings(vector, "nonce_hash_of_utf8").first().map(|nonce| nonce.as_bytes()) else {
        return Ok(());
    };
    let proof = legacy::proof_gen(&extended, &signature, &messages, &disclosed, nonce, &mut SystemRandomness)
        .map_err(|fault| fault.to_string())?;
    let bare = match test {
        "proof_revealing_single_message_from_single_message_signature" => 380,
        "proof_revealing_single_message_from_multiple_message_signature" => 444,
        "proof_with_10_messages" => 668,
        "proof_with_8_messages" => 476,
        _ => 380,
    };
    if proof.len() != bare + 2 + messages.len() / 8 + 1 {
        return Err(format!("a proof of {} bytes", proof.len()));
    }
    let shown: Vec<(usize, &[u8])> = disclosed.iter().filter_map(|at| Some((*at, *messages.get(*at)?))).collect();
    legacy::proof_verify(&extended, &proof, &shown, nonce).map_err(|fault| fault.to_string())
}

fn verify(vector: &Json, signature: &[u8], messages: &[&[u8]]) -> Result<(), String> {
    let key = key_of(vector, messages.len())?;
    legacy::verify(&key, signature, messages).map_err(|fault| fault.to_string())
}

fn prove(
    vector: &Json,
    signature: &[u8],
    messages: &[&[u8]],
    disclosed: &[usize],
    nonce: &[u8],
) -> Result<Vec<u8>, String> {
    let key = key_of(vector, messages.len())?;
    legacy::proof_gen(&key, signature, messages, disclosed, nonce, &mut SystemRandomness)
        .map_err(|fault| fault.to_string())
}

/// The messages are all that were signed, or those that are shown; `revealed` is a slice of them.
fn verify_proof(vector: &Json, proof: &[u8], messages: &[&[u8]], nonce: &[u8]) -> Result<(), String> {
    let (count, named) = legacy::disclosed_indexes(proof).map_err(|fault| fault.to_string())?;
    let key = key_of(vector, count)?;
    let slice = vector.get("revealed").and_then(Json::as_str).and_then(|slice| slice.split_once(", "));
    let slice = slice.and_then(|(from, to)| messages.get(from.parse().ok()?..to.parse().ok()?));
    let shown: Vec<&[u8]> = match slice {
        Some(slice) => slice.to_vec(),
        None if messages.len() == count => named.iter().filter_map(|index| messages.get(*index).copied()).collect(),
        None => messages.to_vec(),
    };
    // Messages beyond the named places have none.
    let places = named.iter().copied().chain(count..);
    let disclosed: Vec<(usize, &[u8])> = places.zip(shown).collect();
    legacy::proof_verify(&key, proof, &disclosed, nonce).map_err(|fault| fault.to_string())
}

fn expect(outcome: Result<(), String>, valid: bool) -> Result<(), String> {
    match (outcome, valid) {
        (Ok(()), true) | (Err(_), false) => Ok(()),
        (Ok(()), false) => Err("accepted".into()),
        (Err(why), true) => Err(why),
    }
}
