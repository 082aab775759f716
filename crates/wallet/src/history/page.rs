//! The history as a page to read and to print: one HTML document without scripts, pictures or addresses.

use tamarack::messages::{Lang, explain};
use tamarack::{Code, Fault, Timestamp};

use super::{Entry, Involved, NamedClaim, ShownAlternative, all};
use crate::credentials::Localized;
use crate::error::{Result, WalletCode, WalletError};
use crate::store::Store;
use crate::texts::{count, format, text};

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:60rem;margin:2rem auto;\
padding:0 1rem}table{border-collapse:collapse;width:100%}caption{text-align:left;padding-bottom:.5rem}th,td{border:1px solid \
#595959;padding:.4rem .6rem;text-align:left;vertical-align:top}thead th{background:#eee}ul{margin:0;padding-left:1.2rem}\
@media print{body{margin:0;max-width:none}thead{display:table-header-group}tr{break-inside:avoid}}";

/// The whole history as an HTML page, the newest entry first. Times are in UTC and say so.
///
/// # Errors
/// As [`super::search`].
pub fn page(store: &dyn Store, lang: Lang, now: Timestamp) -> Result<String> {
    let mut entries = all(store)?;
    entries.reverse();
    let word = |id: &str| escaped(&text(lang, id));
    let tag = match lang {
        Lang::En => "en-CA",
        Lang::Fr => "fr-CA",
    };
    let mut page = String::with_capacity(2_048 + entries.len() * 512);
    page.push_str(&std::format!(
        "<!doctype html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{made}</p>\n",
        title = word("history-title"),
        made = escaped(&format(lang, "history-made", &[("time", &shown(now))])),
    ));
    if entries.is_empty() {
        page.push_str(&std::format!("<p>{}</p>\n", word("history-empty")));
    } else {
        let heads = ["history-when", "history-what", "history-who", "history-which"];
        let heads: String = heads.iter().map(|id| std::format!("<th scope=\"col\">{}</th>", word(id))).collect();
        page.push_str(&std::format!(
            "<table>\n<caption>{}</caption>\n<thead>\n<tr>{heads}</tr>\n</thead>\n<tbody>\n",
            escaped(&count(lang, "history-count", entries.len())),
        ));
        entries.iter().for_each(|entry| page.push_str(&row(entry, lang)));
        page.push_str("</tbody>\n</table>\n");
    }
    page.push_str("</main>\n</body>\n</html>\n");
    Ok(page)
}

fn row(entry: &Entry, lang: Lang) -> String {
    let mut what = escaped(&entry.event.label(lang));
    let mut more = |id: &str, said: &str| {
        what.push_str(&std::format!("<br>{}", escaped(&format(lang, id, &[("said", said)]))));
    };
    if let Some(purpose) = entry.purpose.get(lang) {
        more("history-purpose", purpose);
    }
    if let Some(reason) = &entry.reason {
        more("history-reason", &reason_for_people(reason, lang));
    }
    match entry.linkable {
        Some(true) => more("history-linkable", ""),
        Some(false) => more("history-unlinkable", ""),
        None => {}
    }
    let who = entry.party.as_ref().map(|party| {
        let name = party.name.get(lang);
        let trust = text(lang, if party.trusted { "history-trusted" } else { "history-untrusted" });
        let id = escaped(&party.id);
        let named = name.map(|name| std::format!("{}<br>", escaped(name))).unwrap_or_default();
        std::format!("{named}<span>{id}</span><br>{}", escaped(&trust))
    });
    let which: String = entry.credentials.iter().map(|credential| list_item(credential, lang)).collect();
    let which = if which.is_empty() { String::new() } else { std::format!("<ul>{which}</ul>") };
    std::format!(
        "<tr><th scope=\"row\"><time datetime=\"{}\">{}</time></th><td>{what}</td><td>{}</td><td>{which}</td></tr>\n",
        entry.time(),
        escaped(&shown(entry.time())),
        who.unwrap_or_default(),
    )
}

/// Why, in a sentence: of a no that the person said, of a refusal by a check. A code that is not known here stays as it is.
fn reason_for_people(reason: &str, lang: Lang) -> String {
    let own = std::format!("reason-{reason}");
    let known = text(lang, &own);
    if known != own {
        return known;
    }
    let check = Code::ALL.iter().find(|code| code.as_str() == reason);
    if let Some(code) = check {
        return explain(&Fault::new(*code), lang).sentence;
    }
    let wallet = WalletCode::ALL.iter().find(|code| code.as_str() == reason);
    wallet.map_or_else(|| reason.to_owned(), |code| WalletError::new(*code).message(lang).sentence)
}

fn list_item(credential: &Involved, lang: Lang) -> String {
    let mut title = name_or(&credential.title, &credential.kind, lang);
    if let Some(ShownAlternative { number, of }) = credential.alternative {
        let (number, of) = (number.to_string(), of.to_string());
        let said = format(lang, "history-alternative", &[("number", &number), ("of", &of)]);
        title.push_str(&std::format!("<br>{}", escaped(&said)));
    }
    let claim = |claim: &NamedClaim| std::format!("<li>{}</li>", name_or(&claim.label, &claim.pointer, lang));
    let claims: String = credential.claims.iter().map(claim).collect();
    let claims = if claims.is_empty() { claims } else { std::format!("<ul>{claims}</ul>") };
    std::format!("<li>{title}{claims}</li>")
}

fn name_or(name: &Localized, other: &str, lang: Lang) -> String {
    escaped(name.get(lang).unwrap_or(other))
}

/// `2026-11-22 15:04 UTC`: the order of the units that both languages read alike (ISO 8601).
fn shown(time: Timestamp) -> String {
    let text = time.to_string();
    let (date, clock) = text.split_once('T').unwrap_or((text.as_str(), ""));
    let clock: String = clock.chars().take(5).collect();
    std::format!("{date} {clock} UTC")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' => out.push('\u{fffd}'),
            // What turns the reading direction around would turn the rest of the page around as well.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c => out.push(c),
        }
    }
    out
}
