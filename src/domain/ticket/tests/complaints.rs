//! A complaint leaves out the rung of the person it is about.

use crate::domain::actor::Actor;
use crate::domain::actor::By;
use crate::domain::ids::PersonId;
use crate::domain::partner::Place;
use crate::domain::person::Role;
use crate::domain::priority::Priority::{self, P1, P2, P4};
use crate::domain::samples::{DIRECTOR, MANAGER, OLGA, PRINCIPAL, VP, a, at, holders, person, refused};
use crate::domain::ticket::triage::Order;

#[test]
fn the_rung_of_the_person_complained_about_is_left_out() {
    type Case = (&'static str, Priority, PersonId, &'static [&'static str]);
    let cases: [Case; 7] = [
        (
            "about the channel manager: rung 3 on rung 2's allowance",
            P2,
            MANAGER,
            &["3 due Mon 23 Nov 14:20", "4 due Thu 26 Nov 10:20"],
        ),
        ("the same, P4: rung 4 is not reached", P4, MANAGER, &["3 due Mon 30 Nov 10:20", "4 never"]),
        (
            "about the director: rung 2 as usual, rung 4 on rung 3's allowance",
            P2,
            DIRECTOR,
            &["2 due Mon 23 Nov 14:20", "4 due Tue 24 Nov 10:20"],
        ),
        ("about the director, P4 too", P4, DIRECTOR, &["2 due Mon 30 Nov 10:20", "4 due Mon 07 Dec 10:20"]),
        ("about the VP", P1, VP, &["2 due Mon 23 Nov 11:20", "3 due Mon 23 Nov 14:20"]),
        (
            "about somebody on no rung",
            P2,
            OLGA,
            &["2 due Mon 23 Nov 14:20", "3 due Tue 24 Nov 10:20", "4 due Thu 26 Nov 10:20"],
        ),
        (
            "about a channel manager who is not this partner's",
            P2,
            PersonId(32),
            &["2 due Mon 23 Nov 14:20", "3 due Tue 24 Nov 10:20", "4 due Thu 26 Nov 10:20"],
        ),
    ];
    for (name, priority, about, rungs) in cases {
        let case = a(priority).about(about).filed("Mon 23 Nov 10:20");
        assert_eq!(case.rungs(), rungs, "{name}");
        assert!(case.ticket.rungs.iter().all(|s| s.holder != Some(about)), "{name}");
    }
}

#[test]
fn whoever_stands_on_two_rungs_is_left_out_of_both() {
    let mut filing = a(P2).about(DIRECTOR);
    filing.holders.channel_manager = Place::of(Some(DIRECTOR));
    let case = filing.filed("Mon 23 Nov 10:20");
    assert_eq!(case.rungs(), ["4 due Tue 24 Nov 10:20"]);
}

#[test]
fn a_deadline_moves_the_rungs_that_are_left() {
    let case = a(P2).about(MANAGER).with_deadline("Thu 26 Nov 12:00").filed("Mon 23 Nov 10:20");
    assert_eq!(case.rungs(), ["3 due Mon 23 Nov 14:20", "4 due Wed 25 Nov 14:52"]);
    let case = a(P4).about(DIRECTOR).with_deadline("Tue 24 Nov 10:20").filed("Mon 23 Nov 10:20");
    assert_eq!(case.rungs(), ["2 due Mon 23 Nov 12:44", "4 due Mon 23 Nov 16:44"]);
}

#[test]
fn a_complaint_climbs_from_rung_1_over_the_gap() {
    let mut case = a(P2).about(MANAGER).filed("Mon 23 Nov 10:20");
    case.until("Mon 23 Nov 14:21");
    assert_eq!((case.ticket.rung, case.rungs()[0].as_str()), (3, "3 reached Mon 23 Nov 14:20 (clock)"));
}

#[test]
fn a_press_climbs_over_the_gap_too() {
    let mut case = a(P4).about(DIRECTOR).filed("Mon 23 Nov 10:20");
    let principal = Actor::Person(person(PRINCIPAL, Role::Principal));
    for (when, rung) in [("Mon 23 Nov 11:00", 2), ("Mon 23 Nov 15:00", 4)] {
        case.press(&principal, at(when)).unwrap();
        assert_eq!(case.ticket.rung, rung);
        let answered = if rung == 2 { "Mon 23 Nov 12:00" } else { "Mon 23 Nov 16:00" };
        case.priya_replies(answered);
    }
    assert_eq!(refused(case.press(&principal, at("Tue 24 Nov 10:00"))), "top_of_ladder");
}

#[test]
fn a_ticket_that_becomes_a_complaint_loses_the_rung_and_names_who() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    let order = Order {
        category: Some("rel.account_manager".to_owned()),
        about: Some(MANAGER),
        reason: "it is about Tom".to_owned(),
        ..Order::default()
    };
    case.triage(&order, at("Mon 23 Nov 11:00")).unwrap();
    assert_eq!(case.rungs(), ["3 due Mon 23 Nov 14:20", "4 due Thu 26 Nov 10:20"]);
    assert_eq!(
        (case.ticket.about, case.ticket.reported_category.as_str()),
        (Some(MANAGER), "price.approval_late")
    );
}

#[test]
fn a_rung_reached_before_it_was_a_complaint_stays_reached() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.until("Mon 23 Nov 15:00");
    let order = Order {
        category: Some("rel.account_manager".to_owned()),
        about: Some(MANAGER),
        reason: "it is about Tom".to_owned(),
        ..Order::default()
    };
    let rules = case.rules();
    let change =
        case.ticket.triage(&order, &holders(), By::Lizard, rules, rules, at("Mon 23 Nov 15:30")).unwrap();
    case.take(change);
    assert_eq!(case.ticket.rung, 2);
    assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 14:20 (clock)");
}
