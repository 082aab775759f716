//! As much YAML as the examples of the SD-JWT specifications are written in, with their tag `!sd`.

use serde_json::{Map, Value as Json};

/// A value, and the JSON pointers of what is tagged in it.
pub(super) struct Tagged {
    pub(super) value: Json,
    pub(super) hidden: Vec<String>,
}

/// Reads a document.
///
/// # Errors
/// The line that is not understood.
pub(super) fn parse(text: &str) -> Result<Tagged, String> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let line = without_comment(line);
        let content = line.trim_start();
        if content.is_empty() {
            continue;
        }
        match lines.last_mut() {
            // Brackets that close on a later line, and a text that is folded over several.
            Some((_, open)) if depth(open) > 0 => *open = format!("{open} {}", content.trim_end()),
            Some((_, folded)) if folded.ends_with(">-") => {
                *folded = format!("{}{}", folded.trim_end_matches(">-"), content.trim_end());
            }
            _ => lines.push((line.len() - content.len(), content.trim_end().to_owned())),
        }
    }
    let mut reader = Reader { lines, at: 0, hidden: Vec::new() };
    let indent = reader.lines.first().map_or(0, |(indent, _)| *indent);
    let value = reader.block(indent, "")?;
    match reader.lines.get(reader.at) {
        None => Ok(Tagged { value, hidden: reader.hidden }),
        Some((_, line)) => Err(line.clone()),
    }
}

/// How many brackets are open at the end of a line.
fn depth(line: &str) -> i32 {
    let mut quote = None;
    line.chars().fold(0, |depth, c| match (quote, c) {
        (None, '"' | '\'') => {
            quote = Some(c);
            depth
        }
        (Some(open), _) => {
            quote = quote.filter(|_| open != c);
            depth
        }
        (None, '[' | '{') => depth + 1,
        (None, ']' | '}') => depth - 1,
        _ => depth,
    })
}

fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '#') if before.is_whitespace() => return line.split_at(at).0,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
        before = c;
    }
    line
}

struct Reader {
    lines: Vec<(usize, String)>,
    at: usize,
    hidden: Vec<String>,
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn untagged(text: &str) -> (bool, &str) {
    match text.strip_prefix("!sd") {
        Some(rest) if rest.is_empty() || rest.starts_with(' ') => (true, rest.trim_start()),
        _ => (false, text),
    }
}

/// A key with its colon at the beginning of a line: the key, and what is behind.
fn key_of(text: &str) -> Option<(String, &str)> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let (key, rest) = text.get(1..)?.split_once(quote)?;
        return Some((key.to_owned(), rest.trim_start().strip_prefix(':')?.trim_start()));
    }
    if text.starts_with(['[', '{']) {
        return None;
    }
    let (key, rest) = text.split_once(": ").or_else(|| Some((text.strip_suffix(':')?, "")))?;
    Some((key.trim_end().to_owned(), rest.trim_start()))
}

impl Reader {
    fn line(&self) -> Option<(usize, String)> {
        self.lines.get(self.at).cloned()
    }

    fn block(&mut self, indent: usize, path: &str) -> Result<Json, String> {
        match self.line() {
            Some((at, text)) if at == indent && (text == "-" || text.starts_with("- ")) => self.sequence(indent, path),
            Some((at, text)) if at == indent && key_of(untagged(&text).1).is_some() => self.mapping(indent, path),
            Some((_, text)) => {
                self.at += 1;
                self.flow(&text, path)
            }
            None => Ok(Json::Null),
        }
    }

    /// What stands behind a key or dash: on the line, or on the lines below.
    fn content(&mut self, rest: &str, indent: usize, may_be_level: bool, path: &str) -> Result<Json, String> {
        if !rest.is_empty() {
            return self.flow(rest, path);
        }
        match self.line() {
            Some((below, _)) if below > indent => self.block(below, path),
            Some((below, text)) if may_be_level && below == indent && text.starts_with('-') => self.block(below, path),
            _ => Ok(Json::Null),
        }
    }

