//! A place in a document, kept on the stack while walking and written out only when a fault needs it.

/// A step-by-step path from the root to a value. Costs nothing until [`Path::pointer`] is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Path<'p> {
    /// The whole document.
    Root,
    /// The member of an object.
    Key(&'p Path<'p>, &'p str),
    /// The item of an array.
    Index(&'p Path<'p>, usize),
}

impl<'p> Path<'p> {
    /// The path of a member.
    #[must_use]
    pub const fn key(&'p self, key: &'p str) -> Path<'p> {
        Path::Key(self, key)
    }

    /// The path of an item.
    #[must_use]
    pub const fn index(&'p self, index: usize) -> Path<'p> {
        Path::Index(self, index)
    }

    /// The JSON pointer (RFC 6901); empty for the root.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Path::Root => {}
            Path::Key(parent, key) => {
                parent.write(out);
                out.push('/');
                for c in key.chars() {
                    match c {
                        '~' => out.push_str("~0"),
                        '/' => out.push_str("~1"),
                        c => out.push(c),
                    }
                }
            }
            Path::Index(parent, index) => {
                parent.write(out);
                out.push('/');
                out.push_str(&index.to_string());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn escapes_as_rfc_6901_says() {
        let root = Path::Root;
        let a = root.key("a/b~c");
        assert_eq!(a.index(3).pointer(), "/a~1b~0c/3");
        assert_eq!(root.pointer(), "");
    }
}
