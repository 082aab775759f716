//! Receiving: an offer is opened, looked at, accepted; what comes is verified and kept.

use std::sync::Arc;
use std::time::SystemTime;

use tamarack_wallet::receive::{self, Event, Offered, Opening, Received};

use super::network::{End, drive};
use super::views::{OfferPreview, RefusedCredential};
use super::{Wallet, outside_callbacks};
use crate::error::TamarackError;
use crate::platform::HttpClient;
use crate::time::system_time;

/// The app as an OAuth client, for issuers at which the person signs in.
///
/// ```text
/// app = BrowserApp(client_id="ca.example.wallet", redirect_uri="https://wallet.example/back")
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct BrowserApp {
    /// The `client_id`.
    pub client_id: String,
    /// Where the browser brings the person back: an app link (`https:`), or a scheme of the app's own.
    pub redirect_uri: String,
}

/// What the person says yes to.
///
/// ```text
/// acceptance = Acceptance(tx_code=code, browser=app, copies=5)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct Acceptance {
    /// Which of the offered configurations; empty for all of them.
    #[uniffi(default = [])]
    pub configurations: Vec<String>,
    /// The code that came by another way, if one is asked for.
    #[uniffi(default = None)]
    pub tx_code: Option<String>,
    /// How the app comes back from a sign-in in the browser.
    #[uniffi(default = None)]
    pub browser: Option<BrowserApp>,
    /// How many single-use copies of each; 0 for as many as the issuer gives.
    #[uniffi(default = 0)]
    pub copies: u32,
}

/// How far a receiving has come. Unless it is done, it is kept in the wallet under its id and survives the app's end.
///
/// ```text
/// came = offer.accept(Acceptance(browser=app), client)
/// if isinstance(came, Receiving.BROWSER): came = wallet.resume(came.id, client, returned=open_browser(came.url))
/// if isinstance(came, Receiving.DONE): show(came.credentials, came.refused)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum Receiving {
    /// It is done.
    Done {
        /// The ids of the credentials that were stored.
        credentials: Vec<String>,
        /// Those that were not, and why.
        refused: Vec<RefusedCredential>,
    },
    /// Open this URL in the browser; `resume` takes the URL that it comes back with.
    Browser {
        /// The id to resume under.
        id: String,
        /// The URL to open.
        url: String,
    },
    /// The issuer needs time (a clerk looks at it): `resume` after this time.
    Later {
        /// The id to resume under.
        id: String,
        /// When to ask again at the earliest.
        not_before: SystemTime,
    },
}

/// A receiving that is under way.
///
/// ```text
/// for pending in wallet.pending(): show(pending.title, pending.issuer, pending.not_before)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Pending {
    /// Its id.
    pub id: String,
    /// What is being received.
    pub title: String,
    /// From whom.
    pub issuer: String,
    /// When it began.
    pub begun: SystemTime,
    /// When to ask again at the earliest, if the issuer said so.
    pub not_before: Option<SystemTime>,
    /// The URL that the person was sent to, if they are to sign in.
    pub browser: Option<String>,
}

/// A credential of which more should be asked for.
///
/// ```text
/// for due in wallet.due(): show(due.credential, due.copies)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Due {
    /// The credential, or one of its copies.
    pub credential: String,
    /// Whether its copies run out; if not, it ends soon or has ended.
    pub copies: bool,
}

impl Due {
    pub(super) const fn why(&self) -> receive::WhyDue {
        if self.copies { receive::WhyDue::Copies } else { receive::WhyDue::Expiry }
    }
}

/// When more should be asked for.
///
/// ```text
/// due = wallet.due(RenewalPlan(fewest_copies=5, days_before=30))
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Record)]
pub struct RenewalPlan {
    /// Copies that were never shown, fewer than which are refilled.
    #[uniffi(default = 3)]
    pub fewest_copies: u32,
    /// Days before its end at which a credential is asked for anew.
    #[uniffi(default = 14)]
    pub days_before: u32,
}

