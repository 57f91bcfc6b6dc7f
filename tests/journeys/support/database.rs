//! A database for one test, empty at first and gone afterwards.

use std::io::Write;
use std::process::Command;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use lizard::settings::{DatabaseUrl, Secret};
use tempfile::TempDir;

pub enum Database {
    Sqlite(TempDir),
    Postgres { server: String, name: String },
}

/// The one column that a test asks for.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Database {
    /// Notes which kind it was in the file that LIZARD_TEST_MARKER names.
    pub fn fresh() -> Self {
        let database = match std::env::var("TEST_DATABASE_URL") {
            Ok(server) if !server.is_empty() => {
                let random = uuid::Uuid::now_v7().simple().to_string();
                let name = format!("lizard_test_{random}");
                run(&server, &format!("CREATE DATABASE {name}"));
                Self::Postgres { server, name }
            }
            _ => Self::Sqlite(tempfile::tempdir().unwrap()),
        };
        if let Ok(marker) = std::env::var("LIZARD_TEST_MARKER") {
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(marker).unwrap();
            let line = format!("{} {}\n", env!("CARGO_CRATE_NAME"), database.kind());
            file.write_all(line.as_bytes()).unwrap();
        }
        database
    }

    /// An SQLite file, wherever the others are.
    pub fn file() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    /// Past the service: the column `value`, which is text, of every row.
    pub fn asks(&self, query: &str) -> Vec<String> {
        let query = diesel::sql_query(query);
        let rows: Vec<Row> = match self {
            Self::Sqlite(_) => query.load(&mut self.sqlite()),
            Self::Postgres { .. } => query.load(&mut PgConnection::establish(&self.text()).unwrap()),
        }
        .unwrap();
        rows.into_iter().map(|row| row.value).collect()
    }

    /// Past the service: changes what is there.
    pub fn does(&self, statement: &str) {
        let statement = diesel::sql_query(statement);
        match self {
            Self::Sqlite(_) => statement.execute(&mut self.sqlite()),
            Self::Postgres { .. } => statement.execute(&mut PgConnection::establish(&self.text()).unwrap()),
        }
        .unwrap();
    }

    /// Past the service and past every rule of the database: several statements, whatever they break.
    pub fn breaks(&self, statements: &str) {
        let done = match self {
            Self::Sqlite(_) => {
                self.sqlite().batch_execute(&format!("PRAGMA foreign_keys = OFF; {statements}"))
            }
            Self::Postgres { .. } => PgConnection::establish(&self.text())
                .unwrap()
                .batch_execute(&format!("SET session_replication_role = replica; {statements}")),
        };
        done.unwrap_or_else(|e| panic!("{e}: {statements}"));
    }

    /// Another program on it: `lizard` with these arguments, parted by spaces.
    pub fn lizard(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lizard"));
        command.args(arguments.split_whitespace()).env("LIZARD__DATABASE__URL", self.text());
        command
    }

    /// `lizard verify`: whether everything holds, and what it says.
    pub fn verified(&self) -> (bool, String) {
        let said = self.lizard("verify").output().unwrap();
        let text = String::from_utf8(said.stdout).unwrap();
        assert!(!text.is_empty(), "{}", String::from_utf8_lossy(&said.stderr));
        (said.status.success(), text)
    }

    /// Fails with everything that does not hold.
    pub fn must_hold(&self) {
        let (holds, said) = self.verified();
        assert!(holds && said.contains("everything holds"), "{said}");
    }

    fn sqlite(&self) -> SqliteConnection {
        let text = self.text();
        let mut connection = SqliteConnection::establish(text.trim_start_matches("sqlite:")).unwrap();
        diesel::sql_query("PRAGMA busy_timeout = 5000").execute(&mut connection).unwrap();
        connection
    }

    /// As it stands in `database.url`.
    pub fn text(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("lizard.db").display()),
            Self::Postgres { server, name } => sibling(server, name),
        }
    }

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
            && let Ok(mut connection) = PgConnection::establish(server)
        {
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            // What is left behind is another run's to sweep up; the test has ended.
            let _ = diesel::sql_query(drop).execute(&mut connection);
        }
    }
}

/// The URL of another database on the same server.
fn sibling(server: &str, name: &str) -> String {
    let (path, query) = server.split_once('?').map_or((server, None), |(p, q)| (p, Some(q)));
    let (host, _) = path.rsplit_once('/').unwrap();
    match query {
        Some(query) => format!("{host}/{name}?{query}"),
        None => format!("{host}/{name}"),
    }
}

fn run(server: &str, statement: &str) {
    let mut connection = PgConnection::establish(server).expect("TEST_DATABASE_URL");
    diesel::sql_query(statement).execute(&mut connection).unwrap();
}

#[test]
fn another_database_of_the_same_server_keeps_the_rest_of_the_url() {
    assert_eq!(sibling("postgres://u:p@h:5432/postgres", "x"), "postgres://u:p@h:5432/x");
    assert_eq!(sibling("postgres://h/a?sslmode=disable", "x"), "postgres://h/x?sslmode=disable");
}
