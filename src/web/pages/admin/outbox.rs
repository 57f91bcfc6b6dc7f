//! `/admin/outbox`: letters that are to leave. Envelopes, never bodies.

use actix_web::HttpRequest;
use askama::Template;

use crate::desk::Error;
use crate::store;

use super::PAGE;
use crate::web::pages::arriving::Administrator;
use crate::web::pages::error::Page;
use crate::web::pages::frame::{Frame, ok};
use crate::web::pages::times::When;
use crate::web::pages::typed::Typed;

#[derive(Template)]
#[template(path = "pages/admin_outbox.html")]
struct Outbox {
    frame: Frame,
    letters: Vec<Envelope>,
    next: String,
}

struct Envelope {
    kind: String,
    recipient: String,
    subject: String,
    state: String,
    created: When,
}

/// The newest first.
pub async fn list(Administrator(member): Administrator, request: HttpRequest) -> Page {
    let query = Typed::read(request.query_string().as_bytes()).unwrap_or_default();
    let before = query.get("before").parse::<i64>().ok();
    let mut letters =
        member.app.store.read(move |db| Ok::<_, Error>(store::outbox::page(db, before, PAGE + 1)?)).await?;
    let more = i64::try_from(letters.len()).is_ok_and(|n| n > PAGE);
    if more {
        letters.pop();
    }
    let next = letters.last().filter(|_| more);
    let next = next.map_or_else(String::new, |l| format!("/admin/outbox?before={}", l.id));
    let times = member.times();
    let letters = letters
        .into_iter()
        .map(|l| Envelope {
            created: times.when(l.created_at),
            kind: l.kind,
            recipient: l.recipient,
            subject: l.subject,
            state: l.state,
        })
        .collect();
    Ok(ok(&Outbox { frame: Frame::of(Some(&member), "Outbox", "/admin/outbox"), letters, next }))
}
