//! Transaction data: what a person agrees to by showing a credential, tied to the showing by its hash (OpenID4VP §5.1, §8.4,
//! B.3.3.1). Only an SD-JWT VC with its holder's key can carry the hashes.

use sha2::{Digest as _, Sha256, Sha384, Sha512};
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::json::{self, Object, Value};

use super::dcql::Query;
use crate::{Refusal, RefusalCode, Result, limits};

/// One piece of transaction data.
#[derive(Clone, PartialEq, Debug)]
pub struct TransactionData {
    /// Its type.
    pub kind: String,
    /// The credential queries that can authorize it: one of them does.
    pub credential_ids: Vec<String>,
    /// The hash algorithms that will do; the default alone if empty.
    pub hash_algorithms: Vec<HashAlgorithm>,
    /// All of it.
    pub members: Object<'static>,
    encoded: String,
}

/// A hash algorithm, by its name in the IANA registry of named information.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HashAlgorithm {
    /// `sha-256`: the default.
    Sha256,
    /// `sha-384`.
    Sha384,
    /// `sha-512`.
    Sha512,
}

/// What kind of value a field of transaction data has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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

/// A field that a type of transaction data has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it must be there.
    pub is_required: bool,
}

/// A type of transaction data that a wallet understands and can show to a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TransactionType {
    /// Its name.
    pub name: String,
    /// Its fields, beside those of §5.1. Others are refused.
    pub fields: Vec<Field>,
}

/// The members that every piece has.
const COMMON: [&str; 3] = ["type", "credential_ids", "transaction_data_hashes_alg"];
/// The claims of the key-binding JWT.
const HASHES: &str = "transaction_data_hashes";
const HASHES_ALG: &str = "transaction_data_hashes_alg";

impl HashAlgorithm {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    fn of(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Sha384, Self::Sha512].into_iter().find(|one| one.as_str() == name)
    }

    /// The hash of a piece as it came: base64url is not decoded before (B.3.3.1).
    fn hash(self, encoded: &str) -> String {
        match self {
            Self::Sha256 => base64url_encode(&Sha256::digest(encoded)),
            Self::Sha384 => base64url_encode(&Sha384::digest(encoded)),
            Self::Sha512 => base64url_encode(&Sha512::digest(encoded)),
        }
    }
}

impl TransactionData {
    /// Makes a piece, for a request.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn new(kind: &str, credential_ids: &[&str], further: &Object<'_>) -> Result<Self> {
        let mut members: Object<'static> = Object::new();
        members.insert("type", kind.to_owned());
        let ids = credential_ids.iter().map(|id| Value::from((*id).to_owned()));
        members.insert("credential_ids", Value::Array(ids.collect()));
        for (name, value) in further.iter().filter(|(name, _)| !matches!(*name, "type" | "credential_ids")) {
            members.insert(name.to_owned(), value.clone().into_owned());
        }
        Self::parse(&base64url_encode(json::to_string(&Value::Object(members)).as_bytes()))
    }

    /// The text that goes into `transaction_data`.
    #[must_use]
    pub fn encode(&self) -> String {
        self.encoded.clone()
    }

    /// Reads a piece.
    ///
    /// # Errors
    /// `invalid_transaction_data` with what is wrong: `transaction_data`, `type`, `credential_ids`, `transaction_data_hashes_alg`.
    pub fn parse(encoded: &str) -> Result<Self> {
        if encoded.len() > limits::REQUEST_BYTES {
            return Err(wrong("transaction_data"));
        }
        let bytes = base64url_decode(encoded).map_err(|fault| wrong("transaction_data").because(fault))?;
        let value = json::parse(&bytes).map_err(|fault| wrong("transaction_data").because(fault))?.into_owned();
        let Value::Object(members) = value else { return Err(wrong("transaction_data")) };
        let kind = members.get("type").and_then(Value::as_str).filter(|kind| !kind.is_empty()).ok_or(wrong("type"))?;
        let kind = kind.to_owned();
        let credential_ids = texts(&members, "credential_ids")?.ok_or(wrong("credential_ids"))?;
        let algorithms = texts(&members, HASHES_ALG)?;
        let hash_algorithms: Vec<HashAlgorithm> =
            algorithms.iter().flatten().filter_map(|name| HashAlgorithm::of(name)).collect();
        if algorithms.is_some() && hash_algorithms.is_empty() {
            return Err(wrong(HASHES_ALG));
        }
        Ok(Self { kind, credential_ids, hash_algorithms, members, encoded: encoded.to_owned() })
    }

    /// Checks that what it names is asked for and can carry hashes: an SD-JWT with its holder's proof (B.3.3).
    ///
    /// # Errors
    /// `invalid_transaction_data` (`credential_ids`).
    pub fn check_credentials(&self, query: Option<&Query>) -> Result<()> {
        let carries = |id: &String| {
            query.and_then(|query| query.credential(id)).is_some_and(|credential| {
                credential.format.is_sd_jwt() && credential.require_cryptographic_holder_binding
            })
        };
        if self.credential_ids.iter().all(carries) { Ok(()) } else { Err(wrong("credential_ids")) }
    }

    fn takes(&self, algorithm: HashAlgorithm) -> bool {
        match self.hash_algorithms.is_empty() {
            true => algorithm == HashAlgorithm::Sha256,
            false => self.hash_algorithms.contains(&algorithm),
        }
    }

    fn fits(&self, kind: &TransactionType) -> Result<()> {
        for (name, value) in self.members.iter().filter(|(name, _)| !COMMON.contains(name)) {
            let field = kind.fields.iter().find(|field| field.name == name).ok_or(wrong("transaction_data"))?;
            let good = match field.kind {
                FieldKind::Text => value.as_str().is_some(),
                FieldKind::Number => value.as_f64().is_some(),
                FieldKind::Bool => value.as_bool().is_some(),
                FieldKind::List => value.as_array().is_some(),
                FieldKind::Object => value.as_object().is_some(),
            };
            if !good {
                return Err(wrong("transaction_data"));
            }
        }
        let is_there = |field: &Field| !field.is_required || self.members.contains_key(&field.name);
        if kind.fields.iter().all(is_there) { Ok(()) } else { Err(wrong("transaction_data")) }
    }
}

