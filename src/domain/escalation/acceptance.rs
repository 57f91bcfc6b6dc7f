//! **Accepted timetable**: once the partner accepts the resolution date, rungs from the
//! third on count from it, for as long as its condition holds. When that fails, the dates
//! from open return.

use jiff::{SignedDuration, Timestamp};

use crate::domain::actor::By;
use crate::domain::calendar::CalendarError;
use crate::domain::change::Change;
use crate::domain::event::What;
use crate::domain::promise::{Kind, Outcome, Promise};
use crate::domain::ticket::{Acceptance, AcceptanceEnd, Rules, Ticket};

use super::dues::SHIFTED_FROM;
use super::rungs::move_rungs;

/// The partner accepts the date that stands.
pub(in crate::domain) fn accept(
    change: &mut Change,
    rules: Rules<'_>,
    promise: i32,
    at: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    let reviewed_at = change.ticket.clocks.accepted.as_ref().and_then(|a| a.reviewed_at);
    change.ticket.clocks.accepted =
        Some(Acceptance { promise, at, by, failed: None, review_asked_at: None, reviewed_at });
    change.happened(at, by, What::Accepted { promise });
    move_rungs(change, rules, at, by)
}

/// The condition has failed: the dates from open return.
pub(in crate::domain) fn end(
    change: &mut Change,
    rules: Rules<'_>,
    why: AcceptanceEnd,
    at: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    let Some(acceptance) = change.ticket.clocks.accepted.as_mut().filter(|a| a.stands()) else {
        return Ok(());
    };
    acceptance.failed = Some((at, why));
    let promise = acceptance.promise;
    change.happened(at, by, What::AcceptanceEnded { promise, why });
    move_rungs(change, rules, at, by)
}

/// What a broken promise does to the condition. That the date itself passes is measured by its rungs.
pub(in crate::domain) fn after_broken(
    change: &mut Change,
    rules: Rules<'_>,
    promise: &Promise,
    at: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    let broken =
        change.ticket.timetable.get(promise.number).is_some_and(|p| p.outcome == Some(Outcome::Broken));
    let why = match promise.kind {
        _ if !broken => return Ok(()),
        Kind::FirstReply | Kind::NextUpdate => AcceptanceEnd::UpdateLate,
        Kind::Milestone => AcceptanceEnd::MilestoneSlipped,
        Kind::Resolution => return Ok(()),
    };
    end(change, rules, why, at, by)
}

/// A new date in the place of the accepted one: the acceptance goes on with one that is
/// earlier; a later one has to be accepted anew.
pub(in crate::domain) fn after_new_date(
    change: &mut Change,
    rules: Rules<'_>,
    old: &Promise,
    new: i32,
    at: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    let Some(due) = change.ticket.timetable.get(new).map(|p| p.due) else { return Ok(()) };
    if !go_on_with(change, old, new) {
        return Ok(());
    }
    if due > old.due {
        return end(change, rules, AcceptanceEnd::LaterDate, at, by);
    }
    move_rungs(change, rules, at, by)
}

/// The acceptance, if it is of `old`, goes on with `new`; returns whether it is.
pub(in crate::domain) fn go_on_with(change: &mut Change, old: &Promise, new: i32) -> bool {
    match change.ticket.clocks.accepted.as_mut().filter(|a| a.stands() && a.promise == old.number) {
        Some(acceptance) => {
            acceptance.promise = new;
            true
        }
        None => false,
    }
}

/// For a ticket that stays open long under an accepted timetable: when rung 3's holder is
/// asked to acknowledge it, and when that is late. None while nobody has to.
pub(super) struct Review {
    pub rung: u8,
    pub asked: Timestamp,
    pub due: Timestamp,
}

pub(super) fn next_review(ticket: &Ticket, rules: Rules<'_>) -> Result<Option<Review>, CalendarError> {
    let Some((acceptance, _)) = ticket.shifting_acceptance(rules.ladder) else { return Ok(None) };
    let Some(rung) = reviewed_rung(ticket) else { return Ok(None) };
    if ticket.is_paused() {
        return Ok(None);
    }
    let long = rules.ladder.long_open;
    let still = ticket.stood_still(rules.course, ticket.opened_at);
    let every = rules.course.open_time(long.every);
    let open = rules.course.open_time(long.after).saturating_add(still);
    let mut asked = rules.course.due(ticket.opened_at, open)?;
    loop {
        // Each from the one before: no due may lie years after its start.
        let due = rules.course.due(asked, every.max(SignedDuration::from_hours(1)))?;
        let done = acceptance.reviewed_at.is_some_and(|at| at >= asked);
        if due > acceptance.at && !done {
            return Ok(Some(Review { rung, asked: asked.max(acceptance.at), due }));
        }
        asked = due;
    }
}

/// The rung whose holder acknowledges that a ticket stays open for long.
pub(in crate::domain) fn reviewed_rung(ticket: &Ticket) -> Option<u8> {
    ticket.rungs.iter().find(|s| s.number >= SHIFTED_FROM).map(|s| s.number)
}

/// Rung 3's holder is asked.
pub(super) fn ask(change: &mut Change, review: &Review, at: Timestamp, overtaken: bool) {
    if let Some(acceptance) = change.ticket.clocks.accepted.as_mut() {
        acceptance.review_asked_at = Some(at);
    }
    let holder = change.ticket.rungs.iter().find(|s| s.number == review.rung).and_then(|s| s.holder);
    if let Some(holder) = holder.filter(|_| !overtaken) {
        change.happened(at, By::Lizard, What::ReviewAsked { rung: review.rung, holder, due: review.due });
    }
}
