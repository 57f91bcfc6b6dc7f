//! Tickets with their rungs and promises: loading one whole, recording a change, and
//! the lists. A change is recorded only on the version that it was decided on.

mod all;
mod list;
pub mod manned;
mod marks;
mod moved;
mod row;
mod scope;
mod searching;
mod versions;

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::access::Scope;
use crate::domain::change::Change;
use crate::domain::ids::{PartnerId, TicketId};
use crate::domain::promise::Promise;
use crate::domain::ticket::{Step, Ticket};
use crate::domain::timetable::Timetable;

use super::conditions::{Fixed, one_of};
use super::rows::{NEVER, instant_of, us};
use super::schema::{promises, rungs, tickets};
use super::{Db, attachments, events, insert_rows, texts};

pub use all::{Found, between, known, last_id, looks_at, opened_between, span_since};
use list::lower;
pub(in crate::store) use list::narrowed;
pub use list::{Cursor, Filter, Listed, count, count_all, list};
pub use marks::Marks;
pub(in crate::store) use marks::{BROKEN, DECIDED, OF_UPDATES};
pub use moved::{in_scope, moved_since};
use row::{PromiseRow, RungRow, TicketRow};
pub(in crate::store) use scope::{events_within, promises_within, within, within_events, within_promises};
pub use versions::{OnOthers, count_on_others, on_others};

/// The number of the next ticket. On SQLite the one writer makes it safe; on
/// PostgreSQL the sequence does, and a ticket given up leaves a gap.
pub fn next_id(db: &mut Db) -> QueryResult<TicketId> {
    let id: i64 = match db {
        Db::Pg(c) => diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(
            "nextval(pg_get_serial_sequence('tickets', 'id'))",
        ))
        .get_result(c)?,
        Db::Sqlite(c) => {
            let last: Option<i64> = tickets::table.select(diesel::dsl::max(tickets::id)).first(c)?;
            last.unwrap_or(0) + 1
        }
    };
    Ok(TicketId(id))
}

/// A ticket with its rungs and promises.
pub fn by_reference(db: &mut Db, reference: &str) -> QueryResult<Option<Ticket>> {
    let row = tickets::table
        .filter(tickets::reference.eq(reference))
        .select(TicketRow::as_select())
        .first(db)
        .optional()?;
    Ok(whole(db, row.into_iter().collect())?.pop())
}

/// The same by its id.
pub fn by_id(db: &mut Db, id: TicketId) -> QueryResult<Option<Ticket>> {
    let row = tickets::table.find(id.0).select(TicketRow::as_select()).first(db).optional()?;
    Ok(whole(db, row.into_iter().collect())?.pop())
}

/// Of these, in their order, those within the scope.
pub(in crate::store) fn by_ids(db: &mut Db, scope: &Scope, ids: Vec<i64>) -> QueryResult<Vec<Ticket>> {
    let mut query = tickets::table
        .filter(one_of(tickets::id, ids.iter().copied()))
        .select(TicketRow::as_select())
        .into_boxed::<super::db::MultiBackend>();
    for condition in within(scope) {
        query = query.filter(condition);
    }
    let rows = if ids.is_empty() { Vec::new() } else { query.load(db)? };
    let mut found = whole(db, rows)?;
    found.sort_by_key(|t| ids.iter().position(|id| *id == t.id.0));
    Ok(found)
}

/// The same of others.
pub fn of_ids(db: &mut Db, scope: &Scope, ids: &[TicketId]) -> QueryResult<Vec<Ticket>> {
    by_ids(db, scope, ids.iter().map(|id| id.0).collect())
}

/// Makes others who want to change this ticket wait until the transaction has ended. On
/// SQLite there is one writer, and they wait already.
pub fn hold(db: &mut Db, reference: &str) -> QueryResult<()> {
    if let Db::Pg(c) = db {
        tickets::table
            .filter(tickets::reference.eq(reference))
            .select(tickets::id)
            .for_update()
            .execute(c)?;
    }
    Ok(())
}

/// How many tickets of this partner and leaf were opened at `since` or later. Merged ones are
/// not counted, nor is `except`.
pub fn opened_since(
    db: &mut Db,
    partner: PartnerId,
    category: &str,
    except: Option<TicketId>,
    since: Timestamp,
) -> QueryResult<u32> {
    let count: i64 = tickets::table
        .filter(tickets::partner_id.eq(partner.0))
        .filter(tickets::category.eq(category))
        .filter(tickets::opened_at.ge(us(since)))
        .filter(tickets::merged_into_id.is_null())
        .filter(tickets::id.ne(except.map_or(0, |id| id.0)))
        .count()
        .get_result(db)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// References of tickets by id, without order.
pub fn references(db: &mut Db, ids: &[TicketId]) -> QueryResult<Vec<(TicketId, String)>> {
    let these = one_of(tickets::id, ids.iter().map(|id| id.0));
    let rows: Vec<(i64, String)> =
        tickets::table.filter(these).select((tickets::id, tickets::reference)).load(db)?;
    Ok(rows.into_iter().map(|(id, reference)| (TicketId(id), reference)).collect())
}

/// The reference of a ticket.
pub fn reference(db: &mut Db, id: TicketId) -> QueryResult<Option<String>> {
    tickets::table.find(id.0).select(tickets::reference).first(db).optional()
}

/// Not closed, as the partial indexes have it.
const LIVE: Fixed = Fixed("tickets.state <> 'closed'");

/// A ticket that wants a look: its key in the order of the sweep, and its reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    check_at: i64,
    id: i64,
    pub reference: String,
}

