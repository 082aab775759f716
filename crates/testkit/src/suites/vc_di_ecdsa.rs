//! VC-DI-ECDSA: ecdsa-rdfc-2019 and ecdsa-jcs-2019 with P-256 and P-384, and ecdsa-sd-2023. Each file is one vector.

use std::path::Path;

use serde_json::{Value as Json, json};
use tamarack::SystemRandomness;
use tamarack::encoding::{multibase58_decode, multibase58_encode};
use tamarack::json::Value;
use tamarack::keys::SecretKey;
use tamarack::proof::{DeriveOptions, SignOptions, Suite, derive};

use super::data_integrity::{Bench, Steps, key, taken_apart};
use super::selective::{Common, Inputs, Known, hex_decode, run_common, same_proof, value_of};
use crate::Report;

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut bench = Bench::new(dir, "vc-di-ecdsa");
    for (pair_name, curve) in [("p256KeyPair.json", "256"), ("p384KeyPair.json", "384")] {
        let Some(pair) = bench.object(pair_name) else { continue };
        let key = match key(&Value::Object(pair)) {
            Ok(key) => key,
            Err(why) => {
                bench.report.record(pair_name, Err(why));
                continue;
            }
        };
        bench.report.record(pair_name, Ok(()));
        for (suite, folder, ending, unsigned) in [
            (Suite::EcdsaRdfc2019, "ecdsa-rdfc-2019-pNNN", "ECDSAPNNN", "unsigned.json"),
            (Suite::EcdsaRdfc2019, "ecdsa-rdfc-2019-pNNN/employ", "ECDSAPNNN", "employmentAuth.json"),
            (Suite::EcdsaJcs2019, "ecdsa-jcs-2019-pNNN", "JCSECDSAPNNN", "unsigned.json"),
        ] {
            let (folder, ending) = (&folder.replace("NNN", curve), &ending.replace("NNN", curve));
            bench.run_steps(&Steps { suite, folder, ending, unsigned }, &key);
        }
        // What the others are made from: what each suite signs, it also verifies.
        if curve == "256"
            && let Some(config) = bench.object("ecdsa-rdfc-2019-p256/proofConfigECDSAP256.json")
        {
            let name = "unsigned.json";
            if let Some(document) = bench.object(name) {
                let outcome = [Suite::EcdsaRdfc2019, Suite::EcdsaJcs2019]
                    .into_iter()
                    .try_for_each(|suite| bench.verify(&bench.sign(&document, suite, &config, &key)?));
                bench.report.record(name, outcome);
            }
        }
    }
    run_selective(&mut bench);
    bench.finish(include_str!("../../manifests/vc-di-ecdsa.tsv"))
}

/// The folders of ecdsa-sd-2023, and the files that they are made from.
fn run_selective(bench: &mut Bench) {
    let material = "ecdsa-sd-2023/SDKeyMaterial.json";
    let Some(keys) = bench.object(material) else { return };
    let secrets = || -> Result<_, String> {
        let of = |name: &str| key(keys.get(name).ok_or("no key pair")?);
        let scoped = keys.get("proofKeyPair").and_then(|pair| pair.get("secretKeyMultibase")).and_then(Value::as_str);
        let scoped = multibase58_decode(scoped.ok_or("no secret")?).map_err(|fault| fault.to_string())?;
        let hmac = keys.get("hmacKeyString").and_then(Value::as_str).and_then(hex_decode);
        of("proofKeyPair")?;
        Ok((of("baseKeyPair")?, scoped.get(2..).unwrap_or_default().to_vec(), hmac.ok_or("no HMAC key")?))
    };
    let (issuer, scoped, hmac) = match secrets() {
        Ok(secrets) => secrets,
        Err(why) => return bench.report.record(material, Err(why)),
    };
    bench.report.record(material, Ok(()));
    let Ok(hmac_key) = <[u8; 32]>::try_from(hmac) else { return };
    for (folder, files) in [
        ("ecdsa-sd-2023/prc", ["prCredUnsigned.json", "prCredMandatory.json", "prCredSelective.json"]),
        ("ecdsa-sd-2023/employ", ["employmentAuth.json", "employMandatory.json", "employSelective.json"]),
    ] {
        let Some(inputs) = Inputs::read(bench, folder, files, hmac_key, false) else { continue };
        let Some(common) = run_common(bench, &inputs) else { continue };
        let whole = run_suite(bench, &inputs, &common, &issuer, &scoped);
        // The inputs are good if all that is made from them is.
        for name in files.into_iter().skip(1) {
            bench.report.record(name, whole.clone());
        }
    }
}

