//! The query itself: what a verifier asks for (OpenID4VP §6.1 to §6.3).

use tamarack::json::{self, Object, Value};

use super::path::{ClaimsPath, Reading, Selected};
use crate::vp::presentation_exchange::Filter;
use crate::{Refusal, RefusalCode, Result, limits};

/// A DCQL query. Whoever has one knows that it obeys every rule of §6 that needs no credential.
#[derive(Clone, PartialEq, Debug)]
pub struct Query {
    pub(crate) credentials: Vec<CredentialQuery>,
    pub(crate) credential_sets: Vec<CredentialSet>,
}

/// What is asked of one credential (§6.1).
#[derive(Clone, PartialEq, Debug)]
pub struct CredentialQuery {
    /// Its name in the response.
    pub id: String,
    /// The format.
    pub format: Format,
    /// Whether several credentials may be shown.
    pub multiple: bool,
    /// What the format's metadata must be.
    pub meta: Meta,
    /// Who must stand behind the issuer; empty for anybody.
    pub trusted_authorities: Vec<TrustedAuthority>,
    /// Whether the holder must prove that the credential is his.
    pub require_cryptographic_holder_binding: bool,
    /// The claims; empty for none that could be kept back.
    pub claims: Vec<ClaimsQuery>,
    /// Which claims will do together, by their ids, the best first; empty for all of them.
    pub claim_sets: Vec<Vec<String>>,
    /// Whether a credential that cannot be divided will not do: Presentation Exchange alone asks that.
    pub(crate) must_limit: bool,
}

/// The formats of credentials (Appendix B).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// `dc+sd-jwt`: IETF SD-JWT VC.
    SdJwtVc,
    /// `ldp_vc`: a W3C credential with a Data Integrity proof.
    LdpVc,
    /// `jwt_vc_json`: a W3C credential signed as a JWT.
    JwtVcJson,
    /// `vc+sd-jwt`: a W3C credential as an SD-JWT (VC-JOSE-COSE §3.2.1). OpenID4VP 1.0 has no name for it; wallets and verifiers use that of
    /// its media type, with `type_values` in `meta`. With `vct_values` there, the name means what drafts until 2024 called so: an
    /// SD-JWT VC, and is read as [`Format::SdJwtVc`].
    VcdmSdJwt,
    /// Another one, such as `mso_mdoc`: it is understood, and no credential here has it.
    Other(String),
}

/// The constraints of `meta`.
#[derive(Clone, PartialEq, Debug)]
pub enum Meta {
    /// None.
    Any,
    /// `type_values`: alternatives, each a set of fully expanded types that must all be there (B.1.1).
    Types(Vec<Vec<String>>),
    /// `vct_values`: any of these (B.3.5).
    Vcts(Vec<String>),
    /// Of another format, as it came.
    Other(Object<'static>),
}

/// One claim (§6.3).
#[derive(Clone, PartialEq, Debug)]
pub struct ClaimsQuery {
    /// Its name in `claim_sets`.
    pub id: Option<String>,
    /// Where it stands.
    pub path: ClaimsPath,
    /// What it may be: strings, integers, booleans; empty for anything.
    pub values: Vec<Value<'static>>,
    /// What a field of Presentation Exchange says beyond that.
    pub(crate) older: Option<Box<OlderField>>,
}

/// What a field of Presentation Exchange has that a claims query has not.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct OlderField {
    /// The paths that are tried if the first leads nowhere.
    pub(crate) alternatives: Vec<ClaimsPath>,
    /// What the value must be like.
    pub(crate) filter: Option<Filter>,
}

impl ClaimsQuery {
    /// A query for the claim at this path, whatever it says.
    #[must_use]
    pub const fn new(path: ClaimsPath) -> Self {
        Self { id: None, path, values: Vec::new(), older: None }
    }

    /// What the query selects, whatever it says.
    pub(super) fn select<'v>(&self, root: &'v Value<'v>, reading: Reading) -> Vec<Selected<'v>> {
        let others = self.older.iter().flat_map(|older| &older.alternatives);
        let mut found = std::iter::once(&self.path).chain(others).map(|path| path.select(root, reading));
        found.find(|selected| !selected.is_empty()).unwrap_or_default()
    }

