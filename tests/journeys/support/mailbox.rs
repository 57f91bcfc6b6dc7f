//! Everybody's mailbox: what was accepted, taken apart again.

use std::fmt::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lizard::domain::link::masked;
use lizard::mail::post::Post;
use mail_parser::{HeaderValue, MessageParser};

use super::{TestDesk, Ticket};

/// A letter as its reader has it.
#[derive(Clone, Debug)]
pub struct Mail {
    /// By its word: `received`, `heads_up` …
    pub kind: String,
    pub to: String,
    pub to_name: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub at: Timestamp,
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
    /// Marked as sent by a machine.
    pub automatic: bool,
    pub raw: Vec<u8>,
}

impl Mail {
    pub fn of(post: &Post) -> Self {
        let parsed = MessageParser::default().parse(&post.bytes).expect("a letter is a mail");
        let to = parsed.to().and_then(|a| a.first()).expect("somebody");
        let ids = |value: &HeaderValue<'_>| match value {
            HeaderValue::Text(id) => vec![id.to_string()],
            HeaderValue::TextList(ids) => ids.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        let date = parsed.date().expect("a date").to_timestamp();
        Self {
            kind: post.name.rsplit('-').next().unwrap().to_owned(),
            to: to.address().unwrap().to_owned(),
            to_name: to.name().unwrap_or_default().to_owned(),
            subject: parsed.subject().unwrap_or_default().to_owned(),
            text: parsed.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
            html: parsed.body_html(0).unwrap_or_default().into_owned(),
            at: Timestamp::from_second(date).unwrap(),
            message_id: parsed.message_id().unwrap().to_owned(),
            in_reply_to: ids(parsed.in_reply_to()).pop(),
            references: ids(parsed.references()),
            automatic: parsed.header("Auto-Submitted").is_some(),
            raw: post.bytes.clone(),
        }
    }

    /// First name, as the others of a journey know them.
    pub fn reader(&self) -> &str {
        self.to.split('@').next().unwrap()
    }
}

impl TestDesk {
    /// Everything that arrived, in the order in which it was written.
    pub fn mails(&self) -> Vec<Mail> {
        let mut posts = self.memory.letters();
        posts.sort_by(|a, b| a.name.cmp(&b.name));
        posts.iter().map(Mail::of).collect()
    }

    /// A path below `place` that a letter names.
    pub fn path_in(&self, mail: &Mail, place: &str) -> String {
        let url = &self.app.settings.server.public_url;
        let start = format!("{url}{place}");
        let word = mail.text.split_whitespace().find(|w| w.starts_with(&start));
        let word = word.unwrap_or_else(|| panic!("no {start} in {}", mail.text));
        word.strip_prefix(url.as_str()).unwrap().to_owned()
    }

    /// The path that the last letter of this kind to somebody leads to.
    pub fn last_link(&self, kind: &str, to: &str, place: &str) -> String {
        let mail = self.mails().into_iter().rev().find(|m| m.kind == kind && m.to == to).unwrap();
        self.path_in(&mail, place)
    }

    /// How many events a ticket has, its ETag, and how many letters there are: what changes
    /// nothing leaves all of it alone.
    pub async fn trace(&self, ticket: &Ticket) -> (usize, String, usize) {
        let dana = self.staff("dana").await;
        let etag = dana.sees(ticket).await.etag();
        (dana.events(ticket).await.len(), etag, self.mails().len())
    }

    /// What arrived about one ticket.
    pub fn letters(&self, ticket: &Ticket) -> Vec<Mail> {
        let (page, footer) = (format!("/t/{}", ticket.0), format!("Reference: {}", ticket.0));
        let about = |mail: &Mail| {
            mail.subject.contains(&ticket.0) || mail.text.contains(&page) || mail.text.contains(&footer)
        };
        self.mails().into_iter().filter(about).collect()
    }

    /// `kind to whom` of every letter about a ticket, with when it was written, as it is in Berlin.
    pub fn postmarks(&self, ticket: &Ticket) -> Vec<String> {
        let line = |m: &Mail| format!("{} {} {}", when(m.at), m.kind, m.reader());
        self.letters(ticket).iter().map(line).collect()
    }

    /// Every letter about a ticket, whole.
    pub fn correspondence(&self, ticket: &Ticket) -> String {
        let mut out = String::new();
        for mail in self.letters(ticket) {
            let line = format!("--- {} to {}: {}", when(mail.at), mail.to_name, mail.subject);
            writeln!(out, "{line}\n{}\n", mail.text.trim_end()).unwrap();
        }
        masked(&out).replace(&self.app.settings.server.public_url, "https://lizard.example")
    }
}

fn when(at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::get("Europe/Berlin").unwrap());
    let seconds = if at.second() == 0 { "" } else { ":%S" };
    at.strftime(&format!("%a %-d %b %H:%M{seconds}")).to_string()
}
