//! The weekly pattern as written: windows of civil time on weekdays, their text form, and the
//! rules between them. Instants appear only where a window is laid on a date; holidays never.

use std::{fmt, str::FromStr};

use jiff::{
    SignedDuration,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use super::{CalendarError, span::Span};

const DAY: u16 = 24 * 60;

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// One weekly opening, `[opens, closes)` in civil time: `09:00-17:00`, or over midnight into the
/// next day when it closes no later than it opens: `22:00-06:00`. `00:00-24:00` is the whole day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Window {
    /// Minutes since midnight, below 24 h.
    opens: u16,
    /// Minutes since the same midnight, after `opens` by at most 24 h.
    closes: u16,
}

impl Window {
    fn minutes(self) -> u16 {
        self.closes - self.opens
    }

    /// The window that opens on `date`, in real time; none if none of it happened.
    ///
    /// An edge in a daylight-saving gap moves forward by the gap, so that a window inside the gap
    /// moves as a whole; one in an overlap takes its first occurrence. Fails only at the ends of
    /// jiff's years.
    pub(super) fn on(self, date: Date, zone: &TimeZone) -> Result<Option<Span>, jiff::Error> {
        let midnight = date.to_datetime(Time::midnight());
        let edge = |minutes: u16| {
            midnight
                .checked_add(SignedDuration::from_mins(minutes.into()))
                .map(|civil| zone.to_ambiguous_timestamp(civil))
        };
        let (opens, closes) = (edge(self.opens)?, edge(self.closes)?);
        let (from, until) = (opens.compatible()?, closes.compatible()?);
        Ok((from < until).then_some(Span { from, until }))
    }
}

impl FromStr for Window {
    type Err = CalendarError;

    /// Reads `HH:MM-HH:MM`. Fails with `NotAWindow`.
    fn from_str(text: &str) -> Result<Window, CalendarError> {
        read(text).ok_or_else(|| CalendarError::NotAWindow(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Window> {
    let (opens, closes) = text.split_once('-')?;
    let opens = minute_of_day(opens.trim()).filter(|opens| *opens < DAY)?;
    let closes = minute_of_day(closes.trim())?;
    let closes = if closes <= opens { closes + DAY } else { closes };
    Some(Window { opens, closes })
}

fn minute_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= DAY).then_some(minute)
}

fn two_digits(text: &str) -> Option<u16> {
    let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let closes = if self.closes > DAY { self.closes - DAY } else { self.closes };
        let (from, to) = (self.opens, closes);
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl TryFrom<String> for Window {
    type Error = CalendarError;

    fn try_from(text: String) -> Result<Window, CalendarError> {
        text.parse()
    }
}

impl From<Window> for String {
    fn from(window: Window) -> String {
        window.to_string()
    }
}

/// The windows of each weekday; a weekday left out is closed. A window belongs to the weekday on
/// which it opens.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Week {
    pub mon: Vec<Window>,
    pub tue: Vec<Window>,
    pub wed: Vec<Window>,
    pub thu: Vec<Window>,
    pub fri: Vec<Window>,
    pub sat: Vec<Window>,
    pub sun: Vec<Window>,
}

impl Week {
    pub fn on(&self, weekday: Weekday) -> &[Window] {
        match weekday {
            Weekday::Monday => &self.mon,
            Weekday::Tuesday => &self.tue,
            Weekday::Wednesday => &self.wed,
            Weekday::Thursday => &self.thu,
            Weekday::Friday => &self.fri,
            Weekday::Saturday => &self.sat,
            Weekday::Sunday => &self.sun,
        }
    }

    /// The median open time of the weekdays that have windows; none if none has. Of an even
    /// number, the mean of the middle two, rounded up to the minute.
    pub(super) fn median_day(&self) -> Option<SignedDuration> {
        let open_on = |weekday| -> i64 {
            let windows = self.on(weekday).iter();
            windows.map(|window| i64::from(window.minutes())).sum()
        };
        let mut days: Vec<i64> = WEEKDAYS
            .map(|(_, weekday)| open_on(weekday))
            .into_iter()
            .filter(|minutes| *minutes > 0)
            .collect();
        days.sort_unstable();
        let upper = days.get(days.len() / 2)?;
        let lower = days.get((days.len() - 1) / 2)?;
        Some(SignedDuration::from_mins((lower + upper + 1) / 2))
    }

    /// Two windows that overlap in civil time, Sunday running into Monday; none if all is well.
    /// Windows that only touch do not overlap.
    pub(super) fn overlap(&self) -> Option<(String, String)> {
        let mut starts: u32 = 0;
        let mut windows = Vec::new();
        for (day, weekday) in WEEKDAYS {
            windows.extend(self.on(weekday).iter().map(|window| {
                let opens = starts + u32::from(window.opens);
                (opens, opens + u32::from(window.minutes()), day, window)
            }));
            starts += u32::from(DAY);
        }
        windows.sort_by_key(|(opens, ..)| *opens);
        // The week begins anew, so that the last window meets the first.
        let again = windows
            .first()
            .map(|(opens, closes, day, window)| (opens + starts, closes + starts, *day, *window));
        let next = windows.iter().copied().skip(1).chain(again);
        windows.iter().zip(next).find(|((_, closes, ..), (opens, ..))| opens < closes).map(
            |((.., day, window), (.., other, next))| (format!("{day} {window}"), format!("{other} {next}")),
        )
    }
}
