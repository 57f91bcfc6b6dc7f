//! From what somebody must hear to a finished letter about a ticket: one letter for a
//! notice, whose weightiest thing gives it its kind and headline; everything else in it
//! follows in the order of effect. No look-ups, no I/O: a [`Scene`] has it all.

mod arrival;
mod asks;
mod by_hand;
mod dates;
mod meanwhile;
mod redact;
mod rungs;
mod sight;
mod spoken;
mod vp;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::attachment::Attachment;
use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::ladder::Ladder;
use crate::domain::letter::{About, Kind, Letter, Side};
use crate::domain::message::Message;
use crate::domain::notice::{Heard, Notice, Told};
use crate::domain::partner::Partner;
use crate::domain::person::Person;
use crate::domain::ticket::Ticket;

use super::content::{Block, Content, clipped, one_line};
use super::paint;
use super::render::Sender;
use super::times::Times;
use redact::Redacted;
use sight::Sight;

/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 150;
/// Of the letters before it, a letter names the root and this many.
const LONGEST_THREAD: usize = 10;

/// Everything that a letter about a ticket may speak of, already looked up.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// After the change.
    pub ticket: &'a Ticket,
    pub partner: &'a Partner,
    /// Whoever is named; a missing one is "somebody".
    pub people: &'a BTreeMap<PersonId, Person>,
    /// Of the change that caused it.
    pub events: &'a [Event],
    /// Those that notices refer to.
    pub messages: &'a [Message],
    /// Files that came with these.
    pub attachments: &'a [Attachment],
    pub ladder: &'a Ladder,
    /// When the change is recorded.
    pub now: Timestamp,
    /// Links of the reader's own; to staff there are none.
    pub ways: Option<&'a Ways>,
}

/// Where the links of a letter to somebody at the partner lead, each an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ways {
    /// To read the ticket without signing in.
    pub follow: String,
    /// To say whether it is fixed; where it is claimed.
    pub confirm: Option<String>,
    /// To mute the ticket.
    pub mute: String,
}

/// What one thing makes of a letter when it leads it.
struct Telling {
    kind: Kind,
    /// ★: a subject of its own.
    subject: Option<String>,
    headline: String,
    blocks: Vec<Block>,
    link: &'static str,
    /// The link leads to where one says whether it is fixed.
    asks: bool,
    /// A person's message that it carries.
    message: Option<i32>,
    rung: Option<u8>,
}

impl Telling {
    fn new(kind: Kind, headline: String) -> Self {
        let link = "Answer on its page";
        Self {
            kind,
            subject: None,
            headline,
            blocks: Vec::new(),
            link,
            asks: false,
            message: None,
            rung: None,
        }
    }

    fn subject(mut self, subject: String) -> Self {
        self.subject = Some(subject);
        self
    }

    /// A paragraph; nothing where there is nothing to say.
    fn say(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.blocks.push(Block::Say(text));
        }
        self
    }

    fn show(mut self, block: impl Into<Option<Block>>) -> Self {
        self.blocks.extend(block.into());
        self
    }

    const fn link(mut self, link: &'static str) -> Self {
        self.link = link;
        self
    }

    /// The link leads to where one says whether it is fixed.
    const fn asking(mut self, link: &'static str) -> Self {
        self.asks = true;
        self.link(link)
    }

    const fn carrying(mut self, message: i32) -> Self {
        self.message = Some(message);
        self
    }

    const fn of_rung(mut self, rung: u8) -> Self {
        self.rung = Some(rung);
        self
    }
}

