//! What the clocks do to a ticket, and when: the only place of these rules. Pure: a
//! ticket, what it is measured by and an instant in; what happened out. [`decide`] is
//! what a sweep asks; verbs [`settle`] what has run out before they act. Wherever
//! between two looks something fell due, it takes effect at its own instant.

mod reminders;
mod rungs;
mod updates;

use jiff::Timestamp;

use super::actor::By;
use super::calendar::CalendarError;
use super::change::Change;
use super::event::WaitEnd;
use super::promise::{Kind, Outcome, Promise};
use super::ticket::resolution::close_unconfirmed;
use super::ticket::{Cause, Rules, State, Ticket};

use reminders::HeadsUpDue;
pub(super) use rungs::{delay_rungs, move_rungs, reach};
pub(super) use updates::{end_wait, next_update, remake};

/// A ticket and what it is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub ticket: &'a Ticket,
    pub rules: Rules<'a>,
}

/// What a look at the clocks came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No clock runs.
    Rest,
    /// Nothing until then.
    Wait(Timestamp),
    Act(Box<Change>),
}

/// What has to happen by `now`, everything due at `now` included. Asked again at the
/// same instant after acting, it waits or rests.
pub fn decide(case: &Case<'_>, now: Timestamp) -> Result<Verdict, CalendarError> {
    let mut change = Change::of(case.ticket, now);
    run(&mut change, case.rules, Look { until: now, itself: true })?;
    if !change.is_empty() {
        return Ok(Verdict::Act(Box::new(change)));
    }
    Ok(next_look(case.ticket, case.rules)?.map_or(Verdict::Rest, Verdict::Wait))
}

/// Brings the ticket up to `now`, as the act of a person at `now` finds it: at one
/// instant people act first.
pub fn settle(change: &mut Change, rules: Rules<'_>, now: Timestamp) -> Result<(), CalendarError> {
    run(change, rules, Look { until: now, itself: false })
}

/// When the engine has to look again; none while no clock runs.
pub fn next_look(ticket: &Ticket, rules: Rules<'_>) -> Result<Option<Timestamp>, CalendarError> {
    Ok(next(ticket, rules)?.map(|(at, _)| at))
}

/// How far a look reaches.
#[derive(Clone, Copy)]
struct Look {
    until: Timestamp,
    /// What is due at `until` itself counts too.
    itself: bool,
}

impl Look {
    fn reaches(self, at: Timestamp) -> bool {
        at < self.until || (self.itself && at == self.until)
    }
}

/// What a clock does next. At one instant in this order.
enum Next {
    WaitEnds,
    Breaks(Promise),
    HeadsUp(HeadsUpDue),
    Reaches(u8),
    /// We remind the partner that we wait, for the n-th time.
    Reminds(u8),
    Renotifies,
    /// We ask again whether it is fixed, for the n-th time.
    AsksAgain(u8),
    ClosesUnconfirmed,
}

fn run(change: &mut Change, rules: Rules<'_>, look: Look) -> Result<(), CalendarError> {
    while let Some((at, next)) = next(&change.ticket, rules)? {
        // A wait is over at its end, also for who acts at that instant.
        let over = matches!(next, Next::WaitEnds) && at == look.until;
        if !over && !look.reaches(at) {
            break;
        }
        match next {
            Next::WaitEnds => end_wait(change, rules, at, By::Lizard, WaitEnd::RanOut)?,
            Next::Breaks(promise) => break_promise(change, rules, &promise)?,
            Next::HeadsUp(due) => reminders::heads_up(change, &due, at, look),
            Next::Reaches(rung) => reach(change, rung, at, By::Lizard, Cause::Clock),
            Next::Reminds(nth) => reminders::remind(change, rules, nth, at, look)?,
            Next::Renotifies => reminders::renotify(change, rules, at, look)?,
            Next::AsksAgain(nth) => reminders::ask_again(change, rules, nth, at, look),
            Next::ClosesUnconfirmed => close_unconfirmed(change, at),
        }
    }
    Ok(())
}

/// The first thing that a clock does.
fn next(ticket: &Ticket, rules: Rules<'_>) -> Result<Option<(Timestamp, Next)>, CalendarError> {
    match ticket.state {
        State::Open => {}
        State::Resolved => return Ok(reminders::next_of_claim(ticket, rules)),
        State::Closed => return Ok(None),
    }
    let wait = ticket.clocks.wait.as_ref().map(|w| (w.until, Next::WaitEnds));
    let promise = next_to_break(ticket).map(|p| (p.due, Next::Breaks(p.clone())));
    let heads_up = reminders::next_heads_up(ticket, rules)?.map(|(at, due)| (at, Next::HeadsUp(due)));
    let rung = ticket
        .rungs
        .iter()
        .find(|s| s.number > ticket.rung && s.reached_at.is_none())
        .filter(|_| !ticket.is_paused())
        .and_then(|s| s.due.map(|due| (due, Next::Reaches(s.number))));
    let remind = reminders::next_reminder(ticket, rules)?.map(|(at, nth)| (at, Next::Reminds(nth)));
    let renotify = reminders::next_renotification(ticket, rules)?.map(|at| (at, Next::Renotifies));
    let all = wait.into_iter().chain(promise).chain(heads_up).chain(rung).chain(remind).chain(renotify);
    // min_by_key keeps the first of equals.
    Ok(all.min_by_key(|(at, _)| *at))
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

#[cfg(test)]
mod tests;
