//! Stories, and how each act is done to the engine and to the reference.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::domain::event::HandOver;
use crate::domain::ids::PersonId;
use crate::domain::ladder::Stand;
use crate::domain::priority::Priority;
use crate::domain::refusal::Refusal;
use crate::domain::samples::{
    self, Case, DIRECTOR, MANAGER, OLGA, PRIYA, a, always, contact, holders, office, priya,
};
use crate::domain::ticket::dates::{Milestone, NewTimetable};
use crate::domain::ticket::manning::Manning;
use crate::domain::ticket::triage::Order;
use crate::domain::ticket::{Visibility, WaitOn};

use super::acts::Steps;
use super::reference::{Filed, Reference};
use super::time::{DAY, Hours, Minute, instant, minute};

#[derive(Clone, Debug)]
pub enum Act {
    Look,
    WeWrite,
    PartnerWrites,
    /// Minutes from now.
    Waits(WaitOn, Minute),
    Lifts,
    Becomes(Priority),
    MovesTo(Hours),
    GoesTo(PersonId),
    /// Hours from now.
    Dates {
        steps: Steps,
        resolution: Minute,
        asked_for: bool,
    },
    ContactPresses,
    WePress,
    Claims,
    Answers(bool),
    Accepts,
    /// Minutes from now.
    Holds(Minute),
    ComesDown,
    Stands(Stand, Option<PersonId>),
    OwnerAway,
}

#[derive(Clone, Debug)]
pub struct Intake {
    at: Minute,
    priority: Priority,
    hours: Hours,
    deadline: Option<&'static str>,
    about: Option<PersonId>,
    repeats: u32,
}

#[derive(Clone, Debug)]
pub struct Tale {
    pub filed: Intake,
    /// Minutes since the act before, and the act.
    pub acts: Vec<(Minute, Act)>,
    /// Minutes after the last one.
    pub rest: Minute,
}

impl Intake {
    pub fn plain(&self) -> Filed {
        Filed {
            at: self.at,
            priority: self.priority,
            hours: self.hours,
            deadline: self.deadline().map(|d| minute(samples::at(d))),
            about: self.about,
            repeats: self.repeats,
        }
    }

    /// Later than it was filed.
    fn deadline(&self) -> Option<&'static str> {
        self.deadline.filter(|d| minute(samples::at(d)) > self.at)
    }

    pub fn case(&self) -> Case {
        let mut filing = a(self.priority);
        if self.hours == Hours::Always {
            filing = filing.around_the_clock();
        }
        filing.about = self.about;
        filing.repeats = self.repeats;
        filing.deadline = self.deadline().map(samples::at);
        filing.filed_at(instant(self.at))
    }
}

impl Act {
    /// To the engine.
    pub fn perform(&self, case: &mut Case, minute: Minute) -> Result<(), Refusal> {
        let now = instant(minute);
        let ahead = |minutes: Minute| instant(minute + minutes);
        match self {
            Self::Look => {
                case.until_at(now);
                Ok(())
            }
            Self::WeWrite => case.writes(&priya(), Visibility::Partner, now),
            Self::PartnerWrites => case.writes(&contact(), Visibility::Partner, now),
            Self::Waits(on, minutes) => case.waits(*on, ahead(*minutes), now),
            Self::Lifts => case.lifts(now),
            Self::Becomes(priority) => {
                let reason = "weighed anew".to_owned();
                case.triage(&Order { priority: Some(*priority), reason, ..Order::default() }, now)
            }
            Self::MovesTo(Hours::Always) => case.moves_to("order_ops", always(), None, now),
            Self::MovesTo(Hours::Office) => case.moves_to("deal_desk", office(), None, now),
            Self::GoesTo(owner) => {
                let reason = "knows it".to_owned();
                case.triage(&Order { owner: Some(*owner), reason, ..Order::default() }, now)
            }
            Self::Dates { steps, resolution, asked_for } => {
                let step = |(label, due, done): &(&'static str, Minute, bool)| {
                    let standing = case.ticket.timetable.milestones();
                    let old = standing.iter().find(|p| p.label.as_deref() == Some(*label));
                    let due = old.filter(|_| *done).map_or(ahead(60 * due), |p| p.due);
                    Milestone { label: (*label).to_owned(), due, done: *done }
                };
                let new = NewTimetable {
                    milestones: steps.iter().map(step).collect(),
                    resolution: ahead(60 * resolution),
                    reason: Some("it takes longer".to_owned()),
                    requested_by_partner: *asked_for,
                };
                case.dates(&new, now)
            }
            Self::ContactPresses => case.press(&contact(), now),
            Self::WePress => case.press(&priya(), now),
            Self::Claims => case.resolves(now),
            Self::Answers(fixed) => case.confirms(*fixed, now),
            Self::Accepts => case.accept(now),
            Self::Holds(minutes) => case.hold(ahead(*minutes), now),
            Self::ComesDown => case.deescalate(now),
            Self::Stands(stand, present) => case.instead_of(*stand, *present, now),
            Self::OwnerAway => {
                let owner = if case.ticket.owner == PRIYA { OLGA } else { PRIYA };
                case.man(&Manning { owner: Some((owner, HandOver::Rerouted)), holders: holders() }, now)
            }
        }
    }

