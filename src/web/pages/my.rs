//! `/my`: the partner's own issues. What needs them comes first.

use actix_web::HttpRequest;
use askama::Template;
use jiff::SignedDuration;

use crate::desk::Error;
use crate::domain::access::Scope;
use crate::domain::ticket::{State, Ticket};
use crate::store::tickets::{self, Filter};
use crate::web::view::Names;

use super::arriving::SignedIn;
use super::error::Page;
use super::frame::{Frame, done_of, home, ok, see_other};
use super::row::Row;

/// Tickets shown of each kind at most.
const MOST: i64 = 200;
/// How long a closed ticket is called recent.
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 30);
const RECENT_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "pages/my.html")]
struct My {
    frame: Frame,
    needs_you: Vec<Row>,
    in_progress: Vec<Row>,
    closed: Vec<Row>,
    more: bool,
}

pub async fn show(SignedIn(member): SignedIn, request: HttpRequest) -> Page {
    if !member.person.role.is_partner_side() {
        return Ok(see_other(home(&member.person)));
    }
    let (call, times) = (member.call.clone(), member.times());
    let frame = Frame::of(Some(&member), "My issues", "/my").done(done_of(request.query_string()));
    let read = move |db: &mut crate::store::Db| {
        let scope = Scope::of(&call.actor);
        let live = Filter { states: vec![State::Open, State::Resolved], ..Filter::default() };
        let live = tickets::list(db, &scope, &live, None, MOST)?;
        let since = call.now.checked_sub(RECENT).ok();
        let closed = Filter { states: vec![State::Closed], updated_since: since, ..Filter::default() };
        let mut closed = tickets::list(db, &scope, &closed, None, MOST)?.tickets;
        closed.sort_by_key(|t| std::cmp::Reverse(t.updated_at));
        closed.truncate(RECENT_SHOWN);
        let more = live.next.is_some();
        let (needs_you, in_progress): (Vec<Ticket>, Vec<Ticket>) =
            live.tickets.into_iter().partition(|t| t.state == State::Resolved || t.is_paused());
        let mut rows = |of: &[Ticket]| {
            let names = Names::of(db, of)?;
            Ok::<_, Error>(of.iter().map(|t| Row::of(t, &names, &times)).collect())
        };
        Ok::<_, Error>(My {
            frame,
            needs_you: rows(&needs_you)?,
            in_progress: rows(&in_progress)?,
            closed: rows(&closed)?,
            more,
        })
    };
    Ok(ok(&member.app.store.read(read).await?))
}
