//! Whether a letter still says the truth when it is about to leave.

use jiff::Timestamp;

use crate::domain::ids::PersonId;
use crate::domain::letter::{About, Kind};
use crate::domain::ticket::{CloseReason, State, Step, Ticket, WaitOn};

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
    let rung = ticket.rungs.iter().find(|s| Some(s.number) == about.rung);
    // What went out before its rung was reached is a warning, also to the VP.
    let warns = rung.is_some_and(|s: &Step| s.reached_at.is_none_or(|reached| created_at < reached));
    match kind {
        Kind::VpNotice if !warns => Ok(()),
        Kind::HeadsUp | Kind::VpNotice => {
            open()?;
            must(rung.is_none_or(|s| s.reached_at.is_none()), "the rung was reached meanwhile")
        }
        Kind::Renotified => {
            open()?;
            must(about.rung == Some(ticket.rung), "the ticket is on another rung")
        }
        Kind::TakenOver => {
            open()?;
            let theirs = rung.is_some_and(|s| s.number == ticket.rung && s.holder == Some(reader));
            must(theirs, "another one stands there by now")
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
