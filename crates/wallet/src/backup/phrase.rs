//! The recovery phrase: 12 words (BIP-39) that stand for 128 random bits, in English or in French.

use age::x25519;
use bip0039::{English, French, Language, Mnemonic};
use hkdf::Hkdf;
use sha2::Sha256;
use tamarack::Randomness;
use tamarack::messages::Lang;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use zeroize::{Zeroize as _, Zeroizing};

use crate::error::{Result, WalletCode, WalletError};

/// The words of a phrase that is made here; one of 15 to 24 is understood as well.
const WORDS: usize = 12;

/// A recovery phrase. It is shown once, written down by the person, and never kept.
///
/// The key of a backup is an X25519 identity of age: HKDF-SHA-256 of the phrase's entropy, with the salt `tamarack wallet backup
/// v1` and the info `age x25519`. The words of both languages stand for one entropy.
pub struct RecoveryPhrase(Zeroizing<Vec<u8>>);

impl RecoveryPhrase {
    /// A fresh phrase.
    ///
    /// # Errors
    /// [`tamarack::Code::Internal`] without randomness.
    pub fn generate(randomness: &mut dyn Randomness) -> Result<Self> {
        let mut entropy = Zeroizing::new(vec![0; WORDS / 3 * 4]);
        randomness.fill(&mut entropy)?;
        Ok(Self(entropy))
    }

    /// Reads what a person typed: in either language, with or without accents and capitals, with any white space.
    ///
    /// # Errors
    /// [`WalletCode::BackupPhrase`]; it never says which word.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || WalletError::new(WalletCode::BackupPhrase);
        let words: Zeroizing<Vec<String>> = Zeroizing::new(text.split_whitespace().take(25).map(plain).collect());
        // A word that stands in both lists (there are a hundred) has another number in each: one list has all of them, and
        // the checksum decides where both have.
        read::<English>(&words).or_else(|| read::<French>(&words)).map(Self).ok_or_else(wrong)
    }

    /// The words, in this language.
    ///
    /// # Errors
    /// [`WalletCode::Internal`]; none that can happen.
    pub fn words(&self, lang: Lang) -> Result<Zeroizing<String>> {
        let phrase = match lang {
            Lang::En => Mnemonic::<English>::from_entropy(self.0.to_vec()).map(Mnemonic::into_phrase),
            Lang::Fr => Mnemonic::<French>::from_entropy(self.0.to_vec()).map(Mnemonic::into_phrase),
        };
        let mut phrase = phrase.map_err(|_| WalletError::new(WalletCode::Internal))?;
        // BIP-39 works with decomposed letters; people and fonts with composed ones.
        let composed = Zeroizing::new(phrase.nfc().collect());
        phrase.zeroize();
        Ok(composed)
    }

    /// The words of a list that begin so, for a field that completes what is typed; `limit` at most.
    #[must_use]
    pub fn complete(start: &str, lang: Lang, limit: usize) -> Vec<String> {
        let start = plain(start);
        let words: &[&str] = match lang {
            Lang::En => English::words(),
            Lang::Fr => French::words(),
        };
        let fitting = words.iter().filter(|word| plain(word).starts_with(&start));
        fitting.take(limit).map(|word| word.nfc().collect()).collect()
    }

    /// The key that opens the backups, as age writes it (`AGE-SECRET-KEY-1…`), for whoever opens one without this library.
    ///
    /// # Errors
    /// [`WalletCode::Internal`]; none that can happen.
    pub fn expose_age_identity(&self) -> Result<Zeroizing<String>> {
        let mut key = Zeroizing::new([0; 32]);
        let derived =
            Hkdf::<Sha256>::new(Some(b"tamarack wallet backup v1"), &self.0).expand(b"age x25519", key.as_mut());
        let internal = || WalletError::new(WalletCode::Internal);
        derived.map_err(|_| internal())?;
        write_identity(&key)
    }

    pub(super) fn identity(&self) -> Result<x25519::Identity> {
        self.expose_age_identity()?.parse().map_err(|_| WalletError::new(WalletCode::Internal))
    }
}

impl core::fmt::Debug for RecoveryPhrase {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("RecoveryPhrase(redacted)")
    }
}

/// An X25519 secret as age writes it: Bech32 in capitals.
pub(super) fn write_identity(secret: &[u8; 32]) -> Result<Zeroizing<String>> {
    let internal = || WalletError::new(WalletCode::Internal);
    let prefix = bech32::Hrp::parse("age-secret-key-").map_err(|_| internal())?;
    let mut text = bech32::encode_upper::<bech32::Bech32>(prefix, secret).map_err(|_| internal())?;
    let kept = Zeroizing::new(text.clone());
    text.zeroize();
    Ok(kept)
}

/// The entropy of words of one list.
fn read<L: Language + Clone>(words: &[String]) -> Option<Zeroizing<Vec<u8>>> {
    let list = L::words();
    let proper = |word: &String| list.iter().find(|known| plain(known) == *word).copied();
    let proper: Vec<&str> = words.iter().map(proper).collect::<Option<_>>()?;
    let phrase = Zeroizing::new(proper.join(" "));
    let phrase = Mnemonic::<L>::from_phrase(phrase.as_str()).ok()?;
    Some(Zeroizing::new(phrase.into_entropy()))
}

/// Small letters without accents: no two words of a list become one by that (BIP-39, French word list, rule 5).
fn plain(word: &str) -> String {
    word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}
