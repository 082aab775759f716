//! Where a key elsewhere is.

use serde::{Deserialize, Serialize};

use super::SignerError;

/// Where a key is that never leaves its place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// In a device behind PKCS#11.
    Pkcs11(Pkcs11Place),
    /// With a signer over HTTP.
    Http(HttpPlace),
}

/// A key pair in a token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pkcs11Place {
    /// The path of the device's library.
    pub module: String,
    /// The label of the token.
    pub token: String,
    /// The label (`CKA_LABEL`) of the two halves of the key.
    pub label: String,
    /// Their `CKA_ID` in hexadecimal, where the label is not enough.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// The file with the user's PIN. It is read when a session is opened, and not kept.
    pub pin_file: String,
}

impl Pkcs11Place {
    /// Reads `module=…,token=…,label=…[,id=…]`. A comma in a value is written `%2C`, a percent sign `%25`.
    ///
    /// # Errors
    /// [`SignerError::Place`] for another name, one that is missing or stands twice, or an `id` that is no hexadecimal.
    pub fn parse(text: &str, pin_file: &str) -> Result<Self, SignerError> {
        let mut found: [Option<String>; 4] = [const { None }; 4];
        for pair in text.split(',') {
            let (name, value) = pair.split_once('=').ok_or(SignerError::Place)?;
            let at = ["module", "token", "label", "id"].iter().position(|known| *known == name.trim());
            let slot = at.and_then(|at| found.get_mut(at)).ok_or(SignerError::Place)?;
            let value = value.trim().replace("%2C", ",").replace("%2c", ",").replace("%25", "%");
            if value.is_empty() || slot.replace(value).is_some() {
                return Err(SignerError::Place);
            }
        }
        let [module, token, label, id] = found;
        let place = Self {
            module: module.ok_or(SignerError::Place)?,
            token: token.ok_or(SignerError::Place)?,
            label: label.ok_or(SignerError::Place)?,
            id,
            pin_file: pin_file.to_owned(),
        };
        place.id_bytes()?;
        Ok(place)
    }

    /// The `CKA_ID`.
    pub(super) fn id_bytes(&self) -> Result<Option<Vec<u8>>, SignerError> {
        let decode = |text: &String| {
            let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
            let byte = |pair: &[u32]| match pair {
                [high, low] => u8::try_from(high * 16 + low).ok(),
                _ => None,
            };
            digits.chunks(2).map(byte).collect::<Option<Vec<u8>>>()
        };
        self.id.as_ref().map(|text| decode(text).ok_or(SignerError::Place)).transpose()
    }
}

/// A key with a signer over HTTP.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HttpPlace {
    /// Where signatures are asked for: HTTPS, or this very machine.
    pub url: String,
    /// The signer's own name of the key.
    pub key: String,
    /// The file with the bearer token, read for each signature so that it can be replaced.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub token_file: Option<String>,
    /// The files with our certificate and its key, if the signer wants one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub identity_files: Option<(String, String)>,
    /// The file with the authorities to trust instead of those of the public web.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub authorities_file: Option<String>,
    /// Whether the signer may be in a private network.
    #[serde(default)]
    pub private_network: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_strictly() {
        let parse = |text: &str| Pkcs11Place::parse(text, "pin");
        let place = parse("module=/usr/lib/x.so, token=Ontario%2C 1,label=issuer,id=0aFF").unwrap();
        assert_eq!((place.token.as_str(), place.id_bytes().unwrap().unwrap()), ("Ontario, 1", vec![10, 255]));
        for bad in [
            "",
            "module=x",
            "module=x,token=t,label=",
            "module=x,token=t,label=l,label=m",
            "module=x,token=t,label=l,pin=1234",
            "module=x,token=t,label=l,id=0",
            "module=x,token=t,label=l,id=zz",
        ] {
            assert_eq!(parse(bad), Err(SignerError::Place), "{bad}");
        }
    }
}
