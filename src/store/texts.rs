//! What of tickets is searched: their words, kept in the transaction that writes them. Each
//! database has its own index on the same words (FTS5; GIN), and both are asked for them alone.

use std::collections::BTreeSet;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};

use crate::domain::change::Change;
use crate::domain::message::Message;
use crate::domain::search::{Sought, words};
use crate::domain::ticket::Visibility;

use super::schema::{messages, texts, tickets};
use super::{Db, Unavailable, each, events};

/// Bytes of words of one side of a ticket; what comes after them is not found. PostgreSQL takes
/// a megabyte for both.
const MOST: usize = 400_000;
/// Tickets that are caught up with in one transaction.
const AT_ONCE: usize = 500;

diesel::table! {
    /// SQLite's index.
    texts_words (rowid) {
        rowid -> BigInt,
        partner -> Text,
        internal -> Text,
    }
}

/// The words of one ticket.
#[derive(Default)]
struct Kept {
    partner: String,
    internal: String,
    known: BTreeSet<String>,
}

impl Kept {
    fn of(reference: &str, subject: &str, description: &str) -> Self {
        let mut kept = Self::default();
        for text in [reference, subject, description] {
            kept.add(Visibility::Partner, text);
        }
        kept
    }

    /// Everything for the partner first: a note adds what only it says.
    fn add(&mut self, to: Visibility, text: &str) {
        for word in words(text) {
            let side = match to {
                Visibility::Partner => &mut self.partner,
                Visibility::Internal => &mut self.internal,
            };
            if side.len() + word.len() < MOST && !self.known.contains(&word) {
                if to == Visibility::Internal || !side.is_empty() {
                    side.push(' ');
                }
                side.push_str(&word);
                self.known.insert(word);
            }
        }
    }

    fn with<'a>(mut self, said: impl Iterator<Item = (Visibility, &'a str)> + Clone) -> Self {
        for side in [Visibility::Partner, Visibility::Internal] {
            for (to, text) in said.clone().filter(|(to, _)| *to == side) {
                self.add(to, text);
            }
        }
        self
    }

    fn keep(&self, db: &mut Db, ticket: i64) -> QueryResult<()> {
        let sides = (texts::partner.eq(&self.partner), texts::internal.eq(&self.internal));
        each!(db, |c| diesel::insert_into(texts::table)
            .values((texts::ticket_id.eq(ticket), sides))
            .on_conflict(texts::ticket_id)
            .do_update()
            .set(sides)
            .execute(c))?;
        if let Db::Sqlite(c) = db {
            diesel::replace_into(texts_words::table)
                .values((
                    texts_words::rowid.eq(ticket),
                    texts_words::partner.eq(&self.partner),
                    texts_words::internal.eq(&self.internal),
                ))
                .execute(c)?;
        }
        Ok(())
    }
}

/// Keeps the words of a change that has said something.
pub(super) fn record(db: &mut Db, change: &Change) -> QueryResult<()> {
    let ticket = &change.ticket;
    let kept = Kept::of(&ticket.reference, &ticket.subject, &ticket.description);
    let Some(before) = &change.before else {
        return kept.with(change.messages.iter().flat_map(said)).keep(db, ticket.id.0);
    };
    let reworded = before.subject != ticket.subject || before.description != ticket.description;
    if reworded || before.last_message != ticket.last_message {
        let all = events::messages_of(db, ticket.id, true)?;
        kept.with(all.iter().flat_map(said)).keep(db, ticket.id.0)?;
    }
    Ok(())
}

fn said(message: &Message) -> [(Visibility, &str); 2] {
    let headline = message.headline.as_deref().unwrap_or_default();
    [headline, &message.body].map(|text| (message.visibility, text))
}

/// All ids in one row: a row for each would cost more than finding it.
#[derive(QueryableByName)]
struct Listed {
    #[diesel(sql_type = Text)]
    ids: String,
}

#[derive(QueryableByName)]
struct Gathered {
    #[diesel(sql_type = Array<BigInt>)]
    ids: Vec<i64>,
}

