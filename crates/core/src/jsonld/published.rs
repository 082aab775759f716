//! The digests of published context documents, whose bytes the built-in ones do not always have.
//!
//! SHA-256 is what the specifications state, where they state one; the others are of the same bytes.

/// The digests of the document under a URL, in lower-case hexadecimal.
#[derive(Debug)]
struct Published {
    url: &'static str,
    sha256: &'static str,
    sha384: &'static str,
    sha512: &'static str,
}

const TABLE: &[Published] = &[
    Published {
        url: "https://www.w3.org/2018/credentials/v1",
        sha256: "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
        sha384: "82c3b3eab863754bbfd2b9f17d8d6db9f61169f301cbf0b05e1fc4beb5f5c51dd4d2e888c274f49c3fbb2408f61faed1",
        sha512: concat!(
            "536a40b390dda94a9e39196c00090f62668e8184fe3c8c02c4a22c85666e68bf",
            "6e85d3dc7f2dba85b2b62ef95d97de24132568d8504db43f2c9c82d2e88418d2"
        ),
    },
    Published {
        url: "https://www.w3.org/ns/credentials/v2",
        sha256: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        sha384: "97f1eb8e5042356c805fdd61afa2c557663785e0794dcafa21e138fd38def18cb360133c221aa31d6896a6bf3e65b614",
        sha512: concat!(
            "5d55452bd2dcf8a29f5a290473eb242b1c5fb77d4e68f1a0aa87baa4dba26948",
            "52d65ec63d48ac04a99d956f9f7153b9406f84d2d04c74869b02c239a1d81305"
        ),
    },
    Published {
        url: "https://www.w3.org/2018/credentials/examples/v1",
        sha256: "2070ae4e75bc3b4c2cfe2b8b6e86ec45119672bbb5da283f0399ea96c60a0104",
        sha384: "28011554bfae6f952a3bd28a921405b66c1a4d059e70d20cdb2424ca5f8a511a576960d56a70670be362633225122f28",
        sha512: concat!(
            "0b547bd9d17571de50d19e79e81aa9c84a3e1929eb732435cd73d1aefecec7a9",
            "3203485920416c1671c72d109d17e979c335105535d60a8623caf30cf891f90d"
        ),
    },
    Published {
        url: "https://www.w3.org/ns/credentials/examples/v2",
        sha256: "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
        sha384: "ccd35b4135824944a2d1b6f3edd6ee6be45c10dbfb0ba16f966609d58f88ef6ec7b0f387773c042cc60ef4ccfaf0cdba",
        sha512: concat!(
            "8d563097eab123966bd7fb88a2566d19fb369112dabfde9badfd553c04e101be",
            "b230918f58f5b927881f7b32d16045f8ac0f601b4574eeb09521bfbf9e539669"
        ),
    },
    Published {
        url: "https://www.w3.org/ns/credentials/undefined-terms/v2",
        sha256: "82dab514ba44eb18f5d1b0f638c5e140c6a556fbfb5089601bdc0fa5eb8b2581",
        sha384: "b2a66ccddba70ba67ad99c2ff52e60558df0063cea51c4ca886e25d9ea73cfabb878baf92dc2ad2bda26c31391850d68",
        sha512: concat!(
            "7c525ff49bc479ec5da7fccf5d56497e4be408eb269d36609cc1f6ce1f9c4ee2",
            "3e4aefb53d3728b4a1cac56da6518fcfde789af23a5dfb77f4ce693eb5ed581b"
        ),
    },
    Published {
        url: "https://w3id.org/security/data-integrity/v2",
        sha256: "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        sha384: "0ee2d7626717f8b07cd449b525d5e2b71fe27209fc99e53089e0169dd2944d793feea4526fc60bb9cca1cd96512391f6",
        sha512: concat!(
            "39cd7a9a4047b74b8524640fe35633e81e8286d14bdbb7e77d0e08d850b00d6a",
            "35b0185d5de35c479baedb23a17989d9f628ac95531fdd79c0c5a0f632d9fa95"
        ),
    },
    Published {
        url: "https://w3id.org/security/multikey/v1",
        sha256: "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
        sha384: "0fa51641d12fb8c701b2e6a9492556f25d32bb4af84a96f11808f0a623b972434dd18a8f1f1865bc68d8ee046c4e5a3e",
        sha512: concat!(
            "127d1338ea7f702d745ed5bf6900eda8aac4419da5463181fca02c27e0508510",
            "6e7d3eece9ea0e156bcff5c3f99eead397785c453bc579f7dd5496a991e10b5f"
        ),
    },
    Published {
        url: "https://w3id.org/security/jwk/v1",
        sha256: "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
        sha384: "762dc55ce79f361e3bbeb7d3cb0ddb3e44b8e2885261f8283183959d1aaa33904af6a8005059ed9641500eab7d8ddae5",
        sha512: concat!(
            "0efbff84523d720a2f331fec4fbedc969ee2e75764c0ed325c72cb56bc539d3a",
            "9c642023c958735afd5357554ab1f7e13111f0dcf861f59b2bc045126cd85211"
        ),
    },
    Published {
        url: "https://www.w3.org/ns/credentials/status/v1",
        sha256: "fda5add353231e6a6884a46b12e6c75464281900cb348284d9c360f62381d9f7",
        sha384: "ac0ef813833ebd666b6170a61c5adacc6d7d2f5a040d16c2928e8414d4fa07f64d70313021e02bf4f97bdd123ed9a84e",
        sha512: concat!(
            "ff2ca7667b990373b46b12535e6b8de8eae270143278715ad935b159216521e5",
            "14cb1ccd8517410a2429527e24d8fc96f88f8b734887a2602e6ee07b83b66fed"
        ),
    },
];

/// The digest of the published document under a URL with as many bytes as this hash of the SHA-2 family gives (32, 48 or 64);
/// `None` where it is not known here.
#[must_use]
pub fn published_digest(url: &str, length: usize) -> Option<Vec<u8>> {
    let document = TABLE.iter().find(|document| document.url == url)?;
    let text = [document.sha256, document.sha384, document.sha512].into_iter().find(|text| text.len() == 2 * length)?;
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jsonld::{builtin_document, pinned_sha256};

    #[test]
    fn digests_are_those_that_the_specifications_state() {
        for document in TABLE {
            assert!(builtin_document(document.url).is_some(), "{}", document.url);
            assert!(pinned_sha256(document.url).is_none_or(|pinned| pinned == document.sha256), "{}", document.url);
            for length in [32, 48, 64] {
                assert_eq!(published_digest(document.url, length).unwrap().len(), length);
            }
        }
        assert_eq!(published_digest(TABLE[0].url, 20), None);
        assert_eq!(published_digest("https://www.w3.org/ns/credentials/v3", 32), None);
    }
}
