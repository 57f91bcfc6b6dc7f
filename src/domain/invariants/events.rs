//! A ticket against what is written down of it.

use crate::domain::event::{Event, What};
use crate::domain::ticket::{State, Ticket};

use super::{Breach, Breaches, Code};

/// Events are numbered without gaps, run forwards, and say everything that the ticket is.
/// In order of number.
pub fn of_events(ticket: &Ticket, events: &[Event]) -> Vec<Breach> {
    let mut found = Breaches::default();
    check_numbers(ticket.last_event, events.iter().map(|e| e.number), Code::EventNumbers, &mut found);
    let opened = events.first().is_some_and(|e| matches!(e.what, What::Opened(_)));
    found.must(opened, Code::FirstEventNotOpened, || "its first event is not that it was opened".to_owned());
    found.must(events.is_sorted_by_key(|e| e.recorded_at), Code::EventOrder, || {
        "its events were not written down in their order".to_owned()
    });
    for event in events.iter().filter(|e| e.at > e.recorded_at) {
        found.must(false, Code::EventOrder, || {
            format!("event {} was written down before it took effect", event.number)
        });
    }
    for step in ticket.rungs.iter().filter(|s| s.number > 1) {
        let Some(reached) = step.reached_at else { continue };
        let told = |e: &Event| {
            e.at == reached && matches!(e.what, What::RungReached { rung, .. } if rung == step.number)
        };
        found.must(events.iter().any(told), Code::RungWithoutEvent, || {
            format!("rung {} was reached at {reached}, and no event says so", step.number)
        });
    }
    let closed = |e: &Event| matches!(e.what, What::Closed { .. });
    found.must(ticket.state != State::Closed || events.iter().any(closed), Code::ClosedWithoutEvent, || {
        "it is closed, and no event says so".to_owned()
    });
    check_promises(ticket, events, &mut found);
    found.0
}

/// Every date is the one that was given, and every outcome the one that was told.
fn check_promises(ticket: &Ticket, events: &[Event], found: &mut Breaches) {
    for promise in ticket.timetable.all() {
        let number = promise.number;
        let made = events.iter().find_map(|e| match &e.what {
            What::PromiseMade { promise, promise_kind, due, start, supersedes, .. } if *promise == number => {
                Some((*promise_kind, *due, *start, *supersedes))
            }
            _ => None,
        });
        let is = (promise.kind, promise.due, promise.start, promise.supersedes);
        match made {
            None => found.must(false, Code::PromiseWithoutEvent, || {
                format!("promise {number} was made, and no event says so")
            }),
            Some(made) => found.must(made == is, Code::PromiseOverwritten, || {
                format!("promise {number} was {} by {}, and is {} by {}", made.0, made.1, is.0, is.1)
            }),
        }
        let told = events.iter().find_map(|e| match e.what {
            What::PromiseDecided { promise, outcome, .. } if promise == number => Some((outcome, e.at)),
            _ => None,
        });
        found.must(told == promise.outcome.zip(promise.decided_at), Code::OutcomeWithoutEvent, || {
            let said =
                |outcome: Option<_>| outcome.map_or_else(|| "undecided".to_owned(), |o| format!("{o}"));
            let (is, told) = (said(promise.outcome), said(told.map(|t| t.0)));
            format!("promise {number} is {is}, and by its events {told}")
        });
    }
}

/// Messages by number, in order: each is an event of its own.
pub fn of_messages(ticket: &Ticket, numbers: &[i32], events: &[Event]) -> Vec<Breach> {
    let mut found = Breaches::default();
    check_numbers(ticket.last_message, numbers.iter().copied(), Code::MessageNumbers, &mut found);
    for number in numbers {
        let posted = |e: &Event| matches!(e.what, What::MessagePosted { message, .. } if message == *number);
        found.must(events.iter().any(posted), Code::MessageWithoutEvent, || {
            format!("message {number} was written, and no event says so")
        });
    }
    found.0
}

/// From 1 to `last`, each once.
fn check_numbers(last: i32, numbers: impl Iterator<Item = i32>, code: Code, found: &mut Breaches) {
    let numbers: Vec<i32> = numbers.collect();
    if numbers.iter().copied().eq(1..=last) {
        return;
    }
    let missing: Vec<i32> = (1..=last).filter(|n| !numbers.contains(n)).take(5).collect();
    found.must(false, code, || {
        format!("they should be numbered 1 to {last}; there are {}, without {missing:?}", numbers.len())
    });
}
