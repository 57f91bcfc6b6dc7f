//! Files: their bytes, content-addressed and in chunks, and what of a ticket refers to
//! them. Bytes come before what refers to them, in transactions of their own; until then,
//! and when nothing ever does, they are loose.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::Timestamp;

use crate::domain::attachment::{Attachment, File};
use crate::domain::ids::TicketId;

use super::conditions::Fixed;
use super::rows::{by_columns, by_of, instant, us};
use super::schema::{attachments, blob_chunks, blobs, messages};
use super::{Db, each};

/// As the index on them has it.
const LOOSE: Fixed = Fixed("loose_since IS NOT NULL");

/// What there is of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    Whole,
    /// Nothing, or not all of them yet.
    Partly,
}

/// Makes room for bytes, or finds them. If nothing refers to them, they stay for another day.
pub fn begin(db: &mut Db, hash: &str, size: i64, now: Timestamp) -> QueryResult<Held> {
    let row = (
        blobs::hash.eq(hash),
        blobs::size.eq(size),
        blobs::whole.eq(false),
        blobs::loose_since.eq(Some(us(now))),
    );
    each!(db, |c| diesel::insert_into(blobs::table).values(row).on_conflict_do_nothing().execute(c))?;
    diesel::update(blobs::table.find(hash).filter(LOOSE))
        .set(blobs::loose_since.eq(Some(us(now))))
        .execute(db)?;
    let whole: bool = blobs::table.find(hash).select(blobs::whole).first(db)?;
    Ok(if whole { Held::Whole } else { Held::Partly })
}

/// Adds one chunk. Somebody else may be adding the same: it says the same.
pub fn add_chunk(db: &mut Db, hash: &str, number: i32, bytes: &[u8]) -> QueryResult<()> {
    let row = (blob_chunks::hash.eq(hash), blob_chunks::number.eq(number), blob_chunks::bytes.eq(bytes));
    each!(db, |c| diesel::insert_into(blob_chunks::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Every chunk is there.
pub fn complete(db: &mut Db, hash: &str) -> QueryResult<()> {
    diesel::update(blobs::table.find(hash)).set(blobs::whole.eq(true)).execute(db)?;
    Ok(())
}

/// From here on something refers to them; false where they are not there (any more).
pub fn claim(db: &mut Db, hash: &str) -> QueryResult<bool> {
    let none: Option<i64> = None;
    let claimed = diesel::update(blobs::table.find(hash).filter(blobs::whole.eq(true)))
        .set(blobs::loose_since.eq(none))
        .execute(db)?;
    Ok(claimed == 1)
}

/// Bytes to which nothing has referred since `before`.
pub fn any_loose(db: &mut Db, before: Timestamp) -> QueryResult<bool> {
    let found: Option<String> = blobs::table
        .filter(LOOSE)
        .filter(blobs::loose_since.lt(us(before)))
        .select(blobs::hash)
        .first(db)
        .optional()?;
    Ok(found.is_some())
}

/// Removes some of them, and says how many.
pub fn remove_loose(db: &mut Db, before: Timestamp, most: i64) -> QueryResult<usize> {
    let some: Vec<String> = blobs::table
        .filter(LOOSE)
        .filter(blobs::loose_since.lt(us(before)))
        .order(blobs::loose_since.asc())
        .limit(most)
        .select(blobs::hash)
        .load(db)?;
    let mut removed = 0;
    for hash in some {
        // Asked again: somebody may have claimed it while this waited for the row.
        let still = blobs::table.find(hash).filter(LOOSE).filter(blobs::loose_since.lt(us(before)));
        removed += diesel::delete(still).execute(db)?;
    }
    Ok(removed)
}

/// One chunk of whole bytes; None behind the last.
pub fn chunk(db: &mut Db, hash: &str, number: i32) -> QueryResult<Option<Vec<u8>>> {
    blob_chunks::table.find((hash, number)).select(blob_chunks::bytes).first(db).optional()
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments)]
struct Row {
    ticket_id: i64,
    number: i32,
    message: Option<i32>,
    name: String,
    media_type: String,
    size: i64,
    blob: String,
    by_kind: String,
    by_id: Option<i64>,
    created_at: i64,
}

impl Row {
    fn of(ticket: TicketId, attachment: &Attachment) -> Self {
        let (by_kind, by_id) = by_columns(attachment.by);
        let File { name, media_type, size, blob } = attachment.file.clone();
        Self {
            ticket_id: ticket.0,
            number: attachment.number,
            message: attachment.message,
            name,
            media_type,
            size,
            blob,
            by_kind: by_kind.to_owned(),
            by_id,
            created_at: us(attachment.at),
        }
    }

    fn read(self) -> QueryResult<Attachment> {
        Ok(Attachment {
            number: self.number,
            message: self.message,
            file: File { name: self.name, media_type: self.media_type, size: self.size, blob: self.blob },
            by: by_of(&self.by_kind, self.by_id)?,
            at: instant(self.created_at)?,
        })
    }
}

/// Adds what a change brings.
pub(super) fn insert(db: &mut Db, ticket: TicketId, new: &[Attachment]) -> QueryResult<()> {
    for attachment in new {
        diesel::insert_into(attachments::table).values(Row::of(ticket, attachment)).execute(db)?;
    }
    Ok(())
}

/// The highest number of a ticket's files; 0 where there is none.
pub fn last_number(db: &mut Db, ticket: TicketId) -> QueryResult<i32> {
    let of_ticket = attachments::table.filter(attachments::ticket_id.eq(ticket.0));
    let last: Option<i32> = of_ticket.select(diesel::dsl::max(attachments::number)).first(db)?;
    Ok(last.unwrap_or(0))
}

/// A ticket's files in order; all of them, or only those that came with what the partner sees.
pub fn of_ticket(db: &mut Db, ticket: TicketId, internal: bool) -> QueryResult<Vec<Attachment>> {
    let with = attachments::ticket_id
        .eq(messages::ticket_id)
        .and(attachments::message.eq(messages::number.nullable()));
    let mut query = attachments::table
        .left_join(messages::table.on(with))
        .filter(attachments::ticket_id.eq(ticket.0))
        .select(Row::as_select())
        .into_boxed::<super::db::MultiBackend>();
    if !internal {
        query = query.filter(attachments::message.is_null().or(messages::visibility.eq("partner")));
    }
    let rows = query.order(attachments::number.asc()).load(db)?;
    rows.into_iter().map(Row::read).collect()
}

/// A file whose bytes are not as they should be.
#[derive(QueryableByName)]
pub struct Unsound {
    #[diesel(sql_type = Text)]
    pub reference: String,
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    /// Bytes, as it says itself.
    #[diesel(sql_type = BigInt)]
    pub size: i64,
    /// Bytes that there are; -1 for none at all.
    #[diesel(sql_type = BigInt)]
    pub held: i64,
}

/// Files without their bytes, or with more or fewer than they should have.
pub fn unsound(db: &mut Db) -> QueryResult<Vec<Unsound>> {
    diesel::sql_query(
        "SELECT reference, number, size, held FROM (SELECT t.reference AS reference, \
        CAST(a.number AS BIGINT) AS number, a.size AS size, CAST(coalesce((SELECT sum(length(c.bytes)) \
        FROM blob_chunks c WHERE c.hash = a.blob), -1) AS BIGINT) AS held \
        FROM attachments a JOIN tickets t ON t.id = a.ticket_id) AS files \
        WHERE held <> size ORDER BY reference, number",
    )
    .load(db)
}
