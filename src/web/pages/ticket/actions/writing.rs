//! Writing: staff tell the partner of progress in four parts, or note something among themselves; the
//! partner just writes.

use crate::domain::access::Action;
use crate::domain::ticket::Visibility;
use crate::web::pages::forms::{Choice, Field, Form};

use super::Maker;

impl Maker<'_> {
    /// What comes next is filled in with the date that stands next.
    pub(super) fn progress(&self) -> Option<Form> {
        if !self.is_open() || !self.may(Action::Write) || !self.may(Action::WriteInternal) {
            return None;
        }
        let timetable = &self.loaded.ticket.timetable;
        let step = timetable.milestones().into_iter().filter(|p| p.is_open()).min_by_key(|p| p.due);
        let next = step.or_else(|| timetable.resolution());
        let label = next.and_then(|p| p.label.clone()).unwrap_or_default();
        // A date that has passed is no answer to "by when".
        let due = next.filter(|p| p.due > self.loaded.now).map(|p| self.times.field(p.due));
        let may_move = self.may(Action::Timetable);
        let by_when = if may_move {
            format!(
                "In {}. A later date breaks the old promise; what changed is its reason.",
                self.times.name
            )
        } else {
            format!(
                "In {}: a date that stands. New ones are given by the owner and the team.",
                self.times.name
            )
        };
        Some(
            self.form("progress", "progress", "Tell the partner how it stands")
                .field(
                    Field::line("status", "How it stands")
                        .hint("In a line: the headline of the letter.")
                        .required(),
                )
                .field(Field::area("changed", "What changed, or why nothing did").required())
                .field(
                    Field::line("next.label", "What comes next")
                        .hint("A step of the timetable, or a new one. Empty: that it is solved.")
                        .value(label),
                )
                .field(
                    Field::moment("next.due", "By when")
                        .hint(by_when)
                        .value(due.unwrap_or_default())
                        .required(),
                )
                .field(
                    Field::area("who", "Who does what")
                        .hint("Ours and theirs; also that they need not do anything.")
                        .required(),
                )
                .button("Tell the partner"),
        )
    }

    /// Where progress can be told, a message is an internal note.
    pub(super) fn message(&self) -> Option<Form> {
        if !self.loaded.ticket.is_live() || !self.may(Action::Write) {
            return None;
        }
        if !self.may(Action::WriteInternal) {
            let form = self.form("message", "messages", "Write to us");
            return Some(form.field(Field::area("body", "Write to us").required()).button("Send"));
        }
        if self.is_open() {
            return Some(
                self.form("message", "messages", "Internal note")
                    .fixed("visibility", Visibility::Internal.as_str())
                    .field(Field::area("body", "Note").hint("The partner never sees it.").required())
                    .button("Keep the note"),
            );
        }
        let who = vec![
            Choice::new(Visibility::Partner.as_str(), "The partner"),
            Choice::new(Visibility::Internal.as_str(), "Only us: an internal note"),
        ];
        Some(
            self.form("message", "messages", "Write")
                .field(Field::area("body", "Message").required())
                .field(
                    Field::radios("visibility", "Who reads it", who)
                        .value(Visibility::Partner.as_str())
                        .required(),
                )
                .button("Send"),
        )
    }
}
