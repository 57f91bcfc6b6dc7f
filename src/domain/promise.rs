//! A date given to the partner: made once, never overwritten. A new date is a new
//! promise that supersedes the old one, and every promise ends in one outcome.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::actor::By;
use super::words::text_enum;

text_enum! {
    pub enum Kind {
        /// Stands as the next-update promise until a person first replies.
        FirstReply = "first_reply",
        NextUpdate = "next_update",
        /// A step of the timetable, named by its label.
        Milestone = "milestone",
        Resolution = "resolution",
    }
}

text_enum! {
    /// Decided by the engine, once.
    pub enum Outcome {
        Kept = "kept",
        Broken = "broken",
        Withdrawn = "withdrawn",
    }
}

text_enum! {
    /// Where the date came from: changes of terms remake only the table's.
    pub enum Origin { Table = "table", Person = "person" }
}

/// A promise of one ticket. `number` counts from 1 within the ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub number: i32,
    pub kind: Kind,
    /// Of a milestone: what will be done.
    pub label: Option<String>,
    pub due: Timestamp,
    /// Where its allowance was counted from; kept when it is remade.
    pub start: Timestamp,
    pub origin: Origin,
    pub made_at: Timestamp,
    pub made_by: By,
    pub supersedes: Option<i32>,
    /// Why the date moved.
    pub reason: Option<String>,
    /// When the partner was told: shown at once on the page, later by letter.
    pub told_at: Option<Timestamp>,
    pub outcome: Option<Outcome>,
    pub decided_at: Option<Timestamp>,
    /// A milestone was done, in time or late.
    pub done_at: Option<Timestamp>,
    /// A milestone was given up.
    pub dropped: bool,
}

impl Promise {
    pub const fn is_open(&self) -> bool {
        self.outcome.is_none()
    }

    /// First reply and next update: what keeps the partner from silence.
    pub const fn is_update(&self) -> bool {
        matches!(self.kind, Kind::FirstReply | Kind::NextUpdate)
    }
}
