//! `/file`: telling us about a problem. First what it is about, then the rest on one
//! page, with a preview of what filing brings.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::intake::{self, Filing};
use crate::desk::{Call, Desk, Error, load};
use crate::domain::access::{self, Action, PartnerFacts};
use crate::domain::actor::Actor;
use crate::domain::partner::Partner;
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::taxonomy::{COMPLAINTS, Group, group_of};
use crate::secrets;
use crate::store::{self, Db};
use crate::web::api::tickets::{Mode, PreviewBody, filing, previewed};
use crate::web::auth::Member;
use crate::web::reply::once;

use super::arriving::{Carrying, Posted, SignedIn};
use super::attaching::{self, Along};
use super::error::{Page, PageError};
use super::forms::{Attempt, Choice, Field, Form};
use super::frame::{Frame, done_of, html, ok, see_other};
use super::times::{Times, When};
use super::typed::Typed;
use super::words;

const FORM: &str = "file";
/// Currencies that are offered besides those with a limit.
const CURRENCIES: [&str; 5] = ["EUR", "USD", "GBP", "CHF", "JPY"];

#[derive(Template)]
#[template(path = "pages/file_groups.html")]
struct Groups {
    frame: Frame,
    groups: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "pages/file.html")]
struct FilePage {
    frame: Frame,
    group: String,
    hint: String,
    complaint: bool,
    preview: Option<Preview>,
    form: Form,
}

/// What filing would bring.
struct Preview {
    priority: String,
    meaning: &'static str,
    reason: String,
    team: String,
    dates: Vec<(String, When)>,
    rungs: Vec<(u8, String, String, Option<When>)>,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    #[serde(default)]
    group: String,
}

/// Step 1, or step 2 where a group is chosen.
pub async fn show(SignedIn(member): SignedIn, request: HttpRequest, asked: web::Query<Asked>) -> Page {
    may_file(&member)?;
    let (desk, now) = (member.app.desk.clone(), member.call.now);
    let taxonomy = member.app.store.read(move |db| desk.rulebook.taxonomy_in_force(db, now)).await?.value;
    if let Some(group) = taxonomy.group(&asked.group) {
        return step_two(&member, group, None, None).await;
    }
    let groups = taxonomy.groups.iter().map(|g| (g.code.clone(), g.name.clone(), g.hint.clone())).collect();
    let frame = Frame::of(Some(&member), "What is it about?", "/file").done(done_of(request.query_string()));
    Ok(ok(&Groups { frame, groups }))
}

fn may_file(member: &Member) -> Result<(), PageError> {
    access::may_file_at_all(&member.call.actor)
        .map_err(|_| PageError::forbidden("administrators look after Lizard; they do not file issues"))
}

async fn step_two(
    member: &Member,
    group: &Group,
    attempt: Option<&Attempt>,
    preview: Option<Preview>,
) -> Page {
    let form = form(member, group, attempt).await?;
    let trouble = form.trouble().filter(|t| !t.message.is_empty());
    let page = FilePage {
        frame: Frame::of(Some(member), &group.name, "/file").trouble(trouble),
        group: group.name.clone(),
        hint: group.hint.clone(),
        complaint: group.code == COMPLAINTS,
        preview,
        form,
    };
    Ok(html(attempt.map_or(StatusCode::OK, |a| a.status), &page))
}

async fn form(member: &Member, group: &Group, attempt: Option<&Attempt>) -> Result<Form, PageError> {
    let staff = !member.person.role.is_partner_side();
    let key = attempt.map(|a| a.typed.get("key").to_owned()).filter(|key| !key.is_empty());
    let mut form = Form::new(FORM, "/file", attempt)
        .token(&member.form_token())
        .fixed("key", key.unwrap_or_else(secrets::random))
        .fixed("group", &group.code);
    if staff {
        let partners = words::or_none("Choose…", partners(member).await?);
        form = form.field(Field::select("partner", "Partner", partners).required()).field(
            Field::email("requester", "Who reported it")
                .hint("E-mail of the contact at the partner.")
                .required(),
        );
    }
    let leaves = group.leaves.iter().map(|l| Choice::new(format!("{}.{}", group.code, l.code), &l.name));
    form = form.field(Field::radios("category", "Which is closest?", leaves.collect()).required());
    if group.code == COMPLAINTS {
        form = form.field(
            Field::email("about", "About whom")
                .hint("E-mail of the person. Leave it empty if it is about the channel manager."),
        );
    }
    let impacts = Impact::ALL.iter().map(|i| Choice::new(i.as_str(), i.label())).collect();
    let urgencies = Urgency::ALL.iter().map(|u| Choice::new(u.as_str(), u.label())).collect();
    let form =
        form.field(Field::radios("impact", "How bad is it?", impacts).required())
            .field(
                Field::radios("urgency", "How soon must it be solved?", urgencies)
                    .hint("Answer this, or name a deadline below. A deadline says it better."),
            )
            .field(Field::moment("deadline", "Hard deadline").hint(format!(
                "Date and time in {}. Only if something is lost after it.",
                member.times().name
            )))
            .field(Field::line("subject", "Subject").hint("One line that says what is wrong.").required())
            .field(
                Field::area("description", "What happened")
                    .hint("What you tried, order or deal numbers, who you spoke to.")
                    .required(),
            )
            .field(Field::area("blocks", "What does it stop you doing?"))
            .field(Field::line("value.amount", "Value at stake").hint("The deal or the order, as a number."))
            .field(Field::select("value.currency", "Currency", currencies(&member.app.desk)).required())
            .field(Field::line("distributor", "Distributor").hint("If one is involved."));
    Ok(attaching::fields(form, attempt, member.app.settings.attachments)
        .button_of("Preview", "act", "preview", true)
        .button_of("File it", "act", "file", false))
}

