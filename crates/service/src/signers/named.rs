//! A key elsewhere that a file names, for a program that keeps no keys in its store.

use serde::Deserialize;
use tamarack::keys::PublicKey;

use super::{Place, SignerError, SigningKey};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    place: Place,
    public_key_multibase: Option<String>,
}

impl SigningKey {
    /// The key that a file names, tried out: `{"place": {"http": {"url", "key", …}}, "publicKeyMultibase": "z…"}`, or `"pkcs11":
    /// {"module", "token", "label", "pinFile"}`, where the device tells the public key itself. The members are those of
    /// [`super::HttpPlace`] and [`super::Pkcs11Place`].
    ///
    /// # Errors
    /// [`SignerError::Place`] for another file; [`SignerError`] as [`Self::at`] and [`Self::try_out`].
    pub fn of_file(bytes: &[u8]) -> Result<Self, SignerError> {
        let file: File = serde_json::from_slice(bytes).map_err(|_| SignerError::Place)?;
        let public = match &file.public_key_multibase {
            Some(text) => PublicKey::from_multikey(text).map_err(|_| SignerError::Place)?,
            None => Self::public_at(&file.place)?,
        };
        let key = Self::at(&file.place, public)?;
        key.try_out()?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_names_no_key_is_refused() {
        for bad in [
            "",
            "{}",
            r#"{"place":{"http":{"url":"https://kms.example/sign","key":"k"}}}"#,
            r#"{"place":{"http":{"url":"https://kms.example/sign","key":"k"}},"publicKeyMultibase":"z1"}"#,
            r#"{"place":{"http":{"url":"https://kms.example/sign","key":"k","pin":"1"}},"publicKeyMultibase":"z1"}"#,
        ] {
            assert_eq!(SigningKey::of_file(bad.as_bytes()).unwrap_err(), SignerError::Place, "{bad}");
        }
    }
}
