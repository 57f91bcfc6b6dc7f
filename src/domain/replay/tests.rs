use super::*;
use crate::domain::actor::By;
use crate::domain::calendar::Allowance;
use crate::domain::priority::Priority;
use crate::domain::samples::{Case, MANAGER, PRIYA, a, at, diary, ladder, office, priya};
use crate::domain::ticket::triage::Order;

fn own() -> OwnRules {
    OwnRules {
        ladders: [(1, Arc::new(ladder().clone()))].into(),
        calendars: [((1, "office".to_owned()), office())].into(),
    }
}

fn replayed(events: &[Event], other: Option<&OtherRules>, until: &str) -> Result<Replayed, Unreplayable> {
    let own = own();
    let score = Score { id: TicketId(42), reference: "PI-1042", events, own: &own, other, until: at(until) };
    replay(&score, &mut |_| ())
}

/// The published ladder, with this done to it.
fn with(change: impl Fn(&mut Ladder)) -> OtherRules {
    let mut ladder = ladder().clone();
    change(&mut ladder);
    OtherRules { ladder: Some(Arc::new(ladder)), calendars: None }
}

fn reached(replayed: &Replayed) -> Vec<String> {
    let reached = replayed.ticket.rungs.iter().filter_map(|s| Some((s.number, s.reached_at?, s.cause?)));
    reached.map(|(number, at, cause)| format!("{number} {} {cause}", diary(at))).collect()
}

fn left_out(replayed: &Replayed) -> Vec<(&str, &str)> {
    replayed.left_out.iter().map(|l| (l.kind, l.code)).collect()
}

#[test]
fn another_ladder_reaches_its_rungs_at_its_own_times() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:00");
    case.until("Tue 24 Nov 12:00");
    let slower = with(|l| {
        l.terms[1].rungs.insert(2, Allowance::Hours(6));
    });
    let until = "Tue 24 Nov 12:00";
    let (as_it_was, slower) =
        (replayed(&case.events, None, until).unwrap(), replayed(&case.events, Some(&slower), until).unwrap());
    assert_eq!(
        reached(&as_it_was),
        ["1 Mon 23 Nov 10:00 opened", "2 Mon 23 Nov 14:00 clock", "3 Tue 24 Nov 10:00 clock"]
    );
    assert_eq!(
        reached(&slower),
        ["1 Mon 23 Nov 10:00 opened", "2 Mon 23 Nov 16:00 clock", "3 Tue 24 Nov 10:00 clock"]
    );
}

#[test]
fn a_hold_that_is_too_long_there_is_left_out_and_told_of() {
    let mut case = held("Tue 24 Nov 17:00");
    case.until("Wed 25 Nov 12:00");
    let strict = with(|l| l.terms[1].renotify = Allowance::Hours(1));
    let strict = replayed(&case.events, Some(&strict), "Wed 25 Nov 12:00").unwrap();
    assert_eq!(left_out(&strict), [("held", "too_late")]);
    assert!(reached(&strict).contains(&"3 Tue 24 Nov 10:00 clock".to_owned()));
    let own = replayed(&case.events, None, "Wed 25 Nov 12:00").unwrap();
    assert_eq!(left_out(&own), []);
    assert!(reached(&own).contains(&"3 Tue 24 Nov 17:00 clock".to_owned()));
}

/// Rung 3, which would be due on Tuesday at 10:00, is held.
fn held(until: &str) -> Case {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:00");
    case.until("Mon 23 Nov 15:00");
    let change = case
        .ticket
        .hold("nearly there", at(until), By::Person(MANAGER), case.rules(), at("Mon 23 Nov 15:00"))
        .unwrap();
    case.take(change);
    case
}

#[test]
fn who_pressed_for_a_rung_that_is_reached_there_already_wants_nothing_more() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:00");
    case.contact_presses("Mon 23 Nov 11:30");
    let quick = with(|l| {
        l.terms[1].rungs.insert(2, Allowance::Hours(1));
    });
    let quick = replayed(&case.events, Some(&quick), "Mon 23 Nov 12:00").unwrap();
    assert_eq!(left_out(&quick), [("pressed", "other_rung")]);
    assert_eq!(reached(&quick), ["1 Mon 23 Nov 10:00 opened", "2 Mon 23 Nov 11:00 clock"]);
}

