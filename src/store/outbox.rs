//! Letters that are to leave, in the transaction that caused them. What deliverers do
//! with them is in `claims`, what is seen of them without opening them in `envelopes`.

mod all;
mod claims;
mod envelopes;

use std::sync::Arc;

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{PersonId, TicketId};
use crate::domain::letter::{Html, Kind, Layout, Letter, Side, State};

use super::rows::us;
use super::schema::{layouts, outbox};
use super::{Db, each};

pub use all::{Row, between, last_id};
pub use claims::{Parcel, claim, dead, dropped, retry, sent};
pub use envelopes::{
    Envelope, Figures, Filter, Opened, bounced, carries, figures, find, is_carried, of_ticket, open, page,
    resend,
};

/// Queues letters. The de-duplication key is unique: the same letter is never queued twice.
pub fn insert(db: &mut Db, letters: &[Letter], now: Timestamp) -> QueryResult<()> {
    let mut kept: Option<&Layout> = None;
    for letter in letters {
        if let Some(layout) = letter.html.layout.as_deref().filter(|layout| kept != Some(*layout)) {
            keep(db, layout)?;
            kept = Some(layout);
        }
        insert_one(db, letter, now)?;
    }
    Ok(())
}

fn insert_one(db: &mut Db, letter: &Letter, now: Timestamp) -> QueryResult<()> {
    let (about, html) = (letter.about, &letter.html);
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
            outbox::layout.eq(html.layout.as_ref().map(|layout| &layout.name)),
            outbox::html_title.eq(&html.title),
            outbox::html.eq(&html.body),
            outbox::html_footer.eq(&html.footer),
            outbox::in_reply_to.eq(&letter.in_reply_to),
            outbox::thread.eq(letter.references.join(" ")),
            outbox::automatic.eq(letter.automatic),
            outbox::ticket_id.eq(about.map(|a| a.ticket.0)),
            outbox::side.eq(about.map(|a| a.side.as_str())),
            outbox::message.eq(about.and_then(|a| a.message)),
            outbox::rung.eq(about.and_then(|a| a.rung).map(i32::from)),
            outbox::not_before.eq(us(letter.not_before)),
            outbox::unsubscribe.eq(&letter.unsubscribe),
            outbox::state.eq(State::Queued.as_str()),
            outbox::created_at.eq(us(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// Sees to it that the layout is there.
fn keep(db: &mut Db, layout: &Layout) -> QueryResult<()> {
    let known = layouts::table.find(&layout.name).select(layouts::hash);
    if known.get_result::<String>(db).optional()?.is_none() {
        let row = (layouts::hash.eq(&layout.name), layouts::html.eq(&layout.html));
        each!(db, |c| diesel::insert_into(layouts::table).values(row).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// A layout that a letter names.
#[derive(Queryable, Selectable)]
#[diesel(table_name = layouts)]
struct LayoutRow {
    hash: String,
    html: String,
}

/// The HTML of a letter, of its columns. Letters from before there were layouts have none.
fn html_of(layout: Option<LayoutRow>, title: String, body: String, footer: String) -> Html {
    let layout = layout.map(|LayoutRow { hash, html }| Arc::new(Layout { name: hash, html }));
    Html { layout, title, body, footer }
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

/// Whether a reader was written a letter of this kind about a ticket after `since`.
pub fn told_since(
    db: &mut Db,
    ticket: TicketId,
    reader: PersonId,
    kind: Kind,
    since: Timestamp,
) -> QueryResult<bool> {
    let told = outbox::table
        .filter(outbox::ticket_id.eq(ticket.0))
        .filter(outbox::person_id.eq(reader.0))
        .filter(outbox::kind.eq(kind.as_str()))
        .filter(outbox::created_at.gt(us(since)));
    diesel::select(diesel::dsl::exists(told)).get_result(db)
}
