//! What a derived document provably does not hide.
//!
//! No statement of a `BbsBlsSignature2020` is mandatory, so a holder could leave out that the credential has expired or which
//! status it has. But the signed lines are sorted: the lines that say `credentialStatus` of the credential have their place
//! between two others, and if those are shown and no hidden line lies between them, there is no such line.

use super::statements::Statements;

/// The members that a verdict stands on beside those that the data model requires.
const NEEDED: [&str; 3] = ["credentialStatus", "expirationDate", "validUntil"];

/// The namespace of the data model.
const CREDENTIALS: &str = "https://www.w3.org/2018/credentials#";

/// Those members of which there may be a statement that is not shown. `places` are the places of the document's lines among
/// `count` messages, of which the first `options` are the proof's.
///
/// Who shows when the credential was issued shows that it is of VCDM 1.1, where `validUntil` decides nothing.
pub(super) fn may_be_hidden(stated: &Statements, places: &[usize], options: usize, count: usize) -> Vec<&'static str> {
    let issued = format!("{} <{CREDENTIALS}issuanceDate> ", stated.root);
    let first = stated.lines.iter().any(|line| line.starts_with(&issued));
    let needed = NEEDED.into_iter().filter(|member| !(first && *member == "validUntil"));
    needed.filter(|member| !is_settled(member, stated, places, options, count)).collect()
}

/// Whether every line about the member that there can be is shown.
fn is_settled(member: &str, stated: &Statements, places: &[usize], options: usize, count: usize) -> bool {
    let prefix = format!("{} <{CREDENTIALS}{member}> ", stated.root);
    let mut before = None;
    let mut shown = 0_usize;
    let mut after = count;
    for (line, place) in stated.lines.iter().zip(places) {
        if line.starts_with(&prefix) {
            shown += 1;
        } else if line.as_str() < prefix.as_str() {
            before = Some(*place);
        } else {
            after = *place;
            break;
        }
    }
    let first = before.map_or(options, |place| place + 1);
    after.checked_sub(first) == Some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(lines: &[(usize, &str)], count: usize) -> Vec<&'static str> {
        let line = |name: &str| format!("<urn:c> <{CREDENTIALS}{name}> \"x\" .");
        let stated =
            Statements { lines: lines.iter().map(|(_, name)| line(name)).collect(), root: "<urn:c>".to_owned() };
        let places: Vec<usize> = lines.iter().map(|(place, _)| *place).collect();
        may_be_hidden(&stated, &places, 4, count)
    }

    #[test]
    fn neighbours_that_are_shown_leave_no_room() {
        let all = [(4, "credentialSubject"), (5, "issuanceDate"), (6, "issuer")];
        assert!(hidden(&all, 7).is_empty());
        // A line is hidden after the last, or before the first, or between two.
        let second = [(4, "credentialSubject"), (5, "issuer"), (6, "validFrom")];
        assert!(hidden(&second, 7).is_empty());
        assert_eq!(hidden(&second, 8), ["validUntil"]);
        assert!(hidden(&all, 8).is_empty());
        assert_eq!(hidden(&[(5, "credentialSubject"), (6, "issuanceDate"), (7, "issuer")], 8), ["credentialStatus"]);
        assert_eq!(hidden(&[(4, "credentialSubject"), (6, "issuanceDate"), (7, "issuer")], 8), ["expirationDate"]);
        // One of two statuses is shown.
        assert_eq!(
            hidden(&[(4, "credentialStatus"), (6, "credentialSubject"), (7, "issuer")], 8),
            ["credentialStatus"]
        );
        assert!(
            hidden(&[(4, "credentialStatus"), (5, "credentialSubject"), (6, "expirationDate"), (7, "issuer")], 8)
                .is_empty()
        );
        assert_eq!(hidden(&[], 9), NEEDED);
        assert!(hidden(&[], 4).is_empty());
    }
}
