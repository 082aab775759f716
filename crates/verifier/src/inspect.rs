//! `inspect`: what a credential or presentation says of itself, nothing of it verified.

use clap::ArgMatches;
use tamarack::credential::{Contained, Kind, id_of, kind, open_envelope, read_credential, read_presentation};
use tamarack::json::{self, Object, Value};
use tamarack::sd_jwt::SdJwt;
use tamarack::{Code, Fault, Timestamp, jose};
use tamarack_cli::{Exit, Failure, Style, Terminal};

use crate::{codes, values};

/// What a document says of itself.
#[derive(Default, serde::Serialize)]
pub(crate) struct Summary {
    /// Always false: it is here so that no reader takes this for a verdict.
    verified: bool,
    kind: &'static str,
    format: &'static str,
    id: Option<String>,
    pub(crate) types: Vec<String>,
    pub(crate) issuer: Option<String>,
    holder: Option<String>,
    subjects: Vec<String>,
    #[serde(rename = "validFrom")]
    valid_from: Option<String>,
    #[serde(rename = "validUntil")]
    valid_until: Option<String>,
    contexts: Vec<String>,
    proofs: Vec<Proof>,
    status: Vec<Entry>,
    schemas: Vec<Entry>,
    /// The names of the claims, never their values.
    claims: Vec<String>,
    /// What breaks the data model.
    findings: Vec<Finding>,
    credentials: Vec<Summary>,
}

#[derive(serde::Serialize)]
struct Proof {
    #[serde(rename = "type")]
    name: String,
    #[serde(rename = "verificationMethod")]
    verification_method: Option<String>,
    purpose: Option<String>,
    created: Option<String>,
}

#[derive(serde::Serialize)]
struct Entry {
    #[serde(rename = "type")]
    name: String,
    id: Option<String>,
    purpose: Option<String>,
}

#[derive(serde::Serialize)]
struct Finding {
    code: Code,
    pointer: Option<String>,
    about: Option<String>,
}

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let input = codes::read(values::text(matches, "file").unwrap_or_default())?;
    let summary = Summary::read(&input)?;
    if terminal.json() {
        terminal.json_line(&summary)?;
    } else {
        let mut page = String::new();
        let notice = terminal.paint(Style::Unsure, &terminal.text("inspect-unverified"));
        page.push_str(&format!("? {notice}\n\n"));
        print(&summary, "", terminal, &mut page);
        terminal.write(page.as_bytes())?;
    }
    Ok(Exit::Ok)
}

impl Summary {
    /// What an input says of itself, or nothing if it cannot be read.
    pub(crate) fn of(input: &[u8]) -> Self {
        Self::read(input).unwrap_or_default()
    }

