//! Create Term Definition (API §4.2).

use std::sync::Arc;

use super::active::{
    Active, Container, Definition, Direction, Expansion, Mapping, ScopedContext, TypeMapping, unique_id,
};
use super::iri;
use super::keywords::{Keyword, has_keyword_form};
use super::process::{self, Building, Env, Local, State, invalid};
use crate::json::{Object, Value};
use crate::{Code, Fault, limits};

/// The optional inputs of the algorithm.
#[derive(Clone, Copy)]
pub(super) struct Job<'p> {
    pub(super) process: process::Job<'p>,
    pub(super) protected: bool,
    /// How deep terms depend on terms.
    pub(super) depth: usize,
}

/// The algorithm (API §4.2.2).
pub(super) fn define(
    env: &Env<'_>,
    active: &mut Active,
    local: &Local<'_>,
    term: &str,
    job: Job<'_>,
) -> Result<(), Fault> {
    match local.state(term) {
        Some(State::Begun) => return Err(invalid("cyclic IRI mapping", term)),
        Some(State::Untouched) => {}
        Some(State::Done) | None => return Ok(()),
    }
    let Some(value) = local.get(term) else { return Ok(()) };
    if term.is_empty() {
        return Err(invalid("invalid term definition", ""));
    }
    if job.depth > limits::CONTEXT_DEPTH {
        return Err(Fault::new(Code::JsonldContextInvalid).about(format!("CONTEXT_DEPTH = {}", limits::CONTEXT_DEPTH)));
    }
    env.charge(1)?;
    local.set_state(term, State::Begun);

    // Steps 4 and 5
    if term == "@type" {
        let legal = value.as_object().is_some_and(|object| {
            !object.is_empty()
                && object.iter().all(|(key, value)| match key {
                    "@container" => value.as_str() == Some("@set"),
                    "@protected" => true,
                    _ => false,
                })
        });
        if !legal {
            return Err(invalid("keyword redefinition", term));
        }
    } else if Keyword::parse(term).is_some() {
        return Err(invalid("keyword redefinition", term));
    } else if has_keyword_form(term) {
        return Ok(());
    }

    // Steps 6 to 9
    let previous = active.terms.remove(term);
    let empty = Object::new();
    let (id, object, simple) = match value {
        Value::Null => (Some(value), &empty, false),
        Value::String(_) => (Some(value), &empty, true),
        Value::Object(object) => (object.get("@id"), object, false),
        _ => return Err(invalid("invalid term definition", term)),
    };
    let mut work = Work { env, active, local, term, job, object, simple };
    let Some(mut definition) = work.definition(id)? else { return Ok(()) };

    // Step 27
    if let Some(previous) = previous
        && previous.protected
        && !job.process.override_protected
    {
        if !definition.same_as(&previous) {
            return Err(Fault::new(Code::JsonldProtectedTerm).about(term));
        }
        definition = Definition::clone(&previous);
    }
    active.terms.insert(Arc::from(term), Arc::new(definition));
    local.set_state(term, State::Done);
    Ok(())
}

/// One definition under way.
struct Work<'w, 'p> {
    env: &'w Env<'p>,
    active: &'w mut Active,
    local: &'w Local<'w>,
    term: &'w str,
    job: Job<'w>,
    object: &'w Object<'w>,
    simple: bool,
}

impl Work<'_, '_> {
    /// Steps 10 to 26. `None` if the term is to be ignored, for its IRI looks like a keyword.
    fn definition(&mut self, id: Option<&Value<'_>>) -> Result<Option<Definition>, Fault> {
        let term = self.term;
        let mut definition = Definition::new(self.job.protected);
        if let Some(value) = self.object.get("@protected") {
            definition.protected = value.as_bool().ok_or_else(|| invalid("invalid @protected value", term))?;
        }
        if let Some(value) = self.object.get("@type") {
            definition.type_mapping = Some(self.type_mapping(value)?);
        }
        if let Some(reverse) = self.object.get("@reverse") {
            return self.reverse(reverse, definition);
        }
        if !self.mapping(id, &mut definition)? {
            return Ok(None);
        }
        definition.well_formed = matches!(&definition.mapping, Mapping::Iri(iri) if iri::is_well_formed(iri));
        self.container(&mut definition)?;
        self.others(&mut definition)?;
        self.check_members()?;
        Ok(Some(definition))
    }

    /// Step 12
    fn type_mapping(&mut self, value: &Value<'_>) -> Result<TypeMapping, Fault> {
        let error = || invalid("invalid type mapping", self.term);
        let text = value.as_str().ok_or_else(error)?;
        match self.expand(text)? {
            Expansion::Keyword(Keyword::Id) => Ok(TypeMapping::Id),
            Expansion::Keyword(Keyword::Vocab) => Ok(TypeMapping::Vocab),
            Expansion::Keyword(Keyword::Json) => Ok(TypeMapping::Json),
            Expansion::Keyword(Keyword::None) => Ok(TypeMapping::None),
            Expansion::Iri(iri) if iri::is_absolute(&iri) => {
                let well_formed = iri::is_well_formed(&iri);
                Ok(TypeMapping::Iri(Arc::from(&*iri), well_formed))
            }
            _ => Err(invalid("invalid type mapping", self.term)),
        }
    }

