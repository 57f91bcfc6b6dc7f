//! What a ticket's page says: finished sentences and dates.

use jiff::Timestamp;

use crate::domain::promise::{Kind, Outcome, Promise};
use crate::domain::ticket::{CloseReason, State, Step, Ticket, WaitOn};
use crate::store::outbox::Envelope;
use crate::web::pages::forms::sentence;
use crate::web::pages::markdown;
use crate::web::pages::times::{Times, When};
use crate::web::pages::words::{self, Labels};
use crate::web::view::{self, Names};

pub struct TicketView {
    pub reference: String,
    /// It counts up with each change.
    pub version: i64,
    pub subject: String,
    /// As HTML.
    pub description: String,
    pub staff: bool,
    pub state: &'static str,
    pub state_class: &'static str,
    pub priority: &'static str,
    pub priority_meaning: &'static str,
    pub priority_reason: String,
    pub contested: String,
    /// How it stands, in one sentence.
    pub headline: String,
    /// What happens next, and when.
    pub next: Option<(String, When)>,
    pub owner: String,
    pub requester: String,
    pub team: String,
    /// Label and text.
    pub facts: Vec<(&'static str, String)>,
    pub deadline: Option<When>,
    pub opened: When,
    pub wait: Option<WaitView>,
    pub claim: Option<ClaimView>,
    /// Reference of the ticket in which this one goes on.
    pub merged_into: String,
    pub dates: Vec<DateView>,
    /// Every date ever given.
    pub history: Vec<PastDate>,
    pub rungs: Vec<RungView>,
}

pub struct WaitView {
    pub on: &'static str,
    pub on_partner: bool,
    pub reason: String,
    pub until: When,
}

pub struct ClaimView {
    pub at: When,
    pub summary: String,
    pub how_to_check: String,
}

/// A promise that stands, and those whose place it took.
pub struct DateView {
    pub what: String,
    /// It is when the issue is to be solved.
    pub resolves: bool,
    pub when: When,
    /// promised, kept, broken …
    pub state: &'static str,
    pub class: &'static str,
    /// When a step was done.
    pub done: Option<When>,
    pub before: Vec<Superseded>,
}

pub struct Superseded {
    pub when: When,
    /// Why it moved.
    pub reason: String,
    pub outcome: &'static str,
}

pub struct PastDate {
    pub what: String,
    pub due: When,
    pub made: When,
    pub by: String,
    pub outcome: &'static str,
    pub class: &'static str,
}

pub struct RungView {
    pub number: u8,
    pub name: String,
    pub holder: String,
    /// `here now`, `reached`, `due`, `never by itself`
    pub state: &'static str,
    pub class: &'static str,
    pub when: Option<When>,
    pub cause: &'static str,
}

/// A letter about the ticket.
pub struct MailView {
    /// Where it is opened; empty for whom it has no inside.
    pub href: String,
    pub kind: &'static str,
    pub to: String,
    pub state: &'static str,
    pub class: &'static str,
    /// Sent or decided; else written.
    pub when: When,
    pub trouble: String,
}

impl MailView {
    /// `opens`: its reader may read it. `settles`: the wall and the business have one clock.
    pub fn of(e: Envelope, times: &Times, opens: bool, settles: bool) -> Self {
        let (state, class) = words::letter_state(e.state);
        let href = |ticket: &String| format!("/t/{ticket}/letters/{}", e.id);
        Self {
            href: e.ticket.as_ref().filter(|_| opens).map(href).unwrap_or_default(),
            kind: words::letter(e.kind),
            to: if e.recipient_name.is_empty() { e.recipient } else { e.recipient_name },
            state,
            class,
            when: times.when(e.settled_at.filter(|_| settles).unwrap_or(e.created_at)),
            trouble: e.trouble.unwrap_or_default(),
        }
    }
}

/// What an administrator sees.
pub struct EnvelopeView {
    pub reference: String,
    pub state: &'static str,
    pub state_class: &'static str,
    pub next: Option<When>,
    pub opened: When,
    pub updated: When,
    pub rungs: Vec<RungView>,
}

impl EnvelopeView {
    pub fn of(t: &Ticket, times: &Times) -> Self {
        let names = Names::default();
        Self {
            reference: t.reference.clone(),
            state: words::state(t.state, t.close_reason),
            state_class: class_of(t.state),
            next: t.next_clock().map(|at| times.when(at)),
            opened: times.when(t.opened_at),
            updated: times.when(t.updated_at),
            rungs: t.rungs.iter().map(|s| rung(t, s, &names, times)).collect(),
        }
    }
}

impl TicketView {
    pub fn of(t: &Ticket, names: &Names, labels: &Labels, times: &Times, staff: bool) -> Self {
        let body = view::body(t, names);
        Self {
            version: t.version,
            staff,
            state: words::state(t.state, t.close_reason),
            state_class: class_of(t.state),
            priority: t.priority.as_str(),
            priority_meaning: t.priority.meaning(),
            priority_reason: sentence(&t.priority_reason),
            contested: body.contested.unwrap_or_default(),
            headline: headline(t, &body.owner_name, staff),
            next: next(t, times, staff),
            team: labels.team(&t.team),
            facts: facts(t, names, labels, staff),
            deadline: t.deadline.map(|at| times.when(at)),
            opened: times.when(t.opened_at),
            wait: t.clocks.wait.as_ref().map(|w| WaitView {
                on: words::wait_on(w.on),
                on_partner: w.on == WaitOn::Partner,
                reason: w.reason.clone(),
                until: times.when(w.until),
            }),
            claim: t.clocks.claim.as_ref().map(|c| ClaimView {
                at: times.when(c.at),
                summary: c.summary.clone(),
                how_to_check: c.how_to_check.clone(),
            }),
            merged_into: body.merged_into.unwrap_or_default(),
            dates: t.timetable.standing().into_iter().map(|p| date(t, p, times)).collect(),
            history: t.timetable.all().iter().map(|p| past(t, p, names, times)).collect(),
            rungs: t.rungs.iter().map(|s| rung(t, s, names, times)).collect(),
            reference: body.reference,
            subject: body.subject,
            description: markdown::html(&body.description),
            owner: body.owner_name,
            requester: body.requester_name,
        }
    }
}

const fn class_of(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Resolved => "resolved",
        State::Closed => "closed",
    }
}

