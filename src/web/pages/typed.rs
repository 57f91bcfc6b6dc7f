//! What was typed into a form, name by name, as it was sent. What it means is read by
//! `web/fields.rs`; how it is shown again, by `forms.rs`.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::web::fields::Fields;

/// What was sent, name by name.
#[derive(Clone, Debug, Default)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    /// From the body of a form; None when it is none.
    pub fn read(body: &[u8]) -> Option<Self> {
        serde_urlencoded::from_bytes(body).ok().map(Self::of)
    }

    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Self(closed_up(pairs))
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Takes a value out, so that it is no field of the request any more.
    pub fn take(&mut self, name: &str) -> String {
        let value = self.get(name).to_owned();
        self.0.retain(|(n, _)| n != name);
        value
    }

    /// The same, where there may be several.
    pub fn take_all(&mut self, name: &str) -> Vec<String> {
        self.0.extract_if(.., |(n, _)| n == name).map(|(_, value)| value).collect()
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(n, _)| n != name);
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Several ticks under one name become one list with commas.
    pub fn join(&mut self, name: &str) {
        let all: Vec<String> = self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect();
        self.set(name, &all.join(","));
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    pub fn fields(&self, zone: TimeZone) -> Fields {
        Fields::of_pairs(&self.0, zone)
    }
}

/// Leaves out the entries of lists in which nothing was typed: the others close up.
fn closed_up(pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut places: BTreeMap<String, BTreeMap<usize, usize>> = BTreeMap::new();
    for (name, value) in &pairs {
        if let (Some((list, index, _)), false) = (entry(name), value.trim().is_empty()) {
            places.entry(list.to_owned()).or_default().insert(index, 0);
        }
    }
    for indices in places.values_mut() {
        for (to, place) in indices.values_mut().enumerate() {
            *place = to;
        }
    }
    let place = |name: &str| match entry(name) {
        None => Some(name.to_owned()),
        Some((list, index, field)) => places.get(list)?.get(&index).map(|to| format!("{list}[{to}].{field}")),
    };
    let mut closed: Vec<_> =
        pairs.into_iter().filter_map(|(name, value)| Some((place(&name)?, value))).collect();
    closed.sort_by_key(|(name, _)| entry(name).map_or(0, |(_, index, _)| index));
    closed
}

/// `steps[2].due` → steps, 2, due
fn entry(name: &str) -> Option<(&str, usize, &str)> {
    let (outer, field) = name.split_once("].")?;
    let (list, index) = outer.split_once('[')?;
    Some((list, index.parse().ok()?, field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_entries_of_a_list_close_up() {
        let typed = Typed::read(
            b"steps%5B0%5D.label=&steps%5B0%5D.due=&steps%5B2%5D.label=Ship&steps%5B2%5D.due=&reason=x",
        )
        .unwrap();
        assert_eq!(typed.get("steps[0].label"), "Ship");
        assert_eq!(typed.get("reason"), "x");
        let mut fields = typed.fields(TimeZone::UTC);
        let labels = fields.objects("steps", 5, |f| f.typed("label"));
        assert_eq!(labels, Some(vec!["Ship".to_owned()]));
    }
}
