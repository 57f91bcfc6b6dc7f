//! Reads the seed files (ladder, taxonomy, calendars) into the values of the domain, and
//! lists every mistake with its file and line. Dates come out of iCalendar files here, too. What is right for a ladder is said in the
//! domain; here it is only found again in the file. After the first start the database
//! holds the truth: nothing but seeding, `check` and an admin's edit reads such files.

pub mod calendars;
mod holidays;
pub mod ladder;
pub mod taxonomy;
pub mod written;

use crate::domain::calendar::Calendar;
use crate::domain::calendars::Calendars;
use crate::domain::ladder::Ladder;
use crate::domain::taxonomy::Taxonomy;
pub use crate::reader::Mistake;
use crate::settings::Files;

/// What a new database starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeds {
    pub ladder: Ladder,
    pub taxonomy: Taxonomy,
    pub calendars: Calendars,
}

/// A configuration file: its name for messages, and what it says.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

/// The built-in ladder, the table of PRODUCT §3.
pub const LADDER: Source<'static> =
    Source { file: "config/ladder.toml", text: include_str!("../config/ladder.toml") };
/// The built-in taxonomy.
pub const TAXONOMY: Source<'static> =
    Source { file: "config/taxonomy.toml", text: include_str!("../config/taxonomy.toml") };
/// The built-in calendars.
pub const CALENDARS: Source<'static> =
    Source { file: "config/calendars.toml", text: include_str!("../config/calendars.toml") };

impl Seeds {
    /// Reads the named files, the built-in one where none is named. Fails with every
    /// mistake of all three; a syntax error hides the others in its file, and what needs
    /// a file that could not be read is not checked.
    pub fn load(files: &Files) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut keep = |found: Vec<Mistake>| mistakes.extend(found);
        let taxonomy =
            with("files.taxonomy", &files.taxonomy, TAXONOMY, taxonomy::read).map_err(&mut keep).ok();
        let calendars = with("files.calendars", &files.calendars, CALENDARS, |source| {
            calendars::read(source, taxonomy.as_ref())
        })
        .map_err(&mut keep)
        .ok();
        let compiled: Vec<Calendar> = calendars.iter().flat_map(Calendars::compiled).collect();
        let ladder = with("files.ladder", &files.ladder, LADDER, |source| ladder::read(source, &compiled))
            .map_err(&mut keep)
            .ok();
        match (ladder, taxonomy, calendars) {
            (Some(ladder), Some(taxonomy), Some(calendars)) => Ok(Self { ladder, taxonomy, calendars }),
            _ => Err(mistakes),
        }
    }
}

/// Reads the file at `path`, or the built-in one.
fn with<T>(
    setting: &str,
    path: &str,
    built_in: Source<'_>,
    read: impl FnOnce(Source<'_>) -> Result<T, Vec<Mistake>>,
) -> Result<T, Vec<Mistake>> {
    if path.is_empty() {
        return read(built_in);
    }
    match std::fs::read_to_string(path) {
        Ok(text) => read(Source { file: path, text: &text }),
        Err(error) => Err(vec![Mistake {
            file: path.to_owned(),
            line: 0,
            message: format!("this file, named by {setting}, cannot be read: {error}"),
        }]),
    }
}

#[cfg(test)]
mod tests;
