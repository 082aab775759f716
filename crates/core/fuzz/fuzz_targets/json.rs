//! The JSON reader: what it accepts has one canonical text, which reads back as the same value.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tamarack::json;

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = json::parse(bytes) else { return };
    let canonical = json::canonicalize(&value);
    let again = json::parse(canonical.as_bytes()).expect("the canonical text is JSON");
    assert_eq!(json::canonicalize(&again), canonical, "one canonical text");
    let written = json::to_string(&value);
    assert_eq!(json::parse(written.as_bytes()).as_ref(), Ok(&value), "what is written reads back");
});
