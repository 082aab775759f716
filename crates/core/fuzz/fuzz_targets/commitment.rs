//! What a holder sends to be bound, and what the holder keeps: no input may do more than be refused, and what is read is
//! written again as it was.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tamarack::SystemRandomness;
use tamarack::encoding::{multibase64url_decode, multibase64url_encode};
use tamarack::json;
use tamarack::proof::{BoundSecrets, BoundTo, HolderCommitment};

/// A commitment of each kind, and its bytes, which an input can change.
static GOOD: LazyLock<Vec<(BoundTo, Vec<u8>)>> = LazyLock::new(|| {
    let commit = |kind: BoundTo| {
        let (_, commitment) = BoundSecrets::commit(kind, &mut SystemRandomness).expect("randomness");
        let text = commitment.to_json();
        let value = json::parse(text.as_bytes()).expect("JSON");
        let bytes = value.get("commitmentWithProof").and_then(json::Value::as_str).expect("a text");
        (kind, multibase64url_decode(bytes).expect("base64url"))
    };
    BoundTo::ALL.into_iter().map(commit).collect()
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(commitment) = HolderCommitment::parse(bytes) {
        assert_eq!(HolderCommitment::parse(commitment.to_json().as_bytes()).as_ref(), Ok(&commitment));
    }
    if let Ok(secrets) = BoundSecrets::parse(bytes) {
        let text = secrets.expose_json();
        assert_eq!(*BoundSecrets::parse(text.as_bytes()).expect("reads what it wrote").expose_json(), *text);
    }
    let Some(([kind, at, cut], change)) = bytes.split_first_chunk::<3>() else { return };
    let (bound_to, good) = &GOOD[usize::from(*kind) % GOOD.len()];
    let mut value = good.clone();
    value.iter_mut().skip(usize::from(*at)).zip(change).for_each(|(byte, change)| *byte ^= change);
    value.truncate(good.len().saturating_sub(usize::from(*cut) / 16));
    let said = BoundTo::ALL[usize::from(*kind / 3) % BoundTo::ALL.len()];
    let text = format!(
        r#"{{"cryptosuite":"bbs-2023","boundTo":"{}","commitmentWithProof":"{}"}}"#,
        said.as_str(),
        multibase64url_encode(&value)
    );
    let accepted = HolderCommitment::parse(text.as_bytes()).is_ok();
    assert_eq!(accepted, value == *good && said == *bound_to, "a commitment is what its maker knows, and nothing else");
});
