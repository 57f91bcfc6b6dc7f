//! `lizard check`: every mistake in the configuration with file and line, and every
//! rung on which nobody stands. Exits with 1 when there is any.

use std::path::Path;
use std::process::ExitCode;

use crate::clock::{Clock, SystemClock};
use crate::configuration::Seeds;
use crate::desk::Desk;
use crate::desk::configuration::{Changed, empty_rungs};
use crate::settings::Settings;

use super::migrate::migrate;

pub async fn run(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let mut wrong = 0_usize;
    let settings = match Settings::load(config) {
        Ok(settings) => settings,
        Err(mistakes) => {
            mistakes.iter().for_each(|mistake| println!("{mistake}"));
            return Ok(verdict(mistakes.len()));
        }
    };
    let seeds = match Seeds::load(&settings.files) {
        Ok(seeds) => Some(seeds),
        Err(mistakes) => {
            mistakes.iter().for_each(|mistake| println!("{mistake}"));
            wrong += mistakes.len();
            None
        }
    };
    if let Some(seeds) = seeds {
        let store = migrate(&settings, seeds, Changed::Ignore).await?;
        let now = SystemClock.now();
        let desk = Desk::new(&settings);
        let empty = store.read(move |db| empty_rungs(&desk, db, now)).await?;
        empty.iter().for_each(|rung| println!("{rung}"));
        wrong += empty.len();
    }
    Ok(verdict(wrong))
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
