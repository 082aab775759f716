use super::*;
use crate::{Code, SystemRandomness};

const SUITES: [Ciphersuite; 2] = [Ciphersuite::Sha256, Ciphersuite::Shake256];

fn key(suite: Ciphersuite) -> SecretKey {
    SecretKey::derive(suite, &[7; 32], b"", None).unwrap()
}

#[test]
fn signs_proves_and_verifies() {
    for suite in SUITES {
        let key = key(suite);
        let public = key.public_key();
        let texts: Vec<Vec<u8>> = (0..40_u8).map(|i| vec![i; usize::from(i)]).collect();
        for count in [0, 1, 2, 20, 40] {
            let messages: Vec<&[u8]> = texts.iter().take(count).map(Vec::as_slice).collect();
            let signature = sign(suite, &key, b"header", &messages).unwrap();
            verify(suite, public, &signature, b"header", &messages).unwrap();
            let code = |result: Result<(), Fault>| result.unwrap_err().code();
            assert_eq!(code(verify(suite, public, &signature, b"", &messages)), Code::ProofSignatureInvalid);
            for shown in [vec![], (0..count).collect(), (0..count).step_by(3).collect()] {
                let proof =
                    proof_gen(suite, public, &signature, b"header", b"ph", &messages, &shown, &mut SystemRandomness)
                        .unwrap();
                let disclosed: Vec<(usize, &[u8])> = shown.iter().map(|i| (*i, messages[*i])).collect();
                proof_verify(suite, public, &proof, b"header", b"ph", &disclosed).unwrap();
                for (header, ph) in [(&b"other"[..], &b"ph"[..]), (b"header", b""), (b"header", b"other")] {
                    let result = proof_verify(suite, public, &proof, header, ph, &disclosed);
                    assert_eq!(code(result), Code::ProofSignatureInvalid);
                }
                if let [(index, _), rest @ ..] = disclosed.as_slice() {
                    let changed: Vec<_> = [(*index, &b"changed"[..])].iter().chain(rest).copied().collect();
                    let result = proof_verify(suite, public, &proof, b"header", b"ph", &changed);
                    assert_eq!(code(result), Code::ProofSignatureInvalid);
                    // One fewer: the proof is then of fewer messages.
                    assert!(proof_verify(suite, public, &proof, b"header", b"ph", rest).is_err());
                }
                assert_ne!(
                    proof,
                    proof_gen(suite, public, &signature, b"header", b"ph", &messages, &shown, &mut SystemRandomness)
                        .unwrap()
                );
            }
        }
    }
}

#[test]
fn places_ascend_and_are_there() {
    let suite = Ciphersuite::Sha256;
    let key = key(suite);
    let messages: [&[u8]; 3] = [b"a", b"b", b"c"];
    let signature = sign(suite, &key, b"", &messages).unwrap();
    let prove = |shown: &[usize]| {
        proof_gen(suite, key.public_key(), &signature, b"", b"", &messages, shown, &mut SystemRandomness)
    };
    for bad in [&[0, 0][..], &[1, 0], &[3], &[0, 1, 2, 3]] {
        assert_eq!(prove(bad).unwrap_err().code(), Code::ProofValueEncoding);
    }
    let proof = prove(&[0, 2]).unwrap();
    let verify = |disclosed: &[(usize, &[u8])]| {
        proof_verify(suite, key.public_key(), &proof, b"", b"", disclosed).map_err(|fault| fault.code())
    };
    assert_eq!(verify(&[(0, b"a"), (2, b"c")]), Ok(()));
    for bad in [[(2, &b"c"[..]), (0, &b"a"[..])], [(0, b"a"), (0, b"a")], [(0, b"a"), (3, b"c")]] {
        assert_eq!(verify(&bad), Err(Code::ProofValueEncoding));
    }
    for bad in [[(0, &b"a"[..]), (1, &b"c"[..])], [(1, b"a"), (2, b"c")], [(0, b"c"), (2, b"a")]] {
        assert_eq!(verify(&bad), Err(Code::ProofSignatureInvalid));
    }
}

