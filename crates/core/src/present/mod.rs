//! Showing a credential: what may be shown of it, what a showing gives away, and the showing itself. One interface,
//! whatever the suite.
//!
//! ```text
//! Held::parse ── disclosable ──(the person chooses)── linkability ──(the person consents)── present ── bytes
//! ```
//!
//! A credential of a suite with selective disclosure (`bbs-2023`, `ecdsa-sd-2023`, `BbsBlsSignature2020`, SD-JWT) shows
//! what was chosen and what its issuer always shows. One of another suite shows everything: then everything must be
//! chosen, so that nobody shows more than was agreed to.
//!
//! Nothing here asks anybody anything. Whoever calls [`present`] has the person's consent.

mod age;
mod bound;
mod held;
mod leaves;
mod linkability;
mod nonces;
mod parts;
mod showing;
mod unusual;

pub use age::{AgeAnswer, AgeQuestion};
pub use held::{Disclosable, Exposure, Held};
pub use linkability::{Link, LinkKind, Linkability, Strength};
pub use nonces::NonceBook;
pub use showing::{Binding, Holder, Selection, present};

pub(crate) use bound::read as read_bound;
pub(crate) use leaves::{is_within, leaves};
pub(crate) use linkability::{Manner, assess};
