//! What a person agrees to, and the record that it becomes.

use tamarack::Timestamp;
use tamarack::messages::Lang;

use super::record::{
    ConsentEvent, GIVEN, Information, PartyIdentification, Processing, Purpose, Record, SCHEMA, attribute,
};
use crate::history::{NamedClaim, Party};
use crate::texts;

/// What a person agrees to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Who may use the information (the PII controller).
    pub controller: Party,
    /// The controller's web address.
    pub url: Option<String>,
    /// Whom to write to about it.
    pub contact: Option<String>,
    /// For what, in the words that the person read.
    pub purpose: String,
    /// The language of those words.
    pub lang: Lang,
    /// Which information: the kind of credential and the claim, and whether the person could have said no to it alone.
    pub claims: Vec<AgreedClaim>,
    /// How it was collected, in the language of the purpose: one sentence for each credential.
    pub collected: Vec<String>,
    /// The controller's privacy notice, a URL.
    pub privacy_notice: Option<String>,
    /// Where a consent is withdrawn, a URL; without one, the record says that the wallet is the place.
    pub withdrawal_method: Option<String>,
    /// For how many seconds the controller keeps the information, if it said.
    pub retention_seconds: Option<i64>,
    /// Where the controller keeps it, if it said.
    pub storage_locations: Vec<String>,
    /// Whom the controller tells, if it said.
    pub recipients: Vec<String>,
    /// The jurisdiction, such as `CA-ON`.
    pub jurisdiction: Option<String>,
    /// For how many seconds the consent stands: within them, the same information may be shared again without being asked for.
    /// `None` for this once.
    pub stands_seconds: Option<i64>,
}

/// A claim that a person agrees to share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgreedClaim {
    /// The kind of the credential.
    pub kind: String,
    /// The claim.
    pub claim: NamedClaim,
    /// Whether it was optional.
    pub optional: bool,
}

impl Terms {
    pub(super) fn to_record(&self, id: String, principal: &str, now: Timestamp) -> Record {
        let controller = &self.controller;
        let name = |name: &crate::Localized| name.get(self.lang).map(str::to_owned);
        // The person can always withdraw it here, and hand over the receipt that says so.
        let own_way = || texts::text(self.lang, "receipt-withdrawal");
        let information = self.claims.iter().map(|agreed| Information {
            pii_type: name(&agreed.claim.label).unwrap_or_else(|| agreed.claim.pointer.clone()),
            pii_attribute_id: attribute(&agreed.kind, &agreed.claim.pointer),
            pii_optional: agreed.optional,
        });
        let purpose = Purpose {
            purpose: self.purpose.clone(),
            lawful_basis: "consent".to_owned(),
            pii_information: information.collect(),
            pii_controllers: vec![controller.id.clone()],
            collection_method: self.collected.clone(),
            storage_locations: self.storage_locations.clone(),
            retention_period: self.retention_seconds,
            recipient_third_parties: self.recipients.clone(),
            jurisdiction: self.jurisdiction.clone(),
            withdrawal_method: Some(self.withdrawal_method.clone().unwrap_or_else(own_way)),
        };
        let language = match self.lang {
            Lang::En => "en-CA",
            Lang::Fr => "fr-CA",
        };
        Record {
            schema_version: SCHEMA.to_owned(),
            receipt_id: Some(id.clone()),
            record_id: id,
            pii_principal_id: principal.to_owned(),
            pii_processing: Processing {
                privacy_notice: self.privacy_notice.clone(),
                language: language.to_owned(),
                purposes: vec![purpose],
            },
            party_identification: vec![PartyIdentification {
                party_id: controller.id.clone(),
                party_name: name(&controller.name),
                party_url: self.url.clone(),
                party_contact: self.contact.clone(),
                party_role: "PII controller".to_owned(),
            }],
            event: vec![ConsentEvent {
                event_time: now.to_string(),
                validity_duration: self.stands_seconds.unwrap_or_default().max(0),
                entity_id: principal.to_owned(),
                event_type: "explicit".to_owned(),
                event_state: GIVEN.to_owned(),
            }],
        }
    }
}
