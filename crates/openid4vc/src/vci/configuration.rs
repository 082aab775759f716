//! Credential configurations: one kind of credential that an issuer offers (OpenID4VCI §12.2.4, Appendix A).

use tamarack::json::{Object, Value};

use super::claims::ClaimDescription;
use super::display::Display;
use crate::members::{Builder, Members, strings};
use crate::{RefusalCode, Result};

/// The most values of one list.
const MOST: usize = 64;

/// The credential format with its own parameters (Appendix A).
#[derive(Clone, PartialEq, Debug)]
pub enum Format {
    /// `ldp_vc`: Data Integrity.
    LdpVc {
        /// The contexts.
        context: Vec<Value<'static>>,
        /// The types.
        types: Vec<String>,
    },
    /// `jwt_vc_json`: a JWT, not JSON-LD.
    JwtVcJson {
        /// The types.
        types: Vec<String>,
    },
    /// `jwt_vc_json-ld`: a JWT with JSON-LD.
    JwtVcJsonLd {
        /// The contexts.
        context: Vec<Value<'static>>,
        /// The types.
        types: Vec<String>,
    },
    /// `dc+sd-jwt`: SD-JWT VC.
    SdJwtVc {
        /// The type.
        vct: String,
    },
    /// `vc+sd-jwt`: a W3C credential as an SD-JWT (VC-JOSE-COSE §3.2.1), with a `credential_definition`. OpenID4VCI 1.0 has no name for it;
    /// this is its media type's, as issuers of others use it.
    VcdmSdJwt {
        /// The contexts; none if the issuer does not say.
        context: Vec<Value<'static>>,
        /// The types.
        types: Vec<String>,
    },
    /// `mso_mdoc`: ISO/IEC 18013-5. Known, so that metadata with it can be read; not issued here.
    MsoMdoc {
        /// The type.
        doctype: String,
    },
    /// Another format. Its parameters are in [`CredentialConfiguration::other`].
    Other(String),
}

impl Format {
    /// The format's identifier.
    #[must_use]
    pub fn identifier(&self) -> &str {
        match self {
            Self::LdpVc { .. } => "ldp_vc",
            Self::JwtVcJson { .. } => "jwt_vc_json",
            Self::JwtVcJsonLd { .. } => "jwt_vc_json-ld",
            Self::SdJwtVc { .. } => "dc+sd-jwt",
            Self::VcdmSdJwt { .. } => "vc+sd-jwt",
            Self::MsoMdoc { .. } => "mso_mdoc",
            Self::Other(name) => name,
        }
    }

    /// Whether a credential of this format is a JSON object in the response; else it is a string.
    #[must_use]
    pub const fn is_object(&self) -> bool {
        matches!(self, Self::LdpVc { .. })
    }
}

/// What a key attestation must say (§12.2.4, Appendix D.2). Empty lists ask for nothing in particular.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct KeyAttestationsRequired {
    /// How well the key must be kept: one of these.
    pub key_storage: Vec<String>,
    /// How well its user must be known to it: one of these.
    pub user_authentication: Vec<String>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

/// A proof type that an issuer takes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ProofTypeSupport {
    /// The algorithms: JWS names, or cryptosuites for `di_vp`.
    pub algorithms: Vec<String>,
    /// What is asked of the key's attestation; absent if none is needed.
    pub key_attestations_required: Option<KeyAttestationsRequired>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

impl ProofTypeSupport {
    /// Support for these algorithms.
    #[must_use]
    pub fn of<'a>(algorithms: impl IntoIterator<Item = &'a str>) -> Self {
        Self { algorithms: algorithms.into_iter().map(str::to_owned).collect(), ..Self::default() }
    }
}

/// `credential_metadata`: how a credential is shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CredentialMetadata {
    /// The credential's name, logo and colours in each language.
    pub display: Vec<Display>,
    /// The claims in the order in which they are shown.
    pub claims: Vec<ClaimDescription>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

