//! The syntax of DIDs and DID URLs (DID Core §3.1 and §3.2), and relative references (§3.2.2).

use crate::{Code, Fault, limits};

/// Checks that a text is a DID, and nothing but a DID (DID Core §3.1).
///
/// # Errors
/// [`Code::DidSyntax`].
pub fn check_did(did: &str) -> Result<(), Fault> {
    method_and_identifier(did).map(|_| ())
}

/// Checks that a text is a DID URL (DID Core §3.2): a DID with path, query and fragment, each optional.
///
/// # Errors
/// [`Code::DidSyntax`].
pub fn check_did_url(did_url: &str) -> Result<(), Fault> {
    let did = did_of(did_url);
    check_did(did)?;
    let tail = did_url.strip_prefix(did).unwrap_or_default();
    if did_url.len() <= limits::DID_URL_BYTES && is_tail(tail) { Ok(()) } else { Err(refused(did_url)) }
}

/// The DID in front of a DID URL: everything before the first `/`, `?` or `#`.
#[must_use]
pub fn did_of(did_url: &str) -> &str {
    let end = did_url.bytes().position(|b| matches!(b, b'/' | b'?' | b'#'));
    end.and_then(|end| did_url.get(..end)).unwrap_or(did_url)
}

/// The method's name and the method-specific identifier.
pub(super) fn method_and_identifier(did: &str) -> Result<(&str, &str), Fault> {
    let parts = did.strip_prefix("did:").and_then(|rest| rest.split_once(':'));
    let (name, identifier) = parts.ok_or_else(|| refused(did))?;
    let name_fits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let identifier_fits = !identifier.is_empty()
        && !identifier.ends_with(':')
        && is_made_of(identifier, |b| b.is_ascii_alphanumeric() || b".-_:".contains(&b));
    if did.len() <= limits::DID_URL_BYTES && name_fits && identifier_fits {
        Ok((name, identifier))
    } else {
        Err(refused(did))
    }
}

/// A DID URL in a document of this DID: absolute already, or relative and then resolved against the DID.
///
/// A relative DID URL begins with `#`, `?` or `/`: with anything else RFC 3986 §5 would lose the DID.
pub(super) fn absolute(reference: &str, did: &str) -> Option<String> {
    if reference.starts_with("did:") {
        check_did_url(reference).ok()?;
        Some(reference.to_owned())
    } else if !reference.is_empty() && is_tail(reference) {
        Some(format!("{did}{reference}"))
    } else {
        None
    }
}

/// `path-abempty [ "?" query ] [ "#" fragment ]` (RFC 3986 §3).
fn is_tail(tail: &str) -> bool {
    let (rest, fragment) = tail.split_once('#').map_or((tail, ""), |(rest, fragment)| (rest, fragment));
    let (path, query) = rest.split_once('?').map_or((rest, ""), |(path, query)| (path, query));
    let pchar = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b);
    (path.is_empty() || path.starts_with('/'))
        && is_made_of(path, |b| pchar(b) || b == b'/')
        && is_made_of(query, |b| pchar(b) || b"/?".contains(&b))
        && is_made_of(fragment, |b| pchar(b) || b"/?".contains(&b))
}

/// Whether every byte is allowed, or part of a percent-encoding (RFC 3986 §2.1).
fn is_made_of(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let fits = if byte == b'%' {
            let mut hex = || bytes.next().is_some_and(|b| b.is_ascii_hexdigit());
            hex() && hex()
        } else {
            allowed(byte)
        };
        if !fits {
            return false;
        }
    }
    true
}

fn refused(text: &str) -> Fault {
    Fault::new(Code::DidSyntax).about(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn did_core_3_1() {
        for good in ["did:a:b", "did:web:example.com%3A3000:u:bob", "did:x1:::a", "did:example:A.b-c_d%20"] {
            check_did(good).unwrap();
            check_did_url(good).unwrap();
        }
        for bad in [
            "",
            "did",
            "did:",
            "did:a",
            "did:a:",
            "did::b",
            "did:A:b",
            "DID:a:b",
            "did:a:b:",
            "did:a-b:c",
            "did:a:b#c",
            "did:a:b/c",
            "did:a:b?c",
            "did:a:%",
            "did:a:%2",
            "did:a:%2g",
            "did:a:b c",
            "did:a:é",
            "did:a:b$",
            "did:a:~",
            " did:a:b",
            "did:a:b\n",
            "did;a:b",
            "did:key;invalid",
        ] {
            assert_eq!(check_did(bad).unwrap_err().code(), Code::DidSyntax, "{bad}");
        }
        assert!(check_did(&format!("did:a:{}", "b".repeat(limits::DID_URL_BYTES))).is_err());
    }

    #[test]
    fn did_core_3_2() {
        for good in [
            "did:a:b#",
            "did:a:b#c",
            "did:a:b/",
            "did:a:b/c/d?e=f&g#h",
            "did:a:b?service=x&relativeRef=%2Fy",
            "did:a:b#a/b?c",
            "did:a:b?#",
            "did:a:b//x",
        ] {
            check_did_url(good).unwrap();
        }
        for bad in
            ["did:a:b#c#d", "did:a:b#%", "did:a:b# c", "did:a:b?c^", "did:a:b/\"", "did:a:#c", "#c", "", "did:a:b#é"]
        {
            assert_eq!(check_did_url(bad).unwrap_err().code(), Code::DidSyntax, "{bad}");
        }
    }

    #[test]
    fn relative_references() {
        assert_eq!(absolute("#k", "did:a:b").as_deref(), Some("did:a:b#k"));
        assert_eq!(absolute("/p?q#k", "did:a:b").as_deref(), Some("did:a:b/p?q#k"));
        assert_eq!(absolute("did:c:d#k", "did:a:b").as_deref(), Some("did:c:d#k"));
        for bad in ["", "k", "k#k", "did:a", "https://x.example/#k", "#a b", ":x", "//h#%0"] {
            assert_eq!(absolute(bad, "did:a:b"), None, "{bad}");
        }
    }
}
