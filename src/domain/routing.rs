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

/// The member of the team with the fewest live tickets, ties by longest idle; an
/// empty team falls back to its lead, then to any desk lead, then to any desk
/// member: a ticket always has an owner. A complaint goes to a lead, the team's
/// own first, and never to the person it is about. None: nobody serves the desk.
pub fn owner(
    candidates: &[Candidate],
    team: &str,
    complaint: bool,
    about: Option<PersonId>,
) -> Option<PersonId> {
    type Rule<'a> = &'a dyn Fn(&Person) -> bool;
    let fitting: Vec<&Candidate> =
        candidates.iter().filter(|c| c.person.active && Some(c.person.id) != about).collect();
    let leads_it: Rule<'_> = &|p| p.leads(team);
    let leads_any: Rule<'_> = &Person::leads_any;
    let serves: Rule<'_> = &|p| p.serves(team);
    let anybody: Rule<'_> = &|_| true;
    let order = if complaint {
        [leads_it, leads_any, serves, anybody]
    } else {
        [serves, leads_it, leads_any, anybody]
    };
    order.iter().find_map(|rule| {
        fitting
            .iter()
            .filter(|c| rule(&c.person))
            .min_by_key(|c| (c.live, c.last_assigned, c.person.id))
            .map(|c| c.person.id)
    })
}

#[cfg(test)]
mod tests;