impl From<RenewalPlan> for receive::RenewalPlan {
    fn from(plan: RenewalPlan) -> Self {
        Self {
            fewest_copies: usize::try_from(plan.fewest_copies).unwrap_or(usize::MAX),
            days_before: i64::from(plan.days_before),
        }
    }
}

/// An offer that was understood.
///
/// ```text
/// offer = wallet.open_offer(offer_link, client)
/// show(offer.preview().spoken)
/// came = offer.accept(Acceptance(tx_code=code), client)
/// ```
#[derive(uniffi::Object)]
pub struct Offer {
    wallet: Arc<Wallet>,
    offered: Offered,
}

impl core::fmt::Debug for Offer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Offer").finish_non_exhaustive()
    }
}

#[uniffi::export]
impl Wallet {
    /// Opens an offer: the text of its link or QR code, or its own JSON.
    ///
    /// ```text
    /// offer = wallet.open_offer(offer_link, client)
    /// show(offer.preview().spoken)
    /// ```
    ///
    /// Errors: `Offline`; `Internal` if the client is broken; `Input` for what cannot be followed, with the protocol's own code.
    pub fn open_offer(self: Arc<Self>, link: String, client: Arc<dyn HttpClient>) -> Result<Arc<Offer>, TamarackError> {
        outside_callbacks()?;
        let mut opening = Opening::new(&link).map_err(TamarackError::from)?;
        match drive(&*client, |reply| self.step(|means, _| opening.step(means, reply)))? {
            End::Done(offered) => Ok(Arc::new(Offer::of(self, offered))),
            End::Browser(_) | End::Later(_) => Err(tamarack::Code::Internal.into()),
        }
    }

    /// Goes on with a receiving: after the browser came back (`returned`: the URL it came back with), after its time, or after
    /// the app was ended.
    ///
    /// ```text
    /// for pending in wallet.pending(): came = wallet.resume(pending.id, client)
    /// ```
    ///
    /// Errors: `Offline`, after which it can be resumed again; any other ends it.
    #[uniffi::method(default(returned = None))]
    pub fn resume(
        &self,
        id: String,
        client: Arc<dyn HttpClient>,
        returned: Option<String>,
    ) -> Result<Receiving, TamarackError> {
        let receiving = self.step(|means, _| receive::Receiving::resume(means.store, &id))?;
        self.receive(receiving, &*client, returned.map_or(Event::Go, Event::Returned))
    }

    /// The credentials of which more should be asked for: copies run out, or they end soon. Call it after a start of the app, and
    /// `renew` each.
    ///
    /// `plan`: when more should be asked for; none for fewer than 3 unshown copies, and 14 days before the end.
    ///
    /// ```text
    /// for due in wallet.due(): came = wallet.renew(due, client)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    #[uniffi::method(default(plan = None))]
    pub fn due(&self, plan: Option<RenewalPlan>) -> Result<Vec<Due>, TamarackError> {
        let plan = plan.map(receive::RenewalPlan::from).unwrap_or_default();
        let due = self.step(|means, _| receive::due(means.store, means.clock.now(), plan))?;
        let of = |one: receive::Due| Due { credential: one.credential, copies: one.why == receive::WhyDue::Copies };
        Ok(due.into_iter().map(of).collect())
    }

    /// Asks for more of a credential, with the right that its issuer gave: fresh copies, or the next one in the place of one that ends.
    /// The old ones stay until the new ones are stored.
    ///
    /// ```text
    /// came = wallet.renew(due, client)
    /// if isinstance(came, Receiving.DONE): show(came.credentials)
    /// ```
    ///
    /// Errors: `Input` with `renewal.none`, `record.missing`; as `resume`.
    pub fn renew(&self, due: Due, client: Arc<dyn HttpClient>) -> Result<Receiving, TamarackError> {
        let receiving =
            self.step(|means, random| receive::Receiving::renew(&due.credential, due.why(), means, random))?;
        self.receive(receiving, &*client, Event::Go)
    }

