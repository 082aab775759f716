//! The schemas of the example types of this repository (`examples/types`): built in, as their contexts are, so that their
//! credentials can be verified without publishing anything.

const TABLE: [(&str, &str); 3] = [
    ("https://tamarack.example/ontario/person/v1/schema.json", include_str!("documents/ontario-person.json")),
    ("https://tamarack.example/ontario/driver/v1/schema.json", include_str!("documents/ontario-driver.json")),
    ("https://tamarack.example/ontario/health/v1/schema.json", include_str!("documents/ontario-health.json")),
];

/// The built-in schema under this URL.
pub(super) fn find(url: &str) -> Option<&'static [u8]> {
    TABLE.iter().find(|(known, _)| *known == url).map(|(_, text)| text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::TABLE;

    #[test]
    fn are_those_of_the_example_types() {
        for (url, text) in TABLE {
            let name = url.split('/').nth(4).unwrap();
            let path = format!("{}/../../examples/types/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
            // A published crate has no examples beside it.
            if let Ok(example) = std::fs::read_to_string(&path) {
                assert_eq!(example, text, "{path}");
            }
            assert!(text.contains(url), "{url}");
        }
    }
}
