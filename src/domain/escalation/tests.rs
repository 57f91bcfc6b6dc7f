//! What the clocks do by themselves: in which order, at which instants, and when the
//! engine has to look. What people do is in `ticket/tests`.

use jiff::SignedDuration;

use super::*;
use crate::domain::event::What;
use crate::domain::ids::PersonId;
use crate::domain::priority::Priority::{P1, P2, P3, P4};
use crate::domain::samples::{Case, DIRECTOR, MANAGER, VP, a, at, dates, diary, refused, step};
use crate::domain::ticket::WaitOn;

fn filed() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

fn short(id: PersonId) -> &'static str {
    match id {
        MANAGER => "manager",
        DIRECTOR => "director",
        VP => "vp",
        _ => "owner",
    }
}

/// What happened from `after` on: when, and what.
fn happened(case: &Case, after: usize) -> Vec<String> {
    let line = |what: &What| match what {
        What::PromiseDecided { promise_kind, outcome, .. } => format!("{promise_kind} {outcome}"),
        What::PromiseMade { promise_kind, due, .. } => format!("{promise_kind} by {}", diary(*due)),
        What::RungReached { rung, .. } => format!("rung {rung} reached"),
        What::RungMoved { rung, .. } => format!("rung {rung} moved"),
        What::HeadsUp { rung, to_holder: false, .. } => format!("owner warned of rung {rung}"),
        What::HeadsUp { rung, holder, .. } => format!("{} warned of rung {rung}", short(*holder)),
        What::Exception { rung, .. } => format!("rung {rung} unwarned"),
        What::Renotified { holder, count, .. } => format!("{} told again, {count}", short(*holder)),
        What::Reminded { nth } => format!("reminded {nth}"),
        What::AskedAgain { nth } => format!("asked again {nth}"),
        other => other.kind().to_owned(),
    };
    case.events[after..].iter().map(|e| format!("{} {}", diary(e.at), line(&e.what))).collect()
}

#[test]
fn everything_that_ran_out_happens_in_order_and_when_it_ran_out() {
    let mut case = filed();
    let opened = case.events.len();
    case.until("Tue 24 Nov 16:00");
    assert_eq!(
        happened(&case, opened),
        [
            "Mon 23 Nov 14:20 first_reply broken",
            "Mon 23 Nov 14:20 next_update by Tue 24 Nov 14:20",
            "Mon 23 Nov 14:20 rung 2 reached",
            "Mon 23 Nov 14:20 rung 2 unwarned",
            "Tue 24 Nov 10:20 rung 3 reached",
            "Tue 24 Nov 10:20 rung 3 unwarned",
            "Tue 24 Nov 14:20 next_update broken",
            "Tue 24 Nov 14:20 next_update by Wed 25 Nov 14:20",
            "Tue 24 Nov 14:20 owner warned of rung 4",
        ]
    );
    assert!(case.events[opened..].iter().all(|e| e.recorded_at == at("Tue 24 Nov 16:00")));
    assert!(case.events[opened..].iter().all(|e| e.by == By::Lizard));
}

#[test]
fn at_one_instant_promises_come_before_rungs() {
    // All of a P1 comes due together on its first deadline: promise, then rung.
    let mut case = a(P1).filed("Mon 23 Nov 10:20");
    case.until("Tue 24 Nov 10:21");
    let instant = happened(&case, 3);
    let at_end: Vec<_> = instant.iter().filter(|line| line.starts_with("Tue 24 Nov 10:20")).collect();
    let expected = [
        "Tue 24 Nov 10:20 resolution broken",
        "Tue 24 Nov 10:20 rung 4 reached",
        "Tue 24 Nov 10:20 rung 4 unwarned",
    ];
    assert_eq!(at_end, expected);
}

