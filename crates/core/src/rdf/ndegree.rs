//! RDFC-1.0 §4.7 and §4.8: telling apart blank nodes whose first-degree hashes are equal, with bounded work (§7.1).

use super::canon::{Labels, NONE, State, push_label};
use super::dataset::Quad;
use super::hash::Hash;
use crate::{Code, Fault, limits};

/// Hash N-Degree Quads over one dataset.
pub(super) struct NDegree<'s, 'd> {
    state: &'s State<'d>,
    first: &'s [Hash],
    issuer: Issuer,
    // What is left of the work that the dataset may cost.
    work: usize,
    input: String,
}

/// A temporary issuer with prefix `b` (§4.3). The algorithm copies it for each permutation; here the permutation's
/// labels are taken back instead.
struct Issuer {
    // Node → number.
    numbers: Vec<u32>,
    // The nodes in the order in which they were issued.
    order: Vec<u32>,
}

impl<'s, 'd> NDegree<'s, 'd> {
    pub(super) fn new(state: &'s State<'d>, first: &'s [Hash]) -> Self {
        Self {
            state,
            first,
            issuer: Issuer { numbers: vec![NONE; first.len()], order: Vec::new() },
            work: limits::BLANK_NODE_WORK + first.len() * limits::BLANK_NODE_WORK_EACH,
            input: String::new(),
        }
    }

    /// §4.4.3 steps 5.2.2 to 5.2.4: the hash of a node and the nodes that its issuer named, in order.
    pub(super) fn run(&mut self, node: u32, canonical: &Labels) -> Result<(Hash, Vec<u32>), Fault> {
        self.issuer.rewind(0);
        self.issuer.issue(node);
        let hash = self.hash(node, canonical, 0)?;
        Ok((hash, self.issuer.order.clone()))
    }

    /// §4.8.3. The issuer that the algorithm returns is `self.issuer` afterwards.
    fn hash(&mut self, node: u32, canonical: &Labels, depth: usize) -> Result<Hash, Fault> {
        if depth > limits::BLANK_NODE_DEPTH {
            return Err(too_complex(format!("BLANK_NODE_DEPTH {}", limits::BLANK_NODE_DEPTH)));
        }
        // Steps 1 to 3: the related hashes; the map is a sorted list.
        let mut related: Vec<(Hash, u32)> = Vec::new();
        for quad in self.state.mentions(node) {
            for (position, term) in [("s", Some(quad.0)), ("o", Some(quad.2)), ("g", quad.3)] {
                if let Some(other) = term.and_then(|term| self.state.number(term)).filter(|&other| other != node) {
                    self.spend(1)?;
                    related.push((self.hash_related(other, quad, position, canonical), other));
                }
            }
        }
        related.sort_unstable();
        // Steps 4 and 5.
        let mut data = String::new();
        for group in related.chunk_by(|(a, _), (b, _)| a == b) {
            // Step 5.1.
            if let Some((hash, _)) = group.first() {
                self.state.hash.push_hex(&mut data, hash);
            }
            let chosen = self.choose(group, canonical, depth)?;
            // Step 5.5; step 5.6 is done by `choose`.
            data.push_str(&chosen);
        }
        // Step 6.
        Ok(self.state.hash.hash(data.as_bytes()))
    }

    /// §4.8.3 steps 5.2 to 5.4: the chosen path; the issuer becomes the chosen one (step 5.6).
    fn choose(&mut self, group: &[(Hash, u32)], canonical: &Labels, depth: usize) -> Result<String, Fault> {
        let mut nodes: Vec<u32> = group.iter().map(|&(_, node)| node).collect();
        let start = self.issuer.order.len();
        // Steps 5.2 and 5.3: the chosen path, and what its issuer issued beyond ours.
        let mut chosen: Option<(String, Vec<u32>)> = None;
        loop {
            // Step 5.4.
            self.spend(nodes.len())?;
            let best = chosen.as_ref().map(|(path, _)| path.as_str());
            if let Some(path) = self.path(&nodes, best, canonical, depth)? {
                // Step 5.4.6.
                if chosen.as_ref().is_none_or(|(best, _)| path < *best) {
                    chosen = Some((path, self.issuer.order.get(start..).unwrap_or_default().to_vec()));
                }
            }
            self.issuer.rewind(start);
            if !next_permutation(&mut nodes) {
                break;
            }
        }
        let (path, issued) = chosen.unwrap_or_default();
        issued.into_iter().for_each(|node| self.issuer.issue(node));
        Ok(path)
    }

