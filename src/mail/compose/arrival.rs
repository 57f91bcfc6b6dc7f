//! A ticket arrives: at us, with its owner, or in another ticket.

use crate::domain::event::{HandOver, What};
use crate::domain::letter::Kind;
use crate::domain::notice::Heard;
use crate::domain::promise;

use super::Telling;
use super::sight::{Sight, ended};

/// M1.
pub(super) fn received(sight: &Sight<'_>) -> Telling {
    if !sight.is_partner() {
        return for_information(sight);
    }
    let t = sight.ticket;
    let update = t.timetable.update();
    let headline = update.map_or_else(
        || "We have it".to_owned(),
        |p| format!("We have it. A person replies by {}", sight.when(p.due)),
    );
    let told = if sight.restricted {
        "You filed a confidential issue. Letters never say what it is about.".to_owned()
    } else {
        format!("What you told us: {}{}", ended(&t.subject), sight.deadline())
    };
    let why = if t.priority_reason.is_empty() {
        format!("Priority {}.", t.priority)
    } else {
        format!("Priority {} ({}): {}", t.priority, t.priority.meaning(), ended(&t.priority_reason))
    };
    let owner = sight.owner();
    Telling::new(Kind::Received, headline)
        .say(told)
        .say(format!("{why} Not right? Tell us why on its page."))
        .show(sight.timetable())
        .say(format!(
            "Your owner: {owner}. You are not passed around without hearing of it from {owner} first."
        ))
        .show(sight.ladder())
        .link("Add to it on its page")
}

/// M1 to whoever only needs to know.
fn for_information(sight: &Sight<'_>) -> Telling {
    let headline = format!("{} filed {}", sight.partner_first(), sight.ticket.reference);
    Telling::new(Kind::Received, headline)
        .say(sight.brief())
        .say(format!("{} owns it. {} You need not do anything now.", sight.owner(), sight.next_update()))
        .say(sight.next_rung())
        .link("See it on its page")
}

pub(super) fn assigned(lead: &Heard, sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let due = t.timetable.update().map(|p| {
        let what = if p.kind == promise::Kind::FirstReply { "first reply" } else { "next update" };
        format!(": {what} due {}", sight.when(p.due))
    });
    let headline = format!("{} is yours{}", t.reference, due.unwrap_or_default());
    let why = sight.event(lead.event).and_then(|e| match &e.what {
        What::Triaged { reason, .. } if !reason.is_empty() => {
            Some(format!("{} gave it to you: {}", sight.by(e.by), ended(reason)))
        }
        What::HandedOver { owner, why: HandOver::StandIn } => {
            Some(format!("You stand in for {}, who is away.", sight.name(owner.old)))
        }
        What::HandedOver { owner, why: HandOver::Returned } => {
            Some(format!("You are back; {} stood in for you.", sight.name(owner.old)))
        }
        What::HandedOver { owner, why: HandOver::Rerouted } => {
            Some(format!("You take it over from {}.", sight.name(owner.old)))
        }
        _ => None,
    });
    Telling::new(Kind::Assigned, headline)
        .say(why.unwrap_or_default())
        .say(sight.brief())
        .show(sight.description())
        .show(sight.timetable())
        .say(sight.next_rung())
        .link("Reply on its page")
}

/// To the partner: somebody else owns it, and why.
pub(super) fn new_owner(lead: &Heard, sight: &Sight<'_>) -> Telling {
    let owner = sight.owner();
    let why = handed_over(lead, sight).map(|(old, why)| match why {
        HandOver::StandIn => format!("{old} is away, and {owner} stands in."),
        HandOver::Returned => format!("{owner} is back; {old} stood in."),
        HandOver::Rerouted => format!("{owner} takes it over from {old}."),
    });
    Telling::new(Kind::NewOwner, format!("{owner} owns your issue from now on"))
        .say(why.unwrap_or_default())
        .say(format!("You need not explain anything again, and every date stands. {}", sight.next_update()))
}

/// M21.
pub(super) fn unowned(lead: &Heard, sight: &Sight<'_>) -> Telling {
    let reference = &sight.ticket.reference;
    let (owner, when) = (sight.owner(), sight.when(lead.at));
    let old = handed_over(lead, sight).map_or("its owner", |(old, _)| old);
    Telling::new(Kind::Unowned, format!("{reference} had nobody; it is with {owner} now"))
        .subject(format!("{reference} had nobody: {old} is not there, and nobody stands in"))
        .say(sight.brief())
        .say(format!(
            "{old} is not there since {when}, and nobody stands in. It went to {owner}, as a new one would."
        ))
        .say("Is another one better placed? Give it to them on its page.")
        .say(sight.next_update())
        .link("Open its page")
}

/// From whom it was taken, and why.
fn handed_over<'a>(lead: &Heard, sight: &Sight<'a>) -> Option<(&'a str, HandOver)> {
    sight.find(lead.event, |what| match what {
        What::HandedOver { owner, why } => Some((sight.name(owner.old), *why)),
        _ => None,
    })
}

/// M1b.
pub(super) fn merged(into: &str, sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let reference = &t.reference;
    Telling::new(Kind::Merged, format!("{reference} goes on in {into}"))
        .say(format!("It is the same issue as {into}, so we go on with both there: one owner, one set of dates."))
        .say(format!("Nothing that you wrote on {reference} is lost: its page stays. Its own dates no longer count; those of {into} do."))
        .say("Not the same issue? Tell us so on its page.")
}
