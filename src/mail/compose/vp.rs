//! M10: what the VP of Channels hears, before it is theirs and when it is. The point first,
//! then what was promised, and words for the call that may come.

use jiff::Timestamp;

use crate::domain::letter::Kind;
use crate::domain::promise::Outcome;
use crate::mail::content::{Block, clipped};

use super::Telling;
use super::sight::{Sight, money};

/// Of the ticket's subject, the letter's shows so many characters.
const TITLE: usize = 80;

pub(super) fn heads_up(rung: u8, due: Timestamp, sight: &Sight<'_>) -> Telling {
    let when = sight.when(due);
    let below = sight.stand(sight.ticket.rung);
    let telling = Telling::new(Kind::VpNotice, format!("{} reaches you {when}", sight.called()))
        .subject(subject("VP heads-up", sight))
        .say(sight.brief())
        .say(format!("No action is needed before {when}. It is with {below}; {} owns it.", sight.owner()))
        .say("What stops it: solving it. Waiting on the partner pauses the clock.");
    for_a_call(telling, sight).link("Open its page").of_rung(rung)
}

pub(super) fn notice(rung: u8, why: &str, sight: &Sight<'_>) -> Telling {
    let below = sight.ticket.rungs.iter().rev().find(|s| s.number < rung && s.reached_at.is_some());
    let before = below.map(|s| format!("Before you: {}. ", sight.stand(s.number))).unwrap_or_default();
    let telling = Telling::new(Kind::VpNotice, format!("Now with you: {}", sight.called()))
        .subject(subject("VP notice", sight))
        .say(sight.brief())
        .say(format!("{why} {before}{} owns it.", sight.owner()))
        .say("It is yours to unblock. Unless you acknowledge it, you are told again.");
    for_a_call(telling, sight).link("Acknowledge it on its page").of_rung(rung)
}

fn subject(what: &str, sight: &Sight<'_>) -> String {
    let t = sight.ticket;
    if sight.restricted {
        return format!("{what}: {}, a confidential issue", t.reference);
    }
    let value = t.value.as_ref().map(|v| format!(", {}", money(v))).unwrap_or_default();
    format!("{what}: {}{value}, {}", sight.partner.name, clipped(&t.subject, TITLE))
}

/// Dates so far, what to say, and what not to.
fn for_a_call(telling: Telling, sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let count = |outcome| t.timetable.all().iter().filter(|p| p.outcome == Some(outcome)).count();
    let history =
        format!("Promises so far: {} kept, {} broken.", count(Outcome::Kept), count(Outcome::Broken));
    let next = t.timetable.update().map(|p| format!(" You hear from us by {}.", sight.when(p.due)));
    let words =
        format!("I know about {}. {} is on it.{}", t.reference, sight.owner(), next.unwrap_or_default());
    let who = if sight.restricted { "the partner" } else { &sight.partner.name };
    telling
        .say(history)
        .show(sight.timetable())
        .say(format!("If {who} calls, you can say:"))
        .show(Block::Words { body: words, quoted: true })
        .say("Do not promise an outcome or any other date.")
}
