//! The ladder: a rung is due, is reached, is not acknowledged, is pressed for.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::event::{Event, What};
use crate::domain::letter::Kind;
use crate::domain::notice::Heard;
use crate::domain::ticket::{Cause, PressReason};

use super::sight::{Sight, inside, quote};
use super::spoken::nth;
use super::{Telling, vp};

const STOPS_IT: &str = "What stops it: solving it. Waiting on the partner pauses the clock. \
                        A reply alone does not stop it.";

/// M7: to the owner, or to the future holder.
pub(super) fn heads_up(rung: u8, due: Timestamp, to_holder: bool, sight: &Sight<'_>) -> Telling {
    if to_holder && sight.is_vp_of(rung) {
        return vp::heads_up(rung, due, sight);
    }
    let called = sight.called();
    let (when, slot) = (sight.when(due), sight.times.slot(due));
    let telling = if to_holder {
        Telling::new(Kind::HeadsUp, format!("{called} reaches you {when}"))
            .subject(format!("{slot} this reaches you: {called}"))
            .say(sight.brief())
            .say(format!(
                "Until then it is with {}, and {} owns it. It then becomes yours to unblock; the owner stays.",
                sight.stand(sight.ticket.rung),
                sight.owner()
            ))
            .say(STOPS_IT)
            .say("You can help already: ask the owner what stands in the way.")
    } else {
        Telling::new(Kind::HeadsUp, format!("{called} goes to {}, {when}", sight.stand(rung)))
            .subject(format!("{called} goes to {} at {slot}", sight.holder(rung)))
            .say(sight.brief())
            .say("Half of the time until then is used up. You stay the owner.")
            .say(STOPS_IT)
    };
    telling.show(sight.timetable()).link("Open its page").of_rung(rung)
}

/// M8, and M10 to the VP.
pub(super) fn reached(rung: u8, lead: &Heard, sight: &Sight<'_>) -> Telling {
    let why = why(rung, lead, sight);
    if sight.is_partner() {
        return to_partner(rung, &why, sight);
    }
    if sight.is_vp_of(rung) {
        return vp::notice(rung, &why, sight);
    }
    let called = sight.called();
    let owner = sight.owner();
    let press = press_of(rung, sight).and_then(|(_, _, words)| quote(words));
    if sight.holds(rung) {
        let owns = if sight.ticket.owner == sight.reader.id { "You also own it" } else { "The owner stays" };
        return Telling::new(Kind::RungReached, format!("This is now yours to unblock: {called}"))
            .say(sight.brief())
            .say(why)
            .show(press)
            .say(format!(
                "{owns}: {owner}. Acknowledge it on its page, or you are told again; \
                 accepting is not solving, and the clock goes on. Then take away what stands in the way."
            ))
            .show(sight.timetable())
            .say(sight.next_rung())
            .link("Acknowledge it on its page")
            .of_rung(rung);
    }
    let headline = format!("For information: {called} is now with {}", sight.stand(rung));
    Telling::new(Kind::RungReached, headline)
        .say(sight.brief())
        .say(why)
        .show(press)
        .say(format!("{owner} stays the owner. {}", sight.next_update()))
        .say(sight.next_rung())
        .link("Open its page")
        .of_rung(rung)
}

/// The present rung is the reader's now, as another one is away, or they are back.
pub(super) fn taken_over(rung: u8, lead: &Heard, sight: &Sight<'_>) -> Telling {
    let called = sight.called();
    let old = sight.find(lead.event, |what| match what {
        What::HolderChanged { rung: r, holder } if *r == rung => holder.old,
        _ => None,
    });
    let before = old.map_or("nobody", |old| sight.name(old));
    let place = sight.rung(rung).map_or_else(|| format!("rung {rung}"), |s| inside(&s.name));
    Telling::new(Kind::TakenOver, format!("Yours to unblock from now on: {called}"))
        .say(sight.brief())
        .say(format!(
            "You stand on its rung of the {place} since {}; before you, {before}.",
            sight.when(lead.at)
        ))
        .say(format!(
            "The owner stays: {}. Acknowledge it on its page, or you are told again; accepting is not \
             solving, and the clock goes on. Then take away what stands in the way.",
            sight.owner()
        ))
        .show(sight.timetable())
        .say(sight.next_rung())
        .link("Acknowledge it on its page")
        .of_rung(rung)
}

fn to_partner(rung: u8, why: &str, sight: &Sight<'_>) -> Telling {
    let name = sight.rung(rung).map_or("the next rung", |s| s.name.as_str());
    Telling::new(Kind::RungReached, format!("Now with {}, {name}", sight.holder(rung)))
        .say(why)
        .say(format!(
            "{} now has to take away what stands in the way. {} still owns your issue. {}",
            sight.holder(rung),
            sight.owner(),
            sight.next_update()
        ))
        .show(sight.timetable())
        .say(sight.next_rung())
        .of_rung(rung)
}

