//! Submission requirements: which input descriptors must be answered, as credential set queries.

use tamarack::json::{Object, Value};

use super::{CredentialSet, Descriptor, WRONG};
use crate::{Result, limits};

/// How deep requirements may be nested.
const DEPTH: usize = 8;

/// Sets of descriptors, by their places, each of which will do.
type Alternatives = Vec<Vec<usize>>;

/// One of these queries must be answered.
pub(super) fn any_of(queries: &[String]) -> CredentialSet {
    CredentialSet { options: queries.iter().map(|query| vec![query.clone()]).collect(), required: true }
}

/// Reads `submission_requirements`: all of them must be met.
pub(super) fn read(value: &Value<'_>, descriptors: &[Descriptor]) -> Result<Vec<CredentialSet>> {
    let items =
        value.as_array().filter(|items| !items.is_empty() && items.len() <= limits::CREDENTIAL_SETS).ok_or(WRONG)?;
    // "all input_descriptors MUST be grouped".
    if descriptors.iter().any(|descriptor| descriptor.groups.is_empty()) {
        return Err(WRONG);
    }
    items.iter().map(|item| set(item, descriptors)).collect()
}

fn set(value: &Value<'_>, descriptors: &[Descriptor]) -> Result<CredentialSet> {
    let (alternatives, required) = alternatives(value, descriptors, 0)?;
    let mut options: Vec<Vec<String>> = Vec::new();
    for alternative in alternatives {
        // Of each descriptor, one of its formats.
        let mut rows: Vec<Vec<String>> = vec![Vec::new()];
        for place in alternative {
            let queries = &descriptors.get(place).ok_or(WRONG)?.queries;
            rows = rows
                .iter()
                .flat_map(|row| queries.iter().map(|query| [&row[..], std::slice::from_ref(query)].concat()))
                .collect();
            bounded(&rows)?;
        }
        options.extend(rows);
        bounded(&options)?;
    }
    if options.iter().any(Vec::is_empty) || options.is_empty() {
        return Err(WRONG);
    }
    Ok(CredentialSet { options, required })
}

/// The alternatives of one requirement, and whether it asks for anything at all.
fn alternatives(value: &Value<'_>, descriptors: &[Descriptor], depth: usize) -> Result<(Alternatives, bool)> {
    let object = value.as_object().filter(|_| depth < DEPTH).ok_or(WRONG)?;
    let parts: Vec<Alternatives> = match (object.get("from"), object.get("from_nested")) {
        (Some(group), None) => {
            let group = group.as_str().ok_or(WRONG)?;
            let of_group = |one: &Descriptor| one.groups.iter().any(|name| name == group);
            descriptors.iter().enumerate().filter(|(_, one)| of_group(one)).map(|(at, _)| vec![vec![at]]).collect()
        }
        (None, Some(Value::Array(nested))) if nested.len() <= limits::OPTIONS => {
            let each = nested.iter().map(|one| alternatives(one, descriptors, depth + 1).map(|(found, _)| found));
            each.collect::<Result<_>>()?
        }
        _ => return Err(WRONG),
    };
    if parts.is_empty() {
        return Err(WRONG);
    }
    match object.get("rule").and_then(Value::as_str) {
        Some("all") => Ok((product(&parts.iter().collect::<Vec<_>>())?, true)),
        Some("pick") => pick(object, &parts),
        _ => Err(WRONG),
    }
}

fn pick(object: &Object<'_>, parts: &[Alternatives]) -> Result<(Alternatives, bool)> {
    let number = |name: &str| match object.get(name) {
        None => Ok(None),
        Some(value) => value.as_i64().and_then(|n| usize::try_from(n).ok()).map(Some).ok_or(WRONG),
    };
    let (count, least, most) = (number("count")?, number("min")?, number("max")?);
    // Never more than the verifier needs.
    let wanted = count.or(least).unwrap_or(usize::from(most.is_none()));
    if wanted > parts.len() || most.is_some_and(|most| most < wanted) {
        return Err(WRONG);
    }
    // Nothing is needed, and one may be shown.
    let (size, required) = if wanted == 0 { (1, false) } else { (wanted, true) };
    let mut out = Vec::new();
    for chosen in combinations(parts.len(), size)? {
        let some: Vec<&Alternatives> = chosen.iter().filter_map(|at| parts.get(*at)).collect();
        out.extend(product(&some)?);
        bounded(&out)?;
    }
    Ok((out, required))
}

