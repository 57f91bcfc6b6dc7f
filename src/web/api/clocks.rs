//! `/tickets/{reference}/clocks`: why each clock runs out when it does.

use actix_web::{HttpResponse, get, web};

use crate::desk::load;
use crate::domain::access::Action;
use crate::domain::explain;
use crate::web::auth::Caller;
use crate::web::error::Problem;
use crate::web::reply::{self, Reply};
use crate::web::view::clocks::{ClockList, clocks};

use super::document::Refused;

/// Every clock that can still run out, from its start to its due, day by day: windows,
/// holidays, pauses, the rule that applied, and the versions that it is measured by.
#[utoipa::path(tag = "history", params(("reference" = String, Path, example = "PI-1042")),
    responses((status = 200, body = ClockList), Refused))]
#[get("/tickets/{reference}/clocks")]
pub async fn list(caller: Caller, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (desk, mut call) = (caller.app.desk.clone(), caller.call.clone());
    call.expected = None;
    reply::read(&caller, move |db| {
        let loaded = load(&desk, db, &call, &reference, Action::SeeEnvelope)?;
        let labels = loaded.may(&call, Action::See).is_ok();
        let found = explain::clocks(&loaded.ticket, loaded.rules(), loaded.now)?;
        Reply::ok(&clocks(&loaded.ticket, &found, loaded.now, labels))
    })
    .await
}
