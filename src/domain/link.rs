//! Links in letters about a ticket: for one purpose, one person, one ticket and a time. What
//! one says stands in its address; that it is ours, a signature says (`secrets`). Whether its
//! person may still do what it is for is asked of `access`, each time that it is used.

use jiff::Timestamp;

use super::ids::{PersonId, TicketId};
use super::words::text_enum;

text_enum! {
    /// What a link is good for, and for nothing else.
    pub enum Purpose {
        /// To read the ticket.
        Follow = "follow",
        /// To say whether it is fixed, of one claim.
        Confirm = "confirm",
        /// To mute the ticket, and the other way round.
        Mute = "mute",
    }
}

impl Purpose {
    /// Where such links lead.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Follow => "/f/",
            Self::Confirm => "/c/",
            Self::Mute => "/u/",
        }
    }
}

/// What a link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub person: PersonId,
    pub ticket: TicketId,
    /// Which claim it is about; 0 where it is about none.
    pub claim: u32,
    pub until: Timestamp,
}

impl Link {
    /// As it is signed: `12.34.1.1795000000`.
    pub fn text(&self) -> String {
        format!("{}.{}.{}.{}", self.person, self.ticket, self.claim, self.until.as_second())
    }

    /// What a signed text says; None where we never wrote it.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let mut next = || parts.next();
        let link = Self {
            person: PersonId(next()?.parse().ok()?),
            ticket: TicketId(next()?.parse().ok()?),
            claim: next()?.parse().ok()?,
            until: Timestamp::from_second(next()?.parse().ok()?).ok()?,
        };
        parts.next().is_none().then_some(link)
    }

    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.until
    }
}

/// A signed link has at least so many characters behind its place.
const SHORTEST: usize = 43;

/// A letter's text or HTML with the secrets taken out of its links, for everybody but its
/// reader: who follows one acts as its reader.
pub fn masked(letter: &str) -> String {
    let mut shown = String::with_capacity(letter.len());
    let mut rest = letter;
    while let Some((at, place)) = first_place(rest) {
        let (before, after) = rest.split_at(at + place.len());
        let end = after.find(|c: char| !is_of_token(c)).unwrap_or(after.len());
        let (token, after) = after.split_at(end);
        shown.push_str(before);
        shown.push_str(if token.len() < SHORTEST { token } else { "…" });
        rest = after;
    }
    shown.push_str(rest);
    shown
}

fn first_place(text: &str) -> Option<(usize, &'static str)> {
    Purpose::ALL.iter().filter_map(|p| Some((text.find(p.place())?, p.place()))).min()
}

const fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_as_it_was_written_and_nothing_else_is_one() {
        let until = Timestamp::from_second(1_795_000_000).unwrap();
        let link = Link { person: PersonId(12), ticket: TicketId(34), claim: 1, until };
        assert_eq!(link.text(), "12.34.1.1795000000");
        assert_eq!(Link::read(&link.text()), Some(link));
        for other in
            ["", "12", "12.34.1", "12.34.1.1795000000.5", "12.34.-1.1795000000", "a.b.c.d", "12.34.1."]
        {
            assert_eq!(Link::read(other), None, "{other}");
        }
        assert!(!link.is_over(Timestamp::from_second(1_794_999_999).unwrap()));
        assert!(link.is_over(until));
    }

    #[test]
    fn of_a_letter_the_secrets_of_its_links_are_masked_and_nothing_else() {
        let token = format!("12.34.1.1795000000.{}", "aB_-".repeat(11));
        let letter = format!(
            "See https://l.example/f/{token}\nor <a href=\"https://l.example/u/{token}\">mute</a>, \
             https://l.example/c/{token}. /t/PI-1001 /f/short and/or https://x.example/f/é"
        );
        assert_eq!(
            masked(&letter),
            "See https://l.example/f/…\nor <a href=\"https://l.example/u/…\">mute</a>, \
             https://l.example/c/… /t/PI-1001 /f/short and/or https://x.example/f/é"
        );
    }
}
