//! Blind BBS signatures and pseudonyms: the fixtures of draft-irtf-cfrg-bbs-blind-signatures, both ciphersuites, and the
//! signatures and proofs within the vectors of VC-DI-BBS's optional features.

use std::path::Path;

use serde_json::Value as Json;
use tamarack::SystemRandomness;
use tamarack::bbs::blind::{self, Disclosed, Signed};
use tamarack::bbs::{Ciphersuite, PublicKey, SecretKey, SecretNumber, pseudonym};

use super::bbs_fixtures::{Fixed, MockedScalars, bytes, each_file, expander, messages, text, unhex};
use crate::Report;

/// Runs the fixtures of the draft.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let root = dir.join("bbs-irtf/blind");
    let all = std::fs::read(root.join("messages.json")).unwrap_or_default();
    let all: Json = serde_json::from_slice(&all).unwrap_or_default();
    for (folder, suite) in [("bls12-381-sha-256", Ciphersuite::Sha256), ("bls12-381-shake-256", Ciphersuite::Shake256)]
    {
        let folder = format!("bbs-irtf/blind/{folder}");
        each_file(dir, &folder, &mut report, |name, vector| match name.split('/').next() {
            Some("commit") => check_commit(suite, vector),
            Some("signature") => check_signature(suite, vector),
            Some("proof") => check_proof(suite, vector, &all),
            _ => Err(format!("what is {name}?")),
        });
    }
    // Messages that all others use are one file more.
    let count = all.get("messages").and_then(Json::as_array).map(Vec::len);
    report.record("bbs-irtf/blind/messages", if count == Some(10) { Ok(()) } else { Err("no messages".into()) });
    report
}

fn why(fault: impl ToString) -> String {
    fault.to_string()
}

fn number(text: &str) -> Result<SecretNumber, String> {
    // Some are written without their leading zero.
    let bytes = unhex(&format!("{text:0>64}"))?.try_into().map_err(|_| "a number of another length")?;
    SecretNumber::from_bytes(&bytes).map_err(why)
}

/// A member that may be null.
fn optional(vector: &Json, member: &str) -> Option<String> {
    vector.get(member).and_then(Json::as_str).map(str::to_owned)
}

fn borrowed(owned: &[Vec<u8>]) -> Vec<&[u8]> {
    owned.iter().map(Vec::as_slice).collect()
}

/// The scalars that a step was mocked with.
fn mocked(suite: Ciphersuite, vector: &Json, step: &str) -> Result<MockedScalars, String> {
    let parameters = vector.get("mockRngParameters").ok_or("no parameters")?;
    let seed = text(parameters, "SEED")?;
    let step = parameters.get(step).ok_or("no step")?;
    let count = step.get("count").and_then(Json::as_u64).and_then(|count| usize::try_from(count).ok());
    MockedScalars::new(expander(suite), seed.as_bytes(), text(step, "DST")?.as_bytes(), count.ok_or("no count")?)
}

