//! Holidays out of an iCalendar file (RFC 5545): every date of an event that lasts whole days.
//! What repeats is laid out to the end of [`LAST_YEAR`]. Where the file is named, and which
//! calendar its dates close, is said in `calendars.rs`; how lines are put together, in `lines`.

mod event;
mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use jiff::civil::{Date, date};

use event::Event;
use lines::{Property, properties};

/// What repeats without an end, or with a later one, ends with this year. A fixed one, so that
/// the same file says the same whenever it is read.
pub const LAST_YEAR: i16 = 2040;

/// Bytes of a file.
const LARGEST: u64 = 1 << 20;
/// Dates of a file.
const MOST_DATES: usize = 5_000;
/// The dates on which time is counted at all.
const COUNTED: (Date, Date) = (date(1970, 1, 1), date(2200, 12, 31));

/// The line that a mistake stands on, and what is wrong.
type Problem = (usize, String);

/// A file's bytes, or why they cannot be had.
pub fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    if !std::fs::metadata(path).map_err(cannot)?.is_file() {
        return Err("is no file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(cannot)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("is larger than {LARGEST} bytes: that is more than holidays"));
    }
    Ok(bytes)
}

/// The dates that a file names. Fails with everything that is wrong in it.
pub fn dates(bytes: &[u8]) -> Result<BTreeSet<Date>, Vec<Problem>> {
    let mut problems = Vec::new();
    let blocks = events(properties(bytes, &mut problems), &mut problems);
    if blocks.is_empty() && problems.is_empty() {
        problems.push((1, "there is no event (VEVENT) in this file".to_owned()));
    }
    let events: Vec<Event> = blocks
        .into_iter()
        .filter_map(|(line, properties)| Event::read(line, &properties, &mut problems))
        .collect();
    let mut dates = BTreeSet::new();
    let replaced = replaced(&events);
    for event in events.iter().filter(|event| !event.cancelled) {
        let without = event.uid.as_ref().filter(|_| event.replaces.is_none()).and_then(|u| replaced.get(u));
        match event.dates(without) {
            Ok(found) => dates.extend(found.into_iter().filter(|d| (COUNTED.0..=COUNTED.1).contains(d))),
            Err(problem) => problems.push(problem),
        }
        if dates.len() > MOST_DATES {
            problems.push((1, format!("there are more than {MOST_DATES} dates in this file")));
            break;
        }
    }
    problems.sort();
    if problems.is_empty() { Ok(dates) } else { Err(problems) }
}

/// Of repeated events, by their UID: the occurrences that an event of its own stands in for.
fn replaced(events: &[Event]) -> BTreeMap<String, BTreeSet<Date>> {
    let mut replaced: BTreeMap<String, BTreeSet<Date>> = BTreeMap::new();
    for event in events {
        if let (Some(uid), Some(date)) = (&event.uid, event.replaces) {
            replaced.entry(uid.clone()).or_default().insert(date);
        }
    }
    replaced
}

/// The line that each event begins on, and its properties; other components are passed over.
fn events(properties: Vec<Property>, problems: &mut Vec<Problem>) -> Vec<(usize, Vec<Property>)> {
    let mut open: Vec<(usize, String)> = Vec::new();
    let mut events = Vec::new();
    let mut last = 1;
    if properties.is_empty() && problems.is_empty() {
        problems.push((1, "the file is empty".to_owned()));
    }
    for property in properties {
        last = property.line;
        let begins = property.name == "BEGIN";
        if open.is_empty() && !(begins && property.value.eq_ignore_ascii_case("VCALENDAR")) {
            problems.push((last, "this is no iCalendar file: BEGIN:VCALENDAR is missing".to_owned()));
            return events;
        }
        let of_an_event = open.len() == 2 && open.last().is_some_and(|(_, name)| name == "VEVENT");
        if begins {
            let name = property.value.to_ascii_uppercase();
            if open.len() == 1 && name == "VEVENT" {
                events.push((property.line, Vec::new()));
            }
            open.push((property.line, name));
        } else if property.name == "END" {
            let closed = open.pop().map(|(_, name)| name).unwrap_or_default();
            if !property.value.eq_ignore_ascii_case(&closed) {
                problems.push((last, format!("END:{closed} is missing before this line")));
                return events;
            }
        } else if let (true, Some((_, event))) = (of_an_event, events.last_mut()) {
            event.push(property);
        }
    }
    if let Some((line, name)) = open.last() {
        problems.push((last, format!("the file is cut off: END:{name} is missing (begun on line {line})")));
    }
    events
}

#[cfg(test)]
mod tests;
