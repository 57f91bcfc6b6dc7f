//! A page of what was looked for. The index says which tickets have the words, the queue which
//! of them come first: where the words are frequent, by going along the queue until the page
//! is full, so that a page costs about the same however many there are.

use std::collections::HashSet;

use diesel::QueryResult;

use crate::domain::access::Scope;
use crate::domain::search::Sought;
use crate::store::{Db, texts};

use super::list::{Cursor, Filter, keys};

/// As many are sorted as they come.
const FEW: usize = 1_000;
/// Places of the queue that are looked at together.
const STEP: i64 = 1_000;

/// The first `most` places after `after`.
pub(super) fn searched(
    db: &mut Db,
    scope: &Scope,
    filter: &Filter,
    sought: &Sought,
    after: Option<Cursor>,
    most: i64,
) -> QueryResult<Vec<Cursor>> {
    let found = texts::found(db, sought, scope.has_notes())?;
    let most = usize::try_from(most).unwrap_or_default();
    let (mut places, mut at) = (Vec::new(), after);
    if found.len() > FEW && reads_most(scope) {
        let these: HashSet<i64> = found.iter().copied().collect();
        let mut looked_at = 0;
        // Where the queue holds few of them, going on would cost more than sorting them.
        while looked_at < found.len() {
            let next = keys(db, scope, filter, None, at, STEP)?;
            let is_end = i64::try_from(next.len()).is_ok_and(|n| n < STEP);
            looked_at += next.len();
            at = next.last().copied().or(at);
            places.extend(next.into_iter().filter(|place| these.contains(&place.id)));
            if is_end || places.len() >= most {
                places.truncate(most);
                return Ok(places);
            }
        }
    }
    let left = i64::try_from(most - places.len()).unwrap_or_default();
    places.extend(keys(db, scope, filter, Some(&found), at, left)?);
    Ok(places)
}

/// Hardly a ticket is out of their sight: the queue is theirs.
const fn reads_most(scope: &Scope) -> bool {
    matches!(scope, Scope::Desk { .. } | Scope::Everything { .. } | Scope::Token { partner: None })
}
