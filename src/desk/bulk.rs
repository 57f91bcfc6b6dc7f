//! The same triage of several tickets: looked at first, done one by one, each in a transaction
//! of its own, and undone for ten minutes where nobody has gone on since.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::access::Action;
use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::event::only_arrivals;
use crate::domain::ids::PersonId;
use crate::domain::priority::Priority;
use crate::domain::ticket::Ticket;
use crate::store::bulks::{self, Entry, New};
use crate::store::{self, Db};

use super::triage::{self, Wish};
use super::{Call, Desk, Error, load};

/// Tickets at once.
pub const MOST: usize = 100;
/// How long it can be undone, by the wall's clock.
const UNDONE_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// Events looked at that came meanwhile.
const MOST_MISSED: i64 = 200;

/// What a ticket had that it has no more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    pub priority: Option<Priority>,
    pub team: Option<String>,
    pub owner: Option<PersonId>,
}

impl Before {
    fn of(was: &Ticket, is: &Ticket) -> Self {
        Self {
            priority: Some(was.priority).filter(|p| *p != is.priority),
            team: Some(was.team.clone()).filter(|t| *t != is.team),
            owner: Some(was.owner).filter(|o| *o != is.owner),
        }
    }

    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// One ticket of several, chosen when its last event had this number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub reference: String,
    pub seen: Option<i32>,
}

/// What the triage would do to a ticket: it as it is, and as it would be.
pub fn look(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    chosen: &Chosen,
    wish: &Wish,
) -> Result<(Ticket, Ticket), Error> {
    let Change { before, ticket, .. } = triage::look(desk, db, call, &chosen.reference, wish)?;
    let before = before.ok_or(Error::NotFound)?;
    if Before::of(&before, &ticket).is_nothing() {
        return Err(nothing_changes());
    }
    Ok((before, ticket))
}

fn nothing_changes() -> Error {
    Error::Refused { code: "nothing_changes", message: "it is so already".to_owned() }
}

/// Does it to one ticket, and notes how it was before.
pub fn apply(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    bulk: &str,
    chosen: &Chosen,
    wish: &Wish,
    wall: Timestamp,
) -> Result<(), Error> {
    let by = call.actor.person().ok_or(Error::NotFound)?.id;
    let was = load(desk, db, call, &chosen.reference, Action::Triage)?.ticket;
    if chosen.seen.is_some_and(|seen| seen < was.last_event) && went_on(db, &was, chosen.seen)? {
        return Err(Error::Stale);
    }
    look(desk, db, call, chosen, wish)?;
    let is = triage::triage(desk, db, &on(call, &was), &chosen.reference, wish)?;
    let before = Before::of(&was, &is);
    let new = New { bulk, by, ticket: is.id, before: &before, event: is.last_event, trouble: None };
    Ok(bulks::add(db, &new, wall)?)
}

/// The same call, about the ticket as it was looked at.
fn on(call: &Call, ticket: &Ticket) -> Call {
    Call { expected: Some(ticket.version), ..call.clone() }
}

/// Notes why a ticket was left as it is, where it may be seen at all.
pub fn refused(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    bulk: &str,
    reference: &str,
    why: &str,
    wall: Timestamp,
) -> Result<(), Error> {
    let by = call.actor.person().ok_or(Error::NotFound)?.id;
    let ticket = match load(desk, db, call, reference, Action::SeeEnvelope) {
        Ok(loaded) => loaded.ticket,
        Err(Error::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    let before = Before::default();
    let new =
        New { bulk, by, ticket: ticket.id, before: &before, event: ticket.last_event, trouble: Some(why) };
    Ok(bulks::add(db, &new, wall)?)
}

/// Somebody did something to it after that event; letters and clocks are nobody.
fn went_on(db: &mut Db, ticket: &Ticket, seen: Option<i32>) -> Result<bool, Error> {
    let since = store::events::of_ticket(db, ticket.id, true, seen.unwrap_or_default(), MOST_MISSED)?;
    Ok(!only_arrivals(&since) && since.iter().any(|e| e.by != By::Lizard))
}

/// What the caller did, ticket by ticket.
pub fn done(db: &mut Db, call: &Call, bulk: &str) -> Result<Vec<Entry<Before>>, Error> {
    let by = call.actor.person().ok_or(Error::NotFound)?.id;
    let all = bulks::of(db, bulk, by)?;
    if all.is_empty() { Err(Error::NotFound) } else { Ok(all) }
}

/// It was done, and can still be undone.
pub fn can_be_undone(entry: &Entry<Before>, wall: Timestamp) -> bool {
    entry.undone_at.is_none()
        && entry.trouble.is_none()
        && wall.duration_since(entry.made_at) <= UNDONE_WITHIN
}

/// Puts one ticket back to what it was: a triage like any other.
pub fn undo(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    bulk: &str,
    entry: &Entry<Before>,
    wall: Timestamp,
) -> Result<(), Error> {
    let ticket = load(desk, db, call, &entry.reference, Action::Triage)?.ticket;
    if ticket.last_event > entry.event && went_on(db, &ticket, Some(entry.event))? {
        return Err(Error::Stale);
    }
    let owner = match entry.before.owner {
        Some(owner) => store::people::find(db, owner)?.map(|p| p.email),
        None => None,
    };
    let wish = Wish {
        category: None,
        priority: entry.before.priority,
        team: entry.before.team.clone(),
        owner,
        reason: "undone".to_owned(),
    };
    triage::triage(desk, db, &on(call, &ticket), &entry.reference, &wish)?;
    Ok(bulks::settle(db, bulk, entry.ticket, Ok(wall))?)
}

/// Notes why it was not undone.
pub fn stays(db: &mut Db, bulk: &str, entry: &Entry<Before>, why: &str) -> Result<(), Error> {
    Ok(bulks::settle(db, bulk, entry.ticket, Err(why))?)
}
