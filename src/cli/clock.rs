//! `lizard clock`: how open time is counted on a calendar, day by day, and what comes of it. Looks
//! and changes nothing. The calendars are those of the database; where there are none, the files'.

use std::process::ExitCode;

use anyhow::bail;
use clap::{ArgGroup, Args, ValueEnum};
use jiff::civil::{self, Time};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::clock::{Clock, SystemClock};
use crate::desk::Error;
use crate::domain::calendar::{Allowance, Calendar, CalendarError, Step};
use crate::domain::calendars::{Calendars, CalendarsError};
use crate::reader::did_you_mean;
use crate::settings::Settings;
use crate::store::configurations::{self, Kind};
use crate::store::{self, Db, Store};

#[derive(Args)]
#[command(group(ArgGroup::new("span").required(true).args(["add", "to"])))]
pub struct Walk {
    /// The calendar, by its name in calendars.toml.
    #[arg(long, value_name = "NAME")]
    calendar: String,
    /// When the clock starts: 2026-11-23T10:20+01:00, or without an offset in the calendar's zone.
    #[arg(long, value_name = "INSTANT")]
    from: String,
    /// Business time to add: "30 min", "4 bh" or "3 bd".
    #[arg(long, value_name = "ALLOWANCE")]
    add: Option<String>,
    /// Count the open time up to this instant instead.
    #[arg(long, value_name = "INSTANT")]
    to: Option<String>,
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Of the calendars; without it, the version in force.
    #[arg(long = "version", value_name = "NUMBER")]
    number: Option<i64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// A set of calendars, and where it is from.
struct Loaded {
    set: Calendars,
    /// None: the files.
    version: Option<i64>,
}

/// What was asked for.
struct Asked {
    calendar: Calendar,
    from: Timestamp,
    span: Span,
}

#[derive(Clone, Copy)]
enum Span {
    Add(Allowance),
    To(Timestamp),
}

/// What came of it.
struct Counted {
    steps: Vec<Step>,
    /// The due, or the instant that was named.
    end: Timestamp,
    open: SignedDuration,
}

pub async fn run(settings: Settings, walk: Walk) -> anyhow::Result<ExitCode> {
    let loaded = load(&settings, walk.number).await?;
    let asked = match read(&walk, &loaded.set) {
        Ok(asked) => asked,
        Err(wrong) => bail!("that cannot be counted\n  {}", wrong.join("\n  ")),
    };
    let counted = match count(&asked) {
        Ok(counted) => counted,
        Err(error) => bail!("that cannot be counted\n  {error}"),
    };
    match walk.format {
        Format::Table => table(&loaded, &asked, &counted).iter().for_each(|line| println!("{line}")),
        Format::Json => println!("{:#}", document(&loaded, &asked, &counted)),
    }
    Ok(ExitCode::SUCCESS)
}

async fn load(settings: &Settings, wanted: Option<i64>) -> anyhow::Result<Loaded> {
    match (stored(settings, wanted).await?, wanted) {
        (Some(loaded), _) => Ok(loaded),
        (None, Some(number)) => bail!("there is no version {number} of the calendars in the database"),
        (None, None) => Ok(Loaded { set: super::seeds(settings)?.calendars, version: None }),
    }
}

/// The version that is wanted, or that is in force. None without a database, in an empty one, and
/// where there is no such version.
async fn stored(settings: &Settings, wanted: Option<i64>) -> anyhow::Result<Option<Loaded>> {
    if super::must_exist(settings).is_err() {
        return Ok(None);
    }
    let url = settings.database.url.clone();
    #[expect(clippy::disallowed_methods, reason = "this is asked on a connection of its own")]
    let is_made = tokio::task::spawn_blocking(move || store::is_made(&url)).await??;
    if !is_made {
        return Ok(None);
    }
    let store = Store::open_to_read(&settings.database.url, 1)?;
    let now = SystemClock.now();
    Ok(store.read(move |db| find(db, wanted, now)).await?)
}

fn find(db: &mut Db, wanted: Option<i64>, now: Timestamp) -> Result<Option<Loaded>, Error> {
    let version = match wanted {
        Some(number) => Some(number),
        None => configurations::in_force(db, Kind::Calendars, now)?,
    };
    let Some(version) = version else { return Ok(None) };
    let set = configurations::find_body(db, Kind::Calendars, version)?;
    Ok(set.map(|set| Loaded { set, version: Some(version) }))
}

/// What was asked for, or everything that is wrong with it.
fn read(walk: &Walk, set: &Calendars) -> Result<Asked, Vec<String>> {
    let mut wrong = Vec::new();
    let calendar = set
        .compile(&walk.calendar)
        .map_err(|error| {
            let near = match error {
                CalendarsError::NoCalendar(_) => {
                    did_you_mean(&walk.calendar, set.calendars.keys().map(String::as_str))
                }
                _ => String::new(),
            };
            wrong.push(format!("--calendar: {error}{near}"));
        })
        .ok();
    let zone = calendar.as_ref().map_or(TimeZone::UTC, |calendar| calendar.zone().clone());
    let mut instant_of = |option: &str, text: &str| {
        instant(text, &zone).map_err(|why| wrong.push(format!("{option}: {why}"))).ok()
    };
    let from = instant_of("--from", &walk.from);
    let to = walk.to.as_deref().and_then(|to| instant_of("--to", to));
    let add = walk
        .add
        .as_deref()
        .and_then(|add| add.parse::<Allowance>().map_err(|error| wrong.push(format!("--add: {error}"))).ok());
    // Compared only once the zone is known.
    if calendar.is_some()
        && let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        wrong.push(format!("--to: {to} is before {from}"));
    }
    let span = add.map(Span::Add).or(to.map(Span::To));
    match (calendar, from, span) {
        (Some(calendar), Some(from), Some(span)) if wrong.is_empty() => Ok(Asked { calendar, from, span }),
        _ => Err(wrong),
    }
}

