//! Status lists: indexes for new credentials, and the signed lists that the world reads.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tamarack::issue::{SecureOptions, Securing, secure};
use tamarack::json::{self, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, Signer};
use tamarack::proof::{DeriveOptions, Suite, derive};
use tamarack::sd_jwt::Profile;
use tamarack::status::{ListOptions, StatusKind, StatusList, TokenList, TokenOptions};
use tamarack::x509::Chain;
use tamarack::{Code, Fault, SystemRandomness, Timestamp};

use super::service::{IssuerService, ServiceError, now};
use super::signing::signing;
use crate::store::issuing::{ListRecord, Wanted};
use crate::store::{Database, StoreError};

/// Indexes that a process takes at once: one write for so many credentials. Those that it does not use are lost, of a
/// quarter million.
const AT_ONCE: usize = 16;
/// How old a signed list may be when it is sent.
const KEPT: Duration = Duration::from_secs(5);

/// The media type of status list tokens.
pub(super) const TOKEN_TYPE: &str = "application/statuslist+jwt";

/// An index that was taken, in its list.
type Taken = (Arc<ListRecord>, usize);

/// The process's own store of indexes and of signed lists.
#[derive(Debug, Default)]
pub(super) struct Lists {
    free: Mutex<HashMap<String, Vec<Taken>>>,
    signed: Mutex<HashMap<String, (Instant, Arc<SignedList>)>>,
}

/// A signed list.
#[derive(Debug)]
pub(super) struct SignedList {
    /// Its media type.
    pub(super) media_type: &'static str,
    /// Its text.
    pub(super) body: String,
}

impl Lists {
    /// Takes an index for good.
    pub(super) async fn take(&self, database: &Database, wanted: &Wanted<'_>) -> Result<Taken, StoreError> {
        let key = format!("{:?} {} {} {}", wanted.kind, wanted.purposes.join(","), wanted.issuer, wanted.base);
        let free = |key: &str| self.free.lock().unwrap_or_else(PoisonError::into_inner).get_mut(key).and_then(Vec::pop);
        if let Some(taken) = free(&key) {
            return Ok(taken);
        }
        let mut taken = Vec::with_capacity(AT_ONCE);
        for reservation in database.reserve_indexes(wanted, AT_ONCE).await? {
            let (allocator, list) = (reservation.list.allocator()?, Arc::new(reservation.list));
            for counter in reservation.counter..reservation.counter + reservation.count {
                taken.push((Arc::clone(&list), allocator.index_at(counter)?));
            }
        }
        let one = taken.pop().ok_or_else(|| StoreError::NotFound("status list".to_owned()))?;
        self.free.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().extend(taken);
        Ok(one)
    }
}

/// The list with a file name, signed not long ago; `None` if there is none of that name, or no key for it.
pub(super) async fn signed(service: &IssuerService, file: &str) -> Result<Option<Arc<SignedList>>, ServiceError> {
    let known = |file: &str| {
        let signed = service.lists().signed.lock().unwrap_or_else(PoisonError::into_inner);
        signed.get(file).filter(|(at, _)| at.elapsed() < KEPT).map(|(_, list)| Arc::clone(list))
    };
    if let Some(list) = known(file) {
        return Ok(Some(list));
    }
    let database = service.database();
    let lists = database.status_lists().await?;
    let named = |list: &&ListRecord| {
        list.token_file_name() == file || list.purposes.iter().any(|purpose| list.file_name(purpose) == file)
    };
    let Some(list) = lists.iter().find(named) else { return Ok(None) };
    let catalogue = service.catalogue();
    let chain = service.settings().certificates.clone().filter(|_| list.token_file_name() == file);
    let key = match &chain {
        Some(chain) => catalogue.keys.certified(chain),
        None => catalogue.keys.for_lists(&list.issuer),
    };
    let Some(key) = key else { return Ok(None) };
    let hours = i64::from(service.settings().status_hours);
    let list = if list.token_file_name() == file {
        // A BLS key signs no token, and no SD-JWT VC of which one would speak.
        if !Securing::SdJwt(Profile::SdJwtVc).fits(key.kind()) {
            return Ok(None);
        }
        let revoked = database.set_indexes(list.id, "revocation").await?;
        let suspended = database.set_indexes(list.id, "suspension").await?;
        let (list, by) = (list.clone(), Arc::clone(key));
        let body = signing(&key.signer, move || {
            let by = TokenSigner { method: &by.method, certificates: chain.as_deref(), signer: &by.signer };
            sign_token(&list, &revoked, &suspended, by, now(), hours)
        });
        let body = body.await?;
        SignedList { media_type: TOKEN_TYPE, body }
    } else {
        let purpose = list.purposes.iter().find(|purpose| list.file_name(purpose) == file);
        let purpose = purpose.ok_or_else(|| StoreError::NotFound("status list".to_owned()))?;
        let set = database.set_indexes(list.id, purpose).await?;
        let (list, purpose, by) = (list.clone(), purpose.clone(), Arc::clone(key));
        let body = signing(&key.signer, move || sign_list(&list, &purpose, &set, &by.method, &by.signer, now(), hours));
        let body = body.await?;
        SignedList { media_type: "application/vc", body }
    };
    let list = Arc::new(list);
    let mut signed = service.lists().signed.lock().unwrap_or_else(PoisonError::into_inner);
    signed.insert(file.to_owned(), (Instant::now(), Arc::clone(&list)));
    Ok(Some(list))
}

