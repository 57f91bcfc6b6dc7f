//! What holds after whatever people do: `samples` looks at every change, here of
//! random stories. And whenever the clocks are looked at, the story ends the same.

use jiff::{SignedDuration, Timestamp};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::domain::change::Change;
use crate::domain::escalation::settle;
use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::priority::Priority;
use crate::domain::refusal::Refusal;
use crate::domain::samples::{
    Case, DIRECTOR, MANAGER, OLGA, PRIYA, a, always, at, contact, office, priya, token,
};
use crate::domain::ticket::dates::{Milestone, NewTimetable};
use crate::domain::ticket::triage::Order;
use crate::domain::ticket::{Visibility, WaitOn};

#[derive(Clone, Debug)]
enum Act {
    Look,
    Writes(Writer),
    /// Hours from now.
    Waits(WaitOn, i64),
    Lifts,
    Becomes(Priority),
    /// Around the clock or not, and with another owner.
    Moves(bool, Option<PersonId>),
    Dates(Dates),
    Presses,
    PressedByUs,
    Contests,
    Claims,
    Answers(bool),
}

#[derive(Clone, Copy, Debug)]
enum Writer {
    Desk,
    Note,
    Partner,
    Integrator,
}

#[derive(Clone, Debug)]
struct Dates {
    /// Label, hours from now, done.
    steps: Vec<(&'static str, i64, bool)>,
    resolution: i64,
    reason: bool,
    requested: bool,
}

fn given_dates() -> impl Strategy<Value = Dates> {
    let steps = prop_oneof![
        Just(vec![]),
        (1..60_i64, any::<bool>()).prop_map(|(h, done)| vec![("A", h, done)]),
        (1..60_i64, 1..60_i64, any::<bool>()).prop_map(|(a, b, done)| vec![("A", a, done), ("B", b, false)]),
    ];
    (steps, 1..150_i64, prop::bool::weighted(0.8), any::<bool>())
        .prop_map(|(steps, resolution, reason, requested)| Dates { steps, resolution, reason, requested })
}

fn act() -> impl Strategy<Value = Act> {
    let writer = select(vec![Writer::Desk, Writer::Desk, Writer::Note, Writer::Partner, Writer::Integrator]);
    let owner = select(vec![None, Some(PRIYA), Some(OLGA)]);
    prop_oneof![
        2 => Just(Act::Look),
        6 => writer.prop_map(Act::Writes),
        4 => (select(WaitOn::ALL), 1..140_i64).prop_map(|(on, hours)| Act::Waits(on, hours)),
        1 => Just(Act::Lifts),
        3 => select(Priority::ALL).prop_map(Act::Becomes),
        2 => (any::<bool>(), owner).prop_map(|(always, owner)| Act::Moves(always, owner)),
        3 => given_dates().prop_map(Act::Dates),
        2 => Just(Act::Presses),
        1 => Just(Act::PressedByUs),
        1 => Just(Act::Contests),
        2 => Just(Act::Claims),
        // The end of most stories is not their beginning: a claim is refused more often.
        3 => prop::bool::weighted(0.2).prop_map(Act::Answers),
    ]
}

/// Minutes since the act before, and the act.
fn story() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let minutes = prop_oneof![1 => Just(0), 4 => 1..300_i64, 4 => 300..3_000_i64, 1 => 3_000..12_000_i64];
    vec((minutes, act()), 1..24)
}

fn new_case() -> impl Strategy<Value = Case> {
    let about = select(vec![None, None, None, Some(MANAGER), Some(DIRECTOR)]);
    let deadline = select(vec![None, None, Some("Wed 25 Nov 12:00"), Some("Fri 04 Dec 09:00")]);
    (select(Priority::ALL), any::<bool>(), about, deadline, 0..6_000_i64).prop_map(
        |(priority, around_the_clock, about, deadline, minutes)| {
            let mut filing = a(priority);
            if around_the_clock {
                filing = filing.around_the_clock();
            }
            filing.about = about;
            filing.deadline = deadline.map(at);
            filing.filed_at(at("Sat 21 Nov 08:00") + SignedDuration::from_mins(minutes))
        },
    )
}

