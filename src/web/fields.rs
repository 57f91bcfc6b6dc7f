//! Reading a body field by field, from JSON or from a form, and collecting everything
//! that is wrong with it: types, lengths, control characters, unknown and missing
//! fields. What the values mean is checked further in.

mod values;

use std::borrow::Cow;

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::domain::fault::Fault;

pub use values::Length;

/// The fields of one object, and what was found wrong so far.
pub struct Fields {
    map: Map<String, Value>,
    /// Path in front of every field name.
    path: String,
    /// From a form: every value is text, an empty one is absent, and times without an
    /// offset are in this zone.
    form: Option<TimeZone>,
    seen: Vec<&'static str>,
    faults: Vec<Fault>,
}

/// A body that is no object at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

impl Fields {
    /// The fields of a JSON object; an empty body is an empty object.
    pub fn json(body: &[u8]) -> Result<Self, Malformed> {
        if body.is_empty() {
            return Ok(Self::of(Map::new(), String::new(), None));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self::of(fields, String::new(), None)),
            Ok(_) => Err(Malformed("the body must be a JSON object".to_owned())),
            Err(error) => Err(Malformed(format!("the body is not JSON: {error}"))),
        }
    }

    /// The fields of a form, or of a query string, filled in by somebody in `zone`.
    pub fn form(body: &[u8], zone: TimeZone) -> Result<Self, Malformed> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body)
            .map_err(|error| Malformed(format!("the form cannot be read: {error}")))?;
        Ok(Self::of_pairs(&pairs, zone))
    }

    /// The same, taken apart already. `value.amount` is a field of the object `value`,
    /// `steps[0].due` one of the first entry of the list `steps`; entries count from 0
    /// without gaps.
    pub fn of_pairs(pairs: &[(String, String)], zone: TimeZone) -> Self {
        let mut fields = Map::new();
        for (name, value) in pairs.iter().filter(|(_, value)| !value.trim().is_empty()) {
            place(&mut fields, name, Value::String(value.clone()));
        }
        Self::of(fields, String::new(), Some(zone))
    }

    const fn of(fields: Map<String, Value>, path: String, form: Option<TimeZone>) -> Self {
        Self { map: fields, path, form, seen: Vec::new(), faults: Vec::new() }
    }

    /// A fault of a field of this object.
    pub fn fault(&mut self, name: &str, code: &'static str, message: impl Into<Cow<'static, str>>) {
        let field = format!("{}{name}", self.path);
        self.faults.push(Fault::new(field, code, message));
    }

    /// The value, unless it is absent or null; remembers that the field is known.
    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.seen.push(name);
        self.map.get(name).filter(|v| !v.is_null()).cloned()
    }

    /// Whether the field was sent at all, with null as a value.
    pub fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// Something has been found wrong with this field.
    fn is_faulty(&self, name: &str) -> bool {
        let field = format!("{}{name}", self.path);
        self.faults.iter().any(|f| f.field == field)
    }

    /// Demands a value: reads it, and says so when it was not sent.
    pub fn must<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self, &'static str) -> Option<T>,
    ) -> Option<T> {
        let value = read(self, name);
        if value.is_none() && !self.is_faulty(name) {
            self.fault(name, "required", "is required");
        }
        value
    }

    /// For a PATCH: absent → None, null → Some(None), a value → Some(Some(…)).
    pub fn patch<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self, &'static str) -> Option<T>,
    ) -> Option<Option<T>> {
        let null = self.map.get(name).is_some_and(Value::is_null);
        match read(self, name) {
            Some(value) => Some(Some(value)),
            None if null => Some(None),
            None => None,
        }
    }

    /// An object inside this one.
    pub fn object<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        match self.take(name)? {
            Value::Object(fields) => {
                let path = format!("{}{name}.", self.path);
                let mut inner = Self::of(fields, path, self.form.clone());
                let value = read(&mut inner);
                self.faults.extend(inner.finish());
                Some(value)
            }
            _ => {
                self.fault(name, "wrong_type", "must be an object");
                None
            }
        }
    }

    /// A list of objects inside this one, at most `most`.
    pub fn objects<T>(
        &mut self,
        name: &'static str,
        most: usize,
        mut read: impl FnMut(&mut Self) -> T,
    ) -> Option<Vec<T>> {
        let Value::Array(items) = self.take(name)? else {
            self.fault(name, "wrong_type", "must be a list");
            return None;
        };
        if items.len() > most {
            self.fault(name, "too_many", format!("must have at most {most} entries"));
            return None;
        }
        let mut values = Vec::new();
        for (i, item) in items.into_iter().enumerate() {
            let Value::Object(fields) = item else {
                let at = format!("{}{name}[{i}]", self.path);
                self.faults.push(Fault::new(at, "wrong_type", "must be an object"));
                continue;
            };
            let mut inner = Self::of(fields, format!("{}{name}[{i}].", self.path), self.form.clone());
            values.push(read(&mut inner));
            self.faults.extend(inner.finish());
        }
        Some(values)
    }

    /// A list of codes, at most `most`.
    pub fn codes(&mut self, name: &'static str, most: usize) -> Option<Vec<String>> {
        let items = match self.take(name)? {
            Value::Array(items) => items,
            Value::String(text) if self.form.is_some() => {
                text.split(',').map(|part| Value::String(part.trim().to_owned())).collect()
            }
            _ => {
                self.fault(name, "wrong_type", "must be a list of texts");
                return None;
            }
        };
        if items.len() > most {
            self.fault(name, "too_many", format!("must have at most {most} entries"));
            return None;
        }
        let mut codes = Vec::new();
        for (i, item) in items.iter().enumerate() {
            match item.as_str().filter(|t| !t.is_empty() && t.len() <= 60 && !t.chars().any(char::is_control))
            {
                Some(code) => codes.push(code.to_owned()),
                None => {
                    let at = format!("{}{name}[{i}]", self.path);
                    self.faults.push(Fault::new(at, "invalid", "must be a short text"));
                }
            }
        }
        Some(codes)
    }

    /// Everything that is wrong, unknown fields among it.
    pub fn finish(mut self) -> Vec<Fault> {
        let unknown: Vec<String> =
            self.map.keys().filter(|name| !self.seen.contains(&name.as_str())).cloned().collect();
        for name in unknown {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
            self.fault(&shown, "unknown_field", "is not a field of this request");
        }
        self.faults
    }

    /// Fails with everything that is wrong.
    pub fn check(self) -> Result<(), crate::desk::Error> {
        let faults = self.finish();
        if faults.is_empty() { Ok(()) } else { Err(crate::desk::Error::Invalid(faults)) }
    }

    /// What was typed, to be shown again beside what is wrong with it.
    pub fn typed(&self, name: &str) -> String {
        self.map.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The names that were asked for, for tests that hold them against the schema.
    pub fn asked_for(&self) -> &[&'static str] {
        &self.seen
    }
}

/// Puts a form's value where its name says; a name that leads nowhere stays as it is,
/// to be reported as unknown.
fn place(fields: &mut Map<String, Value>, name: &str, value: Value) {
    let Some((outer, inner)) = name.split_once('.') else {
        fields.insert(name.to_owned(), value);
        return;
    };
    let object = match outer.strip_suffix(']').and_then(|o| o.split_once('[')) {
        None => fields.entry(outer).or_insert_with(|| Value::Object(Map::new())),
        Some((list, index)) => {
            let list = fields.entry(list).or_insert_with(|| Value::Array(Vec::new()));
            let (Some(items), Ok(index)) = (list.as_array_mut(), index.parse::<usize>()) else { return };
            if index == items.len() {
                items.push(Value::Object(Map::new()));
            }
            let Some(item) = items.get_mut(index) else { return };
            item
        }
    };
    if let Some(object) = object.as_object_mut() {
        object.insert(inner.to_owned(), value);
    }
}

#[cfg(test)]
mod tests;
