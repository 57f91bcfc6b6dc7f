//! How a due came about, day by day, for people to read. It takes the due from `Calendar::due`
//! and explains it; it decides nothing.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::Serialize;

use super::{
    Calendar, CalendarError, HORIZON, YEARS,
    span::{Span, civil_day, merged},
    utc_year,
};

/// What one civil date contributed on the way from a start to its due.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Step {
    /// In the calendar's zone.
    pub date: Date,
    pub holiday: bool,
    /// The open time that counted on this date, within start and due. Empty on a closed day.
    pub windows: Vec<Span>,
    /// The length of `windows` together.
    pub open: SignedDuration,
    /// The open time counted up to the end of this step.
    pub total: SignedDuration,
}

impl Calendar {
    /// Every civil date from the start to the due, the last window ending at the due (a zero
    /// allowance is one step without windows). Fails as `due` does.
    pub fn walk(&self, from: Timestamp, open: SignedDuration) -> Result<Vec<Step>, CalendarError> {
        self.walk_until(from, self.due(from, open)?)
    }

    /// The same up to an instant, open or closed; what is not after `from` is one step without
    /// windows. Fails as `due` does where it lies further away than any due.
    pub fn walk_until(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Step>, CalendarError> {
        let wanted = until.duration_since(from);
        if wanted > HORIZON {
            return Err(CalendarError::AllowanceTooLong { open: wanted, from });
        }
        if !YEARS.contains(&utc_year(from)) || !YEARS.contains(&utc_year(until)) {
            return Err(CalendarError::OutOfRange(from));
        }
        let counted = Span { from, until };
        let mut date = self.zone.to_datetime(from).date();
        let mut total = SignedDuration::ZERO;
        let mut steps = Vec::new();
        loop {
            let out_of_range = |_| CalendarError::OutOfRange(from);
            let day = civil_day(date, &self.zone).map_err(out_of_range)?;
            let windows = match counted.overlap(day) {
                Some(part) => self.openings(part),
                None => Vec::new(),
            };
            let open = windows.iter().map(Span::length).sum();
            total += open;
            steps.push(Step { date, holiday: self.spec.holidays.contains(&date), windows, open, total });
            if day.until >= until {
                return Ok(steps);
            }
            date = date.tomorrow().map_err(out_of_range)?;
        }
    }

    fn openings(&self, wanted: Span) -> Vec<Span> {
        let years = self.years_between(wanted.from, wanted.until);
        merged(years.flat_map(|year| year.within(wanted)).collect())
    }
}
