use super::*;
use crate::domain::priority::Priority::{P2, P3};
use crate::domain::samples::{Case, a, always, at, dates, diary};
use crate::domain::ticket::dates::NewTimetable;

fn explained(case: &Case, now: &str) -> Vec<Clock> {
    clocks(&case.ticket, case.rules(), at(now)).unwrap()
}

fn of_rung(clocks: &[Clock], rung: u8) -> &Clock {
    clocks.iter().find(|c| matches!(c.subject, Subject::Rung { number, .. } if number == rung)).unwrap()
}

fn of_kind(clocks: &[Clock], wanted: Kind) -> &Clock {
    clocks.iter().find(|c| matches!(c.subject, Subject::Promise { kind, .. } if kind == wanted)).unwrap()
}

/// `Mon 23 Nov: 10:20-17:00 = 400`, minutes so far; pauses in brackets.
fn days(clock: &Clock) -> Vec<String> {
    let time = |at: Timestamp| diary(at).split(' ').nth(3).unwrap().to_owned();
    let spans = |spans: &[Span]| -> Vec<String> {
        spans.iter().map(|s| format!("{}-{}", time(s.from), time(s.until))).collect()
    };
    let line = |day: &Day| {
        let pauses: Vec<String> = spans(&day.pauses).iter().map(|p| format!("({p})")).collect();
        let parts = [spans(&day.windows), pauses].concat().join(" ");
        format!("{}: {parts} = {}", day.date.strftime("%a %d %b"), day.total.as_mins())
    };
    clock.days.iter().map(line).collect()
}

#[test]
fn a_rung_on_its_allowance_is_walked_from_open() {
    let case = a(P2).filed("Fri 20 Nov 16:30");
    let all = explained(&case, "Fri 20 Nov 16:30");
    let clock = of_rung(&all, 2);
    assert_eq!(clock.because, Because::Rung(Rule::Allowance));
    assert_eq!(clock.allowance, Some(Allowance::Hours(4)));
    assert_eq!((clock.state, clock.due), (Pace::Runs, Some(at("Mon 23 Nov 12:30"))));
    assert_eq!(
        days(clock),
        [
            "Fri 20 Nov: 16:30-17:00 = 30",
            "Sat 21 Nov:  = 30",
            "Sun 22 Nov:  = 30",
            "Mon 23 Nov: 09:00-12:30 = 240"
        ]
    );
}

#[test]
fn a_pause_is_shown_where_it_was_and_counts_nothing() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 11:00");
    case.waits_until("Tue 24 Nov 12:00", "Mon 23 Nov 12:00").lifts_wait("Mon 23 Nov 13:00");
    let all = explained(&case, "Mon 23 Nov 14:00");
    let clock = of_rung(&all, 2);
    assert_eq!(days(clock), ["Mon 23 Nov: 10:20-12:00 13:00-15:20 (12:00-13:00) = 240"]);
    assert_eq!(clock.stood_still, SignedDuration::from_hours(1));
    assert_eq!(clock.counted, SignedDuration::from_hours(4));
    let resolution = of_kind(&all, Kind::Resolution);
    assert_eq!((resolution.counted, resolution.because), (SignedDuration::from_hours(24), Because::Table));
    assert!(of_kind(&all, Kind::NextUpdate).stood_still.is_zero(), "an update is never paused");
}

#[test]
fn what_stands_still_now_says_since_when() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 11:00").waits_until("Tue 24 Nov 12:00", "Mon 23 Nov 12:00");
    let all = explained(&case, "Mon 23 Nov 13:00");
    let paused = Pace::Paused { since: at("Mon 23 Nov 12:00") };
    assert_eq!((of_rung(&all, 2).state, of_kind(&all, Kind::Resolution).state), (paused, paused));
    assert_eq!(of_kind(&all, Kind::NextUpdate).state, Pace::Runs);
    assert!(all.iter().any(|c| c.subject == Subject::Wait && c.due == Some(at("Tue 24 Nov 12:00"))));
    case.claims("Mon 23 Nov 14:00");
    let all = explained(&case, "Mon 23 Nov 15:00");
    assert_eq!(of_rung(&all, 2).state, Pace::Paused { since: at("Mon 23 Nov 14:00") });
    assert_eq!(of_kind(&all, Kind::Resolution).state, Pace::Runs, "under a claim its date stands");
}

#[test]
fn each_rule_says_that_it_applied() {
    let rule = |case: &Case, rung| match of_rung(&explained(case, "Mon 23 Nov 13:00"), rung).because {
        Because::Rung(rule) => rule,
        other => panic!("{other:?}"),
    };
    let deadline = a(P2).with_deadline("Thu 26 Nov 12:00").filed("Mon 23 Nov 10:20");
    assert_eq!((rule(&deadline, 2), rule(&deadline, 4)), (Rule::Allowance, Rule::HardDeadline));
    assert_eq!(of_rung(&explained(&deadline, "Mon 23 Nov 13:00"), 4).share, Some(80));
    let mut accepted = a(P3).filed("Mon 23 Nov 10:20");
    let new = NewTimetable {
        requested_by_partner: true,
        reason: Some("so".to_owned()),
        ..dates(&[], "Wed 09 Dec 10:20")
    };
    accepted.priya_replies("Mon 23 Nov 11:00").dates(&new, at("Mon 23 Nov 12:00")).unwrap();
    accepted.accepts("Mon 23 Nov 12:10");
    assert_eq!(rule(&accepted, 3), Rule::AcceptedTimetable);
    let clock = of_rung(&explained(&accepted, "Mon 23 Nov 13:00"), 3).clone();
    assert_eq!((clock.start, clock.counted), (at("Wed 09 Dec 10:20"), SignedDuration::from_hours(8)));
    let mut held = a(P3).filed("Mon 23 Nov 10:20");
    held.holds_until("Mon 30 Nov 10:20", "Mon 23 Nov 12:00");
    assert_eq!((rule(&held, 2), rule(&held, 3)), (Rule::Hold, Rule::Allowance));
    let mut down = a(P2).filed("Mon 23 Nov 10:20");
    down.contact_presses("Mon 23 Nov 11:00").comes_down("Mon 23 Nov 12:00");
    assert_eq!(rule(&down, 2), Rule::AfterDescent);
}

#[test]
fn a_change_of_calendar_is_two_legs() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.moves_to("order_ops", always(), None, at("Mon 23 Nov 16:00")).unwrap();
    let all = explained(&case, "Mon 23 Nov 16:00");
    let clock = of_kind(&all, Kind::Resolution);
    let calendars: Vec<&str> = clock.days.iter().map(|d| d.calendar.as_str()).collect();
    assert_eq!(calendars[..2], ["office", "always"]);
    assert_eq!(days(clock)[..2], ["Mon 23 Nov: 10:20-16:00 = 340", "Mon 23 Nov: 16:00-00:00 = 820"]);
}

#[test]
fn a_closed_ticket_has_no_clocks() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.claims("Mon 23 Nov 11:00").is_fixed("Mon 23 Nov 12:00");
    assert_eq!(explained(&case, "Mon 23 Nov 13:00"), []);
}
