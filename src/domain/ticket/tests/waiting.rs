//! Waiting on the partner stops the rung and resolution clocks; on a third party, nothing.

use crate::domain::event::{WaitEnd, What};
use crate::domain::priority::Priority::P2;
use crate::domain::promise::Kind::{FirstReply, NextUpdate, Resolution};
use crate::domain::samples::{Case, PARTNER, a, at, dates, diary, refused, token};
use crate::domain::ticket::WaitOn::{self, Partner, ThirdParty};
use crate::domain::ticket::{StopWhy, Visibility};

/// Replied to on Monday at 13:00; rung 2 is due at 14:20.
fn replied() -> Case {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 13:00");
    case
}

fn ends(case: &Case) -> Vec<(String, WaitOn, WaitEnd)> {
    let end = |e: &crate::domain::event::Event| match e.what {
        What::WaitEnded { on, why } => Some((diary(e.at), on, why)),
        _ => None,
    };
    case.events.iter().filter_map(end).collect()
}

#[test]
fn while_it_lasts_no_rung_is_reached_and_no_resolution_breaks() {
    let mut case = replied();
    case.waits_until("Mon 30 Nov 14:00", "Mon 23 Nov 14:00").until("Mon 30 Nov 13:59");
    assert_eq!(case.ticket.rung, 1);
    assert_eq!(case.promises(Resolution), ["Thu 26 Nov 10:20"], "past, and not broken");
    assert_eq!(case.ticket.next_clock(), Some(at("Mon 30 Nov 14:00")), "only the update runs");
    assert!(case.ticket.is_paused());
}

#[test]
fn at_its_end_rungs_and_resolution_are_later_by_the_time_paused() {
    type Ending = fn(&mut Case);
    let cases: [(&str, Ending, WaitEnd, [&str; 3], &str); 3] = [
        (
            "it runs out after 16 hours",
            |case| {
                case.until("Wed 25 Nov 14:01");
            },
            WaitEnd::RanOut,
            ["2 due Wed 25 Nov 14:20", "3 due Thu 26 Nov 10:20", "4 due Mon 30 Nov 10:20"],
            "Mon 30 Nov 10:20",
        ),
        (
            "the partner replies after 4 hours",
            |case| {
                case.partner_writes("Tue 24 Nov 10:00");
            },
            WaitEnd::PartnerReplied,
            ["2 due Tue 24 Nov 10:20", "3 due Tue 24 Nov 14:20", "4 due Thu 26 Nov 14:20"],
            "Thu 26 Nov 14:20",
        ),
        (
            "a person lifts it after 4 hours",
            |case| {
                case.lifts_wait("Tue 24 Nov 10:00");
            },
            WaitEnd::Lifted,
            ["2 due Tue 24 Nov 10:20", "3 due Tue 24 Nov 14:20", "4 due Thu 26 Nov 14:20"],
            "Thu 26 Nov 14:20",
        ),
    ];
    for (name, ending, why, rungs, resolution) in cases {
        let mut case = replied();
        case.waits_until("Wed 25 Nov 14:00", "Mon 23 Nov 14:00");
        ending(&mut case);
        let ended = ends(&case);
        assert_eq!((ended.len(), ended[0].2), (1, why), "{name}");
        assert_eq!(case.rungs(), rungs, "{name}");
        let old = format!("Thu 26 Nov 10:20 withdrawn {}", ended[0].0);
        assert_eq!(case.promises(Resolution), [old.as_str(), resolution], "{name}");
        assert_eq!(case.ticket.clocks.stops[0].why, StopWhy::Wait, "{name}");
        assert_eq!(case.ticket.clocks.wait, None, "{name}");
    }
}

#[test]
fn an_integrators_reply_for_the_partner_ends_it_and_one_for_the_desk_does_not() {
    for (actor, ended) in [(token(Some(PARTNER)), 1), (token(None), 0)] {
        let mut case = replied();
        case.waits_until("Wed 25 Nov 14:00", "Mon 23 Nov 14:00");
        case.writes(&actor, Visibility::Partner, at("Tue 24 Nov 10:00")).unwrap();
        assert_eq!(ends(&case).len(), ended);
    }
}

