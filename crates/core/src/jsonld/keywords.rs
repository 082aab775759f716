//! The keywords of JSON-LD 1.1 (JSON-LD 1.1 §1.7).

macro_rules! keywords {
    ($($name:ident = $text:literal,)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Keyword { $($name,)* }

        impl Keyword {
            /// The keyword with this text.
            pub(super) fn parse(text: &str) -> Option<Self> {
                if !text.starts_with('@') {
                    return None;
                }
                match text {
                    $($text => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The keyword's text.
            pub(super) const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// One bit for each keyword, for sets of keywords seen.
            pub(super) const fn bit(self) -> u32 {
                1 << self as u32
            }
        }
    };
}

keywords! {
    Base = "@base",
    Container = "@container",
    Context = "@context",
    Direction = "@direction",
    Graph = "@graph",
    Id = "@id",
    Import = "@import",
    Included = "@included",
    Index = "@index",
    Json = "@json",
    Language = "@language",
    List = "@list",
    Nest = "@nest",
    None = "@none",
    Prefix = "@prefix",
    Propagate = "@propagate",
    Protected = "@protected",
    Reverse = "@reverse",
    Set = "@set",
    Type = "@type",
    Value = "@value",
    Version = "@version",
    Vocab = "@vocab",
}

/// Whether a text looks like a keyword: `"@" 1*ALPHA` (API §5.2.2 step 2).
pub(super) fn has_keyword_form(text: &str) -> bool {
    text.strip_prefix('@').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphabetic()))
}
