//! Pages: server-rendered HTML, whole without JavaScript. A file for each page, its GET
//! and its POST together.

mod admin;
mod arriving;
mod assets;
mod attaching;
mod calendar;
mod clocks;
mod entry;
mod error;
mod exec;
mod file;
mod forms;
mod frame;
mod help;
mod letter;
mod links;
mod live;
mod markdown;
mod mute;
mod my;
mod partners;
mod portal;
mod preferences;
mod queue;
mod row;
mod session;
mod signed;
pub mod theme;
mod ticket;
mod times;
mod typed;
mod words;

use actix_web::{HttpRequest, HttpResponse, ResponseError, Route, guard, web};

use super::error::Problem;
use error::PageError;

/// Every page, on one screen.
pub fn configure(c: &mut web::ServiceConfig) {
    use web::resource;
    assets::configure(c);
    c.service(resource("/").route(shown().to(portal::show)))
        .service(resource("/session").route(shown().to(session::show)).post(session::sign_in))
        .service(resource("/session/link").route(shown().to(entry::back)).post(entry::ask))
        .service(resource("/sign-in/{token}").route(shown().to(entry::show)).post(entry::enter))
        .service(resource("/f/{token}").route(shown().to(signed::follow)).post(signed::ask_in))
        .service(resource("/c/{token}").route(shown().to(signed::question)).post(signed::answer))
        .service(resource("/u/{token}").route(shown().to(mute::show)).post(mute::mute))
        .service(resource("/u/{token}/undo").route(shown().to(mute::back)).post(mute::undo))
        .service(resource("/preferences").route(shown().to(preferences::show)).post(preferences::save))
        .service(resource("/session/end").post(session::sign_out))
        .service(resource("/theme").post(theme::choose))
        .service(resource("/setup/{token}").route(shown().to(links::set_up)).post(links::become_first))
        .service(resource("/invitation/{token}").route(shown().to(links::invitation)).post(links::accept))
        .service(resource("/reset").route(shown().to(links::ask)).post(links::send))
        .service(resource("/reset/{token}").route(shown().to(links::reset)).post(links::renew))
        .service(resource("/file").route(shown().to(file::show)).post(file::submit))
        .service(resource("/file/preview").route(shown().to(file::back)).post(file::live))
        .service(resource("/file/done/{reference}").route(shown().to(file::done)))
        .service(resource("/my").route(shown().to(my::show)))
        .service(resource("/help/ladder").route(shown().to(help::ladder)))
        .service(resource("/help/priorities").route(shown().to(help::priorities)));
    of_queue(c);
    overviews(c);
    tickets(c);
    beside_tickets(c);
    administration(c);
}

/// What executives and channel managers look at.
fn overviews(c: &mut web::ServiceConfig) {
    use web::resource;
    c.service(resource("/exec").route(shown().to(exec::show)))
        .service(resource("/exec/call").route(shown().to(exec::call::show)).post(exec::call::submit))
        .service(resource("/exec/call/known").route(shown().to(exec::call::back)).post(exec::call::live))
        .service(resource("/exec/{reference}").route(shown().to(exec::decide::show)))
        .service(resource("/partners").route(shown().to(partners::index)))
        .service(resource("/partners/{slug}").route(shown().to(partners::show)));
}

/// The queue, its views, and what is done to several of its tickets.
fn of_queue(c: &mut web::ServiceConfig) {
    use web::{post, resource};
    c.service(resource("/queue").route(shown().to(queue::show)))
        .service(resource("/queue/live").route(web::get().to(live::queue)))
        .service(resource("/queue/preview/{reference}").route(shown().to(queue::pane::show)))
        .service(resource("/queue/views").route(shown().to(queue::bulk::back)).post(queue::views::save))
        .route("/queue/views/{id}/remove", post().to(queue::views::remove))
        .service(resource("/queue/bulk").route(shown().to(queue::bulk::back)).post(queue::bulk::submit))
        .service(resource("/queue/bulk/{id}").route(shown().to(queue::bulk::done)))
        .service(
            resource("/queue/bulk/{id}/undo").route(shown().to(queue::bulk::back_to)).post(queue::bulk::undo),
        );
}

