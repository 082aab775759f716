//! `present`: what is to be shown, what that gives away, the person's consent, and only then the showing.

use std::path::Path;

use clap::ArgMatches;
use serde_json::json;
use tamarack::did::{Relationship, did_of, verification_method};
use tamarack::json::{self, Object};
use tamarack::jsonld::Contexts;
use tamarack::keys::{PublicKey, SecretKey, Signer as _};
use tamarack::present::{AgeAnswer, AgeQuestion, Binding, Disclosable, Held, Holder, Linkability, Selection, present};
use tamarack::proof::HolderSecrets;
use tamarack::{Code, Evidence, EvidenceKind, Fault, SystemRandomness, limits};
use tamarack_cli::{
    Exit, Failure, Style, Terminal, confirm, key_id, linkability_page, printable, read_input, read_secret_key,
    write_private,
};

use crate::disclosable::preview;
use crate::{holder, now, text};

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let held = crate::held(matches)?;
    let pointers = chosen(matches, &held)?;
    let frame = text(matches, "frame").map(read_frame).transpose()?;
    let selection = Selection { pointers: &pointers, frame: frame.as_ref() };
    let key = text(matches, "holder-key").map(|path| read_secret_key(path, matches, terminal)).transpose()?;
    let kid = match (&key, text(matches, "kid")) {
        (Some(_), Some(kid)) => kid.to_owned(),
        (Some(key), None) => key_id(key.public_key()),
        (None, _) => String::new(),
    };
    let issuer_key = issuer_key(matches, &held)?;
    let secrets = secrets(matches, &held, terminal)?;
    let binding = Binding {
        audience: text(matches, "audience"),
        nonce: text(matches, "nonce"),
        holder: key.as_ref().map(|key: &SecretKey| Holder { signer: key, verification_method: &kid }),
        created: Some(now()),
        issuer_key: issuer_key.as_ref(),
        key_binding_claims: None,
        secrets: secrets.as_ref(),
    };

    let shown = held.shows(&selection)?;
    let report = held.linkability(&selection, &binding)?;
    terminal.say(&consent_page(&shown, &report, &binding, terminal));
    // Nothing is made, let alone written, before the person has agreed to what was said above.
    if !matches.get_flag("yes") && !confirm("consent-question", terminal)? {
        terminal.say(&terminal.text("consent-declined"));
        return Ok(Exit::Reject);
    }
    let made = present(&held, &selection, &binding, &Contexts::builtin(), &mut SystemRandomness)?;
    let out = text(matches, "out").map(Path::new);
    if terminal.json() {
        let pointers: Vec<&str> = shown.iter().map(|claim| claim.pointer.as_str()).collect();
        let mut answer = json!({"suite": held.suite(), "shown": pointers, "linkability": report});
        if out.is_some() {
            write_private(out, format!("{made}\n").as_bytes(), terminal)?;
        } else if let Some(members) = answer.as_object_mut() {
            members.insert("presentation".to_owned(), made.into());
        }
        terminal.json_line(&answer)?;
    } else {
        write_private(out, format!("{made}\n").as_bytes(), terminal)?;
    }
    Ok(Exit::Ok)
}

/// The secrets that the credential is bound to. Its pseudonym, if it has one, is for the audience.
fn secrets(matches: &ArgMatches, held: &Held, terminal: &Terminal) -> Result<Option<HolderSecrets>, Failure> {
    if held.shows_pseudonym() && text(matches, "audience").is_none_or(str::is_empty) {
        return Err(Fault::new(Code::PresentPseudonym).into());
    }
    match text(matches, "holder-secrets") {
        Some(path) => Ok(Some(holder::read(path, matches, terminal)?.for_domain(text(matches, "audience"))?)),
        // Known before the person is asked for consent to what cannot be made.
        None if held.is_bound() => Err(Fault::new(Code::ProofBinding).about("--holder-secrets").into()),
        None => Ok(None),
    }
}

/// The issuer's key, where the credential does not carry it: computed from its DID, or in the DID document of a file.
fn issuer_key(matches: &ArgMatches, held: &Held) -> Result<Option<PublicKey>, Failure> {
    let Some(method) = held.issuer_method() else { return Ok(None) };
    let issuer = did_of(method);
    let mut evidence = Evidence::none();
    if let Some(path) = text(matches, "issuer-document") {
        evidence.insert(EvidenceKind::DidDocument, issuer, read_input(path, limits::INPUT_BYTES)?, now());
    }
    match verification_method(method, Relationship::AssertionMethod, &evidence) {
        Ok(method) => Ok(Some(method.key)),
        Err(fault) if matches!(fault.code(), Code::DidNotResolved | Code::DidMethodUnsupported) => {
            Err(Failure::new(Exit::Data, "issuer.unknown").with("issuer", issuer))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// The pointers that the options name.
fn chosen(matches: &ArgMatches, held: &Held) -> Result<Vec<String>, Failure> {
    let mut pointers: Vec<String> = matches.get_many::<String>("reveal").into_iter().flatten().cloned().collect();
    if matches.get_flag("all") {
        pointers.push(String::new());
    }
    if let Some(&at_least) = matches.get_one::<u32>("age-over") {
        match (AgeQuestion { at_least }).answer(held) {
            Some(AgeAnswer::Claim { pointer, .. }) => pointers.push(pointer),
            _ => return Err(Failure::new(Exit::Data, "age.unanswered").with("age", at_least)),
        }
    }
    Ok(pointers)
}

fn read_frame(path: &str) -> Result<Object<'static>, Failure> {
    let bytes = read_input(path, limits::INPUT_BYTES)?;
    match json::parse(&bytes)?.into_owned() {
        json::Value::Object(frame) => Ok(frame),
        _ => Err(Fault::new(Code::JsonldFrame).about("frame").into()),
    }
}

/// What the person is asked to agree to.
fn consent_page(shown: &[Disclosable], report: &Linkability, binding: &Binding<'_>, terminal: &Terminal) -> String {
    let mut page = String::new();
    let mut line = |text: &str| {
        page.push_str(text);
        page.push('\n');
    };
    let title = match binding.audience {
        Some(audience) => terminal.format("consent-for", &[("audience", audience.into())]),
        None => terminal.text("consent-for-anybody"),
    };
    line(&terminal.paint_talk(Style::Strong, &title));
    let long = shown.iter().map(|claim| claim.pointer.chars().count()).max().unwrap_or(0);
    for claim in shown {
        let space = " ".repeat(long.saturating_sub(claim.pointer.chars().count()));
        line(&format!("  {}{space}  {}", printable(&claim.pointer), preview(&claim.value)));
    }
    line("");
    page.push_str(&linkability_page(report, terminal));
    page
}
