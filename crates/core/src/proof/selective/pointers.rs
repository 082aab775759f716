//! A part of a document, chosen by JSON pointers (VC-DI-ECDSA §3.4.10 to §3.4.13).
//!
//! The specification makes the selected document step by step; here a tree says what is selected, from which both the
//! document and the place of each of its nodes in the whole one follow.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::json::{Object, Path, Value};
use crate::{Code, Fault, limits};

/// What is selected of one value.
#[derive(Clone, Debug)]
enum Selected {
    Whole,
    Members(BTreeMap<String, Selected>),
    Items(BTreeMap<usize, Selected>),
}

/// What some pointers select of a document; nothing, if there are none.
#[derive(Clone, Debug)]
pub(super) struct Selection(Option<Selected>);

impl Selection {
    /// §3.4.13 selectJsonLd, steps 1 and 5.
    ///
    /// # Errors
    /// [`Code::DisclosurePointer`] with the pointer, for one that is malformed or names nothing.
    pub(super) fn of<'p>(document: &Object<'_>, pointers: impl IntoIterator<Item = &'p str>) -> Result<Self, Fault> {
        let mut root = None;
        for (count, pointer) in pointers.into_iter().enumerate() {
            if count >= limits::DISCLOSURE_POINTERS {
                let about = format!("DISCLOSURE_POINTERS {}", limits::DISCLOSURE_POINTERS);
                return Err(Fault::new(Code::DisclosurePointer).about(about));
            }
            let missing = || Fault::new(Code::DisclosurePointer).at(pointer);
            let mut steps = steps(pointer).ok_or_else(missing)?;
            match steps.next() {
                None => root = Some(Selected::Whole),
                Some(step) => {
                    let whole = root.get_or_insert_with(|| Selected::Members(BTreeMap::new()));
                    member(document, &step.ok_or_else(missing)?, &mut steps, whole).ok_or_else(missing)?;
                }
            }
        }
        Ok(Self(root))
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The selected document: every object on the way to what is selected keeps its `id`, `type` and `@context`; arrays
    /// are dense (§3.4.13 step 6).
    ///
    /// Beyond the specification's text, an `id` that is a blank node identifier is kept as well: without it, the document
    /// would lose what other nodes say of that node.
    pub(super) fn document<'a>(&self, document: &Object<'a>) -> Object<'a> {
        match &self.0 {
            None => Object::new(),
            Some(Selected::Members(members)) => part(document, members),
            Some(_) => document.clone(),
        }
    }

    /// The pointer in the whole document of a place in the selected one.
    pub(super) fn origin(&self, path: &Path<'_>) -> String {
        let mut pointer = String::new();
        self.walk(path, &mut pointer);
        pointer
    }

    /// Writes the original pointer of a path; gives what is selected below it, if that is not all.
    fn walk(&self, path: &Path<'_>, out: &mut String) -> Option<&Selected> {
        match *path {
            Path::Root => self.0.as_ref(),
            Path::Key(parent, key) => {
                let selected = self.walk(parent, out);
                out.push_str(&Path::Root.key(key).pointer());
                match selected {
                    Some(Selected::Members(members)) => members.get(key),
                    _ => None,
                }
            }
            Path::Index(parent, index) => {
                let selected = self.walk(parent, out);
                let (index, below) = match selected {
                    Some(Selected::Items(items)) => match items.iter().nth(index) {
                        Some((original, below)) => (*original, Some(below)),
                        None => (index, None),
                    },
                    _ => (index, None),
                };
                out.push('/');
                out.push_str(&index.to_string());
                below
            }
        }
    }
}

/// One step of a pointer, unescaped; `None` for a malformed one.
type Step<'p> = Option<Cow<'p, str>>;

/// §3.4.10 jsonPointerToPaths, as strict as RFC 6901 §3; the empty pointer is the whole document.
fn steps(pointer: &str) -> Option<impl Iterator<Item = Step<'_>>> {
    let rest = match pointer.strip_prefix('/') {
        Some(rest) => Some(rest),
        None if pointer.is_empty() => None,
        None => return None,
    };
    Some(rest.into_iter().flat_map(|rest| rest.split('/')).map(|step| {
        if !step.contains('~') {
            return Some(Cow::Borrowed(step));
        }
        let sound = step.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
        sound.then(|| Cow::Owned(step.replace("~1", "/").replace("~0", "~")))
    }))
}

/// §3.4.12 selectPaths, at the member of an object.
fn member<'p>(
    object: &Object<'_>,
    key: &str,
    rest: &mut impl Iterator<Item = Step<'p>>,
    into: &mut Selected,
) -> Option<()> {
    let value = object.get(key)?;
    match into {
        Selected::Members(members) => {
            let below = members.entry(key.to_owned()).or_insert_with(|| nothing_of(value));
            select(value, rest, below)
        }
        // All of it is selected already; the pointer must still name something.
        _ => select(value, rest, &mut Selected::Whole),
    }
}

fn select<'p>(value: &Value<'_>, rest: &mut impl Iterator<Item = Step<'p>>, into: &mut Selected) -> Option<()> {
    let Some(step) = rest.next() else {
        *into = Selected::Whole;
        return Some(());
    };
    let step = step?;
    match value {
        Value::Object(object) => member(object, &step, rest, into),
        Value::Array(items) => {
            // RFC 6901 §4: digits without a leading zero.
            if !step.bytes().all(|b| b.is_ascii_digit()) || (step.len() > 1 && step.starts_with('0')) {
                return None;
            }
            let index: usize = step.parse().ok()?;
            let value = items.get(index)?;
            match into {
                Selected::Items(items) => select(value, rest, items.entry(index).or_insert_with(|| nothing_of(value))),
                _ => select(value, rest, &mut Selected::Whole),
            }
        }
        _ => None,
    }
}

