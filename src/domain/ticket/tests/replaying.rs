//! Random stories, lived through again from what was written down of them (`replay.rs`).

use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::configuration::CALENDARS;
use crate::domain::actor::By;
use crate::domain::calendar::Allowance;
use crate::domain::change::Change;
use crate::domain::escalation::settle;
use crate::domain::event::{Event, HandOver, What};
use crate::domain::history::History;
use crate::domain::ids::PersonId;
use crate::domain::invariants;
use crate::domain::ladder::{Ladder, Stand};
use crate::domain::partner::Holders;
use crate::domain::refusal::Refusal;
use crate::domain::replay::{
    LeftOut, OtherCalendars, OtherRules, OwnRules, Replayed, Score, Unreplayable, replay,
};
use crate::domain::samples::{
    self, CONTACT, Case, DIRECTOR, MANAGER, OLGA, PRIYA, VP, always, holders, ladder, office, priya, token,
};
use crate::domain::ticket::conversation::delivered;
use crate::domain::ticket::manning::Manning;
use crate::domain::ticket::migrating::{Move, Versions};
use crate::domain::ticket::triage::Correction;
use crate::domain::ticket::{Heat, Rules, Ticket, Visibility};

use super::properties::{Act, act, effects, new_case, perform, standing};

/// Everything that people do, besides what the other stories have.
#[derive(Clone, Debug)]
enum Deed {
    Act(Act),
    /// A message that is not delivered yet; by a person, or by an integrator.
    Posts(bool),
    /// The oldest message that is under way arrives.
    Arrives,
    Bounces,
    Accepts,
    /// Minutes after the next rung's due.
    Holds(i64),
    Descends,
    Acknowledges,
    Reviews,
    Calls,
    HandedTo(PersonId, HandOver),
    /// Who is there on rungs 2 to 4.
    Manned([bool; 3]),
    /// To this version of ladder and calendars.
    Migrates(i64),
    Corrects,
}

fn deed() -> impl Strategy<Value = Deed> {
    let why = select(vec![HandOver::Rerouted, HandOver::StandIn, HandOver::Returned]);
    prop_oneof![
        20 => act().prop_map(Deed::Act),
        1 => any::<bool>().prop_map(Deed::Posts),
        2 => Just(Deed::Arrives),
        1 => Just(Deed::Bounces),
        3 => Just(Deed::Accepts),
        2 => (1..600_i64).prop_map(Deed::Holds),
        2 => Just(Deed::Descends),
        2 => Just(Deed::Acknowledges),
        1 => Just(Deed::Reviews),
        1 => Just(Deed::Calls),
        1 => (select(vec![PRIYA, OLGA]), why).prop_map(|(who, why)| Deed::HandedTo(who, why)),
        2 => any::<[bool; 3]>().prop_map(Deed::Manned),
        1 => select(vec![1_i64, 2]).prop_map(Deed::Migrates),
        1 => Just(Deed::Corrects),
    ]
}

/// Minutes since the deed before, in percent of that when somebody looks, and whether somebody
/// looks at the very instant.
fn story() -> impl Strategy<Value = Vec<(i64, Option<i64>, bool, Deed)>> {
    let minutes = prop_oneof![1 => Just(0), 4 => 1..300_i64, 4 => 300..3_000_i64, 1 => 3_000..12_000_i64];
    vec((minutes, prop::option::of(0..100_i64), prop::bool::weighted(0.3), deed()), 1..24)
}

/// Another ladder: everything in half the time, and nothing shifted by an acceptance of a P3.
static QUICKER: LazyLock<Ladder> = LazyLock::new(|| {
    let half = |allowance: &mut Allowance| {
        *allowance = Allowance::Minutes(u32::try_from(office().open_time(*allowance).as_mins() / 2).unwrap());
    };
    let mut quicker = ladder().clone();
    for terms in &mut quicker.terms {
        for one in [&mut terms.first_reply, &mut terms.update, &mut terms.resolution, &mut terms.renotify] {
            half(one);
        }
        terms.rungs.values_mut().for_each(half);
    }
    quicker.terms[2].grace = None;
    "Head of partners".clone_into(&mut quicker.rungs[2].name);
    quicker
});

