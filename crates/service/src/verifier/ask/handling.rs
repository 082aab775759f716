//! The member `handling` of an ask: what the relying party says becomes of what it is shown, once this server has handed it over.
//!
//! ```json
//! "handling": {
//!   "retentionPeriod": "P30D",
//!   "storageLocations": [{ "en": "Canada", "fr": "Canada" }],
//!   "recipients": [{ "en": "The Warehouse", "fr": "L’Entrepôt" }],
//!   "jurisdiction": { "en": "Ontario", "fr": "Ontario" },
//!   "withdrawal": { "en": "https://shop.example/withdraw", "fr": "https://shop.example/retrait" },
//!   "privacyNotice": { "en": "https://shop.example/privacy", "fr": "https://shop.example/confidentialite" },
//!   "contact": "privacy@shop.example"
//! }
//! ```
//!
//! OpenID4VP 1.0 has no place for it. It goes into `client_metadata` under the names of ISO/IEC TS 27560 §6.3.4, and of OpenID
//! Connect Registration §2 where that has one. Nothing is said that the file does not state: this server keeps nothing, but to
//! whom it hands the answer over, and for how long they keep it, only they know.

use tamarack::json::{Object, Value};
use tamarack::messages::Lang;
use tamarack_openid4vc::url::is_endpoint;

use super::Bilingual;
use super::read::{AskError, Members, bilingual};

/// Places and recipients: as many as a wallet reads.
const ITEMS: usize = 16;
/// Letters of a place, a recipient, a law: as many as a wallet shows.
const CHARS: usize = 120;
/// Digits of a period: more years than anybody can promise.
const DIGITS: usize = 4;

type Result<T, E = AskError> = std::result::Result<T, E>;

/// What becomes of what was shown, in the relying party's own words. What is empty is not said.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Handling {
    /// For how long it is kept.
    pub retention: Option<Retention>,
    /// Where it is kept.
    pub storage_locations: Vec<Bilingual>,
    /// Who else gets it.
    pub recipients: Vec<Bilingual>,
    /// The law that applies.
    pub jurisdiction: Option<Bilingual>,
    /// The address where a consent is withdrawn.
    pub withdrawal: Option<Bilingual>,
    /// The address of the privacy notice.
    pub privacy_notice: Option<Bilingual>,
    /// The e-mail address of whoever answers questions.
    pub contact: Option<String>,
}

/// For how long something is kept: one number of one unit, so that a page can say it as it was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retention {
    /// How many; 0 for not at all.
    pub count: u32,
    /// Of which unit.
    pub unit: Unit,
}

/// A unit of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "their names say it")]
pub enum Unit {
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

impl Retention {
    /// Reads a duration of ISO 8601 with one unit: `P30D`, `P6M`, `PT12H`; `P0D` is the one way to say not at all.
    fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('P')?;
        let (rest, is_time) = rest.strip_prefix('T').map_or((rest, false), |rest| (rest, true));
        let digits = rest.get(..rest.len().checked_sub(1)?)?;
        let unit = match (rest.get(digits.len()..)?, is_time) {
            ("H", true) => Unit::Hours,
            ("D", false) => Unit::Days,
            ("W", false) => Unit::Weeks,
            ("M", false) => Unit::Months,
            ("Y", false) => Unit::Years,
            _ => return None,
        };
        let plain = digits.len() <= DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
        let count = digits.parse().ok().filter(|_| plain && (digits == "0" || !digits.starts_with('0')))?;
        (count > 0 || unit == Unit::Days).then_some(Self { count, unit })
    }

    fn text(self) -> String {
        let (time, letter) = match self.unit {
            Unit::Hours => ("T", 'H'),
            Unit::Days => ("", 'D'),
            Unit::Weeks => ("", 'W'),
            Unit::Months => ("", 'M'),
            Unit::Years => ("", 'Y'),
        };
        format!("P{time}{}{letter}", self.count)
    }
}

pub(super) fn read(file: &Members<'_>) -> Result<Handling> {
    let Some(value) = file.get("handling") else { return Ok(Handling::default()) };
    let members = Members::of(value, "/handling")?;
    members.known(&[
        "retentionPeriod",
        "storageLocations",
        "recipients",
        "jurisdiction",
        "withdrawal",
        "privacyNotice",
        "contact",
    ])?;
    // A statement that states nothing was meant to state something.
    if members.object.is_empty() {
        return Err(AskError::new("ask.value", "/handling", "{…}"));
    }
    let handling = Handling {
        retention: match members.get("retentionPeriod") {
            None => None,
            Some(value) => {
                let wrong = || AskError::new("ask.value", members.at("retentionPeriod"), "P30D, P0D");
                Some(value.as_str().and_then(Retention::read).ok_or_else(wrong)?)
            }
        },
        storage_locations: list(&members, "storageLocations")?,
        recipients: list(&members, "recipients")?,
        jurisdiction: members.get("jurisdiction").map(|value| line(value, &members.at("jurisdiction"))).transpose()?,
        withdrawal: address(&members, "withdrawal")?,
        privacy_notice: address(&members, "privacyNotice")?,
        contact: contact(&members)?,
    };
    // Who keeps nothing keeps it nowhere.
    if handling.retention.is_some_and(|retention| retention.count == 0) && !handling.storage_locations.is_empty() {
        return Err(AskError::new("ask.value", members.at("storageLocations"), "P0D"));
    }
    Ok(handling)
}

