//! RFC 8785 (JSON Canonicalization Scheme): the test data of its authors.

use std::path::Path;

use tamarack::json;

use crate::Report;

const NAMES: [&str; 6] = ["arrays", "french", "structures", "unicode", "values", "weird"];

/// Runs the suite: each input against the text and against the bytes that must come out.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let dir = dir.join("jcs");
    for name in NAMES {
        let files = ["input/NAME.json", "output/NAME.json", "outhex/NAME.txt"].map(|file| file.replace("NAME", name));
        match files.each_ref().map(|file| std::fs::read_to_string(dir.join(file))) {
            [Ok(input), Ok(output), Ok(hex)] => {
                let canonical = json::parse(input.as_bytes()).map(|value| json::canonicalize(&value));
                let check = |expected: &str| match &canonical {
                    Ok(got) if got == expected => Ok(()),
                    Ok(got) => Err(format!("expected {expected}, got {got}")),
                    Err(fault) => Err(fault.to_string()),
                };
                report.record(format!("output/{name}"), check(&output));
                report.record(format!("outhex/{name}"), unhex(&hex).and_then(|text| check(&text)));
            }
            read => report.unseen.extend(
                files.iter().zip(&read).filter(|(_, read)| read.is_err()).map(|(file, _)| format!("jcs/{file}")),
            ),
        }
    }
    report
}

fn unhex(text: &str) -> Result<String, String> {
    let bytes: Result<Vec<u8>, _> = text.split_whitespace().map(|pair| u8::from_str_radix(pair, 16)).collect();
    String::from_utf8(bytes.map_err(|e| e.to_string())?).map_err(|e| e.to_string())
}
