//! **No surprises**: a partner called an executive. Who had not heard of the ticket before is
//! a Surprise.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::escalation::settle;
use crate::domain::event::{Event, What};
use crate::domain::ids::PersonId;
use crate::domain::refusal::Refusal;

use super::{Heat, Rules, Ticket};

impl Ticket {
    /// `person` was called. `before` are the events of this ticket so far, of which they may
    /// have been told. A call is the partner's word: it is no reply, and it restarts nothing.
    pub fn called(
        &self,
        summary: &str,
        heat: Heat,
        person: PersonId,
        before: &[Event],
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let mut change = Change::of(self, now);
        settle(&mut change, rules, now)?;
        let told = first_heard(before.iter().chain(&change.events), person).is_some();
        let called = What::Called { summary: summary.to_owned(), heat };
        change.happened(now, By::Person(person), called);
        if !told {
            change.happened(now, By::Lizard, What::Surprise { person });
        }
        Ok(change)
    }
}

/// When somebody was first told of a ticket by us: warned of a rung, or given one, or the
/// ticket itself; a rung's notice is copied to the rungs below it.
pub fn first_heard<'a>(events: impl IntoIterator<Item = &'a Event>, person: PersonId) -> Option<Timestamp> {
    let mut stands: Vec<(u8, PersonId)> = Vec::new();
    for event in events {
        let heard = match &event.what {
            What::Opened(opened) => {
                stands.extend(opened.rungs.iter().filter_map(|r| Some((r.number, r.holder?))));
                opened.owner == person
            }
            What::HolderChanged { rung, holder } => {
                stands.retain(|(n, _)| n != rung);
                stands.extend(holder.new.map(|new| (*rung, new)));
                false
            }
            What::HandedOver { owner, .. } | What::Triaged { owner: Some(owner), .. } => owner.new == person,
            What::HeadsUp { holder, .. } | What::Renotified { holder, .. } => *holder == person,
            What::RungReached { rung, holder, .. } => {
                *holder == Some(person) || stands.iter().any(|(n, p)| n <= rung && *p == person)
            }
            What::Called { .. } => event.by == By::Person(person),
            _ => false,
        };
        if heard {
            return Some(event.at);
        }
    }
    None
}
