//! The schema that a database says it has.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::written::written_type;
use super::{Column, Schema, Table};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    #[diesel(sql_type = BigInt)]
    place: i64,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    column: String,
}

fn ordered(mut rows: Vec<Row>) -> Vec<String> {
    rows.retain(|row| row.place > 0);
    rows.sort_by_key(|row| row.place);
    rows.into_iter().map(|row| row.name).collect()
}

/// Keys by name, each with its columns in order.
fn unique_of(keys: Vec<Key>) -> BTreeSet<Vec<String>> {
    let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for key in keys.into_iter().filter(|key| key.kind == "unique") {
        by_name.entry(key.name).or_default().push(key.column);
    }
    by_name.into_values().collect()
}

pub fn sqlite_tables(c: &mut SqliteConnection) -> Vec<String> {
    // Neither virtual tables nor what they are made of.
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' \
        AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    diesel::sql_query(sql).load::<Name>(c).unwrap().into_iter().map(|row| row.name).collect()
}

pub fn sqlite_schema(c: &mut SqliteConnection) -> Schema {
    let mut schema = Schema::new();
    for name in sqlite_tables(c) {
        let columns = "SELECT name, type AS kind, \"notnull\" = 0 AS nullable, CAST(pk AS BIGINT) AS place \
            FROM pragma_table_info(?) ORDER BY cid";
        let rows: Vec<Row> = diesel::sql_query(columns).bind::<Text, _>(&name).load(c).unwrap();
        let keys = "SELECT i.name AS name, 'unique' AS kind, c.name AS \"column\" \
            FROM pragma_index_list(?) i, pragma_index_info(i.name) c \
            WHERE i.\"unique\" = 1 AND i.origin <> 'pk' ORDER BY i.name, c.seqno";
        let keys: Vec<Key> = diesel::sql_query(keys).bind::<Text, _>(&name).load(c).unwrap();
        let column = |row: &Row| Column {
            name: row.name.clone(),
            type_: written_type(&row.kind),
            nullable: row.nullable,
        };
        let columns = rows.iter().map(column).collect();
        schema.insert(name, Table { columns, primary: ordered(rows), unique: unique_of(keys) });
    }
    schema
}

pub fn pg_tables(c: &mut PgConnection) -> Vec<String> {
    let sql = "SELECT table_name::text AS name FROM information_schema.tables \
        WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' ORDER BY table_name";
    diesel::sql_query(sql).load::<Name>(c).unwrap().into_iter().map(|row| row.name).collect()
}

pub fn pg_schema(c: &mut PgConnection) -> Schema {
    let mut schema = Schema::new();
    for name in pg_tables(c) {
        let columns = "SELECT c.column_name::text AS name, upper(c.data_type::text) AS kind, \
                c.is_nullable = 'YES' AS nullable, COALESCE(k.ordinal_position, 0)::bigint AS place \
            FROM information_schema.columns c \
            LEFT JOIN information_schema.table_constraints t ON t.table_schema = c.table_schema \
                AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY' \
            LEFT JOIN information_schema.key_column_usage k ON k.constraint_schema = t.constraint_schema \
                AND k.constraint_name = t.constraint_name AND k.column_name = c.column_name \
            WHERE c.table_schema = 'public' AND c.table_name = $1 ORDER BY c.ordinal_position";
        let rows: Vec<Row> = diesel::sql_query(columns).bind::<Text, _>(&name).load(c).unwrap();
        // Not information_schema: that knows no unique index without a constraint.
        let keys = "SELECT i.relname::text AS name, 'unique' AS kind, a.attname::text AS \"column\" \
            FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
            CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k (number, place) \
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number \
            WHERE t.relnamespace = 'public'::regnamespace AND t.relname = $1 \
                AND x.indisunique AND NOT x.indisprimary ORDER BY i.relname, k.place";
        let keys: Vec<Key> = diesel::sql_query(keys).bind::<Text, _>(&name).load(c).unwrap();
        let column = |row: &Row| Column {
            name: row.name.clone(),
            type_: written_type(&row.kind),
            nullable: row.nullable,
        };
        let columns = rows.iter().map(column).collect();
        schema.insert(name, Table { columns, primary: ordered(rows), unique: unique_of(keys) });
    }
    schema
}
