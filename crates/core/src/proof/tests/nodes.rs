//! The places of a document and the small changes of each.

use crate::json::Value;

/// The places of a document, as JSON pointers.
pub(super) fn collect(value: &Value<'_>, here: String, places: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter() {
                let place = format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
                places.push(place.clone());
                collect(value, place, places);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                let place = format!("{here}/{index}");
                places.push(place.clone());
                collect(value, place, places);
            }
        }
        _ => {}
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Drop,
    Double,
    Retype,
    Rename,
}

/// Changes the node at a place; tells whether there was something to change.
pub(super) fn apply(root: &mut Value<'static>, place: &str, change: Change) -> bool {
    let (parent, last) = place.rsplit_once('/').unwrap();
    let last = last.replace("~1", "/").replace("~0", "~");
    let parent = parent.split('/').skip(1).fold(root, |here, part| match here {
        Value::Object(object) => object.get_mut(&part.replace("~1", "/").replace("~0", "~")).unwrap(),
        Value::Array(items) => &mut items[part.parse::<usize>().unwrap()],
        _ => unreachable!(),
    });
    let retyped = |value: &Value<'static>| match value {
        Value::String(_) => Value::Bool(true),
        _ => Value::string("other"),
    };
    match parent {
        Value::Object(object) => {
            let value = object.get(&last).unwrap().clone();
            match change {
                Change::Drop => drop(object.remove(&last)),
                // JSON-LD takes an array of one for its item, and so do the data models: that is no other statement.
                Change::Double if matches!(value, Value::Array(_)) || last == "@context" => return false,
                Change::Double => drop(object.insert(last, vec![value.clone(), value])),
                Change::Retype => drop(object.insert(last, retyped(&value))),
                Change::Rename => {
                    object.remove(&last);
                    object.insert(format!("{last}x"), value);
                }
            }
        }
        Value::Array(items) => {
            let index = last.parse::<usize>().unwrap();
            match change {
                Change::Drop => drop(items.remove(index)),
                Change::Double => return false,
                Change::Retype => items[index] = retyped(&items[index]),
                Change::Rename => return false,
            }
        }
        _ => unreachable!(),
    }
    true
}
