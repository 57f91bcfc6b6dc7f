//! A second opinion: random stories are told to the engine and to a reference that was
//! written from PRODUCT §3 alone. After every act, and at the end, both must say the same.
//!
//! Acts are on whole minutes, and never two at one. The reference has no daylight saving,
//! no bounces and no letters.

mod acts;
mod reference;
mod rungs;
mod story;
mod time;

use proptest::prelude::*;

use crate::domain::event::What;
use crate::domain::promise::Kind;
use crate::domain::samples::{self, Case, diary};
use crate::domain::ticket::State;

use reference::Reference;
use story::{Tale, tale};
use time::{Minute, instant};

/// How a ticket stands, a line each; the same words from both.
fn of_engine(case: &Case) -> Vec<String> {
    let t = &case.ticket;
    let closed = t.close_reason.map(|why| why.to_string()).unwrap_or_default();
    let mut lines = vec![format!("{} {closed} {} rung {} owner {}", t.state, t.priority, t.rung, t.owner)];
    for step in t.rungs.iter().filter(|s| s.number > 1) {
        let reached = step.reached_at.zip(step.cause).map(|(at, cause)| format!("{} {cause}", diary(at)));
        let due = step.due.filter(|_| t.state != State::Closed).map(diary);
        lines.push(rung_line(step.number, step.holder.map(|h| h.0), reached, due));
    }
    for p in t.timetable.all() {
        let outcome = p.outcome.zip(p.decided_at).map(|(o, at)| format!("{o} {}", diary(at)));
        lines.push(promise_line(p.kind, p.label.as_deref(), diary(p.made_at), diary(p.due), outcome));
    }
    let mut told: Vec<String> = case
        .events
        .iter()
        .filter_map(|e| match e.what {
            What::HeadsUp { rung, holder, to_holder, .. } => Some(warning_line(rung, to_holder, holder.0)),
            What::Exception { rung, holder, .. } => Some(exception_line(rung, holder.0, &diary(e.at))),
            _ => None,
        })
        .collect();
    told.sort();
    lines.extend(told);
    lines
}

fn of_reference(t: &Reference) -> Vec<String> {
    let on = |minute: Minute| diary(instant(minute));
    let closed = t.why_closed.map(|why| why.to_string()).unwrap_or_default();
    let mut lines = vec![format!("{} {closed} {} rung {} owner {}", t.state, t.priority, t.rung, t.owner)];
    for rung in &t.rungs {
        let reached = rung.reached.map(|(at, cause)| format!("{} {cause}", on(at)));
        let due = rung.due.filter(|_| t.state != State::Closed).map(on);
        lines.push(rung_line(rung.number, rung.holder.map(|h| h.0), reached, due));
    }
    for p in &t.promises {
        let outcome = p.outcome.map(|(o, at)| format!("{o} {}", on(at)));
        lines.push(promise_line(p.kind, p.label, on(p.made), on(p.due), outcome));
    }
    let warnings = t.heads_ups.iter().map(|(rung, to_holder, who)| warning_line(*rung, *to_holder, who.0));
    let exceptions = t.exceptions.iter().map(|(at, rung, who)| exception_line(*rung, who.0, &on(*at)));
    let mut told: Vec<String> = warnings.chain(exceptions).collect();
    told.sort();
    lines.extend(told);
    lines
}

fn rung_line(rung: u8, holder: Option<i64>, reached: Option<String>, due: Option<String>) -> String {
    let due = || due.map_or("never".to_owned(), |due| format!("due {due}"));
    let how = reached.map_or_else(due, |reached| format!("reached {reached}"));
    format!("rung {rung} of {holder:?} {how}")
}

fn promise_line(
    kind: Kind,
    label: Option<&str>,
    made: String,
    due: String,
    outcome: Option<String>,
) -> String {
    let (label, outcome) = (label.unwrap_or_default(), outcome.unwrap_or_default());
    format!("{kind} {label} made {made} due {due} {outcome}")
}

fn warning_line(rung: u8, to_holder: bool, who: i64) -> String {
    format!("heads-up of {rung} to {} {who}", if to_holder { "its holder" } else { "the owner" })
}

fn exception_line(rung: u8, who: i64, at: &str) -> String {
    format!("exception on {rung}: {who} {at}")
}

/// The lines in which they differ.
fn differ(case: &Case, reference: &Reference) -> Option<String> {
    let (engine, model) = (of_engine(case), of_reference(reference));
    if engine == model {
        return None;
    }
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| !those.contains(line)).cloned().collect()
    };
    Some(format!("engine: {:#?}\nreference: {:#?}", only(&engine, &model), only(&model, &engine)))
}

fn tell(tale: &Tale) -> Result<(), String> {
    let mut case = tale.filed.case();
    let mut reference = Reference::open(&tale.filed.plain());
    case.sweep(instant(reference.now));
    let mut told = vec![format!("{:?}, opened {}", tale.filed, diary(case.ticket.opened_at))];
    let parted = |told: &[String], what: &str| format!("{}\n{what}", told.join("\n"));
    if let Some(how) = differ(&case, &reference) {
        return Err(parted(&told, &how));
    }
    for (passed, act) in &tale.acts {
        let now = reference.now + passed;
        case.swept_until_at(instant(now) - jiff::SignedDuration::from_micros(1));
        let allowed = act.perform(&mut case, now);
        case.sweep(instant(now));
        let also = reference.walk(now, |t| act.play(t));
        told.push(format!("{} {act:?}: {allowed:?}", diary(instant(now))));
        if allowed.is_ok() != also {
            return Err(parted(&told, &format!("the reference says {also}")));
        }
        if let Some(how) = differ(&case, &reference) {
            return Err(parted(&told, &how));
        }
    }
    let end = reference.now + tale.rest;
    case.swept_until_at(instant(end));
    reference.walk(end, |_| true);
    told.push(format!("{} the end", diary(instant(end))));
    differ(&case, &reference).map_or(Ok(()), |how| Err(parted(&told, &how)))
}

proptest! {
    #![proptest_config(samples::cases(128))]

    #[test]
    fn the_engine_and_the_reference_tell_the_same_story(tale in tale()) {
        if let Err(how) = tell(&tale) {
            return Err(TestCaseError::fail(how));
        }
    }
}
