//! What holds after whatever people do: `samples` looks at every change, here of
//! random stories. And whenever the clocks are looked at, the story ends the same.

use jiff::{SignedDuration, Timestamp};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::domain::actor::By;
use crate::domain::escalation::next_look;
use crate::domain::event::{Event, HandOver, What};
use crate::domain::ids::PersonId;
use crate::domain::ladder::Stand;
use crate::domain::notice::Notice;
use crate::domain::priority::Priority;
use crate::domain::promise::Kind;
use crate::domain::refusal::Refusal;
use crate::domain::samples::{
    self, Case, DIRECTOR, MANAGER, OLGA, PRIYA, a, always, at, contact, holders, office, priya, token,
};
use crate::domain::ticket::dates::{Milestone, NewTimetable};
use crate::domain::ticket::manning::Manning;
use crate::domain::ticket::triage::Order;
use crate::domain::ticket::{Ticket, Visibility, WaitOn};

#[derive(Clone, Debug)]
pub(super) enum Act {
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
    Accepts,
    /// Hours from now.
    Holds(i64),
    ComesDown,
    /// Who is there for a rung's holder.
    Stands(Stand, Option<PersonId>),
    OwnerAway(HandOver),
    Acknowledges(PersonId),
    Bounces(i32),
    Repeats,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Writer {
    Desk,
    Note,
    Partner,
    Integrator,
}

#[derive(Clone, Debug)]
pub(super) struct Dates {
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

pub(super) fn act() -> impl Strategy<Value = Act> {
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
        2 => Just(Act::Accepts),
        2 => (1..60_i64).prop_map(Act::Holds),
        1 => Just(Act::ComesDown),
        2 => (stand(), present()).prop_map(|(stand, present)| Act::Stands(stand, present)),
        1 => select(vec![HandOver::StandIn, HandOver::Returned, HandOver::Rerouted]).prop_map(Act::OwnerAway),
        2 => select(vec![PRIYA, MANAGER, DIRECTOR]).prop_map(Act::Acknowledges),
        1 => (1..6_i32).prop_map(Act::Bounces),
        1 => Just(Act::Repeats),
    ]
}

fn stand() -> impl Strategy<Value = Stand> {
    select(vec![Stand::ChannelManager, Stand::Director, Stand::Vp])
}

/// Nobody, whose rung it is, or somebody else.
fn present() -> impl Strategy<Value = Option<PersonId>> {
    select(vec![None, None, Some(PersonId(61)), Some(PersonId(62))])
}

/// Minutes since the act before, and the act.
fn story() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let minutes = prop_oneof![1 => Just(0), 4 => 1..300_i64, 4 => 300..3_000_i64, 1 => 3_000..12_000_i64];
    vec((minutes, act()), 1..24)
}

pub(super) fn new_case() -> impl Strategy<Value = Case> {
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
pub(super) fn perform(case: &mut Case, act: &Act, now: Timestamp) -> Result<(), Refusal> {
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
        other => perform_by_hand(case, other, now),
    }
}

/// The acts that move a ticket on its ladder besides its clock.
fn perform_by_hand(case: &mut Case, act: &Act, now: Timestamp) -> Result<(), Refusal> {
    match act {
        Act::Accepts => case.accept(now),
        Act::Holds(n) => case.hold(now + SignedDuration::from_hours(*n), now),
        Act::ComesDown => case.deescalate(now),
        Act::Stands(stand, present) => case.instead_of(*stand, *present, now),
        Act::OwnerAway(why) => {
            let owner = if case.ticket.owner == PRIYA { OLGA } else { PRIYA };
            case.man(&Manning { owner: Some((owner, *why)), holders: holders() }, now)
        }
        Act::Acknowledges(person) => case.acknowledge(*person, now),
        Act::Bounces(message) => case.bounces(*message, now),
        Act::Repeats => {
            let order = Order {
                category: Some("price.wrong".to_owned()),
                repeats: Some(2),
                reason: "it is this".to_owned(),
                ..Order::default()
            };
            case.triage(&order, now)
        }
        _ => Ok(()),
    }
}

/// Who looks at the clocks, between the acts and for a month after them.
#[derive(Clone, Copy)]
enum Looks<'a> {
    Nobody,
    /// Sweeps at these shares of the time between two acts, in percent.
    At(&'a [i64]),
    EveryMinute,
}

