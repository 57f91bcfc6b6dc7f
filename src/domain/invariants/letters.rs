//! A letter against what caused it.

use crate::domain::ids::PersonId;
use crate::domain::letter::{Kind, State};

use super::{Breach, Breaches, Code};

/// What is known of a letter without opening it.
#[derive(Clone, Debug)]
pub struct Held<'a> {
    pub kind: Kind,
    pub state: State,
    pub dedup_key: &'a str,
    pub reader: PersonId,
    /// A message that it carries.
    pub message: Option<i32>,
    /// A deliverer has it, and until when is known.
    pub claimed: bool,
    /// Part of that is there.
    pub half_claimed: bool,
    pub settled: bool,
}

/// What the letter's ticket says to it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub reference: &'a str,
    /// Numbers of its events, in order.
    pub events: &'a [i32],
    pub last_message: i32,
    /// Who it is about, and from which event on.
    pub accused: Option<(PersonId, i32)>,
}

/// `subject` is none where the letter names no ticket, or one that there is not.
pub fn of_letter(letter: &Held<'_>, subject: Option<&Subject<'_>>) -> Vec<Breach> {
    let mut found = Breaches::default();
    check_state(letter, &mut found);
    match subject {
        Some(subject) => check_cause(letter, subject, &mut found),
        None => {
            let of_none = matches!(letter.kind, Kind::Invitation | Kind::Reset | Kind::SignIn);
            found.must(of_none, Code::LetterWithoutTicket, || {
                format!("a letter of kind {} is about a ticket, and there is none", letter.kind)
            });
        }
    }
    found.0
}

fn check_state(letter: &Held<'_>, found: &mut Breaches) {
    let sending = letter.state == State::Sending;
    let claim = letter.claimed == sending && !letter.half_claimed;
    let settled = match letter.state {
        State::Sent | State::Dead | State::Bounced => letter.settled,
        State::Queued | State::Sending => !letter.settled,
        State::Dropped => true,
    };
    found.must(claim && settled, Code::LetterState, || {
        let what = if claim { "when it was settled" } else { "its claim" };
        format!("it is {}, which {what} denies", letter.state)
    });
}

fn check_cause(letter: &Held<'_>, subject: &Subject<'_>, found: &mut Breaches) {
    let event = caused_by(letter.dedup_key, subject.reference);
    let caused = event.is_some_and(|event| subject.events.binary_search(&event).is_ok());
    found.must(caused, Code::LetterWithoutEvent, || match event {
        Some(event) => format!("event {event}, which caused it, is not there"),
        None => "its key names no event of its ticket".to_owned(),
    });
    let carried = letter.message.is_none_or(|n| n >= 1 && n <= subject.last_message);
    found.must(carried, Code::LetterWithoutMessage, || "the message that it carries is not there".to_owned());
    let accused = subject
        .accused
        .is_some_and(|(about, since)| about == letter.reader && event.is_some_and(|event| event >= since));
    found.must(!accused, Code::LetterToAccused, || {
        format!("person {} reads it, whom its ticket is about", letter.reader)
    });
}

/// The number of the event that a ticket letter's key names: `PI-1042:7:update:11`.
fn caused_by(key: &str, reference: &str) -> Option<i32> {
    let mut parts = key.strip_prefix(reference)?.strip_prefix(':')?.split(':');
    parts.next()?.parse().ok()
}
