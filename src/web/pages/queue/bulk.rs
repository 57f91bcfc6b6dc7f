//! The same triage of several tickets: `/queue/bulk` shows what it would do to each, then does
//! it; `/queue/bulk/{id}` says what came of it, and takes it back.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::bulk::{self, Before, Chosen};
use crate::desk::triage::Wish;
use crate::desk::{Call, Desk, Error};
use crate::domain::access;
use crate::domain::actor::Actor;
use crate::domain::fault::Fault;
use crate::domain::person::Role;
use crate::domain::ticket::Ticket;
use crate::store::bulks::Entry;
use crate::store::{self, Db};
use crate::web::api::triage::wish;
use crate::web::auth::Member;
use crate::web::pages::arriving::{Posted, SignedIn};
use crate::web::pages::error::{Page, PageError};
use crate::web::pages::forms::{Attempt, Choice, Field, Form, sentence};
use crate::web::pages::frame::{Frame, done_of, html, see_other};
use crate::web::pages::times::Times;
use crate::web::pages::words::{self, Labels};
use crate::web::view::Names;

use super::for_staff;

#[derive(Template)]
#[template(path = "pages/bulk.html")]
struct BulkPage {
    frame: Frame,
    lines: Vec<Line>,
    /// How many of them would change.
    changing: usize,
    form: Option<Form>,
}

/// A ticket, and what would become of it.
struct Line {
    reference: String,
    subject: String,
    changes: Vec<String>,
    /// Why nothing would.
    refused: String,
}

#[derive(Template)]
#[template(path = "pages/bulk_done.html")]
struct DonePage {
    frame: Frame,
    lines: Vec<DoneLine>,
    changed: usize,
    undo: Option<Form>,
}

struct DoneLine {
    reference: String,
    state: &'static str,
    class: &'static str,
    trouble: String,
}

/// Who may own a ticket.
pub fn owners(db: &mut Db, actor: &Actor) -> Result<Vec<Choice>, Error> {
    if access::sees_envelopes_only(actor) {
        return Ok(Vec::new());
    }
    let desk = store::people::active_with_role(db, Role::Desk)?;
    Ok(desk.into_iter().map(|p| Choice::new(p.email, p.name)).collect())
}

/// What may be said of several tickets together.
pub fn fields(form: Form, owners: Vec<Choice>, teams: Vec<Choice>) -> Form {
    let stays = |choices| words::or_none("As it is", choices);
    form.field(Field::select("owner", "Hand to", stays(owners)))
        .field(Field::select("team", "Team", stays(teams)))
        .field(Field::select("priority", "Priority", stays(words::priorities())))
        .field(Field::area("reason", "Reason").hint("The partners read it.").required())
}

/// `PI-1042@7`: a ticket, and the last event that its row showed.
fn chosen(text: &str) -> Chosen {
    let (reference, seen) = text.split_once('@').unwrap_or((text, ""));
    Chosen { reference: reference.trim().to_ascii_uppercase(), seen: seen.parse().ok() }
}

pub async fn submit(posted: Posted) -> Page {
    let Posted { member, typed } = posted;
    for_staff(&member)?;
    let mut sent = typed.clone();
    let mut tickets = sent.take_all("ticket");
    tickets.sort_unstable();
    tickets.dedup();
    let act = sent.take("act");
    let chosen: Vec<Chosen> = tickets.iter().map(|t| chosen(t)).collect();
    let mut fields = sent.fields(member.zone());
    let order = wish(&mut fields);
    let mut faults = fields.finish();
    let nothing = order.owner.is_none() && order.team.is_none() && order.priority.is_none();
    if nothing && faults.is_empty() {
        faults.push(Fault::new("owner", "nothing_to_change", "must be named, or a team, or a priority"));
    }
    let failed = if chosen.is_empty() || chosen.len() > bulk::MOST {
        let message = format!("tick from one to {} tickets of the queue first", bulk::MOST);
        Some(Error::Unprocessable { code: "no_tickets", message })
    } else {
        (!faults.is_empty()).then_some(Error::Invalid(faults))
    };
    match failed {
        Some(error) => {
            let attempt = Attempt::failed("bulk", sent, error)?;
            let lines = if chosen.is_empty() { None } else { Some((Vec::new(), 0)) };
            show(&member, lines, &tickets, attempt).await
        }
        None if act == "do" => carry_out(&member, chosen, order).await,
        None => {
            let looked = look(&member, chosen, order).await?;
            let asked = Attempt {
                form: "bulk",
                typed: sent,
                status: StatusCode::OK,
                message: String::new(),
                faults: vec![],
            };
            show(&member, Some(looked), &tickets, asked).await
        }
    }
}

