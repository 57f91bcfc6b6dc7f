//! What we ask of the partner's side: the one thing that we wait for, and whether it is
//! fixed. And what we ask of ours: to call somebody whom letters do not reach.

use jiff::{SignedDuration, Timestamp};

use crate::domain::event::What;
use crate::domain::ids::PersonId;
use crate::domain::letter::Kind;
use crate::domain::notice::Heard;
use crate::mail::content::Block;

use super::Telling;
use super::sight::{Sight, ended, quote};

/// Days of 24 hours.
fn days(n: u16) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(n))
}

/// When a claim that nobody answers is closed.
fn closes(claimed: Timestamp, sight: &Sight<'_>) -> String {
    sight.when(after(claimed, days(sight.ladder.confirmation.close_after_days)))
}

/// `30 days`: how long it may still be refused after that.
fn refusable(sight: &Sight<'_>) -> String {
    match sight.ladder.confirmation.refusable_days {
        1 => "1 day".to_owned(),
        n => format!("{n} days"),
    }
}

/// M9: 0 at the start, then reminders.
pub(super) fn waiting(nth: u8, lead: &Heard, sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let started = || {
        sight.find(lead.event, |what| match what {
            What::WaitStarted { reason, until, .. } => Some((reason.as_str(), *until)),
            _ => None,
        })
    };
    let wait = t.clocks.wait.as_ref().map(|w| (w.reason.as_str(), w.until)).or_else(started);
    let (reason, until) = wait.unwrap_or(("", lead.at));
    let (day, when) = (sight.times.day(until), sight.when(until));
    let again = match nth {
        0 => "",
        1 => "Reminder: ",
        2 => "Second reminder: ",
        _ => "Last reminder: ",
    };
    let headline = match nth {
        0 => format!("We need one thing from you by {when}"),
        _ => format!("{again}we still need one thing from you by {when}"),
    };
    let what = match reason.trim() {
        "" => Block::Say("What we need stands on its page.".to_owned()),
        reason => Block::Say(format!("What exactly: {}", ended(reason))),
    };
    let who = if sight.reader.id == t.requester {
        String::new()
    } else {
        format!("We asked {} for it.", sight.name(t.requester))
    };
    Telling::new(Kind::Waiting, headline)
        .subject(format!("{again}We need one thing from you by {day}: {}", t.reference))
        .show(what)
        .say(who)
        .say("Any answer of yours ends the wait at once; until then the resolution date is paused.")
        .say(format!("Without an answer, we go on {when} with what we have, and every clock runs again."))
        .show(sight.timetable())
        .say(sight.next_rung())
}

/// M9: they did not answer, and we go on.
pub(super) fn wait_ran_out(lead: &Heard, sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let who = if sight.reader.id == t.requester {
        "We asked you for one thing and have no answer.".to_owned()
    } else {
        format!("We asked {} for one thing and have no answer.", sight.name(t.requester))
    };
    Telling::new(Kind::WaitOver, format!("We waited until {}, and go on without it", sight.when(lead.at)))
        .subject(format!("We go on without your answer: {}", t.reference))
        .say(format!("{who} We go on with what we have; it may take longer that way."))
        .say("Every clock runs again, and the dates below count. Your answer still helps.")
        .show(sight.timetable())
}

/// M12.
pub(super) fn claimed(message: i32, lead: &Heard, sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let words = sight.message(message).map(|m| m.body.trim().to_owned()).filter(|body| !body.is_empty());
    let summary = || {
        sight.find(lead.event, |what| match what {
            What::Resolved { summary, how_to_check } if !summary.is_empty() => {
                Some(format!("{summary}\n\nHow to check: {how_to_check}"))
            }
            _ => None,
        })
    };
    let words = match words.or_else(summary) {
        Some(body) => Block::Words { body, quoted: false },
        None => Block::Say("What was done and how to check it stands on its page.".to_owned()),
    };
    let by = t.clocks.claim.as_ref().map_or_else(|| sight.owner(), |c| sight.by(c.by));
    let at = t.clocks.claim.as_ref().map_or(lead.at, |c| c.at);
    if !sight.is_asked() {
        return Telling::new(Kind::Resolved, format!("{by} says that it is fixed"))
            .subject(format!("{}: {by} says that it is fixed", t.reference))
            .show(words)
            .say(format!(
                "We asked {} whether it is. Until the answer, its clocks stand still.",
                sight.name(t.requester)
            ))
            .link("See it on its page")
            .carrying(message);
    }
    Telling::new(Kind::Resolved, format!("{by} says that it is fixed. Is it?"))
        .subject(format!("Is {} fixed? Yes / Not yet", t.reference))
        .show(words)
        .say(
            "Please try it, then say Yes or Not yet on its page. \
             Not yet: we go on where we were, on the same clocks. Until you answer, they stand still.",
        )
        .say(closing(at, sight))
        .asking("Say Yes or Not yet")
        .carrying(message)
}

