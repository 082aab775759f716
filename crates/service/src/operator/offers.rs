//! Making an offer: a form from the type's claims, then the link, its QR code and the transaction code, shown once.

use askama::Template;
use axum::extract::{Path, RawForm, State};
use axum::http::StatusCode;
use axum::response::Response;
use tamarack::issue::{ClaimDefinition, ClaimKind, CredentialType, read_text};
use tamarack::json::{self, Object};
use tamarack::messages::{Lang, explain};
use tamarack::{Fault, Timestamp};
use url::form_urlencoded;

use super::Operator;
use super::queue::Choice;
use super::session::{Clerk, Office, down};
use super::tell::send_code;
use super::types::in_language;
use crate::http::{Language, Problem};
use crate::issuer::{NewOffer, OfferError, OfferMade, Source, SourceError, now};
use crate::pages::{Layout, Words, moment, page, qr_path};
use crate::store::AuditEvent;

/// For how long an offer may be good: value, name of its text, seconds.
const TIMES: [(&str, &str, i64); 4] = [
    ("10m", "offer-time-minutes", 600),
    ("1h", "offer-time-hour", 3_600),
    ("1d", "offer-time-day", 86_400),
    ("7d", "offer-time-week", 7 * 86_400),
];
/// Characters of an address that a code is sent to.
const ADDRESS: usize = 120;

#[derive(Template)]
#[template(path = "operator/offers.html")]
struct OffersPage {
    layout: Layout,
    office: Office,
    choices: Vec<Offerable>,
}

struct Offerable {
    place: String,
    title: String,
    description: String,
}

/// The types for which there is a key.
pub(super) async fn choose(State(operator): State<Operator>, Language(lang): Language, clerk: Clerk) -> Response {
    let catalogue = operator.service().catalogue();
    let choice = |of: &CredentialType| Offerable {
        place: operator.at(&format!("/offers/{}", of.name)),
        title: in_language(&of.display.title, lang).to_owned(),
        description: in_language(&of.display.description, lang).to_owned(),
    };
    let choices = catalogue.types.iter().map(|of| choice(&of.credential_type)).collect();
    let (layout, office) = operator.office(&clerk, lang, Words(lang).get("offers-title"), "offers", "/offers");
    page(&OffersPage { layout, office, choices })
}

#[derive(Template)]
#[template(path = "operator/offer.html")]
struct OfferPage {
    layout: Layout,
    office: Office,
    name: String,
    known_by: Vec<KnownBy>,
    found: String,
    not_found: String,
    fields: Vec<Field>,
    errors: Vec<FieldError>,
    languages: Vec<Choice>,
    times: Vec<Choice>,
    codes: Vec<Choice>,
    can_send: bool,
    to: String,
    to_error: String,
    needs_approval: bool,
}

/// By what the register knows a person.
struct KnownBy {
    id: String,
    name: String,
    value: String,
}

/// One claim of the form.
struct Field {
    id: String,
    label: String,
    hint: String,
    value: String,
    required: bool,
    most: usize,
    /// `text`, `date`, `number`, `long` or `choice`.
    kind: &'static str,
    options: Vec<FieldOption>,
    error: String,
}

struct FieldOption {
    value: String,
    word: String,
    chosen: bool,
}

/// An entry of the summary of what is wrong: where, and what.
struct FieldError {
    id: String,
    text: String,
}

pub(super) async fn form(
    State(operator): State<Operator>,
    Path(name): Path<String>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let catalogue = operator.service().catalogue();
    let of = &catalogue.offered(&name).ok_or_else(Problem::not_found)?.credential_type;
    let typed = Typed::fresh();
    Ok(form_page(&operator, of, &typed, &Wrong::default(), lang, &clerk))
}

/// What was typed.
#[derive(Default)]
struct Typed {
    values: Vec<(String, String)>,
    language: String,
    time: String,
    code: String,
    to: String,
    /// What the register was asked with.
    known_by: Vec<String>,
    /// What it said, as the name of a text.
    register: &'static str,
}

/// What is wrong with it.
#[derive(Default)]
struct Wrong {
    /// The claim's name, and the sentence.
    claims: Vec<(String, String)>,
    to: bool,
    other: String,
}

impl Typed {
    /// What stands in a form that nobody has touched.
    fn fresh() -> Self {
        Self { language: "fr".to_owned(), time: "10m".to_owned(), code: "show".to_owned(), ..Self::default() }
    }

