//! Moving the dates of the rungs ahead, and what it is to arrive on one.

use jiff::{SignedDuration, Timestamp};

use crate::domain::actor::By;
use crate::domain::calendar::CalendarError;
use crate::domain::change::Change;
use crate::domain::event::What;
use crate::domain::ticket::{Cause, Notified, PutOff, Rules, Step, Ticket};

use super::dues::Due;

/// Gives the rungs ahead their dates anew after a change of what they are measured by.
/// **Overdue by a change**: what it makes overdue is reached at the change, each further
/// rung a re-notify interval later; during a wait on the partner, as soon as the clock goes on.
pub(in crate::domain) fn move_rungs(
    change: &mut Change,
    rules: Rules<'_>,
    at: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    let renotify = rules.ladder.terms(change.ticket.priority).renotify;
    let reading = change.ticket.clock_reading(at);
    let mut overdue: Option<Timestamp> = None;
    for Due { rung, at: due, .. } in change.ticket.rung_dues(rules)? {
        let new = match (due, overdue) {
            (Some(due), None) if due < reading => Some(reading),
            (Some(due), Some(last)) if due < reading => Some(rules.course.due_after(last, renotify)?),
            (Some(due), Some(last)) => Some(due.max(last)),
            (due, _) => due,
        };
        if new.is_some_and(|new| new <= reading) || overdue.is_some() {
            overdue = new.or(overdue);
        }
        if let (Some(new), true) = (new, new != due) {
            put_off(change, rung, new);
        }
        redate(change, rung, new, at, by);
    }
    Ok(())
}

/// From now on `rung` is due no earlier than that, and no hold of before moves it further.
fn put_off(change: &mut Change, rung: u8, until: Timestamp) {
    for hold in change.ticket.clocks.holds.iter_mut().filter(|h| h.rung == rung) {
        hold.until = hold.until.min(until);
    }
    let list = &mut change.ticket.clocks.put_off;
    list.retain(|p| p.rung != rung);
    list.push(PutOff { rung, until });
}

/// The rung clock goes on at `at`, after it has stood still for this much open time: every
/// rung ahead is due as much later, by whatever rule, and none before `at`.
pub(in crate::domain) fn delay_rungs(
    change: &mut Change,
    rules: Rules<'_>,
    pause: SignedDuration,
    at: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    let clocks = &mut change.ticket.clocks;
    let fixed = clocks.put_off.iter_mut().map(|p| &mut p.until);
    for until in fixed.chain(clocks.holds.iter_mut().map(|h| &mut h.until)) {
        *until = rules.course.due(*until, pause)?;
    }
    for Due { rung, at: due, .. } in change.ticket.rung_dues(rules)? {
        if due.is_some_and(|due| due < at) {
            put_off(change, rung, at);
        }
        redate(change, rung, due.map(|due| due.max(at)), at, by);
    }
    Ok(())
}

fn redate(change: &mut Change, rung: u8, due: Option<Timestamp>, at: Timestamp, by: By) {
    let Some(step) = change.ticket.rungs.iter_mut().find(|s| s.number == rung) else { return };
    if step.due != due {
        let old = std::mem::replace(&mut step.due, due);
        change.ticket.clocks.dues_moved_at = Some(at);
        change.happened(at, by, What::RungMoved { rung, old, new: due });
    }
}

/// The ticket arrives on a rung. A holder who had not been warned before is an exception.
/// Where nobody is there, it passes on to the next rung at once.
pub(in crate::domain) fn reach(
    change: &mut Change,
    rules: Rules<'_>,
    number: u8,
    at: Timestamp,
    by: By,
    cause: Cause,
) {
    arrive(change, number, at, by, cause);
    pass_on(change, rules, at);
}

/// From a rung on which nobody stands to the next one that there is for this priority.
pub(in crate::domain) fn pass_on(change: &mut Change, rules: Rules<'_>, at: Timestamp) {
    while change.ticket.step().is_some_and(|s| s.holder.is_none()) {
        let Some(next) = change.ticket.next_step(rules.ladder).map(|s| s.number) else { return };
        arrive(change, next, at, By::Lizard, Cause::Absence);
    }
}

fn arrive(change: &mut Change, number: u8, at: Timestamp, by: By, cause: Cause) {
    let Some(step) = change.ticket.rungs.iter_mut().find(|s| s.number == number) else { return };
    step.reached_at = Some(at);
    step.cause = Some(cause);
    let Step { name, holder, .. } = step.clone();
    change.ticket.rung = number;
    change.ticket.clocks.notified = Some(Notified::of(number, at));
    change.happened(at, by, What::RungReached { rung: number, name, holder, cause });
    // Told of both at once they were not warned. Not by the time: a clock may have gone back.
    // Nor was who holds it only since now.
    let given = |ticket: &Ticket| {
        let heads_ups = &ticket.clocks.heads_ups;
        heads_ups.iter().any(|h| h.rung == number && h.to_holder && h.given_at.is_some())
    };
    let warned = change.before.as_ref().is_some_and(given) && given(&change.ticket);
    if let Some(holder) = holder.filter(|_| !warned) {
        change.happened(at, By::Lizard, What::Exception { rung: number, holder, cause });
    }
}
