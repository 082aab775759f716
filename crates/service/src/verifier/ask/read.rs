//! Reading the file of an ask, strictly.

use tamarack::json::{self, Object, Value};
use tamarack::trust::TrustList;
use tamarack::{Fault, limits};
use tamarack_openid4vc::vp::dcql::{Format, Query};
use url::Url;

use super::{Ask, Bilingual, handling, oidc, short, transaction};

/// The form of the file.
const FORMAT: &str = "tamarack-ask/1";
/// Letters of a text that people read.
const TEXT_CHARS: usize = 600;
/// Return addresses, labels, issuers.
const ITEMS: usize = 100;
/// For how many seconds a request may stand open.
const SECONDS: std::ops::RangeInclusive<i64> = 30..=3_600;
const MEMBERS: [&str; 23] = [
    "format",
    "name",
    "verifier",
    "title",
    "purpose",
    "ageOver",
    "credentials",
    "dcql",
    "idToken",
    "pseudonym",
    "transactionData",
    "labels",
    "issuers",
    "retention",
    "handling",
    "showClaims",
    "allowOtherHolder",
    "encrypted",
    "seconds",
    "returnTo",
    "origins",
    "webhook",
    "oidc",
];

/// What is wrong with the file of an ask: a stable code, where, and what it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AskError {
    /// The code.
    pub code: &'static str,
    /// A JSON pointer into the file.
    pub pointer: String,
    /// What it is about: a member, a rule.
    pub about: String,
    /// The finding of the library under it, if there is one.
    pub fault: Option<Fault>,
}

impl AskError {
    /// Every code, for tests of the texts that explain them.
    pub const CODES: &'static [&'static str] = &[
        "ask.json",
        "ask.format",
        "ask.member_unknown",
        "ask.member_missing",
        "ask.value",
        "ask.retention",
        "ask.query",
        "ask.query_twice",
        "ask.issuer",
        "ask.name_twice",
    ];

    pub(crate) fn new(code: &'static str, pointer: impl Into<String>, about: impl Into<String>) -> Self {
        Self { code, pointer: pointer.into(), about: about.into(), fault: None }
    }
}

impl std::fmt::Display for AskError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at \"{}\" ({})", self.code, self.pointer, self.about)
    }
}

impl std::error::Error for AskError {}

type Result<T, E = AskError> = std::result::Result<T, E>;

pub(super) fn ask(bytes: &[u8]) -> Result<Ask> {
    let root = json::parse(bytes).map_err(|fault| {
        let pointer = fault.pointer().unwrap_or_default().to_owned();
        AskError { fault: Some(fault), ..AskError::new("ask.json", pointer, "") }
    })?;
    let file = Members::of(&root, "")?;
    if file.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(AskError::new("ask.format", "/format", FORMAT));
    }
    file.known(&MEMBERS)?;
    // Nothing is kept here after the answer was handed over; a file that asks for more is not understood. What becomes of it
    // afterwards, `handling` says.
    if file.text("retention")? != "nothing" {
        return Err(AskError::new("ask.retention", "/retention", "nothing"));
    }
    let name = file.text("name")?;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if name.is_empty() || name.len() > 40 || !name.bytes().all(plain) {
        return Err(AskError::new("ask.value", "/name", "a-z 0-9 -"));
    }
    let id_token = file.flag("idToken", false)?;
    let (query, age_over) = query(&file, id_token)?;
    let transactions = transaction::read(&file, query.as_ref())?;
    let pseudonym = pseudonym(&file, query.as_ref())?;
    let oidc = oidc::read(&file, pseudonym)?;
    // A browser that is sent here to sign in says nothing of what it is about.
    if let (Some(_), Some(at)) = (&oidc, transactions.iter().position(|one| !one.fields.is_empty())) {
        return Err(AskError::new("ask.value", format!("/transactionData/{at}/fields"), "oidc"));
    }
    let seconds = match file.get("seconds") {
        None => 300,
        Some(value) => value
            .as_i64()
            .filter(|seconds| SECONDS.contains(seconds))
            .ok_or_else(|| AskError::new("ask.value", "/seconds", format!("{}…{}", SECONDS.start(), SECONDS.end())))?,
    };
    Ok(Ask {
        name: name.to_owned(),
        verifier: file.bilingual("verifier")?,
        title: file.bilingual("title")?,
        purpose: file.bilingual("purpose")?,
        query,
        id_token,
        pseudonym,
        transactions,
        age_over,
        labels: labels(&file)?,
        issuers: file.texts("issuers")?,
        handling: handling::read(&file)?,
        show_claims: file.flag("showClaims", false)?,
        allow_other_holder: file.flag("allowOtherHolder", false)?,
        encrypted: file.flag("encrypted", true)?,
        seconds,
        return_to: addresses(&file, "returnTo")?,
        webhook: webhook(&file)?,
        origins: origins(&file)?,
        oidc,
    })
}

