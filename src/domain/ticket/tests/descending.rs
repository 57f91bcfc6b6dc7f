//! De-escalation: down one rung, and each rung above is reachable again.

use crate::domain::event::What;
use crate::domain::ladder::Stand;
use crate::domain::priority::Priority::P2;
use crate::domain::samples::{Case, a, at, diary, refused};

/// A P2 on rung 3 since Tuesday 10:20.
fn on_rung_3() -> Case {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.swept_until("Tue 24 Nov 11:00");
    case
}

#[test]
fn each_higher_rung_is_due_at_its_allowance_less_that_of_the_rung_come_down_to() {
    let mut case = on_rung_3();
    case.comes_down("Tue 24 Nov 12:00");
    assert_eq!(case.ticket.rung, 2);
    // Rung 2 grants 4 bh, rung 3 8 bh, rung 4 24 bh.
    assert_eq!(case.rungs()[1..], ["3 due Tue 24 Nov 16:00", "4 due Thu 26 Nov 16:00"]);
    case.comes_down("Tue 24 Nov 13:00");
    assert_eq!(case.ticket.rung, 1);
    assert_eq!(case.rungs(), ["2 due Tue 24 Nov 17:00", "3 due Wed 25 Nov 13:00", "4 due Fri 27 Nov 13:00"]);
    assert_eq!(refused(case.deescalate(at("Tue 24 Nov 14:00"))), "bottom_of_ladder");
}

#[test]
fn it_is_reached_and_warned_about_again() {
    let mut case = on_rung_3();
    let before = case.events.len();
    case.comes_down("Tue 24 Nov 12:00").swept_until("Tue 24 Nov 16:30");
    let warned = |holder: bool| {
        case.events[before..].iter().find_map(|e| match e.what {
            What::HeadsUp { rung: 3, to_holder, .. } if to_holder == holder => Some(diary(e.at)),
            _ => None,
        })
    };
    // Half and three quarters of the four hours from the de-escalation.
    assert_eq!(warned(false).as_deref(), Some("Tue 24 Nov 14:00"));
    assert_eq!(warned(true).as_deref(), Some("Tue 24 Nov 15:00"));
    assert_eq!(case.rungs()[1], "3 reached Tue 24 Nov 16:00 (clock)");
    assert!(!case.events[before..].iter().any(|e| matches!(e.what, What::Exception { .. })));
}

#[test]
fn its_holder_acknowledges_anew() {
    let mut case = on_rung_3();
    case.comes_down("Tue 24 Nov 12:00");
    let notified = case.ticket.clocks.notified.as_ref().unwrap();
    assert_eq!((notified.rung, diary(notified.last_at).as_str()), (2, "Tue 24 Nov 12:00"));
    assert_eq!(notified.acknowledged_at, None);
}

#[test]
fn a_pause_before_it_counts_no_more() {
    let mut case = on_rung_3();
    case.waits_until("Wed 25 Nov 12:00", "Tue 24 Nov 11:30").lifts_wait("Tue 24 Nov 13:30");
    case.comes_down("Tue 24 Nov 14:00");
    assert_eq!(case.rungs()[1], "3 due Wed 25 Nov 10:00");
    case.waits_until("Thu 26 Nov 12:00", "Tue 24 Nov 15:00").lifts_wait("Tue 24 Nov 16:00");
    assert_eq!(case.rungs()[1], "3 due Wed 25 Nov 11:00");
}

#[test]
fn a_share_of_the_time_to_the_deadline_that_was_used_up_is_taken_anew() {
    let mut case = a(P2).with_deadline("Thu 26 Nov 12:00").filed("Mon 23 Nov 10:20");
    case.swept_until("Wed 25 Nov 09:00");
    assert_eq!(case.ticket.rung, 3);
    case.comes_down("Wed 25 Nov 10:00");
    // 55 % of the ten hours that are left are five and a half; its allowance ends sooner. 80 %
    // of the time from open are still ahead.
    assert_eq!(case.rungs()[1..], ["3 due Wed 25 Nov 14:00", "4 due Wed 25 Nov 14:52"]);
}

#[test]
fn nobody_comes_down_to_an_empty_rung() {
    let mut case = on_rung_3();
    case.instead_of(Stand::ChannelManager, None, at("Tue 24 Nov 11:30")).unwrap();
    assert_eq!(refused(case.deescalate(at("Tue 24 Nov 12:00"))), "rung_empty");
}
