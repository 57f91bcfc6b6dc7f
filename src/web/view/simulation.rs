//! What a simulation came to, as it is shown: to programs by REST and by `lizard simulate`.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::simulation::{Period, Trial};
use crate::domain::ids::PersonId;
use crate::domain::simulation::{Comparison, Figures, Heard, Named, Shift};

/// The same tickets under the rules that they were measured by (`present`) and under those that
/// were given (`proposed`).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SimulationBody {
    /// Tickets opened since then.
    pub since: Timestamp,
    /// The clocks run until then.
    pub until: Timestamp,
    /// How many were opened since; with a limit, the newest of them are replayed.
    pub opened: u64,
    /// Replayed under both.
    pub tickets: u64,
    pub rungs: Vec<RungCompared>,
    /// By rung and person.
    pub people: Vec<PersonCompared>,
    pub broken_promises: Vec<BrokenCompared>,
    /// What people did that the proposed rules refuse.
    pub refused: Vec<RefusedAct>,
    /// Tickets whose replay under their own rules is not what is recorded.
    pub differ: TicketsNamed,
    pub not_replayed: Vec<NotReplayed>,
}

/// One rung.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RungCompared {
    pub rung: u8,
    pub present: RungFigures,
    pub proposed: RungFigures,
    /// Over the tickets that reach it under both.
    pub shift: Option<ShiftBody>,
}

/// Tickets that reached a rung, and what was told about it.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct RungFigures {
    pub tickets: u64,
    pub heads_ups: u64,
    pub notices: u64,
    pub renotifications: u64,
}

/// How much later a rung is reached, in hours; earlier is below zero.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ShiftBody {
    pub tickets: u64,
    pub earliest_hours: f64,
    pub median_hours: f64,
    pub latest_hours: f64,
}

/// What one person heard of one rung.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonCompared {
    /// E-mail; a number where nobody has it.
    pub person: String,
    pub rung: u8,
    pub present: HeardBody,
    pub proposed: HeardBody,
}

#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct HeardBody {
    pub heads_ups: u64,
    pub notices: u64,
    pub renotifications: u64,
}

/// Broken promises of one kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BrokenCompared {
    /// first_reply, next_update, milestone or resolution
    pub kind: String,
    pub present: u64,
    pub proposed: u64,
}

/// Acts that are refused for the same reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RefusedAct {
    /// Of the event.
    pub kind: String,
    /// Of the refusal; `other_rung` where it was about a rung that the ticket is not on there.
    pub code: String,
    /// Zero, or the replay is not what happened.
    pub present: u64,
    pub proposed: u64,
}

/// How many, and the first of them.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct TicketsNamed {
    pub count: u64,
    pub first: Vec<String>,
}

/// Tickets that could not be replayed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotReplayed {
    /// Why; `earlier_version` where not everything was written down then.
    pub code: String,
    #[serde(flatten)]
    pub tickets: TicketsNamed,
}

impl From<Named> for TicketsNamed {
    fn from(named: Named) -> Self {
        Self { count: named.count, first: named.first }
    }
}

impl From<Heard> for HeardBody {
    fn from(heard: Heard) -> Self {
        Self { heads_ups: heard.heads_ups, notices: heard.notices, renotifications: heard.renotifications }
    }
}

impl From<Shift> for ShiftBody {
    fn from(shift: Shift) -> Self {
        let hours = |d: SignedDuration| (d.as_secs_f64() / 36.0).round() / 100.0;
        Self {
            tickets: u64::try_from(shift.tickets).unwrap_or(u64::MAX),
            earliest_hours: hours(shift.earliest),
            median_hours: hours(shift.median),
            latest_hours: hours(shift.latest),
        }
    }
}

/// With people by name.
pub fn simulation(period: Period, trial: &Trial) -> SimulationBody {
    let Trial { opened, found, names } = trial;
    let (present, proposed) = (&found.present, &found.other);
    let both = |f: &Figures| f.heard.keys().copied().collect::<Vec<_>>();
    let mut heard: Vec<(u8, PersonId)> = [both(present), both(proposed)].concat();
    heard.sort_unstable();
    heard.dedup();
    let of = |f: &Figures, key| f.heard.get(key).copied().unwrap_or_default().into();
    let named = |id: &PersonId| names.get(id).cloned().unwrap_or_else(|| id.to_string());
    let people = heard.iter().map(|key| PersonCompared {
        person: named(&key.1),
        rung: key.0,
        present: of(present, key),
        proposed: of(proposed, key),
    });
    SimulationBody {
        since: period.since,
        until: period.until,
        opened: u64::try_from(*opened).unwrap_or(0),
        tickets: found.tickets,
        rungs: rungs(found),
        people: people.collect(),
        broken_promises: keys(&present.broken, &proposed.broken)
            .map(|(kind, present, proposed)| BrokenCompared { kind: kind.to_string(), present, proposed })
            .collect(),
        refused: keys(&present.left_out, &proposed.left_out)
            .map(|((kind, code), present, proposed)| RefusedAct {
                kind: kind.to_owned(),
                code: code.to_owned(),
                present,
                proposed,
            })
            .collect(),
        differ: found.differ.clone().into(),
        not_replayed: found
            .unreplayable
            .iter()
            .map(|(code, tickets)| NotReplayed { code: (*code).to_owned(), tickets: tickets.clone().into() })
            .collect(),
    }
}

fn rungs(found: &Comparison) -> Vec<RungCompared> {
    let figures = |f: &Figures, rung: u8| {
        let tickets = f.reached.get(&rung).copied().unwrap_or_default();
        let heard = f.heard.iter().filter(|((of, _), _)| *of == rung);
        heard.fold(RungFigures { tickets, ..RungFigures::default() }, |sum, (_, heard)| RungFigures {
            tickets,
            heads_ups: sum.heads_ups + heard.heads_ups,
            notices: sum.notices + heard.notices,
            renotifications: sum.renotifications + heard.renotifications,
        })
    };
    let shifts = found.shifts();
    let all = |f: &Figures| f.reached.keys().copied().chain(f.heard.keys().map(|k| k.0)).collect::<Vec<_>>();
    let mut numbers = [all(&found.present), all(&found.other)].concat();
    numbers.sort_unstable();
    numbers.dedup();
    let rung = |rung: u8| RungCompared {
        rung,
        present: figures(&found.present, rung),
        proposed: figures(&found.other, rung),
        shift: shifts.get(&rung).copied().map(ShiftBody::from),
    };
    numbers.into_iter().map(rung).collect()
}

/// What is counted under either, side by side.
fn keys<'a, K: Ord + Copy>(
    present: &'a BTreeMap<K, u64>,
    proposed: &'a BTreeMap<K, u64>,
) -> impl Iterator<Item = (K, u64, u64)> + 'a {
    let mut all: Vec<K> = present.keys().chain(proposed.keys()).copied().collect();
    all.sort_unstable();
    all.dedup();
    let of = |counts: &BTreeMap<K, u64>, key: &K| counts.get(key).copied().unwrap_or_default();
    all.into_iter().map(move |key| (key, of(present, &key), of(proposed, &key)))
}
