//! Calls of a partner, Surprises, and messages that come back.

use crate::domain::event::What;
use crate::domain::ids::PersonId;
use crate::domain::priority::Priority::P2;
use crate::domain::promise::Kind::NextUpdate;
use crate::domain::samples::{Case, DIRECTOR, MANAGER, PRIYA, VP, a, at};
use crate::domain::ticket::Heat;
use crate::domain::ticket::calling::first_heard;

fn filed() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

fn surprised(case: &mut Case, person: PersonId, when: &str) -> bool {
    let change = case
        .ticket
        .called("They are furious.", Heat::Charged, person, &case.events, case.rules(), at(when))
        .unwrap();
    case.take(change);
    matches!(case.events.last().unwrap().what, What::Surprise { .. })
}

#[test]
fn an_executive_who_was_called_before_being_told_is_a_surprise() {
    let mut case = filed();
    case.swept_until("Mon 23 Nov 13:00");
    assert!(surprised(&mut case, VP, "Mon 23 Nov 13:00"));
    assert!(!surprised(&mut case, VP, "Mon 23 Nov 13:30"), "they know since the call");
    assert!(!surprised(&mut case, PRIYA, "Mon 23 Nov 13:30"), "the owner was told first of all");
}

#[test]
fn after_a_warning_or_a_notice_it_is_none() {
    let mut case = filed();
    // The director is warned at three quarters of the way to rung 3.
    case.swept_until("Mon 23 Nov 16:25");
    assert!(!surprised(&mut case, DIRECTOR, "Mon 23 Nov 16:30"));
    assert!(surprised(&mut case, VP, "Mon 23 Nov 16:30"));
    assert!(first_heard(&case.events, MANAGER).is_some());
}

#[test]
fn a_call_restarts_nothing() {
    let mut case = filed();
    let (promises, rungs) = (case.ticket.timetable.clone(), case.rungs());
    surprised(&mut case, VP, "Mon 23 Nov 12:00");
    assert_eq!((case.ticket.timetable.clone(), case.rungs()), (promises, rungs));
}

#[test]
fn a_message_that_comes_back_recomputes_the_running_update_from_the_one_before() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").priya_replies("Mon 23 Nov 15:00");
    assert_eq!(case.update(), "Tue 24 Nov 15:00");
    case.bounces(2, at("Mon 23 Nov 16:00")).unwrap();
    assert_eq!(case.update(), "Tue 24 Nov 11:00");
    // Once more changes nothing.
    let events = case.events.len();
    case.bounces(2, at("Mon 23 Nov 16:10")).unwrap();
    assert_eq!(case.events.len(), events);
}

#[test]
fn a_recomputed_update_that_is_past_breaks_at_the_bounce() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").priya_replies("Tue 24 Nov 10:30");
    case.bounces(2, at("Tue 24 Nov 12:00")).unwrap();
    let updates = case.promises(NextUpdate);
    assert_eq!(
        updates[1..],
        [
            "Wed 25 Nov 10:30 withdrawn Tue 24 Nov 12:00",
            "Tue 24 Nov 11:00 broken Tue 24 Nov 12:00",
            "Wed 25 Nov 12:00"
        ]
    );
    assert_eq!(updates[0], "Tue 24 Nov 11:00 kept Tue 24 Nov 10:30", "outcomes already given stand");
}

#[test]
fn an_earlier_message_that_comes_back_moves_nothing() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").priya_replies("Mon 23 Nov 15:00");
    case.bounces(1, at("Mon 23 Nov 16:00")).unwrap();
    assert_eq!(case.update(), "Tue 24 Nov 15:00");
    case.bounces(2, at("Mon 23 Nov 16:10")).unwrap();
    assert_eq!(case.update(), "Tue 24 Nov 10:20", "nothing arrived: a gap from open");
}
