//! Strict JSON: one value type, a reader that refuses what is ambiguous, a writer, and the canonical form of RFC 8785.

mod canonical;
mod path;
mod reader;
mod value;
mod writer;

pub use canonical::{canonicalize, number_text};
pub(crate) use canonical::{canonicalize_members, write_escaped};
pub use path::Path;
pub use reader::{parse, parse_up_to};
pub use value::{Members, Object, Value};
pub use writer::{to_string, to_string_pretty};
