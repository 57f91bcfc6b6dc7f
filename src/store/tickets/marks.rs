//! What happened to tickets, or is amiss with them, as conditions of a list: the numbers of
//! overviews are links to such lists.

use diesel::dsl::exists;
use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::PersonId;
use crate::store::conditions::Fixed;
use crate::store::rows::us;
use crate::store::schema::{events, promises, rungs, tickets};

use super::scope::Condition;

/// What a list is narrowed by besides what its tickets are.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Stands on the present rung.
    pub holder: Option<PersonId>,
    /// Merged ones are left out: they are told of elsewhere.
    pub opened_since: Option<Timestamp>,
    /// A promise broke.
    pub broken_since: Option<Timestamp>,
    /// A promise of an update or a first reply broke.
    pub update_missed_since: Option<Timestamp>,
    /// The partner said that it was not fixed.
    pub refused_since: Option<Timestamp>,
    /// An executive heard of it from the partner first.
    pub surprise_since: Option<Timestamp>,
    /// A rung's holder had not been warned.
    pub exception_since: Option<Timestamp>,
    /// Open, its date has passed, and there is no other.
    pub late: bool,
    /// Open, and the partner waits for an update for longer than was promised.
    pub quiet: bool,
}

impl Marks {
    pub const fn is_none(&self) -> bool {
        self.holder.is_none()
            && self.opened_since.is_none()
            && self.broken_since.is_none()
            && self.update_missed_since.is_none()
            && self.refused_since.is_none()
            && self.surprise_since.is_none()
            && self.exception_since.is_none()
            && !self.late
            && !self.quiet
    }
}

/// Decided by keeping it or not, as the index on them has it.
pub(in crate::store) const DECIDED: Fixed = Fixed("promises.outcome <> 'withdrawn'");
/// The same of what broke.
pub(in crate::store) const BROKEN: Fixed = Fixed("promises.outcome = 'broken'");
pub(in crate::store) const OF_UPDATES: Fixed = Fixed("promises.kind IN ('first_reply', 'next_update')");
const OPEN: Fixed = Fixed("tickets.state = 'open'");

/// The date that stands for its solution is broken.
const LATE: Fixed = Fixed(
    "EXISTS (SELECT 1 FROM promises p WHERE p.ticket_id = tickets.id AND p.kind = 'resolution' AND p.outcome = 'broken' \
     AND NOT EXISTS (SELECT 1 FROM promises q WHERE q.ticket_id = p.ticket_id AND q.kind = 'resolution' AND q.number > p.number))",
);
/// An update was promised and did not come, and none has come since.
const QUIET: Fixed = Fixed(
    "EXISTS (SELECT 1 FROM promises p WHERE p.ticket_id = tickets.id AND p.kind IN ('first_reply', 'next_update') \
     AND p.outcome = 'broken' AND NOT EXISTS (SELECT 1 FROM promises q WHERE q.ticket_id = p.ticket_id \
     AND q.kind IN ('first_reply', 'next_update') AND q.outcome = 'kept' AND q.number > p.number))",
);

pub(super) fn marked(m: &Marks) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    if let Some(holder) = m.holder {
        let stands = rungs::table
            .filter(rungs::ticket_id.eq(tickets::id))
            .filter(rungs::number.eq(tickets::rung))
            .filter(rungs::holder_id.eq(holder.0));
        conditions.push(Box::new(exists(stands)));
    }
    if let Some(since) = m.opened_since {
        conditions.push(Box::new(tickets::opened_at.ge(us(since))));
        conditions.push(Box::new(tickets::merged_into_id.is_null()));
    }
    if let Some(since) = m.broken_since {
        let broken = promises::table.filter(BROKEN).filter(promises::decided_at.ge(us(since)));
        conditions.push(Box::new(tickets::id.eq_any(broken.select(promises::ticket_id))));
    }
    if let Some(since) = m.update_missed_since {
        let broken = promises::table.filter(BROKEN).filter(promises::decided_at.ge(us(since)));
        conditions.push(Box::new(tickets::id.eq_any(broken.filter(OF_UPDATES).select(promises::ticket_id))));
    }
    let happened = [
        (m.refused_since, "events.kind = 'refused'"),
        (m.surprise_since, "events.kind = 'surprise'"),
        (m.exception_since, "events.kind = 'exception'"),
    ];
    for (since, kind) in happened {
        if let Some(since) = since {
            let these = events::table.filter(Fixed(kind)).filter(events::at.ge(us(since)));
            conditions.push(Box::new(tickets::id.eq_any(these.select(events::ticket_id))));
        }
    }
    if m.late {
        conditions.push(Box::new(OPEN));
        conditions.push(Box::new(LATE));
    }
    if m.quiet {
        conditions.push(Box::new(OPEN));
        conditions.push(Box::new(QUIET));
    }
    conditions
}
