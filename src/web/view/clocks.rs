//! The clocks of a ticket, explained, as they are shown: in JSON and on the page.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::calendar::Span;
use crate::domain::escalation::dues::Rule;
use crate::domain::explain::{Because, Clock, Day, Pace, Subject};
use crate::domain::ticket::Ticket;

/// Every clock of a ticket, and by which versions it is measured.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockList {
    pub ladder_version: i64,
    pub calendar: String,
    pub calendar_version: i64,
    /// When this was so.
    pub now: Timestamp,
    pub items: Vec<ClockBody>,
}

/// One clock, from its start to its due.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockBody {
    /// rung, promise or wait
    pub subject: String,
    /// Of the rung, or of the promise.
    pub number: Option<i32>,
    /// first_reply, next_update, milestone or resolution
    pub promise_kind: Option<String>,
    /// Of the rung, or of a milestone.
    pub name: Option<String>,
    /// running, paused or never
    pub state: String,
    pub paused_since: Option<Timestamp>,
    /// Which rule gave the due: allowance, after_descent, accepted_timetable, hard_deadline, rung_below,
    /// vacant_below, put_off, hold, never; table or given.
    #[schema(example = "allowance")]
    pub rule: String,
    /// The same in a sentence.
    pub explanation: String,
    #[schema(example = "4 bh")]
    pub allowance: Option<String>,
    pub start: Timestamp,
    /// None: never by itself.
    pub due: Option<Timestamp>,
    /// Open time that counts from the start to the due.
    pub counted_seconds: i64,
    /// Open time in between that it stood still.
    pub stood_still_seconds: i64,
    pub days: Vec<DayBody>,
}

/// What one date, in the calendar's zone, contributed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayBody {
    #[schema(value_type = String, format = Date)]
    pub date: String,
    pub calendar: String,
    pub holiday: bool,
    /// Open time that counted.
    pub windows: Vec<SpanBody>,
    /// Open time during which the clock stood still.
    pub pauses: Vec<SpanBody>,
    pub counted_seconds: i64,
    /// Counted from the start up to the end of this date.
    pub total_seconds: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SpanBody {
    pub from: Timestamp,
    pub until: Timestamp,
}

/// As JSON has it; labels of steps only where the reader may see the ticket.
pub fn clocks(ticket: &Ticket, explained: &[Clock], now: Timestamp, labels: bool) -> ClockList {
    ClockList {
        ladder_version: ticket.ladder_version,
        calendar: ticket.calendar.clone(),
        calendar_version: ticket.calendar_version,
        now,
        items: explained.iter().map(|c| clock(c, labels)).collect(),
    }
}

fn clock(c: &Clock, labels: bool) -> ClockBody {
    let (subject, number, promise_kind, name) = match &c.subject {
        Subject::Rung { number, name } => ("rung", Some(i32::from(*number)), None, Some(name.clone())),
        Subject::Promise { number, kind, label } => {
            ("promise", Some(*number), Some(kind.to_string()), label.clone().filter(|_| labels))
        }
        Subject::Wait => ("wait", None, None, None),
    };
    let (state, paused_since) = match c.state {
        Pace::Runs => ("running", None),
        Pace::Paused { since } => ("paused", Some(since)),
        Pace::Never => ("never", None),
    };
    ClockBody {
        subject: subject.to_owned(),
        number,
        promise_kind,
        name,
        state: state.to_owned(),
        paused_since,
        rule: rule(c.because).to_owned(),
        explanation: explanation(c),
        allowance: c.allowance.map(|a| a.to_string()),
        start: c.start,
        due: c.due,
        counted_seconds: c.counted.as_secs(),
        stood_still_seconds: c.stood_still.as_secs(),
        days: c.days.iter().map(day).collect(),
    }
}

fn day(d: &Day) -> DayBody {
    let spans = |spans: &[Span]| -> Vec<SpanBody> {
        spans.iter().map(|s| SpanBody { from: s.from, until: s.until }).collect()
    };
    DayBody {
        date: d.date.to_string(),
        calendar: d.calendar.clone(),
        holiday: d.holiday,
        windows: spans(&d.windows),
        pauses: spans(&d.pauses),
        counted_seconds: d.open.as_secs(),
        total_seconds: d.total.as_secs(),
    }
}

const fn rule(because: Because) -> &'static str {
    match because {
        Because::Table => "table",
        Because::Given => "given",
        Because::Rung(rule) => match rule {
            Rule::Never => "never",
            Rule::Allowance => "allowance",
            Rule::AfterDescent => "after_descent",
            Rule::AcceptedTimetable => "accepted_timetable",
            Rule::HardDeadline => "hard_deadline",
            Rule::RungBelow => "rung_below",
            Rule::VacantBelow => "vacant_below",
            Rule::PutOff => "put_off",
            Rule::Hold => "hold",
        },
    }
}

/// Why it is due then.
pub fn explanation(c: &Clock) -> String {
    let granted = c.allowance.map_or_else(String::new, |a| a.to_string());
    match c.because {
        Because::Table => format!("{granted} of open time from its start, as the priority grants."),
        Because::Given => "A date that was given, not counted.".to_owned(),
        Because::Rung(rule) => match rule {
            Rule::Never => "At this priority no clock reaches this rung.".to_owned(),
            Rule::Allowance => format!("{granted} of open time since the ticket was opened."),
            Rule::AfterDescent => {
                format!("After the de-escalation: {granted}, less what the rung come down to grants.")
            }
            Rule::AcceptedTimetable => {
                "The partner accepted the resolution date: it counts from there, with a grace.".to_owned()
            }
            Rule::HardDeadline => format!(
                "{} % of the open time to the partner's deadline, which is sooner than what the rung grants.",
                c.share.unwrap_or_default()
            ),
            Rule::RungBelow => "Never before the rung below.".to_owned(),
            Rule::VacantBelow => "Nobody is there on the rung below, which passes on at once.".to_owned(),
            Rule::PutOff => {
                "A change made it overdue: it is reached a re-notify interval after the rung below."
                    .to_owned()
            }
            Rule::Hold => "A rung holder put it off.".to_owned(),
        },
    }
}

/// `4 h 30 min`.
pub fn length(open: SignedDuration) -> String {
    let minutes = open.as_mins();
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (hours, rest) {
        (0, rest) => format!("{rest} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}
