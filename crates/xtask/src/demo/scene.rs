//! What happened, what should have come of it, what did, and why: the lines of the demo's tables.

use serde_json::Value;

use super::Lang;

/// One scene.
pub(super) struct Scene {
    pub(super) title: String,
    /// `accept`, `reject` or `undetermined`.
    pub(super) expected: &'static str,
    pub(super) outcome: String,
    pub(super) why: String,
}

/// Why a verdict came out as it did: the check that failed, or else the one that could not be decided.
pub(super) fn telling(checks: &Value, lang: Lang) -> Option<String> {
    let checks = checks.as_array()?;
    let by = |result: &str| checks.iter().find(|check| check["result"] == result);
    let check = by("fail").or_else(|| by("undetermined"))?;
    Some(check["message"][lang.name()].as_str().unwrap_or("?").to_owned())
}

/// Prints the table.
///
/// # Errors
/// The scenes that came out otherwise than they should.
pub(super) fn report(scenes: &[Scene], lang: Lang) -> Result<(), String> {
    let heads = match lang {
        Lang::En => ["What happens", "Verdict", "Why"],
        Lang::Fr => ["Ce qui se passe", "Verdict", "Pourquoi"],
    };
    let long = scenes.iter().map(|scene| scene.title.chars().count()).max().unwrap_or(0).max(16);
    println!("\n{:<long$}  {:<14} {}", heads[0], heads[1], heads[2]);
    println!("{}", "─".repeat(long + 68));
    let mut wrong = Vec::new();
    for scene in scenes {
        let (mark, en, fr) = match scene.outcome.as_str() {
            "accept" => ("✓", "accepted", "accepté"),
            "reject" => ("✗", "refused", "refusé"),
            _ => ("?", "cannot say", "indécis"),
        };
        println!("{:<long$}  {mark} {:<12} {}", scene.title, lang.of(en, fr), scene.why);
        if scene.outcome != scene.expected {
            wrong.push(format!("“{}” should have come out as {}, not {}", scene.title, scene.expected, scene.outcome));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}
