//! What is seen of letters without opening them, opening one, and sending one again.

use diesel::dsl::{count_star, min, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;

use crate::domain::ids::{PersonId, TicketId};
use crate::domain::letter::{Kind, State};
use crate::store::Db;
use crate::store::conditions::Fixed;
use crate::store::rows::{instant, instant_of, small, us, word};
use crate::store::schema::{layouts, outbox, tickets};

use super::{LayoutRow, html_of};

/// What is seen of a letter without opening it.
#[derive(Clone, Debug)]
pub struct Envelope {
    pub id: i64,
    pub kind: Kind,
    /// Of the ticket that it is about.
    pub ticket: Option<String>,
    pub recipient: String,
    pub recipient_name: String,
    pub subject: String,
    pub message_id: String,
    pub state: State,
    pub created_at: Timestamp,
    pub attempts: u32,
    /// After a failure, when it is tried again.
    pub next_try_at: Option<Timestamp>,
    /// When it left, or when it was decided that it does not.
    pub settled_at: Option<Timestamp>,
    /// Why it has not left.
    pub trouble: Option<String>,
}

/// A letter, opened.
#[derive(Clone, Debug)]
pub struct Opened {
    pub envelope: Envelope,
    pub sender: String,
    pub text: String,
    pub html: String,
}

/// Which letters a list holds.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub states: Vec<State>,
    /// Who looks: letters of a ticket about them do not exist.
    pub reader: Option<PersonId>,
    /// Older than this one.
    pub before: Option<i64>,
}

/// How the outbox stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Not sent yet, those in flight included.
    pub unsent: i64,
    pub dead: i64,
    /// Since when the oldest letter that could leave has been waiting.
    pub oldest: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct Row {
    id: i64,
    kind: String,
    recipient: String,
    recipient_name: String,
    subject: String,
    message_id: String,
    state: String,
    created_at: i64,
    attempts: i32,
    next_try_at: i64,
    settled_at: Option<i64>,
    trouble: Option<String>,
}

impl Row {
    fn read(self, ticket: Option<String>) -> QueryResult<Envelope> {
        let state = word(&self.state)?;
        let again = state == State::Queued && self.next_try_at > 0;
        Ok(Envelope {
            id: self.id,
            kind: word(&self.kind)?,
            ticket,
            recipient: self.recipient,
            recipient_name: self.recipient_name,
            subject: self.subject,
            message_id: self.message_id,
            state,
            created_at: instant(self.created_at)?,
            attempts: small(self.attempts)?,
            next_try_at: if again { Some(instant(self.next_try_at)?) } else { None },
            settled_at: instant_of(self.settled_at)?,
            trouble: self.trouble,
        })
    }
}

type Found = (Row, Option<String>);

/// Envelopes, the newest first.
pub fn page(db: &mut Db, filter: &Filter, limit: i64) -> QueryResult<Vec<Envelope>> {
    let mut query = outbox::table
        .left_join(tickets::table)
        .select((Row::as_select(), tickets::reference.nullable()))
        .into_boxed::<crate::store::db::MultiBackend>();
    if !filter.states.is_empty() {
        let states: Vec<&str> = filter.states.iter().map(|s| s.as_str()).collect();
        query = query.filter(outbox::state.eq_any(states));
    }
    if let Some(reader) = filter.reader {
        query = query
            .filter(tickets::about_id.nullable().is_null().or(tickets::about_id.nullable().ne(reader.0)));
    }
    if let Some(before) = filter.before {
        query = query.filter(outbox::id.lt(before));
    }
    let rows: Vec<Found> = query.order(outbox::id.desc()).limit(limit).load(db)?;
    rows.into_iter().map(|(row, ticket)| row.read(ticket)).collect()
}

/// One envelope.
pub fn find(db: &mut Db, id: i64, reader: Option<PersonId>) -> QueryResult<Option<Envelope>> {
    let Some(before) = id.checked_add(1) else { return Ok(None) };
    let filter = Filter { before: Some(before), reader, ..Filter::default() };
    Ok(page(db, &filter, 1)?.pop().filter(|e| e.id == id))
}

/// Sender, text, the three parts of the HTML, and its layout.
type Words = (String, String, (String, String, String), Option<LayoutRow>);

