//! A ladder or calendars as the text of a file, which reads back as the same value. The shape is
//! that of `config/ladder.toml` and `config/calendars.toml`, without their explanations.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::civil::Weekday;
use toml_edit::{Array, Key, Value};

use crate::domain::calendar::CalendarSpec;
use crate::domain::calendars::Calendars;
use crate::domain::ladder::{AtOnce, Ladder, Terms};
use crate::domain::priority::Priority;

/// `ladder.toml`.
pub fn ladder(ladder: &Ladder) -> String {
    let mut text = Text::default();
    text.line("longest_wait", one(ladder.longest_wait));
    text.line("wait_reminders", all(&ladder.wait_reminders));
    text.table("heads_up");
    text.line("owner", number(ladder.heads_up.owner));
    text.line("holder", number(ladder.heads_up.holder));
    text.table("confirmation");
    let confirmation = &ladder.confirmation;
    let days: Array = confirmation.ask_after_days.iter().map(|days| i64::from(*days)).collect();
    text.line("ask_after_days", days.into());
    text.line("close_after_days", number(confirmation.close_after_days));
    text.line("refusable_days", number(confirmation.refusable_days));
    text.at_once(&ladder.at_once);
    text.table("long_open");
    text.line("after", one(ladder.long_open.after));
    text.line("every", one(ladder.long_open.every));
    for rung in &ladder.rungs {
        text.table("[rung]");
        text.line("number", number(rung.number));
        text.line("name", one(&rung.name));
        text.line("stand", one(rung.stand));
        if let Some(share) = ladder.deadline_shares.iter().find(|share| share.rung == rung.number) {
            text.line("deadline_share", number(share.percent));
        }
    }
    for priority in Priority::ALL {
        text.table(priority.as_str());
        text.terms(ladder.terms(*priority));
    }
    text.0
}

/// `calendars.toml`, with every holiday in it.
pub fn calendars(set: &Calendars) -> String {
    let mut text = Text::default();
    text.line("default", one(&set.default));
    for (name, spec) in &set.calendars {
        text.table(&format!("calendar.{}", key(name)));
        text.calendar(spec);
    }
    for (table, names) in [("regions", &set.regions), ("partners", &set.partners), ("teams", &set.teams)] {
        text.names(table, names);
    }
    text.0
}

/// Lines so far.
#[derive(Default)]
struct Text(String);

impl Text {
    fn put(&mut self, line: std::fmt::Arguments<'_>) {
        // A String takes everything.
        let _ = writeln!(self.0, "{line}");
    }

    fn line(&mut self, name: &str, value: Value) {
        self.put(format_args!("{name} = {}", value.decorated("", "")));
    }

    fn at_once(&mut self, at_once: &AtOnce) {
        self.table("at_once");
        self.line("broken_promises", number(at_once.broken_promises));
        self.line("reopenings", number(at_once.reopenings));
        self.line("hand_ons", number(at_once.hand_ons));
        self.line("repeats", number(at_once.repeats));
        self.line("repeat_days", number(at_once.repeat_days));
    }

    fn table(&mut self, name: &str) {
        self.put(format_args!("\n[{name}]"));
    }

    fn terms(&mut self, terms: &Terms) {
        self.line("first_reply", one(terms.first_reply));
        self.line("update", one(terms.update));
        self.line("resolution", one(terms.resolution));
        // Written out: with no rung at all the table must be there all the same.
        let rungs: Vec<String> =
            terms.rungs.iter().map(|(rung, due)| format!("{rung} = {}", one(due))).collect();
        self.put(format_args!("rung = {{ {} }}", rungs.join(", ")));
        self.line("renotify", one(terms.renotify));
        self.line("press_answer", one(terms.press_answer));
        if let Some(grace) = terms.grace {
            self.line("grace", one(grace));
        }
    }

    fn calendar(&mut self, spec: &CalendarSpec) {
        self.line("zone", one(&spec.zone));
        for (day, weekday) in [
            ("mon", Weekday::Monday),
            ("tue", Weekday::Tuesday),
            ("wed", Weekday::Wednesday),
            ("thu", Weekday::Thursday),
            ("fri", Weekday::Friday),
            ("sat", Weekday::Saturday),
            ("sun", Weekday::Sunday),
        ] {
            let windows = spec.week.on(weekday);
            if !windows.is_empty() {
                self.line(&format!("week.{day}"), all(windows));
            }
        }
        if let Some(day) = spec.day {
            self.line("day", one(day));
        }
        if !spec.holidays.is_empty() {
            self.put(format_args!("holidays = ["));
            for date in &spec.holidays {
                self.put(format_args!("  {date},"));
            }
            self.put(format_args!("]"));
        }
    }

    fn names(&mut self, table: &str, names: &BTreeMap<String, String>) {
        self.table(table);
        for (name, calendar) in names {
            self.line(&key(name), one(calendar));
        }
    }
}

fn one(value: impl ToString) -> Value {
    value.to_string().into()
}

fn all(values: &[impl ToString]) -> Value {
    values.iter().map(ToString::to_string).collect::<Array>().into()
}

fn number(value: impl Into<i64>) -> Value {
    value.into().into()
}

/// In quotes where it needs them.
fn key(name: &str) -> String {
    Key::new(name).to_string()
}
