//! What can go wrong in a wallet: one error value with a stable code, sorted by what the app does next.

use tamarack::messages::{Explanation, Lang, explain};
use tamarack::{Code, Fault};
use tamarack_openid4vc::{Refusal, RefusalCode};

use crate::device::DeviceError;
use crate::texts;

/// What the app does next.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ErrorKind {
    /// What was handed in is not right: show the message; trying the same again is of no use.
    Input,
    /// Somebody said no: the person, the device, the issuer or the verifier.
    Denied,
    /// The other side was not reached: try again later.
    Offline,
    /// The store is locked: unlock it, and try again.
    Locked,
    /// The store cannot keep or give what it should: full, damaged, of a newer version.
    Storage,
    /// A fault of this library or of a callback.
    Internal,
}

/// Declares the codes: name, text, kind. One line a code; its texts stand in `messages/` under the text with `-` for `.`.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $kind:ident;)*) => {
        /// The stable codes that are the wallet's own. The core's findings and the protocols' refusals keep theirs.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[non_exhaustive]
        pub enum WalletCode { $($(#[$doc])* $name,)* }

        impl WalletCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable text of the code, such as `store.locked`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What the app does next.
            #[must_use]
            pub const fn kind(self) -> ErrorKind {
                match self { $(Self::$name => ErrorKind::$kind,)* }
            }
        }
    };
}

codes! {
    // --- store
    /// The store is locked.
    StoreLocked = "store.locked", Locked;
    /// The key or passphrase does not open the store. Nothing was harmed.
    StoreWrongKey = "store.wrong_key", Locked;
    /// There is no store here.
    StoreMissing = "store.missing", Storage;
    /// There is a store here already.
    StoreExists = "store.exists", Storage;
    /// The store was made by a newer version.
    StoreTooNew = "store.too_new", Storage;
    /// The store is damaged.
    StoreDamaged = "store.damaged", Storage;
    /// The device has no room left. Nothing was changed.
    StoreFull = "store.full", Storage;
    /// Another program holds the store.
    StoreBusy = "store.busy", Storage;
    /// The store's files cannot be read or written.
    StoreUnavailable = "store.unavailable", Storage;
    /// There is a record under this id already.
    StoreTaken = "store.taken", Input;
    /// An id, a record or a write is larger than the limit.
    StoreLimit = "store.limit", Input;
    /// There is no record under this id.
    RecordMissing = "record.missing", Input;
    /// A record cannot be read: written by a newer version, or damaged.
    RecordDamaged = "record.damaged", Storage;

    // --- device
    /// The person did not unlock the device's key, or refused.
    DeviceDenied = "device.denied", Denied;
    /// The device wants to be unlocked first: show its prompt, and do the step again.
    DeviceLocked = "platform.locked", Locked;
    /// The device's secure hardware is not available now.
    DeviceUnavailable = "device.unavailable", Denied;
    /// A key of the device's secure hardware is gone.
    DeviceKeyGone = "device.key_gone", Storage;
    /// The device's secure hardware failed, or gave what cannot be.
    DeviceFailed = "device.failed", Internal;
    /// There is no secure hardware, or the app named none.
    DeviceMissing = "device.missing", Input;

    // --- network
    /// The other side was not reached.
    NetworkUnavailable = "network.unavailable", Offline;

    // --- backup and transfer
    /// The recovery phrase is none: a word that is not in the list, a wrong number of words, or a slip.
    BackupPhrase = "backup.phrase", Input;
    /// The recovery phrase is not the one of this backup, or the transfer is not for this device.
    BackupWrongKey = "backup.wrong_key", Input;
    /// The file is no backup, or is damaged.
    BackupMalformed = "backup.malformed", Input;
    /// The backup was made by a newer version.
    BackupTooNew = "backup.too_new", Input;
    /// The code is not one that a new device shows.
    TransferCode = "transfer.code", Input;
    /// The code of a transfer is too old, or was used.
    TransferOver = "transfer.over", Input;

    // --- receipts
    /// A consent receipt that is none, or was changed since it was signed.
    ReceiptInvalid = "receipt.invalid", Input;

    // --- receiving and showing
    /// A message names a URL that no wallet should follow.
    MessageUrl = "message.url", Input;
    /// An answer is larger than it may be.
    MessageTooLarge = "message.too_large", Input;
    /// The service refused, without a code that is known here.
    ServiceRefused = "service.refused", Denied;
    /// The step does not belong to where the flow stands.
    FlowStep = "flow.step", Input;
    /// The flow has ended.
    FlowOver = "flow.over", Input;
    /// The offer is of a kind that this wallet cannot keep.
    OfferUnusable = "offer.unusable", Input;
    /// The offer wants a sign-in with the browser, and the app did not say how it comes back from there.
    OfferBrowser = "offer.browser", Input;
    /// The transaction code of an offer is missing or mistyped; or the offer is over: the issuer does not tell which.
    OfferCode = "offer.code", Input;
    /// The credential that came is not of the kind that was offered.
    CredentialOtherKind = "credential.other_kind", Denied;
    /// The credential that came is bound to a key that is not this wallet's.
    CredentialOtherKey = "credential.other_key", Denied;
    /// The issuer gave no right to ask for more of this credential.
    RenewalNone = "renewal.none", Input;
    /// The request asks for nothing that this wallet knows.
    RequestNothing = "request.nothing", Input;
    /// The choice does not lie within what was asked for.
    ConsentOutside = "consent.outside", Input;
    /// The key or the credential is used with the person's consent to a request, and not otherwise.
    ConsentNeeded = "consent.needed", Input;
    /// The choice leaves out what the verifier cannot do without.
    ConsentIncomplete = "consent.incomplete", Input;
    /// The text of a QR code is none of ours, or damaged.
    QrMalformed = "qr.malformed", Input;
    /// The QR code is a part of something else than the parts before it.
    QrOther = "qr.other", Input;
    /// What is to be shown does not fit into QR codes.
    QrTooLarge = "qr.too_large", Input;

    // --- everything else
    /// A fault of this library.
    Internal = "wallet.internal", Internal;
}

