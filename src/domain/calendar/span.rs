//! A stretch of real time between two instants, and what a civil date is in those terms. Nothing
//! here knows of windows or holidays.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::Serialize;

/// Real time from one instant up to, not including, another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Span {
    pub from: Timestamp,
    pub until: Timestamp,
}

impl Span {
    pub fn length(&self) -> SignedDuration {
        self.until.duration_since(self.from)
    }

    /// What both hold; none if that is empty, or if either runs backwards.
    pub(super) fn overlap(self, other: Span) -> Option<Span> {
        let from = self.from.max(other.from);
        let until = self.until.min(other.until);
        (from < until).then_some(Span { from, until })
    }
}

/// The same time in order, with touching and overlapping spans made one.
pub(super) fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| span.from);
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            _ => merged.push(span),
        }
    }
    merged
}

/// A civil date from its midnight to the next. Empty for a date that the zone skipped. Fails only
/// at the ends of jiff's years.
pub(super) fn civil_day(date: Date, zone: &TimeZone) -> Result<Span, jiff::Error> {
    Ok(Span { from: midnight(date, zone)?, until: midnight(date.tomorrow()?, zone)? })
}

fn midnight(date: Date, zone: &TimeZone) -> Result<Timestamp, jiff::Error> {
    zone.to_ambiguous_timestamp(date.to_datetime(Time::midnight())).compatible()
}
