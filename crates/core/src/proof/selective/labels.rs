//! Labels of blank nodes that say nothing (VC-DI-ECDSA §3.4.4, VC-DI-BBS §3.2.1), and the map from a verifier's canonical
//! labels to them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::encoding::base64url_encode;
use crate::{Code, Fault, Randomness};

/// The HMAC key of one credential: whoever has it can tell which label belongs to which node.
pub(super) type HmacKey = [u8; 32];

/// As many blank nodes get their labels in the order of their places; for more the search would take too long.
const ORDERED: usize = 5;
/// Keys drawn at most: for 5 nodes one in 120 fits, and none of so many in one case of 10^21.
const DRAWS: usize = 6_000;

/// §3.4.4 createHmacIdLabelMapFunction: the label of each canonical blank node `c14n0`, `c14n1`, …
pub(super) fn hmac_labels(key: &HmacKey, count: usize) -> Result<Vec<String>, Fault> {
    let keyed = Keyed::new(key)?;
    Ok((0..count).map(|number| keyed.label(number)).collect())
}

struct Keyed(Hmac<Sha256>);

impl Keyed {
    fn new(key: &HmacKey) -> Result<Self, Fault> {
        Hmac::new_from_slice(key).map(Self).map_err(|_| Code::Internal.into())
    }

    fn label(&self, number: usize) -> String {
        let mut mac = self.0.clone();
        mac.update(format!("c14n{number}").as_bytes());
        format!("u{}", base64url_encode(&mac.finalize().into_bytes()))
    }
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

/// Draws another HMAC key, if need be, until [`shuffled_labels`] gives the labels in the order of the nodes' places.
///
/// Any shuffle hides what the canonical order says of hidden values; but a credential keeps its own for life, and shows it in
/// the label map and in the order of its statements: with 3 nodes, 1 of 6, which tells it from most others at every verifier.
/// With the labels in the order of the places, all credentials of one form have the same, and nothing but the form shows.
///
/// The key stays as it is for more than [`ORDERED`] nodes; for a node in an array, whose place would say how many are hidden
/// before it; and for a node that the document names itself.
///
/// # Errors
/// [`Code::Internal`] without randomness.
pub(super) fn draw_unlinkable(key: &mut HmacKey, places: &[&str], rng: &mut dyn Randomness) -> Result<(), Fault> {
    if places.len() < 2 || !can_be_ordered(places) {
        return Ok(());
    }
    let order = by_place(places);
    for _ in 0..DRAWS {
        let keyed = Keyed::new(key)?;
        if order.iter().map(|(_, number)| keyed.label(*number)).is_sorted() {
            break;
        }
        rng.fill(key)?;
    }
    Ok(())
}

/// Whether nodes may get their labels in the order of their places: few, each alone in its place.
fn can_be_ordered(places: &[&str]) -> bool {
    let alone = |place: &&str| {
        let mut steps = place.split('/');
        steps.next() == Some("") && !steps.any(|step| step.bytes().all(|byte| byte.is_ascii_digit()))
    };
    places.len() <= ORDERED && places.iter().all(alone)
}

/// The nodes with their numbers, in the order of their places.
fn by_place<'p>(places: &[&'p str]) -> Vec<(&'p str, usize)> {
    let mut order: Vec<(&str, usize)> = places.iter().copied().zip(0..).collect();
    order.sort_unstable();
    order
}

/// Whether labels tell nothing but the form of the credential: there is one, or they come in the order of the places.
pub(super) fn say_nothing(places: &[&str], labels: &[String]) -> bool {
    let number = |at: usize| labels.get(at).and_then(|label| label.strip_prefix('b')?.parse::<u32>().ok());
    places.len() < 2 || can_be_ordered(places) && by_place(places).iter().map(|(_, at)| number(*at)).is_sorted()
}

/// The least number of nodes of which a verifier knows that no order of places can be hidden behind their labels.
pub(super) const DISORDERED: usize = ORDERED + 1;

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
    use crate::SystemRandomness;

    #[test]
    fn labels_are_shuffled_by_their_texts() {
        let key = [0xff; 32];
        let hmac = hmac_labels(&key, 30).unwrap();
        let shuffled = shuffled_labels(&key, 30).unwrap();
        let mut sorted = hmac.clone();
        sorted.sort();
        for (label, position) in hmac.iter().zip(&shuffled) {
            assert_eq!(sorted[position.strip_prefix('b').unwrap().parse::<usize>().unwrap()], *label);
        }
        assert_ne!(shuffled, (0..30).map(|n| format!("b{n}")).collect::<Vec<_>>());
    }

    #[test]
    fn labels_come_in_the_order_of_places_where_that_says_nothing() {
        let drawn = |places: &[&str]| {
            let mut key = [0xff; 32];
            draw_unlinkable(&mut key, places, &mut SystemRandomness).unwrap();
            (key, shuffled_labels(&key, places.len()).unwrap())
        };
        for _ in 0..20 {
            let (key, labels) = drawn(&["/credentialSubject/address", "", "/credentialSubject", "/evidence", "/a"]);
            assert_eq!(labels, ["b3", "b0", "b2", "b4", "b1"]);
            assert!(say_nothing(&["/credentialSubject/address", "", "/credentialSubject", "/evidence", "/a"], &labels));
            assert!(!say_nothing(
                &["", "/credentialSubject/address", "/credentialSubject", "/evidence", "/a"],
                &labels
            ));
            assert_ne!(key, [0xff; 32]);
        }
        let arrays = ["", "/credentialSubject/0", "/credentialSubject/1"];
        let named = ["_:a", "_:b", "_:c"];
        let many = ["", "/a", "/b", "/c", "/d", "/e"];
        for places in [&arrays[..], &named, &many, &[""], &[]] {
            assert_eq!(drawn(places).0, [0xff; 32], "{places:?}");
            let in_order: Vec<String> = (0..places.len()).map(|number| format!("b{number}")).collect();
            assert_eq!(say_nothing(places, &in_order), places.len() < 2, "{places:?}");
        }
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
