//! **Explainable**: each clock of a ticket from its start to its due, day by day: windows,
//! holidays, pauses, and the rule that applied. It takes the dates as they stand and explains
//! them; it decides nothing.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::calendar::{Allowance, Calendar, CalendarError, Span, Step};
use super::escalation::dues::{Due, Rule, SHIFTED_FROM};
use super::promise::{Kind, Origin, Promise};
use super::ticket::{Rules, State, Stop, StopWhy, Ticket};

/// Which clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    Rung {
        number: u8,
        name: String,
    },
    /// An open promise.
    Promise {
        number: i32,
        kind: Kind,
        label: Option<String>,
    },
    /// The end of a wait.
    Wait,
}

/// Whether it runs now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Runs,
    /// It stands still since then; its due moves with every minute of open time.
    Paused {
        since: Timestamp,
    },
    /// It never runs out by itself.
    Never,
}

/// Why it is due when it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    Rung(Rule),
    /// The priority's allowance, from where it started.
    Table,
    /// A person gave the date, or a press or a wait set it.
    Given,
}

/// One clock, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    pub subject: Subject,
    pub state: Pace,
    pub because: Because,
    /// What the ladder grants, where it is by that.
    pub allowance: Option<Allowance>,
    /// Of the time to a hard deadline, in percent.
    pub share: Option<u8>,
    pub start: Timestamp,
    /// None: never.
    pub due: Option<Timestamp>,
    /// Open time that counted from the start to the due.
    pub counted: SignedDuration,
    /// Open time that it stood still in between.
    pub stood_still: SignedDuration,
    pub days: Vec<Day>,
}

/// What one civil date contributed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    /// Name of the calendar that counted.
    pub calendar: String,
    pub holiday: bool,
    /// Open time that counted.
    pub windows: Vec<Span>,
    /// Open time during which the clock stood still.
    pub pauses: Vec<Span>,
    /// Counted on this date.
    pub open: SignedDuration,
    /// Counted up to its end.
    pub total: SignedDuration,
}

/// Every clock of a live ticket that can still run out, rungs first.
pub fn clocks(ticket: &Ticket, rules: Rules<'_>, now: Timestamp) -> Result<Vec<Clock>, CalendarError> {
    let mut clocks = Vec::new();
    if !ticket.is_live() {
        return Ok(clocks);
    }
    for due in ticket.rung_dues(rules)? {
        clocks.push(rung(ticket, rules, due, now)?);
    }
    for promise in ticket.timetable.all().iter().filter(|p| p.is_open()) {
        clocks.push(of_promise(ticket, rules, promise, now)?);
    }
    if let Some(wait) = &ticket.clocks.wait {
        let walked = walk(rules, wait.since, wait.until, &[])?;
        clocks.push(Clock {
            subject: Subject::Wait,
            state: Pace::Runs,
            because: Because::Given,
            allowance: None,
            share: None,
            start: wait.since,
            due: Some(wait.until),
            counted: walked.counted,
            stood_still: walked.stood_still,
            days: walked.days,
        });
    }
    Ok(clocks)
}

fn rung(ticket: &Ticket, rules: Rules<'_>, due: Due, now: Timestamp) -> Result<Clock, CalendarError> {
    let name = ticket.rungs.iter().find(|s| s.number == due.rung).map(|s| s.name.clone());
    let stands = ticket.rungs.iter().find(|s| s.number == due.rung).and_then(|s| s.due);
    let accepted = ticket.shifting_acceptance(rules.ladder);
    let date = accepted.and_then(|(a, _)| ticket.timetable.get(a.promise)).map(|p| p.due);
    let start = match due.rule {
        Rule::AcceptedTimetable => date.unwrap_or_else(|| ticket.clock_start()),
        Rule::HardDeadline => ticket.opened_at,
        _ => ticket.clock_start(),
    };
    let only_claims = due.rule == Rule::AcceptedTimetable;
    let stops = stops(ticket, now, |why| !only_claims || why == StopWhy::Claim);
    let walked = match stands {
        Some(due) => walk(rules, start, due, &stops)?,
        None => Walked::default(),
    };
    let share = rules.ladder.deadline_shares.iter().find(|s| s.rung == due.rung).map(|s| s.percent);
    Ok(Clock {
        subject: Subject::Rung { number: due.rung, name: name.unwrap_or_default() },
        state: match stands {
            None => Pace::Never,
            Some(_) => stands_still(ticket, true).map_or(Pace::Runs, |since| Pace::Paused { since }),
        },
        because: Because::Rung(due.rule),
        allowance: match (due.rule, accepted) {
            (Rule::AcceptedTimetable, Some((_, grace))) if due.rung == SHIFTED_FROM => Some(grace),
            (Rule::HardDeadline, _) => None,
            _ => ticket.granted(rules.ladder, due.rung),
        },
        share: share.filter(|_| due.rule == Rule::HardDeadline),
        start,
        due: stands,
        counted: walked.counted,
        stood_still: walked.stood_still,
        days: walked.days,
    })
}

