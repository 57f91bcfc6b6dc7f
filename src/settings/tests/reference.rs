//! What is written about settings is true: the reference in `docs/OPERATIONS.md`, row by
//! row, and every variable that a package, an example or a document names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::*;

const MARK: &str = "<!-- settings:";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Setting → the cells of its row in the reference.
fn rows(document: &str) -> BTreeMap<String, Vec<String>> {
    let (_, rest) = document.split_once(MARK).expect("the reference has its mark");
    let table =
        rest.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    let mut found = BTreeMap::new();
    // Behind the heading and its line.
    for row in table.skip(2).map(cells) {
        let before = found.insert(row[0].clone(), row.clone());
        assert_eq!(before, None, "twice");
    }
    found
}

/// "1 to 100", as the program itself says it of a whole number.
fn bounds(key: &str) -> Option<String> {
    let said = load("", &[(&layers::variable(key), "-1")]).err()?;
    let (_, rest) = said[0].split_once("must be a whole number from ")?;
    rest.split_once(',').map(|(bounds, _)| bounds.to_owned())
}

#[test]
fn the_reference_has_every_setting_with_its_variable_default_and_bounds() {
    let rows = rows(&read("docs/OPERATIONS.md"));
    let known = load("", &[]).unwrap().in_force();
    let keys: Vec<&String> = rows.keys().collect();
    let mut expected: Vec<&String> = known.iter().map(|(key, _)| key).collect();
    expected.sort();
    assert_eq!(keys, expected, "a row for each setting, and no other");
    let mut with_bounds = 0;
    for (key, default) in &known {
        let row = &rows[key];
        assert_eq!(row[1], layers::variable(key), "{key}: its variable");
        assert_eq!(&row[2], default, "{key}: its default");
        if let Some(bounds) = bounds(key) {
            with_bounds += 1;
            assert!(row[3].contains(&bounds), "{key}: say that it is {bounds}");
        }
    }
    assert!(with_bounds > 10, "the bounds are found: {with_bounds}");
}

/// Files that people copy settings from, and documents that name them.
fn texts() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Dockerfile", "compose.yaml", ".ci/run"]
            .iter()
            .map(|name| root().join(name))
            .collect();
    let mut folders: Vec<PathBuf> = ["docs", "packaging", "scripts", "config"].map(|f| root().join(f)).into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_none_or(|e| e != "png") => found.push(path),
                false => {}
            }
        }
    }
    found
}

/// The variables that a text names, without the patterns that stand for any.
fn variables(text: &str) -> impl Iterator<Item = String> {
    let end = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let names =
        text.split(layers::PREFIX).skip(1).map(move |rest| rest.split(end).next().unwrap_or_default());
    names.filter(|name| !name.is_empty()).map(|name| format!("{}{name}", layers::PREFIX))
}

#[test]
fn every_variable_that_is_named_anywhere_is_a_setting() {
    let known: Vec<String> = layers::known().iter().map(|key| layers::variable(key)).collect();
    let mut named = BTreeMap::<PathBuf, usize>::new();
    for path in texts() {
        let text = read(&path);
        for name in variables(&text) {
            assert!(
                known.contains(&name) || name == "LIZARD__SECTION__KEY",
                "{}: {name} is no setting",
                path.display()
            );
            *named.entry(path.clone()).or_default() += 1;
        }
    }
    for file in ["README.md", "Dockerfile", "compose.yaml", "packaging/systemd/lizard.env"] {
        assert!(named.contains_key(&root().join(file)), "{file} names none: is it still read?");
    }
}

/// What a package sets, one variable a line behind the mark.
fn set_by(file: &str, mark: char) -> Vec<(String, String)> {
    let text = read(file);
    let line = |line: &str| -> Option<(String, String)> {
        let (_, rest) = line.split_once(layers::PREFIX)?;
        let (name, value) = rest.split_once(mark)?;
        Some((format!("{}{name}", layers::PREFIX), value.trim().to_owned()))
    };
    text.lines().filter_map(line).collect()
}

#[test]
fn what_the_packages_set_is_accepted() {
    for (file, mark) in [("Dockerfile", '='), ("compose.yaml", ':'), ("packaging/systemd/lizard.env", '=')] {
        let set = set_by(file, mark);
        assert!(!set.is_empty(), "{file} sets nothing: is it still read?");
        let set: Vec<(&str, &str)> = set.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert!(load("", &set).is_ok(), "{file}: {:?}", mistakes("", &set));
    }
}
