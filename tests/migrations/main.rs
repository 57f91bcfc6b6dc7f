//! The two databases are made alike, and as `src/store/schema.rs` says; every migration
//! goes up, down with data in it, and up again. PostgreSQL itself is asked where
//! TEST_DATABASE_URL names a server, in a database of its own; its text is read always.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    reason = "a test that cannot go on stops here"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

mod asked;
mod written;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};

use asked::{pg_schema, pg_tables, sqlite_schema, sqlite_tables};
use written::{indexes, schema_of_rust, schema_of_sql, words};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Text,
    Big,
    Int,
    Bool,
    Bytes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    type_: Type,
    nullable: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Table {
    columns: Vec<Column>,
    primary: Vec<String>,
    unique: BTreeSet<Vec<String>>,
}

type Schema = BTreeMap<String, Table>;

/// Tells the gate which database was opened, so that a half that did not run is noticed.
fn mark(kind: &str) {
    use std::io::Write;
    if let Some(path) = std::env::var_os("LIZARD_TEST_MARKER") {
        let mut marker = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        marker.write_all(format!("migrations {kind}\n").as_bytes()).unwrap();
    }
}

fn folder(database: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database)
}

fn names(database: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder(database)).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// All `up.sql`, one after the other, without comments.
fn up_text(database: &str) -> String {
    let read = |name: &String| {
        let text = std::fs::read_to_string(folder(database).join(name).join("up.sql")).unwrap();
        let lines: Vec<&str> = text.lines().map(|l| l.split("--").next().unwrap_or_default()).collect();
        lines.join("\n")
    };
    names(database).iter().map(read).collect()
}

/// SQLite has one kind of number.
fn with_one_number(mut schema: Schema) -> Schema {
    for column in schema.values_mut().flat_map(|table| &mut table.columns) {
        if !matches!(column.type_, Type::Text | Type::Bytes) {
            column.type_ = Type::Int;
        }
    }
    schema
}

/// `schema.rs` says nothing of unique columns.
fn without_unique(mut schema: Schema) -> Schema {
    for table in schema.values_mut() {
        table.unique.clear();
    }
    schema
}

