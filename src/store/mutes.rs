//! Who wants no more letters about which ticket.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{PersonId, TicketId};

use super::rows::us;
use super::schema::{mutes, tickets};
use super::{Db, each};

/// Mutes it; a second time changes nothing.
pub fn insert(db: &mut Db, person: PersonId, ticket: TicketId, now: Timestamp) -> QueryResult<()> {
    let row = (mutes::person_id.eq(person.0), mutes::ticket_id.eq(ticket.0), mutes::created_at.eq(us(now)));
    each!(db, |c| diesel::insert_into(mutes::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

pub fn remove(db: &mut Db, person: PersonId, ticket: TicketId) -> QueryResult<()> {
    diesel::delete(mutes::table.find((person.0, ticket.0))).execute(db)?;
    Ok(())
}

pub fn is_muted(db: &mut Db, person: PersonId, ticket: TicketId) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(mutes::table.find((person.0, ticket.0)))).get_result(db)
}

/// References of what somebody has muted, the newest ticket first.
pub fn of_person(db: &mut Db, person: PersonId) -> QueryResult<Vec<String>> {
    mutes::table
        .inner_join(tickets::table)
        .filter(mutes::person_id.eq(person.0))
        .order(mutes::ticket_id.desc())
        .select(tickets::reference)
        .load(db)
}
