//! What a verification stands on besides the input: trust list, bundle, pieces of evidence, the network.

use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;
use tamarack::bundle::{self, Bundle, BundleSigners};
use tamarack::credential::read_credential;
use tamarack::encoding::base64url_decode;
use tamarack::trust::{DisplayName, TrustList, TrustedIssuer};
use tamarack::verify::{MaxAge, Outcome};
use tamarack::{Code, Evidence, EvidenceKind, Fault, Need, Policy, Timestamp, did, json, limits, verify};
use tamarack_cli::{Exit, Failure, Terminal, read_input};
use tamarack_net::{Cache, FetchError, FetchOptions, Fetcher, Reach, When, need_url, verify_with_network};

use crate::{keyfile, values};

/// The type of a trust list that comes as a signed credential.
const TRUST_LIST_TYPE: &str = "TrustListCredential";

/// The fetcher that the options describe; `None` with `--offline`.
pub(crate) fn fetcher(matches: &ArgMatches, max_age: MaxAge) -> Result<Option<Fetcher>, Failure> {
    if matches.try_get_one::<bool>("offline").ok().flatten() == Some(&true) {
        return Ok(None);
    }
    let mut options = FetchOptions { max_age, ..FetchOptions::default() };
    if matches.get_flag("allow-private-network") {
        options.reach = Reach::PrivateNetworks;
    }
    if let Some(folder) = values::text(matches, "cache") {
        options.cache = Cache::folder(PathBuf::from(folder));
    }
    if let Some(path) = values::text(matches, "authorities") {
        let pem = read_input(path, limits::INPUT_BYTES)?;
        options.authorities = tamarack_net::authorities_from_pem(&pem)
            .ok_or_else(|| Failure::new(Exit::Data, "authorities.invalid").with("file", path))?;
    }
    if let Some(seconds) = values::duration(matches, "timeout")? {
        options.timeout = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
        options.connect_timeout = options.connect_timeout.min(options.timeout);
    }
    Ok(Some(Fetcher::new(options)))
}

/// A failure to fetch, for a command whose purpose is fetching.
pub(crate) fn unavailable(name: &str, error: &FetchError) -> Failure {
    let failure = Failure::new(Exit::Unavailable, error.code()).with("url", name);
    match error {
        FetchError::TooLarge(limit) => failure.with("limit", limit),
        FetchError::Status(status) => failure.with("status", status),
        _ => failure,
    }
}

/// The pieces of `--evidence KIND ID FILE`, as old as their files.
pub(crate) fn pieces(matches: &ArgMatches, now: Timestamp, evidence: &mut Evidence) -> Result<(), Failure> {
    for triple in matches.get_occurrences::<String>("evidence").into_iter().flatten() {
        let triple: Vec<&String> = triple.collect();
        let [kind, id, path] = triple.as_slice() else {
            return Err(Failure::new(Exit::Usage, "usage.value_missing").with("arg", "--evidence"));
        };
        let kind = kind_from(kind).ok_or_else(|| Failure::new(Exit::Usage, "evidence.kind").with("kind", kind))?;
        let bytes = read_input(path, size_limit(kind))?;
        let written = std::fs::metadata(path).and_then(|data| data.modified()).map_or(now, values::time_of);
        evidence.insert(kind, id.as_str(), bytes, written.min(now));
    }
    Ok(())
}

/// The kind that a word of the command line names.
fn kind_from(word: &str) -> Option<EvidenceKind> {
    match word {
        "did-document" => Some(EvidenceKind::DidDocument),
        "status-list" => Some(EvidenceKind::StatusList),
        "context" => Some(EvidenceKind::Context),
        "schema" => Some(EvidenceKind::Schema),
        "resource" => Some(EvidenceKind::Resource),
        "issuer-metadata" => Some(EvidenceKind::IssuerMetadata),
        "type-metadata" => Some(EvidenceKind::TypeMetadata),
        _ => None,
    }
}

