//! Many signatures by few keys: the strict equation with multiples of the key computed ahead.
//!
//! Batch verification as usually done checks one random combination of all equations. It is fast, but accepts what
//! `verify_strict` refuses (points with a torsion part can cancel out) and cannot say which signature was bad. So there is no
//! combination here: each signature has its own equation `R = [s]B - [k]A`, computed to the byte as ed25519-dalek does, only
//! that the multiples of `B` and of a key that is seen often come from tables. The verdict is that of
//! [`PublicKey::verify`](super::PublicKey::verify), for every input.

use std::sync::LazyLock;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::traits::Identity as _;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha512};

use super::{SignatureAlgorithm, strict};
use crate::proof::{SignatureChecker, SignatureTask};
use crate::{Code, Fault};

/// A table costs as much as this many checks save: a key that has been seen so often gets one.
const SIGHTS: u32 = 5;
/// The same for a wide table in the place of the narrow one.
const SIGHTS_WIDE: u32 = 400;
/// Tables kept at once; a narrow one holds 215 KiB, a wide one 640 KiB.
const TABLES: usize = 8;
/// Keys whose sights are counted at once.
const KEYS: usize = 64;
/// A table that was used within so many checks is not given up for another.
const IN_USE: u64 = 64;

/// Checks signatures, faster the more of them are by the same Ed25519 key. For one thread.
#[derive(Default)]
pub struct KeyTables {
    keys: Vec<Seen>,
    /// Checks made so far.
    clock: u64,
}

struct Seen {
    key: [u8; 32],
    sights: u32,
    last: u64,
    table: Option<KeyTable>,
}

/// Multiples of `-A`.
enum KeyTable {
    Narrow(Table<6>),
    Wide(Table<8>),
}

impl KeyTable {
    fn add_multiple(&self, scalar: &Scalar, sum: EdwardsPoint) -> EdwardsPoint {
        match self {
            Self::Narrow(table) => table.add_multiple(scalar, sum),
            Self::Wide(table) => table.add_multiple(scalar, sum),
        }
    }
}

impl KeyTables {
    /// No tables yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The table of a key that has been seen often enough.
    fn table(&mut self, key: &VerifyingKey) -> Option<&KeyTable> {
        self.clock += 1;
        let index = match self.keys.iter().position(|seen| seen.key == *key.as_bytes()) {
            Some(index) => index,
            None => {
                if self.keys.len() >= KEYS {
                    // Tables cost something; they go only in `make_room`.
                    let without = self.keys.iter().enumerate().filter(|(_, seen)| seen.table.is_none());
                    let (oldest, _) = without.min_by_key(|(_, seen)| seen.last)?;
                    self.keys.swap_remove(oldest);
                }
                self.keys.push(Seen { key: key.to_bytes(), sights: 0, last: 0, table: None });
                self.keys.len() - 1
            }
        };
        let sights = self.keys.get(index)?.sights;
        let wants_table = sights >= SIGHTS && self.keys.get(index)?.table.is_none();
        let has_room = wants_table && self.make_room();
        let seen = self.keys.get_mut(index)?;
        seen.sights = sights.saturating_add(1);
        seen.last = self.clock;
        if has_room {
            seen.table = Some(KeyTable::Narrow(Table::new(-key.to_edwards())));
        } else if sights >= SIGHTS_WIDE && matches!(seen.table, Some(KeyTable::Narrow(_))) {
            seen.table = Some(KeyTable::Wide(Table::new(-key.to_edwards())));
        }
        seen.table.as_ref()
    }

    /// Makes room for one table, at the cost of the one that was not used for longest, if that is long enough.
    fn make_room(&mut self) -> bool {
        if self.keys.iter().filter(|seen| seen.table.is_some()).count() < TABLES {
            return true;
        }
        let clock = self.clock;
        let tables = self.keys.iter_mut().filter(|seen| seen.table.is_some());
        match tables.min_by_key(|seen| seen.last).filter(|seen| seen.last + IN_USE < clock) {
            Some(oldest) => {
                oldest.table = None;
                oldest.sights = 0;
                true
            }
            None => false,
        }
    }
}

