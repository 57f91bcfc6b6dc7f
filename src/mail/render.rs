//! From what somebody must hear to a finished letter. No look-ups, no I/O.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::letter::Letter;
use crate::domain::person::Person;
use crate::secrets::Fresh;

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
pub fn invitation(to: &Person, url: &str, until: Timestamp, fresh: &Fresh) -> Letter {
    let body = Invitation { name: &to.name, url, until: in_zone(until, &to.zone) };
    letter("invitation", to, "Your access to Lizard", &body, fresh)
}

/// Somebody forgot the password.
pub fn reset(to: &Person, url: &str, until: Timestamp, fresh: &Fresh) -> Letter {
    let body = Reset { name: &to.name, url, until: in_zone(until, &to.zone) };
    letter("reset", to, "Set a new password for Lizard", &body, fresh)
}

fn letter(
    kind: &'static str,
    to: &Person,
    subject: &str,
    body: &dyn askama::DynTemplate,
    fresh: &Fresh,
) -> Letter {
    // A template over plain strings fails only if writing to a String does.
    let text = body.dyn_render().unwrap_or_default();
    Letter {
        kind,
        dedup_key: format!("{kind}:{}", fresh.hash),
        message_id: format!("<{kind}.{}@lizard>", fresh.hash),
        recipient: to.email.clone(),
        subject: subject.to_owned(),
        text,
    }
}

/// An absolute time with its zone, as its reader's clock shows it.
pub fn in_zone(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%a %-d %b %Y, %H:%M %Z").to_string()
}
