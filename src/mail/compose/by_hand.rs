//! What holders do by hand: put the next rung off, take a ticket down, and acknowledge that it
//! stays open for long.

use jiff::Timestamp;

use crate::domain::event::What;
use crate::domain::letter::Kind;
use crate::domain::notice::Heard;

use super::Telling;
use super::sight::{Sight, ended};

/// The next rung is put off; no date that was promised moves.
pub(super) fn held(rung: u8, until: Timestamp, lead: &Heard, sight: &Sight<'_>) -> Telling {
    let reason = sight.find(lead.event, |what| match what {
        What::Held { reason, .. } if !reason.is_empty() => Some(format!("Why: {}", ended(reason))),
        _ => None,
    });
    let who = sight.event(lead.event).map_or("Somebody", |e| sight.by(e.by));
    let (next, when) = (sight.stand(rung), sight.when(until));
    let headline = if sight.is_partner() {
        format!("{next}, is told later: {when}")
    } else {
        format!("{} goes to {next}, later: {when}", sight.called())
    };
    Telling::new(Kind::Held, headline)
        .say(format!(
            "{who} has put that off, as the rules of the ladder allow. No date that was promised moves."
        ))
        .say(reason.unwrap_or_default())
        .show(sight.timetable())
        .say(if sight.is_partner() {
            "Not all right? Press Escalate now on its page, or answer there."
        } else {
            ""
        })
        .of_rung(rung)
}

/// Down one rung, with the partner's agreement.
pub(super) fn came_down(to: u8, lead: &Heard, sight: &Sight<'_>) -> Telling {
    let found = sight.find(lead.event, |what| match what {
        What::Deescalated { reason, agreed_by, .. } => Some((reason.as_str(), *agreed_by)),
        _ => None,
    });
    let who = sight.event(lead.event).map_or("Somebody", |e| sight.by(e.by));
    let agreed =
        found.map_or(
            "the partner",
            |(_, person)| {
                if person == sight.reader.id { "you" } else { sight.name(person) }
            },
        );
    let reason = found.map(|(reason, _)| reason).filter(|reason| !reason.is_empty());
    let stand = sight.stand(to);
    let headline = if sight.holds(to) && !sight.is_partner() {
        format!("{} is back with you", sight.called())
    } else {
        format!("{} is back with {stand}", sight.called())
    };
    Telling::new(Kind::CameDown, headline)
        .say(format!("{who} took it down one rung, and {agreed} agreed."))
        .say(reason.map(|reason| format!("Why: {}", ended(reason))).unwrap_or_default())
        .show(sight.timetable())
        .say(sight.next_rung())
        .say(if sight.is_partner() { "Not agreed? Say so on its page, or press Escalate now." } else { "" })
        .of_rung(to)
}

/// Under an accepted timetable, and open for long.
pub(super) fn review_asked(due: Timestamp, sight: &Sight<'_>) -> Telling {
    let called = sight.called();
    Telling::new(Kind::Review, format!("Please acknowledge that {called} stays open"))
        .say(sight.brief())
        .say(format!(
            "The partner accepted its dates, so it does not climb for now. It is open for long, though: \
             acknowledge by {} that you know of it. Otherwise it counts from its beginning again, and climbs.",
            sight.when(due)
        ))
        .show(sight.timetable())
        .link("Acknowledge it on its page")
}
