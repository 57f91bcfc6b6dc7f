//! Times as people read them: absolute with the zone, in the reader's zone, and how far
//! away that is.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::person::Person;

/// Now, and where the reader is.
#[derive(Clone, Debug)]
pub struct Times {
    pub now: Timestamp,
    pub zone: TimeZone,
    /// IANA name, as it is shown beside fields that ask for a time.
    pub name: String,
}

/// An instant, ready to be shown.
#[derive(Clone, Debug)]
pub struct When {
    /// For machines.
    pub iso: String,
    /// `Mon 23 Nov 2026, 12:00 CET`
    pub at: String,
    /// `in 3 h`, `2 days ago`
    pub away: String,
    /// It lies behind us.
    pub past: bool,
    /// It lies less than a day ahead.
    pub soon: bool,
}

impl Times {
    pub fn of(person: &Person, now: Timestamp) -> Self {
        match TimeZone::get(&person.zone) {
            Ok(zone) => Self { now, zone, name: person.zone.clone() },
            Err(_) => Self { now, zone: TimeZone::UTC, name: "UTC".to_owned() },
        }
    }

    pub fn when(&self, at: Timestamp) -> When {
        let seconds = at.as_second() - self.now.as_second();
        When {
            iso: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            at: self.absolute(at),
            away: away(seconds),
            past: at <= self.now,
            soon: seconds > 0 && seconds < 86_400,
        }
    }

    /// Absolute, with the zone.
    pub fn absolute(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%a %-d %b %Y, %H:%M %Z").to_string()
    }

    /// As a field for date and time holds it.
    pub fn field(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
    }
}

/// How far away, in one unit.
fn away(seconds: i64) -> String {
    let size = seconds.unsigned_abs();
    let amount = match size {
        0..60 => return "now".to_owned(),
        60..3_600 => format!("{} min", size / 60),
        3_600..172_800 => format!("{} h", size / 3_600),
        _ => format!("{} days", size / 86_400),
    };
    if seconds > 0 { format!("in {amount}") } else { format!("{amount} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_with_its_zone_and_how_far_away_it_is() {
        let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let times = Times { now, zone, name: "Europe/Berlin".to_owned() };
        let when = times.when("2026-11-23T11:30:00Z".parse().unwrap());
        assert_eq!(when.at, "Mon 23 Nov 2026, 12:30 CET");
        assert_eq!(when.away, "in 3 h");
        assert_eq!(times.field(now), "2026-11-23T09:00");
        assert_eq!(times.when("2026-11-20T08:00:00Z".parse().unwrap()).away, "3 days ago");
    }
}