/// Why the wallet did not do what it was asked for. It never holds a claim's value, a key or a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WalletError {
    cause: Cause,
    pointer: Option<String>,
    about: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Cause {
    Own(WalletCode),
    Core(Box<Fault>),
    Protocol(Box<Refusal>),
}

/// The result of a step of the wallet.
pub type Result<T, E = WalletError> = core::result::Result<T, E>;

impl WalletError {
    /// An error of the wallet's own.
    #[must_use]
    pub const fn new(code: WalletCode) -> Self {
        Self { cause: Cause::Own(code), pointer: None, about: None }
    }

    /// Says where: a JSON pointer (RFC 6901) into what was handed in.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Names what it is about: a member, a limit with its value, a record's id. Never a claim's value or a secret.
    #[must_use]
    pub fn about(mut self, name: impl Into<String>) -> Self {
        // A fault's name is bounded and free of controls; so is this one.
        self.about = Fault::new(Code::Internal).about(name).name().map(str::to_owned);
        self
    }

    /// What the app does next.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &self.cause {
            Cause::Own(code) => code.kind(),
            Cause::Core(fault) => kind_of_fault(fault),
            Cause::Protocol(refusal) => kind_of_refusal(refusal),
        }
    }

    /// The stable code: the wallet's own, the core's, or the protocol's error code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &self.cause {
            Cause::Own(code) => code.as_str(),
            Cause::Core(fault) => fault.code().as_str(),
            Cause::Protocol(refusal) => refusal.code().as_str(),
        }
    }

    /// The wallet's own code, if it is one.
    #[must_use]
    pub const fn wallet_code(&self) -> Option<WalletCode> {
        match &self.cause {
            Cause::Own(code) => Some(*code),
            _ => None,
        }
    }

    /// The core's finding, if it is one, or the one that a refusal stands on.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match &self.cause {
            Cause::Own(_) => None,
            Cause::Core(fault) => Some(fault),
            Cause::Protocol(refusal) => refusal.fault(),
        }
    }

    /// The protocol's refusal, if it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.cause {
            Cause::Protocol(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Where in the input, if the place is known.
    #[must_use]
    pub fn pointer(&self) -> Option<&str> {
        self.pointer.as_deref().or_else(|| self.fault().and_then(Fault::pointer))
    }

    /// The name that it is about, if there is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.cause {
            _ if self.about.is_some() => self.about.as_deref(),
            Cause::Own(_) => None,
            Cause::Core(fault) => fault.name(),
            Cause::Protocol(refusal) => Some(refusal.about()),
        }
    }

    /// A sentence for the person, and a hint that says what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> Explanation {
        let about = self.name().unwrap_or("none");
        match &self.cause {
            Cause::Core(fault) => explain(fault, lang),
            Cause::Protocol(refusal) => match refusal.fault() {
                // Only a wrapping of a fault of this side.
                Some(fault) if refusal.code() == RefusalCode::ServerError => explain(fault, lang),
                _ => {
                    let id = format!("protocol-{}", kind_name(self.kind()));
                    texts::explain(lang, &id, &[("code", refusal.code().as_str()), ("about", about)])
                }
            },
            Cause::Own(code) => texts::explain(lang, &code.as_str().replace(['.', '_'], "-"), &[("about", about)]),
        }
    }
}

