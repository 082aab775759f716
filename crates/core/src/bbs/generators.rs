//! The generators (draft-irtf-cfrg-bbs-signatures §4.1.1): made once, kept for ever.
//!
//! They are points that nobody knows a relation between, the same for everybody. A block of them is made when one is first
//! asked for, by one thread while the others wait; the limit on messages bounds how many there can be. The first blocks come
//! with their small multiples.

use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use tamarack_bls12_381::{Base, FixedBase, G1Affine, hash_to_g1};

use super::suite::{Ciphersuite, EXPAND_BYTES, Interface};
use crate::{Code, Fault, limits};

/// Generators made at a time.
const BLOCK: usize = 32;
/// Blocks of one sequence: for as many messages as are allowed, committed ones and the domain's own generator.
const BLOCKS: usize = limits::BBS_MESSAGES / BLOCK + 1;
/// Blocks whose generators have their multiples computed: 26 KiB each, for 128 messages; more are rare.
const BLOCKS_WITH_MULTIPLES: usize = 4;
/// Bits of a digit: a block is made once in a process, in some 10 milliseconds.
const WIDTH: u32 = 10;
const SUITES: usize = 2;

/// One generator with its encoding.
#[derive(Debug)]
pub(super) struct Generator {
    /// As it is hashed: compressed here, uncompressed in the BBS+ of 2020.
    pub(super) encoded: Box<[u8]>,
    element: Element,
}

#[derive(Debug)]
enum Element {
    Fixed(FixedBase),
    Point(G1Affine),
}

impl Generator {
    /// Generators of these points, with their multiples for digits of so many bits, or without.
    pub(super) fn all(points: Vec<G1Affine>, encode: fn(&G1Affine) -> Box<[u8]>, width: Option<u32>) -> Vec<Self> {
        let encoded: Vec<_> = points.iter().map(encode).collect();
        let elements: Vec<_> = match width {
            Some(width) => FixedBase::all(&points, width).into_iter().map(Element::Fixed).collect(),
            None => points.into_iter().map(Element::Point).collect(),
        };
        encoded.into_iter().zip(elements).map(|(encoded, element)| Self { encoded, element }).collect()
    }

    pub(super) fn base(&self) -> Base<'_> {
        match &self.element {
            Element::Fixed(fixed) => Base::Fixed(fixed),
            Element::Point(point) => Base::Variable(*point),
        }
    }

    pub(super) fn point(&self) -> G1Affine {
        match &self.element {
            Element::Fixed(fixed) => fixed.point(),
            Element::Point(point) => *point,
        }
    }
}

/// The first generators of an interface: `Q_1, H_1, …`.
pub(super) fn generators(
    suite: Ciphersuite,
    interface: Interface,
    count: usize,
) -> Result<Vec<&'static Generator>, Fault> {
    static SEQUENCES: [[[OnceLock<Block>; BLOCKS]; Interface::COUNT]; SUITES] =
        [const { [const { [const { OnceLock::new() }; BLOCKS] }; Interface::COUNT] }; SUITES];
    let too_many = || Fault::new(Code::ProofValueEncoding).about(format!("messages > {}", limits::BBS_MESSAGES));
    let sequence = SEQUENCES.get(suite.index()).and_then(|all| all.get(interface.index())).ok_or(Code::Internal)?;
    let mut found = Vec::with_capacity(count.min(BLOCK * BLOCKS));
    let mut last: Option<&'static Block> = None;
    for (number, cell) in sequence.iter().enumerate() {
        if found.len() == count {
            break;
        }
        let block = match cell.get() {
            Some(block) => block,
            None => make(cell, suite, interface, number, last)?,
        };
        found.extend(block.generators.iter().take(count - found.len()));
        last = Some(block);
    }
    if found.len() == count { Ok(found) } else { Err(too_many()) }
}

/// Makes a block, unless another thread did while this one waited.
fn make(
    cell: &'static OnceLock<Block>,
    suite: Ciphersuite,
    interface: Interface,
    number: usize,
    last: Option<&'static Block>,
) -> Result<&'static Block, Fault> {
    static MAKING: Mutex<()> = Mutex::new(());
    let _others_wait = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(block) = cell.get() {
        return Ok(block);
    }
    #[cfg(test)]
    tests::count(suite, interface, number);
    let block = Block::after(suite, interface, number, last)?;
    Ok(cell.get_or_init(|| block))
}

/// `P1` of a ciphersuite (§7.2): made by the same procedure under names of its own.
pub(super) fn fixed_point(suite: Ciphersuite) -> Result<&'static Generator, Fault> {
    static POINTS: LazyLock<[Option<Generator>; SUITES]> =
        LazyLock::new(|| [Ciphersuite::Sha256, Ciphersuite::Shake256].map(|suite| first_point(suite).ok().flatten()));
    POINTS.get(suite.index()).and_then(Option::as_ref).ok_or_else(|| Code::Internal.into())
}

