//! `/admin/set-up`: from an empty house to a ladder that works, on one page. Asks for what is
//! missing, and for nothing else.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use askama::Template;

use crate::desk::people::NewPartner;
use crate::desk::set_up::{Missing, Order, set_up};
use crate::domain::partner::parse_slug;
use crate::domain::person::{NewPerson, Role};
use crate::secrets::Fresh;
use crate::web::auth::Member;
use crate::web::fields::{Fields, Length};
use crate::web::pages::arriving::{AdminPosted, Administrator, Posted};
use crate::web::pages::error::Page;
use crate::web::pages::forms::{Attempt, Field, Form};
use crate::web::pages::frame::{Frame, html, ok, see_other};

const FORM: &str = "set-up";

#[derive(Template)]
#[template(path = "pages/admin_set_up.html")]
struct SetUp {
    frame: Frame,
    form: Form,
}

#[derive(Template)]
#[template(path = "pages/admin_ready.html")]
struct Ready {
    frame: Frame,
    /// Name, role, e-mail, link.
    invited: Vec<(String, &'static str, String, String)>,
    days: u32,
}

pub async fn show(Administrator(member): Administrator) -> Page {
    respond(&member, None).await
}

async fn respond(member: &Member, attempt: Option<&Attempt>) -> Page {
    let missing = member.app.store.read(Missing::of).await?;
    if missing.is_nothing() {
        return Ok(see_other("/admin"));
    }
    let form = form(member, &missing, attempt);
    let frame = Frame::of(Some(member), "Set up the ladder", "/admin").trouble(form.trouble());
    Ok(html(attempt.map_or(StatusCode::OK, |a| a.status), &SetUp { frame, form }))
}

/// The part of the form for a role, and what that person is for.
const fn part_of(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Vp => ("vp", "VP of Channels: rung 4, who answers for all partners"),
        Role::Director => ("director", "Regional director: rung 3"),
        Role::ChannelManager => ("manager", "Channel manager: rung 2, looks after the partner"),
        Role::Desk | Role::Admin => ("desk", "Support desk: rung 1, owns issues; leads every team"),
        Role::Contact | Role::Principal => ("contact", "Somebody at the partner, who files issues"),
    }
}

fn form(member: &Member, missing: &Missing, attempt: Option<&Attempt>) -> Form {
    let mut form = Form::new(FORM, "/admin/set-up", attempt).token(&member.form_token()).field(
        Field::line("time_zone", "Time zone")
            .hint("Of everybody below, such as Europe/Berlin. Each may change it for themselves.")
            .value(&member.person.zone)
            .required(),
    );
    if missing.partner || missing.roles.contains(&Role::Director) {
        form = form.field(
            Field::line("region", "Region").hint("Of the director and the partner, such as emea.").required(),
        );
    }
    let contact = missing.contact.then_some(Role::Contact);
    for role in missing.roles.iter().copied().chain(contact) {
        if role == Role::Contact && missing.partner {
            form = form
                .field(
                    Field::line("partner.name", "The first partner").hint("The company's name.").required(),
                )
                .field(
                    Field::line("partner.slug", "Short name of the partner")
                        .hint("For links and programs, such as acme. It stays.")
                        .required(),
                );
        }
        let (part, label) = part_of(role);
        form = form
            .field(Field::line(&format!("{part}.name"), label).hint("Name").required())
            .field(Field::email(&format!("{part}.email"), "Their e-mail").required());
    }
    form.button("Invite them, and set up the ladder")
}

/// Reads what the page asks for, and nothing else.
fn read(f: &mut Fields, missing: &Missing) -> Order {
    let zone = f.must("time_zone", |f, n| f.line(n, Length::CODE));
    let shared = missing.partner || missing.roles.contains(&Role::Director);
    let region = if shared { f.must("region", |f, n| f.line(n, Length::CODE)) } else { None };
    let contact = missing.contact.then_some(Role::Contact);
    let mut people = Vec::new();
    for role in missing.roles.iter().copied().chain(contact) {
        let (part, _) = part_of(role);
        let mut new = person(f, part);
        new.role = role;
        new.region = region.clone().filter(|_| role == Role::Director);
        new.zone.clone_from(&zone);
        people.push((part, new));
    }
    let partner = missing.partner.then(|| {
        let read = f.object("partner", |f| {
            let name = f.must("name", |f, n| f.line(n, Length::NAME)).unwrap_or_default();
            (name, f.must("slug", |f, n| f.parsed(n, parse_slug)).unwrap_or_default())
        });
        if read.is_none() {
            f.fault("partner.name", "required", "is required");
            f.fault("partner.slug", "required", "is required");
        }
        let (name, slug) = read.unwrap_or_default();
        let manager = people.iter().find(|(part, _)| *part == "manager").map(|(_, new)| new.email.clone());
        NewPartner {
            slug,
            name,
            region: region.clone().unwrap_or_default(),
            tier: None,
            zone: zone.clone().unwrap_or_default(),
            channel_manager: manager.unwrap_or_default(),
            faults: Vec::new(),
        }
    });
    Order { people, partner, faults: Vec::new() }
}

fn person(f: &mut Fields, part: &'static str) -> NewPerson {
    let read = f.object(part, |f| {
        let name = f.must("name", |f, n| f.line(n, Length::NAME)).unwrap_or_default();
        (name, f.must("email", Fields::email).unwrap_or_default())
    });
    if read.is_none() {
        f.fault(&format!("{part}.name"), "required", "is required");
        f.fault(&format!("{part}.email"), "required", "is required");
    }
    let (name, email) = read.unwrap_or_default();
    let role = Role::Desk;
    NewPerson { email, name, role, partner: None, region: None, teams: Vec::new(), lead: false, zone: None }
}

/// Invites everybody; the links are shown once.
pub async fn submit(AdminPosted(posted): AdminPosted) -> Page {
    let Posted { member, typed } = posted;
    let missing = member.app.store.read(Missing::of).await?;
    let mut fields = typed.fields(member.zone());
    let mut order = read(&mut fields, &missing);
    order.faults = fields.finish();
    let fresh: BTreeMap<&'static str, Fresh> =
        order.people.iter().map(|(part, _)| (*part, Fresh::new())).collect();
    let (desk, now) = (member.app.desk.clone(), member.app.wall.now());
    let done = member.app.store.write(move |db| set_up(&desk, db, &order, &fresh, now)).await;
    match done {
        Ok(invited) => {
            let frame = Frame::of(Some(&member), "The ladder is set up", "/admin");
            let days = member.app.settings.links.invitation_days;
            let row = |(person, url): (crate::domain::person::Person, String)| {
                (person.name, person.role.label(), person.email, url)
            };
            Ok(ok(&Ready { frame, invited: invited.into_iter().map(row).collect(), days }))
        }
        Err(error) => respond(&member, Some(&Attempt::failed(FORM, typed, error)?)).await,
    }
}
