//! RDFC-1.0: the main algorithm (§4.4), first-degree hashes (§4.6) and the serialized canonical form (§5).

use super::dataset::Quad;
use super::hash::{Hash, HashAlgorithm};
use super::{Dataset, TermId, ndegree};
use crate::Fault;

/// The canonical form of a dataset: sorted N-Quads with blank nodes named `_:c14n0`, `_:c14n1`, …
///
/// # Errors
/// [`Code::RdfTooComplex`](crate::Code::RdfTooComplex) when blank nodes take more work than
/// [`limits::BLANK_NODE_WORK`](crate::limits::BLANK_NODE_WORK) allows (RDFC-1.0 §7.1).
pub fn canonicalize(dataset: &Dataset, hash: HashAlgorithm) -> Result<String, Fault> {
    canonicalize_with_map(dataset, hash).map(Canonical::into_nquads)
}

/// The canonical form of a dataset together with the canonical label of each blank node (RDFC-1.0 §4.4, the issued
/// identifiers map of the canonicalized dataset).
///
/// # Errors
/// The same as [`canonicalize`].
pub fn canonicalize_with_map(dataset: &Dataset, hash: HashAlgorithm) -> Result<Canonical, Fault> {
    let state = State::new(dataset, hash);
    let labels = label(&state)?;
    Ok(Canonical { nquads: serialize(&state, &labels), labels: state.nodes.into_iter().zip(labels).collect() })
}

/// The number of each blank node in its canonical label (`c14n0`, `c14n1`, …), without the canonical form itself.
///
/// # Errors
/// The same as [`canonicalize`].
pub(crate) fn canonical_numbers(dataset: &Dataset, hash: HashAlgorithm) -> Result<Vec<(TermId, u32)>, Fault> {
    let state = State::new(dataset, hash);
    let labels = label(&state)?;
    Ok(state.nodes.into_iter().zip(labels).collect())
}

/// A canonicalized dataset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Canonical {
    nquads: String,
    labels: Vec<(TermId, u32)>,
}

impl Canonical {
    /// The canonical N-Quads, sorted by code point, each with its line feed.
    #[must_use]
    pub fn nquads(&self) -> &str {
        &self.nquads
    }

    /// The canonical N-Quads, sorted by code point, each with its line feed.
    #[must_use]
    pub fn into_nquads(self) -> String {
        self.nquads
    }

    /// The canonical quads in their order, each with its line feed.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.nquads.split_inclusive('\n')
    }

    /// The issued identifiers map: each blank node of a quad with its canonical label, without `_:`.
    pub fn labels(&self) -> impl ExactSizeIterator<Item = (TermId, String)> {
        self.labels.iter().map(|&(id, number)| {
            let mut label = String::new();
            push_label(&mut label, "c14n", number);
            (id, label)
        })
    }
}

/// No blank node, or no label yet.
pub(super) const NONE: u32 = u32::MAX;

/// The canonicalization state (§4.3). Blank nodes are numbered in the order in which the quads name them.
pub(super) struct State<'d> {
    pub(super) dataset: &'d Dataset,
    pub(super) hash: HashAlgorithm,
    // Number of blank node → term.
    pub(super) nodes: Vec<TermId>,
    // Term → number of blank node; empty when there is none.
    numbers: Vec<u32>,
    // The blank node to quads map: indices of quads, and where each node's begin (one more than there are nodes).
    mentions: Vec<u32>,
    starts: Vec<u32>,
}

impl<'d> State<'d> {
    /// §4.4.3 steps 1 and 2.
    fn new(dataset: &'d Dataset, hash: HashAlgorithm) -> Self {
        let mut state =
            Self { dataset, hash, nodes: Vec::new(), numbers: Vec::new(), mentions: Vec::new(), starts: Vec::new() };
        if dataset.blank_count() == 0 {
            return state;
        }
        let mut numbers = vec![NONE; dataset.term_count()];
        let mut counts: Vec<u32> = Vec::with_capacity(dataset.blank_count());
        for quad in dataset.quad_slice() {
            for id in blanks(dataset, quad) {
                let Some(number) = numbers.get_mut(id.0 as usize) else { continue };
                if *number == NONE {
                    *number = index(state.nodes.len());
                    state.nodes.push(id);
                    counts.push(0);
                }
                if let Some(count) = counts.get_mut(*number as usize) {
                    *count += 1;
                }
            }
        }
        state.numbers = numbers;
        if state.nodes.len() > 1 {
            state.gather(&counts);
        }
        state
    }

