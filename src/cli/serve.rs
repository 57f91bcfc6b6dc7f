//! `lizard serve`: migrate, seed, listen, and say what to do next.

use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use jiff::SignedDuration;

use crate::app::App;
use crate::clock::{Clock, SystemClock};
use crate::desk::configuration::{Changed, empty_rungs, unadopted};
use crate::desk::people;
use crate::jobs::{self, Pace};
use crate::secrets::Fresh;
use crate::settings::{MailUrl, Settings};
use crate::web::server;

use super::migrate::migrate;
use super::{mailer, seeds};

pub async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let seeds = seeds(&settings)?;
    let mailer = mailer(&settings)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = migrate(&settings, seeds, Changed::Ignore, clock.now()).await?;
    let app = Arc::new(App::new(settings, store, Arc::clone(&clock), clock, mailer).await?);
    let at = app.settings.server.listen;
    let told_to_stop = stop_signal();
    let listener = TcpListener::bind(at).with_context(|| {
        format!("{at} cannot be listened on; choose another address with LIZARD__SERVER__LISTEN")
    })?;
    let (running, at) = server::start(Arc::clone(&app), listener)?;
    let handle = running.handle();
    greet(&app, at).await?;
    let jobs = jobs::start(Arc::clone(&app), Pace::STEADY);
    let live = Arc::clone(&app.live);
    tokio::spawn(async move {
        told_to_stop.await;
        live.close();
        tracing::info!("stopping: what was taken is finished first");
        handle.stop(true).await;
    });
    running.await.context("the server failed")?;
    jobs.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Says where it is, what is wrong with the ladder, and how to make the first administrator.
async fn greet(app: &App, at: std::net::SocketAddr) -> anyhow::Result<()> {
    let (desk, now) = (Arc::clone(&app.desk), app.clock.now());
    let empty = app.store.read(move |db| empty_rungs(&desk, db, now)).await?;
    for rung in &empty {
        tracing::warn!("{rung}");
    }
    let seeds = seeds(&app.settings)?;
    for kind in app.store.read(move |db| unadopted(db, &seeds)).await? {
        tracing::warn!(%kind, "the file differs from the version that was read of it; `lizard migrate` adopts it");
    }
    println!("Lizard listens on http://{at}");
    if let MailUrl::Folder(folder) = &app.settings.mail.url {
        println!("Letters become files in {} (mail.url), and reach nobody.", folder.display());
    }
    let fresh = Fresh::new();
    let (wall, hours, hash) = (app.wall.now(), app.settings.links.setup_hours, fresh.hash.clone());
    let until = wall.checked_add(SignedDuration::from_hours(i64::from(hours)))?;
    let needed = app.store.write(move |db| people::offer_set_up(db, &hash, wall, until)).await?;
    if needed {
        println!(
            "Nobody administers it yet. Open this link once, within {hours} hours, and become the first:"
        );
        println!("  {}/setup/{}", app.settings.server.public_url, fresh.plain);
    }
    Ok(())
}

/// When somebody tells the process to stop. It is listened for from the call on, not only
/// from the first look: who comes in between is heard too.
#[cfg(unix)]
pub(super) fn stop_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let hears = |kind| signal(kind).inspect_err(|error| tracing::warn!(%error, "a signal is not heard")).ok();
    let (mut terminate, mut interrupt) = (hears(SignalKind::terminate()), hears(SignalKind::interrupt()));
    async move {
        tokio::select! {
            Some(()) = async { terminate.as_mut()?.recv().await } => {}
            Some(()) = async { interrupt.as_mut()?.recv().await } => {}
            else => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
pub(super) async fn stop_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
