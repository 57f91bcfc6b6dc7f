//! The whole URL table on one screen. A route that is registered here through
//! `utoipa_actix_web` is in the OpenAPI document by that.

use utoipa_actix_web::service_config::ServiceConfig;

use super::api;

/// `/api/v1`.
pub fn rest(c: &mut ServiceConfig<'_>) {
    use api::{
        configuration, contacts, conversation, escalations, events, outbox, partners, resolution, session,
        staff, teams, tickets, timetable, triage, waits,
    };
    c.service(session::sign_in)
        .service(session::refresh)
        .service(session::sign_out)
        .service(session::me)
        .service(tickets::preview)
        .service(tickets::file)
        .service(tickets::list)
        .service(tickets::show)
        .service(tickets::correct)
        .service(conversation::write)
        .service(conversation::list)
        .service(events::list)
        .service(events::promises)
        .service(outbox::of_ticket)
        .service(triage::order)
        .service(waits::start)
        .service(waits::lift)
        .service(timetable::replace)
        .service(escalations::press)
        .service(escalations::acknowledge)
        .service(escalations::contest)
        .service(resolution::resolve)
        .service(resolution::confirm)
        .service(resolution::merge)
        .service(partners::list)
        .service(partners::add)
        .service(partners::show)
        .service(partners::edit)
        .service(contacts::list)
        .service(contacts::add)
        .service(contacts::show)
        .service(contacts::edit)
        .service(contacts::invite_again)
        .service(staff::list)
        .service(staff::add)
        .service(staff::show)
        .service(staff::edit)
        .service(staff::invite_again)
        .service(teams::list)
        .service(teams::add)
        .service(teams::rename)
        .service(configuration::categories)
        .service(configuration::ladders)
        .service(configuration::calendars)
        .service(outbox::list)
        .service(outbox::resend);
}
