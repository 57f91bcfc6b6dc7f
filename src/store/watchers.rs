//! Who else hears of a ticket.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{PersonId, TicketId};

use super::Db;
use super::rows::{instant, us};
use super::schema::watchers;

pub fn insert(db: &mut Db, ticket: TicketId, person: PersonId, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(watchers::table)
        .values((
            watchers::ticket_id.eq(ticket.0),
            watchers::person_id.eq(person.0),
            watchers::created_at.eq(us(now)),
        ))
        .execute(db)?;
    Ok(())
}

pub fn remove(db: &mut Db, ticket: TicketId, person: PersonId) -> QueryResult<()> {
    diesel::delete(watchers::table.find((ticket.0, person.0))).execute(db)?;
    Ok(())
}

/// Of a ticket, each with since when, in the order in which they were added.
pub fn of_ticket(db: &mut Db, ticket: TicketId) -> QueryResult<Vec<(PersonId, Timestamp)>> {
    let rows: Vec<(i64, i64)> = watchers::table
        .filter(watchers::ticket_id.eq(ticket.0))
        .order((watchers::created_at.asc(), watchers::person_id.asc()))
        .select((watchers::person_id, watchers::created_at))
        .load(db)?;
    rows.into_iter().map(|(id, at)| Ok((PersonId(id), instant(at)?))).collect()
}
