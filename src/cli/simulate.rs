//! `lizard simulate`: what another ladder or other calendars would have made of tickets that
//! there were. Looks and changes nothing.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::{Clock, SystemClock};
use crate::configuration::Source;
use crate::desk::simulation::{self, Period, Span, Trial, Written};
use crate::desk::{Desk, Error};
use crate::domain::event::{Event, Line};
use crate::domain::ids::TicketId;
use crate::domain::replay::OtherRules;
use crate::domain::simulation::Comparison;
use crate::settings::Settings;
use crate::store::Store;
use crate::web::view::{self, SimulationBody};

use super::Mistakes;

/// Ids that are looked at at once, on one state of the database; and tickets of a file.
const RANGE: i64 = 200;
/// Ranges under way at once.
const AT_ONCE: u32 = 4;

#[derive(Args)]
#[command(group(clap::ArgGroup::new("rules").required(true).multiple(true).args(["ladder", "calendars"])))]
pub struct Simulate {
    /// The ladder to be tried, written as config/ladder.toml is.
    #[arg(long, value_name = "FILE")]
    ladder: Option<PathBuf>,
    /// The calendars to be tried, written as config/calendars.toml is.
    #[arg(long, value_name = "FILE")]
    calendars: Option<PathBuf>,
    /// Tickets opened since then, a date or an instant; else those of the last 90 days.
    #[arg(long, value_parser = instant)]
    since: Option<Timestamp>,
    /// The clocks run until then, and not until now.
    #[arg(long, value_parser = instant)]
    until: Option<Timestamp>,
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Take the tickets from this file and not from the database: a line an event, as
    /// /api/v1/tickets/{reference}/events?format=jsonl gives them.
    #[arg(long, value_name = "FILE", conflicts_with = "since")]
    ticket_events: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// An instant, or the beginning of a day in UTC.
fn instant(text: &str) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let day: Date =
        text.parse().map_err(|_| "must be as 2026-11-23, or as 2026-11-23T10:20:00Z".to_owned())?;
    day.to_zoned(TimeZone::UTC).map(|at| at.timestamp()).map_err(|error| error.to_string())
}

pub async fn run(settings: Settings, wish: Simulate) -> anyhow::Result<ExitCode> {
    let store = super::open_to_look(&settings, AT_ONCE + 1).await?;
    let desk = Arc::new(Desk::new(&settings));
    let rules = Arc::new(rules(&store, &desk, &wish).await?);
    let until = wish.until.unwrap_or_else(|| SystemClock.now());
    let usual = Period::up_to(until);
    let period = Period { since: wish.since.unwrap_or(usual.since), ..usual };
    let run = Run { store, desk, rules, period };
    let (opened, found) = match &wish.ticket_events {
        Some(file) => run.file(file).await?,
        None => run.database().await?,
    };
    let people = found.clone();
    let names = run.store.read(move |db| simulation::people(db, &people)).await?;
    let body = view::simulation(run.period, &Trial { opened, found, names });
    match wish.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&body)?),
        Format::Table => table(&body),
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the files. A file with mistakes ends it, with all of them.
async fn rules(store: &Store, desk: &Arc<Desk>, wish: &Simulate) -> anyhow::Result<OtherRules> {
    let read = |path: &Option<PathBuf>| {
        let text = path.as_ref().map(|path| {
            std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
        });
        let name = path.as_ref().map(|p| p.display().to_string()).unwrap_or_default();
        text.transpose().map(|text| (name, text))
    };
    let (ladder, calendars) = (read(&wish.ladder)?, read(&wish.calendars)?);
    let (desk, now) = (Arc::clone(desk), SystemClock.now());
    let found = store
        .read(move |db| {
            simulation::rules(&desk, db, source(&ladder), source(&calendars), Written::Files, now)
        })
        .await?;
    Ok(found.map_err(Mistakes)?)
}

fn source((file, text): &(String, Option<String>)) -> Option<Source<'_>> {
    text.as_deref().map(|text| Source { file, text })
}

struct Run {
    store: Store,
    desk: Arc<Desk>,
    rules: Arc<OtherRules>,
    period: Period,
}

