//! The project's own vectors: each says what must come out, every code comes out of one, and the folder is what its maker makes.

use std::collections::BTreeSet;

use tamarack::Code;
use tamarack_testkit::{own, repository};

/// Codes that no input brings out.
const EXCUSED: &[(Code, &str)] =
    &[(Code::Internal, "it says that this library is wrong; a vector of it would be a bug to mend")];

#[test]
fn every_vector_comes_out_as_it_says() {
    let files = own::read(&repository().join("test-vectors")).unwrap();
    assert!(files.len() >= 220, "{} vectors", files.len());
    let failures: Vec<String> =
        files.iter().filter_map(|(path, text)| Some(format!("{path}: {}", own::run::check(text).err()?))).collect();
    assert!(failures.is_empty(), "{} of {} failed:\n{}", failures.len(), files.len(), failures.join("\n"));
}

#[test]
fn every_code_comes_out_of_a_vector() {
    let files = own::read(&repository().join("test-vectors")).unwrap();
    let found: BTreeSet<String> = files.values().flat_map(|text| own::run::codes(text)).collect();
    for code in Code::ALL {
        let excused = EXCUSED.iter().any(|(known, _)| known == code);
        assert_ne!(found.contains(code.as_str()), excused, "{code}");
    }
    for code in &found {
        assert!(Code::ALL.iter().any(|known| known.as_str() == code), "{code} is no code");
    }
}

#[test]
fn the_folder_is_what_the_maker_makes() {
    let made = own::files();
    let files = own::read(&repository().join("test-vectors")).unwrap();
    let paths = |files: &std::collections::BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(&made), paths(&files), "run `cargo run -p tamarack-testkit --bin make-vectors`");
    for (path, text) in &made {
        assert!(files.get(path) == Some(text), "{path} is not what the maker makes");
    }
}