#[test]
fn the_next_update_is_due_at_its_end() {
    let mut case = replied();
    case.waits_until("Wed 25 Nov 14:00", "Mon 23 Nov 14:00");
    assert_eq!(
        case.promises(NextUpdate),
        ["Tue 24 Nov 13:00 withdrawn Mon 23 Nov 14:00", "Wed 25 Nov 14:00"]
    );
    case.until("Wed 25 Nov 14:01");
    assert_eq!(
        case.promises(NextUpdate)[1..],
        ["Wed 25 Nov 14:00 broken Wed 25 Nov 14:00", "Thu 26 Nov 14:00"]
    );
}

#[test]
fn an_update_at_the_end_itself_is_in_time() {
    let mut case = replied();
    case.waits_until("Wed 25 Nov 14:00", "Mon 23 Nov 14:00").priya_replies("Wed 25 Nov 14:00");
    assert_eq!(
        case.promises(NextUpdate)[1..],
        ["Wed 25 Nov 14:00 kept Wed 25 Nov 14:00", "Thu 26 Nov 14:00"]
    );
}

#[test]
fn after_an_early_end_the_next_update_is_a_gap_after_it() {
    let mut case = replied();
    case.waits_until("Wed 25 Nov 14:00", "Mon 23 Nov 14:00").partner_writes("Tue 24 Nov 10:00");
    assert_eq!(
        case.promises(NextUpdate)[1..],
        ["Wed 25 Nov 14:00 withdrawn Tue 24 Nov 10:00", "Wed 25 Nov 10:00"]
    );
}

#[test]
fn a_message_meanwhile_keeps_the_update_and_the_next_is_due_at_the_end_again() {
    let mut case = replied();
    case.waits_until("Wed 25 Nov 14:00", "Mon 23 Nov 14:00").priya_replies("Tue 24 Nov 10:00");
    assert_eq!(
        case.promises(NextUpdate)[1..],
        ["Wed 25 Nov 14:00 kept Tue 24 Nov 10:00", "Wed 25 Nov 14:00"]
    );
    assert!(case.ticket.is_paused(), "our own message is no answer of theirs");
}

#[test]
fn the_first_reply_is_never_paused() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.waits_until("Wed 25 Nov 11:00", "Mon 23 Nov 11:00");
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20"], "setting it is no message");
    let mut replied = case.clone();
    replied.priya_replies("Mon 23 Nov 12:00");
    assert_eq!(replied.promises(FirstReply), ["Mon 23 Nov 14:20 kept Mon 23 Nov 12:00"]);
    assert_eq!(replied.promises(NextUpdate), ["Wed 25 Nov 11:00"]);
    case.until("Mon 23 Nov 15:00");
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 broken Mon 23 Nov 14:20"]);
    assert_eq!(case.promises(NextUpdate), ["Wed 25 Nov 11:00"]);
    assert_eq!(case.ticket.rung, 1);
}

#[test]
fn a_first_reply_still_open_at_an_early_end_stays_as_it_is() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.waits_until("Wed 25 Nov 11:00", "Mon 23 Nov 11:00").partner_writes("Mon 23 Nov 12:00");
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20"]);
    assert_eq!(case.promises(NextUpdate), [""; 0]);
}

#[test]
fn it_lasts_at_most_five_days_in_all_since_the_partner_last_spoke() {
    let tries = [
        ("in the past", "Mon 23 Nov 14:00", "until in_the_past"),
        ("a minute too long", "Mon 30 Nov 14:01", "until too_late"),
    ];
    for (name, until, code) in tries {
        let mut case = replied();
        assert_eq!(refused(case.waits(Partner, at(until), at("Mon 23 Nov 14:00"))), code, "{name}");
    }
    let mut case = replied();
    case.waits_until("Mon 30 Nov 14:00", "Mon 23 Nov 14:00").lifts_wait("Tue 24 Nov 14:00");
    assert_eq!(
        refused(case.waits(Partner, at("Tue 01 Dec 14:01"), at("Wed 25 Nov 14:00"))),
        "until too_late",
        "one of the five days is used"
    );
    case.waits_until("Tue 01 Dec 14:00", "Wed 25 Nov 14:00").until("Tue 01 Dec 14:01");
    assert_eq!(
        refused(case.waits(Partner, at("Tue 01 Dec 15:00"), at("Tue 01 Dec 14:30"))),
        "until too_late",
        "none is left"
    );
    case.partner_writes("Wed 02 Dec 10:00").waits_until("Wed 09 Dec 10:00", "Wed 02 Dec 10:00");
}

