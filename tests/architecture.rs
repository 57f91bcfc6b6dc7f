//! Who may import whom (HOUSE §1), and what may stand where: the sources are read as
//! text, and every offence is listed with its file and line. What tests import is theirs.

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

use std::collections::BTreeSet;
use std::path::Path;

/// The ring of a top-level module, and what it may import of the others. An entry with a
/// path allows only what is below it.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain", "settings::DatabaseUrl"]),
    ("mail", &["domain", "secrets"]),
    ("desk", &["domain", "store", "mail::compose", "mail::render", "configuration", "settings", "secrets"]),
    ("app", &["domain", "store", "mail", "desk", "clock", "settings", "configuration", "reader", "secrets"]),
    ("web", &["domain", "store", "desk", "app", "clock", "settings", "configuration", "reader", "secrets"]),
    ("jobs", &["domain", "store", "mail", "desk", "app", "clock", "settings", "configuration", "secrets"]),
    // The commands start the other doors.
    (
        "cli",
        &[
            "domain",
            "store",
            "mail",
            "desk",
            "app",
            "web",
            "jobs",
            "clock",
            "settings",
            "configuration",
            "reader",
            "secrets",
        ],
    ),
    ("configuration", &["reader", "domain", "settings::Files"]),
    ("settings", &["reader"]),
    ("reader", &[]),
    ("secrets", &[]),
    ("clock", &[]),
    // The roots: they name the modules and start the program.
    ("lib", &[]),
    ("main", &["cli"]),
];

/// One file more than its ring.
const MAY_ALSO_IMPORT: &[(&str, &[&str])] =
    // Letters leave by what `mail.url` says.
    &[("src/mail/mailer.rs", &["settings::MailUrl"])];

/// What the pure core is made of.
const DOMAIN_CRATES: &[&str] = &["jiff", "serde", "thiserror", "unicode_normalization"];
const NOT_PURE: &[&str] =
    &["std::env", "std::fs", "std::io", "std::net", "std::process", "std::thread", "std::time", "async fn"];

const READS_THE_TIME: &[&str] = &["Timestamp::now", "SystemTime::now", "Zoned::now", "Instant::now"];

/// Outside the store, only the error is known, and only to those who translate it.
const MAY_NAME_THE_ERROR: &[&str] = &["src/desk/mod.rs", "src/desk/configuration.rs"];

const LONGEST_FILE: usize = 500;

struct Source {
    /// From the root of the project, with slashes.
    path: String,
    text: String,
}

impl Source {
    /// The modules from the crate's root down to this file: `["domain", "ticket"]`.
    fn module(&self) -> Vec<&str> {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let mut names: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
        if names.len() > 1 && names.last() == Some(&"mod") {
            names.pop();
        }
        names
    }

    fn at(&self, offset: usize, what: &str) -> String {
        let line = 1 + self.text[..offset].bytes().filter(|&b| b == b'\n').count();
        format!("{}:{line}: {what}", self.path)
    }
}

/// Every `.rs` file below `folder`, comments blanked out.
fn sources(folder: &Path, root: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path, root));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            found.push(Source { path, text });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// With every line comment turned to spaces: offsets stay.
fn without_comments(text: &str) -> String {
    let blank = |line: &str| match line.match_indices("//").find(|(i, _)| !line[..*i].ends_with(':')) {
        Some((start, _)) => format!("{}{}", &line[..start], " ".repeat(line.len() - start)),
        None => line.to_owned(),
    };
    text.split('\n').map(blank).collect::<Vec<_>>().join("\n")
}

/// Modules that are compiled for tests only: named so, or declared so.
fn is_for_tests(source: &Source, declared: &BTreeSet<String>) -> bool {
    let module = source.module();
    module.contains(&"tests") || (1..=module.len()).any(|n| declared.contains(&module[..n].join("::")))
}

fn declared_for_tests(sources: &[Source]) -> BTreeSet<String> {
    let mut declared = BTreeSet::new();
    for source in sources {
        for (start, mark) in source.text.match_indices("#[cfg(test)]") {
            let next = source.text[start + mark.len()..].trim_start();
            let line = next.lines().next().unwrap_or_default();
            if let Some((_, name)) = line.split_once("mod ")
                && let Some(name) = name.strip_suffix(';')
            {
                let mut module = source.module();
                module.push(name);
                declared.insert(module.join("::"));
            }
        }
    }
    declared
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where `needle` stands as words of its own.
fn words(text: &str, needle: &str) -> Vec<usize> {
    let alone = |&(start, _): &(usize, &str)| {
        !text[..start].ends_with(is_word)
            && !text[..start].ends_with("::")
            && !text[start + needle.len()..].starts_with(is_word)
    };
    text.match_indices(needle).filter(alone).map(|(start, _)| start).collect()
}

/// The paths that follow `start`, groups in braces taken apart: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths(text: &str, start: usize, prefix: &str) -> Vec<(usize, String)> {
    let rest = &text[start..];
    let offset = start + rest.len() - rest.trim_start().len();
    let rest = rest.trim_start();
    if let Some(group) = rest.strip_prefix('{') {
        let mut found = paths(text, offset + 1, prefix);
        let mut depth = 1;
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => found.extend(paths(text, offset + 1 + i + 1, prefix)),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        return found;
    }
    let name: String = rest.chars().take_while(|&c| is_word(c)).collect();
    if name.is_empty() {
        return Vec::new();
    }
    let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}::{name}") };
    match rest[name.len()..].strip_prefix("::") {
        Some(_) => {
            let deeper = paths(text, offset + name.len() + 2, &path);
            if deeper.is_empty() { vec![(offset, path)] } else { deeper }
        }
        None => vec![(offset, path)],
    }
}