/// With an offset, or in `zone`; there a time that the clocks skip moves forward by the gap, and of
/// one that is twice the first is meant.
fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let text = text.trim();
    let local = || {
        let at =
            text.parse::<civil::DateTime>().ok().filter(|_| text.contains(':') && !text.contains('['))?;
        zone.to_ambiguous_timestamp(at).compatible().ok()
    };
    let examples = "2026-11-23T10:20+01:00, 2026-11-23T09:20Z or, in the calendar's zone, 2026-11-23T10:20";
    text.parse().ok().or_else(local).ok_or_else(|| format!("{text:?} is no instant; write {examples}"))
}

fn count(asked: &Asked) -> Result<Counted, CalendarError> {
    let (calendar, from) = (&asked.calendar, asked.from);
    let end = match asked.span {
        Span::Add(allowance) => calendar.due_after(from, allowance)?,
        Span::To(to) => to,
    };
    let steps = calendar.walk_until(from, end)?;
    Ok(Counted { steps, end, open: calendar.elapsed(from, end) })
}

fn table(loaded: &Loaded, asked: &Asked, counted: &Counted) -> Vec<String> {
    let (calendar, day) = (&asked.calendar, asked.calendar.standard_day());
    let zone = calendar.zone();
    let origin = loaded.version.map_or("of the files".to_owned(), |version| format!("version {version}"));
    let both = |at: Timestamp| format!("{}  =  {at}", civil_time(at, zone));
    let mut lines = vec![
        format!("calendar  {} ({}), {origin}", calendar.name(), calendar.spec().zone),
        format!("1 bd      {} of open time", spelled(day)),
        format!("from      {}", both(asked.from)),
    ];
    lines.push(match asked.span {
        Span::Add(add) => {
            format!("add       {add}, that is {} of open time", spelled(calendar.open_time(add)))
        }
        Span::To(to) => format!("to        {}", both(to)),
    });
    let rows: Vec<(String, String)> = counted
        .steps
        .iter()
        .map(|step| (step.date.strftime("%a %Y-%m-%d").to_string(), windows(step, zone)))
        .collect();
    let wide = rows.iter().map(|(_, windows)| windows.len()).max().unwrap_or(0).max("windows".len());
    lines.push(String::new());
    lines.push(format!("{:<14}  {:<wide$}  {:>8}  {:>9}", "date", "windows", "open", "total"));
    for ((date, windows), step) in rows.iter().zip(&counted.steps) {
        let (open, total) = (spelled(step.open), spelled(step.total));
        lines.push(format!("{date:<14}  {windows:<wide$}  {open:>8}  {total:>9}"));
    }
    lines.push(String::new());
    lines.push(match asked.span {
        Span::Add(_) => format!("due       {}", both(counted.end)),
        Span::To(_) => {
            format!(
                "elapsed   {} of open time, that is {}",
                spelled(counted.open),
                in_days(counted.open, day)
            )
        }
    });
    lines
}