    /// Step 13
    fn reverse(&mut self, value: &Value<'_>, mut definition: Definition) -> Result<Option<Definition>, Fault> {
        let term = self.term;
        if self.object.contains_key("@id") || self.object.contains_key("@nest") {
            return Err(invalid("invalid reverse property", term));
        }
        let text = value.as_str().ok_or_else(|| invalid("invalid IRI mapping", term))?;
        if has_keyword_form(text) {
            return Ok(None);
        }
        match self.expand(text)? {
            Expansion::Iri(iri) if iri::is_absolute(&iri) || iri::is_blank(&iri) => {
                definition.well_formed = iri::is_well_formed(&iri);
                definition.mapping = Mapping::Iri(Arc::from(&*iri));
            }
            _ => return Err(invalid("invalid IRI mapping", term)),
        }
        match self.object.get("@container") {
            None | Some(Value::Null) => {}
            Some(value) => match value.as_str() {
                Some("@set") => definition.container = Container::SET,
                Some("@index") => definition.container = Container::INDEX,
                _ => return Err(invalid("invalid reverse property", term)),
            },
        }
        definition.reverse = true;
        self.check_members()?;
        Ok(Some(definition))
    }

    /// Steps 14 to 18: what the term stands for. `false` if it is to be ignored.
    fn mapping(&mut self, id: Option<&Value<'_>>, definition: &mut Definition) -> Result<bool, Fault> {
        let term = self.term;
        if let Some(id) = id.filter(|id| id.as_str() != Some(term)) {
            let text = match id {
                Value::Null => return Ok(true),
                Value::String(text) => text,
                _ => return Err(invalid("invalid IRI mapping", term)),
            };
            if Keyword::parse(text).is_none() && has_keyword_form(text) {
                return Ok(false);
            }
            definition.mapping = match self.expand(text)? {
                Expansion::Keyword(Keyword::Context) => return Err(invalid("invalid keyword alias", term)),
                Expansion::Keyword(keyword) => Mapping::Keyword(keyword),
                Expansion::Iri(iri) if iri::is_absolute(&iri) || iri::is_blank(&iri) => Mapping::Iri(Arc::from(&*iri)),
                _ => return Err(invalid("invalid IRI mapping", term)),
            };
            // Step 14.2.4: a term in the form of an IRI must mean that IRI.
            let inner_colon = term.char_indices().any(|(i, c)| c == ':' && i > 0 && i + 1 < term.len());
            if inner_colon || term.contains('/') {
                self.local.set_state(term, State::Done);
                let same = match (self.expand(term)?, &definition.mapping) {
                    (Expansion::Iri(iri), Mapping::Iri(mapped)) => *iri == **mapped,
                    (Expansion::Keyword(keyword), Mapping::Keyword(mapped)) => keyword == *mapped,
                    _ => false,
                };
                if !same {
                    return Err(invalid("invalid IRI mapping", term));
                }
            }
            // Step 14.2.5
            if self.simple
                && !term.contains([':', '/'])
                && let Mapping::Iri(iri) = &definition.mapping
            {
                definition.prefix = iri::is_blank(iri) || iri.ends_with([':', '/', '?', '#', '[', ']', '@']);
            }
            return Ok(true);
        }
        definition.mapping = if let Some((prefix, suffix)) = iri::split_compact(term) {
            // Step 15
            self.depend_on(prefix)?;
            match self.active.get(prefix) {
                Some(Definition { mapping: Mapping::Iri(iri), .. }) => Mapping::Iri(Arc::from([iri, suffix].concat())),
                _ => Mapping::Iri(Arc::from(term)),
            }
        } else if term.contains('/') {
            // Step 16
            match self.active.expand(term, false, true) {
                Expansion::Iri(iri) if iri::is_absolute(&iri) => Mapping::Iri(Arc::from(&*iri)),
                _ => return Err(invalid("invalid IRI mapping", term)),
            }
        } else if term == "@type" {
            Mapping::Keyword(Keyword::Type)
        } else if let Some(vocab) = &self.active.vocab {
            Mapping::Iri(Arc::from([vocab, term].concat()))
        } else {
            return Err(invalid("invalid IRI mapping", term));
        };
        Ok(true)
    }

