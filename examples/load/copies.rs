//! More of the same: copies of tickets with everything that belongs to them, row for row,
//! each with a number and a reference of its own. Of letters the envelopes are copied; their
//! texts would fill the disk with what nobody reads.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use lizard::store::Db;

/// Which tickets are copied, by their ids, and how far away their copies are.
#[derive(Clone, Copy)]
pub struct Copies {
    pub first: i64,
    pub last: i64,
    pub shift: i64,
}

impl Copies {
    pub fn make(self, db: &mut Db) -> QueryResult<()> {
        let Self { shift, .. } = self;
        let reference = format!("'PI-' || (1000 + id + {shift})");
        let moved = |column: &str| format!("{column} + {shift}");
        let marked = |column: &str| format!("{column} || '.{shift}'");
        self.table(db, "tickets", "id", &[("id", moved("id")), ("reference", reference)])?;
        for table in ["rungs", "promises", "events", "messages", "texts"] {
            self.table(db, table, "ticket_id", &[("ticket_id", moved("ticket_id"))])?;
        }
        if let Db::Sqlite(_) = db {
            let (first, last) = (self.first + shift, self.last + shift);
            let index =
                "INSERT INTO texts_words (rowid, partner, internal) SELECT ticket_id, partner, internal";
            run(db, &format!("{index} FROM texts WHERE ticket_id BETWEEN {first} AND {last}"))?;
        }
        let envelope = [
            // The next that is free.
            ("id", "(SELECT MAX(id) FROM outbox) + ROW_NUMBER() OVER (ORDER BY id)".to_owned()),
            ("ticket_id", moved("ticket_id")),
            ("dedup_key", marked("dedup_key")),
            ("message_id", marked("message_id")),
            ("body", "''".to_owned()),
            ("html", "''".to_owned()),
            ("html_footer", "''".to_owned()),
        ];
        self.table(db, "outbox", "ticket_id", &envelope)
    }

    /// Copies the rows of one table, with other values in some columns.
    fn table(self, db: &mut Db, table: &str, key: &str, instead: &[(&str, String)]) -> QueryResult<()> {
        let columns = columns(db, table)?;
        let values = columns.iter().map(|column| {
            let other = instead.iter().find(|(name, _)| name == column);
            other.map_or_else(|| column.clone(), |(_, value)| value.clone())
        });
        let (names, values) = (columns.join(", "), values.collect::<Vec<_>>().join(", "));
        let Self { first, last, .. } = self;
        run(
            db,
            &format!(
                "INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {key} BETWEEN {first} AND {last}"
            ),
        )
    }
}

/// Everybody's live tickets are counted, which copying does not do.
pub fn count_anew(db: &mut Db) -> QueryResult<()> {
    run(
        db,
        "UPDATE people SET live_tickets = (SELECT COUNT(*) FROM tickets \
         WHERE tickets.owner_id = people.id AND tickets.state <> 'closed') WHERE role = 'desk'",
    )
}

/// Numbers go on after the highest, also where a sequence gives them out.
pub fn count_on(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Pg(_) => ["tickets", "outbox"].into_iter().try_for_each(|table| {
            run(
                db,
                &format!(
                    "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"
                ),
            )
        }),
    }
}

pub fn run(db: &mut Db, sql: &str) -> QueryResult<()> {
    match db {
        Db::Pg(c) => c.batch_execute(sql),
        Db::Sqlite(c) => c.batch_execute(sql),
    }
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
}

fn columns(db: &mut Db, table: &str) -> QueryResult<Vec<String>> {
    let sqlite = format!("SELECT name FROM pragma_table_info('{table}')");
    let pg = format!(
        "SELECT column_name::text AS name FROM information_schema.columns \
         WHERE table_name = '{table}' AND table_schema = current_schema() ORDER BY ordinal_position"
    );
    let found: Vec<Column> = match db {
        Db::Pg(c) => sql_query(pg).load(c)?,
        Db::Sqlite(c) => sql_query(sqlite).load(c)?,
    };
    Ok(found.into_iter().map(|c| c.name).collect())
}
