//! A ticket, and the words for what can be said of it. Its verbs are in the
//! submodules, one file a subject: each takes the ticket as it is and returns a
//! [`Change`](super::change::Change) or a [`Refusal`](super::refusal::Refusal).
//! Nothing here reads the clock, the database or the settings.

pub mod accepting;
pub mod acknowledging;
pub mod calling;
pub mod conversation;
pub mod dates;
pub mod descending;
pub mod holding;
pub mod manning;
pub mod migrating;
pub mod opening;
pub mod pressing;
pub mod resolution;
mod standing;
pub mod triage;
pub mod waiting;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::actor::By;
use super::course::Course;
use super::ids::{PartnerId, PersonId, TicketId};
use super::ladder::{Ladder, Stand};
use super::priority::{Impact, Priority, Urgency};
use super::promise::Kind;
use super::refusal::Refusal;
use super::timetable::Timetable;
use super::words::text_enum;

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

/// A wait that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    pub on: WaitOn,
    pub reason: String,
    pub since: Timestamp,
    pub until: Timestamp,
    /// Times that the partner was reminded.
    #[serde(default)]
    pub reminded: u8,
}

/// We say that it is resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub at: Timestamp,
    pub by: By,
    pub summary: String,
    pub how_to_check: String,
    /// Times that the partner was asked again.
    #[serde(default)]
    pub asked: u8,
}

/// A time during which clocks stood still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    pub why: StopWhy,
    pub from: Timestamp,
    pub to: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopWhy {
    /// Waiting on the partner: rung and resolution clocks.
    Wait,
    /// Resolved was claimed: rung and update clocks.
    Claim,
}

/// *Escalate now* was pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Press {
    pub at: Timestamp,
    pub by: By,
    /// The rung that it reached.
    pub rung: u8,
    /// When a person answered.
    pub answered_at: Option<Timestamp>,
}

/// A warning before a rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadsUp {
    pub rung: u8,
    /// To who will hold it; else to the owner.
    pub to_holder: bool,
    /// When it was due.
    pub at: Timestamp,
    /// When it was given; none where its rung was reached before anybody looked.
    pub given_at: Option<Timestamp>,
}

/// What the present rung's holder was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notified {
    pub rung: u8,
    /// The notice, or the last re-notification.
    pub last_at: Timestamp,
    /// Re-notifications since the notice.
    pub count: u32,
    pub acknowledged_at: Option<Timestamp>,
}

impl Notified {
    pub const fn of(rung: u8, at: Timestamp) -> Self {
        Self { rung, last_at: at, count: 0, acknowledged_at: None }
    }
}

/// The partner contests the priority; once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contest {
    pub at: Timestamp,
    pub by: By,
    pub reason: String,
}

/// A message of a person that reached the partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    pub message: i32,
    pub at: Timestamp,
}

/// A holder's one delay of the next rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// From which rung it was said.
    pub from: u8,
    /// The rung that is delayed.
    pub rung: u8,
    pub until: Timestamp,
    pub by: By,
    pub reason: String,
}

/// The partner accepted the resolution date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Number of the promise.
    pub promise: i32,
    pub at: Timestamp,
    pub by: By,
    /// When its condition failed, and how.
    pub failed: Option<(Timestamp, AcceptanceEnd)>,
    /// Rung 3's holder was asked to acknowledge a ticket that is open for long.
    #[serde(default)]
    pub review_asked_at: Option<Timestamp>,
    #[serde(default)]
    pub reviewed_at: Option<Timestamp>,
}

impl Acceptance {
    pub const fn stands(&self) -> bool {
        self.failed.is_none()
    }
}

/// Why an accepted timetable counts no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcceptanceEnd {
    /// An update was promised, and did not come in time.
    UpdateLate,
    /// A step was not done by its date, or moved later.
    MilestoneSlipped,
    /// The date moved later, and was not accepted anew.
    LaterDate,
    /// Open for long, and rung 3's holder did not acknowledge it.
    NotReviewed,
}

/// A ticket came down to a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descent {
    pub at: Timestamp,
    pub to: u8,
}

/// A rung that is reached no earlier than that, by a change that made it overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutOff {
    pub rung: u8,
    pub until: Timestamp,
}

/// The calendar that the ticket's time ran on until some instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Era {
    pub calendar: String,
    pub version: i64,
    pub until: Timestamp,
}

/// What the clocks remember. Stored as one document: SQL never asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    /// When a person's first message reached the partner.
    pub first_reply_at: Option<Timestamp>,
    /// When a person's last one did.
    pub last_word_at: Option<Timestamp>,
    pub partner_spoke_at: Timestamp,
    pub wait: Option<Wait>,
    pub claim: Option<Claim>,
    pub stops: Vec<Stop>,
    pub presses: Vec<Press>,
    pub contest: Option<Contest>,
    /// Calendars before the present one.
    pub eras: Vec<Era>,
    pub reopened: u32,
    /// Changes of owner or team by a person.
    pub handed_on: u32,
    #[serde(default)]
    pub heads_ups: Vec<HeadsUp>,
    #[serde(default)]
    pub notified: Option<Notified>,
    /// When the rungs ahead last got other dates.
    #[serde(default)]
    pub dues_moved_at: Option<Timestamp>,
    /// Closed because nobody answered; the claim still stands in `claim`.
    #[serde(default)]
    pub unconfirmed_at: Option<Timestamp>,
    /// Messages of a person that reached the partner, in order; a bounce takes one out.
    #[serde(default)]
    pub words: Vec<Word>,
    #[serde(default)]
    pub holds: Vec<Hold>,
    #[serde(default)]
    pub accepted: Option<Acceptance>,
    /// The last de-escalation: rungs above it are counted from there.
    #[serde(default)]
    pub descent: Option<Descent>,
    /// Rungs that a change made overdue, and until when each is put off.
    #[serde(default)]
    pub put_off: Vec<PutOff>,
    /// Causes that have lifted it one rung at once, each once.
    #[serde(default = "every_cause")]
    pub lifted_by: Vec<Cause>,
    /// Other tickets of the same partner and leaf in the 90 days before it.
    #[serde(default)]
    pub repeats: u32,
    /// Triaged at least once.
    #[serde(default)]
    pub triaged: bool,
    /// For whom the owner stands in, who gets it back.
    #[serde(default)]
    pub stands_in_for: Option<PersonId>,
    /// Moved to its versions then: by these rules nothing happened before.
    #[serde(default)]
    pub ruled_since: Option<Timestamp>,
}

/// A ticket from before there were causes is not lifted by what happened to it back then.
fn every_cause() -> Vec<Cause> {
    vec![Cause::BrokenPromises, Cause::Reopenings, Cause::HandedOn, Cause::Repeats]
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

    /// The rung that the ticket is on.
    pub fn step(&self) -> Option<&Step> {
        self.rungs.iter().find(|s| s.number == self.rung)
    }

    /// The next rung that a clock, a press or a cause may reach.
    pub fn next_step<'a>(&'a self, ladder: &Ladder) -> Option<&'a Step> {
        self.rungs.iter().find(|s| {
            s.number > self.rung && s.reached_at.is_none() && self.granted(ladder, s.number).is_some()
        })
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
        let rung = self
            .rungs
            .iter()
            .find(|s| s.number > self.rung && s.reached_at.is_none())
            .and_then(|s| s.due)
            .filter(|_| !paused);
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
