//! `verify`: judge a credential or presentation.

use clap::ArgMatches;
use tamarack::verify::{MaxAge, Outcome};
use tamarack::{Evidence, Policy, verify};
use tamarack_cli::{Exit, Failure, Terminal};
use tamarack_net::{Round, When, verify_with_network};

use crate::report::Report;
use crate::{codes, nonces, report, sources, values};

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let input = codes::read(values::text(matches, "file").unwrap_or_default())?;
    let when = values::time(matches, "at")?.map_or(When::Now, When::At);
    let max_age = max_age(matches)?;
    let fetcher = sources::fetcher(matches, max_age)?;

    let mut evidence = Evidence::none();
    let mut bundled_trust = None;
    if let Some(path) = values::text(matches, "bundle") {
        let signer = values::text(matches, "bundle-signer");
        let (unnamed, time) = ("verify-unnamed-signer", sources::at(when));
        let bundle = sources::open_bundle(path, signer, unnamed, fetcher.as_ref(), time, terminal)?;
        (evidence, bundled_trust) = match signer {
            Some(_) => (bundle.evidence, bundle.trust),
            None => (sources::signed_by_others(&bundle), None),
        };
    }
    sources::pieces(matches, sources::at(when), &mut evidence)?;

    let trust = match values::text(matches, "trust") {
        Some(path) => {
            let signer = values::text(matches, "trust-signer");
            Some(sources::trust_list(path, signer, &mut evidence, fetcher.as_ref(), when)?)
        }
        // Only a bundle whose signer was named may say whom to trust.
        None => bundled_trust,
    };
    let mut policy = if matches.get_flag("insecure-trust-any-issuer") {
        terminal.warn(&terminal.text("verify-insecure"));
        Policy::insecure_trust_any_issuer()
    } else {
        trust.clone().map_or_else(Policy::no_trust, Policy::trusting)
    };
    if let Some(challenge) = values::text(matches, "challenge") {
        policy = policy.expect_challenge(challenge);
        // Before anything is judged: whoever sends a presentation twice gets one answer.
        if let Some(path) = values::text(matches, "nonce-file") {
            nonces::take(path, challenge, sources::at(when))?;
        }
    }
    if let Some(domain) = values::text(matches, "domain") {
        policy = policy.expect_domain(domain);
    }
    if matches.get_flag("allow-other-holder") {
        policy = policy.weaken_holder_may_differ();
    }
    if matches.get_flag("require-pseudonym") {
        policy = policy.require_pseudonym();
    }
    let policy = policy.max_age(max_age);

    let Round { verdict, missed } = match &fetcher {
        Some(fetcher) => verify_with_network(&input, &policy, &mut evidence, when, &values::now, fetcher)?,
        None => Round { verdict: verify(&input, &policy, &evidence, sources::at(when))?, missed: Vec::new() },
    };
    let report = Report {
        verdict: &verdict,
        missed: &missed,
        input: &input,
        trust: trust.as_ref(),
        claims: matches.get_flag("claims"),
        linkability: matches.get_flag("linkability"),
    };
    if terminal.json() {
        terminal.json_line(&report.to_json(terminal)?)?;
    } else {
        terminal.write(report::human(&report, terminal).as_bytes())?;
    }
    Ok(match verdict.outcome() {
        Outcome::Accept => Exit::Ok,
        Outcome::Reject => Exit::Reject,
        Outcome::Undetermined => Exit::Undetermined,
    })
}

/// `--max-age` is for what changes: DID documents and status lists.
fn max_age(matches: &ArgMatches) -> Result<MaxAge, Failure> {
    let mut max_age = MaxAge::default();
    if let Some(seconds) = values::duration(matches, "max-age")? {
        max_age.did_document = seconds;
        max_age.status_list = seconds;
    }
    Ok(max_age)
}
