//! What other rules would have made of tickets that there were: the same tickets replayed twice,
//! under the rules that they were measured by and under others, and the difference in figures.
//! Pure; which tickets, and where their rules come from, is the desk's.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::change::Change;
use super::event::{Event, What};
use super::ids::{PersonId, TicketId};
use super::letter::Side;
use super::notice::{self, Around, Told};
use super::promise::{Kind, Outcome};
use super::replay::{OtherRules, OwnRules, Replayed, Score, Unreplayable, replay};

/// At most so many tickets are named where something is wrong with them.
const AT_MOST: usize = 20;

/// How often one person heard of one rung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    pub heads_ups: u64,
    /// That it is reached: as its holder, or as somebody below.
    pub notices: u64,
    pub renotifications: u64,
}

/// What came of the tickets under one set of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Tickets that reached each rung.
    pub reached: BTreeMap<u8, u64>,
    pub heard: BTreeMap<(u8, PersonId), Heard>,
    pub broken: BTreeMap<Kind, u64>,
    /// Acts that were refused: the kind of their event, and why.
    pub left_out: BTreeMap<(&'static str, &'static str), u64>,
}

impl Figures {
    fn see(&mut self, change: &Change) {
        for event in &change.events {
            if let What::PromiseDecided { promise_kind, outcome: Outcome::Broken, .. } = event.what {
                *self.broken.entry(promise_kind).or_default() += 1;
            }
        }
        for told in notice::of(change, &Around::default()) {
            if told.side == Side::Internal {
                told.hears.iter().for_each(|heard| self.hear(told.reader, &heard.what));
            }
        }
    }

    fn hear(&mut self, reader: PersonId, what: &Told) {
        let mut of = |rung: u8, count: fn(&mut Heard) -> &mut u64| {
            *count(self.heard.entry((rung, reader)).or_default()) += 1;
        };
        match what {
            Told::HeadsUp { rung, .. } => of(*rung, |h| &mut h.heads_ups),
            Told::RungReached { rung } => of(*rung, |h| &mut h.notices),
            Told::Renotified { rung, .. } => of(*rung, |h| &mut h.renotifications),
            _ => {}
        }
    }

    fn end(&mut self, replayed: &Replayed, reached: &BTreeMap<u8, Timestamp>) {
        for rung in reached.keys() {
            *self.reached.entry(*rung).or_default() += 1;
        }
        for out in &replayed.left_out {
            *self.left_out.entry((out.kind, out.code)).or_default() += 1;
        }
    }

    fn add(&mut self, other: Self) {
        sum(&mut self.reached, other.reached);
        sum(&mut self.broken, other.broken);
        sum(&mut self.left_out, other.left_out);
        for (key, more) in other.heard {
            let heard = self.heard.entry(key).or_default();
            heard.heads_ups += more.heads_ups;
            heard.notices += more.notices;
            heard.renotifications += more.renotifications;
        }
    }
}

fn sum<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
    for (key, count) in from {
        *into.entry(key).or_default() += count;
    }
}

/// How much later (or, below zero, earlier) a rung is reached, over the tickets that reach it
/// under both rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    pub tickets: usize,
    pub earliest: SignedDuration,
    pub median: SignedDuration,
    pub latest: SignedDuration,
}

/// Tickets that have something in common: how many, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    pub count: u64,
    pub first: Vec<String>,
}

impl Named {
    fn note(&mut self, reference: &str) {
        self.count += 1;
        if self.first.len() < AT_MOST {
            self.first.push(reference.to_owned());
        }
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.first.extend(other.first);
        self.first.truncate(AT_MOST);
    }
}

/// The difference, over any number of tickets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Replayed under both.
    pub tickets: u64,
    pub present: Figures,
    pub other: Figures,
    /// By rung: seconds later, a ticket each.
    later: BTreeMap<u8, Vec<i64>>,
    /// Under the present rules the replay is not what is recorded: the service looked late and
    /// has not caught up, or a fault.
    pub differ: Named,
    /// Why not, and which.
    pub unreplayable: BTreeMap<&'static str, Named>,
}

