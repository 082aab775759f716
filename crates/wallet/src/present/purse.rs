//! The credentials that may answer a request, with what is needed to show them.

use tamarack::Evidence;
use tamarack::jsonld::Contexts;
use tamarack::present::{Held, Holder};
use tamarack_openid4vc::vp::dcql::{Authorities, Matches, Query, World, match_held};
use tamarack_openid4vc::vp::request::Request;

use crate::contexts;
use crate::credentials::{self, StoredCredential, Summary};
use crate::error::Result;
use crate::holder;
use crate::keys::HolderKey;
use crate::means::Means;
use crate::receive::Beside;
use crate::words::Label;

/// Everything that a consent is held against: the request as it was read, and what was found for it.
pub(crate) struct Inner {
    pub(crate) request: Request,
    pub(crate) cards: Vec<Card>,
    /// The same credentials in the same order, as the matching wants them.
    pub(crate) held: Vec<Held>,
    pub(crate) matches: Option<Matches>,
    pub(crate) contexts: Evidence,
}

/// A credential that may answer.
pub(crate) struct Card {
    pub(crate) summary: Summary,
    pub(crate) stored: StoredCredential,
    pub(crate) labels: Vec<Label>,
}

impl Inner {
    /// Looks for what answers a request. Of the copies of one credential, the one that was shown least stands for all.
    pub(crate) fn of(request: Request, means: &Means<'_>) -> Result<Self> {
        let Some(query) = request.query.clone() else {
            let (cards, held, contexts) = (Vec::new(), Vec::new(), Evidence::none());
            return Ok(Self { request, cards, held, matches: None, contexts });
        };
        let (mut cards, mut held) = (Vec::new(), Vec::new());
        for (summary, stored, one) in least_shown(means, &query)? {
            let labels = Beside::of(&stored).labels;
            cards.push(Card { summary, stored, labels });
            held.push(one);
        }
        let known = contexts::load(means.store, held.iter().map(Held::document))?;
        let authorities = Authorities::none();
        let all = known.contexts();
        let world = World::new(&all, &authorities).for_verifier(&request.metadata);
        let matches = Some(match_held(&query, &held, &world));
        Ok(Self { request, cards, held, matches, contexts: known })
    }

    pub(crate) fn contexts(&self) -> Contexts<'_> {
        self.contexts.contexts()
    }
}

fn least_shown(means: &Means<'_>, query: &Query) -> Result<Vec<(Summary, StoredCredential, Held)>> {
    let mut fitting = credentials::fitting(means.store, query)?;
    fitting.sort_by(|a, b| (a.shown, &a.id).cmp(&(b.shown, &b.id)));
    let mut batches: Vec<String> = Vec::new();
    let mut all = Vec::new();
    for summary in fitting {
        if let Some(batch) = &summary.batch {
            if batches.contains(batch) {
                continue;
            }
            batches.push(batch.clone());
        }
        let stored = credentials::read(means.store, &summary.id)?;
        let held = stored.held()?;
        all.push((summary, stored, held));
    }
    Ok(all)
}

/// A key that can sign, and the name under which it does.
pub(crate) struct Hand<'m> {
    signer: HolderKey<'m>,
    url: String,
}

impl<'m> Hand<'m> {
    /// The key of a credential, if it is bound to one.
    pub(crate) fn of(stored: &StoredCredential, means: &Means<'m>) -> Result<Option<Self>> {
        let Some(id) = &stored.key else { return Ok(None) };
        let signer = holder::open(means, id)?;
        let url = signer.verification_method();
        Ok(Some(Self { signer, url }))
    }

    pub(crate) fn holder(&self) -> Holder<'_> {
        Holder { signer: &self.signer, verification_method: &self.url }
    }
}
