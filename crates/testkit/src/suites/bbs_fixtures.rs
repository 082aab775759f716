//! What the runners of the BBS fixtures share: reading them, and the random scalars that they were made with.

use std::path::Path;

use serde_json::Value as Json;
use tamarack::bbs::Ciphersuite;
use tamarack::{Code, Fault, Randomness};
use tamarack_bls12_381::Expander;

use crate::Report;

/// Calls a check with every JSON file below a folder, named by its path there without the ending.
pub(super) fn each_file(
    dir: &Path,
    folder: &str,
    report: &mut Report,
    mut check: impl FnMut(&str, &Json) -> Result<(), String>,
) {
    let root = dir.join(folder);
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else {
            report.unseen.push(next.display().to_string());
            continue;
        };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(extension) if extension == "json" => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    for file in files {
        let name = file.strip_prefix(&root).unwrap_or(&file).with_extension("").display().to_string();
        let read = std::fs::read(&file).map_err(|error| error.to_string());
        let vector = read.and_then(|text| serde_json::from_slice::<Json>(&text).map_err(|error| error.to_string()));
        report.record(format!("{folder}/{name}"), vector.and_then(|vector| check(&name, &vector)));
    }
}

/// The `expand_message` of a ciphersuite.
pub(super) const fn expander(suite: Ciphersuite) -> Expander {
    match suite {
        Ciphersuite::Sha256 => Expander::XmdSha256,
        Ciphersuite::Shake256 => Expander::XofShake256,
    }
}

/// The bytes of a text of hexadecimal digits.
pub(super) fn unhex(text: &str) -> Result<Vec<u8>, String> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2)).ok_or_else(|| format!("no hex: {text}"))?;
    Ok(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

/// A member that is a text.
pub(super) fn text(vector: &Json, member: &str) -> Result<String, String> {
    vector.get(member).and_then(Json::as_str).map(str::to_owned).ok_or_else(|| format!("no {member}"))
}

/// A member that is hexadecimal.
pub(super) fn bytes(vector: &Json, member: &str) -> Result<Vec<u8>, String> {
    unhex(&text(vector, member)?)
}

/// A member that is a list of hexadecimal texts.
pub(super) fn messages(vector: &Json, member: &str) -> Result<Vec<Vec<u8>>, String> {
    let list = vector.get(member).and_then(Json::as_array).ok_or_else(|| format!("no {member}"))?;
    list.iter().map(|text| unhex(text.as_str().unwrap_or("?"))).collect()
}

/// `seeded_random_scalars` of draft-irtf-cfrg-bbs-signatures §8.1: bytes that anybody can make again.
pub(super) struct MockedScalars(std::vec::IntoIter<u8>);

impl MockedScalars {
    pub(super) fn new(expander: Expander, seed: &[u8], tag: &[u8], count: usize) -> Result<Self, String> {
        let mut all = vec![0; 48 * count];
        expander.expand(seed, tag, &mut all).ok_or("not expanded")?;
        Ok(Self(all.into_iter()))
    }

    /// The next scalar, in hexadecimal.
    pub(super) fn scalar(&mut self) -> Result<String, String> {
        let mut wide = [0; 48];
        self.fill(&mut wide).map_err(|fault| fault.to_string())?;
        let scalar = tamarack_bls12_381::Scalar::from_wide(&wide).to_bytes();
        Ok(scalar.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl Randomness for MockedScalars {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        for byte in bytes {
            *byte = self.0.next().ok_or(Code::Internal)?;
        }
        Ok(())
    }
}

/// Scalars that were written down.
pub(super) struct Fixed(std::vec::IntoIter<Vec<u8>>);

impl Fixed {
    /// The `random_scalars` of a proof's trace.
    pub(super) fn of_trace(vector: &Json) -> Result<Self, String> {
        let trace = vector.pointer("/trace/random_scalars").ok_or("no trace")?;
        let mut all = ["r1", "r2", "e_tilde", "r1_tilde", "r3_tilde"]
            .iter()
            .map(|name| bytes(trace, name))
            .collect::<Result<Vec<_>, _>>()?;
        all.extend(messages(trace, "m_tilde_scalars")?);
        Ok(Self(all.into_iter()))
    }
}

impl Randomness for Fixed {
    /// A scalar, as a number of as many bytes as are asked for.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        let scalar = self.0.next().ok_or(Code::Internal)?;
        let start = bytes.len().checked_sub(scalar.len()).ok_or(Code::Internal)?;
        bytes.fill(0);
        bytes.iter_mut().skip(start).zip(scalar).for_each(|(to, from)| *to = from);
        Ok(())
    }
}
