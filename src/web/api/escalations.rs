//! `/tickets/{reference}/escalations`, `/holds`, `/deescalations`, `/acknowledgement` and
//! `/contest`: up and down the ladder by hand.

use actix_web::{HttpResponse, post, web};
use utoipa::ToSchema;

use crate::desk::{check_first, escalation};
use crate::domain::access::Action;
use crate::domain::ticket::PressReason;
use crate::web::auth::Posted;
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};
use crate::web::view::{self, Shown};

use super::document::{Conflicts, Refused};

/// Why it should go up.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewEscalation {
    #[schema(value_type = PressReasonWord)]
    reason: PressReason,
    #[schema(min_length = 1, max_length = 2000)]
    justification: String,
}

/// The reasons there are.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum PressReasonWord {
    LackOfProgress,
    NoReply,
    Deadline,
    BusinessImpact,
    WrongExpertise,
    DisagreePriority,
    Other,
}

/// Why the next rung is put off, and until when.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewHold {
    /// The partner reads it.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
    until: jiff::Timestamp,
}

/// Why it may come down a rung, and who at the partner agreed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewDeescalation {
    /// The partner reads it.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
    /// E-mail of a contact or principal of the partner.
    #[schema(format = "email")]
    agreed_by: String,
}

/// Why the priority is wrong.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewContest {
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Reads a press.
pub fn escalation(f: &mut Fields) -> (PressReason, String) {
    let reason = f.must("reason", |f, n| f.word(n, PressReason::ALL)).unwrap_or(PressReason::Other);
    let justification = f.must("justification", |f, n| f.text(n, Length::REASON)).unwrap_or_default();
    (reason, justification)
}

/// Reads a hold.
pub fn new_hold(f: &mut Fields) -> (String, jiff::Timestamp) {
    let reason = f.must("reason", |f, n| f.text(n, Length::REASON)).unwrap_or_default();
    let until = f.must("until", Fields::instant).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    (reason, until)
}

/// Reads a de-escalation.
pub fn new_deescalation(f: &mut Fields) -> (String, String) {
    let reason = f.must("reason", |f, n| f.text(n, Length::REASON)).unwrap_or_default();
    let agreed_by = f.must("agreed_by", Fields::email).unwrap_or_default();
    (reason, agreed_by)
}

/// Escalate now: one rung up, and a person answers soon. While an earlier press is
/// unanswered, this one is appended to it.
#[utoipa::path(tag = "escalation", request_body = NewEscalation,
    params(("reference" = String, Path, example = "PI-1042"), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = Shown), Refused, Conflicts))]
#[post("/tickets/{reference}/escalations")]
pub async fn press(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let (reason, justification) = escalation(&mut fields);
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Escalate { to: 2 }, &faults)?;
        let ticket = escalation::press(&desk, db, &call, &reference, reason, &justification)?;
        let location = format!("/api/v1/tickets/{}/events", ticket.reference);
        Ok(Reply::created(location, &view::changed(db, &call.actor, &ticket)?)?.version(ticket.version))
    })
    .await
}

/// The holder of the present rung, or who stands in there, has seen it: no further
/// re-notifications. No clock stops. A second time changes nothing.
#[utoipa::path(tag = "escalation",
    params(("reference" = String, Path, example = "PI-1042"), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = Shown), Refused, Conflicts))]
#[post("/tickets/{reference}/acknowledgement")]
pub async fn acknowledge(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Acknowledge, &faults)?;
        let ticket = escalation::acknowledge(&desk, db, &call, &reference)?;
        let location = format!("/api/v1/tickets/{}/events", ticket.reference);
        Ok(Reply::created(location, &view::changed(db, &call.actor, &ticket)?)?.version(ticket.version))
    })
    .await
}

/// Puts the next rung off, by a re-notify interval at the most; no promise moves. Once a
/// rung by its holder or who stands in; a second time by the next rung's holder.
#[utoipa::path(tag = "escalation", request_body = NewHold,
    params(("reference" = String, Path, example = "PI-1042"), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = Shown), Refused, Conflicts))]
#[post("/tickets/{reference}/holds")]
pub async fn hold(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let (reason, until) = new_hold(&mut fields);
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Hold { again: false }, &faults)?;
        let ticket = escalation::hold(&desk, db, &call, &reference, &reason, until)?;
        let location = format!("/api/v1/tickets/{}/events", ticket.reference);
        Ok(Reply::created(location, &view::changed(db, &call.actor, &ticket)?)?.version(ticket.version))
    })
    .await
}

/// Down one rung, by a holder at or above the present one, to which somebody at the partner
/// has agreed. Each rung above is reachable again.
#[utoipa::path(tag = "escalation", request_body = NewDeescalation,
    params(("reference" = String, Path, example = "PI-1042"), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = Shown), Refused, Conflicts))]
#[post("/tickets/{reference}/deescalations")]
pub async fn deescalate(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let (reason, agreed_by) = new_deescalation(&mut fields);
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Deescalate, &faults)?;
        let ticket = escalation::deescalate(&desk, db, &call, &reference, &reason, &agreed_by)?;
        let location = format!("/api/v1/tickets/{}/events", ticket.reference);
        Ok(Reply::created(location, &view::changed(db, &call.actor, &ticket)?)?.version(ticket.version))
    })
    .await
}

/// The partner contests the priority; once.
#[utoipa::path(tag = "escalation", request_body = NewContest,
    params(("reference" = String, Path, example = "PI-1042"), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = Shown), Refused, Conflicts))]
#[post("/tickets/{reference}/contest")]
pub async fn contest(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let reason = fields.must("reason", |f, n| f.text(n, Length::REASON)).unwrap_or_default();
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Contest, &faults)?;
        let ticket = escalation::contest(&desk, db, &call, &reference, &reason)?;
        let location = format!("/api/v1/tickets/{}/events", ticket.reference);
        Ok(Reply::created(location, &view::changed(db, &call.actor, &ticket)?)?.version(ticket.version))
    })
    .await
}