    fn sequence(&mut self, indent: usize, path: &str) -> Result<Json, String> {
        let mut items = Vec::new();
        while let Some((at, text)) = self.line() {
            if at != indent || !text.starts_with('-') {
                break;
            }
            let path = format!("{path}/{}", items.len());
            let inner = text.get(1..).unwrap_or_default().trim_start();
            let (tagged, rest) = untagged(inner);
            if tagged {
                self.hidden.push(path.clone());
            }
            // A mapping that begins on the line of the dash; a tag there is the first key's.
            if key_of(rest).is_some() && !(tagged && key_of(rest).is_none()) {
                if tagged {
                    self.hidden.pop();
                }
                let deeper = indent + text.len() - inner.len();
                if let Some(line) = self.lines.get_mut(self.at) {
                    *line = (deeper, inner.to_owned());
                }
                items.push(self.mapping(deeper, &path)?);
                continue;
            }
            self.at += 1;
            items.push(self.content(rest, indent, false, &path)?);
        }
        Ok(Json::Array(items))
    }

    fn mapping(&mut self, indent: usize, path: &str) -> Result<Json, String> {
        let mut members = Map::new();
        while let Some((at, text)) = self.line() {
            let (tagged, rest) = untagged(&text);
            let Some((key, rest)) = key_of(rest).filter(|_| at == indent) else { break };
            let path = format!("{path}/{}", escaped(&key));
            if tagged {
                self.hidden.push(path.clone());
            }
            self.at += 1;
            let value = self.content(rest, indent, true, &path)?;
            members.insert(key, value);
        }
        Ok(Json::Object(members))
    }

    /// A value on one line.
    fn flow(&mut self, text: &str, path: &str) -> Result<Json, String> {
        let (tagged, text) = untagged(text);
        if tagged {
            self.hidden.push(path.to_owned());
        }
        if !text.starts_with(['[', '{', '"', '\'']) {
            return Ok(scalar(text));
        }
        let (value, rest) = self.item(text, path)?;
        if rest.trim().is_empty() { Ok(value) } else { Err(text.to_owned()) }
    }

    /// A value within brackets; gives what is behind it.
    fn item<'t>(&mut self, text: &'t str, path: &str) -> Result<(Json, &'t str), String> {
        let (tagged, text) = untagged(text.trim_start());
        if tagged {
            self.hidden.push(path.to_owned());
        }
        let wrong = || text.to_owned();
        if let Some(mut rest) = text.strip_prefix('[') {
            let mut items = Vec::new();
            loop {
                rest = rest.trim_start().trim_start_matches(',').trim_start();
                if let Some(behind) = rest.strip_prefix(']') {
                    return Ok((Json::Array(items), behind));
                }
                let (value, behind) = self.item(rest, &format!("{path}/{}", items.len()))?;
                items.push(value);
                rest = behind;
            }
        }
        if let Some(mut rest) = text.strip_prefix('{') {
            let mut members = Map::new();
            loop {
                rest = rest.trim_start().trim_start_matches(',').trim_start();
                if let Some(behind) = rest.strip_prefix('}') {
                    return Ok((Json::Object(members), behind));
                }
                let (key, behind) = key_of(rest).ok_or_else(wrong)?;
                let (value, behind) = self.item(behind, &format!("{path}/{}", escaped(&key)))?;
                members.insert(key, value);
                rest = behind;
            }
        }
        if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            let (content, rest) = text.get(1..).and_then(|text| text.split_once(quote)).ok_or_else(wrong)?;
            return Ok((Json::from(content), rest));
        }
        let end = text.find([',', ']', '}']).ok_or_else(wrong)?;
        let (plain, rest) = text.split_at(end);
        Ok((scalar(plain.trim()), rest))
    }
}

fn scalar(text: &str) -> Json {
    match text {
        "null" | "~" | "" => Json::Null,
        "true" | "True" => true.into(),
        "false" | "False" => false.into(),
        _ if text.starts_with(|c: char| c.is_ascii_digit()) => {
            serde_json::from_str::<serde_json::Number>(text).map_or_else(|_| text.into(), Json::Number)
        }
        _ => text.into(),
    }
}