    /// Whether a value is one of those that are accepted: exactly the same type and value (§6.3).
    #[must_use]
    pub fn accepts(&self, value: &Value<'_>) -> bool {
        let filter = self.older.as_ref().and_then(|older| older.filter.as_ref());
        filter.is_none_or(|filter| filter.accepts(value))
            && (self.values.is_empty() || self.values.iter().any(|accepted| accepted == value))
    }
}

/// A trusted authorities query (§6.1.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustedAuthority {
    /// `aki`, `etsi_tl`, `openid_federation` or another.
    pub kind: String,
    /// Its values, of which one must match.
    pub values: Vec<String>,
}

/// A credential set query (§6.2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CredentialSet {
    /// Sets of ids of credential queries, one of which must be answered as a whole.
    pub options: Vec<Vec<String>>,
    /// Whether the verifier cannot do without.
    pub required: bool,
}

impl Format {
    /// The format identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::SdJwtVc => "dc+sd-jwt",
            Self::LdpVc => "ldp_vc",
            Self::JwtVcJson => "jwt_vc_json",
            Self::VcdmSdJwt => "vc+sd-jwt",
            Self::Other(name) => name,
        }
    }

    /// Whether a presentation of it is an SD-JWT, to which the holder's proof is appended.
    #[must_use]
    pub const fn is_sd_jwt(&self) -> bool {
        matches!(self, Self::SdJwtVc | Self::VcdmSdJwt)
    }

    /// The format with this identifier.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name {
            "dc+sd-jwt" => Self::SdJwtVc,
            "ldp_vc" => Self::LdpVc,
            "jwt_vc_json" => Self::JwtVcJson,
            "vc+sd-jwt" => Self::VcdmSdJwt,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl CredentialQuery {
    /// A query for a credential of this format, of which nothing is asked but that its holder shows it.
    #[must_use]
    pub fn new(id: impl Into<String>, format: Format, meta: Meta) -> Self {
        Self {
            id: id.into(),
            format,
            multiple: false,
            meta,
            trusted_authorities: Vec::new(),
            require_cryptographic_holder_binding: true,
            claims: Vec::new(),
            claim_sets: Vec::new(),
            must_limit: false,
        }
    }

    /// The combinations of claims that satisfy the query, the best first; one empty combination if no claim is asked for.
    pub(super) fn combinations(&self) -> Vec<Vec<&ClaimsQuery>> {
        if self.claim_sets.is_empty() {
            return vec![self.claims.iter().collect()];
        }
        let of = |ids: &Vec<String>| {
            ids.iter().filter_map(|id| self.claims.iter().find(|claim| claim.id.as_ref() == Some(id))).collect()
        };
        self.claim_sets.iter().map(of).collect()
    }
}

