//! What came is verified, and only then stored.

use serde::{Deserialize, Serialize};
use tamarack::did::did_of;
use tamarack::json::Value;
use tamarack::keys::{PublicKey, Signer as _};
use tamarack::messages::{Explanation, Lang, check_name, check_result, explain};
use tamarack::present::Held;
use tamarack::verify::CheckId;
use tamarack::{CheckResult, Fault, Outcome, Randomness, Verdict};
use tamarack_openid4vc::vci::configuration::{CredentialConfiguration, Format};
use tamarack_openid4vc::vci::notification::Event;

use super::flow::Receiving;
use super::kept::{Kept, Stage};
use super::offer::Offered;
use super::renew;
use crate::credentials::{Localized, StoredCredential, Summary, new_id, put};
use crate::error::{Result, WalletCode};
use crate::fetch::Next;
use crate::history::{self, Entry, Involved, Party};
use crate::holder;
use crate::http::{HttpRequest, Reply};
use crate::means::Means;
use crate::store::Change;
use crate::{contexts, words};

/// What came of a receiving.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Received {
    /// The ids of the credentials that were stored.
    pub credentials: Vec<String>,
    /// Those that were not, and why.
    pub refused: Vec<Refused>,
}

/// A credential that came and was not stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refused {
    /// The credential configuration.
    pub configuration: String,
    /// Why, the gravest first.
    pub reasons: Vec<Reason>,
}

/// One reason why a credential was not stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reason {
    /// The check that found it, as the verdict names it; empty for one of the wallet's own.
    pub check: String,
    /// The stable code.
    pub code: String,
    /// Whether the check failed; if not, it could not be made.
    pub failed: bool,
    /// A sentence and a hint, in both languages.
    pub en: [String; 2],
    /// In French.
    pub fr: [String; 2],
}

impl Reason {
    /// A sentence, and a hint that says what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> Explanation {
        let [sentence, hint] = match lang {
            Lang::En => self.en.clone(),
            Lang::Fr => self.fr.clone(),
        };
        Explanation { sentence, hint }
    }

    fn own(code: WalletCode) -> Self {
        let both = |lang| {
            let error = crate::error::WalletError::new(code);
            let Explanation { sentence, hint } = error.message(lang);
            [sentence, hint]
        };
        Self {
            check: String::new(),
            code: code.as_str().to_owned(),
            failed: true,
            en: both(Lang::En),
            fr: both(Lang::Fr),
        }
    }

    fn of(check: &tamarack::Check) -> Self {
        let both = |lang| match &check.fault {
            Some(fault) => {
                let Explanation { sentence, hint } = explain(fault, lang);
                [sentence, hint]
            }
            None => [check_result(check.id, check.result, lang), check_name(check.id, lang)],
        };
        Self {
            check: check_id(check.id),
            code: check.code().map_or_else(String::new, |code| code.as_str().to_owned()),
            failed: check.result == CheckResult::Fail,
            en: both(Lang::En),
            fr: both(Lang::Fr),
        }
    }
}

