//! What the clocks do to a ticket, and when: the only place of these rules. Pure: a
//! ticket, what it is measured by and an instant in; what happened out. [`decide`] is
//! what a sweep asks; verbs [`settle`] what has run out before they act. Wherever
//! between two looks something fell due, it takes effect at its own instant.

//!
//! The rules of the ladder, and where each stands:
//!
//! | rule | where |
//! |---|---|
//! | rung clock, left-out rungs, hard deadline, hold, after a de-escalation | [`dues`] |
//! | overdue by a change, arriving on a rung, passing on from an empty one | [`rungs`] |
//! | heads-up, acknowledgement and re-notification, reminders | [`reminders`] |
//! | update clock, the end of a wait, a bounce | [`updates`] |
//! | promise outcomes that a clock decides | `break_promise`, below |
//! | accepted timetable, long-open acknowledgement | [`acceptance`] |
//! | one rung at once | [`causes`] |
//! | at one instant; late is the same as on time | `next` and `run`, below |
//! | escalate now, hold, de-escalate, absence, change, versions, resolved is a claim | `ticket/{pressing,holding,descending,manning,triage,migrating,resolution}.rs` |

mod acceptance;
mod causes;
pub mod dues;
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
use super::ticket::{AcceptanceEnd, Cause, Rules, State, Ticket};

use acceptance::Review;
use reminders::HeadsUpDue;

pub(super) use acceptance::{accept, after_broken, after_new_date, reviewed_rung};
pub(super) use causes::lift;
pub(super) use rungs::{delay_rungs, move_rungs, pass_on, reach};
pub(super) use updates::{bounce, end_wait, next_update, remake};

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

    /// What comes at `at` has come already by the time at which the change is written down.
    fn overtaken(self, change: &Change, at: Timestamp) -> bool {
        self.reaches(at) || at < change.recorded_at
    }
}

/// What a clock does next. At one instant in this order.
enum Next {
    WaitEnds,
    Breaks(Promise),
    /// Rung 3's holder has not acknowledged a ticket that is open for long.
    ReviewMissed,
    HeadsUp(HeadsUpDue),
    AsksForReview(Review),
    /// One rung at once.
    Lifts,
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
            Next::ReviewMissed => {
                acceptance::end(change, rules, AcceptanceEnd::NotReviewed, at, By::Lizard)?;
            }
            Next::HeadsUp(due) => reminders::heads_up(change, &due, at, look),
            Next::AsksForReview(review) => {
                acceptance::ask(change, &review, at, look.overtaken(change, review.due));
            }
            Next::Lifts => lift(change, rules, at),
            Next::Reaches(rung) => reach(change, rules, rung, at, By::Lizard, Cause::Clock),
            Next::Reminds(nth) => reminders::remind(change, rules, nth, at, look)?,
            Next::Renotifies => reminders::renotify(change, rules, at, look)?,
            Next::AsksAgain(nth) => reminders::ask_again(change, rules, nth, at, look),
            Next::ClosesUnconfirmed => close_unconfirmed(change, at),
        }
    }
    Ok(())
}

/// The first thing that a clock does; by rules that hold since a migration, nothing before it.
fn next(ticket: &Ticket, rules: Rules<'_>) -> Result<Option<(Timestamp, Next)>, CalendarError> {
    let since = ticket.clocks.ruled_since.unwrap_or(Timestamp::MIN);
    match ticket.state {
        State::Open => {}
        State::Resolved => {
            return Ok(reminders::next_of_claim(ticket, rules).map(|(at, next)| (at.max(since), next)));
        }
        State::Closed => return Ok(None),
    }
    let wait = ticket.clocks.wait.as_ref().map(|w| (w.until, Next::WaitEnds));
    let promise = next_to_break(ticket).map(|p| (p.due, Next::Breaks(p.clone())));
    let heads_up = reminders::next_heads_up(ticket, rules)?.map(|(at, due)| (at, Next::HeadsUp(due)));
    let rung = ticket
        .rungs
        .iter()
        .find(|s| s.number > ticket.rung)
        .filter(|_| !ticket.is_paused())
        .and_then(|s| s.due.map(|due| (due, Next::Reaches(s.number))));
    let (review, asks) = next_review(ticket, rules)?;
    let lifts = causes::lifts(ticket, rules).then(|| (last_outcome(ticket), Next::Lifts));
    let remind = reminders::next_reminder(ticket, rules)?.map(|(at, nth)| (at, Next::Reminds(nth)));
    let renotify = reminders::next_renotification(ticket, rules)?.map(|at| (at, Next::Renotifies));
    let first = wait.into_iter().chain(promise).chain(review).chain(heads_up).chain(asks);
    let all = first.chain(lifts).chain(rung).chain(remind).chain(renotify);
    // min_by_key keeps the first of equals.
    Ok(all.map(|(at, next)| (at.max(since), next)).min_by_key(|(at, _)| *at))
}

type NextAt = Option<(Timestamp, Next)>;

/// When the review of a ticket that is open for long is missed, and when it is asked for.
fn next_review(ticket: &Ticket, rules: Rules<'_>) -> Result<(NextAt, NextAt), CalendarError> {
    let Some(review) = acceptance::next_review(ticket, rules)? else { return Ok((None, None)) };
    let asked = ticket.clocks.accepted.as_ref().and_then(|a| a.review_asked_at);
    let missed = Some((review.due, Next::ReviewMissed));
    let asks = asked.is_none_or(|at| at < review.asked);
    Ok((missed, asks.then_some((review.asked, Next::AsksForReview(review)))))
}

/// When the last promise was decided: what lifts a ticket without an act of a person.
fn last_outcome(ticket: &Ticket) -> Timestamp {
    ticket.timetable.all().iter().filter_map(|p| p.decided_at).max().unwrap_or(ticket.opened_at)
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
    after_broken(change, rules, promise, promise.due, By::Lizard)
}

#[cfg(test)]
mod tests;
