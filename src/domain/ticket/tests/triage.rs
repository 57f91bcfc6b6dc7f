//! Triage: elapsed time is kept, outcomes stand, and what a change makes overdue comes in turn.

use crate::domain::actor::By;
use crate::domain::event::{HandOver, What};
use crate::domain::ids::PersonId;
use crate::domain::priority::Priority::{P1, P2, P3, P4};
use crate::domain::promise::Kind::{FirstReply, NextUpdate, Resolution};
use crate::domain::samples::{Case, OLGA, PRIYA, a, always, at, dates, holders, office, refused};
use crate::domain::ticket::manning::Manning;
use crate::domain::ticket::triage::{Correction, Order};

fn filed() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

/// Four days after a P4 was filed, everything that a P1 grants is over.
fn overdue() -> Case {
    let mut case = a(P4).filed("Mon 23 Nov 10:20");
    case.becomes(P1, "Fri 27 Nov 10:20");
    case
}

#[test]
fn a_milder_priority_counts_its_allowances_from_open() {
    let mut case = filed();
    case.becomes(P3, "Mon 23 Nov 12:00");
    assert_eq!(case.rungs(), ["2 due Wed 25 Nov 10:20", "3 due Mon 30 Nov 10:20", "4 due Mon 07 Dec 10:20"]);
    assert_eq!(
        case.promises(FirstReply),
        ["Mon 23 Nov 14:20 withdrawn Mon 23 Nov 12:00", "Tue 24 Nov 10:20"]
    );
    assert_eq!(
        case.promises(Resolution),
        ["Thu 26 Nov 10:20 withdrawn Mon 23 Nov 12:00", "Thu 03 Dec 10:20"]
    );
    assert_eq!(case.ticket.priority_reason, "set by hand: the bid moved");
    let moved: Vec<_> = case.ticket.timetable.all().iter().filter_map(|p| p.reason.as_deref()).collect();
    assert_eq!(moved, ["the bid moved", "the bid moved"], "the reason stands with each new date");
}

#[test]
fn what_a_sharper_priority_would_date_back_is_due_one_allowance_after_the_change() {
    let mut case = filed();
    case.becomes(P1, "Mon 23 Nov 12:00");
    assert_eq!(case.update(), "Mon 23 Nov 13:00");
    assert_eq!(case.resolution(), "Tue 24 Nov 10:20", "this one is still ahead, from open");
    assert_eq!(case.rungs(), ["2 due Mon 23 Nov 12:00", "3 due Mon 23 Nov 14:20", "4 due Tue 24 Nov 10:20"]);
    case.until("Mon 23 Nov 12:30");
    assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 12:00 (clock)", "at the change");
}

#[test]
fn the_next_update_is_counted_anew_from_where_it_started() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").becomes(P3, "Mon 23 Nov 12:00");
    assert_eq!(
        case.promises(NextUpdate),
        ["Tue 24 Nov 11:00 withdrawn Mon 23 Nov 12:00", "Thu 26 Nov 11:00"]
    );
    case.becomes(P1, "Tue 24 Nov 10:00");
    assert_eq!(case.update(), "Tue 24 Nov 14:00", "a gap of 4 bh from Monday would be past");
}

#[test]
fn outcomes_and_reached_rungs_stand() {
    let mut case = filed();
    case.until("Mon 23 Nov 16:00").becomes(P3, "Mon 23 Nov 16:00");
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 broken Mon 23 Nov 14:20"]);
    assert_eq!(
        case.promises(NextUpdate),
        ["Tue 24 Nov 14:20 withdrawn Mon 23 Nov 16:00", "Thu 26 Nov 14:20"]
    );
    assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 14:20 (clock)");
}

#[test]
fn a_resolution_that_broke_is_not_made_anew() {
    let mut case = filed();
    case.until("Thu 26 Nov 11:00").becomes(P3, "Thu 26 Nov 12:00");
    assert_eq!(case.promises(Resolution), ["Thu 26 Nov 10:20 broken Thu 26 Nov 10:20"]);
}

#[test]
fn a_resolution_date_that_a_person_gave_stands() {
    let mut case = filed();
    let mut new = dates(&[], "Fri 27 Nov 12:00");
    new.reason = Some("the committee meets on Friday".to_owned());
    case.dates(&new, at("Mon 23 Nov 11:00")).unwrap();
    case.becomes(P1, "Mon 23 Nov 12:00").becomes(P4, "Mon 23 Nov 13:00");
    assert_eq!(case.resolution(), "Fri 27 Nov 12:00");
}

#[test]
fn to_p4_and_back_takes_rung_4_away_and_gives_it_back() {
    let mut case = filed();
    case.becomes(P4, "Mon 23 Nov 12:00");
    assert_eq!(case.rungs()[2], "4 never");
    case.becomes(P2, "Mon 23 Nov 13:00");
    assert_eq!(case.rungs(), filed().rungs());
}

