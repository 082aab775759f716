//! The member `transactionData` of an ask: what a person agrees to by showing a credential (OpenID4VP §5.1).
//!
//! ```json
//! "transactionData": [{
//!   "type": "https://shop.example/payment/1",
//!   "credentials": ["card"],
//!   "text": { "en": "Pay { amount } to Lakeside Store.", "fr": "Payer { amount } au Magasin du lac." },
//!   "data": { "payee": "Lakeside Store" },
//!   "fields": ["amount"]
//! }]
//! ```
//!
//! `fields` are what differs each time: the relying party's program gives them when it begins a request. `text` is what our
//! pages say of it; a wallet has words of its own for the types that it knows.

use serde_json::{Map, Value as Given};
use tamarack::json::{Object, Value};
use tamarack_openid4vc::vp::dcql::Query;
use tamarack_openid4vc::vp::transaction_data::TransactionData;

use super::Bilingual;
use super::read::{AskError, Members};

/// Pieces of one ask.
const PIECES: usize = 8;
/// Letters of a field's value.
const VALUE_CHARS: usize = 200;
/// The members that the protocol itself has.
const TAKEN: [&str; 3] = ["type", "credential_ids", "transaction_data_hashes_alg"];

/// One thing that a person agrees to by showing a credential.
#[derive(Clone, PartialEq, Debug)]
pub struct Transaction {
    /// Its type, which wallets know it by.
    pub kind: String,
    /// The credential queries one of which authorizes it.
    pub credentials: Vec<String>,
    /// What our pages say of it; `{ field }` stands for a field's value.
    pub text: Bilingual,
    /// What it always holds.
    pub data: Object<'static>,
    /// What the relying party's program gives each time.
    pub fields: Vec<String>,
}

/// One as it stands in a request.
pub(in crate::verifier) struct Filled {
    pub(in crate::verifier) kind: String,
    pub(in crate::verifier) encoded: String,
    pub(in crate::verifier) text: Bilingual,
}

impl Transaction {
    /// Puts the values of the fields in; `None` if they are others, or no plain texts.
    pub(in crate::verifier) fn fill(&self, values: &Map<String, Given>) -> Option<Filled> {
        let is_plain = |text: &&str| {
            !text.is_empty() && text.chars().count() <= VALUE_CHARS && !text.chars().any(char::is_control)
        };
        if values.len() != self.fields.len() {
            return None;
        }
        let (mut data, mut text) = (self.data.clone(), self.text.clone());
        for field in &self.fields {
            let value = values.get(field)?.as_str().filter(is_plain)?;
            data.insert(field.clone(), value.to_owned());
            let place = format!("{{ {field} }}");
            (text.en, text.fr) = (text.en.replace(&place, value), text.fr.replace(&place, value));
        }
        let ids: Vec<&str> = self.credentials.iter().map(String::as_str).collect();
        let encoded = TransactionData::new(&self.kind, &ids, &data).ok()?.encode();
        Some(Filled { kind: self.kind.clone(), encoded, text })
    }
}

pub(super) fn read(file: &Members<'_>, query: Option<&Query>) -> Result<Vec<Transaction>, AskError> {
    let Some(value) = file.get("transactionData") else { return Ok(Vec::new()) };
    let wrong = || AskError::new("ask.value", "/transactionData", "[{…}, …]");
    let items = value.as_array().filter(|items| (1..=PIECES).contains(&items.len())).ok_or_else(wrong)?;
    let pieces = items.iter().enumerate();
    pieces.map(|(at, item)| one(&Members::of(item, &format!("/transactionData/{at}"))?, query)).collect()
}

fn one(members: &Members<'_>, query: Option<&Query>) -> Result<Transaction, AskError> {
    members.known(&["type", "credentials", "text", "data", "fields"])?;
    let data = match members.get("data") {
        None => Object::new(),
        Some(Value::Object(data)) => data.clone().into_owned(),
        Some(_) => return Err(AskError::new("ask.value", members.at("data"), "{…}")),
    };
    let transaction = Transaction {
        kind: members.text("type")?.to_owned(),
        credentials: members.texts("credentials")?,
        text: members.bilingual("text")?,
        data,
        fields: members.texts("fields")?,
    };
    let taken = |name: &&str| TAKEN.contains(name);
    if let Some(name) = transaction.data.keys().find(taken) {
        return Err(AskError::new("ask.value", format!("{}/{name}", members.at("data")), TAKEN.join(" ")));
    }
    let clash = |name: &&String| transaction.data.contains_key(name) || taken(&name.as_str());
    if let Some(name) = transaction.fields.iter().find(clash) {
        return Err(AskError::new("ask.value", members.at("fields"), name.as_str()));
    }
    let ids: Vec<&str> = transaction.credentials.iter().map(String::as_str).collect();
    let piece = TransactionData::new(&transaction.kind, &ids, &transaction.data);
    // Only an SD-JWT VC that its holder shows can carry it.
    let carried = piece.and_then(|piece| piece.check_credentials(query));
    carried.map_err(|_| AskError::new("ask.value", members.at("credentials"), "dc+sd-jwt"))?;
    Ok(transaction)
}
