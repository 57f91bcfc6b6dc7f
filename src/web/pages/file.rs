//! `/file`: telling us about a problem, on one page. What filing brings is shown before it
//! is done (`preview`), and said once more when it is.

mod preview;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::intake::{self, Filing};
use crate::desk::{Call, Desk, Error, conversation, load};
use crate::domain::access::{self, Action, PartnerFacts};
use crate::domain::actor::Actor;
use crate::domain::attachment;
use crate::domain::fault::Fault;
use crate::domain::partner::Partner;
use crate::domain::priority::{Impact, Urgency};
use crate::domain::taxonomy::{COMPLAINTS, Taxonomy};
use crate::domain::ticket::Visibility;
use crate::secrets;
use crate::store::{self, Db};
use crate::web::api::tickets::{Mode, filing};
use crate::web::auth::Member;
use crate::web::reply::once;
use crate::web::view::Names;

use super::arriving::{Carrying, Posted, SignedIn};
use super::attaching::{self, Along};
use super::error::{Page, PageError};
use super::forms::{Attempt, Choice, Field, Form, Section};
use super::frame::{Frame, done_of, html, ok, see_other};
use super::ticket::TicketView;
use super::typed::Typed;
use super::words;
use preview::Preview;

pub use preview::live;

const FORM: &str = "file";
/// Currencies that are offered besides those with a limit.
const CURRENCIES: [&str; 5] = ["EUR", "USD", "GBP", "CHF", "JPY"];

#[derive(Template)]
#[template(path = "pages/file.html")]
struct FilePage {
    frame: Frame,
    staff: bool,
    preview: Option<Preview>,
    form: Form,
}

#[derive(Template)]
#[template(path = "pages/filed.html")]
struct FiledPage {
    frame: Frame,
    t: TicketView,
    staff: bool,
    draft: String,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    /// The group that is opened.
    #[serde(default)]
    group: String,
    /// Slug, for staff.
    #[serde(default)]
    partner: String,
}

pub async fn show(SignedIn(member): SignedIn, request: HttpRequest, asked: web::Query<Asked>) -> Page {
    may_file(&member)?;
    let chosen = Chosen { group: &asked.group, partner: &asked.partner };
    respond(&member, chosen, None, None, done_of(request.query_string())).await
}

/// The address of the preview, opened: back to the form.
pub async fn back() -> Page {
    Ok(see_other("/file"))
}

fn may_file(member: &Member) -> Result<(), PageError> {
    access::may_file_at_all(&member.call.actor)
        .map_err(|_| PageError::forbidden("administrators look after Lizard; they do not file issues"))
}

/// What the address has chosen already.
#[derive(Clone, Copy, Default)]
struct Chosen<'a> {
    group: &'a str,
    partner: &'a str,
}

async fn respond(
    member: &Member,
    chosen: Chosen<'_>,
    attempt: Option<&Attempt>,
    preview: Option<Preview>,
    done: &'static str,
) -> Page {
    let (desk, now) = (member.app.desk.clone(), member.call.now);
    let taxonomy = member.app.store.read(move |db| desk.rulebook.taxonomy_in_force(db, now)).await?.value;
    let form = form(member, &taxonomy, chosen, attempt).await?;
    let trouble = form.trouble().filter(|t| !t.message.is_empty());
    let staff = !member.person.role.is_partner_side();
    let title = if staff { "File for a partner" } else { "Tell us about a problem" };
    let frame = Frame::of(Some(member), title, "/file").done(done).trouble(trouble);
    let status = attempt.map_or(StatusCode::OK, |a| a.status);
    Ok(html(status, &FilePage { frame, staff, preview, form }))
}

/// Under which name a browser keeps what this person typed.
fn draft_of(member: &Member) -> String {
    format!("file-{}", member.person.id)
}

async fn form(
    member: &Member,
    taxonomy: &Taxonomy,
    chosen: Chosen<'_>,
    attempt: Option<&Attempt>,
) -> Result<Form, PageError> {
    let key = attempt.map(|a| a.typed.get("key").to_owned()).filter(|key| !key.is_empty());
    let mut form = Form::new(FORM, "/file", attempt)
        .draft(draft_of(member))
        .live("/file/preview")
        .token(&member.form_token())
        .fixed("key", key.unwrap_or_else(secrets::random));
    if !member.person.role.is_partner_side() {
        let partners = words::or_none("Choose…", partners(member).await?);
        form =
            form.field(Field::select("partner", "Partner", partners).value(chosen.partner).required()).field(
                Field::email("requester", "Who reported it")
                    .hint("E-mail of the contact at the partner.")
                    .required(),
            );
    }
    let form = form
        .field(Field::sections("category", "What is it about?", sections(taxonomy, chosen.group)).required())
        .field(
            Field::email("about", "About whom")
                .hint("E-mail of the person. Leave it empty if it is about your channel manager.")
                .only_for(COMPLAINTS),
        );
    let form = asides(how_bad(form, member), member);
    Ok(attaching::fields(form, attempt, member.app.settings.attachments)
        .button_of("File it", "act", "file", false)
        .button_of("Show me the dates first", "act", "preview", true)
        .leading_to("preview"))
}