/// Tells a story. At one instant people act before clocks are looked at.
fn tell(case: &mut Case, story: &[(i64, Act)], looks: Looks<'_>) {
    let mut now = case.ticket.opened_at;
    let mut shares = if let Looks::At(shares) = looks { shares } else { &[] }.iter().cycle();
    let until_then = |case: &mut Case, from: Timestamp, minutes: i64, shares: [Option<&i64>; 3]| {
        let last = from + SignedDuration::from_mins(minutes) - SignedDuration::from_micros(1);
        if matches!(looks, Looks::EveryMinute) {
            case.swept_until_at(last);
        }
        let mut at: Vec<Timestamp> = shares
            .iter()
            .flatten()
            .map(|share| from + SignedDuration::from_mins(minutes * **share / 100))
            .collect();
        at.sort();
        for at in at.into_iter().filter(|at| *at <= last) {
            case.sweep(at);
        }
    };
    for (minutes, act) in story {
        until_then(case, now, *minutes, [shares.next(), shares.next(), shares.next()]);
        now += SignedDuration::from_mins(*minutes);
        // What is refused changes nothing.
        let _ = perform(case, act, now);
    }
    let month = 30 * 24 * 60;
    until_then(case, now, month, [shares.next(), shares.next(), shares.next()]);
    case.sweep(now + SignedDuration::from_mins(month));
}

/// What took effect and when: neither when it was written down, nor what a late look no
/// longer tells because something overtook it.
pub(super) fn effects(events: &[Event]) -> Vec<Event> {
    let told = |what: &What| {
        matches!(
            what,
            What::HeadsUp { .. }
                | What::Exception { .. }
                | What::Renotified { .. }
                | What::Reminded { .. }
                | What::AskedAgain { .. }
        )
    };
    let effects = events.iter().filter(|e| !told(&e.what));
    effects.map(|e| Event { number: 0, recorded_at: e.at, ..e.clone() }).collect()
}

/// A ticket as it stands, whoever was told of it when.
pub(super) fn standing(ticket: &Ticket) -> Ticket {
    let mut ticket = ticket.clone();
    ticket.last_event = 0;
    for heads_up in &mut ticket.clocks.heads_ups {
        heads_up.given_at = None;
    }
    ticket
}

