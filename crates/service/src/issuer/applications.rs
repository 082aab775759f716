//! Applications: credentials that a clerk must approve. They wait in the store, with what is to be issued and to whom, until
//! the wallet that asked has fetched them or they are over.

use serde::{Deserialize, Serialize};
use tamarack::json::{self, Object, Value};
use tamarack::proof::HolderCommitment;
use tamarack::{Code, Fault, SystemRandomness, Timestamp};
use tamarack_openid4vc::oauth::access::AccessToken;
use tamarack_openid4vc::vci::credential::CredentialResponse;
use tamarack_openid4vc::vci::deferred::Transaction;
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::answer::store;
use super::applicant::Assured;
use super::credential::{internal, used_nonces};
use super::make::Bound;
use super::offers::{APPLIED, DECIDED, Kept, SUBJECT};
use super::once::Once;
use super::service::IssuerService;
use crate::http::RandomId;
use crate::store::issuing::{Issuing, Step};
use crate::store::{AuditEvent, Database, Exchange, ExchangeFile, FileName, NewExchange, NewTicket, StoreError};

/// The kind of the exchanges.
pub const KIND: &str = "application";
/// The kind of the tickets that lead to them.
pub(super) const TICKET: &str = "transaction_id";
/// After how many seconds a wallet may ask again.
const INTERVAL: i64 = 5;
/// For how many seconds an application is kept: 30 days.
pub(super) const SECONDS: i64 = 30 * 86_400;
/// Characters of a clerk's reason.
const REASON: usize = 500;

/// Where an application stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApplicationState {
    /// Nobody has decided yet.
    Waiting,
    /// The wallet may fetch its credentials.
    Approved,
    /// It may not.
    Refused,
    /// It has them.
    Delivered,
}

impl ApplicationState {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Delivered => "delivered",
        }
    }

    /// The state with this name. An unknown one gives nothing away.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name {
            "waiting" => Self::Waiting,
            "approved" => Self::Approved,
            "delivered" => Self::Delivered,
            _ => Self::Refused,
        }
    }
}

/// What an application holds.
#[derive(Clone, Serialize, Deserialize)]
pub struct Application {
    /// The credential configuration.
    pub configuration: String,
    /// The claims to be issued, as JSON; gone when they were.
    pub claims: Option<String>,
    /// How the applicant signed in, if they did.
    #[serde(default)]
    pub assured: Option<Assured>,
    /// The DIDs of the keys to which the credentials are bound; none for one that is bound to nobody.
    pub holders: Vec<Option<String>>,
    /// The commitments to the secrets to which they are bound, if to no keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commitments: Vec<String>,
    /// What the protocol keeps of it.
    pub transaction: Transaction,
    /// Where the files that came with the offer are.
    pub subject: String,
    /// Who decided.
    pub clerk: Option<String>,
    /// Why, in words for the applicant.
    pub reason: Option<String>,
    /// The language in which the applicant reads: `en` or `fr`.
    #[serde(default)]
    pub language: Option<String>,
    /// Who made the offer.
    #[serde(default)]
    pub offered_by: Option<String>,
}

impl Application {
    fn bind(&mut self, all: &[Bound]) {
        for bound in all {
            match bound {
                Bound::Nothing => self.holders.push(None),
                Bound::Key(did) => self.holders.push(Some(did.clone())),
                Bound::Secrets(commitment) => self.commitments.push(commitment.to_json()),
            }
        }
    }

    /// What its credentials are bound to, which is forgotten with it.
    pub(super) fn take_bound(&mut self) -> Result<Vec<Bound>, Fault> {
        let holders = std::mem::take(&mut self.holders).into_iter();
        let keys = holders.map(|did| Ok(did.map_or(Bound::Nothing, Bound::Key)));
        let commitments = std::mem::take(&mut self.commitments).into_iter();
        keys.chain(commitments.map(|text| HolderCommitment::parse(text.as_bytes()).map(Bound::Secrets))).collect()
    }
}

/// The claims are somebody's.
impl core::fmt::Debug for Application {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Application").field("configuration", &self.configuration).finish_non_exhaustive()
    }
}

/// An application in the queue.
#[derive(Clone, Debug)]
pub struct Queued {
    /// Its id: for clerks, not secret.
    pub id: String,
    /// Where it stands.
    pub state: ApplicationState,
    /// When it came.
    pub created: Timestamp,
    /// What it holds.
    pub application: Application,
    /// As it was read.
    exchange: Exchange,
}