#[test]
fn rungs_due_at_one_instant_are_reached_upward_one_by_one() {
    let mut case = a(P2).with_deadline("Mon 23 Nov 10:20").filed("Mon 23 Nov 10:20");
    case.until("Mon 23 Nov 10:21");
    assert_eq!(
        happened(&case, 3),
        [
            "Mon 23 Nov 10:20 rung 2 reached",
            "Mon 23 Nov 10:20 rung 2 unwarned",
            "Mon 23 Nov 10:20 rung 3 reached",
            "Mon 23 Nov 10:20 rung 3 unwarned",
            "Mon 23 Nov 10:20 rung 4 reached",
            "Mon 23 Nov 10:20 rung 4 unwarned",
        ]
    );
}

#[test]
fn nothing_has_run_out_at_its_very_instant() {
    let mut case = filed();
    case.until("Mon 23 Nov 14:20");
    assert_eq!((case.ticket.rung, case.promises(Kind::FirstReply)), (1, vec!["Mon 23 Nov 14:20".to_owned()]));
    case.until_at(at("Mon 23 Nov 14:20") + SignedDuration::from_micros(1));
    assert_eq!(case.ticket.rung, 2);
}

#[test]
fn a_wait_ends_at_its_very_instant() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").waits_until("Mon 23 Nov 13:00", "Mon 23 Nov 12:00");
    let waiting = case.events.len();
    case.until("Mon 23 Nov 13:00");
    assert_eq!(
        happened(&case, waiting),
        [
            "Mon 23 Nov 13:00 wait_ended",
            "Mon 23 Nov 13:00 resolution withdrawn",
            "Mon 23 Nov 13:00 resolution by Thu 26 Nov 11:20",
            "Mon 23 Nov 13:00 rung 2 moved",
            "Mon 23 Nov 13:00 rung 3 moved",
            "Mon 23 Nov 13:00 rung 4 moved",
        ]
    );
}

#[test]
fn a_rung_whose_allowance_was_used_up_when_the_wait_began_is_reached_when_it_ends() {
    let mut case = filed();
    case.waits_until("Tue 24 Nov 12:00", "Mon 23 Nov 14:20").until("Tue 24 Nov 12:01");
    assert_eq!(case.rungs()[0], "2 reached Tue 24 Nov 12:00 (clock)");
}

#[test]
fn the_engine_looks_again_when_the_next_thing_is_due() {
    type Story = fn(&mut Case);
    let cases: [(&str, Story, &str); 5] = [
        ("opened: the first warning", |_| (), "Mon 23 Nov 12:20"),
        (
            "a step",
            |case| {
                let new = dates(&[step("Quote", "Mon 23 Nov 12:00")], "Thu 26 Nov 10:20");
                case.dates(&new, at("Mon 23 Nov 11:00")).unwrap();
            },
            "Mon 23 Nov 12:00",
        ),
        (
            "waiting: the first reply is not paused",
            |case| {
                case.waits_until("Fri 27 Nov 12:00", "Mon 23 Nov 11:00");
            },
            "Mon 23 Nov 14:20",
        ),
        (
            "waiting, after the first reply: a reminder",
            |case| {
                case.priya_replies("Mon 23 Nov 11:00").waits_until("Fri 27 Nov 12:00", "Mon 23 Nov 12:00");
            },
            "Wed 25 Nov 12:00",
        ),
        (
            "a third party is waited for until noon",
            |case| {
                case.waits(WaitOn::ThirdParty, at("Mon 23 Nov 12:00"), at("Mon 23 Nov 11:00")).unwrap();
            },
            "Mon 23 Nov 12:00",
        ),
    ];
    for (name, story, next) in cases {
        let mut case = filed();
        story(&mut case);
        assert_eq!(
            next_look(&case.ticket, case.rules()).unwrap().map(diary).as_deref(),
            Some(next),
            "{name}"
        );
    }
}

