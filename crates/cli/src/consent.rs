//! Asking the person a question that only a yes answers.

use std::io::{BufRead as _, IsTerminal as _};

use crate::{Exit, Failure, Terminal};

/// Asks a question on stderr and waits for the answer: true for a yes in either language, false for anything else.
///
/// # Errors
/// `consent.none` (64) if there is nobody to ask: silence is no consent.
pub fn confirm(question: &str, terminal: &Terminal) -> Result<bool, Failure> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(Failure::new(Exit::Usage, "consent.none"));
    }
    terminal.say(&terminal.text(question));
    let mut answer = String::new();
    match stdin.lock().read_line(&mut answer) {
        Ok(_) => Ok(is_yes(&answer)),
        Err(_) => Err(Failure::new(Exit::Usage, "consent.none")),
    }
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "o" | "oui")
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_a_yes_is_a_yes() {
        for yes in ["y", "Yes\n", " OUI ", "o\r\n"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n", "no", "non", "yep", "yes!", "ok"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