fn of_promise(
    ticket: &Ticket,
    rules: Rules<'_>,
    promise: &Promise,
    now: Timestamp,
) -> Result<Clock, CalendarError> {
    let by_table = promise.origin == Origin::Table;
    let resolution = promise.kind == Kind::Resolution;
    // A date that a person gave counts from when it was given.
    let start = if by_table { promise.start } else { promise.made_at };
    let stops = stops(ticket, now, |why| resolution && why == StopWhy::Wait);
    let walked = walk(rules, start, promise.due, &stops)?;
    let terms = rules.ladder.terms(ticket.priority);
    let allowance = match promise.kind {
        Kind::FirstReply => Some(terms.first_reply),
        Kind::NextUpdate => Some(terms.update),
        Kind::Resolution => Some(terms.resolution),
        Kind::Milestone => None,
    };
    let paused = match promise.kind {
        Kind::Resolution => stands_still(ticket, true).filter(|_| ticket.is_paused()),
        Kind::FirstReply | Kind::NextUpdate => stands_still(ticket, false),
        Kind::Milestone => None,
    };
    Ok(Clock {
        subject: Subject::Promise {
            number: promise.number,
            kind: promise.kind,
            label: promise.label.clone(),
        },
        state: paused.map_or(Pace::Runs, |since| Pace::Paused { since }),
        because: if by_table { Because::Table } else { Because::Given },
        allowance: allowance.filter(|_| by_table),
        share: None,
        start,
        due: Some(promise.due),
        counted: walked.counted,
        stood_still: walked.stood_still,
        days: walked.days,
    })
}

/// Since when rung clocks stand still; with `waits` also by a wait on the partner.
fn stands_still(ticket: &Ticket, waits: bool) -> Option<Timestamp> {
    let claimed = ticket.clocks.claim.as_ref().filter(|_| ticket.state == State::Resolved).map(|c| c.at);
    let waiting = ticket.clocks.wait.as_ref().filter(|_| waits && ticket.is_paused()).map(|w| w.since);
    claimed.or(waiting)
}

/// Stops that are over, and the one that goes on.
fn stops(ticket: &Ticket, now: Timestamp, which: impl Fn(StopWhy) -> bool) -> Vec<Stop> {
    let mut stops: Vec<Stop> = ticket.clocks.stops.clone();
    if ticket.is_paused()
        && let Some(wait) = &ticket.clocks.wait
    {
        stops.push(Stop { why: StopWhy::Wait, from: wait.since, to: now.max(wait.since) });
    }
    if ticket.state == State::Resolved
        && let Some(claim) = &ticket.clocks.claim
    {
        stops.push(Stop { why: StopWhy::Claim, from: claim.at, to: now.max(claim.at) });
    }
    stops.retain(|s| which(s.why));
    stops
}

#[derive(Default)]
struct Walked {
    counted: SignedDuration,
    stood_still: SignedDuration,
    days: Vec<Day>,
}

/// From the start to the due, over every calendar on the way.
fn walk(rules: Rules<'_>, from: Timestamp, to: Timestamp, stops: &[Stop]) -> Result<Walked, CalendarError> {
    let mut walked = Walked::default();
    for (calendar, span) in rules.course.legs(from, to) {
        for step in days(calendar, span)? {
            let (windows, pauses) = apart(&step.windows, stops);
            let open = windows.iter().map(Span::length).sum();
            walked.counted += open;
            walked.stood_still += pauses.iter().map(Span::length).sum::<SignedDuration>();
            walked.days.push(Day {
                date: step.date,
                calendar: calendar.name().to_owned(),
                holiday: step.holiday,
                windows,
                pauses,
                open,
                total: walked.counted,
            });
        }
    }
    Ok(walked)
}

/// None for a date that somebody gave years ahead.
fn days(calendar: &Calendar, span: Span) -> Result<Vec<Step>, CalendarError> {
    match calendar.walk_until(span.from, span.until) {
        Err(CalendarError::AllowanceTooLong { .. } | CalendarError::OutOfRange(_)) => Ok(Vec::new()),
        days => days,
    }
}

/// Open time that counts, and open time during which the clock stood still.
fn apart(windows: &[Span], stops: &[Stop]) -> (Vec<Span>, Vec<Span>) {
    let mut stops: Vec<Span> = stops.iter().map(|s| Span { from: s.from, until: s.to }).collect();
    stops.sort_by_key(|s| s.from);
    let (mut counted, mut paused) = (Vec::new(), Vec::new());
    for window in windows {
        let mut from = window.from;
        for stop in &stops {
            let (start, end) = (stop.from.max(from), stop.until.min(window.until));
            if start >= end {
                continue;
            }
            if from < start {
                counted.push(Span { from, until: start });
            }
            paused.push(Span { from: start, until: end });
            from = end;
        }
        if from < window.until {
            counted.push(Span { from, until: window.until });
        }
    }
    (counted, paused)
}

#[cfg(test)]
mod tests;
