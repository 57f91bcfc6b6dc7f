//! The calendars as they are versioned: the named calendars, and which of them owns a
//! ticket (PRODUCT §3, "owning calendar"). How open time is counted on one of them
//! lives in `calendar.rs`; how they are written in a file, in `configuration`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, CalendarError, CalendarSpec};

/// A whole set of calendars as it is versioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendars {
    /// Name of the calendar where neither team, partner nor region has one.
    pub default: String,
    /// By name.
    pub calendars: BTreeMap<String, CalendarSpec>,
    /// Region → calendar name. Upper and lower case are the same region.
    #[serde(default)]
    pub regions: BTreeMap<String, String>,
    /// Partner's slug → calendar name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub partners: BTreeMap<String, String>,
    /// Team code → calendar name.
    #[serde(default)]
    pub teams: BTreeMap<String, String>,
}

/// What is wrong with a set of calendars, or why one of it cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarsError {
    #[error("there is no calendar {0:?}")]
    NoCalendar(String),
    #[error("the default calendar {0:?} does not exist")]
    NoDefault(String),
    #[error("region {region:?} names the calendar {calendar:?}, which does not exist")]
    Region { region: String, calendar: String },
    #[error("region {region:?} is listed twice; upper and lower case are the same region")]
    RegionTwice { region: String },
    #[error("partner {partner:?} names the calendar {calendar:?}, which does not exist")]
    Partner { partner: String, calendar: String },
    #[error("team {team:?} names the calendar {calendar:?}, which does not exist")]
    Team { team: String, calendar: String },
    #[error("calendar {name:?} is stored under the name {key:?}")]
    Misnamed { key: String, name: String },
    #[error("calendar {name:?}: {error}")]
    Bad { name: String, error: CalendarError },
}

impl Calendars {
    /// The owning calendar: the team's, else the partner's own, else that of the partner's region,
    /// else the default.
    pub fn name_for(&self, team: &str, partner: &str, region: &str) -> &str {
        let own = || self.partners.get(partner);
        self.teams.get(team).or_else(own).or_else(|| self.of_region(region)).unwrap_or(&self.default)
    }

    fn of_region(&self, region: &str) -> Option<&String> {
        let region = region.trim();
        self.regions.iter().find(|(name, _)| name.eq_ignore_ascii_case(region)).map(|(_, calendar)| calendar)
    }

    /// A calendar ready to count on. Fails with `NoCalendar` or `Bad`.
    pub fn compile(&self, name: &str) -> Result<Calendar, CalendarsError> {
        let spec = self.calendars.get(name).ok_or_else(|| CalendarsError::NoCalendar(name.to_owned()))?;
        Calendar::new(spec.clone()).map_err(|error| CalendarsError::Bad { name: name.to_owned(), error })
    }

    /// Every calendar that can be compiled, by name in order.
    pub fn compiled(&self) -> impl Iterator<Item = Calendar> {
        self.calendars.keys().filter_map(|name| self.compile(name).ok())
    }

    /// Every mistake there is. Whether the team codes exist is the taxonomy's to say; a
    /// partner may be named before it is there.
    pub fn mistakes(&self) -> Vec<CalendarsError> {
        let mut found = Vec::new();
        if !self.calendars.contains_key(&self.default) {
            found.push(CalendarsError::NoDefault(self.default.clone()));
        }
        for (key, spec) in &self.calendars {
            if *key != spec.name {
                found.push(CalendarsError::Misnamed { key: key.clone(), name: spec.name.clone() });
            }
            found.extend(self.compile(key).err());
        }
        self.mistakes_of_regions(&mut found);
        for (partner, calendar) in &self.partners {
            if !self.calendars.contains_key(calendar) {
                found.push(CalendarsError::Partner { partner: partner.clone(), calendar: calendar.clone() });
            }
        }
        for (team, calendar) in &self.teams {
            if !self.calendars.contains_key(calendar) {
                found.push(CalendarsError::Team { team: team.clone(), calendar: calendar.clone() });
            }
        }
        found
    }

    fn mistakes_of_regions(&self, found: &mut Vec<CalendarsError>) {
        let mut seen = BTreeSet::new();
        for (region, calendar) in &self.regions {
            if !self.calendars.contains_key(calendar) {
                found.push(CalendarsError::Region { region: region.clone(), calendar: calendar.clone() });
            }
            if !seen.insert(region.to_ascii_lowercase()) {
                found.push(CalendarsError::RegionTwice { region: region.clone() });
            }
        }
    }
}

#[cfg(test)]
mod tests;
