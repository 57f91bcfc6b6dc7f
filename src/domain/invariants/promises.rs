//! A ticket's promises among themselves.

use std::collections::BTreeSet;

use crate::domain::promise::{Kind, Outcome, Promise};
use crate::domain::ticket::{State, Ticket};

use super::{Breaches, Code};

pub(super) fn check(ticket: &Ticket, found: &mut Breaches) {
    check_standing(ticket, found);
    let all = ticket.timetable.all();
    let numbered = all.iter().zip(1..).all(|(p, number)| p.number == number);
    found.must(numbered, Code::PromiseNumbers, || {
        let numbers: Vec<i32> = all.iter().map(|p| p.number).collect();
        format!("its promises are numbered {numbers:?}")
    });
    let mut replaced = BTreeSet::new();
    for promise in all {
        if let Some(older) = promise.supersedes {
            check_superseded(ticket, promise, older, replaced.insert(older), found);
        }
        check_outcome(ticket, promise, found);
    }
}

/// A live ticket has a next update and a date; a closed one owes nothing any more.
fn check_standing(ticket: &Ticket, found: &mut Breaches) {
    let all = ticket.timetable.all();
    let open = |which: fn(&Promise) -> bool| all.iter().filter(|p| p.is_open() && which(p)).count();
    let updates = open(Promise::is_update);
    let is_open = ticket.state == State::Open;
    found.must(!is_open || updates > 0, Code::UpdatePromiseMissing, || {
        "it is open, and no next update is promised".to_owned()
    });
    found.must(updates <= 1, Code::UpdatePromiseTwice, || {
        format!("{updates} promises of a next update stand")
    });
    let resolutions = open(|p| p.kind == Kind::Resolution);
    found.must(resolutions <= 1, Code::ResolutionPromiseTwice, || {
        format!("{resolutions} promises of a resolution stand")
    });
    // A broken one is shown until a person gives another.
    let dated = ticket
        .timetable
        .resolution()
        .is_some_and(|p| !ticket.is_live() || matches!(p.outcome, None | Some(Outcome::Broken)));
    found.must(dated, Code::ResolutionPromiseMissing, || {
        format!("it is {}, and no resolution is promised", ticket.state)
    });
    if ticket.state == State::Closed {
        for p in all.iter().filter(|p| p.is_open()) {
            found.must(false, Code::PromiseWithoutOutcome, || {
                format!("it is closed, and promise {} ({}) has no outcome", p.number, p.kind)
            });
        }
    }
}

fn check_superseded(ticket: &Ticket, by: &Promise, number: i32, first: bool, found: &mut Breaches) {
    let older = ticket.timetable.get(number).filter(|_| number < by.number);
    found.must(older.is_some() && first, Code::PromiseSupersedesWrong, || {
        format!("promise {} takes the place of {number}, which is not there to be replaced", by.number)
    });
    let undecided = older.is_some_and(Promise::is_open) && ticket.is_live();
    found.must(!undecided, Code::PromiseWithoutOutcome, || {
        format!("promise {number} was superseded by {}, and has no outcome", by.number)
    });
}

/// Kept is done by due; broken is past due, or moved later by us.
fn check_outcome(ticket: &Ticket, promise: &Promise, found: &mut Breaches) {
    let number = promise.number;
    let (outcome, decided) = match (promise.outcome, promise.decided_at) {
        (None, None) => return,
        (Some(outcome), Some(decided)) => (outcome, decided),
        _ => {
            return found.must(false, Code::PromiseOutcomeWrong, || {
                format!(
                    "promise {number} has an outcome without an instant, or an instant without an outcome"
                )
            });
        }
    };
    let moved_later = || {
        let mut all = ticket.timetable.all().iter();
        promise.dropped || all.any(|p| p.supersedes == Some(number) && p.due > promise.due)
    };
    let right = match outcome {
        // Under a claim, that of the resolution is decided when the partner has spoken.
        Outcome::Kept => decided <= promise.due || promise.kind == Kind::Resolution,
        Outcome::Broken => decided >= promise.due || moved_later(),
        Outcome::Withdrawn => true,
    };
    found.must(right, Code::PromiseOutcomeWrong, || {
        format!("promise {number}, due at {}, was decided as {outcome} at {decided}", promise.due)
    });
}