/// One letter with what it says. Who may read that is asked elsewhere.
pub fn open(db: &mut Db, id: i64, reader: Option<PersonId>) -> QueryResult<Option<Opened>> {
    let Some(envelope) = find(db, id, reader)? else { return Ok(None) };
    let (sender, text, (title, body, footer), layout): Words = outbox::table
        .left_join(layouts::table)
        .filter(outbox::id.eq(id))
        .select((
            outbox::sender,
            outbox::body,
            (outbox::html_title, outbox::html, outbox::html_footer),
            Option::<LayoutRow>::as_select(),
        ))
        .get_result(db)?;
    Ok(Some(Opened { envelope, sender, text, html: html_of(layout, title, body, footer).whole() }))
}

/// A ticket's envelopes, the newest first.
pub fn of_ticket(db: &mut Db, ticket: TicketId, limit: i64) -> QueryResult<Vec<Envelope>> {
    let rows: Vec<Found> = outbox::table
        .left_join(tickets::table)
        .filter(outbox::ticket_id.eq(ticket.0))
        .select((Row::as_select(), tickets::reference.nullable()))
        .order(outbox::id.desc())
        .limit(limit)
        .load(db)?;
    rows.into_iter().map(|(row, ticket)| row.read(ticket)).collect()
}

/// A letter that was given up goes back into the queue, as if it had never been tried.
/// False: it is not given up.
pub fn resend(db: &mut Db, id: i64) -> QueryResult<bool> {
    let dead = outbox::table.find(id).filter(outbox::state.eq(State::Dead.as_str()));
    let rows = diesel::update(dead)
        .set((
            outbox::state.eq(State::Queued.as_str()),
            outbox::attempts.eq(0),
            outbox::first_try_at.eq(None::<i64>),
            outbox::next_try_at.eq(0_i64),
            outbox::settled_at.eq(None::<i64>),
            outbox::trouble.eq(None::<String>),
        ))
        .execute(db)?;
    Ok(rows == 1)
}

/// A letter that was sent came back. False: it was not sent.
pub fn bounced(db: &mut Db, id: i64, trouble: &str, at: Timestamp) -> QueryResult<bool> {
    let sent = outbox::table.find(id).filter(outbox::state.eq(State::Sent.as_str()));
    let rows = diesel::update(sent)
        .set((
            outbox::state.eq(State::Bounced.as_str()),
            outbox::settled_at.eq(us(at)),
            outbox::trouble.eq(trouble),
        ))
        .execute(db)?;
    Ok(rows == 1)
}

/// Who a letter is to, and the ticket and the message that it carries.
pub fn carries(db: &mut Db, id: i64) -> QueryResult<(PersonId, Option<TicketId>, Option<i32>)> {
    let (person, ticket, message): (i64, Option<i64>, Option<i32>) =
        outbox::table.find(id).select((outbox::person_id, outbox::ticket_id, outbox::message)).first(db)?;
    Ok((PersonId(person), ticket.map(TicketId), message))
}

/// Whether a letter that carries this message of a ticket was sent and has not come back.
pub fn is_carried(db: &mut Db, ticket: TicketId, message: i32) -> QueryResult<bool> {
    let sent = outbox::table
        .filter(outbox::ticket_id.eq(ticket.0))
        .filter(outbox::message.eq(message))
        .filter(outbox::state.eq(State::Sent.as_str()));
    diesel::select(diesel::dsl::exists(sent)).get_result(db)
}

/// How the outbox stands.
pub fn figures(db: &mut Db, business: Timestamp) -> QueryResult<Figures> {
    let unsent = || Fixed("outbox.state IN ('queued', 'sending')");
    let waiting = outbox::table.filter(unsent()).select(count_star()).first(db)?;
    let dead = outbox::table.filter(Fixed("outbox.state = 'dead'")).select(count_star()).first(db)?;
    // From when it could leave, not from when it was written.
    let since = || sql::<BigInt>("CASE WHEN not_before > created_at THEN not_before ELSE created_at END");
    let oldest: Option<i64> = outbox::table
        .filter(unsent())
        .filter(outbox::not_before.le(us(business)))
        .select(min(since()))
        .first(db)?;
    Ok(Figures { unsent: waiting, dead, oldest: instant_of(oldest)? })
}
