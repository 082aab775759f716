//! What the person sees of an offer before they accept it.

use tamarack::messages::Lang;
use tamarack::present::Strength;
use tamarack_openid4vc::vci::configuration::{CredentialConfiguration, Format};
use tamarack_openid4vc::vci::display::Display;
use tamarack_openid4vc::vci::offer::{InputMode, TxCode};
use tamarack_openid4vc::vci::wallet::Route;

use super::offer::Offered;
use crate::means::{Means, Strangers, tags};
use crate::texts;
use crate::words;

/// What the person sees of an offer. Every text is in the language that was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// Who offers.
    pub issuer: IssuerView,
    /// What is offered.
    pub credentials: Vec<OfferedCredential>,
    /// The code that must be typed, if one must.
    pub tx_code: Option<CodeLook>,
    /// Whether the person signs in with the browser.
    pub browser: bool,
    /// What the issuer will learn, one sentence each.
    pub learns: Vec<String>,
    /// All of it in sentences, for a screen reader and for a terminal.
    pub spoken: String,
}

/// How an issuer stands with the wallet's trust list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Standing {
    /// Its metadata is signed by an issuer on the list.
    Listed,
    /// Its metadata is signed by the DID of its own web address, which is not on the list.
    Itself,
    /// It is known by its web address alone. Whether its credentials are by somebody on the list shows when they come.
    Address,
}

/// Who offers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IssuerView {
    /// Its identifier: the `https:` URL that was asked.
    pub url: String,
    /// What it is called: by the trust list if it stands there, else as it calls itself.
    pub name: Option<String>,
    /// Its logo's URI, for apps that show it: at an `https:` address, or a picture as a `data:` URL; nothing else. Fetching it tells the
    /// issuer of the preview.
    pub logo: Option<String>,
    /// What is to be seen on the logo.
    pub logo_text: Option<String>,
    /// How it stands with the trust list.
    pub standing: Standing,
    /// That in a sentence.
    pub sentence: String,
}

/// One credential of an offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferedCredential {
    /// The credential configuration.
    pub configuration: String,
    /// How it is called.
    pub name: String,
    /// What it is, in the issuer's words.
    pub description: Option<String>,
    /// What it will say, in the issuer's order; empty if the issuer does not tell.
    pub claims: Vec<OfferedClaim>,
    /// The format's identifier.
    pub format: String,
    /// Whether this wallet can keep and show it.
    pub supported: bool,
    /// Whether it is bound to a key of this wallet, so that nobody else can show it.
    pub bound: bool,
    /// How many single-use copies the issuer gives at once.
    pub copies: u32,
    /// How surely showings of it could be tied together; `None` for not at all.
    pub linkable: Option<Strength>,
    /// That in a sentence.
    pub linkability: String,
    /// How long it will be good, if that can be known before it is there.
    pub validity: String,
}

/// One claim of a credential to come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferedClaim {
    /// Its JSON pointer; 0 stands for every item of a list.
    pub pointer: String,
    /// How it is called.
    pub name: String,
    /// Whether the credential always has it.
    pub always: bool,
}

/// How the code that must be typed looks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLook {
    /// Whether it has digits alone, so that a keypad will do.
    pub digits: bool,
    /// How many characters it has, if the issuer says.
    pub length: Option<u32>,
    /// How the person gets it, in the issuer's words, or ours.
    pub description: String,
}

impl Offered {
    /// What the person sees.
    #[must_use]
    pub fn preview(&self, means: &Means<'_>) -> Preview {
        let lang = means.lang;
        let issuer = self.issuer_view(means);
        let ids = self.offer.configurations.iter();
        let known = ids.filter_map(|id| self.issuer.configuration(id).map(|one| (id.as_str(), one)));
        let credentials: Vec<_> = known.map(|(id, one)| self.credential_view(id, one, lang)).collect();
        let tx_code = self.routes.iter().find_map(|route| match route {
            Route::PreAuthorized { tx_code, .. } => tx_code.as_ref().map(|look| code_look(look, lang)),
            Route::AuthorizationCode { .. } => None,
        });
        let browser = !self.routes.iter().any(|route| matches!(route, Route::PreAuthorized { .. }));
        let learns = self.learns(browser, lang);
        let mut preview = Preview { issuer, credentials, tx_code, browser, learns, spoken: String::new() };
        preview.spoken = preview.speak(lang);
        preview
    }

    fn issuer_view(&self, means: &Means<'_>) -> IssuerView {
        let lang = means.lang;
        let listed = match (&means.trust.issuers, &self.signed_by) {
            (Some(list), Some(did)) => list.issuer(did),
            _ => None,
        };
        let display = Display::choose(&self.issuer.display, &tags(lang));
        let own = display.and_then(|display| words::said(display.name.as_deref()));
        let logo = display.and_then(|display| display.logo.as_ref());
        let (standing, name) = match listed {
            Some(listed) => {
                let name = if lang == Lang::Fr { &listed.name.fr } else { &listed.name.en };
                (Standing::Listed, Some(name.clone()))
            }
            None if self.signed_by.is_some() => (Standing::Itself, own),
            None => (Standing::Address, own),
        };
        let id = match (standing, means.trust.strangers) {
            (Standing::Listed, _) => "issuer-listed",
            (Standing::Itself, _) => "issuer-itself",
            (Standing::Address, Strangers::Refuse) => "issuer-address",
            (Standing::Address, Strangers::Warn) => "issuer-stranger",
        };
        let url = words::identifier(&self.issuer.credential_issuer);
        let shown = name.as_deref().unwrap_or(&url);
        let sentence = texts::format(lang, id, &[("issuer", shown), ("url", &url)]);
        IssuerView {
            url: url.clone(),
            name,
            logo: logo.and_then(|logo| words::picture(&logo.uri)),
            logo_text: logo.and_then(|logo| words::said(logo.alt_text.as_deref())),
            standing,
            sentence,
        }
    }

