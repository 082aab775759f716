//! A credential type as a credential configuration of OpenID4VCI, and as type metadata of SD-JWT VC.

use tamarack::issue::{CredentialType, Securing};
use tamarack::jose::JwtForm;
use tamarack::json::{Object, Value};
use tamarack::keys::KeyType;
use tamarack::proof::Suite;
use tamarack::sd_jwt::Profile;
use tamarack_openid4vc::vci::claims::{ClaimDescription, Step};
use tamarack_openid4vc::vci::configuration::{
    CredentialConfiguration, CredentialMetadata, Format, KeyAttestationsRequired, ProofTypeSupport,
};
use tamarack_openid4vc::vci::display::Display;
use tamarack_openid4vc::vci::proofs::COMMITMENT;

/// How a wallet may name its key.
const BINDING_METHODS: [&str; 3] = ["jwk", "did:key", "did:jwk"];
/// The algorithms of key proofs as JWTs.
const PROOF_ALGORITHMS: [&str; 4] = ["ES256", "ES384", "EdDSA", "Ed25519"];
/// The suites of key proofs as presentations.
const PROOF_SUITES: [&str; 5] =
    ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "Ed25519Signature2020"];

/// The configuration of a type whose credentials a key of this kind signs.
pub(super) fn configuration(of: &CredentialType, key: KeyType) -> CredentialConfiguration {
    let mut made = CredentialConfiguration::new(format(of));
    made.scope = Some(of.name.clone());
    made.signing_algorithms = vec![Value::from(algorithm(of.securing, key))];
    // A credential that names nobody is bound to nobody's key.
    if !of.is_anonymous() {
        made.binding_methods = BINDING_METHODS.map(str::to_owned).to_vec();
        made.proof_types.push(("jwt".to_owned(), ProofTypeSupport::of(PROOF_ALGORITHMS)));
        if matches!(of.securing, Securing::DataIntegrity(_)) {
            made.proof_types.push(("di_vp".to_owned(), ProofTypeSupport::of(PROOF_SUITES)));
        }
        if of.securing == Securing::DataIntegrity(Suite::Bbs2023) {
            made.binding_methods.push(COMMITMENT.to_owned());
            made.proof_types.push((COMMITMENT.to_owned(), ProofTypeSupport::of(PROOF_ALGORITHMS)));
        }
    }
    made.metadata = Some(CredentialMetadata {
        display: display(of),
        claims: told(of).filter_map(|told| told.description(of)).collect(),
        other: Object::new(),
    });
    made
}

/// The same for credentials that are bound to attested keys alone (OpenID4VCI Appendix D): a proof by a key with its
/// attestation, or the attestation by itself.
pub(super) fn with_attested_keys(mut made: CredentialConfiguration) -> CredentialConfiguration {
    // A presentation carries no attestation.
    made.proof_types.retain(|(name, _)| name == "jwt");
    made.binding_methods.retain(|name| name != COMMITMENT);
    if !made.proof_types.is_empty() {
        made.proof_types.push(("attestation".to_owned(), ProofTypeSupport::of(PROOF_ALGORITHMS)));
    }
    for (_, support) in &mut made.proof_types {
        support.key_attestations_required = Some(KeyAttestationsRequired::default());
    }
    made
}

/// The same for credentials that are bound to secrets of their holders alone, and name nobody.
pub(super) fn with_secrets(mut made: CredentialConfiguration) -> CredentialConfiguration {
    made.binding_methods.retain(|name| name == COMMITMENT);
    made.proof_types.retain(|(name, _)| name == COMMITMENT);
    made
}

/// Whether a credential of the type is a JSON object in a response; else it is a string.
pub(super) const fn is_object(securing: Securing) -> bool {
    matches!(securing, Securing::DataIntegrity(_))
}

