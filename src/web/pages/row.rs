//! A ticket as one row of a list: of the queue, and of a partner's own issues.

use crate::domain::ticket::{State, Step, Ticket};
use crate::web::view::Names;

use super::times::{Times, When};
use super::words;

pub struct Row {
    pub reference: String,
    /// Number of its last event: whoever ticks it has seen so much.
    pub seen: i32,
    /// Empty for whoever sees only the envelope.
    pub subject: String,
    pub partner: String,
    pub priority: &'static str,
    pub state: &'static str,
    pub state_class: &'static str,
    pub rung: String,
    /// Above the first.
    pub risen: bool,
    /// Class of each rung, from the first on.
    pub strip: Vec<&'static str>,
    pub owner: String,
    pub waiting: &'static str,
    /// When the partner last heard from a person.
    pub heard: Option<When>,
    /// Times that it was given to somebody else.
    pub handed_on: u32,
    pub next: Option<When>,
    /// What the next clock is about.
    pub next_what: String,
    pub deadline: Option<When>,
    pub resolution: Option<When>,
    pub updated: When,
}

impl Row {
    pub fn of(t: &Ticket, names: &Names, times: &Times) -> Self {
        let next = t.next_clock();
        Self {
            subject: t.subject.clone(),
            partner: names.partner(t.partner).map(|p| p.name.clone()).unwrap_or_default(),
            priority: t.priority.as_str(),
            owner: names.name(t.owner),
            waiting: t.clocks.wait.as_ref().map_or("", |w| words::wait_on(w.on)),
            heard: t.clocks.last_word_at.map(|at| times.when(at)),
            handed_on: t.clocks.handed_on,
            next: next.map(|at| times.when(at)),
            next_what: next.map(|at| breaks(t, at)).unwrap_or_default(),
            deadline: t.deadline.filter(|_| t.is_live()).map(|at| times.when(at)),
            resolution: t.timetable.resolution().map(|p| times.when(p.due)),
            ..Self::envelope(t, times)
        }
    }

    /// Without what only readers of the ticket see.
    pub fn envelope(t: &Ticket, times: &Times) -> Self {
        Self {
            reference: t.reference.clone(),
            seen: t.last_event,
            subject: String::new(),
            partner: String::new(),
            priority: "",
            state: words::state(t.state, t.close_reason),
            state_class: match t.state {
                State::Open => "open",
                State::Resolved => "resolved",
                State::Closed => "closed",
            },
            strip: strip(t),
            rung: format!("{} {}", t.rung, t.step().map(|s| s.name.as_str()).unwrap_or_default()),
            risen: t.rung > 1,
            owner: String::new(),
            waiting: "",
            heard: None,
            handed_on: 0,
            next: t.next_clock().map(|at| times.when(at)),
            next_what: String::new(),
            deadline: None,
            resolution: None,
            updated: times.when(t.updated_at),
        }
    }
}

fn strip(t: &Ticket) -> Vec<&'static str> {
    let class = |s: &Step| match s.reached_at {
        Some(_) if s.number == t.rung => "here",
        Some(_) => "reached",
        None => "ahead",
    };
    t.rungs.iter().map(class).collect()
}

/// What breaks at this instant.
fn breaks(t: &Ticket, at: jiff::Timestamp) -> String {
    let promise = t.timetable.all().iter().find(|p| p.is_open() && p.due == at);
    match promise {
        Some(promise) => words::promise(promise.kind, promise.label.as_deref()),
        None => t
            .rungs
            .iter()
            .find(|s| s.due == Some(at) && s.number > t.rung)
            .map(|s| format!("Goes to rung {}: {}", s.number, s.name))
            .unwrap_or_default(),
    }
}
