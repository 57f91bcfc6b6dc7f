//! What lifts a ticket one rung at once, each cause once.

use crate::domain::event::What;
use crate::domain::priority::Priority::{P2, P3, P4};
use crate::domain::samples::{Case, OLGA, PRIYA, a, at, dates, diary, step};
use crate::domain::ticket::Cause;
use crate::domain::ticket::dates::NewTimetable;

/// Rungs reached without their clocks: which, when and why.
fn lifts(case: &Case) -> Vec<(u8, String, Cause)> {
    let by_itself = |cause: Cause| !matches!(cause, Cause::Opened | Cause::Clock | Cause::Press);
    let reached = |what: &What| match *what {
        What::RungReached { rung, cause, .. } if by_itself(cause) => Some((rung, cause)),
        _ => None,
    };
    case.events.iter().filter_map(|e| reached(&e.what).map(|(n, c)| (n, diary(e.at), c))).collect()
}

fn lifted(rung: u8, when: &str, cause: Cause) -> (u8, String, Cause) {
    (rung, when.to_owned(), cause)
}

fn late(steps: &[crate::domain::ticket::dates::Milestone], resolution: &str) -> NewTimetable {
    NewTimetable { reason: Some("it takes longer".to_owned()), ..dates(steps, resolution) }
}

fn p3() -> Case {
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 11:00");
    case
}

#[test]
fn the_second_broken_date_lifts_it_once() {
    let mut case = p3();
    case.dates(&late(&[step("Quote", "Tue 24 Nov 12:00")], "Fri 04 Dec 10:20"), at("Mon 23 Nov 12:00"))
        .unwrap();
    assert_eq!(lifts(&case), [], "the first one");
    case.until("Tue 24 Nov 12:01");
    assert_eq!(lifts(&case), [lifted(2, "Tue 24 Nov 12:00", Cause::BrokenPromises)]);
    case.dates(&late(&[], "Mon 07 Dec 10:20"), at("Tue 24 Nov 13:00")).unwrap();
    assert_eq!(lifts(&case).len(), 1, "a third one does not");
}

#[test]
fn broken_updates_are_counted_by_nobody_here() {
    let mut case = p3();
    case.until("Tue 01 Dec 11:01");
    assert!(case.promises(crate::domain::promise::Kind::NextUpdate).len() > 2);
    assert_eq!(lifts(&case), []);
}

#[test]
fn two_dates_broken_at_one_instant_lift_it_by_one_rung() {
    let mut case = p3();
    let steps = [step("Quote", "Tue 24 Nov 12:00"), step("Sign", "Tue 24 Nov 12:00")];
    case.dates(&dates(&steps, "Thu 03 Dec 10:20"), at("Mon 23 Nov 12:00")).unwrap();
    case.until("Tue 24 Nov 16:00");
    assert_eq!(lifts(&case), [lifted(2, "Tue 24 Nov 12:00", Cause::BrokenPromises)]);
}

#[test]
fn the_second_reopening_lifts_it() {
    let mut case = p3();
    case.claims("Mon 23 Nov 12:00").is_not_fixed("Mon 23 Nov 13:00");
    assert_eq!(lifts(&case), []);
    case.claims("Mon 23 Nov 14:00").is_not_fixed("Mon 23 Nov 15:00");
    assert_eq!(lifts(&case), [lifted(2, "Mon 23 Nov 15:00", Cause::Reopenings)]);
    case.claims("Mon 23 Nov 15:30").is_not_fixed("Mon 23 Nov 16:00");
    assert_eq!(lifts(&case).len(), 1);
}

#[test]
fn several_causes_together_are_one_step() {
    let mut case = p3();
    case.claims("Mon 23 Nov 12:00").is_not_fixed("Mon 23 Nov 13:00");
    let steps = [step("Quote", "Mon 23 Nov 14:30")];
    case.dates(&late(&steps, "Fri 04 Dec 10:20"), at("Mon 23 Nov 13:30")).unwrap();
    // The step passes under the claim, and breaks at the refusal, which is the second one.
    case.claims("Mon 23 Nov 14:00").is_not_fixed("Mon 23 Nov 15:00");
    assert_eq!(lifts(&case), [lifted(2, "Mon 23 Nov 15:00", Cause::BrokenPromises)]);
    assert_eq!(case.ticket.clocks.lifted_by, [Cause::BrokenPromises, Cause::Reopenings]);
}

#[test]
fn the_third_time_that_a_person_passes_it_on_after_triage_lifts_it() {
    let mut case = p3();
    // Triage gives it to whom it belongs.
    case.goes_to(OLGA, "Mon 23 Nov 12:00");
    case.goes_to(PRIYA, "Mon 23 Nov 12:10").goes_to(OLGA, "Mon 23 Nov 12:20");
    assert_eq!(lifts(&case), []);
    case.becomes(P2, "Mon 23 Nov 12:25").becomes(P3, "Mon 23 Nov 12:28");
    assert_eq!(lifts(&case), [], "a priority is nobody's");
    case.goes_to(PRIYA, "Mon 23 Nov 12:30");
    assert_eq!(lifts(&case), [lifted(2, "Mon 23 Nov 12:30", Cause::HandedOn)]);
}

#[test]
fn the_third_of_its_kind_is_lifted_when_it_is_filed() {
    for (others, rung) in [(0, 1), (1, 1), (2, 2), (7, 2)] {
        let mut filing = a(P3);
        filing.repeats = others;
        let case = filing.filed("Mon 23 Nov 10:20");
        assert_eq!(case.ticket.rung, rung, "{others} others");
    }
}

#[test]
fn nothing_lifts_a_p4_to_the_vp() {
    let mut case = a(P4).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 11:00").until("Mon 14 Dec 10:00");
    assert_eq!(case.ticket.rung, 3);
    for claim in ["Mon 14 Dec 11:00", "Mon 14 Dec 13:00"] {
        case.claims(claim).is_not_fixed(&claim.replace(":00", ":30"));
    }
    assert_eq!((case.ticket.rung, lifts(&case).len()), (3, 0));
    assert_eq!(case.ticket.clocks.lifted_by, [Cause::Reopenings]);
}