fn assert_same(one: &Schema, other: &Schema, what: &str) {
    let tables = |schema: &Schema| schema.keys().cloned().collect::<Vec<_>>();
    assert_eq!(tables(one), tables(other), "{what}: tables");
    for (name, table) in one {
        let theirs = &other[name];
        assert_eq!(table.columns.len(), theirs.columns.len(), "{what}: {name}");
        for (a, b) in table.columns.iter().zip(&theirs.columns) {
            assert_eq!(a, b, "{what}: {name}");
        }
        assert_eq!(table.primary, theirs.primary, "{what}: {name}");
        assert_eq!(table.unique, theirs.unique, "{what}: {name}");
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Columns that refer to a table that is made later.
const LATER: [(&str, &str, &str); 2] = [("people", "partner_id", "1"), ("outbox", "layout", "'x'")];

/// One row in every table. All numbers are 1 and all texts `x`, so that every reference
/// finds its row; what refers to a later table does so at the end.
fn sample_data(schema: &Schema, tables: &[String], is_pg: bool) -> String {
    let mut statements = Vec::new();
    for name in tables {
        let value = |column: &Column| match column.type_ {
            _ if LATER.iter().any(|(table, later, _)| table == name && *later == column.name) => "NULL",
            Type::Text => "'x'",
            Type::Bytes if is_pg => "'\\x00'",
            Type::Bytes => "x'00'",
            Type::Bool if is_pg => "TRUE",
            Type::Bool | Type::Big | Type::Int => "1",
        };
        let columns = &schema[name].columns;
        let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
        let values: Vec<&str> = columns.iter().map(value).collect();
        statements.push(format!("INSERT INTO {name} ({}) VALUES ({});", names.join(", "), values.join(", ")));
    }
    for (table, column, value) in LATER {
        statements.push(format!("UPDATE {table} SET {column} = {value};"));
    }
    statements.join("\n")
}

/// The tables in the order in which they are made: none refers to a later one but by [`LATER`].
fn in_order(text: &str) -> Vec<String> {
    let made = |statement: &str| match words(statement).as_slice() {
        ["CREATE", "TABLE", name, ..] => Some((*name).to_owned()),
        _ => None,
    };
    text.split(';').filter_map(made).collect()
}

macro_rules! rows {
    ($c:expr, $tables:expr) => {
        $tables
            .iter()
            .map(|name| {
                diesel::sql_query(format!("SELECT COUNT(*) AS n FROM {name}"))
                    .get_result::<Count>($c)
                    .unwrap()
                    .n
            })
            .collect::<Vec<i64>>()
    };
}

fn rust_schema() -> Schema {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema.rs");
    schema_of_rust(&std::fs::read_to_string(path).unwrap())
}

#[test]
fn both_databases_have_the_same_migrations_each_with_a_way_back() {
    let names_here = names("sqlite");
    assert!(!names_here.is_empty());
    assert_eq!(names_here, names("postgres"));
    for database in ["sqlite", "postgres"] {
        for name in &names_here {
            for file in ["up.sql", "down.sql"] {
                let text = std::fs::read_to_string(folder(database).join(name).join(file));
                assert!(text.is_ok_and(|t| !t.trim().is_empty()), "{database}/{name}/{file}");
            }
        }
    }
}

#[test]
fn the_two_texts_make_the_same_tables_and_indexes() {
    let (sqlite, postgres) = (up_text("sqlite"), up_text("postgres"));
    let written = schema_of_sql(&postgres);
    assert!(written.len() >= 16, "{:?}", written.keys());
    assert_same(
        &with_one_number(schema_of_sql(&sqlite)),
        &with_one_number(written.clone()),
        "SQLite and PostgreSQL",
    );
    assert_eq!(indexes(&sqlite), indexes(&postgres));
    assert_same(&without_unique(written), &rust_schema(), "PostgreSQL and schema.rs");
}

#[test]
fn sqlite_goes_up_down_with_data_and_up_again() {
    let folder_of_file = tempfile::tempdir().unwrap();
    let file = folder_of_file.path().join("lizard.db");
    let mut c = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    mark("sqlite");
    // As the store opens it.
    c.batch_execute("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;")
        .unwrap();
    let migrations = || FileBasedMigrations::from_path(folder("sqlite")).unwrap();
    let text = up_text("sqlite");
    let tables = in_order(&text);

    c.run_pending_migrations(migrations()).unwrap();
    let made = sqlite_schema(&mut c);
    assert_same(&made, &with_one_number(schema_of_sql(&up_text("postgres"))), "SQLite and PostgreSQL's text");
    assert_same(&without_unique(made.clone()), &with_one_number(rust_schema()), "SQLite and schema.rs");

    c.batch_execute(&sample_data(&made, &tables, false)).unwrap();
    assert_eq!(rows!(&mut c, tables), vec![1; tables.len()]);
    c.revert_all_migrations(migrations()).unwrap();
    assert_eq!(sqlite_tables(&mut c), [""; 0]);
    c.run_pending_migrations(migrations()).unwrap();
    assert_same(&sqlite_schema(&mut c), &made, "SQLite, the second time");
    assert_eq!(rows!(&mut c, tables), vec![0; tables.len()]);
}

/// A database of this test's own, dropped with it.
struct Own {
    server: String,
    name: String,
    url: String,
}

impl Own {
    fn new(server: &str) -> Self {
        let name = format!("lizard_migrations_{}", std::process::id());
        let (base, query) =
            server.split_once('?').map_or((server, None), |(base, query)| (base, Some(query)));
        let base = base.trim_end_matches('/');
        let authority = base.find("://").map_or(0, |i| i + 3);
        let base = base[authority..].find('/').map_or(base, |i| &base[..authority + i]);
        let url = format!("{base}/{name}{}", query.map(|q| format!("?{q}")).unwrap_or_default());
        let own = Self { server: server.to_owned(), name, url };
        own.on_server(&format!("DROP DATABASE IF EXISTS {}", own.name));
        own.on_server(&format!("CREATE DATABASE {}", own.name));
        own
    }

    fn on_server(&self, sql: &str) {
        let mut c = PgConnection::establish(&self.server).expect("TEST_DATABASE_URL");
        c.batch_execute("SET client_min_messages = warning").unwrap();
        c.batch_execute(sql).unwrap();
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.on_server(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

#[test]
fn postgresql_goes_up_down_with_data_and_up_again() {
    let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
        eprintln!("TEST_DATABASE_URL is not set: PostgreSQL is not asked");
        return;
    };
    let own = Own::new(&server);
    let mut c = PgConnection::establish(&own.url).unwrap();
    mark("postgres");
    let migrations = || FileBasedMigrations::from_path(folder("postgres")).unwrap();
    let text = up_text("postgres");
    let tables = in_order(&text);

    c.run_pending_migrations(migrations()).unwrap();
    let made = pg_schema(&mut c);
    assert_same(&made, &schema_of_sql(&text), "PostgreSQL and its text");
    assert_same(&without_unique(made.clone()), &rust_schema(), "PostgreSQL and schema.rs");
    let mut sqlite = SqliteConnection::establish(":memory:").unwrap();
    sqlite.run_pending_migrations(FileBasedMigrations::from_path(folder("sqlite")).unwrap()).unwrap();
    assert_same(&with_one_number(made.clone()), &sqlite_schema(&mut sqlite), "PostgreSQL and SQLite");

    c.batch_execute(&sample_data(&made, &tables, true)).unwrap();
    assert_eq!(rows!(&mut c, tables), vec![1; tables.len()]);
    c.revert_all_migrations(migrations()).unwrap();
    assert_eq!(pg_tables(&mut c), [""; 0]);
    c.run_pending_migrations(migrations()).unwrap();
    assert_same(&pg_schema(&mut c), &made, "PostgreSQL, the second time");
    assert_eq!(rows!(&mut c, tables), vec![0; tables.len()]);
}

#[test]
fn a_difference_would_be_found() {
    let plain = "CREATE TABLE a (\n    id BIGINT NOT NULL PRIMARY KEY,\n    name TEXT NOT NULL UNIQUE,\n    rank INTEGER\n);";
    let others = [
        ("another name", plain.replace("rank", "range")),
        ("another type", plain.replace("rank INTEGER", "rank TEXT")),
        ("nullable", plain.replace("name TEXT NOT NULL", "name TEXT")),
        ("not unique", plain.replace(" UNIQUE", "")),
        (
            "another key",
            plain.replace(" PRIMARY KEY", "").replace("INTEGER\n", "INTEGER,\n PRIMARY KEY (id, name)\n"),
        ),
        (
            "another order",
            plain
                .replace("    rank INTEGER\n", "")
                .replace("(\n", "(\n    rank INTEGER,\n")
                .replace("UNIQUE,", "UNIQUE"),
        ),
        ("one column more", format!("{plain}\nALTER TABLE a ADD COLUMN more TEXT;")),
        ("one table more", format!("{plain}\nCREATE TABLE b (id BIGINT NOT NULL PRIMARY KEY);")),
        ("a unique index", format!("{plain}\nCREATE UNIQUE INDEX a_rank ON a (rank);")),
    ];
    let expected = schema_of_sql(plain);
    assert_eq!(expected["a"].columns.len(), 3);
    for (name, other) in others {
        assert_ne!(schema_of_sql(&other), expected, "{name}: {other}");
    }
    let rust = "diesel::table! {\n    a (id) {\n        id -> BigInt,\n        name -> Text,\n        rank -> Nullable<Integer>,\n    }\n}";
    assert_same(&schema_of_rust(rust), &without_unique(expected), "as it is");
}