impl KeyTables {
    /// The equation of a signature whose key has a table, all but its last step; `None` for other keys.
    ///
    /// # Errors
    /// [`Code::ProofSignatureInvalid`] for what fits no equation.
    fn equation(&mut self, task: SignatureTask<'_>) -> Result<Option<Equation>, Fault> {
        let (SignatureAlgorithm::EdDsa, Some(key)) = (task.algorithm, task.key.as_ed25519()) else { return Ok(None) };
        let Some(table) = self.table(key) else { return Ok(None) };
        Equation::of(table, key, task.message, task.signature)
            .map(Some)
            .ok_or_else(|| Code::ProofSignatureInvalid.into())
    }
}

impl SignatureChecker for KeyTables {
    fn check(&mut self, task: SignatureTask<'_>) -> Result<(), Fault> {
        match self.equation(task)? {
            None => task.key.verify(task.algorithm, task.message, task.signature),
            Some(equation) if equation.expected.compress().0 == equation.r => Ok(()),
            Some(_) => Err(Code::ProofSignatureInvalid.into()),
        }
    }
}

/// Checks that take every equation for true until all are settled together: the inverse that each needs at its end costs a
/// fifth of a check, the inverses of many hardly more than one. Whoever asks must not rely on an answer before
/// [`Postponed::settle`] has said whether the equations that it stands on hold.
pub(crate) struct Postponed<'t> {
    tables: &'t mut KeyTables,
    open: Vec<Equation>,
    at_once: bool,
}

impl<'t> Postponed<'t> {
    /// No equation yet.
    pub(crate) const fn new(tables: &'t mut KeyTables) -> Self {
        Self { tables, open: Vec::new(), at_once: false }
    }

    /// The number of equations so far.
    pub(crate) const fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether each equation holds, in their order.
    pub(crate) fn settle(self) -> Vec<bool> {
        let (expected, r): (Vec<EdwardsPoint>, Vec<_>) = self.open.into_iter().map(|e| (e.expected, e.r)).unzip();
        let encoded = EdwardsPoint::compress_batch_alloc(&expected);
        encoded.iter().zip(r).map(|(encoded, r)| encoded.0 == r).collect()
    }
}

impl SignatureChecker for Postponed<'_> {
    fn at_once(&mut self, at_once: bool) {
        self.at_once = at_once;
    }

    fn check(&mut self, task: SignatureTask<'_>) -> Result<(), Fault> {
        if self.at_once {
            return self.tables.check(task);
        }
        match self.tables.equation(task)? {
            None => task.key.verify(task.algorithm, task.message, task.signature),
            Some(equation) => {
                self.open.push(equation);
                Ok(())
            }
        }
    }
}

impl core::fmt::Debug for KeyTables {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("KeyTables").field("keys", &self.keys.len()).field("checks", &self.clock).finish_non_exhaustive()
    }
}

/// What is left of one check: the encoding of a point must be `R`.
struct Equation {
    expected: EdwardsPoint,
    r: [u8; 32],
}

impl Equation {
    /// RFC 8032 §5.1.7 without cofactor, in the steps of `VerifyingKey::verify_strict`; `None` for a signature that it
    /// refuses whatever the equation gives. The key itself is of no small order: no [`PublicKey`](super::PublicKey) is.
    fn of(table: &KeyTable, key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Option<Self> {
        static BASE: LazyLock<Table<8>> = LazyLock::new(|| Table::new(ED25519_BASEPOINT_POINT));
        let (r, s): (&[u8; 32], &[u8]) = signature.split_first_chunk()?;
        let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(s.try_into().ok()?))?;
        if strict::is_small_order(r) {
            return None;
        }
        let hash = Sha512::new().chain_update(r).chain_update(key.as_bytes()).chain_update(message);
        // The multiple of a point with a torsion part depends on k itself, not on k modulo anything else than dalek's: its
        // scalar is reduced modulo the order of B, and so is this one, by the same function.
        let k = Scalar::from_hash(hash);
        let expected = table.add_multiple(&k, BASE.add_multiple(&s, EdwardsPoint::identity()));
        Some(Self { expected, r: *r })
    }
}

