use jiff::Timestamp;

use super::*;
use crate::domain::event::What;
use crate::domain::ids::PersonId;
use crate::domain::letter::{Kind, State as Letter};
use crate::domain::priority::Priority::P2;
use crate::domain::promise::{Outcome, Promise};
use crate::domain::samples::{self, Case, PRIYA, a};
use crate::domain::ticket::Cause;
use crate::domain::timetable::Timetable;

fn codes(found: &[Breach]) -> Vec<Code> {
    found.iter().map(|b| b.code).collect()
}

fn case() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

/// Open, with its first promises, on rung 1.
fn ticket() -> Ticket {
    case().ticket
}

fn remade(ticket: &Ticket, change: impl FnOnce(&mut Vec<Promise>)) -> Ticket {
    let mut all = ticket.timetable.all().to_vec();
    change(&mut all);
    Ticket { timetable: Timetable::from_rows(all), ..ticket.clone() }
}

#[test]
fn a_ticket_as_it_is_opened_breaks_nothing() {
    let ticket = ticket();
    let owner = samples::person(ticket.owner, Role::Desk);
    assert_eq!(of_ticket(&ticket), []);
    assert_eq!(of_owner(&ticket, Some(&owner)), []);
    assert_eq!(
        of_look(&Ticket { check_at: Some(ticket.opened_at), ..ticket.clone() }, Some(ticket.opened_at)),
        []
    );
}

