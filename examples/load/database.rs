//! Databases that are made for a run and go with it.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context;
use diesel::prelude::*;
use lizard::settings::{DatabaseUrl, Secret};
use tempfile::TempDir;

/// Where databases are made.
#[derive(Clone)]
pub enum Place {
    /// In this folder, or where temporary files are.
    Sqlite(Option<PathBuf>),
    /// On the server of this URL.
    Postgres(String),
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "sqlite" => Ok(Self::Sqlite(None)),
            Some(("sqlite", folder)) if !folder.is_empty() => Ok(Self::Sqlite(Some(folder.into()))),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            _ => Err("must be sqlite, sqlite:<folder> or postgres://…".to_owned()),
        }
    }
}

impl Place {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// A new one, without anything in it.
    pub fn make(&self) -> anyhow::Result<Database> {
        match self {
            Self::Sqlite(None) => Ok(Database::Sqlite(tempfile::tempdir()?)),
            Self::Sqlite(Some(folder)) => Ok(Database::Sqlite(tempfile::tempdir_in(folder)?)),
            Self::Postgres(server) => {
                let name = format!("lizard_load_{}", uuid::Uuid::now_v7().simple());
                run(server, &format!("CREATE DATABASE {name}"))?;
                Ok(Database::Postgres { server: server.clone(), name })
            }
        }
    }
}

/// Gone when it is dropped.
pub enum Database {
    Sqlite(TempDir),
    Postgres { server: String, name: String },
}

impl Database {
    pub fn url(&self) -> DatabaseUrl {
        match self {
            Self::Sqlite(folder) => DatabaseUrl::Sqlite(folder.path().join("lizard.db")),
            Self::Postgres { server, name } => DatabaseUrl::Postgres(Secret::new(sibling(server, name))),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self
            && let Err(error) = run(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        {
            eprintln!("load: the database {name} is left behind: {error:#}");
        }
    }
}

/// The URL of another database on the same server.
fn sibling(server: &str, name: &str) -> String {
    let (path, query) = server.split_once('?').map_or((server, String::new()), |(p, q)| (p, format!("?{q}")));
    let host = match path.rsplit_once('/') {
        Some((host, _)) if !host.ends_with('/') => host,
        _ => path,
    };
    format!("{host}/{name}{query}")
}

fn run(server: &str, statement: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::establish(server).context("the PostgreSQL server")?;
    diesel::sql_query(statement).execute(&mut connection)?;
    Ok(())
}
