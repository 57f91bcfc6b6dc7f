//! Answers of the REST interface: JSON with its ETag, and writes that answer the
//! same key with the same result.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;

use crate::desk::Error;
use crate::store::Db;
use crate::store::submissions::{self, Submission};

use super::auth::Caller;
use super::error::Problem;

/// What will be answered.
#[derive(Clone, Debug)]
pub struct Reply {
    status: StatusCode,
    location: Option<String>,
    version: Option<i64>,
    body: String,
    /// What is remembered instead, where the body shows a secret once.
    remembered: Option<String>,
}

impl Reply {
    pub fn new<T: Serialize>(status: StatusCode, body: &T) -> Result<Self, Error> {
        Ok(Self { status, location: None, version: None, body: json(body)?, remembered: None })
    }

    pub fn ok<T: Serialize>(body: &T) -> Result<Self, Error> {
        Self::new(StatusCode::OK, body)
    }

    pub fn created<T: Serialize>(location: String, body: &T) -> Result<Self, Error> {
        Ok(Self { location: Some(location), ..Self::new(StatusCode::CREATED, body)? })
    }

    /// With the version as the ETag.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// The body shows a secret: this one is remembered for a repeated request.
    pub fn remembering<T: Serialize>(mut self, body: &T) -> Result<Self, Error> {
        self.remembered = Some(json(body)?);
        Ok(self)
    }

    fn etag(&self) -> Option<String> {
        self.version.map(|v| format!("\"{v}\""))
    }

    pub fn respond(&self) -> HttpResponse {
        respond(self.status, self.location.as_deref(), self.etag().as_deref(), self.body.clone())
    }
}

fn json<T: Serialize>(body: &T) -> Result<String, Error> {
    serde_json::to_string(body).map_err(Error::unserializable)
}

fn respond(status: StatusCode, location: Option<&str>, etag: Option<&str>, body: String) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, "application/json"));
    response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if let Some(location) = location {
        response.insert_header((header::LOCATION, location));
    }
    if let Some(etag) = etag {
        response.insert_header((header::ETAG, etag));
    }
    response.body(body)
}

/// Runs a read and answers with what it found.
pub async fn read<F>(caller: &Caller, f: F) -> Result<HttpResponse, Problem>
where
    F: FnOnce(&mut Db) -> Result<Reply, Error> + Send + 'static,
{
    Ok(caller.app.store.read(f).await?.respond())
}

/// Runs a write once for each idempotency key: its answer is recorded with it, and
/// given again to whoever repeats it. What failed is not remembered.
pub async fn write<F>(caller: &Caller, digest: String, f: F) -> Result<HttpResponse, Problem>
where
    F: Fn(&mut Db) -> Result<Reply, Error> + Send + Sync + 'static,
{
    let name = caller.name();
    let key = caller.key.clone();
    let now = caller.app.wall.now();
    let answer = caller
        .app
        .store
        .write(move |db| {
            let Some(key) = &key else { return Ok(Answer::First(f(db)?)) };
            if let Some(earlier) = submissions::find(db, &name, key)? {
                return if earlier.digest == digest { Ok(Answer::Again(earlier)) } else { Err(reused()) };
            }
            let reply = f(db)?;
            submissions::insert(db, &name, key, &remember(&reply, &digest), now)?;
            Ok::<_, Error>(Answer::First(reply))
        })
        .await?;
    Ok(match answer {
        Answer::First(reply) => reply.respond(),
        Answer::Again(earlier) => again(earlier),
    })
}

/// What was answered to this key before, where a request is more than one transaction; its last
/// one is a [`write`].
pub async fn earlier(caller: &Caller, digest: String) -> Result<Option<HttpResponse>, Problem> {
    let (name, Some(key)) = (caller.name(), caller.key.clone()) else { return Ok(None) };
    let found = caller.app.store.read(move |db| match submissions::find(db, &name, &key)? {
        Some(earlier) if earlier.digest != digest => Err(reused()),
        found => Ok(found),
    });
    Ok(found.await?.map(again))
}

fn again(earlier: Submission) -> HttpResponse {
    let status = u16::try_from(earlier.status).ok().and_then(|s| StatusCode::from_u16(s).ok());
    respond(
        status.unwrap_or(StatusCode::OK),
        earlier.location.as_deref(),
        earlier.etag.as_deref(),
        earlier.body,
    )
}

enum Answer {
    First(Reply),
    Again(Submission),
}

fn remember(reply: &Reply, digest: &str) -> Submission {
    Submission {
        digest: digest.to_owned(),
        status: i32::from(reply.status.as_u16()),
        location: reply.location.clone(),
        etag: reply.etag(),
        body: reply.remembered.clone().unwrap_or_else(|| reply.body.clone()),
    }
}

fn reused() -> Error {
    Error::Unprocessable {
        code: "idempotency_key_reused",
        message: "this Idempotency-Key was used for another request; take a new one".to_owned(),
    }
}

/// A use case's answer for a form: what was filed under this key before, or now.
/// Returns where it leads.
pub fn once(
    db: &mut Db,
    actor: &str,
    key: &str,
    now: jiff::Timestamp,
    f: impl FnOnce(&mut Db) -> Result<String, Error>,
) -> Result<String, Error> {
    if let Some(earlier) = submissions::find(db, actor, key)? {
        return Ok(earlier.location.unwrap_or_default());
    }
    let location = f(db)?;
    let submission = Submission {
        digest: String::new(),
        status: 303,
        location: Some(location.clone()),
        etag: None,
        body: String::new(),
    };
    submissions::insert(db, actor, key, &submission, now)?;
    Ok(location)
}