proptest! {
    #![proptest_config(samples::cases(96))]

    #[test]
    fn any_story_keeps_the_rules(case in new_case(), story in story()) {
        let mut case = case;
        tell(&mut case, &story, Looks::Nobody);
        prop_assert!(case.events.iter().zip(1..).all(|(event, number)| event.number == number));
    }

    #[test]
    fn any_schedule_of_sweeps_ends_where_sweeps_every_minute_do(
        case in new_case(), story in story(), looks in vec(0..100_i64, 1..9),
    ) {
        let (mut late, mut now_and_then, mut punctual) = (case.clone(), case.clone(), case);
        tell(&mut late, &story, Looks::Nobody);
        tell(&mut now_and_then, &story, Looks::At(&looks));
        tell(&mut punctual, &story, Looks::EveryMinute);
        for other in [late, now_and_then] {
            let (one, other_effects) = (effects(&punctual.events), effects(&other.events));
            let first = one.iter().zip(&other_effects).find(|(one, other)| one != other);
            prop_assert!(first.is_none() && one.len() == other_effects.len(), "they part at {:?}", first);
            prop_assert_eq!(standing(&punctual.ticket), standing(&other.ticket));
        }
    }

    #[test]
    fn to_decide_twice_at_one_instant_changes_nothing(
        case in new_case(), story in story(), minutes in 0..9_000_i64,
    ) {
        let mut case = case;
        let mut now = case.ticket.opened_at;
        for (passed, act) in &story {
            now += SignedDuration::from_mins(*passed);
            let _ = perform(&mut case, act, now);
            case.sweep(now);
            prop_assert!(!case.sweep(now), "{:?}", case.story());
        }
        now += SignedDuration::from_mins(minutes);
        case.sweep(now);
        let before = case.clone();
        prop_assert!(!case.sweep(now));
        prop_assert_eq!(before.ticket, case.ticket.clone());
        // Nothing is left behind, and what comes next is known.
        prop_assert!(case.ticket.next_clock().is_none_or(|next| next > now));
        prop_assert!(next_look(&case.ticket, case.rules()).unwrap().is_none_or(|next| next > now));
    }

    #[test]
    fn no_rung_is_skipped_in_notices(case in new_case(), story in story(), looks in vec(0..100_i64, 1..9)) {
        let mut case = case;
        let numbers: Vec<u8> = case.ticket.rungs.iter().map(|s| s.number).collect();
        tell(&mut case, &story, Looks::At(&looks));
        let (mut present, mut on_ladder) = (1, numbers);
        for event in &case.events {
            match event.what {
                What::RungReached { rung, holder, .. } => {
                    let next = on_ladder.iter().find(|n| **n > present);
                    prop_assert_eq!(Some(&rung), next, "one rung at a time");
                    present = rung;
                    let told = |n: &Notice| {
                        Some(n.reader) == holder
                            && n.hears.iter().any(|h| h.event == event.number)
                    };
                    let own = holder.is_none_or(|h| event.by == By::Person(h));
                    // Seen late, and somebody else's by then.
                    let left = case.events.iter().any(|e| {
                        e.recorded_at == event.recorded_at
                            && matches!(e.what, What::HolderChanged { rung: r, .. } if r == rung)
                    });
                    prop_assert!(own || left || case.notices.iter().any(told), "its holder is told that it is theirs");
                }
                What::Deescalated { from, to, .. } => {
                    prop_assert_eq!(present, from);
                    present = to;
                }
                // What becomes a complaint leaves a rung out from then on.
                What::Triaged { .. } => on_ladder = case.ticket.rungs.iter().map(|s| s.number).collect(),
                _ => {}
            }
        }
    }

    #[test]
    fn nobody_is_first_told_when_it_is_theirs_but_by_an_exception(
        case in new_case(), story in story(), looks in vec(0..100_i64, 1..9),
    ) {
        let mut case = case;
        tell(&mut case, &story, Looks::At(&looks));
        for (i, event) in case.events.iter().enumerate() {
            let What::RungReached { rung: reached, holder: Some(who), .. } = event.what else { continue };
            let warned = case.events[..i].iter().any(|e| {
                matches!(e.what, What::HeadsUp { rung, holder, .. } if rung == reached && holder == who)
            });
            let counted = case.events[i..].iter().any(|e| {
                e.at == event.at
                    && matches!(e.what, What::Exception { rung, holder, .. } if rung == reached && holder == who)
            });
            prop_assert!(warned || counted, "{:?}", event);
        }
    }

    #[test]
    fn a_wait_moves_exactly_the_clocks_that_it_stops_by_as_much(
        case in new_case(), replied in any::<bool>(), from in 0..3_000_i64, minutes in 1..3_000_i64,
    ) {
        let mut case = case;
        let start = case.ticket.opened_at + SignedDuration::from_mins(from);
        let end = start + SignedDuration::from_mins(minutes);
        if replied {
            let at = case.ticket.opened_at + SignedDuration::from_mins(from / 2);
            case.writes(&priya(), Visibility::Partner, at).unwrap();
        }
        case.until_at(start);
        if case.waits(WaitOn::Partner, end + SignedDuration::from_mins(1), start).is_err() {
            // Longer than any wait may be.
            return Ok(());
        }
        let before = case.clone();
        case.until_at(end);
        let still_waits = case.ticket.clocks.wait.is_some();
        case.lifts(end).unwrap();
        prop_assert!(still_waits);
        let course = &case.course;
        let paused = course.elapsed(start, end);
        // What ran out as the wait began does so when it is over, also when it paused no open time.
        let moved = |due: Timestamp| course.due(due, paused).unwrap().max(if due == start { end } else { due });
        for step in before.ticket.rungs.iter().filter(|s| s.reached_at.is_none()) {
            let now = case.ticket.rungs.iter().find(|s| s.number == step.number).unwrap();
            prop_assert_eq!(now.due, step.due.map(moved), "rung {}", step.number);
        }
        let (was, is) = (before.ticket.timetable.resolution().unwrap(), case.ticket.timetable.resolution().unwrap());
        let expected = if was.is_open() { moved(was.due) } else { was.due };
        prop_assert_eq!(is.due, expected, "the resolution");
        let first = |ticket: &Ticket| ticket.timetable.all().iter().find(|p| p.kind == Kind::FirstReply).cloned().unwrap();
        prop_assert_eq!(first(&before.ticket).due, first(&case.ticket).due, "the first reply is never paused");
    }

    #[test]
    fn nobody_is_told_twice_of_one_event(case in new_case(), story in story()) {
        let mut case = case;
        tell(&mut case, &story, Looks::EveryMinute);
        let mut keys: Vec<(PersonId, i32)> =
            case.notices.iter().flat_map(|n| n.hears.iter().map(|h| (n.reader, h.event))).collect();
        let all = keys.len();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), all);
        let about = case.ticket.about;
        prop_assert!(case.notices.iter().all(|n| Some(n.reader) != about), "told whom it is about");
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
