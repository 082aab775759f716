//! How an operator's page is set up.
//!
//! ```json
//! {
//!   "format": "tamarack-operator/1",
//!   "signIn": "staff.json",
//!   "roles": {
//!     "claim": "/realm_access/roles", "nameClaim": "preferred_username",
//!     "issuer": ["cards-issue"], "approver": ["cards-approve"], "auditor": ["cards-audit"]
//!   },
//!   "acr": ["urn:larch:2"],
//!   "idleMinutes": 15,
//!   "sessionHours": 8,
//!   "fileDays": 30,
//!   "codes": {"url": "https://sms.larch.example/send", "secretFile": "sms.secret", "privateNetwork": false}
//! }
//! ```
//!
//! `signIn` is a file of `tamarack-sign-in/1`; each of its providers sends people back to
//! `{base URL}/operator/sign-in/{provider}/callback`. Paths are beside the file. All but `signIn` and `roles` may be left out.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::door::Vouched;
use super::roles::{Role, Roles};
use crate::limits;
use crate::sign_in::{ProviderSettings, SettingsError, read_file, read_providers, read_secret, strict};

const FORMAT: &str = "tamarack-operator/1";

/// The file of an operator's page, read.
#[derive(Debug)]
pub struct OperatorFile {
    /// How the page is set up.
    pub settings: OperatorSettings,
    /// Where its people sign in.
    pub providers: Vec<ProviderSettings>,
    /// For how many seconds an application's files are kept after the decision.
    pub file_seconds: i64,
    /// Whether the gateway for codes lives in a private network.
    pub private_network: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct File {
    format: String,
    sign_in: String,
    roles: RoleRules,
    #[serde(default)]
    acr: Vec<String>,
    idle_minutes: Option<u32>,
    session_hours: Option<u32>,
    file_days: Option<u32>,
    codes: Option<CodesFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CodesFile {
    url: String,
    secret_file: String,
    #[serde(default)]
    private_network: bool,
}

impl OperatorFile {
    /// Reads it; the files that it names are beside it, in `folder`.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn read(bytes: &[u8], folder: &Path) -> Result<Self, SettingsError> {
        let file: File = strict(bytes)?;
        if file.format != FORMAT {
            return Err(SettingsError::new("settings.format", FORMAT));
        }
        let within = |given: Option<u32>, most: u32, member: &str| match given {
            Some(given) if given == 0 || given > most => Err(SettingsError::value(member)),
            given => Ok(given.map(i64::from)),
        };
        let idle = within(file.idle_minutes, 24 * 60, "idleMinutes")?;
        let hours = within(file.session_hours, 7 * 24, "sessionHours")?;
        let days = within(file.file_days, 3_650, "fileDays")?;
        let rules = &file.roles;
        if rules.claim.is_empty() || [&rules.issuer, &rules.approver, &rules.auditor].iter().all(|some| some.is_empty())
        {
            return Err(SettingsError::value("roles"));
        }
        let private_network = file.codes.as_ref().is_some_and(|codes| codes.private_network);
        let codes = file.codes.map(|codes| {
            if !codes.url.starts_with("https://") && !codes.url.starts_with("http://") {
                return Err(SettingsError::value("codes: url"));
            }
            let secret = read_secret(folder, &codes.secret_file)?;
            Ok(CodeGateway { url: codes.url, secret: Zeroizing::new(secret.as_bytes().to_vec()) })
        });
        let providers = read_providers(&read_file(folder, &file.sign_in)?, folder)?;
        let settings = OperatorSettings {
            acr: file.acr,
            idle_seconds: idle.map_or(limits::SESSION_IDLE_SECONDS, |minutes| minutes * 60),
            session_seconds: hours.map_or(limits::SESSION_SECONDS, |hours| hours * 3_600),
            codes: codes.transpose()?,
            ..OperatorSettings::new(file.roles)
        };
        let file_seconds = days.map_or(limits::FILE_SECONDS, |days| days * 86_400);
        Ok(Self { settings, providers, file_seconds, private_network })
    }
}

/// How an operator's page is set up.
#[derive(Clone, Debug)]
pub struct OperatorSettings {
    /// Which claims give which roles.
    pub roles: RoleRules,
    /// The levels of assurance of which one is needed; empty if any will do.
    pub acr: Vec<String>,
    /// After how many seconds without a request a session ends.
    pub idle_seconds: i64,
    /// After how many seconds a session ends in any case.
    pub session_seconds: i64,
    /// Where transaction codes are sent, if they are.
    pub codes: Option<CodeGateway>,
}

impl OperatorSettings {
    /// With these roles, sessions of 15 idle minutes and 8 hours, and no gateway for codes.
    #[must_use]
    pub const fn new(roles: RoleRules) -> Self {
        Self {
            roles,
            acr: Vec::new(),
            idle_seconds: limits::SESSION_IDLE_SECONDS,
            session_seconds: limits::SESSION_SECONDS,
            codes: None,
        }
    }
}

/// The operator's own program that sends a transaction code to a person, by SMS or mail.
#[derive(Clone)]
pub struct CodeGateway {
    /// Its address: HTTPS, or this very machine.
    pub url: String,
    /// What calls are signed with, as Standard Webhooks has it.
    pub secret: Zeroizing<Vec<u8>>,
}

impl core::fmt::Debug for CodeGateway {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CodeGateway").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Which values of a claim give which roles. Whoever has none of them has no role, and no way in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RoleRules {
    /// The claim of the ID token: its name, or a JSON pointer (`/realm_access/roles`). A text or an array of texts.
    pub claim: String,
    /// The claim with the person's name for the audit log; without it, or where it is missing, their `sub`.
    #[serde(default)]
    pub name_claim: Option<String>,
    /// The values that make an issuer.
    #[serde(default)]
    pub issuer: Vec<String>,
    /// The values that make an approver.
    #[serde(default)]
    pub approver: Vec<String>,
    /// The values that make an auditor.
    #[serde(default)]
    pub auditor: Vec<String>,
}

impl RoleRules {
    /// The roles of a person.
    #[must_use]
    pub fn roles_of(&self, claims: &Map<String, Value>) -> Roles {
        let has = |wanted: &[String]| match find(claims, &self.claim) {
            Some(Value::String(one)) => wanted.iter().any(|known| known == one),
            Some(Value::Array(some)) => {
                some.iter().filter_map(Value::as_str).any(|one| wanted.iter().any(|known| known == one))
            }
            _ => false,
        };
        let rules = [(Role::Issuer, &self.issuer), (Role::Approver, &self.approver), (Role::Auditor, &self.auditor)];
        rules.into_iter().filter(|(_, wanted)| has(wanted)).map(|(role, _)| role).collect()
    }

