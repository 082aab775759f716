//! The context that holds at a place of the document, and how `@context`, properties and types change it. Every step is
//! looked up among the compiled contexts first.

use std::cell::Cell;

use super::active::{Active, Owner, ScopedContext, unique_id};
use super::contexts::Contexts;
use super::memo::{Derived, How, Key, Memo, Previous, Source};
use super::process::{self, Building, Env, Job, Remotes};
use crate::json::{Path, Value};
use crate::{Code, Fault, limits};

/// The active context and the one to which processing returns at the next node object.
#[derive(Clone, Copy)]
pub(super) struct Scope<'c> {
    pub(super) active: &'c Active,
    pub(super) previous: Option<&'c Active>,
}

impl<'c> Scope<'c> {
    pub(super) const fn of(active: &'c Active) -> Self {
        Self { active, previous: None }
    }

    /// The scope at a node object that a non-propagated context does not reach.
    pub(super) fn reverted(self) -> Self {
        self.previous.map_or(self, Self::of)
    }

    fn enter(self, derived: &'c Derived) -> Self {
        let source = |source: &'c Source| match source {
            Source::Parent => self.active,
            Source::Snapshot(active) => active,
        };
        let previous = match &derived.previous {
            Previous::Inherited => self.previous,
            Previous::Cleared => None,
            Previous::InheritedOr(s) => Some(self.previous.unwrap_or_else(|| source(s))),
            Previous::Set(s) => Some(source(s)),
        };
        Scope { active: &derived.active, previous }
    }
}

/// What a context document says that was put whole into an array of contexts: the value of its `@context`.
///
/// jsonld.js and what grew out of it go on with that value, and documents of the Data Integrity test suite are signed so. The
/// standard refuses it (API §4.2.2 step 5, toRdf test `er56`); so it is done where nothing else can be meant: an object that has
/// but this one member, which is an object, once, as one of several contexts.
pub(crate) fn unwrapped<'v, 'a>(context: &'v Value<'a>) -> &'v Value<'a> {
    let alone = context.as_object().filter(|object| object.len() == 1);
    match alone.and_then(|object| object.get("@context")) {
        Some(inner @ Value::Object(_)) => inner,
        _ => context,
    }
}

/// The compiled contexts of one document: those that are kept, and in `own` those that are not.
pub(super) struct Scopes<'c> {
    pub(super) contexts: Contexts<'c>,
    pub(super) own: &'c Memo,
    /// The URL of the document, against which the URLs of its contexts are resolved.
    pub(super) document_url: Option<&'c str>,
    pub(super) work: Cell<usize>,
}

impl<'c> Scopes<'c> {
    /// A context for the document's own contexts.
    pub(super) fn own_memo() -> Memo {
        Memo::new(8, limits::CONTEXTS)
    }

    /// What `@context` makes of a scope (API §5.1.2 step 9). Each member of an array is a step of its own, so that any
    /// sequence of known contexts is compiled once.
    pub(super) fn local(&self, scope: Scope<'c>, local: &Value<'_>, path: &Path<'_>) -> Result<Scope<'c>, Fault> {
        let Value::Array(items) = local else {
            return self.step(scope, local).map_err(|fault| fault.at(path.pointer()));
        };
        let mut scope = scope;
        for (i, item) in items.iter().enumerate() {
            let step = match item {
                // `@propagate` counts only where the definition is the whole of `@context`.
                Value::Object(_) => self.inline(scope, unwrapped(item), false),
                item => self.step(scope, item),
            };
            scope = step.map_err(|fault| fault.at(path.index(i).pointer()))?;
        }
        Ok(scope)
    }

    fn step(&self, scope: Scope<'c>, context: &Value<'_>) -> Result<Scope<'c>, Fault> {
        match context {
            Value::String(url) if super::iri::is_absolute(url) => self.url(scope, url),
            other => self.inline(scope, other, true),
        }
    }

    fn url(&self, scope: Scope<'c>, url: &str) -> Result<Scope<'c>, Fault> {
        let found = self.contexts.find(url)?;
        let key = Key { parent: scope.active.id, by: found.id, how: How::Url };
        let owner = scope.active.owner.max(found.owner);
        self.derive(scope, key, owner, found.owner, |env, b| process::remote(env, b, url, self.job()))
    }

    fn inline(&self, scope: Scope<'c>, context: &Value<'_>, whole: bool) -> Result<Scope<'c>, Fault> {
        let key = Key { parent: scope.active.id, by: unique_id(), how: How::Inline };
        self.derive(scope, key, Owner::Document, Owner::Document, |env, b| {
            if whole {
                process::process(env, b, context, self.job())
            } else {
                process::each(env, b, std::slice::from_ref(context), self.job())
            }
        })
    }

    const fn job(&self) -> Job<'c> {
        Job {
            base_url: self.document_url,
            remotes: Remotes::NONE,
            override_protected: false,
            propagate: true,
            validate_scoped: true,
        }
    }

    /// The scope inside a property or type with a context of its own (API §5.1.2 steps 8 and 11).
    pub(super) fn scoped(
        &self,
        scope: Scope<'c>,
        scoped: &ScopedContext,
        how: How,
        path: &Path<'_>,
    ) -> Result<Scope<'c>, Fault> {
        let key = Key { parent: scope.active.id, by: scoped.id, how };
        let owner = scope.active.owner.max(scoped.owner);
        self.derive(scope, key, owner, scoped.owner, |env, b| {
            let property = how == How::Property;
            let job = Job {
                base_url: scoped.base_url.as_deref(),
                remotes: Remotes::NONE,
                override_protected: property,
                propagate: property,
                validate_scoped: true,
            };
            process::process(env, b, &scoped.context, job)
        })
        .map_err(|fault| fault.at(path.pointer()))
    }

    fn derive(
        &self,
        scope: Scope<'c>,
        key: Key,
        owner: Owner,
        source: Owner,
        compile: impl FnOnce(&Env<'_>, &mut Building) -> Result<(), Fault>,
    ) -> Result<Scope<'c>, Fault> {
        let memo = self.contexts.memo(owner);
        if let Some(derived) = memo.and_then(|memo| memo.get(key)) {
            return Ok(scope.enter(derived));
        }
        let kept = memo.filter(|memo| !memo.is_full());
        if kept.is_none()
            && key.how != How::Inline
            && let Some(derived) = self.own.get(key)
        {
            return Ok(scope.enter(derived));
        }
        let owner = if kept.is_some() { owner } else { Owner::Document };
        let env = Env { contexts: self.contexts.visible_to(owner), source, work: &self.work };
        let mut building = Building::from_parent(&env, scope.active)?;
        compile(&env, &mut building)?;
        building.active.id = unique_id();
        building.active.owner = owner;
        let derived = Derived { active: building.active, previous: building.previous };
        let derived = match kept {
            // Between the look and the insertion another thread may have taken the last place: the next call is served.
            Some(memo) => memo.insert(key, derived),
            None => self.own.insert(key, derived),
        };
        match derived {
            Some(derived) => Ok(scope.enter(derived)),
            None => Err(Fault::new(Code::JsonldContextInvalid).about(format!("CONTEXTS = {}", limits::CONTEXTS))),
        }
    }
}
