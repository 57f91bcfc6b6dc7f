//! Triage, and correcting what was written at intake.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::access::Action;
use crate::domain::change::Change;
use crate::domain::course::Course;
use crate::domain::fault::Fault;
use crate::domain::ids::PersonId;
use crate::domain::person::Role;
use crate::domain::priority::Priority;
use crate::domain::taxonomy::is_complaint;
use crate::domain::ticket::triage::{Correction, Order, nothing_to_change};
use crate::domain::ticket::{Rules, Ticket};
use crate::store::{self, Db};

use super::intake::repeats;
use super::{Call, Desk, Error, Loaded, load, load_to_change, presence, record};

/// What should be different, as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    pub category: Option<String>,
    pub priority: Option<Priority>,
    /// Code.
    pub team: Option<String>,
    /// E-mail.
    pub owner: Option<String>,
    pub reason: String,
}

pub fn triage(desk: &Desk, db: &mut Db, call: &Call, reference: &str, wish: &Wish) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Triage)?;
    let (change, course) = decided(desk, db, call, &loaded, wish)?;
    let after = Rules { ladder: loaded.rules().ladder, course: &course };
    record(desk, db, change, &loaded.partner, after)
}

/// What it would change. Changes nothing.
pub fn look(desk: &Desk, db: &mut Db, call: &Call, reference: &str, wish: &Wish) -> Result<Change, Error> {
    let loaded = load(desk, db, call, reference, Action::Triage)?;
    Ok(decided(desk, db, call, &loaded, wish)?.0)
}

/// The change, and the course by whose rules it holds.
fn decided(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    loaded: &Loaded,
    wish: &Wish,
) -> Result<(Change, Course), Error> {
    if wish.category.is_none() && wish.priority.is_none() && wish.team.is_none() && wish.owner.is_none() {
        return Err(nothing_to_change().into());
    }
    let order = look_up(desk, db, loaded, wish)?;
    let ticket = &loaded.ticket;
    let about = order.about.or(ticket.about);
    let holders = presence::holders(db, &loaded.partner, about, loaded.now)?;
    let before = loaded.rules();
    let team = order.team.as_deref().unwrap_or(&ticket.team);
    let calendars = desk.rulebook.calendars(db, ticket.calendar_version)?;
    let name = calendars.name_for(team, &loaded.partner.slug, &loaded.partner.region);
    let course = if name == ticket.calendar {
        before.course.clone()
    } else {
        let calendar = desk.rulebook.calendar(db, ticket.calendar_version, name)?;
        before.course.switched(loaded.now, Arc::clone(&calendar))
    };
    let after = Rules { ladder: before.ladder, course: &course };
    let change = ticket.triage(&order, &holders, call.actor.by(), before, after, loaded.now)?;
    Ok((change, course))
}

fn look_up(desk: &Desk, db: &mut Db, loaded: &Loaded, wish: &Wish) -> Result<Order, Error> {
    let mut faults = Vec::new();
    let taxonomy = desk.rulebook.taxonomy_in_force(db, loaded.now)?;
    let mut order = Order { priority: wish.priority, reason: wish.reason.clone(), ..Order::default() };
    if let Some(category) = &wish.category {
        match taxonomy.value.find(category) {
            Some(found) => {
                order.category = Some(category.clone());
                // The leaf decides the team, unless triage names another.
                if *category != loaded.ticket.category {
                    order.team = Some(found.team().to_owned());
                }
                if *category != loaded.ticket.category {
                    let (partner, ladder) = (&loaded.partner, loaded.rules().ladder);
                    order.repeats = Some(repeats(
                        db,
                        partner,
                        category,
                        ladder,
                        Some(loaded.ticket.id),
                        loaded.ticket.opened_at,
                    )?);
                }
                if is_complaint(category) && loaded.ticket.about.is_none() {
                    order.about = Some(loaded.partner.channel_manager);
                }
            }
            None => faults.push(Fault::new("category", "unknown", "is not a category")),
        }
    }
    if let Some(team) = &wish.team {
        if store::teams::find(db, team)?.is_none() {
            faults.push(Fault::new("team", "unknown", "is not a team"));
        }
        order.team = Some(team.clone());
    }
    if let Some(email) = &wish.owner {
        order.owner = find_owner(db, email, order.about.or(loaded.ticket.about), loaded.now, &mut faults)?;
    }
    if faults.is_empty() { Ok(order) } else { Err(Error::Invalid(faults)) }
}

/// An owner is an active desk member who is there, and never the person a complaint is about.
fn find_owner(
    db: &mut Db,
    email: &str,
    about: Option<PersonId>,
    now: Timestamp,
    faults: &mut Vec<Fault>,
) -> Result<Option<PersonId>, Error> {
    let found = store::people::by_email(db, email)?
        .filter(|p| p.role == Role::Desk && p.active && Some(p.id) != about);
    if found.is_none() {
        faults.push(Fault::new("owner", "not_on_the_desk", "is no active member of the support desk"));
    }
    if let Some(person) = &found
        && presence::Crew::load(db, &[])?.is_away(person.id, now)
    {
        faults.push(Fault::new("owner", "away", "is away at the moment: name somebody who is there"));
    }
    Ok(found.map(|p| p.id))
}

pub fn correct(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    new: &Correction,
) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Triage)?;
    loaded.record(desk, db, loaded.ticket.correct(new, call.actor.by(), loaded.now)?)
}
