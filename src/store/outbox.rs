//! Letters that are to leave, in the transaction that caused them.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::PersonId;
use crate::domain::letter::Letter;

use super::Db;
use super::rows::{instant, us};
use super::schema::outbox;

/// What is seen of a letter without opening it.
#[derive(Clone, Debug)]
pub struct Envelope {
    pub id: i64,
    pub kind: String,
    pub recipient: String,
    pub subject: String,
    pub state: String,
    pub created_at: Timestamp,
}

/// Queues a letter. The de-duplication key is unique: the same letter is never queued twice.
pub fn insert(db: &mut Db, letter: &Letter, to: PersonId, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(outbox::table)
        .values((
            outbox::dedup_key.eq(&letter.dedup_key),
            outbox::message_id.eq(&letter.message_id),
            outbox::kind.eq(letter.kind),
            outbox::person_id.eq(to.0),
            outbox::recipient.eq(&letter.recipient),
            outbox::subject.eq(&letter.subject),
            outbox::body.eq(&letter.text),
            outbox::state.eq("queued"),
            outbox::created_at.eq(us(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// Envelopes, the newest first, before `before`.
pub fn page(db: &mut Db, before: Option<i64>, limit: i64) -> QueryResult<Vec<Envelope>> {
    type Row = (i64, String, String, String, String, i64);
    let mut query = outbox::table
        .select((
            outbox::id,
            outbox::kind,
            outbox::recipient,
            outbox::subject,
            outbox::state,
            outbox::created_at,
        ))
        .into_boxed::<super::db::MultiBackend>();
    if let Some(before) = before {
        query = query.filter(outbox::id.lt(before));
    }
    let rows: Vec<Row> = query.order(outbox::id.desc()).limit(limit).load(db)?;
    rows.into_iter()
        .map(|(id, kind, recipient, subject, state, created_at)| {
            Ok(Envelope { id, kind, recipient, subject, state, created_at: instant(created_at)? })
        })
        .collect()
}
