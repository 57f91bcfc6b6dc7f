//! `/healthz` (the process) and `/readyz` (the database answers), for machines.

use actix_web::{HttpRequest, HttpResponse};

use crate::desk::Error;
use crate::store::configurations;

use super::auth;
use super::error::Problem;

/// The process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// The database answers.
pub async fn readyz(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let app = auth::app(&request)?;
    app.store.read(|db| Ok::<_, Error>(configurations::all(db)?)).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"))
}