/// The word that names a kind, on the command line and in JSON.
pub(crate) const fn kind_name(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::DidDocument => "did-document",
        EvidenceKind::StatusList => "status-list",
        EvidenceKind::Context => "context",
        EvidenceKind::Schema => "schema",
        EvidenceKind::IssuerMetadata => "issuer-metadata",
        EvidenceKind::TypeMetadata => "type-metadata",
        _ => "resource",
    }
}

const fn size_limit(kind: EvidenceKind) -> usize {
    match kind {
        EvidenceKind::StatusList => limits::STATUS_LIST_BYTES,
        _ => limits::INPUT_BYTES,
    }
}

/// A bundle, its signature checked, and what its reader must be told.
///
/// Without `--bundle-signer` the signature is that of whatever key the file itself names: it shows damage, and nothing
/// about who made the file. `unnamed` is then what to warn of (a message), and [`signed_by_others`] what may be used.
pub(crate) fn open_bundle(
    path: &str,
    signer: Option<&str>,
    unnamed: &'static str,
    fetcher: Option<&Fetcher>,
    now: Timestamp,
    terminal: &Terminal,
) -> Result<Bundle, Failure> {
    let bytes = read_input(path, limits::BUNDLE_BYTES)?;
    let signers = match signer {
        Some(signer) => signers(signer, fetcher, terminal)?,
        None => {
            let kid = claimed_signer(&bytes)?;
            if kid.starts_with("did:web:") {
                return Err(Failure::new(Exit::Usage, "bundle.signer_missing").with("kid", kid));
            }
            terminal.warn(&terminal.format(unnamed, &[("signer", kid.as_str().into())]));
            BundleSigners::none().did(did::did_of(&kid))
        }
    };
    Ok(bundle::open(&bytes, &signers, now)?)
}

/// What counts of a bundle that anybody may have made: neither its trust list nor its DID documents and issuers' metadata,
/// which say whose signature is good. The rest does not rest on who carries it: a status list is signed by its issuer, a context must
/// have the digest that the trust list states, a schema or resource that of the credential where it states one.
pub(crate) fn signed_by_others(bundle: &Bundle) -> Evidence {
    let mut evidence = Evidence::none();
    let says_whose = |kind| matches!(kind, EvidenceKind::DidDocument | EvidenceKind::IssuerMetadata);
    for (kind, id, piece) in bundle.evidence.iter().filter(|(kind, ..)| !says_whose(*kind)) {
        evidence.insert(kind, id, piece.bytes.clone(), piece.fetched);
    }
    evidence
}

/// The `kid` in the header of a bundle, believed by nobody yet.
fn claimed_signer(bundle: &[u8]) -> Result<String, Fault> {
    let invalid = || Fault::new(Code::BundleInvalid).about("not a compact JWS");
    let header = bundle.split(|byte| *byte == b'.').next().and_then(|part| std::str::from_utf8(part).ok());
    let header = base64url_decode(header.ok_or_else(invalid)?).map_err(|_| invalid())?;
    let kid = json::parse(&header)?.get("kid").and_then(|kid| kid.as_str().map(str::to_owned));
    kid.ok_or_else(invalid)
}

fn signers(signer: &str, fetcher: Option<&Fetcher>, terminal: &Terminal) -> Result<BundleSigners, Failure> {
    if !signer.starts_with("did:") {
        return Ok(BundleSigners::none().key(keyfile::public(signer, terminal)?));
    }
    let signer = did::did_of(signer);
    match fetcher {
        Some(fetcher) if signer.starts_with("did:web:") => {
            let need = Need { kind: EvidenceKind::DidDocument, id: signer.to_owned() };
            let fetched = fetcher.fetch_need(&need, values::now()).map_err(|error| unavailable(signer, &error))?;
            Ok(BundleSigners::none().did_document(signer, fetched.bytes, fetched.fetched))
        }
        _ => Ok(BundleSigners::none().did(signer)),
    }
}

