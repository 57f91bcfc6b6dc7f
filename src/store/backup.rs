//! A copy of an SQLite database, made while others read and write it, and what such a copy
//! holds. PostgreSQL has programs of its own for that: here is only which of them fit.

use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use crate::settings::DatabaseUrl;

use super::connect::{Use, connect};
use super::schema::tickets;
use super::{Db, Unavailable, migrations, soundness};

/// What a copy holds.
#[derive(Clone, Debug)]
pub struct Inventory {
    pub tickets: i64,
    /// The last migration that was applied.
    pub schema: String,
}

/// Why a copy is no backup.
#[derive(Debug, thiserror::Error)]
pub enum Flaw {
    #[error("the copy is not whole: {0}")]
    NotWhole(String),
    #[error("no Lizard has ever kept anything in it")]
    Empty,
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] diesel::result::Error),
    #[error(transparent)]
    Unopened(#[from] diesel::ConnectionError),
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Integer)]
    value: i32,
}

/// Copies the database into `target`, an empty file or none: the state of one instant, however
/// long it takes and whoever writes meanwhile.
pub fn copy(url: &DatabaseUrl, target: &str) -> Result<(), Unavailable> {
    let mut db = connect(url, Use::Writing).map_err(Unavailable)?;
    diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(target).execute(&mut db)?;
    Ok(())
}

/// Looks through a copy: every page, every index, every reference. Says what is wrong with it.
pub fn look_through(copy: &Path) -> Result<Inventory, Flaw> {
    let mut db = Db::Sqlite(SqliteConnection::establish(&copy.to_string_lossy())?);
    diesel::sql_query("PRAGMA query_only = ON").execute(&mut db)?;
    let mut wrong = soundness::damage(&mut db)?;
    wrong.extend(soundness::loose_rows(&mut db)?);
    if !wrong.is_empty() {
        return Err(Flaw::NotWhole(wrong.join("; ")));
    }
    let schema = migrations::applied(&mut db)?.pop().ok_or(Flaw::Empty)?;
    let tickets = tickets::table.select(diesel::dsl::count_star()).first(&mut db)?;
    Ok(Inventory { tickets, schema })
}

/// The server's major version: 15.
pub fn server_version(url: &DatabaseUrl) -> Result<i32, Unavailable> {
    let mut db = connect(url, Use::Reading).map_err(Unavailable)?;
    let Version { value } =
        diesel::sql_query("SELECT CAST(current_setting('server_version_num') AS integer) / 10000 AS value")
            .get_result(&mut db)?;
    Ok(value)
}
