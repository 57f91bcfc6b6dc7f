//! Moving to other versions: elapsed time is kept, outcomes stand, what is counted by the table
//! is counted anew, and nothing by the new rules happens before the move.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::calendar::{Allowance, Calendar};
use crate::domain::event::{Moved, What};
use crate::domain::ladder::{Ladder, Stand};
use crate::domain::letter::Side;
use crate::domain::notice::Told;
use crate::domain::priority::Priority;
use crate::domain::priority::Priority::{P2, P3, P4};
use crate::domain::promise::Kind::{FirstReply, NextUpdate, Resolution};
use crate::domain::samples::{
    Case, DIRECTOR, MANAGER, VP, a, always, at, dates, diary, holders, ladder, office, refused, step,
};
use crate::domain::ticket::migrating::Versions;

const SECOND: Versions = Versions { ladder: 2, calendars: 1 };

fn filed() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

/// The published ladder, with something else in it.
fn other(edit: impl FnOnce(&mut Ladder)) -> &'static Ladder {
    let mut other = ladder().clone();
    edit(&mut other);
    Box::leak(Box::new(other))
}

/// With other allowances of a P2: bh to the update, the resolution and rungs 2, 3 and 4.
fn granting(update: u32, resolution: u32, rungs: [u32; 3]) -> &'static Ladder {
    other(|ladder| {
        let terms = &mut ladder.terms[P2.index()];
        terms.update = hours(update);
        terms.resolution = hours(resolution);
        terms.rungs = (2..).zip(rungs.map(hours)).collect();
    })
}

const fn hours(n: u32) -> Allowance {
    Allowance::Hours(n)
}

fn moved_at(case: &mut Case, ladder: &'static Ladder, now: Timestamp) {
    case.migrate(SECOND, ladder, office(), now).unwrap();
}

fn moved(case: &mut Case, ladder: &'static Ladder, when: &str) {
    moved_at(case, ladder, at(when));
}

/// Like the office's, with a name and hours of its own.
fn calendar(name: &str, windows: &str) -> Arc<Calendar> {
    let mut spec = office().spec().clone();
    name.clone_into(&mut spec.name);
    spec.week = serde_json::from_value(serde_json::json!({
        "mon": [windows], "tue": [windows], "wed": [windows], "thu": [windows], "fri": [windows]
    }))
    .unwrap();
    Arc::new(Calendar::new(spec).unwrap())
}

#[test]
fn elapsed_time_is_kept_and_every_date_of_the_table_is_counted_from_its_start() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00");
    moved(&mut case, granting(16, 40, [6, 12, 40]), "Mon 23 Nov 13:20");
    assert_eq!(case.rungs(), ["2 due Mon 23 Nov 16:20", "3 due Tue 24 Nov 14:20", "4 due Mon 30 Nov 10:20"]);
    assert_eq!(
        case.promises(NextUpdate),
        ["Tue 24 Nov 11:00 withdrawn Mon 23 Nov 13:20", "Wed 25 Nov 11:00"]
    );
    assert_eq!(
        case.promises(Resolution),
        ["Thu 26 Nov 10:20 withdrawn Mon 23 Nov 13:20", "Mon 30 Nov 10:20"]
    );
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 kept Mon 23 Nov 11:00"], "outcomes stand");
    let new = case.ticket.timetable.resolution().unwrap();
    assert_eq!(new.reason.as_deref(), Some("the new contract"));
    assert_eq!(case.ticket.versions(), SECOND);
    let told = case.events.iter().find(|e| matches!(e.what, What::Migrated { .. })).unwrap();
    let ladder = Some(Moved { old: 1, new: 2 });
    let reason = "the new contract".to_owned();
    let holders = Some(holders());
    assert_eq!(told.what, What::Migrated { ladder, calendars: None, calendar: None, reason, holders });
}

fn partner_hears(case: &Case, from: usize) -> Vec<&Told> {
    let to_partner = case.notices[from..].iter().filter(|n| n.side == Side::Partner);
    to_partner.flat_map(|n| &n.hears).map(|h| &h.what).collect()
}

