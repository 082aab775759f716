//! The first page: what waits.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::Operator;
use super::queue::{Row, rows};
use super::roles::Role;
use super::session::{Clerk, Office, down};
use crate::http::{Language, Problem};
use crate::issuer::applications::{ApplicationState, KIND, Queued};
use crate::issuer::now;
use crate::pages::{Layout, Words, page};

/// Applications that are shown at once.
const OLDEST: u32 = 5;

#[derive(Template)]
#[template(path = "operator/home.html")]
struct HomePage {
    layout: Layout,
    office: Office,
    waiting: String,
    rows: Vec<Row>,
    has_more: bool,
}

pub(super) async fn home(
    State(operator): State<Operator>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let (database, words, at) = (operator.service().database(), Words(lang), now());
    let state = ApplicationState::Waiting;
    let waiting = database.count_exchanges(KIND, state.as_str(), at).await.map_err(down)?;
    // Who does not decide learns how many there are, and nothing of them.
    let oldest = match clerk.is(Role::Approver) {
        true => Queued::list(database, Some(state), OLDEST, at).await.map_err(down)?,
        false => Vec::new(),
    };
    let rows = rows(&operator, &oldest, lang);
    let (layout, office) = operator.office(&clerk, lang, words.get("home-title"), "home", "");
    Ok(page(&HomePage {
        layout,
        office,
        waiting: words.with("home-waiting", "count", waiting),
        has_more: waiting > rows.len() as u64,
        rows,
    }))
}
