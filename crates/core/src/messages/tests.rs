//! Every code, check and outcome has its texts in both languages, and every text can be formatted.

use std::collections::BTreeSet;

use super::*;

const CHECKS: [CheckId; 12] = [
    CheckId::Structure,
    CheckId::Contexts,
    CheckId::Proof,
    CheckId::KeyAuthorized,
    CheckId::Validity,
    CheckId::Status,
    CheckId::Schema,
    CheckId::Resources,
    CheckId::IssuerTrusted,
    CheckId::HolderBinding,
    CheckId::Audience,
    CheckId::EvidenceAge,
];
const RESULTS: [CheckResult; 4] =
    [CheckResult::Pass, CheckResult::Fail, CheckResult::NotChecked, CheckResult::Undetermined];
const OUTCOMES: [Outcome; 3] = [Outcome::Accept, Outcome::Reject, Outcome::Undetermined];

/// The messages of a file with their attributes, and the texts that did not parse.
fn ids(source: &str) -> BTreeSet<String> {
    use fluent_bundle::FluentResource;
    let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| errors).expect("parses whole");
    drop(resource);
    let mut out = BTreeSet::new();
    let mut message = String::new();
    for line in source.lines() {
        if let Some((id, _)) = line.split_once(" =") {
            let id = id.trim_start();
            if let Some(attribute) = id.strip_prefix('.') {
                assert!(out.insert(format!("{message}.{attribute}")), "{message}.{attribute} stands twice");
            } else if !line.starts_with([' ', '#']) {
                message = id.to_owned();
                assert!(out.insert(message.clone()), "{message} stands twice");
            }
        }
    }
    out
}

fn faults(code: Code) -> [Fault; 3] {
    [
        Fault::new(code),
        Fault::new(code).at("/credentialSubject/age").about("validFrom"),
        Fault::new(code).at("").about("did:key:z6Mk"),
    ]
}

fn good(text: &str, of: &str) {
    assert!(text.ends_with('.'), "{of}: {text}");
    assert!(text.len() > 15, "{of}: {text}");
    for bad in ["{", "}", "$", "  ", "()", "none", " .", "\u{2068}", "\u{2069}", "TODO", "'", "\""] {
        assert!(!text.contains(bad), "{of}: {bad:?} in {text}");
    }
}

#[test]
fn every_code_has_a_sentence_and_a_hint_in_both_languages() {
    for &code in Code::ALL {
        for fault in faults(code) {
            let (en, fr) = (explain(&fault, Lang::En), explain(&fault, Lang::Fr));
            for text in [&en.sentence, &en.hint, &fr.sentence, &fr.hint] {
                good(text, code.as_str());
                assert!(!text.contains(code.as_str()), "{code} has no text of its own");
            }
            assert_ne!(en.sentence, fr.sentence, "{code}");
            assert_ne!(en.hint, fr.hint, "{code}");
        }
    }
}

#[test]
fn no_sentence_serves_two_codes() {
    for lang in [Lang::En, Lang::Fr] {
        let sentences: BTreeSet<String> =
            Code::ALL.iter().map(|&code| explain(&Fault::new(code), lang).sentence).collect();
        assert_eq!(sentences.len(), Code::ALL.len(), "{lang:?}");
    }
}

#[test]
fn every_check_and_outcome_has_its_texts() {
    for check in CHECKS {
        assert!(!check_name(check, Lang::En).is_empty() && !check_name(check, Lang::Fr).is_empty(), "{check:?}");
        for result in RESULTS {
            let (en, fr) = (check_result(check, result, Lang::En), check_result(check, result, Lang::Fr));
            good(&en, &format!("{check:?} {result:?}"));
            good(&fr, &format!("{check:?} {result:?}"));
            assert_ne!(en, fr, "{check:?} {result:?}");
        }
    }
    for outcome in OUTCOMES {
        assert_ne!(outcome_name(outcome, Lang::En), outcome_name(outcome, Lang::Fr));
        for lang in [Lang::En, Lang::Fr] {
            assert!(!outcome_name(outcome, lang).is_empty());
            good(&outcome_sentence(outcome, lang), &format!("{outcome:?}"));
        }
    }
}

#[test]
fn every_link_has_its_texts() {
    for &kind in LinkKind::ALL {
        for text in [link_sentence, link_advice] {
            let (en, fr) = (text(kind, Lang::En), text(kind, Lang::Fr));
            good(&en, kind.as_str());
            good(&fr, kind.as_str());
            assert_ne!(en, fr, "{}", kind.as_str());
        }
    }
    for strength in [None, Some(Strength::Narrows), Some(Strength::SameVerifier), Some(Strength::Certain)] {
        let (en, fr) = (linkability_sentence(strength, Lang::En), linkability_sentence(strength, Lang::Fr));
        good(&en, "linkability");
        good(&fr, "linkability");
        assert_ne!(en, fr);
    }
}

