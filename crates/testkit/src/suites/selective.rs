//! What the vectors of ecdsa-sd-2023 and bbs-2023 have in common: folders that show each step between a credential, its
//! base proof and a derived proof. Each file is one vector.

use serde_json::{Value as Json, json};
use tamarack::encoding::hex_encode;
use tamarack::json::{Object, Value};
use tamarack::proof::selective::testing::{Steps, steps};
use tamarack::rdf::HashAlgorithm;
use tamarack::{Fault, Randomness};

use super::cbor;
use super::data_integrity::{Bench, same_json, taken_apart};

/// Randomness with a known answer: these bytes, in their order.
pub(super) struct Known(pub(super) Vec<u8>);

impl Randomness for Known {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        let known = bytes.len().min(self.0.len());
        for (to, from) in bytes.iter_mut().zip(self.0.drain(..known)) {
            *to = from;
        }
        Ok(())
    }
}

/// What the files of a folder are made from.
pub(super) struct Inputs {
    pub(super) folder: String,
    pub(super) unsigned: Object<'static>,
    pub(super) mandatory: Vec<String>,
    pub(super) selective: Vec<String>,
    pub(super) hmac_key: [u8; 32],
    /// Whether the labels are those of bbs-2023.
    pub(super) shuffled: bool,
}

impl Inputs {
    /// Reads the inputs; `None` where one is missing. The credential without proof must be the one that was signed.
    pub(super) fn read(
        bench: &mut Bench,
        folder: &str,
        files: [&str; 3],
        hmac_key: [u8; 32],
        shuffled: bool,
    ) -> Option<Self> {
        let [name, mandatory, selective] = files;
        let at = |file: &str| if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
        let (unsigned, _) = taken_apart(&bench.object(&at("addSignedSDBase.json"))?);
        let input = bench.object(name)?;
        bench.report.record(name, same_json(&unsigned, &input));
        let mut pointers = |name: &str| -> Option<Vec<String>> { serde_json::from_str(&bench.text(name)?).ok() };
        let (mandatory, selective) = (pointers(mandatory)?, pointers(selective)?);
        Some(Self { folder: folder.to_owned(), unsigned, mandatory, selective, hmac_key, shuffled })
    }

    /// The path of a file of the folder.
    pub(super) fn file(&self, name: &str) -> String {
        if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) }
    }

    /// The steps, as this library goes them.
    pub(super) fn steps(&self, bench: &Bench) -> Result<Steps, String> {
        let (mandatory, selective) = (&self.mandatory, &self.selective);
        steps(&self.unsigned, self.shuffled, &self.hmac_key, mandatory, selective, &bench.contexts())
            .map_err(|fault| fault.to_string())
    }
}

/// What both suites have: the files' names, and what this library makes of them.
pub(super) struct Common {
    steps: Steps,
    pub(super) proof_hash: String,
    pub(super) mandatory_hash: String,
}

/// The places of some of the `all`, among them.
pub(super) fn places(some: &[usize], all: &[usize]) -> Vec<usize> {
    all.iter().enumerate().filter(|(_, index)| some.contains(index)).map(|(at, _)| at).collect()
}

impl Common {
    pub(super) fn statement(&self, index: usize) -> &str {
        self.steps.statements.get(index).map_or("", String::as_str)
    }

    pub(super) fn non_mandatory(&self) -> Vec<usize> {
        (0..self.steps.statements.len()).filter(|index| !self.steps.mandatory.contains(index)).collect()
    }

    /// The mandatory statements' places among what is shown.
    pub(super) fn mandatory_indexes(&self) -> Vec<usize> {
        places(&self.steps.mandatory, &self.steps.combined)
    }

    /// The shown statements' places among those that are not mandatory.
    pub(super) fn selective_indexes(&self) -> Vec<usize> {
        places(&self.steps.combined, &self.non_mandatory())
    }

    pub(super) fn label_map(&self) -> Json {
        let pairs = self.steps.labels.iter().enumerate().map(|(number, label)| json!([format!("c14n{number}"), label]));
        Json::Array(pairs.collect())
    }

    /// The shown statements that are not mandatory.
    pub(super) fn shown_non_mandatory(&self) -> Vec<&str> {
        let shown = self.steps.combined.iter().filter(|index| !self.steps.mandatory.contains(index));
        shown.map(|index| self.statement(*index)).collect()
    }

    fn map(&self, indexes: &[usize]) -> Json {
        let pairs: Vec<Json> = indexes.iter().map(|index| json!([index, self.statement(*index)])).collect();
        json!({ "dataType": "Map", "value": pairs })
    }

    fn group(&self, indexes: &[usize]) -> Json {
        let others: Vec<usize> = (0..self.steps.statements.len()).filter(|index| !indexes.contains(index)).collect();
        json!({ "matching": self.map(indexes), "nonMatching": self.map(&others) })
    }
}

