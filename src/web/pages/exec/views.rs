//! What the overview says of a ticket: finished words and dates, and what can be done at once.

use std::collections::BTreeMap;

use crate::desk::outlook::{Coming, Outlook, Reason};
use crate::desk::{Call, Error, Loaded};
use crate::domain::access::Action;
use crate::domain::ids::PersonId;
use crate::domain::outlook::{Act, Effect, Remedy};
use crate::domain::person::Person;
use crate::store::{self, Db};
use crate::web::pages::times::{Times, When};
use crate::web::pages::words;

/// A ticket with its holder.
pub struct Card {
    pub reference: String,
    pub subject: String,
    pub partner: String,
    pub priority: &'static str,
    pub rung: String,
    pub owner: String,
    /// Empty where none is named.
    pub value: String,
    /// It came to this rung then, and why.
    pub since: Option<(When, &'static str)>,
    pub deadline: Option<When>,
    pub asks: Vec<Ask>,
    /// It can be acknowledged here: version and events seen.
    pub acknowledge: Option<(i64, i32)>,
    /// Other decisions: the part of the page, and its name.
    pub ways: Vec<(&'static str, &'static str)>,
}

/// Why it waits for its reader.
pub struct Ask {
    pub text: String,
    pub when: Option<When>,
    pub past: bool,
}

/// A ticket on its way up.
pub struct ComingView {
    pub card: Card,
    /// The rung that comes next.
    pub next: String,
    pub due: When,
    pub stops: Vec<Stop>,
    pub unless_updated: Option<When>,
}

/// What would stop it, and who can.
pub struct Stop {
    pub act: &'static str,
    pub by: String,
    pub effect: &'static str,
    pub until: Option<When>,
}

/// Everybody whom cards name.
pub struct Cards<'a> {
    people: BTreeMap<PersonId, Person>,
    call: &'a Call,
    times: &'a Times,
}

impl<'a> Cards<'a> {
    pub fn of(db: &mut Db, call: &'a Call, times: &'a Times, outlook: &Outlook) -> Result<Self, Error> {
        let decisions = outlook.decisions.iter().map(|d| &d.loaded);
        let all = decisions.chain(&outlook.held).chain(outlook.coming.iter().map(|c| &c.loaded));
        Self::naming(db, call, times, all)
    }

    pub fn naming<'b>(
        db: &mut Db,
        call: &'a Call,
        times: &'a Times,
        all: impl Iterator<Item = &'b Loaded>,
    ) -> Result<Self, Error> {
        let named = |l: &Loaded| {
            let holders = l.ticket.rungs.iter().filter_map(|s| s.holder);
            holders.chain([l.ticket.owner]).collect::<Vec<_>>()
        };
        let ids: Vec<PersonId> = all.flat_map(named).collect();
        Ok(Self { people: store::people::named(db, &ids)?, call, times })
    }

    fn name(&self, id: PersonId) -> String {
        self.people.get(&id).map(|p| p.name.clone()).unwrap_or_default()
    }

    pub fn card(&self, loaded: &Loaded, reasons: &[Reason]) -> Card {
        let t = &loaded.ticket;
        let step = t.step();
        let asked = reasons.iter().any(|r| matches!(r, Reason::Unacknowledged | Reason::Review));
        Card {
            reference: t.reference.clone(),
            subject: t.subject.clone(),
            partner: loaded.partner.name.clone(),
            priority: t.priority.as_str(),
            rung: format!("Rung {}: {}", t.rung, step.map(|s| s.name.as_str()).unwrap_or_default()),
            owner: self.name(t.owner),
            value: t.value.as_ref().map(|v| words::money(v.hundredths, &v.currency)).unwrap_or_default(),
            since: step.and_then(|s| {
                let cause = s.cause.map_or("", words::cause);
                Some((self.times.when(s.reached_at?), cause))
            }),
            deadline: t.deadline.map(|at| self.times.when(at)),
            asks: reasons.iter().map(|r| self.ask(r)).collect(),
            acknowledge: asked.then_some((t.version, t.last_event)),
            ways: ways(self.call, loaded),
        }
    }

    fn ask(&self, reason: &Reason) -> Ask {
        let of = |text: &str, at| Ask {
            text: text.to_owned(),
            when: Some(self.times.when(at)),
            past: at <= self.times.now,
        };
        match reason {
            Reason::Unacknowledged => {
                Ask { text: "You have not acknowledged it.".to_owned(), when: None, past: false }
            }
            Reason::Review => Ask {
                text: "Open for long: unless you acknowledge that, its accepted dates hold no more."
                    .to_owned(),
                when: None,
                past: false,
            },
            Reason::HoldEnds(at) => of("Your delay of the next rung ends", *at),
            Reason::DateNear(p) => {
                of(&format!("{} is due", words::promise(p.kind, p.label.as_deref())), p.due)
            }
            Reason::DatePassed(p) => {
                let what = words::promise(p.kind, p.label.as_deref());
                of(&format!("{what} has passed, and needs a new date: it was due"), p.due)
            }
        }
    }

    pub fn coming(&self, coming: &Coming) -> ComingView {
        let next = coming.loaded.ticket.rungs.iter().find(|s| s.number == coming.rung);
        ComingView {
            card: self.card(&coming.loaded, &[]),
            next: next.map(|s| format!("Rung {}: {}", s.number, s.name)).unwrap_or_default(),
            due: self.times.when(coming.due),
            stops: coming.remedies.iter().map(|r| self.stop(r)).collect(),
            unless_updated: coming.unless_updated.map(|at| self.times.when(at)),
        }
    }

    fn stop(&self, remedy: &Remedy) -> Stop {
        let by = match (remedy.act, remedy.whose) {
            (Act::AcceptDates, _) | (_, None) => "the partner".to_owned(),
            (Act::Deescalate, Some(id)) => format!("{}, if the partner agrees", self.name(id)),
            (_, Some(id)) => self.name(id),
        };
        let (effect, until) = match remedy.effect {
            Effect::StandsStill => ("the clock stands still", None),
            Effect::Stops => ("the clock stops", None),
            Effect::Moves(at) => ("moves it to", Some(self.times.when(at))),
        };
        Stop { act: act(remedy.act), by, effect, until }
    }
}

const fn act(act: Act) -> &'static str {
    match act {
        Act::Resolve => "Solving it",
        Act::WaitOnPartner => "Waiting on the partner",
        Act::AcceptDates => "Accepting the dates",
        Act::Hold => "Putting the next rung off",
        Act::Deescalate => "Taking it down one rung",
    }
}

/// What the reader can decide besides: each has its form on the page of decisions.
fn ways(call: &Call, loaded: &Loaded) -> Vec<(&'static str, &'static str)> {
    let t = &loaded.ticket;
    let may = |action| loaded.may(call, action).is_ok();
    let ahead = t.next_step(loaded.rules().ladder).is_some_and(|s| s.due.is_some());
    let ways = [
        ("hold", "Put the next rung off", ahead && may(Action::Hold { again: t.held_from(t.rung) })),
        ("deescalate", "Take it down one rung", t.rung > 1 && may(Action::Deescalate)),
        ("timetable", "Set the dates", may(Action::Timetable)),
        ("triage", "Hand it to an owner", may(Action::Triage)),
        ("message", "Write", may(Action::Write)),
    ];
    ways.into_iter().filter(|(.., possible)| *possible).map(|(part, name, _)| (part, name)).collect()
}
