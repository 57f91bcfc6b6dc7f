//! `/tickets/{reference}/timetable`.

use actix_web::{HttpResponse, post, put, web};
use utoipa::ToSchema;

use crate::desk::{check_first, timetable};
use crate::domain::access::Action;
use crate::domain::ticket::dates::{Milestone, NewTimetable};
use crate::web::auth::Posted;
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};
use crate::web::view::{self, Shown};

use super::document::{Conflicts, Refused};
use super::tickets::changed;

/// Steps of a timetable at most.
const MOST_STEPS: usize = 30;

/// The timetable as it should stand.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct TimetableOrder {
    /// Matched to the steps that stand by label. One that is left out is given up.
    #[schema(max_items = 30)]
    milestones: Option<Vec<StepOrder>>,
    resolution: jiff::Timestamp,
    /// Required when a date moves later; the partner reads it.
    #[schema(min_length = 1, max_length = 2000)]
    reason: Option<String>,
    /// The partner asked for it: no promise of ours is broken.
    #[schema(value_type = Option<RequestedByWord>)]
    requested_by: Option<String>,
}

/// One step.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct StepOrder {
    #[schema(min_length = 1, max_length = 120)]
    label: String,
    due: jiff::Timestamp,
    done: Option<bool>,
}

/// Who asked for the move.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum RequestedByWord {
    Partner,
}

/// Reads a timetable.
pub fn new_timetable(f: &mut Fields) -> NewTimetable {
    let milestones = f.objects("milestones", MOST_STEPS, step).unwrap_or_default();
    let resolution = f.must("resolution", Fields::instant).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let reason = f.text("reason", Length::REASON);
    let requested_by = f.parsed("requested_by", |text| match text {
        "partner" => Ok(()),
        _ => Err("must be partner, or absent"),
    });
    for (i, step) in milestones.iter().enumerate() {
        if milestones.iter().take(i).any(|other| other.label == step.label) && !step.label.is_empty() {
            f.fault(&format!("milestones[{i}].label"), "repeated", "is the label of another step already");
        }
    }
    NewTimetable { milestones, resolution, reason, requested_by_partner: requested_by.is_some() }
}

fn step(f: &mut Fields) -> Milestone {
    Milestone {
        label: f.must("label", |f, n| f.line(n, Length::NAME)).unwrap_or_default(),
        due: f.must("due", Fields::instant).unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        done: f.flag("done").unwrap_or(false),
    }
}

/// Replaces the timetable. A date moved later breaks the old promise, and needs a reason.
#[utoipa::path(tag = "work", request_body = TimetableOrder,
    params(("reference" = String, Path, example = "PI-1042"), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Shown), Refused, Conflicts))]
#[put("/tickets/{reference}/timetable")]
pub async fn replace(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let new = new_timetable(&mut fields);
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Timetable, &faults)?;
        let ticket = timetable::replace(&desk, db, &call, &reference, &new)?;
        changed(db, &call, &ticket)
    })
    .await
}

/// The partner accepts the resolution date: rungs from the third on count from it, for as
/// long as updates come in time and no step slips. A second time changes nothing.
#[utoipa::path(tag = "work",
    params(("reference" = String, Path, example = "PI-1042"), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = Shown), Refused, Conflicts))]
#[post("/tickets/{reference}/timetable/acceptance")]
pub async fn accept(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::AcceptDates, &faults)?;
        let ticket = timetable::accept(&desk, db, &call, &reference)?;
        let location = format!("/api/v1/tickets/{}/promises", ticket.reference);
        Ok(Reply::created(location, &view::changed(db, &call.actor, &ticket)?)?.version(ticket.version))
    })
    .await
}