fn document(loaded: &Loaded, asked: &Asked, counted: &Counted) -> Value {
    let zone = asked.calendar.zone();
    let both = |at: Timestamp| json!({"utc": at, "local": local(at, zone)});
    let step = |step: &Step| {
        let windows: Vec<Value> = step
            .windows
            .iter()
            .map(|w| json!({"from": local(w.from, zone), "until": local(w.until, zone)}))
            .collect();
        json!({
            "date": step.date,
            "weekday": step.date.strftime("%a").to_string().to_lowercase(),
            "holiday": step.holiday,
            "windows": windows,
            "open_seconds": step.open.as_secs(),
            "total_seconds": step.total.as_secs(),
        })
    };
    let mut document = json!({
        "calendar": asked.calendar.name(),
        "time_zone": asked.calendar.spec().zone,
        "version": loaded.version,
        "business_day_seconds": asked.calendar.standard_day().as_secs(),
        "from": both(asked.from),
        "days": counted.steps.iter().map(step).collect::<Vec<_>>(),
        "open_seconds": counted.open.as_secs(),
    });
    let asked_for = match asked.span {
        Span::Add(allowance) => json!({"add": allowance, "due": both(counted.end)}),
        Span::To(_) => json!({"to": both(counted.end)}),
    };
    if let (Value::Object(document), Value::Object(asked_for)) = (&mut document, asked_for) {
        document.extend(asked_for);
    }
    document
}

/// What counted on a day, as civil times; else why nothing did.
fn windows(step: &Step, zone: &TimeZone) -> String {
    let time = |at: Timestamp| {
        let at = zone.to_datetime(at);
        match at.time() {
            // The end of the day is written as such.
            time if time == Time::midnight() && at.date() != step.date => "24:00".to_owned(),
            time if time.second() == 0 => time.strftime("%H:%M").to_string(),
            time => time.strftime("%H:%M:%S").to_string(),
        }
    };
    let windows: Vec<String> =
        step.windows.iter().map(|w| format!("{}-{}", time(w.from), time(w.until))).collect();
    match (windows.is_empty(), step.holiday) {
        (true, true) => "holiday".to_owned(),
        (true, false) => "closed".to_owned(),
        (false, true) => format!("{} (holiday)", windows.join(", ")),
        (false, false) => windows.join(", "),
    }
}

fn local(at: Timestamp, zone: &TimeZone) -> String {
    at.display_with_offset(zone.to_offset(at)).to_string()
}

fn civil_time(at: Timestamp, zone: &TimeZone) -> String {
    let zoned = at.to_zoned(zone.clone());
    let format = if zoned.second() == 0 { "%a %Y-%m-%d %H:%M %:z" } else { "%a %Y-%m-%d %H:%M:%S %:z" };
    zoned.strftime(format).to_string()
}

/// `6:40`; with seconds where there are some.
fn spelled(open: SignedDuration) -> String {
    let (minutes, seconds) = (open.as_secs() / 60, open.as_secs() % 60);
    let text = format!("{}:{:02}", minutes / 60, minutes % 60);
    if seconds == 0 { text } else { format!("{text}:{seconds:02}") }
}

/// `2 bd and 3:40`.
fn in_days(open: SignedDuration, day: SignedDuration) -> String {
    let days = open.as_secs().checked_div(day.as_secs()).unwrap_or(0);
    let rest = open - SignedDuration::from_secs(days * day.as_secs());
    format!("{days} bd and {}", spelled(rest))
}
