//! Every note that a fault of the library carries has its French: the sources are read, and each text in them that has a blank in
//! it is held against the messages. English needs no second text: the note is it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tamarack::messages::{Lang, explain};
use tamarack::{Code, Fault};

/// Texts with a blank that no language changes: names of members, limits, curves and files' parts, and what no person reads.
const NAMES: &[&str] = &[
    "BLS12-381 G2",
    "{NAME} > {}",
    "{name} > {limit}",
    "messages > {}",
    "claims > {}",
    "{} bits",
    "{bytes} > {}",
    "relatedResource > {}",
    "proof > {}",
    "messages: {messages}",
    "messages: {count}",
    "digestSRI, digestMultibase",
    "jwt: VCDM 1.1; vc+jwt: VCDM 2.0",
    "{}: VCDM 2.0; jwt: VCDM 1.1",
    "{}: mandatory",
    "{}: {url}",
    "{}: {what}",
    "{}: {name}",
    "{error}: {name}",
    "{member}: {what}",
    "{next}: {fault}",
    "{url}: {fault}",
    "{url}: {code}",
    "{url}: {}",
    "{url}: issuer",
    "{url}: jwks_uri",
    "{url}: jwks",
    "{url}: keys",
    "{uri}: iat",
    "{vct}: {about}",
    "{did} {pointer}",
    "{limit} {found} > {most}",
    "CONTEXT_DEPTH = {}",
    "CONTEXT_TERMS = {}",
    "CONTEXT_WORK = {}",
    "CONTEXTS = {}",
    "JSON_DEPTH = {}",
    "FRAME_NODES = {}",
    "DISCLOSURE_POINTERS {}",
    "QUADS {}",
    "NQUADS_BYTES {}",
    "BLANK_NODE_DEPTH {}",
    "BLANK_NODE_WORK {}",
    // Ages are told in the units in which people count.
    "{id}: {age_seconds} s > {limit} s",
    "iat: {age} s > {limit} s",
    // Keys' files, prefixes of statements, words for hashes, places of a template.
    "-----BEGIN PUBLIC KEY-----",
    "-----BEGIN PRIVATE KEY-----",
    "{} <{CREDENTIALS}issuanceDate> ",
    "{} <{CREDENTIALS}{member}> ",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:",
    "tamarack randomness v1",
    "tamarack status index v1",
    "tamarack signature",
    "tamarack slot {number} {slot:06}",
];

#[test]
fn every_note_has_its_french() {
    let mut unused: BTreeSet<&str> = NAMES.iter().copied().collect();
    let mut without = Vec::new();
    let mut count = 0;
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        for literal in literals(&text) {
            if unused.remove(literal.as_str()) || NAMES.contains(&literal.as_str()) {
                continue;
            }
            count += 1;
            let name = filled(literal.trim_end_matches(": "));
            let said = explain(&Fault::new(Code::JsonldInvalid).about(name.as_str()), Lang::Fr).sentence;
            if said.contains(&format!("({name})")) {
                without.push(format!("{}: {literal}", file.display()));
            }
        }
    }
    assert!(without.is_empty(), "without French:\n{}", without.join("\n"));
    assert!(unused.is_empty(), "in no source: {unused:?}");
    assert!(count > 200, "only {count} notes were found");
}

#[test]
fn literals_are_found() {
    let text = r##"
        // "not this"
        #[expect(lint, reason = "nor this")]
        #[must_use = "nor this one"]
        const A: char = '"'; const B: &str = "one two"; const C: &str = "word";
        write!(f, "not {this}");
        fault("a \"b\" c", r#"raw "text" here"#);
    "##;
    assert_eq!(literals(text), ["one two", r#"a \"b\" c"#]);
    assert_eq!(literals(&format!("{text}#[cfg(test)]\nmod tests {{\n\"a b\"\n}}")).len(), 2);
    assert_eq!(filled("{limit} of {} x"), "7 of 7 x");
}

/// A note as it is when it is told.
fn filled(literal: &str) -> String {
    let mut out = String::new();
    let mut rest = literal;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        out.push('7');
        rest = behind.split_once('}').expect("a placeholder ends").1;
    }
    out + rest
}

/// The library's files, but for tests and for what makes the sentences themselves.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
    let (mut folders, mut files) = (vec![root], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let is_other = name == "tests" || name == "testing" || name == "messages" || name.ends_with("_tests");
            if path.is_dir() && !is_other {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") && !is_other {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The plain texts of a source that have a blank in them, but for those of attributes, of `Debug` and `Display`, and of its tests.
fn literals(source: &str) -> Vec<String> {
    let end =
        source.match_indices("#[cfg(test)]\nmod ").find(|(at, _)| source[*at..].lines().nth(1).unwrap().ends_with('{'));
    let source = &source[..end.map_or(source.len(), |(at, _)| at)];
    let bytes = source.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let rest = &source[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            at += 3 + raw.find("\"#").unwrap() + 2;
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\\'") {
            at += rest[1..].find('\'').unwrap() + 2;
        } else if bytes[at] == b'"' {
            let mut end = at + 1;
            while bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            let (text, before) = (&source[at + 1..end], source[..at].trim_end());
            let is_note = text.trim().contains(' ')
                && !before.ends_with("reason =")
                && !before.ends_with("must_use =")
                && !before.ends_with("write!(f,");
            if is_note {
                found.push(text.to_owned());
            }
            at = end + 1;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}
