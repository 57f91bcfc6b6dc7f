//! Times as the reader's clock shows them: absolute, with the zone; and the reader's morning.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::domain::person::Day;

/// The reader's clock, at the moment of writing.
#[derive(Clone, Debug)]
pub struct Times {
    now: Zoned,
}

impl Times {
    /// An unknown zone is read as UTC.
    pub fn new(now: Timestamp, zone: &str) -> Self {
        Self { now: now.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC)) }
    }

    /// `today 14:20 CET`, `Tue 24 Nov, 10:20 CET`, `Mon 4 Jan 2027, 09:00 CET`.
    pub fn when(&self, at: Timestamp) -> String {
        let there = self.there(at);
        let time = there.strftime("%H:%M");
        let zone = zone_of(&there);
        if there.date() == self.now.date() {
            format!("today {time} {zone}")
        } else {
            format!("{}, {time} {zone}", self.day_of(there.date()))
        }
    }

    /// `Thu 26 Nov`; never "today": it stands in subjects, which are read later too.
    pub fn day(&self, at: Timestamp) -> String {
        self.day_of(self.there(at).date())
    }

    /// For a subject: `Mon 14:20 CET`, and with the date where the weekday alone would mislead.
    pub fn slot(&self, at: Timestamp) -> String {
        let there = self.there(at);
        let days = there.duration_since(&self.now).as_hours() / 24;
        let day = if (0..6).contains(&days) {
            there.strftime("%a").to_string()
        } else {
            format!("{},", self.day_of(there.date()))
        };
        format!("{day} {} {}", there.strftime("%H:%M"), zone_of(&there))
    }

    fn there(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.now.time_zone().clone())
    }

    fn day_of(&self, date: Date) -> String {
        let format = if date.year() == self.now.year() { "%a %-d %b" } else { "%a %-d %b %Y" };
        date.strftime(format).to_string()
    }

    /// When a letter that keeps quiet hours may leave: the next morning, or at once by day.
    pub fn morning(&self, of: Day) -> Option<Timestamp> {
        let hour = self.now.hour();
        if (of.from..of.until).contains(&hour) || !of.has_hours() {
            return None;
        }
        let today = self.now.date();
        let day = if hour < of.from { today } else { today.tomorrow().unwrap_or(today) };
        let morning = day.at(of.from, 0, 0, 0).to_zoned(self.now.time_zone().clone());
        morning.ok().map(|morning| morning.timestamp())
    }
}

/// `CET`; zones without a name of their own read `UTC-03`.
fn zone_of(at: &Zoned) -> String {
    let name = at.strftime("%Z").to_string();
    if name.starts_with(['+', '-']) { format!("UTC{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_absolute_and_in_the_readers_zone() {
        let now = at("2026-11-23T09:20:00Z");
        let table = [
            ("Europe/Berlin", "2026-11-23T13:20:00Z", "today 14:20 CET"),
            ("Europe/Berlin", "2026-11-24T09:20:00Z", "Tue 24 Nov, 10:20 CET"),
            ("Europe/Berlin", "2027-01-04T08:00:00Z", "Mon 4 Jan 2027, 09:00 CET"),
            ("America/New_York", "2026-11-23T13:20:00Z", "today 08:20 EST"),
            ("Asia/Tokyo", "2026-11-23T16:00:00Z", "Tue 24 Nov, 01:00 JST"),
            ("America/Sao_Paulo", "2026-11-23T13:20:00Z", "today 10:20 UTC-03"),
            ("Mars/Olympus", "2026-11-23T13:20:00Z", "today 13:20 UTC"),
        ];
        for (zone, instant, shown) in table {
            assert_eq!(Times::new(now, zone).when(at(instant)), shown, "{zone}");
        }
    }

    #[test]
    fn a_subject_names_the_weekday_and_the_date_where_that_is_far() {
        let times = Times::new(at("2026-11-23T09:20:00Z"), "Europe/Berlin");
        assert_eq!(times.slot(at("2026-11-23T13:20:00Z")), "Mon 14:20 CET");
        assert_eq!(times.slot(at("2026-11-30T09:20:00Z")), "Mon 30 Nov, 10:20 CET");
        assert_eq!(times.day(at("2026-11-26T11:00:00Z")), "Thu 26 Nov");
    }

    #[test]
    fn somebody_may_have_other_hours() {
        let early = Day { from: 0, until: 24 };
        let late = Day { from: 20, until: 22 };
        let times = Times::new(at("2026-11-23T03:00:00Z"), "Europe/Berlin");
        assert_eq!(times.morning(early), None);
        assert_eq!(times.morning(late), Some(at("2026-11-23T19:00:00Z")));
        assert_eq!(Times::new(at("2026-11-23T19:30:00Z"), "Europe/Berlin").morning(late), None);
        let after = Times::new(at("2026-11-23T21:30:00Z"), "Europe/Berlin");
        assert_eq!(after.morning(late), Some(at("2026-11-24T19:00:00Z")));
    }

    #[test]
    fn the_night_ends_at_eight_of_the_readers_zone() {
        let table = [
            ("Europe/Berlin", "2026-11-23T07:00:00Z", ""),
            ("Europe/Berlin", "2026-11-23T16:59:59Z", ""),
            ("Europe/Berlin", "2026-11-23T17:00:00Z", "2026-11-24T07:00:00Z"),
            ("Europe/Berlin", "2026-11-23T06:59:59Z", "2026-11-23T07:00:00Z"),
            // The clocks go forward on 29 March, and back on 25 October.
            ("Europe/Berlin", "2026-03-28T20:00:00Z", "2026-03-29T06:00:00Z"),
            ("Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T06:00:00Z"),
            ("Europe/Berlin", "2026-10-24T20:00:00Z", "2026-10-25T07:00:00Z"),
            ("America/New_York", "2026-11-23T10:00:00Z", "2026-11-23T13:00:00Z"),
        ];
        for (zone, now, leaves) in table {
            assert_eq!(
                Times::new(at(now), zone).morning(Day::default()),
                leaves.parse().ok(),
                "{zone} {now}"
            );
        }
    }
}