/// The list credential of a purpose, good for so many hours.
///
/// # Errors
/// What the core says of the list or of the key.
pub fn sign_list(
    list: &ListRecord,
    purpose: &str,
    set: &[usize],
    method: &str,
    signer: &dyn Signer,
    now: Timestamp,
    hours: i64,
) -> Result<String, Fault> {
    let mut bits = StatusList::new(list.entries, 1)?;
    for index in set {
        bits.set(*index, 1)?;
    }
    let url = list.url(purpose);
    let document = bits.to_credential(&ListOptions {
        kind: list.kind,
        url: &url,
        issuer: &list.issuer,
        purpose,
        valid_from: now,
        valid_until: now.plus_seconds(hours * 3_600),
        messages: &[],
    })?;
    let suite = match (signer.public_key().key_type(), list.kind) {
        (KeyType::Ed25519, StatusKind::Bitstring) => Suite::EddsaRdfc2022,
        (KeyType::Ed25519, _) => Suite::Ed25519Signature2020,
        (KeyType::Bls12381G2, _) => Suite::Bbs2023,
        _ => Suite::EcdsaRdfc2019,
    };
    let options = SecureOptions { verification_method: method, created: Some(now), ..SecureOptions::default() };
    let text = secure(document, Securing::DataIntegrity(suite), &options, signer, &Contexts::builtin())?;
    if suite != Suite::Bbs2023 {
        return Ok(text);
    }
    // A base proof is for its holder alone. A list is everybody's: all of it is shown.
    let base = json::parse(text.as_bytes())?;
    let base = base.as_object().ok_or(Code::Internal)?;
    let options = DeriveOptions { reveal: vec![String::new()], ..DeriveOptions::default() };
    let shown = derive(base, &options, &Contexts::builtin(), &mut SystemRandomness)?;
    Ok(json::to_string(&Value::Object(shown)))
}

/// Who signs a status list token.
#[derive(Clone, Copy)]
pub struct TokenSigner<'s> {
    /// The DID URL of the key.
    pub method: &'s str,
    /// The chain of its certificate. Then the token names nobody (`iss`): it is for credentials that the certificate's subject issued,
    /// and for those that the DID did.
    pub certificates: Option<&'s Chain>,
    /// The key.
    pub signer: &'s dyn Signer,
}

impl std::fmt::Debug for TokenSigner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSigner").field("method", &self.method).finish_non_exhaustive()
    }
}

/// The whole list as one status list token, for SD-JWT VCs: two bits an entry if credentials can be suspended, else one.
///
/// # Errors
/// What the core says of the list or of the key.
pub fn sign_token(
    list: &ListRecord,
    revoked: &[usize],
    suspended: &[usize],
    by: TokenSigner<'_>,
    now: Timestamp,
    hours: i64,
) -> Result<String, Fault> {
    let has = |purpose: &str| list.purposes.iter().any(|known| known == purpose);
    let mut bits = TokenList::new(list.entries, if has("suspension") { 2 } else { 1 })?;
    // Revocation last: it outweighs a suspension.
    for (purpose, value, set) in [("suspension", 2, suspended), ("revocation", 1, revoked)] {
        for index in set.iter().filter(|_| has(purpose)) {
            bits.set(*index, value)?;
        }
    }
    let options = TokenOptions {
        uri: &list.token_url(),
        issuer: by.certificates.is_none().then_some(list.issuer.as_str()),
        kid: by.method,
        issued: now,
        expires: now.plus_seconds(hours * 3_600),
        time_to_live: None,
        certificates: by.certificates,
    };
    bits.sign(&options, by.signer)
}
