//! `/admin/partners`: partner companies.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::{Error, people};
use crate::domain::person::Role;
use crate::store;
use crate::web::api::partners::{PartnerBody, bodies, new_partner, partner_edit};
use crate::web::auth::Member;

use super::PAGE;
use crate::web::pages::arriving::{AdminPosted, Administrator, Posted};
use crate::web::pages::error::Page;
use crate::web::pages::forms::{Attempt, Choice, Field, Form};
use crate::web::pages::frame::{Frame, done_of, html, see_other};
use crate::web::pages::typed::Typed;
use crate::web::pages::words;

#[derive(Template)]
#[template(path = "pages/admin_partners.html")]
struct Partners {
    frame: Frame,
    rows: Vec<PartnerBody>,
    next: String,
    form: Form,
    no_manager: bool,
}

#[derive(Template)]
#[template(path = "pages/admin_partner.html")]
struct PartnerPage {
    frame: Frame,
    name: String,
    form: Form,
}

pub async fn list(Administrator(member): Administrator, request: HttpRequest) -> Page {
    let query = Typed::read(request.query_string().as_bytes()).unwrap_or_default();
    respond(&member, query.get("after"), None, done_of(request.query_string())).await
}

async fn respond(member: &Member, after: &str, attempt: Option<&Attempt>, done: &'static str) -> Page {
    let after = Some(after.to_owned()).filter(|a| !a.is_empty());
    let (rows, more, managers) = member
        .app
        .store
        .read(move |db| {
            let mut partners = store::partners::page(db, after.as_deref(), PAGE + 1)?;
            let more = i64::try_from(partners.len()).is_ok_and(|n| n > PAGE);
            if more {
                partners.pop();
            }
            Ok::<_, Error>((bodies(db, &partners)?, more, managers(db)?))
        })
        .await?;
    let next = rows.last().filter(|_| more).map_or_else(String::new, |p| {
        format!("/admin/partners?{}", serde_urlencoded::to_string([("after", &p.slug)]).unwrap_or_default())
    });
    let no_manager = managers.is_empty();
    let form = Form::new("partner", "/admin/partners", attempt)
        .token(&member.form_token())
        .field(Field::line("name", "Name").required())
        .field(
            Field::line("slug", "Short name")
                .hint("For links and programs, such as acme. It stays.")
                .required(),
        );
    let form = common(form, managers, None).button("Add the partner");
    let frame = Frame::of(Some(member), "Partners", "/admin/partners").done(done).trouble(form.trouble());
    let status = attempt.map_or(StatusCode::OK, |a| a.status);
    Ok(html(status, &Partners { frame, rows, next, form, no_manager }))
}

/// The channel managers who may look after a partner.
fn managers(db: &mut store::Db) -> Result<Vec<Choice>, Error> {
    let all = store::people::active_with_role(db, Role::ChannelManager)?;
    Ok(all.into_iter().map(|p| Choice::new(p.email, p.name)).collect())
}

/// The fields that adding and editing share.
fn common(form: Form, managers: Vec<Choice>, now: Option<&PartnerBody>) -> Form {
    let of = |get: fn(&PartnerBody) -> &str| now.map(get).unwrap_or_default().to_owned();
    form.field(
        Field::line("region", "Region")
            .hint("Its director stands on rung 3.")
            .value(of(|p| &p.region))
            .required(),
    )
    .field(Field::line("tier", "Tier").value(of(|p| p.tier.as_deref().unwrap_or_default())))
    .field(
        Field::line("time_zone", "Time zone")
            .hint("Such as Europe/Berlin.")
            .value(of(|p| &p.time_zone))
            .required(),
    )
    .field(
        Field::select("channel_manager", "Channel manager", words::or_none("Choose…", managers))
            .value(of(|p| &p.channel_manager))
            .required(),
    )
}

pub async fn add(AdminPosted(posted): AdminPosted) -> Page {
    let Posted { member, typed } = posted;
    let new = new_partner(typed.fields(member.zone()));
    let now = member.app.wall.now();
    match member.app.store.write(move |db| people::add_partner(db, &new, now)).await {
        Ok(_) => Ok(see_other("/admin/partners?done=partner")),
        Err(error) => respond(&member, "", Some(&Attempt::failed("partner", typed, error)?), "").await,
    }
}

pub async fn show(Administrator(member): Administrator, slug: web::Path<String>) -> Page {
    one(&member, slug.into_inner(), None).await
}

async fn one(member: &Member, slug: String, attempt: Option<&Attempt>) -> Page {
    let (partner, version, managers) = member
        .app
        .store
        .read(move |db| {
            let partner = store::partners::by_slug(db, &slug)?.ok_or(Error::NotFound)?;
            let version = partner.version;
            let body = bodies(db, &[partner])?.pop().ok_or(Error::NotFound)?;
            Ok::<_, Error>((body, version, managers(db)?))
        })
        .await?;
    let form = Form::new("partner", format!("/admin/partners/{}", partner.slug), attempt)
        .token(&member.form_token())
        .fixed("version", version.to_string())
        .field(Field::line("name", "Name").value(&partner.name).required());
    let form = common(form, managers, Some(&partner)).button("Save");
    let frame = Frame::of(Some(member), &partner.name, "/admin/partners").trouble(form.trouble());
    let status = attempt.map_or(StatusCode::OK, |a| a.status);
    Ok(html(status, &PartnerPage { frame, name: partner.name, form }))
}

pub async fn edit(AdminPosted(posted): AdminPosted, slug: web::Path<String>) -> Page {
    let Posted { member, typed } = posted;
    let mut fields = typed.fields(member.zone());
    let expected = fields.must("version", |f, n| f.whole(n, 0, i64::MAX));
    let mut edit = partner_edit(&mut fields);
    if typed.get("tier").trim().is_empty() {
        edit.tier = Some(None);
    }
    for (name, kept) in [("name", edit.name.is_some()), ("region", edit.region.is_some())] {
        if !kept && !fields.has(name) {
            fields.fault(name, "required", "is required");
        }
    }
    let (faults, named) = (fields.finish(), slug.clone());
    let edited = member
        .app
        .store
        .write(move |db| match faults.is_empty() {
            true => people::edit_partner(db, &named, expected, &edit),
            false => Err(Error::Invalid(faults.clone())),
        })
        .await;
    match edited {
        Ok(_) => Ok(see_other("/admin/partners?done=partner")),
        Err(error) => one(&member, slug.into_inner(), Some(&Attempt::failed("partner", typed, error)?)).await,
    }
}
