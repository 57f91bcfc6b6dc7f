//! The scope as conditions; `domain::access` says the same for one ticket, and a test compares
//! them. The same for tickets alone, and for what is joined with them.

use diesel::dsl::{InnerJoinQuerySource, exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::domain::access::Scope;
use crate::domain::ids::PersonId;
use crate::domain::taxonomy::{COMPLAINTS, LEGAL};
use crate::store::db::MultiBackend;
use crate::store::schema::{events, partners, promises, rungs, tickets};

use super::list::lower;

pub(super) type Condition = Box<dyn BoxableExpression<tickets::table, MultiBackend, SqlType = Bool>>;
/// Promises with their tickets, and events with theirs.
pub(in crate::store) type OfPromises = InnerJoinQuerySource<promises::table, tickets::table>;
pub(in crate::store) type OfEvents = InnerJoinQuerySource<events::table, tickets::table>;

/// Stands on one of its rungs now.
#[diesel::dsl::auto_type(no_type_alias)]
fn holds(me: PersonId) -> _ {
    let me: i64 = me.0;
    exists(rungs::table.filter(rungs::ticket_id.eq(tickets::id)).filter(rungs::holder_id.eq(me)))
}

/// One text for every source.
macro_rules! conditions_of_scope {
    ($(#[$meta:meta])* $name:ident, $source:ty) => {
        $(#[$meta])*
        pub(in crate::store) fn $name(
            scope: &Scope,
        ) -> Vec<Box<dyn BoxableExpression<$source, MultiBackend, SqlType = Bool>>> {
            type Of = Box<dyn BoxableExpression<$source, MultiBackend, SqlType = Bool>>;
            let not_about = |me: PersonId| -> Of {
                Box::new(tickets::about_id.is_null().or(tickets::about_id.ne(me.0)).assume_not_null())
            };
            let unrestricted = || not(tickets::category_group.eq_any([COMPLAINTS, LEGAL]));
            match scope {
                Scope::Nothing => vec![Box::new(sql::<Bool>("1 = 0"))],
                Scope::Company { partner, me, only_own } => {
                    let mut conditions: Vec<Of> =
                        vec![Box::new(tickets::partner_id.eq(partner.0)), not_about(*me)];
                    if *only_own {
                        conditions.push(Box::new(unrestricted().or(tickets::requester_id.eq(me.0))));
                    }
                    conditions
                }
                Scope::Desk { me } => {
                    vec![not_about(*me), Box::new(unrestricted().or(tickets::owner_id.eq(me.0)))]
                }
                Scope::ChannelManager { me } => vec![
                    not_about(*me),
                    Box::new(tickets::category_group.ne(LEGAL)),
                    Box::new(
                        exists(
                            partners::table
                                .filter(partners::id.eq(tickets::partner_id))
                                .filter(partners::channel_manager_id.eq(me.0)),
                        )
                        .or(holds(*me)),
                    ),
                ],
                Scope::Region { region: Some(region), me } => vec![
                    not_about(*me),
                    Box::new(
                        exists(
                            partners::table
                                .filter(partners::id.eq(tickets::partner_id))
                                .filter(lower(partners::region).eq(region.to_ascii_lowercase())),
                        )
                        .or(holds(*me)),
                    ),
                ],
                Scope::Region { region: None, me } => vec![not_about(*me), Box::new(holds(*me))],
                Scope::Everything { me } => vec![not_about(*me)],
                Scope::Token { partner } => {
                    let mut conditions: Vec<Of> = vec![Box::new(unrestricted())];
                    if let Some(partner) = partner {
                        conditions.push(Box::new(tickets::partner_id.eq(partner.0)));
                    }
                    conditions
                }
            }
        }
    };
}

conditions_of_scope!(
    /// Of tickets.
    within,
    tickets::table
);
conditions_of_scope!(
    /// Of promises of tickets.
    within_promises,
    OfPromises
);
conditions_of_scope!(
    /// Of events of tickets.
    within_events,
    OfEvents
);

/// An executive's scope as conditions on the number of a ticket, for counts that look at no
/// ticket. Whoever else asks has no such counts. The `+` keeps SQLite from starting there.
macro_rules! conditions_on_ids {
    ($(#[$meta:meta])* $name:ident, $source:ty, $column:literal) => {
        $(#[$meta])*
        pub(in crate::store) fn $name(
            scope: &Scope,
        ) -> Vec<Box<dyn BoxableExpression<$source, MultiBackend, SqlType = Bool>>> {
            let (region, me) = match scope {
                Scope::Everything { me } => (None, *me),
                Scope::Region { region, me } => (Some(region.clone().unwrap_or_default()), *me),
                _ => return vec![Box::new(sql::<Bool>("1 = 0"))],
            };
            let about = sql::<Bool>(concat!($column, " NOT IN (SELECT id FROM tickets WHERE about_id = "));
            let mut all: Vec<Box<dyn BoxableExpression<$source, MultiBackend, SqlType = Bool>>> =
                vec![Box::new(about.bind::<BigInt, _>(me.0).sql(")"))];
            if let Some(region) = region {
                let of_region = sql::<Bool>(concat!(
                    "+", $column, " IN (SELECT tickets.id FROM tickets WHERE tickets.partner_id IN \
                     (SELECT partners.id FROM partners WHERE lower(partners.region) = "
                ));
                let of_region = of_region.bind::<Text, _>(region.to_ascii_lowercase());
                let held = of_region.sql(") UNION ALL SELECT rungs.ticket_id FROM rungs WHERE rungs.holder_id = ");
                all.push(Box::new(held.bind::<BigInt, _>(me.0).sql(")")));
            }
            all
        }
    };
}

conditions_on_ids!(
    /// Of promises.
    promises_within,
    promises::table,
    "promises.ticket_id"
);
conditions_on_ids!(
    /// Of events.
    events_within,
    events::table,
    "events.ticket_id"
);