    fn read(body: &[u8]) -> Self {
        let mut typed = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            match name.as_ref() {
                "language" => typed.language = value.into_owned(),
                "time" => typed.time = value.into_owned(),
                "code" => typed.code = value.into_owned(),
                "to" => typed.to = value.into_owned(),
                other => {
                    if let Some(claim) = other.strip_prefix("claim-") {
                        typed.values.push((claim.to_owned(), value.into_owned()));
                    }
                }
            }
        }
        typed
    }

    fn value(&self, claim: &str) -> &str {
        self.values.iter().find(|(name, _)| name == claim).map_or("", |(_, value)| value)
    }

    /// The claims, or what is wrong with each.
    fn claims(&self, of: &CredentialType, lang: Lang) -> Result<Object<'static>, Vec<(String, String)>> {
        let (mut claims, mut wrong) = (Object::new(), Vec::new());
        for claim in &of.claims {
            let read = read_text(claim, self.value(&claim.name)).and_then(|value| match value {
                Some(value) => claim.check(&value).map(|value| Some(value.into_owned())),
                None => Ok(None),
            });
            match read {
                Ok(Some(value)) => {
                    claims.insert(claim.name.clone(), value);
                }
                Ok(None) if claim.required => wrong.push((claim.name.clone(), Words(lang).get("offer-error-missing"))),
                Ok(None) => {}
                Err(_) => wrong.push((claim.name.clone(), hint(claim, lang))),
            }
        }
        if wrong.is_empty() { Ok(claims) } else { Err(wrong) }
    }
}

/// Asks the register of the type for a person, and fills the form in. Whose file somebody opened is not written down, but
/// that they did.
pub(super) async fn look_up(
    State(operator): State<Operator>,
    Path(name): Path<String>,
    Language(lang): Language,
    clerk: Clerk,
    RawForm(body): RawForm,
) -> Result<Response, Problem> {
    let catalogue = operator.service().catalogue();
    let of = &catalogue.offered(&name).ok_or_else(Problem::not_found)?.credential_type;
    let citizens = operator.service().settings().citizens.clone();
    let source = citizens.as_deref().and_then(|citizens| citizens.source(&name)).ok_or_else(Problem::not_found)?;
    let mut typed = Typed::fresh();
    let mut known = Object::new();
    for (number, parameter) in source.parameters().into_iter().enumerate() {
        let field = format!("known-{number}");
        let value = form_urlencoded::parse(&body).find(|(name, _)| *name == field).map(|(_, value)| value);
        let value: String = value.unwrap_or_default().trim().chars().filter(|c| !c.is_control()).take(200).collect();
        known.insert(parameter.to_owned(), value.clone());
        typed.known_by.push(value);
    }
    let found = match typed.known_by.is_empty() || typed.known_by.iter().any(String::is_empty) {
        true => Err(SourceError::SignIn),
        false => source.claims(of, &known).await,
    };
    let (actor, at) = (clerk.actor(), now());
    let detail = serde_json::json!({"found": found.is_ok()}).to_string();
    let event = AuditEvent { at, actor: &actor, action: "register.read", object: &name, detail: &detail };
    operator.service().database().audit(&event).await.map_err(down)?;
    typed.register = match found {
        Ok(claims) => {
            for (name, value) in claims.iter() {
                let text = value.as_str().map_or_else(|| json::to_string(value), str::to_owned);
                typed.values.push((name.to_owned(), text));
            }
            "register-found"
        }
        Err(SourceError::Nothing | SourceError::SignIn) => "register-nothing",
        Err(SourceError::Several) => "register-several",
        Err(SourceError::Unavailable) => "register-unavailable",
        Err(_) => "register-answer",
    };
    Ok(form_page(&operator, of, &typed, &Wrong::default(), lang, &clerk))
}

