//! SD-JWT (RFC 9901) and the two kinds of credentials that are made of it: SD-JWT VC (`dc+sd-jwt`,
//! draft-ietf-oauth-sd-jwt-vc) and `vc+sd-jwt` (VC-JOSE-COSE §3.2), whose payload is a credential of VCDM 2.0.
//!
//! ```text
//! issuer   payload + Frame ── issue ──► <JWT>~<disclosure>~…~
//! holder   the same ── disclosable, present ──► <JWT>~<some of them>~[<key-binding JWT>]
//! verifier the same ── crate::verify
//! ```
//!
//! Whoever wants a verdict calls [`crate::verify()`]. What stands here takes texts apart and says what is in them; nobody is
//! known to have signed that until a signature was checked.

mod binding;
mod content;
mod disclosure;
mod frame;
mod holder;
mod issue;
pub(crate) mod issuer_metadata;
mod process;
mod profile;
mod text;
pub(crate) mod type_metadata;

pub use binding::KeyBinding;
pub use disclosure::HashName;
pub use frame::Frame;
pub use holder::{Disclosable, disclosable, present};
pub use issue::{IssueOptions, issue};
pub use issuer_metadata::metadata_url;
pub use profile::Profile;
pub use text::SdJwt;

pub(crate) use binding::HolderProof;
pub(crate) use content::content;
pub(crate) use disclosure::Disclosures;
pub(crate) use process::{Processed, process};
pub(crate) use text::{compact_of, is_json_serialization, jws_of_json, payload_of};

#[cfg(test)]
mod tests;