#[test]
fn left_alone_a_ticket_climbs_to_its_top_and_no_further() {
    for (priority, top) in [(P1, 4), (P2, 4), (P3, 4), (P4, 3)] {
        let mut case = a(priority).filed("Mon 23 Nov 10:20");
        case.until("Mon 01 Feb 10:00");
        assert_eq!(case.ticket.rung, top, "{priority}");
        let reached = case.events.iter().filter(|e| matches!(e.what, What::RungReached { .. })).count();
        assert_eq!(reached, usize::from(top) - 1, "{priority}: each rung once");
    }
}

#[test]
fn every_broken_update_is_one_more_promise_made_where_it_broke() {
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 11:00").until("Fri 18 Dec 16:00");
    let updates: Vec<&Promise> =
        case.ticket.timetable.all().iter().filter(|p| p.kind == Kind::NextUpdate).collect();
    assert!(updates.len() > 5);
    for pair in updates.windows(2) {
        assert_eq!((pair[0].outcome, pair[0].decided_at), (Some(Outcome::Broken), Some(pair[0].due)));
        assert_eq!((pair[1].start, pair[1].made_at), (pair[0].due, pair[0].due));
    }
}

#[test]
fn the_reading_of_a_clock_stands_still_in_a_wait_on_the_partner_only() {
    let now = at("Mon 23 Nov 12:30");
    let mut case = filed();
    assert_eq!(case.ticket.clock_reading(now), now);
    let mut third = case.clone();
    third.waits(WaitOn::ThirdParty, at("Mon 23 Nov 13:00"), at("Mon 23 Nov 12:00")).unwrap();
    assert_eq!(third.ticket.clock_reading(now), now);
    case.waits_until("Mon 23 Nov 13:00", "Mon 23 Nov 12:00");
    assert_eq!(case.ticket.clock_reading(now), at("Mon 23 Nov 12:00"));
}

#[test]
fn a_p1_left_alone_around_the_clock_warns_climbs_and_tells_again() {
    let mut case = a(P1).around_the_clock().filed("Mon 23 Nov 09:00");
    case.swept_until("Wed 25 Nov 14:00");
    let promises = ["broken", "next_update by"];
    let told: Vec<String> =
        happened(&case, 3).into_iter().filter(|line| !promises.iter().any(|p| line.contains(p))).collect();
    assert_eq!(
        told,
        [
            "Mon 23 Nov 09:30 owner warned of rung 2",
            "Mon 23 Nov 09:45 manager warned of rung 2",
            "Mon 23 Nov 10:00 rung 2 reached",
            "Mon 23 Nov 11:00 owner warned of rung 3",
            "Mon 23 Nov 12:00 director warned of rung 3",
            "Mon 23 Nov 13:00 rung 3 reached",
            "Mon 23 Nov 17:00 director told again, 1",
            "Mon 23 Nov 21:00 owner warned of rung 4",
            "Mon 23 Nov 21:00 director told again, 2",
            "Tue 24 Nov 01:00 director told again, 3",
            "Tue 24 Nov 03:00 vp warned of rung 4",
            "Tue 24 Nov 05:00 director told again, 4",
            "Tue 24 Nov 09:00 rung 4 reached",
            "Tue 24 Nov 13:00 vp told again, 1",
            "Wed 25 Nov 13:00 vp told again, 2",
        ]
    );
}

#[test]
fn acknowledging_stops_being_told_again_and_no_clock() {
    let mut case = a(P1).around_the_clock().filed("Mon 23 Nov 09:00");
    case.swept_until("Mon 23 Nov 14:00");
    let change = case.ticket.acknowledge(By::Person(DIRECTOR), case.rules(), at("Mon 23 Nov 14:00")).unwrap();
    case.take(change);
    let after = case.events.len();
    case.swept_until("Tue 24 Nov 13:00");
    let told = happened(&case, after).join(", ");
    assert!(!told.contains("director told again") && told.contains("rung 4 reached"), "{told}");
    assert!(told.contains("vp told again, 1"), "the next holder has not acknowledged: {told}");
    // A second time changes nothing.
    let again = case.ticket.acknowledge(By::Person(VP), case.rules(), at("Tue 24 Nov 13:00")).unwrap();
    case.take(again);
    assert!(
        case.ticket.acknowledge(By::Person(VP), case.rules(), at("Tue 24 Nov 13:00")).unwrap().is_empty()
    );
}

