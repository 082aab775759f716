//! Whom a wallet trusts.

use tamarack::Fault;
use tamarack::trust::TrustList;
use tamarack_openid4vc::vp::client_id::Registered;
use tamarack_openid4vc::vp::transaction_data;
use tamarack_wallet::{Strangers, Trust};

use super::LocalText;
use crate::error::TamarackError;
use crate::keys::read_public;
use crate::object::object;

/// A verifier that somebody vouches for.
///
/// ```text
/// name = LocalText(en="The shop", fr="Le magasin")
/// shop = KnownVerifier(client_id="x509_san_dns:shop.example", name=name, may_ask=["ageOver19"])
/// wallet.change_trust(TrustOptions(trust_list=trust, verifiers=[shop]))
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct KnownVerifier {
    /// Its client identifier, letter by letter, with its prefix.
    pub client_id: String,
    /// Its name.
    pub name: LocalText,
    /// The names of the claims that it may ask for, such as `ageOver19`; none for no limit.
    #[uniffi(default = None)]
    pub may_ask: Option<Vec<String>>,
}

/// Somebody who may vouch for verifiers with an attestation (a client identifier with the prefix `verifier_attestation:`).
///
/// ```text
/// attester = Attester(issuer="https://registry.example", key=public.jwk)
/// wallet.change_trust(TrustOptions(trust_list=trust, attesters=[attester]))
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Attester {
    /// The `iss` of its attestations, letter by letter.
    pub issuer: String,
    /// The public key that signs them: a Multikey, a JWK as JSON text, or PEM.
    pub key: String,
}

/// A verifier whose identifier was agreed beforehand (a client identifier without a prefix).
///
/// ```text
/// office = RegisteredVerifier(client_id="office", redirect_uris=["https://office.example/answer"], key=public.jwk)
/// wallet.change_trust(TrustOptions(trust_list=trust, registered=[office]))
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct RegisteredVerifier {
    /// Its client identifier, letter by letter.
    pub client_id: String,
    /// The URLs that its answers may go to.
    pub redirect_uris: Vec<String>,
    /// The public key with which it signs its requests, which then must be signed: a Multikey, a JWK as JSON text, or PEM.
    #[uniffi(default = None)]
    pub key: Option<String>,
    /// Its metadata, JSON text, in the place of what it says itself.
    #[uniffi(default = None)]
    pub metadata: Option<String>,
}

/// What kind of value a field of transaction data has.
///
/// ```text
/// amount = TransactionField(name="amount", kind=FieldKind.NUMBER)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum FieldKind {
    /// A text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Bool,
    /// A list.
    List,
    /// An object.
    Object,
}

/// A field of a type of transaction data.
///
/// ```text
/// note = TransactionField(name="note", kind=FieldKind.TEXT, required=False)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct TransactionField {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it must be there.
    #[uniffi(default = true)]
    pub required: bool,
}

/// A type of transaction data that the app can show to the person: what is agreed to by showing a credential. It stands in
/// `ConsentView.agreements`, and its hash in what the holder's key signs.
///
/// ```text
/// payment = TransactionType(name="payment", fields=[TransactionField(name="amount", kind=FieldKind.NUMBER)])
/// wallet.change_trust(TrustOptions(trust_list=trust, transaction_types=[payment]))
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct TransactionType {
    /// Its name.
    pub name: String,
    /// Its fields, beside those that every type has. A request with others is refused.
    pub fields: Vec<TransactionField>,
}

/// Whom the person trusts, or whoever configured the app.
///
/// ```text
/// wallet.change_trust(TrustOptions(trust_list=trust, anchors=[authority]))
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct TrustOptions {
    /// The issuers whose credentials are taken: a trust list file, JSON text. Without one every issuer is a stranger.
    #[uniffi(default = None)]
    pub trust_list: Option<String>,
    /// Whether credentials of issuers that are on no list are taken after a warning; else they are refused.
    #[uniffi(default = false)]
    pub take_from_strangers: bool,
    /// The verifiers that somebody vouches for.
    #[uniffi(default = [])]
    pub verifiers: Vec<KnownVerifier>,
    /// The trust anchors of verifiers' certificates (X.509), each in DER.
    #[uniffi(default = [])]
    pub anchors: Vec<Vec<u8>>,
    /// Who may vouch for verifiers with an attestation.
    #[uniffi(default = [])]
    pub attesters: Vec<Attester>,
    /// The verifiers whose identifiers were agreed beforehand.
    #[uniffi(default = [])]
    pub registered: Vec<RegisteredVerifier>,
    /// The types of transaction data that the app can show to the person; others are refused.
    #[uniffi(default = [])]
    pub transaction_types: Vec<TransactionType>,
}

impl TrustOptions {
    pub(super) fn trust(self) -> Result<Trust, TamarackError> {
        let known = |verifier: KnownVerifier| tamarack_wallet::KnownVerifier {
            client_id: verifier.client_id,
            name: verifier.name.into(),
            may_ask: verifier.may_ask,
        };
        let attester = |attester: Attester| Ok((attester.issuer, read_public(&attester.key)?));
        Ok(Trust {
            issuers: self.trust_list.map(|list| TrustList::parse(list.as_bytes())).transpose()?,
            strangers: if self.take_from_strangers { Strangers::Warn } else { Strangers::Refuse },
            verifiers: self.verifiers.into_iter().map(known).collect(),
            anchors: self.anchors,
            attesters: self.attesters.into_iter().map(attester).collect::<Result<_, Fault>>()?,
            registered: self.registered.into_iter().map(registered).collect::<Result<_, Fault>>()?,
            transaction_types: self.transaction_types.into_iter().map(transaction_type).collect(),
        })
    }
}

fn registered(verifier: RegisteredVerifier) -> Result<Registered, Fault> {
    Ok(Registered {
        client_id: verifier.client_id,
        redirect_uris: verifier.redirect_uris,
        key: verifier.key.as_deref().map(read_public).transpose()?,
        metadata: verifier.metadata.as_deref().map(object).transpose()?.unwrap_or_default(),
    })
}

fn transaction_type(kind: TransactionType) -> transaction_data::TransactionType {
    let field = |field: TransactionField| transaction_data::Field {
        name: field.name,
        kind: match field.kind {
            FieldKind::Text => transaction_data::FieldKind::Text,
            FieldKind::Number => transaction_data::FieldKind::Number,
            FieldKind::Bool => transaction_data::FieldKind::Bool,
            FieldKind::List => transaction_data::FieldKind::List,
            FieldKind::Object => transaction_data::FieldKind::Object,
        },
        is_required: field.required,
    };
    transaction_data::TransactionType { name: kind.name, fields: kind.fields.into_iter().map(field).collect() }
}
