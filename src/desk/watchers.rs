//! Colleagues on copy: who else hears of a ticket. Whoever is on the list is asked of `access`
//! each time that something is told or shown: a row alone opens nothing.

use jiff::Timestamp;

use crate::domain::access::{self, Action};
use crate::domain::actor::Actor;
use crate::domain::change::Change;
use crate::domain::fault::Fault;
use crate::domain::ids::PersonId;
use crate::domain::letter::Side;
use crate::domain::partner::Partner;
use crate::domain::person::{Person, Role};
use crate::domain::ticket::Ticket;
use crate::store::{self, Db};

use super::{Call, Desk, Error, Loaded, facts, invalid, load, load_to_change};

/// Somebody on copy.
#[derive(Clone, Debug)]
pub struct Watcher {
    pub person: Person,
    pub since: Timestamp,
}

/// Sees the ticket, and all that letters say.
fn sees(person: &Person, ticket: &Ticket, partner: &Partner) -> bool {
    let actor = Actor::Person(person.clone());
    person.active && access::may(&actor, Action::See, &facts(ticket, partner)).is_ok()
}

/// Those who may still see it, with the side on which they hear of it.
pub(super) fn hearing(
    db: &mut Db,
    ticket: &Ticket,
    partner: &Partner,
) -> Result<Vec<(PersonId, Side)>, Error> {
    let side = |p: &Person| if p.role.is_partner_side() { Side::Partner } else { Side::Internal };
    let all = watching(db, ticket)?;
    let heard = all.iter().filter(|w| w.person.id != ticket.requester && sees(&w.person, ticket, partner));
    Ok(heard.map(|w| (w.person.id, side(&w.person))).collect())
}

fn watching(db: &mut Db, ticket: &Ticket) -> Result<Vec<Watcher>, Error> {
    let rows = store::watchers::of_ticket(db, ticket.id)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<PersonId> = rows.iter().map(|(id, _)| *id).collect();
    let mut people = store::people::named(db, &ids)?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, since)| Some(Watcher { person: people.remove(&id)?, since }))
        .collect())
}

/// Who is on copy, as far as it is the caller's business: the partner sees its own people.
pub fn list(desk: &Desk, db: &mut Db, call: &Call, reference: &str) -> Result<Vec<Watcher>, Error> {
    let loaded = load(desk, db, call, reference, Action::See)?;
    listed(db, call, &loaded)
}

pub fn listed(db: &mut Db, call: &Call, loaded: &Loaded) -> Result<Vec<Watcher>, Error> {
    let theirs = |w: &Watcher| !call.actor.is_partner_side() || w.person.role.is_partner_side();
    let mut all = watching(db, &loaded.ticket)?;
    all.retain(|w| theirs(w) && sees(&w.person, &loaded.ticket, &loaded.partner));
    Ok(all)
}

/// Colleagues at the partner who may be put on copy.
pub fn candidates(db: &mut Db, call: &Call, loaded: &Loaded) -> Result<Vec<Person>, Error> {
    /// More are not offered in a list.
    const MOST: i64 = 200;
    if loaded.may(call, Action::Watch).is_err() {
        return Ok(Vec::new());
    }
    let on_copy = store::watchers::of_ticket(db, loaded.ticket.id)?;
    let roles = [Role::Contact, Role::Principal];
    let mut all = store::people::page(db, &roles, Some(loaded.partner.id), None, MOST)?;
    all.retain(|p| {
        p.id != loaded.ticket.requester
            && !on_copy.iter().any(|(id, _)| *id == p.id)
            && sees(p, &loaded.ticket, &loaded.partner)
    });
    Ok(all)
}

/// Puts somebody on copy. A second time changes nothing.
pub fn add(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    email: &str,
    faults: &[Fault],
) -> Result<Watcher, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Watch)?;
    if !faults.is_empty() {
        return Err(Error::Invalid(faults.to_vec()));
    }
    let fits = |p: &Person| {
        sees(p, &loaded.ticket, &loaded.partner)
            && p.role != Role::Admin
            && (!call.actor.is_partner_side() || p.role.is_partner_side())
    };
    let found = store::people::by_email(db, email)?.filter(fits);
    let person = found.ok_or_else(|| invalid("email", "unknown", "is nobody who may see this issue"))?;
    if person.id == loaded.ticket.requester {
        return Err(invalid("email", "requester", "reported it, and hears of it anyway"));
    }
    if let Some(known) = watching(db, &loaded.ticket)?.into_iter().find(|w| w.person.id == person.id) {
        return Ok(known);
    }
    let inside = !person.role.is_partner_side();
    let change = loaded.ticket.watched(person.id, inside, call.actor.by(), loaded.rules(), loaded.now)?;
    store::watchers::insert(db, loaded.ticket.id, person.id, loaded.now)?;
    loaded.record(desk, db, change)?;
    Ok(Watcher { person, since: loaded.now })
}

/// Takes somebody off the list. Who is not on it, as far as the caller sees it, cannot be.
pub fn remove(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    id: PersonId,
) -> Result<Watcher, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Watch)?;
    let on_copy = listed(db, call, &loaded)?;
    let gone = on_copy.into_iter().find(|w| w.person.id == id).ok_or_else(|| Error::Refused {
        code: "not_on_copy",
        message: "nobody with that id is on copy".to_owned(),
    })?;
    let inside = !gone.person.role.is_partner_side();
    let change: Change = loaded.ticket.unwatched(id, inside, call.actor.by(), loaded.rules(), loaded.now)?;
    store::watchers::remove(db, loaded.ticket.id, id)?;
    loaded.record(desk, db, change)?;
    Ok(gone)
}