fn format(of: &CredentialType) -> Format {
    let types = of.types.clone();
    match of.securing {
        Securing::DataIntegrity(_) => {
            let suite = of.securing.context(of.version).filter(|url| !of.contexts.iter().any(|known| known == url));
            let urls = of.contexts.iter().map(String::as_str).chain(suite);
            Format::LdpVc { context: urls.map(|url| Value::from(url.to_owned())).collect(), types }
        }
        Securing::Jwt(JwtForm::V1) => Format::JwtVcJson { types },
        Securing::Jwt(_) => {
            Format::JwtVcJsonLd { context: of.contexts.iter().map(|url| Value::from(url.clone())).collect(), types }
        }
        Securing::SdJwt(Profile::SdJwtVc) => Format::SdJwtVc { vct: of.vct.clone().unwrap_or_default() },
        Securing::SdJwt(Profile::VcdmSdJwt) => {
            Format::VcdmSdJwt { context: of.contexts.iter().map(|url| Value::from(url.clone())).collect(), types }
        }
    }
}

/// Appendix A: JWS names, or for Data Integrity the suite's.
const fn algorithm_of_jws(key: KeyType) -> &'static str {
    match key {
        KeyType::P256 => "ES256",
        KeyType::P384 => "ES384",
        _ => "EdDSA",
    }
}

fn algorithm(securing: Securing, key: KeyType) -> &'static str {
    match securing {
        Securing::DataIntegrity(_) => securing.name(),
        _ => algorithm_of_jws(key),
    }
}

fn display(of: &CredentialType) -> Vec<Display> {
    [
        ("en-CA", &of.display.title.en, &of.display.description.en),
        ("fr-CA", &of.display.title.fr, &of.display.description.fr),
    ]
    .map(|(locale, name, description)| Display {
        description: Some(description.clone()),
        ..Display::named(name.clone(), locale)
    })
    .into()
}

/// A claim that people are told of before they take a credential up.
struct Told {
    /// The steps of a JSON pointer into the credential.
    target: Vec<String>,
    required: bool,
    en: String,
    fr: String,
}

/// The claims of a type, and the ages that are computed from its birth date: where that may be left out, so may they.
fn told(of: &CredentialType) -> impl Iterator<Item = Told> {
    let claims = of.claims.iter().map(|claim| Told {
        target: claim.target.clone(),
        required: claim.required,
        en: claim.label.en.clone(),
        fr: claim.label.fr.clone(),
    });
    let ages = of.ages.iter().flat_map(move |ages| {
        let required = of.claims.iter().any(|claim| claim.name == ages.from && claim.required);
        ages.over.iter().map(move |age| Told {
            target: ages.target.iter().cloned().chain([format!("ageOver{age}")]).collect(),
            required,
            en: format!("{age} or older"),
            fr: format!("{age} ans ou plus"),
        })
    });
    claims.chain(ages)
}

impl Told {
    /// Where it is in the credential; an SD-JWT VC has the subject's claims at its top.
    fn description(self, of: &CredentialType) -> Option<ClaimDescription> {
        let is_flat = of.securing == Securing::SdJwt(Profile::SdJwtVc);
        let path: Vec<Step> = self.target.into_iter().skip(usize::from(is_flat)).map(Step::Key).collect();
        (!path.is_empty()).then_some(ClaimDescription {
            path,
            mandatory: Some(self.required),
            display: vec![Display::named(self.en, "en-CA"), Display::named(self.fr, "fr-CA")],
            other: Object::new(),
        })
    }
}

/// The type metadata of a type with a `vct` (SD-JWT VC §6), in both languages.
pub(super) fn type_metadata(of: &CredentialType) -> Option<serde_json::Value> {
    let vct = of.vct.as_deref()?;
    let display =
        |en: &str, fr: &str| serde_json::json!([{"locale": "en-CA", "label": en}, {"locale": "fr-CA", "label": fr}]);
    let claims: Vec<serde_json::Value> = told(of)
        .filter(|told| told.target.len() > 1)
        .map(|told| {
            let path: Vec<&String> = told.target.iter().skip(1).collect();
            serde_json::json!({
                "path": path,
                "display": display(&told.en, &told.fr),
                "mandatory": told.required,
            })
        })
        .collect();
    Some(serde_json::json!({
        "vct": vct,
        "name": of.display.title.en,
        "description": of.display.description.en,
        "display": [
            {"locale": "en-CA", "name": of.display.title.en, "description": of.display.description.en},
            {"locale": "fr-CA", "name": of.display.title.fr, "description": of.display.description.fr},
        ],
        "claims": claims,
    }))
}
