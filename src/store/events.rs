//! What happened to tickets, and what was written on them. Rows are only ever added;
//! a message is touched once more, when it is delivered.

use diesel::prelude::*;

use crate::domain::event::Event;
use crate::domain::ids::TicketId;
use crate::domain::message::Message;

use super::conditions::Fixed;
use super::rows::{by_columns, by_of, document, instant, instant_of, text_of, us, us_of, word};
use super::schema::{events, messages};
use super::{Db, insert_rows};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = events)]
pub(super) struct EventRow {
    pub ticket_id: i64,
    number: i32,
    kind: String,
    at: i64,
    recorded_at: i64,
    by_kind: String,
    by_id: Option<i64>,
    public: bool,
    data: String,
}

impl EventRow {
    fn of(ticket: TicketId, event: &Event) -> QueryResult<Self> {
        let (by_kind, by_id) = by_columns(event.by);
        Ok(Self {
            ticket_id: ticket.0,
            number: event.number,
            kind: event.what.kind().to_owned(),
            at: us(event.at),
            recorded_at: us(event.recorded_at),
            by_kind: by_kind.to_owned(),
            by_id,
            public: event.what.is_public(),
            data: text_of(&event.what)?,
        })
    }

    pub fn read(self) -> QueryResult<Event> {
        Ok(Event {
            number: self.number,
            at: instant(self.at)?,
            recorded_at: instant(self.recorded_at)?,
            by: by_of(&self.by_kind, self.by_id)?,
            what: document(&self.data)?,
        })
    }
}

pub(super) fn insert(db: &mut Db, ticket: TicketId, new: &[Event]) -> QueryResult<()> {
    let rows: Vec<EventRow> = new.iter().map(|e| EventRow::of(ticket, e)).collect::<QueryResult<_>>()?;
    insert_rows!(db, events::table, &rows)
}

/// A ticket's events in order, after number `after`; all of them, or only what the partner sees.
pub fn of_ticket(
    db: &mut Db,
    ticket: TicketId,
    internal: bool,
    after: i32,
    limit: i64,
) -> QueryResult<Vec<Event>> {
    let mut query = events::table
        .filter(events::ticket_id.eq(ticket.0))
        .filter(events::number.gt(after))
        .select(EventRow::as_select())
        .into_boxed::<super::db::MultiBackend>();
    if !internal {
        query = query.filter(events::public.eq(true));
    }
    let rows = query.order(events::number.asc()).limit(limit).load(db)?;
    rows.into_iter().map(EventRow::read).collect()
}

/// An event that nobody can read.
#[derive(Clone, Debug)]
pub struct Unreadable {
    pub number: i32,
    pub why: String,
}

/// The events of the tickets with ids from `first` to `last`, in their order.
pub fn between(
    db: &mut Db,
    first: i64,
    last: i64,
) -> QueryResult<Vec<(TicketId, Result<Event, Unreadable>)>> {
    let rows: Vec<EventRow> = events::table
        .filter(events::ticket_id.between(first, last))
        .select(EventRow::as_select())
        .order((events::ticket_id.asc(), events::number.asc()))
        .load(db)?;
    let read = |row: EventRow| {
        let (ticket, number) = (TicketId(row.ticket_id), row.number);
        (ticket, row.read().map_err(|why| Unreadable { number, why: why.to_string() }))
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Numbers of these tickets' events, in order.
pub fn numbers(db: &mut Db, tickets: &[i64]) -> QueryResult<Vec<(i64, i32)>> {
    events::table
        .filter(events::ticket_id.eq_any(tickets.to_vec()))
        .select((events::ticket_id, events::number))
        .order((events::ticket_id.asc(), events::number.asc()))
        .load(db)
}

/// Holders whom nobody had warned, of all tickets ever. As the index on them has it.
pub fn exceptions(db: &mut Db) -> QueryResult<i64> {
    let of_the_kind = Fixed("kind = 'exception'");
    events::table.filter(of_the_kind).select(diesel::dsl::count_star()).first(db)
}

/// Executives whom a partner reached before we did, of all tickets ever.
pub fn surprises(db: &mut Db) -> QueryResult<i64> {
    let of_the_kind = Fixed("kind = 'surprise'");
    events::table.filter(of_the_kind).select(diesel::dsl::count_star()).first(db)
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = messages)]
struct MessageRow {
    ticket_id: i64,
    number: i32,
    by_kind: String,
    by_id: Option<i64>,
    by_partner: bool,
    visibility: String,
    headline: Option<String>,
    body: String,
    written_at: i64,
    delivered_at: Option<i64>,
}

impl MessageRow {
    fn of(ticket: TicketId, message: &Message) -> Self {
        let (by_kind, by_id) = by_columns(message.by);
        Self {
            ticket_id: ticket.0,
            number: message.number,
            by_kind: by_kind.to_owned(),
            by_id,
            by_partner: message.by_partner,
            visibility: message.visibility.as_str().to_owned(),
            headline: message.headline.clone(),
            body: message.body.clone(),
            written_at: us(message.written_at),
            delivered_at: us_of(message.delivered_at),
        }
    }

    fn read(self) -> QueryResult<Message> {
        Ok(Message {
            number: self.number,
            by: by_of(&self.by_kind, self.by_id)?,
            by_partner: self.by_partner,
            visibility: word(&self.visibility)?,
            headline: self.headline,
            body: self.body,
            written_at: instant(self.written_at)?,
            delivered_at: instant_of(self.delivered_at)?,
        })
    }
}

/// Adds messages. Of those up to number `known`, which are there already, it notes the delivery.
pub(super) fn record_messages(
    db: &mut Db,
    ticket: TicketId,
    known: i32,
    changed: &[Message],
) -> QueryResult<()> {
    for message in changed {
        if message.number > known {
            diesel::insert_into(messages::table).values(MessageRow::of(ticket, message)).execute(db)?;
        } else {
            diesel::update(messages::table.find((ticket.0, message.number)))
                .set(messages::delivered_at.eq(us_of(message.delivered_at)))
                .execute(db)?;
        }
    }
    Ok(())
}

/// Numbers of the messages of the tickets with ids from `first` to `last`, in their order.
pub fn message_numbers(db: &mut Db, first: i64, last: i64) -> QueryResult<Vec<(TicketId, i32)>> {
    let rows: Vec<(i64, i32)> = messages::table
        .filter(messages::ticket_id.between(first, last))
        .select((messages::ticket_id, messages::number))
        .order((messages::ticket_id.asc(), messages::number.asc()))
        .load(db)?;
    Ok(rows.into_iter().map(|(ticket, number)| (TicketId(ticket), number)).collect())
}

/// One message of a ticket.
pub fn message(db: &mut Db, ticket: TicketId, number: i32) -> QueryResult<Option<Message>> {
    let row: Option<MessageRow> =
        messages::table.find((ticket.0, number)).select(MessageRow::as_select()).first(db).optional()?;
    row.map(MessageRow::read).transpose()
}

/// A ticket's messages in order; all of them, or only what the partner sees.
pub fn messages_of(db: &mut Db, ticket: TicketId, internal: bool) -> QueryResult<Vec<Message>> {
    let mut query = messages::table
        .filter(messages::ticket_id.eq(ticket.0))
        .select(MessageRow::as_select())
        .into_boxed::<super::db::MultiBackend>();
    if !internal {
        query = query.filter(messages::visibility.eq("partner"));
    }
    let rows = query.order(messages::number.asc()).load(db)?;
    rows.into_iter().map(MessageRow::read).collect()
}
