//! Keys in a device behind PKCS#11 (version 2.40 and later): Ed25519 by `CKM_EDDSA`, P-256 and P-384 by `CKM_ECDSA` over a
//! digest that is made here, as not every device makes it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, KeyType as TokenKeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use sha2::{Digest as _, Sha256, Sha384};
use tamarack::keys::{KeyType, PublicKey, SignatureAlgorithm};

use super::{Pkcs11Place, Remote, SignerError};

/// Bytes of a file with a PIN.
const PIN_BYTES: u64 = 1_024;
/// Sessions that are kept open; more are opened while more sign at once.
const SESSIONS: usize = 8;

/// A key in a token, with the sessions that are logged in and free.
#[derive(Debug)]
pub(super) struct Pkcs11Signer {
    place: Pkcs11Place,
    free: Mutex<Vec<Open>>,
    /// Whether the token refused the PIN. Three more times, and many tokens lock themselves.
    pin_refused: AtomicBool,
}

/// A session with its handle of the key.
#[derive(Debug)]
struct Open {
    session: Session,
    key: ObjectHandle,
}

impl Pkcs11Signer {
    /// Opens a first session, and finds the key in it.
    pub(super) fn open(place: Pkcs11Place, public: &PublicKey) -> Result<Self, SignerError> {
        let signer = Self { place, free: Mutex::default(), pin_refused: AtomicBool::new(false) };
        let open = signer.connect()?;
        // A key that was exchanged under its name is found now, not when somebody waits for a credential.
        if read_public(&open.session, &signer.place)? != *public {
            return Err(SignerError::Key);
        }
        signer.give_back(open);
        Ok(signer)
    }

    fn free(&self) -> MutexGuard<'_, Vec<Open>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back(&self, open: Open) {
        let mut free = self.free();
        if free.len() < SESSIONS {
            free.push(open);
        }
    }

    fn connect(&self) -> Result<Open, SignerError> {
        if self.pin_refused.load(Ordering::Acquire) {
            return Err(SignerError::Pin);
        }
        let session = log_in(&self.place).inspect_err(|error| {
            if *error == SignerError::Pin {
                self.pin_refused.store(true, Ordering::Release);
            }
        })?;
        let key = find(&session, &self.place, ObjectClass::PRIVATE_KEY)?;
        Ok(Open { session, key })
    }
}

impl Remote for Pkcs11Signer {
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let known = self.free().pop();
        if let Some(open) = known {
            match open.sign(algorithm, message) {
                Ok(signature) => {
                    self.give_back(open);
                    return Ok(signature);
                }
                // The token was taken out and put back, or the device began anew: the other sessions are lost as well.
                Err(_) => self.free().clear(),
            }
        }
        let open = self.connect()?;
        let signature = open.sign(algorithm, message)?;
        self.give_back(open);
        Ok(signature)
    }
}

impl Open {
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let ecdsa = |digest: &[u8]| self.session.sign(&Mechanism::Ecdsa, self.key, digest);
        let signed = match algorithm {
            SignatureAlgorithm::EdDsa => {
                let pure = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
                self.session.sign(&pure, self.key, message)
            }
            SignatureAlgorithm::Es256 => ecdsa(&Sha256::digest(message)),
            SignatureAlgorithm::Es384 => ecdsa(&Sha384::digest(message)),
            _ => return Err(SignerError::Kind),
        };
        signed.map_err(device)
    }
}

/// The public key at a place, for whoever begins to use it.
///
/// # Errors
/// [`SignerError`].
pub(super) fn public_key(place: &Pkcs11Place) -> Result<PublicKey, SignerError> {
    read_public(&log_in(place)?, place)
}

/// A session of the place's token that is logged in.
fn log_in(place: &Pkcs11Place) -> Result<Session, SignerError> {
    let library = library(&place.module)?;
    let mut slots = Vec::new();
    for slot in library.get_slots_with_token().map_err(device)? {
        // The label of a token is padded with blanks; the library's binding takes them away.
        if library.get_token_info(slot).is_ok_and(|token| token.label().trim_end() == place.token) {
            slots.push(slot);
        }
    }
    let [slot] = slots.as_slice() else { return Err(SignerError::Token) };
    let session = library.open_ro_session(*slot).map_err(device)?;
    let bytes = super::file::read(&place.pin_file, PIN_BYTES).ok_or(SignerError::PinFile)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| SignerError::PinFile)?;
    let pin = AuthPin::from(text.trim_end_matches(['\r', '\n']));
    match session.login(UserType::User, Some(&pin)) {
        // All sessions of a program share one login.
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
        Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _)) => {
            Err(SignerError::Pin)
        }
        Err(Error::Pkcs11(RvError::PinLocked | RvError::PinExpired | RvError::UserPinNotInitialized, _)) => {
            Err(SignerError::Locked)
        }
        Err(error) => Err(device(error)),
    }
}

