//! What somebody did to several tickets at once, to be undone as long as nobody went on.

use diesel::prelude::*;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::ids::{PersonId, TicketId};

use super::Db;
use super::rows::{document, instant, instant_of, text_of, us};
use super::schema::{bulk_changes, tickets};

/// One ticket of several.
#[derive(Clone, Debug)]
pub struct Entry<B> {
    pub ticket: TicketId,
    pub reference: String,
    pub made_at: Timestamp,
    pub before: B,
    /// Number of its last event by then.
    pub event: i32,
    /// Why it was not done, or not undone.
    pub trouble: Option<String>,
    pub undone_at: Option<Timestamp>,
}

/// What is noted of a ticket.
pub struct New<'a, B> {
    pub bulk: &'a str,
    pub by: PersonId,
    pub ticket: TicketId,
    pub before: &'a B,
    pub event: i32,
    pub trouble: Option<&'a str>,
}

pub fn add<B: Serialize>(db: &mut Db, new: &New<'_, B>, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(bulk_changes::table)
        .values((
            bulk_changes::bulk.eq(new.bulk),
            bulk_changes::ticket_id.eq(new.ticket.0),
            bulk_changes::person_id.eq(new.by.0),
            bulk_changes::made_at.eq(us(now)),
            bulk_changes::before.eq(text_of(new.before)?),
            bulk_changes::event.eq(new.event),
            bulk_changes::trouble.eq(new.trouble),
        ))
        .execute(db)?;
    Ok(())
}

/// Notes that it was undone, or why not.
pub fn settle(db: &mut Db, bulk: &str, ticket: TicketId, undone: Result<Timestamp, &str>) -> QueryResult<()> {
    let (at, trouble) = match undone {
        Ok(at) => (Some(us(at)), None),
        Err(trouble) => (None, Some(trouble)),
    };
    diesel::update(bulk_changes::table.find((bulk, ticket.0)))
        .set((bulk_changes::undone_at.eq(at), bulk_changes::trouble.eq(trouble)))
        .execute(db)?;
    Ok(())
}

type Row = (i64, String, i64, String, i32, Option<String>, Option<i64>);

/// All of one, if that person did it; in order of ticket.
pub fn of<B: DeserializeOwned>(db: &mut Db, bulk: &str, by: PersonId) -> QueryResult<Vec<Entry<B>>> {
    let rows: Vec<Row> = bulk_changes::table
        .inner_join(tickets::table)
        .filter(bulk_changes::bulk.eq(bulk))
        .filter(bulk_changes::person_id.eq(by.0))
        .select((
            tickets::id,
            tickets::reference,
            bulk_changes::made_at,
            bulk_changes::before,
            bulk_changes::event,
            bulk_changes::trouble,
            bulk_changes::undone_at,
        ))
        .order(tickets::id.asc())
        .load(db)?;
    rows.into_iter()
        .map(|(ticket, reference, made_at, before, event, trouble, undone_at)| {
            Ok(Entry {
                ticket: TicketId(ticket),
                reference,
                made_at: instant(made_at)?,
                before: document(&before)?,
                event,
                trouble,
                undone_at: instant_of(undone_at)?,
            })
        })
        .collect()
}
