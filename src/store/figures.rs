//! Figures of overviews: how many, per week, per partner. Everything is counted within a
//! [`Scope`], so that a figure tells nobody of what they may not see. Weeks are those of UTC, from
//! Monday on.

use diesel::dsl::{count_star, max, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::Timestamp;

use crate::domain::access::Scope;
use crate::domain::event::Event;
use crate::domain::ids::{PartnerId, PersonId, TicketId};
use crate::domain::priority::Priority;
use crate::domain::promise::{Kind, Outcome};
use crate::domain::ticket::Ticket;

use super::Db;
use super::conditions::{Fixed, one_of};
use super::db::MultiBackend;
use super::events::EventRow;
use super::rows::{instant, small, us, word};
use super::schema::{events, promises, rungs, tickets};
use super::tickets::{
    self as whole, BROKEN, DECIDED, Filter, Marks, OF_UPDATES, events_within, narrowed, promises_within,
    within, within_events, within_promises,
};

/// A week, as a number: those since the first Monday of 1970.
pub type Week = i64;

const WEEK_OF_DECISION: &str = "((promises.decided_at - 345600000000) / 604800000000)";
const WEEK_OF_EVENT: &str = "(events.at - 345600000000) / 604800000000";
const OPEN: Fixed = Fixed("tickets.state = 'open'");

/// What happens to a ticket, of which overviews tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Surprise,
    Exception,
    Refusal,
    Call,
    ReviewAsked,
}

impl Mark {
    /// As the index on it has it.
    const fn condition(self) -> Fixed {
        Fixed(match self {
            Self::Surprise => "events.kind = 'surprise'",
            Self::Exception => "events.kind = 'exception'",
            Self::Refusal => "events.kind = 'refused'",
            Self::Call => "events.kind = 'called'",
            Self::ReviewAsked => "events.kind = 'review_asked'",
        })
    }
}

/// Open tickets on a rung with a priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub rung: u8,
    pub priority: Priority,
    pub tickets: i64,
}

/// How many open tickets stand on each rung, by priority.
pub fn standing(db: &mut Db, scope: &Scope) -> QueryResult<Vec<Standing>> {
    let mut query = tickets::table
        .group_by((tickets::rung, tickets::priority))
        .select((tickets::rung, tickets::priority, count_star()))
        .filter(OPEN)
        .into_boxed::<MultiBackend>();
    for condition in within(scope) {
        query = query.filter(condition);
    }
    let rows: Vec<(i32, String, i64)> = query.load(db)?;
    let read = |(rung, priority, tickets): (i32, String, i64)| {
        Ok(Standing { rung: small(rung)?, priority: word(&priority)?, tickets })
    };
    rows.into_iter().map(read).collect()
}

/// Promises of a kind that were kept or broken in a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    pub week: Week,
    pub kind: Kind,
    pub outcome: Outcome,
    pub promises: i64,
}

/// Promises decided since that week, week by week; for executives.
pub fn decided(db: &mut Db, scope: &Scope, since: Week) -> QueryResult<Vec<Decided>> {
    let grouped = format!("{WEEK_OF_DECISION}, promises.kind, promises.outcome");
    let word_of = |column| sql::<Text>(column);
    let week = || sql::<BigInt>(WEEK_OF_DECISION);
    let mut query = promises::table
        .group_by(sql::<Text>(&grouped))
        .select((week(), word_of("promises.kind"), word_of("promises.outcome"), count_star()))
        .filter(DECIDED)
        .filter(week().ge(since))
        .into_boxed::<MultiBackend>();
    for condition in promises_within(scope) {
        query = query.filter(condition);
    }
    let rows: Vec<(i64, String, String, i64)> = query.load(db)?;
    let read = |(week, kind, outcome, promises): (i64, String, String, i64)| {
        Ok(Decided { week, kind: word(&kind)?, outcome: word(&outcome)?, promises })
    };
    rows.into_iter().map(read).collect()
}

/// How many tickets have a promise, or one of an update, that broke since then; for executives.
/// As long as the list of [`Marks`](super::tickets::Marks) that asks the same.
pub fn with_broken(db: &mut Db, scope: &Scope, since: Timestamp, updates: bool) -> QueryResult<i64> {
    let mut query = promises::table
        .select(sql::<BigInt>("count(DISTINCT promises.ticket_id)"))
        .filter(BROKEN)
        .filter(promises::decided_at.ge(us(since)).assume_not_null())
        .into_boxed::<MultiBackend>();
    if updates {
        query = query.filter(OF_UPDATES);
    }
    for condition in promises_within(scope) {
        query = query.filter(condition);
    }
    query.first(db)
}

