//! Frames: what a wallet of 2020 shows of a fixed credential. What comes out must say nothing but what was signed.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::jsonld::testing::{FrameOptions, frame};
use tamarack::proof::{DeriveOptions, derive};
use tamarack::SystemRandomness;

/// A vector that derives from a signed credential.
const VECTOR: &str = include_str!("../../../../test-vectors/bbs-2020/choose-name.json");

static SIGNED: LazyLock<Object<'static>> = LazyLock::new(|| {
    let vector = json::parse(VECTOR.as_bytes()).expect("a vector is JSON").into_owned();
    vector.pointer("/input/json").and_then(Value::as_object).expect("it has a document").clone()
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = json::parse(bytes) else { return };
    // A document with itself as the frame, and a frame for the credential.
    let options = FrameOptions { omit_graph: true, prune: true, ..FrameOptions::default() };
    let _ = frame(&value, &value, &Contexts::builtin(), &options);
    let Value::Object(frame) = value else { return };
    let options = DeriveOptions { frame: Some(frame.into_owned()), ..DeriveOptions::default() };
    if let Ok(shown) = derive(&SIGNED, &options, &Contexts::builtin(), &mut SystemRandomness) {
        assert!(shown.contains_key("proof"));
    }
});
