//! The timetable that a person gives: later breaks, earlier withdraws, and steps match by label.

use crate::domain::actor::By;
use crate::domain::event::What;
use crate::domain::priority::Priority::P2;
use crate::domain::promise::Kind::{Milestone, Resolution};
use crate::domain::promise::Origin;
use crate::domain::samples::{Case, PRIYA, a, at, dates, done, refused, step};
use crate::domain::ticket::dates::NewTimetable;

/// Its resolution is promised for Thursday 10:20, by the table.
fn filed() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

/// With a step by Tuesday noon and one by Wednesday noon.
fn planned() -> Case {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00");
    let steps = [step("Margin check", "Tue 24 Nov 12:00"), step("Approval", "Wed 25 Nov 12:00")];
    case.dates(&dates(&steps, "Thu 26 Nov 10:20"), at("Mon 23 Nov 11:00")).unwrap();
    case
}

fn because(new: NewTimetable) -> NewTimetable {
    NewTimetable { reason: Some("the committee meets later".to_owned()), ..new }
}

fn as_asked(new: NewTimetable) -> NewTimetable {
    NewTimetable { requested_by_partner: true, ..because(new) }
}

const STEPS: [(&str, &str); 2] = [("Margin check", "Tue 24 Nov 12:00"), ("Approval", "Wed 25 Nov 12:00")];

#[test]
fn a_date_moved_is_a_new_promise_and_the_old_one_has_its_outcome() {
    let later = "Fri 27 Nov 12:00";
    let earlier = "Wed 25 Nov 12:00";
    let cases = [
        ("later, by us", because(dates(&[], later)), later, "broken"),
        ("later, at the partner's request", as_asked(dates(&[], later)), later, "withdrawn"),
        ("earlier", dates(&[], earlier), earlier, "withdrawn"),
        ("earlier, at the partner's request", as_asked(dates(&[], earlier)), earlier, "withdrawn"),
    ];
    for (name, new, due, outcome) in cases {
        let mut case = filed();
        case.dates(&new, at("Mon 23 Nov 11:00")).unwrap();
        let old = format!("Thu 26 Nov 10:20 {outcome} Mon 23 Nov 11:00");
        assert_eq!(case.promises(Resolution), [old.as_str(), due], "{name}");
        let made = case.ticket.timetable.resolution().unwrap();
        assert_eq!(made.supersedes, Some(2), "{name}");
        assert_eq!((made.origin, made.made_by), (Origin::Person, By::Person(PRIYA)), "{name}");
        assert_eq!(made.reason, new.reason, "{name}");
    }
}

#[test]
fn a_later_date_needs_a_reason() {
    let cases = [
        ("the resolution", dates(&[], "Fri 27 Nov 12:00"), true),
        (
            "at the partner's request too",
            NewTimetable { requested_by_partner: true, ..dates(&[], "Fri 27 Nov 12:00") },
            true,
        ),
        ("an earlier one needs none", dates(&[], "Wed 25 Nov 12:00"), false),
        ("a new step needs none", dates(&[step("Quote", "Wed 25 Nov 12:00")], "Thu 26 Nov 10:20"), false),
    ];
    for (name, new, refuses) in cases {
        let mut case = filed();
        let result = case.dates(&new, at("Mon 23 Nov 11:00"));
        assert_eq!(result.is_err(), refuses, "{name}");
        if refuses {
            assert_eq!(refused(result), "reason required", "{name}");
        }
    }
    let mut case = planned();
    let slips = [step("Margin check", "Tue 24 Nov 15:00"), step("Approval", "Wed 25 Nov 12:00")];
    assert_eq!(
        refused(case.dates(&dates(&slips, "Thu 26 Nov 10:20"), at("Mon 23 Nov 12:00"))),
        "reason required"
    );
    let drops = [step("Margin check", "Tue 24 Nov 12:00")];
    assert_eq!(
        refused(case.dates(&dates(&drops, "Thu 26 Nov 10:20"), at("Mon 23 Nov 12:00"))),
        "reason required"
    );
}