fn headline(t: &Ticket, owner: &str, staff: bool) -> String {
    match (t.state, &t.clocks.wait) {
        (State::Open, Some(wait)) if wait.on == WaitOn::Partner => {
            if staff { "Waiting on the partner." } else { "We are waiting for your answer." }.to_owned()
        }
        (State::Open, Some(_)) => format!("{owner} is on it, and waits for a third party."),
        (State::Open, None) if t.clocks.first_reply_at.is_none() => {
            format!("Filed. {owner} has it, and answers first.")
        }
        (State::Open, None) => format!("{owner} is working on it."),
        (State::Resolved, _) if staff => {
            "Claimed as resolved. The partner has not confirmed it yet.".to_owned()
        }
        (State::Resolved, _) => "We say that this is fixed. Please check, and tell us below.".to_owned(),
        (State::Closed, _) => match t.close_reason {
            Some(CloseReason::Confirmed) => "Closed: the fix was confirmed.",
            Some(CloseReason::Unconfirmed) => "Closed: we claimed a fix, and nobody confirmed it.",
            Some(CloseReason::Merged) => "Closed here: it goes on in another ticket.",
            Some(CloseReason::Withdrawn) => "Closed: it was withdrawn.",
            None => "Closed.",
        }
        .to_owned(),
    }
}

/// The update promise in a sentence, with its due.
fn next(t: &Ticket, times: &Times, staff: bool) -> Option<(String, When)> {
    let promise = t.timetable.update().filter(|_| t.state == State::Open)?;
    let text = match (promise.kind, staff) {
        (Kind::FirstReply, false) => "A person answers you by",
        (Kind::FirstReply, true) => "First reply due by",
        (_, false) => "You hear from us again by",
        (_, true) => "Next update due by",
    };
    Some((text.to_owned(), times.when(promise.due)))
}