/// Runs the files that do not depend on the suite. Gives what the others need.
pub(super) fn run_common(bench: &mut Bench, inputs: &Inputs) -> Option<Common> {
    let signed = bench.object(&inputs.file("addSignedSDBase.json"))?;
    let steps = match inputs.steps(bench) {
        Ok(steps) => steps,
        Err(why) => {
            bench.report.record(inputs.file("steps"), Err(why));
            return None;
        }
    };
    let (_, config) = taken_apart(&signed);
    let digest = |text: &str| hex_encode(&HashAlgorithm::Sha256.digest(text.as_bytes()));
    let canonical_config = bench.quads(&config, HashAlgorithm::Sha256);
    let mandatory: String =
        steps.mandatory.iter().filter_map(|index| steps.statements.get(*index).map(String::as_str)).collect();
    let common = Common {
        proof_hash: canonical_config.as_deref().map(digest).unwrap_or_default(),
        mandatory_hash: digest(&mandatory),
        steps,
    };
    let steps = &common.steps;

    let canonical = bench.quads(&inputs.unsigned, HashAlgorithm::Sha256);
    let lines = canonical.map(|text| text.split_inclusive('\n').map(Json::from).collect::<Json>());
    let pointer_values: Vec<Json> = inputs
        .mandatory
        .iter()
        .map(|pointer| {
            let value = Value::Object(inputs.unsigned.clone()).pointer(pointer).map(Value::to_serde);
            json!({ "pointer": pointer, "value": value })
        })
        .collect();
    let groups = json!({
        "selective": common.group(&steps.selective),
        "mandatory": common.group(&steps.mandatory),
        "combined": common.group(&steps.combined),
    });
    for (name, made) in [
        ("addBaseDocCanon.json", lines),
        ("addBaseDocHMACCanon.json", Ok(json!(steps.statements))),
        (
            "addBaseTransform.json",
            Ok(json!({
                "mandatoryPointers": inputs.mandatory,
                "mandatory": common.map(&steps.mandatory),
                "nonMandatory": common.map(&common.non_mandatory()),
                "hmacKeyString": hex_encode(&inputs.hmac_key).to_uppercase(),
            })),
        ),
        ("addHashData.json", Ok(json!({ "proofHash": common.proof_hash, "mandatoryHash": common.mandatory_hash }))),
        ("addPointerValues.json", Ok(json!(pointer_values))),
        ("addProofConfig.json", Ok(Value::Object(config.clone()).to_serde())),
        ("derivedAllGroupData.json", Ok(json!({ "groups": groups, "nquads": steps.statements }))),
        (
            "derivedGroupIndexes.json",
            Ok(json!({
                "combinedIndexes": steps.combined,
                "mandatoryIndexes": steps.mandatory,
                "nonMandatoryIndexes": common.non_mandatory(),
                "selectiveIndexes": steps.selective,
            })),
        ),
        ("derivedUnsignedReveal.json", Ok(Value::Object(steps.shown.clone()).to_serde())),
        ("verifyNQuads.json", Ok(steps.combined.iter().map(|index| common.statement(*index)).collect::<Json>())),
    ] {
        bench.compare(&inputs.file(name), made);
    }
    let name = inputs.file("addProofConfigCanon.txt");
    if let Some(expected) = bench.text(&name) {
        bench.report.record(name, canonical_config.and_then(|made| same_text(expected.trim_end(), made.trim_end())));
    }
    Some(common)
}

/// The parsed proof value of a document with one proof.
pub(super) fn value_of(document: &Object<'_>) -> Result<(u8, Vec<Json>), String> {
    let value = document.get("proof").and_then(|proof| proof.get("proofValue")).and_then(Value::as_str);
    cbor::proof_value(value.ok_or("no proofValue")?)
}

/// Whether two documents are one, their proof values compared by what they say: CBOR can be written in several ways.
pub(super) fn same_proof(expected: &Object<'static>, made: &Object<'static>) -> Result<(), String> {
    let (left, right) = (value_of(expected)?, value_of(made)?);
    if left != right {
        return Err(format!("expected {left:?}, got {right:?}"));
    }
    same_json(&unproven(expected), &unproven(made))
}

/// A document without its proof's value.
pub(super) fn unproven(document: &Object<'static>) -> Object<'static> {
    let mut document = document.clone();
    if let Some(proof) = document.get_mut("proof").and_then(Value::as_object_mut) {
        proof.remove("proofValue");
    }
    document
}

pub(super) fn hex_decode(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let pairs = digits?;
    pairs.chunks(2).map(|pair| u8::try_from(pair.first()? * 16 + pair.get(1)?).ok()).collect()
}

fn same_text(expected: &str, made: &str) -> Result<(), String> {
    if expected == made { Ok(()) } else { Err(format!("expected {expected}, got {made}")) }
}

/// What a file says, free of how it is written: hexadecimal in small letters; of the groups, only what is not made of
/// random identifiers.
pub(super) fn plain(json: Json) -> Json {
    match json {
        Json::Object(mut members) => {
            for random in ["skolemized", "deskolemizedNQuads", "labelMap"] {
                if members.contains_key("groups") || members.contains_key("nonMatching") {
                    members.remove(random);
                }
            }
            Json::Object(members.into_iter().map(|(key, value)| (key, plain(value))).collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(plain).collect()),
        other => other,
    }
}
