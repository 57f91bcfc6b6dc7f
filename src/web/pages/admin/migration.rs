//! `/admin/configuration/migration`: open tickets are moved to other versions, after a look at
//! what that would change.

use actix_web::http::StatusCode;
use askama::Template;

use crate::desk::{Error, migration};
use crate::store::configurations::{self, Kind};
use crate::web::api::migrations;
use crate::web::api::migrations::{Asked, MigrationBody, carry_out};
use crate::web::auth::Member;

use super::moves::Moves;
use crate::web::pages::arriving::{AdminPosted, Administrator, Posted};
use crate::web::pages::error::{Page, PageError};
use crate::web::pages::forms::{Attempt, Choice, Field, Form, sentence};
use crate::web::pages::frame::{Frame, html};

const FORM: &str = "migration";

#[derive(Template)]
#[template(path = "pages/admin_migration.html")]
struct MigrationPage {
    frame: Frame,
    done: Option<Done>,
    moves: Option<Moves>,
    form: Form,
}

struct Done {
    moved: u32,
    unchanged: u32,
    refused: Vec<(String, String)>,
    more: bool,
}

pub async fn show(Administrator(member): Administrator) -> Page {
    respond(&member, None, None, None, "").await
}

/// The versions that one can move to, and the one in force.
async fn choices(member: &Member, kind: Kind) -> Result<(Vec<Choice>, String), PageError> {
    let now = member.call.now;
    let (all, in_force) = member
        .app
        .store
        .read(move |db| {
            let all = configurations::all_of(db, kind)?;
            Ok::<_, Error>((all, configurations::in_force(db, kind, now)?))
        })
        .await?;
    let past = all.into_iter().filter(|v| v.effective_at <= now);
    let choice = |number: i64| {
        let text = if Some(number) == in_force { format!("{number}, in force") } else { number.to_string() };
        Choice::new(number.to_string(), text)
    };
    let choices = past.map(|v| choice(v.version)).collect();
    Ok((choices, in_force.map(|n| n.to_string()).unwrap_or_default()))
}

async fn respond(
    member: &Member,
    attempt: Option<&Attempt>,
    moves: Option<Moves>,
    done: Option<MigrationBody>,
    cursor: &str,
) -> Page {
    let (ladders, ladder) = choices(member, Kind::Ladder).await?;
    let (sets, calendars) = choices(member, Kind::Calendars).await?;
    let form = Form::new(FORM, "/admin/configuration/migration", attempt)
        .token(&member.form_token())
        .fixed("cursor", cursor)
        .field(Field::select("ladder", "Ladder, version", ladders).value(ladder).required())
        .field(Field::select("calendars", "Calendars, version", sets).value(calendars).required())
        .field(Field::line("partner", "Only of this partner").hint("Its short name, such as acme."))
        .field(
            Field::line("tickets", "Only these tickets")
                .hint("References with commas between them. Neither: every open ticket on other versions."),
        )
        .field(Field::area("reason", "Reason").hint("Partners read it where a date moves.").required())
        .button_of("Show what would change", "act", "preview", true)
        .button_of("Move them", "act", "apply", false);
    let trouble = form.trouble().filter(|t| !t.message.is_empty());
    let frame = Frame::of(Some(member), "Move open tickets", "/admin/configuration").trouble(trouble);
    let done = done.map(|d| Done {
        moved: d.moved,
        unchanged: d.unchanged,
        refused: d.refused.into_iter().map(|r| (r.reference, sentence(&r.message))).collect(),
        more: d.next.is_some(),
    });
    let status = attempt.map_or(StatusCode::OK, |a| a.status);
    Ok(html(status, &MigrationPage { frame, done, moves, form }))
}

pub async fn submit(AdminPosted(posted): AdminPosted) -> Page {
    let Posted { member, mut typed } = posted;
    let applies = typed.take("act") == "apply";
    let asked = migrations::migration(typed.fields(member.zone()), !applies);
    let result =
        if applies { apply(&member, &asked).await.map(Shown::Done) } else { look(&member, asked).await };
    let as_it_was =
        |typed| Attempt { form: FORM, typed, status: StatusCode::OK, message: String::new(), faults: vec![] };
    match result {
        Ok(Shown::Done(done)) => {
            let cursor = done.next.clone().unwrap_or_default();
            respond(&member, Some(&as_it_was(typed)), None, Some(done), &cursor).await
        }
        Ok(Shown::Moves(moves)) => respond(&member, Some(&as_it_was(typed)), Some(*moves), None, "").await,
        Err(error) => respond(&member, Some(&Attempt::failed(FORM, typed, error)?), None, None, "").await,
    }
}

enum Shown {
    Done(MigrationBody),
    Moves(Box<Moves>),
}

async fn look(member: &Member, asked: Asked) -> Result<Shown, Error> {
    let (desk, call, times) = (member.app.desk.clone(), member.call.clone(), member.times());
    let preview = member.app.store.read(move |db| {
        let plan = migration::plan(&desk, db, &call, &asked.wish)?;
        migration::preview(&desk, db, &call, &plan, asked.after, asked.limit)
    });
    Ok(Shown::Moves(Box::new(Moves::of(preview.await?, &times))))
}

async fn apply(member: &Member, asked: &Asked) -> Result<MigrationBody, Error> {
    let (desk, call, wish) = (member.app.desk.clone(), member.call.clone(), asked.wish.clone());
    let plan = member.app.store.read(move |db| migration::plan(&desk, db, &call, &wish)).await?;
    carry_out(&member.app, &member.call, plan, asked).await
}