/// Reads the transaction data of a request, for a wallet that understands these types. One piece that it does not understand
/// spoils the request (§5.1).
///
/// # Errors
/// `invalid_transaction_data`: `type` for an unknown one; `transaction_data` for unknown, missing or wrong fields; `credential_ids` for a
/// credential that is not asked for, or cannot carry hashes; as [`TransactionData::parse`].
pub fn read(encoded: &[String], query: Option<&Query>, types: &[TransactionType]) -> Result<Vec<TransactionData>> {
    let one = |text: &String| {
        let data = TransactionData::parse(text)?;
        data.fits(types.iter().find(|kind| kind.name == data.kind).ok_or(wrong("type"))?)?;
        data.check_credentials(query)?;
        Ok(data)
    };
    encoded.iter().map(one).collect()
}

/// The claims of the key-binding JWT of a credential that authorizes these pieces; `None` if there are none.
///
/// # Errors
/// `invalid_transaction_data` (`transaction_data_hashes_alg`) if they have no hash algorithm in common.
pub(crate) fn claims(pieces: &[&TransactionData]) -> Result<Option<Object<'static>>> {
    if pieces.is_empty() {
        return Ok(None);
    }
    let all = [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512];
    let algorithm =
        all.into_iter().find(|one| pieces.iter().all(|piece| piece.takes(*one))).ok_or(wrong(HASHES_ALG))?;
    let mut claims = Object::new();
    let hashes = pieces.iter().map(|piece| Value::from(algorithm.hash(&piece.encoded)));
    claims.insert(HASHES, Value::Array(hashes.collect()));
    if pieces.iter().any(|piece| !piece.hash_algorithms.is_empty()) {
        claims.insert(HASHES_ALG, algorithm.as_str());
    }
    Ok(Some(claims))
}

/// Which of the pieces a key-binding JWT with these claims authorizes, by their places.
///
/// # Errors
/// `invalid_request` (`transaction_data`) for a hash of nothing that was sent, or made with an algorithm that was not offered.
pub(crate) fn authorized(claims: &Object<'_>, pieces: &[TransactionData]) -> Result<Vec<usize>> {
    const WRONG: Refusal = Refusal::new(RefusalCode::InvalidRequest, "transaction_data");
    let Some(hashes) = claims.get(HASHES) else { return Ok(Vec::new()) };
    let hashes = hashes.as_array().filter(|hashes| hashes.len() <= limits::TRANSACTION_DATA).ok_or(WRONG)?;
    let algorithm = match claims.get(HASHES_ALG) {
        None => HashAlgorithm::Sha256,
        Some(name) => name.as_str().and_then(HashAlgorithm::of).ok_or(WRONG)?,
    };
    let of = |hash: &Value<'_>| {
        let hash = hash.as_str().ok_or(WRONG)?;
        let is_of = |piece: &TransactionData| piece.takes(algorithm) && algorithm.hash(&piece.encoded) == hash;
        pieces.iter().position(is_of).ok_or(WRONG)
    };
    hashes.iter().map(of).collect()
}

