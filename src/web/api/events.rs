//! `/tickets/{reference}/events` and `/promises`: what happened, and what was promised.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::{Error, load};
use crate::domain::access::Action;
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

/// What happened, oldest first. Nothing is ever taken out.
#[utoipa::path(tag = "history",
    params(("reference" = String, Path, example = "PI-1042"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = EventPage), Refused))]
#[get("/tickets/{reference}/events")]
pub async fn list(
    caller: Caller,
    request: HttpRequest,
    reference: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let mut f = query(&request)?;
    let limit = limit(&mut f);
    let after = cursor(&mut f).map_or(Some(0), |text| text.parse::<i32>().ok());
    if after.is_none() {
        f.fault("cursor", "invalid", "is not a cursor of ours");
    }
    let faults = f.finish();
    let (desk, mut call) = (caller.app.desk.clone(), caller.call.clone());
    call.expected = None;
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
