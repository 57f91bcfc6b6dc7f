//! Somebody wrote or decided something: their words come first, in full.

use crate::domain::attachment::{Attachment, size_in_words};
use crate::domain::event::What;
use crate::domain::letter::Kind;
use crate::domain::notice::Heard;
use crate::mail::content::Block;

use super::Telling;
use super::sight::{Sight, quote};

/// M2, M4.
pub(super) fn reply(number: i32, first: bool, sight: &Sight<'_>) -> Telling {
    let kind = if first { Kind::FirstReply } else { Kind::Update };
    let author = sight.message(number).map_or("Somebody", |m| sight.by(m.by));
    let owner = sight.owner();
    let owned = if first && owner != author { format!("{owner} owns your issue.") } else { String::new() };
    let headline = match sight.message(number).and_then(|m| m.headline.as_deref()) {
        Some(status) => format!("{author}: {status}"),
        None => format!("{author} wrote"),
    };
    Telling::new(kind, headline)
        .show(own_words(number, sight))
        .show(files(number, sight))
        .show(sight.timetable())
        .say(owned)
        .say(sight.next_update())
        .say(sight.next_rung())
        .carrying(number)
}

/// A message in full; of a restricted ticket, where it stands.
pub(super) fn own_words(number: i32, sight: &Sight<'_>) -> Block {
    match sight.message(number).map(|m| m.body.trim()).filter(|body| !body.is_empty()) {
        Some(body) => Block::Words { body: body.to_owned(), quoted: false },
        None => {
            Block::Say("Read it on its page: letters about a confidential issue carry no content.".to_owned())
        }
    }
}

/// What came with it, by name: the bytes stay where one has to sign in.
fn files(number: i32, sight: &Sight<'_>) -> Option<Block> {
    let line = |a: &Attachment| format!("{}, {}", a.file.name, size_in_words(a.file.size));
    let rows: Vec<String> = sight.files(number).map(line).collect();
    (!rows.is_empty()).then(|| Block::List { title: "Attached, to be had on its page".to_owned(), rows })
}

/// The same, quoted.
pub(super) fn quoted_words(number: i32, sight: &Sight<'_>) -> Block {
    match own_words(number, sight) {
        Block::Words { body, .. } => Block::Words { body, quoted: true },
        other => other,
    }
}

pub(super) fn partner_wrote(number: i32, sight: &Sight<'_>) -> Telling {
    let author = sight.message(number).map_or("Somebody", |m| sight.by(m.by));
    let headline = if sight.restricted {
        format!("The partner wrote on {}", sight.ticket.reference)
    } else {
        format!("{author} ({}) wrote", sight.partner.name)
    };
    Telling::new(Kind::PartnerSpoke, headline)
        .show(quoted_words(number, sight))
        .show(files(number, sight))
        .say(sight.next_update())
        .say(sight.next_rung())
        .link("Reply on its page")
}

pub(super) fn confirmed(lead: &Heard, sight: &Sight<'_>) -> Telling {
    let comment = sight.find(lead.event, |what| match what {
        What::Confirmed { comment } => Some(comment),
        _ => None,
    });
    let headline = format!("{} confirmed: {} is fixed", sight.partner_first(), sight.ticket.reference);
    Telling::new(Kind::PartnerSpoke, headline)
        .show(comment.and_then(|c| quote(c)))
        .say(format!("Confirmed {}. The ticket is closed, and no clock runs any more.", sight.when(lead.at)))
        .link("See it on its page")
}

/// M14.
pub(super) fn refused(lead: &Heard, sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let comment = sight.find(lead.event, |what| match what {
        What::Refused { comment } => Some(comment),
        _ => None,
    });
    let times = if t.clocks.reopened > 1 {
        format!(", for the {} time", nth(t.clocks.reopened))
    } else {
        String::new()
    };
    let headline = format!("Not fixed: {} says so{times}", sight.partner_first());
    let again =
        if t.owner == sight.reader.id { "Your next step: write to the partner what you do now." } else { "" };
    Telling::new(Kind::Refused, headline)
        .show(comment.and_then(|c| quote(c)))
        .say(format!(
            "{} goes on where it stood: with {}, on the same elapsed time.",
            t.reference,
            sight.stand(t.rung)
        ))
        .say(again)
        .show(sight.timetable())
        .say(sight.next_rung())
        .link("Reply on its page")
}

pub(super) fn contested(sight: &Sight<'_>) -> Telling {
    let t = sight.ticket;
    let reason = t.clocks.contest.as_ref().and_then(|c| quote(&c.reason));
    let by = t.clocks.contest.as_ref().map_or("Somebody", |c| sight.by(c.by));
    let headline = format!("{} contests the priority of {}", sight.partner_first(), t.reference);
    Telling::new(Kind::PartnerSpoke, headline)
        .say(format!("{by} says that priority {} is wrong:", t.priority))
        .show(reason)
        .say("The partner may say so once. Look at it in triage: change the priority, or write why it stays.")
        .say(sight.next_update())
        .say(sight.next_rung())
        .link("Triage on its page")
}

/// To the owner: the dates are agreed, and what that means for the ladder.
pub(super) fn accepted(lead: &Heard, sight: &Sight<'_>) -> Telling {
    let by = sight.event(lead.event).map_or("Somebody", |e| sight.by(e.by));
    Telling::new(Kind::PartnerSpoke, format!("{by} accepted the dates of {}", sight.ticket.reference))
        .say("As long as updates come in time and no step slips, the upper rungs count from the accepted date.")
        .show(sight.timetable())
        .say(sight.next_update())
        .say(sight.next_rung())
        .link("See it on its page")
}

/// To the owner and the present holder: the partner went straight to an executive.
pub(super) fn called(lead: &Heard, sight: &Sight<'_>) -> Telling {
    let found = sight.find(lead.event, |what| match what {
        What::Called { summary, heat } => Some((summary.as_str(), *heat)),
        _ => None,
    });
    let who = sight.event(lead.event).map_or("somebody", |e| sight.by(e.by));
    let (partner, called) = (sight.partner_first(), sight.called());
    let heat = found.map(|(_, heat)| format!("The call was {heat}.")).unwrap_or_default();
    Telling::new(Kind::PartnerSpoke, format!("{partner} called {who} about {called}"))
        .say(heat)
        .show(found.and_then(|(summary, _)| quote(summary)))
        .say("Tell the partner what happens next, and tell the caller that you did.")
        .say(sight.next_update())
        .say(sight.next_rung())
        .link("Reply on its page")
}

/// `2nd`, `11th`.
pub(super) fn nth(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}
