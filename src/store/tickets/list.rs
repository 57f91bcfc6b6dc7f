//! Lists of tickets: what an actor reaches, narrowed by filters, by the next clock to break.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::access::Scope;
use crate::domain::ids::{PartnerId, PersonId};
use crate::domain::priority::Priority;
use crate::domain::search::Sought;
use crate::domain::ticket::{State, Ticket, WaitOn};

use super::marks::{Marks, marked};
use super::row::TicketRow;
use super::scope::{Condition, within};
use super::searching::searched;
use super::whole;
use crate::store::Db;
use crate::store::conditions::{Fixed, one_of};
use crate::store::db::MultiBackend;
use crate::store::rows::us;
use crate::store::schema::tickets;

/// What a list is narrowed by; empty means everything in scope.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub states: Vec<State>,
    pub priorities: Vec<Priority>,
    /// `group` or `group.leaf`.
    pub category: Option<String>,
    pub partner: Option<PartnerId>,
    pub owner: Option<PersonId>,
    /// Codes.
    pub teams: Vec<String>,
    pub rung: Option<u8>,
    pub waiting_on: Option<WaitOn>,
    /// Who is to acknowledge the present rung.
    pub asked: Option<PersonId>,
    pub due_before: Option<Timestamp>,
    pub updated_since: Option<Timestamp>,
    /// Words looked for in reference, subject, description and messages.
    pub sought: Option<Sought>,
    /// What happened to them, or is amiss.
    pub marks: Marks,
}

/// Where a page ended: the sort key and the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub next_clock_at: i64,
    pub id: i64,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub tickets: Vec<Ticket>,
    /// Where the next page starts; None on the last.
    pub next: Option<Cursor>,
}

/// As the partial indexes have it.
const RISEN: Fixed = Fixed("tickets.rung > 1");
const CLAIMED: Fixed = Fixed("tickets.state = 'resolved'");

/// A page of tickets, the next clock to break first.
pub fn list(
    db: &mut Db,
    scope: &Scope,
    filter: &Filter,
    after: Option<Cursor>,
    limit: i64,
) -> QueryResult<Listed> {
    let mut query = tickets::table.select(TicketRow::as_select()).into_boxed::<MultiBackend>();
    if let Some(sought) = &filter.sought {
        let places = searched(db, scope, filter, sought, after, limit + 1)?;
        query = query.filter(one_of(tickets::id, places.iter().map(|place| place.id)));
    } else {
        for condition in conditions(scope, filter, after) {
            query = query.filter(condition);
        }
    }
    let mut rows = query
        .order((tickets::next_clock_at.asc(), tickets::id.asc()))
        .limit(limit + 1)
        .load::<TicketRow>(db)?;
    let more = i64::try_from(rows.len()).is_ok_and(|n| n > limit);
    if more {
        rows.pop();
    }
    let next = rows.last().filter(|_| more).map(TicketRow::cursor);
    Ok(Listed { tickets: whole(db, rows)?, next })
}

/// How many tickets the list has, on all its pages.
pub fn count_all(db: &mut Db, scope: &Scope, filter: &Filter) -> QueryResult<i64> {
    if filter.sought.is_some() {
        let found = count(db, scope, filter, i64::MAX)?;
        return Ok(i64::try_from(found).unwrap_or(i64::MAX));
    }
    let mut query = tickets::table.select(diesel::dsl::count_star()).into_boxed::<MultiBackend>();
    for condition in conditions(scope, filter, None) {
        query = query.filter(condition);
    }
    query.first(db)
}

/// How many there are, counted up to `most`.
pub fn count(db: &mut Db, scope: &Scope, filter: &Filter, most: i64) -> QueryResult<usize> {
    Ok(match &filter.sought {
        Some(sought) => searched(db, scope, filter, sought, None, most)?.len(),
        None => keys(db, scope, filter, None, None, most)?.len(),
    })
}

/// The first places after `after` in the order of the queue; whatever is said in them, of
/// these ids where they are given.
pub(super) fn keys(
    db: &mut Db,
    scope: &Scope,
    filter: &Filter,
    ids: Option<&[i64]>,
    after: Option<Cursor>,
    most: i64,
) -> QueryResult<Vec<Cursor>> {
    let mut query = tickets::table.select((tickets::next_clock_at, tickets::id)).into_boxed::<MultiBackend>();
    for condition in conditions(scope, filter, after) {
        query = query.filter(condition);
    }
    if let Some(ids) = ids {
        query = query.filter(one_of(tickets::id, ids.iter().copied()));
    }
    let rows: Vec<(i64, i64)> =
        query.order((tickets::next_clock_at.asc(), tickets::id.asc())).limit(most).load(db)?;
    Ok(rows.into_iter().map(|(next_clock_at, id)| Cursor { next_clock_at, id }).collect())
}

fn conditions(scope: &Scope, filter: &Filter, after: Option<Cursor>) -> Vec<Condition> {
    let mut all = within(scope);
    all.extend(narrowed(filter));
    if let Some(cursor) = after {
        all.push(Box::new(
            tickets::next_clock_at
                .gt(cursor.next_clock_at)
                .or(tickets::next_clock_at.eq(cursor.next_clock_at).and(tickets::id.gt(cursor.id))),
        ));
    }
    all
}

impl TicketRow {
    const fn cursor(&self) -> Cursor {
        Cursor { next_clock_at: self.next_clock_at, id: self.id }
    }
}

diesel::define_sql_function! { fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text; }

pub(in crate::store) fn narrowed(f: &Filter) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = marked(&f.marks);
    if f.states == [State::Resolved] {
        conditions.push(Box::new(CLAIMED));
    } else if !f.states.is_empty() {
        let states: Vec<&'static str> = f.states.iter().map(|s| s.as_str()).collect();
        conditions.push(Box::new(tickets::state.eq_any(states)));
    }
    if !f.priorities.is_empty() {
        let priorities: Vec<&'static str> = f.priorities.iter().map(|p| p.as_str()).collect();
        conditions.push(Box::new(tickets::priority.eq_any(priorities)));
    }
    match &f.category {
        Some(leaf) if leaf.contains('.') => conditions.push(Box::new(tickets::category.eq(leaf.clone()))),
        Some(group) => conditions.push(Box::new(tickets::category_group.eq(group.clone()))),
        None => {}
    }
    if let Some(partner) = f.partner {
        conditions.push(Box::new(tickets::partner_id.eq(partner.0)));
    }
    if let Some(owner) = f.owner {
        conditions.push(Box::new(tickets::owner_id.eq(owner.0)));
    }
    if !f.teams.is_empty() {
        conditions.push(Box::new(tickets::team.eq_any(f.teams.clone())));
    }
    if let Some(person) = f.asked {
        conditions.push(Box::new(tickets::asked_id.eq(person.0).assume_not_null()));
    }
    if let Some(rung) = f.rung {
        if rung > 1 {
            conditions.push(Box::new(RISEN));
        }
        conditions.push(Box::new(tickets::rung.eq(i32::from(rung))));
    }
    if let Some(on) = f.waiting_on {
        conditions.push(Box::new(tickets::waiting_on.eq(on.as_str()).assume_not_null()));
    }
    if let Some(at) = f.due_before {
        conditions.push(Box::new(tickets::next_clock_at.lt(us(at))));
    }
    if let Some(at) = f.updated_since {
        conditions.push(Box::new(tickets::updated_at.ge(us(at))));
    }
    conditions
}
