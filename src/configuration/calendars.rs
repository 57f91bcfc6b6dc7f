//! `calendars.toml`: how calendars are written, and who uses which. What makes them sound
//! is `Calendars::mistakes`; here its answers are given the line that they are about.

use std::collections::{BTreeMap, BTreeSet};

use super::{Mistake, Source};
use crate::domain::calendar::{CalendarError, CalendarSpec, Week};
use crate::domain::calendars::{Calendars, CalendarsError};
use crate::domain::taxonomy::Taxonomy;
use crate::reader::{Reader, Section, date, did_you_mean, name, parsed};

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads calendars; with a taxonomy, team codes are looked up in it. Fails with every
/// mistake.
pub fn read(source: Source<'_>, taxonomy: Option<&Taxonomy>) -> Result<Calendars, Vec<Mistake>> {
    let reader = Reader::new(source.file, source.text).map_err(|mistake| vec![mistake])?;
    let (calendars, unread) = shape(&reader.root());
    note_meaning(&reader, &calendars, &unread);
    if let Some(taxonomy) = taxonomy {
        note_unknown_teams(&reader, &calendars, taxonomy);
    }
    reader.finish(Some(calendars))
}

/// What could be read, and the names of calendars that could not.
fn shape(root: &Section<'_>) -> (Calendars, BTreeSet<String>) {
    root.only(&["default", "calendar", "regions", "teams"]);
    let mut unread = BTreeSet::new();
    let default = root.required("default", name).unwrap_or_else(|| {
        unread.insert(String::new());
        String::new()
    });
    let mut calendars = BTreeMap::new();
    if let Some(section) = root.required_section("calendar") {
        for key in section.keys() {
            let read = section.section(key).and_then(|section| calendar(&section, key));
            if let Some(spec) = read {
                calendars.insert(key.to_owned(), spec);
            } else {
                unread.insert(key.to_owned());
            }
        }
    }
    let set = Calendars { default, calendars, regions: names(root, "regions"), teams: names(root, "teams") };
    (set, unread)
}

fn calendar(section: &Section<'_>, key: &str) -> Option<CalendarSpec> {
    section.only(&["zone", "week", "day", "holidays"]);
    let zone = section.required("zone", name);
    let week = section.required_section("week").and_then(|section| week(&section));
    let day = section.optional("day", parsed);
    let holidays = section.list("holidays", date);
    Some(CalendarSpec {
        name: key.to_owned(),
        zone: zone?,
        week: week?,
        holidays: holidays?.into_iter().collect(),
        day: day?,
    })
}

fn week(section: &Section<'_>) -> Option<Week> {
    section.only(&WEEKDAYS);
    let [mon, tue, wed, thu, fri, sat, sun] = WEEKDAYS.map(|day| section.list(day, parsed));
    Some(Week { mon: mon?, tue: tue?, wed: wed?, thu: thu?, fri: fri?, sat: sat?, sun: sun? })
}

/// A table from anything to calendar names.
fn names(root: &Section<'_>, key: &str) -> BTreeMap<String, String> {
    let Some(section) = root.section(key) else {
        return BTreeMap::new();
    };
    let pair = |key: &str| Some((key.to_owned(), section.required(key, name)?));
    section.keys().into_iter().filter_map(pair).collect()
}

fn note_meaning(reader: &Reader, calendars: &Calendars, unread: &BTreeSet<String>) {
    let known = || calendars.calendars.keys().map(String::as_str);
    for error in calendars.mistakes() {
        let (path, missing) = place(&error);
        if missing.is_some_and(|name| unread.contains(name)) {
            continue;
        }
        let near = missing.map(|name| did_you_mean(name, known()));
        reader.note(reader.line_of(&path), format!("{error}{}", near.unwrap_or_default()));
    }
}

/// Where in the file a mistake stands, and the calendar that it misses.
fn place(error: &CalendarsError) -> (Vec<&str>, Option<&str>) {
    match error {
        CalendarsError::NoDefault(name) => (vec!["default"], Some(name)),
        CalendarsError::Region { region, calendar } => (vec!["regions", region], Some(calendar)),
        CalendarsError::RegionTwice { region } => (vec!["regions", region], None),
        CalendarsError::Team { team, calendar } => (vec!["teams", team], Some(calendar)),
        CalendarsError::NoCalendar(name) | CalendarsError::Misnamed { key: name, .. } => {
            (vec!["calendar", name], None)
        }
        CalendarsError::Bad { name, error } => {
            let mut path = vec!["calendar", name.as_str()];
            match error {
                CalendarError::UnknownZone(_) => path.push("zone"),
                CalendarError::NeverOpen => path.push("week"),
                // "tue 16:00-18:00"
                CalendarError::Overlap(_, window) => {
                    path.push("week");
                    path.extend(window.split(' ').next());
                }
                CalendarError::BadDay(_) => path.push("day"),
                _ => {}
            }
            (path, None)
        }
    }
}

fn note_unknown_teams(reader: &Reader, calendars: &Calendars, taxonomy: &Taxonomy) {
    let known = || taxonomy.teams.iter().map(|team| team.code.as_str());
    for team in calendars.teams.keys() {
        if !known().any(|code| code == team) {
            reader.note(
                reader.line_of(&["teams", team]),
                format!("the taxonomy has no team {team:?}{}", did_you_mean(team, known())),
            );
        }
    }
}
