//! Receiving credentials (OpenID4VCI 1.0), from an offer to what is stored.
//!
//! ```text
//! Opening ── Offered ── Preview ──(the person accepts)── Receiving ──┬─ Step::Send ─(the app sends)─┐
//!                                                           ▲        ├─ Step::Browser ─(signs in)───┤
//!                                                           │        ├─ Step::Later ─(another day)──┤
//!                                                           └────────┼──────────────────────────────┘
//!                                                                    └─ Step::Done(Received)
//! ```
//!
//! A [`Receiving`] is kept in the store after every step, so that it goes on where it was when the app was ended. What comes is
//! verified before it is stored, under the person's own policy; what does not hold is refused with the reasons of the verdict.

mod accept;
mod browser;
mod dpop;
mod flow;
mod keep;
mod kept;
mod offer;
mod preview;
mod prove;
mod renew;

pub use flow::{Event, Receiving};
pub use keep::{Reason, Received, Refused};
pub use kept::{PendingView, pending};
pub use offer::{Acceptance, BrowserApp, Offered, Opening};
pub use preview::{CodeLook, IssuerView, OfferedClaim, OfferedCredential, Preview, Standing};
pub(crate) use renew::{Beside, RENEWAL, right_of};
pub use renew::{Due, RenewalPlan, WhyDue, due};
