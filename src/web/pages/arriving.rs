//! Who comes to a page, and what they send: the extractors of pages. A form is taken
//! only from a page of ours, and where somebody is signed in, only with their token.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{FromRequest, HttpRequest, web};
use jiff::tz::TimeZone;

use crate::app::App;
use crate::domain::access;
use crate::domain::fault::Fault;
use crate::web::auth::{self, Body, Member};
use crate::web::error::Problem;
use crate::web::uploads::{self, Received, Upload};

use super::error::PageError;
use super::times::Times;
use super::typed::Typed;

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, PageError>>>>;

/// Anybody, signed in or not.
pub struct Visitor {
    pub app: Arc<App>,
    pub member: Option<Member>,
}

impl FromRequest for Visitor {
    type Error = PageError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self { app: auth::app(&request)?, member: auth::member(&request).await? }) })
    }
}

/// Somebody who is signed in; others are sent to sign in.
pub struct SignedIn(pub Member);

impl FromRequest for SignedIn {
    type Error = PageError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(signed_in(request.clone()))
    }
}

async fn signed_in(request: HttpRequest) -> Result<SignedIn, PageError> {
    match auth::member(&request).await? {
        Some(member) => Ok(SignedIn(member)),
        None => Err(PageError::SignIn { next: place(&request), typed: Vec::new() }),
    }
}

/// The page that was asked for, or that the form stood on.
fn place(request: &HttpRequest) -> String {
    let path = request.path();
    if request.method() == Method::GET {
        return request.uri().path_and_query().map_or(path, |p| p.as_str()).to_owned();
    }
    match path.strip_prefix("/t/").and_then(|rest| rest.split('/').next()) {
        Some(reference) => format!("/t/{reference}"),
        None => path.to_owned(),
    }
}

/// An administrator who is signed in.
pub struct Administrator(pub Member);

impl FromRequest for Administrator {
    type Error = PageError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(administrator(signed_in(request).await?.0)?)) })
    }
}

fn administrator(member: Member) -> Result<Member, PageError> {
    match access::may_administer(&member.call.actor) {
        Ok(()) => Ok(member),
        // To the partner's side there is no such place.
        Err(_) if member.person.role.is_partner_side() => Err(PageError::not_found()),
        Err(_) => Err(PageError::forbidden("this is for administrators")),
    }
}

/// A form of somebody who is signed in. Files are left where they are.
pub struct Posted {
    pub member: Member,
    pub typed: Typed,
}

/// The same, of a form that takes files.
pub struct Carrying {
    pub posted: Posted,
    pub uploads: Vec<Upload>,
    /// What is wrong with others.
    pub faults: Vec<Fault>,
}

/// The body of a form, in either encoding; nothing of it is read yet.
enum Incoming {
    Fields(<Body as FromRequest>::Future),
    Parts(<web::Payload as FromRequest>::Future),
}

impl Incoming {
    fn of(request: &HttpRequest, payload: &mut Payload) -> Self {
        if uploads::are_parts(request) {
            Self::Parts(web::Payload::from_request(request, payload))
        } else {
            Self::Fields(Body::from_request(request, payload))
        }
    }

    async fn read(
        self,
        app: &App,
        request: &HttpRequest,
        files: bool,
    ) -> Result<(Typed, Received), PageError> {
        match self {
            Self::Fields(body) => Ok((read(&body.await?)?, Received::default())),
            Self::Parts(payload) => {
                let payload = payload.await.map_err(|_| unreadable())?;
                let mut received = uploads::receive(app, request, payload, files).await?;
                Ok((Typed::of(std::mem::take(&mut received.pairs)), received))
            }
        }
    }

    /// Whoever sends files hears nothing before they are sent.
    async fn pass_over(self) {
        if let Self::Parts(payload) = self
            && let Ok(payload) = payload.await
        {
            uploads::pass_over(payload).await;
        }
    }
}

/// A form of a page of ours, by somebody who is signed in, with their token.
async fn posted(
    request: HttpRequest,
    incoming: Incoming,
    files: bool,
) -> Result<(Posted, Received), PageError> {
    let app = auth::app(&request)?;
    let known = match check_origin(&request, &app) {
        Ok(()) => signed_in(request.clone()).await,
        Err(error) => Err(error),
    };
    let SignedIn(member) = match known {
        Ok(member) => member,
        // Signed out in another window: what was typed in this one is given back.
        Err(PageError::SignIn { next, .. }) => {
            let (mut typed, _) = incoming.read(&app, &request, false).await?;
            let ours = !typed.take("form_token").is_empty();
            return Err(PageError::SignIn { next, typed: if ours { words_of(&typed) } else { Vec::new() } });
        }
        Err(error) => {
            incoming.pass_over().await;
            return Err(error);
        }
    };
    let (mut typed, received) = incoming.read(&app, &request, files).await?;
    if !member.is_form_token(&typed.take("form_token")) {
        return Err(out_of_date(&typed));
    }
    Ok((Posted { member, typed }, received))
}