    /// §4.8.3 steps 5.4.1 to 5.4.5: the path of one permutation; `None` when it can no longer become the chosen one.
    fn path(
        &mut self,
        nodes: &[u32],
        best: Option<&str>,
        canonical: &Labels,
        depth: usize,
    ) -> Result<Option<String>, Fault> {
        let lost = |path: &str| best.is_some_and(|best| path.len() >= best.len() && path > best);
        // Steps 5.4.2 and 5.4.3.
        let mut path = String::new();
        let mut recursion: Vec<u32> = Vec::new();
        // Step 5.4.4.
        for &node in nodes {
            if let Some(number) = canonical.get(node) {
                push_label(&mut path, "_:c14n", number);
            } else {
                if self.issuer.get(node).is_none() {
                    recursion.push(node);
                    self.issuer.issue(node);
                }
                self.push_issued(&mut path, node);
            }
            // Step 5.4.4.3.
            if lost(&path) {
                return Ok(None);
            }
        }
        // Step 5.4.5.
        for node in recursion {
            let hash = self.hash(node, canonical, depth + 1)?;
            self.push_issued(&mut path, node);
            path.push('<');
            self.state.hash.push_hex(&mut path, &hash);
            path.push('>');
            // Step 5.4.5.5.
            if lost(&path) {
                return Ok(None);
            }
        }
        Ok(Some(path))
    }

    /// §4.7.3, Hash Related Blank Node.
    fn hash_related(&mut self, node: u32, quad: &Quad, position: &str, canonical: &Labels) -> Hash {
        let mut input = core::mem::take(&mut self.input);
        input.clear();
        // Step 1.
        input.push_str(position);
        // Step 2; the term's text has the angle brackets.
        if position != "g" {
            input.push_str(self.state.dataset.text(quad.1));
        }
        // Steps 3 and 4.
        if let Some(number) = canonical.get(node) {
            push_label(&mut input, "_:c14n", number);
        } else if self.issuer.get(node).is_some() {
            self.push_issued(&mut input, node);
        } else if let Some(first) = self.first.get(node as usize) {
            self.state.hash.push_hex(&mut input, first);
        }
        // Step 5.
        let hash = self.state.hash.hash(input.as_bytes());
        self.input = input;
        hash
    }

    fn push_issued(&self, out: &mut String, node: u32) {
        if let Some(number) = self.issuer.get(node) {
            push_label(out, "_:b", number);
        }
    }

    fn spend(&mut self, work: usize) -> Result<(), Fault> {
        self.work = self
            .work
            .checked_sub(work)
            .ok_or_else(|| too_complex(format!("BLANK_NODE_WORK {}", limits::BLANK_NODE_WORK)))?;
        Ok(())
    }
}

impl Issuer {
    fn get(&self, node: u32) -> Option<u32> {
        self.numbers.get(node as usize).copied().filter(|&number| number != NONE)
    }

    /// §4.5, Issue Identifier.
    fn issue(&mut self, node: u32) {
        if let Some(number) = self.numbers.get_mut(node as usize)
            && *number == NONE
        {
            *number = super::canon::index(self.order.len());
            self.order.push(node);
        }
    }

    /// Takes back what was issued after the first `keep`.
    fn rewind(&mut self, keep: usize) {
        for node in self.order.drain(keep.min(self.order.len())..) {
            if let Some(number) = self.numbers.get_mut(node as usize) {
                *number = NONE;
            }
        }
    }
}

fn too_complex(limit: String) -> Fault {
    Fault::new(Code::RdfTooComplex).about(limit)
}

/// The next permutation in lexicographic order; permutations that only exchange equal items count once.
fn next_permutation(items: &mut [u32]) -> bool {
    let Some(pivot) = items.windows(2).rposition(|pair| pair.is_sorted_by(|a, b| a < b)) else { return false };
    let least = items.get(pivot).copied().unwrap_or_default();
    if let Some(greater) = items.iter().rposition(|&item| item > least) {
        items.swap(pivot, greater);
    }
    if let Some(tail) = items.get_mut(pivot + 1..) {
        tail.reverse();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::next_permutation;

    #[test]
    fn permutations_are_complete_and_distinct() {
        for (mut items, count) in [(vec![], 1), (vec![1], 1), (vec![1, 2, 3, 4, 5], 120), (vec![1, 1, 2, 2], 6)] {
            let mut seen = std::collections::BTreeSet::from([items.clone()]);
            while next_permutation(&mut items) {
                assert!(seen.insert(items.clone()));
            }
            assert_eq!(seen.len(), count);
        }
    }
}
