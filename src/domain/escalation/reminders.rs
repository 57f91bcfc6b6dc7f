//! What is said before and after a clock runs out: heads-ups before a rung, the next
//! notice to a holder who has not acknowledged, reminders to a partner for whom we
//! wait, and the second and third time that we ask whether it is fixed. What a late
//! look finds overtaken by what came after it is not given any more.

use jiff::{SignedDuration, Timestamp};

use crate::domain::actor::By;
use crate::domain::calendar::CalendarError;
use crate::domain::change::Change;
use crate::domain::event::What;
use crate::domain::ids::PersonId;
use crate::domain::ladder::Stand;
use crate::domain::ticket::{Claim, HeadsUp, Rules, Ticket, WaitOn};

use super::{Look, Next};

/// Who reaches the top is told once, and reminded at most so often.
const BETWEEN_REMINDERS_TO_THE_VP: SignedDuration = SignedDuration::from_hours(24);
const DAY_HOURS: i64 = 24;

/// A warning that is to be given.
pub(super) struct HeadsUpDue {
    rung: u8,
    /// When the rung is reached by its clock.
    due: Timestamp,
    to_holder: bool,
    to: Option<PersonId>,
}

/// The next warning: to the owner and to the future holder of each rung ahead, at their
/// shares of the open time from the clock's start (open, or the last de-escalation) to its
/// due. After the due or the holder has changed, at once if its instant has passed.
pub(super) fn next_heads_up(
    ticket: &Ticket,
    rules: Rules<'_>,
) -> Result<Option<(Timestamp, HeadsUpDue)>, CalendarError> {
    if ticket.is_paused() {
        return Ok(None);
    }
    let shares = rules.ladder.heads_up;
    let start = ticket.clock_start();
    let floor = ticket.clocks.dues_moved_at.unwrap_or(start);
    let mut first: Option<(Timestamp, HeadsUpDue)> = None;
    for step in ticket.rungs.iter().filter(|s| s.number > ticket.rung) {
        let Some(due) = step.due else { continue };
        let whole = rules.course.elapsed(start, due);
        for (percent, to_holder, to) in
            [(shares.owner, false, Some(ticket.owner)), (shares.holder, true, step.holder)]
        {
            let given =
                ticket.clocks.heads_ups.iter().any(|h| h.rung == step.number && h.to_holder == to_holder);
            if given {
                continue;
            }
            let share = whole.saturating_mul(i32::from(percent)) / 100;
            let at = rules.course.due(start, share)?.max(floor);
            if first.as_ref().is_none_or(|(earliest, _)| at < *earliest) {
                first = Some((at, HeadsUpDue { rung: step.number, due, to_holder, to }));
            }
        }
    }
    Ok(first)
}

/// Gives a warning, unless its rung is reached in the same look.
pub(super) fn heads_up(change: &mut Change, due: &HeadsUpDue, at: Timestamp, look: Look) {
    let HeadsUpDue { rung, to_holder, due, to } = *due;
    let to = to.filter(|_| !look.overtaken(change, due));
    change.ticket.clocks.heads_ups.push(HeadsUp {
        rung,
        to_holder,
        at,
        given_at: to.map(|_| change.recorded_at),
    });
    if let Some(to) = to {
        change.happened(at, By::Lizard, What::HeadsUp { rung, holder: to, to_holder, due });
    }
}

/// When the present rung's holder, who has not acknowledged, hears of it again.
pub(super) fn next_renotification(
    ticket: &Ticket,
    rules: Rules<'_>,
) -> Result<Option<Timestamp>, CalendarError> {
    let Some(notified) = ticket.clocks.notified.as_ref().filter(|n| n.acknowledged_at.is_none()) else {
        return Ok(None);
    };
    let Some(step) = ticket.step().filter(|s| s.holder.is_some()) else { return Ok(None) };
    if ticket.is_paused() {
        return Ok(None);
    }
    let interval = rules.course.open_time(rules.ladder.terms(ticket.priority).renotify);
    let stood_still: SignedDuration = ticket
        .clocks
        .stops
        .iter()
        .filter(|s| s.to > notified.last_at)
        .map(|s| rules.course.elapsed(s.from.max(notified.last_at), s.to))
        .sum();
    let mut at = rules.course.due(notified.last_at, interval.saturating_add(stood_still))?;
    if step.stand == Stand::Vp && notified.count > 0 {
        let earliest = notified.last_at.saturating_add(BETWEEN_REMINDERS_TO_THE_VP).unwrap_or(at);
        while at < earliest && !interval.is_zero() {
            at = rules.course.due(at, interval)?;
        }
    }
    Ok(Some(at))
}

