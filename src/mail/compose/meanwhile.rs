//! What else a letter tells: everything in a notice but what leads it, in the order of
//! effect, each with its time, and nothing that the letter says already.

use crate::domain::event::What;
use crate::domain::notice::{Heard, Told};
use crate::domain::ticket::Cause;
use crate::mail::content::Block;

use super::sight::{Sight, ended, named};
use super::spoken::quoted_words;
use super::{asks, dates};

/// Short paragraphs, and what people wrote after them.
pub(super) fn blocks(hears: &[&Heard], lead: &Heard, sight: &Sight<'_>) -> Vec<Block> {
    let mut others: Vec<&Heard> =
        hears.iter().copied().filter(|h| *h != lead && !is_said(&h.what, &lead.what, sight)).collect();
    others.sort_by_key(|h| (h.at, h.event));
    let mut rows: Vec<String> = Vec::new();
    let mut words = Vec::new();
    for heard in others {
        let row = format!("{}: {}", sight.when(heard.at), short(heard, sight));
        if !rows.contains(&row) {
            rows.push(row);
        }
        if let Told::Reply { message, .. } | Told::PartnerWrote { message } | Told::Claimed { message } =
            heard.what
        {
            words.push(quoted_words(message, sight));
        }
    }
    if rows.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::List { title: "What happened meanwhile".to_owned(), rows }];
    blocks.append(&mut words);
    blocks
}

/// The letter's first thing says it already.
fn is_said(told: &Told, lead: &Told, sight: &Sight<'_>) -> bool {
    match (told, lead) {
        (Told::Reply { message: a, .. }, Told::Claimed { message: b } | Told::Reply { message: b, .. })
        | (Told::Claimed { message: a }, Told::Reply { message: b, .. }) => a == b,
        // A press and the rung that it reached are one thing.
        (Told::RungReached { rung }, Told::Pressed { appended: false }) => {
            *rung == sight.ticket.rung && is_pressed(*rung, sight)
        }
        (Told::Pressed { appended: false }, Told::RungReached { rung }) => is_pressed(*rung, sight),
        (Told::Timetable, Told::NewDate { .. }) => true,
        // A warning of what has come since.
        (Told::HeadsUp { rung, .. }, _) => *rung <= sight.ticket.rung,
        _ => false,
    }
}

fn is_pressed(rung: u8, sight: &Sight<'_>) -> bool {
    sight.rung(rung).is_some_and(|s| s.cause == Some(Cause::Press))
}

#[expect(clippy::too_many_lines, reason = "a line for each thing that is told")]
fn short(heard: &Heard, sight: &Sight<'_>) -> String {
    let t = sight.ticket;
    let promise = |n: i32| t.timetable.get(n);
    let author = |n: i32| sight.message(n).map_or("somebody", |m| sight.by(m.by));
    match &heard.what {
        Told::Received => format!("{} was filed.", t.reference),
        Told::Assigned => "It became yours.".to_owned(),
        Told::Reply { message, .. } => format!("{} wrote, see below.", author(*message)),
        Told::PartnerWrote { message } => format!("{} wrote, see below.", author(*message)),
        Told::Timetable => "Dates were given: see the timetable.".to_owned(),
        Told::StepDone { promise: n } => {
            format!("Done: {}", ended(&promise(*n).map(named).unwrap_or_default()))
        }
        Told::NoProgress { promise: n } => {
            let first = promise(*n).is_some_and(|p| p.kind == crate::domain::promise::Kind::FirstReply);
            let what = if first { "A first reply" } else { "An update" };
            format!("{what} was due, and there was none: that promise is broken.")
        }
        Told::DatePassed { promise: n } => {
            format!(
                "{} was due and not done: that promise is broken.",
                promise(*n).map(named).unwrap_or_default()
            )
        }
        Told::NewDate { promises } => {
            let moved: Vec<String> =
                promises.iter().filter_map(|&n| promise(n)).map(|p| dates::new_date(p, sight)).collect();
            ended(&moved.join("; "))
        }
        Told::HeadsUp { rung, due, .. } if sight.holds(*rung) => {
            format!("It reaches you {}.", sight.when(*due))
        }
        Told::HeadsUp { rung, due, .. } => {
            format!("It goes to {}, {}.", sight.stand(*rung), sight.when(*due))
        }
        Told::RungReached { rung } if sight.holds(*rung) => "It became yours to unblock.".to_owned(),
        Told::RungReached { rung } => format!("It went to {}.", sight.stand(*rung)),
        Told::Renotified { rung, .. } => format!("{} had not acknowledged it.", sight.stand(*rung)),
        Told::Waiting { .. } => waiting(heard, sight),
        Told::WaitRanOut => "The wait ended without an answer, and every clock runs again.".to_owned(),
        Told::Pressed { .. } => "Escalate now was pressed.".to_owned(),
        Told::Claimed { message } => format!("{} said that it is fixed, see below.", author(*message)),
        Told::AskedAgain { .. } => "We asked again whether it is fixed.".to_owned(),
        Told::ClosedUnconfirmed => "It was closed without an answer.".to_owned(),
        Told::Confirmed => format!("{} confirmed that it is fixed.", sight.partner_first()),
        Told::Refused => format!("{} said that it is not fixed.", sight.partner_first()),
        Told::Contested => format!("{} contested the priority.", sight.partner_first()),
        Told::Held { rung, until } => {
            format!("{} is put off until {}.", sight.stand(*rung), sight.when(*until))
        }
        Told::CameDown { to } => format!("It came down to {}.", sight.stand(*to)),
        Told::Accepted => format!("{} accepted the dates.", sight.partner_first()),
        Told::ReviewAsked { due } => {
            format!("It stays open for long: please acknowledge that by {}.", sight.when(*due))
        }
        Told::Called => format!("{} called about it.", sight.partner_first()),
        Told::MergedInto { into } => format!("It goes on in {into}."),
        Told::TakesOver { .. } => "It became yours to unblock.".to_owned(),
        Told::NewOwner => format!("{} owns it from now on.", sight.owner()),
        Told::Unowned => "Nobody stood in for its owner, and it was routed again.".to_owned(),
        Told::Undelivered { person } => asks::unreached(*person, sight),
    }
}

fn waiting(heard: &Heard, sight: &Sight<'_>) -> String {
    let wait = sight.ticket.clocks.wait.as_ref().map(|w| (w.reason.as_str(), w.until));
    let started = || {
        sight.find(heard.event, |what| match what {
            What::WaitStarted { reason, until, .. } => Some((reason.as_str(), *until)),
            _ => None,
        })
    };
    match wait.or_else(started) {
        Some((reason, until)) if !reason.is_empty() => {
            format!("We need one thing from you by {}: {}", sight.when(until), ended(reason))
        }
        Some((_, until)) => format!("We need one thing from you by {}: see its page.", sight.when(until)),
        None => "We need one thing from you: see its page.".to_owned(),
    }
}