/// The letter that tells a notice. `thread` holds the Message-IDs of earlier letters of the
/// same thread to the same reader, oldest first. None when the reader is not among the
/// people (or is whom the complaint is about), or may hear nothing of it.
pub fn ticket_letter(
    notice: &Notice,
    scene: &Scene<'_>,
    thread: &[String],
    from: &Sender,
    nonce: &str,
) -> Option<Letter> {
    let redacted = Redacted::of(scene);
    let scene = redacted.as_ref().map_or(*scene, |r| r.scene(scene));
    let reader = scene.people.get(&notice.reader)?;
    let hears: Vec<&Heard> = notice.hears.iter().filter(|h| is_for(notice.side, &h.what)).collect();
    let first = hears.first()?;
    let mut sight = Sight::new(scene, reader, notice.side, redacted.is_some(), from);
    let lead = leader(&hears, &sight)?;
    let mut telling = tell(lead, &sight);
    let mut not_before = Timestamp::UNIX_EPOCH;
    if telling.kind.keeps_quiet_hours()
        && let Some(morning) = sight.times.morning(reader.day)
    {
        // It is read then: "today" is that day.
        (not_before, sight.times) = (morning, Times::new(morning, &reader.zone));
        telling = tell(lead, &sight);
    }
    let meanwhile = meanwhile::blocks(&hears, lead, &sight);
    // After what a person wrote, before anything else.
    let place = meanwhile_from(&telling);
    telling.blocks.splice(place..place, meanwhile);
    let letter = finished(telling, &sight, first.event, thread, from, nonce);
    Some(Letter { not_before, ..letter })
}

/// Partners hear of nothing internal, whatever a notice says.
const fn is_for(side: Side, told: &Told) -> bool {
    match side {
        Side::Internal => true,
        Side::Partner => !matches!(
            told,
            Told::Assigned
                | Told::HeadsUp { .. }
                | Told::Renotified { .. }
                | Told::Contested
                | Told::Accepted
                | Told::ReviewAsked { .. }
                | Told::Called
                | Told::TakesOver { .. }
                | Told::Unowned
        ),
    }
}

/// The weightiest thing; of equals the last, which is how it stands now.
fn leader<'a>(hears: &[&'a Heard], sight: &Sight<'_>) -> Option<&'a Heard> {
    hears.iter().copied().min_by_key(|h| {
        let after = h.at.as_nanosecond().saturating_neg();
        (weight(&h.what, sight), after, -h.event)
    })
}

/// 0 leads.
fn weight(told: &Told, sight: &Sight<'_>) -> u8 {
    match told {
        Told::Reply { .. } => 0,
        // To whom it now belongs, that weighs more than who asked for it.
        Told::RungReached { rung } if sight.holds(*rung) => 1,
        Told::TakesOver { .. } => 1,
        Told::Claimed { .. } | Told::Refused | Told::Pressed { .. } => 2,
        Told::RungReached { .. } => 3,
        Told::HeadsUp { rung, to_holder: true, .. } if sight.is_vp_of(*rung) => 3,
        Told::Undelivered { .. } | Told::Unowned => 4,
        Told::NoProgress { .. } | Told::DatePassed { .. } | Told::NewDate { .. } => 5,
        Told::Waiting { .. } | Told::WaitRanOut | Told::AskedAgain { .. } | Told::ClosedUnconfirmed => 6,
        Told::MergedInto { .. } | Told::Confirmed | Told::Contested | Told::Called | Told::NewOwner => 6,
        Told::Held { .. } | Told::CameDown { .. } => 4,
        Told::HeadsUp { .. } | Told::ReviewAsked { .. } => 7,
        Told::Renotified { .. } => 8,
        Told::Timetable | Told::StepDone { .. } => 9,
        Told::Received | Told::Assigned | Told::PartnerWrote { .. } | Told::Accepted => 10,
    }
}

