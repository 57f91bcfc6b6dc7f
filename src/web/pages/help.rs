//! `/help`: who is told when, and how a priority comes about. Public; names no person.

use askama::Template;
use jiff::tz::TimeZone;

use crate::domain::ladder::{Ladder, Stand};
use crate::domain::priority::{Impact, Priority, Urgency, Weighing, judge};

use super::arriving::Visitor;
use super::error::Page;
use super::frame::{Frame, ok};
use super::words::{self, allowance};

#[derive(Template)]
#[template(path = "pages/ladder.html")]
struct LadderPage {
    frame: Frame,
    ladder: LadderTable,
    longest_wait: String,
    shares: Vec<String>,
}

#[derive(Template)]
#[template(path = "pages/priorities.html")]
struct PrioritiesPage {
    frame: Frame,
    ladder: LadderTable,
    urgencies: Vec<&'static str>,
    rows: Vec<MatrixRow>,
    limits: Vec<String>,
}

/// What one impact comes to, for each urgency.
struct MatrixRow {
    impact: &'static str,
    cells: Vec<(&'static str, Weighed)>,
}

/// A priority, and what it may be instead on the day of the deadline.
struct Weighed {
    usual: Priority,
    today: Option<Priority>,
}

/// The ladder in plain words.
pub struct LadderTable {
    pub rungs: Vec<RungLine>,
    pub priorities: Vec<(&'static str, &'static str)>,
    pub rows: Vec<TermRow>,
}

pub struct RungLine {
    pub number: u8,
    pub name: String,
    pub who: &'static str,
}

/// One thing granted, for each priority.
pub struct TermRow {
    pub label: String,
    pub cells: Vec<(&'static str, String)>,
}

impl LadderTable {
    pub fn of(ladder: &Ladder) -> Self {
        let row = |label: String, cell: &dyn Fn(Priority) -> String| TermRow {
            label,
            cells: Priority::ALL.iter().map(|p| (p.as_str(), cell(*p))).collect(),
        };
        let terms = |p: Priority| ladder.terms(p);
        let mut rows = vec![
            row("A person answers within".to_owned(), &|p| allowance(terms(p).first_reply)),
            row("You hear from us at least every".to_owned(), &|p| allowance(terms(p).update)),
            row("Solved, as first promised, within".to_owned(), &|p| allowance(terms(p).resolution)),
        ];
        for rung in ladder.rungs.iter().filter(|r| r.number > 1) {
            rows.push(row(format!("{} is told after", rung.name), &|p| {
                terms(p)
                    .rungs
                    .get(&rung.number)
                    .map_or_else(|| "never by itself".to_owned(), |a| allowance(*a))
            }));
        }
        rows.push(row("If you escalate by hand, a person answers within".to_owned(), &|p| {
            allowance(terms(p).press_answer)
        }));
        Self {
            rungs: ladder
                .rungs
                .iter()
                .map(|r| RungLine { number: r.number, name: r.name.clone(), who: who(r.stand) })
                .collect(),
            priorities: Priority::ALL.iter().map(|p| (p.as_str(), p.meaning())).collect(),
            rows,
        }
    }
}

const fn who(stand: Stand) -> &'static str {
    match stand {
        Stand::Owner => {
            "The owner of your issue, a member of the support desk. They stay its owner on every rung."
        }
        Stand::ChannelManager => "The channel manager who looks after your company.",
        Stand::Director => "The director of your region.",
        Stand::Vp => "The executive who answers for all partners.",
    }
}

/// How impact and urgency make a priority, by the very rule that judges an issue.
pub async fn priorities(visitor: Visitor) -> Page {
    let app = &visitor.app;
    let (desk, now) = (app.desk.clone(), app.clock.now());
    let found = app.store.read(move |db| desk.rulebook.ladder_in_force(db, now)).await?;
    let weigh = |impact, urgency, deadline| {
        let zone = &TimeZone::UTC;
        judge(&Weighing { impact, urgency, deadline, above_limit: false, partner_zone: zone, filed: now })
            .priority
    };
    let cell = |impact, urgency: Urgency| {
        let usual = weigh(impact, urgency, None);
        let today = Some(weigh(impact, urgency, Some(now))).filter(|p| *p != usual);
        (urgency.label(), Weighed { usual, today })
    };
    let row = |impact: &Impact| MatrixRow {
        impact: impact.label(),
        cells: Urgency::ALL.iter().map(|u| cell(*impact, *u)).collect(),
    };
    let mut limits: Vec<String> = app
        .desk
        .value_limits
        .iter()
        .map(|(currency, limit)| words::money(limit.saturating_mul(100), currency))
        .collect();
    limits.sort();
    let page = PrioritiesPage {
        frame: Frame::of(visitor.member.as_ref(), "How a priority comes about", "/help/ladder"),
        ladder: LadderTable::of(&found.value),
        urgencies: Urgency::ALL.iter().map(|u| u.label()).collect(),
        rows: Impact::ALL.iter().map(row).collect(),
        limits,
    };
    Ok(ok(&page))
}

pub async fn ladder(visitor: Visitor) -> Page {
    let (desk, now) = (visitor.app.desk.clone(), visitor.app.clock.now());
    let found = visitor.app.store.read(move |db| desk.rulebook.ladder_in_force(db, now)).await?;
    let ladder = &found.value;
    let share = |s: &crate::domain::ladder::DeadlineShare| {
        let name = ladder.rung(s.rung).map(|r| r.name.clone()).unwrap_or_default();
        format!("{name}: when {} % of the business time until the deadline has passed", s.percent)
    };
    let page = LadderPage {
        frame: Frame::of(visitor.member.as_ref(), "Who is told when", "/help/ladder"),
        ladder: LadderTable::of(ladder),
        longest_wait: allowance(ladder.longest_wait),
        shares: ladder.deadline_shares.iter().map(share).collect(),
    };
    Ok(ok(&page))
}
