//! VC-DI-EDDSA: Ed25519Signature2020, eddsa-rdfc-2022, eddsa-jcs-2022, proof sets and chains. Each file is one vector.

use std::path::Path;

use tamarack::json::{Object, Value};
use tamarack::keys::SecretKey;
use tamarack::proof::Suite;

use super::data_integrity::{Bench, Steps, key, same_json};
use crate::Report;

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut bench = Bench::new(dir, "vc-di-eddsa");
    let Some(pair) = bench.object("keyPair.json") else { return bench.report };
    match key(&Value::Object(pair)) {
        Ok(key) => {
            bench.report.record("keyPair.json", Ok(()));
            for (suite, folder, ending, unsigned) in [
                (Suite::Ed25519Signature2020, "Ed25519Signature2020", "EdSig", "unsigned.json"),
                (Suite::EddsaRdfc2022, "eddsa-rdfc-2022", "DataInt", "unsigned.json"),
                (Suite::EddsaRdfc2022, "eddsa-rdfc-2022/employ", "DataInt", "employmentAuth.json"),
                (Suite::EddsaJcs2022, "eddsa-jcs-2022", "JCS", "unsigned.json"),
            ] {
                bench.run_steps(&Steps { suite, folder, ending, unsigned }, &key);
            }
            run_inputs(&mut bench, &key);
        }
        Err(why) => bench.report.record("keyPair.json", Err(why)),
    }
    run_sets_and_chains(&mut bench);
    bench.report
}

/// The files that the others are made from: what each suite signs, it also verifies.
fn run_inputs(bench: &mut Bench, key: &SecretKey) {
    let Some(config) = bench.object("eddsa-rdfc-2022/proofConfigDataInt.json") else { return };
    for name in ["unsigned.json", "employmentAuth.json", "proof-set-chain/unsigned.json"] {
        let Some(document) = bench.object(name) else { continue };
        let outcome = [Suite::Ed25519Signature2020, Suite::EddsaRdfc2022, Suite::EddsaJcs2022]
            .into_iter()
            .try_for_each(|suite| bench.verify(&bench.sign(&document, suite, &config, key)?));
        bench.report.record(name, outcome);
    }
    // The suite's context, written into the document, must mean what the built-in one means.
    let name = "contexts/lds-ed25519-2020-v1.json";
    let (Some(context), Some(mut signed)) = (bench.object(name), bench.object("Ed25519Signature2020/signedEdSig.json"))
    else {
        return;
    };
    let inline = context.get("@context").cloned();
    if let (Some(Value::Array(contexts)), Some(inline)) = (signed.get_mut("@context"), inline) {
        contexts.pop();
        contexts.push(inline);
    }
    let outcome = bench.verify(&signed);
    bench.report.record(name, outcome);
}

fn run_sets_and_chains(bench: &mut Bench) {
    let file = |name: &str| format!("proof-set-chain/{name}.json");
    let keys_name = file("multiKeyPairs");
    let (Some(pairs), Some(unsigned)) = (bench.object(&keys_name), bench.object("proof-set-chain/unsigned.json"))
    else {
        return;
    };
    let keys: Result<Vec<SecretKey>, String> = pairs.iter().map(|(_, pair)| key(pair)).collect();
    let keys = match keys {
        Ok(keys) => keys,
        Err(why) => return bench.report.record(keys_name, Err(why)),
    };
    bench.report.record(keys_name, Ok(()));

    // What is signed next to what is there, which file tells the options, the proof, and the whole that must come out.
    let mut document = unsigned;
    for (step, number) in [("Set", 1), ("Set", 2), ("Chain", 1), ("Chain", 2)] {
        let index = if step == "Set" { number - 1 } else { number + 1 };
        let names = [
            file(&format!("proof{step}Config{number}")),
            file(&format!("proof{step}ConfigSigned{number}")),
            file(&format!("signedProof{step}{number}")),
        ];
        let [config, signed, whole] = names.each_ref().map(|name| bench.object(name));
        let (Some(config), Some(signed), Some(whole), Some(key)) = (config, signed, whole, keys.get(index)) else {
            return;
        };
        let made = bench.sign(&document, Suite::EddsaRdfc2022, &config, key);
        let proof = made.clone().and_then(|made| last_proof(&made));
        let options = proof.clone().map(|mut proof| {
            proof.remove("proofValue");
            proof
        });
        let [config_name, signed_name, whole_name] = names;
        bench.report.record(config_name, options.and_then(|options| same_json(&config, &options)));
        bench.report.record(signed_name, proof.and_then(|proof| same_json(&signed, &proof)));
        let made = made.and_then(|made| same_json(&whole, &made));
        bench.report.record(whole_name, made.and_then(|()| bench.verify(&whole)));
        if step == "Chain" {
            let name = file(&format!("proofChainTempDoc{number}"));
            if let Some(expected) = bench.object(&name) {
                let got = with_previous(&document, &config);
                bench.report.record(name, same_json(&expected, &got).and_then(|()| verify_links(bench, &expected)));
            }
        }
        document = whole;
    }
}

/// The document with the proofs that a new proof of a chain covers.
fn with_previous(document: &Object<'static>, config: &Object<'_>) -> Object<'static> {
    let ids = config.get("previousProof").map_or(&[][..], Value::items);
    let proofs = document.get("proof").map_or(&[][..], Value::items);
    let named: Vec<Value<'static>> =
        proofs.iter().filter(|proof| proof.get("id").is_some_and(|id| ids.contains(id))).cloned().collect();
    let mut document = document.clone();
    document.insert("proof", named);
    document
}

/// A document that only holds the proofs to be covered still verifies where those stand on no others.
fn verify_links(bench: &Bench, document: &Object<'_>) -> Result<(), String> {
    let proofs = document.get("proof").map_or(&[][..], Value::items);
    if proofs.iter().any(|proof| proof.get("previousProof").is_some()) {
        return match bench.verify(document) {
            Err(why) if why.starts_with("proof.chain_missing") => Ok(()),
            other => Err(format!("expected proof.chain_missing, got {other:?}")),
        };
    }
    bench.verify(document)
}

fn last_proof(document: &Object<'static>) -> Result<Object<'static>, String> {
    let proof = document.get("proof").and_then(|proof| proof.items().last()).and_then(Value::as_object);
    proof.cloned().ok_or_else(|| "no proof".to_owned())
}