/// Everything of this crate that a file names, from the crate's root.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let text = &source.text;
    let mut found = Vec::new();
    for root in ["crate::", "lizard::"] {
        for start in words(text, root.trim_end_matches(':')) {
            if text[start..].starts_with(root) {
                found.extend(paths(text, start + root.len(), ""));
            }
        }
    }
    let depth = source.module().len();
    for start in words(text, "super") {
        let mut at = start;
        let mut up = 0;
        while text[at..].starts_with("super::") {
            at += "super::".len();
            up += 1;
        }
        // Further up than its own ring: it names a neighbour.
        if up == depth && source.module() != ["lib"] {
            found.extend(paths(text, at, ""));
        }
    }
    found
}

fn is_below(path: &str, allowed: &str) -> bool {
    path == allowed || path.strip_prefix(allowed).is_some_and(|rest| rest.starts_with("::"))
}

/// Every offence of these sources, `dependencies` being the crates of Cargo.toml.
fn offences(sources: &[Source], dependencies: &[String]) -> Vec<String> {
    let declared = declared_for_tests(sources);
    let mut found = Vec::new();
    for source in sources {
        let lines = source.text.lines().count();
        if lines > LONGEST_FILE {
            found.push(format!("{}:{lines}: longer than {LONGEST_FILE} lines", source.path));
        }
        if is_for_tests(source, &declared) {
            continue;
        }
        let source = &Source { path: source.path.clone(), text: without_comments(&source.text) };
        found.extend(import_offences(source));
        found.extend(place_offences(source, dependencies));
    }
    found
}

fn import_offences(source: &Source) -> Vec<String> {
    let module = source.module();
    let ring = module[0];
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == ring) else {
        return vec![source.at(0, &format!("{ring} is no ring of the house: give it a line in MAY_IMPORT"))];
    };
    let also =
        MAY_ALSO_IMPORT.iter().find(|(path, _)| *path == source.path).map_or(&[][..], |(_, also)| also);
    imports(source)
        .into_iter()
        .filter(|(_, path)| !is_below(path, ring))
        .filter(|(_, path)| MAY_IMPORT.iter().any(|(name, _)| is_below(path, name)))
        .filter(|(_, path)| !allowed.iter().chain(also).any(|allowed| is_below(path, allowed)))
        .map(|(offset, path)| source.at(offset, &format!("{ring} may not import {path}")))
        .collect()
}

fn place_offences(source: &Source, dependencies: &[String]) -> Vec<String> {
    let ring = source.module()[0];
    let text = &source.text;
    let mut found = Vec::new();
    let mut forbid = |what: &str, why: &str| {
        for offset in words(text, what) {
            found.push(source.at(offset, &format!("{what}: {why}")));
        }
    };
    if ring == "domain" {
        for what in NOT_PURE {
            forbid(what, "the domain is pure");
        }
        for dependency in dependencies.iter().filter(|d| !DOMAIN_CRATES.contains(&d.as_str())) {
            for offset in words(text, dependency) {
                if text[offset + dependency.len()..].starts_with("::") {
                    found.push(source.at(offset, &format!("{dependency}: the domain is pure")));
                }
            }
        }
    }
    let mut forbid = |what: &str, why: &str| {
        for offset in words(text, what) {
            found.push(source.at(offset, &format!("{what}: {why}")));
        }
    };
    if ring != "clock" {
        for what in READS_THE_TIME {
            forbid(what, "only src/clock.rs reads the time");
        }
        for what in [
            "jiff::Timestamp::now",
            "jiff::Zoned::now",
            "std::time::SystemTime::now",
            "std::time::Instant::now",
        ] {
            forbid(what, "only src/clock.rs reads the time");
        }
    }
    if !["settings", "cli", "domain"].contains(&ring) {
        forbid("std::env", "only the settings and the commands read the environment");
    }
    if ring != "store" && ring != "domain" {
        for offset in words(text, "diesel").into_iter().chain(words(text, "diesel_migrations")) {
            let error = text[offset..].starts_with("diesel::result::Error");
            if !(error && MAY_NAME_THE_ERROR.contains(&source.path.as_str())) {
                found.push(source.at(offset, "diesel: only the store knows it"));
            }
        }
    }
    found
}

