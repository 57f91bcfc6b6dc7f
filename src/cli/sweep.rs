//! `lizard sweep`: one pass over every ticket whose clocks want a look.

use std::process::ExitCode;
use std::sync::Arc;

use crate::app::App;
use crate::clock::{Clock, SystemClock};
use crate::jobs::sweep::sweep;
use crate::settings::Settings;

pub async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let store = super::open(&settings).await?;
    let mailer = super::mailer(&settings)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let app = Arc::new(App::new(settings, store, Arc::clone(&clock), clock, mailer).await?);
    let swept = sweep(&app).await?;
    println!("{} tickets moved on, {} needed nothing, {} failed", swept.acted, swept.rested, swept.failed);
    Ok(if swept.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
