//! What filing would bring, and which open issues it may be already: on the page when asked
//! for, and beside the form while one types.

use askama::Template;

use crate::desk::likely::likely;
use crate::desk::{Error, intake};
use crate::domain::priority::Priority;
use crate::domain::ticket::Ticket;
use crate::store::Db;
use crate::web::api::tickets::{Mode, PreviewBody, previewed};
use crate::web::auth::Member;
use crate::web::view::{LadderBody, PromiseBody};

use super::super::arriving::Posted;
use super::super::attaching::Along;
use super::super::error::Page;
use super::super::forms::sentence;
use super::super::frame::ok;
use super::super::times::{Times, When};
use super::super::typed::Typed;
use super::super::words::{self, Labels};
use super::{may_file, read};

/// Ready to be drawn.
#[derive(Default, Template)]
#[template(path = "preview.html")]
pub struct Preview {
    brings: Option<Brings>,
    likely: Vec<Likely>,
}

/// What filing would bring.
struct Brings {
    priority: String,
    meaning: &'static str,
    reason: String,
    team: String,
    dates: Vec<(String, When)>,
    rungs: Vec<(u8, String, String, Option<When>)>,
}

/// An open issue that it may be.
struct Likely {
    reference: String,
    subject: String,
    state: &'static str,
    opened: When,
}

/// Of what is typed; everything that is missing for it is said.
pub async fn of(member: &Member, typed: &Typed, along: Along) -> Result<Preview, Error> {
    look(member, typed, along, true).await
}

/// Asked for by the page while one types: says what can be said, and of what is missing nothing.
pub async fn live(posted: Posted) -> Page {
    let Posted { member, typed } = posted;
    may_file(&member)?;
    match look(&member, &typed, Along::default(), false).await {
        Ok(preview) => Ok(ok(&preview)),
        Err(error) => Err(error.into()),
    }
}

async fn look(member: &Member, typed: &Typed, along: Along, strict: bool) -> Result<Preview, Error> {
    let (filing, _) = read(member, typed, along, Mode::Preview);
    let (desk, call, times) = (member.app.desk.clone(), member.call.clone(), member.times());
    let look = move |db: &mut Db| {
        let brings = match intake::preview(&desk, db, &call, &filing) {
            Ok(ticket) => {
                let labels = Labels::load(&desk, db, call.now)?;
                Some(brings(&previewed(&ticket, db)?, &labels, &times))
            }
            Err(Error::Invalid(_)) if !strict => None,
            Err(error) => return Err(error),
        };
        let likely = likely(db, &call, &filing)?.iter().map(|t| known(t, &times)).collect();
        Ok(Preview { brings, likely })
    };
    member.app.store.read(look).await
}

fn known(ticket: &Ticket, times: &Times) -> Likely {
    Likely {
        reference: ticket.reference.clone(),
        subject: ticket.subject.clone(),
        state: words::state(ticket.state, ticket.close_reason),
        opened: times.when(ticket.opened_at),
    }
}

fn brings(body: &PreviewBody, labels: &Labels, times: &Times) -> Brings {
    let date = |p: &PromiseBody| {
        let kind = p.kind.parse().map_or_else(|_| p.kind.clone(), |k| words::promise(k, p.label.as_deref()));
        (kind, times.when(p.due))
    };
    let rung = |r: &LadderBody| {
        let holder = r.holder_name.clone().unwrap_or_default();
        (r.number, r.name.clone(), holder, r.due.filter(|_| r.number > 1).map(|at| times.when(at)))
    };
    Brings {
        meaning: body.priority.parse::<Priority>().map_or("", Priority::meaning),
        priority: body.priority.clone(),
        reason: sentence(&body.priority_reason),
        team: labels.team(&body.team),
        dates: body.timetable.iter().map(date).collect(),
        rungs: body.ladder.iter().map(rung).collect(),
    }
}
