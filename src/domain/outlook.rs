//! **No surprises**: what would keep a ticket from its next rung. Each act that could is tried on
//! the ticket as it is; what the clocks say afterwards is the answer. Nothing here knows a rule.

use jiff::Timestamp;

use super::actor::{Actor, By};
use super::calendar::Allowance;
use super::change::Change;
use super::ids::PersonId;
use super::refusal::Refusal;
use super::ticket::{Rules, State, Ticket, WaitOn};

/// How far ahead an overview looks.
const AHEAD: Allowance = Allowance::Days(2);

/// What somebody could do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Resolve,
    WaitOnPartner,
    AcceptDates,
    Hold,
    Deescalate,
}

/// What that does to the clock of the next rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// For as long as it lasts.
    StandsStill,
    /// To then, at the latest.
    Moves(Timestamp),
    Stops,
}

/// A way to keep a ticket from its next rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    pub act: Act,
    /// Whose it is; none: the partner's.
    pub whose: Option<PersonId>,
    pub effect: Effect,
}

/// By when something counts as near, by the ticket's calendar.
pub fn horizon(rules: Rules<'_>, now: Timestamp) -> Timestamp {
    rules.course.due_after(now, AHEAD).unwrap_or(now)
}

/// Every act that would stop the next rung's clock or move it later now. `trial` is in whose name
/// they are tried.
pub fn remedies(ticket: &Ticket, trial: &Actor, rules: Rules<'_>, now: Timestamp) -> Vec<Remedy> {
    let next = ticket.next_step(rules.ladder).and_then(|s| Some((s.number, s.holder, s.due?)));
    let Some((rung, next_holder, due)) = next else { return Vec::new() };
    let by = trial.by();
    let until = rules.course.due_after(now, Allowance::Days(1)).unwrap_or(due);
    let latest = ticket.latest_hold(rules, due).unwrap_or(due);
    let present = ticket.step().and_then(|s| s.holder);
    let holder = if ticket.held_from(ticket.rung) { next_holder } else { present };
    let tried = [
        (Act::Resolve, Some(ticket.owner), ticket.resolve(trial, "", "", rules, now)),
        (Act::WaitOnPartner, Some(ticket.owner), ticket.wait(WaitOn::Partner, "", until, by, rules, now)),
        (Act::AcceptDates, None, accepted(ticket, rules, now)),
        (Act::Hold, holder, ticket.hold("", latest, by, rules, now)),
        (Act::Deescalate, present, ticket.deescalate("", ticket.requester, by, rules, now)),
    ];
    let remedy = |(act, whose, change): (Act, Option<PersonId>, Result<Change, Refusal>)| {
        let effect = effect(&change.ok()?.ticket, rung, due)?;
        Some(Remedy { act, whose, effect })
    };
    tried.into_iter().filter_map(remedy).collect()
}

/// The partner speaks by it, which may also end a wait.
fn accepted(ticket: &Ticket, rules: Rules<'_>, now: Timestamp) -> Result<Change, Refusal> {
    ticket.accept_timetable(By::Person(ticket.requester), rules, now)
}

fn effect(after: &Ticket, rung: u8, due: Timestamp) -> Option<Effect> {
    if after.state != State::Open || after.is_paused() {
        return Some(Effect::StandsStill);
    }
    match after.rungs.iter().find(|s| s.number == rung)?.due {
        None => Some(Effect::Stops),
        Some(at) if at > due => Some(Effect::Moves(at)),
        Some(_) => None,
    }
}

/// Until when the accepted timetable that keeps the next rung away is safe: then the next update
/// is due, and a late one ends it.
pub fn depends_on_update(ticket: &Ticket, rules: Rules<'_>) -> Option<Timestamp> {
    ticket.shifting_acceptance(rules.ladder)?;
    ticket.timetable.update().filter(|p| p.is_open()).map(|p| p.due)
}
