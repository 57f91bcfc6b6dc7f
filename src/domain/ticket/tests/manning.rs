//! Absences: the owner and the holders are who is there.

use crate::domain::event::{HandOver, What};
use crate::domain::ladder::Stand;
use crate::domain::partner::Place;
use crate::domain::priority::Priority::{P1, P2, P3, P4};
use crate::domain::samples::{Case, DIRECTOR, MANAGER, OLGA, PRIYA, VP, a, at, diary, holders};
use crate::domain::ticket::manning::Manning;

fn filed() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

fn owned_by(case: &mut Case, owner: crate::domain::ids::PersonId, why: HandOver, when: &str) {
    case.man(&Manning { owner: Some((owner, why)), holders: holders() }, at(when)).unwrap();
}

#[test]
fn who_stands_in_owns_it_and_gives_it_back() {
    let mut case = filed();
    owned_by(&mut case, OLGA, HandOver::StandIn, "Mon 23 Nov 11:00");
    assert_eq!((case.ticket.owner, case.ticket.rungs[0].holder), (OLGA, Some(OLGA)));
    assert_eq!(case.ticket.clocks.stands_in_for, Some(PRIYA));
    assert_eq!(case.ticket.clocks.notified.as_ref().unwrap().last_at, at("Mon 23 Nov 11:00"));
    owned_by(&mut case, PRIYA, HandOver::Returned, "Tue 24 Nov 09:00");
    assert_eq!((case.ticket.owner, case.ticket.clocks.stands_in_for), (PRIYA, None));
    assert_eq!(case.ticket.clocks.handed_on, 0, "nobody passed it on");
}

#[test]
fn who_is_given_it_by_triage_stands_in_for_nobody() {
    let mut case = filed();
    owned_by(&mut case, OLGA, HandOver::StandIn, "Mon 23 Nov 11:00");
    case.goes_to(PRIYA, "Mon 23 Nov 12:00");
    assert_eq!(case.ticket.clocks.stands_in_for, None);
}

#[test]
fn a_new_holder_of_a_rung_ahead_is_warned_at_once_if_the_old_one_was() {
    let mut case = filed();
    case.swept_until("Mon 23 Nov 13:30");
    let before = case.events.len();
    case.instead_of(Stand::ChannelManager, Some(DIRECTOR), at("Mon 23 Nov 13:40")).unwrap();
    case.swept_until("Mon 23 Nov 14:30");
    let warned: Vec<_> = case.events[before..]
        .iter()
        .filter_map(|e| match e.what {
            What::HeadsUp { rung: 2, holder, .. } => Some((holder, diary(e.at))),
            _ => None,
        })
        .collect();
    assert_eq!(warned, [(DIRECTOR, "Mon 23 Nov 13:40".to_owned())]);
    assert!(!case.events[before..].iter().any(|e| matches!(e.what, What::Exception { rung: 2, .. })));
}

#[test]
fn an_empty_rung_ahead_is_passed_over_the_moment_it_is_reached() {
    let mut case = filed();
    case.instead_of(Stand::ChannelManager, None, at("Mon 23 Nov 11:00")).unwrap();
    assert_eq!(case.rungs()[..2], ["2 due Mon 23 Nov 14:20", "3 due Mon 23 Nov 14:20"]);
    case.swept_until("Mon 23 Nov 14:30");
    assert_eq!(case.ticket.rung, 3);
    assert_eq!(
        case.rungs()[..2],
        ["2 reached Mon 23 Nov 14:20 (clock)", "3 reached Mon 23 Nov 14:20 (absence)"]
    );
    let exceptions = case.events.iter().filter(|e| matches!(e.what, What::Exception { .. })).count();
    assert_eq!(exceptions, 0, "who comes next was warned instead");
}

#[test]
fn a_present_rung_whose_holder_leaves_passes_on_at_once() {
    let mut case = filed();
    case.swept_until("Mon 23 Nov 15:00");
    assert_eq!(case.ticket.rung, 2);
    case.instead_of(Stand::ChannelManager, None, at("Mon 23 Nov 15:30")).unwrap();
    assert_eq!(case.rungs()[1], "3 reached Mon 23 Nov 15:30 (absence)");
    // Back again, the ticket does not come down.
    case.instead_of(Stand::ChannelManager, Some(MANAGER), at("Mon 23 Nov 16:00")).unwrap();
    assert_eq!((case.ticket.rung, case.ticket.rungs[1].holder), (3, Some(MANAGER)));
}