/// Texts in both languages, one or more.
fn list(members: &Members<'_>, name: &str) -> Result<Vec<Bilingual>> {
    let Some(value) = members.get(name) else { return Ok(Vec::new()) };
    let at = members.at(name);
    let items = value.as_array().filter(|items| (1..=ITEMS).contains(&items.len()));
    let items = items.ok_or_else(|| AskError::new("ask.value", at.as_str(), format!("[{{…}}, …] 1…{ITEMS}")))?;
    items.iter().enumerate().map(|(place, item)| line(item, &format!("{at}/{place}"))).collect()
}

/// A short text in both languages.
fn line(value: &Value<'_>, at: &str) -> Result<Bilingual> {
    let both = bilingual(value, at)?;
    let long = [("en", &both.en), ("fr", &both.fr)].into_iter().find(|(_, text)| text.chars().count() > CHARS);
    match long {
        Some((lang, _)) => Err(AskError::new("ask.value", format!("{at}/{lang}"), format!("1…{CHARS}"))),
        None => Ok(both),
    }
}

/// An address for each language, such as a wallet takes.
fn address(members: &Members<'_>, name: &str) -> Result<Option<Bilingual>> {
    if members.get(name).is_none() {
        return Ok(None);
    }
    let both = members.bilingual(name)?;
    for (lang, text) in [("en", &both.en), ("fr", &both.fr)] {
        if !is_endpoint(text) {
            return Err(AskError::new("ask.value", format!("{}/{lang}", members.at(name)), "https://"));
        }
    }
    Ok(Some(both))
}

fn contact(members: &Members<'_>) -> Result<Option<String>> {
    if members.get("contact").is_none() {
        return Ok(None);
    }
    let text = members.text("contact")?;
    // What stands in a link needs no escape; an address that needs one is not one that people can copy.
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+".contains(&b));
    match text.split_once('@') {
        Some((name, host)) if plain(name) && plain(host) && host.contains('.') => Ok(Some(text.to_owned())),
        _ => Err(AskError::new("ask.value", members.at("contact"), "name@host")),
    }
}