/// The same of something that happened.
pub fn with_mark(db: &mut Db, scope: &Scope, mark: Mark, since: Timestamp) -> QueryResult<i64> {
    let mut query = events::table
        .select(sql::<BigInt>("count(DISTINCT events.ticket_id)"))
        .filter(mark.condition())
        .filter(events::at.ge(us(since)))
        .into_boxed::<MultiBackend>();
    for condition in events_within(scope) {
        query = query.filter(condition);
    }
    query.first(db)
}

/// How often something happened since then, week by week; for executives.
pub fn happened(db: &mut Db, scope: &Scope, mark: Mark, since: Timestamp) -> QueryResult<Vec<(Week, i64)>> {
    let week = || sql::<BigInt>(WEEK_OF_EVENT);
    let mut query = events::table
        .group_by(week())
        .select((week(), count_star()))
        .filter(mark.condition())
        .filter(events::at.ge(us(since)))
        .into_boxed::<MultiBackend>();
    for condition in events_within(scope) {
        query = query.filter(condition);
    }
    query.load(db)
}

/// The last of those events since then, the newest first; of one partner or of all.
pub fn last(
    db: &mut Db,
    scope: &Scope,
    mark: Mark,
    partner: Option<PartnerId>,
    since: Timestamp,
    limit: i64,
) -> QueryResult<Vec<(TicketId, Event)>> {
    let mut query = events::table
        .inner_join(tickets::table)
        .select(EventRow::as_select())
        .filter(mark.condition())
        .filter(events::at.ge(us(since)))
        .into_boxed::<MultiBackend>();
    for condition in within_events(scope) {
        query = query.filter(condition);
    }
    if let Some(partner) = partner {
        query = query.filter(tickets::partner_id.eq(partner.0));
    }
    let order = (events::at.desc(), events::ticket_id.desc(), events::number.desc());
    let rows = query.order(order).limit(limit).load(db)?;
    rows.into_iter().map(|row: EventRow| Ok((TicketId(row.ticket_id), row.read()?))).collect()
}

/// Open tickets above the first rung on whose present rung `holder` stands, the longest open first.
pub fn held(db: &mut Db, scope: &Scope, holder: PersonId, limit: i64) -> QueryResult<Vec<Ticket>> {
    let stands = rungs::table
        .filter(rungs::ticket_id.eq(tickets::id))
        .filter(rungs::number.eq(tickets::rung))
        .filter(rungs::holder_id.eq(holder.0));
    let mut query = tickets::table
        .select(tickets::id)
        .filter(OPEN)
        .filter(tickets::rung.gt(1))
        .filter(diesel::dsl::exists(stands))
        .into_boxed::<MultiBackend>();
    for condition in within(scope) {
        query = query.filter(condition);
    }
    let ids = query.order((tickets::opened_at.asc(), tickets::id.asc())).limit(limit).load(db)?;
    whole::by_ids(db, scope, ids)
}

/// Open tickets that go up to a rung on which `holder` stands, by `until`; the next first.
pub fn coming(
    db: &mut Db,
    scope: &Scope,
    holder: PersonId,
    until: Timestamp,
    limit: i64,
) -> QueryResult<Vec<Ticket>> {
    let unreached = Fixed("rungs.reached_at IS NULL");
    let rows: Vec<(i64, Option<i64>)> = rungs::table
        .inner_join(tickets::table)
        .filter(rungs::holder_id.eq(holder.0))
        .filter(unreached)
        .filter(rungs::due_at.lt(us(until)))
        .filter(OPEN)
        .filter(rungs::number.gt(tickets::rung))
        .order((rungs::due_at.asc(), rungs::ticket_id.asc()))
        .select((rungs::ticket_id, rungs::due_at))
        .limit(limit)
        .load(db)?;
    whole::by_ids(db, scope, rows.into_iter().map(|(id, _)| id).collect())
}

/// Tickets whose rung `number` `holder` reached as its holder since then; the newest first.
pub fn reached(
    db: &mut Db,
    scope: &Scope,
    holder: PersonId,
    number: u8,
    since: Timestamp,
    limit: i64,
) -> QueryResult<Vec<Ticket>> {
    let ids = rungs::table
        .filter(rungs::holder_id.eq(holder.0))
        .filter(rungs::number.eq(i32::from(number)))
        .filter(rungs::reached_at.ge(us(since)))
        .order((rungs::reached_at.desc(), rungs::ticket_id.desc()))
        .select(rungs::ticket_id)
        .limit(limit)
        .load(db)?;
    whole::by_ids(db, scope, ids)
}

/// The open ticket that is open for the longest.
pub fn oldest(db: &mut Db, scope: &Scope) -> QueryResult<Option<Ticket>> {
    let mut query = tickets::table.select(tickets::id).filter(OPEN).into_boxed::<MultiBackend>();
    for condition in within(scope) {
        query = query.filter(condition);
    }
    let first: Option<i64> =
        query.order((tickets::opened_at.asc(), tickets::id.asc())).first(db).optional()?;
    Ok(whole::by_ids(db, scope, first.into_iter().collect())?.pop())
}