fn tell(lead: &Heard, sight: &Sight<'_>) -> Telling {
    match &lead.what {
        Told::Received => arrival::received(sight),
        Told::Assigned => arrival::assigned(lead, sight),
        Told::MergedInto { into } => arrival::merged(into, sight),
        Told::Reply { message, first } => spoken::reply(*message, *first, sight),
        Told::PartnerWrote { message } => spoken::partner_wrote(*message, sight),
        Told::Confirmed => spoken::confirmed(lead, sight),
        Told::Refused => spoken::refused(lead, sight),
        Told::Contested => spoken::contested(sight),
        Told::Timetable => dates::timetable(lead, sight),
        Told::StepDone { promise } => dates::step_done(*promise, sight),
        Told::NoProgress { promise } => dates::no_progress(*promise, sight),
        Told::DatePassed { promise } => dates::passed(*promise, sight),
        Told::NewDate { promises } => dates::moved(promises, sight),
        Told::HeadsUp { rung, due, to_holder } => rungs::heads_up(*rung, *due, *to_holder, sight),
        Told::RungReached { rung } => rungs::reached(*rung, lead, sight),
        Told::Renotified { rung, count } => rungs::renotified(*rung, *count, sight),
        Told::Pressed { appended } => rungs::pressed(*appended, lead, sight),
        Told::Held { rung, until } => by_hand::held(*rung, *until, lead, sight),
        Told::CameDown { to } => by_hand::came_down(*to, lead, sight),
        Told::ReviewAsked { due } => by_hand::review_asked(*due, sight),
        Told::Accepted => spoken::accepted(lead, sight),
        Told::Called => spoken::called(lead, sight),
        Told::Waiting { nth } => asks::waiting(*nth, lead, sight),
        Told::WaitRanOut => asks::wait_ran_out(lead, sight),
        Told::Claimed { message } => asks::claimed(*message, lead, sight),
        Told::AskedAgain { .. } => asks::asked_again(sight),
        Told::ClosedUnconfirmed => asks::closed_unconfirmed(lead, sight),
        Told::Undelivered { person } => asks::undelivered(*person, sight),
        Told::TakesOver { rung } => rungs::taken_over(*rung, lead, sight),
        Told::NewOwner => arrival::new_owner(lead, sight),
        Told::Unowned => arrival::unowned(lead, sight),
    }
}

/// Where the other things stand: after the first block, or after all of a person's words.
fn meanwhile_from(telling: &Telling) -> usize {
    let words = telling.blocks.iter().rposition(|b| matches!(b, Block::Words { quoted: false, .. }));
    words.map_or(1, |at| at + 1).min(telling.blocks.len())
}

fn finished(
    telling: Telling,
    sight: &Sight<'_>,
    event: i32,
    thread: &[String],
    from: &Sender,
    nonce: &str,
) -> Letter {
    let Telling { kind, subject, headline, blocks, link, asks, message, rung } = telling;
    let (ticket, reader) = (sight.ticket, sight.reader);
    let link = link.to_owned();
    let automatic = message.is_none();
    let mute = sight.mute();
    let unsubscribe = mute.clone().filter(|_| kind.may_be_ended());
    let content =
        Content { headline, blocks, link, url: sight.url(asks), footer: sight.footer(automatic), mute }
            .tidy();
    let subject = subject.unwrap_or_else(|| format!("[{}] {}", ticket.reference, ticket.subject));
    let reference = ticket.reference.to_ascii_lowercase();
    let (references, in_reply_to) =
        if kind.stands_alone() { (Vec::new(), None) } else { threaded(&reference, sight.side, thread, from) };
    Letter {
        kind,
        dedup_key: format!("{}:{event}:{kind}:{}", ticket.reference, reader.id),
        message_id: format!("<{reference}.{event}.{nonce}@{}>", from.host()),
        to: reader.id,
        recipient: reader.email.clone(),
        recipient_name: one_line(&reader.name),
        sender: from.mailbox.clone(),
        subject: clipped(&one_line(&subject), LONGEST_SUBJECT),
        text: paint::text(&content),
        html: paint::html(&content),
        in_reply_to,
        references,
        automatic,
        not_before: Timestamp::UNIX_EPOCH,
        unsubscribe,
        // On copy one reads it too; it is delivered where the requester has it.
        about: Some(About {
            ticket: ticket.id,
            side: sight.side,
            message: message.filter(|_| reader.id == ticket.requester),
            rung,
        }),
    }
}

/// References and In-Reply-To. Each side has a root of its own, which no letter ever was.
fn threaded(reference: &str, side: Side, thread: &[String], from: &Sender) -> (Vec<String>, Option<String>) {
    let host = from.host();
    let root = match side {
        Side::Partner => format!("<{reference}@{host}>"),
        Side::Internal => format!("<{reference}.desk@{host}>"),
    };
    let recent = thread.iter().filter(|id| **id != root).skip(thread.len().saturating_sub(LONGEST_THREAD));
    let references: Vec<String> = std::iter::once(root.clone()).chain(recent.cloned()).collect();
    let last = references.last().cloned();
    (references, last)
}

#[cfg(test)]
mod tests;
