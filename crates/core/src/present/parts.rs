//! Lists of which a part is shown.
//!
//! The statements of a list's items stand side by side in the order of their texts, and a proof shows the places of those that
//! are shown: so it tells how many items are hidden between them, and which of them these are.

use std::collections::BTreeMap;

use super::leaves::Leaf;
use crate::json::{Object, Path, Value};

/// The JSON pointers of lists of which some items are shown and others are not. `shown` says of each leaf whether it is.
pub(super) fn divided(leaves: &[Leaf<'_>], shown: &[bool]) -> Vec<String> {
    // Each list with its items, and whether anything of an item is shown.
    let mut lists: BTreeMap<&str, BTreeMap<&str, bool>> = BTreeMap::new();
    for (leaf, shown) in leaves.iter().zip(shown) {
        for (at, _) in leaf.pointer.match_indices('/') {
            let (Some(list), Some(rest)) = (leaf.pointer.get(..at), leaf.pointer.get(at + 1..)) else { continue };
            let step = rest.split('/').next().unwrap_or_default();
            if !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit()) {
                *lists.entry(list).or_default().entry(step).or_default() |= *shown;
            }
        }
    }
    let is_divided = |items: &BTreeMap<&str, bool>| items.values().any(|s| *s) && !items.values().all(|s| *s);
    lists.into_iter().filter(|(_, items)| is_divided(items)).map(|(list, _)| list.to_owned()).collect()
}

/// The same for what a frame made: lists that are there with fewer items, or whose one item stands by itself.
pub(super) fn shortened(whole: &Object<'_>, framed: &Object<'_>) -> Vec<String> {
    let mut found = Vec::new();
    compare_members(whole, framed, &Path::Root, &mut found);
    found
}

fn compare_members(whole: &Object<'_>, framed: &Object<'_>, path: &Path<'_>, found: &mut Vec<String>) {
    for (key, value) in whole.iter().filter(|(key, _)| !matches!(*key, "@context" | "proof")) {
        if let Some(shown) = framed.get(key) {
            compare(value, shown, &path.key(key), found);
        }
    }
}

fn compare(whole: &Value<'_>, shown: &Value<'_>, path: &Path<'_>, found: &mut Vec<String>) {
    match (whole, shown) {
        (Value::Object(whole), Value::Object(shown)) => compare_members(whole, shown, path, found),
        (Value::Array(items), _) if items.len() > shown.items().len() => found.push(path.pointer()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::leaves;

    const WHOLE: &str = r#"{"type":["A","B"],"a":[1,2,3],"b":{"c":[{"d":1,"e":2},{"d":3,"e":4}]},"f":[{"g":[5,6]}]}"#;

    #[test]
    fn a_list_is_divided_when_some_items_are_shown() {
        let whole = crate::json::parse(WHOLE.as_bytes()).unwrap();
        let leaves = leaves(whole.as_object().unwrap());
        let of = |pointers: &[&str]| {
            let shown: Vec<bool> = leaves.iter().map(|leaf| pointers.contains(&leaf.pointer.as_str())).collect();
            divided(&leaves, &shown)
        };
        assert_eq!(of(&["/a/0", "/a/1", "/a/2"]), [""; 0]);
        assert_eq!(of(&["/a/1"]), ["/a"]);
        assert_eq!(of(&["/b/c/0/d", "/b/c/1/d"]), [""; 0]);
        assert_eq!(of(&["/b/c/0/d", "/b/c/0/e"]), ["/b/c"]);
        assert_eq!(of(&["/f/0/g/1"]), ["/f/0/g"]);
    }

    #[test]
    fn a_frame_may_shorten_a_list() {
        let whole = crate::json::parse(WHOLE.as_bytes()).unwrap();
        let of = |framed: &str| {
            let framed = crate::json::parse(framed.as_bytes()).unwrap();
            shortened(whole.as_object().unwrap(), framed.as_object().unwrap())
        };
        assert_eq!(of(r#"{"type":["B","A"],"f":[{"g":5}]}"#), [""; 0]);
        assert_eq!(of(r#"{"a":2,"b":{"c":[{"d":1}]}}"#), ["/a", "/b/c"]);
    }
}
