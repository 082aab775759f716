//! `bundle create` and `bundle show`: evidence for places without a network.

use std::path::Path;

use clap::ArgMatches;
use tamarack::bundle as core_bundle;
use tamarack::did;
use tamarack::keys::Signer as _;
use tamarack::verify::MaxAge;
use tamarack::{Evidence, EvidenceKind, Need, Policy, limits, verify};
use tamarack_cli::{Exit, Failure, Style, Terminal, key_id, read_input, read_secret_key, write_output};
use tamarack_net::{Fetcher, When};

use crate::{sources, values};

/// A week: long enough for a kiosk that is visited weekly, short enough for a revocation to arrive.
const VALID_SECONDS: i64 = 7 * 86_400;

pub(crate) fn create(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let key = read_secret_key(values::text(matches, "key").unwrap_or_default(), matches, terminal)?;
    let kid = values::text(matches, "kid").map_or_else(|| key_id(key.public_key()), str::to_owned);
    let fetcher = sources::fetcher(matches, MaxAge::default())?;
    let mut evidence = Evidence::none();
    sources::pieces(matches, values::now(), &mut evidence)?;

    let mut needs = listed(matches);
    let trust = match values::text(matches, "trust") {
        Some(path) => {
            let signer = values::text(matches, "trust-signer");
            let list = sources::trust_list(path, signer, &mut evidence, fetcher.as_ref(), When::Now)?;
            // A kiosk will meet the credentials of these issuers: it needs their documents.
            needs.extend(list.issuers().map(|issuer| keys_of(&issuer.did)).filter(must_be_fetched));
            Some(list)
        }
        None => None,
    };
    sources::fetch_all(&needs, &mut evidence, fetcher.as_ref())?;
    for path in matches.get_many::<String>("files").into_iter().flatten() {
        gather_for(path, &mut evidence, fetcher.as_ref())?;
    }

    // Taken after the last fetch: no piece may be younger than the bundle.
    let created = values::now();
    let expires = created.plus_seconds(values::duration(matches, "valid-for")?.unwrap_or(VALID_SECONDS));
    let text = core_bundle::create(&evidence, trust.as_ref(), created, expires, &key, &kid)?;
    write_output(values::text(matches, "out").map(Path::new), format!("{text}\n").as_bytes(), terminal)?;
    let count = evidence.iter().count();
    terminal.say(&terminal.format(
        "bundle-created",
        &[("count", count.into()), ("expires", expires.to_string().into()), ("kid", kid.into())],
    ));
    Ok(Exit::Ok)
}

/// What the command line names.
fn listed(matches: &ArgMatches) -> Vec<Need> {
    [
        ("did", EvidenceKind::DidDocument),
        ("status-list", EvidenceKind::StatusList),
        ("context", EvidenceKind::Context),
        ("schema", EvidenceKind::Schema),
        ("resource", EvidenceKind::Resource),
        ("issuer-metadata", EvidenceKind::IssuerMetadata),
        ("type-metadata", EvidenceKind::TypeMetadata),
    ]
    .into_iter()
    .flat_map(|(name, kind)| {
        matches.get_many::<String>(name).into_iter().flatten().map(move |id| Need { kind, id: id.clone() })
    })
    .filter(must_be_fetched)
    .collect()
}

/// Where an issuer's keys stand.
fn keys_of(issuer: &str) -> Need {
    match tamarack::sd_jwt::metadata_url(issuer) {
        Ok(id) => Need { kind: EvidenceKind::IssuerMetadata, id },
        Err(_) => Need { kind: EvidenceKind::DidDocument, id: issuer.to_owned() },
    }
}

/// The documents of `did:key`, `did:jwk` and `did:peer` are computed, not fetched.
fn must_be_fetched(need: &Need) -> bool {
    need.kind != EvidenceKind::DidDocument || did::resolve(&need.id, &Evidence::none()).is_err()
}

/// Fetches everything that verifying a credential asks for, whatever the verdict will be.
fn gather_for(path: &str, evidence: &mut Evidence, fetcher: Option<&Fetcher>) -> Result<(), Failure> {
    let input = read_input(path, limits::INPUT_BYTES)?;
    // Whom the kiosk trusts is its own question; here only the needs count.
    let policy = Policy::insecure_trust_any_issuer();
    for _ in 0..limits::FETCH_ROUNDS {
        let verdict = verify(&input, &policy, evidence, values::now())?;
        let needs: Vec<Need> =
            verdict.needs().iter().filter(|need| evidence.get(need.kind, &need.id).is_none()).cloned().collect();
        if needs.is_empty() {
            break;
        }
        sources::fetch_all(&needs, evidence, fetcher)?;
    }
    Ok(())
}

pub(crate) fn show(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let signer = values::text(matches, "bundle-signer");
    let fetcher = sources::fetcher(matches, MaxAge::default())?;
    let now = values::now();
    let path = values::text(matches, "file").unwrap_or_default();
    let bundle = sources::open_bundle(path, signer, "bundle-unnamed-signer", fetcher.as_ref(), now, terminal)?;
    if terminal.json() {
        let pieces: Vec<_> = bundle
            .evidence
            .iter()
            .map(|(kind, id, piece)| {
                serde_json::json!({
                    "kind": kind, "id": id, "bytes": piece.bytes.len(), "fetched": piece.fetched,
                    "ageSeconds": now.seconds_since(piece.fetched),
                })
            })
            .collect();
        terminal.json_line(&serde_json::json!({
            "signer": bundle.signer, "signerNamed": signer.is_some(), "created": bundle.created,
            "expires": bundle.expires, "trust": bundle.trust.as_ref().map(|list| list.to_value().to_serde()),
            "pieces": pieces,
        }))?;
        return Ok(Exit::Ok);
    }
    let mut page = String::new();
    let mut row = |label: &str, value: &str| {
        page.push_str(&format!("{}\n", terminal.labelled(&terminal.text(label), value)));
    };
    row("label-signer", &bundle.signer);
    row("label-created", &format!("{} ({})", bundle.created, values::age(now.seconds_since(bundle.created), terminal)));
    row("label-expires", &bundle.expires.to_string());
    if let Some(trust) = &bundle.trust {
        let issuers: Vec<&str> = trust.issuers().map(|issuer| issuer.did.as_str()).collect();
        row("label-trusted", &issuers.join(", "));
    }
    page.push_str(&format!("\n{}\n", terminal.paint(Style::Strong, &terminal.text("heading-inside"))));
    for (kind, id, piece) in bundle.evidence.iter() {
        let kind = terminal.text(&format!("kind-{}", sources::kind_name(kind)));
        let age = values::age(now.seconds_since(piece.fetched), terminal);
        page.push_str(&format!("  {}\n", terminal.labelled(&format!("{kind} {id}"), &age)));
    }
    terminal.write(page.as_bytes())?;
    Ok(Exit::Ok)
}
