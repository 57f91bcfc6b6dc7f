//! The schema that a text says: that of the migrations, and that of `schema.rs`.

use std::collections::BTreeSet;

use super::{Column, Schema, Table, Type};

pub fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// `(a, b)` somewhere in a text.
fn listed(text: &str) -> Vec<String> {
    let inside = text.split_once('(').unwrap().1.split_once(')').unwrap().0;
    inside.split(',').map(|name| name.trim().to_owned()).collect()
}

/// Splits at commas outside parentheses.
fn clauses(text: &str) -> Vec<String> {
    let mut depth = 0;
    let mut clauses = vec![String::new()];
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        match clauses.last_mut() {
            Some(last) if c != ',' || depth > 0 => last.push(c),
            _ => clauses.push(String::new()),
        }
    }
    clauses.retain(|clause| !clause.trim().is_empty());
    clauses
}

pub fn written_type(word: &str) -> Type {
    match word {
        "TEXT" => Type::Text,
        "BIGINT" => Type::Big,
        "INTEGER" => Type::Int,
        "BOOLEAN" => Type::Bool,
        "BLOB" | "BYTEA" => Type::Bytes,
        other => panic!("this test knows no type {other}"),
    }
}

fn add_clause(table: &mut Table, clause: &str) {
    match words(clause).as_slice() {
        ["PRIMARY", ..] => table.primary = listed(clause),
        ["UNIQUE", ..] => {
            table.unique.insert(listed(clause));
        }
        ["FOREIGN" | "CONSTRAINT" | "CHECK", ..] => {}
        [name, type_, ..] => {
            let name = (*name).to_owned();
            if clause.contains("PRIMARY KEY") {
                table.primary = vec![name.clone()];
            }
            if clause.contains("UNIQUE") {
                table.unique.insert(vec![name.clone()]);
            }
            let nullable = !clause.contains("NOT NULL");
            table.columns.push(Column { name, type_: written_type(type_), nullable });
        }
        _ => panic!("what is {clause:?}?"),
    }
}

/// The schema that a text of CREATE TABLE, ALTER TABLE … ADD and CREATE UNIQUE INDEX makes.
pub fn schema_of_sql(text: &str) -> Schema {
    let mut schema = Schema::new();
    for statement in text.split(';') {
        match words(statement).as_slice() {
            ["CREATE", "TABLE", name, ..] => {
                let (_, body) = statement.split_once('(').unwrap();
                let (body, _) = body.rsplit_once(')').unwrap();
                let table = schema.entry((*name).to_owned()).or_default();
                for clause in &clauses(body) {
                    add_clause(table, clause);
                }
            }
            ["ALTER", "TABLE", name, "ADD", "COLUMN", rest @ ..] => {
                add_clause(schema.get_mut(*name).unwrap(), &rest.join(" "));
            }
            ["ALTER", "TABLE", _, "ADD", "FOREIGN", ..] => {}
            ["CREATE", "UNIQUE", "INDEX", _, "ON", table, ..] => {
                schema.get_mut(*table).unwrap().unique.insert(listed(statement));
            }
            // An index of words, which SQLite has in a table.
            ["CREATE", "VIRTUAL", ..] => {}
            ["CREATE" | "DROP", "INDEX", ..] | ["INSERT" | "UPDATE", ..] | [] => {}
            ["DROP", "TABLE", name] => {
                schema.remove(*name);
            }
            _ => panic!("this test cannot read {statement:?}: teach it"),
        }
    }
    schema
}

/// Indexes as they are written: their columns and conditions are the same text in both, but for
/// those of words.
pub fn indexes(text: &str) -> BTreeSet<String> {
    let statements = text.split(';').map(|s| words(s).join(" "));
    let indexes =
        statements.filter(|s| s.starts_with("CREATE INDEX") || s.starts_with("CREATE UNIQUE INDEX"));
    // SQLite's carry the row's number anyway.
    indexes.filter(|s| !s.contains(" USING gin ")).map(|s| s.replace(" INCLUDE (id)", "")).collect()
}

/// The `diesel::table!` blocks.
pub fn schema_of_rust(text: &str) -> Schema {
    let mut schema = Schema::new();
    for block in text.split("diesel::table! {").skip(1) {
        let (head, body) = block.split_once('{').unwrap();
        let name = head.split('(').next().unwrap().trim().to_owned();
        let columns = body.split('}').next().unwrap().lines().filter_map(|line| line.split_once(" -> "));
        let column = |(name, type_): (&str, &str)| {
            let type_ = type_.trim().trim_end_matches(',');
            let inner = type_.strip_prefix("Nullable<").map(|t| t.trim_end_matches('>'));
            let plain = match inner.unwrap_or(type_) {
                "Text" => Type::Text,
                "BigInt" => Type::Big,
                "Integer" => Type::Int,
                "Bool" => Type::Bool,
                "Binary" => Type::Bytes,
                other => panic!("this test knows no type {other}"),
            };
            Column { name: name.trim().to_owned(), type_: plain, nullable: inner.is_some() }
        };
        let table =
            Table { columns: columns.map(column).collect(), primary: listed(head), ..Table::default() };
        schema.insert(name, table);
    }
    schema
}
