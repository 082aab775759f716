use super::*;
use crate::SystemRandomness;

fn key() -> SecretKey {
    SecretKey::derive(crate::bbs::Ciphersuite::Sha256, &[9; 32], b"", None).unwrap()
}

#[test]
fn signs_proves_and_verifies() {
    let secret = key();
    let texts: Vec<Vec<u8>> = (0..33_u8).map(|i| vec![i; usize::from(i)]).collect();
    for count in [1, 2, 7, 8, 16, 33] {
        let messages: Vec<&[u8]> = texts.iter().take(count).map(Vec::as_slice).collect();
        let extended = ExtendedKey::derive(secret.public_key(), count).unwrap();
        assert_eq!(ExtendedKey::from_bytes(&extended.to_bytes()).unwrap().to_bytes(), extended.to_bytes());
        let signature = sign(&secret, &messages).unwrap();
        verify(&extended, &signature, &messages).unwrap();
        let mut other = messages.clone();
        other[count - 1] = b"other";
        assert_eq!(verify(&extended, &signature, &other).unwrap_err().code(), Code::ProofSignatureInvalid);
        let prove = |messages: &[&[u8]], shown: &[usize]| {
            proof_gen(&extended, &signature, messages, shown, b"nonce", &mut SystemRandomness)
        };
        assert_eq!(prove(&other, &[]).unwrap_err().code(), Code::ProofSignatureInvalid);
        for shown in [vec![], (0..count).collect(), (0..count).step_by(3).collect::<Vec<_>>()] {
            let proof = prove(&messages, &shown).unwrap();
            assert_eq!(disclosed_indexes(&proof).unwrap(), (count, shown.clone()));
            let disclosed: Vec<(usize, &[u8])> = shown.iter().map(|i| (*i, messages[*i])).collect();
            proof_verify(&extended, &proof, &disclosed, b"nonce").unwrap();
            let code = |result: Result<(), Fault>| result.unwrap_err().code();
            assert_eq!(code(proof_verify(&extended, &proof, &disclosed, b"")), Code::ProofSignatureInvalid);
            if let [_, rest @ ..] = disclosed.as_slice() {
                assert_eq!(code(proof_verify(&extended, &proof, rest, b"nonce")), Code::ProofValueEncoding);
                let changed: Vec<_> = [(shown[0], &b"other"[..])].iter().chain(rest).copied().collect();
                assert_eq!(code(proof_verify(&extended, &proof, &changed, b"nonce")), Code::ProofSignatureInvalid);
            }
            for at in (0..proof.len()).step_by(5) {
                let mut bad = proof.clone();
                bad[at] ^= 1 << (at % 8);
                assert!(proof_verify(&extended, &bad, &disclosed, b"nonce").is_err(), "{at}");
                assert!(proof_verify(&extended, &proof[..at], &disclosed, b"nonce").is_err());
            }
            assert!(proof_verify(&extended, &[&proof[..], &[0]].concat(), &disclosed, b"nonce").is_err());
        }
    }
}

#[test]
fn counts_are_bounded() {
    let secret = key();
    for count in [0, crate::limits::BBS_MESSAGES + 1] {
        assert_eq!(ExtendedKey::derive(secret.public_key(), count).unwrap_err().code(), Code::ProofValueEncoding);
    }
    let extended = ExtendedKey::derive(secret.public_key(), 2).unwrap();
    let signature = sign(&secret, &[b"a", b"b"]).unwrap();
    assert_eq!(verify(&extended, &signature, &[b"a"]).unwrap_err().code(), Code::ProofValueEncoding);
    assert_eq!(disclosed_indexes(&[0, 3, 0b1000]).unwrap_err().code(), Code::ProofValueEncoding);
    assert_eq!(disclosed_indexes(&[0, 9, 0, 5]).unwrap(), (9, vec![0, 2]));
}
