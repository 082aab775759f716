//! VC-DI-BBS: bbs-2023, its baseline and its optional features. Each file is one vector.

use std::path::Path;

use serde_json::{Value as Json, json};
use tamarack::bbs::SecretNumber;
use tamarack::json::{Object, Value};
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{Binding, DeriveOptions, HolderSecrets, PseudonymSecret, SignOptions, Suite, derive, sign_bound};
use tamarack::{Fault, Randomness, SystemRandomness};

use super::data_integrity::{Bench, same_json, taken_apart};
use super::selective::{Common, Inputs, Known, hex_decode, run_common, same_proof, unproven, value_of};
use crate::Report;

/// What the folders have in common.
struct Material {
    issuer: SecretKey,
    presentation_header: Vec<u8>,
}

/// Randomness with known answers: the key of the labels, however often it is drawn, and the signer's share of a
/// pseudonym's secret, a number that is drawn as 48 bytes.
struct Both {
    hmac_key: [u8; 32],
    entropy: Vec<u8>,
}

impl Randomness for Both {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        let known = if bytes.len() == 32 { self.hmac_key.as_slice() } else { self.entropy.as_slice() };
        bytes.fill(0);
        bytes.iter_mut().rev().zip(known.iter().rev()).for_each(|(to, from)| *to = *from);
        Ok(())
    }
}

/// A feature's folder, and its name (VC-DI-BBS §3.3.1).
const FEATURES: [(&str, &str); 3] = [
    ("HolderBinding", "anonymous_holder_binding"),
    ("Pseudonym", "pseudonym"),
    ("PseudonymHB", "holder_binding_pseudonym"),
];

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut bench = Bench::new(dir, "vc-di-bbs");
    let material = "BBSKeyMaterial.json";
    let Some(keys) = bench.object(material) else { return bench.report };
    let bytes = |object: &Object<'_>, name: &str| object.get(name).and_then(Value::as_str).and_then(hex_decode);
    let Some(Ok(hmac_key)) = bytes(&keys, "hmacKeyString").map(<[u8; 32]>::try_from) else {
        bench.report.record(material, Err("no HMAC key".to_owned()));
        return bench.report;
    };
    let Some(derive_material) = bench.object("BBSDeriveMaterial.json") else { return bench.report };
    let issuer = bytes(&keys, "privateKeyHex").ok_or_else(|| "no secret key".to_owned()).and_then(|secret| {
        let key = SecretKey::from_bytes(KeyType::Bls12381G2, &secret).map_err(|fault| fault.to_string())?;
        let same = bytes(&keys, "publicKeyHex").as_deref() == Some(key.public_key().bytes());
        if same { Ok(key) } else { Err("another public key".to_owned()) }
    });
    let issuer = match issuer {
        Ok(issuer) => issuer,
        Err(why) => {
            bench.report.record(material, Err(why));
            return bench.report;
        }
    };
    let presentation_header = bytes(&derive_material, "presentationHeaderHex");
    for name in [material, "BBSDeriveMaterial.json"] {
        bench.report.record(name, presentation_header.as_ref().map(drop).ok_or_else(|| "no header".to_owned()));
    }
    let material = Material { issuer, presentation_header: presentation_header.unwrap_or_default() };
    for (folder, files) in [
        ("", ["windDoc.json", "windMandatory.json", "windSelective.json"]),
        ("prc", ["prCredUnsigned.json", "prCredMandatory.json", "prCredSelective.json"]),
    ] {
        let Some(inputs) = Inputs::read(&mut bench, folder, files, hmac_key, true) else { continue };
        let Some(common) = run_common(&mut bench, &inputs) else { continue };
        let whole = run_baseline(&mut bench, &inputs, &common, &material);
        for name in files.into_iter().skip(1) {
            bench.report.record(name, whole.clone());
        }
    }
    for (folder, feature) in FEATURES {
        if let Err(why) = run_feature(&mut bench, folder, feature, hmac_key, &material) {
            bench.report.record(format!("{folder}: the steps"), Err(why));
        }
    }
    bench.finish(include_str!("../../manifests/vc-di-bbs.tsv"))
}