fn closing(claimed: Timestamp, sight: &Sight<'_>) -> String {
    let asks = match sight.ladder.confirmation.ask_after_days.len() {
        0 => String::new(),
        1 => "ask once more and ".to_owned(),
        2 => "ask twice more and ".to_owned(),
        n => format!("ask {n} times more and "),
    };
    let (closes, refusable) = (closes(claimed, sight), refusable(sight));
    format!(
        "If you say nothing, we {asks}close it {closes}. After that, you can still refuse it for {refusable} more."
    )
}

fn after(at: Timestamp, time: SignedDuration) -> Timestamp {
    at.checked_add(time).unwrap_or(at)
}

/// M13: the second and the third time.
pub(super) fn asked_again(sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let claimed = t.clocks.claim.as_ref().map(|c| c.at);
    let headline = claimed.map(|at| closes(at, sight)).map_or_else(
        || format!("Is {} fixed?", t.reference),
        |closes| format!("Closing {closes} unless you say otherwise"),
    );
    let since = claimed.map(|at| format!(" since {}", sight.when(at))).unwrap_or_default();
    let by = t.clocks.claim.as_ref().map_or_else(|| sight.owner(), |c| sight.by(c.by));
    let summary = t.clocks.claim.as_ref().and_then(|c| quote(&c.summary));
    let check = t.clocks.claim.as_ref().map(|c| c.how_to_check.as_str()).filter(|c| !c.is_empty());
    Telling::new(Kind::ConfirmReminder, headline)
        .say(format!("Nothing has changed{since}: {by} said that {} is fixed, and you have not said whether it is.", t.reference))
        .show(summary)
        .say(check.map(|c| format!("How to check: {}", ended(c))).unwrap_or_default())
        .say(format!(
            "Not fixed? Say Not yet, and we go on where we were. You can still refuse it for {} after it is closed.",
            refusable(sight)
        ))
        .asking("Say Yes or Not yet")
}

/// M13: the end.
pub(super) fn closed_unconfirmed(lead: &Heard, sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let last = sight.when(after(lead.at, days(sight.ladder.confirmation.refusable_days)));
    if !sight.is_asked() {
        return Telling::new(Kind::ConfirmReminder, format!("Closed without an answer: {}", t.reference))
            .say(format!("We said that it is fixed, and {} has not answered. It was closed {}; it counts as unconfirmed, not as fixed.", sight.name(t.requester), sight.when(lead.at)))
            .say(format!("It can still be refused until {last}."))
            .link("See it on its page");
    }
    Telling::new(Kind::ConfirmReminder, format!("Closed without your answer: {}", t.reference))
        .say(format!("We said that it is fixed, and have no answer from you. We closed it {}; it counts as unconfirmed, not as fixed.", sight.when(lead.at)))
        .say(format!("Not fixed? You can refuse it until {last}: it then goes on where it was, with {} and on the same clocks.", sight.owner()))
        .asking("Say Not yet on its page")
}

/// M24.
pub(super) fn undelivered(person: PersonId, sight: &Sight<'_>) -> Telling {
    let reference = &sight.ticket.reference;
    let name = sight.name(person);
    let subject = format!("{} is not getting our mails", sight.partner_first());
    let telling = Telling::new(Kind::Undelivered, format!("{name} does not get our mails about {reference}"))
        .subject(subject);
    if sight.is_partner() {
        return telling
            .say("The mail server refused what we sent. Everything that we wrote stands on the page.")
            .say(format!("Please tell {name}, and tell us which address works."))
            .say(sight.next_update())
            .link("See it on its page");
    }
    telling
        .say(format!(
            "Please call {name} today. The mail server refused what we sent; why stands on the ticket's page."
        ))
        .say("What did not arrive keeps no promise: the update clock runs on.")
        .say(sight.next_update())
        .say(sight.next_rung())
        .link("See it on its page")
}

/// The same in short.
pub(super) fn unreached(person: PersonId, sight: &Sight<'_>) -> String {
    let what = if sight.is_partner() { "" } else { ": please call" };
    format!("{} did not get our mails{what}.", sight.name(person))
}
