//! The ladder: which rungs there are, who stands on them, and what each priority
//! grants (PRODUCT §3). Order and reachability are checked at construction.
//! What a ticket does on it lives in `ticket.rs` and `escalation.rs`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calendar::{Allowance, Calendar};
use super::priority::Priority;
use super::words::text_enum;

text_enum! {
    /// Who stands on a rung, seen from the ticket.
    pub enum Stand {
        /// The ticket's owner, a member of the support desk.
        Owner = "owner",
        /// The partner's channel manager.
        ChannelManager = "channel_manager",
        /// A director of the partner's region.
        Director = "director",
        /// A VP of Channels.
        Vp = "vp",
    }
}

/// One rung: its number counts from 1 without gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    pub number: u8,
    pub name: String,
    pub stand: Stand,
}

/// What one priority grants, all in business time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// First human reply within.
    pub first_reply: Allowance,
    /// Longest gap between progress mails.
    pub update: Allowance,
    /// Resolution promised within.
    pub resolution: Allowance,
    /// Rung number → due after, from open. A rung without an entry is never
    /// reached by its clock, nor by a press, nor by a cause.
    pub rungs: BTreeMap<u8, Allowance>,
    /// Between re-notifications of the present rung.
    pub renotify: Allowance,
    /// A press of *Escalate now* is answered by a person within.
    pub press_answer: Allowance,
    /// Added to an accepted resolution date before rung 3; none: never shifted.
    pub grace: Option<Allowance>,
}

/// Share of the business time from open to a hard deadline at which a rung is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineShare {
    pub rung: u8,
    pub percent: u8,
}

/// A whole ladder as it is versioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    pub rungs: Vec<Rung>,
    /// Terms of P1 to P4, in that order.
    pub terms: [Terms; 4],
    /// Longest pause in all, waiting on the partner, since the partner last spoke.
    pub longest_wait: Allowance,
    /// After so long in a wait the partner is reminded.
    #[serde(default = "wait_reminders")]
    pub wait_reminders: Vec<Allowance>,
    pub deadline_shares: Vec<DeadlineShare>,
    #[serde(default)]
    pub heads_up: HeadsUpShares,
    #[serde(default)]
    pub confirmation: Confirmation,
    #[serde(default)]
    pub at_once: AtOnce,
    #[serde(default)]
    pub long_open: LongOpen,
}

/// From how many on a ticket is lifted one rung at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtOnce {
    /// Broken promises of kind milestone or resolution.
    pub broken_promises: u32,
    pub reopenings: u32,
    /// Changes of owner or team by a person after triage.
    pub hand_ons: u32,
    /// Tickets of the same partner and leaf within `repeat_days`, this one included.
    pub repeats: u32,
    pub repeat_days: u16,
}

impl Default for AtOnce {
    fn default() -> Self {
        Self { broken_promises: 2, reopenings: 2, hand_ons: 3, repeats: 3, repeat_days: 90 }
    }
}

/// Under an accepted timetable: when rung 3's holder has to acknowledge that a ticket stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LongOpen {
    /// Of open time from open: asked for the first time.
    pub after: Allowance,
    /// The time there is to acknowledge, and from one to the next.
    pub every: Allowance,
}

impl Default for LongOpen {
    fn default() -> Self {
        Self { after: Allowance::Days(30), every: Allowance::Days(10) }
    }
}

fn wait_reminders() -> Vec<Allowance> {
    vec![Allowance::Days(2), Allowance::Days(4)]
}

/// Shares of a rung's time, in percent, at which its warnings are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadsUpShares {
    /// To the ticket's owner.
    pub owner: u8,
    /// To who will hold the rung.
    pub holder: u8,
}

impl Default for HeadsUpShares {
    fn default() -> Self {
        Self { owner: 50, holder: 75 }
    }
}

/// What a claim waits for, in days of 24 hours since it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// When the partner is asked again; the claim itself is the first time.
    pub ask_after_days: Vec<u16>,
    /// When it is closed as unconfirmed.
    pub close_after_days: u16,
    /// How long after that it may still be refused.
    pub refusable_days: u16,
}

impl Default for Confirmation {
    fn default() -> Self {
        Self { ask_after_days: vec![3, 7], close_after_days: 10, refusable_days: 30 }
    }
}

