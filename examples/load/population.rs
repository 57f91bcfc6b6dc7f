//! Tickets of the last days, of every priority, of many partners. None has a clock that has
//! run out at the start; then one set after the other becomes due, a minute apart: P2s whose
//! owner is to be warned two open hours after filing. These and some thousand others go
//! through the library, the others with a history; the rest are their copies.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use lizard::clock::Clock;
use lizard::desk::intake::{self, Filing};
use lizard::desk::{Call, Error};
use lizard::domain::actor::Actor;
use lizard::domain::draft::Draft;
use lizard::domain::priority::{Impact, Priority, Urgency};
use lizard::store::Db;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};

use crate::copies::{Copies, count_anew, count_on};
use crate::history::{Story, tell};
use crate::office::{Office, letters_have_left};

/// Sets that become due before anything else does.
pub const MOST_SETS: usize = 10;
/// Filed in one transaction. Few: PostgreSQL does not tidy up within one.
const BATCH: usize = 25;
/// Filed at most besides those that become due; the rest are copies of them.
const ORIGINALS: usize = 4000;
/// To so many open ones comes a closed one.
const OPEN_TO_CLOSED: usize = 4;
/// After filing, on an open afternoon: half of the four hours until the next rung.
const WARNED_AFTER: SignedDuration = SignedDuration::from_hours(2);
/// Between two sets.
const STEP: SignedDuration = SignedDuration::from_mins(1);

pub struct Population {
    /// Open ones.
    pub tickets: usize,
    /// In each set, within `tickets`.
    pub due: usize,
    pub sets: usize,
    pub seed: u64,
}

/// A ticket to be filed.
struct Plan {
    call: Call,
    filing: Filing,
    story: Option<Story>,
}

impl Population {
    /// Makes all of them, and says how long it took. Their letters have left.
    pub async fn file(&self, office: &Office) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let mut random = StdRng::seed_from_u64(self.seed);
        let start = office.clock.now();
        let due = (0..self.sets).flat_map(|set| std::iter::repeat_n(set, self.due));
        let mut plans: Vec<Plan> = due
            .map(|set| {
                let within = SignedDuration::from_millis(random.random_range(0..60_000));
                let at = becomes_due(start, set) - within - WARNED_AFTER;
                plan(office, at, Priority::P2, &mut random)
            })
            .collect::<anyhow::Result<_>>()?;
        plans.shuffle(&mut random);
        write(office, plans).await?;
        // What a database knows of its tables decides how it reads them.
        office.tidies_up().await?;
        let others = self.tickets.saturating_sub(self.sets * self.due);
        let open = others.min(ORIGINALS);
        let first = office.next_ticket().await?;
        for closed in [false, true] {
            let count = if closed { open / OPEN_TO_CLOSED } else { open };
            let plans = (0..count).map(|_| later(office, start, closed, &mut random));
            write(office, plans.collect::<anyhow::Result<_>>()?).await?;
        }
        copy(office, others - open, first, open).await?;
        office.tidies_up().await?;
        Ok(began.elapsed())
    }
}

/// A batch a transaction.
async fn write(office: &Office, plans: Vec<Plan>) -> anyhow::Result<()> {
    let plans = Arc::new(plans);
    for from in (0..plans.len()).step_by(BATCH) {
        let (desk, plans) = (Arc::clone(&office.app.desk), Arc::clone(&plans));
        let write = move |db: &mut Db| {
            for Plan { call, filing, story } in plans.iter().skip(from).take(BATCH) {
                let ticket = intake::file(&desk, db, call, filing)?;
                if let Some(story) = story {
                    tell(&desk, db, &ticket, call, story)?;
                }
            }
            Ok::<_, Error>(letters_have_left(db)?)
        };
        office.app.store.write(write).await?;
    }
    Ok(())
}

/// Copies the originals until there are so many open tickets more; the open ones, of which
/// there are `open`, come before the closed ones.
async fn copy(office: &Office, wanted: usize, first: i64, open: usize) -> anyhow::Result<()> {
    let last = office.next_ticket().await? - 1;
    let open = i64::try_from(open)?;
    let mut missing = i64::try_from(wanted)?;
    let mut shift = 0;
    while missing > 0 {
        shift += last - first + 1;
        let last = if missing < open { first + missing - 1 } else { last };
        let copies = Copies { first, last, shift };
        office.app.store.write(move |db| Ok::<_, Error>(copies.make(db)?)).await?;
        missing -= open;
    }
    Ok(office.app.store.write(|db| Ok::<_, Error>(count_on(db).and_then(|()| count_anew(db))?)).await?)
}

/// When the whole set is due, and the next is not.
pub fn becomes_due(start: Timestamp, set: usize) -> Timestamp {
    start + STEP * i32::try_from(set).unwrap_or(i32::MAX)
}

/// One whose first clock runs out after all sets. The afternoon is the start's; nights do not count.
fn later(office: &Office, start: Timestamp, closed: bool, random: &mut StdRng) -> anyhow::Result<Plan> {
    let (priority, minutes) = match random.random_range(0..100) {
        0..2 => (Priority::P1, 15),
        2..25 => (Priority::P2, 100),
        // Since yesterday's closing time, and the day before's.
        25..65 => (Priority::P3, 23 * 60),
        _ => (Priority::P4, 47 * 60),
    };
    let ago = SignedDuration::from_secs(random.random_range(60..minutes * 60));
    let story = Story::of(ago, closed, random);
    Ok(Plan { story: Some(story), ..plan(office, start - ago, priority, random)? })
}

fn plan(office: &Office, at: Timestamp, priority: Priority, random: &mut StdRng) -> anyhow::Result<Plan> {
    let contact = office.contacts.choose(random).context("no contacts")?.clone();
    let category = office.categories.choose(random).context("no categories")?;
    let call = Call { actor: Actor::Person(contact), now: at, expected: None };
    let mut filing = filing_of(priority, category);
    if random.random_ratio(3, 100) {
        filing.draft.description.push_str(" Customs holds it.");
    }
    Ok(Plan { call, filing, story: None })
}

/// By somebody of the partner's side.
pub fn filing_of(priority: Priority, category: &str) -> Filing {
    Filing {
        draft: draft(priority, category),
        partner: None,
        requester: None,
        faults: Vec::new(),
        files: Vec::new(),
        judgement: None,
    }
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