impl Query {
    /// A query of these parts.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn new(credentials: Vec<CredentialQuery>, credential_sets: Vec<CredentialSet>) -> Result<Self> {
        let query = Self { credentials, credential_sets };
        // One reader of the rules: what is written is read again.
        Self::read(&Value::Object(query.to_json()))
    }

    /// Reads a query from its JSON text.
    ///
    /// # Errors
    /// `invalid_request` with the name of the property that breaks a rule of §6 or a bound of [`limits`].
    pub fn parse(text: &[u8]) -> Result<Self> {
        let value =
            json::parse_up_to(text, limits::REQUEST_BYTES).map_err(|fault| wrong("dcql_query").because(fault))?;
        Self::read(&value)
    }

    /// Reads a query. Unknown properties are ignored (§6).
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn read(value: &Value<'_>) -> Result<Self> {
        let object = value.as_object().ok_or_else(|| wrong("dcql_query"))?;
        let credentials =
            list(object, "credentials", limits::CREDENTIAL_QUERIES)?.ok_or_else(|| wrong("credentials"))?;
        let credentials = credentials.iter().map(read_credential).collect::<Result<Vec<_>>>()?;
        if has_twice(credentials.iter().map(|credential| credential.id.as_str())) {
            return Err(wrong("id"));
        }
        let sets = list(object, "credential_sets", limits::CREDENTIAL_SETS)?.unwrap_or_default();
        let is_known = |id: &str| credentials.iter().any(|credential| credential.id == id);
        let credential_sets = sets.iter().map(|set| read_set(set, is_known)).collect::<Result<Vec<_>>>()?;
        Ok(Self { credentials, credential_sets })
    }

    /// The credential queries.
    #[must_use]
    pub fn credentials(&self) -> &[CredentialQuery] {
        &self.credentials
    }

    /// The credential set queries; none if every credential is asked for.
    #[must_use]
    pub fn credential_sets(&self) -> &[CredentialSet] {
        &self.credential_sets
    }

    /// The credential query with this id.
    #[must_use]
    pub fn credential(&self, id: &str) -> Option<&CredentialQuery> {
        self.credentials.iter().find(|credential| credential.id == id)
    }

    /// Whether the query asks for a credential without a proof of its holder (§5.3).
    #[must_use]
    pub fn has_unbound(&self) -> bool {
        self.credentials.iter().any(|credential| !credential.require_cryptographic_holder_binding)
    }

    /// The JSON form, defaults left out.
    #[must_use]
    pub fn to_json(&self) -> Object<'static> {
        let mut object = Object::new();
        let credentials = self.credentials.iter().map(|credential| Value::Object(write_credential(credential)));
        object.insert("credentials", Value::Array(credentials.collect()));
        if !self.credential_sets.is_empty() {
            let sets = self.credential_sets.iter().map(|set| {
                let mut object = Object::new();
                object.insert("options", Value::Array(set.options.iter().map(|option| texts(option)).collect()));
                if !set.required {
                    object.insert("required", false);
                }
                Value::Object(object)
            });
            object.insert("credential_sets", Value::Array(sets.collect()));
        }
        object
    }
}

// --- reading

fn read_credential(value: &Value<'_>) -> Result<CredentialQuery> {
    let object = value.as_object().ok_or_else(|| wrong("credentials"))?;
    let id = read_id(object)?.ok_or_else(|| wrong("id"))?;
    let format =
        object.get("format").and_then(Value::as_str).filter(|name| is_short(name)).ok_or_else(|| wrong("format"))?;
    let meta = object.get("meta").and_then(Value::as_object).ok_or_else(|| wrong("meta"))?;
    let format = match Format::of(format) {
        Format::VcdmSdJwt if meta.contains_key("vct_values") => Format::SdJwtVc,
        format => format,
    };
    let meta = read_meta(&format, meta)?;
    let authorities = list(object, "trusted_authorities", limits::TRUSTED_AUTHORITIES)?.unwrap_or_default();
    let claims = list(object, "claims", limits::CLAIMS)?;
    let claim_sets = list(object, "claim_sets", limits::OPTIONS)?;
    if claim_sets.is_some() && claims.is_none() {
        return Err(wrong("claim_sets"));
    }
    let claims = claims.unwrap_or_default().iter().map(read_claim).collect::<Result<Vec<_>>>()?;
    if has_twice(claims.iter().filter_map(|claim| claim.id.as_deref())) {
        return Err(wrong("id"));
    }
    // §6.3: with claim sets, each claim has an id.
    if claim_sets.is_some() && claims.iter().any(|claim| claim.id.is_none()) {
        return Err(wrong("id"));
    }
    let is_claim = |id: &str| claims.iter().any(|claim| claim.id.as_deref() == Some(id));
    let claim_sets = claim_sets.unwrap_or_default();
    let claim_sets = claim_sets.iter().map(|set| ids(set, "claim_sets", is_claim)).collect::<Result<Vec<_>>>()?;
    Ok(CredentialQuery {
        id,
        format,
        multiple: flag(object, "multiple", false)?,
        meta,
        trusted_authorities: authorities.iter().map(read_authority).collect::<Result<_>>()?,
        require_cryptographic_holder_binding: flag(object, "require_cryptographic_holder_binding", true)?,
        claims: without_duplicates(claims, &claim_sets),
        claim_sets,
        must_limit: false,
    })
}

