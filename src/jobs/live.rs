//! Pages that stay open are told what moved, whoever moved it and in whatever process: the
//! database is asked, as long as anybody listens.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::watch;

use crate::app::App;
use crate::domain::ids::TicketId;
use crate::store;

use super::every;

/// Between two looks.
const PERIOD: Duration = Duration::from_millis(400);
/// How far a change may be written behind its own instant, by the clock on the wall: so far back
/// is looked each time.
const BEHIND: SignedDuration = SignedDuration::from_secs(10);

/// Versions of tickets that were changed lately.
type Known = BTreeMap<TicketId, i64>;

pub(super) async fn tell(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = every(PERIOD);
    let mut known = Known::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = ticks.tick() => {}
        }
        if !app.live.is_heard() {
            known.clear();
            continue;
        }
        match lately(&app).await {
            Ok(now) => {
                let moved = moved(&known, &now);
                known = now;
                if !moved.is_empty() {
                    app.live.moved(moved);
                }
            }
            Err(error) => tracing::warn!(%error, "what moved could not be read; it is tried again"),
        }
    }
}

async fn lately(app: &App) -> Result<Known, crate::desk::Error> {
    let since = app.clock.now() - BEHIND * i32::try_from(app.factor()).unwrap_or(i32::MAX);
    app.store.read(move |db| Ok(store::tickets::moved_since(db, since)?.into_iter().collect())).await
}

fn moved(before: &Known, now: &Known) -> Vec<TicketId> {
    now.iter().filter(|(id, version)| before.get(id) != Some(version)).map(|(id, _)| *id).collect()
}
