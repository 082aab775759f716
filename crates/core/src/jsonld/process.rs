//! Context processing (API §4.1): a local context changes an active context.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use super::active::{Active, Direction, Expansion, Owner};
use super::contexts::Contexts;
use super::memo::{Previous, Source};
use super::{define, iri};
use crate::json::{Object, Value};
use crate::{Code, Fault, limits};

/// What stays the same while a context is processed.
#[derive(Clone, Copy)]
pub(super) struct Env<'p> {
    pub(super) contexts: Contexts<'p>,
    /// Who owns the document in which the local context stands.
    pub(super) source: Owner,
    /// Definitions made and copied so far for one document, against contexts that multiply.
    pub(super) work: &'p Cell<usize>,
}

impl Env<'_> {
    /// Counts work.
    pub(super) fn charge(&self, definitions: usize) -> Result<(), Fault> {
        let work = self.work.get().saturating_add(definitions);
        self.work.set(work);
        if work > limits::CONTEXT_WORK {
            return Err(
                Fault::new(Code::JsonldContextInvalid).about(format!("CONTEXT_WORK = {}", limits::CONTEXT_WORK))
            );
        }
        Ok(())
    }
}

/// The optional inputs of the algorithm.
#[derive(Clone, Copy)]
pub(super) struct Job<'p> {
    pub(super) base_url: Option<&'p str>,
    pub(super) remotes: Remotes<'p>,
    pub(super) override_protected: bool,
    pub(super) propagate: bool,
    pub(super) validate_scoped: bool,
}

/// The remote contexts that are being processed, the innermost first.
#[derive(Clone, Copy)]
pub(super) struct Remotes<'p>(Option<(&'p str, &'p Remotes<'p>)>);

impl Remotes<'_> {
    pub(super) const NONE: Remotes<'static> = Remotes(None);

    const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn len(&self) -> usize {
        self.0.map_or(0, |(_, rest)| 1 + rest.len())
    }

    fn contains(&self, url: &str) -> bool {
        self.0.is_some_and(|(here, rest)| here == url || rest.contains(url))
    }
}

/// An active context under change.
#[derive(Clone)]
pub(super) struct Building {
    pub(super) active: Active,
    pub(super) previous: Previous,
    /// Nothing has changed yet: it still is its parent.
    pristine: bool,
}

impl Building {
    pub(super) fn from_parent(env: &Env<'_>, parent: &Active) -> Result<Self, Fault> {
        env.charge(parent.terms.len() / 8 + 1)?;
        Ok(Self { active: parent.clone(), previous: Previous::Inherited, pristine: true })
    }

    /// API §4.1.2 step 3: what is there now becomes the previous context, if there is none.
    fn remember(&mut self) {
        let now = if self.pristine { Source::Parent } else { Source::Snapshot(Box::new(self.active.clone())) };
        match self.previous {
            Previous::Inherited => self.previous = Previous::InheritedOr(now),
            Previous::Cleared => self.previous = Previous::Set(now),
            Previous::InheritedOr(_) | Previous::Set(_) => {}
        }
    }
}

/// A fault of a context: the specification's error code, and the term or URL.
pub(super) fn invalid(error: &str, name: &str) -> Fault {
    Fault::new(Code::JsonldContextInvalid).about(if name.is_empty() {
        error.to_owned()
    } else {
        format!("{error}: {name}")
    })
}

/// The algorithm (API §4.1.2).
pub(super) fn process(env: &Env<'_>, b: &mut Building, local: &Value<'_>, job: Job<'_>) -> Result<(), Fault> {
    let propagate = local.get("@propagate").and_then(Value::as_bool).unwrap_or(job.propagate);
    if !propagate {
        b.remember();
    }
    each(env, b, local.items(), Job { propagate, ..job })
}

/// Step 5: one context after the other.
pub(super) fn each(env: &Env<'_>, b: &mut Building, contexts: &[Value<'_>], job: Job<'_>) -> Result<(), Fault> {
    for context in contexts {
        match context {
            Value::Null => {
                // Step 5.1
                if !job.override_protected && b.active.terms.values().any(|definition| definition.protected) {
                    return Err(Fault::new(Code::JsonldProtectedTerm).about("invalid context nullification"));
                }
                b.active = Active::initial(b.active.original_base.as_deref(), b.active.owner);
                if job.propagate {
                    b.previous = Previous::Cleared;
                }
            }
            Value::String(url) => remote(env, b, url, job)?,
            Value::Object(object) => definition(env, b, object, job)?,
            _ => return Err(invalid("invalid local context", "")),
        }
        b.pristine = false;
    }
    Ok(())
}

/// Step 5.2: a context by its URL.
pub(super) fn remote(env: &Env<'_>, b: &mut Building, url: &str, job: Job<'_>) -> Result<(), Fault> {
    let url = absolute(url, job.base_url)?;
    if !job.validate_scoped && job.remotes.contains(&url) {
        return Ok(());
    }
    if job.remotes.len() >= limits::CONTEXT_DEPTH {
        return Err(invalid("context overflow", &url));
    }
    let found = env.contexts.find(&url)?;
    let env = Env { source: found.owner, ..*env };
    let remotes = Remotes(Some((&url, &job.remotes)));
    // `override protected` is passed on, as every implementation does: a property's context by URL is that property's.
    process(&env, b, found.context, Job { base_url: Some(&url), remotes, propagate: true, ..job })
}

