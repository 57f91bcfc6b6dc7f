//! Why a verb did not happen. The code is stable; the sentence is for people.

use super::calendar::CalendarError;
use super::fault::Fault;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The ticket's state does not allow it (409).
    State { code: &'static str, message: String },
    /// The values given do not (422).
    Input(Vec<Fault>),
}

impl Refusal {
    pub fn state(code: &'static str, message: impl Into<String>) -> Self {
        Self::State { code, message: message.into() }
    }

    pub fn input(
        field: &'static str,
        code: &'static str,
        message: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Self {
        Self::Input(vec![Fault::new(field, code, message)])
    }
}

impl From<CalendarError> for Refusal {
    fn from(error: CalendarError) -> Self {
        Self::state("calendar", format!("the date cannot be computed: {error}"))
    }
}