#[test]
fn rungs_overdue_by_a_change_come_at_the_change_and_then_a_renotify_interval_apart() {
    let mut case = overdue();
    assert_eq!(case.rungs(), ["2 due Fri 27 Nov 10:20", "3 due Fri 27 Nov 14:20", "4 due Mon 30 Nov 10:20"]);
    assert_eq!(case.update(), "Fri 27 Nov 14:20");
    assert_eq!(case.resolution(), "Mon 30 Nov 10:20");
    case.until("Fri 27 Nov 14:00");
    assert_eq!(case.ticket.rung, 2);
    case.until("Mon 30 Nov 12:00");
    assert_eq!(
        case.rungs(),
        [
            "2 reached Fri 27 Nov 10:20 (clock)",
            "3 reached Fri 27 Nov 14:20 (clock)",
            "4 reached Mon 30 Nov 10:20 (clock)"
        ]
    );
}

#[test]
fn a_change_that_moves_no_clock_leaves_them_apart() {
    let mut case = overdue();
    let (rungs, promises) = (case.rungs()[1..].to_vec(), case.ticket.timetable.clone());
    case.goes_to(OLGA, "Fri 27 Nov 11:00");
    assert_eq!(case.rungs()[1..], rungs, "a new owner is no change of priority, ladder or calendar");
    case.moves_to("order_ops", office(), None, at("Fri 27 Nov 11:30")).unwrap();
    assert_eq!(case.rungs()[1..], rungs, "nor is a team on the same calendar");
    assert_eq!(case.ticket.timetable, promises);
}

#[test]
fn a_pause_leaves_them_apart_by_as_much() {
    let expected = ["2 reached Fri 27 Nov 10:20 (clock)", "3 due Fri 27 Nov 16:20", "4 due Mon 30 Nov 12:20"];
    let mut waited = overdue();
    waited.waits_until("Fri 27 Nov 13:00", "Fri 27 Nov 11:00").until("Fri 27 Nov 13:30");
    assert_eq!(waited.rungs(), expected);
    let mut claimed = overdue();
    claimed.claims("Fri 27 Nov 11:00").is_not_fixed("Fri 27 Nov 13:00");
    assert_eq!(claimed.rungs(), expected);
}

#[test]
fn during_a_wait_the_clocks_that_stand_still_are_not_overdue_by_it() {
    // Seven hours have passed when the wait begins; it lasts 24.
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 11:00").waits_until("Fri 27 Nov 09:20", "Tue 24 Nov 09:20");
    case.becomes(P2, "Thu 26 Nov 11:00");
    assert_eq!(case.update(), "Fri 27 Nov 09:20", "the update stays due at the end of the wait");
    case.until("Fri 27 Nov 09:30");
    assert_eq!(
        case.rungs(),
        ["2 reached Fri 27 Nov 09:20 (clock)", "3 due Fri 27 Nov 10:20", "4 due Tue 01 Dec 10:20"],
        "rung 2 was overdue by the change, and reached when its clock went on"
    );
    assert_eq!(case.resolution(), "Tue 01 Dec 10:20", "3 bd from open, and the 24 hours paused");
}

#[test]
fn a_wait_before_the_change_stays_counted() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00")
        .waits_until("Tue 24 Nov 12:00", "Mon 23 Nov 12:00")
        .partner_writes("Tue 24 Nov 12:00")
        .becomes(P3, "Tue 24 Nov 12:30");
    assert_eq!(case.rungs(), ["2 due Thu 26 Nov 10:20", "3 due Tue 01 Dec 10:20", "4 due Tue 08 Dec 10:20"]);
    assert_eq!(case.resolution(), "Fri 04 Dec 10:20");
}

#[test]
fn a_change_of_team_changes_the_calendar_and_keeps_the_hours_elapsed() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 13:00");
    // Seven open hours after filing; a day is worth 24 hours from now on.
    case.moves_to("order_ops", always(), None, at("Tue 24 Nov 09:20")).unwrap();
    assert_eq!(case.rungs()[1..], ["3 due Wed 25 Nov 02:20", "4 due Fri 27 Nov 02:20"]);
    assert_eq!(case.resolution(), "Fri 27 Nov 02:20");
    assert_eq!(case.update(), "Wed 25 Nov 05:00");
    let ticket = &case.ticket;
    assert_eq!((ticket.team.as_str(), ticket.calendar.as_str()), ("order_ops", "always"));
    let era = &ticket.clocks.eras[0];
    assert_eq!((era.calendar.as_str(), era.until), ("office", at("Tue 24 Nov 09:20")));
}

