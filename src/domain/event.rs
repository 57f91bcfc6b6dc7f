//! What happened to a ticket: the audit trail, the visible timeline, and the input
//! of a replay. An event says who, when it took effect, when it was recorded, and
//! what changed, completely; nothing is ever taken out of the list.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::actor::By;
use super::ids::PersonId;
use super::letter;
use super::partner::Holders;
use super::priority::{Impact, Priority, Urgency};
use super::promise::{Kind, Outcome};
use super::ticket::dates::Milestone;
use super::ticket::{AcceptanceEnd, Cause, CloseReason, Heat, Money, PressReason, Visibility, WaitOn};

/// One event; `number` counts from 1 within the ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub number: i32,
    /// When it took effect.
    pub at: Timestamp,
    /// When it was written down; later than `at` where a clock ran out unseen.
    pub recorded_at: Timestamp,
    pub by: By,
    pub what: What,
}

/// An event with its ticket, as it is written down outside the database: a line each. People
/// and tokens are the numbers that they have there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its reference.
    pub ticket: String,
    #[serde(flatten)]
    pub event: Event,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    Opened(Box<Opened>),
    /// A message; its text is in the ticket's messages under this number.
    MessagePosted {
        message: i32,
        visibility: Visibility,
        by_partner: bool,
    },
    /// A person's message reached the partner.
    MessageDelivered {
        message: i32,
    },
    PromiseMade {
        promise: i32,
        promise_kind: Kind,
        label: Option<String>,
        due: Timestamp,
        start: Timestamp,
        supersedes: Option<i32>,
        reason: Option<String>,
    },
    PromiseDecided {
        promise: i32,
        promise_kind: Kind,
        label: Option<String>,
        due: Timestamp,
        outcome: Outcome,
    },
    StepDone {
        promise: i32,
        label: String,
    },
    /// We gave a step of the timetable up.
    StepDropped {
        promise: i32,
        label: String,
    },
    /// A rung's date moved; none: its clock will not reach it.
    RungMoved {
        rung: u8,
        old: Option<Timestamp>,
        new: Option<Timestamp>,
    },
    RungReached {
        rung: u8,
        name: String,
        holder: Option<PersonId>,
        cause: Cause,
    },
    /// Somebody was told that the rung is coming.
    HeadsUp {
        rung: u8,
        /// Who was told.
        holder: PersonId,
        /// They will hold it; else they own the ticket.
        to_holder: bool,
        due: Timestamp,
    },
    /// A holder whom nobody had warned.
    Exception {
        rung: u8,
        holder: PersonId,
        cause: Cause,
    },
    /// The holder had not acknowledged, and was told again.
    Renotified {
        rung: u8,
        holder: PersonId,
        count: u32,
    },
    Acknowledged {
        rung: u8,
    },
    Triaged {
        category: Option<Moved<String>>,
        priority: Option<Moved<Priority>>,
        team: Option<Moved<String>>,
        owner: Option<Moved<PersonId>>,
        reason: String,
        /// It became a complaint about this person.
        #[serde(default)]
        about: Option<PersonId>,
        /// The team's is another one.
        #[serde(default)]
        calendar: Option<Moved<String>>,
        /// Others of the same partner and leaf in the 90 days before it, where the leaf is new.
        #[serde(default)]
        repeats: Option<u32>,
        /// Of a complaint: who stood where then. A replay reads it; nobody is shown it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holders: Option<Holders>,
    },
    /// The owner is not there, or is back: somebody else owns it.
    HandedOver {
        owner: Moved<PersonId>,
        #[serde(default)]
        why: HandOver,
    },
    /// Somebody else stands on a rung.
    HolderChanged {
        rung: u8,
        holder: Moved<Option<PersonId>>,
    },
    /// What was written at intake was corrected.
    Edited {
        fields: Vec<String>,
    },
    TimetableMoved {
        reason: Option<String>,
        requested_by_partner: bool,
        /// As it was asked for.
        #[serde(default)]
        milestones: Vec<Milestone>,
        /// None in what an earlier version wrote.
        #[serde(default)]
        resolution: Option<Timestamp>,
    },
    /// The partner accepts the resolution date.
    Accepted {
        promise: i32,
    },
    /// The accepted timetable counts no more.
    AcceptanceEnded {
        promise: i32,
        why: AcceptanceEnd,
    },
    /// Open for long: rung 3's holder acknowledges it until then, or the dates from open return.
    ReviewAsked {
        rung: u8,
        holder: PersonId,
        due: Timestamp,
    },
    /// Rung 3's holder has acknowledged that it stays open for long.
    Reviewed {
        rung: u8,
    },
    /// A holder delays the next rung.
    Held {
        /// The rung that is delayed.
        rung: u8,
        until: Timestamp,
        reason: String,
    },
    /// Down one rung, with the partner's agreement.
    Deescalated {
        from: u8,
        to: u8,
        reason: String,
        agreed_by: PersonId,
    },
    /// Measured by other versions from now on.
    Migrated {
        ladder: Option<Moved<i64>>,
        calendars: Option<Moved<i64>>,
        calendar: Option<Moved<String>>,
        reason: String,
        /// Who stood where then. A replay reads it; nobody is shown it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holders: Option<Holders>,
    },
    /// The partner called an executive about it.
    Called {
        summary: String,
        heat: Heat,
    },
    /// An executive whom the partner reached before we did.
    Surprise {
        person: PersonId,
    },
    /// Somebody hears of it too; `inside` when they are ours.
    WatcherAdded {
        person: PersonId,
        inside: bool,
    },
    WatcherRemoved {
        person: PersonId,
        inside: bool,
    },
    /// A message that was delivered came back.
    Bounced {
        message: i32,
    },
    WaitStarted {
        on: WaitOn,
        reason: String,
        until: Timestamp,
    },
    WaitEnded {
        on: WaitOn,
        why: WaitEnd,
    },
    /// The partner was reminded that we wait for them.
    Reminded {
        nth: u8,
    },
    Resolved {
        summary: String,
        how_to_check: String,
    },
    /// The partner was asked again whether it is fixed.
    AskedAgain {
        nth: u8,
    },
    /// The partner said that it is fixed.
    Confirmed {
        comment: String,
    },
    /// The partner said that it is not.
    Refused {
        comment: String,
    },
    Closed {
        reason: CloseReason,
    },
    MergedInto {
        into: String,
    },
    /// Another ticket was merged into this one.
    Absorbed {
        other: String,
    },
    Contested {
        reason: String,
    },
    Pressed {
        rung: u8,
        reason: PressReason,
        justification: String,
        appended: bool,
        #[serde(default)]
        by_partner: bool,
    },
    /// A letter did not reach this person, and is given up.
    Undelivered {
        person: PersonId,
        letter: letter::Kind,
        trouble: String,
    },
}

