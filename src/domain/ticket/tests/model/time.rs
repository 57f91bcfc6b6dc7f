//! Business time as a child would count it: a minute is open or it is not. Winter in
//! Berlin only, where a day has 24 hours.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};

use crate::domain::samples::at;

/// Since Monday 16 November 2026, 00:00 in Berlin.
pub type Minute = i64;

pub const DAY: Minute = 24 * 60;
const HORIZON: Minute = 500 * DAY;

static START: LazyLock<Timestamp> = LazyLock::new(|| at("Mon 16 Nov 00:00"));
/// How many minutes were open before each.
static TALLIES: LazyLock<[Vec<Minute>; 2]> = LazyLock::new(|| [tally(Hours::Office), tally(Hours::Always)]);

pub fn instant(minute: Minute) -> Timestamp {
    *START + SignedDuration::from_mins(minute)
}

pub fn minute(instant: Timestamp) -> Minute {
    instant.duration_since(*START).as_mins()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// Monday to Friday, 09–17.
    Office,
    Always,
}

impl Hours {
    pub const fn is_open(self, minute: Minute) -> bool {
        match self {
            Self::Always => true,
            Self::Office => {
                let (weekday, of_day) = (minute / DAY % 7, minute % DAY);
                weekday < 5 && of_day >= 9 * 60 && of_day < 17 * 60
            }
        }
    }

    /// A business day.
    pub const fn day(self) -> Minute {
        match self {
            Self::Office => 8 * 60,
            Self::Always => DAY,
        }
    }
}

fn tally(hours: Hours) -> Vec<Minute> {
    let mut open = 0;
    let mut tally = Vec::new();
    for minute in 0..HORIZON {
        tally.push(open);
        open += Minute::from(hours.is_open(minute));
    }
    tally
}

/// The hours that a ticket is measured by, and those until some minute before.
#[derive(Clone, Debug)]
pub struct Time {
    past: Vec<(Hours, Minute)>,
    pub hours: Hours,
}

impl Time {
    pub const fn new(hours: Hours) -> Self {
        Self { past: Vec::new(), hours }
    }

    pub fn switch(&mut self, at: Minute, hours: Hours) {
        self.past.push((self.hours, at));
        self.hours = hours;
    }

    /// Open minutes from `from` until before `to`.
    pub fn elapsed(&self, from: Minute, to: Minute) -> Minute {
        let mut start = from;
        let mut sum = 0;
        for (hours, until) in self.past.iter().copied().chain([(self.hours, to)]) {
            let end = until.min(to);
            if start < end {
                let tally = &TALLIES[usize::from(hours == Hours::Always)];
                sum += tally[usize::try_from(end).unwrap()] - tally[usize::try_from(start).unwrap()];
                start = end;
            }
        }
        sum
    }

    /// The first minute by which so many were open since `from`.
    pub fn due(&self, from: Minute, open: Minute) -> Minute {
        let (mut early, mut late) = (from, HORIZON - 1);
        while early < late {
            let middle = early.midpoint(late);
            if self.elapsed(from, middle) >= open {
                late = middle;
            } else {
                early = middle + 1;
            }
        }
        early
    }

    /// The same in quarters of a minute.
    pub fn due_in_quarters(&self, from: Minute, quarters: Minute) -> Minute {
        match quarters % 4 {
            0 => 4 * self.due(from, quarters / 4),
            rest => 4 * (self.due(from, quarters / 4 + 1) - 1) + rest,
        }
    }
}
