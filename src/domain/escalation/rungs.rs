//! When each rung is due, and what it is to arrive on one.

use jiff::{SignedDuration, Timestamp};

use crate::domain::actor::By;
use crate::domain::calendar::{Allowance, CalendarError};
use crate::domain::change::Change;
use crate::domain::event::What;
use crate::domain::ladder::Ladder;
use crate::domain::ticket::{Cause, Notified, Rules, Step, Ticket};

impl Ticket {
    /// The allowance of a rung on this ticket's ladder. The rung above one that is
    /// left out (a complaint about its holder) has the allowance of the one left out.
    pub(in crate::domain) fn granted(&self, ladder: &Ladder, number: u8) -> Option<Allowance> {
        let below = number.checked_sub(1).filter(|&n| n > 1);
        let left_out = below.filter(|&n| !self.rungs.iter().any(|s| s.number == n));
        ladder.terms(self.priority).rungs.get(&left_out.unwrap_or(number)).copied()
    }

    /// When each rung not yet reached is due by the rules: on its allowance from
    /// open, or on its share of the time to a hard deadline where that is earlier,
    /// and never before the rung below. A ticket that its allowance never lets
    /// climb that far (a P4) is not lifted by a deadline either.
    pub(in crate::domain) fn rung_dues(
        &self,
        rules: Rules<'_>,
    ) -> Result<Vec<(u8, Option<Timestamp>)>, CalendarError> {
        let stood_still = self.stood_still(rules.course);
        let mut dues = Vec::new();
        let mut floor = self.opened_at;
        for step in self.rungs.iter().filter(|s| s.reached_at.is_none()) {
            let Some(allowance) = self.granted(rules.ladder, step.number) else {
                dues.push((step.number, None));
                continue;
            };
            let open = rules.course.open_time(allowance).saturating_add(stood_still);
            let mut due = rules.course.due(self.opened_at, open)?;
            if let Some(share) = self.deadline_share(rules, step.number) {
                due = due.min(rules.course.due(self.opened_at, share.saturating_add(stood_still))?);
            }
            floor = floor.max(due);
            dues.push((step.number, Some(floor)));
        }
        Ok(dues)
    }

    /// A rung's share of the open time from open to the hard deadline.
    fn deadline_share(&self, rules: Rules<'_>, number: u8) -> Option<SignedDuration> {
        let deadline = self.deadline?;
        let share = rules.ladder.deadline_shares.iter().find(|s| s.rung == number)?;
        let whole = rules.course.elapsed(self.opened_at, deadline);
        whole.checked_mul(i32::from(share.percent))?.checked_div(100)
    }
}

/// Gives the rungs ahead their dates anew after a change of what they are measured by.
/// What a change makes overdue is reached at the change, each further rung a re-notify
/// interval later; during a wait on the partner, as soon as the clock goes on.
pub(in crate::domain) fn move_rungs(
    change: &mut Change,
    rules: Rules<'_>,
    at: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    let renotify = rules.ladder.terms(change.ticket.priority).renotify;
    let reading = change.ticket.clock_reading(at);
    let mut overdue: Option<Timestamp> = None;
    for (rung, due) in change.ticket.rung_dues(rules)? {
        let due = match (due, overdue) {
            (Some(due), None) if due < reading => Some(reading),
            (Some(due), Some(last)) if due < reading => Some(rules.course.due_after(last, renotify)?),
            (Some(due), Some(last)) => Some(due.max(last)),
            (due, _) => due,
        };
        if due.is_some_and(|due| due <= reading) || overdue.is_some() {
            overdue = due.or(overdue);
        }
        redate(change, rung, due, at, by);
    }
    Ok(())
}

/// The rung clock stood still for this much open time: every rung ahead is due as much
/// later, those too that a change has put a re-notify interval apart.
pub(in crate::domain) fn delay_rungs(
    change: &mut Change,
    rules: Rules<'_>,
    pause: SignedDuration,
    at: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    let ahead: Vec<(u8, Timestamp)> = change
        .ticket
        .rungs
        .iter()
        .filter(|s| s.reached_at.is_none())
        .filter_map(|s| Some((s.number, s.due?)))
        .collect();
    for (rung, due) in ahead {
        redate(change, rung, Some(rules.course.due(due, pause)?), at, by);
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
pub(in crate::domain) fn reach(change: &mut Change, number: u8, at: Timestamp, by: By, cause: Cause) {
    let Some(step) = change.ticket.rungs.iter_mut().find(|s| s.number == number) else { return };
    step.reached_at = Some(at);
    step.cause = Some(cause);
    let Step { name, holder, .. } = step.clone();
    change.ticket.rung = number;
    change.ticket.clocks.notified = Some(Notified::of(number, at));
    change.happened(at, by, What::RungReached { rung: number, name, holder, cause });
    // Told of both at once they were not warned. Not by the time: a clock may have gone back.
    let warned = change.before.as_ref().is_some_and(|before| {
        let given = &before.clocks.heads_ups;
        given.iter().any(|h| h.rung == number && h.to_holder && h.given_at.is_some())
    });
    if let Some(holder) = holder.filter(|_| !warned) {
        change.happened(at, By::Lizard, What::Exception { rung: number, holder, cause });
    }
}
