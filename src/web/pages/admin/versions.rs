//! `/admin/configuration/{ladder,calendars}`: a new version, written as the text of a file. It
//! is checked, and what it would do to open tickets is shown, before it is saved.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use crate::configuration::written;
use crate::desk::simulation::{self, Period};
use crate::desk::{Call, Desk, Error, migration, versions};
use crate::store::Db;
use crate::store::configurations::Kind;
use crate::web::api::versions::edit;
use crate::web::auth::Member;
use crate::web::view;

use super::moves::Moves;
use super::trial::Tried;
use crate::web::pages::arriving::{AdminPosted, Administrator, Posted};
use crate::web::pages::error::{Page, PageError};
use crate::web::pages::forms::{Attempt, Field, Form};
use crate::web::pages::frame::{Frame, html, see_other};

const FORM: &str = "version";

#[derive(Template)]
#[template(path = "pages/admin_version.html")]
struct VersionPage {
    frame: Frame,
    title: &'static str,
    version: i64,
    preview: Option<Preview>,
    form: Form,
}

/// What is shown of a version before it is saved.
struct Preview {
    /// Of the open tickets, if they were moved to it.
    moves: Moves,
    /// Of recent tickets, had they been under it.
    tried: Tried,
}

fn kind_of(word: &str) -> Result<Kind, PageError> {
    match word {
        "ladder" => Ok(Kind::Ladder),
        "calendars" => Ok(Kind::Calendars),
        _ => Err(PageError::not_found()),
    }
}

/// The version in force, and its text.
fn present(desk: &Desk, db: &mut Db, kind: Kind, now: jiff::Timestamp) -> Result<(i64, String), Error> {
    Ok(if kind == Kind::Ladder {
        let found = desk.rulebook.ladder_in_force(db, now)?;
        (found.version, written::ladder(&found.value))
    } else {
        let found = desk.rulebook.calendars_in_force(db, now)?;
        (found.version, written::calendars(&found.value))
    })
}

pub async fn show(Administrator(member): Administrator, kind: web::Path<String>) -> Page {
    respond(&member, kind_of(&kind)?, None, None).await
}

async fn respond(member: &Member, kind: Kind, attempt: Option<&Attempt>, preview: Option<Preview>) -> Page {
    let (desk, now) = (member.app.desk.clone(), member.call.now);
    let (version, text) = member.app.store.read(move |db| present(&desk, db, kind, now)).await?;
    let form = Form::new(FORM, format!("/admin/configuration/{kind}"), attempt)
        .token(&member.form_token())
        .field(
            Field::document("toml", "Text")
                .hint("As in the file. Comments are not kept.")
                .value(text)
                .required(),
        )
        .field(
            Field::moment("effective_at", "In force from")
                .hint(format!("In {}; up to two years ahead. Empty: from now on.", member.times().name)),
        )
        .field(Field::line("reason", "Reason").hint("For those who look after Lizard.").required())
        .button_of("Check it, and show what would change", "act", "check", true)
        .button_of("Save as a new version", "act", "save", false);
    let title = if kind == Kind::Ladder { "A new version of the ladder" } else { "New calendars" };
    let trouble = form.trouble().filter(|t| !t.message.is_empty());
    let frame = Frame::of(Some(member), title, "/admin/configuration").trouble(trouble);
    let status = attempt.map_or(StatusCode::OK, |a| a.status);
    Ok(html(status, &VersionPage { frame, title, version, preview, form }))
}

pub async fn submit(AdminPosted(posted): AdminPosted, kind: web::Path<String>) -> Page {
    let Posted { member, mut typed } = posted;
    let kind = kind_of(&kind)?;
    let saves = typed.take("act") == "save";
    let mut edit = edit(typed.fields(member.zone()));
    if !saves {
        // To look at it takes no reason.
        edit.faults.retain(|f| !(f.field == "reason" && f.code == "required"));
    }
    let (desk, call) = (member.app.desk.clone(), member.call.clone());
    if saves {
        let added = member.app.store.write(move |db| versions::add(&desk, db, &call, kind, &edit)).await;
        return match added {
            Ok(_) => Ok(see_other("/admin/configuration?done=version")),
            Err(error) => respond(&member, kind, Some(&Attempt::failed(FORM, typed, error)?), None).await,
        };
    }
    let times = member.times();
    match member.app.store.read(move |db| look(&desk, db, &call, kind, &edit)).await {
        Ok((moves, period, trial)) => {
            let preview = Preview {
                moves: Moves::of(moves, &times),
                tried: Tried::of(&view::simulation(period, &trial)),
            };
            let as_it_was =
                Attempt { form: FORM, typed, status: StatusCode::OK, message: String::new(), faults: vec![] };
            respond(&member, kind, Some(&as_it_was), Some(preview)).await
        }
        Err(error) => respond(&member, kind, Some(&Attempt::failed(FORM, typed, error)?), None).await,
    }
}

/// Checks a version, and looks at what it would do and would have done.
fn look(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    kind: Kind,
    edit: &versions::Edit,
) -> Result<(migration::Preview, Period, simulation::Trial), Error> {
    let checked = versions::check(desk, db, call, kind, edit)?;
    let period = Period::up_to(call.now);
    let other = simulation::rules_of(&checked.value)?;
    let trial = simulation::trial(desk, db, period, simulation::USUAL, &other)?;
    let plan = migration::plan_with(desk, db, call, checked.value)?;
    Ok((migration::preview(desk, db, call, &plan, 0, migration::PAGE)?, period, trial))
}
