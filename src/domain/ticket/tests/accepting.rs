//! Accepted timetables: rungs from the third on count from the date, while it is kept to.

use crate::domain::event::What;
use crate::domain::priority::Priority::{P1, P2, P3, P4};
use crate::domain::samples::{Case, DIRECTOR, MANAGER, a, at, dates, diary, refused, step};
use crate::domain::ticket::AcceptanceEnd;
use crate::domain::ticket::dates::{Milestone, NewTimetable};

const FROM_OPEN: [&str; 2] = ["3 due Mon 30 Nov 10:20", "4 due Mon 07 Dec 10:20"];
const FROM_DATE: [&str; 2] = ["3 due Thu 10 Dec 10:20", "4 due Thu 17 Dec 10:20"];

/// A P3 with a date twelve business days away, which is in ten minutes accepted.
fn dated() -> Case {
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 11:00");
    case.dates(&asked(&[], "Wed 09 Dec 10:20"), at("Mon 23 Nov 12:00")).unwrap();
    case
}

fn accepted() -> Case {
    let mut case = dated();
    case.accepts("Mon 23 Nov 13:00");
    case
}

fn late(steps: &[Milestone], resolution: &str) -> NewTimetable {
    NewTimetable { reason: Some("the committee meets in December".to_owned()), ..dates(steps, resolution) }
}

/// As the partner asked for it: no promise of ours is broken.
fn asked(steps: &[Milestone], resolution: &str) -> NewTimetable {
    NewTimetable { requested_by_partner: true, ..late(steps, resolution) }
}

fn ahead(case: &Case) -> Vec<String> {
    case.rungs().into_iter().filter(|r| !r.starts_with('2')).collect()
}

/// Why the acceptance ended, and when.
fn ended(case: &Case) -> Option<(AcceptanceEnd, String)> {
    case.events.iter().rev().find_map(|e| match e.what {
        What::AcceptanceEnded { why, .. } => Some((why, diary(e.at))),
        _ => None,
    })
}

/// A person writes every other day.
fn kept_informed(case: &mut Case, days: &[&str]) {
    for day in days {
        case.priya_replies(&format!("{day} 11:00"));
    }
}

const UPDATES: [&str; 6] =
    ["Thu 26 Nov", "Tue 01 Dec", "Fri 04 Dec", "Wed 09 Dec", "Thu 10 Dec", "Tue 15 Dec"];

#[test]
fn rung_3_is_due_at_the_accepted_date_and_its_grace_and_rung_4_as_much_later_as_before() {
    let mut case = dated();
    assert_eq!(ahead(&case), FROM_OPEN);
    case.accepts("Mon 23 Nov 13:00");
    assert_eq!(ahead(&case), FROM_DATE);
    assert_eq!(case.rungs()[0], "2 due Wed 25 Nov 10:20", "rung 2 still counts from open");
    // Accepting the same date again changes nothing.
    let again = case.events.len();
    case.accepts("Mon 23 Nov 14:00");
    assert_eq!(case.events.len(), again);
}

#[test]
fn with_updates_in_time_nobody_above_hears_of_it_before_the_date_and_its_grace() {
    let mut case = accepted();
    kept_informed(&mut case, &UPDATES[..4]);
    case.until("Thu 10 Dec 10:20");
    assert_eq!((case.ticket.rung, ended(&case)), (2, None));
    case.until("Thu 10 Dec 10:21");
    assert_eq!(case.rungs()[1], "3 reached Thu 10 Dec 10:20 (clock)");
}

#[test]
fn a_missed_update_brings_the_dates_from_open_back() {
    let mut case = accepted();
    case.until("Thu 26 Nov 11:01");
    assert_eq!(ended(&case), Some((AcceptanceEnd::UpdateLate, "Thu 26 Nov 11:00".to_owned())));
    assert_eq!(ahead(&case), FROM_OPEN);
}

