//! The migrations of both databases, embedded, and running the right ones.

use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::settings::DatabaseUrl;

use super::connect::{Use, connect};
use super::{Db, Unavailable};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number does, as long as it is always the same: nodes that start together
/// on one PostgreSQL wait for each other here.
const LOCK: i64 = 0x6c69_7a61_7264;

/// Names of the migrations that were applied just now, in order.
pub type Migrated = Vec<String>;

/// Brings the database up to this program, on a connection of its own.
pub fn migrate(url: &DatabaseUrl) -> Result<Migrated, Unavailable> {
    let mut db = connect(url, Use::Writing).map_err(Unavailable)?;
    match &mut db {
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
