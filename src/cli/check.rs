//! `lizard check`: every mistake in the configuration with file and line, and every
//! rung on which nobody stands. Exits with 1 when there is any.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::clock::{Clock, SystemClock};
use crate::configuration::Seeds;
use crate::desk::Desk;
use crate::desk::configuration::{EmptyRung, empty_rungs};
use crate::domain::ladder::Rung;
use crate::settings::{DatabaseUrl, Settings};
use crate::store::Store;

pub async fn run(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let mut wrong = 0_usize;
    let settings = match Settings::load(config) {
        Ok(settings) => settings,
        Err(mistakes) => {
            print(&mistakes);
            return Ok(verdict(mistakes.len()));
        }
    };
    let seeds = match Seeds::load(&settings.files) {
        Ok(seeds) => Some(seeds),
        Err(mistakes) => {
            print(&mistakes);
            wrong += mistakes.len();
            None
        }
    };
    if let Some(seeds) = seeds {
        let empty = who_is_missing(&settings, &seeds).await?;
        print(&empty);
        wrong += empty.len();
    }
    Ok(verdict(wrong))
}

/// The rungs on which nobody stands. Looks and changes nothing: a database that is not
/// there yet has nobody in it.
async fn who_is_missing(settings: &Settings, seeds: &Seeds) -> anyhow::Result<Vec<EmptyRung>> {
    if let DatabaseUrl::Sqlite(path) = &settings.database.url
        && !path.exists()
    {
        let whom = "every partner";
        let empty = |r: &Rung| EmptyRung { rung: r.number, name: r.name.clone(), whom: whom.to_owned() };
        return Ok(seeds.ladder.rungs.iter().map(empty).collect());
    }
    let store = Store::open(&settings.database.url, 1)?;
    let (desk, now) = (Desk::new(settings), SystemClock.now());
    let found = store.read(move |db| empty_rungs(&desk, db, now)).await;
    found.context("the database cannot be read; `lizard migrate` brings it up to this program")
}

fn print<T: std::fmt::Display>(lines: &[T]) {
    for line in lines {
        println!("{line}");
    }
}

fn verdict(wrong: usize) -> ExitCode {
    match wrong {
        0 => {
            println!("The configuration is fine, and somebody stands on every rung.");
            ExitCode::SUCCESS
        }
        1 => {
            println!("1 mistake.");
            ExitCode::FAILURE
        }
        n => {
            println!("{n} mistakes.");
            ExitCode::FAILURE
        }
    }
}
