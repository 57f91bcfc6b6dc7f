//! Old and new dates of tickets that would be moved to other versions.

use askama::Template;
use jiff::Timestamp;

use crate::desk::migration::{Look, Preview};
use crate::domain::migration::{Difference, Shift, Totals};
use crate::web::pages::forms::sentence;
use crate::web::pages::times::{Times, When};
use crate::web::pages::words;

/// Tickets that are shown one by one.
const SHOWN: usize = 50;

/// Ready to be drawn.
#[derive(Template)]
#[template(path = "moves.html")]
pub struct Moves {
    of: i64,
    totals: Totals,
    /// There are more than were looked at.
    partial: bool,
    unchanged: u32,
    refused: Vec<(String, String)>,
    rows: Vec<Row>,
    hidden: usize,
}

struct Row {
    reference: String,
    versions: String,
    dates: Vec<DateRow>,
    reached: String,
}

struct DateRow {
    what: String,
    old: Option<When>,
    new: Option<When>,
    shift: &'static str,
}

impl Moves {
    pub fn of(preview: Preview, times: &Times) -> Self {
        let looked = preview.looks.len();
        let refused = preview.refused.into_iter().map(|r| (r.reference, sentence(&r.message))).collect();
        Self {
            of: preview.of,
            totals: preview.totals,
            partial: preview.next.is_some(),
            unchanged: preview.unchanged,
            refused,
            rows: preview.looks.into_iter().take(SHOWN).map(|look| row(look, times)).collect(),
            hidden: looked.saturating_sub(SHOWN),
        }
    }
}

fn row(look: Look, times: &Times) -> Row {
    let (old, new) = (look.old, look.new);
    let one = |what: &str, old: i64, new: i64| {
        if old == new { format!("{what} {old}") } else { format!("{what} {old} → {new}") }
    };
    let calendar = match &look.calendar {
        (old, new) if old == new => String::new(),
        (old, new) => format!(" ({old} → {new})"),
    };
    let reached: Vec<String> = look.difference.reached.iter().map(|n| format!("rung {n}")).collect();
    Row {
        reference: look.reference,
        versions: format!(
            "{}, {}{calendar}",
            one("ladder", old.ladder, new.ladder),
            one("calendars", old.calendars, new.calendars)
        ),
        dates: dates(&look.difference, times),
        reached: reached.join(", "),
    }
}

/// Those that change.
fn dates(difference: &Difference, times: &Times) -> Vec<DateRow> {
    let when = |at: Option<Timestamp>| at.map(|at| times.when(at));
    let rungs = difference.rungs.iter().filter(|r| r.shift != Shift::Same).map(|r| DateRow {
        what: format!("Rung {}, {}", r.number, r.name),
        old: when(r.old),
        new: when(r.new),
        shift: shift(r.shift),
    });
    let promises = difference.promises.iter().filter(|p| p.shift != Shift::Same).map(|p| DateRow {
        // Its label is what the ticket says.
        what: words::promise(p.kind, None),
        old: when(Some(p.old)),
        new: when(Some(p.new)),
        shift: shift(p.shift),
    });
    rungs.chain(promises).collect()
}

const fn shift(shift: Shift) -> &'static str {
    match shift {
        Shift::Same => "stays",
        Shift::Earlier => "earlier",
        Shift::Later => "later",
        Shift::Added => "there was no such rung",
        Shift::Gone => "there is no such rung any more",
    }
}
