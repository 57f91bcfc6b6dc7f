//! Letters about somebody's access, and who letters are from. Those about a ticket are in
//! `compose`. No look-ups, no I/O.

use jiff::Timestamp;

use crate::domain::letter::{Kind, Letter};
use crate::domain::person::Person;
use crate::secrets::Fresh;

use super::content::{Block, Content, one_line};
use super::paint;
use super::times::Times;

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

/// A link that opens once.
pub struct Link<'a> {
    pub url: String,
    pub now: Timestamp,
    pub until: Timestamp,
    pub fresh: &'a Fresh,
}

impl Link<'_> {
    /// Until when it is good, as the reader's clock shows it.
    fn closes(&self, to: &Person) -> String {
        Times::new(self.now, &to.zone).when(self.until)
    }
}

/// Somebody may come in: the link with which a first password is set.
pub fn invitation(to: &Person, from: &Sender, link: &Link<'_>) -> Letter {
    let content = Content {
        headline: "An account was made for you in Lizard".to_owned(),
        blocks: vec![
            Block::Say(format!("Hello {},", to.name)),
            Block::Say(
                "partner issues have one owner here, and dates that are kept or explained.".to_owned(),
            ),
            Block::Say(format!("Set your password by {}. The link works once.", link.closes(to))),
        ],
        link: "Set your password".to_owned(),
        url: link.url.clone(),
        footer: vec!["If you did not expect this letter, leave it alone.".to_owned()],
        mute: None,
    };
    letter(Kind::Invitation, to, from, "Your access to Lizard", content, link.fresh)
}

/// Somebody forgot the password.
pub fn reset(to: &Person, from: &Sender, link: &Link<'_>) -> Letter {
    let content = Content {
        headline: "Set a new password for Lizard".to_owned(),
        blocks: vec![
            Block::Say(format!("Hello {},", to.name)),
            Block::Say("somebody asked for a new password for your account.".to_owned()),
            Block::Say(format!("If it was you, set it by {}. The link works once.", link.closes(to))),
        ],
        link: "Set a new password".to_owned(),
        url: link.url.clone(),
        footer: vec!["If it was not you, leave this letter alone: your password stays as it is.".to_owned()],
        mute: None,
    };
    letter(Kind::Reset, to, from, "Set a new password for Lizard", content, link.fresh)
}

/// Somebody wants in without a password.
pub fn sign_in(to: &Person, from: &Sender, link: &Link<'_>) -> Letter {
    let content = Content {
        headline: "Your link to sign in to Lizard".to_owned(),
        blocks: vec![
            Block::Say(format!("Hello {},", to.name)),
            Block::Say("somebody asked for a link to sign in as you.".to_owned()),
            Block::Say(format!("If it was you, use it by {}. The link works once.", link.closes(to))),
        ],
        link: "Sign in".to_owned(),
        url: link.url.clone(),
        footer: vec!["If it was not you, leave this letter alone: nobody gets in without it.".to_owned()],
        mute: None,
    };
    letter(Kind::SignIn, to, from, "Your link to sign in to Lizard", content, link.fresh)
}

fn letter(kind: Kind, to: &Person, from: &Sender, subject: &str, content: Content, fresh: &Fresh) -> Letter {
    let content = content.tidy();
    Letter {
        kind,
        dedup_key: format!("{kind}:{}", fresh.hash),
        message_id: format!("<{kind}.{}@{}>", fresh.hash, from.host()),
        to: to.id,
        recipient: to.email.clone(),
        recipient_name: one_line(&to.name),
        sender: from.mailbox.clone(),
        subject: subject.to_owned(),
        text: paint::text(&content),
        html: paint::html(&content),
        in_reply_to: None,
        references: Vec::new(),
        automatic: true,
        not_before: Timestamp::UNIX_EPOCH,
        unsubscribe: None,
        about: None,
    }
}
