//! `/preferences`: how the reader wants to hear from us.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::Error;
use crate::desk::preferences::{self, Muted, Wish};
use crate::domain::person::{Day, Person};
use crate::web::auth::Member;
use crate::web::fields::{Fields, Length};

use super::arriving::{Posted, SignedIn};
use super::error::Page;
use super::forms::{Attempt, Choice, Field, Form};
use super::frame::{Frame, done_of, html, see_other};

#[derive(Template)]
#[template(path = "pages/preferences.html")]
struct PreferencesPage {
    frame: Frame,
    form: Form,
    muted: Vec<Muted>,
    form_token: String,
    /// Tickets can be muted at the partner only.
    mutes: bool,
}

pub async fn show(SignedIn(member): SignedIn, request: HttpRequest) -> Page {
    respond(&member, None, done_of(request.query_string())).await
}

async fn respond(member: &Member, attempt: Option<Attempt>, done: &'static str) -> Page {
    let status = attempt.as_ref().map_or(StatusCode::OK, |a| a.status);
    let (desk, call, person) = (member.app.desk.clone(), member.call.clone(), member.person.clone());
    let read = move |db: &mut crate::store::Db| {
        Ok::<_, Error>((preferences::muted(&desk, db, &call)?, preferences::company_zone(db, &person)?))
    };
    let (muted, company) = member.app.store.read(read).await?;
    let token = member.form_token();
    let form = form(&member.person, company, attempt.as_ref()).token(&token);
    let frame = Frame::of(Some(member), "Preferences", "").done(done).trouble(form.trouble());
    let mutes = member.person.role.is_partner_side();
    Ok(html(status, &PreferencesPage { frame, form, muted, form_token: token, mutes }))
}

fn form(person: &Person, company: Option<String>, attempt: Option<&Attempt>) -> Form {
    let own = company.as_ref() != Some(&person.zone);
    let mut zones: Vec<Choice> = Vec::new();
    zones.extend(company.map(|zone| Choice::new("", format!("As my company: {zone}"))));
    let known: Vec<String> =
        jiff::tz::db().available().map(|name| name.to_string()).filter(is_place).collect();
    if !known.contains(&person.zone) {
        zones.push(Choice::new(&person.zone, &person.zone));
    }
    zones.extend(known.into_iter().map(|name| Choice::new(name.clone(), name)));
    let hours = |least: i8, most: i8| -> Vec<Choice> {
        (least..=most).map(|hour| Choice::new(hour.to_string(), format!("{hour:02}:00"))).collect()
    };
    let zone = if own { person.zone.as_str() } else { "" };
    let form = Form::new("preferences", "/preferences", attempt)
        .field(
            Field::select("time_zone", "Time zone", zones)
                .value(zone)
                .required()
                .hint("Letters and pages show times as your clock does."),
        )
        .field(
            Field::select("from", "Reminders from", hours(0, 23))
                .value(person.day.from.to_string())
                .required()
                .hint("Reminders and summaries wait for these hours of your day. Everything else comes at once."),
        )
        .field(
            Field::select("until", "Reminders until", hours(1, 24))
                .value(person.day.until.to_string())
                .required(),
        );
    let form = if person.role.is_partner_side() {
        form
    } else {
        form.field(
            Field::tick("keys", "Keys of a single letter in the queue")
                .value(if person.keys { "true" } else { "" })
                .hint("Such as j and k to move. A question mark there shows all of them."),
        )
    };
    form.button("Save")
}

/// `Europe/Berlin`; not the names that stand for machines' ways of counting.
fn is_place(name: &String) -> bool {
    name == "UTC"
        || (name.contains('/')
            && !["Etc/", "posix/", "right/", "SystemV/"].iter().any(|p| name.starts_with(p)))
}

pub async fn save(posted: Posted) -> Page {
    let Posted { member, typed } = posted;
    let mut fields = typed.fields(member.zone());
    let mut wish = wish(&mut fields);
    if !member.person.role.is_partner_side() {
        wish.keys = Some(fields.flag("keys").unwrap_or_default());
    }
    let faults = fields.finish();
    let person = member.person.id;
    let saved = member.app.store.write(move |db| preferences::save(db, person, &wish, &faults)).await;
    match saved {
        Ok(()) => Ok(see_other("/preferences?done=person")),
        Err(error) => respond(&member, Some(Attempt::failed("preferences", typed, error)?), "").await,
    }
}

fn wish(f: &mut Fields) -> Wish {
    let mut hour = |name, least, most| {
        let hour = f.must(name, |f, n| f.whole(n, least, most)).unwrap_or(least);
        i8::try_from(hour).unwrap_or_default()
    };
    let day = Day { from: hour("from", 0, 23), until: hour("until", 1, 24) };
    Wish { zone: f.line("time_zone", Length::NAME), day, keys: None }
}

/// The address of the form, opened.
pub async fn back(reference: web::Path<String>) -> Page {
    Ok(see_other(&format!("/t/{reference}")))
}

/// `/t/{reference}/mute` and `/unmute`: from its page, or from the list.
pub async fn mute(posted: Posted, reference: web::Path<String>) -> Page {
    set(posted, &reference, true).await
}

pub async fn unmute(posted: Posted, reference: web::Path<String>) -> Page {
    set(posted, &reference, false).await
}

async fn set(posted: Posted, reference: &str, muted: bool) -> Page {
    let Posted { member, typed } = posted;
    let reference = reference.to_ascii_uppercase();
    let (desk, call, named) = (member.app.desk.clone(), member.call.clone(), reference.clone());
    member.app.store.write(move |db| preferences::mute(&desk, db, &call, &named, muted)).await?;
    let done = if muted { "muted" } else { "unmuted" };
    Ok(match typed.get("from_list") {
        "" => see_other(&format!("/t/{reference}?done={done}")),
        _ => see_other(&format!("/preferences?done={done}")),
    })
}
