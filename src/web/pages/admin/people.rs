//! `/admin/people`: staff and contacts.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::Error;
use crate::desk::people::{self, PersonEdit};
use crate::domain::ids::PersonId;
use crate::domain::person::{Person, Role};
use crate::secrets::Fresh;
use crate::store::{self, Db};
use crate::web::api::contacts::CONTACTS;
use crate::web::api::staff::{STAFF, invite, new_person};
use crate::web::auth::Member;
use crate::web::fields::Length;

use super::PAGE;
use crate::web::pages::arriving::{AdminPosted, Administrator, Posted};
use crate::web::pages::error::{Page, PageError};
use crate::web::pages::forms::{Attempt, Choice, Field, Form};
use crate::web::pages::frame::{Frame, done_of, html, ok, see_other};
use crate::web::pages::typed::Typed;
use crate::web::pages::words;

#[derive(Template)]
#[template(path = "pages/admin_people.html")]
struct People {
    frame: Frame,
    rows: Vec<Row>,
    next: String,
    staff: Form,
    contact: Form,
    form_token: String,
}

struct Row {
    id: i64,
    name: String,
    email: String,
    role: &'static str,
    /// Partner, region or teams.
    of: String,
    zone: String,
    active: bool,
    version: i64,
}

#[derive(Template)]
#[template(path = "pages/admin_invited.html")]
struct Invited {
    frame: Frame,
    name: String,
    email: String,
    url: String,
    days: u32,
}

/// Everybody, by e-mail.
pub async fn list(Administrator(member): Administrator, request: HttpRequest) -> Page {
    let query = Typed::read(request.query_string().as_bytes()).unwrap_or_default();
    respond(&member, query.get("after"), None, done_of(request.query_string())).await
}

async fn respond(member: &Member, after: &str, attempt: Option<&Attempt>, done: &'static str) -> Page {
    let after = Some(after.to_owned()).filter(|a| !a.is_empty());
    let (rows, next, teams, partners) =
        member.app.store.read(move |db| look_up(db, after.as_deref())).await?;
    let token = member.form_token();
    let staff = staff_form(&token, teams, attempt);
    let contact = contact_form(&token, partners, attempt);
    let trouble = staff.trouble().or_else(|| contact.trouble()).or_else(|| {
        // What went wrong with a button in the list.
        let other = attempt.filter(|a| a.form == "list")?;
        Form::new("list", "", Some(other)).trouble()
    });
    let frame = Frame::of(Some(member), "People", "/admin/people").done(done).trouble(trouble);
    let status = attempt.map_or(StatusCode::OK, |a| a.status);
    Ok(html(status, &People { frame, rows, next, staff, contact, form_token: token }))
}

type Found = (Vec<Row>, String, Vec<Choice>, Vec<Choice>);

fn look_up(db: &mut Db, after: Option<&str>) -> Result<Found, Error> {
    let mut found = store::people::page(db, Role::ALL, None, after, PAGE + 1)?;
    let more = i64::try_from(found.len()).is_ok_and(|n| n > PAGE);
    if more {
        found.pop();
    }
    let next = found.last().filter(|_| more).map_or_else(String::new, |p| {
        format!("/admin/people?{}", serde_urlencoded::to_string([("after", &p.email)]).unwrap_or_default())
    });
    let teams = store::teams::all(db)?;
    let partners = store::partners::page(db, None, i64::MAX)?;
    let of = |p: &Person| match (p.partner, &p.region) {
        (Some(id), _) => partners.iter().find(|x| x.id == id).map(|x| x.name.clone()).unwrap_or_default(),
        (None, Some(region)) => region.clone(),
        (None, None) if p.role == Role::Desk && p.teams.is_empty() => "every team".to_owned(),
        (None, None) => {
            let name = |m: &crate::domain::person::Membership| {
                let name =
                    teams.iter().find(|t| t.code == m.team).map_or(m.team.as_str(), |t| t.name.as_str());
                if m.lead { format!("{name} (lead)") } else { name.to_owned() }
            };
            p.teams.iter().map(name).collect::<Vec<_>>().join(", ")
        }
    };
    let rows = found
        .iter()
        .map(|p| Row {
            id: p.id.0,
            name: p.name.clone(),
            email: p.email.clone(),
            role: p.role.label(),
            of: of(p),
            zone: p.zone.clone(),
            active: p.active,
            version: p.version,
        })
        .collect();
    let teams = teams.into_iter().map(|t| Choice::new(t.code, t.name)).collect();
    let partners = partners.iter().map(|p| Choice::new(&p.slug, &p.name)).collect();
    Ok((rows, next, teams, partners))
}

fn roles(of: &[Role]) -> Vec<Choice> {
    words::or_none("Choose…", of.iter().map(|r| Choice::new(r.as_str(), r.label())).collect())
}

