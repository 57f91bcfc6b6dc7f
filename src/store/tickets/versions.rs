//! Live tickets that are measured by other versions than some.

use diesel::prelude::*;

use crate::domain::ids::{PartnerId, PersonId};
use crate::domain::ticket::migrating::Versions;
use crate::store::Db;
use crate::store::db::MultiBackend;
use crate::store::schema::tickets;

use super::LIVE;

/// Which tickets.
#[derive(Clone, Copy, Debug)]
pub struct OnOthers {
    /// On another ladder or on other calendars than these.
    pub than: Versions,
    pub partner: Option<PartnerId>,
    /// Who looks: a ticket about them does not exist.
    pub reader: Option<PersonId>,
}

macro_rules! narrowed {
    ($which:expr) => {{
        let OnOthers { than, partner, reader } = *$which;
        let mut query = tickets::table
            .filter(LIVE)
            .filter(tickets::ladder_version.ne(than.ladder).or(tickets::calendar_version.ne(than.calendars)))
            .into_boxed::<MultiBackend>();
        if let Some(partner) = partner {
            query = query.filter(tickets::partner_id.eq(partner.0));
        }
        if let Some(reader) = reader {
            query = query
                .filter(tickets::about_id.nullable().is_null().or(tickets::about_id.nullable().ne(reader.0)));
        }
        query
    }};
}

/// Ids and references, by id, from after `after` on.
pub fn on_others(db: &mut Db, which: &OnOthers, after: i64, limit: i64) -> QueryResult<Vec<(i64, String)>> {
    narrowed!(which)
        .filter(tickets::id.gt(after))
        .select((tickets::id, tickets::reference))
        .order(tickets::id.asc())
        .limit(limit)
        .load(db)
}

/// How many there are.
pub fn count_on_others(db: &mut Db, which: &OnOthers) -> QueryResult<i64> {
    narrowed!(which).count().get_result(db)
}
