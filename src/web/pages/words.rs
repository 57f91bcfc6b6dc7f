//! Plain words for what has a code: promises, waits, allowances, categories, teams.

use std::collections::BTreeMap;

use crate::desk::{Desk, Error};
use crate::domain::calendar::Allowance;
use crate::domain::letter;
use crate::domain::priority::Priority;
use crate::domain::promise::{Kind, Outcome};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::ticket::{AcceptanceEnd, Cause, CloseReason, State, WaitOn};
use crate::store::{self, Db};

use super::forms::Choice;

/// Names of categories and teams, looked up at once.
pub struct Labels {
    pub taxonomy: std::sync::Arc<Taxonomy>,
    teams: BTreeMap<String, String>,
}

impl Labels {
    pub fn load(desk: &Desk, db: &mut Db, now: jiff::Timestamp) -> Result<Self, Error> {
        let taxonomy = desk.rulebook.taxonomy_in_force(db, now)?.value;
        let teams = store::teams::all(db)?.into_iter().map(|t| (t.code, t.name)).collect();
        Ok(Self { taxonomy, teams })
    }

    /// `Prices and quotes: a special price is not approved yet`, or the code where it is no more.
    pub fn category(&self, code: &str) -> String {
        match self.taxonomy.find(code) {
            Some(found) => format!("{}: {}", found.group.name, found.leaf.name),
            None => code.to_owned(),
        }
    }

    pub fn team(&self, code: &str) -> String {
        self.teams.get(code).cloned().unwrap_or_else(|| code.to_owned())
    }

    pub fn team_choices(&self) -> Vec<Choice> {
        self.teams.iter().map(|(code, name)| Choice::new(code, name)).collect()
    }

    pub fn category_choices(&self) -> Vec<Choice> {
        self.taxonomy
            .leaves()
            .map(|f| Choice::new(f.code(), format!("{}: {}", f.group.name, f.leaf.name)))
            .collect()
    }
}

/// What is promised.
pub fn promise(kind: Kind, label: Option<&str>) -> String {
    match (kind, label) {
        (Kind::FirstReply, _) => "First reply from a person".to_owned(),
        (Kind::NextUpdate, _) => "Next update".to_owned(),
        (Kind::Resolution, _) => "Resolution".to_owned(),
        (Kind::Milestone, Some(label)) => label.to_owned(),
        (Kind::Milestone, None) => "A step".to_owned(),
    }
}

pub const fn outcome(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None => "open",
        Some(Outcome::Kept) => "kept",
        Some(Outcome::Broken) => "broken",
        Some(Outcome::Withdrawn) => "withdrawn",
    }
}

pub const fn state(state: State, reason: Option<CloseReason>) -> &'static str {
    match (state, reason) {
        (State::Open, _) => "Open",
        (State::Resolved, _) => "Resolved, to be confirmed",
        (State::Closed, Some(CloseReason::Confirmed)) => "Closed: confirmed",
        (State::Closed, Some(CloseReason::Unconfirmed)) => "Closed: nobody confirmed it",
        (State::Closed, Some(CloseReason::Merged)) => "Closed: merged",
        (State::Closed, Some(CloseReason::Withdrawn)) => "Closed: withdrawn",
        (State::Closed, None) => "Closed",
    }
}

pub const fn wait_on(on: WaitOn) -> &'static str {
    match on {
        WaitOn::Partner => "the partner",
        WaitOn::ThirdParty => "a third party",
    }
}

pub const fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Opened => "on filing",
        Cause::Clock => "its time had come",
        Cause::Press => "escalated by hand",
        Cause::BrokenPromises => "a second date was not kept",
        Cause::Reopenings => "not fixed, for the second time",
        Cause::HandedOn => "passed on for the third time",
        Cause::Repeats => "the third of its kind",
        Cause::Absence => "nobody is there on the rung below",
    }
}

pub const fn acceptance_end(why: AcceptanceEnd) -> &'static str {
    match why {
        AcceptanceEnd::UpdateLate => "an update was late",
        AcceptanceEnd::MilestoneSlipped => "a step slipped",
        AcceptanceEnd::LaterDate => "the date moved later, and has to be accepted anew",
        AcceptanceEnd::NotReviewed => "it is open for long, and nobody acknowledged that",
    }
}

/// What a letter is.
pub const fn letter(kind: letter::Kind) -> &'static str {
    use letter::Kind;
    match kind {
        Kind::Invitation => "Invitation",
        Kind::Reset => "New password",
        Kind::SignIn => "Link to sign in",
        Kind::Received => "Received",
        Kind::FirstReply => "First reply",
        Kind::Timetable => "Timetable",
        Kind::Update => "Update",
        Kind::NoProgress => "No progress",
        Kind::NewDate => "New date",
        Kind::HeadsUp => "Heads-up",
        Kind::RungReached => "Rung reached",
        Kind::Waiting => "Waiting for the partner",
        Kind::WaitOver => "Wait over",
        Kind::VpNotice => "Notice to the VP",
        Kind::Escalated => "Escalated by hand",
        Kind::Resolved => "Resolved",
        Kind::ConfirmReminder => "Please confirm",
        Kind::Refused => "Not fixed",
        Kind::Undelivered => "A letter did not arrive",
        Kind::Assigned => "Assigned",
        Kind::Renotified => "Not acknowledged",
        Kind::PartnerSpoke => "The partner spoke",
        Kind::Merged => "Merged",
        Kind::Held => "Next rung put off",
        Kind::CameDown => "Down one rung",
        Kind::Review => "Open for long",
        Kind::TakenOver => "Taken over",
        Kind::NewOwner => "New owner",
        Kind::Unowned => "Had nobody",
    }
}

/// What became of a letter, and a class for the eye.
pub const fn letter_state(state: letter::State) -> (&'static str, &'static str) {
    use letter::State;
    match state {
        State::Queued => ("Waiting to leave", "open"),
        State::Sending => ("Leaving", "open"),
        State::Sent => ("Sent", "kept"),
        State::Dropped => ("Not sent: no longer true", "withdrawn"),
        State::Dead => ("Given up", "broken"),
        State::Bounced => ("Came back", "broken"),
    }
}

/// Business time in words.
pub fn allowance(allowance: Allowance) -> String {
    let (number, unit) = match allowance {
        Allowance::Minutes(n) => (n, "business minute"),
        Allowance::Hours(n) => (n, "business hour"),
        Allowance::Days(n) => (n, "business day"),
    };
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

pub fn priorities() -> Vec<Choice> {
    Priority::ALL.iter().map(|p| Choice::new(p.as_str(), format!("{p}: {}", p.meaning()))).collect()
}

/// With an empty answer in front.
pub fn or_none(text: &str, choices: Vec<Choice>) -> Vec<Choice> {
    let mut all = vec![Choice::new("", text)];
    all.extend(choices);
    all
}

/// `EUR 120,000.00`
pub fn money(hundredths: i64, currency: &str) -> String {
    let whole = (hundredths / 100).to_string();
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{currency} {grouped}.{:02}", hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::money;

    #[test]
    fn money_is_grouped_by_thousands() {
        assert_eq!(money(12_000_050, "EUR"), "EUR 120,000.50");
        assert_eq!(money(99, "USD"), "USD 0.99");
    }
}