    /// §4.4.3 step 2.1: the blank node to quads map.
    fn gather(&mut self, counts: &[u32]) {
        let mut total = 0;
        self.starts.push(total);
        self.starts.extend(counts.iter().map(|count| {
            total += count;
            total
        }));
        self.mentions = vec![0; total as usize];
        let mut next = self.starts.clone();
        for (quad, at) in self.dataset.quad_slice().iter().zip(0..) {
            for id in blanks(self.dataset, quad) {
                let number = self.numbers.get(id.0 as usize).copied().unwrap_or(NONE);
                if let Some(next) = next.get_mut(number as usize) {
                    if let Some(mention) = self.mentions.get_mut(*next as usize) {
                        *mention = at;
                    }
                    *next += 1;
                }
            }
        }
    }

    /// The number of a blank node; `None` for other terms.
    pub(super) fn number(&self, id: TermId) -> Option<u32> {
        self.numbers.get(id.0 as usize).copied().filter(|&number| number != NONE)
    }

    /// The quads that mention a blank node.
    pub(super) fn mentions(&self, node: u32) -> impl Iterator<Item = &'d Quad> + '_ {
        let at = |i: u32| self.starts.get(i as usize).map_or(0, |&start| start as usize);
        let range = self.mentions.get(at(node)..at(node + 1)).unwrap_or_default();
        range.iter().filter_map(|&i| self.dataset.quad_slice().get(i as usize))
    }
}

/// The blank nodes of a quad, each once.
fn blanks<'q>(dataset: &'q Dataset, quad: &'q Quad) -> impl Iterator<Item = TermId> + 'q {
    let &(s, _, o, g) = quad;
    let object = Some(o).filter(|&o| o != s);
    let graph = g.filter(|&g| g != s && g != o);
    [Some(s), object, graph].into_iter().flatten().filter(|&id| dataset.is_blank(id))
}

/// §4.4.3 steps 3 to 5: the canonical number of each blank node.
fn label(state: &State<'_>) -> Result<Vec<u32>, Fault> {
    match state.nodes.as_slice() {
        [] => return Ok(Vec::new()),
        // One hash alone needs no order, and so no computing: the first label (step 4).
        [_] => return Ok(vec![0]),
        _ => {}
    }
    // Step 3: the hash to blank nodes map, as a sorted list.
    let mut first: Vec<(Hash, u32)> = Vec::with_capacity(state.nodes.len());
    let mut scratch = Scratch::default();
    for number in 0..index(state.nodes.len()) {
        first.push((first_degree(state, number, &mut scratch), number));
    }
    let hashes: Vec<Hash> = first.iter().map(|(hash, _)| *hash).collect();
    first.sort_unstable();
    let mut canonical = Labels { numbers: vec![NONE; state.nodes.len()], issued: 0 };
    let mut shared = false;
    // Step 4: nodes with a hash of their own.
    for group in first.chunk_by(|(a, _), (b, _)| a == b) {
        match group {
            [(_, node)] => canonical.issue(*node),
            _ => shared = true,
        }
    }
    if shared {
        // Step 5: the others.
        let mut ndegree = ndegree::NDegree::new(state, &hashes);
        for group in first.chunk_by(|(a, _), (b, _)| a == b).filter(|group| group.len() > 1) {
            // Steps 5.1 and 5.2.
            let mut paths: Vec<(Hash, Vec<u32>)> = Vec::new();
            for &(_, node) in group {
                if !canonical.has(node) {
                    paths.push(ndegree.run(node, &canonical)?);
                }
            }
            // Step 5.3. Results that are equal belong to nodes that an automorphism exchanges: their order is free.
            paths.sort_by_key(|(hash, _)| *hash);
            for (_, issued) in paths {
                issued.into_iter().for_each(|node| canonical.issue(node));
            }
        }
    }
    Ok(canonical.numbers)
}

/// The canonical issuer: which number each blank node was issued.
pub(super) struct Labels {
    numbers: Vec<u32>,
    issued: u32,
}

impl Labels {
    /// §4.5, Issue Identifier.
    fn issue(&mut self, node: u32) {
        if let Some(number) = self.numbers.get_mut(node as usize)
            && *number == NONE
        {
            *number = self.issued;
            self.issued += 1;
        }
    }

    pub(super) fn get(&self, node: u32) -> Option<u32> {
        self.numbers.get(node as usize).copied().filter(|&number| number != NONE)
    }

    fn has(&self, node: u32) -> bool {
        self.get(node).is_some()
    }
}

