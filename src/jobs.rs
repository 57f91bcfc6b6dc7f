//! The timetable: what is done without being asked, each one call. One page you can read aloud.

pub mod delivery;
mod live;
pub mod sweep;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::app::App;
use crate::desk::sessions;

/// Jobs that run until they are stopped.
pub struct Jobs {
    stop: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
}

/// How often clocks are looked at and letters leave.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub sweep: Duration,
    pub mail: Duration,
}

impl Pace {
    /// Of the service.
    pub const STEADY: Self = Self { sweep: Duration::from_secs(10), mail: Duration::from_secs(5) };
    /// Where an hour passes in seconds.
    pub const RUSHED: Self = Self { sweep: Duration::from_millis(100), mail: Duration::from_millis(250) };
}

/// Starts the timetable.
pub fn start(app: Arc<App>, pace: Pace) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    let running = vec![
        tokio::spawn(housekeeping(Arc::clone(&app), stopped.clone())),
        tokio::spawn(sweeps(Arc::clone(&app), pace.sweep, stopped.clone())),
        tokio::spawn(live::tell(Arc::clone(&app), stopped.clone())),
        tokio::spawn(mail(app, pace.mail, stopped)),
    ];
    Jobs { stop, running }
}

impl Jobs {
    /// Waits for what is under way.
    pub async fn stop(self) {
        // No receiver left means that nothing runs any more.
        let _ = self.stop.send(true);
        for job in self.running {
            let _ = job.await;
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ticks
}

/// Every ten minutes.
async fn housekeeping(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = every(Duration::from_mins(10));
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = ticks.tick() => keep_house(&app).await,
        }
    }
}

/// Every ten seconds, at a steady pace: every clock that has run out.
async fn sweeps(app: Arc<App>, period: Duration, mut stopped: watch::Receiver<bool>) {
    let mut ticks = every(period);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = ticks.tick() => {}
        }
        match sweep::sweep(&app).await {
            Ok(swept) if swept.acted + swept.failed > 0 => {
                tracing::info!(acted = swept.acted, failed = swept.failed, "swept");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the sweep failed; it is tried again"),
        }
    }
}

/// Every five seconds, at a steady pace, and at once when there may be a letter. One pass at a time.
async fn mail(app: Arc<App>, period: Duration, mut stopped: watch::Receiver<bool>) {
    let mut ticks = every(period);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = ticks.tick() => {}
            () = app.mail_waiting.notified() => {}
        }
        // Asked again inside: a stop lets letters in flight finish.
        if let Err(error) = delivery::pass(&app, &stopped).await {
            tracing::warn!(%error, "delivery was interrupted; it goes on in a moment");
        }
        if *stopped.borrow() {
            return;
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
