//! Who must hear what, and why: read off the events of a change. One notice for each
//! reader of a change, with everything in it that they must hear. What a letter says
//! about it is composed in `mail`; whether it is still true when it leaves is asked
//! of [`still_true`].

mod truth;

use jiff::Timestamp;

use super::actor::By;
use super::change::Change;
use super::event::{Event, HandOver, WaitEnd, What};
use super::ids::PersonId;
use super::letter::{self, Side};
use super::promise::{Kind, Outcome};
use super::ticket::{CloseReason, Step, Ticket, Visibility, WaitOn};

pub use truth::still_true;

/// What one reader hears of one change; at least one thing, in the order of effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub reader: PersonId,
    pub side: Side,
    pub hears: Vec<Heard>,
}

impl Notice {
    /// Reaches its reader also where they muted the ticket: a rung that is reached, a press, a
    /// claim and whether it holds, and what answers something that the reader did.
    pub fn comes_through(&self, change: &Change) -> bool {
        let own =
            |h: &Heard| change.events.iter().any(|e| e.number == h.event && e.by == By::Person(self.reader));
        let always = |told: &Told| {
            matches!(
                told,
                Told::RungReached { .. }
                    | Told::Pressed { .. }
                    | Told::Claimed { .. }
                    | Told::AskedAgain { .. }
                    | Told::ClosedUnconfirmed
            )
        };
        self.hears.iter().any(|h| always(&h.what) || own(h))
    }
}

/// One thing that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Number of the event that caused it.
    pub event: i32,
    /// When it took effect.
    pub at: Timestamp,
    pub what: Told,
}

impl Heard {
    /// Whether this says already what `other` would.
    fn says(&self, other: &Self) -> bool {
        let dates = |told: &Told| matches!(told, Told::Timetable | Told::NewDate { .. });
        self.event == other.event || (dates(&self.what) && other.what == Told::Timetable)
    }
}

/// What is told. What it says beyond this stands in the ticket and in the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// M1, to the requester: we have it. To others (the channel manager): for information.
    Received,
    /// To the owner: this ticket is yours.
    Assigned,
    /// M2 and M4: a person wrote this; the number of the message.
    Reply { message: i32, first: bool },
    /// M3: steps or an earlier date.
    Timetable,
    /// M4: a step is done; the number of the promise.
    StepDone { promise: i32 },
    /// M5: an update was due, and there was none; the number of the broken promise.
    NoProgress { promise: i32 },
    /// The resolution date or a step has passed; the number of the broken promise.
    DatePassed { promise: i32 },
    /// M6: a date moved later; the numbers of the new promises.
    NewDate { promises: Vec<i32> },
    /// M7, and M10 to the VP: rung `rung` is due; to its future holder, or else to the owner.
    HeadsUp { rung: u8, due: Timestamp, to_holder: bool },
    /// M8, and M10 to the VP: rung `rung` is reached; to its holder, to those below, or to the partner.
    RungReached { rung: u8 },
    /// Nobody on rung `rung` has acknowledged; the how-many-eth time.
    Renotified { rung: u8, count: u32 },
    /// M9: we wait for the partner. 0 at the start, then the reminders.
    Waiting { nth: u8 },
    /// M9: the partner did not answer, and we go on.
    WaitRanOut,
    /// M11: *Escalate now* was pressed.
    Pressed { appended: bool },
    /// M12: we say that it is resolved; the number of the message that says so.
    Claimed { message: i32 },
    /// M13: the second or third time that we ask.
    AskedAgain { nth: u8 },
    /// M13: closed because nobody answered.
    ClosedUnconfirmed,
    /// To the owner: the partner confirmed.
    Confirmed,
    /// M14: the partner says that it is not fixed.
    Refused,
    /// To the owner: the partner's side wrote; the number of the message.
    PartnerWrote { message: i32 },
    /// To the owner and the channel manager: the partner contests the priority.
    Contested,
    /// To the requester: it goes on in another ticket.
    MergedInto { into: String },
    /// Rung `rung` is put off until then.
    Held { rung: u8, until: Timestamp },
    /// Down to rung `to`.
    CameDown { to: u8 },
    /// To the owner: the partner accepts the dates.
    Accepted,
    /// To rung 3's holder: acknowledge until `due` that it stays open for long.
    ReviewAsked { due: Timestamp },
    /// To the owner and the present holder: the partner called an executive.
    Called,
    /// M24: letters do not reach this person.
    Undelivered { person: PersonId },
    /// The present rung is theirs from now on: another one is away, or they are back.
    TakesOver { rung: u8 },
    /// To the requester: another person owns it now.
    NewOwner,
    /// M21, to a lead of the desk: nobody stood in for its owner.
    Unowned,
}

