//! What happened to the tickets of a list, as its reader asks for it.

use crate::store::tickets::Marks;
use crate::web::fields::Fields;

/// Reads the marks of a list; who holds the rung is looked up later.
pub fn read(f: &mut Fields) -> Marks {
    Marks {
        holder: None,
        opened_since: f.instant("opened_since"),
        broken_since: f.instant("broken_since"),
        update_missed_since: f.instant("update_missed_since"),
        refused_since: f.instant("refused_since"),
        surprise_since: f.instant("surprise_since"),
        exception_since: f.instant("exception_since"),
        late: f.flag("late").unwrap_or(false),
        quiet: f.flag("quiet").unwrap_or(false),
    }
}
