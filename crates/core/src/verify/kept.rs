//! What one thread of bulk verification keeps from one input to the next. All of it was found under one policy, one
//! evidence and one time, so a URL or DID stands for the same bytes and the same finding throughout.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::verdict::EvidenceAge;
use crate::status::StatusKind;
use crate::{Code, Fault, Need, did, schema};

/// Findings kept at once, and bytes of unpacked status lists; when there are more, all are given up.
const FINDINGS: usize = 256;
const LIST_BYTES: usize = 32 << 20;

/// What is kept.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) documents: Rc<did::Kept>,
    pub(super) schemas: schema::Kept,
    supporting: RefCell<HashMap<String, Vec<(Concerning, Finding)>>>,
    lists: RefCell<HashMap<String, Unpacked>>,
}

/// The bits of a status list, for each kind of list that it was read as.
type Unpacked = Vec<(StatusKind, Rc<[u8]>)>;

/// For what a supporting credential was judged: credentials of this issuer, and with this code for one that does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Concerning {
    issuer: String,
    unverified: Code,
}

/// How a supporting credential was judged.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// Whether it has expired, or why it does not hold.
    pub(super) result: Result<bool, Fault>,
    pub(super) needs: Vec<Need>,
    pub(super) used: Vec<EvidenceAge>,
    /// The DIDs whose documents were read.
    pub(super) read: Vec<String>,
}

impl Kept {
    /// For credentials of people who come once: the keys that they name by themselves are not kept.
    pub(super) fn for_strangers() -> Self {
        Self { documents: Rc::new(did::Kept::of_documents()), ..Self::default() }
    }

    /// How the supporting credential of this URL was judged for an issuer.
    pub(super) fn finding(&self, url: &str, issuer: &str, unverified: Code) -> Option<Finding> {
        let supporting = self.supporting.borrow();
        let mut of_url = supporting.get(url)?.iter();
        let found = of_url.find(|(of, _)| of.issuer == issuer && of.unverified == unverified);
        found.map(|(_, finding)| finding.clone())
    }

    /// Keeps how it was judged.
    pub(super) fn keep(&self, url: &str, issuer: &str, unverified: Code, finding: Finding) {
        let mut supporting = self.supporting.borrow_mut();
        if supporting.values().map(Vec::len).sum::<usize>() >= FINDINGS {
            supporting.clear();
        }
        let concerning = Concerning { issuer: issuer.to_owned(), unverified };
        supporting.entry(url.to_owned()).or_default().push((concerning, finding));
    }

    /// The bits of a status list, unpacked the first time as this kind of list is.
    ///
    /// # Errors
    /// As `unpack`; then nothing is kept.
    pub(super) fn list<E>(
        &self,
        url: &str,
        kind: StatusKind,
        unpack: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<Rc<[u8]>, E> {
        let mut lists = self.lists.borrow_mut();
        if let Some((_, bits)) = lists.get(url).and_then(|kinds| kinds.iter().find(|(of, _)| *of == kind)) {
            return Ok(Rc::clone(bits));
        }
        let bits: Rc<[u8]> = unpack()?.into();
        if lists.values().flatten().map(|(_, kept)| kept.len()).sum::<usize>() + bits.len() > LIST_BYTES {
            lists.clear();
        }
        lists.entry(url.to_owned()).or_default().push((kind, Rc::clone(&bits)));
        Ok(bits)
    }
}