fn sections(taxonomy: &Taxonomy, open: &str) -> Vec<Section> {
    let section = |group: &crate::domain::taxonomy::Group| Section {
        name: group.name.clone(),
        hint: group.hint.clone(),
        choices: group
            .leaves
            .iter()
            .map(|l| Choice::new(format!("{}.{}", group.code, l.code), &l.name))
            .collect(),
        open: group.code == open,
    };
    taxonomy.groups.iter().map(section).collect()
}

fn how_bad(form: Form, member: &Member) -> Form {
    let impacts = Impact::ALL.iter().map(|i| Choice::new(i.as_str(), i.label())).collect();
    let urgencies = Urgency::ALL.iter().map(|u| Choice::new(u.as_str(), u.label())).collect();
    form.field(
        Field::line("subject", "In one line")
            .hint("Say what is wrong, as you would in a subject line.")
            .required(),
    )
    .field(
        Field::area("description", "What happened")
            .hint("What you tried, order or deal numbers, who you spoke to.")
            .required(),
    )
    .field(Field::radios("impact", "How bad is it?", impacts).required())
    .field(Field::radios("urgency", "How soon must it be solved?", urgencies).required())
    .field(Field::moment("deadline", "A hard deadline, if there is one").hint(format!(
        "Date and time in {}, after which something is lost. It goes before the answer above.",
        member.times().name
    )))
}

fn asides(form: Form, member: &Member) -> Form {
    form.field(Field::area("blocks", "What does it stop you doing?").aside())
        .field(
            Field::line("value.amount", "Value at stake").hint("The deal or the order, as a number.").aside(),
        )
        .field(Field::select("value.currency", "Currency", currencies(&member.app.desk)).required().aside())
        .field(Field::line("distributor", "Distributor").hint("If one is involved.").aside())
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

/// Preview, file, or add to an issue that is open already: once for each key.
pub async fn submit(carrying: Carrying) -> Page {
    may_file(&carrying.posted.member)?;
    let act = carrying.posted.typed.get("act").to_owned();
    if let Some(reference) = act.strip_prefix("add:") {
        carrying.may_write(reference).await?;
    }
    let (Posted { member, typed }, along) = carrying.keep().await?;
    if act == "preview" {
        return previewed(&member, typed, along).await;
    }
    let led = match act.strip_prefix("add:") {
        Some(reference) => add(&member, &typed, along, reference).await,
        None => file(&member, &typed, along).await,
    };
    match led {
        Ok(location) => Ok(see_other(&location)),
        Err(error) => {
            let attempt = Attempt::failed(FORM, typed, error)?;
            respond(&member, Chosen::default(), Some(&attempt), None, "").await
        }
    }
}

async fn previewed(member: &Member, typed: Typed, along: Along) -> Page {
    match preview::of(member, &typed, along).await {
        Ok(preview) => {
            let as_it_was =
                Attempt { form: FORM, typed, status: StatusCode::OK, message: String::new(), faults: vec![] };
            respond(member, Chosen::default(), Some(&as_it_was), Some(preview), "").await
        }
        Err(error) => {
            let attempt = Attempt::failed(FORM, typed, error)?;
            respond(member, Chosen::default(), Some(&attempt), None, "").await
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
        Ok(_) => Ok(format!("/file/done/{reference}")),
        Err(Error::NotFound | Error::Forbidden(_)) => Ok("/file?done=filed_unseen".to_owned()),
        Err(error) => Err(error),
    }
}

/// Writes what was typed on an issue that is open already, and returns where that leads.
async fn add(member: &Member, typed: &Typed, along: Along, reference: &str) -> Result<String, Error> {
    if let Some(fault) = along.fault {
        return Err(Error::Invalid(vec![fault]));
    }
    let files = along.files.clone();
    let (filing, key) = read(member, typed, along, Mode::Preview);
    let draft = filing.draft;
    let mut said = [draft.subject.trim(), draft.description.trim()].join("\n\n").trim().to_owned();
    if said.is_empty() && !files.is_empty() {
        said = attachment::named(&files);
    }
    if said.is_empty() {
        let say = "say in it what you want to add";
        return Err(Error::Invalid(vec![Fault::new("description", "required", say)]));
    }
    let (desk, call, reference) = (member.app.desk.clone(), member.call.clone(), reference.to_owned());
    let (actor, now) = (format!("form:{}", member.person.id), member.app.wall.now());
    let write = move |db: &mut Db| {
        once(db, &actor, &key, now, |db| {
            conversation::write(&desk, db, &call, &reference, &said, Visibility::Partner, &files)?;
            Ok(format!("/t/{reference}?done=added"))
        })
    };
    member.app.store.write(write).await
}

/// It is filed: who has it, what happens next, who is told when.
pub async fn done(SignedIn(member): SignedIn, reference: web::Path<String>) -> Page {
    let (desk, call, times) = (member.app.desk.clone(), member.call.clone(), member.times());
    let (staff, reference) = (!member.person.role.is_partner_side(), reference.to_ascii_uppercase());
    let read = move |db: &mut Db| {
        let loaded = load(&desk, db, &call, &reference, Action::See)?;
        let names = Names::of(db, std::slice::from_ref(&loaded.ticket))?;
        let labels = words::Labels::load(&desk, db, call.now)?;
        Ok::<_, Error>(TicketView::of(&loaded.ticket, &names, &labels, &times, staff))
    };
    let t = member.app.store.read(read).await?;
    let frame = Frame::of(Some(&member), "It is filed", "/file");
    Ok(ok(&FiledPage { frame, t, staff, draft: draft_of(&member) }))
}
