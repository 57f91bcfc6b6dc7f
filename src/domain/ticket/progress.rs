//! Progress told to the partner, in four parts: how it stands; what changed, or why nothing did; what
//! comes next, and by when; who does what. The date is a promise like any other.

use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::change::Change;
use crate::domain::fault::Fault;
use crate::domain::promise::Promise;
use crate::domain::refusal::Refusal;

use super::conversation::post;
use super::dates::{Milestone, NewTimetable, move_dates};
use super::{Rules, Ticket, Visibility};

/// What is said. The partner reads all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How it stands, in a line.
    pub status: String,
    /// What changed, or why nothing did; the reason, where a date moves later.
    pub changed: String,
    pub next: Next,
    /// Who does what.
    pub who: String,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// A step of the timetable, by its label; none: that it is solved.
    pub label: Option<String>,
    pub due: Timestamp,
}

impl Progress {
    /// The timetable with what comes next in it.
    fn timetable(&self, ticket: &Ticket) -> NewTimetable {
        let standing = ticket.timetable.milestones();
        let mut milestones: Vec<Milestone> = standing
            .into_iter()
            .map(|p| Milestone {
                label: p.label.clone().unwrap_or_default(),
                due: p.due,
                done: p.done_at.is_some(),
            })
            .collect();
        let mut resolution = ticket.timetable.resolution().map_or(self.next.due, |p| p.due);
        match &self.next.label {
            None => resolution = self.next.due,
            Some(label) => match milestones.iter_mut().find(|m| m.label == *label) {
                Some(step) => (step.due, step.done) = (self.next.due, false),
                None => {
                    milestones.push(Milestone { label: label.clone(), due: self.next.due, done: false });
                }
            },
        }
        NewTimetable {
            milestones,
            resolution,
            reason: Some(self.changed.clone()),
            requested_by_partner: false,
        }
    }

    /// The promise that stands of what comes next.
    pub fn standing<'a>(&self, ticket: &'a Ticket) -> Option<&'a Promise> {
        let Some(label) = &self.next.label else { return ticket.timetable.resolution() };
        let steps = ticket.timetable.milestones();
        steps.into_iter().find(|p| p.label.as_ref() == Some(label) && p.done_at.is_none())
    }

    /// Whether it brings a date that does not stand yet.
    pub fn moves_dates(&self, ticket: &Ticket) -> bool {
        self.standing(ticket).is_none_or(|p| p.due != self.next.due)
    }
}

impl Ticket {
    /// Moves the dates if need be, and writes `body`, which is the same in words.
    pub fn progress(
        &self,
        actor: &Actor,
        progress: &Progress,
        body: &str,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let mut change = self.settled(rules, now)?;
        if progress.next.due <= now {
            let fault = Fault::new("next.due", "in_the_past", "must be later than now");
            return Err(Refusal::Input(vec![fault]));
        }
        if progress.moves_dates(&change.ticket) {
            let new = progress.timetable(&change.ticket);
            move_dates(&mut change, &new, actor.by(), rules, now).map_err(of_next)?;
        }
        post(&mut change, actor, Some(&progress.status), body, Visibility::Partner, now);
        Ok(change)
    }
}

/// What is wrong with a date is wrong with what comes next.
fn of_next(refusal: Refusal) -> Refusal {
    let Refusal::Input(faults) = refusal else { return refusal };
    let named = |fault: Fault| {
        let field = if fault.field.ends_with("label") { "next.label" } else { "next.due" };
        Fault { field: field.into(), ..fault }
    };
    Refusal::Input(faults.into_iter().map(named).collect())
}
