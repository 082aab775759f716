//! draft-irtf-cfrg-bbs-signatures: the fixtures of the working group's repository, both ciphersuites.

use std::path::Path;

use serde_json::Value as Json;
use tamarack::bbs::{self, Ciphersuite, PublicKey, SecretKey};
use tamarack_bls12_381::Scalar;

use super::bbs_fixtures::{Fixed, MockedScalars, bytes, each_file, expander, messages, text};
use crate::Report;

/// Runs the suite: keys, generators, hashes, signatures and proofs, made again and verified.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    for (folder, suite) in [("bls12-381-sha-256", Ciphersuite::Sha256), ("bls12-381-shake-256", Ciphersuite::Shake256)]
    {
        let folder = format!("bbs-irtf/core/{folder}");
        let mocked = std::fs::read(dir.join(&folder).join("mockedRng.json")).unwrap_or_default();
        let mocked: Json = serde_json::from_slice(&mocked).unwrap_or_default();
        each_file(dir, &folder, &mut report, |name, vector| match name {
            "mockedRng" => check_mocked(suite, vector),
            "keypair" => check_key(suite, vector),
            "h2s" => check_scalar(suite, vector, &text(vector, "dst")?),
            "MapMessageToScalarAsHash" => check_map(suite, vector),
            "generators" => check_generators(suite, vector),
            name if name.starts_with("signature/") => check_signature(suite, vector),
            name if name.starts_with("proof/") => check_proof(suite, vector, &mocked),
            other => Err(format!("what is {other}?")),
        });
    }
    report
}

fn check_mocked(suite: Ciphersuite, vector: &Json) -> Result<(), String> {
    let count = vector.get("count").and_then(Json::as_u64).ok_or("no count")?;
    let count = usize::try_from(count).map_err(|error| error.to_string())?;
    let seed = bytes(vector, "seed")?;
    let mut mocked = MockedScalars::new(expander(suite), &seed, &bytes(vector, "dst")?, count)?;
    let expected = vector.get("mockedScalars").and_then(Json::as_array).ok_or("no scalars")?;
    for scalar in expected {
        let got = mocked.scalar()?;
        if Some(got.as_str()) != scalar.as_str() {
            return Err(format!("expected {scalar}, got {got}"));
        }
    }
    Ok(())
}

fn check_key(suite: Ciphersuite, vector: &Json) -> Result<(), String> {
    let pair = vector.get("keyPair").ok_or("no pair")?;
    let (material, info) = (bytes(vector, "keyMaterial")?, bytes(vector, "keyInfo")?);
    let expected = (bytes(pair, "secretKey")?, bytes(pair, "publicKey")?);
    let name = bytes(vector, "keyDst")?;
    let key = SecretKey::derive(suite, &material, &info, Some(&name)).map_err(|fault| fault.to_string())?;
    if key.expose_bytes()[..] != expected.0 || key.public_key().bytes()[..] != expected.1 {
        return Err("another key".into());
    }
    Ok(())
}

fn check_scalar(suite: Ciphersuite, vector: &Json, tag: &str) -> Result<(), String> {
    let mut uniform = [0; 48];
    let tag = super::bbs_fixtures::unhex(tag)?;
    expander(suite).expand(&bytes(vector, "message")?, &tag, &mut uniform).ok_or("not expanded")?;
    let got = Scalar::from_wide(&uniform).to_bytes();
    if got[..] == bytes(vector, "scalar")? { Ok(()) } else { Err("another scalar".into()) }
}

fn check_map(suite: Ciphersuite, vector: &Json) -> Result<(), String> {
    let cases = vector.get("cases").and_then(Json::as_array).ok_or("no cases")?;
    cases.iter().try_for_each(|case| check_scalar(suite, case, &text(vector, "dst")?))
}

fn check_generators(suite: Ciphersuite, vector: &Json) -> Result<(), String> {
    let rest = messages(vector, "MsgGenerators")?;
    let got = bbs::generators(suite, rest.len() + 1).map_err(|fault| fault.to_string())?;
    let expected = [bytes(vector, "P1")?, bytes(vector, "Q1")?].into_iter().chain(rest);
    if got.into_iter().eq(expected) { Ok(()) } else { Err("other generators".into()) }
}

fn check_signature(suite: Ciphersuite, vector: &Json) -> Result<(), String> {
    let pair = vector.get("signerKeyPair").ok_or("no pair")?;
    let secret = bytes(pair, "secretKey")?.try_into().map_err(|_| "secret key")?;
    let secret = SecretKey::from_bytes(&secret).map_err(|fault| fault.to_string())?;
    let public = PublicKey::from_bytes(&bytes(pair, "publicKey")?).map_err(|fault| fault.to_string())?;
    let (header, signature, owned) =
        (bytes(vector, "header")?, bytes(vector, "signature")?, messages(vector, "messages")?);
    let messages: Vec<&[u8]> = owned.iter().map(Vec::as_slice).collect();
    let valid = vector.pointer("/result/valid").and_then(Json::as_bool).ok_or("no result")?;
    let verified = bbs::verify(suite, &public, &signature, &header, &messages);
    if verified.is_ok() != valid {
        return Err(format!("verified: {verified:?}"));
    }
    let signed = bbs::sign(suite, &secret, &header, &messages).map_err(|fault| fault.to_string())?;
    if valid && signed[..] != signature { Err("signed otherwise".into()) } else { Ok(()) }
}

fn check_proof(suite: Ciphersuite, vector: &Json, mocked: &Json) -> Result<(), String> {
    let key = PublicKey::from_bytes(&bytes(vector, "signerPublicKey")?).map_err(|fault| fault.to_string())?;
    let (header, presentation) = (bytes(vector, "header")?, bytes(vector, "presentationHeader")?);
    let (proof, signature) = (bytes(vector, "proof")?, bytes(vector, "signature")?);
    let owned = messages(vector, "messages")?;
    let messages: Vec<&[u8]> = owned.iter().map(Vec::as_slice).collect();
    let indexes = vector.get("disclosedIndexes").and_then(Json::as_array).ok_or("no indexes")?;
    let indexes: Vec<usize> =
        indexes.iter().filter_map(Json::as_u64).map(|index| usize::try_from(index).unwrap_or(usize::MAX)).collect();
    let disclosed: Vec<(usize, &[u8])> =
        indexes.iter().filter_map(|index| Some((*index, *messages.get(*index)?))).collect();
    let valid = vector.pointer("/result/valid").and_then(Json::as_bool).ok_or("no result")?;
    let verified = bbs::proof_verify(suite, &key, &proof, &header, &presentation, &disclosed);
    if verified.is_ok() != valid {
        return Err(format!("verified: {verified:?}"));
    }
    if !valid {
        return Ok(());
    }
    // The trace names the scalars; the generator of mocked ones must give the same.
    let (seed, tag) = (bytes(mocked, "seed")?, bytes(mocked, "dst")?);
    let hidden = messages.len() - indexes.len();
    let mut sources: [Box<dyn tamarack::Randomness>; 2] =
        [Box::new(MockedScalars::new(expander(suite), &seed, &tag, 5 + hidden)?), Box::new(Fixed::of_trace(vector)?)];
    for source in &mut sources {
        let made =
            bbs::proof_gen(suite, &key, &signature, &header, &presentation, &messages, &indexes, source.as_mut())
                .map_err(|fault| fault.to_string())?;
        if made != proof {
            return Err("proved otherwise".into());
        }
    }
    Ok(())
}
