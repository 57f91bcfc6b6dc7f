//! What holds of every ticket and letter at any time, and what is wrong where it does not:
//! `lizard verify` asks it of a database, the tests of the domain of every change. Pure:
//! values in, breaches out; which rows belong together is the store's to say.

mod events;
mod letters;
mod promises;

use jiff::Timestamp;

use super::person::{Person, Role};
use super::ticket::{CloseReason, State, Ticket};
use super::words::text_enum;

pub use events::{of_events, of_messages};
pub use letters::{Held, Subject, of_letter};

text_enum! {
    /// What is broken. The words are stable: scripts look for them.
    pub enum Code {
        /// A row whose words, numbers or documents nobody understands.
        Unreadable = "unreadable",
        /// A column that is kept for SQL says something else than the ticket.
        ColumnDiffers = "column_differs",
        /// The ladder or calendars that a ticket is measured by cannot be had.
        RulesMissing = "rules_missing",
        StateContradicts = "state_contradicts",
        OwnerUnknown = "owner_unknown",
        OwnerNotOfTheDesk = "owner_not_of_the_desk",
        OwnerInactive = "owner_inactive",
        OwnerNotOnRung1 = "owner_not_on_rung_1",
        OwnerIsAccused = "owner_is_accused",
        UpdatePromiseMissing = "update_promise_missing",
        UpdatePromiseTwice = "update_promise_twice",
        ResolutionPromiseMissing = "resolution_promise_missing",
        ResolutionPromiseTwice = "resolution_promise_twice",
        PromiseWithoutOutcome = "promise_without_outcome",
        PromiseOutcomeWrong = "promise_outcome_wrong",
        PromiseSupersedesWrong = "promise_supersedes_wrong",
        PromiseNumbers = "promise_numbers",
        PromiseWithoutEvent = "promise_without_event",
        /// The date that was given is not the one in the history.
        PromiseOverwritten = "promise_overwritten",
        OutcomeWithoutEvent = "outcome_without_event",
        RungWrong = "rung_wrong",
        RungSkipped = "rung_skipped",
        RungDueOrder = "rung_due_order",
        RungWithoutEvent = "rung_without_event",
        EventNumbers = "event_numbers",
        EventOrder = "event_order",
        FirstEventNotOpened = "first_event_not_opened",
        ClosedWithoutEvent = "closed_without_event",
        MessageNumbers = "message_numbers",
        MessageWithoutEvent = "message_without_event",
        /// A clock runs out before anybody looks, or nobody ever will.
        ClockMissed = "clock_missed",
        LetterWithoutTicket = "letter_without_ticket",
        LetterWithoutEvent = "letter_without_event",
        LetterWithoutMessage = "letter_without_message",
        LetterToAccused = "letter_to_accused",
        LetterState = "letter_state",
        /// A remembered answer names a ticket that there is not.
        AnswerWithoutTicket = "answer_without_ticket",
        /// A column names a row that there is not.
        ReferenceBroken = "reference_broken",
        IndexMissing = "index_missing",
        /// The next number is given already.
        SequenceBehind = "sequence_behind",
        /// Somebody's live tickets are more or fewer than are counted for them.
        LiveMiscounted = "live_miscounted",
        /// Somebody is back before they left, or what was to be done then is said to be done before.
        AbsenceSenseless = "absence_senseless",
        /// Of a file that was attached to a ticket, nothing is there but its name.
        AttachmentWithoutBytes = "attachment_without_bytes",
        /// More or fewer bytes are kept of an attached file than it has.
        AttachmentSizeWrong = "attachment_size_wrong",
        FileDamaged = "file_damaged",
    }
}

/// One thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    pub code: Code,
    pub detail: String,
}