#[test]
fn who_takes_over_the_present_rung_has_a_notice_of_their_own() {
    let mut case = filed();
    case.swept_until("Mon 23 Nov 15:00");
    case.acknowledge(MANAGER, at("Mon 23 Nov 15:00")).unwrap();
    case.instead_of(Stand::ChannelManager, Some(DIRECTOR), at("Mon 23 Nov 15:30")).unwrap();
    let notified = case.ticket.clocks.notified.as_ref().unwrap();
    assert_eq!((notified.rung, notified.acknowledged_at), (2, None));
    assert_eq!(diary(notified.last_at), "Mon 23 Nov 15:30");
}

#[test]
fn the_top_rung_passes_on_to_nobody() {
    let mut case = filed();
    case.swept_until("Thu 26 Nov 15:00");
    assert_eq!(case.ticket.rung, 4);
    case.instead_of(Stand::Vp, None, at("Thu 26 Nov 15:30")).unwrap();
    assert_eq!((case.ticket.rung, case.ticket.rungs[3].holder), (4, None));
    let mut p4 = a(P4).filed("Mon 23 Nov 10:20");
    p4.until("Tue 08 Dec 10:00");
    p4.instead_of(Stand::Director, None, at("Tue 08 Dec 10:00")).unwrap();
    assert_eq!(p4.ticket.rung, 3);
}

#[test]
fn an_empty_rung_is_passed_over_under_a_claim_only_when_it_goes_on() {
    let mut case = filed();
    case.swept_until("Mon 23 Nov 15:00");
    case.claims("Mon 23 Nov 15:10");
    case.instead_of(Stand::ChannelManager, None, at("Mon 23 Nov 15:30")).unwrap();
    assert_eq!(case.ticket.rung, 2);
    case.is_not_fixed("Mon 23 Nov 16:00");
    assert_eq!(case.rungs()[1], "3 reached Mon 23 Nov 16:00 (absence)");
}

#[test]
fn a_complaint_leaves_the_rung_out_also_while_somebody_stands_in() {
    let mut filing = a(P2).about(MANAGER);
    filing.holders.channel_manager = Place { regular: Some(MANAGER), present: Some(VP) };
    assert_eq!(filing.filed("Mon 23 Nov 10:20").rungs()[0], "3 due Mon 23 Nov 14:20");
}

#[test]
fn an_absence_under_a_claim_makes_no_rung_overdue() {
    let mut case = a(P1).filed("Sat 21 Nov 18:00");
    case.claims("Sun 22 Nov 10:00");
    case.instead_of(Stand::Vp, None, at("Mon 23 Nov 12:00")).unwrap();
    assert_eq!(case.rungs()[..2], ["2 due Mon 23 Nov 10:00", "3 due Mon 23 Nov 13:00"]);
    case.is_not_fixed("Mon 23 Nov 12:00");
    assert_eq!(case.rungs()[..2], ["2 due Mon 23 Nov 13:00", "3 due Mon 23 Nov 16:00"]);
}

#[test]
fn who_is_back_on_a_rung_that_is_passed_on_to_at_once_was_not_warned_by_the_stand_ins_heads_up() {
    let mut case = a(P3).around_the_clock().filed("Sat 21 Nov 08:00");
    case.instead_of(Stand::Vp, Some(crate::domain::ids::PersonId(61)), at("Sat 28 Nov 17:00")).unwrap();
    case.swept_until("Sat 28 Nov 20:00");
    case.instead_of(Stand::Director, None, at("Sat 28 Nov 21:00")).unwrap();
    assert_eq!(case.ticket.rung, 4);
    let exception =
        |e: &crate::domain::event::Event| matches!(e.what, What::Exception { rung: 4, holder: VP, .. });
    assert!(case.events.iter().any(exception));
}

#[test]
fn a_p4_on_a_rung_where_nobody_is_passes_on_as_it_becomes_one_that_may_go_further() {
    let mut case = a(P4).filed("Mon 23 Nov 10:20");
    case.until("Mon 07 Dec 10:21");
    case.instead_of(Stand::Director, None, at("Mon 07 Dec 11:00")).unwrap();
    assert_eq!(case.ticket.rung, 3, "there is no further rung for it");
    case.becomes(P2, "Mon 07 Dec 12:00");
    assert_eq!(case.rungs()[2], "4 reached Mon 07 Dec 12:00 (absence)");
}
