//! Writing on a ticket, and what a message does to its clocks. Only a person's
//! message that reached the partner keeps an update promise; the partner's own
//! messages end a wait, and restart nothing.

use jiff::Timestamp;

use crate::domain::actor::{Actor, By};
use crate::domain::calendar::CalendarError;
use crate::domain::change::Change;
use crate::domain::escalation::{after_broken, bounce, end_wait, next_update, settle};
use crate::domain::event::{WaitEnd, What};
use crate::domain::message::Message;
use crate::domain::promise::Outcome;
use crate::domain::refusal::Refusal;

use super::{Rules, State, Ticket, Visibility, WaitOn, Word};

impl Ticket {
    /// Somebody writes. A message to the partner still has to be delivered.
    pub fn write(
        &self,
        actor: &Actor,
        body: &str,
        visibility: Visibility,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        self.must_be_live()?;
        let mut change = Change::of(self, now);
        settle(&mut change, rules, now)?;
        change.ticket.must_be_live()?;
        post(&mut change, actor, None, body, visibility, now);
        if actor.is_partner_side() {
            partner_spoke(&mut change, rules, now, actor.by())?;
        }
        Ok(change)
    }
}

/// Adds a message and returns its number.
pub(super) fn post(
    change: &mut Change,
    actor: &Actor,
    headline: Option<&str>,
    body: &str,
    visibility: Visibility,
    now: Timestamp,
) -> i32 {
    change.ticket.last_message += 1;
    let number = change.ticket.last_message;
    let by_partner = actor.is_partner_side();
    change.messages.push(Message {
        number,
        by: actor.by(),
        by_partner,
        visibility,
        headline: headline.map(str::to_owned),
        body: body.to_owned(),
        written_at: now,
        delivered_at: None,
    });
    change.happened(now, actor.by(), What::MessagePosted { message: number, visibility, by_partner });
    number
}

/// The message reached its reader at `at`. From a person to the partner, it keeps
/// the update promise, answers a press, and the next update is due a gap later
/// (not while resolved is claimed).
pub fn delivered(
    change: &mut Change,
    number: i32,
    rules: Rules<'_>,
    at: Timestamp,
) -> Result<(), CalendarError> {
    let Some(message) = change.messages.iter_mut().find(|m| m.number == number && m.delivered_at.is_none())
    else {
        return Ok(());
    };
    if message.visibility == Visibility::Internal {
        return Ok(());
    }
    message.delivered_at = Some(at);
    let (by, by_partner) = (message.by, message.by_partner);
    change.happened(at, By::Lizard, What::MessageDelivered { message: number });
    if by_partner || !matches!(by, By::Person(_)) {
        return Ok(());
    }
    let clocks = &mut change.ticket.clocks;
    clocks.first_reply_at = clocks.first_reply_at.or(Some(at));
    clocks.last_word_at = Some(at);
    clocks.words.push(Word { message: number, at });
    for press in clocks.presses.iter_mut().filter(|p| p.answered_at.is_none()) {
        press.answered_at = Some(at);
    }
    if let Some(promise) = change.ticket.timetable.update().cloned() {
        let outcome = match change.ticket.state {
            _ if at <= promise.due => Outcome::Kept,
            // Under a claim its clock stands still.
            State::Resolved => Outcome::Withdrawn,
            State::Open | State::Closed => Outcome::Broken,
        };
        change.decide(&promise, outcome, at, by);
        after_broken(change, rules, &promise, at, by)?;
    }
    if change.ticket.state == State::Open {
        next_update(change, rules, at, by)?;
    }
    Ok(())
}

impl Ticket {
    /// A message that the partner was sent came back. One that was never delivered, and one
    /// of a closed ticket, changes nothing.
    pub fn bounced(&self, message: i32, rules: Rules<'_>, now: Timestamp) -> Result<Change, Refusal> {
        let mut change = Change::of(self, now);
        settle(&mut change, rules, now)?;
        if change.ticket.state == State::Open {
            bounce(&mut change, rules, message, now, By::Lizard)?;
        }
        Ok(change)
    }
}

/// The partner's side spoke, by whatever channel: a wait on them is over.
pub(super) fn partner_spoke(
    change: &mut Change,
    rules: Rules<'_>,
    now: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    if change.ticket.clocks.wait.as_ref().is_some_and(|w| w.on == WaitOn::Partner) {
        end_wait(change, rules, now, by, WaitEnd::PartnerReplied)?;
    }
    change.ticket.clocks.partner_spoke_at = now;
    Ok(())
}
