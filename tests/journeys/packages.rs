//! What lies beside the program is true of it: the packages, the alerts and the documents
//! name commands, figures and files that there are. Variables: `src/settings/tests`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::support::*;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every word of small letters and `_` that starts like this.
fn words_from(text: &str, start: &str) -> BTreeSet<String> {
    let end = |c: char| !c.is_ascii_lowercase() && c != '_';
    let word = |rest: &str| format!("{start}{}", rest.split(end).next().unwrap_or_default());
    text.split(start).skip(1).map(word).collect()
}

#[tokio::test]
async fn the_figures_that_are_documented_and_watched_are_those_that_are_shown() {
    let desk = TestDesk::open().await;
    desk.looks().await;
    let shown = desk.client.get(format!("{}/metrics", desk.url)).send().await.unwrap().text().await.unwrap();
    let shown = words_from(&shown, "lizard_");
    assert!(shown.contains("lizard_last_sweep_timestamp_seconds"), "{shown:?}");
    assert_eq!(words_from(&read("docs/OPERATIONS.md"), "lizard_"), shown);
    let watched = words_from(&read("packaging/prometheus/lizard.rules.yml"), "lizard_");
    let unknown: Vec<_> = watched.difference(&shown).collect();
    assert!(!watched.is_empty() && unknown.is_empty(), "{unknown:?}");
}

/// The commands of the program, as its help lists them.
fn commands() -> BTreeSet<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_lizard")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, rest) = help.split_once("Commands:\n").unwrap();
    let lines = rest.lines().take_while(|line| line.starts_with("  "));
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// What follows each of these starts, up to the end of the word.
fn called(text: &str, starts: &[&str]) -> Vec<String> {
    let end = |c: char| !c.is_ascii_lowercase();
    let after = |start: &&str| {
        let words = text.split(*start).skip(1).map(|rest| rest.split(end).next().unwrap_or_default());
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    starts.iter().flat_map(after).collect()
}

#[test]
fn the_commands_that_documents_and_packages_call_are_commands() {
    let commands = commands();
    assert!(commands.contains("serve") && commands.contains("health"), "{commands:?}");
    for (file, starts) in [
        ("README.md", &["`lizard ", "| lizard "][..]),
        ("docs/OPERATIONS.md", &["`lizard ", "lizard lizard ", "/lib/lizard lizard "]),
        ("config/default.toml", &["`lizard "]),
        ("Dockerfile", &["`lizard ", "CMD [\"lizard\", \"", "CMD [\""]),
        ("compose.yaml", &["command: [\""]),
        ("packaging/systemd/lizard.service", &["ExecStart=/usr/local/bin/lizard "]),
    ] {
        let called = called(&read(file), starts);
        let called: Vec<_> = called.into_iter().filter(|word| word != "lizard").collect();
        assert!(!called.is_empty(), "{file} calls nothing: is it still read?");
        for word in called {
            assert!(commands.contains(&word), "{file}: `lizard {word}`");
        }
    }
}

/// What the image is built from, by `.dockerignore`.
fn context() -> Vec<String> {
    let text = read(".dockerignore");
    assert!(text.lines().any(|line| line == "*"), "everything else is left out");
    text.lines().filter_map(|line| line.strip_prefix('!')).map(str::to_owned).collect()
}

#[test]
fn the_image_gets_all_files_that_it_is_built_from() {
    let context = context();
    for name in &context {
        assert!(root().join(name).exists(), ".dockerignore lets in {name}, which is not there");
    }
    for needed in ["Cargo.toml", "Cargo.lock", ".cargo", "build.rs", "src", "migrations", "templates"] {
        assert!(context.iter().any(|name| name == needed), "{needed} is left out");
    }
    let dockerfile = read("Dockerfile");
    let copied = dockerfile.lines().filter_map(|line| line.strip_prefix("COPY "));
    let copied = copied.filter(|rest| !rest.starts_with("--from"));
    let mut named = 0;
    for path in copied.flat_map(|rest| rest.split(' ').filter(|word| !word.starts_with('/'))) {
        assert!(path == "." || context.iter().any(|name| name == path), "COPY {path} finds nothing");
        named += 1;
    }
    assert!(named >= 3, "{named}");
    // Files that are compiled in.
    let mut folders = vec![root().join("src")];
    let mut compiled_in = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let text = std::fs::read_to_string(&entry).unwrap();
            for rest in text.split("include_str!(\"").skip(1) {
                let path = rest.split('"').next().unwrap().trim_start_matches("../");
                let top = path.split('/').next().unwrap();
                assert!(context.iter().any(|name| name == top), "{}: {path} is left out", entry.display());
                compiled_in += 1;
            }
        }
    }
    assert!(compiled_in > 3, "{compiled_in}");
}

#[test]
fn the_image_is_built_by_the_toolchain_that_is_promised() {
    let manifest = read("Cargo.toml");
    let (_, rest) = manifest.split_once("rust-version = \"").unwrap();
    let promised = rest.split('"').next().unwrap();
    let dockerfile = read("Dockerfile");
    assert!(dockerfile.contains(&format!("/rust:{promised}.")), "Cargo.toml says {promised}");
}
