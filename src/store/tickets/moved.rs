//! For pages that stay open: what was changed just now.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::access::Scope;
use crate::domain::ids::TicketId;
use crate::store::Db;
use crate::store::conditions::one_of;
use crate::store::db::MultiBackend;
use crate::store::rows::us;
use crate::store::schema::tickets;

use super::within;

/// Changed tickets that are told at once, at most: the last ones.
const MOST_MOVED: i64 = 1_000;

/// Tickets that were changed at `since` or later, with their versions.
pub fn moved_since(db: &mut Db, since: Timestamp) -> QueryResult<Vec<(TicketId, i64)>> {
    let rows: Vec<(i64, i64)> = tickets::table
        .filter(tickets::updated_at.ge(us(since)))
        .order(tickets::updated_at.desc())
        .limit(MOST_MOVED)
        .select((tickets::id, tickets::version))
        .load(db)?;
    Ok(rows.into_iter().map(|(id, version)| (TicketId(id), version)).collect())
}

/// Of these tickets those in scope: their references.
pub fn in_scope(db: &mut Db, scope: &Scope, ids: &[TicketId]) -> QueryResult<Vec<String>> {
    let mut query = tickets::table.select(tickets::reference).into_boxed::<MultiBackend>();
    for condition in within(scope) {
        query = query.filter(condition);
    }
    query.filter(one_of(tickets::id, ids.iter().map(|id| id.0))).order(tickets::id.asc()).load(db)
}
