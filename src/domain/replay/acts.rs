//! What people did, as it stands in a ticket's events; and what only followed from it.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::event::{Event, Opened, WaitEnd, What};
use crate::domain::ids::PersonId;
use crate::domain::promise::{Kind, Outcome};
use crate::domain::ticket::{AcceptanceEnd, Cause, CloseReason};

use super::Unreplayable;

/// Something that somebody did.
pub(super) struct Act<'a> {
    pub event: &'a Event,
    /// The clocks were looked at in the same instant, before it.
    pub swept: bool,
    pub with: With,
}

/// What stands in the events after it.
pub(super) enum With {
    Nothing,
    /// A claim's summary has this number among the messages.
    Summary(i32),
    /// The resolution date was left as it stood.
    SameResolution,
    /// Everybody who changed on the rungs together: the rung, and who is there now.
    Holders(Vec<(u8, Option<PersonId>)>),
}

/// How a ticket begins.
pub(super) struct First<'a> {
    pub event: &'a Event,
    pub opened: &'a Opened,
}

/// Its opening, and what people did from then on, in order.
pub(super) fn read(events: &[Event]) -> Result<(First<'_>, Vec<Act<'_>>), Unreplayable> {
    let (event, rest) = events.split_first().ok_or(Unreplayable::NotOpened)?;
    let What::Opened(opened) = &event.what else { return Err(Unreplayable::NotOpened) };
    if opened.holders.is_none() || opened.region.is_none() || opened.partner.is_none() {
        return Err(Unreplayable::Earlier(event.number));
    }
    if opened.rung != 1 {
        return Err(Unreplayable::OpenedOn(opened.rung));
    }
    let mut acts = Vec::new();
    let mut left = rest;
    let mut swept_at: Option<Timestamp> = None;
    // Some acts are written as several events: of these, so many are still to come.
    let mut taken = 0_usize;
    while let Some((event, after)) = left.split_first() {
        left = after;
        if taken > 0 {
            taken -= 1;
            continue;
        }
        if swept(event) {
            swept_at = Some(event.at);
        }
        if !is_act(event)? || is_part_of_the_next(event, after) || is_summary(event, &acts) {
            continue;
        }
        let with = with(event, after);
        if let With::Holders(holders) = &with {
            taken = holders.len() - 1;
        }
        acts.push(Act { event, swept: swept_at.take() == Some(event.at), with });
    }
    Ok((First { event, opened }, acts))
}

/// Whether the event is an act, and not what followed from one or from a clock. Fails where an
/// act is not written down completely.
fn is_act(event: &Event) -> Result<bool, Unreplayable> {
    let earlier = Err(Unreplayable::Earlier(event.number));
    match &event.what {
        What::TimetableMoved { resolution: None, .. } | What::Migrated { holders: None, .. } => earlier,
        What::Triaged { about: Some(_), holders: None, .. } => earlier,
        What::Opened(_) | What::Closed { reason: CloseReason::Withdrawn } => {
            Err(Unreplayable::Unknown(event.number))
        }
        What::WaitEnded { why, .. } => Ok(*why == WaitEnd::Lifted),
        What::MessagePosted { .. }
        | What::MessageDelivered { .. }
        | What::Acknowledged { .. }
        | What::Triaged { .. }
        | What::HandedOver { .. }
        | What::HolderChanged { .. }
        | What::Edited { .. }
        | What::TimetableMoved { .. }
        | What::Accepted { .. }
        | What::Reviewed { .. }
        | What::Held { .. }
        | What::Deescalated { .. }
        | What::Migrated { .. }
        | What::Called { .. }
        | What::WatcherAdded { .. }
        | What::WatcherRemoved { .. }
        | What::Bounced { .. }
        | What::WaitStarted { .. }
        | What::Resolved { .. }
        | What::Confirmed { .. }
        | What::Refused { .. }
        | What::MergedInto { .. }
        | What::Absorbed { .. }
        | What::Contested { .. }
        | What::Pressed { .. }
        | What::Undelivered { .. } => Ok(true),
        What::PromiseMade { .. }
        | What::PromiseDecided { .. }
        | What::StepDone { .. }
        | What::StepDropped { .. }
        | What::RungMoved { .. }
        | What::RungReached { .. }
        | What::HeadsUp { .. }
        | What::Exception { .. }
        | What::Surprise { .. }
        | What::Renotified { .. }
        | What::AcceptanceEnded { .. }
        | What::ReviewAsked { .. }
        | What::Reminded { .. }
        | What::AskedAgain { .. }
        | What::Closed { .. } => Ok(false),
    }
}

/// A clock did it at the instant at which somebody looked: the sweep came before what follows.
fn swept(event: &Event) -> bool {
    let by_a_clock = match &event.what {
        What::HeadsUp { .. }
        | What::Renotified { .. }
        | What::Reminded { .. }
        | What::AskedAgain { .. }
        | What::ReviewAsked { .. }
        | What::RungReached { cause: Cause::Clock, .. }
        | What::AcceptanceEnded { why: AcceptanceEnd::NotReviewed, .. }
        | What::Closed { reason: CloseReason::Unconfirmed } => true,
        What::PromiseDecided { outcome: Outcome::Broken, due, .. } => *due == event.at,
        _ => false,
    };
    by_a_clock && event.by == By::Lizard && event.at == event.recorded_at
}

/// A wait that another one took the place of, and a notice acknowledged together with the review.
fn is_part_of_the_next(event: &Event, after: &[Event]) -> bool {
    let together = |e: &&Event| e.at == event.at && e.by == event.by;
    match event.what {
        What::WaitEnded { .. } => {
            let next = after.iter().find(|e| matches!(is_act(e), Ok(true)));
            next.filter(together).is_some_and(|e| matches!(e.what, What::WaitStarted { .. }))
        }
        What::Reviewed { .. } => {
            let next = after.first();
            next.filter(together).is_some_and(|e| matches!(e.what, What::Acknowledged { .. }))
        }
        _ => false,
    }
}

/// The message that a claim makes.
fn is_summary(event: &Event, acts: &[Act<'_>]) -> bool {
    let What::MessagePosted { message, .. } = event.what else { return false };
    matches!(acts.last(), Some(Act { with: With::Summary(summary), .. }) if *summary == message)
}

fn with(event: &Event, after: &[Event]) -> With {
    let mut same = after.iter().take_while(|e| e.at == event.at);
    match &event.what {
        What::Resolved { .. } => {
            let summary = same.find_map(|e| match e.what {
                What::MessagePosted { message, .. } if e.by == event.by => Some(message),
                _ => None,
            });
            summary.map_or(With::Nothing, With::Summary)
        }
        What::TimetableMoved { .. } => {
            let own = same.take_while(|e| !matches!(e.what, What::TimetableMoved { .. }));
            let moved = |e: &Event| {
                e.by == event.by && matches!(e.what, What::PromiseMade { promise_kind: Kind::Resolution, .. })
            };
            if own.into_iter().any(moved) { With::Nothing } else { With::SameResolution }
        }
        What::HolderChanged { rung, holder } => {
            // One change goes through them upwards.
            let mut holders = vec![(*rung, holder.new)];
            for next in same {
                match &next.what {
                    What::HolderChanged { rung, holder }
                        if next.by == event.by && holders.last().is_some_and(|(last, _)| last < rung) =>
                    {
                        holders.push((*rung, holder.new));
                    }
                    _ => break,
                }
            }
            With::Holders(holders)
        }
        _ => With::Nothing,
    }
}
