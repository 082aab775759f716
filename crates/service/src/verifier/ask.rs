//! The ask: what a relying party wants to know, in one file.
//!
//! ```json
//! {
//!   "format": "tamarack-ask/1",
//!   "name": "age-19",
//!   "verifier": { "en": "Lakeside Store", "fr": "Magasin du lac" },
//!   "title": { "en": "Proof of age", "fr": "Preuve d’âge" },
//!   "purpose": { "en": "We sell this to adults only.", "fr": "Nous ne vendons ce produit qu’aux adultes." },
//!   "ageOver": 19,
//!   "retention": "nothing"
//! }
//! ```
//!
//! Instead of the short form `ageOver`, `dcql` holds a query as OpenID4VP §6 has it. `"idToken": true` asks for a sign-in with
//! an identifier that the person's wallet vouches for itself (SIOPv2), alone or beside a query. `"pseudonym": true` takes only
//! cards that show this verifier a pseudonym, by which it recognises whoever comes again, and nobody else does. An unknown member is refused: in a file
//! that decides what people must show, a slip of the pen must not pass unseen.

mod handling;
mod oidc;
mod read;
mod short;
mod transaction;

use tamarack::messages::Lang;
use tamarack::trust::TrustList;
use tamarack_openid4vc::vp::dcql::{Query, Step};

pub use handling::{Handling, Retention, Unit};
pub use read::AskError;
pub(super) use transaction::Filled;
pub use transaction::Transaction;

/// A text in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

impl Bilingual {
    /// The text in a language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Fr => &self.fr,
        }
    }
}

/// What a relying party wants to know, and how it wants to be told.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Its name in addresses and in the REST interface: lower-case letters, digits and hyphens.
    pub name: String,
    /// Who asks.
    pub verifier: Bilingual,
    /// What it is, in two or three words.
    pub title: Bilingual,
    /// What it is for: the person reads this before agreeing.
    pub purpose: Bilingual,
    /// What is asked; `None` for an ID token alone.
    pub query: Option<Query>,
    /// Whether the person signs in with an identifier of their own: a self-issued ID token (SIOPv2).
    pub id_token: bool,
    /// Whether the person must be recognised when they come again: by a pseudonym for this verifier (VC-DI-BBS §3.5.2), with
    /// every credential.
    pub pseudonym: bool,
    /// What the person agrees to by showing a credential.
    pub transactions: Vec<Transaction>,
    /// The age, if the short form was used.
    pub age_over: Option<u32>,
    /// Labels of claims, by the last key of their path.
    pub labels: Vec<(String, Bilingual)>,
    /// The issuers to trust, out of the trust list; empty for all of it.
    pub issuers: Vec<String>,
    /// What the relying party says becomes of what it is shown.
    pub handling: Handling,
    /// Whether the result page shows what the claims say: for a counter, where a clerk reads it. Otherwise they are for the
    /// relying party's program alone.
    pub show_claims: bool,
    /// Whether somebody else than the credential's subject may show it.
    pub allow_other_holder: bool,
    /// Whether the answer must be encrypted (`direct_post.jwt`). It is, unless the file says `"encrypted": false`.
    pub encrypted: bool,
    /// For how many seconds a request stands open.
    pub seconds: i64,
    /// Where the browser may be sent when all is done.
    pub return_to: Vec<String>,
    /// The origins, beside the server's own, whose pages may ask with the Digital Credentials API of a browser.
    pub origins: Vec<String>,
    /// Who is told when an answer has come.
    pub webhook: Option<String>,
    /// The relying parties that ask over OpenID Connect.
    pub oidc: Option<OidcAsk>,
}

/// The OpenID Connect bridge of an ask.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OidcAsk {
    /// The relying parties.
    pub clients: Vec<OidcClient>,
    /// The claims of the ID token, each with the last key of the path of the claim that it holds.
    pub claims: Vec<(String, String)>,
    /// The claim that holds the pseudonym as this verifier knows it, the same for all its relying parties. Without it they know
    /// the person by `sub`, which follows from the pseudonym.
    pub pseudonym_claim: Option<String>,
}

/// A relying party that speaks OpenID Connect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OidcClient {
    /// Its `client_id`.
    pub id: String,
    /// Where browsers may be sent back to: exactly these.
    pub redirect_uris: Vec<String>,
    /// The SHA-256 of its secret, in hexadecimal; without one it is a public client, which PKCE protects.
    pub secret_sha256: Option<String>,
    /// Whether it may leave PKCE out and send a `nonce` instead (RFC 9700 §2.1.1): an older relying party, with a secret.
    pub without_pkce: bool,
    /// The sector in which a person has one name (OpenID Connect Core §8.1); without one, it is the host of the redirect URIs.
    pub sector: Option<String>,
    /// The algorithm of its ID tokens: `RS256`, which it is unless the file says otherwise (OpenID Connect Registration §2),
    /// or that of the key with which requests are signed.
    pub id_token_alg: String,
}

impl Ask {
    /// Reads a file.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, AskError> {
        read::ask(bytes)
    }

    /// The trust list of this ask: all of the server's, or the issuers that the ask names.
    ///
    /// # Errors
    /// `ask.issuer` for one that the list does not have.
    pub fn trust(&self, list: &TrustList) -> Result<TrustList, AskError> {
        read::narrowed(self, list)
    }

    /// What is asked for, one line a claim: the keys of the claims as they are labelled, each once.
    #[must_use]
    pub fn asked(&self, lang: Lang) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let credentials = self.query.iter().flat_map(|query| query.credentials());
        for claim in credentials.flat_map(|credential| &credential.claims) {
            let keys = claim.path.steps().iter().rev();
            let key = keys.filter_map(|step| if let Step::Key(key) = step { Some(key) } else { None }).next();
            let line = key.map(|key| self.label(key, lang)).unwrap_or_default();
            if !line.is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    /// Whether a browser may be asked with the Digital Credentials API. SIOPv2 knows no such way; and a pseudonym would be
    /// another one there, for the page's origin instead of this verifier.
    #[must_use]
    pub const fn is_for_browsers(&self) -> bool {
        !self.id_token && !self.pseudonym
    }

    /// Whether a person can begin it on a page: a program need not say first what it is about this time.
    #[must_use]
    pub fn is_for_pages(&self) -> bool {
        self.transactions.iter().all(|transaction| transaction.fields.is_empty())
    }

    /// The label of a claim, by the last key of its path.
    #[must_use]
    pub fn label(&self, key: &str, lang: Lang) -> String {
        let own = self.labels.iter().find(|(known, _)| known == key);
        own.map_or_else(|| key.to_owned(), |(_, label)| label.get(lang).to_owned())
    }
}
