//! What is no longer true when it is about to leave does not leave.

use crate::domain::ids::PersonId;
use crate::domain::priority::Priority::P2;
use crate::domain::samples::{Case, MANAGER, PRIYA, a, at};

use super::*;
use crate::domain::letter::Side;

const FILED: &str = "Mon 23 Nov 10:20";
const CREATED: &str = "Mon 23 Nov 13:00";

fn filed() -> Case {
    a(P2).filed(FILED)
}

fn asked(case: &Case, kind: Kind, rung: Option<u8>) -> Result<(), &'static str> {
    let about = About { ticket: case.ticket.id, side: Side::Internal, message: None, rung };
    still_true(kind, &about, PRIYA, at(CREATED), &case.ticket)
}

#[test]
fn a_heads_up_is_for_a_rung_that_lies_ahead() {
    let mut case = filed();
    assert_eq!(asked(&case, Kind::HeadsUp, Some(2)), Ok(()));
    case.contact_presses("Mon 23 Nov 13:30");
    assert_eq!(asked(&case, Kind::HeadsUp, Some(2)), Err("the rung was reached meanwhile"));
    assert_eq!(asked(&case, Kind::HeadsUp, Some(3)), Ok(()));
    case.claims("Mon 23 Nov 14:00");
    assert_eq!(asked(&case, Kind::HeadsUp, Some(3)), Err("the ticket is not open any more"));
}

#[test]
fn who_has_not_acknowledged_is_reminded_of_the_rung_that_the_ticket_is_on() {
    let mut case = filed();
    assert_eq!(asked(&case, Kind::Renotified, Some(1)), Ok(()));
    case.contact_presses("Mon 23 Nov 13:30");
    assert_eq!(asked(&case, Kind::Renotified, Some(1)), Err("the ticket is on another rung"));
    assert_eq!(asked(&case, Kind::Renotified, Some(2)), Ok(()));
    case.claims("Mon 23 Nov 14:00");
    assert_eq!(asked(&case, Kind::Renotified, Some(2)), Err("the ticket is not open any more"));
}

#[test]
fn no_progress_is_not_said_after_there_was_some() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 12:00");
    assert_eq!(asked(&case, Kind::NoProgress, None), Ok(()), "that was before it was written");
    case.partner_writes("Mon 23 Nov 13:10");
    assert_eq!(asked(&case, Kind::NoProgress, None), Ok(()), "their own word is no progress");
    case.priya_replies("Mon 23 Nov 13:20");
    assert_eq!(asked(&case, Kind::NoProgress, None), Err("the partner has heard from us meanwhile"));
    case.claims("Mon 23 Nov 14:00");
    assert_eq!(asked(&case, Kind::NoProgress, None), Err("the ticket is not open any more"));
}

#[test]
fn whoever_has_answered_is_not_waited_for() {
    const OVER: Result<(), &str> = Err("nobody waits for the partner any more");
    let mut case = filed();
    assert_eq!(asked(&case, Kind::Waiting, None), OVER);
    case.waits_until("Tue 24 Nov 12:00", "Mon 23 Nov 12:00");
    assert_eq!(asked(&case, Kind::Waiting, None), Ok(()));
    case.partner_writes("Mon 23 Nov 13:10");
    assert_eq!(asked(&case, Kind::Waiting, None), OVER);
    case.waits(WaitOn::ThirdParty, at("Tue 24 Nov 12:00"), at("Mon 23 Nov 14:00")).unwrap();
    assert_eq!(asked(&case, Kind::Waiting, None), OVER);
}

#[test]
fn nobody_is_asked_to_confirm_what_they_answered() {
    const OVER: Result<(), &str> = Err("the partner has answered meanwhile");
    let mut case = filed();
    assert_eq!(asked(&case, Kind::ConfirmReminder, None), OVER);
    case.claims("Mon 23 Nov 12:00");
    assert_eq!(asked(&case, Kind::ConfirmReminder, None), Ok(()));
    case.is_fixed("Mon 23 Nov 14:00");
    assert_eq!(asked(&case, Kind::ConfirmReminder, None), OVER);
    // The letter that says so, when nobody has answered.
    case.ticket.close_reason = Some(CloseReason::Unconfirmed);
    assert_eq!(asked(&case, Kind::ConfirmReminder, None), Ok(()));
}

#[test]
fn a_closed_ticket_has_no_timetable() {
    let mut case = filed();
    case.claims("Mon 23 Nov 12:00");
    assert_eq!(asked(&case, Kind::Timetable, None), Ok(()));
    case.is_fixed("Mon 23 Nov 14:00");
    assert_eq!(asked(&case, Kind::Timetable, None), Err("the ticket is closed"));
}

#[test]
fn what_happened_stays_true() {
    const MAY_END: [Kind; 7] = [
        Kind::HeadsUp,
        Kind::Renotified,
        Kind::TakenOver,
        Kind::NoProgress,
        Kind::Waiting,
        Kind::ConfirmReminder,
        Kind::Timetable,
    ];
    let mut case = filed();
    case.claims("Mon 23 Nov 12:00").is_fixed("Mon 23 Nov 14:00");
    for kind in Kind::ALL {
        let ends = MAY_END.contains(kind);
        assert_eq!(asked(&case, *kind, Some(1)).is_err(), ends, "{kind}");
    }
}

#[test]
fn nothing_goes_to_whom_the_ticket_is_about() {
    let case = a(P2).about(MANAGER).filed(FILED);
    let about = About { ticket: case.ticket.id, side: Side::Internal, message: None, rung: Some(4) };
    for kind in Kind::ALL {
        let to = |reader: PersonId| still_true(*kind, &about, reader, at(CREATED), &case.ticket);
        assert_eq!(to(MANAGER), Err("it is about its reader"), "{kind}");
        assert_ne!(to(PRIYA), Err("it is about its reader"), "{kind}");
    }
}
