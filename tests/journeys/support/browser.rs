//! Somebody at a browser without JavaScript: cookies, pages, and forms as they were drawn.

use std::time::Duration;

use reqwest::header::HeaderMap;

use super::{Download, PASSWORD, TestDesk};

pub struct Browser {
    client: reqwest::Client,
    url: String,
}

/// A form as it stands on a page: where it goes, and what it carries along.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub hidden: Vec<(String, String)>,
}

/// What a browser was answered.
#[derive(Clone, Debug)]
pub struct Page {
    what: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub html: String,
}

impl TestDesk {
    /// Nobody yet.
    pub fn browser(&self) -> Browser {
        let client = reqwest::Client::builder().cookie_store(true);
        let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Browser { client, url: self.url.clone() }
    }

    /// Signed in by the form.
    pub async fn browses(&self, email: &str) -> Browser {
        let browser = self.browser();
        let page = browser.get("/session").await.expect(200);
        browser.send(&page, "sign-in", &[("email", email), ("password", PASSWORD)]).await.leads("/");
        browser
    }
}

/// A page that stays open, by what it hears.
pub struct Ear {
    response: reqwest::Response,
    heard: String,
}

impl Ear {
    /// The next event with this name, as its data; None where none comes in time.
    pub async fn hears(&mut self, name: &str) -> Option<String> {
        let mark = format!("event: {name}\ndata: ");
        let until = tokio::time::sleep(Duration::from_secs(3));
        tokio::pin!(until);
        loop {
            if let Some((_, after)) = self.heard.split_once(&mark)
                && let Some((data, rest)) = after.split_once("\n\n")
            {
                let (data, rest) = (data.to_owned(), rest.to_owned());
                self.heard = rest;
                return Some(data);
            }
            let chunk = tokio::select! {
                () = &mut until => return None,
                chunk = self.response.chunk() => chunk.unwrap()?,
            };
            self.heard.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// Whether it has ended; what it heard until then is forgotten.
    pub async fn ends(&mut self) -> bool {
        let rest = async { while self.response.chunk().await.unwrap().is_some() {} };
        tokio::time::timeout(Duration::from_secs(3), rest).await.is_ok()
    }
}

impl Browser {
    /// Opens a page that stays open.
    pub async fn listens(&self, path: &str) -> Ear {
        let response = self.client.get(format!("{}{path}", self.url)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Ear { response, heard: String::new() }
    }

    pub async fn get(&self, path: &str) -> Page {
        Self::answer(format!("GET {path}"), self.client.get(format!("{}{path}", self.url))).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_with(path, fields, &[]).await
    }

    pub async fn post_with(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        let mut request = self.client.post(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
        Self::answer(format!("POST {path}"), request).await
    }

    pub async fn post_body(&self, path: &str, content_type: &str, body: Vec<u8>) -> Page {
        let request = self.client.post(format!("{}{path}", self.url)).header("Content-Type", content_type);
        Self::answer(format!("POST {path}"), request.body(body)).await
    }

    /// Follows a link to something that is no page.
    pub async fn downloads(&self, path: &str) -> Download {
        let response = self.client.get(format!("{}{path}", self.url)).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Download { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
    }

    /// Sends a form of the page, with what is typed into it.
    pub async fn send(&self, page: &Page, form: &str, typed: &[(&str, &str)]) -> Page {
        let form = page.form(form);
        let fields: Vec<(&str, &str)> = form.fields().chain(typed.iter().copied()).collect();
        self.post(&form.action, &fields).await
    }

    /// Whatever is asked, the service does not break, and its pages run and style nothing
    /// that stands in them.
    async fn answer(what: String, request: reqwest::RequestBuilder) -> Page {
        let response = request.send().await.unwrap_or_else(|e| panic!("{what}: {e}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let page = Page { what, status, headers, html: response.text().await.unwrap() };
        assert!(status < 500, "the service broke: {page:?}");
        page.must_be_strict();
        page
    }
}

impl Page {
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} answered {}", self.what, self.html);
        self
    }

    /// Leads there, and to no other place.
    #[track_caller]
    pub fn leads(self, to: &str) -> Self {
        let page = self.expect(303);
        assert_eq!(page.header("Location"), to, "{}", page.what);
        page
    }

    #[track_caller]
    pub fn shows(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.html.contains(text), "{}: no {text:?} in {}", self.what, self.html);
        }
        self
    }

    #[track_caller]
    pub fn hides(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(!self.html.contains(text), "{}: {text:?} in {}", self.what, self.html);
        }
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    pub fn count(&self, text: &str) -> usize {
        self.html.matches(text).count()
    }

    pub fn has_form(&self, id: &str) -> bool {
        self.html.contains(&format!("<form id=\"{id}\""))
    }

    /// By its id, or by where it goes.
    #[track_caller]
    pub fn form(&self, name: &str) -> Form {
        let (id, action) = (format!("id=\"{name}\""), format!("action=\"{name}\""));
        let mut forms = self.html.split("<form ").skip(1).map(|rest| rest.split("</form>").next().unwrap());
        let form = forms.find(|form| {
            let tag = form.split('>').next().unwrap();
            tag.contains(&id) || tag.contains(&action)
        });
        let form = form.unwrap_or_else(|| panic!("{}: no form {name} in {}", self.what, self.html));
        let inputs = form.split("<input ").skip(1).filter(|input| input.starts_with("type=\"hidden\""));
        let hidden = inputs.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect();
        Form { action: attribute(form, "action"), hidden }
    }

    fn must_be_strict(&self) {
        let policy = self.header("Content-Security-Policy");
        for rule in
            ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"]
        {
            assert!(policy.contains(rule), "{}: {policy:?}", self.what);
        }
        assert!(!policy.contains("unsafe"), "{}: {policy:?}", self.what);
        assert_eq!(self.header("X-Frame-Options"), "DENY");
        let scripts = self.html.matches("<script").count();
        assert_eq!(
            scripts,
            self.html.matches("<script src=\"/assets/").count(),
            "a script of the page itself"
        );
        for inline in ["<style", " style=", " onclick=", " onload=", "javascript:"] {
            assert!(!self.html.contains(inline), "{}: {inline:?} in {}", self.what, self.html);
        }
    }
}

impl Form {
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What it carries under this name.
    pub fn value(&self, name: &str) -> &str {
        self.fields().find(|(n, _)| *n == name).map_or("", |(_, value)| value)
    }

    /// With another value there, or without any.
    pub fn with(&self, name: &str, value: Option<&str>) -> Self {
        let mut hidden = self.hidden.clone();
        hidden.retain(|(n, _)| n != name);
        hidden.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        Self { action: self.action.clone(), hidden }
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let rest = tag.split_once(&format!("{name}=\"")).map_or("", |(_, rest)| rest);
    let raw = rest.split('"').next().unwrap();
    raw.replace("&#38;", "&").replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<")
}