fn currencies(desk: &Desk) -> Vec<Choice> {
    let mut codes: Vec<&str> = CURRENCIES.to_vec();
    codes.extend(desk.value_limits.keys().map(String::as_str).filter(|c| !CURRENCIES.contains(c)));
    codes.into_iter().map(|code| Choice::new(code, code)).collect()
}

/// The partners for whom they may file.
async fn partners(member: &Member) -> Result<Vec<Choice>, PageError> {
    let actor = member.call.actor.clone();
    let all = member.app.store.read(|db| Ok::<_, Error>(store::partners::page(db, None, 10_000)?)).await?;
    Ok(fileable(&actor, all))
}

/// Of these partners those for whom the actor may file, to choose from.
pub fn fileable(actor: &Actor, partners: Vec<Partner>) -> Vec<Choice> {
    let may = |p: &Partner| {
        let facts = PartnerFacts { id: p.id, region: &p.region, channel_manager: p.channel_manager };
        access::may_file(actor, &facts, "").is_ok()
    };
    partners.into_iter().filter(may).map(|p| Choice::new(p.slug, p.name)).collect()
}

/// Preview, or file: once for each key.
pub async fn submit(carrying: Carrying) -> Page {
    may_file(&carrying.posted.member)?;
    let (Posted { member, typed }, along) = carrying.keep().await?;
    let (desk, now, code) = (member.app.desk.clone(), member.call.now, typed.get("group").to_owned());
    let taxonomy = member.app.store.read(move |db| desk.rulebook.taxonomy_in_force(db, now)).await?.value;
    let group = taxonomy.group(&code).or_else(|| taxonomy.group(group_of(typed.get("category"))));
    let Some(group) = group else { return Ok(see_other("/file")) };
    if typed.get("act") == "preview" {
        return preview(&member, group, typed, along).await;
    }
    match file(&member, &typed, along).await {
        Ok(location) => Ok(see_other(&location)),
        Err(error) => {
            let attempt = Attempt::failed(FORM, typed, error)?;
            step_two(&member, group, Some(&attempt), None).await
        }
    }
}

fn read(member: &Member, typed: &Typed, along: Along, mode: Mode) -> (Filing, String) {
    let mut typed = typed.clone();
    typed.take_all(attaching::KEPT);
    let key = typed.take("key");
    typed.take("act");
    typed.take("group");
    if typed.get("value.amount").trim().is_empty() {
        typed.take("value.currency");
    }
    let mut filing = filing(typed.fields(member.zone()), mode);
    filing.faults.extend(along.fault);
    filing.files = along.files;
    (filing, key)
}

async fn preview(member: &Member, group: &Group, typed: Typed, along: Along) -> Page {
    let (filing, _) = read(member, &typed, along, Mode::Preview);
    let (desk, call, times) = (member.app.desk.clone(), member.call.clone(), member.times());
    let found = member
        .app
        .store
        .read(move |db| {
            let labels = words::Labels::load(&desk, db, call.now)?;
            let ticket = intake::preview(&desk, db, &call, &filing)?;
            Ok::<_, Error>(shown(&previewed(&ticket, db)?, &labels, &times))
        })
        .await;
    match found {
        Ok(preview) => {
            let as_it_was =
                Attempt { form: FORM, typed, status: StatusCode::OK, message: String::new(), faults: vec![] };
            step_two(member, group, Some(&as_it_was), Some(preview)).await
        }
        Err(error) => {
            let attempt = Attempt::failed(FORM, typed, error)?;
            step_two(member, group, Some(&attempt), None).await
        }
    }
}

fn shown(body: &PreviewBody, labels: &words::Labels, times: &Times) -> Preview {
    let date = |p: &crate::web::view::PromiseBody| {
        let kind = p.kind.parse().map_or_else(|_| p.kind.clone(), |k| words::promise(k, p.label.as_deref()));
        (kind, times.when(p.due))
    };
    let rung = |r: &crate::web::view::LadderBody| {
        let holder = r.holder_name.clone().unwrap_or_default();
        (r.number, r.name.clone(), holder, r.due.filter(|_| r.number > 1).map(|at| times.when(at)))
    };
    Preview {
        meaning: body.priority.parse::<Priority>().map_or("", Priority::meaning),
        priority: body.priority.clone(),
        reason: super::forms::sentence(&body.priority_reason),
        team: labels.team(&body.team),
        dates: body.timetable.iter().map(date).collect(),
        rungs: body.ladder.iter().map(rung).collect(),
    }
}

/// Files it and returns where that leads.
async fn file(member: &Member, typed: &Typed, along: Along) -> Result<String, Error> {
    let (filing, key) = read(member, typed, along, Mode::File);
    let key = if (1..=200).contains(&key.len()) { key } else { secrets::random() };
    let (desk, call) = (member.app.desk.clone(), member.call.clone());
    let (actor, now) = (format!("form:{}", member.person.id), member.app.wall.now());
    member.app.store.write(move |db| once(db, &actor, &key, now, |db| filed(&desk, db, &call, &filing))).await
}

fn filed(desk: &Desk, db: &mut Db, call: &Call, filing: &Filing) -> Result<String, Error> {
    let reference = intake::file(desk, db, call, filing)?.reference;
    match load(desk, db, call, &reference, Action::See) {
        Ok(_) => Ok(format!("/t/{reference}?done=filed")),
        Err(Error::NotFound | Error::Forbidden(_)) => Ok("/file?done=filed_unseen".to_owned()),
        Err(error) => Err(error),
    }
}
