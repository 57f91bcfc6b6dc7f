//! A ticket's ordered promises: the whole history, and which of it stands now.
//! When a promise is kept or broken is decided in `escalation.rs` and by the verbs
//! of `ticket.rs`; here is only what may never happen: overwriting one.

use jiff::Timestamp;

use super::actor::By;
use super::promise::{Kind, Origin, Outcome, Promise};

/// All promises of a ticket, in order of number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timetable(Vec<Promise>);

/// A date about to be given.
#[derive(Clone, Debug)]
pub struct NewPromise {
    pub kind: Kind,
    pub label: Option<String>,
    pub due: Timestamp,
    /// Where its allowance is counted from.
    pub start: Timestamp,
    pub origin: Origin,
    pub made_at: Timestamp,
    pub made_by: By,
    pub supersedes: Option<i32>,
    pub reason: Option<String>,
}

impl Timetable {
    /// From the store; in order of number.
    pub fn from_rows(promises: Vec<Promise>) -> Self {
        Self(promises)
    }

    /// Every promise ever made, oldest first.
    pub fn all(&self) -> &[Promise] {
        &self.0
    }

    pub fn get(&self, number: i32) -> Option<&Promise> {
        self.0.iter().find(|p| p.number == number)
    }

    /// Adds a promise and returns its number.
    pub fn make(&mut self, new: NewPromise) -> i32 {
        let number = self.0.last().map_or(1, |p| p.number + 1);
        self.0.push(Promise {
            number,
            kind: new.kind,
            label: new.label,
            due: new.due,
            start: new.start,
            origin: new.origin,
            made_at: new.made_at,
            made_by: new.made_by,
            supersedes: new.supersedes,
            reason: new.reason,
            told_at: Some(new.made_at),
            outcome: None,
            decided_at: None,
            done_at: None,
            dropped: false,
        });
        number
    }

    /// Decides an open promise; a decided one is left as it is. Returns whether it decided.
    pub fn decide(&mut self, number: i32, outcome: Outcome, at: Timestamp) -> bool {
        match self.0.iter_mut().find(|p| p.number == number && p.is_open()) {
            Some(promise) => {
                promise.outcome = Some(outcome);
                promise.decided_at = Some(at);
                true
            }
            None => false,
        }
    }

    /// Says whose date it is: the table's, or somebody's own.
    pub(super) fn set_origin(&mut self, number: i32, origin: Origin) {
        if let Some(promise) = self.0.iter_mut().find(|p| p.number == number) {
            promise.origin = origin;
        }
    }

    /// Marks a milestone as done and returns its label; None when it was, or is no milestone.
    pub fn done(&mut self, number: i32, at: Timestamp) -> Option<String> {
        let step = self.0.iter_mut().find(|p| p.number == number && p.done_at.is_none())?;
        step.done_at = Some(at);
        step.label.clone()
    }

    /// Marks a milestone as given up and returns its label; None when it was, or is no milestone.
    pub fn dropped(&mut self, number: i32) -> Option<String> {
        let step = self.0.iter_mut().find(|p| p.number == number && !p.dropped)?;
        step.dropped = true;
        step.label.clone()
    }

    /// The open promise that ends silence: first reply, or next update.
    pub fn update(&self) -> Option<&Promise> {
        self.0.iter().rev().find(|p| p.is_update() && p.is_open())
    }

    /// The last resolution date given, whatever became of it.
    pub fn resolution(&self) -> Option<&Promise> {
        self.0.iter().rev().find(|p| p.kind == Kind::Resolution)
    }

    /// The steps that stand, done or not: superseded and dropped ones are history. By due date.
    pub fn milestones(&self) -> Vec<&Promise> {
        let mut last: Vec<&Promise> = self
            .0
            .iter()
            .filter(|p| p.kind == Kind::Milestone && !self.is_superseded(p.number))
            .filter(|p| !p.dropped)
            .collect();
        last.sort_by_key(|p| (p.due, p.number));
        last
    }

    /// What stands: the update promise, the milestones, the resolution; by due date.
    pub fn standing(&self) -> Vec<&Promise> {
        let mut standing = self.milestones();
        standing.extend(self.update());
        standing.extend(self.resolution());
        standing.sort_by_key(|p| (p.due, p.number));
        standing
    }

    /// A newer promise took this one's place.
    pub fn is_superseded(&self, number: i32) -> bool {
        self.0.iter().any(|p| p.supersedes == Some(number))
    }

    /// The promises that `number` took the place of, newest first.
    pub fn before(&self, number: i32) -> Vec<&Promise> {
        let mut chain = Vec::new();
        let mut next = self.get(number).and_then(|p| p.supersedes);
        while let Some(older) = next.and_then(|n| self.get(n)) {
            chain.push(older);
            next = older.supersedes.filter(|&n| n < older.number);
        }
        chain
    }
}