/// One ticket to be compared.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    pub id: TicketId,
    pub reference: &'a str,
    /// All of them, in their order.
    pub events: &'a [Event],
    pub own: &'a OwnRules,
    pub until: Timestamp,
}

impl Comparison {
    /// Replays one more ticket under both.
    pub fn take(&mut self, subject: &Subject<'_>, other: &OtherRules) {
        match compare(subject, other) {
            Ok(one) => self.add(one),
            Err(why) => self.cannot(subject.reference, why.code()),
        }
    }

    /// This ticket cannot be replayed.
    pub fn cannot(&mut self, reference: &str, code: &'static str) {
        self.unreplayable.entry(code).or_default().note(reference);
    }

    /// What came of other tickets.
    pub fn add(&mut self, more: Self) {
        self.tickets += more.tickets;
        self.present.add(more.present);
        self.other.add(more.other);
        for (rung, later) in more.later {
            self.later.entry(rung).or_default().extend(later);
        }
        self.differ.add(more.differ);
        for (code, tickets) in more.unreplayable {
            self.unreplayable.entry(code).or_default().add(tickets);
        }
    }

    /// By rung.
    pub fn shifts(&self) -> BTreeMap<u8, Shift> {
        self.later.iter().filter_map(|(rung, later)| Some((*rung, shift(later)?))).collect()
    }

    /// Everybody who hears of a rung, under either.
    pub fn people(&self) -> Vec<PersonId> {
        let both = self.present.heard.keys().chain(self.other.heard.keys());
        let mut people: Vec<PersonId> = both.map(|(_, person)| *person).collect();
        people.sort_unstable();
        people.dedup();
        people
    }
}

fn shift(later: &[i64]) -> Option<Shift> {
    let mut sorted = later.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    let (low, high) = (sorted.get(middle.checked_sub(1 - sorted.len() % 2)?)?, sorted.get(middle)?);
    let seconds = |n: i64| SignedDuration::from_secs(n);
    Some(Shift {
        tickets: sorted.len(),
        earliest: seconds(*sorted.first()?),
        median: seconds(low.midpoint(*high)),
        latest: seconds(*sorted.last()?),
    })
}

fn compare(subject: &Subject<'_>, other: &OtherRules) -> Result<Comparison, Unreplayable> {
    let mut one = Comparison { tickets: 1, ..Comparison::default() };
    let score = Score {
        id: subject.id,
        reference: subject.reference,
        events: subject.events,
        own: subject.own,
        other: None,
        until: subject.until,
    };
    let present = replay(&score, &mut |change| one.present.see(change))?;
    let then = replay(&Score { other: Some(other), ..score }, &mut |change| one.other.see(change))?;
    if !replay_of(subject.events, &present.events) {
        one.differ.note(subject.reference);
    }
    let (before, after) = (reached(&present.events), reached(&then.events));
    one.present.end(&present, &before);
    one.other.end(&then, &after);
    for (rung, at) in &before {
        if let Some(then) = after.get(rung) {
            one.later.entry(*rung).or_default().push(then.duration_since(*at).as_secs());
        }
    }
    Ok(one)
}

/// When each rung was first reached.
fn reached(events: &[Event]) -> BTreeMap<u8, Timestamp> {
    let mut reached = BTreeMap::new();
    for event in events {
        if let What::RungReached { rung, .. } = event.what {
            reached.entry(rung).or_insert(event.at);
        }
    }
    reached
}

