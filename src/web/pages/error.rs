//! The other face of a problem: a page. Somebody who is not signed in is sent to do so.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

use crate::desk;
use crate::web::error::Problem;

use super::frame::{Frame, html};

/// Why a page is not shown.
pub enum PageError {
    /// Sign in first, and then go there. What was typed meanwhile is shown, so that it is not lost.
    SignIn { next: String, typed: Vec<(String, String)> },
    /// What went wrong, and what was typed, so that it is not lost.
    Problem { problem: Problem, typed: Vec<(String, String)> },
}

/// What handlers of pages answer.
pub type Page = Result<HttpResponse, PageError>;

impl PageError {
    pub fn new(status: StatusCode, code: &str, detail: &str) -> Self {
        Problem::new(status, code, detail).into()
    }

    pub fn not_found() -> Self {
        Problem::not_found().into()
    }

    pub fn forbidden(detail: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }
}

impl From<Problem> for PageError {
    fn from(problem: Problem) -> Self {
        Self::Problem { problem, typed: Vec::new() }
    }
}

impl From<desk::Error> for PageError {
    fn from(error: desk::Error) -> Self {
        Problem::from(error).into()
    }
}

/// For logs, which hold nothing that somebody typed.
impl std::fmt::Debug for PageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::fmt::Display for PageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SignIn { .. } => f.write_str("not signed in"),
            Self::Problem { problem, .. } => problem.fmt(f),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage<'a> {
    frame: Frame,
    heading: &'a str,
    text: String,
    help: &'a str,
    typed: &'a [(String, String)],
    /// Where to go on from here.
    way: (&'a str, &'static str),
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignIn { typed, .. } if typed.is_empty() => StatusCode::SEE_OTHER,
            Self::SignIn { .. } => StatusCode::UNAUTHORIZED,
            Self::Problem { problem, .. } => problem.status_code(),
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::SignIn { next, typed } => {
                let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
                let session = format!("/session?{query}");
                if typed.is_empty() { super::frame::see_other(&session) } else { signed_out(&session, typed) }
            }
            Self::Problem { problem, typed } => page(problem, typed),
        }
    }
}

/// For a form of somebody who has no session any more.
fn signed_out(session: &str, typed: &[(String, String)]) -> HttpResponse {
    let heading = "You are signed out";
    let page = ErrorPage {
        frame: Frame::plain(heading),
        heading,
        text: "Nothing was changed. What you typed is below: sign in, and send it again.".to_owned(),
        help: "",
        typed,
        way: (session, "Sign in"),
    };
    html(StatusCode::UNAUTHORIZED, &page)
}

fn page(problem: &Problem, typed: &[(String, String)]) -> HttpResponse {
    let (heading, help) = words(problem);
    let text = match problem.code.as_str() {
        "not_found" => String::new(),
        _ => super::forms::sentence(&problem.detail),
    };
    let frame = Frame::plain(heading);
    let mut response = html(
        problem.status_code(),
        &ErrorPage { frame, heading, text, help, typed, way: ("/", "To the home page") },
    );
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    }
    response
}

/// What it is called, and what to do about it.
fn words(problem: &Problem) -> (&'static str, &'static str) {
    match (problem.status, problem.code.as_str()) {
        (404, "link_ended") => ("This link does not open any more", ""),
        (410, _) => {
            ("This link is too old", "Sign in to see how things stand: a link for that can be sent to you.")
        }
        (404, _) => (
            "There is nothing here",
            "The address may be wrong, or what it names may not be yours to see. Start again from the home page.",
        ),
        (403, "form_out_of_date") => (
            "This form is out of date",
            "You signed in again, or out, since you opened it. Nothing was changed. Open the page again and send it once more; what you typed is below, to be copied.",
        ),
        (403, _) => ("You may not do that", "Nothing was changed."),
        (409, _) => ("That does not go now", "Nothing was changed."),
        (413, _) => ("That is too large", "Nothing was changed. Shorten it, and send it again."),
        (429, _) => ("That was tried too often", "Wait a minute, then try again."),
        (503, _) => ("We cannot answer right now", "Nothing was changed. Try again in a moment."),
        (500.., _) => (
            "Something broke on our side",
            "It was logged. Try again; if it happens again, tell your administrator.",
        ),
        _ => ("That did not work", "Go back, and try again."),
    }
}