#[test]
fn a_team_with_shorter_days_can_make_rungs_overdue() {
    let mut case = a(P2).around_the_clock().filed("Fri 27 Nov 16:30");
    // Sixteen hours after filing; a day is worth eight from now on.
    case.moves_to("deal_desk_berlin", office(), None, at("Sat 28 Nov 08:30")).unwrap();
    assert_eq!(
        case.rungs(),
        ["2 reached Fri 27 Nov 20:30 (clock)", "3 due Sat 28 Nov 08:30", "4 due Mon 30 Nov 17:00"]
    );
    assert_eq!(case.update(), "Mon 30 Nov 17:00", "one new gap after the change");
    assert_eq!(case.resolution(), "Mon 30 Nov 17:00", "eight hours are left of 24");
}

#[test]
fn team_priority_and_owner_change_at_once() {
    let mut case = filed();
    case.moves_to("order_ops", always(), Some(P3), at("Mon 23 Nov 12:20")).unwrap();
    // Two hours had passed of 48.
    assert_eq!(case.rungs()[0], "2 due Wed 25 Nov 10:20");
    assert_eq!((case.ticket.priority, case.ticket.clocks.handed_on), (P3, 0));
}

#[test]
fn a_change_of_team_keeps_the_owner_unless_triage_names_another() {
    let mut case = filed();
    case.moves_to("order_ops", office(), None, at("Mon 23 Nov 11:00")).unwrap();
    assert_eq!(case.ticket.owner, PRIYA);
    case.goes_to(OLGA, "Mon 23 Nov 12:00");
    assert_eq!((case.ticket.owner, case.ticket.rungs[0].holder), (OLGA, Some(OLGA)));
    assert_eq!(case.ticket.clocks.handed_on, 1);
    assert_eq!(case.ticket.rung, 1, "ownership and rung are two things");
    let What::Triaged { owner: Some(owner), team: None, priority: None, category: None, .. } =
        &case.events.last().unwrap().what
    else {
        panic!("{:?}", case.events.last())
    };
    assert_eq!((owner.old, owner.new), (PRIYA, OLGA));
}

#[test]
fn the_reported_category_is_kept() {
    let mut case = filed();
    let order = Order {
        category: Some("order.delivery_late".to_owned()),
        reason: "it is the delivery".to_owned(),
        ..Order::default()
    };
    case.triage(&order, at("Mon 23 Nov 11:00")).unwrap();
    assert_eq!(case.ticket.category, "order.delivery_late");
    assert_eq!(case.ticket.reported_category, "price.approval_late");
    assert_eq!(case.rungs(), filed().rungs());
}

#[test]
fn triage_needs_an_open_ticket() {
    let mut case = filed();
    let order = Order { priority: Some(P1), ..Order::default() };
    case.claims("Mon 23 Nov 11:00");
    assert_eq!(refused(case.triage(&order, at("Mon 23 Nov 12:00"))), "resolved");
    case.is_fixed("Mon 23 Nov 13:00");
    assert_eq!(refused(case.triage(&order, at("Mon 23 Nov 14:00"))), "closed");
}

#[test]
fn a_ticket_is_handed_over_while_it_lives_and_no_clock_moves() {
    let mut case = filed();
    case.claims("Mon 23 Nov 11:00");
    let (rungs, promises) = (case.rungs(), case.ticket.timetable.clone());
    let hand = |case: &Case, owner: PersonId| {
        let manning = Manning { owner: Some((owner, HandOver::Rerouted)), holders: holders() };
        case.ticket.man(&manning, By::Lizard, case.rules(), at("Mon 23 Nov 12:00"))
    };
    let change = hand(&case, OLGA).unwrap();
    case.take(change);
    assert_eq!((case.ticket.owner, case.ticket.clocks.handed_on), (OLGA, 0));
    assert_eq!((case.rungs(), &case.ticket.timetable), (rungs, &promises));
    case.is_fixed("Mon 23 Nov 13:00");
    assert_eq!(refused(hand(&case, PRIYA).map(|_| ())), "closed");
}

#[test]
fn a_correction_says_which_fields_it_touched() {
    let mut case = filed();
    let new = Correction {
        subject: Some("Special price for Acme".to_owned()),
        description: Some(case.ticket.description.clone()),
        blocks: Some(Some("the Acme bid".to_owned())),
        ..Correction::default()
    };
    let change = case.ticket.correct(&new, By::Person(PRIYA), at("Mon 23 Nov 11:00")).unwrap();
    assert_eq!(
        change.events[0].what,
        What::Edited { fields: vec!["subject".to_owned(), "blocks".to_owned()] }
    );
    case.take(change);
    let again = case.ticket.correct(&new, By::Person(PRIYA), at("Mon 23 Nov 12:00")).unwrap();
    assert!(again.is_empty(), "nothing is different any more");
}
