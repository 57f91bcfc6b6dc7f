//! `/tickets/{reference}/events` and `/promises`: what happened, and what was promised.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::{Call, Desk, Error, load};
use crate::domain::access::Action;
use crate::domain::event::Line;
use crate::domain::ticket::Ticket;
use crate::store::{self, Db};
use crate::web::auth::Caller;
use crate::web::error::Problem;
use crate::web::reply::{self, Reply};
use crate::web::view::{self, EventBody, Names, PromiseBody};

use super::document::Refused;
use super::{cursor, limit, page_of, query};

/// A page of a ticket's events.
#[derive(Serialize, ToSchema)]
pub struct EventPage {
    pub items: Vec<EventBody>,
    pub next: Option<String>,
}

/// Every promise of a ticket.
#[derive(Serialize, ToSchema)]
pub struct PromiseList {
    pub items: Vec<PromiseBody>,
}

/// What happened, oldest first. Nothing is ever taken out. As `jsonl` (by `format`, or by the
/// `Accept` header) for those who see internal notes: everything at once, a line an event, with
/// people and tokens by number, as `lizard simulate --ticket-events` takes it.
#[utoipa::path(tag = "history",
    params(("reference" = String, Path, example = "PI-1042"),
        ("format" = Option<String>, Query, pattern = "^(json|jsonl)$"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, content((EventPage = "application/json"), (String = "application/jsonl"))), Refused))]
#[get("/tickets/{reference}/events")]
pub async fn list(
    caller: Caller,
    request: HttpRequest,
    reference: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let mut f = query(&request)?;
    let limit = limit(&mut f);
    let lines = f.parsed("format", format).unwrap_or_else(|| accepts_lines(&request));
    let after = cursor(&mut f).map_or(Some(0), |text| text.parse::<i32>().ok());
    if after.is_none() {
        f.fault("cursor", "invalid", "is not a cursor of ours");
    }
    let faults = f.finish();
    let (desk, mut call) = (caller.app.desk.clone(), caller.call.clone());
    call.expected = None;
    if lines && faults.is_empty() {
        let text = caller.app.store.read(move |db| export(&desk, db, &call, &reference)).await?;
        let cache = (header::CACHE_CONTROL, "private, no-cache");
        return Ok(HttpResponse::Ok().content_type(LINES).insert_header(cache).body(text));
    }
    reply::read(&caller, move |db| {
        let loaded = load(&desk, db, &call, &reference, Action::See)?;
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let internal = loaded.may(&call, Action::SeeInternal).is_ok();
        Reply::ok(&page(db, &loaded.ticket, internal, after.unwrap_or(0), limit)?)
    })
    .await
}

/// The media type of a line an event.
const LINES: &str = "application/jsonl";

fn format(text: &str) -> Result<bool, &'static str> {
    match text {
        "json" => Ok(false),
        "jsonl" => Ok(true),
        _ => Err("must be json or jsonl"),
    }
}

fn accepts_lines(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accept.split(',').any(|each| each.split(';').next().unwrap_or_default().trim() == LINES)
}

/// Every event of a ticket, a line each, with everything that a replay needs.
fn export(desk: &Desk, db: &mut Db, call: &Call, reference: &str) -> Result<String, Error> {
    let loaded = load(desk, db, call, reference, Action::See)?;
    loaded.may(call, Action::SeeInternal)?;
    let mut text = String::new();
    for event in store::events::of_ticket(db, loaded.ticket.id, true, 0, i64::MAX)? {
        let line = Line { ticket: loaded.ticket.reference.clone(), event };
        text.push_str(&serde_json::to_string(&line).map_err(Error::unserializable)?);
        text.push('\n');
    }
    Ok(text)
}

/// A ticket's events with names, after number `after`.
pub fn page(
    db: &mut Db,
    ticket: &Ticket,
    internal: bool,
    after: i32,
    limit: i64,
) -> Result<EventPage, Error> {
    let found = store::events::of_ticket(db, ticket.id, internal, after, limit + 1)?;
    let (events, next) = page_of(found, limit, |e| e.number.to_string());
    let by: Vec<_> = events.iter().map(|e| e.by).collect();
    let names = Names::by(db, &by, view::people_in(&events))?;
    let items = events.iter().map(|e| view::event(e, &names)).collect::<Result<Vec<_>, _>>()?;
    Ok(EventPage { items, next })
}

/// Every date ever given, in the order in which it was given, with its outcome.
#[utoipa::path(tag = "history", params(("reference" = String, Path, example = "PI-1042")),
    responses((status = 200, body = PromiseList), Refused))]
#[get("/tickets/{reference}/promises")]
pub async fn promises(caller: Caller, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (desk, mut call) = (caller.app.desk.clone(), caller.call.clone());
    call.expected = None;
    reply::read(&caller, move |db| {
        let loaded = load(&desk, db, &call, &reference, Action::See)?;
        let names = Names::of(db, std::slice::from_ref(&loaded.ticket))?;
        let all = loaded.ticket.timetable.all().iter();
        Reply::ok(&PromiseList { items: all.map(|p| view::promise(&loaded.ticket, p, &names)).collect() })
    })
    .await
}
