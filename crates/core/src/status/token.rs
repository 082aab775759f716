//! Token Status List (draft-ietf-oauth-status-list-20), its JWT form: the list, the token around it, and the reference to it.
//!
//! What differs from Bitstring Status List: the first entry stands in the **least** significant bits, the bits are packed
//! with ZLIB, and one value says all: 0 valid, 1 revoked, 2 suspended.

use super::bits::{self, Unreadable, Wrapping};
use crate::encoding::{base64url_decode, base64url_encode};
use crate::jose::claims::{claim, is_media_type, text, time};
use crate::jose::{Jws, algorithm_of, numeric_date};
use crate::json::{Object, Value, to_string};
use crate::keys::Signer;
use crate::x509::Chain;
use crate::{Code, Fault, Timestamp, limits};

const TYP: &str = "statuslist+jwt";

/// A list being kept by an issuer: `size` bits an entry, the first entry in the least significant bits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenList {
    bits: Vec<u8>,
    size: u8,
}

/// What a status list token says beside its list.
#[derive(Clone, Copy, Debug)]
pub struct TokenOptions<'o> {
    /// The URL of the token (`sub`), which credentials name as `uri`.
    pub uri: &'o str,
    /// The issuer (`iss`); without one, that of the credential (§11.3).
    pub issuer: Option<&'o str>,
    /// The DID URL of the key (`kid`).
    pub kid: &'o str,
    /// When it is issued (`iat`).
    pub issued: Timestamp,
    /// Until when it may be used (`exp`).
    pub expires: Timestamp,
    /// For how many seconds a copy may be used without asking again (`ttl`); at least one.
    pub time_to_live: Option<u32>,
    /// The chain of the key's certificate (`x5c`).
    pub certificates: Option<&'o Chain>,
}

impl TokenList {
    /// A list of `entries` entries of `size` bits, all of them 0 (valid), rounded up to whole bytes.
    ///
    /// # Errors
    /// [`Code::StatusListInvalid`] for a size other than 1, 2, 4 or 8, no entries, or more than
    /// [`limits::STATUS_UNPACKED_BYTES`].
    pub fn new(entries: usize, size: u8) -> Result<Self, Fault> {
        let bytes = entries.saturating_mul(usize::from(size)).div_ceil(8);
        check(size, bytes)?;
        Ok(Self { bits: vec![0; bytes], size })
    }

    /// The list with these bits.
    ///
    /// # Errors
    /// As [`TokenList::new`].
    pub fn from_bytes(bits: Vec<u8>, size: u8) -> Result<Self, Fault> {
        check(size, bits.len())?;
        Ok(Self { bits, size })
    }

    /// Reads a status list (§4.2): `bits` and `lst`.
    ///
    /// # Errors
    /// [`Code::StatusListInvalid`], [`Code::StatusBomb`].
    pub fn from_value(value: &Value<'_>) -> Result<Self, Fault> {
        let (packed, size) = packed(value)?;
        Self::from_bytes(bits::inflate(&packed, Wrapping::Zlib).map_err(unreadable)?, size)
    }

    /// The status list as a token holds it (§4.2).
    #[must_use]
    pub fn to_value(&self) -> Value<'static> {
        let mut object = Object::new();
        object.insert("bits", u32::from(self.size));
        object.insert("lst", base64url_encode(&bits::deflate_zlib(&self.bits)));
        Value::Object(object)
    }

    /// The bits, as they are packed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bits
    }

    /// The number of entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bits.len() * 8 / self.size as usize
    }

    /// Whether there is no entry; never so for a list that was made here.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// Sets an entry: 0 valid, 1 revoked, 2 suspended, others as the application says (§7.1).
    ///
    /// # Errors
    /// [`Code::StatusIndex`] for an index beyond the end, [`Code::StatusListInvalid`] for a value that `size` bits cannot hold.
    pub fn set(&mut self, index: usize, value: u8) -> Result<(), Fault> {
        let (at, shift, mask) = place(index, self.size);
        if value > mask {
            return Err(invalid("bits: too few for the value"));
        }
        let byte = self.bits.get_mut(at).ok_or_else(out_of_range)?;
        *byte = (*byte & !(mask << shift)) | (value << shift);
        Ok(())
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// [`Code::StatusIndex`].
    pub fn get(&self, index: usize) -> Result<u8, Fault> {
        let (at, shift, mask) = place(index, self.size);
        self.bits.get(at).map(|byte| (byte >> shift) & mask).ok_or_else(out_of_range)
    }

    /// Signs the list as a status list token (§5.1).
    ///
    /// # Errors
    /// [`Code::StatusListInvalid`] for a period that ends before it begins or a time to live of zero; what [`Jws::sign`] gives.
    pub fn sign(&self, options: &TokenOptions<'_>, signer: &dyn Signer) -> Result<String, Fault> {
        if options.expires <= options.issued {
            return Err(invalid("exp"));
        }
        if options.time_to_live == Some(0) {
            return Err(invalid("ttl"));
        }
        let date = |time: Timestamp, name| numeric_date(time.unix()).map(Value::Number).ok_or_else(|| claim(name));
        let mut payload = Object::new();
        payload.insert("sub", options.uri);
        if let Some(issuer) = options.issuer {
            payload.insert("iss", issuer);
        }
        payload.insert("iat", date(options.issued, "iat")?);
        payload.insert("exp", date(options.expires, "exp")?);
        if let Some(seconds) = options.time_to_live {
            payload.insert("ttl", seconds);
        }
        payload.insert("status_list", self.to_value());
        let mut header = Object::new();
        header.insert("typ", TYP);
        header.insert("kid", options.kid);
        if let Some(chain) = options.certificates {
            header.insert("x5c", chain.to_value()?);
        }
        let algorithm = algorithm_of(signer.public_key().key_type())?;
        Jws::sign(&header, to_string(&Value::Object(payload)).as_bytes(), algorithm, signer)
    }
}