/// Everything that a ticket starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub category: String,
    pub about: Option<PersonId>,
    pub requester: PersonId,
    pub impact: Impact,
    pub urgency: Urgency,
    pub deadline: Option<Timestamp>,
    pub value: Option<Money>,
    pub priority: Priority,
    pub priority_reason: String,
    pub owner: PersonId,
    pub team: String,
    pub ladder_version: i64,
    pub calendar: String,
    pub calendar_version: i64,
    pub rungs: Vec<OpenedRung>,
    /// The rung that it starts on.
    #[serde(default = "first_rung")]
    pub rung: u8,
    /// Others of the same partner and leaf in the 90 days before it.
    #[serde(default)]
    pub repeats: u32,
    /// The partner's slug. None in what an earlier version wrote, which cannot be replayed.
    #[serde(default)]
    pub partner: Option<String>,
    /// The partner's.
    #[serde(default)]
    pub region: Option<String>,
    /// Who stood where, there or not. A replay reads it; nobody is shown it.
    #[serde(default)]
    pub holders: Option<Holders>,
}

const fn first_rung() -> u8 {
    1
}

/// Why a ticket got another owner without a person's order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOver {
    /// Not there, and nobody stands in: routed again.
    #[default]
    Rerouted,
    /// Who stands in takes over.
    StandIn,
    /// Back again.
    Returned,
}

/// A rung as it was laid out at open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedRung {
    pub number: u8,
    pub holder: Option<PersonId>,
    pub due: Option<Timestamp>,
}

/// Old and new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved<T> {
    pub old: T,
    pub new: T,
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitEnd {
    PartnerReplied,
    Lifted,
    RanOut,
    /// Resolved, or merged: there was nothing left to wait for.
    Moot,
}

