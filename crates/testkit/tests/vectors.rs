//! Runs every suite of official vectors. Without the folder of vectors it says so and passes.

#[test]
fn official_vectors() {
    let Some(dir) = tamarack_testkit::vectors_dir() else {
        eprintln!("official vectors: not seen (no ../shared/vectors beside the repository)");
        return;
    };
    let mut failures = Vec::new();
    for suite in tamarack_testkit::suites::ALL {
        let report = (suite.run)(&dir);
        eprintln!(
            "{}: {} passed, {} failed, {} excluded, {} unseen",
            suite.name,
            report.passed,
            report.failed.len(),
            report.excluded.len(),
            report.unseen.len()
        );
        failures.extend(report.failed.iter().map(|(name, why)| format!("{} {name}: {why}", suite.name)));
    }
    assert!(failures.is_empty(), "{} vectors failed:\n{}", failures.len(), failures.join("\n"));
}
