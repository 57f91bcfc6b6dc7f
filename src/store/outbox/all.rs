//! Every letter, a range of ids at a time, unopened and uninterpreted.

use diesel::prelude::*;

use crate::domain::ids::PersonId;
use crate::domain::invariants::Held;
use crate::store::Db;
use crate::store::rows::word;
use crate::store::schema::{outbox, tickets};

/// What a letter's row says of it.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    pub id: i64,
    dedup_key: String,
    kind: String,
    state: String,
    person_id: i64,
    /// As the letter names it, whether there is one or not.
    pub ticket_id: Option<i64>,
    message: Option<i32>,
    claim: Option<String>,
    claimed_until: Option<i64>,
    settled_at: Option<i64>,
    /// None where there is no such ticket, as the next two.
    pub reference: Option<String>,
    last_message: Option<i32>,
    about_id: Option<i64>,
}

impl Row {
    pub fn read(&self) -> QueryResult<Held<'_>> {
        Ok(Held {
            kind: word(&self.kind)?,
            state: word(&self.state)?,
            dedup_key: &self.dedup_key,
            reader: PersonId(self.person_id),
            message: self.message,
            claimed: self.claim.is_some() && self.claimed_until.is_some(),
            half_claimed: self.claim.is_some() != self.claimed_until.is_some(),
            settled: self.settled_at.is_some(),
        })
    }

    pub fn last_message(&self) -> i32 {
        self.last_message.unwrap_or_default()
    }

    /// The ticket is about its reader.
    pub fn is_about_reader(&self) -> bool {
        self.about_id == Some(self.person_id)
    }
}

/// The highest id given.
pub fn last_id(db: &mut Db) -> QueryResult<Option<i64>> {
    outbox::table.select(diesel::dsl::max(outbox::id)).first(db)
}

/// The letters with ids from `first` to `last`, in order.
pub fn between(db: &mut Db, first: i64, last: i64) -> QueryResult<Vec<Row>> {
    outbox::table
        .left_join(tickets::table)
        .filter(outbox::id.between(first, last))
        .select((
            outbox::id,
            outbox::dedup_key,
            outbox::kind,
            outbox::state,
            outbox::person_id,
            outbox::ticket_id,
            outbox::message,
            outbox::claim,
            outbox::claimed_until,
            outbox::settled_at,
            tickets::reference.nullable(),
            tickets::last_message.nullable(),
            tickets::about_id.nullable(),
        ))
        .order(outbox::id.asc())
        .load(db)
}
