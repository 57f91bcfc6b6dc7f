//! A ticket as one reader sees it: names, times on their clock, and the sentences and
//! lists that many letters share.

use crate::domain::actor::By;
use crate::domain::attachment::Attachment;
use crate::domain::event::{Event, What};
use crate::domain::ids::PersonId;
use crate::domain::ladder::{Ladder, Stand};
use crate::domain::letter::Side;
use crate::domain::message::Message;
use crate::domain::partner::Partner;
use crate::domain::person::{Person, Role};
use crate::domain::promise::{Kind, Outcome, Promise};
use crate::domain::ticket::{Money, State, Step, Ticket, Visibility};
use crate::mail::content::{Block, Date, Old, clipped};
use crate::mail::render::Sender;
use crate::mail::times::Times;

use super::Scene;

/// Of the dates before, a letter shows the last few.
const OLD_DATES: usize = 3;
/// Of a description, a brief shows so many characters.
const BRIEF: usize = 240;

pub(super) struct Sight<'a> {
    pub ticket: &'a Ticket,
    pub partner: &'a Partner,
    pub ladder: &'a Ladder,
    pub reader: &'a Person,
    pub side: Side,
    pub restricted: bool,
    pub times: Times,
    /// The page of the ticket, or of the decisions about it.
    page: String,
    scene: Scene<'a>,
}

impl<'a> Sight<'a> {
    pub fn new(scene: Scene<'a>, reader: &'a Person, side: Side, restricted: bool, from: &Sender) -> Self {
        let Scene { ticket, partner, ladder, now, .. } = scene;
        let place = if decides(ticket, reader) { "exec" } else { "t" };
        let page = format!("{}/{place}/{}", from.public_url, ticket.reference);
        Self {
            ticket,
            partner,
            ladder,
            reader,
            side,
            restricted,
            times: Times::new(now, &reader.zone),
            page,
            scene,
        }
    }

    /// Where the letter leads: to the ticket, or to where one says whether it is fixed.
    pub fn url(&self, asks: bool) -> String {
        let Some(ways) = self.scene.ways.filter(|_| self.is_partner()) else { return self.page.clone() };
        let confirm = ways.confirm.as_ref().filter(|_| asks);
        confirm.unwrap_or(&ways.follow).clone()
    }

    /// Whether it is fixed is asked of who reported it and of principals, and told to the owner.
    pub fn is_asked(&self) -> bool {
        let reader = self.reader;
        [self.ticket.requester, self.ticket.owner].contains(&reader.id) || reader.role == Role::Principal
    }

    /// Where the reader mutes the ticket.
    pub fn mute(&self) -> Option<String> {
        self.scene.ways.filter(|_| self.is_partner()).map(|ways| ways.mute.clone())
    }

    pub fn is_partner(&self) -> bool {
        self.side == Side::Partner
    }

    pub fn when(&self, at: jiff::Timestamp) -> String {
        self.times.when(at)
    }

