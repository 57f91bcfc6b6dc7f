//! `/tickets/{reference}/wait`.

use actix_web::{HttpResponse, delete, put, web};
use utoipa::ToSchema;

use crate::desk::{check_first, timetable};
use crate::domain::access::Action;
use crate::domain::ticket::WaitOn;
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply;
use crate::web::view::Shown;

use super::document::{Conflicts, Refused};
use super::tickets::changed;

/// On whom we wait, why, and until when at the latest.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewWait {
    #[schema(value_type = WaitOnWord)]
    on: WaitOn,
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
    until: jiff::Timestamp,
}

/// Whose turn it is.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum WaitOnWord {
    Partner,
    ThirdParty,
}

/// Reads a wait.
pub fn wait(f: &mut Fields) -> (WaitOn, String, jiff::Timestamp) {
    let on = f.must("on", |f, n| f.word(n, WaitOn::ALL)).unwrap_or(WaitOn::Partner);
    let reason = f.must("reason", |f, n| f.text(n, Length::REASON)).unwrap_or_default();
    let until = f.must("until", Fields::instant).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    (on, reason, until)
}

/// Starts a wait, in the place of one that stands. A wait on the partner pauses rungs
/// and resolution, at most five business days in all since the partner last spoke.
#[utoipa::path(tag = "work", request_body = NewWait,
    params(("reference" = String, Path, example = "PI-1042"), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Shown), Refused, Conflicts))]
#[put("/tickets/{reference}/wait")]
pub async fn start(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let (on, reason, until) = wait(&mut fields);
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Wait, &faults)?;
        let ticket = timetable::wait(&desk, db, &call, &reference, on, &reason, until)?;
        changed(db, &call, &ticket)
    })
    .await
}

/// Lifts the wait.
#[utoipa::path(tag = "work",
    params(("reference" = String, Path, example = "PI-1042"), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Shown), Refused, Conflicts))]
#[delete("/tickets/{reference}/wait")]
pub async fn lift(caller: Caller, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    let digest = caller.digest(&[]);
    reply::write(&caller, digest, move |db| {
        let ticket = timetable::lift_wait(&desk, db, &call, &reference)?;
        changed(db, &call, &ticket)
    })
    .await
}