/// The files that only this suite has, of its baseline.
fn run_baseline(bench: &mut Bench, inputs: &Inputs, common: &Common, material: &Material) -> Result<(), String> {
    let unseen = || "a file is missing".to_owned();
    let base = bench.object(&inputs.file("addSignedSDBase.json")).ok_or_else(unseen)?;
    let shown = bench.object(&inputs.file("derivedRevealDocument.json")).ok_or_else(unseen)?;
    let failed = bench.report.failed.len();

    // Base proof.
    let (_, config) = taken_apart(&base);
    let mut rng = Known(inputs.hmac_key.to_vec());
    let mandatory = |options: &mut SignOptions| options.mandatory_pointers.clone_from(&inputs.mandatory);
    let made = bench.sign_with(&inputs.unsigned, Suite::Bbs2023, &config, &material.issuer, mandatory, &mut rng);
    let same = made.and_then(|made| same_proof(&base, &made));
    let judged = same.and_then(|()| bench.verify_as(&base, true)).and_then(|()| match bench.verify(&base) {
        Err(why) if why.starts_with("proof.base") => Ok(()),
        other => Err(format!("expected proof.base, got {other:?}")),
    });
    bench.report.record(inputs.file("addSignedSDBase.json"), judged);
    let (_, parts) = value_of(&base)?;
    let [signature, _, _, hmac, pointers] = parts.as_slice() else { return Err("five components".to_owned()) };
    bench.compare(
        &inputs.file("addRawBaseSignatureInfo.json"),
        Ok(json!({ "bbsSignature": signature, "mandatoryPointers": pointers })),
    );
    bench.compare(
        &inputs.file("derivedRecoveredBaseData.json"),
        Ok(json!({ "bbsSignature": signature, "hmacKey": hmac, "mandatoryPointers": pointers })),
    );

    // Derived proof.
    let options = DeriveOptions {
        reveal: inputs.selective.clone(),
        presentation_header: material.presentation_header.clone(),
        ..DeriveOptions::default()
    };
    // The randomness of the vectors' proofs is not told: ours differ from them in the proof itself, and in nothing else.
    let made = derive(&base, &options, &bench.contexts(), &mut SystemRandomness).map_err(|fault| fault.to_string())?;
    let (kind, mut parts) = value_of(&made)?;
    let (shown_kind, shown_parts) = value_of(&shown)?;
    let theirs = shown_parts.first().cloned().unwrap_or_default();
    let size = |proof: Option<&Json>| proof.and_then(Json::as_str).map(str::len);
    let same_size = size(parts.first()) == size(Some(&theirs));
    parts.splice(..1, [theirs]);
    let judged = if (kind, &parts) == (shown_kind, &shown_parts) && same_size {
        same_json(&unproven(&shown), &unproven(&made))
            .and_then(|()| bench.verify(&shown))
            .and_then(|()| bench.verify(&made))
    } else {
        Err(format!("expected {shown_parts:?}, got {parts:?}"))
    };
    bench.report.record(inputs.file("derivedRevealDocument.json"), judged);
    let ([proof, _, mandatory, selective, _], 3) = (parts.as_slice(), kind) else {
        return Err(format!("five components under header 3, not {kind}"));
    };
    let labels = common.label_map();
    bench.compare(
        &inputs.file("derivedAdjIndexes.json"),
        Ok(json!({
            "adjMandatoryIndexes": common.mandatory_indexes(), "adjSelectiveIndexes": common.selective_indexes(),
        })),
    );
    let header = material.presentation_header.iter().enumerate().map(|(at, byte)| (at.to_string(), json!(byte)));
    bench.compare(
        &inputs.file("derivedDisclosureData.json"),
        Ok(json!({
            "bbsProof": proof, "labelMap": { "dataType": "Map", "value": labels }, "mandatoryIndexes": mandatory,
            "adjSelectiveIndexes": selective, "presentationHeader": header.collect::<serde_json::Map<_, _>>(),
        })),
    );
    bench.compare(
        &inputs.file("verifyDerivedProofValue.json"),
        Ok(json!({
            "bbsProof": proof, "labelMap": labels, "mandatoryIndexes": mandatory, "adjSelectedIndexes": selective,
        })),
    );
    if bench.report.failed.len() == failed { Ok(()) } else { Err("something made from it failed".to_owned()) }
}

