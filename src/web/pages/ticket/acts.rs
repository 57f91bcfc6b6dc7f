//! What was sent from a ticket's page: read, done, and answered by the page again.

use actix_web::web;

use crate::desk::{
    Call, Desk, Error, check_first, conversation, escalation, load, resolution, timetable as dates,
    triage as sorting, watchers,
};
use crate::domain::access::Action;
use crate::domain::attachment;
use crate::domain::event::only_arrivals;
use crate::domain::ids::PersonId;
use crate::domain::ticket::dates::NewTimetable;
use crate::domain::ticket::progress::Progress;
use crate::domain::ticket::{Ticket, Visibility};
use crate::store::{self, Db};
use crate::web::api;
use crate::web::fields::{Fields, Length};
use crate::web::pages::arriving::{Carrying, Posted};
use crate::web::pages::attaching::{Along, KEPT};
use crate::web::pages::error::Page;
use crate::web::pages::forms::Attempt;
use crate::web::pages::frame::see_other;
use crate::web::uploads::FIELD;

type Reference = web::Path<String>;

/// Events looked at that came after a page was opened.
const MOST_MISSED: i64 = 50;

/// One act: which form it is, what one must be allowed, and the word for having done it.
struct Act {
    form: &'static str,
    action: Action,
    done: &'static str,
}

/// Reads the form, runs the use case in one transaction, and leads back to the ticket;
/// what failed is shown again with everything that was typed.
async fn act<T: Send + Sync + 'static>(
    posted: Posted,
    reference: Reference,
    act: Act,
    read: impl FnOnce(&mut Fields) -> T,
    run: impl Fn(&Desk, &mut Db, &Call, &str, &T) -> Result<Ticket, Error> + Send + Sync + 'static,
) -> Page {
    let Posted { member, typed } = posted;
    let mut sent = typed.clone();
    sent.take_all(KEPT);
    let mut fields = sent.fields(member.zone());
    let expected = fields.must("version", |f, n| f.whole(n, 0, i64::MAX));
    let seen = fields.whole("seen", 0, i64::from(i32::MAX)).and_then(|n| i32::try_from(n).ok());
    let wish = read(&mut fields);
    let faults = fields.finish();
    let call = Call { expected, ..member.call.clone() };
    let (desk, action, named) = (member.app.desk.clone(), act.action, reference.to_ascii_uppercase());
    let outcome = member
        .app
        .store
        .write(move |db| {
            let call = caught_up(&desk, db, &call, &named, seen)?;
            check_first(&desk, db, &call, &named, action, &faults)?;
            run(&desk, db, &call, &named, &wish)?;
            is_seen(&desk, db, &call, &named)
        })
        .await;
    match outcome {
        Ok(true) => Ok(see_other(&format!("/t/{}?done={}", reference.to_ascii_uppercase(), act.done))),
        Ok(false) => Ok(see_other("/queue?done=out_of_sight")),
        Err(error) => {
            let mut attempt = Attempt::failed(act.form, typed, error)?;
            attempt.show_times(&member.times());
            super::respond(&member, &reference, Some(attempt), "").await
        }
    }
}

/// A letter that arrived since the page was opened overtakes nobody; everything else does.
fn caught_up(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    seen: Option<i32>,
) -> Result<Call, Error> {
    let any = Call { expected: None, ..call.clone() };
    let (Some(seen), Ok(loaded)) = (seen, load(desk, db, &any, reference, Action::SeeEnvelope)) else {
        return Ok(call.clone());
    };
    let ticket = loaded.ticket;
    let since = store::events::of_ticket(db, ticket.id, true, seen, MOST_MISSED)?;
    let expected = if only_arrivals(&since) { Some(ticket.version) } else { call.expected };
    Ok(Call { expected, ..any })
}

