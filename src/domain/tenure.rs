//! How long a rung's holder had a ticket before they did something about it: read off its events.

use jiff::{SignedDuration, Timestamp};

use super::actor::By;
use super::event::{Event, What};
use super::ids::PersonId;
use super::ticket::Rules;

/// One time on a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenure {
    pub from: Timestamp,
    /// When they acknowledged or acted, or it went on without them; none: not yet.
    pub to: Option<Timestamp>,
    /// It went on without them.
    pub passed: bool,
    /// Open time in between, by the ticket's calendar.
    pub open: SignedDuration,
}

/// The last time that `holder` came to `rung`, of a ticket with these events.
pub fn last(
    events: &[Event],
    rung: u8,
    holder: PersonId,
    rules: Rules<'_>,
    now: Timestamp,
) -> Option<Tenure> {
    let arrives = |e: &Event| match &e.what {
        What::RungReached { rung: to, holder: who, .. } => *to == rung && *who == Some(holder),
        What::HolderChanged { rung: on, holder: who } => *on == rung && who.new == Some(holder),
        _ => false,
    };
    let place = events.iter().rposition(arrives)?;
    let from = events.get(place)?.at;
    let mut after = events.iter().skip(place + 1);
    let end = after.find_map(|e| ending(e, rung, holder).map(|passed| (e.at, passed)));
    let to = end.map(|(at, _)| at);
    let open = rules.course.elapsed(from, to.unwrap_or(now).max(from));
    Some(Tenure { from, to, passed: end.is_some_and(|(_, passed)| passed), open })
}

/// Whether the event ends it, and if so, whether without them.
fn ending(event: &Event, rung: u8, holder: PersonId) -> Option<bool> {
    if event.by == By::Person(holder) {
        return Some(false);
    }
    match &event.what {
        What::RungReached { rung: to, .. } => (*to > rung).then_some(true),
        What::HolderChanged { rung: on, .. } => (*on == rung).then_some(true),
        What::Deescalated { .. } | What::Resolved { .. } | What::Closed { .. } => Some(true),
        _ => None,
    }
}

/// The middle of several, and the longest.
pub fn median_and_longest(mut times: Vec<SignedDuration>) -> Option<(SignedDuration, SignedDuration)> {
    times.sort_unstable();
    let middle = times.len() / 2;
    let upper = *times.get(middle)?;
    let median = match middle.checked_sub(1).filter(|_| times.len().is_multiple_of(2)) {
        Some(lower) => (upper + *times.get(lower)?) / 2,
        None => upper,
    };
    Some((median, *times.last()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        let hours = |all: &[i64]| all.iter().map(|h| SignedDuration::from_hours(*h)).collect();
        let of = |all: &[i64]| median_and_longest(hours(all)).map(|(m, l)| (m.as_mins(), l.as_hours()));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[5]), Some((300, 5)));
        assert_eq!(of(&[9, 1, 2]), Some((120, 9)));
        assert_eq!(of(&[4, 1, 2, 9]), Some((180, 9)));
    }
}