fn facts(t: &Ticket, names: &Names, labels: &Labels, staff: bool) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Category", labels.category(&t.category))];
    if t.reported_category != t.category {
        facts.push(("Reported as", labels.category(&t.reported_category)));
    }
    if staff {
        facts.push(("Partner", names.partner(t.partner).map(|p| p.name.clone()).unwrap_or_default()));
    }
    let requester = names.name(t.requester);
    facts.push((
        "Reported by",
        if staff { format!("{requester}, {}", names.email(t.requester)) } else { requester },
    ));
    facts.extend(t.about.map(|id| ("About", names.name(id))));
    facts.push(("Impact", t.impact.label().to_owned()));
    facts.push(("Urgency", t.urgency.label().to_owned()));
    facts.extend(t.value.as_ref().map(|v| ("Value", words::money(v.hundredths, &v.currency))));
    facts.extend(t.distributor.clone().map(|d| ("Distributor", d)));
    facts.extend(t.blocks.clone().map(|b| ("What it stops", b)));
    if staff && t.clocks.handed_on > 0 {
        facts.push(("Passed on", format!("{} ×", t.clocks.handed_on)));
    }
    if t.clocks.reopened > 0 {
        facts.push(("Reopened", format!("{} ×", t.clocks.reopened)));
    }
    facts
}

fn date(t: &Ticket, p: &Promise, times: &Times) -> DateView {
    let (state, class) = standing(t, p, times.now);
    let mut newer = p;
    let mut before = Vec::new();
    for old in t.timetable.before(p.number) {
        before.push(Superseded {
            when: times.when(old.due),
            reason: newer.reason.clone().unwrap_or_default(),
            outcome: words::outcome(old.outcome),
        });
        newer = old;
    }
    DateView {
        resolves: p.kind == Kind::Resolution,
        what: words::promise(p.kind, p.label.as_deref()),
        when: times.when(p.due),
        state,
        class,
        done: p.done_at.map(|at| times.when(at)),
        before,
    }
}

/// How a promise stands, in words, with a class for the eye.
fn standing(t: &Ticket, p: &Promise, now: Timestamp) -> (&'static str, &'static str) {
    match p.outcome {
        Some(Outcome::Kept) => ("kept", "kept"),
        Some(Outcome::Broken) if p.done_at.is_some() => ("late", "broken"),
        Some(Outcome::Broken) => ("broken", "broken"),
        Some(Outcome::Withdrawn) => ("withdrawn", "withdrawn"),
        None if p.kind == Kind::Resolution && t.is_paused() => ("paused", "paused"),
        None if p.due <= now => ("overdue", "broken"),
        None => ("promised", "open"),
    }
}

fn past(t: &Ticket, p: &Promise, names: &Names, times: &Times) -> PastDate {
    let (outcome, class) = standing(t, p, times.now);
    PastDate {
        what: words::promise(p.kind, p.label.as_deref()),
        due: times.when(p.due),
        made: times.when(p.made_at),
        by: names.who_named(p.made_by),
        outcome,
        class,
    }
}

fn rung(t: &Ticket, s: &Step, names: &Names, times: &Times) -> RungView {
    let open = t.state == State::Open;
    let (state, class, when) = match (s.reached_at, s.due) {
        (Some(at), _) if s.number == t.rung => ("here since", "here", Some(at)),
        (Some(at), _) => ("reached", "reached", Some(at)),
        (None, Some(_)) if !open => ("not reached", "idle", None),
        (None, Some(at)) if t.is_paused() => ("paused; was due", "idle", Some(at)),
        (None, Some(at)) => ("is told", "ahead", Some(at)),
        (None, None) => ("never by itself", "idle", None),
    };
    RungView {
        number: s.number,
        name: s.name.clone(),
        holder: s.holder.map_or_else(String::new, |id| names.name(id)),
        state,
        class,
        when: when.map(|at| times.when(at)),
        cause: s.cause.map_or("", words::cause),
    }
}
