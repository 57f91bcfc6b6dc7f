//! `/tickets/{reference}/watchers`: colleagues on copy.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::watchers::{self, Watcher};
use crate::domain::ids::PersonId;
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::Fields;
use crate::web::reply::{self, Reply};

use super::document::{Conflicts, Refused};

/// Whom to put on copy: somebody of the same company, or of the vendor's staff, who may see
/// the ticket.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewWatcher {
    #[schema(format = "email")]
    email: String,
}

/// Somebody on copy.
#[derive(Serialize, ToSchema)]
pub struct WatcherBody {
    /// The person's.
    pub id: i64,
    pub name: String,
    pub email: String,
    pub since: jiff::Timestamp,
}

/// Everybody on copy whom you may know of.
#[derive(Serialize, ToSchema)]
pub struct WatcherList {
    pub items: Vec<WatcherBody>,
}

impl WatcherBody {
    fn of(w: &Watcher) -> Self {
        let (name, email) = (w.person.name.clone(), w.person.email.clone());
        Self { id: w.person.id.0, name, email, since: w.since }
    }
}

/// Who is on copy. A partner sees its own people.
#[utoipa::path(tag = "tickets", params(("reference" = String, Path, example = "PI-1042")),
    responses((status = 200, body = WatcherList), Refused))]
#[get("/tickets/{reference}/watchers")]
pub async fn list(caller: Caller, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::read(&caller, move |db| {
        let items = watchers::list(&desk, db, &call, &reference)?.iter().map(WatcherBody::of).collect();
        Reply::ok(&WatcherList { items })
    })
    .await
}

/// Puts somebody on copy: they get what people write about it, and hear of dates that move,
/// of rungs that are reached, of a claim, and of its end.
#[utoipa::path(tag = "tickets", request_body = NewWatcher,
    params(("reference" = String, Path, example = "PI-1042"), ("If-Match" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = WatcherBody), Refused, Conflicts))]
#[post("/tickets/{reference}/watchers")]
pub async fn add(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let email = fields.must("email", Fields::email).unwrap_or_default();
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        let added = watchers::add(&desk, db, &call, &reference, &email, &faults)?;
        let place = format!("/api/v1/tickets/{reference}/watchers/{}", added.person.id);
        Reply::created(place, &WatcherBody::of(&added))
    })
    .await
}

/// Takes somebody off the list.
#[utoipa::path(tag = "tickets",
    params(("reference" = String, Path, example = "PI-1042"), ("id" = i64, Path),
        ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = WatcherBody), Refused, Conflicts))]
#[delete("/tickets/{reference}/watchers/{id}")]
pub async fn remove(caller: Caller, ids: web::Path<(String, i64)>) -> Result<HttpResponse, Problem> {
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    let digest = caller.digest(&[]);
    let (reference, id) = ids.into_inner();
    reply::write(&caller, digest, move |db| {
        let gone: Watcher = watchers::remove(&desk, db, &call, &reference, PersonId(id))?;
        Reply::ok(&WatcherBody::of(&gone))
    })
    .await
}