/// The multiples `j · 2^(Wi) · P` for `1 ≤ j ≤ 2^(W-1)` and every window `i`: a multiple of `P` is then one addition a
/// window. Its timing depends on the scalar; all of this is public.
struct Table<const W: u32> {
    multiples: Vec<EdwardsPoint>,
}

impl<const W: u32> Table<W> {
    const ROW: usize = 1 << (W - 1);
    const WINDOWS: u32 = 256_u32.div_ceil(W);

    fn new(point: EdwardsPoint) -> Self {
        let mut multiples = Vec::with_capacity(Self::ROW * Self::WINDOWS as usize);
        let mut first = point;
        for _ in 0..Self::WINDOWS {
            let mut multiple = first;
            multiples.push(multiple);
            for _ in 1..Self::ROW {
                multiple += first;
                multiples.push(multiple);
            }
            first = multiple + multiple;
        }
        Self { multiples }
    }

    /// `[scalar]P + sum`.
    fn add_multiple(&self, scalar: &Scalar, mut sum: EdwardsPoint) -> EdwardsPoint {
        for (row, digit) in self.multiples.chunks_exact(Self::ROW).zip(SignedDigits::<W>::of(scalar)) {
            // Digit zero adds nothing: there is no multiple before the first.
            let multiple = (digit.unsigned_abs() as usize).checked_sub(1).and_then(|index| row.get(index));
            if let Some(multiple) = multiple {
                sum = if digit > 0 { sum + multiple } else { sum - multiple };
            }
        }
        sum
    }
}

/// The digits of a scalar to base `2^W`, lowest first, each from `-2^(W-1) + 1` to `2^(W-1)`. A scalar has 253 bits, so
/// nothing is carried out of the last window.
struct SignedDigits<const W: u32> {
    bytes: std::array::IntoIter<u8, 32>,
    pending: u32,
    bits: u32,
    carry: i32,
}

impl<const W: u32> SignedDigits<W> {
    fn of(scalar: &Scalar) -> Self {
        Self { bytes: scalar.to_bytes().into_iter(), pending: 0, bits: 0, carry: 0 }
    }
}

impl<const W: u32> Iterator for SignedDigits<W> {
    type Item = i32;

    /// Never ends: zeros follow.
    fn next(&mut self) -> Option<i32> {
        while self.bits < W {
            self.pending |= u32::from(self.bytes.next().unwrap_or(0)) << self.bits;
            self.bits += 8;
        }
        let window = self.pending & ((1 << W) - 1);
        self.pending >>= W;
        self.bits -= W;
        let digit = window.cast_signed() + self.carry;
        self.carry = i32::from(digit > 1 << (W - 1));
        Some(digit - (self.carry << W))
    }
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use ed25519_dalek::{Signature, Signer as _, SigningKey};

    use super::*;
    use crate::keys::{KeyType, PublicKey};

    fn scalar(seed: u64) -> Scalar {
        Scalar::from_hash(Sha512::new().chain_update(seed.to_le_bytes()))
    }

    #[test]
    fn a_table_multiplies() {
        let point = ED25519_BASEPOINT_POINT * scalar(1) + EIGHT_TORSION[3];
        let (six, eight) = (Table::<6>::new(point), Table::<8>::new(point));
        let scalars = (0..200).map(scalar).chain([Scalar::ZERO, Scalar::ONE, -Scalar::ONE, -Scalar::from(31_u8)]);
        for scalar in scalars.chain((0..252).map(|bit| (0..bit).fold(Scalar::ONE, |power, _| power + power))) {
            // Vartime multiplication of dalek, not to rely on one algorithm alone.
            let expected = EdwardsPoint::vartime_double_scalar_mul_basepoint(&scalar, &point, &Scalar::ZERO);
            assert_eq!(six.add_multiple(&scalar, EdwardsPoint::identity()), expected);
            assert_eq!(eight.add_multiple(&scalar, EdwardsPoint::identity()), expected);
        }
    }

