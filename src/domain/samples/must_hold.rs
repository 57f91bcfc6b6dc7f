//! What holds of every ticket after every change (PRODUCT §1), whatever was done.

use jiff::{SignedDuration, Timestamp};

use crate::domain::change::Change;
use crate::domain::event::What;
use crate::domain::promise::{Kind, Outcome, Promise};
use crate::domain::ticket::{State, Ticket};

/// Of a ticket just opened.
pub fn at_open(change: &Change) {
    check_events(0, change);
    check_standing(&change.ticket);
}

/// Of a change of a ticket that there was.
pub fn after(before: &Ticket, change: &Change) {
    let after = &change.ticket;
    check_events(before.last_event, change);
    assert_eq!(change.before.as_ref(), Some(before));
    assert!(after.rung >= before.rung, "a ticket came down from rung {} to {}", before.rung, after.rung);
    for was in before.timetable.all() {
        let is = after.timetable.get(was.number).expect("a promise is gone");
        check_kept_as_made(was, is);
    }
    for was in before.rungs.iter().filter(|s| s.reached_at.is_some()) {
        let is = after.rungs.iter().find(|s| s.number == was.number).expect("a reached rung is gone");
        assert_eq!((is.reached_at, is.cause), (was.reached_at, was.cause), "rung {}", was.number);
    }
    check_standing(after);
}

/// A promise is never overwritten, and decided once.
fn check_kept_as_made(was: &Promise, is: &Promise) {
    let as_made = |p: &Promise| {
        let Promise {
            number, kind, label, due, start, made_at, made_by, supersedes, reason, told_at, ..
        } = p.clone();
        (number, kind, label, due, start, made_at, made_by, supersedes, reason, told_at)
    };
    assert_eq!(as_made(is), as_made(was), "a promise was overwritten");
    if was.outcome.is_some() {
        assert_eq!((is.outcome, is.decided_at), (was.outcome, was.decided_at), "decided twice");
    }
    if was.done_at.is_some() {
        assert_eq!(is.done_at, was.done_at, "done twice");
    }
}

fn check_events(last: i32, change: &Change) {
    let numbers: Vec<i32> = change.events.iter().map(|e| e.number).collect();
    let expected: Vec<i32> = (last + 1..=change.ticket.last_event).collect();
    assert_eq!(numbers, expected, "events are numbered without gaps");
    for event in &change.events {
        assert!(event.at <= event.recorded_at, "recorded before it happened: {event:?}");
        if let What::PromiseDecided { promise, outcome, .. } = event.what {
            let decided = change.ticket.timetable.get(promise).unwrap();
            assert_eq!((decided.outcome, decided.decided_at), (Some(outcome), Some(event.at)));
        }
    }
}

/// What holds of a ticket at any time.
fn check_standing(ticket: &Ticket) {
    let all = ticket.timetable.all();
    let open = |which: fn(&Promise) -> bool| all.iter().filter(|p| p.is_open() && which(p)).count();
    let updates = open(Promise::is_update);
    let resolutions = open(|p| p.kind == Kind::Resolution);
    match ticket.state {
        State::Open => assert_eq!(updates, 1, "an open ticket has one update promise: {all:#?}"),
        State::Resolved => assert!(updates <= 1, "one that the summary has yet to keep: {all:#?}"),
        State::Closed => assert!(all.iter().all(|p| !p.is_open()), "closed: every promise has its outcome"),
    }
    assert!(resolutions <= 1 && ticket.timetable.resolution().is_some());
    assert!(all.iter().zip(1..).all(|(p, number)| p.number == number), "promises count from 1");
    for (lower, upper) in all.iter().filter_map(|p| Some((p.supersedes?, p.number))) {
        assert!(lower < upper && !ticket.timetable.get(lower).unwrap().is_open());
        assert_eq!(all.iter().filter(|p| p.supersedes == Some(lower)).count(), 1, "superseded twice");
    }
    for promise in all {
        check_outcome(promise, ticket);
    }
    let ahead: Vec<Timestamp> =
        ticket.rungs.iter().filter(|s| s.reached_at.is_none()).filter_map(|s| s.due).collect();
    assert!(ahead.is_sorted(), "a rung is due before the one below: {:?}", ticket.rungs);
    let reached = ticket.rungs.iter().rfind(|s| s.reached_at.is_some()).map(|s| s.number);
    assert_eq!(reached, Some(ticket.rung));
    assert_eq!(ticket.rungs[0].holder, Some(ticket.owner), "rung 1 is the owner's");
    assert!(ticket.clocks.stops.iter().all(|s| s.to.duration_since(s.from) >= SignedDuration::ZERO));
}

/// Kept is done by due; broken is past due, or moved later by us.
fn check_outcome(promise: &Promise, ticket: &Ticket) {
    let Some(decided) = promise.decided_at else { return };
    let replaced = ticket.timetable.all().iter().find(|p| p.supersedes == Some(promise.number));
    match promise.outcome {
        // Under a claim, that of the resolution is decided when the partner has spoken.
        Some(Outcome::Kept) => assert!(decided <= promise.due || promise.kind == Kind::Resolution),
        Some(Outcome::Broken) if decided < promise.due => {
            assert!(promise.dropped || replaced.is_some_and(|p| p.due > promise.due), "{promise:?}");
        }
        Some(Outcome::Broken | Outcome::Withdrawn) => {}
        None => panic!("decided without an outcome: {promise:?}"),
    }
}