impl Run {
    /// Everything opened in the period, a range of ids after the other, several under way at once.
    async fn database(&self) -> anyhow::Result<(i64, Comparison)> {
        let (period, mut found) = (self.period, Comparison::default());
        let span = self.store.read(move |db| simulation::span(db, period, i64::MAX)).await?;
        let Some(Span { mut first, last, opened }) = span else { return Ok((0, found)) };
        let mut under_way = VecDeque::new();
        while first <= last || !under_way.is_empty() {
            while first <= last && under_way.len() < AT_ONCE as usize {
                let ids = (first, last.min(first + RANGE - 1));
                let (store, desk, rules) =
                    (self.store.clone(), Arc::clone(&self.desk), Arc::clone(&self.rules));
                under_way.push_back(tokio::spawn(async move {
                    store.read(move |db| simulation::range(&desk, db, ids, period, &rules)).await
                }));
                first += RANGE;
            }
            if let Some(range) = under_way.pop_front() {
                found.add(range.await??);
            }
        }
        Ok((opened, found))
    }

    /// The tickets of a file, some at a time. A ticket's events stand together, in their order.
    async fn file(&self, path: &Path) -> anyhow::Result<(i64, Comparison)> {
        let name = path.display();
        let file = File::open(path).with_context(|| format!("{name} cannot be read"))?;
        let (mut opened, mut found) = (0, Comparison::default());
        let mut tickets: Vec<(String, Vec<Event>)> = Vec::new();
        for (number, line) in (1..).zip(BufReader::new(file).lines()) {
            let line = line.with_context(|| format!("{name}:{number}: cannot be read"))?;
            if line.trim().is_empty() {
                continue;
            }
            let Line { ticket, event } = serde_json::from_str(&line)
                .with_context(|| format!("{name}:{number}: this is no event of a ticket"))?;
            match tickets.last_mut().filter(|(known, _)| *known == ticket) {
                Some((_, events)) if events.last().is_some_and(|last| last.number + 1 != event.number) => {
                    bail!("{name}:{number}: event {} of {ticket} is not the next one", event.number)
                }
                Some((_, events)) => events.push(event),
                None => {
                    if i64::try_from(tickets.len())? >= RANGE {
                        self.some(std::mem::take(&mut tickets), &mut found).await?;
                    }
                    opened += 1;
                    tickets.push((ticket, vec![event]));
                }
            }
        }
        self.some(tickets, &mut found).await?;
        Ok((opened, found))
    }

    async fn some(&self, tickets: Vec<(String, Vec<Event>)>, found: &mut Comparison) -> anyhow::Result<()> {
        let (desk, rules, until) = (Arc::clone(&self.desk), Arc::clone(&self.rules), self.period.until);
        let more = self.store.read(move |db| {
            let mut found = Comparison::default();
            for (reference, events) in &tickets {
                simulation::one(&desk, db, (TicketId(0), reference), events, until, &rules, &mut found)?;
            }
            Ok::<_, Error>(found)
        });
        found.add(more.await?);
        Ok(())
    }
}

/// For people.
fn table(body: &SimulationBody) {
    println!(
        "{} tickets opened since {}, {} replayed until {}",
        body.opened, body.since, body.tickets, body.until
    );
    println!();
    println!("{:<24} {:>10} {:>10}", "", "present", "proposed");
    let row = |name: String, present: u64, proposed: u64| println!("{name:<24} {present:>10} {proposed:>10}");
    for rung in &body.rungs {
        let (is, would) = (rung.present, rung.proposed);
        row(format!("rung {}: tickets", rung.rung), is.tickets, would.tickets);
        row("  heads-ups".to_owned(), is.heads_ups, would.heads_ups);
        row("  notices".to_owned(), is.notices, would.notices);
        row("  re-notifications".to_owned(), is.renotifications, would.renotifications);
        if let Some(shift) = rung.shift {
            println!(
                "  {} reach it under both: {:+.2} h later in the median, from {:+.2} h to {:+.2} h",
                shift.tickets, shift.median_hours, shift.earliest_hours, shift.latest_hours
            );
        }
    }
    for broken in &body.broken_promises {
        row(format!("broken: {}", broken.kind), broken.present, broken.proposed);
    }
    for act in &body.refused {
        row(format!("refused: {} ({})", act.kind, act.code), act.present, act.proposed);
    }
    if !body.people.is_empty() {
        println!();
        println!("Heads-ups, notices and re-notifications of each person:");
    }
    for each in &body.people {
        let figures = |f: view::HeardBody| format!("{} / {} / {}", f.heads_ups, f.notices, f.renotifications);
        println!(
            "rung {} {:<32} {:>16} {:>16}",
            each.rung,
            each.person,
            figures(each.present),
            figures(each.proposed)
        );
    }
    if body.differ.count > 0 {
        let first = body.differ.first.join(", ");
        println!("{} tickets are not recorded as their own rules have it: {first}", body.differ.count);
    }
    for out in &body.not_replayed {
        println!(
            "{} tickets cannot be replayed ({}): {}",
            out.tickets.count,
            out.code,
            out.tickets.first.join(", ")
        );
    }
}
