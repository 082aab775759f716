//! The disclosure frame: which claims of a payload become disclosures of their own, and how many decoys stand beside them.

use std::collections::{BTreeMap, BTreeSet};

/// Which claims are selectively disclosable, by their JSON pointers (RFC 6901) in the payload.
///
/// Each pointer makes one disclosure: of an object's member, or of an array's element. A claim and what is in it may both
/// stand here; then the disclosure of the outer one holds the digest of the inner one (RFC 9901 §4.2.6).
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Frame {
    pub(super) hidden: BTreeSet<String>,
    pub(super) decoys: BTreeMap<String, usize>,
}

impl Frame {
    /// Everything is in plain sight.
    #[must_use]
    pub const fn new() -> Self {
        Self { hidden: BTreeSet::new(), decoys: BTreeMap::new() }
    }

    /// Makes a claim selectively disclosable.
    #[must_use]
    pub fn hide(mut self, pointer: impl Into<String>) -> Self {
        self.hidden.insert(pointer.into());
        self
    }

    /// Adds digests that stand for nothing to an object or array (RFC 9901 §4.2.5), so that nobody can tell from their
    /// number how many claims there are. The empty pointer is the payload.
    #[must_use]
    pub fn decoys(mut self, pointer: impl Into<String>, count: usize) -> Self {
        self.decoys.insert(pointer.into(), count);
        self
    }

    /// The pointers of the claims that are selectively disclosable, in the order of their texts.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        self.hidden.iter().map(String::as_str)
    }
}
