//! What holds of every ticket after every change (PRODUCT §1), whatever was done.

use crate::domain::change::Change;
use crate::domain::event::What;
use crate::domain::invariants;
use crate::domain::promise::Promise;
use crate::domain::ticket::Ticket;

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
    let down = change.events.iter().find_map(|e| match e.what {
        What::Deescalated { to, .. } => Some(to),
        _ => None,
    });
    let floor = down.unwrap_or(before.rung);
    assert!(after.rung >= floor, "a ticket came down from rung {} to {}", before.rung, after.rung);
    for was in before.timetable.all() {
        let is = after.timetable.get(was.number).expect("a promise is gone");
        check_kept_as_made(was, is);
    }
    for was in before.rungs.iter().filter(|s| s.reached_at.is_some() && s.number <= floor) {
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
    assert_eq!(invariants::of_ticket(ticket), [], "{ticket:#?}");
}