#[test]
fn one_set_in_the_place_of_another_counts_on() {
    let mut case = replied();
    case.waits_until("Tue 24 Nov 14:00", "Mon 23 Nov 14:00");
    let longer = case.waits(Partner, at("Mon 30 Nov 14:01"), at("Tue 24 Nov 10:00"));
    assert_eq!(refused(longer), "until too_late");
    case.waits_until("Mon 30 Nov 14:00", "Tue 24 Nov 10:00").until("Mon 30 Nov 14:01");
    assert_eq!(case.rungs()[0], "2 due Mon 30 Nov 14:20");
    assert_eq!(case.resolution(), "Thu 03 Dec 10:20");
}

#[test]
fn a_pause_outside_open_time_pauses_nothing() {
    let mut case = replied();
    case.waits_until("Tue 24 Nov 08:00", "Mon 23 Nov 17:00").until("Tue 24 Nov 09:00");
    assert_eq!(case.promises(Resolution), ["Thu 26 Nov 10:20"]);
    assert_eq!(case.rungs()[1], "3 due Tue 24 Nov 10:20");
}

#[test]
fn a_wait_on_a_third_party_pauses_nothing_and_no_reply_ends_it() {
    let mut case = replied();
    let mut without = case.clone();
    case.waits(ThirdParty, at("Wed 25 Nov 14:00"), at("Mon 23 Nov 14:00")).unwrap();
    case.partner_writes("Tue 24 Nov 10:00");
    assert!(case.ticket.clocks.wait.is_some() && !case.ticket.is_paused());
    for case in [&mut case, &mut without] {
        case.until("Fri 27 Nov 10:00");
    }
    assert_eq!(case.rungs(), without.rungs());
    assert_eq!(case.ticket.timetable.all(), without.ticket.timetable.all());
    assert_eq!(ends(&case), [("Wed 25 Nov 14:00".to_owned(), ThirdParty, WaitEnd::RanOut)]);
}

#[test]
fn a_third_party_may_take_longer_than_a_partner_but_not_for_ever() {
    let mut case = replied();
    case.waits(ThirdParty, at("Fri 18 Dec 12:00"), at("Mon 23 Nov 14:00")).unwrap();
    let far = at("Mon 23 Nov 14:00") + jiff::SignedDuration::from_hours(24 * 367);
    assert_eq!(refused(case.waits(ThirdParty, far, at("Mon 23 Nov 14:00"))), "until too_late");
}

#[test]
fn waits_are_lifted_only_where_there_is_one_and_set_only_on_open_tickets() {
    let mut case = replied();
    assert_eq!(refused(case.lifts(at("Mon 23 Nov 14:00"))), "not_waiting");
    case.claims("Mon 23 Nov 15:00");
    let wait = |case: &mut Case, when| refused(case.waits(Partner, at("Fri 27 Nov 10:00"), at(when)));
    assert_eq!(wait(&mut case, "Mon 23 Nov 16:00"), "resolved");
    assert_eq!(refused(case.lifts(at("Mon 23 Nov 16:00"))), "resolved");
    case.is_fixed("Tue 24 Nov 10:00");
    assert_eq!(wait(&mut case, "Tue 24 Nov 11:00"), "closed");
}

#[test]
fn a_resolution_date_in_closed_hours_cannot_break_while_it_waits() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.dates(&dates(&[], "Tue 24 Nov 19:00"), at("Mon 23 Nov 11:00")).unwrap();
    case.waits_until("Tue 24 Nov 20:00", "Tue 24 Nov 18:00").until("Tue 24 Nov 21:00");
    assert_eq!(
        case.promises(Resolution)[1..],
        ["Tue 24 Nov 19:00 withdrawn Tue 24 Nov 20:00", "Tue 24 Nov 20:00 broken Tue 24 Nov 20:00"]
    );
}