pub(super) fn renotify(
    change: &mut Change,
    rules: Rules<'_>,
    at: Timestamp,
    look: Look,
) -> Result<(), CalendarError> {
    let Some(notified) = change.ticket.clocks.notified.as_mut() else { return Ok(()) };
    notified.last_at = at;
    notified.count += 1;
    let (rung, count) = (notified.rung, notified.count);
    let again = next_renotification(&change.ticket, rules)?;
    let above = change.ticket.rungs.iter().find(|s| s.number > rung).and_then(|s| s.due);
    let overtaken = [again, above].into_iter().flatten().any(|next| look.overtaken(change, next));
    let holder = change.ticket.step().and_then(|s| s.holder);
    if let Some(holder) = holder.filter(|_| !overtaken) {
        change.happened(at, By::Lizard, What::Renotified { rung, holder, count });
    }
    Ok(())
}

/// When we remind the partner that we wait for them, and for which time.
pub(super) fn next_reminder(
    ticket: &Ticket,
    rules: Rules<'_>,
) -> Result<Option<(Timestamp, u8)>, CalendarError> {
    let Some(wait) = ticket.clocks.wait.as_ref().filter(|w| w.on == WaitOn::Partner) else { return Ok(None) };
    let Some(after) = rules.ladder.wait_reminders.get(usize::from(wait.reminded)) else { return Ok(None) };
    let at = rules.course.due_after(wait.since, *after)?;
    Ok((at < wait.until).then_some((at, wait.reminded + 1)))
}

pub(super) fn remind(
    change: &mut Change,
    rules: Rules<'_>,
    nth: u8,
    at: Timestamp,
    look: Look,
) -> Result<(), CalendarError> {
    let Some(wait) = change.ticket.clocks.wait.as_mut() else { return Ok(()) };
    wait.reminded = nth;
    let until = wait.until;
    let again = next_reminder(&change.ticket, rules)?.map(|(at, _)| at);
    if !look.overtaken(change, until) && !again.is_some_and(|next| look.overtaken(change, next)) {
        change.happened(at, By::Lizard, What::Reminded { nth });
    }
    Ok(())
}

/// Under a claim: when we ask again, or close because nobody answered.
pub(super) fn next_of_claim(ticket: &Ticket, rules: Rules<'_>) -> Option<(Timestamp, Next)> {
    let claim = ticket.clocks.claim.as_ref()?;
    let asks = &rules.ladder.confirmation;
    match asks.ask_after_days.get(usize::from(claim.asked)) {
        Some(days) => Some((days_after(claim, *days), Next::AsksAgain(claim.asked + 1))),
        None => Some((days_after(claim, asks.close_after_days), Next::ClosesUnconfirmed)),
    }
}

pub(super) fn ask_again(change: &mut Change, rules: Rules<'_>, nth: u8, at: Timestamp, look: Look) {
    let Some(claim) = change.ticket.clocks.claim.as_mut() else { return };
    claim.asked = nth;
    let overtaken =
        next_of_claim(&change.ticket, rules).is_some_and(|(next, _)| look.overtaken(change, next));
    if !overtaken {
        change.happened(at, By::Lizard, What::AskedAgain { nth });
    }
}

/// So many days of 24 hours after the claim was made.
fn days_after(claim: &Claim, days: u16) -> Timestamp {
    let hours = SignedDuration::from_hours(DAY_HOURS * i64::from(days));
    claim.at.saturating_add(hours).unwrap_or(Timestamp::MAX)
}