/// Makes the offer and shows what comes of it: in the answer itself, so that the code is kept nowhere.
pub(super) async fn make(
    State(operator): State<Operator>,
    Path(name): Path<String>,
    Language(lang): Language,
    clerk: Clerk,
    RawForm(body): RawForm,
) -> Result<Response, Problem> {
    let catalogue = operator.service().catalogue();
    let of = &catalogue.offered(&name).ok_or_else(Problem::not_found)?.credential_type;
    let typed = Typed::read(&body);
    let gateway = operator.settings().codes.as_ref().filter(|_| typed.code == "send");
    let mut wrong = Wrong { to: typed.code == "send" && !is_address(&typed.to), ..Wrong::default() };
    let claims = match typed.claims(of, lang) {
        Ok(claims) => claims,
        Err(claims) => {
            wrong.claims = claims;
            Object::new()
        }
    };
    let time = TIMES.into_iter().find(|(value, _, _)| *value == typed.time);
    let language = ["en", "fr"].into_iter().find(|known| *known == typed.language);
    let is_known = ["none", "show", "send"].contains(&typed.code.as_str());
    let (Some((_, _, seconds)), Some(language), true) = (time, language, is_known) else {
        return Err(Problem::bad_request("invalid_request"));
    };
    if typed.code == "send" && gateway.is_none() {
        return Err(Problem::bad_request("invalid_request"));
    }
    if wrong.to || !wrong.claims.is_empty() {
        return Ok(form_page(&operator, of, &typed, &wrong, lang, &clerk));
    }
    let (actor, at) = (clerk.actor(), now());
    let new = NewOffer {
        credential_type: of,
        claims: &claims,
        with_tx_code: typed.code != "none",
        files: &[],
        seconds,
        language: Some(language),
        actor: &actor,
        issuer: operator.service().base().url().as_str(),
    };
    let database = operator.service().database();
    let made = match new.make(database, at).await {
        Ok(made) => made,
        Err(OfferError::Claims(fault)) => {
            let wrong = of_fault(&fault, of, lang);
            return Ok(form_page(&operator, of, &typed, &wrong, lang, &clerk));
        }
        Err(OfferError::Store(error)) => return Err(down(error)),
    };
    let mut was_sent = None;
    if let Some(gateway) = gateway {
        let sent = send_code(&operator, gateway, typed.to.trim(), &made, language, at).await;
        let detail = serde_json::json!({"taken": sent.is_ok()}).to_string();
        let object = made.family.as_str();
        let event = AuditEvent { at, actor: &actor, action: "offer.send_code", object, detail: &detail };
        database.audit(&event).await.map_err(down)?;
        if sent.is_err() {
            // A code that did not reach the person is good for nothing: the offer ends here.
            made.withdraw(database).await.map_err(down)?;
        }
        was_sent = Some(sent.is_ok());
    }
    made_page(&operator, of, made, was_sent, lang, &clerk)
}

/// A fault that the type finds in claims that are right one by one.
fn of_fault(fault: &Fault, of: &CredentialType, lang: Lang) -> Wrong {
    let claim = fault.pointer().and_then(|pointer| of.claim(pointer.trim_start_matches('/')));
    match claim {
        Some(claim) => Wrong { claims: vec![(claim.name.clone(), hint(claim, lang))], ..Wrong::default() },
        None => Wrong { other: explain(fault, lang).sentence, ..Wrong::default() },
    }
}

/// A telephone number or a mail address, as far as we need to know: the gateway knows better.
fn is_address(text: &str) -> bool {
    let text = text.trim();
    let plain = |c: char| c.is_alphanumeric() || "+@._- ()".contains(c);
    !text.is_empty() && text.chars().count() <= ADDRESS && text.chars().all(plain)
}

fn form_page(
    operator: &Operator,
    of: &CredentialType,
    typed: &Typed,
    wrong: &Wrong,
    lang: Lang,
    clerk: &Clerk,
) -> Response {
    let words = Words(lang);
    let fields: Vec<Field> = of.claims.iter().map(|claim| field(claim, typed, wrong, lang)).collect();
    let mut errors: Vec<FieldError> = fields
        .iter()
        .filter(|field| !field.error.is_empty())
        .map(|field| FieldError { id: field.id.clone(), text: format!("{} – {}", field.label, field.error) })
        .collect();
    if !wrong.other.is_empty() {
        errors.push(FieldError { id: "claims".to_owned(), text: wrong.other.clone() });
    }
    let to_error = if wrong.to { words.get("offer-error-to") } else { String::new() };
    if wrong.to {
        errors.push(FieldError { id: "to".to_owned(), text: to_error.clone() });
    }
    let choice = |value: &'static str, word: &str, chosen: &str| Choice {
        value,
        word: words.get(word),
        chosen: value == chosen,
    };
    let can_send = operator.settings().codes.is_some();
    let mut codes = vec![choice("show", "offer-code-show", &typed.code)];
    if can_send {
        codes.push(choice("send", "offer-code-send", &typed.code));
    }
    codes.push(choice("none", "offer-code-none", &typed.code));
    let title = in_language(&of.display.title, lang);
    let path = format!("/offers/{}", of.name);
    let (layout, office) = operator.office(clerk, lang, words.with("offer-title", "type", title), "offers", &path);
    let is_wrong = !errors.is_empty();
    let citizens = operator.service().settings().citizens.as_deref();
    let parameters = citizens.and_then(|citizens| citizens.source(&of.name)).map(Source::parameters);
    let known_by = parameters.unwrap_or_default().into_iter().enumerate().map(|(number, name)| KnownBy {
        id: format!("known-{number}"),
        name: name.to_owned(),
        value: typed.known_by.get(number).cloned().unwrap_or_default(),
    });
    let register = |is_found: bool| match (typed.register, is_found) {
        ("", _) => String::new(),
        ("register-found", true) => words.get("register-found"),
        ("register-found", false) | (_, true) => String::new(),
        (other, false) => words.get(other),
    };
    let mut response = page(&OfferPage {
        layout,
        office,
        name: of.name.clone(),
        known_by: known_by.collect(),
        found: register(true),
        not_found: register(false),
        fields,
        errors,
        languages: vec![
            choice("fr", "offer-language-fr", &typed.language),
            choice("en", "offer-language-en", &typed.language),
        ],
        times: TIMES.into_iter().map(|(value, word, _)| choice(value, word, &typed.time)).collect(),
        codes,
        can_send,
        to: typed.to.clone(),
        to_error,
        needs_approval: operator.service().needs_approval(&of.name),
    });
    if is_wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

