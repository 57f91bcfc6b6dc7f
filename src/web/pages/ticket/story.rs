//! What was said and what happened, in sentences.

use crate::domain::event::{Event, HandOver, Moved, WaitEnd, What};
use crate::domain::ids::PersonId;
use crate::domain::message::Message;
use crate::domain::promise::Outcome;
use crate::domain::ticket::{Cause, CloseReason, Visibility};
use crate::web::pages::attaching::Files;
use crate::web::pages::markdown;
use crate::web::pages::times::{Times, When};
use crate::web::pages::words::{self, Labels};
use crate::web::view::Names;

/// A message.
pub struct Said {
    pub number: i32,
    pub by: String,
    /// Which side that is, seen from the reader's.
    pub side: &'static str,
    pub by_partner: bool,
    pub internal: bool,
    pub at: When,
    /// How it stands, in a line; empty where nobody said so.
    pub headline: String,
    /// As HTML.
    pub body: String,
    pub files: Files,
}

/// An event.
pub struct Told {
    pub number: i32,
    /// Of the message that was written by it.
    pub message: Option<i32>,
    pub at: When,
    /// The same as of the one above.
    pub again: bool,
    /// Written down later than it took effect.
    pub late: bool,
    /// Empty where the sentence stands for itself.
    pub by: String,
    pub text: String,
    /// What somebody gave as a reason.
    pub quote: String,
    /// Something that a clock or the engine did: shown smaller.
    pub minor: bool,
}

impl Told {
    /// It is that this message was written.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand out references")]
    pub fn says(&self, message: &i32) -> bool {
        self.message == Some(*message)
    }
}

/// `files` has those that came with a message.
pub fn said(
    messages: &[Message],
    names: &Names,
    times: &Times,
    staff: bool,
    files: impl Fn(i32) -> Files,
) -> Vec<Said> {
    let one = |m: &Message| Said {
        number: m.number,
        by: names.who_named(m.by),
        side: match (m.by_partner, staff) {
            (true, true) => "partner",
            (true, false) => "your company",
            (false, true) => "us",
            (false, false) => "vendor",
        },
        by_partner: m.by_partner,
        internal: m.visibility == Visibility::Internal,
        at: times.when(m.written_at),
        headline: m.headline.clone().unwrap_or_default(),
        body: markdown::html(&m.body),
        files: files(m.number),
    };
    messages.iter().map(one).collect()
}

/// The newest first. That a message was delivered says nothing that the message does not.
pub fn told(events: &[Event], names: &Names, labels: &Labels, times: &Times) -> Vec<Told> {
    let worth = |e: &&Event| !matches!(e.what, What::MessageDelivered { .. });
    let mut told: Vec<Told> = Vec::new();
    for e in events.iter().rev().filter(worth) {
        let (text, quote) = sentence(&e.what, names, labels, times);
        let at = times.when(e.at);
        told.push(Told {
            number: e.number,
            message: match e.what {
                What::MessagePosted { message, .. } => Some(message),
                _ => None,
            },
            again: told.last().is_some_and(|above| above.at.at == at.at),
            at,
            late: e.recorded_at.as_second() - e.at.as_second() > 60,
            by: if text.starts_with(char::is_lowercase) { names.who_named(e.by) } else { String::new() },
            text,
            quote,
            minor: matches!(
                e.what,
                What::PromiseMade { .. } | What::PromiseDecided { .. } | What::RungMoved { .. }
            ),
        });
    }
    told
}