#[test]
fn a_date_that_moves_later_is_told_to_the_partner() {
    let mut case = filed();
    let before = case.notices.len();
    moved(&mut case, granting(8, 40, [4, 8, 24]), "Mon 23 Nov 13:20");
    let told = partner_hears(&case, before);
    assert_eq!(told, [&Told::NewDate { promises: vec![3] }], "once");
    // Of the next update alone, too.
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00");
    let before = case.notices.len();
    moved(&mut case, granting(16, 24, [4, 8, 24]), "Mon 23 Nov 13:20");
    let told = partner_hears(&case, before);
    assert_eq!(told, [&Told::NewDate { promises: vec![4] }]);
}

#[test]
fn a_date_that_moves_earlier_is_told_as_the_timetable() {
    let mut case = filed();
    let before = case.notices.len();
    moved(&mut case, granting(8, 16, [4, 8, 24]), "Mon 23 Nov 13:20");
    let told = partner_hears(&case, before);
    assert_eq!(told, [&Told::Timetable]);
}

#[test]
fn what_would_be_past_is_due_one_new_allowance_after_the_move() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00");
    moved(&mut case, granting(2, 3, [4, 8, 24]), "Mon 23 Nov 15:00");
    assert_eq!(case.update(), "Mon 23 Nov 17:00");
    assert_eq!(case.resolution(), "Tue 24 Nov 10:00");
}

#[test]
fn what_becomes_overdue_is_reached_one_by_one() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00");
    moved(&mut case, granting(8, 24, [1, 2, 2]), "Mon 23 Nov 13:00");
    assert_eq!(case.rungs(), ["2 due Mon 23 Nov 13:00", "3 due Tue 24 Nov 13:00", "4 due Wed 25 Nov 13:00"]);
    case.swept_until("Mon 23 Nov 13:00");
    assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 13:00 (clock)");
    assert!(
        case.events.iter().any(|e| matches!(e.what, What::Exception { rung: 2, .. })),
        "nobody had warned"
    );
    case.swept_until("Wed 25 Nov 13:00");
    let reached = ["2 reached Mon 23 Nov 13:00 (clock)", "3 reached Tue 24 Nov 13:00 (clock)"];
    assert_eq!(case.rungs()[..2], reached);
    assert_eq!(case.rungs()[2], "4 reached Wed 25 Nov 13:00 (clock)");
}

#[test]
fn a_rung_that_was_reached_stays_reached_and_is_not_reached_again() {
    let mut case = filed();
    case.swept_until("Mon 23 Nov 15:00");
    assert_eq!(case.ticket.rung, 2);
    moved(&mut case, granting(8, 24, [7, 8, 24]), "Mon 23 Nov 15:00");
    assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 14:20 (clock)");
    case.swept_until("Tue 24 Nov 10:00");
    assert_eq!(case.events.iter().filter(|e| matches!(e.what, What::RungReached { rung: 2, .. })).count(), 1);
}

#[test]
fn dates_that_a_person_gave_stand() {
    let mut case = filed();
    case.dates(&dates(&[step("Committee", "Wed 25 Nov 12:00")], "Wed 25 Nov 16:00"), at("Mon 23 Nov 11:00"))
        .unwrap();
    let before: Vec<_> = case.ticket.timetable.all().to_vec();
    moved(&mut case, granting(8, 80, [4, 8, 24]), "Mon 23 Nov 12:00");
    assert_eq!(case.ticket.timetable.all(), before);
}

