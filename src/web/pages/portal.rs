//! `/`: what this is. Whoever is signed in goes where they work.

use askama::Template;

use super::arriving::Visitor;
use super::error::Page;
use super::frame::{Frame, done_of, home, ok, see_other};

#[derive(Template)]
#[template(path = "pages/portal.html")]
struct Portal {
    frame: Frame,
}

pub async fn show(visitor: Visitor, request: actix_web::HttpRequest) -> Page {
    if let Some(member) = &visitor.member {
        return Ok(see_other(home(&member.person)));
    }
    let frame = Frame::of(None, "Partner issues", "").done(done_of(request.query_string()));
    Ok(ok(&Portal { frame }))
}