#[test]
fn each_broken_ticket_breaks_what_it_breaks_and_nothing_else() {
    type Break = (&'static [Code], fn(&mut Ticket));
    let is = ticket();
    let breaks: [Break; 7] = [
        (&[Code::StateContradicts], |t| t.close_reason = Some(CloseReason::Withdrawn)),
        (&[Code::OwnerNotOnRung1], |t| t.owner = PersonId(4711)),
        (&[Code::RungWrong], |t| t.rung = 2),
        (&[Code::RungWrong], |t| t.rungs[1].cause = Some(Cause::Clock)),
        (&[Code::RungDueOrder], |t| t.rungs[1].due = Some(Timestamp::MAX)),
        (&[Code::RungSkipped], |t| {
            t.rungs[2].reached_at = Some(t.opened_at);
            t.rungs[2].cause = Some(Cause::Clock);
            t.rung = 3;
        }),
        (&[Code::PromiseWithoutOutcome, Code::PromiseWithoutOutcome], |t| {
            t.state = State::Closed;
            t.close_reason = Some(CloseReason::Withdrawn);
        }),
    ];
    for (expected, change) in breaks {
        let mut broken = is.clone();
        change(&mut broken);
        assert_eq!(codes(&of_ticket(&broken)), expected);
    }
}

#[test]
fn promises_that_contradict_each_other_are_named() {
    let is = ticket();
    let due = is.timetable.all()[0].due;
    let late = due.checked_add(jiff::SignedDuration::from_hours(1)).unwrap();
    let decided = |outcome, at: Timestamp| {
        remade(&is, |all| {
            all[0].outcome = Some(outcome);
            all[0].decided_at = Some(at);
        })
    };
    let cases: [(Ticket, &[Code]); 6] = [
        (remade(&is, |all| drop(all.remove(1))), &[Code::ResolutionPromiseMissing]),
        (remade(&is, |all| drop(all.remove(0))), &[Code::UpdatePromiseMissing, Code::PromiseNumbers]),
        (decided(Outcome::Kept, late), &[Code::UpdatePromiseMissing, Code::PromiseOutcomeWrong]),
        (decided(Outcome::Broken, is.opened_at), &[Code::UpdatePromiseMissing, Code::PromiseOutcomeWrong]),
        (
            remade(&is, |all| {
                let again = Promise { number: 3, supersedes: Some(1), ..all[0].clone() };
                all.push(again);
            }),
            &[Code::UpdatePromiseTwice, Code::PromiseWithoutOutcome],
        ),
        (remade(&is, |all| all[1].supersedes = Some(7)), &[Code::PromiseSupersedesWrong]),
    ];
    for (broken, expected) in cases {
        assert_eq!(codes(&of_ticket(&broken)), expected);
    }
}

#[test]
fn an_owner_is_an_active_member_of_the_desk_and_not_who_it_is_about() {
    let is = ticket();
    let desk = samples::person(PRIYA, Role::Desk);
    let gone = Person { active: false, ..desk.clone() };
    let about = Ticket { about: Some(is.owner), ..is.clone() };
    assert_eq!(codes(&of_owner(&is, None)), [Code::OwnerUnknown]);
    assert_eq!(codes(&of_owner(&is, Some(&samples::person(PRIYA, Role::Vp)))), [Code::OwnerNotOfTheDesk]);
    assert_eq!(codes(&of_owner(&is, Some(&gone))), [Code::OwnerInactive]);
    assert_eq!(codes(&of_owner(&about, Some(&desk))), [Code::OwnerIsAccused]);
    let closed = Ticket { state: State::Closed, ..is };
    assert_eq!(of_owner(&closed, Some(&gone)), [], "who owned what is closed may leave");
}

#[test]
fn a_look_that_comes_too_late_or_never_is_a_missed_clock() {
    let is = ticket();
    let due = is.timetable.all()[0].due;
    let never = Ticket { check_at: None, ..is.clone() };
    assert_eq!(codes(&of_look(&never, Some(due))), [Code::ClockMissed]);
    assert_eq!(of_look(&never, None), []);
    let overdue =
        Ticket { updated_at: due.checked_add(jiff::SignedDuration::from_secs(1)).unwrap(), ..never };
    assert_eq!(codes(&of_look(&overdue, Some(due))), [Code::PromiseWithoutOutcome]);
}

#[test]
fn the_history_and_the_ticket_say_the_same() {
    let case = case();
    let (is, events) = (&case.ticket, &case.events);
    assert_eq!(of_events(is, events), []);
    let without =
        |kind: &str| -> Vec<_> { events.iter().filter(|e| e.what.kind() != kind).cloned().collect() };
    assert_eq!(codes(&of_events(is, &without("opened"))), [Code::EventNumbers, Code::FirstEventNotOpened]);
    let silent = codes(&of_events(is, &without("promise_made")));
    assert_eq!(silent, [Code::EventNumbers, Code::PromiseWithoutEvent, Code::PromiseWithoutEvent]);
    let mut overwritten = events.clone();
    for event in &mut overwritten {
        if let What::PromiseMade { promise: 1, due, .. } = &mut event.what {
            *due = is.opened_at;
        }
    }
    assert_eq!(codes(&of_events(is, &overwritten)), [Code::PromiseOverwritten]);
    let mut early = events.clone();
    early[0].recorded_at = Timestamp::MAX;
    assert_eq!(codes(&of_events(is, &early)), [Code::EventOrder]);
    let decided = remade(is, |all| {
        all[0].outcome = Some(Outcome::Withdrawn);
        all[0].decided_at = Some(is.opened_at);
    });
    assert_eq!(codes(&of_events(&decided, events)), [Code::OutcomeWithoutEvent]);
    let mut climbed = is.clone();
    climbed.rungs[1].reached_at = Some(is.opened_at);
    climbed.state = State::Closed;
    assert_eq!(codes(&of_events(&climbed, events)), [Code::RungWithoutEvent, Code::ClosedWithoutEvent]);
    assert_eq!(codes(&of_messages(is, &[1], events)), [Code::MessageNumbers, Code::MessageWithoutEvent]);
}

#[test]
fn a_letter_has_a_ticket_an_event_a_claim_only_while_it_leaves_and_never_the_accused_as_reader() {
    let about = PersonId(31);
    let subject =
        Subject { reference: "PI-1042", events: &[1, 2, 3], last_message: 1, accused: Some((about, 2)) };
    let letter = Held {
        kind: Kind::Update,
        state: Letter::Queued,
        dedup_key: "PI-1042:3:update:11",
        reader: PersonId(11),
        message: Some(1),
        claimed: false,
        half_claimed: false,
        settled: false,
    };
    assert_eq!(of_letter(&letter, Some(&subject)), []);
    let invitation = Held { kind: Kind::Invitation, dedup_key: "invitation:x", ..letter.clone() };
    assert_eq!(of_letter(&invitation, None), []);
    let cases: [(Held<'_>, &[Code]); 8] = [
        (Held { dedup_key: "PI-1042:4:update:11", ..letter.clone() }, &[Code::LetterWithoutEvent]),
        (Held { dedup_key: "PI-10:3:update:11", ..letter.clone() }, &[Code::LetterWithoutEvent]),
        (Held { message: Some(2), ..letter.clone() }, &[Code::LetterWithoutMessage]),
        (Held { reader: about, ..letter.clone() }, &[Code::LetterToAccused]),
        (Held { reader: about, dedup_key: "PI-1042:1:update:31", ..letter.clone() }, &[]),
        (Held { state: Letter::Sending, ..letter.clone() }, &[Code::LetterState]),
        (Held { claimed: true, ..letter.clone() }, &[Code::LetterState]),
        (Held { state: Letter::Sent, ..letter.clone() }, &[Code::LetterState]),
    ];
    for (letter, expected) in cases {
        assert_eq!(codes(&of_letter(&letter, Some(&subject))), expected, "{letter:?}");
    }
    assert_eq!(codes(&of_letter(&letter, None)), [Code::LetterWithoutTicket]);
}