    /// Step 19
    fn container(&self, definition: &mut Definition) -> Result<(), Fault> {
        let Some(value) = self.object.get("@container") else { return Ok(()) };
        let error = || invalid("invalid container mapping", self.term);
        let mut container = Container::default();
        for item in value.items() {
            let keyword = item.as_str().and_then(Container::keyword).ok_or_else(error)?;
            container = container.with(keyword);
        }
        let rest = container.without(Container::SET);
        let legal = if container.has(Container::GRAPH) {
            let by = rest.without(Container::GRAPH);
            by == Container::default() || by == Container::ID || by == Container::INDEX
        } else if container.has(Container::LIST) {
            container == Container::LIST
        } else {
            container.count() > 0 && rest.count() <= 1
        };
        if !legal {
            return Err(error());
        }
        if container.has(Container::TYPE) {
            match definition.type_mapping.get_or_insert(TypeMapping::Id) {
                TypeMapping::Id | TypeMapping::Vocab => {}
                _ => return Err(invalid("invalid type mapping", self.term)),
            }
        }
        definition.container = container;
        Ok(())
    }

    /// Steps 20 to 25: `@index`, `@context`, `@language`, `@direction`, `@nest`, `@prefix`.
    fn others(&mut self, definition: &mut Definition) -> Result<(), Fault> {
        let term = self.term;
        let object = self.object;
        if let Some(value) = object.get("@index") {
            let error = || invalid("invalid term definition", term);
            let text = value.as_str().filter(|_| definition.container.has(Container::INDEX)).ok_or_else(error)?;
            match self.expand(text)? {
                Expansion::Iri(iri) if iri::is_absolute(&iri) => definition.index = Some(Box::from(text)),
                _ => return Err(error()),
            }
        }
        if let Some(context) = object.get("@context") {
            definition.scoped = Some(Box::new(self.scoped(context)?));
        }
        if !object.contains_key("@type") {
            match object.get("@language") {
                None => {}
                Some(Value::Null) => definition.language = Some(None),
                Some(Value::String(text)) => definition.language = Some(Some(Arc::from(&**text))),
                Some(_) => return Err(invalid("invalid language mapping", term)),
            }
            match object.get("@direction") {
                None => {}
                Some(Value::Null) => definition.direction = Some(None),
                Some(value) => match value.as_str().and_then(Direction::parse) {
                    Some(direction) => definition.direction = Some(Some(direction)),
                    None => return Err(invalid("invalid base direction", term)),
                },
            }
        }
        if let Some(value) = object.get("@nest") {
            match value.as_str() {
                Some(nest) if nest == "@nest" || Keyword::parse(nest).is_none() => {
                    definition.nest = Some(Box::from(nest));
                }
                _ => return Err(invalid("invalid @nest value", term)),
            }
        }
        if let Some(value) = object.get("@prefix") {
            if term.contains([':', '/']) {
                return Err(invalid("invalid term definition", term));
            }
            definition.prefix = value.as_bool().ok_or_else(|| invalid("invalid @prefix value", term))?;
            if definition.prefix && matches!(definition.mapping, Mapping::Keyword(_)) {
                return Err(invalid("invalid term definition", term));
            }
        }
        Ok(())
    }

    /// Step 21: a scoped context is processed once where it is defined, to find its faults, and again where it is used.
    fn scoped(&self, context: &Value<'_>) -> Result<ScopedContext, Fault> {
        let mut trial = Building::from_parent(self.env, self.active)?;
        let job =
            process::Job { override_protected: true, propagate: true, validate_scoped: false, ..self.job.process };
        process::process(self.env, &mut trial, context, job).map_err(|fault| match fault.code() {
            Code::JsonldContextInvalid | Code::JsonldProtectedTerm => {
                let why = fault.name().unwrap_or_default();
                let why = why.strip_prefix("invalid scoped context: ").unwrap_or(why);
                invalid("invalid scoped context", why)
            }
            _ => fault,
        })?;
        Ok(ScopedContext {
            id: unique_id(),
            owner: self.env.source,
            context: context.clone().into_owned(),
            base_url: self.job.process.base_url.map(Arc::from),
        })
    }

    /// Step 26
    fn check_members(&self) -> Result<(), Fault> {
        const KNOWN: [&str; 11] = [
            "@id",
            "@reverse",
            "@container",
            "@context",
            "@direction",
            "@index",
            "@language",
            "@nest",
            "@prefix",
            "@protected",
            "@type",
        ];
        if self.object.keys().any(|key| !KNOWN.contains(&key)) {
            return Err(invalid("invalid term definition", self.term));
        }
        Ok(())
    }

    /// IRI expansion with a local context (API §5.2.2 steps 3 and 6.3): what the value depends on is defined first.
    fn expand(&mut self, value: &str) -> Result<Expansion<'static>, Fault> {
        if !value.starts_with('@') {
            self.depend_on(value)?;
            if self.active.get(value).is_none()
                && let Some((prefix, suffix)) = iri::split_compact(value)
                && prefix != "_"
                && !suffix.starts_with("//")
            {
                self.depend_on(prefix)?;
            }
        }
        Ok(self.active.expand(value, false, true).into_owned())
    }

    fn depend_on(&mut self, term: &str) -> Result<(), Fault> {
        match self.local.state(term) {
            None | Some(State::Done) => Ok(()),
            Some(_) => {
                let job = Job { depth: self.job.depth + 1, ..self.job };
                define(self.env, self.active, self.local, term, job)
            }
        }
    }
}
