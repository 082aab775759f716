//! Credentials that come by another way than an offer: out of a file, or from another wallet.

use std::sync::Arc;

use tamarack::present::Held;
use tamarack::{Code, Fault, Outcome, verify};
use tamarack_wallet::credentials::{self, StoredCredential, Summary};

use super::Wallet;
use super::views::LocalText;
use crate::error::TamarackError;
use crate::evidence::{Evidence, snapshot};
use crate::verifier::Verifier;

/// A credential to be put into a wallet.
///
/// ```text
/// verifier = Verifier(PolicyOptions(trust_list=trust, as_holder=True))
/// ids = wallet.import_credentials([ImportedCredential(text=credential)], verifier)
/// ```
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ImportedCredential {
    /// The credential: JSON, a compact JWT or an SD-JWT.
    pub text: String,
    /// The id of the wallet's key that it is bound to (`create_key`), if it is bound to one.
    #[uniffi(default = None)]
    pub key: Option<String>,
    /// What people call it.
    #[uniffi(default = None)]
    pub title: Option<LocalText>,
    /// What people call its issuer.
    #[uniffi(default = None)]
    pub issuer_name: Option<LocalText>,
    /// The batch of single-use copies that it is one of: any text that the copies have in common.
    #[uniffi(default = None)]
    pub batch: Option<String>,
}

/// Without the credential.
impl core::fmt::Debug for ImportedCredential {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ImportedCredential").field("key", &self.key).finish_non_exhaustive()
    }
}

#[uniffi::export]
impl Wallet {
    /// Puts credentials into the wallet, all or none, each once this verifier accepts it: take a policy `as_holder` with the trust list
    /// of the wallet. Gives their ids, in the same order. No network is asked: what is needed stands in `evidence`.
    ///
    /// ```text
    /// key = wallet.create_key(NewKey.P256)
    /// ids = wallet.import_credentials([ImportedCredential(text=credential, key=key.id())], verifier, evidence)
    /// ```
    ///
    /// Errors: `Denied` with the code of what spoke against one, or of what could not be checked; `Input` for what is no credential,
    /// with `record.missing` for a key that the wallet has not; `Storage`, `Locked`.
    #[uniffi::method(default(evidence = None))]
    pub fn import_credentials(
        &self,
        credentials: Vec<ImportedCredential>,
        verifier: Arc<Verifier>,
        evidence: Option<Arc<Evidence>>,
    ) -> Result<Vec<String>, TamarackError> {
        let evidence = snapshot(evidence.as_ref());
        let now = self.now()?;
        for one in &credentials {
            let verdict = verify(one.text.as_bytes(), verifier.policy(), &evidence, now)?;
            if verdict.outcome() != Outcome::Accept {
                let against = verdict.checks().iter().find_map(|check| check.fault.clone());
                return Err(TamarackError::denied(&against.unwrap_or_else(|| Fault::new(Code::ProofMissing))));
            }
        }
        let contexts = evidence.contexts();
        self.step(|means, random| {
            let mut changes = Vec::with_capacity(credentials.len().saturating_mul(2));
            let mut ids = Vec::with_capacity(credentials.len());
            for one in credentials {
                if let Some(key) = &one.key {
                    tamarack_wallet::keys::info(means.store, key)?;
                }
                let id = credentials::new_id(random)?;
                let held = Held::parse(one.text.as_bytes())?;
                let summary = Summary {
                    title: one.title.unwrap_or_default().into(),
                    issuer_name: one.issuer_name.unwrap_or_default().into(),
                    batch: one.batch,
                    ..Summary::of(&id, &held, &contexts, means.clock.now())
                };
                changes.extend(credentials::put(
                    &StoredCredential { key: one.key, ..StoredCredential::new(one.text) },
                    &summary,
                )?);
                ids.push(id);
            }
            means.store.write(&changes)?;
            Ok(ids)
        })
    }
}