/// Buffers of [`first_degree`], kept from node to node.
#[derive(Default)]
struct Scratch {
    lines: Sorter,
    text: String,
}

/// §4.6.3, Hash First Degree Quads.
fn first_degree(state: &State<'_>, node: u32, scratch: &mut Scratch) -> Hash {
    // Step 3.
    scratch.lines.clear();
    for quad in state.mentions(node) {
        scratch.lines.push(quad, |out, id| {
            out.push_str(match state.number(id) {
                Some(number) if number == node => "_:a",
                Some(_) => "_:z",
                None => state.dataset.text(id),
            });
        });
    }
    // Steps 4 and 5.
    scratch.text.clear();
    scratch.lines.write_sorted(&mut scratch.text);
    state.hash.hash(scratch.text.as_bytes())
}

/// §4.4.3 step 7 and §5: the canonical N-Quads, sorted.
fn serialize(state: &State<'_>, labels: &[u32]) -> String {
    let dataset = state.dataset;
    // A canonical label may be longer than the document's by the ten digits of its number and "c14n".
    let longer = if labels.is_empty() { 0 } else { dataset.len() * 2 * "c14n4294967295".len() };
    let mut lines = Sorter::with_capacity(dataset.len(), dataset.serialized_bytes() + longer);
    for quad in dataset.quad_slice() {
        lines.push(quad, |out, id| match state.number(id).and_then(|node| labels.get(node as usize)) {
            Some(&number) => push_label(out, "_:c14n", number),
            None => out.push_str(dataset.text(id)),
        });
    }
    let mut out = String::with_capacity(lines.text.len());
    lines.write_sorted(&mut out);
    out
}

/// Quads as lines, to be put in code point order.
#[derive(Default)]
struct Sorter {
    text: String,
    // Where each line begins and ends.
    places: Vec<(usize, usize)>,
}

impl Sorter {
    fn with_capacity(lines: usize, bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), places: Vec::with_capacity(lines) }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.places.clear();
    }

    fn push(&mut self, &(s, p, o, g): &Quad, term: impl Fn(&mut String, TermId)) {
        let start = self.text.len();
        for id in [Some(s), Some(p), Some(o), g].into_iter().flatten() {
            term(&mut self.text, id);
            self.text.push(' ');
        }
        self.text.push_str(".\n");
        self.places.push((start, self.text.len()));
    }

    fn write_sorted(&mut self, out: &mut String) {
        let line = |&(start, end): &(usize, usize)| self.text.as_bytes().get(start..end).unwrap_or_default();
        self.places.sort_unstable_by(|a, b| line(a).cmp(line(b)));
        for &(start, end) in &self.places {
            out.push_str(self.text.get(start..end).unwrap_or_default());
        }
    }
}

pub(super) fn push_label(out: &mut String, prefix: &str, number: u32) {
    out.push_str(prefix);
    let mut scale = 10_u32.pow(number.checked_ilog10().unwrap_or(0));
    while scale > 0 {
        let digit = number / scale % 10;
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
        scale /= 10;
    }
}

