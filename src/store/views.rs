//! Filters of the queue that somebody gave a name.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::PersonId;

use super::rows::us;
use super::schema::{people, views};
use super::{Db, each};

/// A view, and whose it is.
#[derive(Clone, Debug, Queryable)]
pub struct View {
    pub id: i64,
    pub name: String,
    /// As in an address, behind the question mark.
    pub query: String,
    pub shared: bool,
    owner_id: i64,
    pub owner: String,
}

impl View {
    pub const fn is_of(&self, person: PersonId) -> bool {
        self.owner_id == person.0
    }
}

/// Keeps it under its name, which is somebody's once.
pub fn save(
    db: &mut Db,
    person: PersonId,
    name: &str,
    query: &str,
    shared: bool,
    now: Timestamp,
) -> QueryResult<()> {
    let row = (
        views::person_id.eq(person.0),
        views::name.eq(name),
        views::query.eq(query),
        views::shared.eq(shared),
        views::created_at.eq(us(now)),
    );
    let anew = (views::query.eq(query), views::shared.eq(shared));
    each!(db, |c| diesel::insert_into(views::table)
        .values(row)
        .on_conflict((views::person_id, views::name))
        .do_update()
        .set(anew)
        .execute(c))?;
    Ok(())
}

/// How many somebody has, but for the one of this name.
pub fn others(db: &mut Db, person: PersonId, name: &str) -> QueryResult<i64> {
    views::table.filter(views::person_id.eq(person.0)).filter(views::name.ne(name)).count().get_result(db)
}

/// Removes one of somebody's own; false where it is none.
pub fn remove(db: &mut Db, person: PersonId, id: i64) -> QueryResult<bool> {
    let own = views::table.find(id).filter(views::person_id.eq(person.0));
    Ok(diesel::delete(own).execute(db)? == 1)
}

/// Somebody's own, then what others share.
pub fn of(db: &mut Db, person: PersonId, most: i64) -> QueryResult<Vec<View>> {
    let columns = (views::id, views::name, views::query, views::shared, views::person_id, people::name);
    let mut all: Vec<View> = views::table
        .inner_join(people::table)
        .filter(views::person_id.eq(person.0))
        .select(columns)
        .order(views::name.asc())
        .limit(most)
        .load(db)?;
    let shared: Vec<View> = views::table
        .inner_join(people::table)
        .filter(views::shared.eq(true))
        .filter(views::person_id.ne(person.0))
        .filter(people::active.eq(true))
        .select(columns)
        .order((views::name.asc(), views::id.asc()))
        .limit(most)
        .load(db)?;
    all.extend(shared);
    Ok(all)
}