const fn kind_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Denied => "denied",
        ErrorKind::Offline => "offline",
        _ => "refused",
    }
}

fn kind_of_fault(fault: &Fault) -> ErrorKind {
    match fault.code() {
        Code::Internal => ErrorKind::Internal,
        Code::KeySignerFailed => ErrorKind::Denied,
        _ => ErrorKind::Input,
    }
}

fn kind_of_refusal(refusal: &Refusal) -> ErrorKind {
    match refusal.code() {
        RefusalCode::AccessDenied | RefusalCode::CredentialRequestDenied | RefusalCode::UserCancelled => {
            ErrorKind::Denied
        }
        RefusalCode::ServerError if refusal.fault().is_some() => ErrorKind::Internal,
        RefusalCode::ServerError | RefusalCode::TemporarilyUnavailable => ErrorKind::Offline,
        _ => ErrorKind::Input,
    }
}

impl From<WalletCode> for WalletError {
    fn from(code: WalletCode) -> Self {
        Self::new(code)
    }
}

impl From<Fault> for WalletError {
    fn from(fault: Fault) -> Self {
        match of_device(&fault) {
            Some(code) => code.into(),
            None => Self { cause: Cause::Core(Box::new(fault)), pointer: None, about: None },
        }
    }
}

/// What a device said when it did not sign: through whatever layers it went, it stays the device's word.
fn of_device(fault: &Fault) -> Option<WalletCode> {
    let said = fault.name().filter(|_| fault.code() == Code::KeySignerFailed)?;
    DeviceError::ALL.iter().map(|error| error.code()).find(|code| code.as_str() == said)
}

impl From<Code> for WalletError {
    fn from(code: Code) -> Self {
        Fault::new(code).into()
    }
}

impl From<Refusal> for WalletError {
    fn from(refusal: Refusal) -> Self {
        if let Some(code) = refusal.fault().and_then(of_device) {
            return code.into();
        }
        Self { cause: Cause::Protocol(Box::new(refusal)), pointer: None, about: None }
    }
}

impl core::fmt::Display for WalletError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.code())?;
        if let Some(pointer) = self.pointer() {
            write!(f, " at \"{pointer}\"")?;
        }
        if let Some(name) = self.name() {
            write!(f, " ({name})")?;
        }
        Ok(())
    }
}

impl std::error::Error for WalletError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence_and_a_hint_in_both_languages() {
        for &code in WalletCode::ALL {
            for error in [WalletError::new(code), WalletError::new(code).about("60 > 50")] {
                let (en, fr) = (error.message(Lang::En), error.message(Lang::Fr));
                for text in [&en.sentence, &en.hint, &fr.sentence, &fr.hint] {
                    assert!(text.ends_with('.') && text.len() > 15, "{}: {text}", code.as_str());
                    assert!(!text.contains(code.as_str()), "{} has no text of its own", code.as_str());
                    for bad in ["{", "}", "$", "  ", "()", "none", "'", "\""] {
                        assert!(!text.contains(bad), "{}: {bad:?} in {text}", code.as_str());
                    }
                }
                assert_ne!(en.sentence, fr.sentence, "{}", code.as_str());
            }
        }
    }

    #[test]
    fn what_lies_below_keeps_its_code_and_says_what_to_do() {
        let error = WalletError::from(Fault::new(Code::ProofSignatureInvalid).at("/proof"));
        assert_eq!(
            (error.code(), error.kind(), error.pointer()),
            ("proof.signature_invalid", ErrorKind::Input, Some("/proof"))
        );
        assert_eq!(WalletError::from(Code::Internal).kind(), ErrorKind::Internal);
        assert_eq!(WalletError::from(Code::KeySignerFailed).kind(), ErrorKind::Denied);
        for (code, kind) in [
            (RefusalCode::AccessDenied, ErrorKind::Denied),
            (RefusalCode::TemporarilyUnavailable, ErrorKind::Offline),
            (RefusalCode::InvalidOffer, ErrorKind::Input),
        ] {
            let error = WalletError::from(Refusal::new(code, "client_id"));
            assert_eq!((error.code(), error.kind()), (code.as_str(), kind));
            for lang in [Lang::En, Lang::Fr] {
                let text = error.message(lang);
                // Codes are for programs, which have them beside it.
                assert!(!text.sentence.contains(code.as_str()) && text.hint.ends_with('.'), "{text:?}");
            }
        }
        let error = WalletError::from(Refusal::internal(Code::Internal.into()));
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert_eq!(error.message(Lang::En), explain(&Code::Internal.into(), Lang::En));
    }
}