/// Ids of the tickets that say it, whoever may see them; with what is said in internal notes.
pub(super) fn found(db: &mut Db, sought: &Sought, notes: bool) -> QueryResult<Vec<i64>> {
    if sought.is_nothing() {
        return Ok(Vec::new());
    }
    match db {
        Db::Sqlite(c) => {
            let find =
                "SELECT COALESCE(group_concat(rowid), '') AS ids FROM texts_words WHERE texts_words MATCH ?";
            let found: Listed =
                diesel::sql_query(find).bind::<Text, _>(for_sqlite(sought, notes)).get_result(c)?;
            Ok(found.ids.split(',').filter_map(|id| id.parse().ok()).collect())
        }
        Db::Pg(c) => {
            let all = "SELECT COALESCE(array_agg(ticket_id), '{}') AS ids FROM texts \
                WHERE array_to_tsvector(string_to_array(partner || internal, ' ')) @@ CAST($1 AS tsquery)";
            let partner = "SELECT COALESCE(array_agg(ticket_id), '{}') AS ids FROM texts \
                WHERE array_to_tsvector(string_to_array(partner, ' ')) @@ CAST($1 AS tsquery)";
            let found: Gathered = diesel::sql_query(if notes { all } else { partner })
                .bind::<Text, _>(for_postgres(sought))
                .get_result(c)?;
            Ok(found.ids)
        }
    }
}

/// A word is letters and digits alone: nothing in it has a meaning of its own.
fn for_sqlite(sought: &Sought, notes: bool) -> String {
    let whole = sought.whole.iter().map(|word| format!("\"{word}\""));
    let beginning = sought.beginning.iter().map(|word| format!("\"{word}\" *"));
    let all: Vec<String> = whole.chain(beginning).collect();
    let all = all.join(" AND ");
    if notes { all } else { format!("{{partner}} : ({all})") }
}

fn for_postgres(sought: &Sought) -> String {
    let whole = sought.whole.iter().map(|word| format!("'{word}'"));
    let beginning = sought.beginning.iter().map(|word| format!("'{word}':*"));
    let all: Vec<String> = whole.chain(beginning).collect();
    all.join(" & ")
}

/// Keeps the words of tickets that were filed before words were kept.
pub(super) fn catch_up(db: &mut Db) -> Result<(), Unavailable> {
    let kept = texts::table.filter(texts::ticket_id.eq(tickets::id));
    let mut missing: Vec<i64> = tickets::table.filter(not(exists(kept))).select(tickets::id).load(db)?;
    missing.sort_unstable();
    for ids in missing.chunks(AT_ONCE) {
        db.begin_write()?;
        match some(db, ids) {
            Ok(()) => db.commit()?,
            Err(error) => {
                db.rollback()?;
                return Err(error.into());
            }
        }
    }
    Ok(())
}

fn some(db: &mut Db, ids: &[i64]) -> QueryResult<()> {
    let these: Vec<(i64, String, String, String)> = tickets::table
        .filter(super::conditions::one_of(tickets::id, ids.iter().copied()))
        .select((tickets::id, tickets::reference, tickets::subject, tickets::description))
        .load(db)?;
    let said: Vec<(i64, String, Option<String>, String)> = messages::table
        .filter(super::conditions::one_of(messages::ticket_id, ids.iter().copied()))
        .select((messages::ticket_id, messages::visibility, messages::headline, messages::body))
        .order((messages::ticket_id.asc(), messages::number.asc()))
        .load(db)?;
    for (id, reference, subject, description) in &these {
        let from = said.partition_point(|(ticket, ..)| ticket < id);
        let of_it = said.iter().skip(from).take_while(|(ticket, ..)| ticket == id);
        let said = of_it.map(|(_, side, headline, body)| {
            // Nobody outside finds what nobody can tell the side of.
            let side = side.parse().unwrap_or(Visibility::Internal);
            (side, format!("{} {body}", headline.as_deref().unwrap_or_default()))
        });
        let said: Vec<(Visibility, String)> = said.collect();
        Kept::of(reference, subject, description)
            .with(said.iter().map(|(side, body)| (*side, body.as_str())))
            .keep(db, *id)?;
    }
    Ok(())
}