/// Why a rung was reached, and when.
pub(super) fn why(rung: u8, lead: &Heard, sight: &Sight<'_>) -> String {
    let at = sight.rung(rung).and_then(|s| s.reached_at).unwrap_or(lead.at);
    let when = sight.when(at);
    match sight.rung(rung).and_then(|s| s.cause) {
        Some(Cause::Press) => {
            let Some((event, reason, _)) = press_of(rung, sight) else {
                return format!("Why: somebody asked for it, {when}.");
            };
            let who = match event.by {
                By::Person(id) if id == sight.reader.id => "you",
                by => sight.by(by),
            };
            let label =
                if sight.restricted { String::new() } else { format!(": {}", inside(reason.label())) };
            format!("Why: {who} pressed Escalate now, {when}{label}.")
        }
        Some(Cause::Clock) => {
            format!("Why: it was not solved by {when}, when its time on the rung below ran out.")
        }
        Some(Cause::BrokenPromises) => {
            format!("Why: a second date that we gave was not kept. It went up at once, {when}.")
        }
        Some(Cause::Reopenings) => {
            format!("Why: what we called fixed was not, for the second time. It went up at once, {when}.")
        }
        Some(Cause::HandedOn) => {
            format!("Why: it was passed on for the third time. It went up at once, {when}.")
        }
        Some(Cause::Repeats) => {
            let days = sight.ladder.at_once.repeat_days;
            format!("Why: it is the third of its kind within {days} days. It went up at once, {when}.")
        }
        Some(Cause::Absence) => {
            format!("Why: nobody is there on the rung below. It went up at once, {when}.")
        }
        Some(Cause::Opened) | None => format!("Since {when}."),
    }
}

/// The press that reached a rung.
fn press_of<'a>(rung: u8, sight: &Sight<'a>) -> Option<(&'a Event, PressReason, &'a str)> {
    sight.find_event(|e| match &e.what {
        What::Pressed { rung: r, reason, justification, appended: false, .. } if *r == rung => {
            Some((e, *reason, justification.as_str()))
        }
        _ => None,
    })
}

pub(super) fn renotified(rung: u8, count: u32, sight: &Sight<'_>) -> Telling {
    let called = sight.called();
    let since = sight.rung(rung).and_then(|s| s.reached_at).map(|at| sight.when(at)).unwrap_or_default();
    let times = format!("This is the {} reminder.", nth(count));
    let telling = if sight.holds(rung) {
        Telling::new(Kind::Renotified, format!("Please acknowledge {called}"))
            .say(format!("It is yours to unblock since {since}, and nobody has acknowledged it. {times}"))
            .say("Acknowledging stops these reminders. It does not stop the clock: accepting is not solving.")
    } else {
        let holder = sight.stand(rung);
        Telling::new(Kind::Renotified, format!("Nobody has acknowledged {called}"))
            .say(format!("It is with {holder}, since {since}, and was not acknowledged. {times}"))
            .say("You are told because you stand in, or stand next on the ladder. Please find out what is wrong.")
    };
    let link = if sight.holds(rung) { "Acknowledge it on its page" } else { "Open its page" };
    telling.say(sight.brief()).show(sight.timetable()).say(sight.next_rung()).link(link).of_rung(rung)
}

/// M11.
pub(super) fn pressed(appended: bool, lead: &Heard, sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let event = sight.find_event(|e| match &e.what {
        What::Pressed { reason, justification, .. } if e.number == lead.event => {
            Some((e, *reason, justification))
        }
        _ => None,
    });
    let event = event.or_else(|| {
        sight.find_event(|e| match &e.what {
            What::Pressed { reason, justification, .. } => Some((e, *reason, justification)),
            _ => None,
        })
    });
    let due = t.timetable.update().map(|p| sight.when(p.due));
    let label =
        event.filter(|_| !sight.restricted).map(|(_, reason, _)| format!(": {}", inside(reason.label())));
    let label = label.unwrap_or_default();
    // What staff wrote to justify a press stays inside.
    let shown = event.filter(|(e, ..)| !sight.is_partner() || sight.is_theirs(e.by));
    let words = shown.and_then(|(_, _, words)| quote(words));
    let you = event.is_some_and(|(e, ..)| e.by == By::Person(sight.reader.id));
    let who = if you { "You" } else { event.map_or("Somebody", |(e, ..)| sight.by(e.by)) };
    let headline = match (&due, sight.is_partner()) {
        (Some(due), true) => format!("A person answers by {due}"),
        (None, true) => "A person answers you next".to_owned(),
        (_, false) => format!("{who} pressed Escalate now on {}", sight.called()),
    };
    let added = if appended {
        "Added to the earlier request, which a person has yet to answer.".to_owned()
    } else {
        format!("It is now also with {}. {} stays the owner.", sight.stand(t.rung), sight.owner())
    };
    let answer = match (&due, sight.is_partner()) {
        (Some(due), false) => format!("A person has to answer the partner by {due}."),
        _ => String::new(),
    };
    Telling::new(Kind::Escalated, headline)
        .say(format!("{who} pressed Escalate now, {}{label}.", sight.when(lead.at)))
        .show(words)
        .say(added)
        .say(answer)
        .show(sight.timetable())
        .say(sight.next_rung())
}
