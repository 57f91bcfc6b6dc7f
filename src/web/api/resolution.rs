//! `/tickets/{reference}/resolution`, `/confirmation` and `/merge`: how a ticket ends.

use actix_web::{HttpResponse, post, web};
use utoipa::ToSchema;

use crate::desk::{check_first, resolution};
use crate::domain::access::Action;
use crate::web::auth::Posted;
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};
use crate::web::view::{self, Shown};

use super::document::{Conflicts, Refused};
use super::tickets::changed;

/// What was done, and how to see that it worked.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewResolution {
    #[schema(min_length = 1, max_length = 2000)]
    summary: String,
    #[schema(min_length = 1, max_length = 2000)]
    how_to_check: String,
}

/// Whether it is fixed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewConfirmation {
    fixed: bool,
    /// Required when it is not fixed: what is still wrong.
    #[schema(min_length = 1, max_length = 2000)]
    comment: Option<String>,
}

/// Where it goes on.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct MergeOrder {
    #[schema(example = "PI-1042")]
    into: String,
}

/// Reads a claim.
pub fn claim(f: &mut Fields) -> (String, String) {
    let summary = f.must("summary", |f, n| f.text(n, Length::REASON)).unwrap_or_default();
    let how_to_check = f.must("how_to_check", |f, n| f.text(n, Length::REASON)).unwrap_or_default();
    (summary, how_to_check)
}

/// Reads a confirmation.
pub fn confirmation(f: &mut Fields) -> (bool, String) {
    let fixed = f.must("fixed", Fields::flag).unwrap_or(false);
    let comment = f.text("comment", Length::REASON);
    if !fixed && comment.is_none() && f.has("fixed") {
        f.must("comment", |_, _| None::<()>);
    }
    (fixed, comment.unwrap_or_default())
}

/// Claims that the ticket is resolved. The partner confirms or refuses.
#[utoipa::path(tag = "work", request_body = NewResolution,
    params(("reference" = String, Path, example = "PI-1042"), ("If-Match" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = Shown), Refused, Conflicts))]
#[post("/tickets/{reference}/resolution")]
pub async fn resolve(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let (summary, how_to_check) = claim(&mut fields);
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Resolve, &faults)?;
        let ticket = resolution::resolve(&desk, db, &call, &reference, &summary, &how_to_check)?;
        let location = format!("/api/v1/tickets/{}", ticket.reference);
        Ok(Reply::created(location, &view::changed(db, &call.actor, &ticket)?)?.version(ticket.version))
    })
    .await
}

/// The partner confirms or refuses. Refused, the ticket goes on from the same rung.
#[utoipa::path(tag = "partner", request_body = NewConfirmation,
    params(("reference" = String, Path, example = "PI-1042"), ("If-Match" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = Shown), Refused, Conflicts))]
#[post("/tickets/{reference}/confirmation")]
pub async fn confirm(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let (fixed, comment) = confirmation(&mut fields);
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Confirm, &faults)?;
        let ticket = resolution::confirm(&desk, db, &call, &reference, fixed, &comment)?;
        let location = format!("/api/v1/tickets/{}", ticket.reference);
        Ok(Reply::created(location, &view::changed(db, &call.actor, &ticket)?)?.version(ticket.version))
    })
    .await
}

/// The ticket goes on in another one of the same partner.
#[utoipa::path(tag = "work", request_body = MergeOrder,
    params(("reference" = String, Path, example = "PI-1042"), ("If-Match" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 200, body = Shown), Refused, Conflicts))]
#[post("/tickets/{reference}/merge")]
pub async fn merge(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let into = fields.must("into", |f, n| f.line(n, Length::CODE)).unwrap_or_default();
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Merge, &faults)?;
        let ticket = resolution::merge(&desk, db, &call, &reference, &into)?;
        changed(db, &call, &ticket)
    })
    .await
}
