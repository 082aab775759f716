//! Showing credentials (OpenID4VP 1.0, SIOPv2), with the person's informed consent and not without it.
//!
//! ```text
//! Asking ── Asked ── ConsentRequest ──(the person chooses)── Consent ── Answering ── Step::Send ── Answered
//!             └── decline ────────────────────────────────────────────────┘
//! ```
//!
//! A [`Consent`] has no public constructor: it is made by [`ConsentRequest::agree`] alone, which checks that the choice lies within
//! what was asked for and was shown to the person; and it is the only thing with which anything is signed.
//!
//! ```compile_fail
//! // Nobody makes a consent but the person's choice.
//! let consent = tamarack_wallet::present::Consent { choice: Default::default() };
//! ```

mod answer;
mod ask;
mod claims;
mod consent;
mod handling;
mod own;
mod purse;
mod speak;
mod standing;
mod view;
mod warn;

pub use answer::{Answered, Answering, DeclineReason};
pub use ask::{Asked, Asking};
pub use claims::ClaimView;
pub use consent::{Choice, Consent, Pick};
pub use own::{OwnConsent, OwnShowing};
pub use standing::StandingConsent;
pub use view::{Alternative, ConsentRequest, MissView, Question, QuestionSet, VerifierStanding, VerifierView};
pub use warn::{Warning, WarningKind};