fn own() -> OwnRules {
    let calendars = [(1, office()), (1, always()), (2, office()), (2, always())];
    OwnRules {
        ladders: [(1, ladder()), (2, &*QUICKER)].map(|(v, l)| (v, Arc::new(l.clone()))).into(),
        calendars: calendars.map(|(v, c)| ((v, c.name().to_owned()), c)).into(),
    }
}

fn there(present: [bool; 3], regular: Holders) -> Holders {
    let mut holders = regular;
    for (there, stand) in present.into_iter().zip([Stand::ChannelManager, Stand::Director, Stand::Vp]) {
        holders.put(stand, regular.regular(stand).filter(|_| there));
    }
    holders
}

/// Does it, or is refused.
fn does(case: &mut Case, deed: &Deed, now: Timestamp) -> Result<(), Refusal> {
    let (t, rules, manager) = (&case.ticket, case.rules(), By::Person(MANAGER));
    let change = match deed {
        Deed::Act(act) => return perform(case, act, now),
        Deed::Posts(person) => {
            let writer = if *person { priya() } else { token(None) };
            t.write(&writer, "Soon.", Visibility::Partner, rules, now)?
        }
        Deed::Arrives => arrives(case, now),
        Deed::Bounces => t.bounced(t.clocks.words.last().map_or(0, |w| w.message), rules, now)?,
        Deed::Accepts => t.accept_timetable(By::Person(CONTACT), rules, now)?,
        Deed::Holds(minutes) => {
            let due = t.next_step(rules.ladder).and_then(|s| s.due).unwrap_or(now);
            t.hold("nearly there", due + SignedDuration::from_mins(*minutes), manager, rules, now)?
        }
        Deed::Descends => t.deescalate("it is under control", CONTACT, manager, rules, now)?,
        Deed::Acknowledges => {
            let mut settled = Change::of(t, now);
            settle(&mut settled, rules, now)?;
            let holder = settled.ticket.step().and_then(|s| s.holder);
            t.acknowledge(By::Person(holder.unwrap_or(VP)), rules, now)?
        }
        Deed::Reviews => t.acknowledge(By::Person(t.reviewer().unwrap_or(DIRECTOR)), rules, now)?,
        Deed::Calls => t.called("they are angry", Heat::Charged, VP, &case.events, rules, now)?,
        Deed::HandedTo(owner, why) => {
            let mut stands = holders();
            for step in &t.rungs {
                stands.put(step.stand, step.holder);
            }
            t.man(&Manning { owner: Some((*owner, *why)), holders: stands }, By::Lizard, rules, now)?
        }
        Deed::Manned(present) => {
            let manning = Manning { owner: None, holders: there(*present, holders()) };
            t.man(&manning, By::Lizard, rules, now)?
        }
        Deed::Migrates(version) => return migrates(case, *version, now),
        Deed::Corrects => {
            let subject = Some(format!("at {now}"));
            t.correct(&Correction { subject, ..Correction::default() }, By::Person(PRIYA), now)?
        }
    };
    case.take(change);
    Ok(())
}

/// The oldest message to the partner that is under way.
fn arrives(case: &Case, now: Timestamp) -> Change {
    let arrived = |number| {
        case.events.iter().any(|e| matches!(e.what, What::MessageDelivered { message } if message == number))
    };
    let mut change = Change::of(&case.ticket, now);
    settle(&mut change, case.rules(), now).unwrap();
    let mut waiting = case.messages.iter().filter(|m| m.visibility == Visibility::Partner);
    if let Some(message) = waiting.find(|m| !arrived(m.number)) {
        change.messages.push(message.clone());
        delivered(&mut change, message.number, case.rules(), now).unwrap();
    }
    change
}

fn migrates(case: &mut Case, version: i64, now: Timestamp) -> Result<(), Refusal> {
    let next: &'static Ladder = if version == 1 { ladder() } else { &QUICKER };
    let same = if case.ticket.calendar == "always" { always() } else { office() };
    let course = case.course.switched(now, same);
    let after = Rules { ladder: next, course: &course };
    let to = Versions { ladder: version, calendars: version };
    let before = case.rules();
    let order = Move { to, holders: &holders(), reason: "new terms", by: By::Person(VP) };
    let change = case.ticket.migrate(order, before, after, now)?;
    let moved = change.ticket.ladder_version == version && case.ticket.ladder_version != version;
    case.take(change);
    if moved {
        (case.ladder, case.course) = (next, course);
    }
    Ok(())
}

