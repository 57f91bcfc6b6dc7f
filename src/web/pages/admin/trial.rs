//! What recent tickets would have come to under a version that is not saved yet.

use askama::Template;

use crate::web::pages::words;
use crate::web::view::{BrokenCompared, HeardBody, PersonCompared, RefusedAct, RungCompared, SimulationBody};

/// Ready to be drawn.
#[derive(Template)]
#[template(path = "trial.html")]
pub struct Tried {
    /// The difference in one sentence.
    headline: String,
    tickets: u64,
    opened: u64,
    rows: Vec<Row>,
    people: Vec<Row>,
    refused: u64,
    differ: u64,
    not_replayed: u64,
}

/// The same figure under the rules that applied and under those that are looked at.
struct Row {
    what: String,
    present: u64,
    proposed: u64,
    note: String,
}

impl Row {
    fn new(what: String, present: u64, proposed: u64) -> Self {
        Self { what, present, proposed, note: String::new() }
    }

    fn difference(&self) -> String {
        match self.proposed.cmp(&self.present) {
            std::cmp::Ordering::Equal => "the same".to_owned(),
            std::cmp::Ordering::Greater => format!("{} more", self.proposed - self.present),
            std::cmp::Ordering::Less => format!("{} fewer", self.present - self.proposed),
        }
    }

    fn is_same(&self) -> bool {
        self.present == self.proposed && self.note.is_empty()
    }
}

impl Tried {
    pub fn of(body: &SimulationBody) -> Self {
        let rows = body.rungs.iter().flat_map(rung).chain(body.broken_promises.iter().map(broken));
        let sum = |of: fn(&RefusedAct) -> u64| body.refused.iter().map(of).sum::<u64>();
        Self {
            headline: headline(body),
            tickets: body.tickets,
            opened: body.opened,
            rows: rows.collect(),
            people: body.people.iter().map(person).filter(|row| !row.is_same()).collect(),
            refused: sum(|act| act.proposed),
            differ: body.differ.count,
            not_replayed: body.not_replayed.iter().map(|n| n.tickets.count).sum(),
        }
    }
}

/// What somebody wants to know first: what it means for who is at the top.
fn headline(body: &SimulationBody) -> String {
    let Some(top) = body.rungs.iter().max_by_key(|r| r.rung) else {
        return "It would have changed nothing: no rung was reached.".to_owned();
    };
    let notices = Row::new(String::new(), top.present.notices, top.proposed.notices);
    if notices.is_same() {
        return format!("It would have sent as many notices of rung {} as there were.", top.rung);
    }
    format!("It would have sent {} notices of rung {}.", notices.difference(), top.rung)
}

fn rung(rung: &RungCompared) -> Vec<Row> {
    let (is, would) = (rung.present, rung.proposed);
    let mut reached = Row::new(format!("Tickets that reached rung {}", rung.rung), is.tickets, would.tickets);
    if let Some(shift) = rung.shift.filter(|s| s.earliest_hours != 0.0 || s.latest_hours != 0.0) {
        reached.note = format!(
            "in the median {}; from {} to {}",
            hours(shift.median_hours),
            hours(shift.earliest_hours),
            hours(shift.latest_hours)
        );
    }
    vec![
        reached,
        Row::new(format!("Rung {}: heads-ups", rung.rung), is.heads_ups, would.heads_ups),
        Row::new(format!("Rung {}: notices", rung.rung), is.notices, would.notices),
        Row::new(format!("Rung {}: told again", rung.rung), is.renotifications, would.renotifications),
    ]
}

/// So much later, in hours.
fn hours(later: f64) -> String {
    if later == 0.0 {
        "the same hour".to_owned()
    } else {
        format!("{:.1} h {}", later.abs(), if later < 0.0 { "earlier" } else { "later" })
    }
}

fn broken(broken: &BrokenCompared) -> Row {
    let kind = broken.kind.parse().map_or_else(|_| broken.kind.clone(), |kind| words::promise(kind, None));
    Row::new(format!("Promises broken: {}", kind.to_lowercase()), broken.present, broken.proposed)
}

/// Letters about a rung to one person.
fn person(person: &PersonCompared) -> Row {
    let all = |h: HeardBody| h.heads_ups + h.notices + h.renotifications;
    let what = format!("{}, of rung {}", person.person, person.rung);
    Row::new(what, all(person.present), all(person.proposed))
}
