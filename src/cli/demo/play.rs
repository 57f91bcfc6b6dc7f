//! Performs the script: each act when the business clock gets there, through the same use
//! cases as REST and the pages.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::app::App;
use crate::desk::intake::{self, Filing};
use crate::desk::{Call, Desk, Error, conversation, escalation, resolution, timetable, triage};
use crate::domain::actor::Actor;
use crate::domain::draft::Draft;
use crate::domain::ticket::dates::{Milestone, NewTimetable};
use crate::domain::ticket::{Money, Visibility, WaitOn};
use crate::store::{self, Db};

use super::script::{Act, DAY, Issue, OPENS, On, STORY, Step, Who, ZONE};

/// One entry of the script, at its instant.
#[derive(Clone, Copy)]
enum Entry {
    File(&'static Issue),
    /// On the issue that is filed as this one.
    Act(usize, &'static Step),
}

/// When the demo's Monday begins.
pub fn start() -> anyhow::Result<Timestamp> {
    instant((23, OPENS))
}

fn instant((day, time): On) -> anyhow::Result<Timestamp> {
    let monday: Date = DAY.parse()?;
    let date = monday.checked_add(i64::from(day - monday.day()).days())?;
    let at = date.to_datetime(time.parse::<Time>().context(time)?);
    Ok(TimeZone::get(ZONE)?.to_timestamp(at)?)
}

/// Everything, in order.
fn entries() -> anyhow::Result<Vec<(Timestamp, Entry)>> {
    let mut all = Vec::new();
    for (number, issue) in STORY.iter().enumerate() {
        all.push((instant((23, issue.at))?, Entry::File(issue)));
        for step in issue.then {
            all.push((instant((23, step.0))?, Entry::Act(number, step)));
        }
    }
    all.sort_by_key(|(at, _)| *at);
    Ok(all)
}

/// Performs the script to its end.
pub async fn play(app: Arc<App>) -> anyhow::Result<()> {
    let mut references: Vec<String> = Vec::new();
    for (at, entry) in entries()? {
        while app.clock.now() < at {
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        let (desk, known) = (Arc::clone(&app.desk), references.clone());
        let done = app.store.write(move |db| perform(&desk, db, entry, &known, at)).await;
        match done {
            Ok(reference) if matches!(entry, Entry::File(_)) => references.push(reference),
            Ok(_) => {}
            Err(error) => tracing::warn!(%at, %error, "the demo's script could not be performed here"),
        }
        app.mail_waiting.notify_one();
    }
    Ok(())
}

/// Returns the ticket's reference.
fn perform(
    desk: &Desk,
    db: &mut Db,
    entry: Entry,
    references: &[String],
    now: Timestamp,
) -> Result<String, Error> {
    match entry {
        Entry::File(issue) => {
            let call = call(db, Who::Person(issue.by), "", now)?;
            Ok(intake::file(desk, db, &call, &filing(issue)?)?.reference)
        }
        Entry::Act(number, (_, who, what)) => {
            let reference = references.get(number).ok_or(Error::NotFound)?;
            let call = call(db, *who, reference, now)?;
            act(desk, db, &call, reference, what)?;
            Ok(reference.clone())
        }
    }
}

fn call(db: &mut Db, who: Who, reference: &str, now: Timestamp) -> Result<Call, Error> {
    let person = match who {
        Who::Person(email) => store::people::by_email(db, email)?,
        Who::Owner => match store::tickets::by_reference(db, reference)? {
            Some(ticket) => store::people::find(db, ticket.owner)?,
            None => None,
        },
    };
    Ok(Call { actor: Actor::Person(person.ok_or(Error::NotFound)?), now, expected: None })
}

fn filing(issue: &Issue) -> Result<Filing, Error> {
    let deadline = issue.deadline.map(|time| on((23, time))).transpose()?;
    let value = issue.value.map(|whole| Money { hundredths: whole * 100, currency: "EUR".to_owned() });
    let draft = Draft {
        category: issue.category.to_owned(),
        about: None,
        subject: issue.subject.to_owned(),
        description: issue.description.to_owned(),
        impact: issue.impact,
        urgency: Some(issue.urgency).filter(|_| deadline.is_none()),
        deadline,
        value,
        blocks: None,
        distributor: None,
    };
    Ok(Filing {
        draft,
        partner: None,
        requester: None,
        faults: Vec::new(),
        judgement: None,
        files: Vec::new(),
    })
}

/// A time of the script; one that is none is our mistake.
fn on(at: On) -> Result<Timestamp, Error> {
    instant(at).map_err(|_| Error::NotFound)
}

fn act(desk: &Desk, db: &mut Db, call: &Call, reference: &str, what: &Act) -> Result<(), Error> {
    match what {
        Act::Write(text) => conversation::write(desk, db, call, reference, text, Visibility::Partner, &[]),
        Act::Note(text) => conversation::write(desk, db, call, reference, text, Visibility::Internal, &[]),
        Act::Triage { priority, reason } => {
            let reason = (*reason).to_owned();
            let wish = triage::Wish { priority: Some(*priority), reason, ..triage::Wish::default() };
            triage::triage(desk, db, call, reference, &wish)
        }
        Act::Timetable { steps, resolution, reason } => {
            let step = |(label, due, done): &(&str, On, bool)| {
                Ok(Milestone { label: (*label).to_owned(), due: on(*due)?, done: *done })
            };
            let new = NewTimetable {
                milestones: steps.iter().map(step).collect::<Result<_, Error>>()?,
                resolution: on(*resolution)?,
                reason: reason.map(str::to_owned),
                requested_by_partner: false,
            };
            timetable::replace(desk, db, call, reference, &new)
        }
        Act::WaitForPartner { reason, until } => {
            timetable::wait(desk, db, call, reference, WaitOn::Partner, reason, on(*until)?)
        }
        Act::Resolve { summary, how_to_check } => {
            resolution::resolve(desk, db, call, reference, summary, how_to_check)
        }
        Act::Confirm(comment) => resolution::confirm(desk, db, call, reference, true, comment),
        Act::Refuse(comment) => resolution::confirm(desk, db, call, reference, false, comment),
        Act::Escalate { reason, why } => escalation::press(desk, db, call, reference, *reason, why),
        Act::Acknowledge => escalation::acknowledge(desk, db, call, reference),
        Act::Contest(reason) => escalation::contest(desk, db, call, reference, reason),
        Act::MergeInto(into) => resolution::merge(desk, db, call, reference, into),
    }
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_of_the_script_is_one_and_issues_are_filed_in_its_order() {
        let all = entries().unwrap();
        assert_eq!(all.first().unwrap().0, start().unwrap());
        let filed = all.iter().filter_map(|(_, e)| match e {
            Entry::File(issue) => Some(issue.subject),
            Entry::Act(..) => None,
        });
        assert!(filed.eq(STORY.iter().map(|issue| issue.subject)));
    }
}
