//! `/t/{reference}/timetable.ics`: the dates of an issue for the reader's own calendar. A date
//! that moved has the same name and a higher number: a calendar that knows it moves it too.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use icalendar::{Calendar, Component, Event};
use jiff::Timestamp;

use crate::desk::load;
use crate::domain::access::Action;
use crate::domain::promise::Promise;
use crate::domain::ticket::Ticket;

use super::arriving::SignedIn;
use super::error::Page;
use super::words;

pub async fn show(SignedIn(member): SignedIn, reference: web::Path<String>) -> Page {
    let (desk, call, reference) =
        (member.app.desk.clone(), member.call.clone(), reference.to_ascii_uppercase());
    let read = move |db: &mut crate::store::Db| load(&desk, db, &call, &reference, Action::See);
    let ticket = member.app.store.read(read).await?.ticket;
    let file = dates(&ticket, &member.app.settings.server.public_url, member.call.now);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}.ics\"", ticket.reference),
        ))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(file))
}

/// The dates that stand and are not decided.
fn dates(ticket: &Ticket, url: &str, now: Timestamp) -> String {
    let mut calendar = Calendar::new();
    calendar.name(&ticket.reference);
    let standing = ticket.timetable.standing();
    for promise in standing.into_iter().filter(|p| p.is_open()) {
        calendar.push(event(ticket, promise, url, now));
    }
    calendar.to_string()
}

fn event(ticket: &Ticket, promise: &Promise, url: &str, now: Timestamp) -> Event {
    let before: Vec<&Promise> = ticket.timetable.before(promise.number);
    let first = before.last().map_or(promise.number, |p| p.number);
    let what = words::promise(promise.kind, promise.label.as_deref());
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    let at = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    let page = format!("{url}/t/{}", ticket.reference);
    Event::new()
        .uid(&format!("{}-{first}@{host}", ticket.reference))
        .add_property("SEQUENCE", before.len().to_string())
        .add_property("DTSTAMP", at(now))
        .add_property("DTSTART", at(promise.due))
        .add_property("DTEND", at(promise.due))
        .add_property("TRANSP", "TRANSPARENT")
        .summary(&format!("{what}: {} ({})", ticket.subject, ticket.reference))
        .description(&format!("Promised to you. How it stands: {page}"))
        .url(&page)
        .done()
}
