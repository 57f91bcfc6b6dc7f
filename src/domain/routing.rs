//! Who owns a new ticket (PRODUCT §4): a present, active desk member of its team.

use jiff::Timestamp;

use super::ids::PersonId;
use super::person::Person;

/// A desk member who could own it.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub person: Person,
    /// Live tickets owned now.
    pub live: i64,
    /// When a ticket was last given to them; never, for longest idle.
    pub last_assigned: Option<Timestamp>,
}

/// Between whom of the desk it is: the members of the team; an empty team falls back to
/// its lead, then to any desk lead, then to any desk member: a ticket always has an owner.
/// A complaint goes to a lead, the team's own first, and never to the person it is about.
pub fn fitting<'a>(
    desk: impl Iterator<Item = &'a Person> + Clone,
    team: &str,
    complaint: bool,
    about: Option<PersonId>,
) -> Vec<PersonId> {
    type Rule<'a> = &'a dyn Fn(&Person) -> bool;
    let present = desk.filter(|p| p.active && Some(p.id) != about);
    let leads_it: Rule<'_> = &|p| p.leads(team);
    let leads_any: Rule<'_> = &Person::leads_any;
    let serves: Rule<'_> = &|p| p.serves(team);
    let anybody: Rule<'_> = &|_| true;
    let order = if complaint {
        [leads_it, leads_any, serves, anybody]
    } else {
        [serves, leads_it, leads_any, anybody]
    };
    let of = |rule: Rule<'_>| present.clone().filter(|p| rule(p)).map(|p| p.id).collect::<Vec<_>>();
    order.into_iter().map(of).find(|ids| !ids.is_empty()).unwrap_or_default()
}

/// Of those who are [`fitting`], the one with the fewest live tickets, ties by longest idle.
/// None: nobody serves the desk.
pub fn owner(
    candidates: &[Candidate],
    team: &str,
    complaint: bool,
    about: Option<PersonId>,
) -> Option<PersonId> {
    let fitting = fitting(candidates.iter().map(|c| &c.person), team, complaint, about);
    candidates
        .iter()
        .filter(|c| fitting.contains(&c.person.id))
        .min_by_key(|c| (c.live, c.last_assigned, c.person.id))
        .map(|c| c.person.id)
}

#[cfg(test)]
mod tests;