fn first_point(suite: Ciphersuite) -> Result<Option<Generator>, Fault> {
    let names = Names {
        seed_tag: suite.tag(Interface::Plain, "SIG_GENERATOR_SEED_"),
        point_tag: suite.tag(Interface::Plain, "SIG_GENERATOR_DST_"),
        seed: suite.tag(Interface::Plain, "BP_MESSAGE_GENERATOR_SEED"),
    };
    let mut state = names.start(suite)?;
    let point = names.next(suite, &mut state, 1)?;
    Ok(Generator::all(vec![point], compressed, Some(WIDTH)).pop())
}

fn compressed(point: &G1Affine) -> Box<[u8]> {
    Box::new(point.to_bytes())
}

struct Block {
    generators: Vec<Generator>,
    /// `v` after the last one: where the next block goes on.
    state: [u8; EXPAND_BYTES],
}

impl Block {
    fn after(suite: Ciphersuite, interface: Interface, number: usize, previous: Option<&Self>) -> Result<Self, Fault> {
        let names = Names {
            seed_tag: suite.tag(interface, "SIG_GENERATOR_SEED_"),
            point_tag: suite.tag(interface, "SIG_GENERATOR_DST_"),
            seed: suite.tag(interface, "MESSAGE_GENERATOR_SEED"),
        };
        let mut state = match previous {
            Some(previous) => previous.state,
            None => names.start(suite)?,
        };
        let first = (number * BLOCK) as u64 + 1;
        let points: Result<_, Fault> =
            (first..first + BLOCK as u64).map(|count| names.next(suite, &mut state, count)).collect();
        Ok(Self {
            generators: Generator::all(points?, compressed, (number < BLOCKS_WITH_MULTIPLES).then_some(WIDTH)),
            state,
        })
    }
}

/// The definitions of §4.1.1.
struct Names {
    seed_tag: Vec<u8>,
    point_tag: Vec<u8>,
    seed: Vec<u8>,
}

impl Names {
    /// Step 1.
    fn start(&self, suite: Ciphersuite) -> Result<[u8; EXPAND_BYTES], Fault> {
        let mut state = [0; EXPAND_BYTES];
        suite.expander().expand(&self.seed, &self.seed_tag, &mut state).ok_or(Code::Internal)?;
        Ok(state)
    }

    /// Steps 3 and 4.
    fn next(&self, suite: Ciphersuite, state: &mut [u8; EXPAND_BYTES], count: u64) -> Result<G1Affine, Fault> {
        let input = [&state[..], &count.to_be_bytes()].concat();
        suite.expander().expand(&input, &self.seed_tag, state).ok_or(Code::Internal)?;
        hash_to_g1(suite.expander(), &*state, &self.point_tag).ok_or_else(|| Code::Internal.into())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// How often each block was made in this process.
    static MADE: [[[AtomicUsize; BLOCKS]; Interface::COUNT]; SUITES] =
        [const { [const { [const { AtomicUsize::new(0) }; BLOCKS] }; Interface::COUNT] }; SUITES];

    pub(super) fn count(suite: Ciphersuite, interface: Interface, number: usize) {
        MADE[suite.index()][interface.index()][number].fetch_add(1, Ordering::SeqCst);
    }

    const SUITES_AND_INTERFACES: [(Ciphersuite, Interface); 4] = [
        (Ciphersuite::Sha256, Interface::Plain),
        (Ciphersuite::Sha256, Interface::BlindCommitted),
        (Ciphersuite::Sha256, Interface::Pseudonym),
        (Ciphersuite::Shake256, Interface::Plain),
    ];

    /// However many ask at once and however often, each block is made once, and everybody gets the same memory.
    #[test]
    fn each_block_is_made_once() {
        let asked = [1, 20, BLOCK, BLOCK + 1, 3 * BLOCK - 1];
        for (suite, interface) in SUITES_AND_INTERFACES {
            let places = |count: usize| -> Vec<*const Generator> {
                let found = generators(suite, interface, count).unwrap();
                assert_eq!(found.len(), count);
                found.into_iter().map(std::ptr::from_ref).collect()
            };
            let most = asked[asked.len() - 1];
            std::thread::scope(|scope| {
                for _ in 0..6 {
                    scope.spawn(|| asked.iter().for_each(|count| drop(generators(suite, interface, *count).unwrap())));
                }
            });
            let all = places(most);
            for count in asked.into_iter().chain(asked) {
                assert_eq!(places(count), all[..count], "the same generators, not equal ones");
            }
            let made = &MADE[suite.index()][interface.index()];
            for (block, made) in made.iter().enumerate().take(most.div_ceil(BLOCK)) {
                let made = made.load(Ordering::SeqCst);
                assert_eq!(made, 1, "{suite:?} {interface:?} block {block}");
            }
            // What is kept is what would be made.
            let second = Block::after(suite, interface, 0, None).unwrap();
            let second = Block::after(suite, interface, 1, Some(&second)).unwrap();
            let kept = generators(suite, interface, 2 * BLOCK).unwrap();
            assert!(
                kept[BLOCK..].iter().map(|kept| &kept.encoded).eq(second.generators.iter().map(|made| &made.encoded))
            );
        }
        let fixed = |suite| std::ptr::from_ref(fixed_point(suite).unwrap());
        assert_eq!(fixed(Ciphersuite::Sha256), fixed(Ciphersuite::Sha256));
        assert_ne!(fixed(Ciphersuite::Sha256), fixed(Ciphersuite::Shake256));
    }
}