/// Readers whom the ticket itself does not name, already looked up.
#[derive(Clone, Debug, Default)]
pub struct Around {
    pub channel_manager: Option<PersonId>,
    /// Of the partner.
    pub principal: Option<PersonId>,
    /// Who stands in on the present rung.
    pub stand_in: Option<PersonId>,
    /// A lead of its team, or of another one.
    pub desk_lead: Option<PersonId>,
    /// Who is on copy and sees it, each with their side.
    pub watchers: Vec<(PersonId, Side)>,
}

/// Everything that has to be told of a change: a notice for each reader, in the order in
/// which they are first told. Nobody is told of their own act, and whom a complaint is
/// about is told nothing.
pub fn of(change: &Change, around: &Around) -> Vec<Notice> {
    let mut list = List { change, around, notices: Vec::new() };
    for event in &change.events {
        list.hear(event);
    }
    list.notices
}

struct List<'a> {
    change: &'a Change,
    around: &'a Around,
    notices: Vec<Notice>,
}

impl List<'_> {
    const fn ticket(&self) -> &Ticket {
        &self.change.ticket
    }

    fn tell(&mut self, side: Side, reader: Option<PersonId>, event: &Event, what: Told) {
        let Some(reader) = reader else { return };
        // What the partner's side did is confirmed to them; staff know what they did.
        let own_act = side == Side::Internal && event.by == By::Person(reader);
        if own_act || self.ticket().about == Some(reader) {
            return;
        }
        let heard = Heard { event: event.number, at: event.at, what };
        match self.notices.iter_mut().find(|n| n.reader == reader) {
            Some(notice) if notice.hears.iter().any(|h| h.says(&heard)) => {}
            Some(notice) => notice.hears.push(heard),
            None => self.notices.push(Notice { reader, side, hears: vec![heard] }),
        }
    }

    fn partner(&mut self, event: &Event, what: Told) {
        let requester = self.ticket().requester;
        self.tell(Side::Partner, Some(requester), event, what);
    }

    fn principal(&mut self, event: &Event, what: Told) {
        self.tell(Side::Partner, self.around.principal, event, what);
    }

    fn owner(&mut self, event: &Event, what: Told) {
        let owner = self.ticket().owner;
        self.tell(Side::Internal, Some(owner), event, what);
    }

    /// Those on copy. What one of them did, the others hear.
    fn watchers(&mut self, event: &Event, what: &Told) {
        let around = self.around;
        for (person, side) in around.watchers.iter().filter(|(p, _)| event.by != By::Person(*p)) {
            self.tell(*side, Some(*person), event, what.clone());
        }
    }

    fn holder(&mut self, event: &Event, rung: u8, what: Told) {
        let holder = self.ticket().rungs.iter().find(|s| s.number == rung).and_then(|s| s.holder);
        self.tell(Side::Internal, holder, event, what);
    }

    fn happened(&self, which: impl Fn(&What) -> bool) -> bool {
        self.change.events.iter().any(|e| which(&e.what))
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each event that somebody hears of")]
    fn hear(&mut self, event: &Event) {
        match &event.what {
            What::Opened(_) => {
                self.partner(event, Told::Received);
                self.owner(event, Told::Assigned);
                self.tell(Side::Internal, self.around.channel_manager, event, Told::Received);
            }
            What::MessagePosted { message, visibility: Visibility::Partner, by_partner } => {
                self.message(event, *message, *by_partner);
            }
            What::PromiseMade { promise, supersedes, .. } => self.date(event, *promise, *supersedes),
            What::PromiseDecided { promise, promise_kind, outcome: Outcome::Broken, .. } => {
                self.broken(event, *promise, *promise_kind);
            }
            What::StepDone { promise, .. } => {
                self.partner(event, Told::StepDone { promise: *promise });
                self.watchers(event, &Told::StepDone { promise: *promise });
            }
            What::StepDropped { .. } => self.partner(event, Told::Timetable),
            What::RungReached { rung, .. } => self.reached(event, *rung),
            What::HeadsUp { rung, holder, to_holder, due } => {
                let what = Told::HeadsUp { rung: *rung, due: *due, to_holder: *to_holder };
                self.tell(Side::Internal, Some(*holder), event, what);
            }
            What::Renotified { rung, holder, count } => self.renotified(event, *rung, *holder, *count),
            What::Triaged { owner: Some(_), .. } => self.owner(event, Told::Assigned),
            What::HandedOver { why, .. } => self.handed_over(event, *why),
            What::HolderChanged { rung, holder } if *rung == self.ticket().rung => {
                self.tell(Side::Internal, holder.new, event, Told::TakesOver { rung: *rung });
            }
            What::WaitStarted { on: WaitOn::Partner, .. } => self.partner(event, Told::Waiting { nth: 0 }),
            What::Reminded { nth } => self.partner(event, Told::Waiting { nth: *nth }),
            What::WaitEnded { on: WaitOn::Partner, why: WaitEnd::RanOut } => {
                self.partner(event, Told::WaitRanOut);
                if self.was_reminded_twice() {
                    self.principal(event, Told::WaitRanOut);
                }
            }
            What::AskedAgain { nth } => self.partner(event, Told::AskedAgain { nth: *nth }),
            What::Closed { reason: CloseReason::Unconfirmed } => {
                self.partner(event, Told::ClosedUnconfirmed);
                self.owner(event, Told::ClosedUnconfirmed);
                self.watchers(event, &Told::ClosedUnconfirmed);
            }
            What::Confirmed { .. } => {
                self.owner(event, Told::Confirmed);
                self.watchers(event, &Told::Confirmed);
            }
            What::Refused { .. } => {
                self.owner(event, Told::Refused);
                let rung = self.ticket().rung;
                self.holder(event, rung, Told::Refused);
            }
            What::MergedInto { into } => {
                self.partner(event, Told::MergedInto { into: into.clone() });
                self.watchers(event, &Told::MergedInto { into: into.clone() });
            }
            What::Contested { .. } => {
                self.owner(event, Told::Contested);
                self.tell(Side::Internal, self.around.channel_manager, event, Told::Contested);
            }
            What::Pressed { appended, .. } => self.pressed(event, *appended),
            What::Held { rung, until, .. } => {
                let what = Told::Held { rung: *rung, until: *until };
                self.partner(event, what.clone());
                self.owner(event, what.clone());
                self.holder(event, *rung, what);
            }
            What::Deescalated { from, to, .. } => {
                let what = Told::CameDown { to: *to };
                self.partner(event, what.clone());
                for rung in (1..=*from).rev() {
                    self.holder(event, rung, what.clone());
                }
            }
            What::Accepted { .. } => self.owner(event, Told::Accepted),
            What::ReviewAsked { holder, due, .. } => {
                self.tell(Side::Internal, Some(*holder), event, Told::ReviewAsked { due: *due });
            }
            What::Called { .. } => {
                self.owner(event, Told::Called);
                let rung = self.ticket().rung;
                self.holder(event, rung, Told::Called);
            }
            What::Undelivered { person, letter, .. } => self.undelivered(event, *person, *letter),
            _ => {}
        }
    }

    /// Nobody is passed around without a word.
    fn handed_over(&mut self, event: &Event, why: HandOver) {
        self.owner(event, Told::Assigned);
        self.partner(event, Told::NewOwner);
        if why == HandOver::Rerouted {
            self.tell(Side::Internal, self.around.desk_lead, event, Told::Unowned);
        }
    }

    /// A long wait, of which the principal hears when it was in vain.
    fn was_reminded_twice(&self) -> bool {
        let before = self.change.before.as_ref();
        before.and_then(|t| t.clocks.wait.as_ref()).is_some_and(|wait| wait.reminded >= 2)
    }

    fn message(&mut self, event: &Event, message: i32, by_partner: bool) {
        if by_partner {
            self.owner(event, Told::PartnerWrote { message });
        } else if self.happened(|w| matches!(w, What::Resolved { .. })) {
            self.partner(event, Told::Claimed { message });
            self.watchers(event, &Told::Claimed { message });
        } else {
            let first = self.change.before.as_ref().is_none_or(|t| t.clocks.first_reply_at.is_none());
            self.partner(event, Told::Reply { message, first });
            self.watchers(event, &Told::Reply { message, first });
        }
    }

    /// A date that took the place of another one, or a new step.
    fn date(&mut self, event: &Event, number: i32, supersedes: Option<i32>) {
        // The letter about a claim or a merger speaks of no date.
        if self.happened(|w| matches!(w, What::Resolved { .. } | What::MergedInto { .. })) {
            return;
        }
        let timetable = &self.ticket().timetable;
        let Some(new) = timetable.get(number) else { return };
        let old = supersedes.and_then(|n| timetable.get(n));
        match (new.kind, old) {
            (Kind::Milestone | Kind::Resolution, Some(old)) if new.due > old.due => {
                let moved_before = timetable.before(number).windows(2).any(|pair| match pair {
                    [newer, older] => newer.due > older.due,
                    _ => false,
                });
                self.later(event, number, moved_before);
            }
            (Kind::Milestone | Kind::Resolution, Some(_)) => self.partner(event, Told::Timetable),
            (Kind::Milestone, None) => self.partner(event, Told::Timetable),
            // Moved by a press or by a wait, the letter about that says so.
            (Kind::NextUpdate | Kind::FirstReply, Some(old))
                if self.happened(|w| matches!(w, What::Triaged { .. } | What::Migrated { .. })) =>
            {
                if new.due > old.due {
                    self.later(event, number, false);
                } else {
                    self.partner(event, Told::Timetable);
                }
            }
            _ => {}
        }
    }

    /// A date moved later: several in one letter; the second time the principal hears of it too.
    fn later(&mut self, event: &Event, number: i32, moved_before: bool) {
        self.new_date(Side::Partner, self.ticket().requester, event, number);
        let around = self.around;
        for (person, side) in around.watchers.iter().filter(|(p, _)| event.by != By::Person(*p)) {
            self.new_date(*side, *person, event, number);
        }
        if moved_before {
            self.principal(event, Told::NewDate { promises: vec![number] });
        }
    }

    fn new_date(&mut self, side: Side, reader: PersonId, event: &Event, number: i32) {
        let told = self.notices.iter_mut().filter(|n| n.reader == reader).flat_map(|n| &mut n.hears);
        let mut known = told.filter_map(|h| match &mut h.what {
            Told::NewDate { promises } => Some(promises),
            _ => None,
        });
        match known.next() {
            Some(promises) => promises.push(number),
            None => self.tell(side, Some(reader), event, Told::NewDate { promises: vec![number] }),
        }
    }

    /// Broken by its clock. One that we moved later is told as its new date.
    fn broken(&mut self, event: &Event, promise: i32, kind: Kind) {
        if event.by != By::Lizard {
            return;
        }
        match kind {
            Kind::FirstReply | Kind::NextUpdate => self.partner(event, Told::NoProgress { promise }),
            Kind::Milestone | Kind::Resolution => {
                self.partner(event, Told::DatePassed { promise });
                self.owner(event, Told::DatePassed { promise });
            }
        }
    }

    /// The partner, the holder, and everybody below.
    fn reached(&mut self, event: &Event, rung: u8) {
        // Who pressed is told in the answer to the press.
        if !self.happened(|w| matches!(w, What::Pressed { appended: false, .. })) {
            self.partner(event, Told::RungReached { rung });
        }
        self.holder(event, rung, Told::RungReached { rung });
        let below: Vec<Option<PersonId>> =
            self.ticket().rungs.iter().rev().filter(|s| s.number < rung).map(|s| s.holder).collect();
        for holder in below {
            self.tell(Side::Internal, holder, event, Told::RungReached { rung });
        }
        self.watchers(event, &Told::RungReached { rung });
    }

    /// The second time, who stands in and who is next hear of it too.
    fn renotified(&mut self, event: &Event, rung: u8, holder: PersonId, count: u32) {
        let what = Told::Renotified { rung, count };
        self.tell(Side::Internal, Some(holder), event, what.clone());
        if count == 2 {
            self.tell(Side::Internal, self.around.stand_in, event, what.clone());
            let next = self.ticket().rungs.iter().find(|s: &&Step| s.number > rung).and_then(|s| s.holder);
            self.tell(Side::Internal, next, event, what);
        }
    }

    /// Whom letters do not reach is called by the owner; that the owner is not reached, by
    /// the next rung's holder. The partner's principal hears of a colleague.
    fn undelivered(&mut self, event: &Event, person: PersonId, letter: letter::Kind) {
        if letter == letter::Kind::Undelivered {
            return;
        }
        let what = Told::Undelivered { person };
        if person != self.ticket().owner {
            self.owner(event, what.clone());
        } else if let Some(next) = self.ticket().rungs.iter().find(|s| s.number > 1).map(|s| s.number) {
            self.holder(event, next, what.clone());
        }
        if person == self.ticket().requester && self.around.principal != Some(person) {
            self.principal(event, what);
        }
    }

    fn pressed(&mut self, event: &Event, appended: bool) {
        self.partner(event, Told::Pressed { appended });
        if appended {
            let rung = self.ticket().rung;
            self.holder(event, rung, Told::Pressed { appended });
            self.owner(event, Told::Pressed { appended });
        }
    }
}
