//! What every verb returns, and the only thing that the store can record: the
//! ticket before and after, and what happened in between, in order.

use jiff::Timestamp;

use super::actor::By;
use super::attachment::Attachment;
use super::event::{Event, What};
use super::message::Message;
use super::promise::{Outcome, Promise};
use super::ticket::Ticket;
use super::timetable::NewPromise;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// None when the ticket is new.
    pub before: Option<Ticket>,
    pub ticket: Ticket,
    pub events: Vec<Event>,
    /// New ones, and known ones that were delivered.
    pub messages: Vec<Message>,
    /// Files that came with it.
    pub attachments: Vec<Attachment>,
    /// When this is being written down.
    pub recorded_at: Timestamp,
}

impl Change {
    /// A change of a ticket that exists; nothing has changed yet.
    pub fn of(ticket: &Ticket, now: Timestamp) -> Self {
        Self {
            before: Some(ticket.clone()),
            ticket: ticket.clone(),
            events: Vec::new(),
            messages: Vec::new(),
            attachments: Vec::new(),
            recorded_at: now,
        }
    }

    /// A ticket that comes into being.
    pub fn new(ticket: Ticket, now: Timestamp) -> Self {
        let (events, messages, attachments) = (Vec::new(), Vec::new(), Vec::new());
        Self { before: None, ticket, events, messages, attachments, recorded_at: now }
    }

    /// Adds an event that took effect `at`.
    pub fn happened(&mut self, at: Timestamp, by: By, what: What) {
        self.ticket.last_event += 1;
        let number = self.ticket.last_event;
        self.events.push(Event { number, at, recorded_at: self.recorded_at, by, what });
    }

    /// Makes a promise and says so.
    pub fn promise(&mut self, new: NewPromise) -> i32 {
        let (at, by) = (new.made_at, new.made_by);
        let number = self.ticket.timetable.make(new);
        if let Some(made) = self.ticket.timetable.get(number).cloned() {
            self.happened(
                at,
                by,
                What::PromiseMade {
                    promise: number,
                    promise_kind: made.kind,
                    label: made.label,
                    due: made.due,
                    start: made.start,
                    supersedes: made.supersedes,
                    reason: made.reason,
                },
            );
        }
        number
    }

    /// Decides an open promise and says so; does nothing to a decided one.
    pub fn decide(&mut self, promise: &Promise, outcome: Outcome, at: Timestamp, by: By) {
        if self.ticket.timetable.decide(promise.number, outcome, at) {
            self.happened(
                at,
                by,
                What::PromiseDecided {
                    promise: promise.number,
                    promise_kind: promise.kind,
                    label: promise.label.clone(),
                    due: promise.due,
                    outcome,
                },
            );
        }
    }

    /// A step of the timetable is done: kept when that is in time, and done all the same when it is late.
    pub fn done(&mut self, step: &Promise, at: Timestamp, by: By) {
        let outcome = if at <= step.due { Outcome::Kept } else { Outcome::Broken };
        if let Some(label) = self.ticket.timetable.done(step.number, at) {
            self.happened(at, by, What::StepDone { promise: step.number, label });
        }
        self.decide(step, outcome, at, by);
    }

    /// A step of the timetable is given up.
    pub fn dropped(&mut self, step: &Promise, outcome: Outcome, at: Timestamp, by: By) {
        self.decide(step, outcome, at, by);
        if let Some(label) = self.ticket.timetable.dropped(step.number) {
            self.happened(at, by, What::StepDropped { promise: step.number, label });
        }
    }

    /// Nothing happened: there is nothing to record.
    pub fn is_empty(&self) -> bool {
        self.before.as_ref() == Some(&self.ticket) && self.events.is_empty() && self.messages.is_empty()
    }
}