/// How many open tickets with these marks each partner has.
pub fn per_partner(db: &mut Db, scope: &Scope, marks: Marks) -> QueryResult<Vec<(PartnerId, i64)>> {
    let filter = Filter { marks, ..Filter::default() };
    let mut query = tickets::table
        .group_by(tickets::partner_id)
        .select((tickets::partner_id, count_star()))
        .filter(OPEN)
        .into_boxed::<MultiBackend>();
    for condition in within(scope).into_iter().chain(narrowed(&filter)) {
        query = query.filter(condition);
    }
    let rows: Vec<(i64, i64)> = query.load(db)?;
    Ok(rows.into_iter().map(|(partner, tickets)| (PartnerId(partner), tickets)).collect())
}

/// When each of these partners last filed something.
pub fn last_filed(
    db: &mut Db,
    scope: &Scope,
    partners: &[PartnerId],
) -> QueryResult<Vec<(PartnerId, Timestamp)>> {
    let these = one_of(tickets::partner_id, partners.iter().map(|p| p.0));
    let mut query = tickets::table
        .filter(these)
        .group_by(tickets::partner_id)
        .select((tickets::partner_id, max(tickets::opened_at)))
        .into_boxed::<MultiBackend>();
    for condition in within(scope) {
        query = query.filter(condition);
    }
    let rows: Vec<(i64, Option<i64>)> = query.load(db)?;
    let read = |(partner, at): (i64, Option<i64>)| Some(instant(at?).map(|at| (PartnerId(partner), at)));
    rows.into_iter().filter_map(read).collect()
}

/// A category of which one partner filed several tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurring {
    pub partner: PartnerId,
    /// `group.leaf`
    pub category: String,
    pub tickets: i64,
}

/// Categories of which one of these partners filed at least `least` since then; merged ones are
/// not counted.
pub fn recurring(
    db: &mut Db,
    scope: &Scope,
    partners: &[PartnerId],
    since: Timestamp,
    least: i64,
) -> QueryResult<Vec<Recurring>> {
    let mut query = tickets::table
        .group_by((tickets::partner_id, tickets::category))
        .select((tickets::partner_id, tickets::category, count_star()))
        .filter(tickets::opened_at.ge(us(since)))
        .filter(tickets::merged_into_id.is_null())
        .filter(one_of(tickets::partner_id, partners.iter().map(|p| p.0)))
        .into_boxed::<MultiBackend>();
    for condition in within(scope) {
        query = query.filter(condition);
    }
    let rows: Vec<(i64, String, i64)> = query.load(db)?;
    let mut found: Vec<Recurring> = rows
        .into_iter()
        .filter(|(.., tickets)| *tickets >= least)
        .map(|(partner, category, tickets)| Recurring { partner: PartnerId(partner), category, tickets })
        .collect();
    found.sort_by(|a, b| b.tickets.cmp(&a.tickets).then_with(|| a.category.cmp(&b.category)));
    Ok(found)
}

/// The promise to a partner that broke last, and its ticket.
pub fn last_broken(
    db: &mut Db,
    scope: &Scope,
    partner: PartnerId,
) -> QueryResult<Option<(TicketId, Kind, Timestamp)>> {
    let mut query = promises::table
        .inner_join(tickets::table)
        .select((promises::ticket_id, promises::kind, promises::decided_at.assume_not_null()))
        .filter(BROKEN)
        .filter(tickets::partner_id.eq(partner.0))
        .into_boxed::<MultiBackend>();
    for condition in within_promises(scope) {
        query = query.filter(condition);
    }
    let row: Option<(i64, String, i64)> = query.order(promises::decided_at.desc()).first(db).optional()?;
    row.map(|(ticket, kind, at)| Ok((TicketId(ticket), word(&kind)?, instant(at)?))).transpose()
}

/// The same of [`decided`], of one partner, without weeks.
pub fn decided_for(
    db: &mut Db,
    scope: &Scope,
    partner: PartnerId,
    since: Timestamp,
) -> QueryResult<Vec<(Outcome, i64)>> {
    let mut query = promises::table
        .inner_join(tickets::table)
        .group_by(promises::outcome)
        .select((promises::outcome, count_star()))
        .filter(DECIDED)
        .filter(promises::decided_at.ge(us(since)).assume_not_null())
        .filter(tickets::partner_id.eq(partner.0))
        .into_boxed::<MultiBackend>();
    for condition in within_promises(scope) {
        query = query.filter(condition);
    }
    let rows: Vec<(Option<String>, i64)> = query.load(db)?;
    rows.into_iter().map(|(outcome, n)| Ok((word(&outcome.unwrap_or_default())?, n))).collect()
}
