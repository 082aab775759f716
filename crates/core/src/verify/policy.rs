//! The policy: what a verifier asks for beyond a good signature. Strict unless a named call weakens it.

use std::sync::Arc;

use crate::trust::TrustList;
use crate::{EvidenceKind, Timestamp};

/// Whom to trust.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Trust {
    /// Nobody was named: no acceptance.
    Unset,
    /// The issuers of a list.
    List(Arc<TrustList>),
    /// Anyone with a good signature. For development and tests.
    InsecureAnyone,
}

/// What a verifier asks for. There is no acceptance without saying which issuers are trusted.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) trust: Trust,
    pub(crate) challenge: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) holder_may_differ: bool,
    pub(crate) as_holder: bool,
    pub(crate) clock_skew_seconds: i64,
    pub(crate) max_age: MaxAge,
    pub(crate) key_binding_seconds: i64,
    pub(crate) old_sd_jwt_vc_typ: bool,
    pub(crate) type_metadata_required: bool,
    pub(crate) pseudonym_required: bool,
}

/// How old evidence may be, in seconds. What is older leaves its check undetermined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MaxAge {
    /// DID documents, and the metadata and JWK Sets of issuers: a day.
    pub did_document: i64,
    /// Status lists: a day, and never beyond the list's own validity.
    pub status_list: i64,
    /// Schemas, and the metadata of types: a year.
    pub schema: i64,
    /// Contexts: no limit by default, as their digest or the signature pins them.
    pub context: i64,
    /// Related resources: no limit by default, as their digest pins them.
    pub resource: i64,
}

impl Default for MaxAge {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl MaxAge {
    const DEFAULT: Self = {
        const DAY: i64 = 86_400;
        Self { did_document: DAY, status_list: DAY, schema: 365 * DAY, context: i64::MAX, resource: i64::MAX }
    };

    pub(super) const fn of(self, kind: EvidenceKind) -> i64 {
        match kind {
            EvidenceKind::DidDocument | EvidenceKind::IssuerMetadata => self.did_document,
            EvidenceKind::StatusList => self.status_list,
            EvidenceKind::Schema | EvidenceKind::TypeMetadata => self.schema,
            EvidenceKind::Context => self.context,
            EvidenceKind::Resource => self.resource,
        }
    }
}

impl Policy {
    /// The strict policy with the issuers of a trust list.
    #[must_use]
    pub fn trusting(list: impl Into<Arc<TrustList>>) -> Self {
        Self::with(Trust::List(list.into()))
    }

    /// A policy that names no issuer: nothing is accepted; the other checks can still be read.
    #[must_use]
    pub const fn no_trust() -> Self {
        Self::with(Trust::Unset)
    }

    /// A policy that accepts **any** issuer with a good signature. Anybody can make one: for development and tests.
    #[must_use]
    pub const fn insecure_trust_any_issuer() -> Self {
        Self::with(Trust::InsecureAnyone)
    }

    const fn with(trust: Trust) -> Self {
        Self {
            trust,
            challenge: None,
            domain: None,
            holder_may_differ: false,
            as_holder: false,
            clock_skew_seconds: crate::limits::CLOCK_SKEW_SECONDS,
            max_age: MaxAge::DEFAULT,
            key_binding_seconds: crate::limits::KEY_BINDING_SECONDS,
            old_sd_jwt_vc_typ: false,
            type_metadata_required: false,
            pseudonym_required: false,
        }
    }

    /// Whether the two differ in challenge and domain at most.
    pub(super) fn is_of_one_verifier_with(&self, other: &Self) -> bool {
        let Self {
            trust,
            challenge: _,
            domain: _,
            holder_may_differ,
            as_holder,
            clock_skew_seconds,
            max_age,
            key_binding_seconds,
            old_sd_jwt_vc_typ,
            type_metadata_required,
            pseudonym_required,
        } = self;
        *trust == other.trust
            && *holder_may_differ == other.holder_may_differ
            && *as_holder == other.as_holder
            && *clock_skew_seconds == other.clock_skew_seconds
            && *max_age == other.max_age
            && *key_binding_seconds == other.key_binding_seconds
            && *old_sd_jwt_vc_typ == other.old_sd_jwt_vc_typ
            && *type_metadata_required == other.type_metadata_required
            && *pseudonym_required == other.pseudonym_required
    }

    /// The nonce that this verifier gave to the holder: a presentation must carry it.
    #[must_use]
    pub fn expect_challenge(mut self, challenge: impl Into<String>) -> Self {
        self.challenge = Some(challenge.into());
        self
    }

    /// This verifier's name: a presentation must be made for it.
    #[must_use]
    pub fn expect_domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Accepts a presentation by somebody else than the credential's subject (a parent for a child, a courier).
    #[must_use]
    pub const fn weaken_holder_may_differ(mut self) -> Self {
        self.holder_may_differ = true;
        self
    }

    /// For how many seconds the key-binding JWT of an SD-JWT is taken after it was made (RFC 9901 §7.3);
    /// [`crate::limits::KEY_BINDING_SECONDS`] if this is not called.
    #[must_use]
    pub const fn key_binding_seconds(mut self, seconds: i64) -> Self {
        self.key_binding_seconds = seconds;
        self
    }

    /// Asks for the type metadata of every SD-JWT VC. Without this, it is asked for where the credential states its digest
    /// (`vct#integrity`), and obeyed where the evidence has it.
    #[must_use]
    pub const fn require_type_metadata(mut self) -> Self {
        self.type_metadata_required = true;
        self
    }

    /// Asks for the holder's pseudonym in this verifier's domain ([`Self::expect_domain`]) with every credential: a showing by
    /// which the holder would not be recognised next time is refused.
    #[must_use]
    pub const fn require_pseudonym(mut self) -> Self {
        self.pseudonym_required = true;
        self
    }

    /// Accepts SD-JWT VCs with `vc+sd-jwt` as their `typ`, as drafts until November 2024 had it. That is the type of
    /// another kind of credential today.
    #[must_use]
    pub const fn weaken_old_sd_jwt_vc_typ(mut self) -> Self {
        self.old_sd_jwt_vc_typ = true;
        self
    }

    /// For a holder who checks a credential that an issuer gave him: a base proof of selective disclosure, which carries
    /// the holder's secret key and is refused from anybody who shows it, is judged like any other.
    #[must_use]
    pub const fn as_holder(mut self) -> Self {
        self.as_holder = true;
        self
    }

    /// How old evidence may be.
    #[must_use]
    pub const fn max_age(mut self, max_age: MaxAge) -> Self {
        self.max_age = max_age;
        self
    }

    /// The time up to which something dated `time` counts as not in the future.
    pub(crate) const fn latest_now(&self, now: Timestamp) -> Timestamp {
        now.plus_seconds(self.clock_skew_seconds)
    }
}