#[test]
fn what_the_failed_condition_makes_overdue_is_reached_one_by_one() {
    let mut case = accepted();
    kept_informed(&mut case, &UPDATES[..3]);
    // The update of Wednesday is missed; by the dates from open rung 3 and 4 were long due.
    case.until("Wed 16 Dec 10:00");
    assert_eq!(ended(&case), Some((AcceptanceEnd::UpdateLate, "Wed 09 Dec 11:00".to_owned())));
    assert_eq!(ahead(&case), ["3 reached Wed 09 Dec 11:00 (clock)", "4 reached Mon 14 Dec 11:00 (clock)"]);
}

#[test]
fn a_step_that_slips_ends_it_and_one_moved_at_the_partners_request_does_not() {
    let with_step = |due: &str, resolution: &str| late(&[step("Quote", due)], resolution);
    let mut case = dated();
    case.dates(&with_step("Fri 27 Nov 12:00", "Wed 09 Dec 10:20"), at("Mon 23 Nov 12:30")).unwrap();
    case.accepts("Mon 23 Nov 13:00");
    let mut asked = case.clone();
    let new =
        NewTimetable { requested_by_partner: true, ..with_step("Mon 30 Nov 12:00", "Wed 09 Dec 10:20") };
    asked.dates(&new, at("Tue 24 Nov 10:00")).unwrap();
    assert_eq!((ended(&asked), ahead(&asked)), (None, FROM_DATE.map(str::to_owned).to_vec()));
    let mut moved = case.clone();
    moved.dates(&with_step("Mon 30 Nov 12:00", "Wed 09 Dec 10:20"), at("Tue 24 Nov 10:00")).unwrap();
    assert_eq!(ended(&moved), Some((AcceptanceEnd::MilestoneSlipped, "Tue 24 Nov 10:00".to_owned())));
    let mut dropped = case.clone();
    dropped.dates(&late(&[], "Wed 09 Dec 10:20"), at("Tue 24 Nov 10:00")).unwrap();
    assert_eq!(ended(&dropped).unwrap().0, AcceptanceEnd::MilestoneSlipped);
    kept_informed(&mut case, &UPDATES[..1]);
    case.until("Fri 27 Nov 12:01");
    assert_eq!(ended(&case), Some((AcceptanceEnd::MilestoneSlipped, "Fri 27 Nov 12:00".to_owned())));
}

#[test]
fn a_later_date_has_to_be_accepted_anew_and_an_earlier_one_not() {
    let mut case = accepted();
    case.dates(&dates(&[], "Mon 07 Dec 10:20"), at("Tue 24 Nov 10:00")).unwrap();
    assert_eq!((ended(&case), case.rungs()[1].as_str()), (None, "3 due Tue 08 Dec 10:20"));
    case.dates(&late(&[], "Fri 11 Dec 10:20"), at("Tue 24 Nov 11:00")).unwrap();
    assert_eq!(ended(&case), Some((AcceptanceEnd::LaterDate, "Tue 24 Nov 11:00".to_owned())));
    assert_eq!(ahead(&case), FROM_OPEN);
    case.accepts("Tue 24 Nov 12:00");
    assert_eq!(case.rungs()[1], "3 due Mon 14 Dec 10:20", "the new date is accepted");
}

#[test]
fn a_new_acceptance_restores_what_a_late_update_ended() {
    let mut case = accepted();
    case.until("Thu 26 Nov 11:01").accepts("Thu 26 Nov 12:00");
    assert_eq!(ahead(&case), FROM_DATE);
}

#[test]
fn a_p1_never_shifts() {
    let mut case = a(P1).filed("Mon 23 Nov 10:20");
    let rungs = case.rungs();
    case.accepts("Mon 23 Nov 10:30");
    assert_eq!(case.rungs(), rungs);
    // As a P2 it does.
    case.becomes(P2, "Mon 23 Nov 10:40");
    assert_eq!(ended(&case).map(|(why, _)| why), Some(AcceptanceEnd::LaterDate), "the table's date moved");
}

