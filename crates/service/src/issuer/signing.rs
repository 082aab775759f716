//! Waiting for a signature.

use tamarack::{Code, Fault};

use crate::signers::SigningKey;

/// Runs what signs with a key: at once if the key is here, and on a thread of its own if the signature comes from elsewhere,
/// so that nobody else waits for it.
pub(super) async fn signing<T: Send + 'static>(
    key: &SigningKey,
    sign: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let span = tracing::info_span!(target: "tamarack_service::traces", "sign", elsewhere = key.is_elsewhere());
    if key.is_elsewhere() {
        let signed = tokio::task::spawn_blocking(move || span.in_scope(sign));
        return signed.await.map_err(|_| Fault::new(Code::Internal))?;
    }
    span.in_scope(sign)
}