/// By what they did, somebody may have lost sight of the ticket.
fn is_seen(desk: &Desk, db: &mut Db, call: &Call, reference: &str) -> Result<bool, Error> {
    let call = Call { expected: None, ..call.clone() };
    match load(desk, db, &call, reference, Action::See) {
        Ok(_) => Ok(true),
        Err(Error::NotFound | Error::Forbidden(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

pub async fn message(carrying: Carrying, reference: Reference) -> Page {
    carrying.may_write(&reference).await?;
    let (posted, Along { files, fault }) = carrying.keep().await?;
    let names = (!files.is_empty()).then(|| attachment::named(&files));
    let internal = posted.typed.get("visibility") == Visibility::Internal.as_str();
    let (action, done) = if internal { (Action::WriteInternal, "note") } else { (Action::Write, "message") };
    let read = |f: &mut Fields| {
        if let Some(fault) = fault {
            f.fault(FIELD, fault.code, fault.message);
        }
        let body = f.text("body", Length::BODY).or(names);
        let body = f.must("body", |_, _| body).unwrap_or_default();
        (body, f.word("visibility", Visibility::ALL).unwrap_or(Visibility::Partner))
    };
    act(
        posted,
        reference,
        Act { form: "message", action, done },
        read,
        move |desk, db, call, reference, (body, to)| {
            conversation::write(desk, db, call, reference, body, *to, &files)
        },
    )
    .await
}

/// In four parts.
pub async fn progress(carrying: Carrying, reference: Reference) -> Page {
    carrying.may_write(&reference).await?;
    let (posted, Along { files, fault }) = carrying.keep().await?;
    let of = Act { form: "progress", action: Action::Write, done: "progress" };
    let read = |f: &mut Fields| {
        if let Some(fault) = fault {
            f.fault(FIELD, fault.code, fault.message);
        }
        api::conversation::progress(f)
    };
    act(posted, reference, of, read, move |desk, db, call, reference, progress| {
        let ticket = load(desk, db, call, reference, Action::Write)?.ticket;
        conversation::progress(desk, db, call, reference, &with_standing_date(&ticket, progress), &files)
    })
    .await
}

/// A date that was left as it was shown is the date that stands.
fn with_standing_date(ticket: &Ticket, progress: &Progress) -> Progress {
    let mut progress = progress.clone();
    let standing = progress.standing(ticket);
    if let Some(old) = standing.filter(|old| minute(old.due) == minute(progress.next.due)) {
        progress.next.due = old.due;
    }
    progress
}

pub async fn triage(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "triage", action: Action::Triage, done: "triage" };
    act(posted, reference, of, api::triage::wish, sorting::triage).await
}

pub async fn wait(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "wait", action: Action::Wait, done: "wait" };
    act(posted, reference, of, api::waits::wait, |desk, db, call, reference, (on, reason, until)| {
        dates::wait(desk, db, call, reference, *on, reason, *until)
    })
    .await
}

pub async fn end_wait(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "end-wait", action: Action::Wait, done: "wait_end" };
    act(
        posted,
        reference,
        of,
        |_| (),
        |desk, db, call, reference, ()| dates::lift_wait(desk, db, call, reference),
    )
    .await
}

pub async fn timetable(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "timetable", action: Action::Timetable, done: "timetable" };
    act(posted, reference, of, api::timetable::new_timetable, |desk, db, call, reference, new| {
        let ticket = load(desk, db, call, reference, Action::Timetable)?.ticket;
        dates::replace(desk, db, call, reference, &as_it_stood(&ticket, new))
    })
    .await
}

/// A field holds minutes, a promise microseconds.
fn minute(at: jiff::Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

/// A date that was left as it was shown is the date that stands.
fn as_it_stood(ticket: &Ticket, new: &NewTimetable) -> NewTimetable {
    let mut new = new.clone();
    for step in &mut new.milestones {
        let stands =
            ticket.timetable.milestones().into_iter().find(|p| p.label.as_deref() == Some(&step.label));
        if let Some(old) = stands.filter(|old| minute(old.due) == minute(step.due)) {
            step.due = old.due;
        }
    }
    if let Some(old) = ticket.timetable.resolution().filter(|old| minute(old.due) == minute(new.resolution)) {
        new.resolution = old.due;
    }
    new
}

pub async fn resolve(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "resolve", action: Action::Resolve, done: "resolution" };
    act(posted, reference, of, api::resolution::claim, |desk, db, call, reference, (summary, check)| {
        resolution::resolve(desk, db, call, reference, summary, check)
    })
    .await
}

