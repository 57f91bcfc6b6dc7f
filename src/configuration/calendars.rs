//! `calendars.toml`: how calendars are written, and who uses which. What makes them sound
//! is `Calendars::mistakes`; here its answers are given the line that they are about.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{Mistake, Source, holidays};
use crate::domain::calendar::{CalendarError, CalendarSpec, Week};
use crate::domain::calendars::{Calendars, CalendarsError};
use crate::domain::ladder::Ladder;
use crate::domain::partner::parse_slug;
use crate::domain::taxonomy::Taxonomy;
use crate::reader::{Reader, Section, date, did_you_mean, name, parsed};

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads calendars; with a taxonomy, team codes are looked up in it. Files of holidays are looked
/// for beside the source's own. Fails with every mistake, those in such files among them.
pub fn read(source: Source<'_>, taxonomy: Option<&Taxonomy>) -> Result<Calendars, Vec<Mistake>> {
    read_with(source, taxonomy, Some(Path::new(source.file).parent().unwrap_or(Path::new(""))), &[])
}

/// [`read`] of a text that came from elsewhere, which may name no files. Each of the ladders must be
/// sound on every calendar.
pub fn read_alone(
    source: Source<'_>,
    taxonomy: Option<&Taxonomy>,
    ladders: &[&Ladder],
) -> Result<Calendars, Vec<Mistake>> {
    read_with(source, taxonomy, None, ladders)
}

fn read_with(
    source: Source<'_>,
    taxonomy: Option<&Taxonomy>,
    folder: Option<&Path>,
    ladders: &[&Ladder],
) -> Result<Calendars, Vec<Mistake>> {
    let reader = Reader::new(source.file, source.text).map_err(|mistake| vec![mistake])?;
    let files = HolidayFiles { reader: &reader, folder, read: RefCell::default() };
    let (calendars, unread) = shape(&reader.root(), &files);
    note_meaning(&reader, &calendars, &unread);
    if let Some(taxonomy) = taxonomy {
        note_unknown_teams(&reader, &calendars, taxonomy);
    }
    note_unsound(&reader, &calendars, ladders);
    reader.finish(Some(calendars))
}

/// The files that `holidays_from` names, each read once.
struct HolidayFiles<'a> {
    reader: &'a Reader,
    /// Where paths start; none: no file may be named.
    folder: Option<&'a Path>,
    read: RefCell<BTreeMap<PathBuf, BTreeSet<Date>>>,
}

impl HolidayFiles<'_> {
    /// The dates of a file. What is wrong in it is noted with its own name and lines.
    fn dates(&self, written: &str) -> Result<BTreeSet<Date>, String> {
        let Some(folder) = self.folder else {
            return Err("only a file of calendars may name files: write the dates into `holidays`".to_owned());
        };
        let path = folder.join(written);
        if let Some(dates) = self.read.borrow().get(&path) {
            return Ok(dates.clone());
        }
        let bytes = holidays::bytes(&path).map_err(|why| format!("{} {why}", path.display()))?;
        let dates = holidays::dates(&bytes).unwrap_or_else(|problems| {
            for (line, message) in problems {
                self.reader.note_of(Mistake { file: path.display().to_string(), line, message });
            }
            BTreeSet::new()
        });
        self.read.borrow_mut().insert(path, dates.clone());
        Ok(dates)
    }
}

/// What could be read, and the names of calendars that could not.
fn shape(root: &Section<'_>, files: &HolidayFiles<'_>) -> (Calendars, BTreeSet<String>) {
    root.only(&["default", "calendar", "regions", "partners", "teams"]);
    let mut unread = BTreeSet::new();
    let default = root.required("default", name).unwrap_or_else(|| {
        unread.insert(String::new());
        String::new()
    });
    let mut calendars = BTreeMap::new();
    if let Some(section) = root.required_section("calendar") {
        for key in section.keys() {
            let read = section.section(key).and_then(|section| calendar(&section, key, files));
            if let Some(spec) = read {
                calendars.insert(key.to_owned(), spec);
            } else {
                unread.insert(key.to_owned());
            }
        }
    }
    if let Some(partners) = root.section("partners") {
        for slug in partners.keys() {
            if let Err(problem) = parse_slug(slug) {
                partners.note(slug, &format!("a partner's slug {problem}"));
            }
        }
    }
    let set = Calendars {
        default,
        calendars,
        regions: names(root, "regions"),
        partners: names(root, "partners"),
        teams: names(root, "teams"),
    };
    (set, unread)
}

fn calendar(section: &Section<'_>, key: &str, files: &HolidayFiles<'_>) -> Option<CalendarSpec> {
    section.only(&["zone", "week", "day", "holidays", "holidays_from"]);
    let zone = section.required("zone", name);
    let week = section.required_section("week").and_then(|section| week(&section));
    let day = section.optional("day", parsed);
    let holidays = section.list("holidays", date);
    let from_files = section.list("holidays_from", |value| files.dates(&name(value)?));
    Some(CalendarSpec {
        name: key.to_owned(),
        zone: zone?,
        week: week?,
        holidays: holidays?.into_iter().chain(from_files?.into_iter().flatten()).collect(),
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
        CalendarsError::Partner { partner, calendar } => (vec!["partners", partner], Some(calendar)),
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

/// A standard day of another length may put a ladder's rungs out of order.
fn note_unsound(reader: &Reader, calendars: &Calendars, ladders: &[&Ladder]) {
    for calendar in calendars.compiled() {
        let mut noted = Vec::new();
        for error in ladders.iter().flat_map(|ladder| ladder.mistakes(&calendar)) {
            if !noted.contains(&error) {
                let name = calendar.name();
                let line = reader.line_of(&["calendar", name]);
                reader.note(line, format!("on the calendar {name:?} the ladder is not sound: {error}"));
                noted.push(error);
            }
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
