//! A ticket, and the words for what can be said of it. Its verbs are in the
//! submodules, one file a subject: each takes the ticket as it is and returns a
//! [`Change`](super::change::Change) or a [`Refusal`](super::refusal::Refusal).
//! Nothing here reads the clock, the database or the settings.

pub mod accepting;
pub mod acknowledging;
pub mod calling;
mod clocks;
pub mod conversation;
pub mod dates;
pub mod descending;
pub mod holding;
pub mod manning;
pub mod migrating;
pub mod opening;
pub mod pressing;
pub mod progress;
pub mod resolution;
mod standing;
pub mod triage;
pub mod waiting;
mod watching;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::Change;
use super::course::Course;
use super::escalation::settle;
use super::ids::{PartnerId, PersonId, TicketId};
use super::ladder::{Ladder, Stand};
use super::priority::{Impact, Priority, Urgency};
use super::promise::Kind;
use super::refusal::Refusal;
use super::taxonomy::is_restricted;
use super::timetable::Timetable;
use super::words::text_enum;

pub use clocks::{
    Acceptance, AcceptanceEnd, Claim, Clocks, Contest, Descent, Era, HeadsUp, Hold, Notified, Press, PutOff,
    Stop, StopWhy, Wait, Word,
};

text_enum! {
    pub enum State {
        Open = "open",
        /// Claimed by us, not yet confirmed by the partner.
        Resolved = "resolved",
        Closed = "closed",
    }
}

text_enum! {
    pub enum CloseReason { Confirmed = "confirmed", Unconfirmed = "unconfirmed", Merged = "merged", Withdrawn = "withdrawn" }
}

text_enum! {
    pub enum Visibility { Partner = "partner", Internal = "internal" }
}

text_enum! {
    pub enum WaitOn { Partner = "partner", ThirdParty = "third_party" }
}

text_enum! {
    /// Why *Escalate now* was pressed.
    pub enum PressReason {
        LackOfProgress = "lack_of_progress",
        NoReply = "no_reply",
        Deadline = "deadline",
        BusinessImpact = "business_impact",
        WrongExpertise = "wrong_expertise",
        DisagreePriority = "disagree_priority",
        Other = "other",
    }
}

impl PressReason {
    pub const fn label(self) -> &'static str {
        match self {
            Self::LackOfProgress => "Nothing moves",
            Self::NoReply => "Nobody answers",
            Self::Deadline => "The deadline is close",
            Self::BusinessImpact => "The damage grows",
            Self::WrongExpertise => "The wrong people are on it",
            Self::DisagreePriority => "The priority is wrong",
            Self::Other => "Something else",
        }
    }
}

text_enum! {
    /// Why a rung was reached.
    pub enum Cause {
        Opened = "opened",
        /// Its allowance ran out.
        Clock = "clock",
        /// *Escalate now*.
        Press = "press",
        /// The second broken promise of kind milestone or resolution.
        BrokenPromises = "broken_promises",
        /// The second reopening.
        Reopenings = "reopenings",
        /// The third change of owner or team by a person after triage.
        HandedOn = "handed_on",
        /// The third ticket of the same partner and leaf in 90 days.
        Repeats = "repeats",
        /// Nobody is there on the rung below.
        Absence = "absence",
    }
}

text_enum! {
    /// How a call of a partner sounded.
    pub enum Heat { Calm = "calm", Tense = "tense", Charged = "charged" }
}

/// An amount of money: hundredths of the currency's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub hundredths: i64,
    /// ISO 4217, three capital letters.
    pub currency: String,
}

/// One rung of this ticket's ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub number: u8,
    pub name: String,
    pub stand: Stand,
    /// Nobody, where the rung is empty.
    pub holder: Option<PersonId>,
    /// None: its clock never reaches it.
    pub due: Option<Timestamp>,
    pub reached_at: Option<Timestamp>,
    pub cause: Option<Cause>,
}

