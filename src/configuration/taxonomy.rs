//! `taxonomy.toml`: how teams, groups and leaves are written, and what must hold between
//! them: codes stand once, and every team that is named exists.

use std::collections::BTreeMap;

use super::{Mistake, Source};
use crate::domain::priority::Priority;
use crate::domain::taxonomy::{Group, Leaf, Taxonomy, TeamSpec, is_restricted};
use crate::reader::{Reader, Section, code, did_you_mean, name, one_of};

/// Reads a taxonomy. Fails with every mistake.
pub fn read(source: Source<'_>) -> Result<Taxonomy, Vec<Mistake>> {
    let reader = Reader::new(source.file, source.text).map_err(|mistake| vec![mistake])?;
    let root = reader.root();
    root.only(&["team", "group", "calls"]);
    let calls = root.optional("calls", name).flatten();
    let mut seen = Codes::default();
    let teams = all(&root, "team", |section| team(section, &mut seen));
    // With a team unread, the codes are not all known.
    let known = teams.as_ref().map(|_| seen);
    let mut seen = Codes::default();
    let groups = all(&root, "group", |section| group(section, &mut seen, known.as_ref()));
    let taxonomy = match (teams, groups) {
        (Some(teams), Some(groups)) => Some(Taxonomy { teams, groups, calls }),
        _ => None,
    };
    note_calls(&root, taxonomy.as_ref());
    reader.finish(taxonomy)
}

/// Calls are filed under a leaf that there is, and that is not restricted.
fn note_calls(root: &Section<'_>, taxonomy: Option<&Taxonomy>) {
    let Some((taxonomy, calls)) = taxonomy.and_then(|t| Some((t, t.calls.as_deref()?))) else { return };
    if taxonomy.find(calls).is_none() {
        root.note("calls", &format!("there is no category {calls:?}"));
    } else if is_restricted(calls) {
        root.note("calls", "is seen by few; name a category that the whole desk sees");
    }
}

/// Codes and the lines they stand on.
#[derive(Default)]
struct Codes(BTreeMap<String, usize>);

impl Codes {
    /// Reads a code and notes one that stands a second time.
    fn read(&mut self, section: &Section<'_>) -> Option<String> {
        let code = section.required("code", code)?;
        let line = section.line_of("code");
        if let Some(first) = self.0.get(&code) {
            section.note("code", &format!("{code:?} stands on line {first} already"));
        } else {
            self.0.insert(code.clone(), line);
        }
        Some(code)
    }
}

/// Every entry of a list of tables that must not be empty.
fn all<T>(section: &Section<'_>, key: &str, read: impl FnMut(&Section<'_>) -> Option<T>) -> Option<Vec<T>> {
    let sections = section.sections(key)?;
    if sections.is_empty() {
        section.note(key, "missing: at least one is needed");
    }
    let entries: Vec<Option<T>> = sections.iter().map(read).collect();
    entries.into_iter().collect()
}

fn team(section: &Section<'_>, seen: &mut Codes) -> Option<TeamSpec> {
    section.only(&["code", "name"]);
    let code = seen.read(section);
    let name = section.required("name", name);
    Some(TeamSpec { code: code?, name: name? })
}

fn group(section: &Section<'_>, seen: &mut Codes, teams: Option<&Codes>) -> Option<Group> {
    section.only(&["code", "name", "hint", "team", "leaves"]);
    let code = seen.read(section);
    let title = section.required("name", name);
    let hint = section.required("hint", name);
    let team = section.required("team", |value| known_team(value, teams));
    let mut seen = Codes::default();
    let leaves = all(section, "leaves", |section| leaf(section, &mut seen, teams));
    Some(Group { code: code?, name: title?, hint: hint?, team: team?, leaves: leaves? })
}

fn leaf(section: &Section<'_>, seen: &mut Codes, teams: Option<&Codes>) -> Option<Leaf> {
    section.only(&["code", "name", "priority", "team"]);
    let code = seen.read(section);
    let name = section.required("name", name);
    let priority = section.required("priority", one_of(Priority::ALL));
    let team = section.optional("team", |value| known_team(value, teams));
    Some(Leaf { code: code?, name: name?, priority: priority?, team: team? })
}

fn known_team(value: &toml_edit::Value, teams: Option<&Codes>) -> Result<String, String> {
    let code = code(value)?;
    match teams {
        Some(Codes(teams)) if !teams.contains_key(&code) => {
            Err(format!("there is no team {code:?}{}", did_you_mean(&code, teams.keys().map(String::as_str))))
        }
        _ => Ok(code),
    }
}
