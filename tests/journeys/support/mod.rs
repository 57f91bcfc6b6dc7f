//! What journeys are told with: a desk that is open for business, the people around it,
//! and what they get to see.

mod actor;
mod browser;
mod database;
mod desk;
mod mailbox;
mod parts;
mod sink;
mod transcript;

pub use actor::{Actor, Answer, Ticket, draft};
pub use browser::{Browser, Form, Page};
pub use database::Database;
pub use desk::{Cast, PASSWORD, TestDesk};
pub use lizard::domain::priority::Priority::{self, P1, P2, P3, P4};
pub use mailbox::Mail;
pub use parts::{Download, in_parts};
pub use sink::{Behaviour, Sink};

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

pub const fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

pub const fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

pub const fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

/// A wall clock's time in Berlin, as `2026-11-23 10:20`.
pub fn berlin(text: &str) -> Timestamp {
    let at: civil::DateTime = text.parse().unwrap();
    TimeZone::get("Europe/Berlin").unwrap().to_timestamp(at).unwrap()
}

/// The same instant as the REST interface writes it.
pub fn wire(text: &str) -> String {
    berlin(text).to_string()
}
