//! Complaints and legal matters: everything that somebody wrote is taken out before a
//! letter is composed, so that none can leak it. Nor is the person named whom it is about.

use std::collections::BTreeMap;

use crate::domain::event::{Event, What};
use crate::domain::ids::PersonId;
use crate::domain::message::Message;
use crate::domain::partner::Partner;
use crate::domain::person::Person;
use crate::domain::ticket::Ticket;
use crate::domain::timetable::Timetable;

use super::Scene;

/// The scene of a restricted ticket, as letters may know it.
pub(super) struct Redacted {
    ticket: Ticket,
    partner: Partner,
    people: BTreeMap<PersonId, Person>,
    events: Vec<Event>,
    messages: Vec<Message>,
}

impl Redacted {
    /// None for tickets that are not restricted.
    pub(super) fn of(scene: &Scene<'_>) -> Option<Self> {
        let t = scene.ticket;
        if !t.is_confidential() {
            return None;
        }
        let people = scene.people.iter().filter(|(id, _)| Some(**id) != t.about);
        Some(Self {
            ticket: ticket(t),
            partner: Partner { name: "the partner".to_owned(), tier: None, ..scene.partner.clone() },
            people: people.map(|(id, person)| (*id, person.clone())).collect(),
            events: scene.events.iter().map(event).collect(),
            messages: scene
                .messages
                .iter()
                .map(|m| Message { headline: None, body: String::new(), ..m.clone() })
                .collect(),
        })
    }

    pub(super) fn scene<'a>(&'a self, scene: &Scene<'a>) -> Scene<'a> {
        Scene {
            ticket: &self.ticket,
            partner: &self.partner,
            people: &self.people,
            events: &self.events,
            messages: &self.messages,
            attachments: &[],
            ..*scene
        }
    }
}

fn ticket(ticket: &Ticket) -> Ticket {
    let mut t = ticket.clone();
    "A confidential issue".clone_into(&mut t.subject);
    t.description.clear();
    t.category.clear();
    t.reported_category.clear();
    t.priority_reason.clear();
    (t.value, t.blocks, t.distributor, t.deadline) = (None, None, None, None);
    if let Some(wait) = &mut t.clocks.wait {
        wait.reason.clear();
    }
    if let Some(claim) = &mut t.clocks.claim {
        claim.summary.clear();
        claim.how_to_check.clear();
    }
    for hold in &mut t.clocks.holds {
        hold.reason.clear();
    }
    if let Some(contest) = &mut t.clocks.contest {
        contest.reason.clear();
    }
    let silent = t.timetable.all().iter().cloned().map(|mut promise| {
        promise.reason = None;
        promise.label = promise.label.map(|_| "a step".to_owned());
        promise
    });
    t.timetable = Timetable::from_rows(silent.collect());
    t
}

fn event(event: &Event) -> Event {
    let mut event = event.clone();
    match &mut event.what {
        What::PromiseMade { label, reason, .. } => (*label, *reason) = (None, None),
        What::PromiseDecided { label, .. } => *label = None,
        What::StepDone { label, .. } | What::StepDropped { label, .. } => label.clear(),
        What::Triaged { category, reason, about, .. } => {
            (*category, *about) = (None, None);
            reason.clear();
        }
        What::TimetableMoved { reason, milestones, .. } => {
            *reason = None;
            milestones.clear();
        }
        What::WaitStarted { reason, .. }
        | What::Contested { reason }
        | What::Held { reason, .. }
        | What::Deescalated { reason, .. }
        | What::Migrated { reason, .. } => reason.clear(),
        What::Called { summary, .. } => summary.clear(),
        What::Resolved { summary, how_to_check } => {
            summary.clear();
            how_to_check.clear();
        }
        What::Confirmed { comment } | What::Refused { comment } => comment.clear(),
        What::Pressed { justification, .. } => justification.clear(),
        What::Opened(opened) => {
            opened.category.clear();
            opened.priority_reason.clear();
            opened.about = None;
        }
        What::MessagePosted { .. }
        | What::MessageDelivered { .. }
        | What::RungMoved { .. }
        | What::RungReached { .. }
        | What::HeadsUp { .. }
        | What::Exception { .. }
        | What::Renotified { .. }
        | What::Acknowledged { .. }
        | What::Reminded { .. }
        | What::Undelivered { .. }
        | What::AskedAgain { .. }
        | What::HandedOver { .. }
        | What::HolderChanged { .. }
        | What::Accepted { .. }
        | What::AcceptanceEnded { .. }
        | What::ReviewAsked { .. }
        | What::Reviewed { .. }
        | What::Surprise { .. }
        | What::Bounced { .. }
        | What::WatcherAdded { .. }
        | What::WatcherRemoved { .. }
        | What::Edited { .. }
        | What::WaitEnded { .. }
        | What::Closed { .. }
        | What::MergedInto { .. }
        | What::Absorbed { .. } => {}
    }
    event
}
