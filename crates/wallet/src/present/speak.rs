//! The consent request as sentences: for a screen reader, for a terminal, and for whoever wants to read all of it at once.
//!
//! Who asks and why; what the person should think about; what a plain yes shows; what could be shown in its place, each way with its
//! number; what may be added. A question that has no answer is not asked.

use tamarack::messages::Lang;

use super::view::{Alternative, ConsentRequest, Question, QuestionSet};
use super::warn::{Warning, WarningKind};
use crate::texts;

impl ConsentRequest {
    pub(super) fn speak(&self, lang: Lang) -> String {
        let mut lines = vec![self.verifier.sentence.clone()];
        // What a warning says is not said before it in other words.
        let warns = |kind| self.warnings.iter().any(|warning| warning.kind == kind);
        match &self.purpose {
            Some(purpose) => lines.push(texts::format(lang, "request-purpose", &[("purpose", purpose)])),
            None if warns(WarningKind::NoPurpose) => {}
            None => lines.push(texts::text(lang, "request-no-purpose")),
        }
        lines.extend(self.handling.iter().cloned());
        let general = self.warnings.iter().filter(|warning| warning.credential.is_none());
        lines.extend(general.map(|warning| warning.sentence.clone()));
        if self.sign_in {
            lines.push(texts::text(lang, "request-sign-in"));
        }
        if self.can_answer {
            lines.extend(self.standing.iter().map(|standing| standing.sentence.clone()));
            self.speak_proposal(&mut lines, lang);
            self.speak_other_ways(&mut lines, lang);
            self.speak_additions(&mut lines, lang);
            lines.extend(self.agreements.iter().cloned());
        } else {
            self.speak_lack(&mut lines, lang);
        }
        lines.join("\n")
    }

    /// What a plain yes means.
    fn speak_proposal(&self, lines: &mut Vec<String>, lang: Lang) {
        let proposed: Vec<&Alternative> = self.alternatives().filter(|one| one.proposed).collect();
        if proposed.is_empty() {
            return;
        }
        lines.push(texts::text(lang, "yes-shows"));
        // A number is of use only where there is something to choose.
        let is_only = self.alternatives().count() == proposed.len();
        for one in proposed {
            speak_one(lines, one, if is_only { "way-only" } else { "way-proposed" }, lang);
        }
    }

    /// What can be chosen in the place of that.
    fn speak_other_ways(&self, lines: &mut Vec<String>, lang: Lang) {
        for question in self.questions.iter().filter(|question| is_proposed(question)) {
            let instead: Vec<&Alternative> = question.alternatives.iter().filter(|one| !one.proposed).collect();
            if !instead.is_empty() {
                let taken: Vec<&Alternative> = question.alternatives.iter().filter(|one| one.proposed).collect();
                lines.push(texts::format(lang, "instead-of", &[("numbers", &numbers(&taken, lang))]));
                instead.iter().for_each(|one| speak_one(lines, one, "way-other", lang));
            }
            speak_misses(lines, question, lang);
        }
        for set in self.sets.iter().filter(|set| set.required) {
            let taken: Vec<&Alternative> = self.of_taken_option(set);
            for option in self.other_options(set) {
                let together = if option.len() > 1 { "instead-of-together" } else { "instead-of" };
                lines.push(texts::format(lang, together, &[("numbers", &numbers(&taken, lang))]));
                for question in option {
                    question.alternatives.iter().for_each(|one| speak_one(lines, one, "way-other", lang));
                }
            }
        }
    }

    /// What the verifier would like as well, and does without.
    fn speak_additions(&self, lines: &mut Vec<String>, lang: Lang) {
        let is_spoken = |question: &Question| is_proposed(question) || self.is_of_other_option(question);
        let more: Vec<&Question> = self
            .questions
            .iter()
            .filter(|question| !question.alternatives.is_empty() && !question.required && !is_spoken(question))
            .filter(|question| self.is_of_answerable_set(question))
            .collect();
        if !more.is_empty() {
            lines.push(texts::text(lang, "may-add"));
        }
        for question in more {
            question.alternatives.iter().for_each(|one| speak_one(lines, one, "way-other", lang));
        }
    }