#[test]
fn every_bit_of_a_proof_counts() {
    let suite = Ciphersuite::Sha256;
    let key = key(suite);
    let messages: [&[u8]; 3] = [b"a", b"b", b"c"];
    let signature = sign(suite, &key, b"", &messages).unwrap();
    let proof =
        proof_gen(suite, key.public_key(), &signature, b"", b"", &messages, &[1], &mut SystemRandomness).unwrap();
    let verify = |proof: &[u8]| proof_verify(suite, key.public_key(), proof, b"", b"", &[(1, b"b")]);
    verify(&proof).unwrap();
    for at in 0..proof.len() {
        let mut bad = proof.clone();
        bad[at] ^= 1 << (at % 8);
        assert!(verify(&bad).is_err(), "{at}");
    }
    for length in 0..proof.len() {
        assert!(verify(&proof[..length]).is_err());
    }
    assert!(verify(&[&proof[..], &[0; 32]].concat()).is_err());
    for at in 0..signature.len() {
        let mut bad = signature;
        bad[at] ^= 1 << (at % 8);
        assert!(super::verify(suite, key.public_key(), &bad, b"", &messages).is_err(), "{at}");
    }
}

#[test]
fn too_many_messages_are_refused() {
    let suite = Ciphersuite::Sha256;
    let messages = vec![&b""[..]; crate::limits::BBS_MESSAGES + 64];
    let fault = sign(suite, &key(suite), b"", &messages).unwrap_err();
    assert_eq!(fault.code(), Code::ProofValueEncoding);
    // A proof that claims to hide as many.
    let proof = vec![1; 144 + 32 * (crate::limits::BBS_MESSAGES + 64)];
    assert!(proof_verify(suite, key(suite).public_key(), &proof, b"", b"", &[]).is_err());
}

#[test]
fn many_are_checked_at_once_with_exact_blame() {
    let suite = Ciphersuite::Sha256;
    let keys = [key(suite), SecretKey::derive(suite, &[8; 32], b"", None).unwrap()];
    let mut claims = Vec::new();
    for i in 0..12_u8 {
        let key = &keys[usize::from(i % 2)];
        let message = [i];
        let signature = sign(suite, key, b"", &[&message]).unwrap();
        let proof =
            proof_gen(suite, key.public_key(), &signature, b"", b"", &[&message], &[], &mut SystemRandomness).unwrap();
        claims.push(proof_verify_deferred(suite, key.public_key(), &proof, b"", b"", &[]).unwrap());
    }
    assert!(PairingClaim::check_all(&claims).iter().all(Result::is_ok));
    assert!(PairingClaim::check_all(&[]).is_empty());
    assert!(PairingClaim::check_all(&claims[..1]).iter().all(Result::is_ok));
    // A signature by nobody: its points do not fit. Two that cancel each other out in a plain sum do not pass either.
    let bad = verify_deferred(suite, keys[0].public_key(), &sign(suite, &keys[1], b"", &[b"x"]).unwrap(), b"", &[b"x"])
        .unwrap();
    let opposite = bad.opposite();
    for places in [vec![0], vec![5], vec![11], vec![0, 3, 4]] {
        let mut mixed = claims.clone();
        for (turn, place) in places.iter().enumerate() {
            mixed[*place] = if turn % 2 == 0 { bad.clone() } else { opposite.clone() };
        }
        let found: Vec<usize> = PairingClaim::check_all(&mixed)
            .iter()
            .enumerate()
            .filter(|(_, result)| result.is_err())
            .map(|(place, _)| place)
            .collect();
        assert_eq!(found, places);
    }
    let cancelling = [bad.clone(), opposite];
    assert!(PairingClaim::check_all(&cancelling).iter().all(Result::is_err));
}
