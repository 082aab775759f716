//! Labels of blank nodes that say nothing (VC-DI-ECDSA §3.4.4, VC-DI-BBS §3.2.1), and the map from a verifier's canonical
//! labels to them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::encoding::base64url_encode;
use crate::{Code, Fault};

/// The HMAC key of one credential: whoever has it can tell which label belongs to which node.
pub(super) type HmacKey = [u8; 32];

/// §3.4.4 createHmacIdLabelMapFunction: the label of each canonical blank node `c14n0`, `c14n1`, …
pub(super) fn hmac_labels(key: &HmacKey, count: usize) -> Result<Vec<String>, Fault> {
    let keyed = Hmac::<Sha256>::new_from_slice(key).map_err(|_| Code::Internal)?;
    let label = |number: usize| {
        let mut mac = keyed.clone();
        mac.update(format!("c14n{number}").as_bytes());
        format!("u{}", base64url_encode(&mac.finalize().into_bytes()))
    };
    Ok((0..count).map(label).collect())
}

/// VC-DI-BBS §3.2.1 createShuffledIdLabelMapFunction: `b0`, `b1`, … in the order of the HMAC labels' texts, so that
/// neither the labels nor their order say where in the document a node is.
pub(super) fn shuffled_labels(key: &HmacKey, count: usize) -> Result<Vec<String>, Fault> {
    let hmac = hmac_labels(key, count)?;
    let mut order: Vec<(&str, usize)> =
        hmac.iter().enumerate().map(|(number, label)| (label.as_str(), number)).collect();
    order.sort_unstable();
    let mut labels = vec![String::new(); count];
    for (position, (_, number)) in order.into_iter().enumerate() {
        if let Some(label) = labels.get_mut(number) {
            *label = format!("b{position}");
        }
    }
    Ok(labels)
}

/// The labels of a label map by canonical number, if it is one to one: a label for each of `count` nodes, none for another,
/// and no label twice. With two nodes under one label, statements about the one would pass for statements about the other.
pub(super) fn one_to_one<L: Clone + Ord>(map: &[(u32, L)], count: usize) -> Result<Vec<L>, Fault> {
    let fault = || Fault::new(Code::ProofDisclosure).about("label map");
    if map.len() != count {
        return Err(fault());
    }
    let mut by_number: Vec<&(u32, L)> = map.iter().collect();
    by_number.sort_unstable_by_key(|(number, _)| *number);
    if by_number.iter().zip(0_u32..).any(|((number, _), expected)| *number != expected) {
        return Err(fault());
    }
    let labels: Vec<L> = by_number.into_iter().map(|(_, label)| label.clone()).collect();
    let mut sorted: Vec<&L> = labels.iter().collect();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return Err(fault());
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_shuffled_by_their_texts() {
        let key = [0xff; 32];
        let hmac = hmac_labels(&key, 30).unwrap();
        let shuffled = shuffled_labels(&key, 30).unwrap();
        let mut sorted = hmac.clone();
        sorted.sort();
        for (label, position) in hmac.iter().zip(&shuffled) {
            assert_eq!(sorted[position[1..].parse::<usize>().unwrap()], *label);
        }
        assert_ne!(shuffled, (0..30).map(|n| format!("b{n}")).collect::<Vec<_>>());
    }

    #[test]
    fn a_label_map_is_one_to_one() {
        assert_eq!(one_to_one(&[(1, "b"), (0, "a")], 2).unwrap(), ["a", "b"]);
        for bad in [&[(0, "a")][..], &[(0, "a"), (1, "a")], &[(0, "a"), (2, "b")], &[(0, "a"), (0, "b")]] {
            assert_eq!(one_to_one(bad, 2).unwrap_err().code(), Code::ProofDisclosure);
        }
        assert!(one_to_one(&[(0, "a"), (1, "b"), (2, "c")], 2).is_err());
    }
}