fn check_commit(suite: Ciphersuite, vector: &Json) -> Result<(), String> {
    let owned = messages(vector, "committedMessages")?;
    let expected = bytes(vector, "commitmentWithProof")?;
    let (made, blind) = blind::commit(suite, &borrowed(&owned), &mut mocked(suite, vector, "commit")?).map_err(why)?;
    if made != expected || blind.expose_bytes()[..] != bytes(vector, "proverBlind")? {
        return Err("committed otherwise".into());
    }
    match blind::verify_commitment(suite, &expected) {
        Ok(count) if count == owned.len() => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

/// The holder's and the signer's blinding factors, added.
fn blind_of(vector: &Json) -> Result<Option<SecretNumber>, String> {
    let holder = optional(vector, "proverBlind").map(|text| number(&text)).transpose()?;
    let signer = optional(vector, "signerBlind").map(|text| number(&text)).transpose()?;
    Ok(match (holder, signer) {
        (Some(holder), Some(signer)) => Some(blind::add_blinds(&holder, &signer)),
        (holder, signer) => holder.or(signer),
    })
}

fn check_signature(suite: Ciphersuite, vector: &Json) -> Result<(), String> {
    let pair = vector.get("signerKeyPair").ok_or("no pair")?;
    let secret = bytes(pair, "secretKey")?.try_into().map_err(|_| "secret key")?;
    let secret = SecretKey::from_bytes(&secret).map_err(why)?;
    let (header, known) = (bytes(vector, "header")?, messages(vector, "messages")?);
    let committed = messages(vector, "committedMessages").unwrap_or_default();
    let commitment = optional(vector, "commitmentWithProof").map_or(Ok(Vec::new()), |text| unhex(&text))?;
    let signer_blind = optional(vector, "signerBlind").map(|text| number(&text)).transpose()?;
    let signature = bytes(vector, "signature")?;
    let made = blind::sign_with_blind(suite, &secret, &commitment, &header, &borrowed(&known), signer_blind.as_ref())
        .map_err(why)?;
    if made[..] != signature {
        return Err("signed otherwise".into());
    }
    let blind = blind_of(vector)?;
    let (known, committed) = (borrowed(&known), borrowed(&committed));
    let signed = Signed { header: &header, messages: &known, committed: &committed, blind: blind.as_ref() };
    blind::verify(suite, secret.public_key(), &signature, &signed).map_err(why)?;
    let wrong = Signed { header: b"other", ..signed };
    if blind::verify(suite, secret.public_key(), &signature, &wrong).is_ok() {
        return Err("another header is accepted".into());
    }
    // As the draft has it since, without a second factor.
    let made = blind::sign(suite, &secret, &commitment, &header, &known).map_err(why)?;
    let holder = optional(vector, "proverBlind").map(|text| number(&text)).transpose()?;
    blind::verify(suite, secret.public_key(), &made, &Signed { blind: holder.as_ref(), ..signed }).map_err(why)
}

/// `revealedMessages` with their places.
fn revealed(vector: &Json, member: &str) -> Result<Vec<(usize, Vec<u8>)>, String> {
    let Some(map) = vector.get(member).and_then(Json::as_object) else { return Ok(Vec::new()) };
    let mut all: Vec<(usize, Vec<u8>)> = map
        .iter()
        .map(|(index, text)| Ok((index.parse().map_err(why)?, unhex(text.as_str().unwrap_or("?"))?)))
        .collect::<Result<_, String>>()?;
    all.sort();
    Ok(all)
}

fn check_proof(suite: Ciphersuite, vector: &Json, all: &Json) -> Result<(), String> {
    let key = PublicKey::from_bytes(&bytes(vector, "signerPublicKey")?).map_err(why)?;
    let (header, presentation) = (bytes(vector, "header")?, bytes(vector, "presentationHeader")?);
    let (proof, signature) = (bytes(vector, "proof")?, bytes(vector, "signature")?);
    let known = messages(all, "messages")?;
    let committed = if optional(vector, "commitmentWithProof").is_some() {
        messages(all, "committedMessages")?
    } else {
        Vec::new()
    };
    let (shown, shown_committed) =
        (revealed(vector, "revealedMessages")?, revealed(vector, "revealedCommittedMessages")?);
    let view = |shown: &[(usize, Vec<u8>)]| shown.iter().map(|(at, _)| *at).collect::<Vec<usize>>();
    let pairs: Vec<(usize, &[u8])> = shown.iter().map(|(at, message)| (*at, message.as_slice())).collect();
    let pairs_committed: Vec<(usize, &[u8])> =
        shown_committed.iter().map(|(at, message)| (*at, message.as_slice())).collect();
    let disclosed = Disclosed { known: known.len(), messages: &pairs, committed: &pairs_committed };
    blind::proof_verify(suite, &key, &proof, &header, &presentation, &disclosed).map_err(why)?;
    if blind::proof_verify(suite, &key, &proof, &header, b"", &disclosed).is_ok() {
        return Err("another presentation header is accepted".into());
    }
    let blind = blind_of(vector)?;
    let (known, committed) = (borrowed(&known), borrowed(&committed));
    let signed = Signed { header: &header, messages: &known, committed: &committed, blind: blind.as_ref() };
    let mut sources: [Box<dyn tamarack::Randomness>; 2] =
        [Box::new(mocked(suite, vector, "proof")?), Box::new(Fixed::of_trace(vector)?)];
    for source in &mut sources {
        let made = blind::proof_gen(
            suite,
            &key,
            &signature,
            &signed,
            &presentation,
            &view(&shown),
            &view(&shown_committed),
            source.as_mut(),
        );
        if made.map_err(why)? != proof {
            return Err("proved otherwise".into());
        }
    }
    Ok(())
}

/// Runs the features' vectors of VC-DI-BBS: commitments, signatures, pseudonyms and proofs, without the documents.
pub fn run_features(dir: &Path) -> Report {
    let mut report = Report::default();
    for folder in ["HolderBinding", "Pseudonym", "PseudonymHB"] {
        match Feature::read(&dir.join("vc-di-bbs"), folder) {
            Ok(feature) => {
                report.record(format!("{folder}/commitmentInfo"), feature.check_commitment());
                report.record(format!("{folder}/addRawBaseSignatureInfo"), feature.check_signature());
                report.record(format!("{folder}/derivedDisclosureData"), feature.check_proof());
                report.record(format!("{folder}/derived again"), feature.check_own_proof());
            }
            Err(why) => report.unseen.push(format!("vc-di-bbs/{folder}: {why}")),
        }
    }
    report
}

const SUITE: Ciphersuite = Ciphersuite::Sha256;
const PRESENTATION_HEADER: [u8; 4] = [0x11, 0x33, 0x77, 0xaa];

struct Feature {
    secret: SecretKey,
    header: Vec<u8>,
    messages: Vec<Vec<u8>>,
    /// The holder's secret, if the feature binds it.
    committed: Vec<Vec<u8>>,
    blind: SecretNumber,
    commitment: Vec<u8>,
    signature: Vec<u8>,
    /// The holder's share, the signer's, and their sum.
    nym: Option<(SecretNumber, SecretNumber, SecretNumber)>,
    /// `nym_domain`.
    context: String,
    proof: Vec<u8>,
    selective: Vec<usize>,
    pseudonym: Vec<u8>,
}

impl Feature {
    fn read(root: &Path, folder: &str) -> Result<Self, String> {
        let read = |name: String| -> Result<Json, String> {
            let text = std::fs::read(root.join(&name)).map_err(|error| format!("{name}: {error}"))?;
            serde_json::from_slice(&text).map_err(why)
        };
        let key = bytes(&read("BBSKeyMaterial.json".into())?, "privateKeyHex")?.try_into().map_err(|_| "key")?;
        let base = read(format!("{folder}/addRawBaseSignatureInfo.json"))?;
        let commitment = read(format!("{folder}/commitmentInfo.json"))?;
        let derived = read(format!("{folder}/derivedDisclosureData.json"))?;
        let transform = read(format!("{folder}/addBaseTransform.json"))?;
        let quads = transform.pointer("/nonMandatory/value").and_then(Json::as_array).ok_or("no quads")?;
        let quads = quads.iter().filter_map(|entry| entry.get(1)?.as_str());
        let holder = bytes(&read("FeatureInputs/holderSecret.json".into())?, "holderSecretHex")?;
        let nym = if base.get("signerNymEntropyHex").is_some() {
            let prover = text(&read("FeatureInputs/proverNym.json".into())?, "proverNymHex")?;
            let sum = text(&read(format!("{folder}/nymSecret.json"))?, "nymSecretHex")?;
            Some((number(&prover)?, number(&text(&base, "signerNymEntropyHex")?)?, number(&sum)?))
        } else {
            None
        };
        let indexes = derived.get("adjSelectiveIndexes").and_then(Json::as_array).ok_or("no indexes")?;
        Ok(Self {
            secret: SecretKey::from_bytes(&key).map_err(why)?,
            header: bytes(&base, "bbsHeader")?,
            messages: quads.map(|quad| quad.as_bytes().to_vec()).collect(),
            committed: if folder == "Pseudonym" { Vec::new() } else { vec![holder] },
            blind: number(&text(&commitment, "secretProverBlind")?)?,
            commitment: bytes(&commitment, "commitmentWithProof")?,
            signature: bytes(&base, "bbsSignature")?,
            nym,
            context: text(&read("FeatureInputs/verifierInfo.json".into())?, "verifierId")?,
            proof: bytes(&derived, "bbsProof")?,
            selective: indexes.iter().filter_map(Json::as_u64).filter_map(|at| usize::try_from(at).ok()).collect(),
            pseudonym: optional(&derived, "pseudonym").map_or(Ok(Vec::new()), |text| unhex(&text))?,
        })
    }

    fn with_signed<T>(&self, check: impl FnOnce(&Signed<'_>) -> Result<T, String>) -> Result<T, String> {
        let (messages, committed) = (borrowed(&self.messages), borrowed(&self.committed));
        check(&Signed { header: &self.header, messages: &messages, committed: &committed, blind: Some(&self.blind) })
    }

    /// Signs nothing if its proof does not hold; so the signer's verification is the check.
    fn check_commitment(&self) -> Result<(), String> {
        let mut bad = self.commitment.clone();
        if let Some(last) = bad.last_mut() {
            *last ^= 1;
        }
        let outcome = |commitment: &[u8]| match &self.nym {
            None => blind::verify_commitment(SUITE, commitment).map(|_| ()),
            Some((_, entropy, _)) => pseudonym::sign(SUITE, &self.secret, commitment, entropy, b"", &[]).map(|_| ()),
        };
        outcome(&self.commitment).map_err(why)?;
        if outcome(&bad).is_ok() { Err("a changed commitment is accepted".into()) } else { Ok(()) }
    }

    fn check_signature(&self) -> Result<(), String> {
        let messages = borrowed(&self.messages);
        let made = match &self.nym {
            None => blind::sign(SUITE, &self.secret, &self.commitment, &self.header, &messages),
            Some((_, entropy, _)) => {
                pseudonym::sign(SUITE, &self.secret, &self.commitment, entropy, &self.header, &messages)
            }
        };
        let made = made.map_err(why)?;
        self.with_signed(|signed| self.verify(&self.signature, signed))?;
        self.with_signed(|signed| self.verify(&made, signed))?;
        if made[..] == self.signature { Ok(()) } else { Err("signed otherwise".into()) }
    }

    fn verify(&self, signature: &[u8], signed: &Signed<'_>) -> Result<(), String> {
        let key = self.secret.public_key();
        match &self.nym {
            None => blind::verify(SUITE, key, signature, signed).map_err(why),
            Some((prover, entropy, sum)) => {
                let secret = pseudonym::verify(SUITE, key, signature, signed, prover, entropy).map_err(why)?;
                if *secret.expose_bytes() == *sum.expose_bytes() { Ok(()) } else { Err("another secret".into()) }
            }
        }
    }

    fn check_proof(&self) -> Result<(), String> {
        if let Some((_, _, sum)) = &self.nym {
            let made = pseudonym::pseudonym(SUITE, sum, self.context.as_bytes()).map_err(why)?;
            if made[..] != self.pseudonym {
                return Err("another pseudonym".into());
            }
        }
        self.verify_proof(&self.proof, &self.context, true)
    }

    fn verify_proof(&self, proof: &[u8], context: &str, valid: bool) -> Result<(), String> {
        let key = self.secret.public_key();
        let shown: Vec<(usize, &[u8])> =
            self.selective.iter().filter_map(|at| Some((*at, self.messages.get(*at)?.as_slice()))).collect();
        let disclosed = Disclosed { known: self.messages.len(), messages: &shown, committed: &[] };
        let outcome = match &self.nym {
            None => blind::proof_verify(SUITE, key, proof, &self.header, &PRESENTATION_HEADER, &disclosed),
            Some(_) => pseudonym::proof_verify(
                SUITE,
                key,
                proof,
                &self.header,
                &PRESENTATION_HEADER,
                &self.pseudonym,
                context.as_bytes(),
                &disclosed,
            ),
        };
        match (outcome, valid) {
            (Ok(()), true) | (Err(_), false) => Ok(()),
            (Ok(()), false) => Err("another context is accepted".into()),
            (Err(fault), true) => Err(why(fault)),
        }
    }

    /// A proof of our own, and that it holds in its context alone.
    fn check_own_proof(&self) -> Result<(), String> {
        let key = self.secret.public_key();
        let proof = self.with_signed(|signed| match &self.nym {
            None => blind::proof_gen(
                SUITE,
                key,
                &self.signature,
                signed,
                &PRESENTATION_HEADER,
                &self.selective,
                &[],
                &mut SystemRandomness,
            )
            .map_err(why),
            Some((_, _, sum)) => {
                let (proof, made) = pseudonym::proof_gen(
                    SUITE,
                    key,
                    &self.signature,
                    signed,
                    sum,
                    self.context.as_bytes(),
                    &PRESENTATION_HEADER,
                    &self.selective,
                    &[],
                    &mut SystemRandomness,
                )
                .map_err(why)?;
                if made[..] == self.pseudonym { Ok(proof) } else { Err("another pseudonym".into()) }
            }
        })?;
        self.verify_proof(&proof, &self.context, true)?;
        if self.nym.is_some() { self.verify_proof(&proof, "another", false) } else { Ok(()) }
    }
}