/// One alternative of each part, in every way.
fn product(parts: &[&Alternatives]) -> Result<Alternatives> {
    let mut rows: Alternatives = vec![Vec::new()];
    for part in parts {
        let join = |row: &Vec<usize>, more: &Vec<usize>| {
            let mut joined = row.clone();
            joined.extend(more.iter().filter(|at| !row.contains(at)));
            joined
        };
        rows = rows.iter().flat_map(|row| part.iter().map(move |more| join(row, more))).collect();
        bounded(&rows)?;
    }
    Ok(rows)
}

/// The ways to choose so many of so many, in order.
fn combinations(of: usize, size: usize) -> Result<Alternatives> {
    let mut rows: Alternatives = vec![Vec::new()];
    for _ in 0..size {
        let from = |row: &Vec<usize>| row.last().map_or(0, |last| last + 1);
        rows = rows.iter().flat_map(|row| (from(row)..of).map(|next| [&row[..], &[next]].concat())).collect();
        if rows.len() > limits::OPTIONS * limits::OPTIONS {
            return Err(WRONG);
        }
    }
    bounded(&rows)?;
    Ok(rows)
}

fn bounded<T>(rows: &[T]) -> Result<()> {
    if rows.len() > limits::OPTIONS { Err(WRONG) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tamarack::json::parse;

    fn options(text: &str) -> Result<Vec<(Vec<String>, bool)>> {
        let of =
            |group: &str, name: &str| Descriptor { groups: vec![group.to_owned()], queries: vec![name.to_owned()] };
        let descriptors = [of("A", "a1"), of("A", "a2"), of("B", "b1"), of("B", "b2"), of("B", "b3")];
        let value = parse(text.as_bytes()).unwrap();
        let sets = read(&value, &descriptors)?;
        let joined = |set: &CredentialSet| set.options.iter().map(|option| option.join("+")).collect();
        Ok(sets.iter().map(|set| (joined(set), set.required)).collect())
    }

    #[test]
    fn rules_become_sets() {
        for (text, wanted, required) in [
            (r#"[{"rule":"all","from":"A"}]"#, &["a1+a2"][..], true),
            (r#"[{"rule":"pick","count":1,"from":"B"}]"#, &["b1", "b2", "b3"], true),
            (r#"[{"rule":"pick","min":2,"from":"B"}]"#, &["b1+b2", "b1+b3", "b2+b3"], true),
            (r#"[{"rule":"pick","from":"A"}]"#, &["a1", "a2"], true),
            (r#"[{"rule":"pick","max":2,"from":"A"}]"#, &["a1", "a2"], false),
            (
                r#"[{"rule":"pick","count":1,"from_nested":[{"rule":"all","from":"A"},{"rule":"pick","count":2,"from":"B"}]}]"#,
                &["a1+a2", "b1+b2", "b1+b3", "b2+b3"],
                true,
            ),
            (
                r#"[{"rule":"all","from_nested":[{"rule":"all","from":"A"},{"rule":"pick","count":1,"from":"B"}]}]"#,
                &["a1+a2+b1", "a1+a2+b2", "a1+a2+b3"],
                true,
            ),
        ] {
            let found = options(text).unwrap();
            assert_eq!(found, [(wanted.iter().map(|one| (*one).to_owned()).collect(), required)], "{text}");
        }
        for bad in [
            "[]",
            "{}",
            r#"[{"rule":"some","from":"A"}]"#,
            r#"[{"rule":"all"}]"#,
            r#"[{"rule":"all","from":"A","from_nested":[]}]"#,
            r#"[{"rule":"all","from":"Z"}]"#,
            r#"[{"rule":"pick","count":4,"from":"B"}]"#,
            r#"[{"rule":"pick","count":-1,"from":"B"}]"#,
            r#"[{"rule":"pick","min":2,"max":1,"from":"B"}]"#,
        ] {
            assert!(options(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn combinations_are_bounded() {
        let many: Vec<Descriptor> =
            (0..30).map(|at| Descriptor { groups: vec!["A".to_owned()], queries: vec![format!("a{at}")] }).collect();
        let value = parse(br#"[{"rule":"pick","count":15,"from":"A"}]"#).unwrap();
        assert!(read(&value, &many).is_err());
    }
}
