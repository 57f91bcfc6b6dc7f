//! From one TOML value to one Rust value. Each conversion fails with a sentence that
//! goes after the key: "must be …", so that it tells a person what to write.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::civil::Date;
use toml_edit::Value;

use super::guess::did_you_mean;

/// Any text.
pub fn text(value: &Value) -> Result<String, String> {
    as_text(value).map(str::to_owned)
}

/// A text that people read: one line, not empty.
pub fn name(value: &Value) -> Result<String, String> {
    const LONGEST: usize = 200;
    let text = as_text(value)?.trim();
    if text.is_empty() {
        Err("must not be empty".to_owned())
    } else if text.chars().any(char::is_control) {
        Err("must be on one line".to_owned())
    } else if text.chars().count() > LONGEST {
        Err(format!("must have at most {LONGEST} characters"))
    } else {
        Ok(text.to_owned())
    }
}

/// A stable code, as it stands in URLs and in the database.
pub fn code(value: &Value) -> Result<String, String> {
    let text = as_text(value)?;
    let fits = text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_'));
    if fits {
        Ok(text.to_owned())
    } else {
        Err(format!("must be a code: small letters, digits and _, a letter first, at most 40; not {text:?}"))
    }
}

/// A text that the type itself reads.
pub fn parsed<T>(value: &Value) -> Result<T, String>
where
    T: FromStr,
    T::Err: Display,
{
    as_text(value)?.parse().map_err(|error: T::Err| error.to_string())
}

/// One of a few words.
pub fn one_of<T>(all: &'static [T]) -> impl Fn(&Value) -> Result<T, String>
where
    T: Copy + Display,
{
    move |value| {
        let text = as_text(value)?;
        if let Some(&found) = all.iter().find(|word| word.to_string() == text) {
            return Ok(found);
        }
        let words: Vec<String> = all.iter().map(ToString::to_string).collect();
        Err(format!(
            "must be one of {}, not {text:?}{}",
            words.join(", "),
            did_you_mean(text, words.iter().map(String::as_str))
        ))
    }
}

/// A whole number within bounds.
pub fn whole<T>(bounds: RangeInclusive<i64>) -> impl Fn(&Value) -> Result<T, String>
where
    T: TryFrom<i64>,
{
    move |value| {
        let refusal = || format!("must be a whole number from {} to {}", bounds.start(), bounds.end());
        let number = value.as_integer().ok_or_else(|| format!("{}, not {}", refusal(), what(value)))?;
        if !bounds.contains(&number) {
            return Err(format!("{}, not {number}", refusal()));
        }
        T::try_from(number).map_err(|_| refusal())
    }
}

/// A day without a time, written without quotes: 2026-12-25.
pub fn date(value: &Value) -> Result<Date, String> {
    let refusal =
        || format!("must be a date without time and without quotes, such as 2026-12-25, not {}", what(value));
    let datetime = value.as_datetime().ok_or_else(refusal)?;
    let (Some(date), None, None) = (datetime.date, datetime.time, datetime.offset) else {
        return Err(refusal());
    };
    let year = i16::try_from(date.year).map_err(|_| refusal())?;
    let month = i8::try_from(date.month).map_err(|_| refusal())?;
    let day = i8::try_from(date.day).map_err(|_| refusal())?;
    Date::new(year, month, day).map_err(|_| refusal())
}

fn as_text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("must be a text in quotes, not {}", what(value)))
}

/// What kind of thing a value is, in plain words; never the value itself, it may be a
/// secret.
pub fn what(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a number",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "true or false",
        Value::Datetime(date) if date.value().time.is_some() => "a date with a time",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::InlineTable(_) => "a table",
    }
}