/// Whether the replay begins as it is recorded, in its rungs and outcomes: a service that has
/// not looked lately has recorded less.
fn replay_of(recorded: &[Event], replayed: &[Event]) -> bool {
    let essence = |events: &[Event]| {
        let essential = |e: &&Event| matches!(e.what, What::RungReached { .. } | What::PromiseDecided { .. });
        events.iter().filter(essential).map(|e| (e.at, e.what.clone())).collect::<Vec<_>>()
    };
    essence(replayed).starts_with(&essence(recorded))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::calendar::Allowance;
    use crate::domain::priority::Priority;
    use crate::domain::samples::{Case, MANAGER, PRIYA, a, at, ladder, office};

    fn own() -> OwnRules {
        OwnRules {
            ladders: [(1, Arc::new(ladder().clone()))].into(),
            calendars: [((1, "office".to_owned()), office())].into(),
        }
    }

    /// Rung 2 after six business hours and not after four.
    fn later() -> OtherRules {
        let mut ladder = ladder().clone();
        ladder.terms[1].rungs.insert(2, Allowance::Hours(6));
        OtherRules { ladder: Some(Arc::new(ladder)), calendars: None }
    }

    fn compared(cases: &[&Case], until: &str) -> Comparison {
        let (own, mut comparison) = (own(), Comparison::default());
        for case in cases {
            let subject = Subject {
                id: case.ticket.id,
                reference: &case.ticket.reference,
                events: &case.events,
                own: &own,
                until: at(until),
            };
            comparison.take(&subject, &later());
        }
        comparison
    }

    #[test]
    fn a_slower_rung_is_reached_later_or_not_at_all() {
        let mut answered = a(Priority::P2).filed("Mon 23 Nov 10:00");
        answered.claims("Mon 23 Nov 15:00").is_fixed("Mon 23 Nov 15:30");
        let mut slow = a(Priority::P2).filed("Mon 23 Nov 10:00");
        slow.swept_until("Tue 24 Nov 09:30");
        let found = compared(&[&answered, &slow], "Tue 24 Nov 09:30");
        assert_eq!(found.tickets, 2);
        assert_eq!(found.present.reached, [(2, 2)].into());
        assert_eq!(found.other.reached, [(2, 1)].into());
        let two = SignedDuration::from_hours(2);
        assert_eq!(
            found.shifts(),
            [(2, Shift { tickets: 1, earliest: two, median: two, latest: two })].into()
        );
        assert_eq!(found.differ, Named::default());
        let heard = |figures: &Figures, person| figures.heard.get(&(2, person)).copied().unwrap_or_default();
        assert_eq!(heard(&found.present, MANAGER), Heard { heads_ups: 2, notices: 2, renotifications: 0 });
        // Both warnings are later too, and the claim came before the one to the holder ended in a notice.
        assert_eq!(heard(&found.other, MANAGER), Heard { heads_ups: 2, notices: 1, renotifications: 0 });
        assert_eq!(heard(&found.present, PRIYA).notices, 2);
        assert_eq!(found.people(), [PRIYA, MANAGER, crate::domain::samples::DIRECTOR]);
    }

    #[test]
    fn what_cannot_be_replayed_is_named_and_not_counted() {
        let mut case = a(Priority::P2).filed("Mon 23 Nov 10:00");
        case.events.remove(0);
        let found = compared(&[&case], "Tue 24 Nov 09:30");
        assert_eq!(found.tickets, 0);
        let why = &found.unreplayable["not_opened"];
        assert_eq!((why.count, why.first.as_slice()), (1, ["PI-1042".to_owned()].as_slice()));
    }

    #[test]
    fn a_record_that_the_rules_do_not_explain_is_told_of() {
        let mut case = a(Priority::P2).filed("Mon 23 Nov 10:00");
        case.swept_until("Tue 24 Nov 09:30");
        for event in &mut case.events {
            if let What::RungReached { cause, .. } = &mut event.what {
                *cause = crate::domain::ticket::Cause::Press;
            }
        }
        assert_eq!(compared(&[&case], "Tue 24 Nov 09:30").differ.first, ["PI-1042"]);
    }

    #[test]
    fn a_median_of_an_even_number_is_between_the_middle_two() {
        let of = |later: &[i64]| {
            shift(later).map(|s| (s.earliest.as_secs(), s.median.as_secs(), s.latest.as_secs()))
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[5]), Some((5, 5, 5)));
        assert_eq!(of(&[7, -3]), Some((-3, 2, 7)));
        assert_eq!(of(&[9, 1, 4]), Some((1, 4, 9)));
        assert_eq!(of(&[9, 1, 4, 6]), Some((1, 5, 9)));
    }
}
