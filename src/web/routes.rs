//! The whole URL table on one screen. A route that is registered here through
//! `utoipa_actix_web` is in the OpenAPI document by that.

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

use super::api::{
    absences, attachments, calls, clocks, configuration, contacts, conversation, escalations, events,
    migrations, mutes, outbox, partners, resolution, session, simulations, staff, teams, tickets, timetable,
    triage, versions, waits, watchers,
};

macro_rules! table {
    ($($handler:path),+ $(,)?) => {
        /// `/api/v1`, as it is documented.
        pub fn documented(c: &mut ServiceConfig<'_>) {
            $(c.service($handler);)+
        }

        /// `/api/v1`, as it is served: no worker makes a document for itself.
        pub fn served(c: &mut web::ServiceConfig) {
            $(c.service($handler);)+
        }
    };
}

table![
    session::sign_in,
    session::refresh,
    session::sign_out,
    session::me,
    tickets::preview,
    tickets::file,
    tickets::list,
    tickets::show,
    tickets::correct,
    conversation::write,
    conversation::list,
    attachments::send,
    attachments::list,
    attachments::fetch,
    events::list,
    events::promises,
    clocks::list,
    outbox::of_ticket,
    triage::order,
    waits::start,
    waits::lift,
    mutes::mute,
    mutes::unmute,
    watchers::list,
    watchers::add,
    watchers::remove,
    timetable::replace,
    timetable::accept,
    escalations::press,
    escalations::hold,
    escalations::deescalate,
    escalations::acknowledge,
    escalations::contest,
    resolution::resolve,
    resolution::confirm,
    resolution::merge,
    partners::list,
    partners::add,
    partners::show,
    partners::edit,
    calls::log,
    contacts::list,
    contacts::add,
    contacts::show,
    contacts::edit,
    contacts::invite_again,
    staff::list,
    staff::add,
    staff::show,
    staff::edit,
    staff::invite_again,
    absences::list,
    absences::add,
    absences::edit,
    absences::remove,
    teams::list,
    teams::add,
    teams::rename,
    configuration::categories,
    configuration::ladders,
    configuration::calendars,
    simulations::simulate,
    versions::list_ladders,
    versions::show_ladder,
    versions::add_ladder,
    versions::list_calendars,
    versions::show_calendars,
    versions::add_calendars,
    migrations::try_out,
    migrations::start,
    outbox::list,
    outbox::resend,
    outbox::bounce,
];
