//! What the users of other systems reported as wrong, each as a test of its own. The numbers
//! are those of the list of mistakes that these tests were drawn from; what takes more than a
//! ticket (2, a policy switched off under open ones, and 27, a partner's change that mails
//! everybody) is a journey of that name.

use jiff::SignedDuration;

use crate::domain::calendar::Calendar;
use crate::domain::escalation::next_look;
use crate::domain::event::What;
use crate::domain::ladder::Stand;
use crate::domain::notice::Told;
use crate::domain::priority::Priority::{P1, P2, P3};
use crate::domain::promise::Kind::{FirstReply, NextUpdate, Resolution};
use crate::domain::samples::{CONTACT, Case, DIRECTOR, MANAGER, a, at, dates, diary, refused, step, token};
use crate::domain::ticket::dates::NewTimetable;
use crate::domain::ticket::{Clocks, Visibility};

fn filed() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

fn answered() -> Case {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00");
    case
}

fn happened(case: &Case, which: impl Fn(&What) -> bool) -> Vec<String> {
    case.events.iter().filter(|e| which(&e.what)).map(|e| diary(e.at)).collect()
}

#[test]
fn mistake_01_a_merged_ticket_goes_on_climbing() {
    let mut case = answered();
    let other = a(P2).filed("Mon 23 Nov 10:20").ticket;
    let change = case
        .ticket
        .merge_into(&other, crate::domain::actor::By::Lizard, case.rules(), at("Mon 23 Nov 12:00"))
        .unwrap();
    case.take(change);
    assert_eq!(next_look(&case.ticket, case.rules()).unwrap(), None);
    assert!(!case.sweep(at("Fri 11 Dec 12:00")));
    assert_eq!(case.ticket.rung, 1);
}

#[test]
fn mistake_03_the_next_clock_is_one_act_behind_the_reply() {
    let mut case = filed();
    assert_eq!(case.ticket.next_clock(), Some(at("Mon 23 Nov 14:20")));
    case.priya_replies("Mon 23 Nov 11:00");
    assert_eq!(case.update(), "Tue 24 Nov 11:00");
    assert_eq!(next_look(&case.ticket, case.rules()).unwrap(), Some(at("Mon 23 Nov 12:20")), "a warning");
}

#[test]
fn mistake_04_the_update_clock_goes_on_after_we_answered() {
    let mut case = answered();
    case.priya_replies("Tue 24 Nov 10:00").until("Tue 24 Nov 16:00");
    assert_eq!(case.promises(NextUpdate), ["Tue 24 Nov 11:00 kept Tue 24 Nov 10:00", "Wed 25 Nov 10:00"]);
}

#[test]
fn mistake_05_an_update_shorter_than_the_first_reply_overrules_it() {
    // Of a P1 both are within hours; until somebody replied there is one promise, not two.
    let case = a(P1).filed("Mon 23 Nov 10:20");
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 11:20"]);
    assert!(case.promises(NextUpdate).is_empty());
}

#[test]
fn mistake_06_an_internal_note_counts_as_a_reply_or_a_reply_does_not() {
    let mut case = filed();
    case.writes(&crate::domain::samples::priya(), Visibility::Internal, at("Mon 23 Nov 11:00")).unwrap();
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20"]);
    case.priya_replies("Mon 23 Nov 12:00");
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 kept Mon 23 Nov 12:00"]);
}

#[test]
fn mistake_07_after_a_reopening_only_one_kind_of_pause_is_left_out() {
    let mut case = answered();
    case.waits_until("Tue 24 Nov 12:00", "Mon 23 Nov 12:00").lifts_wait("Mon 23 Nov 13:00");
    case.claims("Mon 23 Nov 14:00").is_not_fixed("Mon 23 Nov 16:00");
    // Four hours from 10:20, one of waiting and two under the claim.
    assert_eq!(case.rungs()[0], "2 due Tue 24 Nov 09:20");
}

#[test]
fn mistake_08_what_is_closed_at_once_has_no_outcome() {
    let mut case = filed();
    case.claims("Mon 23 Nov 10:21").is_fixed("Mon 23 Nov 10:21");
    assert_eq!(case.promises(Resolution), ["Thu 26 Nov 10:20 kept Mon 23 Nov 10:21"]);
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 kept Mon 23 Nov 10:21"]);
}

#[test]
fn mistake_09_the_partner_resets_our_clock_by_asking_again() {
    let mut case = answered();
    for time in ["Mon 23 Nov 12:00", "Mon 23 Nov 15:00", "Tue 24 Nov 10:59"] {
        case.partner_writes(time);
    }
    assert_eq!(case.update(), "Tue 24 Nov 11:00");
}

#[test]
fn mistake_10_a_change_of_priority_forgets_the_pause() {
    let mut case = answered();
    case.waits_until("Tue 24 Nov 12:00", "Mon 23 Nov 12:00").lifts_wait("Mon 23 Nov 14:00");
    case.becomes(P3, "Mon 23 Nov 15:00");
    assert_eq!(case.rungs()[0], "2 due Wed 25 Nov 12:20");
    assert_eq!(case.resolution(), "Thu 03 Dec 12:20");
}

