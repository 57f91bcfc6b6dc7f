//! What the clocks do by themselves: in which order, at which instants, and when the
//! engine has to look. What people do is in `ticket/tests`.

use super::*;
use crate::domain::priority::Priority::{P1, P2, P3, P4};
use crate::domain::samples::{Case, a, at, dates, diary, step};

fn filed() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

/// What happened from `after` on: when, and what.
fn happened(case: &Case, after: usize) -> Vec<String> {
    let line = |what: &What| match what {
        What::PromiseDecided { promise_kind, outcome, .. } => format!("{promise_kind} {outcome}"),
        What::PromiseMade { promise_kind, due, .. } => format!("{promise_kind} by {}", diary(*due)),
        What::RungReached { rung, .. } => format!("rung {rung} reached"),
        What::RungMoved { rung, .. } => format!("rung {rung} moved"),
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
            "Tue 24 Nov 10:20 rung 3 reached",
            "Tue 24 Nov 14:20 next_update broken",
            "Tue 24 Nov 14:20 next_update by Wed 25 Nov 14:20",
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
    assert_eq!(at_end, ["Tue 24 Nov 10:20 resolution broken", "Tue 24 Nov 10:20 rung 4 reached"]);
}

#[test]
fn rungs_due_at_one_instant_are_reached_upward_one_by_one() {
    let mut case = a(P2).with_deadline("Mon 23 Nov 10:20").filed("Mon 23 Nov 10:20");
    case.until("Mon 23 Nov 10:21");
    assert_eq!(
        happened(&case, 3),
        [
            "Mon 23 Nov 10:20 rung 2 reached",
            "Mon 23 Nov 10:20 rung 3 reached",
            "Mon 23 Nov 10:20 rung 4 reached",
        ]
    );
}

#[test]
fn nothing_has_run_out_at_its_very_instant() {
    let mut case = filed();
    case.until("Mon 23 Nov 14:20");
    assert_eq!(case.events.len(), 3);
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
fn the_engine_looks_again_at_the_next_clock_or_the_end_of_a_wait() {
    type Story = fn(&mut Case);
    let cases: [(&str, Story, &str); 5] = [
        ("opened", |_| (), "Mon 23 Nov 14:20"),
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
            "waiting, after the first reply",
            |case| {
                case.priya_replies("Mon 23 Nov 11:00").waits_until("Fri 27 Nov 12:00", "Mon 23 Nov 12:00");
            },
            "Fri 27 Nov 12:00",
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
        assert_eq!(case.ticket.check_at().map(diary).as_deref(), Some(next), "{name}");
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
