//! From a letter to the bytes that travel: RFC 5322, and the same bytes for the same
//! letter every time. Whatever stands in a name or a subject, it makes no header.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use lettre::{Address, message::MessageBuilder};

use crate::domain::letter::Letter;
use crate::secrets;

use super::mailer::Failure;

/// A letter with its stamp on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The same for the same letter, and fit for the name of a file.
    pub name: String,
    pub envelope: Envelope,
    pub bytes: Vec<u8>,
}

impl Post {
    /// The address that it goes to.
    pub fn to(&self) -> String {
        self.envelope.to().first().map(ToString::to_string).unwrap_or_default()
    }
}

/// The letter with this id, caused at `at`. Fails for good where an address is none.
pub fn post(id: i64, letter: &Letter, at: Timestamp) -> Result<Post, Failure> {
    let unfit = |_| Failure::last("the address is not one");
    let to: Address = letter.recipient.trim().parse().map_err(unfit)?;
    let (name, sender) = sender_of(&letter.sender);
    let sender: Address = sender.parse().map_err(|_| Failure::passing("the sender's address is not one"))?;
    let envelope = Envelope::new(Some(sender.clone()), vec![to.clone()])
        .map_err(|_| Failure::last("the address is not one"))?;
    let mut builder = Message::builder()
        .envelope(envelope.clone())
        .from(Mailbox::new(name_of(name), sender))
        .to(Mailbox::new(name_of(&letter.recipient_name), to))
        .subject(clean(&letter.subject))
        .date(system(at))
        .message_id(Some(message_id(&letter.message_id)));
    if let Some(previous) = &letter.in_reply_to {
        builder = builder.in_reply_to(message_id(previous));
    }
    if !letter.references.is_empty() {
        let thread: Vec<String> = letter.references.iter().map(|id| message_id(id)).collect();
        builder = builder.references(thread.join(" "));
    }
    if letter.automatic {
        builder = marked(builder);
    }
    if let Some(url) = &letter.unsubscribe {
        builder = ending(builder, url);
    }
    let html = letter.html.whole();
    let message = match html.is_empty() {
        true => builder.singlepart(SinglePart::plain(letter.text.clone())),
        false => builder.multipart(
            MultiPart::alternative()
                .boundary(boundary(letter, &html))
                .singlepart(SinglePart::plain(letter.text.clone()))
                .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html)),
        ),
    };
    let message = message.map_err(|_| Failure::last("it cannot be written as a mail"))?;
    let stamp = at.strftime("%Y%m%dT%H%M%SZ");
    Ok(Post { name: format!("{stamp}-{id:08}-{}", letter.kind), envelope, bytes: message.formatted() })
}

/// One press ends such letters, and nothing has to be opened for it (RFC 8058).
fn ending(builder: MessageBuilder, url: &str) -> MessageBuilder {
    let header = |name, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    builder
        .raw_header(header("List-Unsubscribe", format!("<{}>", message_id(url))))
        .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
}

/// Nobody wrote it: no machine shall answer.
fn marked(builder: MessageBuilder) -> MessageBuilder {
    let header = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
    builder
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "OOF, AutoReply"))
}

/// Name and address of "Name <address>", or of an address alone.
fn sender_of(text: &str) -> (&str, &str) {
    match text.rsplit_once('<') {
        Some((name, rest)) => (name.trim().trim_matches('"'), rest.trim().trim_end_matches('>').trim()),
        None => ("", text.trim()),
    }
}

fn name_of(text: &str) -> Option<String> {
    Some(clean(text)).filter(|name| !name.is_empty())
}

/// One line without control characters.
fn clean(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.split(breaks).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Message-IDs are made by us, of visible ASCII; nothing else gets through.
fn message_id(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).collect()
}

/// Made of the Message-ID, and of nothing that stands in the letter.
fn boundary(letter: &Letter, html: &str) -> String {
    let mut boundary = secrets::hash(&letter.message_id);
    while letter.text.contains(&boundary) || html.contains(&boundary) {
        boundary = secrets::hash(&boundary);
    }
    boundary
}

/// Whole seconds: a mail's date has no more.
fn system(at: Timestamp) -> SystemTime {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests;