#[test]
fn mistake_11_a_date_breaks_while_we_wait_for_the_partner() {
    let mut case = answered();
    case.dates(&dates(&[], "Mon 23 Nov 16:00"), at("Mon 23 Nov 11:30")).unwrap();
    case.waits_until("Wed 25 Nov 12:00", "Mon 23 Nov 15:00").until("Wed 25 Nov 11:00");
    assert_eq!(case.promises(Resolution)[1], "Mon 23 Nov 16:00");
    assert_eq!((case.ticket.rung, case.ticket.next_clock()), (2, Some(at("Wed 25 Nov 12:00"))));
}

#[test]
fn mistake_12_and_13_what_comes_before_a_deadline_is_counted_in_clock_time() {
    let case = a(P3).with_deadline("Tue 01 Dec 10:20").filed("Mon 23 Nov 10:20");
    // Six business days: 30, 55 and 80 % of 48 hours, over two nights and a weekend.
    assert_eq!(case.rungs(), ["2 due Tue 24 Nov 16:44", "3 due Thu 26 Nov 12:44", "4 due Fri 27 Nov 16:44"]);
    let mut warned = a(P2).filed("Fri 20 Nov 16:20");
    warned.swept_until("Mon 23 Nov 12:00");
    assert_eq!(
        happened(&warned, |w| matches!(w, What::HeadsUp { rung: 2, .. })),
        ["Mon 23 Nov 10:20", "Mon 23 Nov 11:20"],
        "half and three quarters of four hours, forty minutes of them on Friday"
    );
}

#[test]
fn mistake_14_looking_at_a_ticket_changes_it() {
    let mut case = answered();
    let before = case.ticket.clone();
    for minutes in 0..60 {
        assert!(!case.sweep(at("Mon 23 Nov 11:00") + SignedDuration::from_mins(minutes)));
    }
    assert_eq!(case.ticket, before);
}

#[test]
fn mistake_15_and_22_weekends_and_waits_lift_a_ticket_all_the_same() {
    let mut case = a(P2).filed("Fri 20 Nov 16:20");
    case.swept_until("Sun 22 Nov 23:00");
    assert_eq!(case.ticket.rung, 1);
    let mut waits = answered();
    waits.waits_until("Wed 25 Nov 11:00", "Mon 23 Nov 11:00").swept_until("Wed 25 Nov 10:59");
    assert_eq!(waits.ticket.rung, 1);
}

#[test]
fn mistake_16_reopened_after_its_date_it_is_overdue_twice() {
    let mut case = answered();
    case.claims("Wed 25 Nov 10:00").is_not_fixed("Fri 27 Nov 10:00");
    assert_eq!(case.promises(Resolution), ["Thu 26 Nov 10:20 broken Fri 27 Nov 10:00"]);
    let told = case.notices.iter().flat_map(|n| &n.hears).any(|h| matches!(h.what, Told::DatePassed { .. }));
    assert!(!told, "the partner has just said so");
    case.until("Fri 27 Nov 16:59");
    assert_eq!(case.update(), "Mon 30 Nov 10:00");
}

#[test]
fn mistake_17_and_18_odd_weeks_and_lunch_breaks() {
    let week = serde_json::json!({"tue": ["08:00-12:00", "13:00-17:00"], "sat": ["10:00-12:00"]});
    let spec = serde_json::json!({"name": "odd", "zone": "Europe/Berlin", "week": week});
    let calendar = Calendar::new(serde_json::from_value(spec).unwrap()).unwrap();
    let due =
        |from: &str, hours: i64| diary(calendar.due(at(from), SignedDuration::from_hours(hours)).unwrap());
    assert_eq!(due("Mon 23 Nov 10:00", 5), "Tue 24 Nov 14:00", "over lunch");
    assert_eq!(due("Tue 24 Nov 16:00", 2), "Sat 28 Nov 11:00", "over to Saturday");
}

#[test]
fn mistake_19_and_20_open_time_drifts_when_the_clocks_change() {
    // The night to Sunday 28 March 2027 is an hour short; nine o'clock stays nine o'clock.
    let case = a(P2).filed("Fri 26 Mar 16:20");
    assert_eq!(case.rungs()[0], "2 due Mon 29 Mar 12:20");
    assert_eq!(
        case.course.elapsed(at("Fri 26 Mar 16:20"), at("Mon 29 Mar 12:20")),
        SignedDuration::from_hours(4)
    );
}

