//! Calls to a program of the operator's or of the relying party's, signed as Standard Webhooks has it: `webhook-id`,
//! `webhook-timestamp` and `webhook-signature: v1,` with the base64 of HMAC-SHA-256 over `id.timestamp.body`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tamarack::Timestamp;
use tamarack_net::{Call, FetchError, Fetcher};

use crate::limits;

/// Posts a JSON text once; any status of success will do. It waits: for a thread that may.
pub(crate) fn send_signed(
    fetcher: &Fetcher,
    url: &str,
    id: &str,
    body: &str,
    secret: &[u8],
    now: Timestamp,
) -> Result<(), FetchError> {
    let time = now.unix();
    let (signature, time) = (sign(id, time, body, secret), time.to_string());
    let headers = [
        ("content-type", "application/json"),
        ("webhook-id", id),
        ("webhook-timestamp", &time),
        ("webhook-signature", &signature),
    ];
    let answer =
        fetcher.call(&Call { url, headers: &headers, body: Some(body.as_bytes()), limit: limits::BODY_BYTES })?;
    if (200..300).contains(&answer.status) { Ok(()) } else { Err(FetchError::Status(answer.status)) }
}

fn sign(id: &str, time: i64, body: &str, secret: &[u8]) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(format!("{id}.{time}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_standard_webhooks_does() {
        // The example of the specification's own libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#, &secret);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
