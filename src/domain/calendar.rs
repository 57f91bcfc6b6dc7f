//! Business time: weekly windows, holidays and a zone, and the arithmetic of open time on them.
//!
//! A [`CalendarSpec`] is what people write and what is stored; a [`Calendar`] is that, checked and
//! compiled. Compiling is lazy, one UTC year at a time, into sorted instants with running totals,
//! so `due` and `elapsed` are a binary search or two and exact to the nanosecond.
//!
//! Pure: the instant is always an argument. Which calendar owns a ticket, and what stops its
//! clock, is decided elsewhere.

mod allowance;
mod span;
#[cfg(test)]
mod tests;
mod walk;
mod week;
mod year;

use std::{collections::BTreeSet, fmt, ops::RangeInclusive, sync::OnceLock};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::Offset, tz::TimeZone};
use serde::{Deserialize, Serialize};

pub use allowance::Allowance;
pub use span::Span;
pub use walk::Step;
pub use week::{Week, Window};
use year::Year;

/// The UTC years in which open time is counted.
const YEARS: RangeInclusive<i16> = 1970..=2200;

/// The furthest a due may lie after its start: three years, with their leap day.
const HORIZON: SignedDuration = SignedDuration::from_hours(24 * (3 * 365 + 1));

/// A calendar as it is written in configuration and stored in a version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSpec {
    pub name: String,
    /// An IANA zone name, such as `Europe/Berlin`.
    pub zone: String,
    pub week: Week,
    /// Civil dates in `zone` that are closed from midnight to midnight, and no longer: a window
    /// from the evening before stops at the first midnight, and the rest of one that opens on the
    /// holiday's own evening is open from the second (so the reference cases have it).
    #[serde(default)]
    pub holidays: BTreeSet<Date>,
    /// What one business day is worth, in `min` or `bh`, at most 24 h. Without it: the median open
    /// time of the open weekdays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Allowance>,
}

/// A checked, compiled calendar. Share it behind an `Arc`: the compiled years are kept inside.
pub struct Calendar {
    spec: CalendarSpec,
    zone: TimeZone,
    day: SignedDuration,
    years: Box<[OnceLock<Option<Year>>]>,
}

impl Calendar {
    /// Checks a calendar as written. Fails with `UnknownZone`, `NeverOpen`, `Overlap` or `BadDay`.
    pub fn new(spec: CalendarSpec) -> Result<Calendar, CalendarError> {
        let zone = TimeZone::get(&spec.zone)
            .ok()
            .filter(|zone| !zone.is_unknown())
            .ok_or_else(|| CalendarError::UnknownZone(spec.zone.clone()))?;
        if let Some((one, other)) = spec.week.overlap() {
            return Err(CalendarError::Overlap(one, other));
        }
        let median = spec.week.median_day().ok_or(CalendarError::NeverOpen)?;
        let day = match spec.day {
            None => median,
            Some(written) => standard_day(written).ok_or(CalendarError::BadDay(written))?,
        };
        let years = YEARS.map(|_| OnceLock::new()).collect();
        Ok(Calendar { spec, zone, day, years })
    }

    pub fn spec(&self) -> &CalendarSpec {
        &self.spec
    }

    pub fn name(&self) -> &str {
        &self.spec.name
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The open time that 1 bd stands for: `day` as written, else the median open time of the
    /// weekdays that have windows (24 h on a 24x7 calendar).
    ///
    /// A window over midnight counts for the weekday on which it opens. Of an even number of open
    /// weekdays the median is the mean of the middle two, rounded up to the minute.
    pub fn standard_day(&self) -> SignedDuration {
        self.day
    }

    /// An allowance as open time on this calendar.
    pub fn open_time(&self, allowance: Allowance) -> SignedDuration {
        allowance.on(self.day)
    }

    /// The instant at which `open` has run out, counted from `from` in open time.
    ///
    /// Out at closing time is due at closing, not at the next opening. Nothing to wait for (zero,
    /// or less) is due at once, at `from`, open or closed. Fails with `AllowanceTooLong` if that
    /// is more than three years away, and with `OutOfRange` outside the years 1970 to 2200.
    pub fn due(&self, from: Timestamp, open: SignedDuration) -> Result<Timestamp, CalendarError> {
        if !open.is_positive() {
            return Ok(from);
        }
        let too_long = CalendarError::AllowanceTooLong { open, from };
        if open > HORIZON {
            return Err(too_long);
        }
        let out_of_range = CalendarError::OutOfRange(from);
        let Ok(latest) = from.checked_add(HORIZON) else {
            return Err(out_of_range);
        };
        let mut wanted = open;
        for number in utc_year(from)..=utc_year(latest) {
            let Some(year) = self.year(number) else {
                return Err(out_of_range);
            };
            // Zero in every year but that of `from`.
            wanted += year.open_until(from);
            if let Some(due) = year.reach(wanted) {
                return if due <= latest { Ok(due) } else { Err(too_long) };
            }
            wanted -= year.total();
        }
        Err(too_long)
    }

    /// `due` of an allowance, with its errors.
    pub fn due_after(&self, from: Timestamp, allowance: Allowance) -> Result<Timestamp, CalendarError> {
        self.due(from, self.open_time(allowance))
    }

    /// The open time between two instants; zero if `to` is not after `from`. Time outside the
    /// years 1970 to 2200 counts as closed.
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        if to <= from {
            return SignedDuration::ZERO;
        }
        self.years_between(from, to).map(|year| year.open_until(to) - year.open_until(from)).sum()
    }

    /// Whether the instant lies in open time. A window holds its opening, not its closing.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.year(utc_year(at)).is_some_and(|year| year.is_open(at))
    }

    fn years_between(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = &Year> {
        let first = utc_year(from).max(*YEARS.start());
        let last = utc_year(to).min(*YEARS.end());
        (first..=last).filter_map(|number| self.year(number))
    }

    fn year(&self, number: i16) -> Option<&Year> {
        let index = usize::try_from(number - YEARS.start()).ok()?;
        self.years.get(index)?.get_or_init(|| Year::compile(number, &self.spec, &self.zone).ok()).as_ref()
    }
}

impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Calendar").field(&self.spec).finish()
    }
}

fn utc_year(at: Timestamp) -> i16 {
    Offset::UTC.to_datetime(at).year()
}

/// In business days of no length a day is worth nothing, so `1 bd` is no standard day either.
fn standard_day(written: Allowance) -> Option<SignedDuration> {
    let day = written.on(SignedDuration::ZERO);
    (day.is_positive() && day <= SignedDuration::from_hours(24)).then_some(day)
}

/// Why a calendar cannot be made, or cannot answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CalendarError {
    #[error("there is no time zone {0:?}; write an IANA name such as Europe/Berlin")]
    UnknownZone(String),
    #[error("the calendar has no window on any weekday, so it is never open")]
    NeverOpen,
    #[error("the windows {0} and {1} overlap")]
    Overlap(String, String),
    #[error("a standard day is more than 0 min and at most 24 bh, not {0}")]
    BadDay(Allowance),
    #[error("{0:?} is no allowance; write \"30 min\", \"4 bh\" or \"1 bd\"")]
    NotAnAllowance(String),
    #[error("{0:?} is no window; write \"09:00-17:00\", \"22:00-06:00\" or \"00:00-24:00\"")]
    NotAWindow(String),
    #[error("{open:#} of open time from {from} would be due more than three years later")]
    AllowanceTooLong { open: SignedDuration, from: Timestamp },
    #[error("open time is counted from 1970 to 2200; counting from {0} leaves that")]
    OutOfRange(Timestamp),
}