impl Handling {
    /// The members of `client_metadata` that say it. Those without a language tag are English, as the other names are.
    pub(in crate::verifier) fn metadata(&self) -> Object<'static> {
        let mut out = Object::new();
        if let Some(retention) = self.retention {
            out.insert("retention_period", retention.text());
        }
        let texts = [
            ("jurisdiction", &self.jurisdiction),
            ("withdrawal_method", &self.withdrawal),
            ("policy_uri", &self.privacy_notice),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                out.insert(name, text.en.clone());
                out.insert(format!("{name}#fr"), text.fr.clone());
            }
        }
        for (name, items) in
            [("storage_locations", &self.storage_locations), ("recipient_third_parties", &self.recipients)]
        {
            let said = |lang| Value::Array(items.iter().map(|item| Value::from(item.get(lang).to_owned())).collect());
            if !items.is_empty() {
                out.insert(name, said(Lang::En));
                out.insert(format!("{name}#fr"), said(Lang::Fr));
            }
        }
        if let Some(contact) = &self.contact {
            out.insert("contacts", Value::Array(vec![Value::from(contact.clone())]));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::Ask;
    use super::*;

    const ALL: &str = r#"{"retentionPeriod":"P30D","storageLocations":[{"en":"Canada","fr":"Canada"}],
        "recipients":[{"en":"The Warehouse","fr":"L’Entrepôt"},{"en":"The Bank","fr":"La Banque"}],
        "jurisdiction":{"en":"Ontario","fr":"Ontario"},
        "withdrawal":{"en":"https://shop.example/withdraw","fr":"https://shop.example/retrait"},
        "privacyNotice":{"en":"https://shop.example/privacy","fr":"https://shop.example/confidentialite"},
        "contact":"privacy@shop.example"}"#;

    fn ask(handling: &str) -> Result<Ask> {
        let file = r#"{"format":"tamarack-ask/1","name":"age-19","verifier":{"en":"Store","fr":"Magasin"},
            "title":{"en":"Age","fr":"Âge"},"purpose":{"en":"Adults only.","fr":"Adultes seulement."},
            "ageOver":19,"retention":"nothing","handling":HERE}"#;
        Ask::parse(file.replace("HERE", handling).as_bytes())
    }

    #[test]
    fn it_is_said_under_the_names_that_wallets_read() {
        let said = tamarack::json::to_string(&Value::Object(ask(ALL).unwrap().handling.metadata()));
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let expected = serde_json::json!({
            "retention_period": "P30D",
            "storage_locations": ["Canada"], "storage_locations#fr": ["Canada"],
            "recipient_third_parties": ["The Warehouse", "The Bank"],
            "recipient_third_parties#fr": ["L’Entrepôt", "La Banque"],
            "jurisdiction": "Ontario", "jurisdiction#fr": "Ontario",
            "withdrawal_method": "https://shop.example/withdraw",
            "withdrawal_method#fr": "https://shop.example/retrait",
            "policy_uri": "https://shop.example/privacy", "policy_uri#fr": "https://shop.example/confidentialite",
            "contacts": ["privacy@shop.example"],
        });
        assert_eq!(said, expected);
        assert!(Handling::default().metadata().is_empty(), "what is not stated is not said");
    }

    #[test]
    fn periods_have_one_unit() {
        for good in ["P0D", "P1D", "P30D", "P2W", "P6M", "P7Y", "PT12H", "P9999D"] {
            assert_eq!(Retention::read(good).map(Retention::text).as_deref(), Some(good));
        }
        for bad in [
            "", "P", "PT", "D", "PD", "P1", "P01D", "P-1D", "P+1D", "P1.5D", "P1Y2M", "P1DT1H", "PT1M", "PT1S", "PT1D",
            "P1H", "P0W", "P0Y", "PT0H", "P00D", "P10000D", "p1d", " P1D", "P1D ", "P1é", "30", "P٣D",
        ] {
            assert_eq!(Retention::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_slip_of_the_pen_does_not_pass() {
        let code = |from: &str, to: &str| {
            assert!(ALL.contains(from), "{from}");
            let error = ask(&ALL.replace(from, to)).unwrap_err();
            (error.code, error.pointer)
        };
        let at = |code: &'static str, pointer: &str| (code, format!("/handling{pointer}"));
        let value = |pointer: &str| at("ask.value", pointer);
        assert_eq!(code(r#""P30D""#, r#""30 days""#), value("/retentionPeriod"));
        assert_eq!(code(r#""P30D""#, "30"), value("/retentionPeriod"));
        assert_eq!(code(r#""P30D""#, "null"), value("/retentionPeriod"));
        assert_eq!(code(r#""P30D""#, r#""P0D""#), value("/storageLocations"));
        assert_eq!(code("retentionPeriod", "retention_period"), at("ask.member_unknown", "/retention_period"));
        assert_eq!(code(r#"[{"en":"Canada","fr":"Canada"}]"#, r#"["Canada"]"#), value("/storageLocations/0"));
        assert_eq!(code(r#"[{"en":"Canada","fr":"Canada"}]"#, "[]"), value("/storageLocations"));
        let many = format!("[{}]", vec![r#"{"en":"a","fr":"b"}"#; 17].join(","));
        assert_eq!(code(r#"[{"en":"Canada","fr":"Canada"}]"#, &many), value("/storageLocations"));
        assert_eq!(code(r#","fr":"La Banque""#, ""), at("ask.member_missing", "/recipients/1/fr"));
        assert_eq!(code("La Banque", "La\\nBanque"), value("/recipients/1/fr"));
        assert_eq!(code("La Banque", &"é".repeat(121)), value("/recipients/1/fr"));
        assert!(ask(&ALL.replace("La Banque", &"é".repeat(120))).is_ok());
        assert_eq!(code(r#"{"en":"Ontario","fr":"Ontario"}"#, r#""CA-ON""#), value("/jurisdiction"));
        assert_eq!(code("https://shop.example/retrait", "http://shop.example/retrait"), value("/withdrawal/fr"));
        assert_eq!(code("https://shop.example/privacy", "javascript:alert(1)"), value("/privacyNotice/en"));
        assert_eq!(code("https://shop.example/privacy", "https://me@shop.example/"), value("/privacyNotice/en"));
        for bad in
            ["shop.example", "a@b@shop.example", "a@shop", "@shop.example", "a b@shop.example", "a@shop.example?x"]
        {
            assert_eq!(code("privacy@shop.example", bad), value("/contact"), "{bad}");
        }
        assert_eq!(ask("{}").unwrap_err().pointer, "/handling");
        assert_eq!(ask("[]").unwrap_err().pointer, "/handling");
        assert_eq!(ask("null").unwrap_err().code, "ask.value");
    }
}
