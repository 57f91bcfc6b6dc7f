//! `lizard demo`: a Monday at a vendor in two minutes. A database of its own in a temporary
//! folder, sample people, a clock that rushes, and a script; when it ends, all of it is gone.

mod cast;
mod play;
mod script;
mod tour;

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::task::JoinHandle;

use crate::app::{App, Demo};
use crate::clock::{Clock, FastClock, SystemClock};
use crate::desk::Desk;
use crate::desk::configuration::Changed;
use crate::jobs::{self, Pace};
use crate::secrets;
use crate::settings::{DatabaseUrl, Files, MailUrl, Settings};
use crate::web::server;

use super::serve::stop_signal;
use super::{mailer, migrate, seeds};

/// Ten seconds an hour.
const FACTOR: u32 = 360;
/// Ports tried after the one that is set.
const PORTS: u16 = 20;
/// What `config/default.toml` says.
const USUAL_URL: &str = "http://127.0.0.1:8080";
const USUAL_LOG: &str = "info,actix_server=warn";

/// A clock that rushes has something to say every second: only what is wrong is logged.
pub fn hush(settings: &mut Settings) {
    if settings.log.filter == USUAL_LOG {
        "warn".clone_into(&mut settings.log.filter);
    }
}

pub async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    // Heard from the first moment: what is made here is always taken away.
    let stop = tokio::spawn(stop_signal());
    let place = tempfile::Builder::new().prefix("lizard-demo-").tempdir().context("no temporary folder")?;
    let shown = show(settings, place.path(), stop).await;
    clear(place.path()).await;
    drop(place);
    shown?;
    println!("The demo is over, and everything of it is removed.");
    Ok(ExitCode::SUCCESS)
}

/// The database may be closing its files while they are removed.
async fn clear(place: &Path) {
    for _ in 0..20 {
        if std::fs::remove_dir_all(place).is_ok() || !place.exists() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn show(mut settings: Settings, place: &Path, stop: JoinHandle<()>) -> anyhow::Result<()> {
    let listener = listen(settings.server.listen)?;
    prepare(&mut settings, place, listener.local_addr()?);
    let start = play::start()?;
    let store = migrate::migrate(&settings, seeds(&settings)?, Changed::Ignore, start).await?;
    let (desk, hash) = (Desk::new(&settings), secrets::hash_password(cast::PASSWORD)?);
    store.write(move |db| cast::arrive(&desk, db, &hash, start)).await?;
    let mailer = mailer(&settings)?;
    let clock = Arc::new(FastClock::from(start, FACTOR));
    let wall: Arc<dyn Clock> = Arc::new(SystemClock);
    let app = Arc::new(App::new(settings, store, clock, wall, mailer).await?.as_demo(demo()));
    let (running, _) = server::start(Arc::clone(&app), listener)?;
    let handle = running.handle();
    greet(&app, place);
    let jobs = jobs::start(Arc::clone(&app), Pace::RUSHED);
    let story = tokio::spawn(async move {
        if let Err(error) = play::play(app).await {
            tracing::error!(%error, "the demo's script ended early");
        }
    });
    tokio::spawn(async move {
        // However it ended, nobody listens for a signal any more.
        let _ = stop.await;
        handle.stop(false).await;
    });
    let ended = running.await.context("the server failed");
    story.abort();
    jobs.stop().await;
    ended
}

/// On the port that is set or, where it is taken, on the next that is free.
fn listen(at: SocketAddr) -> anyhow::Result<TcpListener> {
    let ports = at.port()..=at.port().saturating_add(PORTS);
    for port in ports {
        match TcpListener::bind(SocketAddr::new(at.ip(), port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            other => return other.with_context(|| format!("{at} cannot be listened on")),
        }
    }
    anyhow::bail!("{at} is taken, and so are the {PORTS} ports after it")
}

/// Nothing of an installation is touched, and the story is told by the ladder that it was
/// written for.
fn prepare(settings: &mut Settings, place: &Path, at: SocketAddr) {
    settings.database.url = DatabaseUrl::Sqlite(place.join("lizard.db"));
    settings.mail.url = MailUrl::Folder(place.join("mail"));
    settings.files = Files::default();
    settings.priority.value_limits.clear();
    "PI".clone_into(&mut settings.tickets.prefix);
    if settings.server.public_url == USUAL_URL {
        let ip = if at.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { at.ip() };
        settings.server.public_url = format!("http://{}", SocketAddr::new(ip, at.port()));
    }
}

fn demo() -> Demo {
    Demo {
        factor: FACTOR,
        zone: script::ZONE,
        password: cast::PASSWORD,
        people: cast::sign_ins(),
        tour: tour::tour(),
    }
}

fn greet(app: &App, place: &Path) {
    let Some(demo) = &app.demo else { return };
    println!("Lizard's demo is at {}", app.settings.server.public_url);
    println!("Open it: the front page is a tour in five steps, with a sign-in for each.\n");
    println!("It is Monday 09:00, and an hour takes {} seconds. First look at", 3_600 / FACTOR);
    println!("PI-1001, which nobody answers: it reaches the VP after about a minute.\n");
    println!("{:<18} {:<18} {:<26} password: {}", "role", "name", "e-mail", demo.password);
    for person in &demo.people {
        println!("{:<18} {:<18} {:<26} {}", person.role.label(), person.name, person.email, person.of);
    }
    println!("\nEverything is in {}. Ctrl-C ends the demo and removes it.", place.display());
}
