//! Whether a text is one absolute URL (VCDM 2.0 §4.4) or URI (VCDM 1.1 §4.2).

/// Whether `text` is an absolute URL: a scheme, a colon and something behind it, without the characters that no URL or
/// IRI has (RFC 3986, RFC 3987). `http` and `https` need a host, `did` a method and an identifier, `urn` both its parts.
pub(crate) fn is_absolute(text: &str) -> bool {
    let Some((scheme, rest)) = split_at_colon(text) else { return false };
    let mut letters = scheme.bytes();
    if !letters.next().is_some_and(|b| b.is_ascii_alphabetic())
        || !letters.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    {
        return false;
    }
    if rest.is_empty() || !clean(rest) {
        return false;
    }
    if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") {
        let host = rest.strip_prefix("//").unwrap_or_default();
        return !host.is_empty() && !host.starts_with(['/', '?', '#', ':']);
    }
    if scheme == "did" || scheme.eq_ignore_ascii_case("urn") {
        return split_at_colon(rest).is_some_and(|(name, specific)| !name.is_empty() && !specific.is_empty());
    }
    true
}

/// `split_once(':')` for text whose first colon comes soon.
fn split_at_colon(text: &str) -> Option<(&str, &str)> {
    let at = text.bytes().position(|b| b == b':')?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// No white space, control or delimiter that RFC 3986 leaves out, one fragment at most, and every `%` before two hexadecimal
/// digits.
fn clean(text: &str) -> bool {
    let escapes =
        || text.split('%').skip(1).all(|tail| tail.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2);
    let other = || text.is_ascii() || !text.chars().any(|c| c.is_control() || c.is_whitespace());
    let fragments = text.bytes().fold(0_usize, |count, b| count + usize::from(b == b'#'));
    crate::rdf::is_iri(text) && !has(text, 0x7f) && fragments <= 1 && (!has(text, b'%') || escapes()) && other()
}

/// Whether a byte is there; without an early exit, so that the compiler can look at many at once.
fn has(text: &str, byte: u8) -> bool {
    text.bytes().fold(false, |found, b| found | (b == byte))
}

#[cfg(test)]
mod tests {
    use super::is_absolute;

    #[test]
    fn tells_absolute_urls() {
        for good in [
            "https://issuer.example/1",
            "did:key:z6Mk",
            "did:web:ontario.example%3A8443:card#key-1",
            "urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5",
            "data:application/vc+jwt,eyJ",
            "mailto:clerk@ontario.example",
            "https://exemple.example/étudiante",
            "example:1",
        ] {
            assert!(is_absolute(good), "{good}");
        }
        for bad in [
            "",
            "example",
            ":x",
            "1a:x",
            "did:",
            "did:key",
            "did:key:",
            "urn:uuid",
            "https:issuer.example",
            "https://",
            "https:///path",
            "https://a b",
            "https://a/%zz",
            "https://a/%2",
            "https://a/<x>",
            "https://a/\u{a0}",
            "https://a/#b#c",
            "/relative",
            "not a url: x",
        ] {
            assert!(!is_absolute(bad), "{bad}");
        }
    }
}
