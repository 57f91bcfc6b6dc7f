//! What a letter says, before it is painted: a headline, blocks in order, one link, a
//! footer. Nothing here knows tickets or HTML.

/// The longest headline, in characters: it is the preview text too.
pub const LONGEST_HEADLINE: usize = 90;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    pub headline: String,
    pub blocks: Vec<Block>,
    /// What the link is called, and where it leads.
    pub link: String,
    pub url: String,
    pub footer: Vec<String>,
    /// Where the reader ends letters about this ticket.
    pub mute: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Say(String),
    /// As somebody wrote it: the letter's own author, or quoted.
    Words {
        body: String,
        quoted: bool,
    },
    Dates {
        title: String,
        rows: Vec<Date>,
    },
    List {
        title: String,
        rows: Vec<String>,
    },
}

/// One date of a timetable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Date {
    pub what: String,
    pub when: String,
    /// The dates in whose place it stands, latest first.
    pub old: Vec<Old>,
}

/// A date that no longer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Old {
    pub when: String,
    /// Why it moved; empty where nobody said.
    pub reason: String,
}

impl Content {
    /// Every text on one line, and nothing in it that a reader cannot see; words keep their lines.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        self.headline = clipped(&one_line(&self.headline), LONGEST_HEADLINE);
        for block in &mut self.blocks {
            match block {
                Block::Say(text) => *text = one_line(text),
                Block::Words { body, .. } => *body = visible(body),
                Block::Dates { rows, .. } => rows.iter_mut().for_each(Date::tidy),
                Block::List { rows, .. } => rows.iter_mut().for_each(|row| *row = one_line(row)),
            }
        }
        for line in &mut self.footer {
            *line = one_line(line);
        }
        self
    }
}

impl Date {
    fn tidy(&mut self) {
        self.what = one_line(&self.what);
        for old in &mut self.old {
            old.reason = one_line(&old.reason);
        }
    }
}

/// Turns the text around, or breaks the line, unseen.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// On one line: line breaks and control characters are spaces, several spaces are one.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let plain = text
        .chars()
        .filter(|&c| !is_hidden(c))
        .map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c });
    for c in plain {
        if c != ' ' || !(line.is_empty() || line.ends_with(' ')) {
            line.push(c);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// With its line breaks, and without other control characters.
fn visible(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.trim().chars().filter(|&c| c == '\n' || c == '\t' || !(c.is_control() || is_hidden(c))).collect()
}

/// At most so many characters, cut where a word ends if one does.
pub fn clipped(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    let whole = kept.rsplit_once(' ').map(|(words, _)| words).filter(|w| w.len() > kept.len() / 2);
    format!("{}…", whole.unwrap_or(&kept).trim_end_matches([' ', ',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_breaks_and_nothing_hidden() {
        assert_eq!(one_line(" a\r\nBcc: b\tc\u{202e}d\u{0}  e\u{2028}f "), "a Bcc: b cd e f");
        assert_eq!(visible("a\r\nb\rc\u{0}\u{202e}\n"), "a\nb\nc");
    }

    #[test]
    fn a_long_text_is_cut_where_a_word_ends() {
        assert_eq!(clipped("one two three", 13), "one two three");
        assert_eq!(clipped("one two three", 10), "one two…");
        assert_eq!(clipped("äöüäöüäöü", 4), "äöü…");
    }
}