#[test]
fn mistake_21_a_pause_never_ends_after_a_restart() {
    let mut case = answered();
    case.waits_until("Wed 25 Nov 11:00", "Mon 23 Nov 12:00");
    // All that there is of a clock is what is stored.
    let stored = serde_json::to_string(&case.ticket.clocks).unwrap();
    case.ticket.clocks = serde_json::from_str::<Clocks>(&stored).unwrap();
    case.swept_until("Wed 25 Nov 11:00");
    assert_eq!(case.ticket.clocks.wait, None);
    assert_eq!(case.rungs()[0], "2 due Wed 25 Nov 13:20");
}

#[test]
fn mistake_23_who_was_to_be_told_again_is_told_of_a_rung_that_is_no_longer_theirs() {
    let mut case = a(P1).around_the_clock().filed("Mon 23 Nov 09:00");
    case.swept_until("Tue 24 Nov 14:00");
    let late = case.events.iter().any(|e| {
        e.at > at("Mon 23 Nov 13:00")
            && matches!(e.what, What::Renotified { holder, .. } if holder == MANAGER)
    });
    assert!(!late, "rung 3 was reached at 13:00");
}

#[test]
fn mistake_24_and_25_an_empty_rung_swallows_its_time() {
    let mut case = filed();
    case.instead_of(Stand::ChannelManager, None, at("Mon 23 Nov 11:00")).unwrap();
    case.swept_until("Mon 23 Nov 14:20");
    assert_eq!(case.ticket.rung, 3, "at the instant of rung 2");
    assert_eq!(case.ticket.step().unwrap().holder, Some(DIRECTOR));
}

#[test]
fn mistake_26_the_second_event_of_a_day_is_taken_for_the_first() {
    let mut case = answered();
    let steps = [step("Quote", "Mon 23 Nov 15:00"), step("Sign", "Mon 23 Nov 16:00")];
    case.dates(&dates(&steps, "Thu 26 Nov 10:20"), at("Mon 23 Nov 11:30")).unwrap();
    case.swept_until("Mon 23 Nov 16:30");
    let told = case
        .notices
        .iter()
        .filter(|n| n.reader == CONTACT)
        .flat_map(|n| &n.hears)
        .filter(|h| matches!(h.what, Told::DatePassed { .. }))
        .count();
    assert_eq!(told, 2);
}

#[test]
fn mistake_28_and_29_a_machine_replies_and_a_reply_is_a_solution() {
    let mut case = filed();
    case.writes(&token(None), Visibility::Partner, at("Mon 23 Nov 11:00")).unwrap();
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20"], "a program is nobody");
    case.priya_replies("Mon 23 Nov 11:10");
    assert_eq!(case.promises(Resolution), ["Thu 26 Nov 10:20"], "it is answered, not solved");
}

#[test]
fn mistake_30_that_letters_do_not_arrive_is_told_by_letters_that_do_not_arrive() {
    use crate::domain::actor::By;
    use crate::domain::change::Change;
    use crate::domain::letter::Kind;
    let case = filed();
    let mut change = Change::of(&case.ticket, at("Mon 23 Nov 11:00"));
    let what = What::Undelivered { person: MANAGER, letter: Kind::Undelivered, trouble: "550".to_owned() };
    change.happened(at("Mon 23 Nov 11:00"), By::Lizard, what);
    assert_eq!(crate::domain::notice::of(&change, &crate::domain::samples::around()), []);
}

#[test]
fn mistake_31_a_new_target_breaks_what_is_broken_once_more() {
    let mut case = filed();
    case.until("Mon 23 Nov 15:00").becomes(P1, "Mon 23 Nov 15:00");
    let broken = happened(&case, |w| matches!(w, What::PromiseDecided { promise_kind: FirstReply, .. }));
    assert_eq!(broken, ["Mon 23 Nov 14:20"]);
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 broken Mon 23 Nov 14:20"]);
}

#[test]
fn mistake_32_a_clock_is_stopped_for_ever_by_asking_for_something_again_and_again() {
    let mut case = answered();
    case.waits_until("Thu 26 Nov 11:00", "Mon 23 Nov 11:00").until("Thu 26 Nov 12:00");
    // Three of five business days are used up since the partner last spoke.
    case.waits_until("Mon 30 Nov 12:00", "Thu 26 Nov 12:00").until("Mon 30 Nov 12:30");
    let again =
        case.waits(crate::domain::ticket::WaitOn::Partner, at("Mon 30 Nov 13:00"), at("Mon 30 Nov 12:30"));
    assert_eq!(refused(again), "until too_late");
    assert_eq!(case.ticket.clocks.stops.len(), 2, "and what stood still is kept and shown");
}

#[test]
fn moving_a_date_twice_is_two_dates_in_the_history() {
    let mut case = answered();
    for (due, when) in [("Fri 27 Nov 10:20", "Mon 23 Nov 12:00"), ("Mon 30 Nov 10:20", "Mon 23 Nov 12:10")] {
        let new = NewTimetable { reason: Some("later".to_owned()), ..dates(&[], due) };
        case.dates(&new, at(when)).unwrap();
    }
    assert_eq!(case.promises(Resolution).len(), 3);
}
