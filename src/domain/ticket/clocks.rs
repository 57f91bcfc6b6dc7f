//! What a ticket's clocks remember: waits, claims, presses, warnings, holds, and the calendars
//! that its time ran on. Stored as one document.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::actor::By;
use crate::domain::ids::PersonId;

use super::{Cause, WaitOn};

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