/// The URL of a context, resolved against that of the document in which it stands.
fn absolute(url: &str, base: Option<&str>) -> Result<String, Fault> {
    match base {
        _ if iri::is_absolute(url) => Ok(url.to_owned()),
        Some(base) => Ok(iri::resolve(base, url)),
        None => Err(Fault::new(Code::JsonldRelativeIri).about(url)),
    }
}

/// A context definition with its members by name, as terms depend on each other in any order.
pub(super) struct Local<'l> {
    members: HashMap<&'l str, Member<'l>, foldhash::fast::RandomState>,
    order: Vec<&'l str>,
}

struct Member<'l> {
    value: &'l Value<'l>,
    state: Cell<State>,
}

/// How far the definition of a term is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Untouched,
    Begun,
    Done,
}

impl<'l> Local<'l> {
    fn new(object: &'l Object<'l>, imported: Option<&'l Object<'l>>) -> Self {
        let mut local = Self { members: HashMap::default(), order: Vec::with_capacity(object.len()) };
        for (key, value) in imported.into_iter().flat_map(Object::iter).chain(object.iter()) {
            let member = Member { value, state: Cell::new(State::Untouched) };
            if local.members.insert(key, member).is_none() {
                local.order.push(key);
            }
        }
        local
    }

    pub(super) fn get(&self, key: &str) -> Option<&'l Value<'l>> {
        self.members.get(key).map(|member| member.value)
    }

    /// How far a member's definition is; `None` if there is no such member.
    pub(super) fn state(&self, key: &str) -> Option<State> {
        self.members.get(key).map(|member| member.state.get())
    }

    pub(super) fn set_state(&self, key: &str, state: State) {
        if let Some(member) = self.members.get(key) {
            member.state.set(state);
        }
    }
}

/// Steps 5.4 to 5.13: a context definition.
fn definition(env: &Env<'_>, b: &mut Building, object: &Object<'_>, job: Job<'_>) -> Result<(), Fault> {
    if let Some(version) = object.get("@version")
        && version.as_f64() != Some(1.1)
    {
        return Err(invalid("invalid @version value", ""));
    }
    let imported = match object.get("@import") {
        None => None,
        Some(Value::String(url)) => Some(import(env, url, job)?),
        Some(_) => return Err(invalid("invalid @import value", "")),
    };
    let local = Local::new(object, imported);
    let active = &mut b.active;

    // Step 5.7: a remote context has no say in the base.
    if let Some(value) = local.get("@base").filter(|_| job.remotes.is_empty()) {
        active.base = match (value, &active.base) {
            (Value::Null, _) => None,
            (Value::String(text), _) if iri::is_absolute(text) => Some(Arc::from(&**text)),
            (Value::String(text), Some(base)) => Some(Arc::from(iri::resolve(base, text))),
            _ => return Err(invalid("invalid base IRI", "")),
        };
    }
    // Step 5.8
    match local.get("@vocab") {
        None => {}
        Some(Value::Null) => active.vocab = None,
        Some(Value::String(text)) => match active.expand(text, true, true) {
            Expansion::Iri(iri) => {
                let iri: Arc<str> = Arc::from(&*iri);
                active.vocab = Some(iri);
            }
            _ => return Err(invalid("invalid vocab mapping", "")),
        },
        Some(_) => return Err(invalid("invalid vocab mapping", "")),
    }
    // Step 5.9
    match local.get("@language") {
        None => {}
        Some(Value::Null) => active.language = None,
        Some(Value::String(text)) => active.language = Some(Arc::from(&**text)),
        Some(_) => return Err(invalid("invalid default language", "")),
    }
    // Step 5.10
    match local.get("@direction") {
        None => {}
        Some(Value::Null) => active.direction = None,
        Some(value) => match value.as_str().and_then(Direction::parse) {
            Some(direction) => active.direction = Some(direction),
            None => return Err(invalid("invalid base direction", "")),
        },
    }
    // Step 5.11
    if local.get("@propagate").is_some_and(|value| value.as_bool().is_none()) {
        return Err(invalid("invalid @propagate value", ""));
    }
    let protected = match local.get("@protected") {
        None => false,
        Some(value) => value.as_bool().ok_or_else(|| invalid("invalid @protected value", ""))?,
    };
    // Step 5.13
    for term in &local.order {
        if !matches!(
            *term,
            "@base" | "@direction" | "@import" | "@language" | "@propagate" | "@protected" | "@version" | "@vocab"
        ) {
            define::define(env, active, &local, term, define::Job { process: job, protected, depth: 0 })?;
        }
    }
    if active.terms.len() > limits::CONTEXT_TERMS {
        return Err(Fault::new(Code::JsonldContextInvalid).about(format!("CONTEXT_TERMS = {}", limits::CONTEXT_TERMS)));
    }
    Ok(())
}

/// Step 5.6: the context that `@import` names.
fn import<'p>(env: &Env<'p>, url: &str, job: Job<'_>) -> Result<&'p Object<'p>, Fault> {
    let url = absolute(url, job.base_url)?;
    let context =
        env.contexts.find(&url)?.context.as_object().ok_or_else(|| invalid("invalid remote context", &url))?;
    if context.contains_key("@import") {
        return Err(invalid("invalid context entry", "@import"));
    }
    Ok(context)
}