/// What is wrong with a ladder. `priority` and `rung` say where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LadderError {
    #[error("a ladder needs at least two rungs")]
    TooShort,
    #[error("rung {found} is out of order: expected number {expected}")]
    OutOfOrder { expected: u8, found: u8 },
    #[error("rung 1 is held by the ticket's owner, not by {0}")]
    FirstRungNotOwner(Stand),
    #[error("rung {rung}: only rung 1 is held by the owner")]
    OwnerAbove { rung: u8 },
    #[error("rung {rung}: {stand} stands on rung {first} already")]
    StandTwice { rung: u8, first: u8, stand: Stand },
    #[error("{priority}: rung {rung} is not a rung of this ladder")]
    UnknownRung { priority: Priority, rung: u8 },
    #[error("{priority}: rung {rung} is due before rung {below}")]
    DueBeforeTheOneBelow { priority: Priority, rung: u8, below: u8 },
    #[error("{priority}: rung {rung} has no allowance, but rung {above} has one: it could never be reached")]
    Unreachable { priority: Priority, rung: u8, above: u8 },
    #[error("{priority}: {what} must be more than nothing")]
    Nothing { priority: Priority, what: &'static str },
    #[error("deadline share of rung {rung}: {why}")]
    Share { rung: u8, why: &'static str },
}

impl Ladder {
    /// The terms of a priority.
    #[expect(clippy::indexing_slicing, reason = "one entry a priority")]
    pub const fn terms(&self, priority: Priority) -> &Terms {
        &self.terms[priority.index()]
    }

    pub fn rung(&self, number: u8) -> Option<&Rung> {
        self.rungs.iter().find(|rung| rung.number == number)
    }

    /// Every mistake there is, compared on `calendar` (a standard day has to be
    /// some number of hours before "1 bd" and "10 bh" can be put in order).
    pub fn mistakes(&self, calendar: &Calendar) -> Vec<LadderError> {
        let mut found = self.mistakes_of_rungs();
        for &priority in Priority::ALL {
            found.extend(self.mistakes_of_terms(priority, calendar));
        }
        let mut last = 0;
        for share in &self.deadline_shares {
            let rung = share.rung;
            if rung < 2 || self.rung(rung).is_none() {
                found.push(LadderError::Share { rung, why: "not a rung above the first" });
            } else if share.percent == 0 || share.percent >= 100 {
                found.push(LadderError::Share { rung, why: "must be between 1 and 99 percent" });
            } else if share.percent <= last {
                found.push(LadderError::Share { rung, why: "must be later than the rung below" });
            }
            last = share.percent;
        }
        found
    }

    fn mistakes_of_rungs(&self) -> Vec<LadderError> {
        let mut found = Vec::new();
        if self.rungs.len() < 2 {
            found.push(LadderError::TooShort);
        }
        let mut held: BTreeMap<Stand, u8> = BTreeMap::new();
        for (expected, rung) in (1u8..).zip(&self.rungs) {
            let number = rung.number;
            if number != expected {
                found.push(LadderError::OutOfOrder { expected, found: number });
            }
            match (expected, rung.stand) {
                (1, Stand::Owner) => {}
                (1, other) => found.push(LadderError::FirstRungNotOwner(other)),
                (_, Stand::Owner) => found.push(LadderError::OwnerAbove { rung: number }),
                (_, stand) => {
                    if let Some(&first) = held.get(&stand) {
                        found.push(LadderError::StandTwice { rung: number, first, stand });
                    }
                }
            }
            held.entry(rung.stand).or_insert(number);
        }
        found
    }

    fn mistakes_of_terms(&self, priority: Priority, calendar: &Calendar) -> Vec<LadderError> {
        let terms = self.terms(priority);
        let mut found = Vec::new();
        let needed = [
            ("first_reply", terms.first_reply),
            ("update", terms.update),
            ("resolution", terms.resolution),
            ("renotify", terms.renotify),
            ("press_answer", terms.press_answer),
        ];
        for (what, allowance) in needed {
            if calendar.open_time(allowance).is_zero() {
                found.push(LadderError::Nothing { priority, what });
            }
        }
        for &rung in terms.rungs.keys() {
            if rung < 2 || self.rung(rung).is_none() {
                found.push(LadderError::UnknownRung { priority, rung });
            }
        }
        let mut below: Option<(u8, Allowance)> = None;
        let mut gap: Option<u8> = None;
        for rung in self.rungs.iter().filter(|rung| rung.number > 1) {
            let number = rung.number;
            let Some(&allowance) = terms.rungs.get(&number) else {
                gap = gap.or(Some(number));
                continue;
            };
            if let Some(rung) = gap {
                found.push(LadderError::Unreachable { priority, rung, above: number });
            }
            if let Some((lower, least)) = below
                && calendar.open_time(allowance) < calendar.open_time(least)
            {
                found.push(LadderError::DueBeforeTheOneBelow { priority, rung: number, below: lower });
            }
            below = Some((number, allowance));
        }
        found
    }
}

#[cfg(test)]
mod tests;