fn query(file: &Members<'_>, id_token: bool) -> Result<(Option<Query>, Option<u32>)> {
    let refused = |pointer: &str, about: &str| AskError::new("ask.query", pointer, about);
    match (file.get("ageOver"), file.get("dcql")) {
        (None, None) if id_token => Ok((None, None)),
        (None, None) => Err(AskError::new("ask.member_missing", "", "ageOver, dcql, idToken")),
        (Some(_), Some(_)) => Err(AskError::new("ask.query_twice", "/dcql", "ageOver, dcql")),
        (Some(age), None) => {
            let age = age.as_i64().and_then(|age| u32::try_from(age).ok()).filter(|age| (1..=150).contains(age));
            let age = age.ok_or_else(|| AskError::new("ask.value", "/ageOver", "1…150"))?;
            let wanted = short::wanted(file)?;
            let query = short::age_over(age, &wanted).map_err(|refusal| refused("/ageOver", refusal.about()))?;
            Ok((Some(query), Some(age)))
        }
        (None, Some(dcql)) => {
            if file.get("credentials").is_some() {
                return Err(AskError::new("ask.query_twice", "/credentials", "credentials, dcql"));
            }
            let query = Query::read(dcql).map_err(|refusal| refused("/dcql", refusal.about()))?;
            Ok((Some(query), None))
        }
    }
}

/// Whether a pseudonym is wanted. It comes with credentials that are bound to secrets (VC-DI-BBS §3.5), whose format is
/// `ldp_vc`; and with an answer that is bound to this verifier, as it is for this verifier alone.
fn pseudonym(file: &Members<'_>, query: Option<&Query>) -> Result<bool> {
    let wanted = file.flag("pseudonym", false)?;
    let can = |query: &Query| {
        let all = query.credentials();
        all.iter().all(|one| one.format == Format::LdpVc && one.require_cryptographic_holder_binding)
    };
    match wanted && !query.is_some_and(can) {
        true => Err(AskError::new("ask.value", "/pseudonym", "ldp_vc, holderBinding")),
        false => Ok(wanted),
    }
}

fn labels(file: &Members<'_>) -> Result<Vec<(String, Bilingual)>> {
    let Some(value) = file.get("labels") else { return Ok(Vec::new()) };
    let members = Members::of(value, "/labels")?;
    let names = members.object.keys().take(ITEMS);
    names.map(|name| Ok((name.to_owned(), members.bilingual(name)?))).collect()
}

/// Addresses that a browser may be sent to: exactly these, compared letter by letter.
pub(super) fn addresses(file: &Members<'_>, name: &str) -> Result<Vec<String>> {
    let texts = file.texts(name)?;
    let wrong = |text: &String| !Url::parse(text).is_ok_and(|url| is_web(&url) && url.fragment().is_none());
    match texts.iter().position(wrong) {
        Some(at) => Err(AskError::new("ask.value", format!("{}/{at}", file.at(name)), "https://")),
        None => Ok(texts),
    }
}

/// Origins as browsers write them: exactly these.
fn origins(file: &Members<'_>) -> Result<Vec<String>> {
    let texts = file.texts("origins")?;
    let wrong =
        |text: &String| !Url::parse(text).is_ok_and(|url| is_web(&url) && url.origin().ascii_serialization() == *text);
    match texts.iter().position(wrong) {
        // The server's own is one of them.
        _ if texts.len() >= tamarack_openid4vc::limits::ORIGINS => Err(AskError::new("ask.value", "/origins", "1…15")),
        Some(at) => Err(AskError::new("ask.value", format!("/origins/{at}"), "https://host")),
        None => Ok(texts),
    }
}

