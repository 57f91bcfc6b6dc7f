//! `/tickets/{reference}/triage`.

use actix_web::{HttpResponse, post, web};
use utoipa::ToSchema;

use crate::desk::check_first;
use crate::desk::triage::{self, Wish};
use crate::domain::access::Action;
use crate::domain::priority::Priority;
use crate::web::auth::Posted;
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply;
use crate::web::view::Shown;

use super::document::{Conflicts, Refused};
use super::tickets::changed;

/// What should be different; at least one of the first four.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct TriageOrder {
    category: Option<String>,
    #[schema(value_type = Option<PriorityWord>)]
    priority: Option<Priority>,
    /// Code.
    team: Option<String>,
    /// E-mail of an active desk member.
    #[schema(format = "email")]
    owner: Option<String>,
    /// Why; the partner reads it.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// How much it matters.
#[derive(ToSchema)]
pub enum PriorityWord {
    P1,
    P2,
    P3,
    P4,
}

/// Reads a triage order.
pub fn wish(f: &mut Fields) -> Wish {
    Wish {
        category: f.line("category", Length::CODE),
        priority: f.word("priority", Priority::ALL),
        team: f.line("team", Length::CODE),
        owner: f.email("owner"),
        reason: f.must("reason", |f, n| f.text(n, Length::REASON)).unwrap_or_default(),
    }
}

/// Changes category, priority, team or owner. Elapsed time is kept; outcomes stand.
#[utoipa::path(tag = "work", request_body = TriageOrder,
    params(("reference" = String, Path, example = "PI-1042"), ("If-Match" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 200, body = Shown), Refused, Conflicts))]
#[post("/tickets/{reference}/triage")]
pub async fn order(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let wish = wish(&mut fields);
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Triage, &faults)?;
        let ticket = triage::triage(&desk, db, &call, &reference, &wish)?;
        changed(db, &call, &ticket)
    })
    .await
}
