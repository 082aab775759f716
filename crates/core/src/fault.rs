//! What was wrong and where: the one error value of the library.

use crate::Code;

/// One finding: a stable [`Code`], where in the document it is, and which name or limit it is about.
///
/// A fault never holds a claim's value, a key or a token: the pointer and the term are names from the document's
/// structure, which the contexts define.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    code: Code,
    pointer: Option<String>,
    about: Option<String>,
}

impl Fault {
    /// A fault with a code alone.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, pointer: None, about: None }
    }

    /// Says where: a JSON pointer (RFC 6901) into the input.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Puts a prefix before the pointer: for a part that was judged on its own.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        if !prefix.is_empty() {
            self.pointer = Some(format!("{prefix}{}", self.pointer.unwrap_or_default()));
        }
        self
    }

    /// Names what it is about: a term, a URL, an algorithm, a limit with its value. Never a claim's value or a secret.
    #[must_use]
    pub fn about(mut self, name: impl Into<String>) -> Self {
        let mut name: String = name.into();
        // An error must stay readable whatever the input: names from hostile documents are cut and stripped of controls.
        if name.len() > crate::limits::FAULT_NAME_BYTES || name.chars().any(char::is_control) {
            name = name.chars().filter(|c| !c.is_control()).take(crate::limits::FAULT_NAME_BYTES / 4).collect();
        }
        self.about = Some(name);
        self
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The JSON pointer, if the place is known. The empty pointer is the whole document.
    #[must_use]
    pub fn pointer(&self) -> Option<&str> {
        self.pointer.as_deref()
    }

    /// The name that it is about, if there is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.about.as_deref()
    }
}

impl From<Code> for Fault {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl core::fmt::Display for Fault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(pointer) = &self.pointer {
            write!(f, " at \"{pointer}\"")?;
        }
        if let Some(about) = &self.about {
            write!(f, " ({about})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

/// The result of a step that can find a fault.
pub type Result<T, E = Fault> = core::result::Result<T, E>;
