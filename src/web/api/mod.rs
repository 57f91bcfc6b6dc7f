//! The REST interface: a file for each resource, the same use cases as the pages, and
//! the OpenAPI document made of the handlers themselves.

pub mod absences;
pub mod attachments;
pub mod calls;
pub mod clocks;
pub mod configuration;
pub mod contacts;
pub mod conversation;
pub mod document;
pub mod escalations;
pub mod events;
pub mod marks;
pub mod migrations;
pub mod mutes;
pub mod outbox;
pub mod partners;
pub mod resolution;
pub mod session;
pub mod simulations;
pub mod staff;
pub mod teams;
pub mod tickets;
pub mod timetable;
pub mod triage;
pub mod versions;
pub mod waits;
pub mod watchers;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::tz::TimeZone;

use super::error::Problem;
use super::fields::Fields;

/// Entries of a page, unless `limit` says otherwise.
const PAGE: i64 = 50;
/// Entries of a page at most.
const LARGEST_PAGE: i64 = 200;

/// The query string, field by field.
fn query(request: &actix_web::HttpRequest) -> Result<Fields, Problem> {
    Fields::form(request.query_string().as_bytes(), TimeZone::UTC).map_err(super::auth::malformed)
}

/// `limit` of a page.
pub fn limit(fields: &mut Fields) -> i64 {
    fields.whole("limit", 1, LARGEST_PAGE).unwrap_or(PAGE)
}

/// `cursor`, as an earlier page gave it.
pub fn cursor(fields: &mut Fields) -> Option<String> {
    fields.parsed("cursor", |text| {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| "is not a cursor of ours")?;
        let place = String::from_utf8(bytes).map_err(|_| "is not a cursor of ours")?;
        if place.chars().any(char::is_control) { Err("is not a cursor of ours") } else { Ok(place) }
    })
}

/// Of `limit + 1` entries asked for, the page, and where the next one starts if there is one.
fn page_of<T>(mut entries: Vec<T>, limit: i64, place: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let more = i64::try_from(entries.len()).is_ok_and(|n| n > limit);
    if more {
        entries.pop();
    }
    let next = entries.last().filter(|_| more).map(|last| to_cursor(&place(last)));
    (entries, next)
}

/// Where a page ended, as its reader gives it back.
pub fn to_cursor(place: &str) -> String {
    URL_SAFE_NO_PAD.encode(place)
}
