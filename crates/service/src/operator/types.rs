//! The types of credentials, as the operator has set them up.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use tamarack::issue::{ClaimKind, CredentialType, Label};
use tamarack::messages::Lang;

use super::Operator;
use super::session::{Clerk, Office};
use crate::http::{Language, Problem};
use crate::pages::{Layout, Words, page};

#[derive(Template)]
#[template(path = "operator/types.html")]
struct TypesPage {
    layout: Layout,
    office: Office,
    types: Vec<TypeRow>,
}

struct TypeRow {
    name: String,
    title: String,
    description: String,
    /// What the operator should know: needs approval, cannot be signed.
    marks: Vec<String>,
}

#[derive(Template)]
#[template(path = "operator/type.html")]
struct TypePage {
    layout: Layout,
    office: Office,
    name: String,
    description: String,
    suite: &'static str,
    status: String,
    approval: String,
    key: String,
    claims: Vec<ClaimRow>,
    can_offer: bool,
}

struct ClaimRow {
    label: String,
    name: String,
    kind: String,
}

/// A label in a language.
pub(super) fn in_language(label: &Label, lang: Lang) -> &str {
    match lang {
        Lang::En => &label.en,
        Lang::Fr => &label.fr,
    }
}

pub(super) async fn list(State(operator): State<Operator>, Language(lang): Language, clerk: Clerk) -> Response {
    let words = Words(lang);
    let catalogue = operator.service().catalogue();
    let row = |of: &CredentialType| {
        let mut marks = Vec::new();
        if operator.service().needs_approval(&of.name) {
            marks.push(words.get("types-approval"));
        }
        if catalogue.offered(&of.name).is_none() {
            marks.push(words.get("types-no-key"));
        }
        TypeRow {
            name: of.name.clone(),
            title: in_language(&of.display.title, lang).to_owned(),
            description: in_language(&of.display.description, lang).to_owned(),
            marks,
        }
    };
    let types = catalogue.all_types.iter().map(|of| row(of)).collect();
    let (layout, office) = operator.office(&clerk, lang, words.get("types-title"), "types", "/types");
    page(&TypesPage { layout, office, types })
}

pub(super) async fn show(
    State(operator): State<Operator>,
    Path(name): Path<String>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let words = Words(lang);
    let catalogue = operator.service().catalogue();
    let of = catalogue.credential_type(&name).ok_or_else(Problem::not_found)?;
    let has_key = catalogue.offered(&name).is_some();
    let status = match (of.status.revocation, of.status.suspension) {
        (true, true) => "types-status-both",
        (true, false) => "types-status-revocation",
        (false, true) => "types-status-suspension",
        (false, false) => "types-status-none",
    };
    let claim = |claim: &tamarack::issue::ClaimDefinition| ClaimRow {
        label: in_language(&claim.label, lang).to_owned(),
        name: claim.name.clone(),
        kind: kind(claim, words),
    };
    let title = in_language(&of.display.title, lang);
    let (layout, office) = operator.office(&clerk, lang, title, "types", &format!("/types/{name}"));
    Ok(page(&TypePage {
        can_offer: has_key && office.is_issuer,
        layout,
        office,
        description: in_language(&of.display.description, lang).to_owned(),
        suite: of.securing.name(),
        status: words.get(status),
        approval: words.get(if operator.service().needs_approval(&name) { "types-approval" } else { "types-direct" }),
        key: words.get(if has_key { "types-has-key" } else { "types-no-key" }),
        claims: of.claims.iter().map(claim).collect(),
        name,
    }))
}

/// What a claim may be, in words.
fn kind(claim: &tamarack::issue::ClaimDefinition, words: Words) -> String {
    let kind = match &claim.kind {
        ClaimKind::String => words.with("types-kind-text", "most", claim.max_length),
        ClaimKind::Date => words.get("types-kind-date"),
        ClaimKind::Integer => words.get("types-kind-number"),
        ClaimKind::Boolean => words.get("types-kind-boolean"),
        ClaimKind::Enum(values) => words.with("types-kind-enum", "values", values.join(", ")),
        ClaimKind::Url => words.get("types-kind-url"),
    };
    match claim.required {
        true => kind,
        false => words.with("types-optional", "kind", kind),
    }
}
