//! Letters in a deliverer's hands. Whoever claims one has it until the claim runs out;
//! what became of it is noted only while the claim is still theirs.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{PersonId, TicketId};
use crate::domain::letter::{About, Letter, State};
use crate::store::conditions::{Fixed, one_of};
use crate::store::rows::{instant, instant_of, small, us, word, word_of};
use crate::store::schema::{layouts, outbox};

use super::{LayoutRow, html_of};
use crate::store::{Db, each};

/// A claimed letter, whole.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub id: i64,
    pub letter: Letter,
    pub created_at: Timestamp,
    /// This one included.
    pub attempts: u32,
    pub first_try_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct Row {
    id: i64,
    dedup_key: String,
    message_id: String,
    kind: String,
    person_id: i64,
    recipient: String,
    recipient_name: String,
    sender: String,
    subject: String,
    body: String,
    html_title: String,
    html: String,
    html_footer: String,
    in_reply_to: Option<String>,
    thread: String,
    automatic: bool,
    ticket_id: Option<i64>,
    side: Option<String>,
    message: Option<i32>,
    rung: Option<i32>,
    not_before: i64,
    unsubscribe: Option<String>,
    created_at: i64,
    attempts: i32,
    first_try_at: Option<i64>,
}

impl Row {
    fn read(self, layout: Option<LayoutRow>) -> QueryResult<Parcel> {
        let side = word_of(self.side.as_deref())?;
        let rung = self.rung.map(small).transpose()?;
        let about = self.ticket_id.zip(side).map(|(ticket, side)| About {
            ticket: TicketId(ticket),
            side,
            message: self.message,
            rung,
        });
        let created_at = instant(self.created_at)?;
        Ok(Parcel {
            id: self.id,
            created_at,
            attempts: small(self.attempts)?,
            first_try_at: instant_of(self.first_try_at)?.unwrap_or(created_at),
            letter: Letter {
                kind: word(&self.kind)?,
                dedup_key: self.dedup_key,
                message_id: self.message_id,
                to: PersonId(self.person_id),
                recipient: self.recipient,
                recipient_name: self.recipient_name,
                sender: self.sender,
                subject: self.subject,
                text: self.body,
                html: html_of(layout, self.html_title, self.html, self.html_footer),
                in_reply_to: self.in_reply_to,
                references: self.thread.split_whitespace().map(str::to_owned).collect(),
                automatic: self.automatic,
                not_before: instant(self.not_before)?,
                unsubscribe: self.unsubscribe,
                about,
            },
        })
    }
}

/// Claims up to `limit` letters that are due until `wall + lease`: those that wait, and those
/// whose deliverer has not come back in time. In the order in which they were caused; what
/// is tried again comes after what was never tried.
pub fn claim(
    db: &mut Db,
    token: &str,
    business: Timestamp,
    wall: Timestamp,
    lease: jiff::SignedDuration,
    limit: i64,
) -> QueryResult<Vec<Parcel>> {
    let ids = due(db, business, wall, limit)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let until = wall.checked_add(lease).unwrap_or(Timestamp::MAX);
    diesel::update(outbox::table.filter(one_of(outbox::id, ids.iter().copied())))
        .set((
            outbox::state.eq(State::Sending.as_str()),
            outbox::claim.eq(token),
            outbox::claimed_until.eq(us(until)),
            outbox::attempts.eq(outbox::attempts + 1),
        ))
        .execute(db)?;
    diesel::update(
        outbox::table.filter(one_of(outbox::id, ids.iter().copied()).and(outbox::first_try_at.is_null())),
    )
    .set(outbox::first_try_at.eq(us(wall)))
    .execute(db)?;
    let rows: Vec<(Row, Option<LayoutRow>)> = outbox::table
        .left_join(layouts::table)
        .filter(one_of(outbox::id, ids))
        .select((Row::as_select(), Option::<LayoutRow>::as_select()))
        .order(outbox::id.asc())
        .load(db)?;
    rows.into_iter().map(|(row, layout)| row.read(layout)).collect()
}

/// The states are written out: only so are they those of the partial index, whose order this
/// is, so that a long queue is not sorted for each letter. It has every column that is asked
/// for: what waits for later is passed over without opening letters.
fn due(db: &mut Db, business: Timestamp, wall: Timestamp, limit: i64) -> QueryResult<Vec<i64>> {
    let due = outbox::table
        .filter(Fixed("outbox.state IN ('queued', 'sending')"))
        .filter(outbox::next_try_at.le(us(wall)))
        .filter(
            outbox::state
                .eq(State::Queued.as_str())
                .and(outbox::not_before.le(us(business)))
                .or(outbox::state.eq(State::Sending.as_str()).and(outbox::claimed_until.le(us(wall)))),
        )
        .select(outbox::id)
        .order((outbox::next_try_at.asc(), outbox::id.asc()))
        .limit(limit);
    match db {
        Db::Pg(c) => due.for_update().skip_locked().load(c),
        Db::Sqlite(c) => due.load(c),
    }
}

/// Notes what became of a letter; false when somebody else has it by now.
macro_rules! settle {
    ($db:expr, $id:expr, $token:expr, $set:expr) => {{
        let mine = outbox::table
            .find($id)
            .filter(outbox::claim.eq($token).and(outbox::state.eq(State::Sending.as_str())));
        let done = (outbox::claim.eq(None::<String>), outbox::claimed_until.eq(None::<i64>));
        each!($db, |c| diesel::update(mine).set(($set, done)).execute(c)).map(|rows| rows == 1)
    }};
}

/// Accepted by the receiving server.
pub fn sent(db: &mut Db, id: i64, token: &str, at: Timestamp) -> QueryResult<bool> {
    let what = (
        outbox::state.eq(State::Sent.as_str()),
        outbox::settled_at.eq(us(at)),
        outbox::trouble.eq(None::<String>),
    );
    settle!(db, id, token, what)
}

/// Not now; again at `next_try_at`.
pub fn retry(db: &mut Db, id: i64, token: &str, next_try_at: Timestamp, trouble: &str) -> QueryResult<bool> {
    let what = (
        outbox::state.eq(State::Queued.as_str()),
        outbox::next_try_at.eq(us(next_try_at)),
        outbox::trouble.eq(trouble),
    );
    settle!(db, id, token, what)
}

/// Given up.
pub fn dead(db: &mut Db, id: i64, token: &str, trouble: &str, at: Timestamp) -> QueryResult<bool> {
    end(db, id, token, State::Dead, trouble, at)
}

/// No longer true: it does not leave.
pub fn dropped(db: &mut Db, id: i64, token: &str, why: &str, at: Timestamp) -> QueryResult<bool> {
    end(db, id, token, State::Dropped, why, at)
}

fn end(db: &mut Db, id: i64, token: &str, state: State, why: &str, at: Timestamp) -> QueryResult<bool> {
    let what = (outbox::state.eq(state.as_str()), outbox::settled_at.eq(us(at)), outbox::trouble.eq(why));
    settle!(db, id, token, what)
}
