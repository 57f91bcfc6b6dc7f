//! **Absence**: who is there at an instant, who stands in for whom, and who therefore stands
//! on a partner's rungs and owns a ticket. What that does to a ticket is in
//! `ticket/manning.rs`. Pure: absences, people and an instant in, persons out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::event::HandOver;
use super::ids::{AbsenceId, PersonId};
use super::ladder::Stand;
use super::partner::{Holders, Place};
use super::person::Role;

/// Somebody is not there, from an instant up to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    pub id: AbsenceId,
    pub person: PersonId,
    /// When it takes effect: never before it was known.
    pub from: Timestamp,
    /// They are back at this instant; none: nobody knows when.
    pub until: Option<Timestamp>,
    pub stand_in: Option<PersonId>,
}

impl Absence {
    pub fn covers(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// The two instants at which something changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edge {
    Begin,
    End,
}

/// An instant at which somebody leaves or is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Boundary {
    pub at: Timestamp,
    pub absence: AbsenceId,
    pub edge: Edge,
    pub person: PersonId,
}

/// Who could stand on the rungs of one partner, each list in the order in which they were added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    pub channel_manager: Option<PersonId>,
    /// Of the partner's region.
    pub directors: Vec<PersonId>,
    pub vps: Vec<PersonId>,
}

impl Candidates {
    fn of(&self, stand: Stand) -> Vec<PersonId> {
        match stand {
            Stand::Owner => Vec::new(),
            Stand::ChannelManager => self.channel_manager.into_iter().collect(),
            Stand::Director => self.directors.clone(),
            Stand::Vp => self.vps.clone(),
        }
    }
}

/// What an absence makes of a ticket's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    Stays,
    Passes(PersonId, HandOver),
    /// Nobody stands in: it is routed again.
    Routed,
}

/// Absences, and everybody active of whom it is asked.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    absences: Vec<Absence>,
    active: BTreeMap<PersonId, Role>,
}

impl Roster {
    pub const fn new(absences: Vec<Absence>, active: BTreeMap<PersonId, Role>) -> Self {
        Self { absences, active }
    }

    /// More people who are active.
    pub fn add(&mut self, active: BTreeMap<PersonId, Role>) {
        self.active.extend(active);
    }

    /// The absence of a person at an instant.
    pub fn absence(&self, person: PersonId, at: Timestamp) -> Option<&Absence> {
        self.absences.iter().find(|a| a.person == person && a.covers(at))
    }

    /// Active, and there.
    pub fn is_present(&self, person: PersonId, at: Timestamp) -> bool {
        self.active.contains_key(&person) && self.absence(person, at).is_none()
    }

    pub fn is_active(&self, person: PersonId) -> bool {
        self.active.contains_key(&person)
    }

    /// Who is there in the place of somebody who is away: their stand-in, or whoever stands in
    /// for that one, and so on. Who has left stands in for nobody.
    pub fn stand_in(&self, person: PersonId, at: Timestamp) -> Option<PersonId> {
        let mut asked = BTreeSet::from([person]);
        let mut away = person;
        loop {
            let next = self.absence(away, at)?.stand_in?;
            if self.is_present(next, at) {
                return Some(next);
            }
            if !asked.insert(next) {
                return None;
            }
            away = next;
        }
    }

    /// For whom somebody stands in, or would: everybody whose stand-ins lead to them.
    pub fn stands_in_for(&self, person: PersonId) -> BTreeSet<PersonId> {
        let mut found = BTreeSet::new();
        let mut ends = vec![person];
        while let Some(end) = ends.pop() {
            for absence in self.absences.iter().filter(|a| a.stand_in == Some(end) && a.person != person) {
                if found.insert(absence.person) {
                    ends.push(absence.person);
                }
            }
        }
        found
    }

    /// Who stands on the rungs above the first. The first added holds; if they are away, their
    /// stand-in; else the next. Whom a complaint is about does not, in any way. Who stands on
    /// a rung already is not asked a second time further up.
    pub fn holders(&self, of: &Candidates, about: Option<PersonId>, at: Timestamp) -> Holders {
        let mut taken: BTreeSet<PersonId> = about.into_iter().collect();
        let mut place = |stand: Stand| {
            let list = of.of(stand);
            let regular = list.first().copied();
            if regular.is_some() && regular == about {
                return Place { regular, present: None };
            }
            let present = list.into_iter().find_map(|p| {
                self.there(p, at).filter(|there| self.climbs(*there) && !taken.contains(there))
            });
            taken.extend(present);
            Place { regular, present }
        };
        Holders {
            channel_manager: place(Stand::ChannelManager),
            director: place(Stand::Director),
            vp: place(Stand::Vp),
        }
    }

    /// Of several on one rung, the next who is there besides its holder.
    pub fn next_on(
        &self,
        of: &Candidates,
        stand: Stand,
        holder: PersonId,
        about: Option<PersonId>,
        at: Timestamp,
    ) -> Option<PersonId> {
        let others = of.of(stand).into_iter().filter(|p| *p != holder && Some(*p) != about);
        others.into_iter().find(|p| self.is_present(*p, at))
    }

    /// They, or who stands in for them.
    fn there(&self, person: PersonId, at: Timestamp) -> Option<PersonId> {
        if self.is_present(person, at) { Some(person) } else { self.stand_in(person, at) }
    }

    /// One of those who stand on rungs above the desk.
    fn climbs(&self, person: PersonId) -> bool {
        matches!(self.active.get(&person), Some(Role::ChannelManager | Role::Director | Role::Vp))
    }

    /// Who should own a ticket. Who stands in gives it back as soon as they are there for whom
    /// they do. An owner who is away is followed by their stand-in, of the desk and not the
    /// one whom it is about.
    pub fn ownership(
        &self,
        owner: PersonId,
        stands_in_for: Option<PersonId>,
        about: Option<PersonId>,
        at: Timestamp,
    ) -> Ownership {
        let fits = |p: &PersonId| Some(*p) != about && self.active.get(p) == Some(&Role::Desk);
        let there = self.is_present(owner, at) && fits(&owner);
        if let Some(regular) = stands_in_for.filter(|regular| *regular != owner) {
            if self.is_present(regular, at) && fits(&regular) {
                return Ownership::Passes(regular, HandOver::Returned);
            }
            match self.stand_in(regular, at).filter(fits) {
                Some(stand_in) if stand_in == owner => return Ownership::Stays,
                Some(stand_in) => return Ownership::Passes(stand_in, HandOver::StandIn),
                None => {}
            }
        }
        if there {
            return Ownership::Stays;
        }
        match self.stand_in(owner, at).filter(fits) {
            Some(stand_in) => Ownership::Passes(stand_in, HandOver::StandIn),
            None => Ownership::Routed,
        }
    }
}

#[cfg(test)]
mod tests;
