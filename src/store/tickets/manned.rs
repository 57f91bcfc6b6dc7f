//! Live tickets whom somebody's coming and going concerns, in order of id.

use diesel::prelude::*;

use crate::domain::ids::PersonId;
use crate::domain::ladder::Stand;
use crate::store::Db;
use crate::store::schema::{partners, rungs, tickets};

use super::{LIVE, lower};

/// A ticket's id and reference, for several lists to become one.
pub type Named = (i64, String);

/// Those that they own, and those that somebody else owns for them.
pub fn owned(db: &mut Db, person: PersonId) -> QueryResult<Vec<Named>> {
    let mut own: Vec<Named> = tickets::table
        .filter(tickets::owner_id.eq(person.0))
        .filter(LIVE)
        .select((tickets::id, tickets::reference))
        .load(db)?;
    let for_them: Vec<Named> = tickets::table
        .filter(tickets::stands_in_for_id.eq(person.0))
        .filter(LIVE)
        .select((tickets::id, tickets::reference))
        .load(db)?;
    own.extend(for_them);
    own.sort_unstable();
    own.dedup();
    Ok(own)
}

/// Those on which they stand on a rung.
pub fn held(db: &mut Db, person: PersonId) -> QueryResult<Vec<Named>> {
    rungs::table
        .inner_join(tickets::table)
        .filter(rungs::holder_id.eq(person.0))
        .filter(LIVE)
        .select((tickets::id, tickets::reference))
        .distinct()
        .order(tickets::id.asc())
        .load(db)
}

/// For whom a rung is somebody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    PartnersOf(PersonId),
    Region(String),
    Everybody,
}

/// Those with such a rung on which somebody else stands, or nobody.
pub fn held_by_others(db: &mut Db, stand: Stand, whose: &Whose, person: PersonId) -> QueryResult<Vec<Named>> {
    let mut query = rungs::table
        .inner_join(tickets::table.inner_join(partners::table))
        .filter(rungs::stand.eq(stand.as_str()))
        .filter(rungs::holder_id.is_null().or(rungs::holder_id.ne(person.0).assume_not_null()))
        .filter(LIVE)
        .select((tickets::id, tickets::reference))
        .into_boxed::<crate::store::db::MultiBackend>();
    match whose {
        Whose::PartnersOf(manager) => query = query.filter(partners::channel_manager_id.eq(manager.0)),
        Whose::Region(region) => {
            query = query.filter(lower(partners::region).eq(region.to_ascii_lowercase()));
        }
        Whose::Everybody => {}
    }
    query.order(tickets::id.asc()).load(db)
}

/// Makes others who want to change these wait until the transaction has ended; on SQLite they do.
pub fn hold_all(db: &mut Db, named: &[Named]) -> QueryResult<()> {
    if let Db::Pg(c) = db {
        tickets::table
            .filter(crate::store::conditions::one_of(tickets::id, named.iter().map(|(id, _)| *id)))
            .select(tickets::id)
            .order(tickets::id.asc())
            .for_update()
            .execute(c)?;
    }
    Ok(())
}
