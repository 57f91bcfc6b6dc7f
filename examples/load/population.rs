//! Open tickets of the last days, of every priority, of many partners, filed through the
//! library. None has a clock that has run out at the start; then one set after the other
//! becomes due, a minute apart: P2s whose owner is to be warned two open hours after filing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use lizard::clock::Clock;
use lizard::desk::intake::{self, Filing};
use lizard::desk::{Call, Error};
use lizard::domain::actor::Actor;
use lizard::domain::draft::Draft;
use lizard::domain::priority::{Impact, Priority, Urgency};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};

use crate::office::{Office, letters_have_left};

/// Sets that become due before anything else does.
pub const MOST_SETS: usize = 10;
/// Filed in one transaction.
const BATCH: usize = 500;
/// After filing, on an open afternoon: half of the four hours until the next rung.
const WARNED_AFTER: SignedDuration = SignedDuration::from_hours(2);
/// Between two sets.
const STEP: SignedDuration = SignedDuration::from_mins(1);

pub struct Population {
    pub tickets: usize,
    /// In each set, within `tickets`.
    pub due: usize,
    pub sets: usize,
    pub seed: u64,
}

/// A ticket to be filed.
#[derive(Clone, Copy)]
struct Plan {
    at: Timestamp,
    priority: Priority,
}

impl Population {
    /// Files everything, in no order of time, and says how long it took. Its letters have left.
    pub async fn file(&self, office: &Office) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let mut random = StdRng::seed_from_u64(self.seed);
        let plans = self.plans(office.clock.now(), &mut random);
        for (n, batch) in plans.chunks(BATCH).enumerate() {
            let filings: Vec<(Call, Filing)> =
                batch.iter().filter_map(|plan| filing(office, *plan, &mut random)).collect();
            let (desk, filings) = (Arc::clone(&office.app.desk), Arc::new(filings));
            let write = move |db: &mut lizard::store::Db| {
                for (call, filing) in filings.iter() {
                    intake::file(&desk, db, call, filing)?;
                }
                Ok::<_, Error>(letters_have_left(db)?)
            };
            office.app.store.write(write).await?;
            if (n + 1) % 20 == 0 {
                eprintln!("{} of {} tickets filed", (n + 1) * BATCH, self.tickets);
            }
        }
        office.tidies_up().await?;
        Ok(began.elapsed())
    }

    fn plans(&self, start: Timestamp, random: &mut StdRng) -> Vec<Plan> {
        let due = (0..self.sets).flat_map(|set| std::iter::repeat_n(set, self.due));
        let mut plans: Vec<Plan> = due
            .map(|set| {
                let within = SignedDuration::from_millis(random.random_range(0..60_000));
                Plan { at: becomes_due(start, set) - within - WARNED_AFTER, priority: Priority::P2 }
            })
            .collect();
        plans.extend((plans.len()..self.tickets).map(|_| later(start, random)));
        plans.shuffle(random);
        plans
    }
}

/// When the whole set is due, and the next is not.
pub fn becomes_due(start: Timestamp, set: usize) -> Timestamp {
    start + STEP * i32::try_from(set).unwrap_or(i32::MAX)
}

/// One whose first clock runs out after all sets. The afternoon is the start's; nights do not count.
fn later(start: Timestamp, random: &mut StdRng) -> Plan {
    let (priority, minutes) = match random.random_range(0..100) {
        0..2 => (Priority::P1, 15),
        2..25 => (Priority::P2, 100),
        // Since yesterday's closing time, and the day before's.
        25..65 => (Priority::P3, 23 * 60),
        _ => (Priority::P4, 47 * 60),
    };
    let ago = SignedDuration::from_secs(random.random_range(0..minutes * 60));
    Plan { at: start - ago, priority }
}

fn filing(office: &Office, plan: Plan, random: &mut StdRng) -> Option<(Call, Filing)> {
    let contact = office.contacts.choose(random)?.clone();
    let filing = Filing {
        draft: draft(plan.priority, office.categories.choose(random)?),
        partner: None,
        requester: None,
        faults: Vec::new(),
    };
    Some((Call { actor: Actor::Person(contact), now: plan.at, expected: None }, filing))
}

fn draft(priority: Priority, category: &str) -> Draft {
    let (impact, urgency) = match priority {
        Priority::P1 => (Impact::CannotWork, Urgency::Within1Day),
        Priority::P2 => (Impact::OneBlocked, Urgency::Within5Days),
        Priority::P3 => (Impact::Annoying, Urgency::Within5Days),
        Priority::P4 => (Impact::Annoying, Urgency::Later),
    };
    Draft {
        category: category.to_owned(),
        about: None,
        subject: "The special price for a bid is not approved".to_owned(),
        description:
            "It was asked for two weeks ago.\nThe bid closes soon, and nobody says why it takes so long."
                .to_owned(),
        impact,
        urgency: Some(urgency),
        deadline: None,
        value: None,
        blocks: Some("The bid".to_owned()),
        distributor: None,
    }
}
