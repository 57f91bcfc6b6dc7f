//! The layers of the settings, and where in them a value stands: a variable goes before
//! the file, the file before the defaults. The defaults are also the list of the keys
//! that exist. What a value must be is said in `read.rs`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use toml_edit::Value;

use crate::reader::{Mistake, Reader, Section, did_you_mean, nearest};

const DEFAULTS: &str = include_str!("../../config/default.toml");
pub(super) const PREFIX: &str = "LIZARD__";

/// The table whose keys are free.
pub(super) const OPEN: &str = "priority.value_limits";

/// What the settings are read from.
pub(super) struct Layers {
    defaults: Reader,
    file: Option<Reader>,
    /// Dotted key → value.
    variables: BTreeMap<String, String>,
    mistakes: RefCell<Vec<Mistake>>,
}

impl Layers {
    /// Fails where no value can be looked up at all; what is wrong with one key is kept
    /// for `into_mistakes`.
    pub fn new(
        file: Option<(&str, &str)>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Vec<Mistake>> {
        let defaults = Reader::new("config/default.toml", DEFAULTS).map_err(|mistake| vec![mistake])?;
        let mut layers =
            Self { defaults, file: None, variables: BTreeMap::new(), mistakes: RefCell::default() };
        if let Some((name, text)) = file {
            match Reader::new(name, text) {
                Ok(reader) => layers.file = Some(reader),
                Err(mistake) => layers.mistakes.get_mut().push(mistake),
            }
        }
        layers.take_variables(variables);
        if let Some(file) = &layers.file {
            check(&file.root(), &leaves(&layers.defaults.root()));
        }
        Ok(layers)
    }

    /// Reads one setting from the uppermost layer that has it. `convert` fails with a
    /// sentence that goes after the key.
    pub fn read<T>(&self, key: &str, convert: impl Fn(&Value) -> Result<T, String>) -> Option<T> {
        let path: Vec<&str> = key.split('.').collect();
        let default = self.defaults.value(&path);
        let (value, file, line) = if let Some(text) = self.variables.get(key) {
            (typed(text, default), variable(key), 0)
        } else if let Some((reader, value)) = self.file.as_ref().and_then(|r| Some((r, r.value(&path)?))) {
            (value.clone(), reader.file().to_owned(), reader.line_of(&path))
        } else {
            let value = default.cloned()?;
            (value, self.defaults.file().to_owned(), self.defaults.line_of(&path))
        };
        match convert(&value) {
            Ok(value) => Some(value),
            Err(problem) => {
                let message = if line == 0 { problem } else { format!("{key}: {problem}") };
                self.mistakes.borrow_mut().push(Mistake { file, line, message });
                None
            }
        }
    }

    /// The keys of the open table in all layers.
    pub fn keys_of_open_table(&self) -> BTreeSet<String> {
        let mut keys = leaves(&self.defaults.root());
        if let Some(file) = &self.file {
            keys.extend(leaves(&file.root()));
        }
        keys.extend(self.variables.keys().cloned());
        keys.iter().filter_map(|key| key_in_open_table(key)).map(str::to_owned).collect()
    }

    /// Every mistake: those of the file by line, then those of variables by name.
    pub fn into_mistakes(self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.extend(self.file.into_iter().flat_map(Reader::into_mistakes));
        mistakes.sort_by_key(|mistake| (mistake.line == 0, mistake.line, mistake.file.clone()));
        mistakes
    }

    fn take_variables(&mut self, variables: impl IntoIterator<Item = (OsString, OsString)>) {
        let known = leaves(&self.defaults.root());
        for (name, value) in variables {
            let name = name.to_string_lossy();
            let Some(key) = name.strip_prefix(PREFIX).map(key_of) else {
                continue;
            };
            let is_known = known.contains(&key) || key_in_open_table(&key).is_some();
            let message = match value.into_string() {
                Ok(value) if is_known => {
                    self.variables.insert(key, value);
                    continue;
                }
                Ok(_) => {
                    let near = nearest(&key, known.iter().map(String::as_str)).map(variable);
                    let near = near.map(|near| format!("; did you mean {near}?"));
                    format!("there is no such setting{}", near.unwrap_or_default())
                }
                Err(_) => "the value is not UTF-8 text".to_owned(),
            };
            self.mistakes.get_mut().push(Mistake { file: name.into_owned(), line: 0, message });
        }
    }
}

/// Notes the keys that are no settings, and tables in the place of values or the other
/// way round.
fn check(section: &Section<'_>, known: &[String]) {
    for key in section.keys() {
        let path = section.path_of(key);
        let inside = format!("{path}.");
        let is_setting = known.contains(&path) || key_in_open_table(&path).is_some();
        if is_setting && !key.contains('.') {
            if !section.has_value(key) {
                section.note(key, "must be a single value, not a table");
            }
        } else if known.iter().any(|known| known.starts_with(&inside)) {
            if let Some(below) = section.section(key) {
                check(&below, known);
            }
        } else {
            let siblings = known.iter().filter_map(|known| {
                let rest = known.strip_prefix(&section.path_of(""))?;
                rest.split('.').next()
            });
            section.note(key, &format!("there is no such setting{}", did_you_mean(key, siblings)));
        }
    }
}

/// The dotted keys of all values, in order.
fn leaves(section: &Section<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for key in section.keys() {
        if section.has_value(key) {
            found.push(section.path_of(key));
        } else if let Some(below) = section.section(key) {
            found.extend(leaves(&below));
        }
    }
    found
}

fn key_in_open_table(key: &str) -> Option<&str> {
    let name = key.strip_prefix(OPEN)?.strip_prefix('.')?;
    (!name.is_empty() && !name.contains('.')).then_some(name)
}

/// SERVER__LISTEN → server.listen; a key of the open table keeps its case.
fn key_of(rest: &str) -> String {
    let parts: Vec<&str> = rest.split("__").collect();
    let key = parts.join(".").to_lowercase();
    match (key_in_open_table(&key), parts.last()) {
        (Some(_), Some(name)) => format!("{OPEN}.{name}"),
        _ => key,
    }
}

pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_uppercase())
}

/// A variable's text as the type that its default has; a text where it does not fit, so
/// that the setting says what it must be.
fn typed(text: &str, default: Option<&Value>) -> Value {
    let number = text.trim().replace('_', "").parse::<i64>();
    match (default, number) {
        (None | Some(Value::Integer(_)), Ok(number)) => Value::from(number),
        _ => Value::from(text),
    }
}

#[cfg(test)]
pub(super) fn known() -> Vec<String> {
    let defaults = Reader::new("default", DEFAULTS).unwrap();
    leaves(&defaults.root())
}
