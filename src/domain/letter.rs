//! A finished mail, ready to leave: rendered when it is caused and kept whole, so
//! that sending it again sends the same. What it says is composed in `mail`.

use std::sync::Arc;

use jiff::Timestamp;

use super::ids::{PersonId, TicketId};
use super::words::text_enum;

text_enum! {
    /// What a letter is, by what weighs most in it. The catalogue's numbers are in [`Kind::number`].
    pub enum Kind {
        Invitation = "invitation",
        Reset = "reset",
        /// A link to sign in without a password.
        SignIn = "sign_in",
        Received = "received",
        FirstReply = "first_reply",
        Timetable = "timetable",
        Update = "update",
        NoProgress = "no_progress",
        NewDate = "new_date",
        HeadsUp = "heads_up",
        RungReached = "rung_reached",
        Waiting = "waiting",
        /// The partner did not answer, and we go on.
        WaitOver = "wait_over",
        VpNotice = "vp_notice",
        Escalated = "escalated",
        Resolved = "resolved",
        ConfirmReminder = "confirm_reminder",
        Refused = "refused",
        Undelivered = "undelivered",
        /// To the owner: this is yours now.
        Assigned = "assigned",
        /// Nobody has acknowledged yet.
        Renotified = "renotified",
        /// To the owner: the partner wrote, confirmed or contested.
        PartnerSpoke = "partner_spoke",
        /// To the requester: it goes on in another ticket.
        Merged = "merged",
        /// A holder puts the next rung off.
        Held = "held",
        /// Down one rung.
        CameDown = "came_down",
        /// To rung 3's holder: it stays open for long; acknowledge that.
        Review = "review",
        /// To whom the present rung is now, as another one is away or back.
        TakenOver = "taken_over",
        /// To the requester: another person owns it now.
        NewOwner = "new_owner",
        /// To a lead of the desk: nobody stood in for its owner.
        Unowned = "unowned",
    }
}

impl Kind {
    /// The number in the catalogue of letters; none for those that are not in it.
    pub const fn number(self) -> Option<&'static str> {
        Some(match self {
            Self::Received => "M1",
            Self::FirstReply => "M2",
            Self::Timetable => "M3",
            Self::Update => "M4",
            Self::NoProgress => "M5",
            Self::NewDate => "M6",
            Self::HeadsUp => "M7",
            Self::RungReached => "M8",
            Self::Waiting | Self::WaitOver => "M9",
            Self::VpNotice => "M10",
            Self::Escalated => "M11",
            Self::Resolved => "M12",
            Self::ConfirmReminder => "M13",
            Self::Refused => "M14",
            Self::Unowned => "M21",
            Self::Undelivered => "M24",
            Self::Merged => "M1b",
            Self::Invitation
            | Self::Reset
            | Self::SignIn
            | Self::Assigned
            | Self::Renotified
            | Self::PartnerSpoke
            | Self::Held
            | Self::CameDown
            | Self::Review
            | Self::TakenOver
            | Self::NewOwner => return None,
        })
    }

    /// Reminders and summaries wait until the recipient's morning (08–18 of their zone).
    pub const fn keeps_quiet_hours(self) -> bool {
        matches!(self, Self::Timetable | Self::Waiting | Self::WaitOver | Self::ConfirmReminder)
    }

    /// A reminder, which its reader may end for the ticket, also once it is written. Not
    /// whether it is fixed: that is asked of everybody.
    pub const fn may_be_ended(self) -> bool {
        matches!(self, Self::Timetable | Self::Waiting | Self::WaitOver)
    }

    /// Has a subject and a thread of its own, not the ticket's.
    pub const fn stands_alone(self) -> bool {
        matches!(
            self,
            Self::Invitation
                | Self::Reset
                | Self::SignIn
                | Self::HeadsUp
                | Self::Waiting
                | Self::WaitOver
                | Self::VpNotice
                | Self::Resolved
                | Self::Undelivered
                | Self::Unowned
        )
    }
}

text_enum! {
    /// What became of it.
    pub enum State {
        Queued = "queued",
        /// Claimed by a deliverer.
        Sending = "sending",
        /// Accepted by the receiving server.
        Sent = "sent",
        /// No longer true when it was about to leave.
        Dropped = "dropped",
        /// Given up; an administrator may send it again.
        Dead = "dead",
        /// It was sent, and came back later.
        Bounced = "bounced",
    }
}

text_enum! {
    /// Whose thread it belongs to. The two never share one, so that a reply to all cannot leak.
    pub enum Side { Partner = "partner", Internal = "internal" }
}

/// A finished mail. Header values hold no line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub kind: Kind,
    /// The same cause and reader always give the same key.
    pub dedup_key: String,
    /// With angle brackets.
    pub message_id: String,
    pub to: PersonId,
    pub recipient: String,
    pub recipient_name: String,
    /// "Name <address>" or an address.
    pub sender: String,
    pub subject: String,
    pub text: String,
    pub html: Html,
    pub in_reply_to: Option<String>,
    /// Message-IDs of the thread, the root first.
    pub references: Vec<String>,
    /// Nobody wrote it: marked `Auto-Submitted`.
    pub automatic: bool,
    /// Time of the business, before which it waits.
    pub not_before: Timestamp,
    /// Where one press ends such letters (RFC 8058).
    pub unsubscribe: Option<String>,
    /// None: of no ticket (invitations).
    pub about: Option<About>,
}

/// The HTML of a letter: a layout, which it shares with very many others, and what stands at
/// the marks in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html {
    /// None: the body is all of it, and there is no HTML where that is empty.
    pub layout: Option<Arc<Layout>>,
    pub title: String,
    pub body: String,
    pub footer: String,
}

/// The same name always means the same HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub name: String,
    /// With the marks `@@title@@`, `@@body@@` and `@@footer@@`.
    pub html: String,
}

impl Html {
    pub const fn alone(body: String) -> Self {
        Self { layout: None, title: String::new(), body, footer: String::new() }
    }

    /// With the marks filled. What is filled in is copied as it is.
    pub fn whole(&self) -> String {
        let Some(layout) = &self.layout else { return self.body.clone() };
        let mut whole = String::with_capacity(layout.html.len() + self.body.len() + self.footer.len() + 200);
        // Every second piece is a mark.
        for (n, piece) in layout.html.split("@@").enumerate() {
            whole.push_str(match (n % 2, piece) {
                (1, "title") => &self.title,
                (1, "body") => &self.body,
                (1, "footer") => &self.footer,
                (_, fixed) => fixed,
            });
        }
        whole
    }
}

/// The ticket that a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    pub ticket: TicketId,
    pub side: Side,
    /// A person's message that it carries: delivered when the letter is.
    pub message: Option<i32>,
    /// The rung that it warns of or tells about.
    pub rung: Option<u8>,
}
