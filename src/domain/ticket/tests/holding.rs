//! A holder's one reasoned delay of the next rung.

use crate::domain::priority::Priority::{P1, P2, P3, P4};
use crate::domain::samples::{Case, a, at, refused};

/// A P2 on rung 2 since Monday 14:20; rung 3 is due on Tuesday 10:20, and a re-notify
/// interval is 1 bd.
fn on_rung_2() -> Case {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 11:00").until("Mon 23 Nov 15:00");
    case
}

#[test]
fn the_next_rung_is_due_at_the_date_and_no_promise_moves() {
    let mut case = on_rung_2();
    let promises: Vec<_> = case.ticket.timetable.all().to_vec();
    case.holds_until("Wed 25 Nov 10:20", "Mon 23 Nov 15:30");
    assert_eq!(case.rungs()[1..], ["3 due Wed 25 Nov 10:20", "4 due Thu 26 Nov 10:20"]);
    assert_eq!(case.ticket.timetable.all(), promises);
    assert_eq!(case.story().last(), Some(&"rung_moved"));
}

#[test]
fn it_is_at_most_one_interval_later_and_later_than_it_was() {
    let hold = |until: &str| refused(on_rung_2().hold(at(until), at("Mon 23 Nov 15:30")));
    assert_eq!(hold("Wed 25 Nov 10:21"), "until too_late");
    assert_eq!(hold("Tue 24 Nov 10:20"), "until no_delay");
    assert_eq!(hold("Mon 23 Nov 15:30"), "until in_the_past");
}

#[test]
fn rungs_further_up_are_never_due_before_it() {
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    // Rung 2 is due on Wednesday; three business days later is Monday, when rung 3 is due too.
    case.holds_until("Mon 30 Nov 10:20", "Mon 23 Nov 12:00");
    assert_eq!(case.rungs()[..2], ["2 due Mon 30 Nov 10:20", "3 due Mon 30 Nov 10:20"]);
}

#[test]
fn a_second_one_goes_on_from_the_first_and_there_is_no_third() {
    let mut case = on_rung_2();
    case.holds_until("Wed 25 Nov 10:20", "Mon 23 Nov 15:30");
    assert!(case.ticket.held_from(2) && !case.ticket.held_from(1));
    case.holds_until("Thu 26 Nov 10:20", "Mon 23 Nov 15:40");
    assert_eq!(case.rungs()[1], "3 due Thu 26 Nov 10:20");
    assert_eq!(refused(case.hold(at("Fri 27 Nov 10:20"), at("Mon 23 Nov 15:50"))), "already_held");
}

#[test]
fn a_wait_moves_it_as_it_moves_every_rung() {
    let mut case = on_rung_2();
    case.holds_until("Wed 25 Nov 10:20", "Mon 23 Nov 15:30");
    case.waits_until("Thu 26 Nov 12:00", "Mon 23 Nov 16:00").lifts_wait("Tue 24 Nov 09:30");
    assert_eq!(case.rungs()[1], "3 due Wed 25 Nov 11:50");
}

#[test]
fn a_more_urgent_priority_leaves_it_one_interval_of_its_own() {
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    case.holds_until("Mon 30 Nov 10:20", "Mon 23 Nov 12:00");
    // As a P2 rung 2 is due at 14:20, and may be put off by a day.
    case.becomes(P2, "Mon 23 Nov 13:00");
    assert_eq!(case.rungs()[0], "2 due Tue 24 Nov 14:20");
}

#[test]
fn at_the_top_nothing_is_ahead() {
    let mut case = a(P4).filed("Mon 23 Nov 10:20");
    case.until("Mon 14 Dec 10:00");
    assert_eq!(case.ticket.rung, 3);
    assert_eq!(refused(case.hold(at("Tue 15 Dec 10:00"), at("Mon 14 Dec 10:00"))), "top_of_ladder");
}

#[test]
fn a_rung_that_a_change_makes_overdue_in_a_wait_is_reached_as_the_clock_goes_on_whatever_was_held() {
    let mut case = a(P4).filed("Mon 23 Nov 10:00");
    case.holds_until("Mon 30 Nov 12:00", "Fri 27 Nov 10:00")
        .waits_until("Fri 27 Nov 15:00", "Fri 27 Nov 11:00");
    case.becomes(P1, "Fri 27 Nov 12:00").lifts_wait("Fri 27 Nov 13:00").until("Fri 27 Nov 13:01");
    assert_eq!(case.rungs()[0], "2 reached Fri 27 Nov 13:00 (clock)");
}