/// An optional feature's documents. What is beneath them, `bbs-features` runs.
fn run_feature(
    bench: &mut Bench,
    folder: &str,
    feature: &str,
    hmac_key: [u8; 32],
    material: &Material,
) -> Result<(), String> {
    let files = ["license.json", "licenseMandatory.json", "licenseSelective.json"];
    let files = files.map(|name| format!("FeatureInputs/{name}"));
    let [unsigned, mandatory, selective] = &files;
    let unseen = || "a file is missing".to_owned();
    let inputs = Inputs::read(bench, folder, [unsigned, mandatory, selective], hmac_key, true).ok_or_else(unseen)?;
    let common = run_common(bench, &inputs).ok_or_else(unseen)?;
    let base = bench.object(&inputs.file("addSignedSDBase.json")).ok_or_else(unseen)?;
    let shown = bench.object(&inputs.file("derivedRevealDocument.json")).ok_or_else(unseen)?;
    let mut secret = |file: String, name: &str| -> Result<Vec<u8>, String> {
        let object = bench.object(&file).ok_or_else(unseen)?;
        object.get(name).and_then(Value::as_str).and_then(hex_decode).ok_or_else(|| format!("no {name}"))
    };
    let number = |bytes: Vec<u8>| -> Result<SecretNumber, String> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| "not 32 bytes".to_owned())?;
        SecretNumber::from_bytes(&bytes).map_err(|fault| fault.to_string())
    };
    let commitment = secret(inputs.file("commitmentInfo.json"), "commitmentWithProof")?;
    let prover_blind = number(secret(inputs.file("commitmentInfo.json"), "secretProverBlind")?)?;
    let holder_secret = secret("FeatureInputs/holderSecret.json".to_owned(), "holderSecretHex")?;
    let prover_nym = number(secret("FeatureInputs/proverNym.json".to_owned(), "proverNymHex")?)?;
    let entropy = secret("FeatureInputs/signerNymEntropy.json".to_owned(), "signerNymEntropyHex")?;
    let verifier = bench.object("FeatureInputs/verifierInfo.json").ok_or_else(unseen)?;
    let domain = verifier.get("verifierId").and_then(Value::as_str).ok_or("no verifier")?.to_owned();
    let commitment = commitment.as_slice();
    let (binding, has_holder, has_pseudonym) = match feature {
        "anonymous_holder_binding" => (Binding::Holder { commitment }, true, false),
        "pseudonym" => (Binding::Pseudonym { commitment }, false, true),
        _ => (Binding::HolderAndPseudonym { commitment }, true, true),
    };

    // Base proof.
    let (_, config) = taken_apart(&base);
    let mut rng = Both { hmac_key: inputs.hmac_key, entropy };
    let mut options = bench.options(Suite::Bbs2023, &config)?;
    options.mandatory_pointers.clone_from(&inputs.mandatory);
    let made = sign_bound(&inputs.unsigned, &options, binding, &material.issuer, &bench.contexts(), &mut rng)
        .map_err(|fault| fault.to_string())?;
    bench.report.record(inputs.file("addSignedSDBase.json"), same_proof(&base, &made));
    let (_, parts) = value_of(&made)?;
    let [signature, header, public, hmac, pointers, ..] = parts.as_slice() else {
        return Err("five components".to_owned());
    };
    for (file, entropy_name) in
        [("addRawBaseSignatureInfo.json", "signerNymEntropyHex"), ("derivedRecoveredBaseData.json", "signerNymEntropy")]
    {
        let mut expected = json!({
            "bbsSignature": signature, "bbsHeader": header, "publicKey": public, "hmacKey": hmac,
            "mandatoryPointers": pointers, "featureOption": feature,
        });
        if let (Some(entropy), Some(members)) = (parts.get(5), expected.as_object_mut()) {
            members.insert(entropy_name.to_owned(), entropy.clone());
        }
        bench.compare(&inputs.file(file), Ok(expected));
    }

    // Derived proof: from our base, of which theirs differs in the header at most.
    let base = made;
    let mut options = DeriveOptions {
        reveal: inputs.selective.clone(),
        presentation_header: material.presentation_header.clone(),
        holder: Some(HolderSecrets {
            holder_secret: has_holder.then(|| holder_secret.into()),
            prover_blind,
            pseudonym: has_pseudonym.then_some(PseudonymSecret { prover_nym, domain }),
        }),
        ..DeriveOptions::default()
    };
    let derive_with = |bench: &Bench, options: &DeriveOptions| {
        derive(&base, options, &bench.contexts(), &mut SystemRandomness).map_err(|fault| fault.to_string())
    };
    let made = derive_with(bench, &options)?;
    bench.report.record(format!("{folder}: derived again"), bench.verify(&made));
    let outcome = same_json(&unproven(&shown), &unproven(&made)).and_then(|()| bench.verify(&shown));
    bench.report.record(inputs.file("derivedRevealDocument.json"), outcome);
    if let Some(nym) = options.holder.as_mut().and_then(|holder| holder.pseudonym.as_mut()) {
        nym.domain.push('2');
        let again = derive_with(bench, &options)?;
        bench.verify(&again)?;
        let (_, first) = value_of(&made)?;
        let (_, second) = value_of(&again)?;
        let other = first.get(6) != second.get(6) && first.get(5) != second.get(5);
        let outcome = if other { Ok(()) } else { Err("one pseudonym for two verifiers".to_owned()) };
        bench.report.record(format!("{folder}: another verifier"), outcome);
    }
    let (_, mut parts) = value_of(&made)?;
    let (_, theirs) = value_of(&shown)?;
    parts.splice(..1, theirs.first().cloned());
    let [proof, _, mandatory, selective, _, rest @ ..] = parts.as_slice() else {
        return Err("six components".to_owned());
    };
    bench.compare(
        &inputs.file("derivedAdjIndexes.json"),
        Ok(json!({
            "adjMandatoryIndexes": common.mandatory_indexes(), "adjSelectiveIndexes": common.selective_indexes(),
        })),
    );
    let header = material.presentation_header.iter().enumerate().map(|(at, byte)| (at.to_string(), json!(byte)));
    let mut data = json!({
        "bbsProof": proof, "labelMap": { "dataType": "Map", "value": common.label_map() },
        "mandatoryIndexes": mandatory, "adjSelectiveIndexes": selective,
        "presentationHeader": header.collect::<serde_json::Map<_, _>>(), "featureOption": feature,
        "lengthBBSMessages": rest.last(),
    });
    // The same domain gives the pseudonym of the vectors.
    if let ([_, pseudonym, _], Some(members)) = (rest, data.as_object_mut()) {
        members.insert("pseudonym".to_owned(), pseudonym.clone());
    }
    bench.compare(&inputs.file("derivedDisclosureData.json"), Ok(data));
    bench.compare(
        &inputs.file("verifyDerivedProofValue.json"),
        Ok(json!({
            "bbsProof": proof, "labelMap": common.label_map(), "mandatoryIndexes": mandatory,
            "adjSelectedIndexes": selective,
        })),
    );
    Ok(())
}
