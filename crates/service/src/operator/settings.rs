//! How an operator's page is set up.

use serde::Deserialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::door::Vouched;
use super::roles::{Role, Roles};
use crate::limits;

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
