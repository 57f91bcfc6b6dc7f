//! Lists of tickets: what an actor reaches, narrowed by filters, by the next clock to break.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::access::Scope;
use crate::domain::ids::{PartnerId, PersonId};
use crate::domain::priority::Priority;
use crate::domain::ticket::{State, Ticket, WaitOn};

use super::marks::{Marks, marked};
use super::row::TicketRow;
use super::scope::{Condition, within};
use super::whole;
use crate::store::Db;
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
    pub team: Option<String>,
    pub rung: Option<u8>,
    pub waiting_on: Option<WaitOn>,
    pub due_before: Option<Timestamp>,
    pub updated_since: Option<Timestamp>,
    /// Words looked for in reference, subject and description.
    pub q: Option<String>,
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

/// A page of tickets, the next clock to break first.
pub fn list(
    db: &mut Db,
    scope: &Scope,
    filter: &Filter,
    after: Option<Cursor>,
    limit: i64,
) -> QueryResult<Listed> {
    let mut query = tickets::table.select(TicketRow::as_select()).into_boxed::<MultiBackend>();
    for condition in within(scope).into_iter().chain(narrowed(filter)) {
        query = query.filter(condition);
    }
    if let Some(cursor) = after {
        query = query.filter(
            tickets::next_clock_at
                .gt(cursor.next_clock_at)
                .or(tickets::next_clock_at.eq(cursor.next_clock_at).and(tickets::id.gt(cursor.id))),
        );
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
pub fn count(db: &mut Db, scope: &Scope, filter: &Filter) -> QueryResult<i64> {
    let mut query = tickets::table.select(diesel::dsl::count_star()).into_boxed::<MultiBackend>();
    for condition in within(scope).into_iter().chain(narrowed(filter)) {
        query = query.filter(condition);
    }
    query.first(db)
}

impl TicketRow {
    const fn cursor(&self) -> Cursor {
        Cursor { next_clock_at: self.next_clock_at, id: self.id }
    }
}

diesel::define_sql_function! { fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text; }

pub(in crate::store) fn narrowed(f: &Filter) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = marked(&f.marks);
    if !f.states.is_empty() {
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
    if let Some(team) = &f.team {
        conditions.push(Box::new(tickets::team.eq(team.clone())));
    }
    if let Some(rung) = f.rung {
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
    for word in f.q.iter().flat_map(|q| q.split_whitespace()) {
        let pattern = format!("%{}%", escaped(&word.to_lowercase()));
        // As it was written, too: a database may know capitals of ASCII only.
        let written = format!("%{}%", escaped(word));
        conditions.push(Box::new(
            lower(tickets::reference)
                .like(pattern.clone())
                .escape('\\')
                .or(lower(tickets::subject).like(pattern.clone()).escape('\\'))
                .or(lower(tickets::description).like(pattern).escape('\\'))
                .or(tickets::subject.like(written.clone()).escape('\\'))
                .or(tickets::description.like(written).escape('\\')),
        ));
    }
    conditions
}

/// A text to be found as it is, inside a LIKE pattern.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
