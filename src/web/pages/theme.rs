//! Light or dark: as the reader's system has it, unless they choose. A cookie of the browser;
//! nothing that anybody has to sign in for anywhere else.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header;

use crate::domain::words::text_enum;

use super::arriving::Posted;
use super::error::Page;
use super::frame::see_other;
use super::session::local;

const COOKIE: &str = "lizard_theme";

text_enum! {
    /// What a page is painted in.
    pub enum Theme { System = "system", Light = "light", Dark = "dark" }
}

/// What this browser asks for.
pub fn of(request: &HttpRequest) -> Theme {
    request.cookie(COOKIE).and_then(|cookie| cookie.value().parse().ok()).unwrap_or(Theme::System)
}

/// Remembers a choice, and goes back to where it was made.
pub async fn choose(request: HttpRequest, posted: Posted) -> Page {
    let Posted { member, typed } = posted;
    let theme: Theme = typed.get("theme").parse().unwrap_or(Theme::System);
    let from = request.headers().get(header::REFERER).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let path = from.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    let mut response = see_other(path.and_then(local).unwrap_or("/"));
    let cookie = Cookie::build(COOKIE, theme.as_str())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(member.app.settings.server.public_url.starts_with("https://"))
        .max_age(time::Duration::days(365))
        .finish();
    let _ = response.add_cookie(&cookie);
    Ok(response)
}
