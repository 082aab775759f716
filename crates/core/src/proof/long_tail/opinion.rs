//! What `ssi` makes of a document and of a signature. Everything of `ssi` stays in here.

use ssi::claims::data_integrity::{AnyDataIntegrity, DataIntegrityDocument};
use ssi::crypto::algorithm::{ES256, ES256K};
use ssi::json_ld::syntax::Value;
use ssi::json_ld::{Expandable as _, Iri, IriBuf, JsonLdLoaderProvider, LoadError, Loader, RemoteDocument};
use ssi::rdf::{AnyLdEnvironment as _, LdEnvironment};
use ssi::verification_methods::{
    EcdsaSecp256k1VerificationKey2019, EcdsaSecp256r1VerificationKey2019, Ed25519VerificationKey2018, JsonWebKey2020,
    RsaVerificationKey2018, VerifyBytes,
};

use super::{Forms, LongTail, Signed};
use crate::jsonld::Contexts;
use crate::{Fault, limits};

/// The canonical N-Quads of a secured document's claims and of its one proof's options; `None` if `ssi` makes none.
pub(super) fn canonical_forms(json: &str, contexts: Contexts<'_>) -> Option<Forms> {
    isolated(|| {
        let secured: AnyDataIntegrity<DataIntegrityDocument> = serde_json::from_str(json).ok()?;
        let [proof] = secured.proofs.as_slice() else { return None };
        let shelf = Shelf(contexts);
        pollster::block_on(async {
            let mut environment = LdEnvironment::default();
            let expanded = secured.claims.expand_with(&mut environment, &shelf).await.ok()?;
            let document = environment.canonical_form_of(&expanded).ok()?.concat();
            let options = proof.configuration().expand(&shelf, &secured.claims).await.ok()?.nquads_lines().concat();
            Some(Forms { document, options })
        })
    })
}

/// Whether the signature over the message matches the key of the method, which is JSON.
pub(super) fn signature_matches(suite: LongTail, method: &str, signed: &Signed, message: &[u8]) -> bool {
    let signature = signed.signature.as_slice();
    let matches = isolated(|| {
        let verdict = match suite {
            LongTail::Ed25519Signature2018 => {
                let method: Ed25519VerificationKey2018 = serde_json::from_str(method).ok()?;
                method.verify_bytes(message, signature)
            }
            LongTail::EcdsaSecp256k1Signature2019 => {
                let method: EcdsaSecp256k1VerificationKey2019 = serde_json::from_str(method).ok()?;
                VerifyBytes::verify_bytes(&method, ES256K, message, signature)
            }
            LongTail::EcdsaSecp256r1Signature2019 => {
                let method: EcdsaSecp256r1VerificationKey2019 = serde_json::from_str(method).ok()?;
                VerifyBytes::verify_bytes(&method, ES256, message, signature)
            }
            LongTail::RsaSignature2018 => {
                let method: RsaVerificationKey2018 = serde_json::from_str(method).ok()?;
                method.verify_bytes(message, signature)
            }
            LongTail::JsonWebSignature2020 => {
                let method: JsonWebKey2020 = serde_json::from_str(method).ok()?;
                let algorithm: ssi::jwk::Algorithm = serde_json::from_str(&format!("{:?}", signed.algorithm)).ok()?;
                method.verify_bytes(message, signature, Some(algorithm))
            }
        };
        Some(matches!(verdict, Ok(Ok(()))))
    });
    matches == Some(true)
}

/// Runs `ssi` on a thread of its own: a panic ends there, and its recursion has a stack that our limits on depth fit.
fn isolated<T: Send>(work: impl FnOnce() -> Option<T> + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(limits::LONG_TAIL_STACK_BYTES);
        builder.spawn_scoped(scope, work).ok()?.join().ok()?
    })
}

/// The contexts that our own step reads, for `ssi` to read the same.
struct Shelf<'c>(Contexts<'c>);

impl JsonLdLoaderProvider for Shelf<'_> {
    type Loader = Self;

    fn loader(&self) -> &Self {
        self
    }
}

impl Loader for Shelf<'_> {
    async fn load(&self, url: &Iri) -> Result<RemoteDocument<IriBuf>, LoadError> {
        let failed = |fault: Fault| LoadError::new(url.to_owned(), fault);
        let text = self.0.text(url.as_str()).map_err(failed)?;
        let document: Value = serde_json::from_str(&text).map_err(|error| LoadError::new(url.to_owned(), error))?;
        Ok(RemoteDocument::new(Some(url.to_owned()), None, document))
    }
}