fn check_id(id: CheckId) -> String {
    serde_json::to_value(id).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The reasons of a verdict that is no acceptance: what failed, then what could not be checked.
fn reasons(verdict: &Verdict) -> Vec<Reason> {
    let of = |result| verdict.checks().iter().filter(move |check| check.result == result).map(Reason::of);
    of(CheckResult::Fail).chain(of(CheckResult::Undetermined)).collect()
}

impl Offered {
    /// The issuer's name: by the trust list if somebody on it signed the metadata, else as it calls itself.
    pub(super) fn issuer_name(&self, means: &Means<'_>) -> Localized {
        let listed = match (&means.trust.issuers, &self.signed_by) {
            (Some(list), Some(did)) => list.issuer(did),
            _ => None,
        };
        match listed {
            Some(listed) => Localized { en: Some(listed.name.en.clone()), fr: Some(listed.name.fr.clone()) },
            None => words::bilingual(&self.issuer.display),
        }
    }

    /// Says no: nothing is sent, and the history says that an offer was not taken up.
    ///
    /// # Errors
    /// The store's.
    pub fn decline(&self, means: &Means<'_>, rng: &mut dyn Randomness) -> Result<()> {
        let mut entry = Entry::new(history::Event::OfferDeclined, means.now());
        let listed = means.trust.issuers.as_ref().zip(self.signed_by.as_ref());
        let trusted = listed.is_some_and(|(list, did)| list.issuer(did).is_some());
        entry.party = Some(Party { id: self.issuer().to_owned(), name: self.issuer_name(means), trusted });
        let involved = |id: &String| {
            let known = self.issuer.configuration(id);
            let display = known.and_then(|one| one.metadata.as_ref()).map(|metadata| metadata.display.as_slice());
            let kind = known.and_then(|one| match &one.format {
                Format::LdpVc { types, .. }
                | Format::JwtVcJson { types }
                | Format::JwtVcJsonLd { types, .. }
                | Format::VcdmSdJwt { types, .. } => types.last().cloned(),
                Format::SdJwtVc { vct } => Some(vct.clone()),
                Format::MsoMdoc { .. } | Format::Other(_) => None,
            });
            Involved {
                kind: kind.unwrap_or_else(|| id.clone()),
                title: words::bilingual(display.unwrap_or_default()),
                ..Involved::default()
            }
        };
        entry.credentials = self.offer.configurations.iter().map(involved).collect();
        means.store.write(&[entry.change(rng)?])
    }
}

impl Receiving {
    /// Verifies what came, and stores it. `None` when that is done: the stage is the next one.
    pub(super) fn check(
        &mut self,
        means: &Means<'_>,
        mut reply: Option<Reply>,
        rng: &mut dyn Randomness,
    ) -> Result<Option<HttpRequest>> {
        let issuer = self.kept.issuer()?;
        let wish = self.kept.queue.first().cloned().ok_or(WalletCode::FlowStep)?;
        let configuration = issuer.configuration(&wish.configuration).ok_or(WalletCode::FlowStep)?;
        let mut found: Vec<Reason> = Vec::new();
        let now = means.now();
        let policy = match self.kept.secrets {
            None => means.trust.policy(),
            Some(_) => means.trust.policy().expect_challenge(holder::MYSELF).expect_domain(holder::MYSELF),
        };
        for at in 0..self.kept.issued.len() {
            let Some(issued) = self.kept.issued.get(at).filter(|issued| !issued.good).cloned() else { continue };
            let evidence = self.kept.gathering.evidence();
            let input = match self.kept.secrets.clone() {
                // What is bound to secrets can be judged by whoever has them alone: by a showing of it.
                Some(secrets) => {
                    match holder::shown_to_oneself(means, &secrets, &issued.text, &evidence.contexts(), rng) {
                        Ok(shown) => shown,
                        Err(error) => {
                            found.push(error.fault().map_or_else(|| Reason::own(WalletCode::Internal), reason_of));
                            break;
                        }
                    }
                }
                None => issued.text.clone(),
            };
            match self.kept.gathering.judge(input.as_bytes(), &policy, now, reply.take()) {
                Ok(Next::Send(request)) => return Ok(Some(request)),
                Ok(Next::Verdict(verdict)) if verdict.outcome() == Outcome::Accept => {
                    found.extend(mismatch(&issued.text, configuration));
                    if let Some(issued) = self.kept.issued.get_mut(at) {
                        issued.good = true;
                    }
                }
                Ok(Next::Verdict(verdict)) => found = reasons(&verdict),
                // It is no credential at all.
                Err(error) => found.push(error.fault().map_or_else(|| Reason::own(WalletCode::Internal), reason_of)),
            }
            if !found.is_empty() {
                break;
            }
        }
        if found.is_empty() {
            match self.bindings(means)? {
                Some(keys) => self.store(&wish.configuration, configuration, &keys, means, rng)?,
                None => found.push(Reason::own(WalletCode::CredentialOtherKey)),
            }
        }
        if !found.is_empty() {
            self.kept.refused.push(Refused { configuration: wish.configuration, reasons: found });
            self.kept.event = Some(Event::CredentialFailure);
            self.kept.drop_keys(means)?;
            let reason = self.kept.refused.last().and_then(|one| one.reasons.first()).map(|one| one.code.clone());
            note_refused(&self.kept, reason, means, rng)?;
        }
        self.kept.issued.clear();
        self.kept.stage = Stage::Notify;
        Ok(None)
    }

    /// The key of each credential that came. `None` if one is bound to a key that is not this wallet's: it could never be shown.
    fn bindings(&self, means: &Means<'_>) -> Result<Option<Vec<Option<String>>>> {
        let mut own: Vec<(String, PublicKey)> = Vec::new();
        for id in &self.kept.keys {
            own.push((id.clone(), holder::open(means, id)?.public_key().clone()));
        }
        let mut all = Vec::new();
        for issued in &self.kept.issued {
            let held = Held::parse(issued.text.as_bytes())?;
            let found = match bound_key(&held) {
                Bound::Nobody => None,
                Bound::To(is_key) => match own.iter().find(|(_, key)| is_key(key)) {
                    Some((id, _)) => Some(id.clone()),
                    None => return Ok(None),
                },
            };
            all.push(found);
        }
        Ok(Some(all))
    }

    /// Stores what came in one write, with the stage after it: killed before, it is verified again; after, it is there once.
    fn store(
        &mut self,
        id: &str,
        configuration: &CredentialConfiguration,
        bound: &[Option<String>],
        means: &Means<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<()> {
        let kept = &mut self.kept;
        let metadata = configuration.metadata.as_ref();
        let labels = metadata.map(|metadata| words::labels(&metadata.claims)).unwrap_or_default();
        let title = metadata.map(|metadata| words::bilingual(&metadata.display)).unwrap_or_default();
        let issuer_url = kept.issuer()?.credential_issuer;
        let batch = match (&kept.batch, kept.issued.len()) {
            (Some(batch), _) => Some(batch.clone()),
            (None, 2..) => Some(new_id(rng)?),
            (None, _) => None,
        };
        let evidence = kept.gathering.evidence();
        let mut changes: Vec<Change> = renew::right(kept, rng)?.into_iter().collect();
        let wish = kept.queue.first().cloned().filter(|_| kept.renewal.is_some());
        let beside = renew::Beside { labels, renewal: kept.renewal.clone(), wish }.to_map()?;
        let (mut ids, mut involved) = (Vec::new(), Vec::new());
        for (issued, key) in kept.issued.iter().zip(bound) {
            let held = Held::parse(issued.text.as_bytes())?;
            let mut summary = Summary::of(&new_id(rng)?, &held, &evidence.contexts(), means.now());
            summary.title = title.clone();
            summary.issuer_name = issuer_name(kept, &summary.issuer, means);
            summary.batch = batch.clone();
            let mut credential = StoredCredential::new(issued.text.as_str());
            credential.key = key.clone();
            credential.secrets = kept.secrets.clone();
            credential.issuer_url = Some(issuer_url.clone());
            credential.configuration = Some(id.to_owned());
            credential.renewal = beside.clone();
            changes.extend(put(&credential, &summary)?);
            // The copies of one credential are one to the person.
            if involved.is_empty() {
                involved.push(Involved::of(&summary));
            }
            ids.push(summary.id);
        }
        changes.extend(contexts::keep(&evidence));
        // What no credential came for, and what only the old ones were bound to.
        let is_used = |id: &&String| bound.iter().flatten().any(|used| used == *id);
        let mut unused: Vec<String> = kept.keys.iter().filter(|id| !is_used(id)).cloned().collect();
        let (removal, keys) = holder::removal(means, &core::mem::take(&mut kept.replaces))?;
        changes.extend(removal);
        unused.extend(keys);
        kept.keys.clear();
        kept.secrets = None;
        kept.received.extend(ids);
        changes.push(entry(history::Event::Received, kept, involved, means).change(rng)?);
        kept.event = Some(Event::CredentialAccepted);
        kept.stage = Stage::Notify;
        kept.issued.clear();
        changes.push(self.saving()?);
        means.store.write(&changes)?;
        unused.iter().try_for_each(|id| holder::remove(means, id))
    }
}

/// Enters into the history that a credential was not kept, or not given: which, by whom and why.
pub(super) fn note_refused(
    kept: &Kept,
    reason: Option<String>,
    means: &Means<'_>,
    rng: &mut dyn Randomness,
) -> Result<()> {
    let issuer = kept.issuer().map(|issuer| issuer.credential_issuer).unwrap_or_default();
    // It never was in the wallet, and has no id there.
    let which = Involved { title: kept.title.clone(), issuer, ..Involved::default() };
    let mut entry = entry(history::Event::Refused, kept, vec![which], means);
    entry.reason = reason;
    means.store.write(&[entry.change(rng)?])
}

/// The entry of the history for what came, or did not.
fn entry(event: history::Event, kept: &Kept, credentials: Vec<Involved>, means: &Means<'_>) -> Entry {
    let mut entry = Entry::new(event, means.now());
    let id = kept.issuer().map(|issuer| issuer.credential_issuer).unwrap_or_default();
    let trusted = means
        .trust
        .issuers
        .as_ref()
        .is_some_and(|list| credentials.iter().any(|one| list.issuer(&one.issuer).is_some()));
    entry.party = Some(Party { id, name: kept.issuer_name.clone(), trusted });
    entry.credentials = credentials;
    entry
}

/// How the issuer that the credential names is called: by the trust list, else as the metadata says.
fn issuer_name(kept: &Kept, issuer: &str, means: &Means<'_>) -> Localized {
    match means.trust.issuers.as_ref().and_then(|list| list.issuer(issuer)) {
        Some(listed) => Localized { en: Some(listed.name.en.clone()), fr: Some(listed.name.fr.clone()) },
        None => kept.issuer_name.clone(),
    }
}

/// Whether a credential is what was offered: its format, and its types.
fn mismatch(text: &str, configuration: &CredentialConfiguration) -> Option<Reason> {
    let held = Held::parse(text.as_bytes()).ok()?;
    let document = held.document();
    let has = |name: &str, wanted: &[String]| {
        let items = document.get(name).map(Value::items).unwrap_or_default();
        wanted.iter().all(|wanted| items.iter().any(|item| item.as_str() == Some(wanted)))
    };
    let fits = match &configuration.format {
        Format::LdpVc { types, .. } => text.trim_start().starts_with('{') && has("type", types),
        Format::JwtVcJson { types } | Format::JwtVcJsonLd { types, .. } => {
            matches!(held.suite(), "jwt" | "vc+jwt") && has("type", types)
        }
        Format::VcdmSdJwt { types, .. } => held.suite() == "vc+sd-jwt" && has("type", types),
        Format::SdJwtVc { vct } => held.suite() == "dc+sd-jwt" && has("vct", core::slice::from_ref(vct)),
        Format::MsoMdoc { .. } | Format::Other(_) => false,
    };
    (!fits).then(|| Reason::own(WalletCode::CredentialOtherKind))
}

fn reason_of(fault: &Fault) -> Reason {
    let both = |lang| {
        let Explanation { sentence, hint } = explain(fault, lang);
        [sentence, hint]
    };
    Reason {
        check: check_id(CheckId::Structure),
        code: fault.code().as_str().to_owned(),
        failed: true,
        en: both(Lang::En),
        fr: both(Lang::Fr),
    }
}

/// To whom a credential is bound.
enum Bound {
    /// To nobody's key: whoever has it may show it.
    Nobody,
    /// To the key for which this says yes.
    To(Box<dyn Fn(&PublicKey) -> bool>),
}

fn bound_key(held: &Held) -> Bound {
    let document = held.document();
    if let Some(cnf) = document.get("cnf") {
        let jwk = cnf.get("jwk").map(PublicKey::from_jwk);
        return match (jwk, cnf.get("kid").and_then(Value::as_str)) {
            (Some(Ok(key)), _) => Bound::To(Box::new(move |own| *own == key)),
            (None, Some(kid)) => subject(kid),
            _ => Bound::To(Box::new(|_| false)),
        };
    }
    let subjects = document.get("credentialSubject").map(Value::items).unwrap_or_default();
    let mut dids = subjects.iter().filter_map(|subject| subject.get("id").and_then(Value::as_str));
    // A subject that is named by something else than a key (a citizen's number as a URL) binds nobody.
    match dids.find(|id| id.starts_with("did:key:") || id.starts_with("did:jwk:")) {
        Some(did) => subject(did),
        None => Bound::Nobody,
    }
}

fn subject(did: &str) -> Bound {
    let did = did_of(did).to_owned();
    Bound::To(Box::new(move |own| tamarack::did::did_key(own) == did || did_jwk_is(&did, own)))
}

/// Whether a `did:jwk` is that of a key.
fn did_jwk_is(did: &str, key: &PublicKey) -> bool {
    let Some(encoded) = did.strip_prefix("did:jwk:") else { return false };
    let jwk = tamarack::encoding::base64url_decode(encoded).ok();
    let jwk = jwk.and_then(|bytes| tamarack::json::parse(&bytes).map(Value::into_owned).ok());
    jwk.and_then(|jwk| PublicKey::from_jwk(&jwk).ok()).is_some_and(|found| found == *key)
}
