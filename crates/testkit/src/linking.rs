//! What ties presentations together: byte strings that some of them share and others do not.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest as _, Sha256};

/// The width of the windows that are looked at, in bytes: that two random ones of millions are equal does not happen
/// (10⁶ windows: about one chance in 10⁷).
pub const WINDOW: usize = 8;

/// One presentation as a verifier gets it, taken apart into byte strings.
#[derive(Clone, Debug, Default)]
pub struct Showing {
    /// Texts: every member name with its value, every element.
    pub texts: Vec<String>,
    /// Opaque bytes: the decoded proof.
    pub bytes: Vec<u8>,
}

impl Showing {
    /// Takes a JSON document apart: each leaf with its path, except the proof value, whose bytes are given beside.
    #[must_use]
    pub fn new(document: &serde_json::Value, bytes: Vec<u8>) -> Self {
        let mut texts = Vec::new();
        leaves(document, "", &mut texts);
        texts.push(format!("{} bytes", bytes.len()));
        Self { texts, bytes }
    }
}

fn leaves(value: &serde_json::Value, path: &str, into: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| *name != "proofValue") {
                leaves(value, &format!("{path}/{name}"), into);
            }
        }
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| leaves(item, &format!("{path}/{i}"), into));
        }
        leaf => into.push(format!("{path}={leaf}")),
    }
}

/// A byte string that tells presentations apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Link {
    /// The text, or the bytes in hexadecimal.
    pub what: String,
    /// How many showings of the first sample have it.
    pub first: usize,
    /// How many of the second.
    pub second: usize,
}

/// The byte strings that two or more showings share but not all: whoever has one of them can sort the showings into heaps.
/// What all share (the disclosed claims, the public parts) and what is in one alone (the randomness) is not listed.
///
/// Of the opaque bytes, those that are the same in all at their offset are left out first. Beside the windows of [`WINDOW`]
/// bytes anywhere in the rest, shorter ones of 1, 2 and 4 bytes at the same offset are compared: their frequency in the two
/// samples must differ by no more than chance allows.
#[must_use]
pub fn links(first: &[Showing], second: &[Showing]) -> Vec<Link> {
    let mut found = shared(first, second, |showing, see| showing.texts.iter().for_each(|text| see(text.as_bytes())));
    let (first, second) = varying(first, second);
    found.extend(shared(&first, &second, |bytes, see| bytes.windows(WINDOW).for_each(see)));
    for width in [1, 2, 4] {
        found.extend(uneven(&first, &second, width));
    }
    found.sort();
    found.dedup();
    found
}

/// The opaque bytes without the offsets at which all showings have the same.
fn varying(first: &[Showing], second: &[Showing]) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let all = || first.iter().chain(second);
    let length = all().map(|showing| showing.bytes.len()).max().unwrap_or_default();
    let model = all().next();
    let constant: Vec<bool> = (0..length)
        .map(|at| all().all(|showing| showing.bytes.get(at) == model.and_then(|model| model.bytes.get(at))))
        .collect();
    let strip = |showing: &Showing| {
        let bytes = showing.bytes.iter().zip(&constant);
        bytes.filter(|(_, constant)| !**constant).map(|(byte, _)| *byte).collect()
    };
    (first.iter().map(strip).collect(), second.iter().map(strip).collect())
}

/// Which strings `take` shows of a presentation are in more than one and not in all.
fn shared<S>(first: &[S], second: &[S], take: impl Fn(&S, &mut dyn FnMut(&[u8]))) -> Vec<Link> {
    let mut seen: HashMap<[u8; 32], (usize, usize, usize)> = HashMap::new();
    let all = first.len() + second.len();
    for (number, showing) in first.iter().chain(second).enumerate() {
        take(showing, &mut |string| {
            let entry = seen.entry(Sha256::digest(string).into()).or_insert((usize::MAX, 0, 0));
            if entry.0 != number {
                entry.0 = number;
                *(if number < first.len() { &mut entry.1 } else { &mut entry.2 }) += 1;
            }
        });
    }
    let telling = |a: usize, b: usize| a + b > 1 && a + b < all;
    let mut found = BTreeMap::new();
    for showing in first.iter().chain(second) {
        take(showing, &mut |string| {
            let digest: [u8; 32] = Sha256::digest(string).into();
            if let Some(&(_, a, b)) = seen.get(&digest).filter(|(_, a, b)| telling(*a, *b)) {
                found.insert(digest, Link { what: shown(string), first: a, second: b });
            }
        });
    }
    found.into_values().collect()
}

/// Which strings of this width are at their offset in one sample more often than in the other, beyond chance.
fn uneven(first: &[Vec<u8>], second: &[Vec<u8>], width: usize) -> Vec<Link> {
    let mut counts: HashMap<(usize, &[u8]), [usize; 2]> = HashMap::new();
    for (sample, side) in [first, second].into_iter().zip(0..) {
        for bytes in sample {
            for (offset, window) in bytes.windows(width).enumerate() {
                if let Some(count) = counts.entry((offset, window)).or_default().get_mut(side) {
                    *count += 1;
                }
            }
        }
    }
    let link = |((offset, window), [a, b]): (&(usize, &[u8]), &[usize; 2])| Link {
        what: format!("{} at varying byte {offset}", shown(window)),
        first: *a,
        second: *b,
    };
    counts.iter().filter(|(_, [a, b])| beyond_chance(*a, *b)).map(link).collect()
}

/// Whether counts in two samples of the same size differ by more than 7 standard deviations (and a margin for the small
/// ones, where the normal law does not hold): of 10⁶ strings none does so by chance.
fn beyond_chance(a: usize, b: usize) -> bool {
    let (difference, sum) = (a.abs_diff(b), a + b);
    difference > 12 && difference * difference > 49 * sum
}

fn shown(string: &[u8]) -> String {
    match std::str::from_utf8(string) {
        Ok(text) if text.chars().all(|c| !c.is_control()) => text.to_owned(),
        _ => string.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(fixed: &[u8]) -> Showing {
        let mut bytes = fixed.to_vec();
        bytes.extend(
            (0..8).flat_map(|_| Sha256::digest(COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_le_bytes())),
        );
        Showing { texts: vec!["/a=1".to_owned()], bytes }
    }

    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

    fn sample(fixed: &[u8]) -> Vec<Showing> {
        (0..300).map(|_| random(fixed)).collect()
    }

    #[test]
    fn chance_alone_links_nothing() {
        assert_eq!(links(&sample(b"header.."), &sample(b"header..")), []);
    }

    #[test]
    fn any_shared_string_is_found() {
        assert!(!links(&sample(b"header.A"), &sample(b"header.B")).is_empty(), "one byte at the same place");
        let mut first = sample(b"");
        first.iter_mut().take(2).for_each(|showing| showing.bytes.splice(40..48, *b"the same").for_each(drop));
        assert!(!links(&first, &sample(b"")).is_empty(), "eight bytes in two showings of 600");
        let mut first = sample(b"");
        first.iter_mut().for_each(|showing| showing.texts.push("/id=\"urn:x\"".to_owned()));
        assert_eq!(links(&first, &sample(b"")).len(), 1, "a text");
    }
}
