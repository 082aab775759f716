//! Credentials as SD-JWTs: the same types and claims, in the flat payload of an SD-JWT VC or as they are in `vc+sd-jwt`.

use super::SecureOptions;
use crate::credential::id_of;
use crate::did::{self, Relationship};
use crate::jose::numeric_date;
use crate::json::{Object, Path, Value};
use crate::keys::Signer;
use crate::sd_jwt::{Frame, HashName, IssueOptions, Profile, issue};
use crate::status::TokenReference;
use crate::{Code, Evidence, Fault, Randomness, Timestamp};

/// Signs an unsigned credential as an SD-JWT. Every claim about the subject can be shown by itself, at every level, but for
/// what the options say must always be shown.
///
/// The holder's key (`cnf`) is that which the options name, or that of the subject's DID, if the DID tells it: `did:key`, `did:jwk`.
pub(super) fn secure(
    document: Object<'static>,
    profile: Profile,
    options: &SecureOptions<'_>,
    signer: &dyn Signer,
    random: &mut dyn Randomness,
) -> Result<String, Fault> {
    let holder = document.get("credentialSubject").and_then(id_of).and_then(holder_key);
    let method = options.holder_method.filter(|_| profile == Profile::SdJwtVc);
    let mut made = match profile {
        Profile::SdJwtVc => flat(document, options, holder.is_some() || method.is_some())?,
        Profile::VcdmSdJwt => Made::of(document, "/credentialSubject", ["/id"]),
    };
    // RFC 7800 §3.1, §3.4.
    let confirmed = method.map(|url| ("kid", Value::from(url.to_owned()))).or(holder.map(|key| ("jwk", key)));
    if let Some(confirmed) = confirmed {
        made.payload.insert("cnf", [confirmed].into_iter().collect::<Object<'_>>());
    }
    let mandatory: Vec<&str> = options.mandatory.iter().map(|pointer| made.place(pointer)).collect();
    let frame = made.frame(&mandatory);
    let certified = options.certified.filter(|_| profile == Profile::SdJwtVc);
    if let Some(certified) = certified {
        made.payload.insert("iss", certified.url.to_owned());
    }
    let options = IssueOptions {
        typ: profile.typ(),
        kid: Some(options.verification_method),
        hash: HashName::Sha256,
        certificates: certified.map(|certified| certified.chain),
    };
    issue(&made.payload, &frame, &options, signer, random)
}

/// A payload, and where the subject's claims are in it.
struct Made {
    payload: Object<'static>,
    /// The pointer of the object that holds the subject's claims.
    subject: &'static str,
    /// The names of those claims.
    claims: Vec<String>,
    /// What else can be hidden.
    also: Vec<&'static str>,
}

impl Made {
    fn of<const N: usize>(payload: Object<'static>, subject: &'static str, also: [&'static str; N]) -> Self {
        let whole = payload.get(subject.trim_start_matches('/')).and_then(Value::as_object);
        let claims = whole.map(|subject| subject.keys().map(str::to_owned).collect()).unwrap_or_default();
        let also = also.into_iter().filter(|pointer| payload.contains_key(pointer.trim_start_matches('/'))).collect();
        Self { payload, subject, claims, also }
    }

    /// Where a pointer into the credential points in the payload.
    fn place<'p>(&self, pointer: &'p str) -> &'p str {
        match pointer.strip_prefix("/credentialSubject") {
            Some(rest) if self.subject.is_empty() => rest,
            _ => pointer,
        }
    }

    fn frame(&self, mandatory: &[&str]) -> Frame {
        let root = Path::Root;
        let holder = if self.subject.is_empty() { root } else { root.key(self.subject.trim_start_matches('/')) };
        let claims = match self.subject {
            "" => Some(&self.payload),
            name => self.payload.get(name.trim_start_matches('/')).and_then(Value::as_object),
        };
        let mut frame = self.also.iter().fold(Frame::new(), |frame, pointer| frame.hide(*pointer));
        for name in &self.claims {
            let Some(value) = claims.and_then(|claims| claims.get(name)) else { continue };
            frame = hide(frame, value, &holder.key(name), name, mandatory);
        }
        frame
    }
}

/// Hides a claim and everything in it, but for what must be shown and the way there. The type of an object is part of what
/// it is, not a claim about somebody.
fn hide(frame: Frame, value: &Value<'_>, path: &Path<'_>, name: &str, mandatory: &[&str]) -> Frame {
    let pointer = path.pointer();
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if name == "type" || name == "@type" || mandatory.iter().any(|shown| within(&pointer, shown)) {
        return frame;
    }
    let frame = if mandatory.iter().any(|shown| within(shown, &pointer)) { frame } else { frame.hide(pointer) };
    match value {
        Value::Object(object) => {
            object.iter().fold(frame, |frame, (key, value)| hide(frame, value, &path.key(key), key, mandatory))
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .fold(frame, |frame, (index, value)| hide(frame, value, &path.index(index), "", mandatory)),
        _ => frame,
    }
}

/// The key of a DID that holds its one key itself.
fn holder_key(did: &str) -> Option<Value<'static>> {
    if !["did:key:", "did:jwk:"].iter().any(|method| did.starts_with(method)) {
        return None;
    }
    let document = did::resolve(did, &Evidence::none()).ok()?;
    let mut methods = document.methods(Relationship::Authentication);
    match (methods.next(), methods.next()) {
        (Some(method), None) => Some(method.key.to_jwk()),
        _ => None,
    }
}