    /// One check by `verify_strict`, `PublicKey::verify` and a warm table; all three must agree.
    fn verdict(tables: &mut KeyTables, key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
        let bare = VerifyingKey::from_bytes(key).ok().zip(Signature::from_slice(signature).ok());
        let bare = bare.is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok());
        let Ok(public) = PublicKey::from_bytes(KeyType::Ed25519, key) else {
            // Refused as a key already: of small order or not canonical.
            return false;
        };
        let task = SignatureTask { key: &public, algorithm: SignatureAlgorithm::EdDsa, message, signature };
        let single = public.verify(SignatureAlgorithm::EdDsa, message, signature);
        for _ in 0..=SIGHTS {
            let many = tables.check(task);
            assert_eq!(many, single);
        }
        let mut postponed = Postponed::new(tables);
        let answer = postponed.check(task);
        assert_eq!(answer.is_ok() && postponed.settle().iter().all(|held| *held), bare);
        let seen = tables.keys.iter().find(|seen| seen.key == *key).unwrap();
        assert!(seen.table.is_some(), "the table was used");
        assert_eq!(single.is_ok(), bare, "as verify_strict");
        bare
    }

    /// A signature under the key `a·B + torsion`, with `R = r·B + torsion`, made to fulfil the equation if any can.
    fn forge(
        a: Scalar,
        key_torsion: EdwardsPoint,
        r: Scalar,
        r_torsion: EdwardsPoint,
        message: &[u8],
    ) -> ([u8; 32], Vec<u8>) {
        let key = (ED25519_BASEPOINT_POINT * a + key_torsion).compress().0;
        let point = (ED25519_BASEPOINT_POINT * r + r_torsion).compress().0;
        let k = Scalar::from_hash(Sha512::new().chain_update(point).chain_update(key).chain_update(message));
        (key, [point, (r + k * a).to_bytes()].concat())
    }

    #[test]
    fn mixed_and_small_orders_are_judged_as_alone() {
        let mut tables = KeyTables::new();
        let (mut good, mut bad) = (0, 0);
        for i in 0..8_u64 {
            for j in 0..8 {
                for try_ in 0..3 {
                    let seed = i * 100 + j * 10 + try_;
                    let (key, signature) = forge(
                        scalar(2 + i),
                        EIGHT_TORSION[i as usize],
                        scalar(1000 + seed),
                        EIGHT_TORSION[j as usize],
                        &seed.to_le_bytes(),
                    );
                    let fits = verdict(&mut tables, &key, &seed.to_le_bytes(), &signature);
                    if fits {
                        good += 1
                    } else {
                        bad += 1
                    }
                    // Small-order R, with s chosen to fit: R = torsion, s = k·a.
                    let (key, signature) =
                        forge(scalar(2 + i), EIGHT_TORSION[i as usize], Scalar::ZERO, EIGHT_TORSION[j as usize], b"m");
                    assert!(!verdict(&mut tables, &key, b"m", &signature));
                    // Small-order A: refused as a key.
                    let (key, signature) =
                        forge(Scalar::ZERO, EIGHT_TORSION[i as usize], scalar(seed), EIGHT_TORSION[j as usize], b"m");
                    assert!(!verdict(&mut tables, &key, b"m", &signature));
                }
            }
        }
        // Both kinds occur: without torsion always good, with torsion where it happens to cancel out.
        assert!(good > 20 && bad > 50, "{good} {bad}");
    }

    #[test]
    fn equations_are_settled_each_by_itself_with_any_table() {
        let mut tables = KeyTables::new();
        let signing = SigningKey::from_bytes(&[7; 32]);
        let public = PublicKey::from_bytes(KeyType::Ed25519, signing.verifying_key().as_bytes()).unwrap();
        let checks = SIGHTS_WIDE + 100;
        let signatures: Vec<_> = (0..checks).map(|i| signing.sign(&(i / 3).to_le_bytes()).to_bytes()).collect();
        let messages: Vec<_> = (0..checks).map(|i| (i / 2).to_le_bytes()).collect();
        let mut postponed = Postponed::new(&mut tables);
        let mut at_once = Vec::new();
        for (message, signature) in messages.iter().zip(&signatures) {
            let task = SignatureTask { key: &public, algorithm: SignatureAlgorithm::EdDsa, message, signature };
            let mark = postponed.len();
            let answer = postponed.check(task);
            at_once.push((postponed.len() == mark).then_some(answer));
        }
        let mut settled = postponed.settle().into_iter();
        let mut good = 0;
        for (i, at_once) in (0..checks).zip(at_once) {
            let held = at_once.map_or_else(|| settled.next().unwrap(), |answer| answer.is_ok());
            assert_eq!(held, i / 2 == i / 3, "{i}");
            good += u32::from(held);
        }
        assert!(good > 0 && good < checks && settled.next().is_none());
        assert!(matches!(tables.keys[0].table, Some(KeyTable::Wide(_))));
    }

    #[test]
    fn other_encodings_are_refused() {
        let mut tables = KeyTables::new();
        let signing = SigningKey::from_bytes(&[9; 32]);
        let key = signing.verifying_key().to_bytes();
        let signature = signing.sign(b"m").to_bytes();
        assert!(verdict(&mut tables, &key, b"m", &signature));
        assert!(!verdict(&mut tables, &key, b"n", &signature));
        for bit in 0..512 {
            let mut flipped = signature;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!verdict(&mut tables, &key, b"m", &flipped));
        }
        // s + L: the same number, not reduced.
        let order: [u8; 32] = {
            let mut bytes = (-Scalar::ONE).to_bytes();
            bytes[0] += 1;
            bytes
        };
        let mut high = signature;
        let mut carry = 0;
        for (byte, add) in high[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(add) + carry;
            *byte = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        assert!(!verdict(&mut tables, &key, b"m", &high));
        // Lengths.
        for length in [0, 31, 32, 63] {
            assert!(!verdict(&mut tables, &key, b"m", &signature[..length]));
        }
        assert!(!verdict(&mut tables, &key, b"m", &[&signature[..], &[0]].concat()));
        // Encodings of y that are not below the prime, and of x = 0 with its sign set, as R.
        for low in 0xed..=0xff_u8 {
            for high in [0x7f, 0xff] {
                let mut r = [0xff; 32];
                r[0] = low;
                r[31] = high;
                assert!(!verdict(&mut tables, &key, b"m", &[r, signature[32..].try_into().unwrap()].concat()));
            }
        }
        for first in [1, 0xec] {
            let mut r = [if first == 1 { 0 } else { 0xff }; 32];
            r[0] = first;
            r[31] = if first == 1 { 0x80 } else { 0xff };
            assert!(!verdict(&mut tables, &key, b"m", &[r, signature[32..].try_into().unwrap()].concat()));
        }
    }

    #[test]
    fn blame_is_exact_and_memory_bounded() {
        let mut tables = KeyTables::new();
        let signers: Vec<_> = (0..100_u8).map(|i| SigningKey::from_bytes(&[i; 32])).collect();
        for round in 0..12_u8 {
            for (i, signer) in signers.iter().enumerate() {
                let public = PublicKey::from_bytes(KeyType::Ed25519, signer.verifying_key().as_bytes()).unwrap();
                let message = [round, i as u8];
                let mut signature = signer.sign(&message).to_bytes();
                let spoiled = (usize::from(round) + i) % 7 == 3;
                if spoiled {
                    signature[40] ^= 1;
                }
                for _ in 0..if i < 20 { 8 } else { 1 } {
                    let task = SignatureTask {
                        key: &public,
                        algorithm: SignatureAlgorithm::EdDsa,
                        message: &message,
                        signature: &signature,
                    };
                    assert_eq!(tables.check(task).is_err(), spoiled, "round {round}, signer {i}");
                }
            }
            assert!(tables.keys.len() <= KEYS);
            let kept = tables.keys.iter().filter(|seen| seen.table.is_some()).count();
            assert!((1..=TABLES).contains(&kept), "{kept}");
        }
    }
}
