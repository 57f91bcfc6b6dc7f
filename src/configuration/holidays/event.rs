//! One event of an iCalendar file, and the dates on which it is.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan, tz::Offset};
use rrule::RRuleSet;

use super::lines::Property;
use super::{LAST_YEAR, MOST_DATES, Problem};

/// Days in a row that one event may last.
const LONGEST: i32 = 366;
/// Rule parts that mean nothing to an event of whole days, and are passed over (RFC 5545, 3.3.10).
const OF_THE_DAY: [&str; 3] = ["BYHOUR", "BYMINUTE", "BYSECOND"];
const WITHIN_A_DAY: [&str; 3] = ["HOURLY", "MINUTELY", "SECONDLY"];

/// An event of whole days.
#[derive(Debug)]
pub struct Event {
    line: usize,
    pub uid: Option<String>,
    start: Date,
    days: i32,
    rules: Vec<Rule>,
    also: BTreeSet<Date>,
    never: BTreeSet<Date>,
    /// The occurrence of a repeated event that this one stands in for.
    pub replaces: Option<Date>,
    pub cancelled: bool,
}

/// When it is again.
#[derive(Debug)]
struct Rule {
    line: usize,
    /// Without its end, and without what concerns the time of day.
    text: String,
    until: Option<Date>,
}

/// A date, and what stood beside it.
#[derive(Clone, Copy)]
struct Moment {
    date: Date,
    /// Only a date, or midnight of the place.
    whole_day: bool,
}

impl Event {
    /// `None` if something is wrong with it; that is noted.
    pub fn read(line: usize, properties: &[Property], problems: &mut Vec<Problem>) -> Option<Self> {
        let before = problems.len();
        let title = title(properties);
        let mut moment_of = |name: &str| -> Option<Moment> {
            let read = moment(one(properties, name)?);
            read.map_err(|problem| problems.push(problem)).ok()
        };
        let (start, end) = (moment_of("DTSTART"), moment_of("DTEND"));
        let replaces = moment_of("RECURRENCE-ID").map(|moment| moment.date);
        if one(properties, "DTSTART").is_none() {
            problems.push((line, format!("{title} has no DTSTART")));
        }
        let mut event = Self {
            line,
            uid: one(properties, "UID").map(|property| property.value.clone()),
            start: start.map_or(Date::ZERO, |moment| moment.date),
            days: 1,
            rules: Vec::new(),
            also: BTreeSet::new(),
            never: BTreeSet::new(),
            replaces,
            cancelled: one(properties, "STATUS").is_some_and(|p| p.value.eq_ignore_ascii_case("CANCELLED")),
        };
        // What does not happen may happen at any time of the day.
        if !event.cancelled {
            if let Some(start) = start {
                event.measure(properties, &title, start, end).unwrap_or_else(|p| problems.push(p));
            }
            for property in properties {
                event.repeat(property, &title).unwrap_or_else(|p| problems.push(p));
            }
        }
        (problems.len() == before).then_some(event)
    }

    /// How many days it lasts.
    fn measure(
        &mut self,
        properties: &[Property],
        title: &str,
        start: Moment,
        end: Option<Moment>,
    ) -> Result<(), Problem> {
        let line = one(properties, "DTSTART").map_or(self.line, |p| p.line);
        if !start.whole_day || end.is_some_and(|end| !end.whole_day) {
            let why =
                "has a time, and only whole days are holidays: make it an event of all day, or take it out";
            return Err((line, format!("{title} {why}")));
        }
        self.days = match (end, one(properties, "DURATION")) {
            // Some programs write the same date twice.
            (Some(end), _) if end.date == start.date => 1,
            (Some(end), _) => start.date.until(end.date).map_or(0, |span| span.get_days()),
            (None, Some(duration)) => days(&duration.value).ok_or_else(|| {
                (duration.line, format!("{title} lasts {:?}: write whole days, as P1D", duration.value))
            })?,
            (None, None) => 1,
        };
        match self.days {
            ..1 => Err((line, format!("{title} ends before it begins"))),
            1..=LONGEST => Ok(()),
            _ => Err((line, format!("{title} lasts longer than a year"))),
        }
    }

    /// What says when it is again, and when it is not.
    fn repeat(&mut self, property: &Property, title: &str) -> Result<(), Problem> {
        let refuse = |why: &str| Err((property.line, format!("{title}: {why}")));
        match property.name.as_str() {
            "RRULE" => self.rules.push(rule(property, title)?),
            "EXRULE" => return refuse("EXRULE is not read: name the dates in EXDATE"),
            "RECURRENCE-ID" if property.has_parameter("RANGE") => {
                return refuse("a change of all later ones (RANGE) is not read: make it two events");
            }
            "EXDATE" => self.never.extend(moments(property)?.iter().map(|m| m.date)),
            "RDATE" => {
                let moments = moments(property)?;
                if moments.iter().any(|m| !m.whole_day) {
                    return refuse("RDATE must name whole days");
                }
                self.also.extend(moments.iter().map(|m| m.date));
            }
            _ => {}
        }
        Ok(())
    }

