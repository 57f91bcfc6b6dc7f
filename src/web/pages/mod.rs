//! Pages: server-rendered HTML, whole without JavaScript. A file for each page, its GET
//! and its POST together.

mod admin;
mod arriving;
mod assets;
mod error;
mod file;
mod forms;
mod frame;
mod help;
mod links;
mod my;
mod portal;
mod queue;
mod row;
mod session;
mod ticket;
mod times;
mod words;

use actix_web::{HttpRequest, HttpResponse, ResponseError, web};

use super::error::Problem;
use error::PageError;

/// Every page, on one screen.
pub fn configure(c: &mut web::ServiceConfig) {
    use web::{get, post, resource};
    assets::configure(c);
    c.service(resource("/").get(portal::show))
        .service(resource("/session").get(session::show).post(session::sign_in))
        .service(resource("/session/end").post(session::sign_out))
        .service(resource("/setup/{token}").get(links::set_up).post(links::become_first))
        .service(resource("/invitation/{token}").get(links::invitation).post(links::accept))
        .service(resource("/reset").get(links::ask).post(links::send))
        .service(resource("/reset/{token}").get(links::reset).post(links::renew))
        .service(resource("/file").get(file::show).post(file::submit))
        .service(resource("/my").get(my::show))
        .service(resource("/queue").get(queue::show))
        .service(resource("/help/ladder").get(help::ladder))
        .route("/t/{reference}", get().to(ticket::show))
        .route("/t/{reference}/messages", post().to(ticket::acts::message))
        .route("/t/{reference}/triage", post().to(ticket::acts::triage))
        .route("/t/{reference}/wait", post().to(ticket::acts::wait))
        .route("/t/{reference}/wait/end", post().to(ticket::acts::end_wait))
        .route("/t/{reference}/timetable", post().to(ticket::acts::timetable))
        .route("/t/{reference}/resolution", post().to(ticket::acts::resolve))
        .route("/t/{reference}/confirmation", post().to(ticket::acts::confirm))
        .route("/t/{reference}/merge", post().to(ticket::acts::merge))
        .route("/t/{reference}/contest", post().to(ticket::acts::contest))
        .route("/t/{reference}/escalations", post().to(ticket::acts::escalate))
        .service(resource("/admin").get(admin::overview))
        .service(resource("/admin/people").get(admin::people::list).post(admin::people::add))
        .route("/admin/people/{id}/active", post().to(admin::people::switch))
        .route("/admin/people/{id}/invitation", post().to(admin::people::invite_again))
        .service(resource("/admin/partners").get(admin::partners::list).post(admin::partners::add))
        .service(resource("/admin/partners/{slug}").get(admin::partners::show).post(admin::partners::edit))
        .service(resource("/admin/configuration").get(admin::configuration::show))
        .service(resource("/admin/outbox").get(admin::outbox::list));
}

/// Nothing is served at this address.
pub async fn not_found(_request: &HttpRequest) -> Result<HttpResponse, Problem> {
    Ok(PageError::not_found().error_response())
}
