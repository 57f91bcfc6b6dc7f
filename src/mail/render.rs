//! From what somebody must hear to a finished letter. No look-ups, no I/O.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::letter::{Kind, Letter};
use crate::domain::person::Person;
use crate::secrets::Fresh;

/// Who letters are from, and where their links lead.
#[derive(Clone, Debug)]
pub struct Sender {
    /// "Name <address>" or an address.
    pub mailbox: String,
    /// Without a slash at the end.
    pub public_url: String,
}

impl Sender {
    /// The host of the address, for Message-IDs.
    pub fn host(&self) -> &str {
        let address = self.mailbox.trim_end_matches('>');
        address.rsplit_once('@').map_or("lizard", |(_, host)| host)
    }
}

#[derive(Template)]
#[template(path = "mail/invitation.txt", escape = "none")]
struct Invitation<'a> {
    name: &'a str,
    url: &'a str,
    until: String,
}

#[derive(Template)]
#[template(path = "mail/reset.txt", escape = "none")]
struct Reset<'a> {
    name: &'a str,
    url: &'a str,
    until: String,
}

/// Somebody may come in: the link with which a first password is set.
pub fn invitation(to: &Person, from: &Sender, url: &str, until: Timestamp, fresh: &Fresh) -> Letter {
    let body = Invitation { name: &to.name, url, until: in_zone(until, &to.zone) };
    letter(Kind::Invitation, to, from, "Your access to Lizard", &body, fresh)
}

/// Somebody forgot the password.
pub fn reset(to: &Person, from: &Sender, url: &str, until: Timestamp, fresh: &Fresh) -> Letter {
    let body = Reset { name: &to.name, url, until: in_zone(until, &to.zone) };
    letter(Kind::Reset, to, from, "Set a new password for Lizard", &body, fresh)
}

fn letter(
    kind: Kind,
    to: &Person,
    from: &Sender,
    subject: &str,
    body: &dyn askama::DynTemplate,
    fresh: &Fresh,
) -> Letter {
    // A template over plain strings fails only if writing to a String does.
    let text = body.dyn_render().unwrap_or_default();
    Letter {
        kind,
        dedup_key: format!("{kind}:{}", fresh.hash),
        message_id: format!("<{kind}.{}@{}>", fresh.hash, from.host()),
        to: to.id,
        recipient: to.email.clone(),
        recipient_name: to.name.clone(),
        sender: from.mailbox.clone(),
        subject: subject.to_owned(),
        text,
        html: String::new(),
        in_reply_to: None,
        references: Vec::new(),
        automatic: true,
        not_before: Timestamp::UNIX_EPOCH,
        about: None,
    }
}

/// An absolute time with its zone, as its reader's clock shows it.
pub fn in_zone(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%a %-d %b %Y, %H:%M %Z").to_string()
}
