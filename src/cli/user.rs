//! `lizard user add`: people, without a browser.

use std::io::Read;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};

use crate::clock::{Clock, SystemClock};
use crate::desk::people::{self, Credential};
use crate::desk::{Desk, Error};
use crate::domain::person::{NewPerson, Role, parse_email};
use crate::secrets::{self, Fresh, LONGEST_PASSWORD, SHORTEST_PASSWORD};
use crate::settings::Settings;

#[derive(Subcommand)]
pub enum User {
    /// Add somebody. Without --password-stdin they are invited by letter, and the link is printed.
    Add(Add),
}

#[derive(Args)]
pub struct Add {
    #[arg(long, value_parser = |text: &str| parse_email(text).map_err(str::to_owned))]
    email: String,
    #[arg(long, value_parser = parse_name)]
    name: String,
    /// desk, channel_manager, director, vp, admin, contact or principal
    #[arg(long, value_parser = |text: &str| text.parse::<Role>().map_err(|e| e.to_string()))]
    role: Role,
    /// Slug of the partner; of contacts and principals.
    #[arg(long)]
    partner: Option<String>,
    /// Of directors; of channel managers, if you like.
    #[arg(long)]
    region: Option<String>,
    /// Code of a resolver team, several times for several; a desk member without any serves every team.
    #[arg(long = "team", value_delimiter = ',')]
    teams: Vec<String>,
    /// Leads those teams.
    #[arg(long)]
    lead: bool,
    /// Such as Europe/Berlin; the partner's when absent, else UTC.
    #[arg(long)]
    time_zone: Option<String>,
    /// Read the password from standard input.
    #[arg(long)]
    password_stdin: bool,
}

fn parse_name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if (1..=120).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err("must be 1 to 120 characters without control characters")
    }
}

pub async fn run(settings: Settings, command: User) -> anyhow::Result<ExitCode> {
    let User::Add(add) = command;
    let fresh = Fresh::new();
    let credential = if add.password_stdin {
        Credential::Password(secrets::hash_password(&read_password()?)?)
    } else {
        Credential::Invitation(fresh.clone())
    };
    let new = NewPerson {
        email: add.email,
        name: add.name,
        role: add.role,
        partner: add.partner,
        region: add.region,
        teams: add.teams,
        lead: add.lead,
        zone: add.time_zone,
    };
    let store = super::open(&settings).await?;
    let desk = std::sync::Arc::new(Desk::new(&settings));
    let (at, with) = (SystemClock.now(), std::sync::Arc::clone(&desk));
    let added = store.write(move |db| people::add(&with, db, &new, &credential, &[], at)).await;
    match added {
        Ok(person) => {
            println!("Added {} <{}>, {}.", person.name, person.email, person.role.label());
            if !add.password_stdin {
                println!("They set their password at {}", people::invitation_url(&desk, &fresh));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(Error::Invalid(faults)) => {
            for fault in faults {
                eprintln!(
                    "lizard: --{}: {}",
                    fault.field.replace('_', "-").trim_end_matches('s'),
                    fault.message
                );
            }
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}

fn read_password() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().take(4096).read_to_string(&mut text).context("the password on standard input")?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.chars().count() < SHORTEST_PASSWORD || password.len() > LONGEST_PASSWORD {
        bail!("the password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters");
    }
    Ok(password.to_owned())
}
