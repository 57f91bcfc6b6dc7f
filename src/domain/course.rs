//! The calendars that a ticket's time has run on, one after the other: a change of
//! team can change the calendar, and elapsed time is kept in hours of open time.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::calendar::{Allowance, Calendar, CalendarError, Span};

#[derive(Clone, Debug)]
pub struct Course {
    /// Each calendar and the instant until which it counted, in order.
    past: Vec<(Arc<Calendar>, Timestamp)>,
    now: Arc<Calendar>,
}

impl Course {
    pub const fn new(calendar: Arc<Calendar>) -> Self {
        Self { past: Vec::new(), now: calendar }
    }

    /// With the calendars that counted before the present one.
    pub const fn with_past(past: Vec<(Arc<Calendar>, Timestamp)>, calendar: Arc<Calendar>) -> Self {
        Self { past, now: calendar }
    }

    /// The calendar that counts now.
    pub fn calendar(&self) -> &Calendar {
        &self.now
    }

    /// From `at` on, `calendar` counts. One that says the same is no change.
    #[must_use]
    pub fn switched(&self, at: Timestamp, calendar: Arc<Calendar>) -> Self {
        if calendar.spec() == self.now.spec() {
            return self.clone();
        }
        let mut past = self.past.clone();
        past.push((Arc::clone(&self.now), at));
        Self { past, now: calendar }
    }

    /// An allowance as open time; a standard day is the present calendar's.
    pub fn open_time(&self, allowance: Allowance) -> SignedDuration {
        self.now.open_time(allowance)
    }

    /// Open time between two instants; zero when `to` is not later.
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let mut start = from;
        let mut sum = SignedDuration::ZERO;
        for (calendar, until) in &self.past {
            let end = to.min(*until);
            if start < end {
                sum = sum.saturating_add(calendar.elapsed(start, end));
                start = end;
            }
        }
        sum.saturating_add(self.now.elapsed(start, to))
    }

    /// When `open` time has passed since `from`.
    pub fn due(&self, from: Timestamp, open: SignedDuration) -> Result<Timestamp, CalendarError> {
        let mut start = from;
        let mut left = open;
        for (calendar, until) in &self.past {
            if start < *until {
                let here = calendar.elapsed(start, *until);
                if left <= here {
                    return calendar.due(start, left);
                }
                left = left.saturating_sub(here);
                start = *until;
            }
        }
        self.now.due(start, left)
    }

    /// Each calendar that counts between two instants, and from when until when, in order.
    pub fn legs(&self, from: Timestamp, to: Timestamp) -> Vec<(&Calendar, Span)> {
        let mut start = from;
        let mut legs = Vec::new();
        let end = std::iter::once((&self.now, to));
        for (calendar, until) in self.past.iter().map(|(c, until)| (c, (*until).min(to))).chain(end) {
            if start < until {
                legs.push((calendar.as_ref(), Span { from: start, until }));
                start = until;
            }
        }
        if legs.is_empty() {
            legs.push((self.now.as_ref(), Span { from, until: to.max(from) }));
        }
        legs
    }

    /// [`Course::due`] of an allowance.
    pub fn due_after(&self, from: Timestamp, allowance: Allowance) -> Result<Timestamp, CalendarError> {
        self.due(from, self.open_time(allowance))
    }
}
