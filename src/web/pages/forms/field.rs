//! What is asked: fields and their answers.

use crate::domain::fault::Fault;

use super::sentence;

/// One answer of a field.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), chosen: false }
    }
}

/// Answers under a heading of their own, which opens to show them.
#[derive(Clone, Debug)]
pub struct Section {
    pub name: String,
    pub hint: String,
    pub choices: Vec<Choice>,
    /// Its answers show before anybody opens it.
    pub open: bool,
}

impl Section {
    /// Opened, or the answer is in it.
    pub fn is_open(&self) -> bool {
        self.open || self.choices.iter().any(|c| c.chosen)
    }
}

/// How a field is drawn.
#[derive(Clone, Debug)]
pub enum Kind {
    /// One line; the type of the input.
    Line(&'static str),
    Area,
    /// A whole file.
    Document,
    Select(Vec<Choice>),
    Radios(Vec<Choice>),
    /// One of many, a heading at a time.
    Sections(Vec<Section>),
    /// Several may be ticked.
    Ticks(Vec<Choice>),
    Tick,
    Hidden,
    /// Uploads, any number.
    Files,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub id: String,
    pub label: String,
    pub hint: String,
    pub value: String,
    pub error: String,
    pub kind: Kind,
    pub required: bool,
    /// Stands among what may be left out, which opens together.
    pub aside: bool,
    /// Shown where an answer begins with this, if the browser can tell.
    pub only_for: &'static str,
    /// For browsers that fill in; empty: off.
    pub autocomplete: &'static str,
}

impl Field {
    fn new(name: &str, label: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            id: String::new(),
            label: label.to_owned(),
            hint: String::new(),
            value: String::new(),
            error: String::new(),
            kind,
            required: false,
            aside: false,
            only_for: "",
            autocomplete: "",
        }
    }

    pub fn line(name: &str, label: &str) -> Self {
        Self::new(name, label, Kind::Line("text"))
    }

    pub fn email(name: &str, label: &str) -> Self {
        Self::new(name, label, Kind::Line("email"))
    }

    pub fn password(name: &str, label: &str) -> Self {
        Self::new(name, label, Kind::Line("password"))
    }

    /// Date and time, in the reader's zone.
    pub fn moment(name: &str, label: &str) -> Self {
        Self::new(name, label, Kind::Line("datetime-local"))
    }

    pub fn area(name: &str, label: &str) -> Self {
        Self::new(name, label, Kind::Area)
    }

    pub fn document(name: &str, label: &str) -> Self {
        Self::new(name, label, Kind::Document)
    }

    pub fn select(name: &str, label: &str, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Kind::Select(choices))
    }

    pub fn radios(name: &str, label: &str, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Kind::Radios(choices))
    }

    pub fn sections(name: &str, label: &str, sections: Vec<Section>) -> Self {
        Self::new(name, label, Kind::Sections(sections))
    }

    pub fn ticks(name: &str, label: &str, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Kind::Ticks(choices))
    }

    pub fn tick(name: &str, label: &str) -> Self {
        Self::new(name, label, Kind::Tick)
    }

    pub fn files(name: &str, label: &str) -> Self {
        Self::new(name, label, Kind::Files)
    }

    pub fn hidden(name: &str, value: impl Into<String>) -> Self {
        Self::new(name, "", Kind::Hidden).value(value)
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// May be left out: stands with its like.
    #[must_use]
    pub const fn aside(mut self) -> Self {
        self.aside = true;
        self
    }

    #[must_use]
    pub const fn only_for(mut self, answer: &'static str) -> Self {
        self.only_for = answer;
        self
    }

    #[must_use]
    pub const fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = what;
        self
    }

    /// Marks what is chosen.
    pub(super) fn choose(&mut self) {
        let several = matches!(self.kind, Kind::Ticks(_));
        let choices: Vec<&mut Choice> = match &mut self.kind {
            Kind::Select(choices) | Kind::Radios(choices) | Kind::Ticks(choices) => {
                choices.iter_mut().collect()
            }
            Kind::Sections(sections) => sections.iter_mut().flat_map(|s| &mut s.choices).collect(),
            _ => vec![],
        };
        for choice in choices {
            choice.chosen = if several {
                self.value.split(',').any(|v| v == choice.value)
            } else {
                choice.value == self.value
            };
        }
    }

    /// What is wrong, as it stands at the field.
    pub(super) fn says(&self, fault: &Fault) -> String {
        match (&self.kind, fault.code) {
            (Kind::Select(_) | Kind::Radios(_) | Kind::Sections(_), "required") => {
                "Please choose.".to_owned()
            }
            (_, "required") if fault.message == "is required" => "Please fill this in.".to_owned(),
            _ if starts_as_predicate(&fault.message) => sentence(&format!("This {}", fault.message)),
            _ => sentence(&fault.message),
        }
    }

    /// Belongs to an entry of a list: stands in a row with its fellows.
    pub fn is_entry(&self) -> bool {
        self.name.contains('[')
    }

    /// What describes it, for those who hear the page.
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.id));
        }
        if !self.error.is_empty() {
            ids.push(format!("{}-error", self.id));
        }
        ids.join(" ")
    }
}

/// `must be …`, `is …`: says something about a field that is its subject.
fn starts_as_predicate(message: &str) -> bool {
    ["is ", "must ", "belongs ", "needs ", "goes "].iter().any(|verb| message.starts_with(verb))
}
