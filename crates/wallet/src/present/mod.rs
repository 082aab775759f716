//! Showing credentials (OpenID4VP 1.0, SIOPv2), with the person's informed consent and not without it.
//!
//! ```text
//! Asking ── Asked ── ConsentRequest ──(the person chooses)── Consent ── Answering ── Step::Send ── Answered
//!             └── decline ────────────────────────────────────────────────┘
//! ```
//!
//! A [`Consent`] has no public constructor: it is made by [`ConsentRequest::agree`] alone, which checks that the choice lies within
//! what was asked for and was shown to the person; and a request is answered with nothing else. It is good once.
//!
//! Nobody makes one but the person's choice, there are never two of one, and it is used up:
//!
//! ```
//! fn once(consent: tamarack_wallet::present::Consent) {
//!     drop(consent);
//! }
//! ```
//!
//! ```compile_fail,E0382
//! fn twice(consent: tamarack_wallet::present::Consent) {
//!     drop(consent);
//!     drop(consent);
//! }
//! ```
//!
//! ```compile_fail,E0599
//! fn copy(consent: &tamarack_wallet::present::Consent) {
//!     let one: tamarack_wallet::present::Consent = consent.clone();
//!     drop(one);
//! }
//! ```
//!
//! ```compile_fail,E0277
//! fn needs<T: Default>() {}
//! needs::<tamarack_wallet::present::Consent>();
//! ```
//!
//! ```compile_fail,E0616
//! fn inside(consent: tamarack_wallet::present::Consent) {
//!     drop(consent.choice);
//! }
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