    fn credential_view(&self, id: &str, one: &CredentialConfiguration, lang: Lang) -> OfferedCredential {
        let metadata = one.metadata.as_ref();
        let display = metadata.and_then(|metadata| Display::choose(&metadata.display, &tags(lang)));
        let labels = metadata.map(|metadata| words::labels(&metadata.claims)).unwrap_or_default();
        let claims = metadata.map(|metadata| metadata.claims.as_slice()).unwrap_or_default();
        let claims = claims.iter().map(|claim| {
            let pointer = words::pointer_of(&claim.path);
            let name = words::claim_name(&pointer, &labels, lang);
            OfferedClaim { pointer, name, always: claim.mandatory == Some(true) }
        });
        let copies = if one.proof_types.is_empty() { 1 } else { self.issuer.batch_size.unwrap_or(1) };
        let (linkable, sentence) = linkability(one, copies);
        OfferedCredential {
            configuration: id.to_owned(),
            name: display.and_then(|display| words::said(display.name.as_deref())).unwrap_or_else(|| words::spaced(id)),
            description: display.and_then(|display| words::said(display.description.as_deref())),
            claims: claims.collect(),
            format: one.format.identifier().to_owned(),
            supported: !matches!(one.format, Format::MsoMdoc { .. } | Format::Other(_)),
            bound: !one.proof_types.is_empty(),
            copies,
            linkable,
            linkability: texts::text(lang, sentence),
            validity: texts::text(lang, "offer-validity"),
        }
    }

    fn learns(&self, browser: bool, lang: Lang) -> Vec<String> {
        let bound = self.offer.configurations.iter().filter_map(|id| self.issuer.configuration(id));
        let bound = bound.into_iter().any(|one| !one.proof_types.is_empty());
        let mut ids = vec!["learns-taken", "learns-address"];
        ids.extend(bound.then_some("learns-key"));
        ids.extend(browser.then_some("learns-sign-in"));
        ids.extend(self.issuer.notification_endpoint.is_some().then_some("learns-stored"));
        ids.push("learns-not-showings");
        ids.into_iter().map(|id| texts::text(lang, id)).collect()
    }
}

/// What can be known of linkability before the credential is there: from its format and how the issuer signs it.
fn linkability(one: &CredentialConfiguration, copies: u32) -> (Option<Strength>, &'static str) {
    let named = |name: &str| one.signing_algorithms.iter().any(|value| value.as_str() == Some(name));
    let unlinkable = matches!(one.format, Format::LdpVc { .. }) && (named("bbs-2023") || named("BbsBlsSignature2020"));
    match (unlinkable, copies) {
        (true, _) if one.proof_types.is_empty() => (None, "offer-unlinkable"),
        (true, _) => (Some(Strength::Narrows), "offer-unlinkable-key"),
        (false, 2..) => (Some(Strength::SameVerifier), "offer-linkable-copies"),
        (false, _) => (Some(Strength::Certain), "offer-linkable"),
    }
}

fn code_look(look: &TxCode, lang: Lang) -> CodeLook {
    let digits = look.input_mode.unwrap_or_default() == InputMode::Numeric;
    let own = || match look.length {
        Some(length) => texts::count(lang, if digits { "code-digits" } else { "code-characters" }, usize_of(length)),
        None => texts::text(lang, "code-any"),
    };
    CodeLook { digits, length: look.length, description: look.description.as_deref().map_or_else(own, words::clean) }
}

fn usize_of(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

impl Preview {
    fn speak(&self, lang: Lang) -> String {
        let mut lines = vec![self.issuer.sentence.clone()];
        for one in &self.credentials {
            lines.push(texts::format(lang, "offer-credential", &[("name", &one.name)]));
            lines.extend(one.description.clone());
            if !one.supported {
                lines.push(texts::format(lang, "offer-unsupported", &[("format", &one.format)]));
            }
            if !one.claims.is_empty() {
                let names: Vec<&str> = one.claims.iter().map(|claim| claim.name.as_str()).collect();
                lines.push(texts::format(lang, "offer-claims", &[("claims", &names.join(", "))]));
            }
            if one.copies > 1 {
                lines.push(texts::count(lang, "offer-copies", usize_of(one.copies)));
            }
            lines.push(one.linkability.clone());
            lines.push(one.validity.clone());
        }
        lines.extend(self.tx_code.iter().map(|code| code.description.clone()));
        if self.browser {
            lines.push(texts::text(lang, "offer-browser-step"));
        }
        lines.extend(self.learns.iter().cloned());
        lines.join("\n")
    }
}
