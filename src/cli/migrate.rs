//! `lizard migrate`: the schema, and configuration files that have changed.

use std::process::ExitCode;

use jiff::Timestamp;

use crate::clock::{Clock, SystemClock};
use crate::configuration::Seeds;
use crate::desk::configuration::{Changed, seed};
use crate::settings::Settings;
use crate::store::{self, Store};

use super::seeds;

pub async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let seeds = seeds(&settings)?;
    migrate(&settings, seeds, Changed::Adopt, SystemClock.now()).await?;
    println!("The database is up to date.");
    Ok(ExitCode::SUCCESS)
}

/// Migrates and seeds, and says what it did. What is new is in force from `now`.
pub async fn migrate(
    settings: &Settings,
    seeds: Seeds,
    changed: Changed,
    now: Timestamp,
) -> anyhow::Result<Store> {
    let url = settings.database.url.clone();
    #[expect(clippy::disallowed_methods, reason = "migrating has a connection of its own")]
    let applied = tokio::task::spawn_blocking(move || store::migrate(&url)).await??;
    for name in applied {
        tracing::info!(migration = %name, "migrated");
    }
    let store = Store::open(&settings.database.url, settings.database.pool)?;
    let seeded = store.write(move |db| seed(db, &seeds, changed, now)).await?;
    for each in seeded {
        tracing::info!(kind = %each.kind, version = each.version, "a new version is in force");
    }
    Ok(store)
}