/// What happened, and the words that somebody gave with it.
#[expect(clippy::too_many_lines, reason = "a sentence for each kind of event")]
fn sentence(what: &What, names: &Names, labels: &Labels, times: &Times) -> (String, String) {
    let person = |id: PersonId| names.name(id);
    let at = |at: jiff::Timestamp| times.absolute(at);
    let plain = |text: String| (text, String::new());
    match what {
        What::Opened(o) => (
            format!(
                "filed it: {}, {}. {} owns it.",
                o.priority,
                labels.category(&o.category),
                person(o.owner)
            ),
            o.priority_reason.clone(),
        ),
        What::MessagePosted { visibility: Visibility::Internal, .. } => {
            plain("wrote an internal note.".to_owned())
        }
        What::MessagePosted { by_partner: true, .. } => plain("wrote to us.".to_owned()),
        What::MessagePosted { .. } => plain("wrote to the partner.".to_owned()),
        What::MessageDelivered { message } => plain(format!("message {message} was delivered.")),
        What::PromiseMade { promise_kind, label, due, supersedes, reason, .. } => {
            let kind = words::promise(*promise_kind, label.as_deref());
            let verb = if supersedes.is_some() { "moved to" } else { "promised by" };
            (format!("{kind} {verb} {}.", at(*due)), reason.clone().unwrap_or_default())
        }
        What::PromiseDecided { promise_kind, label, due, outcome, .. } => {
            let kind = words::promise(*promise_kind, label.as_deref());
            let how = match outcome {
                Outcome::Kept => "was kept",
                Outcome::Broken => "was broken",
                Outcome::Withdrawn => "was withdrawn",
            };
            plain(format!("{kind}, promised by {}, {how}.", at(*due)))
        }
        What::StepDone { label, .. } => plain(format!("finished the step “{label}”.")),
        What::StepDropped { label, .. } => plain(format!("gave up the step “{label}”.")),
        What::RungMoved { rung, new: Some(new), .. } => {
            plain(format!("Rung {rung} is now due {}.", at(*new)))
        }
        What::RungMoved { rung, new: None, .. } => {
            plain(format!("Rung {rung} is no longer reached by its clock."))
        }
        What::RungReached { rung, name, holder, cause } => {
            plain(reached(*rung, name, holder.map(person), *cause))
        }
        What::HeadsUp { rung, holder, to_holder, due } => {
            let why = if *to_holder { "who will hold it" } else { "the owner" };
            plain(format!("Warned {}, {why}, of rung {rung} at {}.", person(*holder), at(*due)))
        }
        What::Exception { rung, holder, .. } => {
            plain(format!("Exception: {} was on rung {rung} without having been warned.", person(*holder)))
        }
        What::Renotified { rung, holder, count } => {
            let times = if *count == 1 { String::new() } else { format!(" ({count} times now)") };
            plain(format!("Told {} again{times}: nobody has acknowledged on rung {rung}.", person(*holder)))
        }
        What::Acknowledged { rung } => plain(format!("acknowledged on rung {rung}.")),
        What::Triaged { category, priority, team, owner, reason, .. } => {
            let mut parts = Vec::new();
            parts.extend(moved("category", category.as_ref(), |c| labels.category(c)));
            parts.extend(moved("priority", priority.as_ref(), ToString::to_string));
            parts.extend(moved("team", team.as_ref(), |t| labels.team(t)));
            parts.extend(moved("owner", owner.as_ref(), |id| person(*id)));
            let text = if parts.is_empty() {
                "looked at it and changed nothing.".to_owned()
            } else {
                format!("changed {}.", parts.join("; "))
            };
            (text, reason.clone())
        }
        What::HandedOver { owner, why } => {
            let (old, new) = (person(owner.old), person(owner.new));
            plain(match why {
                HandOver::Rerouted => format!("Handed over: {old} is not there; {new} owns it now."),
                HandOver::StandIn => format!("{new} stands in for {old} and owns it now."),
                HandOver::Returned => format!("{new} is back and owns it again; {old} stood in."),
            })
        }
        What::HolderChanged { rung, holder } => {
            let name = |id: Option<PersonId>| id.map_or_else(|| "nobody".to_owned(), person);
            plain(format!("On rung {rung} stands {} now, instead of {}.", name(holder.new), name(holder.old)))
        }
        What::Accepted { .. } => plain("accepted the dates.".to_owned()),
        What::AcceptanceEnded { why, .. } => {
            plain(format!("The accepted dates hold no more: {}.", words::acceptance_end(*why)))
        }
        What::ReviewAsked { rung, holder, due } => plain(format!(
            "Asked {}, on rung {rung}, to acknowledge by {} that it stays open for long.",
            person(*holder),
            at(*due)
        )),
        What::Reviewed { rung } => {
            plain(format!("acknowledged, on rung {rung}, that it stays open for long."))
        }
        What::Held { rung, until, reason } => {
            (format!("put rung {rung} off until {}.", at(*until)), reason.clone())
        }
        What::Deescalated { from, to, reason, agreed_by } => (
            format!("took it down from rung {from} to rung {to}; {} agreed.", person(*agreed_by)),
            reason.clone(),
        ),
        What::Migrated { ladder, calendars, reason, .. } => {
            let mut parts = Vec::new();
            parts.extend(moved("ladder version", ladder.as_ref(), ToString::to_string));
            parts.extend(moved("calendar version", calendars.as_ref(), ToString::to_string));
            (format!("moved it: {}.", parts.join("; ")), reason.clone())
        }
        What::Called { summary, heat } => {
            (format!("was called by the partner about it; the call was {heat}."), summary.clone())
        }
        What::Surprise { person: who } => plain(format!(
            "Surprise: {} heard of it from the partner before hearing of it from us.",
            person(*who)
        )),
        What::WatcherAdded { person: who, .. } => plain(format!("put {} on copy.", person(*who))),
        What::WatcherRemoved { person: who, .. } => plain(format!("took {} off the copy.", person(*who))),
        What::Bounced { message } => plain(format!("Message {message} came back undelivered.")),
        What::Edited { fields } => plain(format!("corrected {}.", fields.join(", "))),
        What::TimetableMoved { reason, requested_by_partner, .. } => {
            let whose = if *requested_by_partner { ", at the partner's request" } else { "" };
            (format!("changed the timetable{whose}."), reason.clone().unwrap_or_default())
        }
        What::WaitStarted { on, reason, until } => {
            (format!("waits on {} until {} at the latest.", words::wait_on(*on), at(*until)), reason.clone())
        }
        What::WaitEnded { on, why } => {
            plain(format!("The wait on {} is over: {}.", words::wait_on(*on), wait_end(*why)))
        }
        What::Reminded { .. } => plain("Reminded the partner that we wait for them.".to_owned()),
        What::AskedAgain { nth } => {
            plain(format!("Asked the partner again whether it is fixed ({} times now).", nth + 1))
        }
        What::Resolved { summary, .. } => ("claimed that it is resolved.".to_owned(), summary.clone()),
        What::Confirmed { comment } => ("confirmed that it is fixed.".to_owned(), comment.clone()),
        What::Refused { comment } => ("said that it is not fixed.".to_owned(), comment.clone()),
        What::Closed { reason } => plain(format!("Closed: {}.", closed(*reason))),
        What::MergedInto { into } => plain(format!("merged it into {into}.")),
        What::Absorbed { other } => plain(format!("merged {other} into it.")),
        What::Contested { reason } => ("contested the priority.".to_owned(), reason.clone()),
        What::Pressed { rung, reason, justification, appended, .. } => {
            let how =
                if *appended { "pressed again".to_owned() } else { format!("escalated to rung {rung}") };
            (format!("{how}: {}.", reason.label().to_lowercase()), justification.clone())
        }
        What::Undelivered { person, letter, trouble } => {
            let what = words::letter(*letter).to_lowercase();
            plain(format!("A letter did not reach {} ({what}): {trouble}.", names.name(*person)))
        }
    }
}

fn reached(rung: u8, name: &str, holder: Option<String>, cause: Cause) -> String {
    let holder = holder.unwrap_or_else(|| "nobody stands there".to_owned());
    format!("Rung {rung} reached: {name}, {holder} ({}).", words::cause(cause))
}

fn moved<T>(what: &str, moved: Option<&Moved<T>>, name: impl Fn(&T) -> String) -> Option<String> {
    moved.map(|m| format!("{what} from {} to {}", name(&m.old), name(&m.new)))
}

const fn wait_end(why: WaitEnd) -> &'static str {
    match why {
        WaitEnd::PartnerReplied => "the partner answered",
        WaitEnd::Lifted => "somebody lifted it",
        WaitEnd::RanOut => "its time ran out",
        WaitEnd::Moot => "there was nothing left to wait for",
    }
}

const fn closed(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Confirmed => "the partner confirmed it",
        CloseReason::Unconfirmed => "nobody confirmed it",
        CloseReason::Merged => "it goes on in another ticket",
        CloseReason::Withdrawn => "it was withdrawn",
    }
}
