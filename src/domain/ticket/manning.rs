//! **Absence**: who owns a ticket and who stands on its rungs follows who is there. Who that
//! is, `absence.rs` says; here is what it does to a ticket.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::calendar::CalendarError;
use crate::domain::change::Change;
use crate::domain::escalation::{move_rungs, pass_on, settle};
use crate::domain::event::{HandOver, Moved, What};
use crate::domain::ids::PersonId;
use crate::domain::ladder::Stand;
use crate::domain::partner::Holders;
use crate::domain::refusal::Refusal;

use super::{Notified, Rules, Ticket};

/// Who should own a ticket, and who should stand on its rungs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manning {
    /// Another owner than the present one, and why.
    pub owner: Option<(PersonId, HandOver)>,
    pub holders: Holders,
}

impl Ticket {
    /// Somebody left, or is back, at `now`. Live tickets only. A present rung on which nobody
    /// is left passes on to the next at once.
    pub fn man(
        &self,
        manning: &Manning,
        by: By,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        self.must_be_live()?;
        let mut change = Change::of(self, now);
        man(&mut change, manning, by, rules, now)?;
        Ok(change)
    }
}

/// The same as a part of a change that is recorded later: one after the other, each at its own
/// instant. Returns whether it is somebody else's now, on any rung.
pub fn man(
    change: &mut Change,
    manning: &Manning,
    by: By,
    rules: Rules<'_>,
    at: Timestamp,
) -> Result<bool, CalendarError> {
    settle(change, rules, at)?;
    if !change.ticket.is_live() {
        return Ok(false);
    }
    let before = change.ticket.last_event;
    if let Some((owner, why)) = manning.owner {
        hand_over(change, owner, why, by, at);
    }
    let mut moved = false;
    for (rung, stand) in change.ticket.rungs.iter().map(|s| (s.number, s.stand)).collect::<Vec<_>>() {
        if stand != Stand::Owner {
            moved |= stands(change, rung, manning.holders.on(stand), by, at);
        }
    }
    if moved {
        move_rungs(change, rules, at, by)?;
    }
    // Also one that was left while it was claimed to be resolved.
    if change.ticket.rung > 1 && change.ticket.must_be_open().is_ok() {
        pass_on(change, rules, at);
    }
    Ok(change.ticket.last_event > before)
}

fn hand_over(change: &mut Change, owner: PersonId, why: HandOver, by: By, now: Timestamp) {
    let t = &mut change.ticket;
    if t.owner == owner {
        return;
    }
    let old = std::mem::replace(&mut t.owner, owner);
    t.clocks.stands_in_for = match why {
        HandOver::StandIn => t.clocks.stands_in_for.or(Some(old)),
        HandOver::Returned | HandOver::Rerouted => None,
    };
    if let Some(first) = t.rungs.iter_mut().find(|s| s.stand == Stand::Owner) {
        first.holder = Some(owner);
    }
    t.notify_owner_anew(now);
    change.happened(now, by, What::HandedOver { owner: Moved { old, new: owner }, why });
}

/// Somebody else stands on a rung. Of one ahead they are warned anew; the present one is theirs
/// from now on. Returns whether that is somebody else.
pub(super) fn stands(change: &mut Change, rung: u8, new: Option<PersonId>, by: By, now: Timestamp) -> bool {
    let t = &mut change.ticket;
    let Some(step) = t.rungs.iter_mut().find(|s| s.number == rung).filter(|s| s.holder != new) else {
        return false;
    };
    let old = std::mem::replace(&mut step.holder, new);
    if step.reached_at.is_none() {
        t.clocks.heads_ups.retain(|h| !(h.rung == rung && h.to_holder));
        t.clocks.dues_moved_at = Some(now);
    }
    if rung == t.rung {
        t.clocks.notified = Some(Notified::of(rung, now));
    }
    change.happened(now, by, What::HolderChanged { rung, holder: Moved { old, new } });
    true
}