/// A ticket, and a place for each form on it.
fn tickets(c: &mut web::ServiceConfig) {
    use web::resource;
    c.service(resource("/t/{reference}").route(shown().to(ticket::show)))
        .service(resource("/t/{reference}/clocks").route(shown().to(clocks::show)))
        .service(resource("/t/{reference}/live").route(web::get().to(live::ticket)))
        .service(
            resource("/t/{reference}/progress").route(shown().to(ticket::back)).post(ticket::acts::progress),
        )
        .service(resource("/t/{reference}/timetable.ics").route(shown().to(calendar::show)))
        .service(
            resource("/t/{reference}/messages").route(shown().to(ticket::back)).post(ticket::acts::message),
        )
        .service(resource("/t/{reference}/attachments/{id}").route(shown().to(attaching::fetch)))
        .service(resource("/t/{reference}/triage").route(shown().to(ticket::back)).post(ticket::acts::triage))
        .service(resource("/t/{reference}/wait").route(shown().to(ticket::back)).post(ticket::acts::wait))
        .service(
            resource("/t/{reference}/wait/end").route(shown().to(ticket::back)).post(ticket::acts::end_wait),
        )
        .service(
            resource("/t/{reference}/timetable")
                .route(shown().to(ticket::back))
                .post(ticket::acts::timetable),
        )
        .service(
            resource("/t/{reference}/resolution").route(shown().to(ticket::back)).post(ticket::acts::resolve),
        )
        .service(
            resource("/t/{reference}/confirmation")
                .route(shown().to(ticket::back))
                .post(ticket::acts::confirm),
        )
        .service(resource("/t/{reference}/merge").route(shown().to(ticket::back)).post(ticket::acts::merge))
        .service(
            resource("/t/{reference}/contest").route(shown().to(ticket::back)).post(ticket::acts::contest),
        )
        .service(
            resource("/t/{reference}/acknowledgement")
                .route(shown().to(ticket::back))
                .post(ticket::acts::acknowledge),
        )
        .service(
            resource("/t/{reference}/acceptance")
                .route(shown().to(ticket::back))
                .post(ticket::acts::accept_dates),
        )
        .service(resource("/t/{reference}/holds").route(shown().to(ticket::back)).post(ticket::acts::hold))
        .service(
            resource("/t/{reference}/deescalations")
                .route(shown().to(ticket::back))
                .post(ticket::acts::deescalate),
        )
        .service(
            resource("/t/{reference}/escalations")
                .route(shown().to(ticket::back))
                .post(ticket::acts::escalate),
        );
}

/// What stands beside a ticket: who has muted it, and who is on copy.
fn beside_tickets(c: &mut web::ServiceConfig) {
    use web::resource;
    c.service(resource("/t/{reference}/mute").route(shown().to(preferences::back)).post(preferences::mute))
        .service(
            resource("/t/{reference}/unmute").route(shown().to(preferences::back)).post(preferences::unmute),
        )
        .service(
            resource("/t/{reference}/watchers").route(shown().to(ticket::back)).post(ticket::acts::watch),
        )
        .service(
            resource("/t/{reference}/watchers/end")
                .route(shown().to(ticket::back))
                .post(ticket::acts::unwatch),
        );
}

/// For administrators.
fn administration(c: &mut web::ServiceConfig) {
    use web::{post, resource};
    c.service(resource("/admin").route(shown().to(admin::overview)))
        .service(resource("/admin/set-up").route(shown().to(admin::set_up::show)).post(admin::set_up::submit))
        .service(resource("/admin/people").route(shown().to(admin::people::list)).post(admin::people::add))
        .route("/admin/people/{id}/active", post().to(admin::people::switch))
        .route("/admin/people/{id}/invitation", post().to(admin::people::invite_again))
        .service(
            resource("/admin/partners").route(shown().to(admin::partners::list)).post(admin::partners::add),
        )
        .service(
            resource("/admin/partners/{slug}")
                .route(shown().to(admin::partners::show))
                .post(admin::partners::edit),
        )
        .service(resource("/admin/design").route(shown().to(admin::design::show)).post(admin::design::back))
        .service(resource("/admin/configuration").route(shown().to(admin::configuration::show)))
        .service(
            resource("/admin/configuration/migration")
                .route(shown().to(admin::migration::show))
                .post(admin::migration::submit),
        )
        .service(
            resource("/admin/configuration/{kind}")
                .route(shown().to(admin::versions::show))
                .post(admin::versions::submit),
        )
        .service(resource("/t/{reference}/letters/{id}").route(shown().to(letter::show_of_ticket)))
        .service(resource("/t/{reference}/letters/{id}/html").route(shown().to(letter::html_of_ticket)))
        .service(resource("/admin/outbox").route(shown().to(admin::outbox::list)))
        .service(resource("/admin/outbox/{id}").route(shown().to(letter::show_of_outbox)))
        .service(resource("/admin/outbox/{id}/html").route(shown().to(letter::html_of_outbox)))
        .route("/admin/outbox/{id}/resend", post().to(admin::outbox::resend))
        .route("/admin/outbox/{id}/bounce", post().to(admin::outbox::bounce));
}

/// Read, or asked for by its head.
fn shown() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// Nothing is served at this address.
pub async fn not_found(_request: &HttpRequest) -> Result<HttpResponse, Problem> {
    Ok(PageError::not_found().error_response())
}
