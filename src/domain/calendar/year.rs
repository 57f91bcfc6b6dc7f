//! One UTC year of a calendar, compiled: its open time as sorted instants with running totals.
//! Cutting at UTC years is bookkeeping only: a window across the cut counts in both parts.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::Offset, tz::TimeZone};

use super::{
    CalendarSpec,
    span::{Span, civil_day, merged},
};

pub(super) struct Year {
    openings: Vec<Opening>,
    total: SignedDuration,
}

struct Opening {
    span: Span,
    /// The year's open time before this opening.
    before: SignedDuration,
}

impl Year {
    /// Lays the week and the holidays on the dates of the year. Fails only at the ends of jiff's
    /// years.
    pub(super) fn compile(number: i16, spec: &CalendarSpec, zone: &TimeZone) -> Result<Year, jiff::Error> {
        let mut total = SignedDuration::ZERO;
        let mut openings = Vec::new();
        for span in open_spans(number, spec, zone)? {
            let before = total;
            openings.push(Opening { span, before });
            total += span.length();
        }
        Ok(Year { openings, total })
    }

    /// The open time of the whole year.
    pub(super) fn total(&self) -> SignedDuration {
        self.total
    }

    /// The year's open time before an instant: zero before the year, `total` after it.
    pub(super) fn open_until(&self, at: Timestamp) -> SignedDuration {
        match self.last_opened(at) {
            None => SignedDuration::ZERO,
            Some(Opening { span, before }) => *before + at.min(span.until).duration_since(span.from),
        }
    }

    /// The first instant with `open` (above zero) of the year's open time behind it; none if the
    /// year has less.
    pub(super) fn reach(&self, open: SignedDuration) -> Option<Timestamp> {
        if open > self.total {
            return None;
        }
        let after = self.openings.partition_point(|o| o.before < open);
        let Opening { span, before } = self.openings.get(after.checked_sub(1)?)?;
        span.from.checked_add(open - *before).ok()
    }

    pub(super) fn is_open(&self, at: Timestamp) -> bool {
        self.last_opened(at).is_some_and(|o| at < o.span.until)
    }

    /// The open time within a span, in order.
    pub(super) fn within(&self, wanted: Span) -> impl Iterator<Item = Span> {
        let first = self.openings.partition_point(|o| o.span.until <= wanted.from);
        self.openings.iter().skip(first).map_while(move |o| o.span.overlap(wanted))
    }

    fn last_opened(&self, at: Timestamp) -> Option<&Opening> {
        let opened = self.openings.partition_point(|o| o.span.from <= at);
        self.openings.get(opened.checked_sub(1)?)
    }
}

fn open_spans(number: i16, spec: &CalendarSpec, zone: &TimeZone) -> Result<Vec<Span>, jiff::Error> {
    let year = Span { from: utc_new_year(number)?, until: utc_new_year(number + 1)? };
    // Windows over midnight, and zones far from UTC, reach into the year from the days around it.
    let last = Date::new(number + 1, 1, 2)?;
    let mut date = Date::new(number - 1, 12, 29)?;
    let mut today = civil_day(date, zone)?;
    let mut spans = Vec::new();
    while date <= last {
        let next = date.tomorrow()?;
        let tomorrow = civil_day(next, zone)?;
        for window in spec.week.on(date.weekday()) {
            let Some(open) = window.on(date, zone)? else {
                continue;
            };
            // A holiday closes its civil date and no more: it cuts the evening before at midnight,
            // and what opens on its own evening is open from midnight on.
            for (day, span) in [(date, today), (next, tomorrow)] {
                if !spec.holidays.contains(&day) {
                    let part = open.overlap(span).and_then(|part| part.overlap(year));
                    spans.extend(part);
                }
            }
        }
        (date, today) = (next, tomorrow);
    }
    Ok(merged(spans))
}

fn utc_new_year(number: i16) -> Result<Timestamp, jiff::Error> {
    let midnight = Date::new(number, 1, 1)?.at(0, 0, 0, 0);
    Offset::UTC.to_timestamp(midnight)
}