pub async fn confirm(posted: Posted, reference: Reference) -> Page {
    let done = if posted.typed.get("fixed") == "true" { "confirmed" } else { "refused" };
    let of = Act { form: "confirm", action: Action::Confirm, done };
    act(
        posted,
        reference,
        of,
        api::resolution::confirmation,
        |desk, db, call, reference, (fixed, comment)| {
            resolution::confirm(desk, db, call, reference, *fixed, comment)
        },
    )
    .await
}

pub async fn watch(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "watch", action: Action::Watch, done: "watched" };
    let read = |f: &mut Fields| f.must("email", Fields::email).unwrap_or_default();
    act(posted, reference, of, read, |desk, db, call, reference, email| {
        watchers::add(desk, db, call, reference, email, &[])?;
        Ok(load(desk, db, &Call { expected: None, ..call.clone() }, reference, Action::See)?.ticket)
    })
    .await
}

pub async fn unwatch(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "unwatch", action: Action::Watch, done: "unwatched" };
    let read = |f: &mut Fields| PersonId(f.must("id", |f, n| f.whole(n, 1, i64::MAX)).unwrap_or_default());
    act(posted, reference, of, read, |desk, db, call, reference, person| {
        watchers::remove(desk, db, call, reference, *person)?;
        Ok(load(desk, db, &Call { expected: None, ..call.clone() }, reference, Action::See)?.ticket)
    })
    .await
}

pub async fn merge(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "merge", action: Action::Merge, done: "merge" };
    let read = |f: &mut Fields| {
        f.must("into", |f, n| f.line(n, Length::CODE)).unwrap_or_default().to_ascii_uppercase()
    };
    act(posted, reference, of, read, |desk, db, call, reference, into| {
        resolution::merge(desk, db, call, reference, into)
    })
    .await
}

pub async fn contest(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "contest", action: Action::Contest, done: "contest" };
    let read = |f: &mut Fields| f.must("reason", |f, n| f.text(n, Length::REASON)).unwrap_or_default();
    act(posted, reference, of, read, |desk, db, call, reference, reason| {
        escalation::contest(desk, db, call, reference, reason)
    })
    .await
}

pub async fn acknowledge(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "acknowledge", action: Action::See, done: "acknowledgement" };
    act(
        posted,
        reference,
        of,
        |_| (),
        |desk, db, call, reference, ()| escalation::acknowledge(desk, db, call, reference),
    )
    .await
}

pub async fn accept_dates(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "accept", action: Action::AcceptDates, done: "acceptance" };
    act(
        posted,
        reference,
        of,
        |_| (),
        |desk, db, call, reference, ()| dates::accept(desk, db, call, reference),
    )
    .await
}

pub async fn hold(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "hold", action: Action::See, done: "hold" };
    act(posted, reference, of, api::escalations::new_hold, |desk, db, call, reference, (reason, until)| {
        escalation::hold(desk, db, call, reference, reason, *until)
    })
    .await
}

pub async fn deescalate(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "deescalate", action: Action::See, done: "deescalation" };
    act(
        posted,
        reference,
        of,
        api::escalations::new_deescalation,
        |desk, db, call, reference, (reason, agreed_by)| {
            escalation::deescalate(desk, db, call, reference, reason, agreed_by)
        },
    )
    .await
}

pub async fn escalate(posted: Posted, reference: Reference) -> Page {
    let of = Act { form: "escalate", action: Action::Escalate { to: 2 }, done: "escalation" };
    act(
        posted,
        reference,
        of,
        api::escalations::escalation,
        |desk, db, call, reference, (reason, justification)| {
            escalation::press(desk, db, call, reference, *reason, justification)
        },
    )
    .await
}