    /// To the reference.
    pub fn play(&self, t: &mut Reference) -> bool {
        match self {
            Self::Look => true,
            Self::WeWrite => t.we_write(),
            Self::PartnerWrites => t.partner_writes(),
            Self::Waits(on, minutes) => t.waits(*on, t.now + minutes),
            Self::Lifts => t.lifts(),
            Self::Becomes(priority) => t.becomes(*priority),
            Self::MovesTo(hours) => t.moves(*hours),
            Self::GoesTo(owner) => t.goes_to(*owner),
            Self::Dates { steps, resolution, asked_for } => {
                let known = |label| t.promises.iter().rfind(|p| p.label == Some(label) && !p.gone);
                let steps = steps.iter().map(|(label, due, done)| {
                    let old = known(*label).filter(|_| *done);
                    (*label, old.map_or(t.now + 60 * due, |p| p.due), *done)
                });
                let steps: Steps = steps.collect();
                t.dates(&steps, t.now + 60 * resolution, *asked_for)
            }
            Self::ContactPresses => t.presses(true),
            Self::WePress => t.presses(false),
            Self::Claims => t.claims(),
            Self::Answers(fixed) => t.confirms(*fixed),
            Self::Accepts => t.accepts(),
            Self::Holds(minutes) => t.holds(t.now + minutes),
            Self::ComesDown => t.comes_down(),
            Self::Stands(stand, present) => t.instead_of(*stand, *present),
            Self::OwnerAway => t.owner_away(if t.owner == PRIYA { OLGA } else { PRIYA }),
        }
    }
}

fn given_dates() -> impl Strategy<Value = Act> {
    let steps = prop_oneof![
        Just(vec![]),
        (1..60_i64, any::<bool>()).prop_map(|(h, done)| vec![("A", h, done)]),
        (1..60_i64, 1..60_i64, any::<bool>()).prop_map(|(a, b, done)| vec![("A", a, done), ("B", b, false)]),
    ];
    (steps, 1..150_i64, prop::bool::weighted(0.3)).prop_map(|(steps, resolution, asked_for)| Act::Dates {
        steps,
        resolution,
        asked_for,
    })
}

pub fn act() -> impl Strategy<Value = Act> {
    let hours = select(vec![Hours::Office, Hours::Always]);
    let stand = select(vec![Stand::ChannelManager, Stand::Director, Stand::Vp]);
    let present = select(vec![None, None, Some(PersonId(61)), Some(PersonId(62))]);
    prop_oneof![
        2 => Just(Act::Look),
        5 => Just(Act::WeWrite),
        2 => Just(Act::PartnerWrites),
        4 => (select(WaitOn::ALL), 1..7_000_i64).prop_map(|(on, minutes)| Act::Waits(on, minutes)),
        2 => Just(Act::Lifts),
        4 => select(Priority::ALL).prop_map(Act::Becomes),
        3 => hours.prop_map(Act::MovesTo),
        2 => select(vec![PRIYA, OLGA]).prop_map(Act::GoesTo),
        4 => given_dates(),
        3 => Just(Act::ContactPresses),
        1 => Just(Act::WePress),
        2 => Just(Act::Claims),
        3 => prop::bool::weighted(0.2).prop_map(Act::Answers),
        3 => Just(Act::Accepts),
        3 => prop_oneof![1..600_i64, 600..9_000_i64].prop_map(Act::Holds),
        2 => Just(Act::ComesDown),
        3 => (stand, present).prop_map(|(stand, present)| Act::Stands(stand, present)),
        1 => Just(Act::OwnerAway),
    ]
}

fn intake() -> impl Strategy<Value = Intake> {
    let about = select(vec![None, None, None, None, Some(MANAGER), Some(DIRECTOR)]);
    let deadline = select(vec![None, None, None, Some("Wed 25 Nov 12:00"), Some("Fri 04 Dec 09:00")]);
    let hours = select(vec![Hours::Office, Hours::Office, Hours::Always]);
    let saturday = 5 * DAY + 8 * 60;
    let repeats = select(vec![0, 0, 0, 0, 1, 2]);
    (0..6_000_i64, select(Priority::ALL), hours, deadline, about, repeats).prop_map(
        move |(minutes, priority, hours, deadline, about, repeats)| Intake {
            at: saturday + minutes,
            priority,
            hours,
            deadline,
            about,
            repeats,
        },
    )
}

pub fn tale() -> impl Strategy<Value = Tale> {
    let minutes = prop_oneof![4 => 1..300_i64, 4 => 300..3_000_i64, 1 => 3_000..12_000_i64];
    (intake(), vec((minutes, act()), 1..24), 0..39 * DAY).prop_map(|(mut filed, mut acts, rest)| {
        // Shares of a deadline fall on whole minutes: 30, 55 and 80 % of twenty.
        if filed.deadline.is_some() {
            filed.at -= filed.at % 20;
            for (minutes, _) in &mut acts {
                *minutes += 20 - *minutes % 20;
            }
        }
        let mut left = 39 * DAY;
        acts.retain(|(minutes, _)| {
            left -= minutes;
            left > 0
        });
        let told: Minute = acts.iter().map(|(minutes, _)| minutes).sum();
        Tale { filed, acts, rest: rest.clamp(1, 39 * DAY - told) }
    })
}