/// The library at a path, loaded once in a process and started. Whoever else uses it in this process may have ended it
/// meanwhile; then it is started again.
fn library(path: &str) -> Result<Pkcs11, SignerError> {
    static LOADED: Mutex<Vec<(String, Pkcs11)>> = Mutex::new(Vec::new());
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let known = loaded.iter().find(|(known, _)| known == path).map(|(_, library)| library.clone());
    let library = match known {
        Some(library) => library,
        None => {
            let library = Pkcs11::new(path).map_err(|_| SignerError::Library)?;
            loaded.push((path.to_owned(), library.clone()));
            library
        }
    };
    match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(library),
        Err(_) => Err(SignerError::Library),
    }
}

/// The one object of a class at the place.
fn find(session: &Session, place: &Pkcs11Place, class: ObjectClass) -> Result<ObjectHandle, SignerError> {
    let mut template = vec![Attribute::Class(class), Attribute::Label(place.label.as_bytes().to_vec())];
    template.extend(place.id_bytes()?.map(Attribute::Id));
    match session.find_objects(&template).map_err(device)?.as_slice() {
        [one] => Ok(*one),
        _ => Err(SignerError::Key),
    }
}

fn read_public(session: &Session, place: &Pkcs11Place) -> Result<PublicKey, SignerError> {
    let key = find(session, place, ObjectClass::PUBLIC_KEY)?;
    let wanted = [AttributeType::KeyType, AttributeType::EcParams, AttributeType::EcPoint];
    let (mut kind, mut params, mut point) = (None, Vec::new(), Vec::new());
    for attribute in session.get_attributes(key, &wanted).map_err(device)? {
        match attribute {
            Attribute::KeyType(found) => kind = Some(found),
            Attribute::EcParams(bytes) => params = bytes,
            Attribute::EcPoint(bytes) => point = bytes,
            _ => {}
        }
    }
    let kind = match (kind, params.as_slice()) {
        // The curve by its object identifier (RFC 5480 §2.1.1.1, RFC 8410 §3), or for the Edwards curve by its name
        // (PKCS#11 3.0 §6.3.6).
        (Some(TokenKeyType::EC), [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]) => KeyType::P256,
        (Some(TokenKeyType::EC), [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22]) => KeyType::P384,
        (Some(TokenKeyType::EC_EDWARDS), [0x06, 0x03, 0x2b, 0x65, 0x70]) => KeyType::Ed25519,
        (Some(TokenKeyType::EC_EDWARDS), [0x13, 0x0c, name @ ..]) if name == b"edwards25519" => KeyType::Ed25519,
        _ => return Err(SignerError::Kind),
    };
    let bytes = point_bytes(kind, &point).ok_or(SignerError::Kind)?;
    PublicKey::from_bytes(kind, &bytes).map_err(|_| SignerError::Kind)
}

/// The bytes of a point as keys have them here: `CKA_EC_POINT` is the point in an OCTET STRING, for some devices without it.
fn point_bytes(kind: KeyType, attribute: &[u8]) -> Option<Vec<u8>> {
    let length = match kind {
        KeyType::Ed25519 => 32,
        KeyType::P256 => 65,
        _ => 97,
    };
    let point = match attribute {
        [0x04, stated, point @ ..] if usize::from(*stated) == length && point.len() == length => point,
        point if point.len() == length => point,
        _ => return None,
    };
    match (kind, point) {
        (KeyType::Ed25519, point) => Some(point.to_vec()),
        // SEC 1 §2.3.3: from both coordinates to one and the other's parity.
        (_, [0x04, coordinates @ ..]) => {
            let (x, y) = coordinates.split_at_checked(coordinates.len() / 2)?;
            let mut compressed = vec![2 + (y.last()? & 1)];
            compressed.extend_from_slice(x);
            Some(compressed)
        }
        _ => None,
    }
}

fn device(error: Error) -> SignerError {
    match error {
        Error::Pkcs11(code, function) => tracing::warn!(%code, %function, "the token failed"),
        _ => tracing::warn!("the token failed"),
    }
    SignerError::Device
}
