//! `/t/{reference}/clocks`: why each date is what it is, day by day.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use jiff::tz::TimeZone;

use crate::desk::{Error, load};
use crate::domain::access::Action;
use crate::domain::calendar::Span;
use crate::domain::explain::{self, Clock, Day, Pace, Subject};
use crate::web::view::clocks::{explanation, length};

use super::arriving::SignedIn;
use super::error::Page;
use super::frame::{Frame, html};
use super::times::{Times, When};
use super::words;

#[derive(Template)]
#[template(path = "pages/clocks.html")]
struct ClocksPage {
    frame: Frame,
    reference: String,
    clocks: Vec<ClockView>,
    ladder_version: i64,
    calendar_version: i64,
    zone: String,
}

struct ClockView {
    title: String,
    why: String,
    /// Since when it stands still.
    paused: Option<When>,
    start: When,
    due: Option<When>,
    counted: String,
    stood_still: Option<String>,
    days: Vec<DayView>,
}

struct DayView {
    date: String,
    calendar: String,
    /// `09:00–17:00`, `closed`, `holiday`
    windows: String,
    pauses: String,
    open: String,
    total: String,
    closed: bool,
}

pub async fn show(SignedIn(member): SignedIn, reference: web::Path<String>) -> Page {
    let mut call = member.call.clone();
    call.expected = None;
    let (desk, times) = (member.app.desk.clone(), member.times());
    let reference = reference.to_ascii_uppercase();
    let zone = times.name.clone();
    let (clocks, ticket) = member
        .app
        .store
        .read(move |db| {
            let loaded = load(&desk, db, &call, &reference, Action::SeeEnvelope)?;
            let labels = loaded.may(&call, Action::See).is_ok();
            let found = explain::clocks(&loaded.ticket, loaded.rules(), loaded.now)?;
            let views = found.iter().map(|c| view(c, &times, labels)).collect::<Vec<_>>();
            Ok::<_, Error>((views, loaded.ticket))
        })
        .await?;
    let here = if member.person.role.is_partner_side() { "/my" } else { "/queue" };
    let frame = Frame::of(Some(&member), &format!("{} clocks", ticket.reference), here);
    let (ladder_version, calendar_version) = (ticket.ladder_version, ticket.calendar_version);
    let page =
        ClocksPage { frame, reference: ticket.reference, clocks, ladder_version, calendar_version, zone };
    Ok(html(StatusCode::OK, &page))
}

fn view(c: &Clock, times: &Times, labels: bool) -> ClockView {
    let title = match &c.subject {
        Subject::Rung { number, name } => format!("Rung {number}, {name}"),
        Subject::Promise { kind, label, .. } => words::promise(*kind, label.as_deref().filter(|_| labels)),
        Subject::Wait => "End of the wait".to_owned(),
    };
    ClockView {
        title,
        why: explanation(c),
        paused: match c.state {
            Pace::Paused { since } => Some(times.when(since)),
            Pace::Runs | Pace::Never => None,
        },
        start: times.when(c.start),
        due: c.due.map(|due| times.when(due)),
        counted: length(c.counted),
        stood_still: (!c.stood_still.is_zero()).then(|| length(c.stood_still)),
        days: c.days.iter().map(|d| day(d, &times.zone)).collect(),
    }
}

fn day(d: &Day, zone: &TimeZone) -> DayView {
    let closed = d.windows.is_empty() && d.pauses.is_empty();
    let windows = match (closed, d.holiday) {
        (true, true) => "closed, a holiday".to_owned(),
        (true, false) => "closed".to_owned(),
        (false, _) => spans(&d.windows, zone),
    };
    DayView {
        date: d.date.strftime("%a %-d %b %Y").to_string(),
        calendar: d.calendar.clone(),
        windows,
        pauses: spans(&d.pauses, zone),
        open: length(d.open),
        total: length(d.total),
        closed,
    }
}

fn spans(spans: &[Span], zone: &TimeZone) -> String {
    let time = |at: jiff::Timestamp| at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
    spans.iter().map(|s| format!("{}–{}", time(s.from), time(s.until))).collect::<Vec<_>>().join(", ")
}
