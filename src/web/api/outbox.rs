//! `/outbox`: what is to leave by mail. Administrators see envelopes, never bodies.

use actix_web::{HttpRequest, HttpResponse, get};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::people::administer;
use crate::store;
use crate::store::outbox::Envelope;
use crate::web::auth::Caller;
use crate::web::error::Problem;
use crate::web::reply::{self, Reply};

use super::document::Refused;
use super::{cursor, limit, page_of, query};

/// A letter from outside.
#[derive(Serialize, ToSchema)]
pub struct LetterBody {
    pub id: i64,
    /// invitation or reset
    pub kind: String,
    pub recipient: String,
    pub subject: String,
    /// queued
    pub state: String,
    pub created_at: Timestamp,
}

/// A page of letters.
#[derive(Serialize, ToSchema)]
pub struct LetterPage {
    pub items: Vec<LetterBody>,
    pub next: Option<String>,
}

impl From<Envelope> for LetterBody {
    fn from(e: Envelope) -> Self {
        let Envelope { id, kind, recipient, subject, state, created_at } = e;
        Self { id, kind, recipient, subject, state, created_at }
    }
}

/// Letters, the newest first.
#[utoipa::path(tag = "outbox",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = LetterPage), Refused))]
#[get("/outbox")]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    administer(&caller.call.actor)?;
    let mut f = query(&request)?;
    let limit = limit(&mut f);
    let before = cursor(&mut f).map(|text| text.parse::<i64>().ok());
    if before == Some(None) {
        f.fault("cursor", "invalid", "is not a cursor of ours");
    }
    f.check()?;
    reply::read(&caller, move |db| {
        let found = store::outbox::page(db, before.flatten(), limit + 1)?;
        let (letters, next) = page_of(found, limit, |l| l.id.to_string());
        Reply::ok(&LetterPage { items: letters.into_iter().map(LetterBody::from).collect(), next })
    })
    .await
}
