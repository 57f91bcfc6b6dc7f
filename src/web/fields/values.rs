//! Single values: texts, words, instants, numbers, money.

use std::fmt::Display;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::Fields;
use crate::domain::person::parse_email;
use crate::domain::ticket::Money;

/// How long a text may be, in characters.
#[derive(Clone, Copy, Debug)]
pub struct Length(pub usize);

impl Length {
    pub const CODE: Self = Self(80);
    /// A headline of a letter.
    pub const STATUS: Self = Self(90);
    pub const NAME: Self = Self(120);
    pub const LINE: Self = Self(200);
    pub const REASON: Self = Self(2_000);
    pub const BODY: Self = Self(20_000);
}

/// Dearest value that is believed: a thousand billion.
const MOST_MONEY: f64 = 1e12;

impl Fields {
    /// One line of text, trimmed.
    pub fn line(&mut self, name: &'static str, length: Length) -> Option<String> {
        self.words(name, length, false)
    }

    /// Text with line breaks, trimmed.
    pub fn text(&mut self, name: &'static str, length: Length) -> Option<String> {
        self.words(name, length, true)
    }

    /// A whole document: not trimmed, so that its lines keep their numbers.
    pub fn document(&mut self, name: &'static str, length: Length) -> Option<String> {
        let text = self.string(name)?;
        if text.trim().is_empty() {
            self.fault(name, "empty", "must not be empty");
        } else if text.chars().count() > length.0 {
            self.fault(name, "too_long", format!("must have at most {} characters", length.0));
        } else {
            return Some(text);
        }
        None
    }

    /// What is looked for: anything may be, its first characters count.
    pub fn search(&mut self, name: &'static str) -> Option<String> {
        let text = self.string(name)?;
        Some(text.chars().take(Length::REASON.0).collect())
    }

    fn words(&mut self, name: &'static str, length: Length, breaks: bool) -> Option<String> {
        let text = self.string(name)?;
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        let forbidden = |c: char| c.is_control() && !(breaks && matches!(c, '\n' | '\t'));
        if text.is_empty() {
            self.fault(name, "empty", "must not be empty");
        } else if text.chars().count() > length.0 {
            self.fault(name, "too_long", format!("must have at most {} characters", length.0));
        } else if text.chars().any(forbidden) {
            self.fault(name, "control_character", "must not contain control characters");
        } else {
            return Some(text.to_owned());
        }
        None
    }

    fn string(&mut self, name: &'static str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text),
            _ => {
                self.fault(name, "wrong_type", "must be a text");
                None
            }
        }
    }

    /// A password: as it is, not trimmed.
    pub fn password(&mut self, name: &'static str) -> Option<String> {
        let text = self.string(name)?;
        if text.len() > crate::secrets::LONGEST_PASSWORD {
            self.fault(name, "too_long", "is too long");
            return None;
        }
        Some(text)
    }

    /// A password about to be set: long enough.
    pub fn new_password(&mut self, name: &'static str) -> Option<String> {
        let text = self.password(name)?;
        if text.chars().count() < crate::secrets::SHORTEST_PASSWORD {
            let least = crate::secrets::SHORTEST_PASSWORD;
            self.fault(name, "too_short", format!("must have at least {least} characters"));
            return None;
        }
        Some(text)
    }

    /// One of a set of words.
    pub fn word<T: FromStr + Display + Copy + PartialEq + 'static>(
        &mut self,
        name: &'static str,
        all: &'static [T],
    ) -> Option<T> {
        let text = self.string(name)?;
        match text.parse() {
            Ok(word) if all.contains(&word) => Some(word),
            Ok(_) | Err(_) => {
                let known: Vec<String> = all.iter().map(ToString::to_string).collect();
                self.fault(name, "unknown", format!("must be one of {}", known.join(", ")));
                None
            }
        }
    }

    /// Something that is parsed from one line.
    pub fn parsed<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let text = self.line(name, Length(300))?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(message) => {
                self.fault(name, "invalid", message);
                None
            }
        }
    }

    pub fn email(&mut self, name: &'static str) -> Option<String> {
        self.parsed(name, parse_email)
    }

    /// RFC 3339 with an offset, to the microsecond; from a form also a date and time as
    /// browsers send them, in the form's zone.
    pub fn instant(&mut self, name: &'static str) -> Option<Timestamp> {
        let text = self.string(name)?;
        let text = text.trim();
        let local = self.form.as_ref().and_then(|zone| {
            let at = text.parse::<civil::DateTime>().ok()?;
            zone.to_ambiguous_timestamp(at).compatible().ok()
        });
        let parsed = text.parse::<Timestamp>().ok().or(local).and_then(believable);
        if parsed.is_none() {
            let example = if self.form.is_some() { "2026-11-26 12:00" } else { "2026-11-26T12:00:00Z" };
            self.fault(name, "invalid", format!("must be a date and time such as {example}"));
        }
        parsed
    }

    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(flag) => Some(flag),
            Value::String(text)
                if self.form.is_some() && matches!(text.as_str(), "true" | "on" | "yes" | "1") =>
            {
                Some(true)
            }
            Value::String(text)
                if self.form.is_some() && matches!(text.as_str(), "false" | "off" | "no" | "0") =>
            {
                Some(false)
            }
            _ => {
                self.fault(name, "wrong_type", "must be true or false");
                None
            }
        }
    }

    /// A whole number within bounds.
    pub fn whole(&mut self, name: &'static str, least: i64, most: i64) -> Option<i64> {
        let number = match self.take(name)? {
            Value::Number(n) => n.as_i64(),
            Value::String(text) if self.form.is_some() => text.trim().parse().ok(),
            _ => None,
        };
        match number.filter(|n| (least..=most).contains(n)) {
            Some(number) => Some(number),
            None => {
                self.fault(name, "invalid", format!("must be a whole number from {least} to {most}"));
                None
            }
        }
    }

    /// `amount` and `currency`, rounded to hundredths.
    pub fn money(&mut self) -> Option<Money> {
        let amount = self.must("amount", super::Fields::amount);
        let currency = self.must("currency", |f, name| {
            f.parsed(name, |text| {
                let fine = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
                if fine { Ok(text.to_owned()) } else { Err("must be a currency code such as EUR") }
            })
        });
        Some(Money { hundredths: amount?, currency: currency? })
    }

    /// A sum of money, in hundredths.
    pub fn amount(&mut self, name: &'static str) -> Option<i64> {
        let number = match self.take(name)? {
            Value::Number(n) => n.as_f64(),
            Value::String(text) if self.form.is_some() => text.trim().replace([',', ' '], "").parse().ok(),
            _ => None,
        };
        match number.filter(|n| (0.0..=MOST_MONEY).contains(n)) {
            #[expect(
                clippy::as_conversions,
                clippy::cast_possible_truncation,
                reason = "within 1e14, and rounded"
            )]
            Some(number) => Some((number * 100.0).round() as i64),
            None => {
                self.fault(name, "invalid", "must be a number from 0 to 1000000000000");
                None
            }
        }
    }
}

/// Within a few centuries of today, to the microsecond: what the database keeps and
/// every zone can show.
fn believable(at: Timestamp) -> Option<Timestamp> {
    let at = Timestamp::from_microsecond(at.as_microsecond()).ok()?;
    let year = at.to_zoned(TimeZone::UTC).year();
    (1971..=2199).contains(&year).then_some(at)
}