/// The trust list of `--trust`: a JSON file, or a signed credential of the `--trust-signer`.
pub(crate) fn trust_list(
    path: &str,
    signer: Option<&str>,
    evidence: &mut Evidence,
    fetcher: Option<&Fetcher>,
    when: When,
) -> Result<TrustList, Failure> {
    let bytes = read_input(path, limits::INPUT_BYTES)?;
    let plain = json::parse(&bytes).ok().filter(|value| value.get("issuers").is_some() && value.get("type").is_none());
    if plain.is_some() {
        return match signer {
            None => Ok(TrustList::parse(&bytes)?),
            Some(_) => Err(Failure::new(Exit::Data, "trust.not_signed").with("file", path)),
        };
    }
    let Some(signer) = signer else {
        // A file that is neither says best itself what is wrong with it.
        return match json::parse(&bytes) {
            Ok(value) if value.get("proof").is_none() => Err(TrustList::parse(&bytes)
                .err()
                .map_or_else(|| Failure::new(Exit::Data, "trust.not_signed").with("file", path), Failure::from)),
            // A compact token has no braces; what is neither was damaged.
            Err(fault) if bytes.is_empty() || bytes.contains(&b'{') => Err(fault.into()),
            _ => Err(Failure::new(Exit::Usage, "trust.signer_missing").with("file", path)),
        };
    };
    let name = DisplayName { en: signer.to_owned(), fr: signer.to_owned() };
    let keeper = TrustedIssuer {
        did: signer.to_owned(),
        name: name.clone(),
        types: vec![TRUST_LIST_TYPE.to_owned()],
        valid_from: None,
        valid_until: None,
        certificates: Vec::new(),
    };
    let policy = Policy::trusting(TrustList::new(name, Timestamp::from_unix(0), None, [keeper])?);
    let verdict = match fetcher {
        Some(fetcher) => verify_with_network(&bytes, &policy, evidence, when, &values::now, fetcher)?.verdict,
        None => verify(&bytes, &policy, evidence, at(when))?,
    };
    match verdict.outcome() {
        Outcome::Accept => {}
        Outcome::Undetermined if !verdict.needs().is_empty() && fetcher.is_some() => {
            let name = verdict.needs().first().map(|need| need.id.clone()).unwrap_or_default();
            return Err(unavailable(&name, &FetchError::Unreachable));
        }
        _ => {
            let fault = verdict.checks().iter().find_map(|check| check.fault.clone());
            return Err(
                fault.map_or_else(|| Failure::new(Exit::Data, "trust.not_signed").with("file", path), Failure::from)
            );
        }
    }
    let claims = verdict.claims().ok_or(Fault::new(Code::Internal))?;
    let document = claims.document();
    let document = document.as_object().ok_or(Fault::new(Code::TrustListInvalid))?;
    let credential = read_credential(document)
        .map_err(|faults| Failure::from(faults.into_iter().next().unwrap_or(Code::TrustListInvalid.into())))?;
    Ok(TrustList::from_credential(&credential)?)
}

/// The time that `when` stands for.
pub(crate) fn at(when: When) -> Timestamp {
    match when {
        When::Now => values::now(),
        When::At(time) => time,
    }
}

/// Fetches needs for a command that cannot do without them.
pub(crate) fn fetch_all(needs: &[Need], evidence: &mut Evidence, fetcher: Option<&Fetcher>) -> Result<(), Failure> {
    let missing: Vec<Need> = needs.iter().filter(|need| evidence.get(need.kind, &need.id).is_none()).cloned().collect();
    let Some(fetcher) = fetcher else {
        return match missing.first() {
            Some(need) => Err(Failure::new(Exit::Unavailable, "fetch.offline").with("url", &need.id)),
            None => Ok(()),
        };
    };
    let missed = fetcher.gather(&missing, evidence, values::now());
    match missed.into_iter().find(|missed| evidence.get(missed.need.kind, &missed.need.id).is_none()) {
        Some(missed) => Err(unavailable(&need_url(&missed.need).unwrap_or(missed.need.id), &missed.error)),
        None => Ok(()),
    }
}