#[test]
fn what_is_the_same_stays_the_promise_that_it_is() {
    let mut case = planned();
    let (before, events) = (case.ticket.clone(), case.events.len());
    let steps = STEPS.map(|(label, due)| step(label, due));
    case.dates(&because(dates(&steps, "Thu 26 Nov 10:20")), at("Mon 23 Nov 12:00")).unwrap();
    assert_eq!((case.ticket, case.events.len()), (before, events));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn steps_move_like_the_resolution_does() {
    type Change = (&'static str, NewTimetable, &'static [&'static str]);
    let both = |first: &str| [step("Margin check", first), step("Approval", "Wed 25 Nov 12:00")];
    let thursday = "Thu 26 Nov 10:20";
    let cases: [Change; 6] = [
        (
            "later",
            because(dates(&both("Tue 24 Nov 15:00"), thursday)),
            &[
                "Margin check: Tue 24 Nov 12:00 broken Mon 23 Nov 12:00",
                "Approval: Wed 25 Nov 12:00",
                "Margin check: Tue 24 Nov 15:00",
            ],
        ),
        (
            "later, at the partner's request",
            as_asked(dates(&both("Tue 24 Nov 15:00"), thursday)),
            &[
                "Margin check: Tue 24 Nov 12:00 withdrawn Mon 23 Nov 12:00",
                "Approval: Wed 25 Nov 12:00",
                "Margin check: Tue 24 Nov 15:00",
            ],
        ),
        (
            "earlier",
            dates(&both("Tue 24 Nov 09:00"), thursday),
            &[
                "Margin check: Tue 24 Nov 12:00 withdrawn Mon 23 Nov 12:00",
                "Approval: Wed 25 Nov 12:00",
                "Margin check: Tue 24 Nov 09:00",
            ],
        ),
        (
            "dropped: as if moved later",
            because(dates(&both("Tue 24 Nov 12:00")[..1], thursday)),
            &["Margin check: Tue 24 Nov 12:00", "Approval: Wed 25 Nov 12:00 broken Mon 23 Nov 12:00"],
        ),
        (
            "dropped at the partner's request",
            as_asked(dates(&both("Tue 24 Nov 12:00")[..1], thursday)),
            &["Margin check: Tue 24 Nov 12:00", "Approval: Wed 25 Nov 12:00 withdrawn Mon 23 Nov 12:00"],
        ),
        (
            "another label is another step",
            because(dates(
                &[step("margin check", "Tue 24 Nov 12:00"), step("Approval", "Wed 25 Nov 12:00")],
                thursday,
            )),
            &[
                "Margin check: Tue 24 Nov 12:00 broken Mon 23 Nov 12:00",
                "Approval: Wed 25 Nov 12:00",
                "margin check: Tue 24 Nov 12:00",
            ],
        ),
    ];
    for (name, new, steps) in cases {
        let mut case = planned();
        case.dates(&new, at("Mon 23 Nov 12:00")).unwrap();
        assert_eq!(case.promises(Milestone), steps, "{name}");
        let standing = case.ticket.timetable.milestones();
        assert!(standing.iter().all(|p| p.is_open() && !p.dropped), "{name}: {standing:?}");
    }
}

#[test]
fn a_step_is_done_in_time_or_late_and_once() {
    let all_done = [done("Margin check", "Tue 24 Nov 12:00"), step("Approval", "Wed 25 Nov 12:00")];
    let new = dates(&all_done, "Thu 26 Nov 10:20");
    let mut case = planned();
    case.dates(&new, at("Tue 24 Nov 12:00")).unwrap();
    assert_eq!(case.promises(Milestone)[0], "Margin check: Tue 24 Nov 12:00 kept Tue 24 Nov 12:00");

    let mut late = planned();
    late.dates(&new, at("Tue 24 Nov 12:01")).unwrap();
    assert_eq!(late.promises(Milestone)[0], "Margin check: Tue 24 Nov 12:00 broken Tue 24 Nov 12:00");
    assert_eq!(late.ticket.timetable.milestones()[0].done_at, Some(at("Tue 24 Nov 12:01")));
    assert!(late.story().contains(&"step_done"));

    let events = case.events.len();
    case.dates(&new, at("Tue 24 Nov 13:00")).unwrap();
    assert_eq!(case.events.len(), events, "done is done");
    let left_out = dates(&[step("Approval", "Wed 25 Nov 12:00")], "Thu 26 Nov 10:20");
    case.dates(&left_out, at("Tue 24 Nov 14:00")).unwrap();
    assert_eq!(case.events.len(), events, "a step that is done is not dropped");
}

#[test]
fn what_is_wrong_is_said_of_all_at_once() {
    let mut case = planned();
    let done_first = [done("Margin check", "Tue 24 Nov 12:00"), step("Approval", "Wed 25 Nov 12:00")];
    case.dates(&dates(&done_first, "Thu 26 Nov 10:20"), at("Mon 23 Nov 15:00")).unwrap();
    let new = dates(
        &[
            step("Margin check", "Tue 24 Nov 12:00"),
            done("Approval", "Thu 26 Nov 12:00"),
            step("Quote", "Mon 23 Nov 16:00"),
        ],
        "Mon 23 Nov 09:00",
    );
    assert_eq!(
        refused(case.dates(&new, at("Mon 23 Nov 16:00"))),
        "milestones[0].label already_done, milestones[1].due mismatch, milestones[2].due in_the_past, \
         resolution in_the_past"
    );
}

#[test]
fn a_step_may_be_named_when_it_is_done_already() {
    let mut case = filed();
    case.dates(&dates(&[done("Call", "Mon 23 Nov 12:00")], "Thu 26 Nov 10:20"), at("Mon 23 Nov 11:00"))
        .unwrap();
    assert_eq!(case.promises(Milestone), ["Call: Mon 23 Nov 12:00 kept Mon 23 Nov 11:00"]);
}

#[test]
fn a_step_that_passes_undone_breaks_and_stands_until_it_is_done_or_dropped() {
    let mut case = planned();
    case.until("Tue 24 Nov 13:00");
    assert_eq!(case.promises(Milestone)[0], "Margin check: Tue 24 Nov 12:00 broken Tue 24 Nov 12:00");
    let steps = [step("Margin check", "Wed 25 Nov 10:00"), step("Approval", "Wed 25 Nov 12:00")];
    case.dates(&because(dates(&steps, "Thu 26 Nov 10:20")), at("Tue 24 Nov 14:00")).unwrap();
    assert_eq!(
        case.promises(Milestone),
        [
            "Margin check: Tue 24 Nov 12:00 broken Tue 24 Nov 12:00",
            "Approval: Wed 25 Nov 12:00",
            "Margin check: Wed 25 Nov 10:00"
        ]
    );
    let standing: Vec<_> = case.ticket.timetable.milestones().iter().map(|p| p.number).collect();
    assert_eq!(standing.len(), 2, "the old date is history");
    let newest = standing[0];
    let chain: Vec<_> = case.ticket.timetable.before(newest).iter().map(|p| p.due).collect();
    assert_eq!(chain, [at("Tue 24 Nov 12:00")]);
}

#[test]
fn a_resolution_that_broke_stays_shown_until_a_person_gives_a_new_date() {
    let mut case = filed();
    case.until("Thu 26 Nov 11:00");
    let shown = case.ticket.timetable.resolution().unwrap();
    assert_eq!((shown.due, shown.is_open()), (at("Thu 26 Nov 10:20"), false));
    case.dates(&because(dates(&[], "Mon 30 Nov 12:00")), at("Thu 26 Nov 11:00")).unwrap();
    assert_eq!(case.promises(Resolution), ["Thu 26 Nov 10:20 broken Thu 26 Nov 10:20", "Mon 30 Nov 12:00"]);
}

#[test]
fn the_move_is_told_with_its_reason_and_touches_no_other_clock() {
    let mut case = filed();
    let (rungs, update) = (case.rungs(), case.update());
    case.dates(&as_asked(dates(&[], "Fri 27 Nov 12:00")), at("Mon 23 Nov 11:00")).unwrap();
    let told = case.events.iter().find(|e| matches!(e.what, What::TimetableMoved { .. })).unwrap();
    let expected = What::TimetableMoved {
        reason: Some("the committee meets later".to_owned()),
        requested_by_partner: true,
        milestones: Vec::new(),
        resolution: Some(at("Fri 27 Nov 12:00")),
    };
    assert_eq!(told.what, expected);
    assert_eq!((case.rungs(), case.update()), (rungs, update));
}

#[test]
fn the_timetable_moves_only_on_open_tickets() {
    let mut case = filed();
    case.claims("Mon 23 Nov 11:00");
    let new = dates(&[], "Wed 25 Nov 12:00");
    assert_eq!(refused(case.dates(&new, at("Mon 23 Nov 12:00"))), "resolved");
    case.is_fixed("Mon 23 Nov 13:00");
    assert_eq!(refused(case.dates(&new, at("Mon 23 Nov 14:00"))), "closed");
}
