//! `lizard verify`: looks at everything and names every rule that is broken, a line each: what
//! it is about, a stable code, and why. Changes nothing. Exits with 1 when there is any.

use std::collections::VecDeque;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::desk::verification::{Counted, Findings, extent, letters, tickets, whole};
use crate::desk::{Desk, Error};
use crate::settings::Settings;

/// Ids that are looked at at once, on one state of the database.
const RANGE: i64 = 500;
/// Ranges under way at once.
const AT_ONCE: u32 = 4;

/// What it has come to so far.
#[derive(Default)]
struct Tally {
    counted: Counted,
    broken: usize,
}

impl Tally {
    fn take(&mut self, found: &Findings) {
        self.counted += found.counted;
        self.broken += found.breaches.len();
        for (subject, breach) in &found.breaches {
            println!("{subject}: {}: {}", breach.code, breach.detail);
        }
    }
}

pub async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let store = super::open_to_look(&settings, AT_ONCE + 1).await?;
    let desk = Arc::new(Desk::new(&settings));
    let mut tally = Tally::default();
    tally.take(&store.read(whole).await?);
    let there = store.read(extent).await?;
    let by_ticket = |first: i64, last: i64| {
        let (store, desk) = (store.clone(), Arc::clone(&desk));
        tokio::spawn(async move { store.read(move |db| tickets(&desk, db, first, last)).await })
    };
    in_ranges(there.last_ticket, by_ticket, &mut tally).await?;
    let by_letter = |first: i64, last: i64| {
        let store = store.clone();
        tokio::spawn(async move { store.read(move |db| letters(db, first, last)).await })
    };
    in_ranges(there.last_letter, by_letter, &mut tally).await?;
    Ok(verdict(&tally))
}

/// Looks at all ids up to `last`, several ranges at once, and tells of them in their order.
async fn in_ranges(
    last: i64,
    look: impl Fn(i64, i64) -> JoinHandle<Result<Findings, Error>>,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let mut under_way = VecDeque::new();
    let mut first = 1;
    while first <= last || !under_way.is_empty() {
        while first <= last && under_way.len() < AT_ONCE as usize {
            under_way.push_back(look(first, last.min(first + RANGE - 1)));
            first += RANGE;
        }
        if let Some(range) = under_way.pop_front() {
            tally.take(&range.await??);
        }
    }
    Ok(())
}

fn verdict(tally: &Tally) -> ExitCode {
    let Counted { tickets, events, promises, messages, letters } = tally.counted;
    let seen = format!(
        "{tickets} tickets, {events} events, {promises} promises, {messages} messages and {letters} letters"
    );
    match tally.broken {
        0 => {
            println!("{seen}: everything holds.");
            ExitCode::SUCCESS
        }
        n => {
            println!("{seen}: {n} broken.");
            ExitCode::FAILURE
        }
    }
}