/// A clerk's decision.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'d> {
    /// Whether the wallet may have its credentials.
    pub approve: bool,
    /// Who decides, for the audit log.
    pub clerk: &'d str,
    /// What kind of reason it is, for the audit log: one of a few words, nothing about the person.
    pub category: Option<&'d str>,
    /// The reason in words for the applicant; a refusal needs one.
    pub reason: Option<&'d str>,
    /// For how many seconds the files are kept from now on.
    pub files_seconds: i64,
}

/// Why a clerk's decision did not count.
#[derive(Debug)]
#[non_exhaustive]
pub enum DecisionError {
    /// Somebody decided already.
    Decided,
    /// A refusal without a reason, or one that is too long.
    Reason,
    /// The store.
    Store(StoreError),
}

impl From<StoreError> for DecisionError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Queued {
    fn read(exchange: Exchange) -> Result<Self, StoreError> {
        let application =
            serde_json::from_str(&exchange.payload).map_err(|_| StoreError::Database("decode".to_owned()))?;
        let state = ApplicationState::parse(&exchange.state);
        Ok(Self { id: exchange.id.clone(), state, created: exchange.created, application, exchange })
    }

    /// The application with this id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(database: &Database, id: &str, now: Timestamp) -> Result<Self, StoreError> {
        let found = database.exchange(KIND, id, now).await?;
        Self::read(found.ok_or_else(|| StoreError::NotFound(id.to_owned()))?)
    }

    /// The applications in a state, or in any, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn list(
        database: &Database,
        state: Option<ApplicationState>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        let found = database.exchanges(KIND, state.map(ApplicationState::as_str), limit, now).await?;
        found.into_iter().map(Self::read).collect()
    }

    /// The applications in a state, or in any, behind one of them, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn list_after(
        database: &Database,
        state: Option<ApplicationState>,
        after: Option<(Timestamp, &str)>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        let found = database.exchanges_after(KIND, state.map(ApplicationState::as_str), after, limit, now).await?;
        found.into_iter().map(Self::read).collect()
    }

    /// The names of the files that it brings.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn file_names(&self, database: &Database) -> Result<Vec<FileName>, StoreError> {
        database.exchange_file_names(SUBJECT, &self.application.subject).await
    }

    /// One of the files that it brings.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn file(&self, database: &Database, name: &str) -> Result<Option<ExchangeFile>, StoreError> {
        database.exchange_file(SUBJECT, &self.application.subject, name).await
    }

    /// The files that it brings.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn files(&self, database: &Database) -> Result<Vec<ExchangeFile>, StoreError> {
        database.exchange_files(SUBJECT, &self.application.subject).await
    }

    /// Decides it, once. What the offer knew of the person is forgotten with it, and its files after a while.
    ///
    /// # Errors
    /// [`DecisionError::Decided`] if somebody else did; [`DecisionError::Reason`].
    pub async fn decide(
        &self,
        database: &Database,
        decision: &Decision<'_>,
        now: Timestamp,
    ) -> Result<(), DecisionError> {
        if self.state != ApplicationState::Waiting {
            return Err(DecisionError::Decided);
        }
        let approve = decision.approve;
        let reason = decision.reason.map(str::trim).filter(|reason| !reason.is_empty());
        if reason.is_none() && !approve || reason.is_some_and(|reason| reason.chars().count() > REASON) {
            return Err(DecisionError::Reason);
        }
        let encode = |_| StoreError::Database("encode".to_owned());
        let state = if approve { ApplicationState::Approved } else { ApplicationState::Refused };
        let mut application = self.application.clone();
        application.clerk = Some(decision.clerk.to_owned());
        application.reason = reason.map(str::to_owned);
        if !approve {
            application.claims = None;
        }
        let payload = serde_json::to_string(&application).map_err(encode)?;
        let action = if approve { "application.approve" } else { "application.refuse" };
        // The clerk's own words may name what is in the application: they stay with it, and are forgotten with it.
        let detail = decision.category.map(|category| serde_json::json!({"reason": category}).to_string());
        let detail = detail.unwrap_or_default();
        let event = AuditEvent { at: now, actor: decision.clerk, action, object: &self.id, detail: &detail };
        let step =
            Step { kind: KIND, read: &self.exchange, state: state.as_str(), payload: &payload, at: now, expires: None };
        let known = database.exchange(SUBJECT, &self.application.subject, now).await?;
        let left = known.as_ref().map(|known| Kept::parse(&known.payload).map(Kept::without_claims));
        let left = left.transpose()?.map(|left| serde_json::to_string(&left)).transpose().map_err(encode)?;
        let also = known.as_ref().zip(left.as_deref()).map(|(read, payload)| Step {
            kind: SUBJECT,
            read,
            state: DECIDED,
            payload,
            at: now,
            expires: Some(now.plus_seconds(decision.files_seconds)),
        });
        let issuing = Issuing { events: &[event], step: Some(step), also, ..Issuing::default() };
        if database.record_issued(&issuing).await? { Ok(()) } else { Err(DecisionError::Decided) }
    }

    /// As it was read.
    pub(super) const fn exchange(&self) -> &Exchange {
        &self.exchange
    }
}

