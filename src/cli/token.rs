//! `lizard token create`: bearer tokens for integrators. Printed once; only the hash is kept.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};

use crate::clock::{Clock, SystemClock};
use crate::desk::{Error, people};
use crate::secrets::Fresh;
use crate::settings::Settings;
use crate::web::auth::TOKEN_MARK;

#[derive(Subcommand)]
pub enum Token {
    /// Make a token and print it.
    Create(Create),
}

#[derive(Args)]
pub struct Create {
    #[arg(long)]
    name: String,
    /// tickets:read, tickets:write, or both with a comma
    #[arg(long, value_delimiter = ',', required = true)]
    scope: Vec<String>,
    /// Slug: the token acts as this partner's principal; without it, as a desk member.
    #[arg(long)]
    partner: Option<String>,
}

pub async fn run(settings: Settings, command: Token) -> anyhow::Result<ExitCode> {
    let Token::Create(create) = command;
    if let Some(other) = create.scope.iter().find(|s| !matches!(s.as_str(), "tickets:read" | "tickets:write"))
    {
        bail!("--scope: {other:?} is no scope; there are tickets:read and tickets:write");
    }
    let has = |scope: &str| create.scope.iter().any(|s| s == scope);
    let (reads, writes) = (has("tickets:read"), has("tickets:write"));
    let store = super::open(&settings).await?;
    let fresh = Fresh::marked(TOKEN_MARK);
    let (hash, now, name, partner) = (fresh.hash.clone(), SystemClock.now(), create.name, create.partner);
    let made = store
        .write(move |db| people::add_token(db, &name, &hash, reads, writes, partner.as_deref(), now))
        .await;
    match made {
        Ok(()) => {
            println!("{}", fresh.plain);
            Ok(ExitCode::SUCCESS)
        }
        Err(Error::Invalid(faults)) => {
            for fault in faults {
                eprintln!("lizard: --{}: {}", fault.field, fault.message);
            }
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}
