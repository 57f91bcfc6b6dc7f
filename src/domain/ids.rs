//! Numbers that name rows, each of its own type, so that none stands in for another.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+ };
}

id! {
    /// A partner company.
    PartnerId,
    /// Anybody who signs in: contact, principal or staff.
    PersonId,
    /// A bearer token of an integrator.
    TokenId,
    TicketId,
    /// A time during which somebody is away.
    AbsenceId,
}