fn webhook(file: &Members<'_>) -> Result<Option<String>> {
    let Some(value) = file.get("webhook") else { return Ok(None) };
    let good = value.as_str().filter(|text| Url::parse(text).is_ok_and(|url| is_web(&url)));
    good.map(|text| Some(text.to_owned())).ok_or_else(|| AskError::new("ask.value", "/webhook", "https://"))
}

/// HTTPS, or plain HTTP on this very machine; no user, no password.
fn is_web(url: &Url) -> bool {
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    url.username().is_empty()
        && url.password().is_none()
        && (url.scheme() == "https" || (url.scheme() == "http" && here))
}

pub(super) fn narrowed(ask: &Ask, list: &TrustList) -> Result<TrustList> {
    if ask.issuers.is_empty() {
        return Ok(list.clone());
    }
    if let Some((at, issuer)) = ask.issuers.iter().enumerate().find(|(_, issuer)| list.issuer(issuer).is_none()) {
        return Err(AskError::new("ask.issuer", format!("/issuers/{at}"), issuer.as_str()));
    }
    let mut value = list.to_value();
    if let Value::Object(object) = &mut value
        && let Some(Value::Array(issuers)) = object.get_mut("issuers")
    {
        issuers.retain(|issuer| {
            let did = issuer.get("did").or_else(|| issuer.get("url")).and_then(Value::as_str);
            did.is_some_and(|did| ask.issuers.iter().any(|wanted| wanted == did))
        });
    }
    let narrowed = TrustList::from_value(&value, "");
    narrowed.map_err(|fault| AskError { fault: Some(fault), ..AskError::new("ask.issuer", "/issuers", "") })
}

/// A text in both languages, at this place of the file.
pub(super) fn bilingual(value: &Value<'_>, pointer: &str) -> Result<Bilingual> {
    let both = Members::of(value, pointer)?;
    both.known(&["en", "fr"])?;
    Ok(Bilingual { en: both.text("en")?.to_owned(), fr: both.text("fr")?.to_owned() })
}

/// The members of an object of the file.
pub(super) struct Members<'v> {
    pub(super) object: &'v Object<'v>,
    pointer: String,
}

impl<'v> Members<'v> {
    pub(super) fn of(value: &'v Value<'v>, pointer: &str) -> Result<Self> {
        let object = value.as_object().ok_or_else(|| AskError::new("ask.value", pointer, "{…}"))?;
        Ok(Self { object, pointer: pointer.to_owned() })
    }

    pub(super) fn known(&self, names: &[&str]) -> Result<()> {
        match self.object.keys().find(|key| !names.contains(key)) {
            Some(key) => Err(AskError::new("ask.member_unknown", self.at(key), key)),
            None => Ok(()),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&'v Value<'v>> {
        self.object.get(name)
    }

    pub(super) fn at(&self, name: &str) -> String {
        format!("{}/{}", self.pointer, name.replace('~', "~0").replace('/', "~1"))
    }

    pub(super) fn text(&self, name: &str) -> Result<&'v str> {
        let value = self.get(name).ok_or_else(|| AskError::new("ask.member_missing", self.at(name), name))?;
        let good = value.as_str().filter(|text| {
            !text.trim().is_empty() && text.chars().count() <= TEXT_CHARS && !text.chars().any(char::is_control)
        });
        good.ok_or_else(|| AskError::new("ask.value", self.at(name), "text"))
    }

    pub(super) fn bilingual(&self, name: &str) -> Result<Bilingual> {
        let value = self.get(name).ok_or_else(|| AskError::new("ask.member_missing", self.at(name), name))?;
        bilingual(value, &self.at(name))
    }

    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>> {
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let wrong = || AskError::new("ask.value", self.at(name), "[text, …]");
        let items = value.as_array().filter(|items| items.len() <= ITEMS).ok_or_else(wrong)?;
        let usable = |text: &&str| !text.is_empty() && text.len() <= limits::DID_URL_BYTES;
        items.iter().map(|item| item.as_str().filter(usable).map(str::to_owned).ok_or_else(wrong)).collect()
    }

    pub(super) fn flag(&self, name: &str, default: bool) -> Result<bool> {
        match self.get(name) {
            None => Ok(default),
            Some(Value::Bool(value)) => Ok(*value),
            Some(_) => Err(AskError::new("ask.value", self.at(name), "true, false")),
        }
    }
}

#[cfg(test)]
mod tests {
    use tamarack::messages::Lang;

