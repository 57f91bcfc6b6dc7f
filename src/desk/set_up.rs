//! The first set-up: somebody on every rung, and a partner for whom it is, all at once or not at all.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::fault::Fault;
use crate::domain::person::{NewPerson, Person, Role};
use crate::secrets::Fresh;
use crate::store::{self, Db};

use super::people::{self, Credential, NewPartner};
use super::{Desk, Error};

/// Roles of the vendor's side without which a ladder does not work, from the top down.
pub const NEEDED: [Role; 4] = [Role::Vp, Role::Director, Role::ChannelManager, Role::Desk];

/// What is missing until a partner can file and everybody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Of [`NEEDED`], those in which nobody is active.
    pub roles: Vec<Role>,
    pub partner: bool,
    /// Somebody at a partner.
    pub contact: bool,
}

impl Missing {
    pub fn of(db: &mut Db) -> Result<Self, Error> {
        let mut roles = Vec::new();
        for role in NEEDED {
            if store::people::active_with_role(db, role)?.is_empty() {
                roles.push(role);
            }
        }
        let partner = store::partners::page(db, None, 1)?.is_empty();
        let mut contact = true;
        for role in [Role::Contact, Role::Principal] {
            contact &= store::people::active_with_role(db, role)?.is_empty();
        }
        Ok(Self { roles, partner, contact })
    }

    pub fn is_nothing(&self) -> bool {
        self.roles.is_empty() && !self.partner && !self.contact
    }
}

/// Who is to come, by the part of the form that names them.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub people: Vec<(&'static str, NewPerson)>,
    /// Its channel manager is the one who comes or, without one, who is there.
    pub partner: Option<NewPartner>,
    /// What was wrong with fields already.
    pub faults: Vec<Fault>,
}

/// Adds all of them and sends their invitations; `fresh` has a link for each.
pub fn set_up(
    desk: &Desk,
    db: &mut Db,
    order: &Order,
    fresh: &BTreeMap<&'static str, Fresh>,
    now: Timestamp,
) -> Result<Vec<(Person, String)>, Error> {
    let mut faults = order.faults.clone();
    let mut added = Vec::new();
    // Contacts come after the partner to whom they belong.
    let (contacts, staff): (Vec<_>, Vec<_>) =
        order.people.iter().partition(|(_, new)| new.role.is_partner_side());
    for (part, new) in staff {
        let mut new = new.clone();
        if new.role == Role::Desk {
            // The first one leads every team: a complaint goes to a lead.
            new.teams = store::teams::all(db)?.into_iter().map(|team| team.code).collect();
            new.lead = true;
        }
        added.extend(add(desk, db, part, &new, fresh, &mut faults, now)?);
    }
    if let Some(partner) = &order.partner {
        add_partner(db, partner, &mut faults, now)?;
    }
    for (part, new) in contacts {
        let slug = match &order.partner {
            Some(partner) => Some(partner.slug.clone()),
            None => store::partners::page(db, None, 1)?.into_iter().next().map(|p| p.slug),
        };
        let new = NewPerson { partner: slug, ..new.clone() };
        added.extend(add(desk, db, part, &new, fresh, &mut faults, now)?);
    }
    // Where the partner is not accepted, that is what is told.
    faults.retain(|fault| fault.field != "contact.partner");
    if faults.is_empty() { Ok(added) } else { Err(Error::Invalid(super::first_of_each_field(faults))) }
}

fn add(
    desk: &Desk,
    db: &mut Db,
    part: &'static str,
    new: &NewPerson,
    fresh: &BTreeMap<&'static str, Fresh>,
    faults: &mut Vec<Fault>,
    now: Timestamp,
) -> Result<Option<(Person, String)>, Error> {
    // What was not even read is told already.
    let Some(fresh) = fresh.get(part).filter(|_| !new.email.is_empty() && !new.name.is_empty()) else {
        return Ok(None);
    };
    match people::add(desk, db, new, &Credential::Invitation(fresh.clone()), &[], now) {
        Ok(person) => Ok(Some((person, people::invitation_url(desk, fresh)))),
        Err(Error::Invalid(found)) => {
            faults.extend(found.into_iter().map(|fault| of(part, fault)));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn add_partner(
    db: &mut Db,
    partner: &NewPartner,
    faults: &mut Vec<Fault>,
    now: Timestamp,
) -> Result<(), Error> {
    let mut partner = partner.clone();
    if partner.channel_manager.is_empty() {
        let there = store::people::active_with_role(db, Role::ChannelManager)?;
        partner.channel_manager = there.into_iter().next().map(|p| p.email).unwrap_or_default();
    }
    match people::add_partner(db, &partner, now) {
        Ok(_) => Ok(()),
        Err(Error::Invalid(found)) => {
            faults
                .extend(found.into_iter().filter(|f| f.field != "channel_manager").map(|f| of("partner", f)));
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// The fault where the form asks for it: zone and region are asked once for all.
fn of(part: &str, fault: Fault) -> Fault {
    match fault.field.as_ref() {
        "time_zone" | "region" => fault,
        field => Fault { field: format!("{part}.{field}").into(), ..fault },
    }
}
