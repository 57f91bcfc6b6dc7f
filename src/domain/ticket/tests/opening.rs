//! The dates that a ticket is opened with.

use crate::domain::actor::By;
use crate::domain::event::What;
use crate::domain::partner::Place;
use crate::domain::priority::Priority::{self, P1, P2, P3, P4};
use crate::domain::promise::{Kind, Origin};
use crate::domain::samples::{CONTACT, DIRECTOR, Filing, MANAGER, PRIYA, VP, a, at};
use crate::domain::ticket::State;

/// First reply, resolution, and the rungs.
fn given(filing: Filing, filed: &str) -> (String, String, Vec<String>) {
    let case = filing.filed(filed);
    (case.update(), case.resolution(), case.rungs())
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn every_priority_gets_the_dates_of_the_published_table() {
    type Case = (&'static str, Priority, &'static str, bool, &'static str, &'static str, [&'static str; 3]);
    let cases: [Case; 10] = [
        (
            "P1, office hours, over a weekend",
            P1,
            "Fri 27 Nov 16:30",
            false,
            "Mon 30 Nov 09:30",
            "Mon 30 Nov 16:30",
            ["2 due Mon 30 Nov 09:30", "3 due Mon 30 Nov 12:30", "4 due Mon 30 Nov 16:30"],
        ),
        (
            "P2, office hours, over a weekend",
            P2,
            "Fri 27 Nov 16:30",
            false,
            "Mon 30 Nov 12:30",
            "Wed 02 Dec 16:30",
            ["2 due Mon 30 Nov 12:30", "3 due Mon 30 Nov 16:30", "4 due Wed 02 Dec 16:30"],
        ),
        (
            "P3, office hours",
            P3,
            "Mon 23 Nov 10:20",
            false,
            "Tue 24 Nov 10:20",
            "Thu 03 Dec 10:20",
            ["2 due Wed 25 Nov 10:20", "3 due Mon 30 Nov 10:20", "4 due Mon 07 Dec 10:20"],
        ),
        (
            "P4, office hours",
            P4,
            "Mon 23 Nov 10:20",
            false,
            "Wed 25 Nov 10:20",
            "Mon 14 Dec 10:20",
            ["2 due Mon 30 Nov 10:20", "3 due Mon 07 Dec 10:20", "4 never"],
        ),
        (
            "P1, day and night",
            P1,
            "Fri 27 Nov 16:30",
            true,
            "Fri 27 Nov 17:30",
            "Sat 28 Nov 16:30",
            ["2 due Fri 27 Nov 17:30", "3 due Fri 27 Nov 20:30", "4 due Sat 28 Nov 16:30"],
        ),
        (
            "P2, day and night",
            P2,
            "Fri 27 Nov 16:30",
            true,
            "Fri 27 Nov 20:30",
            "Mon 30 Nov 16:30",
            ["2 due Fri 27 Nov 20:30", "3 due Sat 28 Nov 16:30", "4 due Mon 30 Nov 16:30"],
        ),
        (
            "P3, day and night",
            P3,
            "Fri 27 Nov 16:30",
            true,
            "Sat 28 Nov 16:30",
            "Sat 05 Dec 16:30",
            ["2 due Sun 29 Nov 16:30", "3 due Wed 02 Dec 16:30", "4 due Mon 07 Dec 16:30"],
        ),
        (
            "P4, day and night",
            P4,
            "Fri 27 Nov 16:30",
            true,
            "Sun 29 Nov 16:30",
            "Sat 12 Dec 16:30",
            ["2 due Wed 02 Dec 16:30", "3 due Mon 07 Dec 16:30", "4 never"],
        ),
        (
            "filed while closed, the clocks start at the next opening",
            P1,
            "Sat 28 Nov 12:00",
            false,
            "Mon 30 Nov 10:00",
            "Mon 30 Nov 17:00",
            ["2 due Mon 30 Nov 10:00", "3 due Mon 30 Nov 13:00", "4 due Mon 30 Nov 17:00"],
        ),
        (
            "out at closing time is due at closing",
            P1,
            "Fri 27 Nov 16:00",
            false,
            "Fri 27 Nov 17:00",
            "Mon 30 Nov 16:00",
            ["2 due Fri 27 Nov 17:00", "3 due Mon 30 Nov 12:00", "4 due Mon 30 Nov 16:00"],
        ),
    ];
    for (name, priority, filed, around_the_clock, reply, resolution, rungs) in cases {
        let filing = if around_the_clock { a(priority).around_the_clock() } else { a(priority) };
        let found = given(filing, filed);
        assert_eq!((found.0.as_str(), found.1.as_str()), (reply, resolution), "{name}");
        assert_eq!(found.2, rungs, "{name}");
    }
}

#[test]
fn a_hard_deadline_brings_the_rungs_to_its_shares_and_leaves_the_promises() {
    type Case = (&'static str, Priority, &'static str, [&'static str; 3]);
    let cases: [Case; 6] = [
        (
            "the published sample: only the last rung is earlier by the deadline",
            P2,
            "Thu 26 Nov 12:00",
            ["2 due Mon 23 Nov 14:20", "3 due Tue 24 Nov 10:20", "4 due Wed 25 Nov 14:52"],
        ),
        (
            "30, 55 and 80 % of eight hours",
            P3,
            "Tue 24 Nov 10:20",
            ["2 due Mon 23 Nov 12:44", "3 due Mon 23 Nov 14:44", "4 due Mon 23 Nov 16:44"],
        ),
        (
            "a P4 stops at rung 3",
            P4,
            "Tue 24 Nov 10:20",
            ["2 due Mon 23 Nov 12:44", "3 due Mon 23 Nov 14:44", "4 never"],
        ),
        (
            "a deadline far away moves nothing",
            P1,
            "Fri 18 Dec 12:00",
            ["2 due Mon 23 Nov 11:20", "3 due Mon 23 Nov 14:20", "4 due Tue 24 Nov 10:20"],
        ),
        (
            "a deadline at night counts the open time before it",
            P3,
            "Tue 24 Nov 03:00",
            ["2 due Mon 23 Nov 12:20", "3 due Mon 23 Nov 14:00", "4 due Mon 23 Nov 15:40"],
        ),
        (
            "no open time left: every rung is due at once",
            P2,
            "Mon 23 Nov 10:20",
            ["2 due Mon 23 Nov 10:20", "3 due Mon 23 Nov 10:20", "4 due Mon 23 Nov 10:20"],
        ),
    ];
    for (name, priority, deadline, rungs) in cases {
        let plain = given(a(priority), "Mon 23 Nov 10:20");
        let found = given(a(priority).with_deadline(deadline), "Mon 23 Nov 10:20");
        assert_eq!(found.2, rungs, "{name}");
        assert_eq!((found.0, found.1), (plain.0, plain.1), "{name}");
    }
}

#[test]
fn the_published_sample_promises_by_the_table() {
    let case = a(P2).with_deadline("Thu 26 Nov 12:00").filed("Mon 23 Nov 10:20");
    assert_eq!(case.promises(Kind::FirstReply), ["Mon 23 Nov 14:20"]);
    assert_eq!(case.promises(Kind::Resolution), ["Thu 26 Nov 10:20"]);
    assert_eq!(case.promises(Kind::NextUpdate), [""; 0], "the first reply stands as the next update");
    let made = case.ticket.timetable.all();
    assert!(made.iter().all(|p| p.origin == Origin::Table && p.made_by == By::Lizard));
    assert!(made.iter().all(|p| p.start == case.ticket.opened_at && p.told_at == Some(p.made_at)));
}

#[test]
fn a_new_ticket_stands_on_rung_1_with_everybody_in_place() {
    let case = a(P2).filed("Mon 23 Nov 10:20");
    let ticket = &case.ticket;
    assert_eq!((ticket.state, ticket.rung, ticket.owner), (State::Open, 1, PRIYA));
    let holders: Vec<_> = ticket.rungs.iter().map(|s| s.holder).collect();
    assert_eq!(holders, [Some(PRIYA), Some(MANAGER), Some(DIRECTOR), Some(VP)]);
    assert_eq!(ticket.step().and_then(|s| s.reached_at), Some(at("Mon 23 Nov 10:20")));
    assert_eq!(ticket.next_clock(), Some(at("Mon 23 Nov 14:20")));
    assert_eq!(case.story(), ["opened", "promise_made", "promise_made"]);
    assert_eq!(case.events[0].by, By::Person(CONTACT));
}

#[test]
fn opening_is_told_whole_for_a_replay() {
    let case = a(P3).with_deadline("Fri 27 Nov 12:00").filed("Mon 23 Nov 10:20");
    let What::Opened(opened) = &case.events[0].what else { panic!("{:?}", case.events[0]) };
    assert_eq!((opened.priority, opened.owner, opened.deadline), (P3, PRIYA, case.ticket.deadline));
    let told: Vec<_> = opened.rungs.iter().map(|r| (r.number, r.holder, r.due)).collect();
    let found: Vec<_> = case.ticket.rungs.iter().map(|s| (s.number, s.holder, s.due)).collect();
    assert_eq!(told, found);
}

#[test]
fn an_empty_seat_is_a_rung_without_a_holder() {
    let mut filing = a(P2);
    filing.holders.director = Place::default();
    let case = filing.filed("Mon 23 Nov 10:20");
    assert_eq!(case.ticket.rungs[2].holder, None);
    assert_eq!(case.rungs()[1], "3 due Tue 24 Nov 10:20");
}
