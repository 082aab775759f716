//! The end of expansion (API §5.1.2, steps 15 to 20): what the entries of a map make.

use std::borrow::Cow;

use super::active::Direction;
use super::expand::{Expander, Shape, invalid};
use super::iri;
use super::keywords::Keyword;
use super::property::Property;
use super::tree::{Id, Item, Node};
use crate::json::{Path, Value};
use crate::{Code, Fault};

/// The entries of a map under expansion; they become a value, a list, a set or a node.
#[derive(Default)]
pub(super) struct Entries<'x> {
    pub(super) node: Node,
    /// The keywords seen.
    pub(super) seen: u32,
    pub(super) value: Option<&'x Value<'x>>,
    /// The last `@type`, in case this is a value object.
    pub(super) datatype: Option<Datatype<'x>>,
    pub(super) language: Option<&'x str>,
    pub(super) direction: Option<Direction>,
    pub(super) list: Option<Vec<Item>>,
    pub(super) set: Option<(Shape, Vec<Item>)>,
}

pub(super) enum Datatype<'x> {
    Json,
    Iri(Cow<'x, str>),
    /// An array, a null or another keyword: no datatype.
    Other,
}

impl Expander<'_> {
    /// Steps 15 to 20: what the entries make.
    pub(super) fn finish(
        &mut self,
        property: Property<'_>,
        entries: Entries<'_>,
        path: &Path<'_>,
    ) -> Result<Shape, Fault> {
        if let Some(value) = entries.value {
            return self.value_object(property, value, entries, path);
        }
        let Entries { mut node, seen, language, direction, list, set, .. } = entries;
        let name = property.name();
        if list.is_some() || set.is_some() {
            // Step 17
            let others = !(Keyword::List.bit() | Keyword::Set.bit() | Keyword::Index.bit());
            if !node.is_bare() || seen & others != 0 || (list.is_some() && set.is_some()) {
                return Err(invalid("invalid set or list object", path, name));
            }
            if let Some(items) = list {
                let label = self.label(path);
                self.stack.push(Item::List(items, label));
                return Ok(Shape::Single);
            }
            let (shape, items) = set.unwrap_or((Shape::Null, Vec::new()));
            self.stack.extend(items);
            return Ok(shape);
        }
        // Step 18; more than that, a lone language or direction is dropped wherever it stands.
        if language.is_some() || direction.is_some() {
            self.dropped(Code::JsonldDroppedValue, path, name)?;
            if node.is_bare() && node.id == Id::None {
                return Ok(Shape::Null);
            }
        }
        // Step 19
        if property.is_floating() && node.is_bare() && !(node.indexed && node.id != Id::None) {
            self.dropped(Code::JsonldDroppedValue, path, name)?;
            return Ok(Shape::Null);
        }
        if !self.lenient && !self.values_pass {
            self.refuse_doubles(&node, path)?;
        }
        node.label = self.label(path);
        self.stack.push(match node.id {
            Id::Term(term) if node.is_bare() && !node.indexed => Item::Ref(term),
            _ => Item::Node(Box::new(node)),
        });
        Ok(Shape::Single)
    }

    /// Step 16: a value object.
    fn value_object(
        &mut self,
        property: Property<'_>,
        value: &Value<'_>,
        entries: Entries<'_>,
        path: &Path<'_>,
    ) -> Result<Shape, Fault> {
        let Entries { node, seen, datatype, language, direction, .. } = entries;
        let error = |error| Err(invalid(error, path, property.name()));
        let allowed = Keyword::Value.bit()
            | Keyword::Type.bit()
            | Keyword::Language.bit()
            | Keyword::Direction.bit()
            | Keyword::Index.bit();
        let tagged = language.is_some() || direction.is_some();
        if seen & !allowed != 0
            || !node.properties.is_empty()
            || !node.reverse.is_empty()
            || (tagged && datatype.is_some())
        {
            return error("invalid value object");
        }
        let item = match (value, datatype) {
            (_, Some(Datatype::Json)) => self.json(value),
            (Value::Null, _) => {
                self.dropped(Code::JsonldDroppedValue, path, property.name())?;
                return Ok(Shape::Null);
            }
            (Value::Array(_) | Value::Object(_), _) => return error("invalid value object value"),
            (_, Some(Datatype::Other)) => return error("invalid typed value"),
            (_, Some(Datatype::Iri(datatype))) => {
                if !iri::is_well_formed(&datatype) {
                    return error("invalid typed value");
                }
                if Self::is_native(&datatype) {
                    self.typed(path, property.name());
                }
                self.literal(value, Some((&datatype, true)), None, None, path, property.name())?
            }
            (_, None) => {
                if language.is_some() && value.as_str().is_none() {
                    return error("invalid language-tagged value");
                }
                self.literal(value, None, language, direction, path, property.name())?
            }
        };
        if property.is_floating() {
            self.dropped(Code::JsonldDroppedValue, path, property.name())?;
            return Ok(Shape::Null);
        }
        self.stack.push(item);
        Ok(Shape::Single)
    }
}
