//! What the clocks do to a ticket: which promises run out, when a wait ends, and
//! when each rung is due. Pure: a change in progress, the rules and an instant in;
//! events out. Verbs settle what has run out before they act.

use jiff::{SignedDuration, Timestamp};

use super::actor::By;
use super::calendar::{Allowance, CalendarError};
use super::change::Change;
use super::event::{WaitEnd, What};
use super::ladder::Ladder;
use super::promise::{Kind, Origin, Outcome, Promise};
use super::ticket::{Cause, Rules, State, Step, Stop, StopWhy, Ticket, WaitOn};
use super::timetable::NewPromise;

/// What a clock does next. At one instant in this order.
enum Next {
    WaitEnds,
    Breaks(Promise),
    Reaches(u8),
}

/// Brings the ticket up to `now`, as the act of a person at `now` finds it: waits
/// that have run out are ended, promises whose due has passed undone are broken,
/// rungs whose due has passed are reached; each at the instant at which it fell due
/// and in that order, wherever between two looks that was.
pub fn settle(change: &mut Change, rules: Rules<'_>, now: Timestamp) -> Result<(), CalendarError> {
    while let Some((at, next)) = next_by(&change.ticket, now) {
        match next {
            Next::WaitEnds => end_wait(change, rules, at, By::Lizard, WaitEnd::RanOut)?,
            Next::Breaks(promise) => break_promise(change, rules, &promise)?,
            Next::Reaches(rung) => reach(change, rung, at, By::Lizard, Cause::Clock),
        }
    }
    Ok(())
}

/// The first thing that a clock does before `now`; a wait also ends at `now` itself.
fn next_by(ticket: &Ticket, now: Timestamp) -> Option<(Timestamp, Next)> {
    if ticket.state != State::Open {
        return None;
    }
    let wait = ticket.clocks.wait.as_ref().map(|w| (w.until, Next::WaitEnds)).filter(|(at, _)| *at <= now);
    let promise = next_to_break(ticket).map(|p| (p.due, Next::Breaks(p.clone()))).filter(|(at, _)| *at < now);
    let rung = ticket
        .rungs
        .iter()
        .find(|s| s.number > ticket.rung && s.reached_at.is_none())
        .filter(|_| !ticket.is_paused())
        .and_then(|s| s.due.map(|due| (due, Next::Reaches(s.number))))
        .filter(|(at, _)| *at < now);
    // min_by_key keeps the first of equals: waits, then promises, then rungs.
    wait.into_iter().chain(promise).chain(rung).min_by_key(|(at, _)| *at)
}

/// The open promise that is due first; the resolution's clock stands still in a wait on the partner.
fn next_to_break(ticket: &Ticket) -> Option<&Promise> {
    let paused = ticket.is_paused();
    ticket
        .timetable
        .all()
        .iter()
        .filter(|p| p.is_open() && !(paused && p.kind == Kind::Resolution))
        .min_by_key(|p| (p.due, p.number))
}

/// Its due has passed undone. A broken update is followed by the next one, a gap later.
fn break_promise(change: &mut Change, rules: Rules<'_>, promise: &Promise) -> Result<(), CalendarError> {
    change.decide(promise, Outcome::Broken, promise.due, By::Lizard);
    if promise.is_update() {
        next_update(change, rules, promise.due, By::Lizard)?;
    }
    Ok(())
}

/// Promises the next update: a gap after `from`, or at the end of a wait on the partner.
pub(super) fn next_update(
    change: &mut Change,
    rules: Rules<'_>,
    from: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    let gap = rules.ladder.terms(change.ticket.priority).update;
    let wait = change.ticket.clocks.wait.as_ref();
    let (due, origin) = match wait.filter(|w| w.on == WaitOn::Partner && w.until > from) {
        Some(wait) => (wait.until, Origin::Person),
        None => (rules.course.due_after(from, gap)?, Origin::Table),
    };
    change.promise(NewPromise {
        kind: Kind::NextUpdate,
        label: None,
        due,
        start: from,
        origin,
        made_at: from,
        made_by: by,
        supersedes: None,
        reason: None,
    });
    Ok(())
}