/// The crates that Cargo.toml names, as they are written in code.
fn dependencies(root: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let section = text.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    section.lines().filter_map(|l| l.split_once(" =")).map(|(name, _)| name.replace('-', "_")).collect()
}

#[test]
fn the_sources_keep_to_the_shape_of_the_house() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dependencies = dependencies(root);
    assert!(dependencies.len() > 20, "{dependencies:?}");
    let sources = sources(&root.join("src"), root);
    assert!(sources.len() > 50);
    let found = offences(&sources, &dependencies);
    assert!(found.is_empty(), "{} offences:\n{}", found.len(), found.join("\n"));
}

#[test]
fn an_offence_is_found_wherever_it_stands() {
    let long = "\n".repeat(501);
    let cases: [(&str, &str, &[&str]); 22] = [
        (
            "src/domain/a.rs",
            "\nuse crate::store::Db;",
            &["src/domain/a.rs:2: domain may not import store::Db"],
        ),
        (
            "src/domain/a.rs",
            "use crate::{\n    domain::b,\n    desk::{self, c},\n};",
            &[
                "src/domain/a.rs:3: domain may not import desk::self",
                "src/domain/a.rs:3: domain may not import desk::c",
            ],
        ),
        (
            "src/domain/ticket/dates.rs",
            "fn f() { super::super::super::clock::now() }",
            &["src/domain/ticket/dates.rs:1: domain may not import clock::now"],
        ),
        ("src/domain/ticket/dates.rs", "use super::super::event::What;", &[]),
        ("src/domain/a.rs", "// use crate::store::Db; std::env", &[]),
        ("src/domain/tests.rs", "use crate::store::Db;", &[]),
        (
            "src/domain/a.rs",
            "use tokio::sync::Mutex;\nlet x = serde_json::to_string(&y);\nstd::fs::read(p)",
            &[
                "src/domain/a.rs:3: std::fs: the domain is pure",
                "src/domain/a.rs:2: serde_json: the domain is pure",
                "src/domain/a.rs:1: tokio: the domain is pure",
            ],
        ),
        (
            "src/store/a.rs",
            "use crate::settings::{DatabaseUrl, MailUrl};",
            &["src/store/a.rs:1: store may not import settings::MailUrl"],
        ),
        (
            "src/mail/a.rs",
            "use crate::store::outbox;",
            &["src/mail/a.rs:1: mail may not import store::outbox"],
        ),
        ("src/mail/mailer.rs", "use crate::settings::MailUrl;", &[]),
        ("src/desk/a.rs", "use crate::mail::mailer;", &["src/desk/a.rs:1: desk may not import mail::mailer"]),
        ("src/web/a.rs", "use crate::jobs;", &["src/web/a.rs:1: web may not import jobs"]),
        ("src/jobs.rs", "use crate::web::server;", &["src/jobs.rs:1: jobs may not import web::server"]),
        ("src/clock.rs", "use crate::settings;", &["src/clock.rs:1: clock may not import settings"]),
        ("src/clock.rs", "Timestamp::now()", &[]),
        (
            "src/desk/a.rs",
            "let a = 1;\nlet now = jiff::Timestamp::now();\nlet then = Instant::now();",
            &[
                "src/desk/a.rs:3: Instant::now: only src/clock.rs reads the time",
                "src/desk/a.rs:2: jiff::Timestamp::now: only src/clock.rs reads the time",
            ],
        ),
        (
            "src/mail/a.rs",
            "std::env::var(\"HOME\")",
            &["src/mail/a.rs:1: std::env: only the settings and the commands read the environment"],
        ),
        ("src/cli/a.rs", "std::env::args()", &[]),
        ("src/desk/mod.rs", "use diesel::result::Error;", &[]),
        (
            "src/desk/mod.rs",
            "use diesel::prelude::*;",
            &["src/desk/mod.rs:1: diesel: only the store knows it"],
        ),
        (
            "src/utils.rs",
            "",
            &["src/utils.rs:1: utils is no ring of the house: give it a line in MAY_IMPORT"],
        ),
        ("src/domain/tests.rs", &long, &["src/domain/tests.rs:501: longer than 500 lines"]),
    ];
    let known = ["diesel", "jiff", "serde_json", "tokio"].map(str::to_owned);
    for (path, text, expected) in cases {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        assert_eq!(offences(&[source], &known), expected, "{path}: {text}");
    }
}

#[test]
fn a_module_declared_for_tests_may_import_what_it_likes() {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let samples = || source("src/domain/samples/case.rs", "use crate::configuration::LADDER;");
    let declared = source("src/domain/mod.rs", "#[cfg(test)]\npub(crate) mod samples;\npub mod words;");
    assert_eq!(offences(&[declared, samples()], &[]), [""; 0]);
    let plain = source("src/domain/mod.rs", "pub mod samples;");
    assert_eq!(offences(&[plain, samples()], &[]).len(), 1);
}
