//! Resolver teams.

use diesel::prelude::*;
use jiff::Timestamp;

use super::Db;
use super::rows::us;
use super::schema::teams;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = teams)]
pub struct Team {
    pub code: String,
    pub name: String,
}

/// Every team, by code.
pub fn all(db: &mut Db) -> QueryResult<Vec<Team>> {
    teams::table.select(Team::as_select()).order(teams::code.asc()).load(db)
}

pub fn find(db: &mut Db, code: &str) -> QueryResult<Option<Team>> {
    teams::table.find(code).select(Team::as_select()).first(db).optional()
}

/// Adds a team; a code that exists is an error of the database's.
pub fn insert(db: &mut Db, code: &str, name: &str, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(teams::table)
        .values((teams::code.eq(code), teams::name.eq(name), teams::created_at.eq(us(now))))
        .execute(db)?;
    Ok(())
}

pub fn rename(db: &mut Db, code: &str, name: &str) -> QueryResult<bool> {
    Ok(diesel::update(teams::table.find(code)).set(teams::name.eq(name)).execute(db)? == 1)
}