/// The payload of an SD-JWT VC: the subject's claims at the top, the credential's own members as registered claims.
fn flat(mut document: Object<'static>, options: &SecureOptions<'_>, has_key: bool) -> Result<Made, Fault> {
    let wrong = |pointer: &str, about: &str| Fault::new(Code::IssueClaim).at(pointer).about(about);
    let vct = match (document.remove("vct"), options.vct) {
        (None, Some(vct)) => vct.to_owned(),
        (None, None) => return Err(wrong("/vct", "vct: missing")),
        (Some(Value::String(vct)), None) if !vct.is_empty() => vct.into_owned(),
        (Some(_), None) => return Err(wrong("/vct", "vct: not a string")),
        (Some(_), Some(_)) => return Err(wrong("/vct", "a registered claim")),
    };
    let Some(Value::Object(mut subject)) = document.remove("credentialSubject") else {
        return Err(wrong("/credentialSubject", "not one subject"));
    };
    let mut payload = Object::new();
    let issuer = document.remove("issuer").unwrap_or(Value::Null);
    payload.insert("iss", id_of(&issuer).ok_or_else(|| wrong("/issuer", "missing"))?.to_owned());
    for (names, claims) in
        [(["validFrom", "issuanceDate"], &["iat", "nbf"][..]), (["validUntil", "expirationDate"], &["exp"][..])]
    {
        for (name, date) in names.into_iter().filter_map(|name| Some((name, document.remove(name)?))) {
            let time = date.as_str().map(Timestamp::parse_date_time).and_then(Result::ok);
            let seconds = time.map(Timestamp::unix).and_then(numeric_date);
            let seconds = seconds.ok_or_else(|| wrong(&Path::Root.key(name).pointer(), "not a date"))?;
            for claim in claims {
                payload.insert(*claim, Value::Number(seconds));
            }
        }
    }
    payload.insert("vct", vct);
    if let Some(status) = options.status {
        payload.insert("status", TokenReference { index: status.index, uri: status.list.to_owned() }.to_value()?);
    }
    // What is of the other data model alone; its types are what `vct` stands for.
    for name in ["@context", "type", "id", "credentialSchema", "credentialStatus"] {
        document.remove(name);
    }
    if let Value::Object(mut issuer) = issuer {
        issuer.remove("id");
        if !issuer.is_empty() {
            document.insert("issuer", issuer);
        }
    }
    let id = subject.remove("id");
    let mut claims: Vec<String> = subject.keys().map(str::to_owned).collect();
    if let (Some(id), false) = (id, has_key) {
        claims.push("sub".to_owned());
        subject.insert("sub", id);
    }
    for (key, value) in subject.into_iter().chain(document) {
        if payload.contains_key(&key) || Profile::SdJwtVc.fixed().contains(&key.as_ref()) {
            return Err(wrong(&Path::Root.key(&key).pointer(), "a registered claim"));
        }
        payload.insert(key, value);
    }
    Ok(Made { payload, subject: "", claims, also: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::TokenSlot;
    use crate::json::parse;
    use crate::keys::{KeyType, SecretKey};
    use crate::sd_jwt::{SdJwt, disclosable};
    use crate::{Outcome, Policy, SystemRandomness, verify};

    const DOCUMENT: &str = r#"{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:uuid:1",
        "type":["VerifiableCredential","Person"],"issuer":{"id":"ISSUER","name":"Ontario"},"validFrom":"2026-01-01T00:00:00Z",
        "validUntil":"2027-01-01T00:00:00Z","credentialSubject":{"id":"HOLDER","type":"Person","name":"Ada",
        "age":{"ageOver18":true,"ageOver19":true},"citizenship":["CA","FR"],"region":"ON"}}"#;

    fn issued(profile: Profile, mandatory: &[String]) -> (String, SecretKey) {
        let (issuer, holder) = (SecretKey::generate(KeyType::Ed25519), SecretKey::generate(KeyType::P256));
        let (issuer, holder) = (issuer.unwrap(), holder.unwrap());
        let did = did::did_key(issuer.public_key());
        let text = DOCUMENT.replace("ISSUER", &did).replace("HOLDER", &did::did_key(holder.public_key()));
        let Value::Object(document) = parse(text.as_bytes()).unwrap().into_owned() else { unreachable!() };
        let method = format!("{did}#{}", did.strip_prefix("did:key:").unwrap());
        let options = SecureOptions {
            verification_method: &method,
            vct: Some("https://id.example/person"),
            mandatory,
            status: (profile == Profile::SdJwtVc)
                .then_some(TokenSlot { list: "https://id.example/status/1", index: 77 }),
            ..SecureOptions::default()
        };
        let text = secure(document, profile, &options, &issuer, &mut SystemRandomness).unwrap();
        (text, holder)
    }

    fn pointers(text: &str) -> Vec<String> {
        let mut all: Vec<String> = disclosable(text).unwrap().into_iter().map(|claim| claim.pointer).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn every_claim_can_be_shown_by_itself() {
        let (text, holder) = issued(Profile::SdJwtVc, &["/credentialSubject/region".to_owned()]);
        let expected =
            ["/age", "/age/ageOver18", "/age/ageOver19", "/citizenship", "/citizenship/0", "/citizenship/1", "/name"];
        assert_eq!(pointers(&text), expected);
        let payload = Value::Object(SdJwt::parse(&text).unwrap().peek().unwrap());
        assert_eq!(payload.pointer("/cnf/jwk"), Some(&holder.public_key().to_jwk()));
        assert_eq!(payload.pointer("/status/status_list/idx").and_then(Value::as_i64), Some(77));
        assert_eq!(payload.pointer("/exp").and_then(Value::as_i64), Some(1_798_761_600));
        assert_eq!(payload.pointer("/issuer/name").and_then(Value::as_str), Some("Ontario"));
        assert!(payload.get("id").is_none() && payload.get("sub").is_none() && payload.get("@context").is_none());
    }

    #[test]
    fn a_holder_who_names_a_did_url_is_named_by_it() {
        let key = SecretKey::generate(KeyType::Ed25519).unwrap();
        let did = did::did_key(key.public_key());
        let url = format!("{did}#{}", did.strip_prefix("did:key:").unwrap());
        for profile in [Profile::SdJwtVc, Profile::VcdmSdJwt] {
            let text = DOCUMENT.replace("ISSUER", &did).replace("HOLDER", &did);
            let Value::Object(document) = parse(text.as_bytes()).unwrap().into_owned() else { unreachable!() };
            let options = SecureOptions {
                verification_method: &url,
                vct: Some("https://id.example/person"),
                holder_method: Some(&url),
                ..SecureOptions::default()
            };
            let text = secure(document, profile, &options, &key, &mut SystemRandomness).unwrap();
            let payload = Value::Object(SdJwt::parse(&text).unwrap().peek().unwrap());
            let cnf = payload.get("cnf").and_then(Value::as_object).unwrap();
            // What is of the data model names its holder as its subject.
            assert_eq!(cnf.get("kid").and_then(Value::as_str), (profile == Profile::SdJwtVc).then_some(url.as_str()));
            assert_eq!(cnf.contains_key("jwk"), profile == Profile::VcdmSdJwt);
        }
    }

    #[test]
    fn the_type_is_the_documents_or_the_options() {
        let key = SecretKey::generate(KeyType::Ed25519).unwrap();
        let did = did::did_key(key.public_key());
        let made = |vct: &str, option: Option<&str>| -> Result<Option<String>, Fault> {
            let text = DOCUMENT.replace("ISSUER", &did).replace(r#""validFrom""#, &format!(r#"{vct}"validFrom""#));
            let Value::Object(document) = parse(text.as_bytes()).unwrap().into_owned() else { unreachable!() };
            let options = SecureOptions { verification_method: &did, vct: option, ..SecureOptions::default() };
            let text = secure(document, Profile::SdJwtVc, &options, &key, &mut SystemRandomness)?;
            let payload = Value::Object(SdJwt::parse(&text)?.peek()?);
            Ok(payload.get("vct").and_then(Value::as_str).map(str::to_owned))
        };
        let own = r#""vct":"https://id.example/own","#;
        assert_eq!(made(own, None).unwrap().as_deref(), Some("https://id.example/own"));
        assert_eq!(made("", Some("https://id.example/type")).unwrap().as_deref(), Some("https://id.example/type"));
        for (vct, option) in
            [("", None), (r#""vct":7,"#, None), (r#""vct":"","#, None), (own, Some("https://id.example/type"))]
        {
            let fault = made(vct, option).unwrap_err();
            assert_eq!((fault.code(), fault.pointer()), (Code::IssueClaim, Some("/vct")), "{vct}");
        }
    }

    #[test]
    fn a_credential_of_the_data_model_stays_what_it_is() {
        let (text, _) = issued(Profile::VcdmSdJwt, &[]);
        assert!(pointers(&text).contains(&"/credentialSubject/age/ageOver19".to_owned()));
        assert!(pointers(&text).contains(&"/id".to_owned()));
        let now = Timestamp::parse_stamp("2026-06-01T00:00:00Z").unwrap();
        let shown = crate::sd_jwt::present(&text, &["/credentialSubject/age/ageOver19"], None).unwrap();
        let policy = Policy::insecure_trust_any_issuer();
        for text in [text, shown] {
            let verdict = verify(text.as_bytes(), &policy, &Evidence::none(), now).unwrap();
            assert_eq!(verdict.outcome(), Outcome::Accept, "{:?}", verdict.checks());
            assert_eq!(verdict.claims().unwrap().credentials()[0].types, ["VerifiableCredential", "Person"]);
        }
    }
}