#[test]
fn a_wait_moves_the_accepted_date_and_the_rungs_with_it() {
    let mut case = accepted();
    case.waits_until("Fri 27 Nov 12:00", "Tue 24 Nov 12:00").lifts_wait("Wed 25 Nov 12:00");
    assert_eq!(ended(&case), None);
    assert_eq!(case.resolution(), "Thu 10 Dec 10:20");
    assert_eq!(ahead(&case), ["3 due Fri 11 Dec 10:20", "4 due Fri 18 Dec 10:20"]);
    assert_eq!(case.rungs()[0], "2 due Thu 26 Nov 10:20");
}

#[test]
fn under_a_claim_the_date_stands_and_the_rungs_are_later_by_it() {
    let mut case = accepted();
    case.claims("Tue 24 Nov 12:00").is_not_fixed("Wed 25 Nov 12:00");
    assert_eq!(case.resolution(), "Wed 09 Dec 10:20");
    assert_eq!(ahead(&case), ["3 due Fri 11 Dec 10:20", "4 due Fri 18 Dec 10:20"]);
}

#[test]
fn a_hard_deadline_is_never_pushed_later_by_it() {
    let mut case = a(P3).with_deadline("Mon 07 Dec 10:20").filed("Mon 23 Nov 10:20");
    assert_eq!(case.rungs()[1..], ["3 due Mon 30 Nov 10:20", "4 due Thu 03 Dec 10:20"]);
    case.priya_replies("Mon 23 Nov 11:00");
    case.dates(&late(&[], "Wed 09 Dec 10:20"), at("Mon 23 Nov 12:00")).unwrap();
    case.accepts("Mon 23 Nov 13:00");
    // Not on their allowances any more, and still at 55 and 80 % of the ten days.
    assert_eq!(case.rungs()[1..], ["3 due Mon 30 Nov 14:20", "4 due Thu 03 Dec 10:20"]);
}

#[test]
fn of_a_complaint_about_the_director_the_vp_takes_rung_threes_date() {
    let mut case = a(P3).about(DIRECTOR).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 11:00");
    case.dates(&late(&[], "Wed 09 Dec 10:20"), at("Mon 23 Nov 12:00")).unwrap();
    case.accepts("Mon 23 Nov 13:00");
    assert_eq!(case.rungs(), ["2 due Wed 25 Nov 10:20", "4 due Thu 10 Dec 10:20"]);
    let mut case = a(P3).about(MANAGER).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 11:00");
    case.dates(&late(&[], "Wed 09 Dec 10:20"), at("Mon 23 Nov 12:00")).unwrap();
    case.accepts("Mon 23 Nov 13:00");
    assert_eq!(case.rungs()[0], "3 due Thu 10 Dec 10:20");
}

#[test]
fn a_date_that_has_passed_cannot_be_accepted() {
    let mut case = dated();
    kept_informed(&mut case, &UPDATES[..3]);
    assert_eq!(refused(case.clone().accept(at("Wed 09 Dec 10:21"))), "no_date");
    case.claims("Wed 09 Dec 09:00");
    assert_eq!(refused(case.accept(at("Wed 09 Dec 09:30"))), "resolved");
}

/// Thirty business days from open are over on Mon 04 Jan 10:20 (no holidays here), forty on
/// Mon 18 Jan.
fn open_for_long() -> Case {
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 11:00");
    case.dates(&late(&[], "Fri 26 Mar 10:20"), at("Mon 23 Nov 12:00")).unwrap();
    case.accepts("Mon 23 Nov 13:00");
    let mut day = at("Mon 23 Nov 11:00");
    while day < at("Fri 01 Jan 10:00") {
        day += jiff::SignedDuration::from_hours(24);
        case.writes(&crate::domain::samples::priya(), crate::domain::ticket::Visibility::Partner, day)
            .unwrap();
    }
    case
}