/// Puts a new date in the place of an open promise: withdrawn, and made anew. Returns its number.
pub(super) fn remake(
    change: &mut Change,
    old: &Promise,
    due: Timestamp,
    at: Timestamp,
    by: By,
    reason: &str,
) -> i32 {
    change.decide(old, Outcome::Withdrawn, at, by);
    change.promise(NewPromise {
        kind: old.kind,
        label: old.label.clone(),
        due,
        start: old.start,
        origin: old.origin,
        made_at: at,
        made_by: by,
        supersedes: Some(old.number),
        reason: Some(reason.to_owned()),
    })
}

/// Ends the wait that stands. After a wait on the partner the resolution date is
/// made anew, later by the open time paused; rungs move as much; and the next
/// update is due a gap after an early end.
pub(super) fn end_wait(
    change: &mut Change,
    rules: Rules<'_>,
    at: Timestamp,
    by: By,
    why: WaitEnd,
) -> Result<(), CalendarError> {
    let Some(wait) = change.ticket.clocks.wait.take() else { return Ok(()) };
    change.happened(at, by, What::WaitEnded { on: wait.on, why });
    if wait.on == WaitOn::ThirdParty {
        return Ok(());
    }
    let paused = rules.course.elapsed(wait.since, at);
    change.ticket.clocks.stops.push(Stop { why: StopWhy::Wait, from: wait.since, to: at });
    let resolution = change.ticket.timetable.resolution().filter(|p| p.is_open()).cloned();
    if let Some(old) = resolution.filter(|_| paused > SignedDuration::ZERO) {
        let due = rules.course.due(old.due, paused)?;
        remake(change, &old, due, at, by, "we waited for your answer");
    }
    if why != WaitEnd::RanOut {
        let update = change.ticket.timetable.update().filter(|p| p.kind == Kind::NextUpdate).cloned();
        if let Some(old) = update {
            let due = rules.course.due_after(at, rules.ladder.terms(change.ticket.priority).update)?;
            change.decide(&old, Outcome::Withdrawn, at, by);
            change.promise(NewPromise {
                kind: Kind::NextUpdate,
                label: None,
                due,
                start: at,
                origin: Origin::Table,
                made_at: at,
                made_by: by,
                supersedes: Some(old.number),
                reason: Some("the wait is over".to_owned()),
            });
        }
    }
    delay_rungs(change, rules, paused, at, by)
}

impl Ticket {
    /// The allowance of a rung on this ticket's ladder. The rung above one that is
    /// left out (a complaint about its holder) has the allowance of the one left out.
    pub(super) fn granted(&self, ladder: &Ladder, number: u8) -> Option<Allowance> {
        let below = number.checked_sub(1).filter(|&n| n > 1);
        let left_out = below.filter(|&n| !self.rungs.iter().any(|s| s.number == n));
        ladder.terms(self.priority).rungs.get(&left_out.unwrap_or(number)).copied()
    }

    /// When each rung not yet reached is due by the rules: on its allowance from
    /// open, or on its share of the time to a hard deadline where that is earlier,
    /// and never before the rung below. A ticket that its allowance never lets
    /// climb that far (a P4) is not lifted by a deadline either.
    pub(super) fn rung_dues(&self, rules: Rules<'_>) -> Result<Vec<(u8, Option<Timestamp>)>, CalendarError> {
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
pub(super) fn move_rungs(
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
pub(super) fn delay_rungs(
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
        change.happened(at, by, What::RungMoved { rung, old, new: due });
    }
}

/// The ticket arrives on a rung.
pub(super) fn reach(change: &mut Change, number: u8, at: Timestamp, by: By, cause: Cause) {
    let Some(step) = change.ticket.rungs.iter_mut().find(|s| s.number == number) else { return };
    step.reached_at = Some(at);
    step.cause = Some(cause);
    let Step { name, holder, .. } = step.clone();
    change.ticket.rung = number;
    change.happened(at, by, What::RungReached { rung: number, name, holder, cause });
}

#[cfg(test)]
mod tests;
