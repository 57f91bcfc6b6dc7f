//! Dates: given, done, missed, moved.

use crate::domain::event::What;
use crate::domain::letter::Kind;
use crate::domain::notice::Heard;
use crate::domain::promise::{self, Promise};
use crate::domain::ticket::WaitOn;

use super::Telling;
use super::sight::{Sight, ended, named};
use super::spoken::nth;

/// M3.
pub(super) fn timetable(lead: &Heard, sight: &Sight<'_>) -> Telling {
    let reason = sight.find(lead.event, |what| match what {
        What::TimetableMoved { reason, .. } => reason.as_deref(),
        What::Migrated { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    Telling::new(Kind::Timetable, "Here is the timetable".to_owned())
        .say("No date moved later. These are the steps, and what each of them is due by:")
        .say(reason.map(ended).unwrap_or_default())
        .say(given_up(sight))
        .show(sight.timetable())
        .say(sight.next_update())
        .say(sight.next_rung())
}

/// M4: a step.
pub(super) fn step_done(number: i32, sight: &Sight<'_>) -> Telling {
    let timetable = &sight.ticket.timetable;
    let steps = timetable.milestones();
    let done = steps.iter().filter(|p| p.done_at.is_some()).count();
    let label = timetable.get(number).map(named).unwrap_or_default();
    Telling::new(Kind::Update, format!("Step {done} of {} done: {label}", steps.len()))
        .say(match steps.iter().find(|p| p.done_at.is_none()) {
            Some(next) => format!("Next: {}, by {}.", named(next), sight.when(next.due)),
            None => "That was the last step of the timetable.".to_owned(),
        })
        .show(sight.timetable())
        .say(sight.next_update())
        .say(sight.next_rung())
}

/// M5.
pub(super) fn no_progress(number: i32, sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let Some(broken) = t.timetable.get(number) else {
        return silence(sight, String::new());
    };
    let due = sight.when(broken.due);
    let first = broken.kind == promise::Kind::FirstReply;
    let what = if first { "a first reply" } else { "an update" };
    if !sight.is_partner() {
        let who = if t.owner == sight.reader.id { "You" } else { sight.owner() };
        let headline = format!("{who} owed {} {what} by {due}", sight.partner.name);
        return Telling::new(Kind::NoProgress, headline)
            .say("The partner has been told that nothing has changed. That promise counts as broken.")
            .say(sight.brief())
            .show(sight.timetable())
            .say(sight.next_rung())
            .link("Reply on its page");
    }
    if first {
        return Telling::new(
            Kind::NoProgress,
            format!("We owed you a first reply by {due} and did not give it"),
        )
        .say("Nothing has changed, and you should know it. That promise is broken, and stays in the history.")
        .show(sight.timetable())
        .say(format!(
            "{} owns your issue. {} Nothing is needed from you.",
            sight.owner(),
            sight.next_update()
        ))
        .say(sight.next_rung());
    }
    silence(sight, format!("We promised you an update by {due}, and there was none: that promise is broken."))
}

fn silence(sight: &Sight<'_>, promise: String) -> Telling {
    let t = sight.ticket;
    let since = t.clocks.last_word_at.unwrap_or(t.opened_at);
    let waiting = t.clocks.wait.as_ref().filter(|w| w.on == WaitOn::ThirdParty);
    let why = waiting.map(|w| match w.reason.as_str() {
        "" => format!("We wait for a third party, until {}.", sight.when(w.until)),
        reason => format!("We wait for a third party, until {}: {}", sight.when(w.until), ended(reason)),
    });
    Telling::new(Kind::NoProgress, format!("No progress since {}", sight.when(since)))
        .say(format!("Nothing has changed, and you should know it. {promise}"))
        .say(why.unwrap_or_default())
        .show(sight.timetable())
        .say(format!("{} Nothing is needed from you.", sight.next_update()))
        .say(sight.next_rung())
}

/// The resolution date or a step has passed.
pub(super) fn passed(number: i32, sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let missed = t.timetable.get(number);
    let due = missed.map(|p| sight.when(p.due)).unwrap_or_default();
    let step = missed.filter(|p| p.kind == promise::Kind::Milestone).map(named);
    if !sight.is_partner() {
        let what = step.unwrap_or_else(|| "the resolution date".to_owned());
        return Telling::new(Kind::NoProgress, format!("{}: {what} was missed, {due}", t.reference))
            .say("The partner has been told. It stays shown as broken until you give a new date with its reason.")
            .say(sight.brief())
            .show(sight.timetable())
            .say(sight.next_rung())
            .link("Give a new date on its page");
    }
    let (headline, fact) = match step {
        Some(label) => (format!("We missed a date we gave you: {label}, {due}"), "That step is not done."),
        None => (format!("We missed the date we gave you: {due}"), "Your issue is not solved."),
    };
    Telling::new(Kind::NoProgress, headline)
        .say(format!(
            "{fact} That promise is broken, and stays shown so until {} gives you a new date with its reason.",
            sight.owner()
        ))
        .show(sight.timetable())
        .say(sight.next_update())
        .say(sight.next_rung())
}

/// M6.
pub(super) fn moved(numbers: &[i32], sight: &Sight<'_>) -> Telling {
    let timetable = &sight.ticket.timetable;
    let promises: Vec<&Promise> = numbers.iter().filter_map(|&n| timetable.get(n)).collect();
    // The resolution date is what matters; else the last step.
    let main = promises.iter().copied().max_by_key(|p| (p.kind == promise::Kind::Resolution, p.number));
    let headline = main.map_or_else(|| "New dates".to_owned(), |p| new_date(p, sight));
    let reason = main.and_then(|p| p.reason.as_deref()).filter(|r| !r.trim().is_empty());
    Telling::new(Kind::NewDate, headline)
        .say(reason.map(|r| format!("Reason: {}", ended(r))).unwrap_or_default())
        .say(counted(main, sight))
        .say(given_up(sight))
        .show(sight.timetable())
        .say(sight.next_update())
        .say(sight.next_rung())
        .say(if sight.is_partner() { "Does that not work for you? Tell us now, on its page." } else { "" })
}

/// `New date: Thu 26 Nov, 09:00 CET (was Wed 25 Nov, 12:00 CET)`.
pub(super) fn new_date(promise: &Promise, sight: &Sight<'_>) -> String {
    let was = sight.ticket.timetable.before(promise.number).first().map(|p| sight.when(p.due));
    let was = was.map(|was| format!(" (was {was})")).unwrap_or_default();
    let what = match promise.kind {
        promise::Kind::Resolution => "New date".to_owned(),
        promise::Kind::Milestone => format!("New date for {}", named(promise)),
        promise::Kind::FirstReply | promise::Kind::NextUpdate => {
            format!("New date for the {}", named(promise).to_lowercase())
        }
    };
    format!("{what}: {}{was}", sight.when(promise.due))
}

/// Steps that this change dropped.
fn given_up(sight: &Sight<'_>) -> String {
    let dropped: Vec<String> =
        sight.ticket.timetable.all().iter().filter(|p| sight.drops(p.number)).map(named).collect();
    if dropped.is_empty() { String::new() } else { format!("No longer planned: {}.", dropped.join(", ")) }
}

/// How often this date has moved later.
fn counted(main: Option<&Promise>, sight: &Sight<'_>) -> String {
    let timetable = &sight.ticket.timetable;
    let Some(main) = main.filter(|p| !p.is_update()) else { return String::new() };
    let later = |p: &&Promise| {
        let old = p.supersedes.and_then(|n| timetable.get(n));
        p.kind == main.kind && p.label == main.label && old.is_some_and(|old| old.due < p.due)
    };
    let count = timetable.all().iter().filter(later).count();
    match u32::try_from(count).unwrap_or(u32::MAX) {
        0 => String::new(),
        1 => "It is the first time that this date moved.".to_owned(),
        n => format!("It is the {} time that this date moved.", nth(n)),
    }
}