fn writes_daily(case: &mut Case, until: &str) {
    let mut day = case.ticket.clocks.last_word_at.unwrap();
    while day < at(until) {
        day += jiff::SignedDuration::from_hours(24);
        case.writes(&crate::domain::samples::priya(), crate::domain::ticket::Visibility::Partner, day)
            .unwrap();
    }
}

#[test]
fn who_stays_open_for_long_is_acknowledged_by_rung_3_every_ten_days() {
    let asked = |case: &Case| -> Vec<String> {
        let asked = case.events.iter().filter(|e| matches!(e.what, What::ReviewAsked { .. }));
        asked.map(|e| diary(e.at)).collect()
    };
    let mut case = open_for_long();
    writes_daily(&mut case, "Mon 04 Jan 12:00");
    assert_eq!(asked(&case), ["Mon 04 Jan 10:20"]);
    let mut forgotten = case.clone();
    writes_daily(&mut forgotten, "Mon 18 Jan 12:00");
    assert_eq!(ended(&forgotten), Some((AcceptanceEnd::NotReviewed, "Mon 18 Jan 10:20".to_owned())));
    assert_eq!(forgotten.rungs()[1], "3 reached Mon 18 Jan 10:20 (clock)");
    // Acknowledged, it holds until fifty days are over.
    case.acknowledge(DIRECTOR, at("Tue 05 Jan 10:00")).unwrap();
    assert!(case.story().contains(&"reviewed"));
    writes_daily(&mut case, "Wed 20 Jan 12:00");
    assert_eq!((ended(&case), asked(&case).len()), (None, 2));
    writes_daily(&mut case, "Tue 02 Feb 12:00");
    assert_eq!(ended(&case), Some((AcceptanceEnd::NotReviewed, "Mon 01 Feb 10:20".to_owned())));
}

#[test]
fn a_refusal_after_an_unconfirmed_close_gives_a_later_date_that_is_not_accepted_yet() {
    let mut case = a(P4).filed("Mon 23 Nov 08:00");
    case.accepts("Mon 23 Nov 08:01").claims("Mon 23 Nov 08:02").until("Fri 04 Dec 08:00");
    case.is_not_fixed("Fri 04 Dec 08:03");
    let failed = case.ticket.clocks.accepted.as_ref().unwrap().failed;
    assert_eq!(failed.unwrap().1, AcceptanceEnd::LaterDate);
}

#[test]
fn a_late_step_that_the_partner_wants_gone_is_no_slip() {
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    case.dates(&dates(&[step("Approval", "Mon 23 Nov 12:00")], "Thu 03 Dec 10:20"), at("Mon 23 Nov 11:00"))
        .unwrap();
    case.accepts("Mon 23 Nov 13:00");
    let gone = NewTimetable { requested_by_partner: true, ..dates(&[], "Thu 03 Dec 10:20") };
    let gone = NewTimetable { reason: Some("they did it".to_owned()), ..gone };
    case.dates(&gone, at("Mon 23 Nov 14:00")).unwrap();
    assert!(case.ticket.clocks.accepted.as_ref().unwrap().stands());
}

#[test]
fn a_date_accepted_after_years_is_still_measured() {
    let years = |n: i64| at("Mon 23 Nov 11:00") + jiff::SignedDuration::from_hours(24 * 365 * n);
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    let new = NewTimetable { resolution: years(5), ..asked(&[], "Wed 09 Dec 10:20") };
    case.dates(&new, at("Mon 23 Nov 12:00")).unwrap();
    case.until_at(years(4));
    case.accept(years(4)).unwrap();
    case.sweep(years(4));
    let asked = case.events.iter().any(|e| matches!(e.what, What::ReviewAsked { due, .. } if due > years(4)));
    assert!(asked, "rung 3's holder acknowledges it as of any other");
}
