//! *Escalate now*, and contesting the priority.

use crate::domain::actor::Actor;
use crate::domain::event::What;
use crate::domain::person::Role;
use crate::domain::priority::Priority::{P1, P2, P3, P4};
use crate::domain::promise::Kind::{FirstReply, NextUpdate};
use crate::domain::samples::{Case, OLGA, PRINCIPAL, a, at, contact, person, priya, refused};

fn filed() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

fn principal() -> Actor {
    Actor::Person(person(PRINCIPAL, Role::Principal))
}

/// Of the presses: the rung, and whether they were appended.
fn presses(case: &Case) -> Vec<(u8, bool)> {
    let press = |what: &What| match what {
        What::Pressed { rung, appended, .. } => Some((*rung, *appended)),
        _ => None,
    };
    case.events.iter().filter_map(|e| press(&e.what)).collect()
}

#[test]
fn a_press_climbs_one_rung_and_the_rungs_above_keep_their_dates() {
    let mut case = filed();
    case.contact_presses("Mon 23 Nov 11:00");
    assert_eq!(
        case.rungs(),
        ["2 reached Mon 23 Nov 11:00 (press)", "3 due Tue 24 Nov 10:20", "4 due Thu 26 Nov 10:20"]
    );
    case.until("Mon 23 Nov 16:00");
    assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 11:00 (press)", "its clock does not reach it again");
    assert_eq!(case.ticket.rung, 2);
}

#[test]
fn an_unanswered_press_takes_the_next_ones_in() {
    let mut case = filed();
    case.contact_presses("Mon 23 Nov 11:00").contact_presses("Mon 23 Nov 11:30");
    case.press(&priya(), at("Mon 23 Nov 11:40")).unwrap();
    assert_eq!(presses(&case), [(2, false), (2, true), (2, true)]);
    assert_eq!((case.ticket.rung, case.ticket.clocks.presses.len()), (2, 1));
    case.priya_replies("Mon 23 Nov 12:00");
    assert_eq!(case.ticket.clocks.presses[0].answered_at, Some(at("Mon 23 Nov 12:00")));
    case.press(&principal(), at("Mon 23 Nov 13:00")).unwrap();
    assert_eq!((case.ticket.rung, presses(&case)[3]), (3, (3, false)));
}

#[test]
fn only_a_persons_message_to_the_partner_answers_a_press() {
    use crate::domain::samples::token;
    use crate::domain::ticket::Visibility::{Internal, Partner};
    for (actor, visibility) in [(contact(), Partner), (priya(), Internal), (token(None), Partner)] {
        let mut case = filed();
        case.contact_presses("Mon 23 Nov 11:00");
        case.writes(&actor, visibility, at("Mon 23 Nov 11:30")).unwrap();
        assert_eq!(case.ticket.clocks.presses[0].answered_at, None);
    }
}

#[test]
fn a_press_after_its_rung_was_reached_by_the_clock_is_for_the_next() {
    let mut case = filed();
    case.press(&principal(), at("Mon 23 Nov 15:00")).unwrap();
    assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 14:20 (clock)", "what had run out comes first");
    assert_eq!(case.rungs()[1], "3 reached Mon 23 Nov 15:00 (press)");
}

#[test]
fn a_press_at_the_very_instant_of_a_clock_comes_before_it() {
    let mut case = filed();
    case.contact_presses("Mon 23 Nov 14:20");
    assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 14:20 (press)");
}

#[test]
fn at_the_top_there_is_nothing_to_press() {
    for (priority, top) in [(P1, 4), (P2, 4), (P3, 4), (P4, 3)] {
        let mut case = a(priority).filed("Mon 23 Nov 10:20");
        for minute in (30..).take(usize::from(top) - 1) {
            case.press(&principal(), at(&format!("Mon 23 Nov 10:{minute}"))).unwrap();
            case.priya_replies(&format!("Mon 23 Nov 10:{minute}"));
        }
        assert_eq!(case.ticket.rung, top, "{priority}");
        assert_eq!(refused(case.press(&principal(), at("Mon 23 Nov 10:40"))), "top_of_ladder", "{priority}");
    }
}

#[test]
fn a_press_at_the_top_is_appended_while_one_is_unanswered() {
    let mut case = a(P4).filed("Mon 23 Nov 10:20");
    case.press(&principal(), at("Mon 23 Nov 10:30")).unwrap();
    case.priya_replies("Mon 23 Nov 10:31");
    case.press(&principal(), at("Mon 23 Nov 10:32")).unwrap();
    case.press(&principal(), at("Mon 23 Nov 10:33")).unwrap();
    assert_eq!(presses(&case), [(2, false), (3, false), (3, true)]);
}