#[test]
fn a_rung_that_the_new_ladder_does_not_have_goes_and_comes_back_with_another() {
    let without = other(|ladder| {
        ladder.rungs.retain(|r| r.number < 4);
        for priority in Priority::ALL {
            ladder.terms[priority.index()].rungs.remove(&4);
        }
    });
    let mut case = filed();
    moved(&mut case, without, "Mon 23 Nov 11:00");
    assert_eq!(case.rungs(), ["2 due Mon 23 Nov 14:20", "3 due Tue 24 Nov 10:20"]);
    case.swept_until("Fri 27 Nov 17:00");
    assert_eq!(case.ticket.rung, 3);
    case.migrate(Versions { ladder: 3, calendars: 1 }, ladder(), office(), at("Fri 27 Nov 17:00")).unwrap();
    assert_eq!(case.rungs()[2], "4 due Fri 27 Nov 17:00");
    assert_eq!(case.ticket.rungs[3].holder, Some(VP));
    // One that was reached stays, whatever the ladder has.
    let mut case = filed();
    case.swept_until("Fri 27 Nov 17:00");
    assert_eq!(case.ticket.rung, 4);
    moved(&mut case, without, "Fri 27 Nov 17:00");
    assert_eq!((case.ticket.rung, case.ticket.rungs.len()), (4, 4));
    case.swept_until("Mon 07 Dec 17:00");
}

#[test]
fn another_stand_on_a_rung_ahead_brings_its_holder_who_is_warned() {
    let swapped = other(|ladder| {
        ladder.rungs[1].stand = Stand::Director;
        ladder.rungs[2].stand = Stand::ChannelManager;
        "Regional lead".clone_into(&mut ladder.rungs[1].name);
    });
    let mut case = filed();
    case.swept_until("Mon 23 Nov 13:40");
    let before = case.events.len();
    moved(&mut case, swapped, "Mon 23 Nov 13:40");
    let (second, third) = (&case.ticket.rungs[1], &case.ticket.rungs[2]);
    assert_eq!((second.holder, second.name.as_str()), (Some(DIRECTOR), "Regional lead"));
    assert_eq!(third.holder, Some(MANAGER));
    case.swept_until("Mon 23 Nov 14:30");
    let warned = case.events[before..].iter().find_map(|e| match e.what {
        What::HeadsUp { rung: 2, holder, .. } => Some((holder, diary(e.at))),
        _ => None,
    });
    assert_eq!(warned, Some((DIRECTOR, "Mon 23 Nov 13:40".to_owned())));
}

#[test]
fn another_calendar_counts_from_the_move_on() {
    let mut case = filed();
    let to = Versions { ladder: 1, calendars: 2 };
    case.migrate(to, ladder(), always(), at("Mon 23 Nov 16:20")).unwrap();
    assert_eq!(case.ticket.calendar, "always");
    // 6 bh were over; a day is 24 hours now.
    assert_eq!(case.rungs()[1], "3 due Tue 24 Nov 10:20");
    assert_eq!(case.resolution(), "Thu 26 Nov 10:20");
    assert_eq!(case.ticket.clocks.eras.len(), 1);
    let told = case.events.iter().find_map(|e| match &e.what {
        What::Migrated { calendar, .. } => calendar.clone(),
        _ => None,
    });
    assert_eq!(told, Some(Moved { old: "office".to_owned(), new: "always".to_owned() }));
}

#[test]
fn a_calendar_of_the_same_name_that_says_something_else_counts_from_the_move_on() {
    let mut case = filed();
    let to = Versions { ladder: 1, calendars: 2 };
    case.migrate(to, ladder(), calendar("office", "09:00-13:00"), at("Mon 23 Nov 12:20")).unwrap();
    // 2 of 4 bh were over; until 13:00 it is 40 min, the rest is tomorrow.
    assert_eq!(case.rungs()[0], "2 due Tue 24 Nov 10:20");
    assert_eq!(case.ticket.clocks.eras.len(), 1);
    assert!(case.events.iter().any(|e| matches!(&e.what, What::Migrated { calendar: None, .. })));
}

#[test]
fn a_calendar_that_says_the_same_is_no_new_era() {
    let mut case = filed();
    let before = case.rungs();
    let to = Versions { ladder: 1, calendars: 2 };
    case.migrate(to, ladder(), calendar("office", "09:00-17:00"), at("Mon 23 Nov 12:20")).unwrap();
    assert_eq!(case.ticket.versions(), to);
    assert!(case.ticket.clocks.eras.is_empty());
    assert_eq!(case.rungs(), before);
    assert_eq!(case.story().last(), Some(&"migrated"), "it is recorded all the same");
}

