//! The short form `ageOver`, as a query.

use tamarack::json::Value;
use tamarack_openid4vc::Result as Refused;
use tamarack_openid4vc::vp::dcql::{
    ClaimsPath, ClaimsQuery, CredentialQuery, CredentialSet, Format, Meta, Query, Step,
};

use super::read::{AskError, Members};

/// The type that every W3C credential has.
const ANY_CREDENTIAL: &str = "https://www.w3.org/2018/credentials#VerifiableCredential";
const SUBJECT: &str = "credentialSubject";

/// One kind of credential that will do.
pub(super) struct Wanted {
    format: Format,
    meta: Meta,
    /// The keys above the claim.
    path: Vec<String>,
    holder_binding: bool,
}

/// Reads `credentials`; without it, any W3C credential will do.
pub(super) fn wanted(file: &Members<'_>) -> Result<Vec<Wanted>, AskError> {
    let Some(value) = file.get("credentials") else {
        let meta = Meta::Types(vec![vec![ANY_CREDENTIAL.to_owned()]]);
        return Ok(vec![Wanted { format: Format::LdpVc, meta, path: vec![SUBJECT.to_owned()], holder_binding: true }]);
    };
    let wrong = || AskError::new("ask.value", "/credentials", "[{…}, …]");
    let items = value.as_array().filter(|items| (1..=10).contains(&items.len())).ok_or_else(wrong)?;
    items.iter().enumerate().map(|(at, item)| one(item, &format!("/credentials/{at}"))).collect()
}

fn one(value: &Value<'_>, pointer: &str) -> Result<Wanted, AskError> {
    let members = Members::of(value, pointer)?;
    members.known(&["types", "vct", "path", "holderBinding"])?;
    let types = members.texts("types")?;
    let (format, meta, usual) = match (types.is_empty(), members.get("vct")) {
        (false, None) => (Format::LdpVc, Meta::Types(vec![types]), vec![SUBJECT.to_owned()]),
        (true, Some(_)) => (Format::SdJwtVc, Meta::Vcts(vec![members.text("vct")?.to_owned()]), Vec::new()),
        _ => return Err(AskError::new("ask.value", pointer, "types, vct")),
    };
    let path = if members.get("path").is_some() { members.texts("path")? } else { usual };
    Ok(Wanted { format, meta, path, holder_binding: members.flag("holderBinding", true)? })
}

/// Asks whether the claim `ageOverNN` is true. A wallet whose claim is false has nothing that fits, and says no more.
pub(super) fn age_over(age: u32, wanted: &[Wanted]) -> Refused<Query> {
    let mut queries = Vec::new();
    for (at, wanted) in wanted.iter().enumerate() {
        let mut query = CredentialQuery::new(format!("c{at}"), wanted.format.clone(), wanted.meta.clone());
        let keys = wanted.path.iter().cloned().chain([format!("ageOver{age}")]);
        let path = ClaimsPath::new(keys.map(Step::Key).collect())?;
        let mut claim = ClaimsQuery::new(path);
        claim.values.push(Value::Bool(true));
        query.claims.push(claim);
        query.require_cryptographic_holder_binding = wanted.holder_binding;
        queries.push(query);
    }
    let options: Vec<Vec<String>> = queries.iter().map(|query| vec![query.id.clone()]).collect();
    let sets = if options.len() > 1 { vec![CredentialSet { options, required: true }] } else { Vec::new() };
    Query::new(queries, sets)
}