impl FromRequest for Posted {
    type Error = PageError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let posted = posted(request.clone(), Incoming::of(request, payload), false);
        Box::pin(async move { Ok(posted.await?.0) })
    }
}

impl FromRequest for Carrying {
    type Error = PageError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let posted = posted(request.clone(), Incoming::of(request, payload), true);
        Box::pin(async move {
            let (posted, Received { files: uploads, faults, .. }) = posted.await?;
            Ok(Self { posted, uploads, faults })
        })
    }
}

/// A form of an administrator.
pub struct AdminPosted(pub Posted);

impl FromRequest for AdminPosted {
    type Error = PageError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let posted = Posted::from_request(request, payload);
        Box::pin(async move {
            let Posted { member, typed } = posted.await?;
            Ok(Self(Posted { member: administrator(member)?, typed }))
        })
    }
}

/// A form of anybody.
pub struct Sent {
    pub app: Arc<App>,
    pub typed: Typed,
}

impl FromRequest for Sent {
    type Error = PageError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let incoming = Incoming::of(&request, payload);
        Box::pin(async move {
            let app = auth::app(&request)?;
            check_origin(&request, &app)?;
            let (typed, _) = incoming.read(&app, &request, false).await?;
            Ok(Self { app, typed })
        })
    }
}

/// A form sent to an address that is a secret: who knows it may send it, from wherever it is
/// shown. (A page without a referrer sends its forms without an origin.)
pub struct Proven {
    pub app: Arc<App>,
    pub typed: Typed,
}

impl FromRequest for Proven {
    type Error = PageError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let body = Body::from_request(&request, payload);
        Box::pin(async move { Ok(Self { app: auth::app(&request)?, typed: read(&body.await?)? }) })
    }
}

fn read(body: &Body) -> Result<Typed, PageError> {
    Typed::read(&body.bytes).ok_or_else(unreadable)
}

fn unreadable() -> PageError {
    PageError::new(StatusCode::BAD_REQUEST, "malformed", "the form cannot be read")
}

/// What somebody typed, without what the form carries by itself.
fn words_of(typed: &Typed) -> Vec<(String, String)> {
    const OURS: [&str; 7] = ["version", "seen", "key", "act", "group", "password", "kept"];
    let words =
        |(name, value): &&(String, String)| !OURS.contains(&name.as_str()) && !value.trim().is_empty();
    typed.pairs().iter().filter(words).cloned().collect()
}

fn out_of_date(typed: &Typed) -> PageError {
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "form_out_of_date",
        "the form does not belong to your present session",
    );
    PageError::Problem { problem, typed: words_of(typed) }
}

/// A form comes from a page of ours, or from a program that says nothing.
fn check_origin(request: &HttpRequest, app: &App) -> Result<(), PageError> {
    let text = |name: &str| request.headers().get(name).map(|v| v.to_str().unwrap_or_default().to_owned());
    let foreign_site =
        text("sec-fetch-site").is_some_and(|site| matches!(site.as_str(), "cross-site" | "same-site"));
    let host = text(header::HOST.as_str())
        .or_else(|| request.uri().authority().map(ToString::to_string))
        .unwrap_or_default();
    let foreign_origin = text(header::ORIGIN.as_str()).is_some_and(|origin| {
        let of = host_of(&origin);
        of.is_empty() || (!of.eq_ignore_ascii_case(&host) && of != host_of(&app.settings.server.public_url))
    });
    if foreign_site || foreign_origin {
        return Err(PageError::new(
            StatusCode::FORBIDDEN,
            "foreign_form",
            "this form was sent from a page that is not ours",
        ));
    }
    Ok(())
}

/// Host and port of an origin.
fn host_of(origin: &str) -> &str {
    origin.split_once("://").map_or("", |(_, host)| host)
}

impl Member {
    /// Where they are.
    pub fn zone(&self) -> TimeZone {
        self.times().zone
    }

    /// Their time.
    pub fn times(&self) -> Times {
        Times::of(&self.person, self.call.now)
    }
}