    pub fn event(&self, number: i32) -> Option<&'a Event> {
        self.scene.events.iter().find(|e| e.number == number)
    }

    /// The event of this number, or else the last one of its kind: a notice may name another of the change.
    pub fn find<T>(&self, number: i32, pick: impl Fn(&'a What) -> Option<T>) -> Option<T> {
        let named = self.event(number).and_then(|e| pick(&e.what));
        named.or_else(|| self.scene.events.iter().rev().find_map(|e| pick(&e.what)))
    }

    /// This change gives the step up.
    pub fn drops(&self, number: i32) -> bool {
        let drops = |e: &Event| matches!(e.what, What::StepDropped { promise, .. } if promise == number);
        self.scene.events.iter().any(drops)
    }

    /// The last event that `pick` knows.
    pub fn find_event<T>(&self, pick: impl Fn(&'a Event) -> Option<T>) -> Option<T> {
        self.scene.events.iter().rev().find_map(pick)
    }

    /// A message that this side may read.
    pub fn message(&self, number: i32) -> Option<&'a Message> {
        let may_read = |m: &&Message| !self.is_partner() || m.visibility == Visibility::Partner;
        self.scene.messages.iter().find(|m| m.number == number).filter(may_read)
    }

    /// Files that came with a message which this side may read.
    pub fn files(&self, number: i32) -> impl Iterator<Item = &'a Attachment> {
        let read = self.message(number).map(|m| m.number);
        self.scene.attachments.iter().filter(move |a| read.is_some() && a.message == read)
    }

    pub fn name(&self, id: PersonId) -> &'a str {
        self.scene.people.get(&id).map_or("somebody", |p| p.name.as_str())
    }

    pub fn owner(&self) -> &'a str {
        self.name(self.ticket.owner)
    }

    pub fn by(&self, by: By) -> &'a str {
        match by {
            By::Person(id) => self.name(id),
            By::Token(_) => "A connected program",
            By::Lizard => "Lizard",
        }
    }

    /// Somebody at the partner.
    pub fn is_theirs(&self, by: By) -> bool {
        matches!(by, By::Person(id) if self.scene.people.get(&id).is_some_and(|p| p.role.is_partner_side()))
    }

    pub fn rung(&self, number: u8) -> Option<&'a Step> {
        self.ticket.rungs.iter().find(|s| s.number == number)
    }

    /// `Tom Berg, channel manager`; the place alone where nobody stands.
    pub fn stand(&self, number: u8) -> String {
        self.rung(number).map_or_else(|| format!("rung {number}"), |step| self.standing(step))
    }

    fn standing(&self, step: &Step) -> String {
        let place = inside(&step.name);
        step.holder.map_or_else(|| format!("the {place}"), |id| format!("{}, {place}", self.name(id)))
    }

    /// Who holds it, without the place.
    pub fn holder(&self, number: u8) -> String {
        let holder = self.rung(number).and_then(|s| s.holder);
        holder.map_or_else(|| self.stand(number), |id| self.name(id).to_owned())
    }

    pub fn holds(&self, number: u8) -> bool {
        self.rung(number).is_some_and(|s| s.holder == Some(self.reader.id))
    }

    /// The reader stands on this rung, and it is the VP's.
    pub fn is_vp_of(&self, number: u8) -> bool {
        self.holds(number) && self.rung(number).is_some_and(|s| s.stand == Stand::Vp)
    }

    /// `PI-1042 Acme`; of a restricted ticket the reference alone.
    pub fn called(&self) -> String {
        if self.restricted {
            self.ticket.reference.clone()
        } else {
            format!("{} {}", self.ticket.reference, self.partner.name)
        }
    }

    /// The partner at the beginning of a sentence.
    pub fn partner_first(&self) -> String {
        if self.restricted { "The partner".to_owned() } else { self.partner.name.clone() }
    }

    pub fn footer(&self, automatic: bool) -> Vec<String> {
        let owner = if self.ticket.owner == self.reader.id { "you" } else { self.owner() };
        let how = if automatic { " · Written by Lizard, not by a person" } else { "" };
        vec![format!("Owner: {owner} · Reference: {}{how}", self.ticket.reference)]
    }
}

/// Sentences.
impl Sight<'_> {
    /// What it is about, for somebody inside: one paragraph.
    pub fn brief(&self) -> String {
        let t = self.ticket;
        if self.restricted {
            return format!(
                "A confidential issue, priority {}. What it is about stands on its page only.",
                t.priority
            );
        }
        let value = t.value.as_ref().map(|v| format!(" Value: {}.", money(v))).unwrap_or_default();
        let deadline = self.deadline();
        let subject = ended(&t.subject);
        format!(
            "{}: {subject} Priority {}, {}.{value}{deadline}",
            self.partner.name,
            t.priority,
            t.priority.meaning()
        )
    }

    pub fn deadline(&self) -> String {
        let deadline = self.ticket.deadline;
        deadline.map(|at| format!(" Hard deadline: {}.", self.when(at))).unwrap_or_default()
    }

    pub fn next_update(&self) -> String {
        let Some(promise) = self.ticket.timetable.update() else { return String::new() };
        let due = self.when(promise.due);
        match (self.is_partner(), promise.kind) {
            (true, Kind::FirstReply) => format!("A person replies by {due}."),
            (true, _) => format!("You hear from us again by {due}, even if there is nothing new."),
            (false, Kind::FirstReply) => format!("The partner was promised a first reply by {due}."),
            (false, _) => format!("The partner was promised the next update by {due}."),
        }
    }

    /// Who is told next and when; nothing where no clock runs towards it.
    pub fn next_rung(&self) -> String {
        let t = self.ticket;
        if t.state != State::Open {
            return String::new();
        }
        if t.is_paused() {
            let whom = if self.is_partner() { "you" } else { "the partner" };
            return format!("The ladder stands still while we wait for {whom}.");
        }
        let Some(step) = t.next_step(self.ladder) else {
            return "It is on the highest rung of its ladder.".to_owned();
        };
        // An empty rung passes it on at once.
        let held = t.rungs.iter().find(|s| s.number >= step.number && s.holder.is_some() && s.due.is_some());
        let step = held.unwrap_or(step);
        let Some(due) = step.due else { return String::new() };
        let (who, due) = (self.standing(step), self.when(due));
        if step.holder == Some(self.reader.id) {
            format!("If it is not solved by {due}, it reaches you.")
        } else {
            format!("If it is not solved by {due}, {who}, is told automatically.")
        }
    }

    /// The beginning of what the partner filed.
    pub fn description(&self) -> Option<Block> {
        quote(&clipped(self.ticket.description.trim(), BRIEF))
    }
}

