//! A list of named steps, run one after the other, and the summary of what came of them.

use std::time::{Duration, Instant};

/// What a step has to tell when it comes out well.
pub(crate) type Note = Option<String>;

/// One step.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// What it does, in a sentence.
    pub(crate) about: &'static str,
    pub(crate) run: fn() -> Result<Note, String>,
}

/// Runs every step, also after one that failed, and prints a summary. Whether all came out well.
pub(crate) fn run(steps: &[&Step]) -> bool {
    let begin = Instant::now();
    let mut results: Vec<(&Step, Result<Note, String>, Duration)> = Vec::new();
    for (&step, number) in steps.iter().zip(1..) {
        eprintln!("\n[{number}/{}] {}: {}", steps.len(), step.name, step.about);
        let start = Instant::now();
        let result = (step.run)();
        match &result {
            Ok(None) => {}
            Ok(Some(note)) => eprintln!("    {note}"),
            Err(why) => eprintln!("    FAILED: {why}"),
        }
        results.push((step, result, start.elapsed()));
    }
    eprintln!("\nSummary ({})", time(begin.elapsed()));
    for (step, result, took) in &results {
        let (mark, note) = match result {
            Ok(note) => ("ok    ", note.as_deref().unwrap_or_default()),
            Err(why) => ("FAILED", why.lines().next().unwrap_or_default()),
        };
        eprintln!("  {mark} {:<11} {:>7}  {note}", step.name, time(*took));
    }
    results.iter().all(|(_, result, _)| result.is_ok())
}

fn time(took: Duration) -> String {
    match took.as_secs() {
        0..60 => format!("{:.1} s", took.as_secs_f64()),
        seconds => format!("{} min {:02}", seconds / 60, seconds % 60),
    }
}
