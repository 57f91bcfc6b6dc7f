//! Pages that stay open hear of changes: server-sent events. They say that something moved, never
//! what: whoever hears it reads the page again, as far as they may see it then.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use futures_util::stream;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, Sleep, interval, sleep};

use crate::app::{Deaf, Ear, Look, Signal};
use crate::desk::{Call, Error, load};
use crate::domain::access::{Action, Scope};
use crate::domain::ids::TicketId;
use crate::store;
use crate::web::auth::Member;

use super::arriving::SignedIn;
use super::error::{Page, PageError};

/// Then the browser asks again, and whether they are still signed in is looked at again.
const AT_MOST: Duration = Duration::from_mins(2);
/// So often something is said: nobody in between takes it for dead, and it is noticed when the
/// other end is.
const BEAT: Duration = Duration::from_secs(3);
/// Until the browser asks again, in milliseconds.
const RETRY: u32 = 300;

/// One page that stays open.
struct Watch {
    member: Member,
    about: About,
    ear: Ear,
    end: Pin<Box<Sleep>>,
    beat: Interval,
    /// What was there at the start was not told yet.
    fresh: bool,
}

/// What it shows.
enum About {
    Ticket {
        id: TicketId,
        reference: String,
        /// Of staff: they see each other.
        look: Option<Look>,
    },
    Queue,
}

/// `/t/{reference}/live`: that it moved, and who else is there.
pub async fn ticket(SignedIn(member): SignedIn, reference: web::Path<String>) -> Page {
    let reference = reference.to_ascii_uppercase();
    let (id, _) = version(&member, &reference).await?;
    let staff = !member.person.role.is_partner_side();
    let look = staff.then(|| member.app.live.look(id, member.person.id, &member.person.name));
    let ear = listen(&member)?;
    Ok(answer(member, About::Ticket { id, reference, look }, ear))
}

/// `/queue/live`: which of the tickets that one sees moved.
pub async fn queue(SignedIn(member): SignedIn) -> Page {
    if member.person.role.is_partner_side() {
        return Err(PageError::not_found());
    }
    let ear = listen(&member)?;
    Ok(answer(member, About::Queue, ear))
}

fn listen(member: &Member) -> Result<Ear, PageError> {
    member.app.live.listen(member.person.id).map_err(|deaf| match deaf {
        Deaf::Closing => {
            PageError::new(StatusCode::SERVICE_UNAVAILABLE, "ends", "the service is being restarted")
        }
        Deaf::TooMany => {
            PageError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_pages", "too many pages are kept open")
        }
    })
}

fn answer(member: Member, about: About, ear: Ear) -> HttpResponse {
    let (end, beat) = (Box::pin(sleep(AT_MOST)), interval(BEAT));
    let watch = Watch { member, about, ear, end, beat, fresh: true };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        // As it is: compressed, it would be held back until there is more.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        // A proxy in front holds nothing back either.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream::unfold(watch, |mut watch| async move {
            let said = watch.next().await?;
            Some((Ok::<_, Infallible>(Bytes::from(said)), watch))
        }))
}

/// The version as this person may see it.
async fn version(member: &Member, reference: &str) -> Result<(TicketId, i64), Error> {
    let (desk, named) = (member.app.desk.clone(), reference.to_owned());
    let call = Call { now: member.app.clock.now(), expected: None, ..member.call.clone() };
    member
        .app
        .store
        .read(move |db| {
            let ticket = load(&desk, db, &call, &named, Action::See)?.ticket;
            Ok((ticket.id, ticket.version))
        })
        .await
}

fn event(name: &str, data: &serde_json::Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

impl Watch {
    /// What is said next; none at the end.
    async fn next(&mut self) -> Option<String> {
        if std::mem::take(&mut self.fresh) {
            return Some(format!("retry: {RETRY}\n\n{}", self.first().await?));
        }
        loop {
            let signal = tokio::select! {
                () = &mut self.end => return None,
                _ = self.beat.tick() => return Some(": still here\n\n".to_owned()),
                signal = self.ear.signals.recv() => signal,
            };
            let said = match signal {
                Ok(Signal::Closing) | Err(RecvError::Closed) => return None,
                Ok(Signal::Moved(ids)) => self.moved(Some(&ids)).await?,
                Err(RecvError::Lagged(_)) => self.moved(None).await?,
                Ok(Signal::Looking(id)) => self.looking(id),
            };
            if let Some(said) = said {
                return Some(said);
            }
        }
    }

    async fn first(&self) -> Option<String> {
        match &self.about {
            About::Queue => Some(String::new()),
            About::Ticket { id, .. } => {
                let now = self.moved(None).await?.unwrap_or_default();
                Some(now + &self.looking(*id).unwrap_or_default())
            }
        }
    }

    /// None where there is nothing to see any more; `ids` is none where some were missed.
    async fn moved(&self, ids: Option<&[TicketId]>) -> Option<Option<String>> {
        match &self.about {
            About::Ticket { id, .. } if ids.is_some_and(|ids| !ids.contains(id)) => Some(None),
            About::Ticket { reference, .. } => {
                let (_, version) = version(&self.member, reference).await.ok()?;
                Some(Some(event("moved", &json!({ "version": version }))))
            }
            About::Queue => {
                let (scope, ids) = (Scope::of(&self.member.call.actor), ids.map(<[_]>::to_vec));
                let Some(ids) = ids else { return Some(Some(event("moved", &json!([])))) };
                let read = self
                    .member
                    .app
                    .store
                    .read(move |db| Ok::<_, Error>(store::tickets::in_scope(db, &scope, &ids)?));
                let seen = read.await.ok()?;
                Some((!seen.is_empty()).then(|| event("moved", &json!(seen))))
            }
        }
    }

    /// Who else is there now.
    fn looking(&self, at: TicketId) -> Option<String> {
        match &self.about {
            About::Ticket { id, look: Some(_), .. } if *id == at => {
                let others = self.member.app.live.others(at, self.member.person.id);
                Some(event("looking", &json!(others)))
            }
            _ => None,
        }
    }
}