#[test]
fn both_files_have_the_same_messages() {
    let en = ids(texts::EN);
    // English needs no translation of its own notes.
    let fr: BTreeSet<String> = ids(texts::FR).into_iter().filter(|id| !id.starts_with("note-")).collect();
    assert_eq!(en, fr);
}

#[test]
fn the_name_stands_in_the_sentence() {
    let fault = Fault::new(Code::VcPropertyMissing).about("issuer");
    assert_eq!(explain(&fault, Lang::En).sentence, "The property “issuer” is required and is missing.");
    assert_eq!(explain(&fault, Lang::Fr).sentence, "La propriété «\u{a0}issuer\u{a0}» est obligatoire et manque.");
    let fault = Fault::new(Code::JsonldUndefinedTerm).about("favouriteColour");
    assert!(explain(&fault, Lang::En).sentence.contains("(favouriteColour)"));
}

#[test]
fn french_has_its_own_words_for_notes() {
    assert_eq!(detail("line 2, column 14", Lang::Fr), "ligne 2, colonne 14");
    assert_eq!(detail("line 2, column 14", Lang::En), "line 2, column 14");
    assert_eq!(detail("depth > 64", Lang::Fr), "profondeur > 64");
    assert_eq!(detail("missing", Lang::Fr), "absent");
    assert_eq!(detail("ttl", Lang::Fr), "ttl");
    for (english, french) in [
        ("keyword redefinition: @context", "mot-clé redéfini\u{a0}: @context"),
        ("invalid remote context: https://a.example/c", "document de contexte non valide\u{a0}: https://a.example/c"),
        ("disclosure 3: three items", "divulgation 3\u{a0}: il faut trois éléments"),
        ("disclosure 3: base64url", "divulgation 3\u{a0}: base64url"),
        ("1100 > 1024 disclosures", "1100 > 1024 divulgations"),
        ("types: empty", "types\u{a0}: vide"),
        ("a number that a double cannot hold", "nombre qui ne peut être conservé exactement"),
        ("https://a.example/s: no proof", "https://a.example/s\u{a0}: sans preuve"),
        ("unknown", "unknown"),
    ] {
        assert_eq!(detail(english, Lang::Fr), french);
        assert_eq!(detail(english, Lang::En), english);
    }
    let fault = Fault::new(Code::VcContext).about("first item");
    assert!(explain(&fault, Lang::Fr).sentence.contains("(premier élément)"), "{:?}", explain(&fault, Lang::Fr));
    let fault = Fault::new(Code::StatusEntry).about("statusSize: not an object");
    assert!(explain(&fault, Lang::Fr).sentence.contains("(statusSize\u{a0}: pas un objet)"));
    // A name of the document that happens to be unknown stays as it is.
    let fault = Fault::new(Code::VcType).about("Photo card");
    assert!(explain(&fault, Lang::Fr).sentence.contains("(Photo card)"));
}

#[test]
fn ages_are_told_in_the_units_in_which_people_count() {
    for (seconds, en, fr) in [
        ("227639 s > 86400 s", "2 days old, at most 1 day", "vieux de 2 jours, au plus 1 jour"),
        ("90000 s > 86400 s", "25 hours old, at most 1 day", "vieux de 25 heures, au plus 1 jour"),
        ("86401 s > 86400 s", "86401 seconds old, at most 1 day", "vieux de 86401 secondes, au plus 1 jour"),
        ("600 s > 90 s", "10 minutes old, at most 90 seconds", "vieux de 10 minutes, au plus 90 secondes"),
        ("1 s > 0 s", "1 second old, at most 0 seconds", "vieux de 1 seconde, au plus 0 seconde"),
    ] {
        let fault = Fault::new(Code::EvidenceTooOld).about(format!("https://a.example/s: {seconds}"));
        let said = [explain(&fault, Lang::En).sentence, explain(&fault, Lang::Fr).sentence];
        assert!(said[0].ends_with(&format!(" (https://a.example/s: {en}).")), "{}", said[0]);
        assert!(said[1].ends_with(&format!(" (https://a.example/s\u{a0}: {fr}).")), "{}", said[1]);
    }
}

#[test]
fn french_typography() {
    for (number, line) in texts::FR.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        for bad in ["« ", " »", " ;", " !", " ?", " :", "...", "'", "“"] {
            assert!(!line.contains(bad), "fr.ftl line {}: {bad:?}", number + 1);
        }
        // A space before the name of a variable is Fluent's, before a colon it is unbreakable.
    }
}
