//! Who may issue what: the trust list.

use crate::{Code, Fault, Timestamp};

/// A trust list: issuers, the types they may issue, and when.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct TrustList {}

impl TrustList {
    /// Reads the JSON file form.
    ///
    /// # Errors
    /// `json.*`, [`Code::TrustListInvalid`] with a pointer.
    pub fn parse(_bytes: &[u8]) -> Result<Self, Fault> {
        Err(Fault::new(Code::Internal))
    }

    /// Whether this issuer may have issued a credential of these types at this time.
    ///
    /// # Errors
    /// [`Code::TrustIssuerUnknown`], [`Code::TrustTypeNotAllowed`], [`Code::TrustOutsidePeriod`].
    pub fn allows(&self, _issuer: &str, _types: &[&str], _at: Timestamp) -> Result<(), Fault> {
        Err(Fault::new(Code::Internal))
    }
}
