//! Forms: what is wrong with what was typed, and how a field is drawn. Every form of
//! every page goes through one template, so that labels, hints and errors are wired
//! alike everywhere.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use askama::Template;

use crate::desk::Error;
use crate::domain::fault::Fault;
use crate::web::uploads::FIELD;

use super::error::PageError;
use super::times::Times;
use super::typed::Typed;

mod field;

pub use field::{Choice, Field, Kind, Section};

/// An attempt that did not succeed: shown again with what was typed.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Id of the form.
    pub form: &'static str,
    pub typed: Typed,
    pub status: StatusCode,
    pub message: String,
    pub faults: Vec<Fault>,
}

impl Attempt {
    /// What can be mended on the same page; everything else has a page of its own.
    pub fn failed(form: &'static str, typed: Typed, error: Error) -> Result<Self, PageError> {
        let (status, message, faults) = match error {
            Error::Invalid(faults) => {
                let too_large = faults.iter().any(|f| f.field == FIELD && f.code == "too_large");
                let status =
                    if too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::UNPROCESSABLE_ENTITY };
                (status, "Please look at this again:".to_owned(), faults)
            }
            Error::Unprocessable { message, .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, sentence(&message), vec![])
            }
            Error::Refused { message, .. } => (StatusCode::CONFLICT, sentence(&message), vec![]),
            Error::Stale => (
                StatusCode::CONFLICT,
                "Somebody changed this since you opened it. This is how it stands now; what you typed \
                 is still in the form. Look, then send it again."
                    .to_owned(),
                vec![],
            ),
            Error::Collision => (
                StatusCode::CONFLICT,
                "Others are changing this at the same moment. What you typed is still here: send it again."
                    .to_owned(),
                vec![],
            ),
            other => return Err(other.into()),
        };
        Ok(Self { form, typed, status, message, faults })
    }

    /// Instants in messages, as the reader's clock shows them.
    pub fn show_times(&mut self, times: &Times) {
        for fault in &mut self.faults {
            let word = |word: &str| word.parse().map_or_else(|_| word.to_owned(), |at| times.absolute(at));
            let words: Vec<String> = fault.message.split(' ').map(word).collect();
            fault.message = words.join(" ").into();
        }
    }

    fn fault(&self, name: &str) -> Option<&Fault> {
        self.faults.iter().find(|f| f.field == name)
    }
}

/// With a capital in front and a full stop behind.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let mut out: String =
        letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default() + letters.as_str();
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

/// What stands on top of a page whose form was not accepted.
#[derive(Clone, Debug)]
pub struct Trouble {
    pub message: String,
    pub points: Vec<Point>,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug)]
pub struct Point {
    /// `#id` of the field; empty where there is none.
    pub href: String,
    pub text: String,
}

/// A button that submits; with a name where there are several.
#[derive(Clone, Debug)]
pub struct Button {
    pub text: Cow<'static, str>,
    pub name: &'static str,
    pub value: Cow<'static, str>,
    pub quiet: bool,
    /// The part of the next page to be shown first, as `#preview`.
    pub part: &'static str,
}

/// A form, ready to be drawn.
#[derive(Clone, Debug, Template)]
#[template(path = "form.html")]
pub struct Form {
    pub id: &'static str,
    pub action: String,
    pub title: String,
    pub intro: String,
    pub fields: Vec<Field>,
    pub buttons: Vec<Button>,
    /// Under which name the browser keeps what was typed until it is sent; empty: not.
    pub draft: String,
    /// Where the browser asks what sending it would bring, while one types; empty: nowhere.
    pub live: &'static str,
    /// This form was sent and not accepted.
    pub tried: bool,
    attempt: Option<Attempt>,
}

impl Form {
    pub fn new(id: &'static str, action: impl Into<String>, attempt: Option<&Attempt>) -> Self {
        let attempt = attempt.filter(|a| a.form == id).cloned();
        Self {
            id,
            action: action.into(),
            title: String::new(),
            intro: String::new(),
            fields: Vec::new(),
            buttons: Vec::new(),
            draft: String::new(),
            live: "",
            tried: attempt.is_some(),
            attempt,
        }
    }

    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    #[must_use]
    pub fn intro(mut self, intro: impl Into<String>) -> Self {
        self.intro = intro.into();
        self
    }

    /// With the session's token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.fixed("form_token", token)
    }

    /// A hidden value that is ours, whatever was sent.
    #[must_use]
    pub fn fixed(mut self, name: &str, value: impl Into<String>) -> Self {
        let mut field = Field::hidden(name, value);
        field.id = self.id_of(name);
        self.fields.push(field);
        self
    }

    /// Adds a field, with what was typed and what is wrong with it.
    #[must_use]
    pub fn field(mut self, mut field: Field) -> Self {
        field.id = self.id_of(&field.name);
        if let Some(attempt) = &self.attempt {
            if !matches!(field.kind, Kind::Line("password")) {
                attempt.typed.get(&field.name).clone_into(&mut field.value);
            }
            if let Some(fault) = attempt.fault(&field.name) {
                field.error = field.says(fault);
            }
        }
        field.choose();
        self.fields.push(field);
        self
    }

    /// Sent in parts, as files have to be.
    pub fn takes_files(&self) -> bool {
        self.fields.iter().any(|f| matches!(f.kind, Kind::Files))
    }

    #[must_use]
    pub fn button(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.buttons.push(Button { text: text.into(), name: "", value: "".into(), quiet: false, part: "" });
        self
    }

    /// One of several buttons.
    #[must_use]
    pub fn button_of(
        mut self,
        text: impl Into<Cow<'static, str>>,
        name: &'static str,
        value: impl Into<Cow<'static, str>>,
        quiet: bool,
    ) -> Self {
        self.buttons.push(Button { text: text.into(), name, value: value.into(), quiet, part: "" });
        self
    }

    /// The last button shows this part of its answer first.
    #[must_use]
    pub fn leading_to(mut self, part: &'static str) -> Self {
        self.buttons.iter_mut().rev().take(1).for_each(|b| b.part = part);
        self
    }

    #[must_use]
    pub fn draft(mut self, name: String) -> Self {
        self.draft = name;
        self
    }

    #[must_use]
    pub const fn live(mut self, path: &'static str) -> Self {
        self.live = path;
        self
    }

    /// What may be left out, and whether something of it was filled in.
    pub fn asides(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|f| f.aside)
    }

    pub fn opens_asides(&self) -> bool {
        self.asides().any(|f| !f.error.is_empty() || (!f.value.is_empty() && !f.required))
    }

    fn id_of(&self, name: &str) -> String {
        let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        format!("{}-{name}", self.id)
    }

    /// What stands on top of the page, when this form was not accepted.
    pub fn trouble(&self) -> Option<Trouble> {
        let attempt = self.attempt.as_ref()?;
        let point = |fault: &Fault| {
            let field = self.fields.iter().find(|f| f.name == fault.field);
            match field {
                Some(field) => Point {
                    href: format!("#{}", field.id),
                    text: format!("{}: {}", field.label.trim_end_matches('?'), field.says(fault)),
                },
                None if fault.field.is_empty() => {
                    Point { href: format!("#{}", self.id), text: sentence(&fault.message) }
                }
                None => Point { href: String::new(), text: format!("{} {}", fault.field, fault.message) },
            }
        };
        let place = |fault: &&Fault| self.fields.iter().position(|f| f.name == fault.field);
        let mut faults: Vec<&Fault> = attempt.faults.iter().collect();
        faults.sort_by_key(place);
        let points = faults.into_iter().map(point).collect();
        Some(Trouble { message: attempt.message.clone(), points })
    }
}
