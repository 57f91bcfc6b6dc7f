//! Content lines of an iCalendar file: folded ones put together, each parted into its name, its
//! parameters and its value. What a property means does not belong here.

use super::Problem;

/// One property, as `DTSTART;VALUE=DATE:20261225`.
#[derive(Debug, PartialEq, Eq)]
pub struct Property {
    /// Counted from 1: where it begins.
    pub line: usize,
    /// In capitals, as are the names of its parameters.
    pub name: String,
    pub parameters: Vec<(String, String)>,
    pub value: String,
}

impl Property {
    pub fn has_parameter(&self, name: &str) -> bool {
        self.parameters.iter().any(|(known, _)| known == name)
    }
}

/// Every property of a file, up to a line that is none: that is a problem.
pub fn properties(bytes: &[u8], problems: &mut Vec<Problem>) -> Vec<Property> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut properties = Vec::new();
    for (line, text) in unfolded(bytes) {
        // Only names of events hold other letters than ASCII; a strange encoding spoils no date.
        if let Some(property) = property(line, &String::from_utf8_lossy(&text)) {
            properties.push(property);
        } else {
            // In a file of another kind, every line would be one.
            problems.push((line, "this is no line of an iCalendar file (NAME:value)".to_owned()));
            return Vec::new();
        }
    }
    properties
}

/// The lines of a file, put together where they were folded (which may be within a letter).
fn unfolded(bytes: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let mut lines: Vec<(usize, Vec<u8>)> = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (line, lines.last_mut()) {
            ([b' ' | b'\t', rest @ ..], Some((_, last))) => last.extend(rest),
            _ if line.trim_ascii().is_empty() => {}
            _ => lines.push((number, line.to_vec())),
        }
    }
    lines
}

fn property(line: usize, text: &str) -> Option<Property> {
    let mut quoted = false;
    let end = text.find(|c| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    let (head, value) = text.split_at_checked(end)?;
    let mut parts = outside_quotes(head, ';').into_iter();
    let name = parts.next().filter(|name| is_name(name))?.to_ascii_uppercase();
    let parameters = parts
        .map(|part| {
            let (name, value) = part.split_once('=')?;
            is_name(name).then(|| (name.to_ascii_uppercase(), value.trim_matches('"').to_owned()))
        })
        .collect::<Option<_>>()?;
    Some(Property { line, name, parameters, value: value.strip_prefix(':')?.trim().to_owned() })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
    .collect()
}
