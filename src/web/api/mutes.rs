//! `/tickets/{reference}/mute`: whether the caller gets letters about it.

use actix_web::{HttpResponse, delete, put, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::{check_first, preferences};
use crate::domain::access::Action;
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::reply::{self, Reply};

use super::document::{Conflicts, Refused};

/// Whether letters about the ticket reach the caller.
#[derive(Serialize, ToSchema)]
pub struct MuteBody {
    pub muted: bool,
}

/// Mutes it for the caller: no more letters about it, but of a rung that is reached, of an
/// escalation by hand, of a claim and whether it holds, and those that answer the caller.
#[utoipa::path(tag = "tickets", params(("reference" = String, Path, example = "PI-1042")),
    responses((status = 200, body = MuteBody), Refused, Conflicts))]
#[put("/tickets/{reference}/mute")]
pub async fn mute(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Mute, &faults)?;
        preferences::mute(&desk, db, &call, &reference, true)?;
        Reply::ok(&MuteBody { muted: true })
    })
    .await
}

/// Every letter again.
#[utoipa::path(tag = "tickets", params(("reference" = String, Path, example = "PI-1042")),
    responses((status = 200, body = MuteBody), Refused, Conflicts))]
#[delete("/tickets/{reference}/mute")]
pub async fn unmute(caller: Caller, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    let digest = caller.digest(&[]);
    reply::write(&caller, digest, move |db| {
        preferences::mute(&desk, db, &call, &reference, false)?;
        Reply::ok(&MuteBody { muted: false })
    })
    .await
}
