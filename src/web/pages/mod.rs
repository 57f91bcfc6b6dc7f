//! Pages: server-rendered HTML, whole without JavaScript. A file for each page, its GET
//! and its POST together.

use actix_web::{HttpRequest, HttpResponse, web};

use super::error::Problem;

pub fn configure(_c: &mut web::ServiceConfig) {}

pub async fn not_found(_request: &HttpRequest) -> Result<HttpResponse, Problem> {
    Err(Problem::not_found())
}
