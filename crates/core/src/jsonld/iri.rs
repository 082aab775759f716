//! IRIs: their form, resolution against a base (RFC 3986 §5.2), and language tags.

/// The scheme's length, if the text begins with a scheme and a colon.
fn scheme_end(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate();
    if !bytes.next()?.1.is_ascii_alphabetic() {
        return None;
    }
    for (i, b) in bytes {
        match b {
            b':' => return Some(i),
            b if b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.') => {}
            _ => return None,
        }
    }
    None
}

/// Whether the text has the form of an IRI: it begins with a scheme.
pub(super) fn is_absolute(text: &str) -> bool {
    scheme_end(text).is_some()
}

/// Whether the text has the form of a blank node identifier.
pub(super) fn is_blank(text: &str) -> bool {
    text.starts_with("_:")
}

/// Whether an absolute IRI can stand in N-Quads: no character that `IRIREF` excludes (RDF 1.1 N-Quads §6), and one
/// fragment at most (RFC 3987 §2.2).
pub(super) fn is_well_formed(iri: &str) -> bool {
    is_absolute(iri) && crate::rdf::is_iri(iri) && iri.bytes().filter(|b| *b == b'#').count() <= 1
}

/// Whether a language tag is well-formed enough for RDF (`LANGTAG` of N-Quads, subtags of at most eight as in BCP 47).
pub(super) fn is_language_tag(tag: &str) -> bool {
    tag.split('-').enumerate().all(|(i, part)| {
        (1..=8).contains(&part.len())
            && part.bytes().all(|b| if i == 0 { b.is_ascii_alphabetic() } else { b.is_ascii_alphanumeric() })
    })
}

/// Splits at the first colon that is not the first character.
pub(super) fn split_compact(text: &str) -> Option<(&str, &str)> {
    match text.split_once(':') {
        Some(("", _)) | None => None,
        found => found,
    }
}

/// The parts of an IRI reference (RFC 3986 appendix B).
struct Parts<'t> {
    scheme: Option<&'t str>,
    authority: Option<&'t str>,
    path: &'t str,
    query: Option<&'t str>,
    fragment: Option<&'t str>,
}

fn parts(text: &str) -> Parts<'_> {
    let (rest, fragment) = match text.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (text, None),
    };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let (scheme, rest) = match rest.split_once(':') {
        Some((scheme, after)) if scheme_end(rest).is_some() => (Some(scheme), after),
        _ => (None, rest),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(after) => match after.find('/') {
            Some(at) => {
                let (authority, path) = after.split_at(at);
                (Some(authority), path)
            }
            None => (Some(after), ""),
        },
        None => (None, rest),
    };
    Parts { scheme, authority, path, query, fragment }
}

/// Resolves a reference against a base (RFC 3986 §5.2.2).
pub(super) fn resolve(base: &str, reference: &str) -> String {
    let r = parts(reference);
    let b = parts(base);
    let (authority, path, query);
    if r.scheme.is_some() || r.authority.is_some() {
        (authority, path, query) = (r.authority, remove_dot_segments(r.path), r.query);
    } else {
        authority = b.authority;
        if r.path.is_empty() {
            (path, query) = (b.path.to_owned(), r.query.or(b.query));
        } else if r.path.starts_with('/') {
            (path, query) = (remove_dot_segments(r.path), r.query);
        } else {
            // §5.2.3
            let merged = if b.authority.is_some() && b.path.is_empty() {
                format!("/{}", r.path)
            } else {
                match b.path.rsplit_once('/') {
                    Some((directory, _)) => format!("{directory}/{}", r.path),
                    None => r.path.to_owned(),
                }
            };
            (path, query) = (remove_dot_segments(&merged), r.query);
        }
    }
    let mut out = String::with_capacity(base.len() + reference.len());
    if let Some(scheme) = r.scheme.or(b.scheme) {
        out.push_str(scheme);
        out.push(':');
    }
    if let Some(authority) = authority {
        out.push_str("//");
        out.push_str(authority);
    }
    out.push_str(&path);
    for (mark, part) in [('?', query), ('#', r.fragment)] {
        if let Some(part) = part {
            out.push(mark);
            out.push_str(part);
        }
    }
    out
}

/// The reference that resolves to the IRI against the base, as short as jsonld.js writes it (API §6.3 step 10).
pub(super) fn relative(base: &str, iri: &str) -> String {
    let (b, i) = (parts(base), parts(iri));
    if b.scheme != i.scheme || b.authority != i.authority || i.scheme.is_none() {
        return iri.to_owned();
    }
    let tail = |out: &mut String| {
        for (mark, part) in [('?', i.query), ('#', i.fragment)] {
            if let Some(part) = part {
                out.push(mark);
                out.push_str(part);
            }
        }
    };
    if b.path == i.path && (i.query.is_some() || i.fragment.is_some()) && (i.query.is_some() || b.query.is_none()) {
        let mut out = String::new();
        if b.query == i.query {
            if let Some(fragment) = i.fragment {
                out.push('#');
                out.push_str(fragment);
                return out;
            }
        } else {
            tail(&mut out);
            return out;
        }
    }
    let from: Vec<&str> = b.path.split('/').collect();
    let to: Vec<&str> = i.path.split('/').collect();
    let directories = from.len().saturating_sub(1);
    let last = to.len().saturating_sub(1);
    let same = from.iter().zip(&to).take(directories.min(last)).take_while(|(a, b)| a == b).count();
    let mut out = "../".repeat(directories.saturating_sub(same));
    let rest: Vec<&str> = to.into_iter().skip(same).collect();
    out.push_str(&rest.join("/"));
    let first_colon = out.find(':').is_some_and(|colon| out.find('/').is_none_or(|slash| colon < slash));
    if out.is_empty() || first_colon || super::keywords::has_keyword_form(&out) {
        out.insert_str(0, "./");
    }
    tail(&mut out);
    out
}

/// RFC 3986 §5.2.4.
fn remove_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let absolute = path.starts_with('/');
    let mut segments = path.strip_prefix('/').unwrap_or(path).split('/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            other => {
                kept.push(other);
                continue;
            }
        }
        if last {
            kept.push("");
        }
    }
    let mut out = String::with_capacity(path.len());
    if absolute {
        out.push('/');
    }
    out.push_str(&kept.join("/"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_as_rfc_3986_says() {
        let base = "http://a/b/c/d;p?q";
        for (reference, expected) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("g;x=1/../y", "http://a/b/c/y"),
        ] {
            assert_eq!(resolve(base, reference), expected, "{reference}");
        }
    }

    #[test]
    fn forms() {
        assert!(is_well_formed("did:example:123#key"));
        assert!(!is_well_formed("http://a b"));
        assert!(!is_well_formed("relative/path:x"));
        assert!(is_language_tag("fr-CA") && is_language_tag("zh-Hant-TW"));
        for bad in ["", "a_b", "en-", "-en", "abcdefghi", "1a", "en US"] {
            assert!(!is_language_tag(bad), "{bad}");
        }
    }
}
