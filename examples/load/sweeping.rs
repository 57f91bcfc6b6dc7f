//! A sweep of many open tickets of which few are due, beside one of few that are all due:
//! what is not due must cost next to nothing. The clocks that run out are of one kind.

use std::time::{Duration, Instant};

use anyhow::ensure;
use lizard::clock::Clock;
use lizard::jobs::sweep::{Swept, sweep};

use crate::Load;
use crate::figures::Sweeping;
use crate::office::Office;
use crate::population::{Population, becomes_due};

/// In turns, so that what else goes on at the machine hits both. Each sweep finds tickets
/// that no sweep has seen before.
pub async fn measure(load: &Load, large: &Office) -> anyhow::Result<Sweeping> {
    let (mut alone, mut among) = (Vec::new(), Vec::new());
    let start = large.clock.now();
    let population = Population { tickets: load.due, due: load.due, sets: 1, seed: load.seed };
    for set in 0..load.rounds {
        let small = Office::open(&load.database, None).await?;
        population.file(&small).await?;
        alone.push(swept(&small, load.due).await?);
        drop(small);
        large.clock.set(becomes_due(start, set));
        among.push(swept(large, load.due).await?);
    }
    large.empties_the_outbox().await?;
    Ok(Sweeping { alone, among })
}

async fn swept(office: &Office, due: usize) -> anyhow::Result<Duration> {
    let began = Instant::now();
    let swept = sweep(&office.app).await?;
    let took = began.elapsed();
    ensure!(swept == Swept { acted: due, ..Swept::default() }, "{due} tickets were to be due: {swept:?}");
    Ok(took)
}