#[test]
fn a_calendar_that_was_renamed_is_a_new_era_without_another_date() {
    let mut case = filed();
    let (before, resolution) = (case.rungs(), case.resolution());
    let to = Versions { ladder: 1, calendars: 2 };
    case.migrate(to, ladder(), calendar("berlin", "09:00-17:00"), at("Mon 23 Nov 12:20")).unwrap();
    assert_eq!((case.ticket.calendar.as_str(), case.ticket.clocks.eras.len()), ("berlin", 1));
    assert_eq!((case.rungs(), case.resolution()), (before, resolution));
    case.swept_until("Tue 24 Nov 10:30");
    assert_eq!(case.rungs()[1], "3 reached Tue 24 Nov 10:20 (clock)");
}

#[test]
fn on_the_same_versions_nothing_happens() {
    let mut case = filed();
    let before = case.clone();
    let to = Versions { ladder: 1, calendars: 1 };
    case.migrate(to, granting(1, 1, [1, 1, 1]), always(), at("Mon 23 Nov 12:20")).unwrap();
    assert_eq!((case.ticket, case.events.len()), (before.ticket, before.events.len()));
}

#[test]
fn what_is_closed_stays_where_it_is() {
    let mut case = filed();
    case.claims("Mon 23 Nov 11:00").is_fixed("Mon 23 Nov 12:00");
    assert_eq!(refused(case.migrate(SECOND, ladder(), office(), at("Mon 23 Nov 13:00"))), "closed");
}

#[test]
fn a_hold_is_kept() {
    let mut case = filed();
    case.holds_until("Tue 24 Nov 12:00", "Mon 23 Nov 12:00");
    assert_eq!(case.rungs()[0], "2 due Tue 24 Nov 12:00");
    moved(&mut case, granting(8, 24, [6, 12, 24]), "Mon 23 Nov 13:00");
    assert_eq!(case.rungs()[0], "2 due Tue 24 Nov 12:00");
    assert_eq!(case.ticket.clocks.holds.len(), 1);
}

#[test]
fn an_accepted_date_goes_on_unless_it_moves_later() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00")
        .dates(&dates(&[], "Wed 25 Nov 16:00"), at("Mon 23 Nov 11:10"))
        .unwrap();
    case.accepts("Mon 23 Nov 11:30");
    assert_eq!(case.rungs()[1], "3 due Thu 26 Nov 12:00", "the date and its grace");
    moved(&mut case, granting(8, 80, [4, 9, 25]), "Mon 23 Nov 12:00");
    assert!(case.ticket.clocks.accepted.as_ref().unwrap().stands());
    assert_eq!(case.rungs()[1], "3 due Thu 26 Nov 12:00");
    // The table's own date moves later, and has to be accepted anew.
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").accepts("Mon 23 Nov 11:30");
    moved(&mut case, granting(8, 80, [4, 9, 25]), "Mon 23 Nov 12:00");
    assert!(!case.ticket.clocks.accepted.as_ref().unwrap().stands());
    assert_eq!(case.rungs()[1], "3 due Tue 24 Nov 11:20", "from open");
}

#[test]
fn a_descent_is_kept() {
    let mut case = filed();
    case.swept_until("Tue 24 Nov 11:00").comes_down("Tue 24 Nov 11:00");
    assert_eq!(case.ticket.rung, 2);
    moved(&mut case, granting(8, 24, [4, 12, 24]), "Tue 24 Nov 12:00");
    // 12 - 4 bh from the de-escalation.
    assert_eq!(case.rungs()[1], "3 due Wed 25 Nov 11:00");
}

#[test]
fn in_a_wait_the_clocks_stand_still_across_the_move() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").waits_until("Wed 25 Nov 12:00", "Mon 23 Nov 12:00");
    moved(&mut case, granting(8, 24, [1, 8, 24]), "Tue 24 Nov 12:00");
    assert_eq!(case.rungs()[0], "2 due Mon 23 Nov 12:00", "as soon as the clock goes on");
    assert_eq!(case.update(), "Wed 25 Nov 12:00");
    case.swept_until("Tue 24 Nov 16:00");
    assert_eq!(case.ticket.rung, 1);
    case.swept_until("Wed 25 Nov 12:00");
    assert_eq!(case.rungs()[0], "2 reached Wed 25 Nov 12:00 (clock)");
}

