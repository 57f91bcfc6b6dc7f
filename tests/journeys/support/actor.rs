//! Somebody with a bearer, what they can ask, and what they are answered.

use std::ops::Index;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lizard::app::App;
use lizard::jobs::delivery::deliver;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{Download, Priority};

#[derive(Clone)]
pub struct Actor {
    client: reqwest::Client,
    url: String,
    pub name: String,
    bearer: Option<String>,
    /// Where letters leave from as soon as something was done, as they do from the service.
    post: Option<(Arc<App>, Arc<AtomicBool>)>,
}

/// A ticket by its reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket(pub String);

impl Ticket {
    /// `/tickets/PI-1001/…`, or the ticket itself for an empty `what`.
    pub fn path(&self, what: &str) -> String {
        if what.is_empty() { format!("/tickets/{}", self.0) } else { format!("/tickets/{}/{what}", self.0) }
    }
}

/// A request on its way.
pub struct Ask {
    request: reqwest::RequestBuilder,
    what: String,
    post: Option<(Arc<App>, Arc<AtomicBool>)>,
}

impl Ask {
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        self.header("Content-Type", content_type).raw(body)
    }

    pub fn raw(self, body: impl Into<reqwest::Body>) -> Self {
        Self { request: self.request.body(body), ..self }
    }

    pub fn header(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value), ..self }
    }

    pub fn if_match(self, etag: &str) -> Self {
        self.header("If-Match", etag)
    }

    pub fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// Sends it. Whatever is asked, the service never breaks, and says what is wrong
    /// in a problem document.
    pub async fn send(self) -> Answer {
        let what = self.what.clone();
        self.try_send().await.unwrap_or_else(|| panic!("{what}: no answer"))
    }

    /// Sends it for something that is no text.
    pub async fn fetch(self) -> Download {
        let response = self.request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Download { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
    }

    /// None when there is no answer, or half of one.
    pub async fn try_send(self) -> Option<Answer> {
        let response = self.request.send().await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.ok()?;
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        let answer = Answer { what: self.what, status, headers, text, json };
        assert!(status < 500, "the service broke: {answer:?}");
        if status >= 400 {
            answer.must_be_a_problem();
        }
        if let Some((app, held)) = self.post
            && !held.load(Ordering::SeqCst)
        {
            deliver(&app).await.unwrap();
        }
        Some(answer)
    }
}

impl Actor {
    pub fn new(client: &reqwest::Client, url: &str, name: &str, bearer: Option<String>) -> Self {
        Self { client: client.clone(), url: url.to_owned(), name: name.to_owned(), bearer, post: None }
    }

    /// Letters leave after each thing that is done, unless they are held.
    pub fn with_post(self, app: Arc<App>, held: Arc<AtomicBool>) -> Self {
        Self { post: Some((app, held)), ..self }
    }

