//! The timetable: what is done without being asked, each one call. One page you can read aloud.

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
}

/// Starts the timetable.
pub fn start(app: Arc<App>) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    Jobs { stop, housekeeping: tokio::spawn(every(Duration::from_mins(10), stopped, app)) }
}

impl Jobs {
    /// Waits for what is under way.
    pub async fn stop(self) {
        // No receiver left means that nothing runs any more.
        let _ = self.stop.send(true);
        let _ = self.housekeeping.await;
    }
}

async fn every(period: Duration, mut stopped: watch::Receiver<bool>, app: Arc<App>) {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = ticks.tick() => keep_house(&app).await,
        }
    }
}

/// Forgets ended sessions and links, answers to old submissions, and old limits.
async fn keep_house(app: &App) {
    app.gates.forget();
    let now = app.wall.now();
    if let Err(error) = app.store.write(move |db| sessions::forget(db, now)).await {
        tracing::warn!(%error, "housekeeping failed; it is tried again");
    }
}
