//! How the service stands up to a crowd: fills a database of its own through the library,
//! and says how long things take in it. One file a measurement. What counts are ratios of
//! one run; what they were is in `docs/PERFORMANCE.md`. It opens no database that it has
//! not made, talks to this machine alone, and leaves nothing behind.
//!
//!     cargo run --release --example load
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is where it talks to people")]

mod copies;
mod database;
mod figures;
mod filing;
mod history;
mod limits;
mod office;
mod pgbench;
mod population;
mod reading;
mod sink;
mod sweeping;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;

use database::Place;
use figures::{Limit, Read, Report, Throughput};
use office::Office;
use pgbench::Replay;
use population::Population;
use sink::Sink;

/// Fill a database and measure. It is made for that, and gone afterwards.
#[derive(Parser)]
#[command(name = "load")]
struct Load {
    /// Where to make databases: `sqlite`, `sqlite:<folder>`, or the `postgres://…` of a server on
    /// which this role may make them.
    #[arg(long, default_value = "sqlite")]
    database: Place,
    /// Open tickets in the large database.
    #[arg(long, default_value_t = 100_000)]
    tickets: usize,
    /// Tickets that are due at each sweep.
    #[arg(long, default_value_t = 1000)]
    due: usize,
    /// Letters that wait, at least, when delivery starts.
    #[arg(long, default_value_t = 1000)]
    letters: usize,
    /// Tickets that are filed in each round.
    #[arg(long, default_value_t = 1000)]
    filings: usize,
    /// Who file at the same time.
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// Open tickets in the small database, to compare with.
    #[arg(long, default_value_t = 1000)]
    small: usize,
    /// Who file at the same time when it is about tickets a second.
    #[arg(long, default_value_t = 32)]
    crowd: usize,
    /// For how many seconds pgbench runs in a round, on PostgreSQL.
    #[arg(long, default_value_t = 5)]
    pgbench: u64,
    /// How often each page and list is read in a round.
    #[arg(long, default_value_t = 20)]
    reads: usize,
    /// How often each thing is measured.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Of what is random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// When to give up.
    #[arg(long, default_value_t = 30)]
    minutes: u64,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let load = Load::parse();
    let patience = Duration::from_secs(load.minutes * 60);
    let outcome = tokio::select! {
        outcome = run(&load) => outcome,
        () = tokio::time::sleep(patience) => Err(anyhow::anyhow!("not done within --minutes")),
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    match outcome {
        Ok(report) => {
            report.print(load.json);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("load: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(load: &Load) -> anyhow::Result<Report> {
    check(load)?;
    if matches!(load.database, Place::Postgres(_)) {
        pgbench::listen()?;
    }
    let sink = Sink::start().await?;
    let office = Office::open(&load.database, Some(&sink.url())).await?;
    let population = Population { tickets: load.tickets, due: load.due, sets: load.rounds, seed: load.seed };
    let populated = population.file(&office).await.context("filling the database")?;
    eprintln!("{} tickets filed in {:.0} s", load.tickets, populated.as_secs_f64());
    eprintln!("sweeping");
    let sweeping = sweeping::measure(load, &office).await.context("sweeping")?;
    eprintln!("reading");
    let reading = reading(load, &office).await.context("reading")?;
    eprintln!("filing beside delivery");
    let filing = filing::measure(load, &office, &sink).await.context("filing")?;
    eprintln!("filing and writing at the limit");
    let throughput = throughput(load, &office).await.context("throughput")?;
    Ok(Report {
        database: load.database.kind(),
        tickets: load.tickets,
        due: load.due,
        small: load.small,
        populated,
        sweeping,
        filing,
        throughput,
        reading,
    })
}

async fn reading(load: &Load, large: &Office) -> anyhow::Result<Vec<Read>> {
    let small = Office::open(&load.database, None).await?;
    Population { tickets: load.small, due: 0, sets: 0, seed: load.seed }.file(&small).await?;
    let served = (small.serve()?, large.serve()?);
    reading::measure((&small, &served.0), (large, &served.1), load.rounds, load.reads).await
}

/// In turns with the limits.
async fn throughput(load: &Load, office: &Office) -> anyhow::Result<Vec<Throughput>> {
    let served = office.serve()?;
    let clients = filing::clients(office, &served, load.crowd).await?;
    let replay = match office.postgres_url() {
        Some(url) => Some(Replay::of(office, &clients, url).await.context("recording")?),
        None => None,
    };
    let mut all = Vec::new();
    for _ in 0..load.rounds {
        let filed = filing::filed(&clients, load.filings).await?;
        office.empties_the_outbox().await?;
        let limit = match &replay {
            Some(replay) => Limit::Pgbench(tokio::task::block_in_place(|| replay.run(load.pgbench))?),
            None => Limit::Sqlite(limits::measure(office, load.filings).await?),
        };
        office.empties_the_outbox().await?;
        let written = filing::written(&clients, load.filings).await?;
        office.empties_the_outbox().await?;
        all.push(Throughput { filed, written, limit });
    }
    Ok(all)
}

fn check(load: &Load) -> anyhow::Result<()> {
    let positive = [load.due, load.letters, load.filings, load.clients, load.rounds];
    ensure!(positive.iter().all(|n| *n > 0), "every number must be more than zero");
    ensure!(load.rounds <= population::MOST_SETS, "at most {} --rounds", population::MOST_SETS);
    ensure!(load.tickets <= 1_000_000, "at most 1,000,000 --tickets");
    let due = load.due * load.rounds;
    ensure!(load.tickets >= due, "{due} tickets become due in {} rounds: more --tickets", load.rounds);
    let queued = load.filings * filing::LETTERS_EACH;
    ensure!(queued >= load.letters, "{} filings queue {queued} letters: more --filings", load.filings);
    Ok(())
}