pub(super) fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Code;

    fn canonical(text: &str) -> Result<Canonical, Fault> {
        canonicalize_with_map(&Dataset::parse_nquads(text).unwrap(), HashAlgorithm::Sha256)
    }

    #[test]
    fn labels_are_decimal_texts() {
        for number in [0, 1, 9, 10, 99, 101, 4_294_967_294] {
            let mut text = String::new();
            push_label(&mut text, "", number);
            assert_eq!(text, number.to_string());
        }
    }

    #[test]
    fn poison_is_refused() {
        let ring = |n: usize| (0..n).map(|i| format!("_:n{i} <a:p> _:n{} .\n", (i + 1) % n)).collect::<String>();
        let clique = |n: usize| (0..n * n).map(|i| format!("_:n{} <a:p> _:n{} .\n", i / n, i % n)).collect::<String>();
        let hubs = (0..40).map(|i| format!("_:hub{} <a:p> _:n{i} .\n", i % 2)).collect::<String>();
        for poison in [ring(300), ring(2_000), clique(10), clique(60), hubs] {
            assert_eq!(canonical(&poison).unwrap_err().code(), Code::RdfTooComplex);
        }
        assert!(canonical(&ring(40)).is_ok());
    }

    #[test]
    fn many_honest_blank_nodes_pass() {
        let told_apart = |i: usize| format!("<a:s> <a:p> _:n{i} .\n_:n{i} <a:v> \"{i}\" .\n_:n{i} <a:t> <a:T> .\n");
        let alike = |i: usize| format!("<a:s> <a:p> _:n{i} .\n_:n{i} <a:t> <a:T> .\n");
        let text = (0..1_000).map(told_apart).collect::<String>();
        assert_eq!(canonical(&text).unwrap().lines().count(), 3_000);
        let text = (0..1_000).map(alike).collect::<String>();
        assert_eq!(canonical(&text).unwrap().labels().len(), 1_000);
        let list = (0..40).map(|i| format!("_:n{i} <a:first> \"0\" .\n_:n{i} <a:rest> _:n{} .\n", i + 1));
        assert!(canonical(&list.collect::<String>()).is_ok());
    }

    /// A quad of a small random dataset: blank nodes by number, so that many are alike.
    fn quad() -> impl Strategy<Value = [u8; 4]> {
        [0..12_u8, 0..3, 0..16, 0..8]
    }

    fn dataset(quads: &[[u8; 4]], relabel: &[u8]) -> Dataset {
        let mut dataset = Dataset::new();
        let node = |dataset: &mut Dataset, n: u8| match n {
            0..9 => dataset.blank(&format!("x{}", relabel[usize::from(n)])),
            _ => dataset.iri(&format!("a:{n}")),
        };
        for &[s, p, o, g] in quads {
            // Three blank nodes in one quad are more than RDFC-1.0 can always tell apart: Hash Related Blank Node (§4.7)
            // names one of the two others at a time, so nodes can get equal hashes that no automorphism exchanges.
            let graph = if s < 9 && o < 9 { 9 + g } else { g * 4 };
            let s = node(&mut dataset, s);
            let p = dataset.iri(&format!("a:p{p}"));
            let o = match o {
                12..14 => dataset.literal("line\n", &format!("a:{o}"), None),
                14.. => dataset.literal(
                    "é",
                    super::super::dataset::RDF_LANG_STRING,
                    Some(if o == 14 { "fr" } else { "en" }),
                ),
                _ => node(&mut dataset, o),
            };
            let g = (g < 3).then(|| node(&mut dataset, graph));
            dataset.push(s, p, o, g).unwrap();
        }
        dataset
    }

    proptest! {
        #[test]
        fn labels_and_order_do_not_matter(
            quads in proptest::collection::vec(quad(), 0..16),
            shuffled in Just(()).prop_perturb(|(), mut rng| rng.next_u64()),
            relabel in Just((0..9_u8).collect::<Vec<_>>()).prop_shuffle(),
            hash in prop_oneof![Just(HashAlgorithm::Sha256), Just(HashAlgorithm::Sha384)],
        ) {
            let straight: Vec<u8> = (0..9).collect();
            let one = dataset(&quads, &straight);
            let mut other = quads.clone();
            other.sort_by_key(|quad| quad.iter().fold(shuffled, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)));
            let other = dataset(&other, &relabel);
            match (canonicalize_with_map(&one, hash), canonicalize(&other, hash)) {
                (Ok(a), Ok(b)) => {
                    prop_assert_eq!(a.nquads(), &b);
                    let lines: Vec<&str> = a.lines().collect();
                    prop_assert!(lines.is_sorted());
                    prop_assert_eq!(lines.len(), one.len());
                    // The canonical form is its own canonical form.
                    let again = Dataset::parse_nquads(a.nquads()).unwrap();
                    prop_assert_eq!(&canonicalize(&again, hash).unwrap(), a.nquads());
                }
                (a, b) => prop_assert_eq!(a.map(Canonical::into_nquads), b),
            }
        }

        #[test]
        fn nquads_are_read_back(
            value in any::<String>(),
            iri in "[a-z]{1,3}:[^\u{0}-\u{20}<>\"{}|^`\\\\]{0,8}",
            quads in proptest::collection::vec(quad(), 0..16),
        ) {
            let straight: Vec<u8> = (0..9).collect();
            let mut one = dataset(&quads, &straight);
            let (s, o) = (one.iri(&iri), one.literal(&value, &iri, None));
            one.push(s, s, o, Some(s)).unwrap();
            let text = one.to_nquads();
            let again = Dataset::parse_nquads(&text).unwrap();
            prop_assert_eq!(again.to_nquads(), text);
            prop_assert_eq!(again.len(), one.len());
            let terms = |d: &Dataset| d.quads().map(|q| format!("{:?}", [d.term(q.0), d.term(q.1), d.term(q.2)])).collect::<Vec<_>>();
            prop_assert_eq!(terms(&again), terms(&one));
        }
    }
}