#[test]
fn a_warning_follows_its_due_and_comes_at_once_when_its_time_has_passed() {
    // Rung 3 is due on Tuesday 10:20, its holder warned on Monday 16:20. As a P1 it is due on Monday at 14:20.
    let mut case = filed();
    case.swept_until("Mon 23 Nov 13:40");
    let before = case.events.len();
    case.becomes(P1, "Mon 23 Nov 13:40").swept_until("Mon 23 Nov 13:50");
    let told = happened(&case, before);
    for expected in [
        "Mon 23 Nov 13:40 owner warned of rung 3",
        "Mon 23 Nov 13:40 director warned of rung 3",
        "Mon 23 Nov 13:40 rung 2 reached",
    ] {
        assert!(told.iter().any(|line| line == expected), "{expected}: {told:#?}");
    }
    // The manager had heard at 13:20 already, by the old date.
    assert!(!told.iter().any(|line| line.contains("unwarned")), "{told:#?}");
}

#[test]
fn a_rung_reached_by_a_press_without_its_warning_is_an_exception() {
    let mut early = filed();
    early.contact_presses("Mon 23 Nov 11:00");
    assert!(early.story().contains(&"exception"));
    let mut warned = filed();
    warned.swept_until("Mon 23 Nov 13:30").contact_presses("Mon 23 Nov 13:40");
    assert!(!warned.story().contains(&"exception"));
}

#[test]
fn a_claim_is_asked_about_twice_more_and_closed_unconfirmed() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").claims("Mon 23 Nov 14:00");
    let claimed = case.events.len();
    case.swept_until("Mon 14 Dec 10:00");
    assert_eq!(
        happened(&case, claimed),
        [
            "Thu 26 Nov 14:00 asked again 1",
            "Mon 30 Nov 14:00 asked again 2",
            "Thu 03 Dec 14:00 resolution kept",
            "Thu 03 Dec 14:00 closed",
        ]
    );
    // Refused within 30 days it is open again, on the same rung, with two promises.
    let mut reopened = case.clone();
    reopened.is_not_fixed("Mon 14 Dec 11:00");
    assert_eq!((reopened.ticket.state, reopened.ticket.rung), (State::Open, 1));
    assert_eq!(reopened.update(), "Tue 15 Dec 11:00");
    assert_eq!(reopened.resolution(), "Thu 17 Dec 11:00");
    // Half of the way to rung 2 was used before the claim, and that much is left.
    assert_eq!(reopened.rungs()[0], "2 due Mon 14 Dec 11:20");
    let late = case.confirms(false, at("Sun 03 Jan 14:01"));
    assert_eq!(refused(late), "closed");
}

#[test]
fn a_wait_on_the_partner_is_reminded_of_and_warns_nobody_meanwhile() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").waits_until("Mon 30 Nov 11:00", "Mon 23 Nov 11:00");
    let waiting = case.events.len();
    case.swept_until("Mon 30 Nov 10:59");
    assert_eq!(happened(&case, waiting), ["Wed 25 Nov 11:00 reminded 1", "Fri 27 Nov 11:00 reminded 2"]);
}

#[test]
fn who_acts_at_the_instant_of_a_rung_finds_it_warned_of_and_not_reached() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 14:20");
    let warned = case.events.iter().filter(|e| matches!(e.what, What::HeadsUp { rung: 2, .. }));
    assert_eq!((case.ticket.rung, warned.count()), (1, 2));
    case.until("Mon 23 Nov 14:21");
    assert_eq!(case.ticket.rung, 2);
}
