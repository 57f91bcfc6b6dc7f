//! The timetable: what is done without being asked, each one call. One page you can read aloud.

pub mod sweep;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::desk::sessions;

/// Jobs that run until they are stopped.
pub struct Jobs {
    stop: watch::Sender<bool>,
    housekeeping: JoinHandle<()>,
    sweeps: JoinHandle<()>,
}

/// Starts the timetable.
pub fn start(app: Arc<App>) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    let (ten_minutes, ten_seconds) = (Duration::from_mins(10), Duration::from_secs(10));
    Jobs {
        housekeeping: tokio::spawn(every(ten_minutes, stopped.clone(), Arc::clone(&app), keep_house)),
        sweeps: tokio::spawn(every(ten_seconds, stopped, app, look_at_clocks)),
        stop,
    }
}

impl Jobs {
    /// Waits for what is under way.
    pub async fn stop(self) {
        // No receiver left means that nothing runs any more.
        let _ = self.stop.send(true);
        let _ = self.housekeeping.await;
        let _ = self.sweeps.await;
    }
}

/// One after the other, never two at once; what was missed is not made up for.
async fn every(
    period: Duration,
    mut stopped: watch::Receiver<bool>,
    app: Arc<App>,
    job: impl AsyncFn(&Arc<App>),
) {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = ticks.tick() => job(&app).await,
        }
    }
}

/// Forgets ended sessions and links, answers to old submissions, and old limits.
async fn keep_house(app: &Arc<App>) {
    app.gates.forget();
    let now = app.wall.now();
    if let Err(error) = app.store.write(move |db| sessions::forget(db, now)).await {
        tracing::warn!(%error, "housekeeping failed; it is tried again");
    }
}

/// Every clock that has run out.
async fn look_at_clocks(app: &Arc<App>) {
    match sweep::sweep(app).await {
        Ok(swept) if swept.acted + swept.failed > 0 => {
            tracing::info!(acted = swept.acted, failed = swept.failed, "swept");
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the sweep failed; it is tried again"),
    }
}
