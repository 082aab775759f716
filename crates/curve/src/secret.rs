//! Numbers modulo the order of the groups that nobody else may learn.

use core::ops::{Add, Mul, Neg, Sub};

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::Scalar;

/// A secret number modulo the order. It wipes itself, is not copied and not compared, and prints nothing. Only functions take
/// it that take the same time whatever it is:
///
/// ```
/// use tamarack_bls12_381::{Base, G1Affine, SecretScalar, secret_sum};
/// let secret = SecretScalar::from_wide(&[7; 48]);
/// secret_sum(&[(Base::Variable(G1Affine::generator()), &secret)]);
/// ```
///
/// Those that do not, refuse it when they are compiled:
///
/// ```compile_fail,E0308
/// use tamarack_bls12_381::{Base, G1Affine, SecretScalar, public_sum};
/// let secret = SecretScalar::from_wide(&[7; 48]);
/// public_sum(&[(Base::Variable(G1Affine::generator()), secret)]);
/// ```
///
/// Nor is it turned into a public one but by [`Self::disclose`], or compared with another:
///
/// ```compile_fail,E0308
/// use tamarack_bls12_381::{Scalar, SecretScalar};
/// let public: Scalar = SecretScalar::from_wide(&[7; 48]);
/// ```
///
/// ```compile_fail,E0369
/// use tamarack_bls12_381::SecretScalar;
/// let secret = SecretScalar::from_wide(&[7; 48]);
/// let same = secret == SecretScalar::from_wide(&[8; 48]);
/// ```
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
pub struct SecretScalar(Scalar);

impl SecretScalar {
    /// A number that is secret from now on.
    #[must_use]
    pub const fn new(number: Scalar) -> Self {
        Self(number)
    }

    /// Reads 32 bytes, the most significant first. `None` if the number is not below `r`.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        Scalar::from_bytes(bytes).map(Self)
    }

    /// Reads bytes of any length as one number, the most significant first, and reduces it modulo `r`.
    #[must_use]
    pub fn from_wide(bytes: &[u8]) -> Self {
        Self(Scalar::from_wide(bytes))
    }

    /// 32 bytes, the most significant first. They wipe themselves; what is copied from them does not.
    #[must_use]
    pub fn expose_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// Whether it is 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// 1 divided by the number; `None` for 0.
    #[must_use]
    pub fn invert(&self) -> Option<Self> {
        self.0.invert().map(Self)
    }

    /// The number as one that anybody may know: a message that its owner discloses, or a response that is masked by a number
    /// which was drawn for it.
    #[must_use]
    pub const fn disclose(&self) -> Scalar {
        self.0
    }

    pub(crate) const fn number(&self) -> &Scalar {
        &self.0
    }
}

impl core::fmt::Debug for SecretScalar {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SecretScalar(..)")
    }
}

/// What is computed from a secret number is secret, whatever the other number is.
macro_rules! operators {
    ($($operator:ident $function:ident $operation:tt,)*) => { $(
        operators!($operator $function $operation, SecretScalar, SecretScalar, of_secret);
        operators!($operator $function $operation, SecretScalar, &SecretScalar, of_secret);
        operators!($operator $function $operation, &SecretScalar, SecretScalar, of_secret);
        operators!($operator $function $operation, &SecretScalar, &SecretScalar, of_secret);
        operators!($operator $function $operation, SecretScalar, Scalar, of_public);
        operators!($operator $function $operation, &SecretScalar, Scalar, of_public);
    )* };
    ($operator:ident $function:ident $operation:tt, $left:ty, $right:ty, $read:ident) => {
        impl $operator<$right> for $left {
            type Output = SecretScalar;

            fn $function(self, other: $right) -> SecretScalar {
                SecretScalar(self.0 $operation $read(&other))
            }
        }
    };
}

operators! {
    Add add +,
    Sub sub -,
    Mul mul *,
}

const fn of_secret(number: &SecretScalar) -> Scalar {
    number.0
}

const fn of_public(number: &Scalar) -> Scalar {
    *number
}

impl Neg for &SecretScalar {
    type Output = SecretScalar;

