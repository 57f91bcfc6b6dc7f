//! The numbers of the overview: each is a link to exactly its list.

use jiff::Timestamp;

use crate::desk::{Call, Desk, Error};
use crate::domain::access::Scope;
use crate::domain::priority::Priority;
use crate::domain::promise::{Kind, Outcome};
use crate::domain::ticket::{State, Ticket};
use crate::store::Db;
use crate::store::figures::{self, Decided, Mark, Standing};
use crate::web::charts::{Chart, Point, start_of, week_of};
use crate::web::pages::times::{Times, When};

/// Weeks that are looked back on, the present one among them.
const WEEKS: i64 = 13;

/// A number, and the list that it counts.
pub struct Linked {
    pub number: i64,
    pub href: String,
}

/// One rung with its open tickets: of each priority, and in all.
pub struct RungRow {
    pub number: u8,
    pub name: String,
    pub cells: Vec<Linked>,
    pub all: Linked,
}

/// How something went over the last weeks.
pub struct Figure {
    pub label: &'static str,
    /// `94 %`; empty where there was nothing to measure.
    pub value: String,
    /// What it says.
    pub sentence: String,
    /// The tickets behind it.
    pub tickets: Linked,
    pub chart: Chart,
}

pub struct Oldest {
    pub reference: String,
    pub subject: String,
    pub opened: When,
}

pub struct Numbers {
    pub priorities: Vec<&'static str>,
    pub rungs: Vec<RungRow>,
    pub open: Linked,
    pub figures: Vec<Figure>,
    pub oldest: Option<Oldest>,
}

/// A list of the queue.
pub fn list(pairs: &[(&str, &str)]) -> String {
    format!("/queue?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
}

/// All tickets with something that happened to them since then.
pub fn since(name: &str, at: Timestamp) -> String {
    list(&[("state", "all"), (name, &at.to_string())])
}

/// The first instant of the weeks that are looked back on.
pub fn back(now: Timestamp) -> Timestamp {
    start_of(week_of(now) - WEEKS + 1)
}

pub fn of(desk: &Desk, db: &mut Db, call: &Call, times: &Times) -> Result<Numbers, Error> {
    let scope = Scope::of(&call.actor);
    let standing = figures::standing(db, &scope)?;
    let ladder = desk.rulebook.ladder_in_force(db, call.now)?.value;
    let rungs = ladder.rungs.iter().map(|r| rung(r.number, &r.name, &standing)).collect();
    let from = back(call.now);
    let decided = figures::decided(db, &scope, week_of(from))?;
    let refused = figures::happened(db, &scope, Mark::Refusal, from)?;
    let broken = figures::with_broken(db, &scope, from, false)?;
    let missed = figures::with_broken(db, &scope, from, true)?;
    let again = figures::with_mark(db, &scope, Mark::Refusal, from)?;
    let link = |name, number| Linked { number, href: since(name, from) };
    let update = |d: &&Decided| matches!(d.kind, Kind::FirstReply | Kind::NextUpdate);
    let updates: Vec<Decided> = decided.iter().filter(update).copied().collect();
    let now = week_of(call.now);
    let figures = vec![
        kept("Promises kept", &decided, now, link("broken_since", broken)),
        kept("Updates on time", &updates, now, link("update_missed_since", missed)),
        refusals(&refused, now, link("refused_since", again)),
    ];
    let oldest = figures::oldest(db, &scope)?.map(|t: Ticket| Oldest {
        opened: times.when(t.opened_at),
        reference: t.reference,
        subject: t.subject,
    });
    let open = Linked {
        number: standing.iter().map(|s| s.tickets).sum(),
        href: list(&[("state", State::Open.as_str())]),
    };
    let priorities = Priority::ALL.iter().map(|p| p.as_str()).collect();
    Ok(Numbers { priorities, rungs, open, figures, oldest })
}

fn rung(number: u8, name: &str, standing: &[Standing]) -> RungRow {
    let open = ("state", State::Open.as_str());
    let here = number.to_string();
    let of = |priority: Option<Priority>| -> i64 {
        let fits = |s: &&Standing| s.rung == number && priority.is_none_or(|p| p == s.priority);
        standing.iter().filter(fits).map(|s| s.tickets).sum()
    };
    let cell = |p: &Priority| Linked {
        number: of(Some(*p)),
        href: list(&[open, ("rung", &here), ("priority", p.as_str())]),
    };
    RungRow {
        number,
        name: name.to_owned(),
        cells: Priority::ALL.iter().map(cell).collect(),
        all: Linked { number: of(None), href: list(&[open, ("rung", &here)]) },
    }
}

/// Kept out of kept and broken, rounded down: a hundred is all of them.
pub fn percent(kept: i64, broken: i64) -> Option<i64> {
    (kept * 100).checked_div(kept + broken)
}

fn kept(label: &'static str, decided: &[Decided], now: i64, tickets: Linked) -> Figure {
    let of = |week: Option<i64>, outcome: Outcome| -> i64 {
        let fits = |d: &&Decided| d.outcome == outcome && week.is_none_or(|w| w == d.week);
        decided.iter().filter(fits).map(|d| d.promises).sum()
    };
    let rate = |week| percent(of(week, Outcome::Kept), of(week, Outcome::Broken));
    let points: Vec<Point> = weeks(now).map(|week| Point { week, value: rate(Some(week)) }).collect();
    let (kept, broken) = (of(None, Outcome::Kept), of(None, Outcome::Broken));
    let sentence = match rate(None) {
        None => "Nothing of the kind fell due in the last 13 weeks.".to_owned(),
        Some(_) => format!("{kept} of {} in the last 13 weeks; {broken} broken.", kept + broken),
    };
    let value = rate(None).map(|n| format!("{n} %")).unwrap_or_default();
    Figure { label, value, sentence, tickets, chart: Chart::rate(&points) }
}

fn refusals(happened: &[(i64, i64)], now: i64, tickets: Linked) -> Figure {
    let of = |week| happened.iter().filter(|(w, _)| *w == week).map(|(_, n)| n).sum();
    let points: Vec<Point> = weeks(now).map(|week| Point { week, value: Some(of(week)) }).collect();
    let all: i64 = happened.iter().map(|(_, n)| n).sum();
    let sentence = match all {
        0 => "In the last 13 weeks no partner said that it was not fixed.".to_owned(),
        1 => "Once in the last 13 weeks a partner said that it was not fixed.".to_owned(),
        _ => format!("{all} times in the last 13 weeks a partner said that it was not fixed."),
    };
    Figure { label: "Reopened", value: all.to_string(), sentence, tickets, chart: Chart::counts(&points) }
}

fn weeks(now: i64) -> impl Iterator<Item = i64> {
    now - WEEKS + 1..=now
}