    /// Why there is no answer, as far as it lies with the person's own cards.
    fn speak_lack(&self, lines: &mut Vec<String>, lang: Lang) {
        let some = self.questions.iter().any(|question| question.required && !question.alternatives.is_empty());
        lines.push(texts::text(lang, if some { "request-cannot-all" } else { "request-cannot" }));
        for question in self.questions.iter().filter(|question| question.required && question.alternatives.is_empty()) {
            if let Some(wanted) = &question.wanted {
                lines.push(texts::format(lang, "question-lacks", &[("kind", wanted)]));
            }
            speak_misses(lines, question, lang);
        }
    }

    fn alternatives(&self) -> impl Iterator<Item = &Alternative> {
        self.questions.iter().flat_map(|question| &question.alternatives)
    }

    pub(super) fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The option of a set that is proposed.
    pub(super) fn taken_option<'s>(&self, set: &'s QuestionSet) -> Option<&'s Vec<String>> {
        set.options.iter().find(|option| option.iter().all(|id| self.question(id).is_some_and(is_proposed)))
    }

    fn of_taken_option(&self, set: &QuestionSet) -> Vec<&Alternative> {
        let taken = self.taken_option(set).into_iter().flatten();
        let questions = taken.filter_map(|id| self.question(id));
        questions.flat_map(|question| &question.alternatives).filter(|one| one.proposed).collect()
    }

    /// The options of a set that could be answered in the place of the one that is proposed, without what that one asks as well.
    fn other_options(&self, set: &QuestionSet) -> Vec<Vec<&Question>> {
        let taken = self.taken_option(set);
        let others = set.options.iter().filter(|option| Some(*option) != taken);
        let questions = others.filter_map(|option| {
            let all = option.iter().map(|id| self.question(id).filter(|one| !one.alternatives.is_empty()));
            all.collect::<Option<Vec<&Question>>>()
        });
        let rest = questions.map(|all| all.into_iter().filter(|question| !is_proposed(question)).collect::<Vec<_>>());
        rest.filter(|option| !option.is_empty()).collect()
    }

    fn is_of_other_option(&self, question: &Question) -> bool {
        let mut sets = self.sets.iter().filter(|set| set.required);
        sets.any(|set| self.other_options(set).iter().flatten().any(|one| one.id == question.id))
    }

    fn is_of_answerable_set(&self, question: &Question) -> bool {
        self.sets.iter().any(|set| {
            let answerable = set.answerable.iter().filter_map(|at| set.options.get(*at));
            answerable.flatten().any(|id| *id == question.id)
        })
    }
}

fn is_proposed(question: &Question) -> bool {
    question.alternatives.iter().any(|one| one.proposed)
}

/// One way to answer: of which credential, what it shows, and what to think about.
fn speak_one(lines: &mut Vec<String>, one: &Alternative, id: &str, lang: Lang) {
    let number = one.number.to_string();
    let said = [("title", one.title.as_str()), ("issuer", one.issuer.as_str()), ("number", number.as_str())];
    lines.push(texts::format(lang, id, &said));
    lines.extend(one.claims.iter().map(|claim| claim.label.clone()));
    if one.claims.is_empty() {
        lines.push(texts::text(lang, "way-no-claims"));
    }
    let warns = |kind| one.warnings.iter().any(|warning: &Warning| warning.kind == kind);
    if one.whole && !warns(WarningKind::Whole) {
        lines.push(texts::text(lang, "question-whole"));
    }
    if !warns(WarningKind::Linkable) {
        lines.push(one.linkability.clone());
    }
    lines.extend(one.warnings.iter().map(|warning| warning.sentence.clone()));
    lines.extend(one.links.iter().cloned());
}

fn speak_misses(lines: &mut Vec<String>, question: &Question, lang: Lang) {
    for miss in &question.misses {
        let said = [("title", miss.title.as_str()), ("reason", miss.reason.as_str())];
        lines.push(texts::format(lang, "question-miss", &said));
    }
}

/// `1`, or `1 and 3`.
fn numbers(all: &[&Alternative], lang: Lang) -> String {
    let numbers: Vec<String> = all.iter().map(|one| one.number.to_string()).collect();
    match numbers.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            texts::format(lang, "and", &[("first", &rest.join(", ")), ("last", last)])
        }
        _ => numbers.concat(),
    }
}