#[test]
fn under_a_claim_nothing_moves_and_a_refusal_goes_on_by_the_new_rules() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").claims("Mon 23 Nov 12:20");
    let promises = case.promises(Resolution);
    moved(&mut case, granting(16, 80, [3, 8, 24]), "Mon 23 Nov 16:20");
    assert_eq!(case.promises(Resolution), promises);
    assert_eq!(case.rungs()[0], "2 due Mon 23 Nov 13:20", "by the time that had run at the claim");
    case.is_not_fixed("Tue 24 Nov 10:20");
    // 2 of 3 bh had run; the claim stood for 6.
    assert_eq!(case.rungs()[0], "2 due Tue 24 Nov 11:20");
    assert_eq!(case.update(), "Thu 26 Nov 10:20", "the new gap after the refusal");
}

#[test]
fn nothing_by_the_new_rules_happens_before_the_move() {
    // Asked again sooner, and closed sooner.
    let hasty = other(|ladder| {
        ladder.confirmation.ask_after_days = vec![1];
        ladder.confirmation.close_after_days = 2;
    });
    let mut case = filed();
    case.claims("Mon 23 Nov 12:00");
    moved(&mut case, hasty, "Thu 26 Nov 11:00");
    case.swept_until("Thu 26 Nov 11:00");
    let closed = case.events.iter().find(|e| matches!(e.what, What::Closed { .. })).unwrap();
    assert_eq!(diary(closed.at), "Thu 26 Nov 11:00");
    // Told again sooner.
    let eager = other(|ladder| ladder.terms[P2.index()].renotify = hours(1));
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").swept_until("Mon 23 Nov 16:00");
    let before = case.events.len();
    moved(&mut case, eager, "Mon 23 Nov 16:00");
    case.swept_until("Mon 23 Nov 16:30");
    let again: Vec<String> = case.events[before..]
        .iter()
        .filter(|e| matches!(e.what, What::Renotified { .. }))
        .map(|e| diary(e.at))
        .collect();
    assert_eq!(again, ["Mon 23 Nov 16:00"]);
    // Lifted at the first broken date.
    let strict = other(|ladder| ladder.at_once.broken_promises = 1);
    let mut case = a(P3).filed("Mon 23 Nov 10:20");
    case.dates(&dates(&[], "Mon 23 Nov 11:00"), at("Mon 23 Nov 10:30")).unwrap();
    case.swept_until("Mon 23 Nov 12:00");
    moved(&mut case, strict, "Mon 23 Nov 12:00");
    assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 12:00 (broken_promises)");
}

#[test]
fn a_p4_gets_the_rungs_that_the_new_ladder_grants_it() {
    let mut case = a(P4).filed("Mon 23 Nov 10:20");
    assert_eq!(case.rungs()[2], "4 never");
    let granted = other(|ladder| {
        ladder.terms[P4.index()].rungs.insert(4, Allowance::Days(20));
    });
    moved(&mut case, granted, "Mon 23 Nov 11:00");
    assert_eq!(case.rungs()[2], "4 due Mon 21 Dec 10:20");
    case.migrate(Versions { ladder: 3, calendars: 1 }, ladder(), office(), at("Mon 23 Nov 12:00")).unwrap();
    assert_eq!(case.rungs()[2], "4 never");
}

#[test]
fn moved_there_and_back_at_one_instant_every_date_is_as_before() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00");
    let before = (case.rungs(), case.update(), case.resolution());
    case.migrate(
        Versions { ladder: 2, calendars: 2 },
        granting(16, 40, [6, 12, 40]),
        always(),
        at("Mon 23 Nov 12:00"),
    )
    .unwrap();
    case.migrate(Versions { ladder: 1, calendars: 1 }, ladder(), office(), at("Mon 23 Nov 12:00")).unwrap();
    assert_eq!((case.rungs(), case.update(), case.resolution()), before);
}