/// Lists.
impl Sight<'_> {
    /// The dates that stand, each with those before it.
    pub fn timetable(&self) -> Option<Block> {
        let standing = self.ticket.timetable.standing();
        let rows: Vec<Date> = standing.into_iter().map(|p| self.date(p)).collect();
        (!rows.is_empty()).then(|| Block::Dates { title: "Timetable".to_owned(), rows })
    }

    fn date(&self, promise: &Promise) -> Date {
        let due = self.when(promise.due);
        let paused = promise.kind == Kind::Resolution && promise.is_open() && self.ticket.is_paused();
        let when = match promise.done_at {
            Some(done) => format!("done {}", self.when(done)),
            None if promise.outcome == Some(Outcome::Broken) => format!("missed {due}; no new date yet"),
            None if paused => format!("{due}, paused: it moves by the time that we wait"),
            None => due,
        };
        Date { what: named(promise), when, old: self.old(promise) }
    }

    /// What stood before, latest first; each with the reason for which the next took its place.
    fn old(&self, promise: &Promise) -> Vec<Old> {
        let before = self.ticket.timetable.before(promise.number);
        let reasons = std::iter::once(promise).chain(before.iter().copied()).map(|p| p.reason.clone());
        let dates = before.iter().zip(reasons).take(OLD_DATES);
        dates.map(|(p, why)| Old { when: self.when(p.due), reason: why.unwrap_or_default() }).collect()
    }

    /// The rungs ahead that a clock runs towards.
    pub fn ladder(&self) -> Option<Block> {
        let t = self.ticket;
        let ahead = t.rungs.iter().filter(|s| s.number > t.rung && s.reached_at.is_none());
        let row = |s: &Step| Some(format!("{}: {}", self.standing(s), self.when(s.due?)));
        let rows: Vec<String> = ahead.filter_map(row).collect();
        let title = "If we are late, these people are told automatically".to_owned();
        (!rows.is_empty()).then_some(Block::List { title, rows })
    }
}

/// What somebody else wrote; nothing where they wrote nothing.
pub(super) fn quote(text: &str) -> Option<Block> {
    let body = text.trim();
    (!body.is_empty()).then(|| Block::Words { body: body.to_owned(), quoted: true })
}

/// What a promise is called.
pub(super) fn named(promise: &Promise) -> String {
    match promise.kind {
        Kind::FirstReply => "First reply".to_owned(),
        Kind::NextUpdate => "Next update".to_owned(),
        Kind::Milestone => promise.label.clone().unwrap_or_else(|| "a step".to_owned()),
        Kind::Resolution => "Resolution".to_owned(),
    }
}

/// A rung's name inside a sentence: `regional director`, but `VP of Channels`.
pub(super) fn inside(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(name.chars().skip(1)).collect()
        }
        _ => name.to_owned(),
    }
}

/// An executive on whose rung the ticket stands: every decision about it is one click away.
fn decides(ticket: &Ticket, reader: &Person) -> bool {
    let executive = matches!(reader.role, Role::Director | Role::Vp);
    executive && ticket.state == State::Open && ticket.step().and_then(|s| s.holder) == Some(reader.id)
}

/// With a full stop, unless it ends already.
pub(super) fn ended(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// `EUR 180,000`, `EUR 12.50`.
pub(super) fn money(money: &Money) -> String {
    let (whole, rest) = (money.hundredths / 100, money.hundredths % 100);
    let digits = whole.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if money.hundredths < 0 { "-" } else { "" };
    let cents = if rest == 0 { String::new() } else { format!(".{:02}", rest.unsigned_abs()) };
    format!("{} {sign}{grouped}{cents}", money.currency)
}
