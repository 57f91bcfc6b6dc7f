//! `lizard deliver`: sends every letter that is due, once. Works beside a running service:
//! each letter is claimed by one of them.

use std::process::ExitCode;
use std::sync::Arc;

use crate::app::App;
use crate::clock::{Clock, SystemClock};
use crate::jobs::delivery::deliver;
use crate::settings::Settings;

pub async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let store = super::open(&settings).await?;
    let mailer = super::mailer(&settings)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let app = Arc::new(App::new(settings, store, Arc::clone(&clock), clock, mailer).await?);
    println!("{}", deliver(&app).await?);
    Ok(ExitCode::SUCCESS)
}
