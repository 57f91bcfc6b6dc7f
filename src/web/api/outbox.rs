//! `/outbox` and `/tickets/{reference}/letters`: what leaves by mail. Envelopes, never bodies;
//! and to administrators no subject that says what a ticket is about.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::delivery::Moment;
use crate::desk::people::administer;
use crate::desk::{delivery, load};
use crate::domain::access::Action;
use crate::domain::actor::Actor;
use crate::domain::ids::PersonId;
use crate::domain::letter::State;
use crate::store;
use crate::store::outbox::{Envelope, Filter};
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};

use super::document::{Conflicts, Refused};
use super::tickets::words;
use super::{cursor, limit, page_of, query};

/// Letters of one ticket that are shown at most.
pub const MOST_LETTERS: i64 = 500;

/// A letter from outside.
#[derive(Serialize, ToSchema)]
pub struct LetterBody {
    pub id: i64,
    /// invitation, reset, received, first_reply, timetable, update, no_progress, new_date, heads_up, rung_reached,
    /// waiting, vp_notice, escalated, resolved, confirm_reminder, refused, undelivered, assigned, renotified,
    /// partner_spoke, merged, taken_over, new_owner or unowned
    pub kind: String,
    /// In the catalogue of letters, as M4.
    pub number: Option<String>,
    /// The ticket that it is about.
    pub ticket: Option<String>,
    pub recipient: String,
    /// Null where it would tell an administrator what a ticket says.
    pub subject: Option<String>,
    pub message_id: String,
    /// queued, sending, sent, dropped (no longer true when it was about to leave), dead (given up) or bounced (came
    /// back after it was sent)
    pub state: String,
    pub created_at: Timestamp,
    /// Times that it was tried.
    pub attempts: u32,
    /// After a failure, when it is tried again.
    pub next_try_at: Option<Timestamp>,
    /// When it was sent, dropped or given up, or came back.
    pub settled_at: Option<Timestamp>,
    /// Why it has not left, or came back.
    pub trouble: Option<String>,
}

/// A page of letters.
#[derive(Serialize, ToSchema)]
pub struct LetterPage {
    pub items: Vec<LetterBody>,
    pub next: Option<String>,
}

/// Letters about one ticket.
#[derive(Serialize, ToSchema)]
pub struct LetterList {
    pub items: Vec<LetterBody>,
}

impl LetterBody {
    /// `opens`: its reader may see what the ticket says.
    fn of(e: Envelope, opens: bool) -> Self {
        Self {
            id: e.id,
            kind: e.kind.to_string(),
            number: e.kind.number().map(str::to_owned),
            subject: (opens || e.ticket.is_none()).then_some(e.subject),
            ticket: e.ticket,
            recipient: e.recipient,
            message_id: e.message_id,
            state: e.state.to_string(),
            created_at: e.created_at,
            attempts: e.attempts,
            next_try_at: e.next_try_at,
            settled_at: e.settled_at,
            trouble: e.trouble,
        }
    }
}

/// Of whoever reads: to them, a ticket about them has no letters.
fn reader(actor: &Actor) -> Option<PersonId> {
    match actor {
        Actor::Person(person) => Some(person.id),
        Actor::Token(_) => None,
    }
}

/// Letters, the newest first.
#[utoipa::path(tag = "outbox",
    params(("state" = Option<String>, Query, description = "queued, sending, sent, dropped, dead, bounced; several with commas"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = LetterPage), Refused))]
#[get("/outbox")]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    administer(&caller.call.actor)?;
    let mut f = query(&request)?;
    let states = words(&mut f, "state", State::ALL);
    let limit = limit(&mut f);
    let before = cursor(&mut f).map(|text| text.parse::<i64>().ok());
    if before == Some(None) {
        f.fault("cursor", "invalid", "is not a cursor of ours");
    }
    f.check()?;
    let filter = Filter { states, reader: reader(&caller.call.actor), before: before.flatten() };
    reply::read(&caller, move |db| {
        let found = store::outbox::page(db, &filter, limit + 1)?;
        let (letters, next) = page_of(found, limit, |l| l.id.to_string());
        let items = letters.into_iter().map(|l| LetterBody::of(l, false)).collect();
        Reply::ok(&LetterPage { items, next })
    })
    .await
}

/// Sends a letter again that was given up: the same bytes, with the same Message-ID.
#[utoipa::path(tag = "outbox", params(("id" = i64, Path)),
    responses((status = 202, body = LetterBody), Refused, Conflicts))]
#[post("/outbox/{id}/resend")]
pub async fn resend(posted: Posted, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    administer(&caller.call.actor)?;
    fields.check()?;
    let reader = reader(&caller.call.actor);
    reply::write(&caller, digest, move |db| {
        let letter = delivery::resend(db, *id, reader)?;
        Reply::new(actix_web::http::StatusCode::ACCEPTED, &LetterBody::of(letter, false))
    })
    .await
}

/// What the receiving server said later.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewBounce {
    /// Staff read it.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}

/// What came back, and why.
pub fn bounce_of(f: &mut Fields) -> String {
    f.must("reason", |f, n| f.line(n, Length::LINE)).unwrap_or_default()
}

/// A letter that was sent came back later. If it carried a message, the next update is due as if
/// that had not been delivered; the ticket's owner is told. Only of a letter that was sent (409,
/// `not_sent`); a second time changes nothing.
#[utoipa::path(tag = "outbox", request_body = NewBounce, params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 200, body = LetterBody), Refused, Conflicts))]
#[post("/outbox/{id}/bounce")]
pub async fn bounce(posted: Posted, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    administer(&caller.call.actor)?;
    let reason = bounce_of(&mut fields);
    fields.check()?;
    let (desk, reader) = (caller.app.desk.clone(), reader(&caller.call.actor));
    let now = Moment { business: caller.call.now, wall: caller.app.wall.now() };
    reply::write(&caller, digest, move |db| {
        let letter = delivery::bounced(&desk, db, *id, reader, &reason, now)?;
        Reply::ok(&LetterBody::of(letter, false))
    })
    .await
}

/// The mail about a ticket, the newest first: who was told what, and what became of it.
#[utoipa::path(tag = "history", params(("reference" = String, Path, example = "PI-1042")),
    responses((status = 200, body = LetterList), Refused))]
#[get("/tickets/{reference}/letters")]
pub async fn of_ticket(caller: Caller, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (desk, mut call) = (caller.app.desk.clone(), caller.call.clone());
    call.expected = None;
    reply::read(&caller, move |db| {
        let loaded = load(&desk, db, &call, &reference, Action::SeeMail)?;
        let opens = loaded.may(&call, Action::See).is_ok();
        let letters = store::outbox::of_ticket(db, loaded.ticket.id, MOST_LETTERS)?;
        let items = letters.into_iter().map(|l| LetterBody::of(l, opens)).collect();
        Reply::ok(&LetterList { items })
    })
    .await
}