    fn read(input: &[u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(input).map_err(|_| Fault::new(Code::InputInvalidUtf8))?.trim();
        if text.contains('~') && !text.starts_with(['{', '[']) {
            return Self::of_sd_jwt(text);
        }
        if !text.starts_with(['{', '[']) && text.split('.').count() == 3 {
            return Self::of_jwt(text);
        }
        let value = json::parse(text.as_bytes())?;
        let document = value.as_object().ok_or(Code::InputNotACredential)?;
        if document.contains_key("payload") {
            return Self::of_sd_jwt(&SdJwt::compact_of_json(text.as_bytes())?);
        }
        match kind(document)? {
            Kind::Enveloped => Self::of_token(open_envelope(document)?),
            kind => Ok(Self::of_document(document, kind)),
        }
    }

    fn of_token(token: &str) -> Result<Self, Fault> {
        if token.contains('~') { Self::of_sd_jwt(token) } else { Self::of_jwt(token) }
    }

    fn of_jwt(token: &str) -> Result<Self, Fault> {
        let jwt = jose::read(token)?;
        let kind = if jwt.is_presentation { Kind::Presentation } else { Kind::Credential };
        let mut summary = Self::of_document(&jwt.document, kind);
        summary.format = "JWT";
        let text = |name| jwt.header.get(name).and_then(Value::as_str).map(str::to_owned);
        summary.proofs.push(Proof {
            name: format!("JWT {}", text("alg").unwrap_or_default()),
            verification_method: text("kid"),
            purpose: None,
            created: None,
        });
        Ok(summary)
    }

    fn of_sd_jwt(text: &str) -> Result<Self, Fault> {
        let sd_jwt = SdJwt::parse(text)?;
        let (header, payload) = (sd_jwt.header()?, sd_jwt.peek()?);
        let mut summary = if payload.contains_key("@context") {
            Self::of_document(&payload, Kind::Credential)
        } else {
            Self::of_sd_jwt_vc(&payload)
        };
        summary.format = "SD-JWT";
        let text = |name| header.get(name).and_then(Value::as_str).map(str::to_owned);
        let proof =
            |name: String, verification_method| Proof { name, verification_method, purpose: None, created: None };
        summary.proofs.push(proof(format!("SD-JWT {}", text("alg").unwrap_or_default()), text("kid")));
        if sd_jwt.key_binding().is_some() {
            summary.proofs.push(proof("KB-JWT".to_owned(), None));
        }
        Ok(summary)
    }

    /// The flat payload of an SD-JWT VC.
    fn of_sd_jwt_vc(payload: &Object<'_>) -> Self {
        /// What is told elsewhere, or of use to machines alone.
        const KNOWN: [&str; 11] =
            ["iss", "sub", "vct", "aka_vcts", "iat", "nbf", "exp", "cnf", "status", "vct#integrity", "jti"];
        let text = |name: &str| payload.get(name).and_then(Value::as_str).map(str::to_owned);
        let time = |name: &str| {
            payload.get(name).and_then(Value::as_i64).map(|seconds| Timestamp::from_unix(seconds).to_string())
        };
        let list = payload.get("status").and_then(|status| status.get("status_list"));
        let uri = |list: &Value<'_>| list.get("uri").and_then(Value::as_str).map(str::to_owned);
        Self {
            kind: "credential",
            id: text("jti"),
            types: [strings(payload.get("vct")), strings(payload.get("aka_vcts"))].concat(),
            issuer: text("iss"),
            subjects: text("sub").into_iter().collect(),
            valid_from: time("nbf").or_else(|| time("iat")),
            valid_until: time("exp"),
            status: list
                .iter()
                .map(|list| Entry { name: "status_list".into(), id: uri(list), purpose: None })
                .collect(),
            claims: payload.keys().filter(|name| !KNOWN.contains(name)).map(str::to_owned).collect(),
            ..Self::default()
        }
    }

    fn of_document(document: &Object<'_>, kind: Kind) -> Self {
        let text = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut summary = Self {
            format: "JSON-LD",
            id: text("id"),
            types: strings(document.get("type")),
            valid_from: text("validFrom").or_else(|| text("issuanceDate")),
            valid_until: text("validUntil").or_else(|| text("expirationDate")),
            contexts: items(document.get("@context")).iter().map(context_name).collect(),
            proofs: items(document.get("proof")).iter().map(proof).collect(),
            status: items(document.get("credentialStatus")).iter().map(entry).collect(),
            schemas: items(document.get("credentialSchema")).iter().map(entry).collect(),
            ..Self::default()
        };
        let faults = if kind == Kind::Presentation {
            summary.kind = "presentation";
            summary.holder = document.get("holder").and_then(|holder| id_of(holder)).map(str::to_owned);
            match read_presentation(document) {
                Ok(presentation) => {
                    summary.credentials = presentation.credentials.iter().map(|(_, one)| contained(one)).collect();
                    Vec::new()
                }
                Err(faults) => faults,
            }
        } else {
            summary.kind = "credential";
            summary.issuer = document.get("issuer").and_then(|issuer| id_of(issuer)).map(str::to_owned);
            let subjects = items(document.get("credentialSubject"));
            summary.subjects = subjects.iter().filter_map(|subject| id_of(subject)).map(str::to_owned).collect();
            for name in subjects.iter().filter_map(Value::as_object).flat_map(Object::keys) {
                if name != "id" && !summary.claims.iter().any(|known| known == name) {
                    summary.claims.push(name.to_owned());
                }
            }
            read_credential(document).err().unwrap_or_default()
        };
        summary.findings = faults.iter().map(finding).collect();
        summary
    }
}

fn contained(one: &Contained<'_>) -> Summary {
    match one {
        Contained::Embedded(document) => Summary::of_document(document, Kind::Credential),
        Contained::Jwt(token) | Contained::SdJwt(token) => Summary::of_token(token).unwrap_or_else(|fault| Summary {
            kind: "credential",
            format: "JWT",
            findings: vec![finding(&fault)],
            ..Summary::default()
        }),
    }
}

fn finding(fault: &Fault) -> Finding {
    Finding { code: fault.code(), pointer: fault.pointer().map(str::to_owned), about: fault.name().map(str::to_owned) }
}

fn proof(proof: &Value<'_>) -> Proof {
    let text = |name: &str| proof.get(name).and_then(Value::as_str).map(str::to_owned);
    Proof {
        name: text("cryptosuite").or_else(|| text("type")).unwrap_or_default(),
        verification_method: proof.get("verificationMethod").and_then(|method| id_of(method)).map(str::to_owned),
        purpose: text("proofPurpose"),
        created: text("created"),
    }
}

fn entry(entry: &Value<'_>) -> Entry {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    Entry {
        name: strings(entry.get("type")).join(", "),
        id: text("statusListCredential").or_else(|| text("revocationListCredential")).or_else(|| text("id")),
        purpose: text("statusPurpose"),
    }
}

