//! `/staff/{id}/absences`: when somebody is away and who stands in. Administrators for
//! everybody, staff for themselves.

use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::Error;
use crate::desk::absences::{self, AbsenceEdit, NewAbsence, Shown, state};
use crate::domain::ids::{AbsenceId, PersonId};
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};

use super::document::{Conflicts, Refused};

/// An absence to be entered.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct AbsenceOrder {
    /// At most 31 days back, and then it takes effect now.
    from: jiff::Timestamp,
    /// When they are back; absent: nobody knows yet.
    until: Option<jiff::Timestamp>,
    /// Of a desk member, a desk member; of others a channel manager, a director or a VP.
    #[schema(format = "email")]
    stand_in: Option<String>,
    #[schema(min_length = 1, max_length = 2000)]
    reason: Option<String>,
}

/// What may change of an absence; what is absent stays, and null takes away.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct AbsencePatch {
    /// Before it has begun.
    from: Option<jiff::Timestamp>,
    /// One that has begun and ends in the past ends now.
    #[schema(nullable)]
    until: Option<jiff::Timestamp>,
    #[schema(nullable, format = "email")]
    stand_in: Option<String>,
    #[schema(nullable, min_length = 1, max_length = 2000)]
    reason: Option<String>,
}

/// Somebody is away.
#[derive(Serialize, ToSchema)]
pub struct AbsenceBody {
    pub id: i64,
    pub from: jiff::Timestamp,
    pub until: Option<jiff::Timestamp>,
    pub stand_in: Option<String>,
    pub reason: Option<String>,
    /// `planned`, `present` or `over`.
    pub state: String,
}

/// Absences of one person.
#[derive(Serialize, ToSchema)]
pub struct AbsenceList {
    pub items: Vec<AbsenceBody>,
}

impl AbsenceBody {
    fn of(shown: &Shown, now: jiff::Timestamp) -> Self {
        let kept = &shown.kept;
        Self {
            id: kept.absence.id.0,
            from: kept.from,
            until: kept.absence.until,
            stand_in: shown.stand_in.clone(),
            reason: kept.reason.clone(),
            state: state(&kept.absence, now).to_owned(),
        }
    }
}

fn answer(shown: &Shown, now: jiff::Timestamp) -> Result<Reply, Error> {
    Ok(Reply::ok(&AbsenceBody::of(shown, now))?.version(shown.kept.version))
}

/// When somebody was, is and will be away, by the start.
#[utoipa::path(tag = "people", params(("id" = i64, Path)),
    responses((status = 200, body = AbsenceList), Refused))]
#[get("/staff/{id}/absences")]
pub async fn list(caller: Caller, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let call = caller.call.clone();
    reply::read(&caller, move |db| {
        let all = absences::list(db, &call, PersonId(*id))?;
        Reply::ok(&AbsenceList { items: all.iter().map(|s| AbsenceBody::of(s, call.now)).collect() })
    })
    .await
}

/// Reads an absence.
pub fn new_absence(mut f: Fields) -> NewAbsence {
    NewAbsence {
        from: f.must("from", Fields::instant).unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        until: f.instant("until"),
        stand_in: f.email("stand_in"),
        reason: f.text("reason", Length::REASON),
        faults: f.finish(),
    }
}

/// Enters an absence. From its start on the stand-in owns the tickets and stands on the rungs;
/// without one, tickets are routed again and rungs 2 and 3 pass to the next.
#[utoipa::path(tag = "people", request_body = AbsenceOrder,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = AbsenceBody), Refused, Conflicts))]
#[post("/staff/{id}/absences")]
pub async fn add(posted: Posted, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    let new = new_absence(fields);
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        let added = absences::add(&desk, db, &call, PersonId(*id), &new)?;
        let at = format!("/api/v1/staff/{id}/absences/{}", added.kept.absence.id);
        Ok(Reply::created(at, &AbsenceBody::of(&added, call.now))?.version(added.kept.version))
    })
    .await
}

/// Reads what should change of an absence.
pub fn absence_edit(mut f: Fields) -> AbsenceEdit {
    AbsenceEdit {
        from: f.instant("from"),
        until: f.patch("until", Fields::instant),
        stand_in: f.patch("stand_in", Fields::email),
        reason: f.patch("reason", |f, n| f.text(n, Length::REASON)),
        faults: f.finish(),
    }
}

/// Changes an absence: its end, its stand-in, and before it has begun its start.
#[utoipa::path(tag = "people", request_body = AbsencePatch,
    params(("id" = i64, Path), ("absence" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = AbsenceBody), Refused, Conflicts))]
#[patch("/staff/{id}/absences/{absence}")]
pub async fn edit(posted: Posted, ids: web::Path<(i64, i64)>) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    let edit = absence_edit(fields);
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    let (id, absence) = ids.into_inner();
    reply::write(&caller, digest, move |db| {
        let edited = absences::edit(&desk, db, &call, (PersonId(id), AbsenceId(absence)), &edit)?;
        answer(&edited, call.now)
    })
    .await
}

/// Removes an absence that has not begun, and returns it as it was.
#[utoipa::path(tag = "people",
    params(("id" = i64, Path), ("absence" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = AbsenceBody), Refused, Conflicts))]
#[delete("/staff/{id}/absences/{absence}")]
pub async fn remove(caller: Caller, ids: web::Path<(i64, i64)>) -> Result<HttpResponse, Problem> {
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    let digest = caller.digest(&[]);
    let (id, absence) = ids.into_inner();
    reply::write(&caller, digest, move |db| {
        let removed = absences::remove(&desk, db, &call, PersonId(id), AbsenceId(absence))?;
        answer(&removed, call.now)
    })
    .await
}
