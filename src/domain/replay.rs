//! A ticket lived through once more from its events: under the rules that it was measured by, or
//! under others. What people did is read off the events ([`acts`]) and done again by the same
//! verbs ([`stage`]); what the clocks did is not read but decided anew, by the same
//! [`decide`](super::escalation::decide), each time at its instant: sweeps are punctual here.
//!
//! Under its own rules a ticket ends with the rungs, promises and outcomes that it has. Under
//! others, an act that is refused there is left out and told of, and so is one that was about
//! another rung than the present one there. What the rules of the time decided *before* the
//! ticket saw it stays: its priority, and how many others of its leaf there were lately.

mod acts;
mod stage;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::calendar::{Calendar, CalendarError};
use super::calendars::{Calendars, CalendarsError};
use super::change::Change;
use super::event::{Event, What};
use super::ids::TicketId;
use super::ladder::Ladder;
use super::ticket::Ticket;

/// The versions that tickets were measured by, as far as they are known.
#[derive(Clone, Debug, Default)]
pub struct OwnRules {
    pub ladders: BTreeMap<i64, Arc<Ladder>>,
    /// By version and name.
    pub calendars: BTreeMap<(i64, String), Arc<Calendar>>,
}

impl OwnRules {
    fn ladder(&self, version: i64) -> Result<Arc<Ladder>, Unreplayable> {
        self.ladders.get(&version).cloned().ok_or(Unreplayable::NoLadder(version))
    }

    fn calendar(&self, version: i64, name: &str) -> Result<Arc<Calendar>, Unreplayable> {
        let found = self.calendars.get(&(version, name.to_owned())).cloned();
        found.ok_or_else(|| Unreplayable::NoCalendar(version, name.to_owned()))
    }
}

/// The versions that [`OwnRules`] need for a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    pub ladders: BTreeSet<i64>,
    pub calendars: BTreeSet<(i64, String)>,
}

impl Needs {
    /// Of a ticket's events.
    pub fn of(events: &[Event]) -> Self {
        let mut needs = Self::default();
        let (mut version, mut name) = (0, String::new());
        for event in events {
            match &event.what {
                What::Opened(o) => {
                    needs.ladders.insert(o.ladder_version);
                    (version, name) = (o.calendar_version, o.calendar.clone());
                }
                What::Triaged { calendar: Some(calendar), .. } => name.clone_from(&calendar.new),
                What::Migrated { ladder, calendars, calendar, .. } => {
                    needs.ladders.extend(ladder.as_ref().map(|l| l.new));
                    version = calendars.as_ref().map_or(version, |c| c.new);
                    if let Some(calendar) = calendar {
                        name.clone_from(&calendar.new);
                    }
                }
                _ => continue,
            }
            needs.calendars.insert((version, name.clone()));
        }
        needs
    }
}

/// Rules to try: what is not given stays as it was. Moves to other versions are left out.
#[derive(Clone, Debug, Default)]
pub struct OtherRules {
    pub ladder: Option<Arc<Ladder>>,
    pub calendars: Option<OtherCalendars>,
}

/// By which a partner's calendar is found.
#[derive(Clone, Copy, Debug)]
struct Whose<'a> {
    slug: &'a str,
    region: &'a str,
}

/// A set of calendars, compiled.
#[derive(Clone, Debug)]
pub struct OtherCalendars {
    set: Calendars,
    compiled: BTreeMap<String, Arc<Calendar>>,
}

impl OtherCalendars {
    pub fn new(set: Calendars) -> Result<Self, CalendarsError> {
        let compile = |name: &String| Ok((name.clone(), Arc::new(set.compile(name)?)));
        let compiled = set.calendars.keys().map(compile).collect::<Result<_, _>>()?;
        Ok(Self { set, compiled })
    }

    fn of(&self, team: &str, partner: Whose<'_>) -> Result<Arc<Calendar>, Unreplayable> {
        let name = self.set.name_for(team, partner.slug, partner.region);
        self.compiled.get(name).cloned().ok_or_else(|| Unreplayable::NoCalendar(0, name.to_owned()))
    }
}

/// Why a ticket cannot be replayed. Nothing is guessed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreplayable {
    #[error("its first event is not that it was opened")]
    NotOpened,
    #[error("event {0} was written by an earlier version, which did not note all that it takes")]
    Earlier(i32),
    #[error("it was opened on rung {0}, and tickets are opened on the first")]
    OpenedOn(u8),
    #[error("event {0} is nothing that anybody can do")]
    Unknown(i32),
    #[error("version {0} of the ladder is not known")]
    NoLadder(i64),
    #[error("calendar {1:?} of version {0} is not known")]
    NoCalendar(i64, String),
    #[error("a date cannot be computed: {0}")]
    Date(#[from] CalendarError),
}

impl Unreplayable {
    /// The stable word.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOpened => "not_opened",
            Self::Earlier(_) => "earlier_version",
            Self::OpenedOn(_) => "opened_above",
            Self::Unknown(_) => "unknown_act",
            Self::NoLadder(_) => "ladder_unknown",
            Self::NoCalendar(..) => "calendar_unknown",
            Self::Date(_) => "date",
        }
    }
}

/// An act that is refused under these rules, or that is about a rung on which the ticket is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Number of the event in which it is recorded.
    pub event: i32,
    /// The kind of that event.
    pub kind: &'static str,
    /// Of the refusal.
    pub code: &'static str,
}

/// A ticket as it stands after its replay, and what happened to it there. Texts that its events
/// do not have (subject, description, messages) are empty.
#[derive(Clone, Debug)]
pub struct Replayed {
    pub ticket: Ticket,
    pub events: Vec<Event>,
    pub left_out: Vec<LeftOut>,
}

/// Which ticket, and by what.
#[derive(Clone, Copy)]
pub struct Score<'a> {
    pub id: TicketId,
    pub reference: &'a str,
    /// All of them, in their order.
    pub events: &'a [Event],
    pub own: &'a OwnRules,
    /// None: under its own.
    pub other: Option<&'a OtherRules>,
    /// The clocks run until then, that instant included.
    pub until: Timestamp,
}

/// Replays a ticket. `watch` sees each change as it happens.
pub fn replay(score: &Score<'_>, watch: &mut dyn FnMut(&Change)) -> Result<Replayed, Unreplayable> {
    let (first, acts) = acts::read(score.events)?;
    let mut stage = stage::Stage::open(score, first, watch)?;
    for act in &acts {
        stage.plays(act)?;
    }
    stage.ends(score.until)
}