/// Live tickets whose clocks want a look at `now`, the longest due first, after `after`.
pub fn due(db: &mut Db, now: Timestamp, after: Option<&Due>, limit: i64) -> QueryResult<Vec<Due>> {
    let mut query = tickets::table
        .filter(LIVE)
        .filter(tickets::check_at.le(us(now)))
        .select((tickets::check_at, tickets::id, tickets::reference))
        .into_boxed::<super::db::MultiBackend>();
    if let Some(Due { check_at, id, .. }) = after {
        query = query.filter(
            tickets::check_at.gt(*check_at).or(tickets::check_at.eq(*check_at).and(tickets::id.gt(*id))),
        );
    }
    let rows: Vec<(i64, i64, String)> =
        query.order((tickets::check_at.asc(), tickets::id.asc())).limit(limit).load(db)?;
    Ok(rows.into_iter().map(|(check_at, id, reference)| Due { check_at, id, reference }).collect())
}

/// When the ticket that has wanted a look for the longest wanted it; none wants one by `now`.
pub fn longest_due(db: &mut Db, now: Timestamp) -> QueryResult<Option<Timestamp>> {
    let first: Option<i64> = tickets::table
        .filter(LIVE)
        .filter(tickets::check_at.le(us(now)))
        .order(tickets::check_at.asc())
        .select(tickets::check_at)
        .first(db)
        .optional()?;
    instant_of(first)
}

/// Gives each row its rungs and promises.
fn whole(db: &mut Db, rows: Vec<TicketRow>) -> QueryResult<Vec<Ticket>> {
    let ids: Vec<i64> = rows.iter().map(|r| r.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let steps: Vec<RungRow> = rungs::table
        .filter(one_of(rungs::ticket_id, ids.iter().copied()))
        .select(RungRow::as_select())
        .order((rungs::ticket_id.asc(), rungs::number.asc()))
        .load(db)?;
    let made: Vec<PromiseRow> = promises::table
        .filter(one_of(promises::ticket_id, ids))
        .select(PromiseRow::as_select())
        .order((promises::ticket_id.asc(), promises::number.asc()))
        .load(db)?;
    rows.into_iter()
        .map(|row| {
            let id = row.id;
            let steps: Vec<Step> =
                steps.iter().filter(|s| s.ticket_id == id).map(RungRow::read).collect::<QueryResult<_>>()?;
            let made: Vec<Promise> = made
                .iter()
                .filter(|p| p.ticket_id == id)
                .map(PromiseRow::read)
                .collect::<QueryResult<_>>()?;
            row.read(steps, Timetable::from_rows(made))
        })
        .collect()
}

/// Records a change; false when the ticket is no longer the one it was decided on.
/// The returned ticket's version is the change's own, already counted up.
pub fn record(db: &mut Db, change: &Change) -> QueryResult<bool> {
    let ticket = &change.ticket;
    let row = TicketRow::of(ticket)?;
    match &change.before {
        None => {
            diesel::insert_into(tickets::table).values(&row).execute(db)?;
        }
        Some(before) => {
            let updated =
                diesel::update(tickets::table.find(before.id.0).filter(tickets::version.eq(before.version)))
                    .set(&row)
                    .execute(db)?;
            if updated != 1 {
                return Ok(false);
            }
        }
    }
    record_rungs(db, change.before.as_ref(), ticket)?;
    record_promises(db, change.before.as_ref(), ticket)?;
    events::insert(db, ticket.id, &change.events)?;
    let known = change.before.as_ref().map_or(0, |t| t.last_message);
    events::record_messages(db, ticket.id, known, &change.messages)?;
    texts::record(db, change)?;
    attachments::insert(db, ticket.id, &change.attachments)?;
    Ok(true)
}

fn record_rungs(db: &mut Db, before: Option<&Ticket>, ticket: &Ticket) -> QueryResult<()> {
    let old = before.map_or(&[][..], |t| &t.rungs);
    let is_old = |step: &Step| old.iter().find(|s| s.number == step.number);
    let new: Vec<RungRow> =
        ticket.rungs.iter().filter(|s| is_old(s).is_none()).map(|s| RungRow::of(ticket.id, s)).collect();
    insert_rows!(db, rungs::table, &new)?;
    for step in ticket.rungs.iter().filter(|s| is_old(s).is_some_and(|o| o != *s)) {
        let row = RungRow::of(ticket.id, step);
        diesel::update(rungs::table.find((row.ticket_id, row.number))).set(&row).execute(db)?;
    }
    for gone in old.iter().filter(|o| !ticket.rungs.iter().any(|s| s.number == o.number)) {
        diesel::delete(rungs::table.find((ticket.id.0, i32::from(gone.number)))).execute(db)?;
    }
    Ok(())
}

fn record_promises(db: &mut Db, before: Option<&Ticket>, ticket: &Ticket) -> QueryResult<()> {
    let old = before.map(|t| &t.timetable);
    let is_old = |p: &Promise| old.and_then(|t| t.get(p.number));
    let all = ticket.timetable.all();
    let new: Vec<PromiseRow> =
        all.iter().filter(|p| is_old(p).is_none()).map(|p| PromiseRow::of(ticket.id, p)).collect();
    insert_rows!(db, promises::table, &new)?;
    for promise in all.iter().filter(|p| is_old(p).is_some_and(|o| o != *p)) {
        let row = PromiseRow::of(ticket.id, promise);
        diesel::update(promises::table.find((row.ticket_id, row.number))).set(&row).execute(db)?;
    }
    Ok(())
}

/// The queue's key of a ticket without a running clock.
pub(super) const NO_CLOCK: i64 = NEVER;
