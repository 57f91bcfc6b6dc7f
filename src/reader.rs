//! Reads TOML leniently: a mistake is noted with its file and line, and reading goes
//! on, so that a person sees all of them at once. Settings and the configuration
//! files are read with it. What the keys mean does not belong here.

mod convert;
mod guess;
mod section;

use std::cell::RefCell;
use std::fmt;

use toml_edit::{ArrayOfTables, Document, Item, TableLike, Value};

pub use convert::{code, date, name, one_of, parsed, text, what, whole};
pub use guess::{did_you_mean, nearest};
pub use section::Section;

/// Something a person must put right before Lizard can start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file's path as it was given, or the name of an environment variable.
    pub file: String,
    /// Counted from 1; 0 where there is no line (a variable, an unreadable file).
    pub line: usize,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}: {}", self.file, self.message),
        }
    }
}

/// One TOML file while it is read, and the mistakes found so far.
pub struct Reader {
    file: String,
    document: Document<String>,
    mistakes: RefCell<Vec<Mistake>>,
}

/// A place in the document while a path is followed.
enum Node<'a> {
    Table(&'a dyn TableLike),
    Tables(&'a ArrayOfTables),
    Value(&'a Value),
}

impl Reader {
    /// `file` is the name for messages. Fails on the first syntax error: what follows
    /// one cannot be trusted.
    pub fn new(file: &str, text: &str) -> Result<Self, Mistake> {
        match Document::parse(text.to_owned()) {
            Ok(document) => Ok(Self { file: file.to_owned(), document, mistakes: RefCell::default() }),
            Err(error) => Err(Mistake {
                file: file.to_owned(),
                line: line_at(text, error.span().map_or(text.len(), |span| span.start)),
                message: format!("this is not TOML: {}", error.message()),
            }),
        }
    }

    /// The name for messages.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The whole document.
    pub fn root(&self) -> Section<'_> {
        Section::new(self, self.document.as_table(), String::new(), 1)
    }

    /// Notes a mistake and goes on.
    pub fn note(&self, line: usize, message: impl Into<String>) {
        self.mistakes.borrow_mut().push(Mistake { file: self.file.clone(), line, message: message.into() });
    }

    /// Notes a mistake in another file that this one names.
    pub fn note_of(&self, mistake: Mistake) {
        self.mistakes.borrow_mut().push(mistake);
    }

    /// The mistakes in the order of their lines, those of other files after them.
    pub fn into_mistakes(self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        let own = |mistake: &Mistake| mistake.file == self.file;
        mistakes.sort_by(|a, b| {
            own(b).cmp(&own(a)).then_with(|| a.file.cmp(&b.file)).then_with(|| a.line.cmp(&b.line))
        });
        mistakes
    }

    /// The value read from the file, unless anything was noted.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Mistake>> {
        let mistakes = self.into_mistakes();
        match value {
            Some(value) if mistakes.is_empty() => Ok(value),
            _ => Err(mistakes),
        }
    }

    /// The value at a path of keys.
    pub fn value(&self, path: &[&str]) -> Option<&Value> {
        match self.follow(path) {
            (_, Some(Node::Value(value))) => Some(value),
            _ => None,
        }
    }

    /// The line of a path of keys; a number counts the entries of a list from 0. What
    /// is not there has the line of the last thing on the way.
    pub fn line_of(&self, path: &[&str]) -> usize {
        self.follow(path).0
    }

    fn follow<'a>(&'a self, path: &[&str]) -> (usize, Option<Node<'a>>) {
        let mut line = 1;
        let mut here: Node<'a> = Node::Table(self.document.as_table());
        for step in path {
            let Some((span, next)) = step_into(&here, step) else {
                return (line, None);
            };
            if let Some(span) = span {
                line = self.line_at(span.start);
            }
            match next {
                Some(next) => here = next,
                None => return (line, None),
            }
        }
        (line, Some(here))
    }

    fn line_at(&self, offset: usize) -> usize {
        line_at(self.document.raw(), offset)
    }
}

type Span = std::ops::Range<usize>;

fn step_into<'a>(here: &Node<'a>, step: &str) -> Option<(Option<Span>, Option<Node<'a>>)> {
    match *here {
        Node::Table(table) => keyed(table, step),
        Node::Value(Value::InlineTable(table)) => keyed(table, step),
        Node::Value(Value::Array(array)) => {
            let value = array.get(step.parse::<usize>().ok()?)?;
            Some((value.span(), Some(Node::Value(value))))
        }
        Node::Value(_) => None,
        Node::Tables(tables) => {
            let table = tables.get(step.parse::<usize>().ok()?)?;
            Some((table.span(), Some(Node::Table(table))))
        }
    }
}

fn keyed<'a>(table: &'a dyn TableLike, step: &str) -> Option<(Option<Span>, Option<Node<'a>>)> {
    let (key, item) = table.get_key_value(step)?;
    let node = match item {
        Item::None => None,
        Item::Value(value) => Some(Node::Value(value)),
        Item::Table(table) => Some(Node::Table(table)),
        Item::ArrayOfTables(tables) => Some(Node::Tables(tables)),
    };
    Some((key.span(), node))
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests;