fn texts(members: &Object<'_>, name: &'static str) -> Result<Option<Vec<String>>> {
    let Some(value) = members.get(name) else { return Ok(None) };
    let items =
        value.as_array().filter(|items| !items.is_empty() && items.len() <= limits::VALUES).ok_or(wrong(name))?;
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or(wrong(name))).collect::<Result<_>>().map(Some)
}

const fn wrong(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidTransactionData, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash of the specification's own example of a key-binding JWT is over a text that it does not show; this is the
    /// rule by itself.
    #[test]
    fn hashes_the_text_as_it_came() {
        let data = TransactionData::new("pay", &["pid"], &Object::new()).unwrap();
        assert_eq!(data.encode(), "eyJ0eXBlIjoicGF5IiwiY3JlZGVudGlhbF9pZHMiOlsicGlkIl19");
        let made = claims(&[&data]).unwrap().unwrap();
        assert_eq!(
            json::to_string(&Value::Object(made.clone())),
            format!(r#"{{"transaction_data_hashes":["{}"]}}"#, base64url_encode(&Sha256::digest(data.encode())))
        );
        assert_eq!(authorized(&made, std::slice::from_ref(&data)), Ok(vec![0]));
        assert!(authorized(&made, &[]).is_err());
    }

    #[test]
    fn a_hash_algorithm_must_be_offered_and_told() {
        let with = |names: &[&str]| {
            let mut members = Object::new();
            members
                .insert(HASHES_ALG, Value::Array(names.iter().map(|name| Value::from(*name).into_owned()).collect()));
            TransactionData::new("pay", &["pid"], &members)
        };
        let long = with(&["sha-512", "unknown"]).unwrap();
        let made = claims(&[&long]).unwrap().unwrap();
        assert_eq!(made.get(HASHES_ALG).and_then(Value::as_str), Some("sha-512"));
        assert_eq!(authorized(&made, std::slice::from_ref(&long)), Ok(vec![0]));
        assert_eq!(with(&["unknown"]).unwrap_err().about(), HASHES_ALG);
        let short = with(&["sha-256"]).unwrap();
        assert_eq!(claims(&[&long, &short]).unwrap_err().about(), HASHES_ALG);
        let mut untold = made;
        untold.remove(HASHES_ALG);
        assert!(authorized(&untold, &[long]).is_err());
    }

    #[test]
    fn only_known_types_with_their_fields_are_understood() {
        let text = |name: &str, is_required| Field { name: name.to_owned(), kind: FieldKind::Text, is_required };
        let types = [TransactionType { name: "pay".to_owned(), fields: vec![text("to", true), text("note", false)] }];
        let query = Query::parse(
            br#"{"credentials":[{"id":"pid","format":"dc+sd-jwt","meta":{}},{"id":"card","format":"ldp_vc","meta":{}},
            {"id":"ticket","format":"dc+sd-jwt","meta":{},"require_cryptographic_holder_binding":false}]}"#,
        )
        .unwrap();
        let about = |kind: &str, ids: &[&str], further: &str| {
            let Value::Object(further) = json::parse(further.as_bytes()).unwrap().into_owned() else { panic!() };
            let piece = TransactionData::new(kind, ids, &further).unwrap().encode();
            read(&[piece], Some(&query), &types).map(|_| "").unwrap_or_else(|refusal| refusal.about())
        };
        assert_eq!(about("pay", &["pid"], r#"{"to":"shop"}"#), "");
        assert_eq!(about("pay", &["pid"], r#"{"to":"shop","note":"x"}"#), "");
        assert_eq!(about("sign", &["pid"], r#"{"to":"shop"}"#), "type");
        assert_eq!(about("pay", &["pid"], "{}"), "transaction_data");
        assert_eq!(about("pay", &["pid"], r#"{"to":7}"#), "transaction_data");
        assert_eq!(about("pay", &["pid"], r#"{"to":"shop","more":1}"#), "transaction_data");
        for id in ["card", "ticket", "nobody"] {
            assert_eq!(about("pay", &[id], r#"{"to":"shop"}"#), "credential_ids", "{id}");
        }
        assert_eq!(TransactionData::parse("e30").unwrap_err().about(), "type");
        assert_eq!(TransactionData::parse("=").unwrap_err().about(), "transaction_data");
    }
}
