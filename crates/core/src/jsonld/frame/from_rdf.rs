//! Serialize RDF as JSON-LD (API §8.4), for a dataset of the default graph whose nodes all have a name: what the older
//! wallets frame. Blank nodes have become names before, so that no list is put together again.

use super::map::{self, Json, Map};
use super::nodes::{self, Graph, NodeMap};
use crate::json::{self, Value};
use crate::rdf::{Dataset, TermRef};
use crate::{Code, Fault};

const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const RDF_JSON: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON";
const XSD_STRING: &str = "http://www.w3.org/2001/XMLSchema#string";
const RDF_LANG_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";

/// The nodes of the dataset; `name` gives the IRI under which a blank node is shown.
pub(super) fn nodes(data: &Dataset, name: impl Fn(&str) -> String) -> Result<NodeMap, Fault> {
    let mut graph = Graph::new();
    let text = |term: TermRef<'_>| match term {
        TermRef::Iri(iri) => Some(iri.to_owned()),
        TermRef::Blank(label) => Some(name(label)),
        TermRef::Literal { .. } => None,
    };
    for (subject, predicate, object, graph_name) in data.quads() {
        if graph_name.is_some() {
            return Err(Fault::new(Code::JsonldFrame).about("@graph"));
        }
        let internal = || Fault::new(Code::Internal);
        let subject = text(data.term(subject)).ok_or_else(internal)?;
        let predicate = text(data.term(predicate)).ok_or_else(internal)?;
        let object = data.term(object);
        let value = match (predicate.as_str(), text(object)) {
            (RDF_TYPE, Some(iri)) => Value::from(iri),
            (_, Some(iri)) => {
                graph.entry(iri.clone()).or_insert_with(|| Map::from_iter([("@id", iri.clone())]));
                nodes::reference(&iri)
            }
            (_, None) => literal(object)?,
        };
        let key = if predicate == RDF_TYPE && value.as_str().is_some() { "@type" } else { &predicate };
        let node = graph.entry(subject.clone()).or_insert_with(|| Map::from_iter([("@id", subject.clone())]));
        map::add(node, key, value, true);
    }
    let mut nodes = NodeMap::default();
    nodes.graphs.insert(nodes::DEFAULT.to_owned(), graph);
    Ok(nodes)
}

/// RDF to Object Conversion (§8.5).
fn literal(term: TermRef<'_>) -> Result<Json, Fault> {
    let TermRef::Literal { value, datatype, language } = term else { return Err(Fault::new(Code::Internal)) };
    let mut object = Map::new();
    match (datatype, language) {
        (RDF_JSON, _) => {
            object.insert("@value", json::parse(value.as_bytes())?.into_owned());
            object.insert("@type", "@json");
        }
        (RDF_LANG_STRING, Some(language)) => {
            object.insert("@value", value.to_owned());
            object.insert("@language", language.to_owned());
        }
        (XSD_STRING, _) => drop(object.insert("@value", value.to_owned())),
        (datatype, _) => {
            object.insert("@value", value.to_owned());
            object.insert("@type", datatype.to_owned());
        }
    }
    Ok(Value::Object(object))
}
