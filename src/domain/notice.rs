//! Who must hear what, and why: read off the events of a change. One notice for each
//! reader of a change, with everything in it that they must hear. What a letter says
//! about it is composed in `mail`; whether it is still true when it leaves is asked
//! of [`still_true`].

use jiff::Timestamp;

use super::ids::PersonId;
use super::letter::{About, Kind, Side};
use super::ticket::{CloseReason, State, Ticket, WaitOn};

/// What one reader hears of one change; at least one thing, in the order of effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub reader: PersonId,
    pub side: Side,
    pub hears: Vec<Heard>,
}

/// One thing that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Number of the event that caused it.
    pub event: i32,
    /// When it took effect.
    pub at: Timestamp,
    pub what: Told,
}

/// What is told. What it says beyond this stands in the ticket and in the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// M1, to the requester: we have it. To others (the channel manager): for information.
    Received,
    /// To the owner: this ticket is yours.
    Assigned,
    /// M2 and M4: a person wrote this; the number of the message.
    Reply { message: i32, first: bool },
    /// M3: steps or an earlier date.
    Timetable,
    /// M4: a step is done; the number of the promise.
    StepDone { promise: i32 },
    /// M5: an update was due, and there was none; the number of the broken promise.
    NoProgress { promise: i32 },
    /// The resolution date or a step has passed; the number of the broken promise.
    DatePassed { promise: i32 },
    /// M6: a date moved later; the numbers of the new promises.
    NewDate { promises: Vec<i32> },
    /// M7, and M10 to the VP: rung `rung` is due; to its future holder, or else to the owner.
    HeadsUp { rung: u8, due: Timestamp, to_holder: bool },
    /// M8, and M10 to the VP: rung `rung` is reached; to its holder, to those below, or to the partner.
    RungReached { rung: u8 },
    /// Nobody on rung `rung` has acknowledged; the how-many-eth time.
    Renotified { rung: u8, count: u32 },
    /// M9: we wait for the partner. 0 at the start, then 1, 2 and 3.
    Waiting { nth: u8 },
    /// M11: *Escalate now* was pressed.
    Pressed { appended: bool },
    /// M12: we say that it is resolved; the number of the message that says so.
    Claimed { message: i32 },
    /// M13: the second or third time that we ask.
    AskedAgain { nth: u8 },
    /// M13: closed because nobody answered.
    ClosedUnconfirmed,
    /// To the owner: the partner confirmed.
    Confirmed,
    /// M14: the partner says that it is not fixed.
    Refused,
    /// To the owner: the partner's side wrote; the number of the message.
    PartnerWrote { message: i32 },
    /// To the owner and the channel manager: the partner contests the priority.
    Contested,
    /// To the requester: it goes on in another ticket.
    MergedInto { into: String },
    /// M24: letters do not reach this person.
    Undelivered { person: PersonId },
}

/// Whether a letter that was caused at `created_at` still says the truth about its ticket
/// when it is about to leave; if not, why.
pub fn still_true(
    kind: Kind,
    about: &About,
    reader: PersonId,
    created_at: Timestamp,
    ticket: &Ticket,
) -> Result<(), &'static str> {
    const NOT_OPEN: &str = "the ticket is not open any more";
    if ticket.about == Some(reader) {
        return Err("it is about its reader");
    }
    let must = |holds: bool, why| if holds { Ok(()) } else { Err(why) };
    let open = || must(ticket.state == State::Open, NOT_OPEN);
    match kind {
        Kind::HeadsUp => {
            open()?;
            let reached = |s: &super::ticket::Step| Some(s.number) == about.rung && s.reached_at.is_some();
            must(!ticket.rungs.iter().any(reached), "the rung was reached meanwhile")
        }
        Kind::Renotified => {
            open()?;
            must(about.rung == Some(ticket.rung), "the ticket is on another rung")
        }
        Kind::NoProgress => {
            open()?;
            let spoken = ticket.clocks.last_word_at.is_some_and(|at| at > created_at);
            must(!spoken, "the partner has heard from us meanwhile")
        }
        Kind::Waiting => {
            let waits = ticket.clocks.wait.as_ref().is_some_and(|w| w.on == WaitOn::Partner);
            must(waits, "nobody waits for the partner any more")
        }
        Kind::ConfirmReminder => {
            let unanswered = ticket.close_reason == Some(CloseReason::Unconfirmed);
            must(ticket.state == State::Resolved || unanswered, "the partner has answered meanwhile")
        }
        Kind::Timetable => must(ticket.is_live(), "the ticket is closed"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