#[test]
fn a_press_moves_the_next_update_earlier_and_never_later() {
    let cases = [
        ("P1: 30 minutes", P1, "Mon 23 Nov 10:30", "Mon 23 Nov 11:00"),
        ("P1: no later than it was", P1, "Mon 23 Nov 11:00", "Mon 23 Nov 11:20"),
        ("P2: no later than it was", P2, "Mon 23 Nov 11:00", "Mon 23 Nov 14:20"),
        ("P3: 4 bh", P3, "Mon 23 Nov 11:00", "Mon 23 Nov 15:00"),
        ("P4: 4 bh, over night", P4, "Mon 23 Nov 15:00", "Tue 24 Nov 11:00"),
    ];
    for (name, priority, when, update) in cases {
        let mut case = a(priority).filed("Mon 23 Nov 10:20");
        case.contact_presses(when);
        assert_eq!(case.update(), update, "{name}");
    }
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    case.contact_presses("Mon 23 Nov 11:00");
    assert_eq!(
        case.promises(FirstReply),
        ["Tue 24 Nov 10:20 withdrawn Mon 23 Nov 11:00", "Mon 23 Nov 15:00"],
        "the first reply stands as the next update: withdrawn, and new"
    );
    case.priya_replies("Mon 23 Nov 12:00");
    case.press(&principal(), at("Mon 23 Nov 13:00")).unwrap();
    assert_eq!(
        case.promises(NextUpdate),
        ["Thu 26 Nov 12:00 withdrawn Mon 23 Nov 13:00", "Mon 23 Nov 17:00"]
    );
}

#[test]
fn an_appended_press_moves_nothing() {
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    case.contact_presses("Mon 23 Nov 11:00");
    let before = (case.rungs(), case.ticket.timetable.clone());
    case.contact_presses("Mon 23 Nov 11:30");
    assert_eq!((case.rungs(), case.ticket.timetable.clone()), before);
}

#[test]
fn a_press_by_the_partner_ends_a_wait_on_them_and_one_by_us_does_not() {
    for (actor, paused) in [(contact(), false), (priya(), true)] {
        let mut case = filed();
        case.priya_replies("Mon 23 Nov 11:00").waits_until("Wed 25 Nov 12:00", "Mon 23 Nov 12:00");
        case.press(&actor, at("Mon 23 Nov 13:00")).unwrap();
        assert_eq!(case.ticket.is_paused(), paused);
        assert_eq!(case.update(), "Mon 23 Nov 17:00");
        assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 13:00 (press)");
    }
}

#[test]
fn only_open_tickets_can_be_pressed_or_contested() {
    let mut case = filed();
    case.claims("Mon 23 Nov 11:00");
    assert_eq!(refused(case.press(&contact(), at("Mon 23 Nov 12:00"))), "resolved");
    assert_eq!(refused(case.contest(at("Mon 23 Nov 12:00"))), "resolved");
    case.is_fixed("Mon 23 Nov 13:00");
    assert_eq!(refused(case.press(&contact(), at("Mon 23 Nov 14:00"))), "closed");
    assert_eq!(refused(case.contest(at("Mon 23 Nov 14:00"))), "closed");
}

#[test]
fn the_priority_is_contested_once_and_that_moves_no_clock() {
    let mut case = filed();
    let before = (case.rungs(), case.ticket.timetable.clone());
    case.contest(at("Mon 23 Nov 11:00")).unwrap();
    assert_eq!((case.rungs(), case.ticket.timetable.clone()), before);
    assert_eq!(case.ticket.clocks.contest.as_ref().map(|c| c.reason.as_str()), Some("it stops us"));
    assert_eq!(refused(case.contest(at("Mon 23 Nov 12:00"))), "already_contested");
    case.becomes(P1, "Mon 23 Nov 12:00");
    assert_eq!(
        refused(case.contest(at("Mon 23 Nov 13:00"))),
        "already_contested",
        "triage gives no second one"
    );
}

#[test]
fn contesting_is_an_answer() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").waits_until("Wed 25 Nov 12:00", "Mon 23 Nov 12:00");
    case.contest(at("Mon 23 Nov 13:00")).unwrap();
    assert!(!case.ticket.is_paused());
    assert_eq!(case.ticket.clocks.partner_spoke_at, at("Mon 23 Nov 13:00"));
}

#[test]
fn after_a_press_no_other_act_moves_the_rung_above() {
    let mut case = a(P3).with_deadline("Fri 04 Dec 09:00").filed("Mon 23 Nov 10:00");
    case.until("Wed 25 Nov 22:00").comes_down("Thu 26 Nov 11:40").contact_presses("Thu 26 Nov 12:00");
    let before = case.rungs();
    assert_eq!(before[1], "3 due Mon 30 Nov 09:16", "not before the rung below was due");
    case.goes_to(OLGA, "Thu 26 Nov 13:00");
    assert_eq!(case.rungs(), before);
}