    fn neg(self) -> SecretScalar {
        SecretScalar(-self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::{Step, steps};
    use crate::{Base, FixedBase, G1, G1Affine, G2, public_sum, secret_sum};

    #[test]
    fn computes_as_public_numbers_do() {
        let (a, b) = (Scalar::from(0x1234_5678_9abc), -Scalar::from(0xdef0));
        let (x, y) = (SecretScalar::new(a), SecretScalar::new(b));
        for (secret, public) in [
            (&x + &y, a + b),
            (x.clone() + y.clone(), a + b),
            (&x - &y, a - b),
            (&x * &y, a * b),
            (&x + b, a + b),
            (&x - b, a - b),
            (x.clone() * b, a * b),
            (-&x, -a),
            (x.invert().unwrap(), a.invert().unwrap()),
            (SecretScalar::from_bytes(&a.to_bytes()).unwrap(), a),
        ] {
            assert!(secret.disclose().is_equal(&public));
        }
        assert_eq!(*x.expose_bytes(), a.to_bytes());
        assert!(SecretScalar::default().is_zero() && SecretScalar::default().invert().is_none());
        assert_eq!(format!("{x:?}"), "SecretScalar(..)");
    }

    /// Numbers whose digits, bits and lengths differ as much as they can.
    fn numbers() -> Vec<Scalar> {
        let mut numbers = vec![Scalar::ZERO, Scalar::one(), -Scalar::one(), Scalar::from(16), Scalar::from(u64::MAX)];
        numbers.extend([[0x55; 48], [0xaa; 48], [0x0f; 48], [0xff; 48]].map(|bytes| Scalar::from_wide(&bytes)));
        numbers
    }

    /// Secret numbers decide neither what is computed nor which memory is read: the steps are the same for each of them. The
    /// sum for public numbers, whose steps do depend on them, shows that a difference would be seen.
    #[test]
    fn the_steps_do_not_depend_on_the_numbers() {
        let points: Vec<G1Affine> = (1..=4)
            .map(|i| G1::from(G1Affine::generator()).multiply_secret(&SecretScalar::new(Scalar::from(i))).to_affine())
            .collect();
        let fixed = FixedBase::all(&points[..2], 8);
        let base = |i: usize| fixed.get(i).map_or_else(|| Base::Variable(points[i]), Base::Fixed);
        let numbers = numbers();
        let sets: Vec<Vec<Scalar>> = (0..numbers.len())
            .map(|first| (0..4).map(|i| numbers[(first + i * 2) % numbers.len()]).collect())
            .collect();
        let secret = |set: &Vec<Scalar>| {
            let set: Vec<SecretScalar> = set.iter().map(|number| SecretScalar::new(*number)).collect();
            let terms: Vec<_> = set.iter().enumerate().map(|(i, number)| (base(i), number)).collect();
            steps(|| secret_sum(&terms))
        };
        let public = |set: &Vec<Scalar>| {
            let terms: Vec<_> = set.iter().enumerate().map(|(i, number)| (base(i), *number)).collect();
            steps(|| public_sum(&terms))
        };
        let expected = secret(&sets[0]);
        // 52 digits: each is looked up by reading the whole row of each element.
        let reads = expected.iter().filter(|step| matches!(step, Step::Read(_))).count();
        assert_eq!(reads, 52 * 4 * 16, "every multiple of every row, for every digit");
        assert!(sets.iter().all(|set| secret(set) == expected));
        let varying = public(&sets[0]);
        assert!(sets.iter().any(|set| public(set) != varying), "a difference would be seen");
    }

    /// One multiplication is one call of blst, which has no branch on the number; nothing is added beside it.
    #[test]
    fn single_multiplications_are_one_step() {
        let point = G1::from(G1Affine::generator());
        for number in numbers() {
            let number = SecretScalar::new(number);
            assert_eq!(steps(|| point.multiply_secret(&number)), [Step::Multiply]);
            assert_eq!(steps(|| G2::generator_multiple_secret(&number)), [Step::Multiply]);
        }
    }

    /// What stood in a number's place in memory is gone when the number is.
    #[test]
    fn wipes_itself() {
        fn wiping<T: ZeroizeOnDrop>(_: &T) {}
        let number = Scalar::from_wide(&[0xa5; 48]);
        let mut place = core::mem::ManuallyDrop::new(SecretScalar::new(number));
        wiping(&*place);
        // SAFETY: it is dropped once, here, as `ManuallyDrop` does not; its memory stays this function's and holds four
        // integers, which are valid whatever they are.
        unsafe { core::mem::ManuallyDrop::drop(&mut place) };
        assert!(place.number().is_equal(&Scalar::ZERO));
        // One that does not wipe itself leaves its number where it was.
        let mut plain = core::mem::ManuallyDrop::new(number);
        // SAFETY: as above.
        unsafe { core::mem::ManuallyDrop::drop(&mut plain) };
        assert!(plain.is_equal(&number));
    }
}