fn context_name(context: &Value<'_>) -> String {
    context.as_str().map_or_else(|| "{…}".to_owned(), str::to_owned)
}

fn items<'v, 'a>(value: Option<&'v Value<'a>>) -> &'v [Value<'a>] {
    value.map(Value::items).unwrap_or_default()
}

fn strings(value: Option<&Value<'_>>) -> Vec<String> {
    items(value).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn print(summary: &Summary, inset: &str, terminal: &Terminal, page: &mut String) {
    let mut row = |label: &str, value: &str| {
        if !value.is_empty() {
            page.push_str(&format!("{inset}{}\n", terminal.labelled(&terminal.text(label), value)));
        }
    };
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    row("label-kind", &format!("{} ({})", terminal.text(&format!("kind-{}", summary.kind)), summary.format));
    row("label-types", &summary.types.join(", "));
    row("label-id", &or_empty(&summary.id));
    row("label-issuer", &or_empty(&summary.issuer));
    row("label-holder", &or_empty(&summary.holder));
    row("label-subject", &summary.subjects.join(", "));
    row("label-valid-from", &or_empty(&summary.valid_from));
    row("label-valid-until", &or_empty(&summary.valid_until));
    row("label-claims", &summary.claims.join(", "));
    for context in &summary.contexts {
        row("label-context", context);
    }
    for proof in &summary.proofs {
        let parts =
            [Some(proof.name.clone()), proof.purpose.clone(), proof.verification_method.clone(), proof.created.clone()];
        row("label-proof", &parts.into_iter().flatten().collect::<Vec<_>>().join(" · "));
    }
    for (label, entries) in [("label-status", &summary.status), ("label-schema", &summary.schemas)] {
        for entry in entries {
            let parts = [Some(entry.name.clone()), entry.purpose.clone(), entry.id.clone()];
            row(label, &parts.into_iter().flatten().collect::<Vec<_>>().join(" · "));
        }
    }
    for finding in &summary.findings {
        let mut fault = Fault::new(finding.code);
        if let Some(about) = &finding.about {
            fault = fault.about(about.clone());
        }
        let sentence = tamarack::messages::explain(&fault, terminal.lang()).sentence;
        let place = finding.pointer.as_deref().filter(|pointer| !pointer.is_empty());
        let place = place.map(|pointer| format!(" {}", terminal.place(pointer))).unwrap_or_default();
        row("label-finding", &format!("{sentence} [{}]{place}", finding.code));
    }
    for (number, credential) in summary.credentials.iter().enumerate() {
        let title = terminal.format("inspect-credential", &[("number", (number + 1).into())]);
        page.push_str(&format!("\n{inset}{}\n", terminal.paint(Style::Strong, &title)));
        print(credential, &format!("{inset}  "), terminal, page);
    }
}
