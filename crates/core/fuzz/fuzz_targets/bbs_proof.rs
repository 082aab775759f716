//! BBS proofs, signatures and commitments from the outside: no input may do more than be refused.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tamarack::SystemRandomness;
use tamarack::bbs::blind::{self, Disclosed};
use tamarack::bbs::legacy::{self, ExtendedKey};
use tamarack::bbs::{self, Ciphersuite, SecretKey, pseudonym};

const SUITE: Ciphersuite = Ciphersuite::Sha256;
const MESSAGES: [&[u8]; 2] = [b"shown", b"hidden"];

static KEY: LazyLock<SecretKey> =
    LazyLock::new(|| SecretKey::derive(SUITE, &[7; 32], b"", None).expect("32 bytes are enough"));

/// A signature and a proof of each scheme, which an input can change.
static GOOD: LazyLock<[Vec<u8>; 4]> = LazyLock::new(|| {
    let (key, public) = (&*KEY, KEY.public_key());
    let signature = bbs::sign(SUITE, key, b"", &MESSAGES).expect("signs");
    let proof = bbs::proof_gen(SUITE, public, &signature, b"", b"", &MESSAGES, &[0], &mut SystemRandomness);
    let extended = ExtendedKey::derive(public, 2).expect("two messages");
    let old = legacy::sign(key, &MESSAGES).expect("signs");
    let old_proof = legacy::proof_gen(&extended, &old, &MESSAGES, &[0], b"", &mut SystemRandomness);
    [signature.to_vec(), proof.expect("proves"), old.to_vec(), old_proof.expect("proves")]
});

fuzz_target!(|bytes: &[u8]| {
    let Some(([kind, at], bytes)) = bytes.split_first_chunk::<2>() else { return };
    let mut value = bytes.to_vec();
    let mut good: &[u8] = &[];
    // In the upper half, the input is a change to something good.
    if *kind >= 128 {
        good = &GOOD[usize::from(kind & 3)];
        value = good.to_vec();
        value.iter_mut().skip(usize::from(*at) * 4).zip(bytes).for_each(|(byte, change)| *byte ^= change);
    }
    let key = KEY.public_key();
    let shown: [(usize, &[u8]); 1] = [(0, MESSAGES[0])];
    let of_both = Disclosed { known: 2, messages: &shown, committed: &[] };
    let accepted = match kind & 7 {
        0 | 4 if *kind >= 128 => bbs::verify(SUITE, key, &value, b"", &MESSAGES).is_ok(),
        0 | 1 | 5 => bbs::proof_verify(SUITE, key, &value, b"", b"", &shown).is_ok(),
        2 | 6 if *kind >= 128 => {
            let extended = ExtendedKey::derive(key, 2).expect("two messages");
            legacy::verify(&extended, &value, &MESSAGES).is_ok()
        }
        2 => blind::proof_verify(SUITE, key, &value, b"", b"", &of_both).is_ok(),
        4 => {
            let (nym, proof) = value.split_at_checked(48).unwrap_or_default();
            pseudonym::proof_verify(SUITE, key, proof, b"", b"", nym, b"context", &of_both).is_ok()
        }
        6 => {
            // Neither needs this key: whoever makes one may be right.
            let _ = blind::verify_commitment(SUITE, &value);
            ExtendedKey::from_bytes(&value).is_ok_and(|key| key.to_bytes() != value)
        }
        _ => match legacy::disclosed_indexes(&value) {
            // Deriving generators for thousands of messages would be all that the fuzzer does.
            Ok((count, named)) if count <= 16 => ExtendedKey::derive(key, count).is_ok_and(|key| {
                let shown: Vec<(usize, &[u8])> = named.into_iter().map(|index| (index, MESSAGES[0])).collect();
                legacy::proof_verify(&key, &value, &shown, b"").is_ok()
            }),
            _ => false,
        },
    };
    assert!(!accepted || value == good, "nobody has signed this");
});
