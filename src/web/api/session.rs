//! `/session` and `/me`: signing in by password, renewing, signing out.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use jiff::SignedDuration;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::desk::sessions;
use crate::domain::actor::Actor;
use crate::domain::person::Membership;
use crate::secrets::{Claims, Fresh};
use crate::store::{self, sessions::Kind};
use crate::web::auth::{self, Body, Caller};
use crate::web::error::Problem;
use crate::web::fields::Length;
use crate::web::reply::{self, Reply};
use crate::web::sign_in::{check_password, new_session_id};

use super::document::{Conflicts, Refused};

/// What one signs in with.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct Credentials {
    #[schema(format = "email")]
    email: String,
    #[schema(min_length = 1, max_length = 200)]
    password: String,
}

/// What a session is renewed with.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct Renewal {
    #[schema(min_length = 1, max_length = 200)]
    refresh_token: String,
}

/// An access token, and what to get the next one with.
#[derive(Serialize, ToSchema)]
pub struct SessionBody {
    pub access_token: String,
    /// Good once: renewing gives another one.
    pub refresh_token: String,
    /// Seconds until the access token ends.
    pub expires_in: i64,
    #[schema(example = "Bearer")]
    pub token_type: String,
}

/// Signs in.
#[utoipa::path(tag = "session", request_body = Credentials, security(()),
    responses((status = 200, body = SessionBody), Refused, Conflicts,
        (status = 429, description = "Tried too often; see `Retry-After`.", body = Problem,
            content_type = "application/problem+json")))]
#[post("/session")]
pub async fn sign_in(request: HttpRequest, body: Body) -> Result<HttpResponse, Problem> {
    let app = auth::app(&request)?;
    let mut fields = body.json()?;
    let email = fields.must("email", super::super::fields::Fields::email);
    let password = fields.must("password", super::super::fields::Fields::password);
    fields.check()?;
    let (email, password) = (email.unwrap_or_default(), password.unwrap_or_default());
    let person = check_password(&app, &request, email, password).await?;
    let Some(person) = person else {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "wrong_credentials",
            "e-mail or password is wrong",
        ));
    };
    let (id, fresh) = (new_session_id(), Fresh::new());
    let (now, lives, hash) = (app.wall.now(), refresh_lives(&app), fresh.hash.clone());
    let session =
        app.store.write(move |db| sessions::begin(db, &id, person, Kind::Rest, &hash, now, lives)).await?;
    answer(&app, &session, fresh)
}

/// Trades a refresh token for new tokens. A token traded twice ends the session for everybody.
#[utoipa::path(tag = "session", request_body = Renewal, security(()),
    responses((status = 200, body = SessionBody), Refused, Conflicts))]
#[post("/session/refresh")]
pub async fn refresh(request: HttpRequest, body: Body) -> Result<HttpResponse, Problem> {
    let app = auth::app(&request)?;
    let mut fields = body.json()?;
    let token = fields.must("refresh_token", |f, n| f.line(n, Length::LINE));
    fields.check()?;
    let old = crate::secrets::hash(&token.unwrap_or_default());
    let fresh = Fresh::new();
    let (now, lives, hash) = (app.wall.now(), refresh_lives(&app), fresh.hash.clone());
    let renewed = app.store.write(move |db| sessions::renew(db, &old, &hash, now, lives)).await?;
    match renewed {
        Some(session) => answer(&app, &session, fresh),
        None => Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_refresh_token", "sign in again")),
    }
}

fn refresh_lives(app: &App) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(app.settings.session.refresh_days))
}

fn answer(app: &App, session: &sessions::Session, fresh: Fresh) -> Result<HttpResponse, Problem> {
    let iat = app.wall.now().as_second();
    let expires_in = 60 * i64::from(app.settings.session.access_minutes);
    let claims =
        Claims { sub: session.person.to_string(), sid: session.id.clone(), exp: iat + expires_in, iat };
    let access_token = app.keys.sign_claims(&claims).ok_or_else(Problem::unauthorized)?;
    let token_type = "Bearer".to_owned();
    let body = SessionBody { access_token, refresh_token: fresh.plain, expires_in, token_type };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(body))
}

/// Signs out: the access token and the refresh token end.
#[utoipa::path(tag = "session", responses((status = 204), Refused))]
#[delete("/session")]
pub async fn sign_out(caller: Caller) -> Result<HttpResponse, Problem> {
    let Some(session) = caller.session.clone() else {
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", "a token has no session to end"));
    };
    let now = caller.app.wall.now();
    caller.app.store.write(move |db| sessions::end_session(db, &session, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who I am.
#[derive(Serialize, ToSchema)]
pub struct MeBody {
    /// person or token
    pub kind: String,
    pub name: String,
    pub email: Option<String>,
    pub role: Option<String>,
    /// Slug.
    pub partner: Option<String>,
    pub region: Option<String>,
    pub teams: Vec<TeamOfMine>,
    pub time_zone: Option<String>,
    /// Of a token.
    pub scopes: Vec<String>,
}

/// A team that I serve.
#[derive(Serialize, ToSchema)]
pub struct TeamOfMine {
    pub team: String,
    pub lead: bool,
}

/// The caller.
#[utoipa::path(tag = "session", responses((status = 200, body = MeBody), Refused))]
#[get("/me")]
pub async fn me(caller: Caller) -> Result<HttpResponse, Problem> {
    let actor = caller.call.actor.clone();
    reply::read(&caller, move |db| {
        let partner = match actor.partner() {
            Some(id) => store::partners::find(db, id)?.map(|p| p.slug),
            None => None,
        };
        Reply::ok(&myself(&actor, partner))
    })
    .await
}

fn myself(actor: &Actor, partner: Option<String>) -> MeBody {
    let team = |m: &Membership| TeamOfMine { team: m.team.clone(), lead: m.lead };
    match actor {
        Actor::Person(p) => MeBody {
            kind: "person".to_owned(),
            name: p.name.clone(),
            email: Some(p.email.clone()),
            role: Some(p.role.to_string()),
            partner,
            region: p.region.clone(),
            teams: p.teams.iter().map(team).collect(),
            time_zone: Some(p.zone.clone()),
            scopes: Vec::new(),
        },
        Actor::Token(t) => MeBody {
            kind: "token".to_owned(),
            name: t.name.clone(),
            email: None,
            role: None,
            partner,
            region: None,
            teams: Vec::new(),
            time_zone: None,
            scopes: [("tickets:read", t.reads), ("tickets:write", t.writes)]
                .iter()
                .filter(|(_, has)| *has)
                .map(|(scope, _)| (*scope).to_owned())
                .collect(),
        },
    }
}