    /// Gives a receiving up.
    ///
    /// ```text
    /// for pending in wallet.pending(): wallet.cancel(pending.id)
    /// ```
    ///
    /// Errors: `Input` with `record.missing`; `Storage`, `Locked`.
    pub fn cancel(&self, id: String) -> Result<(), TamarackError> {
        self.step(|means, _| receive::Receiving::resume(means.store, &id)?.cancel(means))
    }

    /// The receivings that are under way.
    ///
    /// ```text
    /// waiting = [pending.title for pending in wallet.pending()]
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn pending(&self) -> Result<Vec<Pending>, TamarackError> {
        let views = self.step(|means, _| receive::pending(means.store, means.lang))?;
        let view = |view: receive::PendingView| Pending {
            id: view.id,
            title: view.title,
            issuer: view.issuer,
            begun: system_time(view.begun),
            not_before: view.not_before.map(system_time),
            browser: view.browser,
        };
        Ok(views.into_iter().map(view).collect())
    }
}

impl Wallet {
    fn receive(
        &self,
        mut receiving: receive::Receiving,
        client: &dyn HttpClient,
        first: Event,
    ) -> Result<Receiving, TamarackError> {
        let mut first = Some(first);
        let end = drive(client, |reply| {
            let event = first.take().or_else(|| reply.map(Event::Reply)).unwrap_or(Event::Go);
            self.step(|means, random| receiving.step(means, event, random))
        })?;
        let id = receiving.id().to_owned();
        Ok(match end {
            End::Done(Received { credentials, refused }) => {
                Receiving::Done { credentials, refused: refused.into_iter().map(RefusedCredential::from).collect() }
            }
            End::Browser(url) => Receiving::Browser { id, url },
            End::Later(not_before) => Receiving::Later { id, not_before: system_time(not_before) },
        })
    }
}

#[uniffi::export]
impl Offer {
    /// What the person sees before accepting it.
    ///
    /// ```text
    /// preview = offer.preview()
    /// show(preview.issuer_name, preview.standing_sentence, [one.name for one in preview.credentials])
    /// ```
    ///
    /// Errors: `Locked`.
    pub fn preview(&self) -> Result<OfferPreview, TamarackError> {
        self.wallet.step(|means, _| Ok(OfferPreview::from(self.offered.preview(means))))
    }

    /// Takes the offer up, as the person said, as far as it goes at once. What comes is verified before it is kept; what does not
    /// verify, or is revoked already, is refused with its reasons.
    ///
    /// ```text
    /// came = offer.accept(Acceptance(tx_code=code), client)
    /// if isinstance(came, Receiving.DONE): show(came.credentials, came.refused)
    /// ```
    ///
    /// Errors: `Input` (`offer.code`) for a code that is missing or wrong, after which the same offer is accepted with another; `Offline`,
    /// after which `Wallet.pending` has what to resume; `Denied`.
    pub fn accept(&self, acceptance: Acceptance, client: Arc<dyn HttpClient>) -> Result<Receiving, TamarackError> {
        let receiving = self.accepted(acceptance)?;
        self.wallet.receive(receiving, &*client, Event::Go)
    }

    /// The person's no: nothing is sent, and the history says that an offer was not taken up.
    ///
    /// ```text
    /// offer.decline()
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn decline(&self) -> Result<(), TamarackError> {
        self.wallet.step(|means, random| self.offered.decline(means, random))
    }
}

impl Offer {
    pub(super) const fn of(wallet: Arc<Wallet>, offered: Offered) -> Self {
        Self { wallet, offered }
    }

    pub(super) fn wallet(&self) -> Arc<Wallet> {
        Arc::clone(&self.wallet)
    }

    pub(super) fn accepted(&self, acceptance: Acceptance) -> Result<receive::Receiving, TamarackError> {
        let app = |app: BrowserApp| receive::BrowserApp { client_id: app.client_id, redirect_uri: app.redirect_uri };
        let acceptance = receive::Acceptance {
            configurations: acceptance.configurations,
            tx_code: acceptance.tx_code,
            browser: acceptance.browser.map(app),
            copies: acceptance.copies,
        };
        self.wallet.step(|means, random| self.offered.accept(&acceptance, means, random))
    }
}
