//! The command line: one file a command. Prints to people; everything else logs.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is where the program talks to people")]

mod backup;
mod check;
mod clock;
mod deliver;
mod demo;
mod health;
mod migrate;
mod openapi;
mod serve;
mod simulate;
mod sweep;
mod token;
mod user;
mod verify;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::clock::{Clock, SystemClock};
use crate::configuration::Seeds;
use crate::mail::mailer::Mailer;
use crate::reader::Mistake;
use crate::settings::{DatabaseUrl, LogFormat, Settings};
use crate::store::{self, Age, Store};

/// Partner issue escalation: one named owner, a published ladder, dates that are kept or explained.
#[derive(Parser)]
#[command(name = "lizard", version, about)]
struct Cli {
    /// Settings besides the built-in ones; LIZARD__SECTION__KEY in the environment wins over both.
    #[arg(long, global = true, value_name = "FILE", env = "LIZARD_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service (the default).
    Serve,
    /// See it in two minutes: a temporary database, sample people, and a clock that rushes.
    Demo,
    /// Bring the database up to this program, and adopt changed configuration files.
    Migrate,
    /// List every mistake in the configuration, and every rung on which nobody stands.
    Check,
    /// Send every letter that is due, once; beside a running service if you like.
    Deliver,
    /// Add people.
    #[command(subcommand)]
    User(user::User),
    /// Make integrators' tokens.
    #[command(subcommand)]
    Token(token::Token),
    /// Look once at every ticket whose clocks have run out.
    Sweep,
    /// Copy the database into a new file while the service runs; for PostgreSQL, say how.
    #[command(after_long_help = backup::RESTORING)]
    Backup(backup::Backup),
    /// Show, day by day, how open time is counted on a calendar.
    Clock(clock::Walk),
    /// Look at every ticket, promise, event and letter, and name every rule that one of them breaks.
    Verify,
    /// Replay tickets under another ladder or other calendars, and show the difference first.
    Simulate(simulate::Simulate),
    /// Print the OpenAPI document.
    Openapi,
    /// Ask the running service whether it is well.
    Health,
}

/// Runs the command that was asked for.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("lizard: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = cli.config.as_deref();
    let command = cli.command.unwrap_or(Command::Serve);
    match &command {
        Command::Openapi => {
            openapi::run();
            return Ok(ExitCode::SUCCESS);
        }
        // A check lists what is wrong with the settings together with everything else.
        Command::Check => return runtime()?.block_on(check::run(config)),
        _ => {}
    }
    let mut settings = Settings::load(config).map_err(Mistakes)?;
    if matches!(command, Command::Demo) {
        demo::hush(&mut settings);
    }
    start_log(&settings);
    match command {
        Command::Serve => runtime()?.block_on(serve::run(settings)),
        Command::Demo => runtime()?.block_on(demo::run(settings)),
        Command::Migrate => runtime()?.block_on(migrate::run(settings)),
        Command::Deliver => runtime()?.block_on(deliver::run(settings)),
        Command::User(user) => runtime()?.block_on(user::run(settings, user)),
        Command::Token(token) => runtime()?.block_on(token::run(settings, token)),
        Command::Sweep => runtime()?.block_on(sweep::run(settings)),
        Command::Backup(backup) => runtime()?.block_on(backup::run(settings, backup)),
        Command::Clock(walk) => runtime()?.block_on(clock::run(settings, walk)),
        Command::Verify => runtime()?.block_on(verify::run(settings)),
        Command::Simulate(simulate) => runtime()?.block_on(simulate::run(settings, simulate)),
        Command::Health => runtime()?.block_on(health::run(settings)),
        Command::Openapi | Command::Check => Ok(ExitCode::SUCCESS),
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")
}

/// Everything that is wrong with the configuration, a line each.
#[derive(Debug)]
struct Mistakes(Vec<Mistake>);

impl std::fmt::Display for Mistakes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the configuration has mistakes")?;
        self.0.iter().try_for_each(|mistake| write!(f, "\n  {mistake}"))
    }
}

impl std::error::Error for Mistakes {}

fn start_log(settings: &Settings) {
    let filter = tracing_subscriber::EnvFilter::new(&settings.log.filter);
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first one's log.
    let _ = match settings.log.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}

/// The files' seeds, or everything that is wrong with them.
fn seeds(settings: &Settings) -> anyhow::Result<Seeds> {
    Ok(Seeds::load(&settings.files).map_err(Mistakes)?)
}

/// How letters leave.
fn mailer(settings: &Settings) -> anyhow::Result<Mailer> {
    let mail = &settings.mail;
    Mailer::open(&mail.url, mail.parallel)
        .map_err(|why| anyhow::anyhow!("mail.url {}: {why}", mail.url.masked()))
}

/// Refuses where there is no database: a command that only looks makes none.
fn must_exist(settings: &Settings) -> anyhow::Result<()> {
    match &settings.database.url {
        DatabaseUrl::Sqlite(path) if !path.exists() => {
            anyhow::bail!("{} is not there; `database.url` says where the database is", path.display())
        }
        DatabaseUrl::Sqlite(_) | DatabaseUrl::Postgres(_) => Ok(()),
    }
}

/// Opens a database that is there and of this version, to look only.
async fn open_to_look(settings: &Settings, connections: u32) -> anyhow::Result<Store> {
    must_exist(settings)?;
    let url = settings.database.url.clone();
    #[expect(clippy::disallowed_methods, reason = "the age is asked on a connection of its own")]
    match tokio::task::spawn_blocking(move || store::age(&url)).await?? {
        Age::Present => Ok(Store::open_to_read(&settings.database.url, connections)?),
        Age::Older => {
            anyhow::bail!("the database is of an earlier version: `lizard migrate` brings it up to this one")
        }
        Age::Newer => anyhow::bail!("the database is of a later version of Lizard: look at it with that one"),
    }
}

/// Opens a database that is migrated and seeded, for commands that work beside a running service.
async fn open(settings: &Settings) -> anyhow::Result<Store> {
    let seeds = seeds(settings)?;
    migrate::migrate(settings, seeds, crate::desk::configuration::Changed::Ignore, SystemClock.now()).await
}