/// Tells the story, and returns when it ended.
fn tell(case: &mut Case, story: &[(i64, Option<i64>, bool, Deed)]) -> Timestamp {
    let mut now = case.ticket.opened_at;
    for (minutes, share, at_once, deed) in story {
        if let Some(share) = share.filter(|_| *minutes > 0) {
            case.sweep(now + SignedDuration::from_mins(minutes * share / 100));
        }
        now += SignedDuration::from_mins(*minutes);
        if *at_once {
            case.sweep(now);
        }
        // What is refused changes nothing.
        let _ = does(case, deed, now);
    }
    now += SignedDuration::from_hours(24 * 30);
    case.sweep(now);
    now
}

fn again(events: &[Event], other: Option<&OtherRules>, until: Timestamp) -> Result<Replayed, Unreplayable> {
    let (own, mut seen) = (own(), 0);
    let reference = "PI-1042";
    let id = crate::domain::ids::TicketId(42);
    let score = Score { id, reference, events, own: &own, other, until };
    let replayed = replay(&score, &mut |change| seen += change.events.len())?;
    assert_eq!(seen, replayed.events.len(), "every event is seen as it happens");
    Ok(replayed)
}

/// A ticket without what its events do not have.
fn as_told(ticket: &Ticket, like: &Ticket) -> Ticket {
    Ticket {
        subject: like.subject.clone(),
        description: like.description.clone(),
        blocks: like.blocks.clone(),
        distributor: like.distributor.clone(),
        partner: like.partner,
        ..standing(ticket)
    }
}

/// With the texts of claims only: they are in the events.
fn same_again(case: &Case, until: Timestamp) -> Result<(), TestCaseError> {
    let replayed = again(&case.events, None, until).map_err(|why| TestCaseError::fail(why.to_string()))?;
    prop_assert_eq!(&replayed.left_out, &Vec::<LeftOut>::new());
    // A correction looks at no clock: what ran out before it may be written down after it.
    let effects = |events: &[Event]| {
        let mut effects = effects(events);
        // And who was warned in time before a call, a late look may have failed to warn.
        effects.retain(|e| !matches!(e.what, What::Edited { .. } | What::Surprise { .. }));
        effects
    };
    let (once, twice) = (effects(&case.events), effects(&replayed.events));
    let first = once.iter().zip(&twice).find(|(one, other)| one != other);
    prop_assert!(first.is_none() && once.len() == twice.len(), "they part at {:#?}", first);
    prop_assert_eq!(as_told(&case.ticket, &case.ticket), as_told(&replayed.ticket, &case.ticket));
    prop_assert_eq!(
        History::of(&case.events).map(|h| (h.highest, h.ups, h.downs, h.handoffs, h.hand_ons, h.reopened)),
        History::of(&replayed.events)
            .map(|h| (h.highest, h.ups, h.downs, h.handoffs, h.hand_ons, h.reopened))
    );
    Ok(())
}

/// What other rules could be.
fn other() -> impl Strategy<Value = OtherRules> {
    let text = CALENDARS.text.replace("emea = \"standard\"", "emea = \"around_the_clock\"");
    let source = crate::configuration::Source { file: "other.toml", text: &text };
    let calendars =
        OtherCalendars::new(crate::configuration::calendars::read(source, None).unwrap()).unwrap();
    let ladder = Arc::new(QUICKER.clone());
    (any::<bool>(), any::<bool>()).prop_map(move |(ladders, sets)| OtherRules {
        ladder: ladders.then(|| Arc::clone(&ladder)),
        calendars: sets.then(|| calendars.clone()),
    })
}

proptest! {
    #![proptest_config(samples::cases(192))]

    #[test]
    fn under_its_own_rules_a_ticket_ends_as_it_did(case in new_case(), story in story()) {
        let mut case = case;
        let until = tell(&mut case, &story);
        same_again(&case, until)?;
    }

    #[test]
    fn under_other_rules_everything_holds_that_holds_of_every_ticket(
        case in new_case(), story in story(), other in other(),
    ) {
        let mut case = case;
        let until = tell(&mut case, &story);
        let replayed = again(&case.events, Some(&other), until).unwrap();
        prop_assert_eq!(invariants::of_ticket(&replayed.ticket), []);
        prop_assert_eq!(invariants::of_events(&replayed.ticket, &replayed.events), []);
    }
}