fn staff_form(token: &str, teams: Vec<Choice>, attempt: Option<&Attempt>) -> Form {
    Form::new("staff", "/admin/people", attempt)
        .title("Invite staff")
        .token(token)
        .fixed("kind", "staff")
        .field(Field::line("name", "Name").required())
        .field(Field::email("email", "E-mail").required())
        .field(Field::select("role", "Role", roles(&STAFF)).required())
        .field(Field::line("region", "Region").hint("Of directors; of channel managers, if you like."))
        .field(Field::ticks("teams", "Teams", teams).hint("Of desk members. None ticked means every team."))
        .field(Field::tick("lead", "Leads those teams"))
        .field(Field::line("time_zone", "Time zone").hint("Such as Europe/Berlin. Empty means UTC."))
        .button("Invite")
}

fn contact_form(token: &str, partners: Vec<Choice>, attempt: Option<&Attempt>) -> Form {
    Form::new("contact", "/admin/people", attempt)
        .title("Invite a contact of a partner")
        .token(token)
        .fixed("kind", "contact")
        .field(Field::line("name", "Name").required())
        .field(Field::email("email", "E-mail").required())
        .field(Field::select("partner", "Partner", words::or_none("Choose…", partners)).required())
        .field(
            Field::select("role", "Role", roles(&CONTACTS))
                .hint("A principal sees every issue of the company, and may press the upper rungs."),
        )
        .field(
            Field::line("time_zone", "Time zone").hint("Such as Europe/Berlin. Empty means the partner's."),
        )
        .button("Invite")
}

/// Adds and invites somebody; the link is shown once.
pub async fn add(AdminPosted(posted): AdminPosted) -> Page {
    let Posted { member, typed } = posted;
    let (form, roles) = match typed.get("kind") {
        "contact" => ("contact", CONTACTS.as_slice()),
        _ => ("staff", STAFF.as_slice()),
    };
    let mut sent = typed.clone();
    sent.take("kind");
    if form == "staff" {
        sent.join("teams");
    }
    let (new, faults) = new_person(sent.fields(member.zone()), roles);
    let (desk, now, fresh) = (member.app.desk.clone(), member.app.wall.now(), Fresh::new());
    let added = member.app.store.write(move |db| invite(&desk, db, &new, &faults, &fresh, now)).await;
    match added {
        Ok((person, url)) => Ok(invited(&member, person, url)),
        Err(error) => {
            let mut typed = typed;
            typed.join("teams");
            let attempt = Attempt::failed(form, typed, error)?;
            respond(&member, "", Some(&attempt), "").await
        }
    }
}

fn invited(member: &Member, person: Person, url: String) -> actix_web::HttpResponse {
    let frame = Frame::of(Some(member), "Invited", "/admin/people");
    let days = member.app.settings.links.invitation_days;
    ok(&Invited { frame, name: person.name, email: person.email, url, days })
}

/// Deactivates, or takes back in.
pub async fn switch(AdminPosted(posted): AdminPosted, id: web::Path<i64>) -> Page {
    let Posted { member, typed } = posted;
    let mut fields = typed.fields(member.zone());
    let active = fields.must("active", crate::web::fields::Fields::flag);
    let expected = fields.whole("version", 0, i64::MAX);
    fields.check()?;
    let edit = PersonEdit { active, ..PersonEdit::default() };
    let (desk, by, now) = (member.app.desk.clone(), member.call.actor.by(), member.call.now);
    let edited = member
        .app
        .store
        .write(move |db| people::edit(&desk, db, PersonId(*id), expected, &edit, by, now))
        .await;
    match edited {
        Ok(_) => Ok(see_other("/admin/people?done=person")),
        Err(error) => respond(&member, "", Some(&Attempt::failed("list", typed, error)?), "").await,
    }
}

/// A new link; the earlier one ends.
pub async fn invite_again(AdminPosted(posted): AdminPosted, id: web::Path<i64>) -> Page {
    let Posted { member, typed } = posted;
    let mut fields = typed.fields(member.zone());
    let _ = fields.line("version", Length::CODE);
    fields.check()?;
    let (desk, now, fresh) = (member.app.desk.clone(), member.app.wall.now(), Fresh::new());
    let again = member
        .app
        .store
        .write(move |db| {
            let person =
                store::people::find(db, PersonId(*id))?.filter(|p| p.active).ok_or(Error::NotFound)?;
            people::invite(&desk, db, &person, &fresh, now)?;
            Ok::<_, Error>((person, people::invitation_url(&desk, &fresh)))
        })
        .await;
    let (person, url) = again.map_err(PageError::from)?;
    Ok(invited(&member, person, url))
}
