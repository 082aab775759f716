//! A browser without scripts: cookies, forms, pages.

use std::collections::BTreeMap;

use ureq::Agent;
use ureq::http::Response;

pub(crate) fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into()
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
    cookies: Vec<String>,
}

impl Page {
    pub(crate) fn of(mut response: Response<ureq::Body>) -> Self {
        let status = response.status().as_u16();
        let pairs = response.headers().iter();
        let headers = pairs.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        let cookies =
            response.headers().get_all("set-cookie").iter().map(|line| line.to_str().unwrap().to_owned()).collect();
        Self { status, headers, text: response.body_mut().read_to_string().unwrap(), cookies }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text))
    }

    /// The value of the first attribute of this name that begins so, unescaped.
    pub(crate) fn attribute(&self, name: &str, start: &str) -> String {
        let from = format!("{name}=\"{start}");
        let at = self.text.find(&from).unwrap_or_else(|| panic!("no {from} in {}", self.text));
        let value = self.text[at + name.len() + 2..].split('"').next().unwrap();
        value.replace("&#38;", "&").replace("&amp;", "&")
    }
}

pub(crate) struct Browser {
    base: String,
    agent: Agent,
    cookies: BTreeMap<String, String>,
    pub(crate) language: &'static str,
}

impl Browser {
    pub(crate) fn new(base: &str) -> Self {
        Self { base: base.to_owned(), agent: agent(), cookies: BTreeMap::new(), language: "en" }
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    fn keep(&mut self, page: Page) -> Page {
        for (name, value) in page.cookies.iter().filter_map(|line| line.split(';').next()?.split_once('=')) {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        page
    }

    pub(crate) fn get(&mut self, path: &str) -> Page {
        let request = self.agent.get(self.url(path)).header("accept", "text/html").header("cookie", self.cookie());
        let page = Page::of(request.header("accept-language", self.language).call().unwrap());
        self.keep(page)
    }

    pub(crate) fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let request = self.agent.post(self.url(path)).header("accept", "text/html").header("cookie", self.cookie());
        let page = Page::of(request.send_form(form.iter().copied()).unwrap());
        self.keep(page)
    }

    /// What a script of a page posts.
    pub(crate) fn post_json(&mut self, path: &str, origin: Option<&str>, body: &serde_json::Value) -> Page {
        let mut request = self.agent.post(self.url(path)).header("cookie", self.cookie());
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        Page::of(request.header("content-type", "application/json").send(body.to_string()).unwrap())
    }

    /// Presses the one button of an ask's start, and gives the path of the page that follows.
    pub(crate) fn begin(&mut self, ask: &str) -> String {
        let path = format!("/ask/{ask}");
        let token = self.get(&path).attribute("value", "");
        let page = self.post(&path, &[("csrf", &token)]);
        assert_eq!(page.status, 303, "{}", page.text);
        page.headers["location"].clone()
    }
}
