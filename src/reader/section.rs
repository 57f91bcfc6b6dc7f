//! One table of a file, read key by key: what is unknown, missing or of the wrong type
//! is noted, and the answer is `None`. Meaning across keys is checked by the callers.

use toml_edit::{Item, Table, TableLike, Value};

use super::convert::what;
use super::guess::did_you_mean;
use super::{Reader, Span};

/// A table of the file.
pub struct Section<'a> {
    reader: &'a Reader,
    table: &'a dyn TableLike,
    /// Dotted, for messages; empty at the top.
    path: String,
    line: usize,
}

impl<'a> Section<'a> {
    pub(super) const fn new(reader: &'a Reader, table: &'a dyn TableLike, path: String, line: usize) -> Self {
        Self { reader, table, path, line }
    }

    /// Where the table starts.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The dotted path of a key, for messages.
    pub fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The keys that stand here, in order.
    pub fn keys(&self) -> Vec<&'a str> {
        self.table.iter().map(|(key, _)| key).collect()
    }

    /// Whether the key stands here.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Whether the key stands here with a value, not with a table or a list of tables.
    pub fn has_value(&self, key: &str) -> bool {
        self.table.get(key).and_then(Item::as_value).is_some_and(|value| !value.is_inline_table())
    }

    /// Notes a mistake at the line of a key, or of the table if the key is not there.
    pub fn note(&self, key: &str, problem: &str) {
        self.reader.note(self.line_of(key), format!("{}: {problem}", self.path_of(key)));
    }

    /// Notes every key that is none of these.
    pub fn only(&self, known: &[&str]) {
        for key in self.keys() {
            if !known.contains(&key) {
                self.note(key, &format!("unknown key{}", did_you_mean(key, known.iter().copied())));
            }
        }
    }

    /// A value that must be there.
    pub fn required<T>(&self, key: &str, convert: impl Fn(&Value) -> Result<T, String>) -> Option<T> {
        if self.has(key) {
            self.optional(key, convert)?
        } else {
            self.note(key, "missing");
            None
        }
    }

    /// A value that may be left out; the outer `None` means that it stands there wrong.
    pub fn optional<T>(&self, key: &str, convert: impl Fn(&Value) -> Result<T, String>) -> Option<Option<T>> {
        let Some(item) = self.table.get(key) else {
            return Some(None);
        };
        let converted = match item.as_value() {
            Some(value) => convert(value),
            None => Err("must be a single value, not a table".to_owned()),
        };
        match converted {
            Ok(value) => Some(Some(value)),
            Err(problem) => {
                self.note(key, &problem);
                None
            }
        }
    }

    /// A list whose entries are all converted, each mistake at its own line; empty if
    /// left out.
    pub fn list<T>(&self, key: &str, convert: impl Fn(&Value) -> Result<T, String>) -> Option<Vec<T>> {
        let Some(item) = self.table.get(key) else {
            return Some(Vec::new());
        };
        let Some(entries) = item.as_array() else {
            self.note(key, &format!("must be a list in [ ], not {}", kind(item)));
            return None;
        };
        let converted: Vec<Option<T>> = entries
            .iter()
            .map(|value| match convert(value) {
                Ok(value) => Some(value),
                Err(problem) => {
                    let line = self.line_at(value.span(), key);
                    self.reader.note(line, format!("{}: {problem}", self.path_of(key)));
                    None
                }
            })
            .collect();
        converted.into_iter().collect()
    }

    /// A table below this one; `None` if it is left out or no table (then noted).
    pub fn section(&self, key: &str) -> Option<Section<'a>> {
        let item = self.table.get(key)?;
        let Some(table) = item.as_table_like() else {
            self.note(key, &format!("must be a table of keys, not {}", kind(item)));
            return None;
        };
        Some(Section::new(self.reader, table, self.path_of(key), self.line_of(key)))
    }

    /// A table that must be there.
    pub fn required_section(&self, key: &str) -> Option<Section<'a>> {
        if !self.has(key) {
            self.note(key, &format!("missing: write a table [{}]", self.path_of(key)));
        }
        self.section(key)
    }

    /// A list of tables, written as `[[key]]` or as `key = [{ … }]`.
    pub fn sections(&self, key: &str) -> Option<Vec<Section<'a>>> {
        let Some(item) = self.table.get(key) else {
            return Some(Vec::new());
        };
        let tables: Vec<(Option<Span>, Option<&'a dyn TableLike>)> = match item {
            Item::ArrayOfTables(tables) => {
                tables.iter().map(|table: &Table| (table.span(), Some(table as _))).collect()
            }
            Item::Value(Value::Array(entries)) => entries
                .iter()
                .map(|value| (value.span(), value.as_inline_table().map(|table| table as _)))
                .collect(),
            _ => {
                self.note(key, &format!("must be a list of tables, not {}", kind(item)));
                return None;
            }
        };
        let mut sections = Vec::new();
        let mut complete = true;
        for (span, table) in tables {
            let line = self.line_at(span, key);
            match table {
                Some(table) => sections.push(Section::new(self.reader, table, self.path_of(key), line)),
                None => {
                    complete = false;
                    self.reader
                        .note(line, format!("{}: each entry must be a table in {{ }}", self.path_of(key)));
                }
            }
        }
        complete.then_some(sections)
    }

    /// The line of a key, or of the table if the key is not there.
    pub fn line_of(&self, key: &str) -> usize {
        self.line_at(self.table.key(key).and_then(toml_edit::Key::span), "")
    }

    fn line_at(&self, span: Option<Span>, otherwise: &str) -> usize {
        match span {
            Some(span) => self.reader.line_at(span.start),
            None if otherwise.is_empty() => self.line,
            None => self.line_of(otherwise),
        }
    }
}

fn kind(item: &Item) -> &'static str {
    match item {
        Item::Value(value) => what(value),
        Item::ArrayOfTables(_) => "a list of tables",
        Item::Table(_) | Item::None => "a table",
    }
}
