//! Priority from impact and urgency, with the reason in words (PRODUCT §4).
//! No partner tier, no look-ups: the same answers always give the same priority.

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::words::text_enum;

text_enum! {
    /// P1 stops business today … P4 is a question or an idea.
    pub enum Priority { P1 = "P1", P2 = "P2", P3 = "P3", P4 = "P4" }
}

text_enum! {
    /// How much of the partner's business stands still.
    pub enum Impact { CannotWork = "cannot_work", OneBlocked = "one_blocked", Annoying = "annoying" }
}

text_enum! {
    /// How soon it must be solved; follows from the deadline where one is named.
    pub enum Urgency { Within1Day = "within_1_day", Within5Days = "within_5_days", Later = "later" }
}

impl Priority {
    /// 0 for P1 … 3 for P4.
    pub const fn index(self) -> usize {
        match self {
            Self::P1 => 0,
            Self::P2 => 1,
            Self::P3 => 2,
            Self::P4 => 3,
        }
    }

    /// What the priority means, as partners read it.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::P1 => "stops business today",
            Self::P2 => "a deal or a delivery is at risk",
            Self::P3 => "slows you down",
            Self::P4 => "a question or an idea",
        }
    }
}

impl Impact {
    pub const fn label(self) -> &'static str {
        match self {
            Self::CannotWork => "We cannot sell or deliver at all",
            Self::OneBlocked => "One deal, order or payment is blocked",
            Self::Annoying => "It is annoying, but work goes on",
        }
    }
}

impl Urgency {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Within1Day => "Within one business day",
            Self::Within5Days => "Within five business days",
            Self::Later => "Later, or no deadline",
        }
    }

    /// The urgency of a deadline: filed within 1 bd of it, within 5 bd, else later.
    pub fn of_deadline(calendar: &Calendar, filed: Timestamp, deadline: Timestamp) -> Self {
        let left = calendar.elapsed(filed, deadline);
        let day = calendar.standard_day();
        if left <= day {
            Self::Within1Day
        } else if left <= day.saturating_mul(5) {
            Self::Within5Days
        } else {
            Self::Later
        }
    }
}

/// A priority and the sentence that explains it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    pub priority: Priority,
    pub reason: String,
}

/// What the matrix looks at.
pub struct Weighing<'a> {
    pub impact: Impact,
    pub urgency: Urgency,
    pub deadline: Option<Timestamp>,
    /// The named value is above the configured limit for its currency.
    pub above_limit: bool,
    /// The partner's zone: "today" in the matrix is theirs.
    pub partner_zone: &'a TimeZone,
    pub filed: Timestamp,
}

/// The matrix of PRODUCT §4.
pub fn judge(w: &Weighing<'_>) -> Judgement {
    let impact = if w.above_limit { Impact::CannotWork } else { w.impact };
    let today = w.deadline.is_some_and(|deadline| {
        deadline.to_zoned(w.partner_zone.clone()).date() == w.filed.to_zoned(w.partner_zone.clone()).date()
    });
    let priority = match (impact, w.urgency) {
        (Impact::CannotWork, Urgency::Within1Day) => Priority::P1,
        (Impact::CannotWork, Urgency::Within5Days | Urgency::Later) => Priority::P2,
        (Impact::OneBlocked, Urgency::Within1Day) if today => Priority::P1,
        (Impact::OneBlocked, Urgency::Within1Day | Urgency::Within5Days) => Priority::P2,
        (Impact::OneBlocked, Urgency::Later)
        | (Impact::Annoying, Urgency::Within1Day | Urgency::Within5Days) => Priority::P3,
        (Impact::Annoying, Urgency::Later) => Priority::P4,
    };
    let what = match impact {
        Impact::CannotWork if w.above_limit => "the value named is above the limit for special attention",
        Impact::CannotWork => "you cannot sell or deliver at all",
        Impact::OneBlocked => "one deal, order or payment is blocked",
        Impact::Annoying => "it is annoying, but work goes on",
    };
    let when = match w.urgency {
        Urgency::Within1Day if today => "it must be solved today",
        Urgency::Within1Day => "it must be solved within one business day",
        Urgency::Within5Days => "it must be solved within five business days",
        Urgency::Later => "no deadline is near",
    };
    Judgement { priority, reason: format!("{what}, and {when}") }
}

#[cfg(test)]
mod tests;
