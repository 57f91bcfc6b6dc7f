//! Business time granted, as people write it. What it amounts to on a calendar is the calendar's
//! to say: `Calendar::open_time`.

use std::{fmt, str::FromStr};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::CalendarError;

/// Business time granted: open minutes (`30 min`), open hours (`4 bh`) or standard days (`1 bd`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Allowance {
    Minutes(u32),
    Hours(u32),
    Days(u32),
}

impl Allowance {
    /// The open time this amounts to where a business day is worth `day`: whole minutes, below
    /// 48 h, so that nothing is lost and nothing overflows.
    pub(super) fn on(self, day: SignedDuration) -> SignedDuration {
        match self {
            Allowance::Minutes(minutes) => SignedDuration::from_mins(minutes.into()),
            Allowance::Hours(hours) => SignedDuration::from_hours(hours.into()),
            Allowance::Days(days) => SignedDuration::from_secs(day.as_secs() * i64::from(days)),
        }
    }
}

impl FromStr for Allowance {
    type Err = CalendarError;

    /// Reads `<n> min`, `<n> bh` or `<n> bd`, the space optional. Fails with `NotAnAllowance`.
    fn from_str(text: &str) -> Result<Allowance, CalendarError> {
        read(text.trim()).ok_or_else(|| CalendarError::NotAnAllowance(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Allowance> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let number = number.parse().ok()?;
    match unit.trim_start() {
        "min" => Some(Allowance::Minutes(number)),
        "bh" => Some(Allowance::Hours(number)),
        "bd" => Some(Allowance::Days(number)),
        _ => None,
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Allowance::Minutes(minutes) => write!(f, "{minutes} min"),
            Allowance::Hours(hours) => write!(f, "{hours} bh"),
            Allowance::Days(days) => write!(f, "{days} bd"),
        }
    }
}

impl TryFrom<String> for Allowance {
    type Error = CalendarError;

    fn try_from(text: String) -> Result<Allowance, CalendarError> {
        text.parse()
    }
}

impl From<Allowance> for String {
    fn from(allowance: Allowance) -> String {
        allowance.to_string()
    }
}