impl What {
    /// The stable word, also in the table: the serde tag.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::MessagePosted { .. } => "message_posted",
            Self::MessageDelivered { .. } => "message_delivered",
            Self::PromiseMade { .. } => "promise_made",
            Self::PromiseDecided { .. } => "promise_decided",
            Self::StepDone { .. } => "step_done",
            Self::StepDropped { .. } => "step_dropped",
            Self::RungMoved { .. } => "rung_moved",
            Self::RungReached { .. } => "rung_reached",
            Self::HeadsUp { .. } => "heads_up",
            Self::Exception { .. } => "exception",
            Self::Renotified { .. } => "renotified",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Triaged { .. } => "triaged",
            Self::HandedOver { .. } => "handed_over",
            Self::HolderChanged { .. } => "holder_changed",
            Self::Edited { .. } => "edited",
            Self::TimetableMoved { .. } => "timetable_moved",
            Self::Accepted { .. } => "accepted",
            Self::AcceptanceEnded { .. } => "acceptance_ended",
            Self::ReviewAsked { .. } => "review_asked",
            Self::Reviewed { .. } => "reviewed",
            Self::Held { .. } => "held",
            Self::Deescalated { .. } => "deescalated",
            Self::Migrated { .. } => "migrated",
            Self::Called { .. } => "called",
            Self::Surprise { .. } => "surprise",
            Self::WatcherAdded { .. } => "watcher_added",
            Self::WatcherRemoved { .. } => "watcher_removed",
            Self::Bounced { .. } => "bounced",
            Self::WaitStarted { .. } => "wait_started",
            Self::WaitEnded { .. } => "wait_ended",
            Self::Reminded { .. } => "reminded",
            Self::AskedAgain { .. } => "asked_again",
            Self::Resolved { .. } => "resolved",
            Self::Confirmed { .. } => "confirmed",
            Self::Refused { .. } => "refused",
            Self::Closed { .. } => "closed",
            Self::MergedInto { .. } => "merged_into",
            Self::Absorbed { .. } => "absorbed",
            Self::Contested { .. } => "contested",
            Self::Pressed { .. } => "pressed",
            Self::Undelivered { .. } => "undelivered",
        }
    }

    /// The people whom it names.
    pub fn people(&self) -> Vec<PersonId> {
        match self {
            Self::Opened(o) => {
                let holders = o.rungs.iter().filter_map(|r| r.holder);
                [o.requester, o.owner].into_iter().chain(o.about).chain(holders).collect()
            }
            Self::RungReached { holder, .. } => holder.iter().copied().collect(),
            Self::HeadsUp { holder, .. }
            | Self::Exception { holder, .. }
            | Self::ReviewAsked { holder, .. }
            | Self::Renotified { holder, .. } => vec![*holder],
            Self::Undelivered { person, .. }
            | Self::Surprise { person }
            | Self::WatcherAdded { person, .. }
            | Self::WatcherRemoved { person, .. } => vec![*person],
            Self::Deescalated { agreed_by, .. } => vec![*agreed_by],
            Self::HolderChanged { holder, .. } => holder.old.into_iter().chain(holder.new).collect(),
            Self::Triaged { owner, about, .. } => {
                owner.iter().flat_map(|m| [m.old, m.new]).chain(*about).collect()
            }
            Self::HandedOver { owner, .. } => vec![owner.old, owner.new],
            _ => Vec::new(),
        }
    }

    /// Whether the partner's side sees it.
    pub const fn is_public(&self) -> bool {
        match self {
            Self::WatcherAdded { inside, .. } | Self::WatcherRemoved { inside, .. } => !*inside,
            Self::MessagePosted { visibility, .. } => matches!(visibility, Visibility::Partner),
            Self::MessageDelivered { .. }
            | Self::HeadsUp { .. }
            | Self::Exception { .. }
            | Self::Renotified { .. }
            | Self::ReviewAsked { .. }
            | Self::Reviewed { .. }
            | Self::Called { .. }
            | Self::Surprise { .. }
            | Self::Bounced { .. }
            | Self::Undelivered { .. } => false,
            _ => true,
        }
    }
}

/// Whether letters arrived, and what followed from that alone: at least one event.
pub fn only_arrivals(events: &[Event]) -> bool {
    let arrived = |e: &Event| matches!(e.what, What::MessageDelivered { .. });
    let promised = |e: &Event| matches!(e.what, What::PromiseDecided { .. } | What::PromiseMade { .. });
    let follows = |e: &Event| events.iter().any(|a| arrived(a) && a.recorded_at == e.recorded_at);
    !events.is_empty() && events.iter().all(|e| arrived(e) || (promised(e) && follows(e)))
}
