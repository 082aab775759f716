//! The texts of QR codes, and reading them again: [`tamarack::qr`] with the wallet's errors.

use tamarack::qr::{self, QrError};
pub use tamarack::qr::{COMFORTABLE, LARGEST, Progress, is_one};

use crate::error::{Result, WalletCode, WalletError};

/// The texts of the codes for a credential or presentation, each at most `characters` long (between 100 and [`LARGEST`];
/// [`COMFORTABLE`] is a good number).
///
/// # Errors
/// [`WalletCode::QrTooLarge`] for what needs more than [`tamarack::limits::QR_PARTS`] codes.
pub fn write(shown: &[u8], characters: usize) -> Result<Vec<String>> {
    qr::write(shown, characters).map_err(|error| said(error).about(format!("{} bytes", shown.len())))
}

/// Reads codes, in any order and however often each is seen.
#[derive(Clone, Default, Debug)]
pub struct Reader(qr::Reader);

impl Reader {
    /// A reader that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the text of one code.
    ///
    /// # Errors
    /// [`WalletCode::QrMalformed`] for what is none of these codes, or is damaged; [`WalletCode::QrOther`] for a part of something
    /// else than the parts before it. What was read before stays.
    pub fn add(&mut self, text: &str) -> Result<Progress> {
        self.0.add(text).map_err(said)
    }
}

fn said(error: QrError) -> WalletError {
    WalletError::new(match error {
        QrError::Malformed => WalletCode::QrMalformed,
        QrError::Other => WalletCode::QrOther,
        QrError::TooLarge => WalletCode::QrTooLarge,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_in_the_wallets_words() {
        let code = |error: WalletError| error.wallet_code();
        assert_eq!(code(Reader::new().add("HC1:AAA").unwrap_err()), Some(WalletCode::QrMalformed));
        let noise = |seed: u64| -> Vec<u8> {
            (0..9_000_u64).map(|n| ((n + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect()
        };
        let (one, other) = (write(&noise(1), COMFORTABLE).unwrap(), write(&noise(2), COMFORTABLE).unwrap());
        let mut reader = Reader::new();
        reader.add(&one[0]).unwrap();
        assert_eq!(code(reader.add(&other[1]).unwrap_err()), Some(WalletCode::QrOther));
        assert_eq!(code(write(&noise(1).repeat(9), 100).unwrap_err()), Some(WalletCode::QrTooLarge));
    }
}