/// §6.1: "Wallets SHOULD ignore such duplicate claim queries". One that a claim set names stays.
fn without_duplicates(claims: Vec<ClaimsQuery>, claim_sets: &[Vec<String>]) -> Vec<ClaimsQuery> {
    let mut kept: Vec<ClaimsQuery> = Vec::with_capacity(claims.len());
    for claim in claims {
        let is_named = claim.id.as_ref().is_some_and(|id| claim_sets.iter().any(|set| set.contains(id)));
        if is_named || !kept.iter().any(|other| other.path == claim.path && other.values == claim.values) {
            kept.push(claim);
        }
    }
    kept
}

fn read_meta(format: &Format, meta: &Object<'_>) -> Result<Meta> {
    if matches!(format, Format::Other(_)) {
        return Ok(Meta::Other(meta.clone().into_owned()));
    }
    // §6.1: an empty `meta` constrains nothing.
    if meta.is_empty() {
        return Ok(Meta::Any);
    }
    if *format == Format::SdJwtVc {
        let values = list(meta, "vct_values", limits::VALUES)?.ok_or_else(|| wrong("vct_values"))?;
        return Ok(Meta::Vcts(strings(values, "vct_values")?));
    }
    let alternatives = list(meta, "type_values", limits::VALUES)?.ok_or_else(|| wrong("type_values"))?;
    let alternative = |value: &Value<'_>| match value.as_array() {
        Some(types) if !types.is_empty() && types.len() <= limits::VALUES => strings(types, "type_values"),
        _ => Err(wrong("type_values")),
    };
    Ok(Meta::Types(alternatives.iter().map(alternative).collect::<Result<_>>()?))
}

fn read_authority(value: &Value<'_>) -> Result<TrustedAuthority> {
    let object = value.as_object().ok_or_else(|| wrong("trusted_authorities"))?;
    let kind = object.get("type").and_then(Value::as_str).filter(|kind| is_short(kind));
    let values = list(object, "values", limits::VALUES)?.ok_or_else(|| wrong("trusted_authorities"))?;
    Ok(TrustedAuthority {
        kind: kind.ok_or_else(|| wrong("trusted_authorities"))?.to_owned(),
        values: strings(values, "trusted_authorities")?,
    })
}

fn read_claim(value: &Value<'_>) -> Result<ClaimsQuery> {
    let object = value.as_object().ok_or_else(|| wrong("claims"))?;
    let values = list(object, "values", limits::VALUES)?.unwrap_or_default();
    let value = |value: &Value<'_>| match value {
        Value::String(_) | Value::Bool(_) => Ok(value.clone().into_owned()),
        Value::Number(_) if value.as_i64().is_some() => Ok(value.clone().into_owned()),
        _ => Err(wrong("values")),
    };
    Ok(ClaimsQuery {
        id: read_id(object)?,
        path: ClaimsPath::parse(object.get("path").ok_or_else(|| wrong("path"))?)?,
        values: values.iter().map(value).collect::<Result<_>>()?,
        older: None,
    })
}

fn read_set(value: &Value<'_>, is_known: impl Fn(&str) -> bool) -> Result<CredentialSet> {
    let object = value.as_object().ok_or_else(|| wrong("credential_sets"))?;
    let options = list(object, "options", limits::OPTIONS)?.ok_or_else(|| wrong("options"))?;
    let options = options.iter().map(|option| ids(option, "options", &is_known)).collect::<Result<_>>()?;
    Ok(CredentialSet { options, required: flag(object, "required", true)? })
}

