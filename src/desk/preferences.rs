//! How somebody wants to hear from us: time zone, the hours of their day, and the tickets that
//! they have muted. A mute stands between a person and a ticket; the ticket knows nothing of
//! it, and no clock does (ADR 12).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::access::Action;
use crate::domain::fault::Fault;
use crate::domain::ids::PersonId;
use crate::domain::link::Link;
use crate::domain::person::{Day, Person};
use crate::store::{self, Db, mutes};

use super::{Call, Desk, Error, links, load};

/// What should change.
#[derive(Clone, Debug)]
pub struct Wish {
    /// None: the company's.
    pub zone: Option<String>,
    pub day: Day,
    /// None: as it is.
    pub keys: Option<bool>,
}

/// A ticket that somebody has muted.
#[derive(Clone, Debug)]
pub struct Muted {
    pub reference: String,
    pub subject: String,
}

/// The zone of a person's company; at the vendor there is none.
pub fn company_zone(db: &mut Db, person: &Person) -> Result<Option<String>, Error> {
    let Some(partner) = person.partner else { return Ok(None) };
    Ok(store::partners::find(db, partner)?.map(|p| p.zone))
}

pub fn save(db: &mut Db, person: PersonId, wish: &Wish, faults: &[Fault]) -> Result<(), Error> {
    let mut faults = faults.to_vec();
    let person = store::people::find(db, person)?.ok_or(Error::NotFound)?;
    if wish.zone.as_deref().is_some_and(|zone| TimeZone::get(zone).is_err()) {
        faults.push(Fault::new("time_zone", "unknown", "is no time zone such as Europe/Berlin"));
    }
    if !wish.day.has_hours() {
        faults.push(Fault::new("until", "too_early", "must be later than the hour from which"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(super::first_of_each_field(faults)));
    }
    let zone = match &wish.zone {
        Some(zone) => Some(zone.clone()),
        None => company_zone(db, &person)?,
    };
    let edit = store::people::Edit {
        zone,
        day_from: Some(i32::from(wish.day.from)),
        day_until: Some(i32::from(wish.day.until)),
        keys: wish.keys,
        ..store::people::Edit::default()
    };
    if store::people::edit(db, person.id, person.version, &edit)? { Ok(()) } else { Err(Error::Collision) }
}

/// Mutes a ticket for the caller, or no more.
pub fn mute(desk: &Desk, db: &mut Db, call: &Call, reference: &str, muted: bool) -> Result<(), Error> {
    let loaded = load(desk, db, call, reference, Action::Mute)?;
    let Some(person) = call.actor.person() else { return Err(Error::NotFound) };
    match muted {
        true => mutes::insert(db, person.id, loaded.ticket.id, call.now)?,
        false => mutes::remove(db, person.id, loaded.ticket.id)?,
    }
    Ok(())
}

/// The same by the link of a letter, for its reader.
pub fn mute_by(desk: &Desk, db: &mut Db, link: Link, muted: bool, now: Timestamp) -> Result<(), Error> {
    let entered = links::enter(desk, db, link, now)?;
    mute(desk, db, &entered.call, &entered.loaded.ticket.reference, muted)
}

/// Whether the caller has muted it.
pub fn is_muted(db: &mut Db, call: &Call, ticket: &crate::domain::ticket::Ticket) -> Result<bool, Error> {
    let Some(person) = call.actor.person() else { return Ok(false) };
    Ok(mutes::is_muted(db, person.id, ticket.id)?)
}

/// What the caller has muted and may still see.
pub fn muted(desk: &Desk, db: &mut Db, call: &Call) -> Result<Vec<Muted>, Error> {
    let Some(person) = call.actor.person() else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for reference in mutes::of_person(db, person.id)? {
        match load(desk, db, call, &reference, Action::Mute) {
            Ok(loaded) => all.push(Muted { reference, subject: loaded.ticket.subject }),
            Err(Error::NotFound | Error::Forbidden(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}