    /// The name of a person for the audit log and for the page, without anything that could break a line.
    #[must_use]
    pub fn name_of(&self, person: &Vouched) -> String {
        let named = self.name_claim.as_deref().and_then(|claim| find(&person.claims, claim)?.as_str());
        let name = named.unwrap_or(&person.subject);
        let plain: String = name.chars().filter(|c| !c.is_control() && !is_direction(*c)).take(80).collect();
        plain.trim().to_owned()
    }
}

/// A claim by its name or by a JSON pointer.
fn find<'c>(claims: &'c Map<String, Value>, claim: &str) -> Option<&'c Value> {
    let Some(path) = claim.strip_prefix('/') else { return claims.get(claim) };
    let mut steps = path.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
    let mut at = claims.get(&steps.next()?)?;
    for step in steps {
        at = at.as_object()?.get(&step)?;
    }
    Some(at)
}

/// Whether a character turns the direction of a text, and so could hide what it says.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(claim: &str) -> RoleRules {
        let rules = json!({"claim": claim, "nameClaim": "name", "issuer": ["i"], "approver": ["a", "b"]});
        serde_json::from_value(rules).unwrap()
    }

    fn of(claim: &str, claims: Value) -> Vec<&'static str> {
        rules(claim).roles_of(claims.as_object().unwrap()).names()
    }

    #[test]
    fn roles_come_from_the_claim_and_from_nowhere_else() {
        assert_eq!(of("groups", json!({"groups": ["b", "x", 1]})), ["approver"]);
        assert_eq!(of("groups", json!({"groups": "i"})), ["issuer"]);
        assert_eq!(of("/realm/roles", json!({"realm": {"roles": ["i", "a"]}})), ["issuer", "approver"]);
        for claims in [json!({}), json!({"groups": "i a"}), json!({"groups": {"i": 1}}), json!({"roles": ["i"]})] {
            assert!(of("groups", claims).is_empty());
        }
        assert!(of("/realm/roles", json!({"/realm/roles": ["i"]})).is_empty());
        // Nobody is an auditor if no value makes one.
        assert!(of("groups", json!({"groups": [""]})).is_empty());
        let wrong: Result<RoleRules, _> = serde_json::from_value(json!({"claim": "a", "admin": ["x"]}));
        assert!(wrong.is_err());
    }

    #[test]
    fn the_file_is_read_strictly() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sms.secret"), "canary-secret\n").unwrap();
        let staff = r#"{"format":"tamarack-sign-in/1","providers":[{"name":"staff","title":{"en":"S","fr":"P"},
            "issuer":"https://login.larch.example","clientId":"tamarack"}]}"#;
        std::fs::write(folder.path().join("staff.json"), staff).unwrap();
        let good = r#"{"format":"tamarack-operator/1","signIn":"staff.json","roles":{"claim":"roles","issuer":["i"]},
            "idleMinutes":5,"fileDays":7,"codes":{"url":"https://sms.example","secretFile":"sms.secret"}}"#;
        let read = |text: &str| OperatorFile::read(text.as_bytes(), folder.path());
        let file = read(good).unwrap();
        assert_eq!((file.settings.idle_seconds, file.settings.session_seconds), (300, limits::SESSION_SECONDS));
        assert_eq!((file.file_seconds, file.providers.len()), (7 * 86_400, 1));
        assert!(!format!("{file:?}").contains("canary"));
        for (from, to, code) in [
            ("tamarack-operator/1", "tamarack-operator/2", "settings.format"),
            ("\"issuer\":[\"i\"]", "\"issuer\":[]", "settings.value"),
            ("\"issuer\":[\"i\"]", "\"isuer\":[\"i\"]", "settings.value"),
            ("\"idleMinutes\":5", "\"idleMinutes\":0", "settings.value"),
            ("\"fileDays\":7", "\"fileDays\":7,\"fileDays\":9", "settings.json"),
            ("https://sms", "ftp://sms", "settings.value"),
            ("sms.secret", "nowhere", "settings.file"),
            ("staff.json", "nowhere.json", "settings.file"),
        ] {
            assert!(good.contains(from), "{from}");
            assert_eq!(read(&good.replacen(from, to, 1)).unwrap_err().code, code, "{to}");
        }
    }

    #[test]
    fn a_name_cannot_forge_a_line() {
        let person = |name: Value| Vouched {
            issuer: String::new(),
            subject: "s-1".to_owned(),
            acr: None,
            claims: json!({"name": name}).as_object().unwrap().clone(),
            next: String::new(),
        };
        assert_eq!(rules("g").name_of(&person(json!("Zoé\r\n\u{202e}x"))), "Zoéx");
        assert_eq!(rules("g").name_of(&person(json!(7))), "s-1");
        assert_eq!(rules("g").name_of(&person(json!("n".repeat(500)))).len(), 80);
    }
}
