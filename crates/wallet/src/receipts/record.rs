//! The record of a consent, its parts as ISO/IEC TS 27560:2023 names them (§6).

use serde::{Deserialize, Serialize};

pub(super) const SCHEMA: &str = "ISO/IEC TS 27560:2023";
pub(super) const GIVEN: &str = "consent given";
pub(super) const WITHDRAWN: &str = "consent withdrawn";

/// The record (TS 27560 §6): its parts as the specification names them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// The version of the structure.
    pub schema_version: String,
    /// The record's id.
    pub record_id: String,
    /// The receipt's id (§6.4): that of the record, of which it is a whole copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_id: Option<String>,
    /// The person, to this controller: the `did:key` of the receipt's key.
    pub pii_principal_id: String,
    /// What is done with which information.
    pub pii_processing: Processing,
    /// Who takes part.
    pub party_identification: Vec<PartyIdentification>,
    /// What happened to the consent, in order.
    pub event: Vec<ConsentEvent>,
}

/// `pii_processing`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Processing {
    /// The privacy notice, a URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy_notice: Option<String>,
    /// The language of what the person read.
    pub language: String,
    /// The purposes; here one.
    pub purposes: Vec<Purpose>,
}

/// One of `purposes`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Purpose {
    /// The purpose.
    pub purpose: String,
    /// `consent`.
    pub lawful_basis: String,
    /// The information.
    pub pii_information: Vec<Information>,
    /// The controllers, by their `party_id`.
    pub pii_controllers: Vec<String>,
    /// How the information came.
    pub collection_method: Vec<String>,
    /// Where it is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storage_locations: Vec<String>,
    /// Seconds for which it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_period: Option<i64>,
    /// Whom the controllers tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipient_third_parties: Vec<String>,
    /// The jurisdiction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<String>,
    /// Where the consent is withdrawn: a URL, or how in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal_method: Option<String>,
}

/// One of `pii_information`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Information {
    /// What it is, in the words that the person read.
    pub pii_type: String,
    /// Which claim: the kind of credential, `#`, and the JSON pointer.
    pub pii_attribute_id: String,
    /// Whether the person could have said no to it alone.
    pub pii_optional: bool,
}

/// One of `party_identification`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartyIdentification {
    /// The party's identifier.
    pub party_id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_name: Option<String>,
    /// Its address on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_url: Option<String>,
    /// Whom to write to there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_contact: Option<String>,
    /// `PII controller`.
    pub party_role: String,
}

/// One of `event`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConsentEvent {
    /// When.
    pub event_time: String,
    /// Seconds for which the consent stands; 0 for this once, and for a withdrawal.
    pub validity_duration: i64,
    /// Who: the person.
    pub entity_id: String,
    /// `explicit`.
    pub event_type: String,
    /// `consent given` or `consent withdrawn`.
    pub event_state: String,
}

/// What a record calls a claim of a kind of credential.
pub(super) fn attribute(kind: &str, pointer: &str) -> String {
    format!("{kind}#{pointer}")
}
