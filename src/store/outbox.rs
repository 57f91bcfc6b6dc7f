//! Letters that are to leave, in the transaction that caused them.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{PersonId, TicketId};
use crate::domain::letter::{Letter, Side, State};

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
pub fn insert(db: &mut Db, letter: &Letter, now: Timestamp) -> QueryResult<()> {
    let about = letter.about;
    diesel::insert_into(outbox::table)
        .values((
            outbox::dedup_key.eq(&letter.dedup_key),
            outbox::message_id.eq(&letter.message_id),
            outbox::kind.eq(letter.kind.as_str()),
            outbox::person_id.eq(letter.to.0),
            outbox::recipient.eq(&letter.recipient),
            outbox::recipient_name.eq(&letter.recipient_name),
            outbox::sender.eq(&letter.sender),
            outbox::subject.eq(&letter.subject),
            outbox::body.eq(&letter.text),
            outbox::html.eq(&letter.html),
            outbox::in_reply_to.eq(&letter.in_reply_to),
            outbox::thread.eq(letter.references.join(" ")),
            outbox::automatic.eq(letter.automatic),
            outbox::ticket_id.eq(about.map(|a| a.ticket.0)),
            outbox::side.eq(about.map(|a| a.side.as_str())),
            outbox::message.eq(about.and_then(|a| a.message)),
            outbox::rung.eq(about.and_then(|a| a.rung).map(i32::from)),
            outbox::not_before.eq(us(letter.not_before)),
            outbox::state.eq(State::Queued.as_str()),
            outbox::created_at.eq(us(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// Message-IDs of the last letters of a ticket's thread to one reader, the oldest first.
/// Letters that stand alone are in no thread.
pub fn thread(
    db: &mut Db,
    ticket: TicketId,
    reader: PersonId,
    side: Side,
    last: i64,
) -> QueryResult<Vec<String>> {
    let mut ids: Vec<String> = outbox::table
        .filter(outbox::ticket_id.eq(ticket.0))
        .filter(outbox::person_id.eq(reader.0))
        .filter(outbox::side.eq(side.as_str()))
        .filter(outbox::thread.ne(""))
        .order(outbox::id.desc())
        .limit(last)
        .select(outbox::message_id)
        .load(db)?;
    ids.reverse();
    Ok(ids)
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