/// Does it, or is refused; the case checks every change.
fn perform(case: &mut Case, act: &Act, now: Timestamp) -> Result<(), Refusal> {
    let hours = |n: i64| now + SignedDuration::from_hours(n);
    match act {
        Act::Look => {
            case.until_at(now);
            Ok(())
        }
        Act::Writes(Writer::Desk) => case.writes(&priya(), Visibility::Partner, now),
        Act::Writes(Writer::Note) => case.writes(&priya(), Visibility::Internal, now),
        Act::Writes(Writer::Partner) => case.writes(&contact(), Visibility::Partner, now),
        Act::Writes(Writer::Integrator) => case.writes(&token(None), Visibility::Partner, now),
        Act::Waits(on, n) => case.waits(*on, hours(*n), now),
        Act::Lifts => case.lifts(now),
        Act::Becomes(priority) => {
            let order =
                Order { priority: Some(*priority), reason: "weighed anew".to_owned(), ..Order::default() };
            case.triage(&order, now)
        }
        Act::Moves(_, Some(owner)) => {
            let order = Order { owner: Some(*owner), reason: "knows it".to_owned(), ..Order::default() };
            case.triage(&order, now)
        }
        Act::Moves(true, None) => case.moves_to("order_ops", always(), None, now),
        Act::Moves(false, None) => case.moves_to("deal_desk", office(), None, now),
        Act::Dates(dates) => {
            let standing = case.ticket.timetable.milestones();
            let milestone = |(label, n, done): &(&'static str, i64, bool)| {
                let old = standing.iter().find(|p| p.label.as_deref() == Some(*label));
                let due = old.filter(|_| *done).map_or(hours(*n), |p| p.due);
                Milestone { label: (*label).to_owned(), due, done: *done }
            };
            let new = NewTimetable {
                milestones: dates.steps.iter().map(milestone).collect(),
                resolution: hours(dates.resolution),
                reason: dates.reason.then(|| "it takes longer".to_owned()),
                requested_by_partner: dates.requested,
            };
            case.dates(&new, now)
        }
        Act::Presses => case.press(&contact(), now),
        Act::PressedByUs => case.press(&priya(), now),
        Act::Contests => case.contest(now),
        Act::Claims => case.resolves(now),
        Act::Answers(fixed) => case.confirms(*fixed, now),
    }
}

/// Tells a story, with looks at the clocks between the acts, and a last one a month later.
fn tell(case: &mut Case, story: &[(i64, Act)], looks: &[i64]) {
    let mut now = case.ticket.opened_at;
    let mut looks = looks.iter().cycle();
    for (minutes, act) in story {
        let next = now + SignedDuration::from_mins(*minutes);
        for _ in 0..3 {
            let Some(share) = looks.next() else { break };
            now += SignedDuration::from_mins(minutes * share / 100);
            case.until_at(now.min(next));
        }
        now = next;
        // What is refused changes nothing.
        let _ = perform(case, act, now);
    }
    case.until_at(now + SignedDuration::from_hours(24 * 30));
}

/// All of an event but when it was written down.
fn timeless(events: &[Event]) -> Vec<Event> {
    events.iter().map(|e| Event { recorded_at: e.at, ..e.clone() }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_story_keeps_the_rules(case in new_case(), story in story()) {
        let mut case = case;
        tell(&mut case, &story, &[]);
        prop_assert!(case.events.iter().zip(1..).all(|(event, number)| event.number == number));
    }

    #[test]
    fn late_sweeps_end_where_punctual_ones_do(
        case in new_case(), story in story(), looks in vec(0..100_i64, 1..9),
    ) {
        let (mut late, mut punctual) = (case.clone(), case);
        tell(&mut late, &story, &[]);
        tell(&mut punctual, &story, &looks);
        prop_assert_eq!(timeless(&late.events), timeless(&punctual.events));
        prop_assert_eq!(late.ticket, punctual.ticket);
    }

    #[test]
    fn looking_twice_at_one_instant_changes_nothing(case in new_case(), story in story(), minutes in 0..9_000_i64) {
        let mut case = case;
        let mut now = case.ticket.opened_at;
        for (passed, act) in &story {
            now += SignedDuration::from_mins(*passed);
            let _ = perform(&mut case, act, now);
        }
        now += SignedDuration::from_mins(minutes);
        case.until_at(now);
        let mut again = Change::of(&case.ticket, now);
        settle(&mut again, case.rules(), now).unwrap();
        prop_assert!(again.is_empty(), "{:?}", again.events);
        prop_assert_eq!(&again.ticket, &case.ticket);
        // Nothing is left behind, and what comes next is known.
        prop_assert!(case.ticket.next_clock().is_none_or(|next| next >= now));
        prop_assert!(case.ticket.check_at().is_none_or(|next| next >= now));
    }

    #[test]
    fn what_is_refused_is_refused_for_good_reason(case in new_case(), story in story()) {
        let mut case = case;
        let mut now = case.ticket.opened_at;
        for (passed, act) in &story {
            now += SignedDuration::from_mins(*passed);
            if let Err(refusal) = perform(&mut case, act, now) {
                let out_of_range =
                    matches!(refusal, Refusal::State { code: "calendar", .. });
                prop_assert!(!out_of_range, "{:?}: {:?}", act, refusal);
            }
        }
    }
}
