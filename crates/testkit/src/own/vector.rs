//! One vector while it is made.

use serde_json::{Map, Value as Json, json};

/// The time of judgement of every vector that does not say otherwise.
pub(super) const NOW: &str = "2026-11-20T12:00:00Z";

/// One file of `test-vectors/`.
#[derive(Clone)]
pub(super) struct Vector {
    area: &'static str,
    name: String,
    members: Map<String, Json>,
}

impl Vector {
    /// A vector of an operation other than `verify`.
    pub(super) fn of(operation: &str, area: &'static str, name: &str, about: &str, input: impl Into<Json>) -> Self {
        let mut members = Map::new();
        members.insert("about".to_owned(), about.into());
        members.insert("operation".to_owned(), operation.into());
        members.insert("input".to_owned(), input.into());
        Self { area, name: name.to_owned(), members }
    }

    /// A document to verify at [`NOW`], whoever issued it.
    pub(super) fn verify(area: &'static str, name: &str, about: &str, document: &Json) -> Self {
        Self::verify_text(area, name, about, json!({ "json": document }))
    }

    /// A text to verify at [`NOW`], whoever issued it.
    pub(super) fn verify_text(area: &'static str, name: &str, about: &str, input: impl Into<Json>) -> Self {
        Self::of("verify", area, name, about, input).with("policy", json!({ "trust": "any" })).with("now", NOW)
    }

    /// Sets a member.
    pub(super) fn with(mut self, member: &str, value: impl Into<Json>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    /// Sets a member of the policy.
    pub(super) fn policy(mut self, member: &str, value: impl Into<Json>) -> Self {
        self.members.entry("policy").or_insert_with(|| json!({}))[member] = value.into();
        self
    }

    /// Adds a piece of evidence that was fetched an hour before [`NOW`].
    pub(super) fn evidence(self, kind: &str, id: &str, content: impl Into<Json>) -> Self {
        self.evidence_of(kind, id, content, "2026-11-20T11:00:00Z")
    }

    /// Adds a piece of evidence.
    pub(super) fn evidence_of(mut self, kind: &str, id: &str, content: impl Into<Json>, fetched: &str) -> Self {
        let piece = json!({ "kind": kind, "id": id, "fetched": fetched, "content": content.into() });
        let pieces = self.members.entry("evidence").or_insert_with(|| json!([]));
        pieces.as_array_mut().unwrap().push(piece);
        self
    }

    /// It must be accepted.
    pub(super) fn accepts(self) -> Self {
        self.with("expect", json!({ "outcome": "accept" }))
    }

    /// It must be accepted, and these claims are proved, credential by credential.
    pub(super) fn accepts_proving(self, proved: impl Into<Json>) -> Self {
        self.with("expect", json!({ "outcome": "accept", "proved": proved.into() }))
    }

    /// It must be accepted, with this remark on a check.
    pub(super) fn accepts_but(self, check: &str, code: &str, pointer: &str) -> Self {
        self.with("expect", json!({ "outcome": "accept", "check": check, "code": code, "pointer": pointer }))
    }

    /// It must be rejected, because of this check.
    pub(super) fn rejects(self, check: &str, code: &str, pointer: &str) -> Self {
        self.with("expect", json!({ "outcome": "reject", "check": check, "code": code, "pointer": pointer }))
    }

    /// What a status list has to say against it; a list that is broken itself leaves the verdict open.
    pub(super) fn status(self, code: &str, pointer: &str) -> Self {
        match code {
            "status.list_invalid" | "status.list_unverified" => self.undetermined("status", code, pointer),
            _ => self.rejects("status", code, pointer),
        }
    }

    /// It must be left undetermined, because of this check.
    pub(super) fn undetermined(self, check: &str, code: &str, pointer: &str) -> Self {
        self.with("expect", json!({ "outcome": "undetermined", "check": check, "code": code, "pointer": pointer }))
    }

    /// Nothing else is found against it.
    pub(super) fn alone(mut self) -> Self {
        self.members["expect"]["alone"] = true.into();
        self
    }

    /// It must say that this piece of evidence is needed.
    pub(super) fn needs(mut self, kind: &str, id: &str) -> Self {
        self.members["expect"]["needs"] = json!([{ "kind": kind, "id": id }]);
        self
    }

    /// It cannot be judged at all, or the operation fails.
    pub(super) fn error(self, code: &str) -> Self {
        self.with("expect", json!({ "error": code }))
    }

    /// [`Self::error`] at this JSON pointer.
    pub(super) fn error_at(self, code: &str, pointer: &str) -> Self {
        self.with("expect", json!({ "error": code, "pointer": pointer }))
    }

    /// The operation succeeds and gives this.
    pub(super) fn gives(self, result: impl Into<Json>) -> Self {
        self.with("expect", json!({ "result": result.into() }))
    }

    /// The path within `test-vectors/`.
    pub(super) fn path(&self) -> String {
        format!("{}/{}.json", self.area, self.name)
    }

    /// The file's text: what is expected stands last.
    pub(super) fn text(mut self) -> String {
        let expect = self.members.shift_remove("expect").expect("every vector says what must come out");
        self.members.insert("expect".to_owned(), expect);
        let mut text = serde_json::to_string_pretty(&self.members).unwrap();
        text.push('\n');
        text
    }
}
