//! Compiled contexts, kept: a table that only grows, up to a limit, and is read without locks.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::active::Active;

/// Of which context, by what, and how a context was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Key {
    /// The id of the active context that was there before.
    pub(super) parent: u64,
    /// The id of the context document or scoped context, or a new number for an inline context.
    pub(super) by: u64,
    pub(super) how: How,
}

/// How a context is applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum How {
    /// By its URL, as a member of `@context`.
    Url,
    /// As it stands in the document.
    Inline,
    /// As the scoped context of a property.
    Property,
    /// As the scoped context of a type.
    Type,
}

/// A compiled context and what it does to the previous context.
#[derive(Debug)]
pub(super) struct Derived {
    pub(super) active: Active,
    pub(super) previous: Previous,
}

/// What becomes of the previous context, to which processing returns at the next node (API §4.1.2 steps 3 and 5.1.2).
/// It is kept apart from the terms, so that a compiled context does not hold its own parent.
#[derive(Clone, Debug)]
pub(super) enum Previous {
    /// It stays what it was.
    Inherited,
    /// There is none any more.
    Cleared,
    /// It stays what it was; if there was none, it becomes this.
    InheritedOr(Source),
    /// It becomes this.
    Set(Source),
}

/// Which context is the previous one.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// The one that was active before.
    Parent,
    /// One on the way.
    Snapshot(Box<Active>),
}

/// A table of compiled contexts.
#[derive(Debug)]
pub(super) struct Memo {
    buckets: Box<[OnceLock<Box<Node>>]>,
    count: AtomicUsize,
    limit: usize,
}

#[derive(Debug)]
struct Node {
    key: Key,
    derived: Derived,
    next: OnceLock<Box<Node>>,
}

impl Memo {
    pub(super) fn new(buckets: usize, limit: usize) -> Self {
        Self { buckets: (0..buckets).map(|_| OnceLock::new()).collect(), count: AtomicUsize::new(0), limit }
    }

    fn bucket(&self, key: Key) -> Option<&OnceLock<Box<Node>>> {
        let mixed = (key.parent ^ key.by.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        self.buckets.get(usize::try_from(mixed).unwrap_or_default() % self.buckets.len().max(1))
    }

    pub(super) fn get(&self, key: Key) -> Option<&Derived> {
        let mut here = self.bucket(key)?.get();
        while let Some(node) = here {
            if node.key == key {
                return Some(&node.derived);
            }
            here = node.next.get();
        }
        None
    }

    /// Whether there is no more room.
    pub(super) fn is_full(&self) -> bool {
        self.count.load(Ordering::Relaxed) >= self.limit
    }

    /// Keeps a context; `None` if there is no room. If another thread was faster, its equal stays and is given.
    pub(super) fn insert(&self, key: Key, derived: Derived) -> Option<&Derived> {
        if self.count.fetch_add(1, Ordering::Relaxed) >= self.limit {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let mut place = self.bucket(key)?;
        let mut new = Box::new(Node { key, derived, next: OnceLock::new() });
        loop {
            match place.set(new) {
                Ok(()) => return place.get().map(|node| &node.derived),
                Err(refused) => new = refused,
            }
            let node = place.get()?;
            if node.key == key {
                self.count.fetch_sub(1, Ordering::Relaxed);
                return Some(&node.derived);
            }
            place = &node.next;
        }
    }
}