/// The files that only this suite has.
fn run_suite(
    bench: &mut Bench,
    inputs: &Inputs,
    common: &Common,
    issuer: &SecretKey,
    scoped: &[u8],
) -> Result<(), String> {
    let unseen = || "a file is missing".to_owned();
    let base = bench.object(&inputs.file("addSignedSDBase.json")).ok_or_else(unseen)?;
    let shown = bench.object(&inputs.file("derivedRevealDocument.json")).ok_or_else(unseen)?;
    let failed = bench.report.failed.len();

    // Base proof.
    let (_, config) = taken_apart(&base);
    let mut rng = Known([&inputs.hmac_key[..], scoped].concat());
    let mandatory = |options: &mut SignOptions| options.mandatory_pointers.clone_from(&inputs.mandatory);
    let made = bench.sign_with(&inputs.unsigned, Suite::EcdsaSd2023, &config, issuer, mandatory, &mut rng);
    let same = made.and_then(|made| same_proof(&base, &made));
    let judged = same.and_then(|()| bench.verify_as(&base, true)).and_then(|()| match bench.verify(&base) {
        Err(why) if why.starts_with("proof.base") => Ok(()),
        other => Err(format!("expected proof.base, got {other:?}")),
    });
    bench.report.record(inputs.file("addSignedSDBase.json"), judged);
    let (_, parts) = value_of(&base)?;
    let [signature, public, hmac, signatures, pointers] = parts.as_slice() else {
        return Err("five components".to_owned());
    };
    let public_key = |hex: &Json| -> Result<String, String> {
        let bytes = hex.as_str().and_then(hex_decode).ok_or("no public key")?;
        Ok(multibase58_encode(&bytes))
    };
    let scoped_key = public_key(public);
    bench.compare(
        &inputs.file("addRawBaseSignatureInfo.json"),
        scoped_key.clone().map(|key| {
            json!({ "baseSignature": signature, "publicKey": key, "signatures": signatures, "mandatoryPointers": pointers })
        }),
    );
    bench.compare(
        &inputs.file("derivedRecoveredBaseData.json"),
        scoped_key.clone().map(|key| {
            json!({
                "baseSignature": signature, "proofPublicKey": key, "hmacKey": hmac, "signatures": signatures,
                "mandatoryPointers": pointers,
            })
        }),
    );

    // Derived proof.
    let options = DeriveOptions { reveal: inputs.selective.clone(), ..DeriveOptions::default() };
    let made = derive(&base, &options, &bench.contexts(), &mut SystemRandomness).map_err(|fault| fault.to_string());
    let (kind, derived) = made.clone().and_then(|made| value_of(&made))?;
    let judged = made.and_then(|made| same_proof(&shown, &made)).and_then(|()| bench.verify(&shown));
    bench.report.record(inputs.file("derivedRevealDocument.json"), judged);
    let ([signature, public, signatures, _, indexes], 1) = (derived.as_slice(), kind) else {
        return Err(format!("five components under header 1, not {kind}"));
    };
    let mandatory = common.mandatory_indexes();
    let labels = common.label_map();
    let selected: Vec<usize> = common.selective_indexes();
    bench.compare(&inputs.file("derivedAdjMandatoryIndexes.json"), Ok(json!({ "adjMandatoryIndexes": mandatory })));
    bench.compare(
        &inputs.file("derivedAdjSignatures.json"),
        Ok(json!({ "adjSignatureIndexes": selected, "filteredSignatures": signatures })),
    );
    let key = public_key(public)?;
    let data = |labels: Json| {
        json!({
            "baseSignature": signature, "publicKey": key, "signatures": signatures, "labelMap": labels,
            "mandatoryIndexes": indexes,
        })
    };
    bench.compare(
        &inputs.file("derivedDisclosureData.json"),
        Ok(data(json!({ "dataType": "Map", "value": labels.clone() }))),
    );
    bench.compare(&inputs.file("verifyDerivedProofValue.json"), Ok(data(labels)));
    bench.compare(
        &inputs.file("verifyCreateVerifyData.json"),
        Ok(json!({
            "baseSignature": signature, "proofHash": common.proof_hash, "publicKey": key, "signatures": signatures,
            "nonMandatory": common.shown_non_mandatory(), "mandatoryHash": common.mandatory_hash,
        })),
    );
    if bench.report.failed.len() == failed { Ok(()) } else { Err("something made from it failed".to_owned()) }
}