/// A credential's reference to its entry (§6.2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TokenReference {
    pub(crate) index: usize,
    pub(crate) uri: String,
}

impl TokenReference {
    /// Reads the claim `status` of a payload. `Ok(None)`: it has none.
    ///
    /// # Errors
    /// [`Code::StatusEntry`]; [`Code::StatusTypeUnknown`] if it names no mechanism that is known here.
    pub(crate) fn read(payload: &Object<'_>) -> Result<Option<Self>, Fault> {
        let Some(status) = payload.get("status") else { return Ok(None) };
        let wrong = |pointer: &str, about: &str| Fault::new(Code::StatusEntry).at(pointer).about(about);
        let status =
            status.as_object().filter(|status| !status.is_empty()).ok_or_else(|| wrong("/status", "status"))?;
        let Some(list) = status.get("status_list") else {
            let name = status.keys().next().unwrap_or_default();
            return Err(Fault::new(Code::StatusTypeUnknown).at("/status").about(name));
        };
        let index = list.get("idx").and_then(Value::as_i64).and_then(|index| usize::try_from(index).ok());
        let index = index.ok_or_else(|| wrong("/status/status_list/idx", "idx"))?;
        let uri = list.get("uri").and_then(Value::as_str).filter(|uri| crate::credential::is_absolute(uri));
        let uri = uri.ok_or_else(|| wrong("/status/status_list/uri", "uri"))?.to_owned();
        Ok(Some(Self { index, uri }))
    }

    /// The claim `status` of a payload.
    pub(crate) fn to_value(&self) -> Result<Value<'static>, Fault> {
        let index = u32::try_from(self.index).map_err(|_| Fault::new(Code::StatusIndex))?;
        let mut list = Object::new();
        list.insert("idx", index);
        list.insert("uri", self.uri.clone());
        let mut status = Object::new();
        status.insert("status_list", list);
        Ok(Value::Object(status))
    }
}

/// The claims of a status list token, read but not believed yet.
#[derive(Debug)]
pub(crate) struct TokenClaims {
    pub(crate) issuer: Option<String>,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) time_to_live: Option<i64>,
    packed: Vec<u8>,
    size: u8,
}

impl TokenClaims {
    /// Reads the claims of a token that was asked for under this URL (§5.1, §8.3 step 4).
    ///
    /// # Errors
    /// [`Code::StatusListInvalid`] with the claim or header.
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
    pub(crate) fn read(header: &Object<'_>, payload: &Object<'_>, uri: &str) -> Result<Self, Fault> {
        let typ = header.get("typ").and_then(Value::as_str);
        if !typ.is_some_and(|typ| is_media_type(typ, TYP)) {
            return Err(invalid("typ"));
        }
        let malformed = |fault: Fault| invalid(fault.name().unwrap_or_default());
        if text(payload, "sub").map_err(malformed)? != Some(uri) {
            return Err(invalid("sub"));
        }
        let issuer = text(payload, "iss").map_err(malformed)?.map(str::to_owned);
        let issued = time(payload, "iat").map_err(malformed)?.ok_or_else(|| invalid("iat"))?;
        let expires = time(payload, "exp").map_err(malformed)?;
        let time_to_live = match payload.get("ttl") {
            None => None,
            Some(Value::Number(seconds)) if *seconds > 0.0 => Some(seconds.min(1e12) as i64),
            Some(_) => return Err(invalid("ttl")),
        };
        let (packed, size) = packed(payload.get("status_list").unwrap_or(&Value::Null))?;
        Ok(Self { issuer, issued, expires, time_to_live, packed, size })
    }