fn field(claim: &ClaimDefinition, typed: &Typed, wrong: &Wrong, lang: Lang) -> Field {
    let words = Words(lang);
    let value = typed.value(&claim.name);
    let option =
        |value_of: &str, word: String| FieldOption { chosen: value_of == value, value: value_of.to_owned(), word };
    let mut options = match &claim.kind {
        ClaimKind::Enum(values) => values.iter().map(|value| option(value, value.clone())).collect(),
        ClaimKind::Boolean => vec![option("true", words.get("offer-yes")), option("false", words.get("offer-no"))],
        _ => Vec::new(),
    };
    if !options.is_empty() {
        options.insert(0, option("", words.get("offer-choose")));
    }
    let found = wrong.claims.iter().find(|(name, _)| *name == claim.name);
    Field {
        id: format!("claim-{}", claim.name),
        label: in_language(&claim.label, lang).to_owned(),
        // What is wrong says it already.
        hint: match claim.kind {
            _ if found.is_some() => String::new(),
            ClaimKind::Date | ClaimKind::Integer | ClaimKind::Url => hint(claim, lang),
            _ => String::new(),
        },
        value: value.to_owned(),
        required: claim.required,
        most: claim.max_length,
        kind: match claim.kind {
            ClaimKind::String if claim.max_length > 200 => "long",
            ClaimKind::String | ClaimKind::Date | ClaimKind::Url => "text",
            ClaimKind::Integer => "number",
            ClaimKind::Boolean | ClaimKind::Enum(_) => "choice",
        },
        options,
        error: found.map(|(_, sentence)| sentence.clone()).unwrap_or_default(),
    }
}

/// What a claim must look like.
fn hint(claim: &ClaimDefinition, lang: Lang) -> String {
    let words = Words(lang);
    match claim.kind {
        ClaimKind::String => words.with("offer-hint-text", "most", claim.max_length),
        ClaimKind::Date => words.get("offer-hint-date"),
        ClaimKind::Integer => words.get("offer-hint-number"),
        ClaimKind::Boolean | ClaimKind::Enum(_) => words.get("offer-hint-choice"),
        ClaimKind::Url => words.get("offer-hint-url"),
    }
}

#[derive(Template)]
#[template(path = "operator/made.html")]
struct MadePage {
    layout: Layout,
    office: Office,
    again: String,
    link: String,
    page: String,
    qr: String,
    qr_width: usize,
    tx_code: String,
    sent: bool,
    failed: bool,
    until: String,
    needs_approval: bool,
}

fn made_page(
    operator: &Operator,
    of: &CredentialType,
    made: OfferMade,
    was_sent: Option<bool>,
    lang: Lang,
    clerk: &Clerk,
) -> Result<Response, Problem> {
    let words = Words(lang);
    let (qr, qr_width) = qr_path(&made.link).ok_or_else(Problem::internal)?;
    let failed = was_sent == Some(false);
    let title = if failed { "made-failed" } else { "made-title" };
    let until: Timestamp = made.expires;
    // The switch leads to a new form: what was shown once is not shown again.
    let path = format!("/offers/{}", of.name);
    let (layout, office) = operator.office(clerk, lang, words.get(title), "offers", &path);
    let again = operator.at(&path);
    Ok(page(&MadePage {
        layout,
        office,
        again,
        link: made.link,
        page: made.page,
        qr,
        qr_width,
        tx_code: if was_sent.is_none() { made.tx_code.unwrap_or_default() } else { String::new() },
        sent: was_sent == Some(true),
        failed,
        until: moment(until, lang),
        needs_approval: operator.service().needs_approval(&of.name),
    }))
}