/// What would become of each, and of how many something.
async fn look(member: &Member, chosen: Vec<Chosen>, wish: Wish) -> Result<(Vec<Line>, usize), PageError> {
    let (desk, call, times) = (member.app.desk.clone(), member.call.clone(), member.times());
    let lines = member
        .app
        .store
        .read(move |db| {
            let labels = Labels::load(&desk, db, call.now)?;
            chosen
                .iter()
                .map(|c| line(&desk, db, &call, c, &wish, &labels, &times))
                .collect::<Result<Vec<_>, Error>>()
        })
        .await?;
    let changing = lines.iter().filter(|line| line.refused.is_empty()).count();
    Ok((lines, changing))
}

fn line(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    chosen: &Chosen,
    wish: &Wish,
    labels: &Labels,
    times: &Times,
) -> Result<Line, Error> {
    let reference = chosen.reference.clone();
    match bulk::look(desk, db, call, chosen, wish) {
        Ok((was, is)) => {
            let changes = changes(db, &was, &is, labels, times)?;
            Ok(Line { reference, subject: is.subject, changes, refused: String::new() })
        }
        Err(error) => Ok(Line { reference, subject: String::new(), changes: vec![], refused: why(error)? }),
    }
}

fn changes(
    db: &mut Db,
    was: &Ticket,
    is: &Ticket,
    labels: &Labels,
    times: &Times,
) -> Result<Vec<String>, Error> {
    let names = Names::of(db, &[was.clone(), is.clone()])?;
    let solved = |t: &Ticket| t.timetable.resolution().map(|p| times.absolute(p.due)).unwrap_or_default();
    let rung = |t: &Ticket| format!("{}", t.rung);
    let of = [
        ("Owner", names.name(was.owner), names.name(is.owner)),
        ("Team", labels.team(&was.team), labels.team(&is.team)),
        ("Priority", was.priority.to_string(), is.priority.to_string()),
        ("Rung", rung(was), rung(is)),
        ("To be solved by", solved(was), solved(is)),
    ];
    let moved = of.into_iter().filter(|(_, was, is)| was != is);
    Ok(moved.map(|(what, was, is)| format!("{what}: {was} → {is}")).collect())
}

/// In words, for one ticket of several. What is no matter of one ticket goes on.
fn why(error: Error) -> Result<String, Error> {
    Ok(match error {
        Error::NotFound => "It is not there, or not yours to see.".to_owned(),
        Error::Forbidden(message) => sentence(message),
        Error::Invalid(faults) => {
            let said: Vec<String> =
                faults.iter().map(|f| sentence(&format!("{} {}", f.field, f.message))).collect();
            said.join(" ")
        }
        Error::Unprocessable { message, .. } | Error::Refused { message, .. } => sentence(&message),
        Error::Stale => "Somebody has changed it meanwhile.".to_owned(),
        Error::Collision => "Others change it at the same moment.".to_owned(),
        error @ (Error::Unavailable(_) | Error::Store(_)) => return Err(error),
    })
}

/// The page that asks once more; without lines, the queue has to be gone back to.
async fn show(
    member: &Member,
    lines: Option<(Vec<Line>, usize)>,
    tickets: &[String],
    attempt: Attempt,
) -> Page {
    let (desk, call) = (member.app.desk.clone(), member.call.clone());
    let read = move |db: &mut Db| {
        let labels = Labels::load(&desk, db, call.now)?;
        Ok::<_, Error>((owners(db, &call.actor)?, labels.team_choices()))
    };
    let (owners, teams) = member.app.store.read(read).await?;
    let status = attempt.status;
    let failed = status != StatusCode::OK;
    let mut form = Form::new("bulk", "/queue/bulk", Some(&attempt)).token(&member.form_token());
    for ticket in tickets {
        form = form.fixed("ticket", ticket);
    }
    let form = fields(form, owners, teams);
    let trouble = form.trouble().filter(|_| failed);
    let Some((lines, changing)) = lines else {
        let frame = Frame::of(Some(member), "Several tickets", "/queue").trouble(trouble);
        return Ok(html(status, &BulkPage { frame, lines: vec![], changing: 0, form: None }));
    };
    let form = if changing > 0 {
        let plural = if changing == 1 { "" } else { "s" };
        form.button_of(format!("Change {changing} ticket{plural}"), "act", "do", false).button_of(
            "Show again",
            "act",
            "look",
            true,
        )
    } else {
        form.button("Show what would change")
    };
    let frame = Frame::of(Some(member), "Several tickets", "/queue").trouble(trouble);
    Ok(html(status, &BulkPage { frame, lines, changing, form: Some(form) }))
}