impl Breach {
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// Notes what does not hold.
#[derive(Default)]
struct Breaches(Vec<Breach>);

impl Breaches {
    fn must(&mut self, holds: bool, code: Code, detail: impl FnOnce() -> String) {
        if !holds {
            self.0.push(Breach::new(code, detail()));
        }
    }
}

/// What a ticket must be in itself, with its rungs and promises.
pub fn of_ticket(ticket: &Ticket) -> Vec<Breach> {
    let mut found = Breaches::default();
    check_state(ticket, &mut found);
    promises::check(ticket, &mut found);
    check_rungs(ticket, &mut found);
    found.0
}

/// A live ticket has one owner, who is there, of the desk, and not who it is about.
pub fn of_owner(ticket: &Ticket, owner: Option<&Person>) -> Vec<Breach> {
    let mut found = Breaches::default();
    let id = ticket.owner;
    let Some(owner) = owner else {
        return vec![Breach::new(Code::OwnerUnknown, format!("its owner, person {id}, is nobody"))];
    };
    found.must(owner.role == Role::Desk, Code::OwnerNotOfTheDesk, || {
        format!("its owner, person {id}, is of the role {}", owner.role)
    });
    if ticket.is_live() {
        found.must(owner.active, Code::OwnerInactive, || {
            format!("its owner, person {id}, has left, and it is {}", ticket.state)
        });
        found.must(ticket.about != Some(id), Code::OwnerIsAccused, || {
            format!("its owner, person {id}, is who it is about")
        });
    }
    found.0
}

/// Whoever looks next comes in time: `next_look` is when the clocks want it. A look too
/// early finds nothing, and is no breach.
pub fn of_look(ticket: &Ticket, next_look: Option<Timestamp>) -> Vec<Breach> {
    let Some(wanted) = next_look else { return Vec::new() };
    if ticket.check_at.is_some_and(|at| at <= wanted) {
        return Vec::new();
    }
    let looks = ticket.check_at.map_or_else(|| "never".to_owned(), |at| format!("at {at}"));
    let overdue = ticket.timetable.all().iter().find(|p| p.is_open() && p.due == wanted);
    match overdue.filter(|p| p.due < ticket.updated_at) {
        Some(p) => vec![Breach::new(
            Code::PromiseWithoutOutcome,
            format!("promise {} was due at {wanted}, and the sweep looks {looks}", p.number),
        )],
        None => vec![Breach::new(
            Code::ClockMissed,
            format!("a clock runs out at {wanted}, and the sweep looks {looks}"),
        )],
    }
}

fn check_state(ticket: &Ticket, found: &mut Breaches) {
    let clocks = &ticket.clocks;
    let closed = ticket.state == State::Closed;
    let mut must = |holds, detail: &str| {
        found.must(holds, Code::StateContradicts, || format!("it is {}, {detail}", ticket.state));
    };
    must(closed == ticket.close_reason.is_some(), "which its close_reason denies");
    let merged = ticket.close_reason == Some(CloseReason::Merged);
    must(merged == ticket.merged_into.is_some(), "which its merged_into denies");
    let unconfirmed = ticket.close_reason == Some(CloseReason::Unconfirmed);
    let claimed = ticket.state == State::Resolved || unconfirmed;
    must(claimed == clocks.claim.is_some(), "which its claim denies");
    must(clocks.wait.is_none() || ticket.state == State::Open, "and waits for somebody");
}

/// Reached in order, one after the other, and the present rung is the last one reached.
fn check_rungs(ticket: &Ticket, found: &mut Breaches) {
    let rungs = &ticket.rungs;
    let first = rungs.first();
    found.must(first.is_some_and(|s| s.holder == Some(ticket.owner)), Code::OwnerNotOnRung1, || {
        format!("person {} owns it, and another holds rung 1", ticket.owner)
    });
    let reached = rungs.iter().rfind(|s| s.reached_at.is_some()).map(|s| s.number);
    found.must(reached == Some(ticket.rung), Code::RungWrong, || {
        let reached = reached.map_or_else(|| "none".to_owned(), |n| n.to_string());
        format!("it is on rung {}, and the last one reached is {reached}", ticket.rung)
    });
    for step in rungs {
        found.must(step.reached_at.is_some() == step.cause.is_some(), Code::RungWrong, || {
            format!("rung {} has an instant without a cause, or a cause without an instant", step.number)
        });
        let below = reached.is_some_and(|reached| step.number < reached);
        found.must(!below || step.reached_at.is_some(), Code::RungSkipped, || {
            format!("rung {} was passed over", step.number)
        });
    }
    let mut ahead = rungs.iter().filter(|s| s.reached_at.is_none()).filter_map(|s| s.due);
    found.must(ahead.by_ref().is_sorted(), Code::RungDueOrder, || {
        "a rung is due before the one below it".to_owned()
    });
    let stands = ticket.clocks.stops.iter().all(|s| s.from <= s.to);
    found.must(stands, Code::StateContradicts, || "it stood still for less than no time".to_owned());
}

#[cfg(test)]
mod tests;