    /// Whether an entry is valid (§8.3 steps 5 to 7).
    ///
    /// # Errors
    /// [`Code::StatusRevoked`], [`Code::StatusSuspended`]; [`Code::StatusTypeUnknown`] for another value, whose meaning is the
    /// application's; [`Code::StatusIndex`], [`Code::StatusListInvalid`], [`Code::StatusBomb`].
    pub(crate) fn look_up(&self, index: usize) -> Result<(), Fault> {
        let (at, shift, mask) = place(index, self.size);
        let found = bits::scan(&self.packed, Wrapping::Zlib, at).map_err(unreadable)?;
        if at >= found.bits / 8 {
            return Err(out_of_range());
        }
        let [byte, _] = found.bytes;
        match (byte >> shift) & mask {
            0 => Ok(()),
            1 => Err(Code::StatusRevoked.into()),
            2 => Err(Code::StatusSuspended.into()),
            other => Err(Fault::new(Code::StatusTypeUnknown).about(format!("0x{other:02x}"))),
        }
    }
}

/// `bits` and `lst`, decoded but still packed.
fn packed(value: &Value<'_>) -> Result<(Vec<u8>, u8), Fault> {
    let list = value.as_object().ok_or_else(|| invalid("status_list"))?;
    let size = list.get("bits").and_then(Value::as_i64).filter(|bits| matches!(bits, 1 | 2 | 4 | 8));
    let size = size.and_then(|bits| u8::try_from(bits).ok()).ok_or_else(|| invalid("bits"))?;
    let packed = list.get("lst").and_then(Value::as_str).and_then(|list| base64url_decode(list).ok());
    Ok((packed.ok_or_else(|| invalid("lst"))?, size))
}

/// The byte of an entry, the shift to its lowest bit, and its mask (§4.1 step 3: from the least significant bit).
fn place(index: usize, size: u8) -> (usize, u32, u8) {
    let per_byte = 8 / usize::from(size.max(1));
    let shift = u32::from(size) * (index % per_byte) as u32;
    (index / per_byte, shift, u8::MAX >> (8 - u32::from(size.clamp(1, 8))))
}

fn check(size: u8, bytes: usize) -> Result<(), Fault> {
    if !matches!(size, 1 | 2 | 4 | 8) {
        return Err(invalid("bits"));
    }
    if bytes == 0 || bytes > limits::STATUS_UNPACKED_BYTES {
        return Err(Fault::new(Code::StatusListInvalid).about(format!("{bytes} > {}", limits::STATUS_UNPACKED_BYTES)));
    }
    Ok(())
}

fn unreadable(why: Unreadable) -> Fault {
    match why {
        Unreadable::Damaged => invalid("lst"),
        Unreadable::Bomb => Code::StatusBomb.into(),
    }
}

fn invalid(about: &str) -> Fault {
    Fault::new(Code::StatusListInvalid).about(about)
}

fn out_of_range() -> Fault {
    Fault::new(Code::StatusIndex).about("beyond the end of the list")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_entry_is_in_the_least_significant_bits() {
        // §4.1, both examples.
        let mut one = TokenList::new(16, 1).unwrap();
        for index in [0, 3, 4, 5, 7, 8, 9, 13, 15] {
            one.set(index, 1).unwrap();
        }
        assert_eq!(one.as_bytes(), [0xb9, 0xa3]);
        let mut two = TokenList::new(12, 2).unwrap();
        for (index, value) in [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3].into_iter().enumerate() {
            two.set(index, value).unwrap();
        }
        assert_eq!(two.as_bytes(), [0xc9, 0x44, 0xf9]);
        assert_eq!((two.get(3).unwrap(), two.get(10).unwrap(), two.len()), (3, 3, 12));
        assert_eq!(TokenList::from_value(&two.to_value()).unwrap(), two);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut list = TokenList::new(9, 2).unwrap();
        assert_eq!(list.len(), 12);
        assert_eq!(list.set(12, 1).unwrap_err().code(), Code::StatusIndex);
        assert_eq!(list.get(12).unwrap_err().code(), Code::StatusIndex);
        assert_eq!(list.set(0, 4).unwrap_err().code(), Code::StatusListInvalid);
        for size in [0, 3, 5, 16] {
            assert!(TokenList::new(8, size).is_err(), "{size}");
        }
        assert!(TokenList::new(0, 1).is_err());
        assert!(TokenList::new(usize::MAX, 8).is_err());
    }
}