/// A non-empty array of known ids, none twice.
fn ids(value: &Value<'_>, name: &'static str, is_known: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let ids =
        value.as_array().filter(|ids| !ids.is_empty() && ids.len() <= limits::CLAIMS).ok_or_else(|| wrong(name))?;
    let ids = strings(ids, name)?;
    let good = ids.iter().all(|id| is_known(id)) && !has_twice(ids.iter().map(String::as_str));
    if good { Ok(ids) } else { Err(wrong(name)) }
}

/// §6.1, §6.3: alphanumeric, underscore, hyphen.
fn read_id(object: &Object<'_>) -> Result<Option<String>> {
    let Some(id) = object.get("id") else { return Ok(None) };
    let is_good = |id: &&str| {
        !id.is_empty()
            && id.len() <= limits::ID_BYTES
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    id.as_str().filter(is_good).map(|id| Some(id.to_owned())).ok_or_else(|| wrong("id"))
}

/// A non-empty array of at most so many; `None` if it is not there.
fn list<'o, 'a>(object: &'o Object<'a>, name: &'static str, most: usize) -> Result<Option<&'o [Value<'a>]>> {
    match object.get(name) {
        None => Ok(None),
        Some(Value::Array(items)) if !items.is_empty() && items.len() <= most => Ok(Some(items)),
        Some(_) => Err(wrong(name)),
    }
}

fn strings(values: &[Value<'_>], name: &'static str) -> Result<Vec<String>> {
    let text = |value: &Value<'_>| match value.as_str() {
        Some(text) if !text.is_empty() && text.len() <= limits::URL_BYTES => Ok(text.to_owned()),
        _ => Err(wrong(name)),
    };
    values.iter().map(text).collect()
}

fn flag(object: &Object<'_>, name: &'static str, default: bool) -> Result<bool> {
    object.get(name).map_or(Ok(default), |value| value.as_bool().ok_or_else(|| wrong(name)))
}

fn has_twice<'i>(ids: impl Iterator<Item = &'i str> + Clone) -> bool {
    ids.clone().enumerate().any(|(at, id)| ids.clone().take(at).any(|other| other == id))
}

fn is_short(text: &str) -> bool {
    !text.is_empty() && text.len() <= limits::ID_BYTES
}

const fn wrong(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}

// --- writing

fn write_credential(query: &CredentialQuery) -> Object<'static> {
    let mut object = Object::new();
    object.insert("id", query.id.clone());
    object.insert("format", query.format.as_str().to_owned());
    if query.multiple {
        object.insert("multiple", true);
    }
    let mut meta = Object::new();
    match &query.meta {
        Meta::Any => {}
        Meta::Types(types) => {
            meta.insert("type_values", Value::Array(types.iter().map(|types| texts(types)).collect()));
        }
        Meta::Vcts(vcts) => {
            meta.insert("vct_values", texts(vcts));
        }
        Meta::Other(other) => meta = other.clone(),
    }
    object.insert("meta", meta);
    if !query.trusted_authorities.is_empty() {
        let authorities = query.trusted_authorities.iter().map(|authority| {
            let members = [("type", Value::from(authority.kind.clone())), ("values", texts(&authority.values))];
            Value::Object(members.into_iter().collect())
        });
        object.insert("trusted_authorities", Value::Array(authorities.collect()));
    }
    if !query.require_cryptographic_holder_binding {
        object.insert("require_cryptographic_holder_binding", false);
    }
    if !query.claims.is_empty() {
        let claims = query.claims.iter().map(|claim| {
            let mut object = Object::new();
            if let Some(id) = &claim.id {
                object.insert("id", id.clone());
            }
            object.insert("path", claim.path.to_json());
            if !claim.values.is_empty() {
                object.insert("values", Value::Array(claim.values.clone()));
            }
            Value::Object(object)
        });
        object.insert("claims", Value::Array(claims.collect()));
    }
    if !query.claim_sets.is_empty() {
        object.insert("claim_sets", Value::Array(query.claim_sets.iter().map(|set| texts(set)).collect()));
    }
    object
}

fn texts(texts: &[String]) -> Value<'static> {
    Value::Array(texts.iter().map(|text| Value::from(text.clone())).collect())
}