/// One after the other, each in a transaction of its own.
async fn carry_out(member: &Member, all: Vec<Chosen>, wish: Wish) -> Page {
    let id = uuid::Uuid::now_v7().to_string();
    let wall = member.app.wall.now();
    for chosen in all {
        let (desk, call, bulk) = (member.app.desk.clone(), member.call.clone(), id.clone());
        let (one, order) = (chosen.clone(), wish.clone());
        let done =
            member.app.store.write(move |db| bulk::apply(&desk, db, &call, &bulk, &one, &order, wall)).await;
        if let Err(error) = done {
            let why = why(error)?;
            let (desk, call, bulk) = (member.app.desk.clone(), member.call.clone(), id.clone());
            let note =
                move |db: &mut Db| bulk::refused(&desk, db, &call, &bulk, &chosen.reference, &why, wall);
            member.app.store.write(note).await?;
        }
    }
    Ok(see_other(&format!("/queue/bulk/{id}?done=bulk")))
}

/// What came of it.
pub async fn done(SignedIn(member): SignedIn, id: web::Path<String>, request: HttpRequest) -> Page {
    for_staff(&member)?;
    let (call, bulk) = (member.call.clone(), id.clone());
    let entries = member.app.store.read(move |db| bulk::done(db, &call, &bulk)).await?;
    let wall = member.app.wall.now();
    let undo = entries.iter().any(|e| bulk::can_be_undone(e, wall)).then(|| {
        Form::new("undo", format!("/queue/bulk/{id}/undo"), None).token(&member.form_token()).button("Undo")
    });
    let frame = Frame::of(Some(&member), "Several tickets", "/queue").done(done_of(request.query_string()));
    let lines: Vec<DoneLine> = entries.iter().map(done_line).collect();
    let changed = lines.iter().filter(|line| line.class == "kept").count();
    Ok(html(StatusCode::OK, &DonePage { frame, lines, changed, undo }))
}

fn done_line(entry: &Entry<Before>) -> DoneLine {
    let was_done = entry.before != Before::default();
    let (state, class) = match (entry.undone_at, was_done) {
        (Some(_), _) => ("Undone", "withdrawn"),
        (None, true) => ("Changed", "kept"),
        (None, false) => ("Left as it was", "broken"),
    };
    let trouble = match (&entry.trouble, was_done) {
        (Some(why), true) => format!("Not undone. {why}"),
        (Some(why), false) => why.clone(),
        (None, _) => String::new(),
    };
    DoneLine { reference: entry.reference.clone(), state, class, trouble }
}

pub async fn undo(posted: Posted, id: web::Path<String>) -> Page {
    let Posted { member, .. } = posted;
    for_staff(&member)?;
    let (call, bulk) = (member.call.clone(), id.clone());
    let entries = member.app.store.read(move |db| bulk::done(db, &call, &bulk)).await?;
    let wall = member.app.wall.now();
    for entry in entries.into_iter().filter(|e| bulk::can_be_undone(e, wall)) {
        let (desk, call, bulk) = (member.app.desk.clone(), member.call.clone(), id.clone());
        let one = entry.clone();
        let undone = member.app.store.write(move |db| bulk::undo(&desk, db, &call, &bulk, &one, wall)).await;
        if let Err(error) = undone {
            let (why, bulk) = (why(error)?, id.clone());
            member.app.store.write(move |db| bulk::stays(db, &bulk, &entry, &why)).await?;
        }
    }
    Ok(see_other(&format!("/queue/bulk/{id}?done=bulk_undone")))
}

/// The address of the form, opened.
pub async fn back() -> Page {
    Ok(see_other("/queue"))
}

/// The same of what came of it.
pub async fn back_to(id: web::Path<String>) -> Page {
    let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    Ok(see_other(&if plain { format!("/queue/bulk/{id}") } else { "/queue".to_owned() }))
}
