//! Every ticket, a range of ids at a time, those too that nobody can read; and when each is
//! looked at next.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::TicketId;
use crate::domain::ticket::Ticket;
use crate::domain::timetable::Timetable;
use crate::store::Db;
use crate::store::rows::us;
use crate::store::schema::{promises, rungs, tickets};

use super::NO_CLOCK;
use super::row::{PromiseRow, RungRow, TicketRow};

/// What stands in the table.
pub enum Found {
    /// With the columns that are kept for SQL and say something else than the ticket.
    Read(Box<Ticket>, Vec<&'static str>),
    Unreadable {
        id: TicketId,
        reference: String,
        why: String,
    },
}

/// The highest id given.
pub fn last_id(db: &mut Db) -> QueryResult<Option<i64>> {
    tickets::table.select(diesel::dsl::max(tickets::id)).first(db)
}

/// Those of these references that are a ticket's.
pub fn known(db: &mut Db, references: &[&str]) -> QueryResult<BTreeSet<String>> {
    let found: Vec<String> = tickets::table
        .filter(tickets::reference.eq_any(references.to_vec()))
        .select(tickets::reference)
        .load(db)?;
    Ok(found.into_iter().collect())
}

/// The tickets with ids from `first` to `last`, in order.
pub fn between(db: &mut Db, first: i64, last: i64) -> QueryResult<Vec<Found>> {
    let rows: Vec<TicketRow> = tickets::table
        .filter(tickets::id.between(first, last))
        .select(TicketRow::as_select())
        .order(tickets::id.asc())
        .load(db)?;
    let steps: Vec<RungRow> = rungs::table
        .filter(rungs::ticket_id.between(first, last))
        .select(RungRow::as_select())
        .order((rungs::ticket_id.asc(), rungs::number.asc()))
        .load(db)?;
    let made: Vec<PromiseRow> = promises::table
        .filter(promises::ticket_id.between(first, last))
        .select(PromiseRow::as_select())
        .order((promises::ticket_id.asc(), promises::number.asc()))
        .load(db)?;
    let mut steps = by_ticket(steps, |s| s.ticket_id);
    let mut made = by_ticket(made, |p| p.ticket_id);
    let found = rows.into_iter().map(|row| {
        let steps = steps.remove(&row.id).unwrap_or_default();
        let made = made.remove(&row.id).unwrap_or_default();
        read(row, &steps, &made)
    });
    Ok(found.collect())
}

/// Of the tickets opened at `since` or later, the newest `most`: the lowest and the highest id,
/// and how many were opened in all.
pub fn span_since(db: &mut Db, since: Timestamp, most: i64) -> QueryResult<Option<(i64, i64, i64)>> {
    let opened = || tickets::table.filter(tickets::opened_at.ge(us(since)));
    let all: i64 = opened().count().get_result(db)?;
    let last: Option<i64> = opened().select(diesel::dsl::max(tickets::id)).first(db)?;
    let (Some(last), true) = (last, most > 0) else { return Ok(None) };
    let first: Option<i64> = match all > most {
        true => opened()
            .select(tickets::id)
            .order(tickets::id.desc())
            .offset(most - 1)
            .limit(1)
            .first(db)
            .optional()?,
        false => opened().select(diesel::dsl::min(tickets::id)).first(db)?,
    };
    Ok(first.map(|first| (first, last, all)))
}

/// The tickets with ids from `first` to `last` that were opened at `since` or later, in order.
pub fn opened_between(
    db: &mut Db,
    first: i64,
    last: i64,
    since: Timestamp,
) -> QueryResult<Vec<(TicketId, String)>> {
    let rows: Vec<(i64, String)> = tickets::table
        .filter(tickets::id.between(first, last))
        .filter(tickets::opened_at.ge(us(since)))
        .select((tickets::id, tickets::reference))
        .order(tickets::id.asc())
        .load(db)?;
    Ok(rows.into_iter().map(|(id, reference)| (TicketId(id), reference)).collect())
}

fn by_ticket<T>(rows: Vec<T>, ticket: impl Fn(&T) -> i64) -> BTreeMap<i64, Vec<T>> {
    let mut sorted: BTreeMap<i64, Vec<T>> = BTreeMap::new();
    for row in rows {
        sorted.entry(ticket(&row)).or_default().push(row);
    }
    sorted
}

fn read(row: TicketRow, steps: &[RungRow], made: &[PromiseRow]) -> Found {
    let (id, reference, kept) = (TicketId(row.id), row.reference.clone(), row.kept_for_sql());
    let whole = || {
        let steps = steps.iter().map(RungRow::read).collect::<QueryResult<_>>()?;
        let made = made.iter().map(PromiseRow::read).collect::<QueryResult<_>>()?;
        let ticket = row.read(steps, Timetable::from_rows(made))?;
        let should = TicketRow::of(&ticket)?.kept_for_sql();
        let differ = kept.iter().zip(&should).filter(|(is, should)| is != should);
        let differ = differ.map(|((name, _), _)| *name).collect();
        Ok::<_, diesel::result::Error>(Found::Read(Box::new(ticket), differ))
    };
    whole().unwrap_or_else(|why| Found::Unreadable { id, reference, why: why.to_string() })
}

/// The ticket wants its next look then. That is no change of it: its version stays.
pub fn looks_at(db: &mut Db, ticket: &Ticket, at: Option<Timestamp>) -> QueryResult<()> {
    diesel::update(tickets::table.find(ticket.id.0).filter(tickets::version.eq(ticket.version)))
        .set(tickets::check_at.eq(at.map_or(NO_CLOCK, us)))
        .execute(db)?;
    Ok(())
}