#[test]
fn steps_given_without_another_resolution_date_leave_the_date_as_it_stands_there() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:00");
    let resolution = diary(case.ticket.timetable.resolution().unwrap().due);
    let step = crate::domain::samples::step("Price", "Tue 24 Nov 12:00");
    case.dates(&crate::domain::samples::dates(&[step], &resolution), at("Mon 23 Nov 11:00")).unwrap();
    let short = with(|l| l.terms[1].resolution = Allowance::Days(2));
    let short = replayed(&case.events, Some(&short), "Mon 23 Nov 12:00").unwrap();
    assert_eq!(left_out(&short), []);
    let due = |t: &Ticket| diary(t.timetable.resolution().unwrap().due);
    assert_eq!((due(&case.ticket), due(&short.ticket)), (resolution, "Wed 25 Nov 10:00".to_owned()));
}

#[test]
fn a_team_has_the_calendar_that_the_other_set_gives_it() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 16:00");
    let order = Order { team: Some("order_ops".to_owned()), reason: "theirs".to_owned(), ..Order::default() };
    case.triage(&order, at("Mon 23 Nov 16:30")).unwrap();
    let week: serde_json::Map<String, serde_json::Value> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|day| (day.to_owned(), serde_json::json!(["00:00-24:00"])))
        .into_iter()
        .collect();
    let set = serde_json::json!({
        "default": "office",
        "calendars": {
            "office": office().spec(),
            "round": { "name": "round", "zone": "Europe/Berlin", "week": week },
        },
        "teams": { "order_ops": "round" },
    });
    let calendars = OtherCalendars::new(serde_json::from_value(set).unwrap()).unwrap();
    let other = OtherRules { ladder: None, calendars: Some(calendars) };
    let other = replayed(&case.events, Some(&other), "Mon 23 Nov 22:00").unwrap();
    // Half an hour in office time, and the other three and a half at night.
    assert_eq!(reached(&other)[1], "2 Mon 23 Nov 20:00 clock");
    assert_eq!(other.ticket.calendar, "round");
}

#[test]
fn what_people_did_after_a_sweep_of_the_same_instant_comes_after_it() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:00");
    case.sweep(at("Mon 23 Nov 14:00"));
    // By the clock it is on rung 2 already, and this is for rung 3.
    case.press(&priya(), at("Mon 23 Nov 14:00")).unwrap();
    let again = replayed(&case.events, None, "Mon 23 Nov 14:00").unwrap();
    assert_eq!(again.ticket.rung, 3);
    assert_eq!(left_out(&again), []);
}

#[test]
fn what_an_earlier_version_wrote_is_said_to_be_that_and_not_guessed() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:00");
    let reason = Some("it takes longer".to_owned());
    let later = crate::domain::ticket::dates::NewTimetable {
        reason,
        ..crate::domain::samples::dates(&[], "Mon 30 Nov 12:00")
    };
    case.dates(&later, at("Mon 23 Nov 11:00")).unwrap();
    let why = |events: &[Event]| replayed(events, None, "Tue 24 Nov 10:00").unwrap_err();
    let mut events = case.events.clone();
    let What::Opened(opened) = &mut events[0].what else { panic!() };
    opened.holders = None;
    assert_eq!(why(&events), Unreplayable::Earlier(1));
    let mut events = case.events.clone();
    for event in &mut events {
        if let What::TimetableMoved { resolution, .. } = &mut event.what {
            *resolution = None;
        }
    }
    assert_eq!(why(&events).code(), "earlier_version");
    assert_eq!(why(&case.events[1..]), Unreplayable::NotOpened);
    let mut events = case.events.clone();
    let What::Opened(opened) = &mut events[0].what else { panic!() };
    opened.ladder_version = 7;
    assert_eq!(why(&events), Unreplayable::NoLadder(7));
    assert_eq!(Needs::of(&events).ladders, [7].into());
    assert_eq!(Needs::of(&events).calendars, [(1, "office".to_owned())].into());
}

#[test]
fn a_ticket_about_somebody_is_replayed_without_them() {
    let mut case = a(Priority::P4).about(MANAGER).filed("Mon 23 Nov 10:00");
    let order = Order {
        owner: Some(PRIYA),
        priority: Some(Priority::P3),
        reason: "so".to_owned(),
        ..Order::default()
    };
    case.triage(&order, at("Mon 23 Nov 12:00")).unwrap();
    case.until("Fri 27 Nov 12:00");
    let again = replayed(&case.events, None, "Fri 27 Nov 12:00").unwrap();
    assert_eq!(again.ticket.rungs, case.ticket.rungs);
    assert!(again.ticket.rungs.iter().all(|s| s.number != 2));
}