/// One entry of `credential_configurations_supported`.
#[derive(Clone, PartialEq, Debug)]
pub struct CredentialConfiguration {
    /// The format.
    pub format: Format,
    /// The scope value that asks for it.
    pub scope: Option<String>,
    /// The algorithms that the issuer signs with, as the format names them (numbers for `mso_mdoc`).
    pub signing_algorithms: Vec<Value<'static>>,
    /// How the holder's key may be given: `jwk`, `did:key`, `cose_key`. Empty if there is no binding to a key.
    pub binding_methods: Vec<String>,
    /// The proof types by their names. Empty if no proof is asked for.
    pub proof_types: Vec<(String, ProofTypeSupport)>,
    /// How it is shown.
    pub metadata: Option<CredentialMetadata>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

impl CredentialConfiguration {
    /// A configuration of a format, without binding to a key.
    #[must_use]
    pub const fn new(format: Format) -> Self {
        Self {
            format,
            scope: None,
            signing_algorithms: Vec::new(),
            binding_methods: Vec::new(),
            proof_types: Vec::new(),
            metadata: None,
            other: Object::new(),
        }
    }

    /// The support for a proof type.
    #[must_use]
    pub fn proof_type(&self, name: &str) -> Option<&ProofTypeSupport> {
        self.proof_types.iter().find(|(key, _)| key == name).map(|(_, support)| support)
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidMetadata`], about the member.
    pub fn from_value(value: Value<'static>) -> Result<Self> {
        let mut members = Members::of(value, "credential_configurations_supported", RefusalCode::InvalidMetadata)?;
        let format = format(&mut members)?;
        let proof_types = match members.object("proof_types_supported")? {
            None => Vec::new(),
            Some(types) => proof_types(types)?,
        };
        let metadata = members.object("credential_metadata")?.map(credential_metadata).transpose()?;
        Ok(Self {
            format,
            scope: members.text("scope")?,
            signing_algorithms: members.array("credential_signing_alg_values_supported", MOST)?.unwrap_or_default(),
            binding_methods: members.texts("cryptographic_binding_methods_supported", MOST)?,
            proof_types,
            metadata,
            other: members.rest(),
        })
    }

    /// The entry as JSON.
    #[must_use]
    pub fn to_value(&self) -> Value<'static> {
        let builder = Builder::default().set("format", Some(self.format.identifier().to_owned()));
        let builder = match &self.format {
            Format::SdJwtVc { vct } => builder.set("vct", Some(vct.clone())),
            Format::MsoMdoc { doctype } => builder.set("doctype", Some(doctype.clone())),
            Format::LdpVc { context, types }
            | Format::JwtVcJsonLd { context, types }
            | Format::VcdmSdJwt { context, types } => {
                let definition = Builder::default().array("@context", context.clone()).texts("type", types);
                builder.set("credential_definition", Some(definition.value()))
            }
            Format::JwtVcJson { types } => {
                builder.set("credential_definition", Some(Builder::default().texts("type", types).value()))
            }
            Format::Other(_) => builder,
        };
        let proofs: Object<'static> =
            self.proof_types.iter().map(|(name, support)| (name.clone(), support_value(support))).collect();
        builder
            .set("scope", self.scope.clone())
            .array("credential_signing_alg_values_supported", self.signing_algorithms.clone())
            .texts("cryptographic_binding_methods_supported", &self.binding_methods)
            .set("proof_types_supported", (!proofs.is_empty()).then_some(proofs))
            .set("credential_metadata", self.metadata.as_ref().map(metadata_value))
            .rest(&self.other)
            .value()
    }

    /// Whether an issuer may publish it: a binding and the proof types stand together, and each proof type names what it
    /// takes (§12.2.4).
    pub(crate) fn is_publishable(&self) -> bool {
        self.binding_methods.is_empty() == self.proof_types.is_empty()
            && self.proof_types.iter().all(|(_, support)| !support.algorithms.is_empty())
    }
}

fn format(members: &mut Members) -> Result<Format> {
    let name = members.need_text("format")?;
    Ok(match name.as_str() {
        "ldp_vc" | "jwt_vc_json-ld" => {
            let mut definition = definition(members)?;
            let context = definition
                .array("@context", MOST)?
                .ok_or_else(|| definition.refuse("credential_definition.@context"))?;
            let types = types(&mut definition)?;
            if name == "ldp_vc" { Format::LdpVc { context, types } } else { Format::JwtVcJsonLd { context, types } }
        }
        "jwt_vc_json" => Format::JwtVcJson { types: types(&mut definition(members)?)? },
        "dc+sd-jwt" => Format::SdJwtVc { vct: members.need_text("vct")? },
        // Without a definition, it is what drafts until 2024 called so.
        "vc+sd-jwt" => match members.object("credential_definition")? {
            Some(mut definition) => {
                let context = definition.array("@context", MOST)?.unwrap_or_default();
                Format::VcdmSdJwt { context, types: types(&mut definition)? }
            }
            None => Format::Other(name),
        },
        "mso_mdoc" => Format::MsoMdoc { doctype: members.need_text("doctype")? },
        _ => Format::Other(name),
    })
}

fn definition(members: &mut Members) -> Result<Members> {
    members.object("credential_definition")?.ok_or_else(|| members.refuse("credential_definition"))
}

fn types(definition: &mut Members) -> Result<Vec<String>> {
    let types = definition.texts("type", MOST)?;
    if types.is_empty() { Err(definition.refuse("credential_definition.type")) } else { Ok(types) }
}

fn proof_types(types: Members) -> Result<Vec<(String, ProofTypeSupport)>> {
    let code = types.code();
    let mut all = Vec::new();
    for (name, value) in types.rest().iter() {
        let mut members = Members::of(value.clone(), "proof_types_supported", code)?;
        let required = members.object("key_attestations_required")?.map(key_attestations).transpose()?;
        let algorithms = members.texts("proof_signing_alg_values_supported", MOST)?;
        if algorithms.is_empty() {
            return Err(members.refuse("proof_signing_alg_values_supported"));
        }
        let support = ProofTypeSupport { algorithms, key_attestations_required: required, other: members.rest() };
        all.push((name.to_owned(), support));
    }
    Ok(all)
}

fn key_attestations(mut members: Members) -> Result<KeyAttestationsRequired> {
    Ok(KeyAttestationsRequired {
        key_storage: members.texts("key_storage", MOST)?,
        user_authentication: members.texts("user_authentication", MOST)?,
        other: members.rest(),
    })
}

fn support_value(support: &ProofTypeSupport) -> Value<'static> {
    let required = support.key_attestations_required.as_ref().map(|required| {
        Builder::default()
            .texts("key_storage", &required.key_storage)
            .texts("user_authentication", &required.user_authentication)
            .rest(&required.other)
            .value()
    });
    Builder::default()
        .set("proof_signing_alg_values_supported", Some(strings(&support.algorithms)))
        .set("key_attestations_required", required)
        .rest(&support.other)
        .value()
}

fn credential_metadata(mut members: Members) -> Result<CredentialMetadata> {
    Ok(CredentialMetadata {
        display: Display::take(&mut members)?,
        claims: ClaimDescription::take(&mut members)?,
        other: members.rest(),
    })
}

fn metadata_value(metadata: &CredentialMetadata) -> Value<'static> {
    Builder::default()
        .array("display", Display::values(&metadata.display))
        .array("claims", ClaimDescription::values(&metadata.claims))
        .rest(&metadata.other)
        .value()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<CredentialConfiguration> {
        CredentialConfiguration::from_value(tamarack::json::parse(text.as_bytes()).unwrap().into_owned())
    }

    #[test]
    fn a_credential_of_the_data_model_as_an_sd_jwt_has_a_definition() {
        let text = r#"{"format":"vc+sd-jwt","credential_definition":{"@context":["https://www.w3.org/ns/credentials/v2"],
            "type":["VerifiableCredential","Card"]}}"#;
        let known = read(text).unwrap();
        let types = vec!["VerifiableCredential".to_owned(), "Card".to_owned()];
        let context = vec![Value::from("https://www.w3.org/ns/credentials/v2")];
        assert_eq!(known.format, Format::VcdmSdJwt { context, types: types.clone() });
        assert!(!known.format.is_object());
        assert_eq!(CredentialConfiguration::from_value(known.to_value()).unwrap(), known);
        let bare = read(r#"{"format":"vc+sd-jwt","credential_definition":{"type":["VerifiableCredential","Card"]}}"#);
        assert_eq!(bare.unwrap().format, Format::VcdmSdJwt { context: Vec::new(), types });
        assert!(read(r#"{"format":"vc+sd-jwt","credential_definition":{"type":[]}}"#).is_err());
        // What went by this name until 2024.
        let older = read(r#"{"format":"vc+sd-jwt","vct":"https://issuer.example/card"}"#).unwrap();
        assert_eq!(older.format, Format::Other("vc+sd-jwt".to_owned()));
    }
}
