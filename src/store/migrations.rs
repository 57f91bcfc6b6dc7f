//! The migrations of both databases, embedded, and running the right ones.

use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::settings::DatabaseUrl;

use super::connect::{Use, connect};
use super::{Db, Unavailable};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

diesel::table! {
    #[sql_name = "__diesel_schema_migrations"]
    applied_migrations (version) {
        version -> Text,
    }
}

/// Any number does, as long as it is always the same: nodes that start together
/// on one PostgreSQL wait for each other here.
const LOCK: i64 = 0x6c69_7a61_7264;

/// Names of the migrations that were applied just now, in order.
pub type Migrated = Vec<String>;

/// Brings the database up to this program, on a connection of its own.
pub fn migrate(url: &DatabaseUrl) -> Result<Migrated, Unavailable> {
    let mut db = connect(url, Use::Writing).map_err(Unavailable)?;
    let migrated = bring_up(&mut db)?;
    super::texts::catch_up(&mut db)?;
    Ok(migrated)
}

/// The same on this connection.
pub(super) fn bring_up(db: &mut Db) -> Result<Migrated, Unavailable> {
    match db {
        Db::Sqlite(c) => run(c, SQLITE),
        Db::Pg(c) => {
            diesel::sql_query("SELECT pg_advisory_lock($1)")
                .bind::<diesel::sql_types::BigInt, _>(LOCK)
                .execute(c)?;
            // The lock goes with the connection, whatever happens.
            run(c, POSTGRES)
        }
    }
}

fn run<B, C>(connection: &mut C, migrations: EmbeddedMigrations) -> Result<Migrated, Unavailable>
where
    B: diesel::backend::Backend,
    C: MigrationHarness<B>,
{
    let applied = connection.run_pending_migrations(migrations).map_err(|e| Unavailable(e.to_string()))?;
    Ok(applied.iter().map(ToString::to_string).collect())
}

/// Versions of the migrations that the database has, in order. Only looks: the harness would
/// make its table where there is none.
pub(super) fn applied(db: &mut Db) -> QueryResult<Vec<String>> {
    applied_migrations::table
        .select(applied_migrations::version)
        .order(applied_migrations::version.asc())
        .load(db)
}

/// How a database stands to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    Present,
    /// This program would migrate it.
    Older,
    /// A later program has migrated it.
    Newer,
}

/// Looks and changes nothing.
pub fn age(url: &DatabaseUrl) -> Result<Age, Unavailable> {
    let mut db = connect(url, Use::Reading).map_err(Unavailable)?;
    let known: Vec<String> = match &db {
        Db::Sqlite(_) => versions::<diesel::sqlite::Sqlite>(SQLITE)?,
        Db::Pg(_) => versions::<diesel::pg::Pg>(POSTGRES)?,
    };
    let applied = applied(&mut db).unwrap_or_default();
    Ok(if applied.iter().any(|version| !known.contains(version)) {
        Age::Newer
    } else if applied.len() < known.len() {
        Age::Older
    } else {
        Age::Present
    })
}

/// Whether the database was ever migrated; an empty one was not. Looks and changes nothing.
pub fn is_made(url: &DatabaseUrl) -> Result<bool, Unavailable> {
    let mut db = connect(url, Use::Reading).map_err(Unavailable)?;
    Ok(!applied(&mut db).unwrap_or_default().is_empty())
}

fn versions<B: diesel::backend::Backend>(migrations: EmbeddedMigrations) -> Result<Vec<String>, Unavailable>
where
    EmbeddedMigrations: MigrationSource<B>,
{
    let all = MigrationSource::<B>::migrations(&migrations).map_err(|e| Unavailable(e.to_string()))?;
    Ok(all.iter().map(|m| m.name().version().to_string()).collect())
}
