//! **Update clock** and **wait on the partner**: promises that the engine makes and remakes,
//! the end of a wait, and a message that came back.

use jiff::{SignedDuration, Timestamp};

use crate::domain::actor::By;
use crate::domain::calendar::CalendarError;
use crate::domain::change::Change;
use crate::domain::event::{WaitEnd, What};
use crate::domain::promise::{Kind, Origin, Outcome, Promise};
use crate::domain::ticket::{Rules, Stop, StopWhy, WaitOn};
use crate::domain::timetable::NewPromise;

use super::acceptance::{after_broken, go_on_with};
use super::rungs::delay_rungs;

/// Promises the next update: a gap after `from`, or at the end of a wait on the partner.
pub(in crate::domain) fn next_update(
    change: &mut Change,
    rules: Rules<'_>,
    from: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    let gap = rules.ladder.terms(change.ticket.priority).update;
    let wait = change.ticket.clocks.wait.as_ref();
    let (due, origin) = match wait.filter(|w| w.on == WaitOn::Partner && w.until > from) {
        Some(wait) => (wait.until, Origin::Person),
        None => (rules.course.due_after(from, gap)?, Origin::Table),
    };
    change.promise(NewPromise {
        kind: Kind::NextUpdate,
        label: None,
        due,
        start: from,
        origin,
        made_at: from,
        made_by: by,
        supersedes: None,
        reason: None,
    });
    Ok(())
}

/// Puts a new date in the place of an open promise: withdrawn, and made anew. Returns its number.
pub(in crate::domain) fn remake(
    change: &mut Change,
    old: &Promise,
    due: Timestamp,
    at: Timestamp,
    by: By,
    reason: &str,
) -> i32 {
    change.decide(old, Outcome::Withdrawn, at, by);
    change.promise(NewPromise {
        kind: old.kind,
        label: old.label.clone(),
        due,
        start: old.start,
        origin: old.origin,
        made_at: at,
        made_by: by,
        supersedes: Some(old.number),
        reason: Some(reason.to_owned()),
    })
}

/// Ends the wait that stands. After a wait on the partner the resolution date is
/// made anew, later by the open time paused; rungs move as much; and the next
/// update is due a gap after an early end.
pub(in crate::domain) fn end_wait(
    change: &mut Change,
    rules: Rules<'_>,
    at: Timestamp,
    by: By,
    why: WaitEnd,
) -> Result<(), CalendarError> {
    let Some(wait) = change.ticket.clocks.wait.take() else { return Ok(()) };
    change.happened(at, by, What::WaitEnded { on: wait.on, why });
    if wait.on == WaitOn::ThirdParty {
        return Ok(());
    }
    let paused = rules.course.elapsed(wait.since, at);
    change.ticket.clocks.stops.push(Stop { why: StopWhy::Wait, from: wait.since, to: at });
    let resolution = change.ticket.timetable.resolution().filter(|p| p.is_open()).cloned();
    if let Some(old) = resolution.filter(|p| paused > SignedDuration::ZERO || p.due < at) {
        // It cannot break while it waits, not even where that took no open time.
        let due = rules.course.due(old.due, paused)?.max(at);
        let new = remake(change, &old, due, at, by, "we waited for your answer");
        go_on_with(change, &old, new);
    }
    if why != WaitEnd::RanOut {
        let update = change.ticket.timetable.update().filter(|p| p.kind == Kind::NextUpdate).cloned();
        if let Some(old) = update {
            let due = rules.course.due_after(at, rules.ladder.terms(change.ticket.priority).update)?;
            change.decide(&old, Outcome::Withdrawn, at, by);
            change.promise(NewPromise {
                kind: Kind::NextUpdate,
                label: None,
                due,
                start: at,
                origin: Origin::Table,
                made_at: at,
                made_by: by,
                supersedes: Some(old.number),
                reason: Some("the wait is over".to_owned()),
            });
        }
    }
    delay_rungs(change, rules, paused, at, by)
}

/// A message that was delivered came back. The running next update is counted from the one
/// delivered before it; if that is past, it breaks here. Outcomes already given stand.
pub(in crate::domain) fn bounce(
    change: &mut Change,
    rules: Rules<'_>,
    message: i32,
    at: Timestamp,
    by: By,
) -> Result<(), CalendarError> {
    let clocks = &mut change.ticket.clocks;
    if !clocks.words.iter().any(|w| w.message == message) {
        return Ok(());
    }
    clocks.words.retain(|w| w.message != message);
    let before = clocks.words.last().map(|w| w.at);
    let was_last = clocks.last_word_at;
    clocks.last_word_at = before;
    change.happened(at, by, What::Bounced { message });
    let running = change.ticket.timetable.update().cloned();
    let Some(old) = running.filter(|p| {
        p.kind == Kind::NextUpdate
            && p.origin == Origin::Table
            && Some(p.start) == was_last
            && before < was_last
    }) else {
        return Ok(());
    };
    let start = before.unwrap_or(change.ticket.opened_at);
    let due = rules.course.due_after(start, rules.ladder.terms(change.ticket.priority).update)?;
    change.decide(&old, Outcome::Withdrawn, at, by);
    let number = change.promise(NewPromise {
        kind: Kind::NextUpdate,
        label: None,
        due,
        start,
        origin: Origin::Table,
        made_at: at,
        made_by: by,
        supersedes: Some(old.number),
        reason: Some("our last message came back".to_owned()),
    });
    if let Some(late) = change.ticket.timetable.get(number).filter(|p| p.due <= at).cloned() {
        change.decide(&late, Outcome::Broken, at, By::Lizard);
        next_update(change, rules, at, By::Lizard)?;
        after_broken(change, rules, &late, at, By::Lizard)?;
    }
    Ok(())
}