    /// A request by this actor; a path outside `/api` is below `/api/v1`.
    pub fn ask(&self, method: &str, path: &str) -> Ask {
        let place = if path.starts_with("/api") { "" } else { "/api/v1" };
        let request = self.client.request(method.parse().unwrap(), format!("{}{place}{path}", self.url));
        let request = match &self.bearer {
            Some(bearer) => request.bearer_auth(bearer),
            None => request,
        };
        let post = self.post.clone().filter(|_| method != "GET");
        Ask { request, what: format!("{}: {method} {path}", self.name), post }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send().await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path).json(&body).send().await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask("PUT", path).json(&body).send().await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask("PATCH", path).json(&body).send().await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path).send().await
    }

    /// Files a ticket that is judged to be of this priority.
    pub async fn files(&self, subject: &str, priority: Priority) -> Ticket {
        let filed = self.files_as(draft(subject, priority)).await;
        assert_eq!(filed.ticket["priority"], priority.to_string());
        filed.as_ticket()
    }

    /// Files and returns everything that was answered.
    pub async fn files_as(&self, draft: Value) -> Filed {
        Filed { ticket: self.post("/tickets", draft).await.expect(201).json }
    }

    pub async fn sees(&self, ticket: &Ticket) -> Answer {
        self.get(&ticket.path("")).await
    }

    /// Writes to the other side.
    pub async fn replies(&self, ticket: &Ticket, body: &str) -> Answer {
        self.post(&ticket.path("messages"), json!({"body": body})).await.expect(201)
    }

    /// Writes where the partner does not see it.
    pub async fn notes(&self, ticket: &Ticket, body: &str) -> Answer {
        self.post(&ticket.path("messages"), json!({"body": body, "visibility": "internal"})).await
    }

    pub async fn triages(&self, ticket: &Ticket, order: Value) -> Answer {
        self.post(&ticket.path("triage"), order).await
    }

    pub async fn waits(&self, ticket: &Ticket, on: &str, until: &str) -> Answer {
        let wait = json!({"on": on, "reason": "we need the signed form", "until": until});
        self.put(&ticket.path("wait"), wait).await
    }

    pub async fn escalates(&self, ticket: &Ticket) -> Answer {
        let press = json!({"reason": "lack_of_progress", "justification": "nothing moves"});
        self.post(&ticket.path("escalations"), press).await
    }

    pub async fn resolves(&self, ticket: &Ticket) -> Answer {
        let claim = json!({"summary": "The price is approved.", "how_to_check": "Open the quote."});
        self.post(&ticket.path("resolution"), claim).await
    }

    pub async fn confirms(&self, ticket: &Ticket) -> Answer {
        self.post(&ticket.path("confirmation"), json!({"fixed": true})).await
    }

    pub async fn refuses(&self, ticket: &Ticket) -> Answer {
        let no = json!({"fixed": false, "comment": "The quote still shows the old price."});
        self.post(&ticket.path("confirmation"), no).await
    }

    pub async fn contests(&self, ticket: &Ticket) -> Answer {
        self.post(&ticket.path("contest"), json!({"reason": "two deals hang on it"})).await
    }

    pub async fn merges(&self, ticket: &Ticket, into: &Ticket) -> Answer {
        self.post(&ticket.path("merge"), json!({"into": into.0})).await
    }

    /// Every ticket of the list, page by page, in its order.
    pub async fn lists(&self, query: &str) -> Vec<Value> {
        self.pages(&format!("/tickets?limit=7&{query}")).await
    }

    /// Everything on all pages of a list.
    pub async fn pages(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = String::new();
        loop {
            let mark = if path.contains('?') { '&' } else { '?' };
            let page = if next.is_empty() { path.to_owned() } else { format!("{path}{mark}cursor={next}") };
            let mut page = self.get(&page).await.expect(200).json;
            items.append(page["items"].as_array_mut().unwrap());
            match page["next"].as_str() {
                Some(cursor) => cursor.clone_into(&mut next),
                None => return items,
            }
        }
    }

    /// References of the list's tickets.
    pub async fn listed(&self, query: &str) -> Vec<String> {
        let items = self.lists(query).await;
        items.iter().map(|t| t["reference"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn events(&self, ticket: &Ticket) -> Vec<Value> {
        self.pages(&ticket.path("events?limit=50")).await
    }

    /// `kind due outcome` of every promise, in order of number.
    pub async fn promises(&self, ticket: &Ticket) -> Vec<Value> {
        let mut all = self.get(&ticket.path("promises")).await.expect(200).json;
        all["items"].as_array_mut().map(std::mem::take).unwrap()
    }

    pub async fn messages(&self, ticket: &Ticket) -> Vec<Value> {
        let mut all = self.get(&ticket.path("messages")).await.expect(200).json;
        all["items"].as_array_mut().map(std::mem::take).unwrap()
    }
}

/// What filing answered.
pub struct Filed {
    pub ticket: Value,
}

impl Filed {
    pub fn as_ticket(&self) -> Ticket {
        Ticket(self.ticket["reference"].as_str().unwrap().to_owned())
    }
}

/// An issue that is judged to be of this priority: of the price approvals, no deadline.
pub fn draft(subject: &str, priority: Priority) -> Value {
    let (impact, urgency) = match priority {
        Priority::P1 => ("cannot_work", "within_1_day"),
        Priority::P2 => ("one_blocked", "within_5_days"),
        Priority::P3 => ("annoying", "within_5_days"),
        Priority::P4 => ("annoying", "later"),
    };
    json!({
        "category": "price.approval_late",
        "subject": subject,
        "description": "The special price was asked for two weeks ago.",
        "impact": impact,
        "urgency": urgency,
    })
}

/// What somebody was answered.
#[derive(Debug)]
pub struct Answer {
    what: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Answer {
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} answered {}", self.what, self.text);
        self
    }

    /// Refused with this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.json["code"], code, "{} answered {}", answer.what, answer.text);
        answer
    }

    /// Refused because of exactly these fields, each as `field: code`.
    #[track_caller]
    pub fn faulty(self, expected: &[&str]) -> Self {
        let answer = self.refused(422, "invalid");
        let mut expected: Vec<String> = expected.iter().map(|s| (*s).to_owned()).collect();
        expected.sort();
        assert_eq!(answer.faults(), expected, "{} answered {}", answer.what, answer.text);
        answer
    }

    /// Each wrong field as `field: code`, sorted.
    pub fn faults(&self) -> Vec<String> {
        let word = |e: &Value, key: &str| e[key].as_str().unwrap().to_owned();
        let errors = self.json["errors"].as_array().into_iter().flatten();
        let mut faults: Vec<String> =
            errors.map(|e| format!("{}: {}", word(e, "field"), word(e, "code"))).collect();
        faults.sort();
        faults
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    pub fn etag(&self) -> String {
        let etag = self.header("ETag").to_owned();
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{}: no ETag but {etag:?}", self.what);
        etag
    }

    /// RFC 9457, with a stable code.
    fn must_be_a_problem(&self) {
        assert_eq!(self.header("Content-Type"), "application/problem+json", "{self:?}");
        let code = self.json["code"].as_str().unwrap_or_else(|| panic!("no code: {self:?}"));
        assert_eq!(self.json["type"], format!("urn:lizard:problem:{code}"), "{self:?}");
        assert_eq!(self.json["status"], self.status, "{self:?}");
        assert!(self.json["title"].is_string() && self.json["detail"].is_string(), "{self:?}");
        for error in self.json["errors"].as_array().into_iter().flatten() {
            assert!(error["field"].is_string() && error["code"].is_string(), "{self:?}");
            assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()), "{self:?}");
        }
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        &self.json[key]
    }
}
