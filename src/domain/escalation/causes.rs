//! **One rung at once**: what lifts a ticket without its clock, each cause once a ticket,
//! several together one step. None lifts a P4 to rung 4: nothing is granted there.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::ladder::AtOnce;
use crate::domain::promise::{Kind, Outcome};
use crate::domain::ticket::{Cause, Rules, State, Ticket};

use super::rungs::reach;

/// Every cause that is there and has not lifted the ticket yet.
fn outstanding(ticket: &Ticket, limits: AtOnce) -> Vec<Cause> {
    let broken = ticket
        .timetable
        .all()
        .iter()
        .filter(|p| matches!(p.kind, Kind::Milestone | Kind::Resolution))
        .filter(|p| p.outcome == Some(Outcome::Broken))
        .count();
    let counts = [
        (Cause::BrokenPromises, u32::try_from(broken).unwrap_or(u32::MAX), limits.broken_promises),
        (Cause::Reopenings, ticket.clocks.reopened, limits.reopenings),
        (Cause::HandedOn, ticket.clocks.handed_on, limits.hand_ons),
        // This one is the last of them.
        (Cause::Repeats, ticket.clocks.repeats + 1, limits.repeats),
    ];
    counts
        .into_iter()
        .filter(|(cause, count, limit)| count >= limit && !ticket.clocks.lifted_by.contains(cause))
        .map(|(cause, ..)| cause)
        .collect()
}

/// Whether something lifts the ticket now.
pub(super) fn lifts(ticket: &Ticket, rules: Rules<'_>) -> bool {
    ticket.state == State::Open && !outstanding(ticket, rules.ladder.at_once).is_empty()
}

/// One rung up for all causes that there are. At the top they are used up all the same.
pub(in crate::domain) fn lift(change: &mut Change, rules: Rules<'_>, at: Timestamp) {
    if change.ticket.state != State::Open {
        return;
    }
    let causes = outstanding(&change.ticket, rules.ladder.at_once);
    let Some(cause) = causes.first().copied() else { return };
    change.ticket.clocks.lifted_by.extend(causes);
    if let Some(next) = change.ticket.next_step(rules.ladder).map(|s| s.number) {
        reach(change, rules, next, at, By::Lizard, cause);
    }
}