/// One partner issue, with everything that its verbs look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub id: TicketId,
    /// `PI-1042`.
    pub reference: String,
    /// Counts committed changes; the ETag.
    pub version: i64,
    pub partner: PartnerId,
    pub requester: PersonId,
    pub owner: PersonId,
    /// Code of the resolver team.
    pub team: String,
    pub category: String,
    pub reported_category: String,
    /// Of complaints: the person, to whom the ticket does not exist.
    pub about: Option<PersonId>,
    pub subject: String,
    pub description: String,
    pub impact: Impact,
    pub urgency: Urgency,
    pub deadline: Option<Timestamp>,
    pub value: Option<Money>,
    pub blocks: Option<String>,
    pub distributor: Option<String>,
    pub priority: Priority,
    pub priority_reason: String,
    pub state: State,
    pub close_reason: Option<CloseReason>,
    pub merged_into: Option<TicketId>,
    /// The present rung.
    pub rung: u8,
    pub rungs: Vec<Step>,
    pub timetable: Timetable,
    pub clocks: Clocks,
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
    pub ladder_version: i64,
    pub calendar: String,
    pub calendar_version: i64,
    /// When the engine has to look next, as it was when last recorded.
    pub check_at: Option<Timestamp>,
    /// Numbers given so far.
    pub last_event: i32,
    pub last_message: i32,
}

/// What a ticket is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    pub ladder: &'a Ladder,
    pub course: &'a Course,
}

impl Ticket {
    pub const fn is_live(&self) -> bool {
        !matches!(self.state, State::Closed)
    }

    /// A complaint or a legal matter, or it was filed as one: what it says leaves the house in
    /// no letter, and opens to nobody who has not signed in.
    pub fn is_confidential(&self) -> bool {
        is_restricted(&self.category) || is_restricted(&self.reported_category) || self.about.is_some()
    }

    /// Which claim stands, the first being 1: between two of them lies a refusal.
    pub fn claim_number(&self) -> Option<u32> {
        self.clocks.claim.as_ref().map(|_| self.clocks.reopened + 1)
    }

    /// The rung that the ticket is on.
    pub fn step(&self) -> Option<&Step> {
        self.rungs.iter().find(|s| s.number == self.rung)
    }

    /// The next rung that a clock, a press or a cause may reach.
    pub fn next_step<'a>(&'a self, ladder: &Ladder) -> Option<&'a Step> {
        self.rungs.iter().find(|s| s.number > self.rung && self.granted(ladder, s.number).is_some())
    }

    /// Waiting on the partner: rung and resolution clocks stand still.
    pub fn is_paused(&self) -> bool {
        self.clocks.wait.as_ref().is_some_and(|w| w.on == WaitOn::Partner)
    }

    /// The next instant at which a clock of this ticket breaks: an open promise's
    /// due, or the next rung's. None when every clock stands still.
    pub fn next_clock(&self) -> Option<Timestamp> {
        if self.state != State::Open {
            return None;
        }
        let paused = self.is_paused();
        let promises = self
            .timetable
            .all()
            .iter()
            .filter(|p| p.is_open() && !(paused && p.kind == Kind::Resolution))
            .map(|p| p.due);
        let rung = self.rungs.iter().find(|s| s.number > self.rung).and_then(|s| s.due).filter(|_| !paused);
        promises.chain(rung).min()
    }

    /// Refuses unless the ticket is open.
    pub(super) fn must_be_open(&self) -> Result<(), Refusal> {
        match self.state {
            State::Open => Ok(()),
            State::Resolved => Err(Refusal::state(
                "resolved",
                "this ticket is claimed as resolved: the partner has to confirm or refuse that first",
            )),
            State::Closed => Err(self.is_closed()),
        }
    }

    /// An open ticket as the clocks have left it by `now`: where most verbs begin.
    fn settled(&self, rules: Rules<'_>, now: Timestamp) -> Result<Change, Refusal> {
        self.must_be_open()?;
        let mut change = Change::of(self, now);
        settle(&mut change, rules, now)?;
        Ok(change)
    }

    /// Refuses when the ticket is closed.
    pub(super) fn must_be_live(&self) -> Result<(), Refusal> {
        if self.is_live() { Ok(()) } else { Err(self.is_closed()) }
    }

    fn is_closed(&self) -> Refusal {
        let how = self.close_reason.map_or("closed", CloseReason::as_str);
        Refusal::state("closed", format!("this ticket is closed ({how})"))
    }
}

#[cfg(test)]
mod tests;
