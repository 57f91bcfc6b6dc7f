//! The sweep: every ticket whose clocks want a look gets one, each in a transaction of
//! its own. What has to happen is decided in `domain/escalation.rs`.

use jiff::Timestamp;

use crate::domain::escalation::{Case, Verdict, decide};
use crate::domain::ticket::Ticket;
use crate::store::tickets::Due;
use crate::store::{self, Db};

use super::{Desk, Error, hold};

/// What became of one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Clocks had run out, and what follows is recorded.
    Acted,
    /// Somebody else had looked already.
    Rested,
}

/// Tickets that want a look at `now`, the longest due first, after `after`.
pub fn due(db: &mut Db, now: Timestamp, after: Option<&Due>, limit: i64) -> Result<Vec<Due>, Error> {
    Ok(store::tickets::due(db, now, after, limit)?)
}

/// Looks at one ticket.
pub fn look(desk: &Desk, db: &mut Db, reference: &str, now: Timestamp) -> Result<Looked, Error> {
    let loaded = hold(desk, db, reference, now)?;
    match decide(&Case { ticket: &loaded.ticket, rules: loaded.rules() }, loaded.now)? {
        Verdict::Act(change) => {
            loaded.record(desk, db, *change)?;
            Ok(Looked::Acted)
        }
        Verdict::Rest => rests(db, &loaded.ticket, None),
        Verdict::Wait(at) => rests(db, &loaded.ticket, Some(at)),
    }
}

/// There was nothing to do. Where somebody was sent too early (a migration sends to every
/// live ticket), the next one comes when there will be.
fn rests(db: &mut Db, ticket: &Ticket, next: Option<Timestamp>) -> Result<Looked, Error> {
    if ticket.check_at != next {
        store::tickets::looks_at(db, ticket, next)?;
    }
    Ok(Looked::Rested)
}
