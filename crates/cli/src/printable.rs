//! Foreign text, safe for a terminal.

use std::borrow::Cow;

/// The most characters of one foreign text that are shown.
const LONGEST: usize = 1_000;

/// Text that nobody vouches for (a name, a path, a URL, a header), safe for a terminal: control characters and invisible
/// ones, those that reorder text among them, become U+FFFD; what is longer than 1 000 characters is cut with “…”.
///
/// [`Texts`](crate::Texts) does this to every variable of a message.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && !text.chars().any(is_treacherous) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().take(LONGEST).map(|c| if is_treacherous(c) { '\u{fffd}' } else { c });
    let more = text.chars().nth(LONGEST).map(|_| '…');
    Cow::Owned(shown.chain(more).collect())
}

/// An address that nobody vouches for, whole, as a part of one is of no use: what is not printable ASCII becomes U+FFFD.
#[must_use]
pub fn printable_address(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() { c } else { '\u{fffd}' }).collect()
}

/// C0, DEL and C1; line and paragraph separators; the bidirectional controls of UAX #9; zero-width characters, which make
/// two names look like one.
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_sees_no_controls() {
        assert_eq!(printable("a\u{1b}[31mb\nc\u{9b}d\u{7f}"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}");
        for c in ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}').chain(['\u{200e}', '\u{200f}', '\u{61c}']) {
            assert_eq!(printable(&format!("a{c}b")), "a\u{fffd}b", "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn honest_text_stays_as_it_is() {
        for text in ["", "did:web:id.example#key-1", "Délivré\u{a0}: l’État\u{202f}!", "身分證", "רישיון"]
        {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn an_address_is_whole() {
        let long = format!("https://shop.example/#{}", "a".repeat(5_000));
        assert_eq!(printable_address(&long), long);
        assert_eq!(
            printable_address("https://a.example/\u{1b}[2J \u{202e}é"),
            "https://a.example/\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn nothing_is_endless() {
        assert_eq!(printable(&"é".repeat(LONGEST)).chars().count(), LONGEST);
        let cut = printable(&"é".repeat(5_000)).into_owned();
        assert_eq!((cut.chars().count(), cut.chars().last()), (LONGEST + 1, Some('…')));
    }
}
