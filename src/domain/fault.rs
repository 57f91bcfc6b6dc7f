//! What is wrong with an input, field by field. Every door reports all of them at once.

use std::borrow::Cow;

/// One field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field in the body: `subject`, `milestones[0].due`; empty for the body itself.
    pub field: Cow<'static, str>,
    /// Stable, for programs.
    pub code: &'static str,
    /// For people; starts in lower case and needs no field name in front.
    pub message: Cow<'static, str>,
}

impl Fault {
    pub fn new(
        field: impl Into<Cow<'static, str>>,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}
