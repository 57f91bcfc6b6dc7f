use super::*;

mod calendars;
mod ladder;
mod taxonomy;
mod written;

fn lines<T>(read: Result<T, Vec<Mistake>>) -> Vec<String> {
    match read {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
    }
}

/// The text with one line replaced, and the number of that line.
fn with_line(text: &str, old: &str, new: &str) -> (String, usize) {
    let at = text.lines().position(|line| line == old).unwrap_or_else(|| panic!("no line {old:?}"));
    let changed: Vec<&str> =
        text.lines().enumerate().map(|(n, line)| if n == at { new } else { line }).collect();
    (changed.join("\n"), at + 1)
}

fn source(text: &str) -> Source<'_> {
    Source { file: "f", text }
}

#[test]
fn the_built_in_files_load_without_mistakes() {
    let seeds = Seeds::load(&Files::default()).unwrap();
    assert_eq!(seeds.ladder.rungs.len(), 4);
    assert_eq!(seeds.taxonomy.groups.len(), 12);
    assert_eq!(seeds.taxonomy.leaves().count(), 40);
    assert_eq!(seeds.calendars.calendars.len(), 4);
}

#[test]
fn named_files_are_read_and_the_mistakes_of_all_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let files = Files {
        ladder: write("ladder.toml", &format!("{}\n[P5]\n", LADDER.text)),
        taxonomy: write("taxonomy.toml", "team = 1\n[["),
        calendars: folder.path().join("gone.toml").display().to_string(),
    };
    let found = lines(Seeds::load(&files));
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].contains("taxonomy.toml:2: this is not TOML: "));
    assert!(found[1].contains("gone.toml: this file, named by files.calendars, cannot be read: "));
    assert!(found[2].ends_with(": P5: unknown key; did you mean \"P1\"?"));
}