    use super::*;

    const GOOD: &str = r#"{"format":"tamarack-ask/1","name":"age-19","verifier":{"en":"Store","fr":"Magasin"},
        "title":{"en":"Proof of age","fr":"Preuve d’âge"},"purpose":{"en":"Adults only.","fr":"Adultes seulement."},
        "ageOver":19,"retention":"nothing"}"#;

    fn code(from: &str, to: &str) -> (&'static str, String) {
        assert!(GOOD.contains(from), "{from}");
        let error = ask(GOOD.replace(from, to).as_bytes()).unwrap_err();
        assert!(AskError::CODES.contains(&error.code));
        (error.code, error.pointer)
    }

    #[test]
    fn the_short_form_asks_for_one_claim() {
        let ask = ask(GOOD.as_bytes()).unwrap();
        assert_eq!((ask.name.as_str(), ask.age_over, ask.seconds, ask.encrypted), ("age-19", Some(19), 300, true));
        let query = json::to_string(&Value::Object(ask.query.as_ref().unwrap().to_json()));
        assert!(query.contains(r#""path":["credentialSubject","ageOver19"]"#), "{query}");
        assert!(query.contains(r#""values":[true]"#), "{query}");
        assert_eq!(ask.asked(Lang::Fr), ["ageOver19"]);
    }

    #[test]
    fn several_credentials_are_alternatives() {
        let more = r#""credentials":[{"types":["https://e.example/v#Age"],"holderBinding":false},
            {"vct":"https://e.example/age","path":["age"]}],
            "labels":{"ageOver19":{"en":"19 or older","fr":"19 ans ou plus"}},"retention""#;
        let ask = ask(GOOD.replace(r#""retention""#, more).as_bytes()).unwrap();
        let query = json::to_string(&Value::Object(ask.query.as_ref().unwrap().to_json()));
        assert!(query.contains(r#""credential_sets":[{"options":[["c0"],["c1"]]"#), "{query}");
        assert!(query.contains(r#""path":["age","ageOver19"]"#), "{query}");
        assert!(query.contains(r#""require_cryptographic_holder_binding":false"#), "{query}");
        assert_eq!(ask.asked(Lang::Fr), ["19 ans ou plus"]);
    }

    #[test]
    fn a_slip_of_the_pen_does_not_pass() {
        let at = |pointer: &str| pointer.to_owned();
        assert_eq!(code(r#""retention":"nothing""#, r#""retention":"a year""#), ("ask.retention", at("/retention")));
        assert_eq!(code(r#","retention":"nothing""#, ""), ("ask.member_missing", at("/retention")));
        assert_eq!(code("tamarack-ask/1", "tamarack-ask/2"), ("ask.format", at("/format")));
        assert_eq!(code(r#""ageOver":19"#, r#""ageOvr":19"#), ("ask.member_unknown", at("/ageOvr")));
        assert_eq!(code(r#""ageOver":19,"#, ""), ("ask.member_missing", at("")));
        assert_eq!(code("19,", "0,"), ("ask.value", at("/ageOver")));
        assert_eq!(code("19,", "19.5,"), ("ask.value", at("/ageOver")));
        assert_eq!(code("age-19", "Age 19"), ("ask.value", at("/name")));
        assert_eq!(code(r#","fr":"Magasin""#, ""), ("ask.member_missing", at("/verifier/fr")));
        assert_eq!(code(r#""Magasin""#, r#""""#), ("ask.value", at("/verifier/fr")));
        assert_eq!(code("19,", r#"19,"dcql":{"credentials":[]},"#), ("ask.query_twice", at("/dcql")));
        assert_eq!(code(r#""ageOver":19"#, r#""dcql":{"credentials":[]}"#), ("ask.query", at("/dcql")));
        assert_eq!(code("19,", r#"19,"ageOver":19,"#).0, "ask.json");
        assert_eq!(code("19,", r#"19,"seconds":5,"#), ("ask.value", at("/seconds")));
        assert_eq!(code("19,", r#"19,"showClaims":1,"#), ("ask.value", at("/showClaims")));
        let back = r#"19,"returnTo":["https://a.example/x","http://a.example/"],"#;
        assert_eq!(code("19,", back), ("ask.value", at("/returnTo/1")));
        assert_eq!(code("19,", r#"19,"webhook":"https://u@a.example/","#), ("ask.value", at("/webhook")));
        assert_eq!(code("19,", r#"19,"credentials":[{}],"#), ("ask.value", at("/credentials/0")));
        assert_eq!(code("19,", r#"19,"credentials":[],"#), ("ask.value", at("/credentials")));
    }

    #[test]
    fn an_ask_may_want_an_id_token_alone_or_beside_a_query() {
        let alone = ask(GOOD.replace(r#""ageOver":19"#, r#""idToken":true"#).as_bytes()).unwrap();
        assert!(alone.id_token && alone.query.is_none() && alone.asked(Lang::En).is_empty());
        let both = ask(GOOD.replace(r#""ageOver":19"#, r#""ageOver":19,"idToken":true"#).as_bytes()).unwrap();
        assert!(both.id_token && both.query.is_some());
        assert_eq!(code(r#""ageOver":19"#, r#""idToken":false"#), ("ask.member_missing", String::new()));
    }

    #[test]
    fn a_pseudonym_comes_with_cards_that_can_have_one() {
        let with = |change: &str| ask(GOOD.replace("19,", change).as_bytes());
        assert!(with(r#"19,"pseudonym":true,"#).unwrap().pseudonym);
        assert!(!with(r#"19,"pseudonym":false,"#).unwrap().pseudonym);
        let at = |pointer: &str| ("ask.value", pointer.to_owned());
        assert_eq!(code("19,", r#"19,"pseudonym":1,"#), at("/pseudonym"));
        for credentials in
            [r#"[{"vct":"v"}]"#, r#"[{"types":["t"],"holderBinding":false}]"#, r#"[{"types":["t"]},{"vct":"v"}]"#]
        {
            assert_eq!(code("19,", &format!(r#"19,"pseudonym":true,"credentials":{credentials},"#)), at("/pseudonym"));
        }
        assert_eq!(code(r#""ageOver":19"#, r#""idToken":true,"pseudonym":true"#), at("/pseudonym"));
        let oidc = |more: &str| {
            format!(
                r#"19,{more}"oidc":{{"clients":[{{"id":"a","redirectUris":["https://a.example/"]}}],"pseudonymClaim":"card"}},"#
            )
        };
        let mapped = with(&oidc(r#""pseudonym":true,"#)).unwrap().oidc.unwrap();
        assert_eq!(mapped.pseudonym_claim.as_deref(), Some("card"));
        assert_eq!(code("19,", &oidc("")), at("/oidc/pseudonymClaim"));
        assert_eq!(code("19,", &oidc(r#""pseudonym":true,"#).replace("card", "sub")), at("/oidc/pseudonymClaim"));
    }

    #[test]
    fn transaction_data_is_read_strictly_and_filled_exactly() {
        const QUERY: &str = r#""dcql":{"credentials":[{"id":"card","format":"dc+sd-jwt","meta":{"vct_values":["v"]}},
            {"id":"paper","format":"ldp_vc","meta":{"type_values":[["t"]]}}]},"#;
        const PIECE: &str = r#"{"type":"pay","credentials":["card"],"text":{"en":"Pay { amount }.","fr":"Payer { amount }."},
            "data":{"to":"shop"},"fields":["amount"]}"#;
        let with = |piece: &str| {
            let file = GOOD.replace(r#""ageOver":19,"#, &format!(r#"{QUERY}"transactionData":[{piece}],"#));
            ask(file.as_bytes())
        };
        let good = with(PIECE).unwrap();
        assert!(!good.is_for_pages());
        let values = |text: &str| serde_json::from_str::<serde_json::Map<_, _>>(text).unwrap();
        let filled = good.transactions[0].fill(&values(r#"{"amount":"12.50 $"}"#)).unwrap();
        assert_eq!((filled.text.en.as_str(), filled.text.fr.as_str()), ("Pay 12.50 $.", "Payer 12.50 $."));
        let plain = tamarack::encoding::base64url_decode(&filled.encoded).unwrap();
        let plain: serde_json::Value = serde_json::from_slice(&plain).unwrap();
        let expected =
            serde_json::json!({"type": "pay", "credential_ids": ["card"], "to": "shop", "amount": "12.50 $"});
        assert_eq!(plain, expected);
        for bad in [r#"{}"#, r#"{"amount":1}"#, r#"{"amount":""}"#, r#"{"other":"x"}"#, r#"{"amount":"1","to":"me"}"#] {
            assert!(good.transactions[0].fill(&values(bad)).is_none(), "{bad}");
        }
        for (from, to, pointer) in [
            (r#"["card"]"#, r#"["paper"]"#, "/transactionData/0/credentials"),
            (r#"["card"]"#, r#"["nobody"]"#, "/transactionData/0/credentials"),
            (r#"["card"]"#, "[]", "/transactionData/0/credentials"),
            (r#""to":"#, r#""type":"#, "/transactionData/0/data/type"),
            (r#"["amount"]"#, r#"["to"]"#, "/transactionData/0/fields"),
            (r#"["amount"]"#, r#"["credential_ids"]"#, "/transactionData/0/fields"),
            (r#""fields""#, r#""field""#, "/transactionData/0/field"),
        ] {
            let error = with(&PIECE.replace(from, to)).unwrap_err();
            assert_eq!(error.pointer, pointer, "{from} {to}: {error}");
        }
        let oidc = r#""oidc":{"clients":[{"id":"a","redirectUris":["https://a.example/"]}]},"retention""#;
        let file = GOOD.replace(r#""ageOver":19,"#, &format!(r#"{QUERY}"transactionData":[{PIECE}],"#));
        let error = ask(file.replace(r#""retention""#, oidc).as_bytes()).unwrap_err();
        assert_eq!(error.pointer, "/transactionData/0/fields");
    }

    #[test]
    fn origins_are_those_that_browsers_write() {
        let at = |pointer: &str| ("ask.value", pointer.to_owned());
        let good = GOOD.replace("19,", r#"19,"origins":["https://a.example","https://b.example:8443"],"#);
        assert_eq!(ask(good.as_bytes()).unwrap().origins, ["https://a.example", "https://b.example:8443"]);
        for bad in ["https://a.example/", "https://A.example", "http://a.example", "https://a.example:443", "a.example"]
        {
            assert_eq!(code("19,", &format!(r#"19,"origins":["{bad}"],"#)), at("/origins/0"), "{bad}");
        }
        assert_eq!(
            code("19,", &format!(r#"19,"origins":[{}],"#, vec![r#""https://a.example""#; 16].join(","))),
            at("/origins")
        );
    }

    #[test]
    fn the_trust_list_is_narrowed_and_never_widened() {
        let list = TrustList::parse(
            r#"{"version":1,"name":{"en":"a","fr":"a"},"issued":"2026-11-01T00:00:00Z","issuers":[
            {"did":"did:web:one.example","name":{"en":"1","fr":"1"},"types":["*"]},
            {"did":"did:web:two.example","name":{"en":"2","fr":"2"},"types":["*"]}]}"#
                .as_bytes(),
        )
        .unwrap();
        let with = |issuers: &str| ask(GOOD.replace("19,", &format!("19,\"issuers\":{issuers},")).as_bytes()).unwrap();
        let one = with(r#"["did:web:two.example"]"#).trust(&list).unwrap();
        assert!(one.issuer("did:web:two.example").is_some() && one.issuer("did:web:one.example").is_none());
        assert!(with("[]").trust(&list).unwrap().issuer("did:web:one.example").is_some());
        let error = with(r#"["did:web:three.example"]"#).trust(&list).unwrap_err();
        assert_eq!((error.code, error.pointer.as_str()), ("ask.issuer", "/issuers/0"));
    }
}