/// Nothing of a value yet. It never stays so: each step goes on to the end of its pointer.
fn nothing_of(value: &Value<'_>) -> Selected {
    match value {
        Value::Object(_) => Selected::Members(BTreeMap::new()),
        Value::Array(_) => Selected::Items(BTreeMap::new()),
        _ => Selected::Whole,
    }
}

/// §3.4.11 createInitialSelection, and what is selected beside it.
fn part<'a>(object: &Object<'a>, members: &BTreeMap<String, Selected>) -> Object<'a> {
    let mut out = Object::new();
    for (key, value) in object.iter() {
        let value = match members.get(key) {
            _ if matches!(key, "id" | "type" | "@context") => value.clone(),
            Some(selected) => part_of(value, selected),
            None => continue,
        };
        out.insert(key.to_owned(), value);
    }
    out
}

fn part_of<'a>(value: &Value<'a>, selected: &Selected) -> Value<'a> {
    match (value, selected) {
        (Value::Object(object), Selected::Members(members)) => Value::Object(part(object, members)),
        (Value::Array(items), Selected::Items(chosen)) => {
            let items = chosen.iter().filter_map(|(index, selected)| Some(part_of(items.get(*index)?, selected)));
            Value::Array(items.collect())
        }
        (whole, _) => whole.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{parse, to_string};

    const DOCUMENT: &str = r#"{"@context":["c"],"id":"urn:x","type":["T"],"a":{"id":"_:n","type":"U","b":[1,[2,{"c":3,"d":4}],{"e":5}],"f/g":{"~h":6}},"i":[]}"#;

    fn selected(pointers: &[&str]) -> Result<String, Fault> {
        let document = parse(DOCUMENT.as_bytes()).unwrap();
        let object = document.as_object().unwrap();
        let selection = Selection::of(object, pointers.iter().copied())?;
        Ok(to_string(&Value::Object(selection.document(object))))
    }

    #[test]
    fn selects_as_the_specification_says() {
        let frame = |inner: &str| format!(r#"{{"@context":["c"],"id":"urn:x","type":["T"]{inner}}}"#);
        let in_a = |inner: &str| frame(&format!(r#","a":{{"id":"_:n","type":"U"{inner}}}"#));
        assert_eq!(selected(&[]).unwrap(), "{}");
        assert_eq!(selected(&[""]).unwrap(), DOCUMENT);
        assert_eq!(selected(&["/type/0"]).unwrap(), frame(""));
        assert_eq!(selected(&["/i"]).unwrap(), frame(r#","i":[]"#));
        assert_eq!(selected(&["/a/id"]).unwrap(), in_a(""));
        assert_eq!(selected(&["/a/f~1g/~0h"]).unwrap(), in_a(r#","f/g":{"~h":6}"#));
        assert_eq!(selected(&["/a/b/2/e", "/a/b/1/1/d"]).unwrap(), in_a(r#","b":[[{"d":4}],{"e":5}]"#));
        // The whole of something takes in its parts, in whatever order they are named.
        let whole = in_a(r#","b":[1,[2,{"c":3,"d":4}],{"e":5}]"#);
        assert_eq!(selected(&["/a/b", "/a/b/1/1/d"]).unwrap(), whole);
        assert_eq!(selected(&["/a/b/1/1/d", "/a/b"]).unwrap(), whole);
        assert_eq!(selected(&["", "/a/b/0"]).unwrap(), DOCUMENT);
    }

    #[test]
    fn pointers_that_name_nothing_are_refused() {
        for bad in
            ["a", "/", "/x", "/a/b/3", "/a/b/01", "/a/b/-", "/a/b/+1", "/a/b/0/0", "/a/f~1g/~2h", "/a/f~1g/h~", "/i/0"]
        {
            let fault = selected(&[bad]).unwrap_err();
            assert_eq!((fault.code(), fault.pointer()), (Code::DisclosurePointer, Some(bad)));
            assert!(selected(&["", bad]).is_err(), "{bad}");
        }
        let many = vec!["/a"; limits::DISCLOSURE_POINTERS + 1];
        assert_eq!(selected(&many).unwrap_err().code(), Code::DisclosurePointer);
        assert!(selected(&many[1..]).is_ok());
    }

    #[test]
    fn places_are_found_again() {
        let document = parse(DOCUMENT.as_bytes()).unwrap();
        let selection = Selection::of(document.as_object().unwrap(), ["/a/b/2/e", "/a/b/1/1/d"]).unwrap();
        let (root, a) = (Path::Root, Path::Root.key("a"));
        let b = a.key("b");
        let (first, second) = (b.index(0), b.index(1));
        assert_eq!(selection.origin(&root), "");
        assert_eq!(selection.origin(&second.key("e")), "/a/b/2/e");
        assert_eq!(selection.origin(&first.index(0)), "/a/b/1/1");
        let whole = Selection::of(document.as_object().unwrap(), ["/a/b"]).unwrap();
        assert_eq!(whole.origin(&second.index(0)), "/a/b/1/0");
    }
}
