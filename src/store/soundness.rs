//! What a database says of itself: whether its file is whole, every reference finds its row,
//! every index is there, and no sequence lags behind. What the schema should be is asked of
//! an empty database in memory that the same migrations have made.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::{Db, Unavailable, migrations};

/// Broken references that are named one by one.
const NAMED: i64 = 20;
/// Lines of an integrity check.
const LINES: &str = "SELECT integrity_check AS value FROM pragma_integrity_check";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    child: String,
    #[diesel(sql_type = Text)]
    column: String,
    #[diesel(sql_type = Text)]
    parent: String,
    #[diesel(sql_type = Text)]
    key: String,
}

#[derive(QueryableByName)]
struct Numbered {
    #[diesel(sql_type = BigInt)]
    highest: i64,
    #[diesel(sql_type = BigInt)]
    given: i64,
}

/// A reference that finds no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dangling {
    /// Of the ticket in which it stands, where it stands in one.
    pub ticket: Option<String>,
    /// `table.column`.
    pub column: String,
    pub parent: String,
}

fn lines(db: &mut Db, query: &str) -> QueryResult<Vec<String>> {
    let rows: Vec<Line> = diesel::sql_query(query).load(db)?;
    Ok(rows.into_iter().map(|row| row.value).collect())
}

/// What SQLite finds wrong in its file. PostgreSQL has no such question.
pub fn damage(db: &mut Db) -> QueryResult<Vec<String>> {
    if db.is_pg() {
        return Ok(Vec::new());
    }
    let mut said = lines(db, LINES)?;
    said.retain(|line| line != "ok");
    Ok(said)
}

/// The same of its references, in its own words: without knowing the schema.
pub fn loose_rows(db: &mut Db) -> QueryResult<Vec<String>> {
    lines(
        db,
        "SELECT 'a row of ' || \"table\" || ' names one of ' || parent || ' that there is not' AS value \
        FROM pragma_foreign_key_check LIMIT 20",
    )
}

/// References that find no row; of each column the first few. Those in `but`, as
/// `table.column`, are somebody else's to find.
pub fn dangling(db: &mut Db, but: &[&str]) -> Result<Vec<Dangling>, Unavailable> {
    let references: Vec<Reference> = diesel::sql_query(
        "SELECT m.name AS child, f.\"from\" AS \"column\", f.\"table\" AS parent, f.\"to\" AS key \
        FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' \
        ORDER BY m.name, f.id",
    )
    .load(&mut model()?)?;
    let mut found = Vec::new();
    for Reference { child, column, parent, key } in references {
        let named = format!("{child}.{column}");
        if but.contains(&named.as_str()) {
            continue;
        }
        let ticket = if child == "tickets" { "c.reference" } else { "''" };
        let loose = lines(
            db,
            &format!(
                "SELECT {ticket} AS value FROM {child} c WHERE c.{column} IS NOT NULL AND NOT EXISTS \
                (SELECT 1 FROM {parent} p WHERE p.{key} = c.{column}) LIMIT {NAMED}"
            ),
        )?;
        found.extend(loose.into_iter().map(|ticket| Dangling {
            ticket: Some(ticket).filter(|t| !t.is_empty()),
            column: named.clone(),
            parent: parent.clone(),
        }));
    }
    Ok(found)
}

/// Indexes that should be there and are not, or that the database does not trust.
pub fn missing_indexes(db: &mut Db) -> Result<Vec<String>, Unavailable> {
    const OURS: &str = "SELECT name AS value FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    const THEIRS: &str = "SELECT CAST(c.relname AS text) AS value FROM pg_index i \
        JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = current_schema() AND i.indisvalid";
    let there: BTreeSet<String> = lines(db, if db.is_pg() { THEIRS } else { OURS })?.into_iter().collect();
    let mut should = lines(&mut model()?, OURS)?;
    should.retain(|name| !there.contains(name));
    Ok(should)
}

/// Somebody whose live tickets are not as many as are counted.
#[derive(QueryableByName)]
pub struct Miscounted {
    #[diesel(sql_type = Text)]
    pub email: String,
    #[diesel(sql_type = BigInt)]
    pub live: i64,
    #[diesel(sql_type = BigInt)]
    pub counted: i64,
}

pub fn miscounted(db: &mut Db) -> QueryResult<Vec<Miscounted>> {
    diesel::sql_query(
        "SELECT email, live, live_tickets AS counted FROM (SELECT email, live_tickets, \
        (SELECT count(*) FROM tickets WHERE owner_id = people.id AND tickets.state <> 'closed') AS live \
        FROM people) AS everybody WHERE live <> live_tickets ORDER BY email",
    )
    .load(db)
}

/// Tables whose next number is given already. SQLite counts from the highest row.
pub fn sequences_behind(db: &mut Db) -> QueryResult<Vec<String>> {
    if !db.is_pg() {
        return Ok(Vec::new());
    }
    let counted = lines(
        db,
        "SELECT CAST(table_name AS text) AS value FROM information_schema.columns \
        WHERE table_schema = current_schema() AND column_name = 'id' AND is_identity = 'YES' ORDER BY 1",
    )?;
    let mut behind = Vec::new();
    for table in counted {
        let Numbered { highest, given } = diesel::sql_query(format!(
            "SELECT coalesce(max(id), 0) AS highest, coalesce((SELECT s.last_value FROM pg_sequences s \
            WHERE quote_ident(s.schemaname) || '.' || quote_ident(s.sequencename) = \
            pg_get_serial_sequence('{table}', 'id')), 0) AS given FROM {table}"
        ))
        .get_result(db)?;
        if given < highest {
            behind.push(table);
        }
    }
    Ok(behind)
}

/// An empty database as the migrations make it.
fn model() -> Result<Db, Unavailable> {
    let opened = SqliteConnection::establish(":memory:").map_err(|e| Unavailable(e.to_string()))?;
    let mut db = Db::Sqlite(opened);
    migrations::bring_up(&mut db)?;
    Ok(db)
}