/// What somebody applies for.
pub(super) struct Wanted<'w> {
    pub(super) configuration: &'w str,
    pub(super) claims: &'w Object<'w>,
    pub(super) assured: Option<Assured>,
    pub(super) bound: &'w [Bound],
}

/// Puts a credential request into the queue, and puts the wallet off.
pub(super) async fn open(
    service: &IssuerService,
    token: &AccessToken,
    wanted: &Wanted<'_>,
    nonces: &[String],
    once: &mut Once,
    now: Timestamp,
) -> Result<CredentialResponse, Refusal> {
    let Wanted { configuration, claims, assured, bound } = wanted;
    let (response, transaction) =
        Transaction::open(token, configuration, INTERVAL, SECONDS, now, &mut SystemRandomness)?;
    let CredentialResponse::Deferred { transaction_id, .. } = &response else {
        return Err(internal(Code::Internal.into()));
    };
    let claims = json::to_string(&Value::Object((*claims).clone().into_owned()));
    let expires = transaction.expires;
    let mut application = Application {
        configuration: (*configuration).to_owned(),
        claims: Some(claims),
        assured: assured.clone(),
        holders: Vec::new(),
        commitments: Vec::new(),
        transaction,
        subject: token.authorization.subject.clone(),
        clerk: None,
        reason: None,
        language: None,
        offered_by: None,
    };
    application.bind(bound);
    let known = service.database().exchange(SUBJECT, &application.subject, now).await.map_err(store)?;
    let mut left = match &known {
        Some(known) => Kept::parse(&known.payload).map_err(store)?,
        None => Kept::default(),
    };
    application.language.clone_from(&left.language);
    application.offered_by.clone_from(&left.by);
    let payload = serde_json::to_string(&application).map_err(|_| internal(Code::Internal.into()))?;
    // A letter first: on a command line it must not look like an option.
    let id = format!("r{}", RandomId::new().map_err(internal)?.as_str());
    let ticket = NewTicket { kind: TICKET, secret: transaction_id, family: "", payload: &id, created: now, expires };
    let detail = serde_json::json!({"type": configuration}).to_string();
    let event = AuditEvent { at: now, actor: "wallet", action: "application.open", object: &id, detail: &detail };
    let new = NewExchange {
        kind: KIND,
        id: &id,
        state: ApplicationState::Waiting.as_str(),
        payload: &payload,
        created: now,
        expires,
    };
    let (proofs, nonces) = (once.tickets(), used_nonces(nonces, now));
    // The files wait with the application, and the applicant's page finds it.
    left.application = Some(id.clone());
    let left = serde_json::to_string(&left).map_err(|_| internal(Code::Internal.into()))?;
    let also = known.as_ref().map(|read| Step {
        kind: SUBJECT,
        read,
        state: APPLIED,
        payload: &left,
        at: now,
        expires: Some(expires),
    });
    let (tickets, events) = ([ticket], [event]);
    let issuing = Issuing {
        proofs: &proofs,
        once: &nonces,
        tickets: &tickets,
        events: &events,
        begin: Some(new),
        also,
        ..Issuing::default()
    };
    let recorded = service.database().record_issued(&issuing).await.map_err(store)?;
    once.settle(recorded, Refusal::new(RefusalCode::InvalidNonce, "a nonce that was used before"))?;
    Ok(response)
}