    /// Every date that it closes; `replaced` are occurrences that others stand in for.
    pub fn dates(&self, replaced: Option<&BTreeSet<Date>>) -> Result<BTreeSet<Date>, Problem> {
        let mut starts: BTreeSet<Date> = self.also.clone();
        starts.insert(self.start);
        for rule in &self.rules {
            starts.extend(self.by(rule)?);
        }
        let stands = |date: &&Date| !self.never.contains(date) && replaced.is_none_or(|r| !r.contains(date));
        let mut dates = BTreeSet::new();
        for start in starts.iter().filter(stands) {
            dates.extend((0..self.days).filter_map(|day| start.checked_add(day.days()).ok()));
        }
        Ok(dates)
    }

    fn by(&self, rule: &Rule) -> Result<Vec<Date>, Problem> {
        let horizon = date(LAST_YEAR, 12, 31);
        let last = rule.until.map_or(horizon, |until| until.min(horizon));
        let start = self.start.strftime("%Y%m%d");
        let set: RRuleSet = format!("DTSTART:{start}T000000Z\nRRULE:{}", rule.text)
            .parse()
            .map_err(|error| (rule.line, format!("the rule {:?} cannot be read: {error}", rule.text)))?;
        let mut dates = Vec::new();
        for found in &set.limit() {
            let date = Timestamp::from_second(found.timestamp()).map(|at| Offset::UTC.to_datetime(at).date());
            let Some(date) = date.ok().filter(|date| *date <= last) else { break };
            dates.push(date);
            if dates.len() > MOST_DATES {
                let why = format!("the rule {:?} comes to more than {MOST_DATES} dates", rule.text);
                return Err((rule.line, why));
            }
        }
        Ok(dates)
    }
}

fn one<'a>(properties: &'a [Property], name: &str) -> Option<&'a Property> {
    properties.iter().find(|property| property.name == name)
}

/// What people call it.
fn title(properties: &[Property]) -> String {
    let summary = one(properties, "SUMMARY").map(|p| p.value.replace('\\', "")).unwrap_or_default();
    let short: String = summary.chars().filter(|c| !c.is_control()).take(60).collect();
    if short.is_empty() { "this event".to_owned() } else { format!("{short:?}") }
}

/// `P1D`, `P2W`, `P1W2D`; days with a time are none.
fn days(text: &str) -> Option<i32> {
    let mut days = 0_i32;
    let mut number = String::new();
    for c in text.strip_prefix('P').filter(|rest| !rest.is_empty())?.chars() {
        let unit = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            'D' => 1,
            'W' => 7,
            _ => return None,
        };
        days = days.checked_add(number.parse::<i32>().ok()?.checked_mul(unit)?)?;
        number.clear();
    }
    number.is_empty().then_some(days)
}

fn rule(property: &Property, title: &str) -> Result<Rule, Problem> {
    let mut kept = Vec::new();
    let mut until = None;
    for part in property.value.split(';').filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match key.to_ascii_uppercase().as_str() {
            "UNTIL" => until = Some(parse(value).ok_or_else(|| no_date(property.line, value))?.date),
            "FREQ" if WITHIN_A_DAY.contains(&value.to_ascii_uppercase().as_str()) => {
                return Err((property.line, format!("{title} repeats within a day ({part})")));
            }
            key if OF_THE_DAY.contains(&key) => {}
            _ => kept.push(part),
        }
    }
    Ok(Rule { line: property.line, text: kept.join(";"), until })
}

fn moment(property: &Property) -> Result<Moment, Problem> {
    parse(&property.value).ok_or_else(|| no_date(property.line, &property.value))
}

fn moments(property: &Property) -> Result<Vec<Moment>, Problem> {
    let parts = property.value.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| parse(part).ok_or_else(|| no_date(property.line, part))).collect()
}

fn no_date(line: usize, text: &str) -> Problem {
    let short: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    (line, format!("{short:?} is no date, as 20261225"))
}

/// `20261225`, `20261225T090000` or `20261225T090000Z`.
fn parse(text: &str) -> Option<Moment> {
    let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let clock = time.map(|time| time.strip_suffix('Z').unwrap_or(time));
    if !digits(day, 8) || clock.is_some_and(|clock| !digits(clock, 6)) {
        return None;
    }
    let date = Date::strptime("%Y%m%d", day).ok()?;
    Some(Moment { date, whole_day: time.is_none_or(|time| time == "000000") })
}
